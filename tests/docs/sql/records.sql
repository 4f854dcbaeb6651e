-- SPDX-License-Identifier: MIT
-- Two weeks of mail, small enough to count by hand: what docs/sql.md asks.
CREATE TEMP TABLE mail (n INTEGER, at TEXT, who TEXT, subject TEXT, route TEXT, by TEXT,
    points INTEGER, next TEXT, next_points INTEGER, took_ms INTEGER, lines TEXT);
INSERT INTO mail VALUES
(1, '2026-11-10 08:00:00', 'ann@daily.example', 'Interview request', 'press', 'points', 75, '', 0, 300, '1 2'),
(2, '2026-11-10 09:30:00', 'bob@shop.example', 'Your offer', 'lead', 'points', 60, 'desk', 10, 400, '3'),
(3, '2026-11-12 14:00:00', 'cy@mill.example', 'Hello', 'desk', 'below-needs', 10, '', 0, 250, '4'),
(4, '2026-11-16 07:10:00', 'ann@daily.example', 'Interview, part two', 'press', 'points', 60, '', 0, 200, '1'),
(5, '2026-11-16 08:20:00', 'dan@fair.example', 'Sponsor our conference', 'sponsorship', 'points', 80, 'lead', 20, 900, '5'),
(6, '2026-11-17 10:00:00', 'eve@mill.example', 'A question', 'desk', 'below-needs', 30, '', 0, 500, '3'),
(7, '2026-11-17 10:05:00', 'fay@fair.example', 'Sponsors wanted', 'sponsorship', 'points', 90, '', 0, 61000, '5'),
(8, '2026-11-18 16:45:00', 'gil@news.example', 'On deadline', 'press', 'points', 55, 'content', 35, 350, '2'),
(9, '2026-11-19 12:00:00', 'bob@shop.example', 'Your offer again', 'lead', 'person', 30, 'desk', 10, 450, '4'),
(10, '2026-11-20 09:00:00', 'hal@news.example', 'Correction', 'desk', 'margin', 50, 'content', 45, 700, '2'),
(11, '2026-11-21 22:30:00', '=1+1@odd.example', '<script>alert(1)</script>', 'desk', 'below-needs', 0, '', 0, 100, ''),
(12, '2026-11-17 10:09:00', 'fay@fair.example', 'Sponsors wanted', '(none)', 'redelivery', 0, '', 0, 10, '');

CREATE TEMP VIEW numbered AS SELECT *, unixepoch(at) * 1000 AS ms,
    '01' || printf('%024d', n) AS id, iif(by = 'person', 2, 1) AS seq FROM mail;

INSERT INTO messages (id, kind, received_ms, sender, recipient, original_recipient,
    queue_id, client, declared_size, own_key, own_rcpt, size, sha256, from_header,
    from_address, author, subject, state, changed_ms, seq, route, decided_by, domain,
    done_ms)
SELECT id, 'mail', ms, who, 'marketing@company.example', '', 'Q' || n, '192.0.2.7', 0, '',
    '', 2000 + n, '', who, who, who, subject, 'final', ms + took_ms, seq, route, by,
    substr(who, instr(who, '@') + 1), ms + took_ms FROM numbered;

INSERT INTO decisions SELECT id, 1, ms + 40, 'd1c6', iif(by = 'person', 'desk', route), '',
    iif(by = 'person', 'below-needs', by), points, 50, points - next_points, next,
    next_points, 50, '', '', 'as it is', 0, -1, 0 FROM numbered;
INSERT INTO decisions SELECT id, 2, ms + 3600000, 'd1c6', route, '', by, points, 50, 0, '',
    0, 0, '', '', 'by request', 0, -1, 0 FROM numbered WHERE seq = 2;

INSERT INTO effects SELECT id, 1, 1, 'smtp', '', route || '-team@company.example', 'done',
    0, 0, iif(n = 7, 2, 1), ms + 40, 0, ms + took_ms, '250 2.0.0 queued' FROM numbered
    WHERE by <> 'redelivery';
INSERT INTO attempts SELECT id, 1, 1, ms + 50, ms + iif(n = 7, 1200, took_ms),
    iif(n = 7, 'temp', 'done'), iif(n = 7, 451, 250),
    iif(n = 7, '451 4.7.1 Greylisted', '250 2.0.0 queued'), '' FROM numbered
    WHERE by <> 'redelivery';
INSERT INTO attempts SELECT id, 1, 2, ms + 60100, ms + 61000, 'done', 250,
    '250 2.0.0 queued', '' FROM numbered WHERE n = 7;

INSERT INTO lines VALUES
(1, 'press', '5f2c90ab', 'press.1', '+60 subject has interview', '', 1, unixepoch('2026-11-16 07:10') * 1000),
(2, 'press', '0a11b2c3', 'press.2', '+15 text has "on deadline"', '', 1, unixepoch('2026-11-20 09:00') * 1000),
(3, 'lead', '77e1f004', 'lead.1', '+30 text has offer, question', '', 1, unixepoch('2026-11-17 10:00') * 1000),
(4, 'desk', 'c0ffee12', 'desk.1', '+10 text has hello', '', 1, unixepoch('2026-11-19 12:00') * 1000),
(5, 'sponsorship', '90db4a77', 'sponsorship.1', '+80 subject has sponsor*', '', 1, unixepoch('2026-11-17 10:05') * 1000),
(6, 'press', 'e5e5a1d0', 'press.3', '+40 text has "press pass"', '', 1, unixepoch('2026-06-30 08:00') * 1000);
INSERT INTO fired SELECT numbered.id, 1, w.value, 0, points, w.value IN (1, 5)
    FROM numbered, json_each('[' || replace(lines, ' ', ',') || ']') AS w WHERE lines <> '';

INSERT INTO fields VALUES
('01' || printf('%024d', 1), 1, 1, 'outlet', 'The Daily', 0, 'text', 'The Daily'),
('01' || printf('%024d', 4), 1, 1, 'outlet', 'The Daily', 0, 'text', 'The Daily'),
('01' || printf('%024d', 8), 1, 1, 'outlet', '', 1, 'text', ''),
('01' || printf('%024d', 5), 1, 1, 'budget', 'EUR 5000.00', 0, 'money', '5,000 euros'),
('01' || printf('%024d', 7), 1, 1, 'budget', 'EUR 1200.50', 0, 'money', '1.200,50 EUR');

INSERT INTO events (at_ms, id, name, text) VALUES
(unixepoch('2026-11-16 06:00') * 1000, '', 'engine.start', ''),
(unixepoch('2026-11-17 10:06') * 1000, '', 'alarm.server', 'sponsorship-team@company.example: 451 4.7.1 Greylisted'),
(unixepoch('2026-11-17 10:07') * 1000, '', 'alarm-over.server', '');
