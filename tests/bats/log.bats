#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# mroute log for people: filters, the terminal, the pager, CSV, --follow.

load helper
load engine

bats_require_minimum_version 1.5.0

setup() {
	instance_make
	conf_no_owner
	rules_write 10.rules <<-'RULES'
		version 1
		route press
		  title    Press
		  forward  press-team
		  +60 subject has interview
		  +15 subject ~ with (?<who>\w+)
		  field  outlet  {who}
		route desk
		  forward  desk-team
		  +20 subject has hello
		otherwise desk
	RULES
}

teardown() {
	[ -z "${FOLLOWER:-}" ] || kill "$FOLLOWER" 2>/dev/null || true
	engine_stop
	work_remove
}

# letter FROM SUBJECT QUEUE-ID
letter() {
	printf 'From: %s\nSubject: %s\n\nx\n' "$1" "$2" >"$WORK/m"
	door "$WORK/m" --queue-id "$3"
}

# Four letters: 75, 60, 20 and 0 points.
some_letters() {
	letter 'Jane Roe <jane@paper.example>' 'interview with Planet' Q1
	letter 'Jörg <joerg@münchen.example>' 'interview' Q2
	letter 'bob@Paper.Example' 'hello' Q3
	letter 'eve@evil.example' '=HYPERLINK("http://evil.example","x")' Q4
	run_once
}

# The queue ids that pass a filter, oldest first, as one word.
found() {
	mr log --json "$@" | grep -oE '"queue_id":"[A-Z0-9]*"' | cut -d '"' -f 4 | tac |
	    tr -d '\n'
}

# on_terminal COLUMNS ROWS ARG...: what `mroute log ARG...` writes to a terminal.
on_terminal() {
	local columns=$1 rows=$2
	shift 2
	TERM=${TERM_IS:-dumb} script -qec "stty cols $columns rows $rows; unset COLUMNS
	    '$WORK/bin/mroute' -c '$I/mroute.conf' log $*" /dev/null </dev/null | tr -d '\r'
}

@test "what was not found: a route that nobody knows, times the wrong way round, a word for a state" {
	some_letters
	try mr log --route pres
	[ "$status" -eq 1 ]
	[ "$stderr" = "nothing found: neither the records nor the rules in force have a route 'pres'; did you mean 'press'?" ]
	try mr log --route zebra --json
	[ "$stderr" = "nothing found: neither the records nor the rules in force have a route 'zebra'" ]
	for known in press fallback; do
		try mr log --route "$known" --subject nonesuch
		[ "$status" -eq 1 ]
		[ "$stderr" = 'nothing found' ]
	done
	# One that the rules had once.
	sed -i 's/route press$/route papers/' "$I/rules/10.rules"
	run_once
	try mr log --route press --subject nonesuch
	[ "$stderr" = 'nothing found' ]
	try mr log --since today --until yesterday
	[ "$status" -eq 2 ]
	[[ $stderr == *"--since 'today' is not before --until 'yesterday'"* ]]
	try mr log --since yesterday --until yesterday
	[ "$status" -eq 1 ]
	try mr log --state given-up
	[ "$status" -eq 2 ]
	[[ $stderr == *"; what was given up is 'failed'"* ]]
}

