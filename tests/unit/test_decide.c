/* SPDX-License-Identifier: MIT */
/*
 * Findings in, plan out.  Which route wins is test_tally's; here it is what a
 * plan says and does.
 */
#include "policy_help.h"

#include "rules/decide.h"

static const char conf[] =
    "alias marketing@company.example\n"
    "  rules rules\n"
    "  bounce-address bounces@company.example\n"
    "  store office\n"
    "alias watch@company.example\n"
    "  rules rules\n"
    "  bounce-address bounces@company.example\n"
    "  store local\n"
    "  observe yes\n"
    "team press-team\n"
    "  members ann@company.example maildir:/var/mail/press ANN@company.example\n"
    "team nobody-twice\n"
    "  members bob@company.example ann@company.example\n"
    "imap office\n"
    "  host imap.company.example\n  user mroute\n  password-file /etc/p\n"
    "imap local\n"
    "  maildir /srv/mail\n";

static const char rules[] =
    "version 1\n"
    "route press\n"
    "  title Press and media\n"
    "  forward press-team nobody-twice lois@dailyplanet.example\n"
    "  file Triage/Press\n"
    "  file local:Triage/Press\n"
    "  keep-originals 10d\n"
    "  +40 subject has interview\n"
    "  +30 text ~ at (?<outlet>\\w+)\n"
    "  +20 text ~ for (?<outlet>\\w+) by (?<day>\\w+)\n"
    "  never is bulk\n"
    "  always to ~ ^press@\n"
    "  field outlet {outlet}\n"
    "  field when on {day} for {outlet}\n"
    "route content\n"
    "  maildir /var/mail/content\n"
    "  keep\n"
    "  +60 text has article\n"
    "  -30 is list\n"
    "  +10 text has photo\n"
    "  needs 100\n"
    "route triage\n"
    "  forward triage@company.example\n"
    "otherwise triage\n";

static const char *
effects_text(struct arena *a, const struct plan *plan)
{
	const char *s = "";

	for (size_t i = 0; i < plan->n_effect; i++)
		s = arena_printf(a, "%s%s%s:%s%s%s", s, i > 0 ? " " : "",
		    effect_kind_name(plan->effect[i].kind),
		    plan->effect[i].server,
		    plan->effect[i].server[0] != '\0' ? ":" : "",
		    plan->effect[i].target);
	return s;
}

static const struct {
	const char *label, *to, *lines;
	const char *route;
	enum decided_by by;
	const char *best;
	int points;
	const char *runner_up, *why;
} cases[] = {
	{ "points", "marketing@company.example", "press.1 press.2 content.3",
	    "press", BY_POINTS, "press", 70, "content",
	    "70 points of 50 needed; next content, 10 of 100 needed" },
	{ "no rival", "marketing@company.example", "press.1 press.3",
	    "press", BY_POINTS, "press", 60, "",
	    "60 points of 50 needed; no other route has points" },
	{ "margin", "marketing@company.example", "press.1 press.2 content.1",
	    "triage", BY_MARGIN, "press", 70, "content",
	    "press has 70 points of 50 needed, but content has 60 of 100 needed: "
	    "closer than the margin of 15" },
	{ "below", "marketing@company.example", "press.1 content.3",
	    "triage", BY_BELOW_NEEDS, "press", 40, "content",
	    "no route reached its needs; nearest press, 40 of 50; "
	    "next content, 10 of 100 needed" },
	{ "nothing", "marketing@company.example", "", "triage", BY_BELOW_NEEDS, "",
	    0, "", "no route has points" },
	{ "always", "marketing@company.example", "press.5 content.1",
	    "press", BY_ALWAYS, "press", 0, "content",
	    "press.5 says always" },
	{ "never", "marketing@company.example", "press.1 press.2 press.4 press.5",
	    "triage", BY_BELOW_NEEDS, "", 0, "",
	    "press.4 says never, and no route but press has points" },
	{ "unknown", "marketing@company.example", "press.1 press.2? content.2?",
	    "triage", BY_UNKNOWN, "press", 40, "", "press.2 (match limit) could "
	    "not be judged, and the route hangs on it" },
	{ "unknown that does not matter", "marketing@company.example",
	    "press.1 press.2 press.3?", "press", BY_POINTS, "press", 70, "",
	    "70 points of 50 needed; no other route has points" },
	{ "observe", "watch@company.example", "press.1 press.2", "triage",
	    BY_OBSERVE, "press", 70, "", "only observing; it would have been "
	    "press: 70 points of 50 needed; no other route has points" },
	{ "observe, nothing", "watch@company.example", "", "triage", BY_OBSERVE,
	    "", 0, "", "only observing; it would have been triage: no route has "
	    "points" },
	{ "tag", "marketing+x@company.example", "press.1 press.2", "press",
	    BY_POINTS, "press", 70, "",
	    "70 points of 50 needed; no other route has points" },
	{ "no alias", "ceo@company.example", "", "", BY_NO_ALIAS, "", 0, "",
	    "no alias section is for ceo@company.example" },
	{ "bounce", "bounces@company.example", "", "", BY_BOUNCE_ADDRESS, "", 0, "",
	    "bounces@company.example is a bounce-address" },
	{ "bounce with a tag", "Bounces+7@company.example", "", "",
	    BY_BOUNCE_ADDRESS, "", 0, "",
	    "Bounces+7@company.example is a bounce-address" },
};