@test "each filter finds what it says" {
	some_letters
	[ "$(found)" = Q1Q2Q3Q4 ]
	[ "$(found --by points)" = Q1Q2 ]
	[ "$(found --by below-needs)" = Q3Q4 ]
	[ "$(found --by person)" = '' ]
	[ "$(found --domain paper.example)" = Q1Q3 ]
	[ "$(found --domain @PAPER.example)" = Q1Q3 ]
	[ "$(found --domain münchen.example)" = Q2 ]
	[ "$(found --domain example)" = '' ]
	[ "$(found --points 60..)" = Q1Q2 ]
	[ "$(found --points 20..60)" = Q2Q3 ]
	[ "$(found --points ..20)" = Q3Q4 ]
	[ "$(found --points -5..0)" = Q4 ]
	[ "$(found --points 75)" = Q1 ]
	[ "$(found --field outlet)" = Q1 ]
	[ "$(found --field outlet=plan)" = Q1 ]
	[ "$(found --field outlet=moon)" = '' ]
	[ "$(mr log --field outlet --json | jq -r .field)" = Planet ]
	[ "$(mr log --json | jq -s 'any(has("field"))')" = false ]
	[[ $(mr log --field outlet --csv | tr -d '\r') == *,\"field\"$'\n'*,\"Planet\" ]]
	[[ $(mr log --csv) != *field* ]]
	mr log --field outlet >"$WORK/table"
	grep -q 'STATE *FIELD$' "$WORK/table"
	grep -q 'delivered *Planet$' "$WORK/table"
	[ "$(found --field other)" = '' ]
	[ "$(found --line press.1)" = Q1Q2 ]
	[ "$(found --line press.2)" = Q1 ]
	[ "$(found --line "$(db "SELECT hash FROM lines WHERE id = 'desk.1'")")" = Q3 ]
	[ "$(found --search HELLO)" = Q3 ]
	[ "$(found --search jörg)" = Q2 ]
	[ "$(found --search JÖRG)" = Q2 ]
	[ "$(found --search paper)" = Q1Q3 ]
	[ "$(found --search '%')" = '' ]
	[ "$(found --since today --by points --domain paper.example)" = Q1 ]
	[ "$(found --since 'last week' --until yesterday)" = '' ]
}

@test "days and times are those of the time zone in mroute.conf, whatever TZ says" {
	local zone=Pacific/Kiritimati
	some_letters
	printf 'summary\n  time-zone %s\n' "$zone" >>"$I/mroute.conf"
	export TZ=UTC
	# There it is 14 hours later.
	at=$(TZ=$zone date -d "@$(db 'SELECT max(received_ms) / 1000 FROM messages')" '+%F %H:%M')
	[[ "$(mr log -n 1)" == *"$at"* ]]
	[ "$(found --since "$(TZ=$zone date -d '-1 hour' '+%F %H:%M')")" = Q1Q2Q3Q4 ]
	[ "$(found --until "$(date '+%F %H:%M')")" = '' ]
	# As a command of the summary has them.
	[ "$(found --since "${at% *}" --until "${at% *}" --search planet)" = Q1 ]
}

@test "states: what waits, what failed, what was delivered, what is held" {
	# A Maildir that cannot be: the letter waits.
	echo >"$I/mail/press"
	engine_start
	letter a@b.example 'interview' Q1
	letter a@b.example 'hello' Q2
	wait_for 10 log_has "$LOG" 'event=deferred'
	delivered() { [ "$(found --state delivered)" = Q2 ]; }
	wait_for 10 delivered
	[ "$(found --state waiting)" = Q1 ]
	[ "$(found --state undecided)" = '' ]
	[ "$(found --state final)" = Q2 ]
	[ "$(found --state failed)" = '' ]
	mr queue hold Q1
	[ "$(found --state held)" = Q1 ]
	[ "$(found --state waiting)" = '' ]
	engine_stop
	# One that is given up: by hand, since that takes days.
	"${AS[@]}" sqlite3 "$SPOOL/mroute.db" "UPDATE effects SET state = 'failed'
	    WHERE id IN (SELECT id FROM messages WHERE queue_id = 'Q2')"
	[ "$(found --state failed)" = Q2 ]
	[ "$(found --state delivered)" = '' ]
}

@test "a word that is no way to decide, no state, no range: refused, with what there is" {
	try mr log --by pionts
	[ "$status" -eq 2 ]
	[[ $stderr == *"--by 'pionts'"*'points, margin, below-needs'*person* ]]
	try mr log --state lost
	[ "$status" -eq 2 ]
	[[ $stderr == *'waiting, undecided, held, delivered, failed, final, purged'* ]]
	[[ ${stderr//, /|} == *"$(mr help log | sed -n 's/.*--state //p')"* ]]
	for wrong in '--points x' '--points 9..3' '--points ..' '--points 1..2..3' '--field =x' \
	    '--domain @' '--domain a..b' '--json --csv' '--follow Q1' '--csv Q1' \
	    '--follow --until today' '--since mondays'; do
		# shellcheck disable=SC2086 # words
		try mr log $wrong
		[ "$status" -eq 2 ] || { echo "$wrong" && false; }
		[ -n "$stderr" ]
	done
}

@test "80 columns: one line each, whatever stands in the mail" {
	some_letters
	letter $'\033[31mred\033[0m <a@b.example>' $'interview \033]0;x\007 \033[2J' Q5
	letter '=?utf-8?b?2YXYsdit2KjYpw==?= <ar@b.example>' '=?utf-8?q?=E2=80=AEgnirts_esrever?=' Q6
	letter a@b.example "$(printf '%10000s' '' | tr ' ' x)" Q7
	letter '=?utf-8?q?=E6=97=A5=E6=9C=AC?= <jp@b.example>' \
	    "=?utf-8?b?$(printf '日本語%.0s' {1..20} | base64 -w0)?=" Q8
	run_once
	on_terminal 80 24 >"$WORK/out"
	[ "$(wc -l <"$WORK/out")" -eq 9 ]
	[ "$(wc -L <"$WORK/out")" -le 80 ]
	refute grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80\xae' "$WORK/out"
	sed -E 's/^[-0-9]+ [0-9:]+  [0-9A-Z]+ +/TIME ID /; s/ +$//' "$WORK/out" >"$WORK/got"
	cat >"$WORK/want" <<-'WANT'
		TIME         ID          FROM               SUBJECT             ROUTE  STATE
		TIME ID jp@b.example       日本語日本語日本…   desk   delivered
		TIME ID a@b.example        xxxxxxxxxxxxxxxxx…  desk   delivered
		TIME ID ar@b.example       gnirts esrever      desk   delivered
		TIME ID a@b.example        interview  ]0;x  …  press  delivered
		TIME ID eve@evil.example   =HYPERLINK("http:…  desk   delivered
		TIME ID bob@paper.example  hello               desk   delivered
		TIME ID joerg@xn--mnchen…  interview           press  delivered
		TIME ID jane@paper.examp…  interview with Pl…  press  delivered
	WANT
	diff -u "$WORK/want" "$WORK/got"
	on_terminal 120 24 >"$WORK/out"
	[ "$(wc -L <"$WORK/out")" -le 120 ]
	grep -q 'FROM .*BY .*STATE' "$WORK/out"
}

@test "a pager where the screen is too small, and only there" {
	some_letters
	export MROUTE_PAGER="$WORK/bin/page" TERM_IS=xterm
	printf '#!/bin/sh\nsed "s/^/paged: /"\n' >"$WORK/bin/page"
	chmod 755 "$WORK/bin/page"
	[ "$(on_terminal 80 24 --color never | grep -c paged)" -eq 0 ]
	[ "$(on_terminal 80 4 --color never | grep -c '^paged: ')" -eq 5 ]
	[ "$(on_terminal 80 4 --no-pager | grep -c paged)" -eq 0 ]
	[ "$(on_terminal 80 4 --json | grep -c paged)" -eq 0 ]
	[ "$(on_terminal 80 4 --csv | grep -c paged)" -eq 0 ]
	[ "$(mr log | grep -c paged)" -eq 0 ]
	[ "$(TERM_IS=dumb on_terminal 80 4 | grep -c paged)" -eq 0 ]
	# A story as well; and words that only a shell can read.
	[[ $(on_terminal 80 3 Q1) == *'paged: '* ]]
	MROUTE_PAGER="sed 's/^/by a shell: /' | cat"
	[ "$(on_terminal 80 4 --color never | grep -c '^by a shell: ')" -eq 5 ]
	# What cannot be run, and what ends at once, loses nothing and hangs nothing.
	MROUTE_PAGER=/no/such/pager
	[ "$(on_terminal 80 4 --color never | wc -l)" -eq 5 ]
	MROUTE_PAGER=true
	[ "$(on_terminal 80 4 --color never | wc -l)" -eq 0 ]
	MROUTE_PAGER=
	[ "$(on_terminal 80 4 --color never | wc -l)" -eq 5 ]
	# LESS is ours unless it is set.
	# shellcheck disable=SC2016 # for the pager's shell
	MROUTE_PAGER='echo "LESS=$LESS"'
	[[ $(on_terminal 80 4) == *LESS=FRX* ]]
	[[ $(LESS=S on_terminal 80 4) == *LESS=S* ]]
}

@test "CSV: what Python reads is what there is, and no cell is a formula" {
	some_letters
	letter '"a, ""b""" <+1@b.example>' '-2+3' Q5
	letter '@SUM(1) <a@b.example>' '=?utf-8?q?=EF=BC=9D1+1?=' Q6
	letter a@b.example $' \t=1+1' Q7
	run_once
	mr log --csv >"$WORK/csv"
	# RFC 4180: CRLF at each line's end, and no other.
	[ "$(grep -c $'\r$' "$WORK/csv")" -eq 8 ]
	[ "$(tr -cd '\r' <"$WORK/csv" | wc -c)" -eq 8 ]
	python3 - "$WORK/csv" >"$WORK/got" <<-'PY'
		import csv, sys
		rows = list(csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8"),
		    strict=True))
		for r in rows:
		    assert None not in r and None not in r.values()
		    for name, cell in r.items():
		        assert cell[:1] not in tuple("=+@\t\r\uff1d"), (name, cell)
		        int(r["points"]), int(r["margin"]), int(r["size"])
		    print(r["queue_id"], r["points"], r["route"], r["outcome"], r["subject"],
		        sep="|")
	PY
	cat >"$WORK/want" <<-'WANT'
		Q7|0|desk|delivered|'=1+1
		Q6|0|desk|delivered|'＝1+1
		Q5|0|desk|delivered|'-2+3
		Q4|0|desk|delivered|'=HYPERLINK("http://evil.example","x")
		Q3|20|desk|delivered|hello
		Q2|60|press|delivered|interview
		Q1|75|press|delivered|interview with Planet
	WANT
	diff -u "$WORK/want" "$WORK/got"
	# The next one is behind by 20: a number of ours stays one.
	try mr log --csv --route none
	[ "$status" -eq 1 ]
	[ -z "$output" ]
}

@test "observed mail shows what it would have been" {
	sed -i 's/^  rules rules$/&\n  observe yes/' "$I/mroute.conf"
	letter a@b.example 'interview' Q1
	run_once
	[[ $(mr log) == *'would be press'*observe*delivered* ]]
	[[ $(on_terminal 80 24) == *'(press)  delivered'* ]]
	[[ $(mr log Q1) == *'would be press'* ]]
	[[ $(mr log --csv) == *',"desk","observe","press",'* ]]
	[ "$(found --by observe)" = Q1 ]
}

# at TIME: milliseconds of a day in November 2026.
at() {
	date -u -d "2026-11-$1" +%s%3N
}

@test "log ID: the story in order, days apart, wrapped, with the server's words" {
	export TZ=UTC
	letter 'Jane Roe <jane@paper.example>' 'interview with Planet' Q1
	run_once
	# What took seconds in the test took a day.
	id=$(mr log --json | grep -oE '"id":"[^"]*' | cut -c 7-)
	"${AS[@]}" sqlite3 "$SPOOL/mroute.db" "
	    UPDATE messages SET received_ms = $(at '23 18:47:01.100'), client = '192.0.2.7';
	    UPDATE decisions SET at_ms = $(at '23 18:47:01.140'), digest = '';
	    UPDATE effects SET ended_ms = $(at '24 09:00:02.500'), kind = 'smtp',
		target = 'ann@company.example';
	    DELETE FROM attempts;
	    INSERT INTO attempts VALUES
		('$id', 1, 1, $(at '23 18:47:01.200'), $(at '23 18:47:03.200'), 'temp', 451,
		'451 4.3.0 our disk is full, and we are sorry: please try again later', ''),
		('$id', 1, 2, $(at '23 19:02:01.200'), $(at '23 19:02:01.300'), 'uncertain', 0,
		'the connection ended after $(printf '%80s' '' | tr ' ' x)', ''),
		('$id', 1, 3, $(at '24 09:00:01.200'), $(at '24 09:00:02.500'), 'done', 250,
		'250 2.0.0 queued as 4F2', '');"
	on_terminal 80 24 Q1 >"$WORK/out"
	sed "s/$id/ID/" "$WORK/out" >"$WORK/got"
	cat >"$WORK/want" <<-'WANT'
		ID
		interview with Planet
		Jane Roe <jane@paper.example>

		Monday 2026-11-23
		  18:47:01           received  from <jane@paper.example> for
		                               marketing@company.example, 70 bytes, queue id Q1,
		                               client 192.0.2.7
		  18:47:01   +40 ms  decided   press by points: 75 points of 50 needed; no other
		                               route has points
		                                 +60 press.1  subject has "interview" with…
		                                 +15 press.2  subject ~   …terview "with Planet"
		  18:47:01   +40 ms  captured  outlet = Planet
		  18:47:01  +100 ms  try       1.1 smtp ann@company.example
		  18:47:03   +2.1 s  put off   1.1 451 4.3.0 our disk is full, and we are sorry:
		                               please try again later
		  19:02:01  +15 min  try       1.2 smtp ann@company.example
		  19:02:01  +15 min  unsure    1.2 the connection ended after
		                               xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
		                               xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx

		Tuesday 2026-11-24
		  09:00:01    +14 h  try       1.3 smtp ann@company.example
		  09:00:02    +14 h  done      1.3 250 2.0.0 queued as 4F2

		  now                over      delivered, 14 h after it came
	WANT
	diff -u "$WORK/want" "$WORK/got"
	# The other way round for programs: what, and when since it came.
	mr log --json Q1 | python3 -c '
import json, sys
steps = [json.loads(line) for line in sys.stdin]
print([(s["what"], s["after_ms"]) for s in steps if s["what"] in ("temp", "done", "final")])
' >"$WORK/steps"
	[ "$(<"$WORK/steps")" = "[('temp', 2100), ('done', 51181400), ('final', None)]" ]
}

@test "log ID: whatever stands in a mail, no line is longer and no byte moves the cursor" {
	letter $'\033[31m"red" <a@b.example>' "interview $(printf '%10000s' '' | tr ' ' x)" Q1
	letter '=?utf-8?q?=E2=80=AEevil?= <a@b.example>' $'interview \033[2J\007 <script>' Q2
	# The columns in front of the words are wide.
	rules_write 05.rules <<-'RULES'
		version 1
		route sponsorship
		  forward  desk-team
		  +60 subject has sponsor our meetup
	RULES
	letter 'Luc <luc@b.example>' 'Sponsor our meetup in Lyon, the second town of the land' Q3
	run_once
	for q in Q1 Q2 Q3; do
		for width in 60 80 120; do
			on_terminal $width 100 $q >"$WORK/out"
			[ "$(wc -L <"$WORK/out")" -le $width ]
			refute grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80\xae' "$WORK/out"
		done
	done
}

# follow ARG...: `mroute log --follow` in the background, to $WORK/follow.
follow() {
	"${AS[@]}" "$WORK/bin/mroute" -c "$I/mroute.conf" log --follow "$@" \
	    >"$WORK/follow" 2>"$WORK/follow.err" 3>&- &
	FOLLOWER=$!
}

follow_has() {
	grep -qE -- "$1" "$WORK/follow"
}

@test "follow: --field shows the value, the field of a letter that comes, too" {
	some_letters
	engine_start
	follow --field outlet
	wait_for 10 follow_has 'interview with Planet .*delivered  Planet$'
	letter 'Jane Roe <jane@paper.example>' 'interview with Moon' Q5
	wait_for 10 follow_has 'interview with Moon .*  Moon$'
}

@test "follow: the last ones, then each that comes, and how it goes on" {
	some_letters
	engine_start
	follow
	wait_for 5 follow_has 'interview with Planet'
	[ "$(sed -n 1p "$WORK/follow" | grep -c 'interview with Planet')" -eq 1 ]
	mv "$I/mail/press" "$WORK/press" && echo >"$I/mail/press"
	letter a@b.example 'interview again' Q5
	wait_for 10 follow_has 'interview again .* press .*1 of 1 to do after [0-9]+ tr.*: cannot open directory'
	wait_for 10 follow_has 'alarm.server'
	# Somebody else can write in the meantime, and the WAL can be reused.
	[ "$("${AS[@]}" sqlite3 "$SPOOL/mroute.db" 'PRAGMA wal_checkpoint(TRUNCATE)' |
	    cut -d '|' -f 1)" = 0 ]
	rm "$I/mail/press"
	wait_for 10 follow_has 'interview again .* press +delivered'
	# What is over and done can go on.
	mr reroute Q3 press
	wait_for 10 follow_has ' hello .* press +delivered'
	# Each line says something that none before it said.
	twice=$(sort "$WORK/follow" | uniq -d)
	[ -z "$twice" ] || { echo "$twice" && false; }
	kill -INT "$FOLLOWER"
	wait "$FOLLOWER"
	[ ! -s "$WORK/follow.err" ]
}

@test "follow: filters hold for what comes; JSON and CSV are lines as well" {
	engine_start
	follow --route press --json
	letter a@b.example 'hello' Q1
	letter a@b.example 'interview' Q2
	wait_for 10 follow_has '"queue_id":"Q2".*"state":"final"'
	refute follow_has Q1
	kill -TERM "$FOLLOWER"
	wait "$FOLLOWER"
	python3 -c 'import json, sys; [json.loads(l) for l in sys.stdin]' <"$WORK/follow"
	follow --csv --limit 1
	wait_for 5 follow_has '^"01.*"Q2"'
	[ "$(head -c 5 "$WORK/follow")" = '"id",' ]
	[ "$(grep -c '^"01' "$WORK/follow")" -eq 1 ]
	kill -HUP "$FOLLOWER"
	wait "$FOLLOWER"
}

@test "follow: ends when nobody reads any more, and when the engine is gone" {
	some_letters
	# `head` takes one line and goes: nothing else need come.
	[ "$(timeout 10 "${AS[@]}" "$WORK/bin/mroute" -c "$I/mroute.conf" log --follow \
	    2>"$WORK/err" | head -n 1 | grep -c Planet)" -eq 1 ]
	grep -q 'engine: .*not running now' "$WORK/err"
	engine_start
	follow
	wait_for 5 follow_has 'interview with Planet'
	engine_stop
	wait_for 10 follow_has 'engine.stop'
	wait_for 15 gone "$FOLLOWER"
	wait "$FOLLOWER"
	grep -q 'the engine stopped' "$WORK/follow.err"
}

@test "follow: begins before there are records, and misses none" {
	follow
	wait_for 5 grep -q 'engine: has never run' "$WORK/follow.err"
	letter a@b.example 'interview' Q1
	engine_start
	wait_for 10 follow_has ' interview .* press .*delivered'
	kill -INT "$FOLLOWER"
	wait "$FOLLOWER"
}

@test "follow: what the journal holds while the database is locked is seen" {
	engine_start
	follow
	lock_db normal IMMEDIATE
	letter a@b.example 'interview' Q1
	wait_for 20 follow_has ' interview .* press .*delivered'
	unlock_db
	kill -INT "$FOLLOWER"
	wait "$FOLLOWER"
	[ "$(grep -c 'delivered' "$WORK/follow")" -eq 1 ]
}