static void
decides_and_says_why(void **state)
{
	struct policy *p = make_policy(conf, rules);
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct envelope env = mail_to(cases[i].to);
		struct plan *plan = decide(a, p, &env, found(a, p, &env,
		    cases[i].lines), NULL);

		if (strcmp(plan->route, cases[i].route) != 0 ||
		    plan->by != cases[i].by || plan->points != cases[i].points ||
		    strcmp(plan->best, cases[i].best) != 0 ||
		    strcmp(plan->runner_up, cases[i].runner_up) != 0 ||
		    strcmp(plan->why, cases[i].why) != 0)
			fail_msg("%s: %s by %s, best %s, %d points, next %s: %s",
			    cases[i].label, plan->route, decided_by_name(plan->by),
			    plan->best, plan->points, plan->runner_up, plan->why);
		if (plan->route[0] == '\0')
			assert_string_equal(effects_text(a, plan), "fallback:");
	}
	arena_free(&a);
	policy_free(&p);
}

static void
spreads_actions_to_effects(void **state)
{
	struct policy *p = make_policy(conf, rules);
	struct arena *a = arena_new();
	struct envelope env = mail_to("marketing@company.example");
	struct plan *plan = decide(a, p, &env, found(a, p, &env,
	    "press.1 press.2"), NULL);

	(void)state;
	assert_string_equal(plan->title, "Press and media");
	assert_string_equal(effects_text(a, plan),
	    "smtp:ann@company.example maildir:/var/mail/press "
	    "smtp:bob@company.example smtp:lois@dailyplanet.example "
	    "imap:office:Triage/Press store:local:Triage/Press");
	assert_int_equal(plan->n_action, 3);
	assert_string_equal(plan->action[0],
	    "forward press-team nobody-twice lois@dailyplanet.example");
	assert_string_equal(plan->action[1], "file Triage/Press");
	assert_string_equal(plan->action[2], "file local:Triage/Press");
	assert_true(plan->keep_originals == 10LL * 24 * 3600 * 1000);
	assert_false(plan->keep);

	plan = decide(a, p, &env, found(a, p, &env, "content.1 press.4 press.1"),
	    NULL);
	assert_string_equal(plan->route, "triage");
	plan = decide_person(a, p, &env, NULL, "content", &(struct err)ERR_INIT);
	assert_string_equal(effects_text(a, plan), "maildir:/var/mail/content");
	assert_true(plan->keep);
	assert_true(plan->keep_originals == -1);
	arena_free(&a);
	policy_free(&p);
}

static void
traces_every_route(void **state)
{
	struct policy *p = make_policy(conf, rules);
	struct arena *a = arena_new();
	struct envelope env = mail_to("marketing@company.example");
	struct plan *plan = decide(a, p, &env, found(a, p, &env,
	    "press.1 press.4? content.1? content.2? content.3"), NULL);

	(void)state;
	assert_int_equal(plan->n_trace, 3);
	assert_string_equal(plan->trace[0].name, "press");
	assert_int_equal(plan->trace[0].n_line, 2);
	assert_string_equal(plan->trace[0].line[1].id, "press.4");
	assert_int_equal(plan->trace[0].line[1].kind, 'n');
	assert_int_equal(plan->trace[0].line[1].state, TRI_UNKNOWN);
	assert_false(plan->trace[0].never);
	assert_int_equal(plan->trace[1].known, 10);
	assert_int_equal(plan->trace[1].lowest, -20);
	assert_int_equal(plan->trace[1].highest, 70);
	assert_int_equal(plan->trace[1].line[1].points, -30);
	assert_int_equal(plan->trace[1].line[1].kind, '-');
	assert_int_equal(strlen(plan->trace[1].line[1].hash), 8);
	assert_int_equal(plan->trace[2].n_line, 0);
	arena_free(&a);
	policy_free(&p);
}

static void
add_capture(struct arena *a, struct findings *f, uint32_t line, const char *name,
    const char *value)
{
	struct capture *c = arena_calloc(a, f->n_capture + 1, sizeof *c);

	if (f->n_capture > 0)
		memcpy(c, f->capture, f->n_capture * sizeof *c);
	f->capture = c;
	f->capture[f->n_capture++] = (struct capture){ line, slice_str(name),
	    slice_str(value) };
}

static void
fills_fields_from_the_first_line(void **state)
{
	struct policy *p = make_policy(conf, rules);
	struct arena *a = arena_new();
	struct envelope env = mail_to("marketing@company.example");
	struct findings *f = found(a, p, &env, "press.1 press.2 press.3");
	struct plan *plan;

	(void)state;
	add_capture(a, f, 2, "day", "Sunday");
	add_capture(a, f, 2, "outlet", "Gazette");
	add_capture(a, f, 1, "outlet", "Planet");
	plan = decide(a, p, &env, f, NULL);
	assert_int_equal(plan->n_field, 2);
	assert_string_equal(plan->field[0].name, "outlet");
	assert_string_equal(plan->field[0].value, "Planet");
	assert_string_equal(plan->field[1].value, "on Sunday for Planet");
	assert_int_equal(plan->trace[0].line[2].n_capture, 2);
	assert_true(slice_eq_str(plan->trace[0].line[2].capture[1].value, "Gazette"));
	assert_int_equal(plan->trace[0].line[0].n_capture, 0);

	/* A line that does not hold gives nothing, whatever the examiner says. */
	f->line[2].state = TRI_UNKNOWN;
	plan = decide(a, p, &env, f, NULL);
	assert_true(plan->field[1].missing);
	assert_string_equal(plan->field[1].value, "");
	assert_false(plan->field[0].missing);

	/* However it was decided, and in observe mode those of the other route. */
	plan = decide_person(a, p, &env, f, "press", &(struct err)ERR_INIT);
	assert_string_equal(plan->field[0].value, "Planet");
	env = mail_to("watch@company.example");
	f->alias = 1;
	plan = decide(a, p, &env, f, NULL);
	assert_string_equal(plan->route, "triage");
	assert_string_equal(plan->would_be, "press");
	assert_int_equal(plan->would_be_by, BY_POINTS);
	assert_string_equal(plan->field[0].value, "Planet");
	assert_string_equal(effects_text(a, plan), "smtp:triage@company.example");
	arena_free(&a);
	policy_free(&p);
}

static void
findings_that_do_not_fit_are_none(void **state)
{
	struct policy *p = make_policy(conf, rules);
	struct arena *a = arena_new();
	struct envelope env = mail_to("marketing@company.example");
	struct findings *f = found(a, p, &env, "press.1 press.2");

	(void)state;
	assert_true(decide_fits(p, &env, f));
	f->n_line--;
	assert_false(decide_fits(p, &env, f));
	assert_int_equal(decide(a, p, &env, f, NULL)->by, BY_EXAMINER);
	f->n_line++;
	f->alias = 1;
	assert_int_equal(decide(a, p, &env, f, NULL)->by, BY_EXAMINER);
	f->alias = 0;
	f->policy_digest[0] ^= 1;
	assert_int_equal(decide(a, p, &env, f, NULL)->by, BY_EXAMINER);
	arena_free(&a);
	policy_free(&p);
}

static void
without_findings_it_is_otherwise(void **state)
{
	struct policy *p = make_policy(conf, rules);
	struct arena *a = arena_new();
	struct envelope env = mail_to("marketing@company.example");
	struct plan *plan = decide(a, p, &env, NULL, NULL);
	struct plan_effect *effect;

	(void)state;
	assert_int_equal(plan->by, BY_EXAMINER);
	assert_string_equal(plan->route, "triage");
	assert_string_equal(effects_text(a, plan), "smtp:triage@company.example");
	assert_int_equal(decide_otherwise_effects(a, p, &env, &effect), 1);
	assert_string_equal(effect[0].target, "triage@company.example");
	env = mail_to("ceo@company.example");
	assert_int_equal(decide_otherwise_effects(a, p, &env, &effect), 0);
	assert_int_equal(decide(a, p, &env, NULL, NULL)->by, BY_NO_ALIAS);
	arena_free(&a);
	policy_free(&p);
}

static void
loops_go_to_the_fallback(void **state)
{
	struct policy *p = make_policy(conf, rules);
	struct arena *a = arena_new();
	struct envelope env = mail_to("marketing@company.example");
	struct findings *f = found(a, p, &env, "press.1 press.2");
	const struct past past = { true, "it was here" };
	struct plan *plan = decide(a, p, &env, f, &past);

	(void)state;
	assert_int_equal(plan->by, BY_LOOP);
	assert_string_equal(plan->why, "a loop: it was here");
	assert_string_equal(effects_text(a, plan), "fallback:");

	assert_null(decide_loop(a, &env, f, "mark"));
	f->id.n_loop_mark = 1;
	f->id.loop_mark[0] = SLICE_LIT("mark");
	assert_null(decide_loop(a, &env, f, NULL));
	assert_null(decide_loop(a, &env, f, "other"));
	assert_non_null(decide_loop(a, &env, f, "mark"));
	f->id.n_loop_mark = 0;
	f->id.received = 30;
	assert_null(decide_loop(a, &env, f, "mark"));
	f->id.received = 31;
	assert_non_null(decide_loop(a, &env, f, "mark"));
	f->id.received = 0;
	f->id.delivered_to_us = true;
	assert_string_equal(decide_loop(a, &env, f, "mark"),
	    "Delivered-To names marketing@company.example already");
	arena_free(&a);
	policy_free(&p);
}

static void
a_person_decides(void **state)
{
	struct policy *p = make_policy(conf, rules);
	struct arena *a = arena_new();
	struct envelope env = mail_to("watch@company.example");
	struct err e = ERR_INIT;
	struct plan *plan = decide_person(a, p, &env, NULL, "content", &e);

	(void)state;
	assert_int_equal(plan->by, BY_PERSON);
	assert_string_equal(plan->route, "content");
	assert_null(decide_person(a, p, &env, NULL, "contents", &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(e.text,
	    "no route 'contents'; there are press, content, triage");
	env = mail_to("ceo@company.example");
	assert_null(decide_person(a, p, &env, NULL, "content", &e));
	env = mail_to("bounces@company.example");
	assert_non_null(decide_person(a, p, &env, NULL, "content", &e));
	arena_free(&a);
	policy_free(&p);
}

static void
our_own_mail_goes_to_its_recipients(void **state)
{
	struct policy *p = make_policy(conf, rules);
	struct arena *a = arena_new();
	struct envelope env = { .kind = ENVELOPE_OWN, .n_own_rcpt = 3, .own_rcpt = {
	    "ann@company.example", "bob@company.example",
	    "ann@company.example" } };
	struct plan *plan = decide(a, p, &env, NULL, NULL);

	(void)state;
	assert_int_equal(plan->by, BY_OWN);
	assert_string_equal(effects_text(a, plan),
	    "smtp:ann@company.example smtp:bob@company.example");
	arena_free(&a);
	policy_free(&p);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, tempdir_setup, tempdir_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(decides_and_says_why),
		TEST(spreads_actions_to_effects),
		TEST(traces_every_route),
		TEST(fills_fields_from_the_first_line),
		TEST(findings_that_do_not_fit_are_none),
		TEST(without_findings_it_is_otherwise),
		TEST(loops_go_to_the_fallback),
		TEST(a_person_decides),
		TEST(our_own_mail_goes_to_its_recipients),
	};

	return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}
