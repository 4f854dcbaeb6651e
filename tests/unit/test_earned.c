/* SPDX-License-Identifier: MIT */
/*
 * A line is decisive when decide(), asked with rules that have not this line, sends
 * the message elsewhere: tried for every line of many situations.
 */
#include "policy_help.h"

#include "rules/decide.h"
#include "rules/earned.h"
#include "rules/match.h"

static const char conf[] =
    "alias marketing@company.example\n"
    "  rules rules\n"
    "  bounce-address bounces@company.example\n";

static const char rules[] =
    "version 1\n"
    "phrases sure = interview request, press pass*, media enquir*\n"
    "route press\n  forward a@company.example\n"
    "  +40 subject has @sure\n"
    "  +30 text has on deadline\n    and from.domain is paper.example\n"
    "  -60 header:List-Unsubscribe present\n"
    "  never is bounce\n"
    "route content\n  needs 60\n  forward b@company.example\n"
    "  +35 any has article, story, essay, column\n"
    "  +30 subject has article\n  +20 text has editor\n"
    "  -40 any has interview\n"
    "route jobs\n  forward c@company.example\n"
    "  +60 attachment ~ \\.pdf$\n  always subject has vacancy\n"
    "  never from.domain is paper.example\n"
    "route rest\n  forward d@company.example\n"
    "otherwise rest\n";

/* The same with an always line in otherwise, and with lines that any mail meets. */
static const char crossed[] =
    "version 1\n"
    "route a\n  needs 20\n  forward a@company.example\n"
    "  always subject has one\n  always subject has two\n  +30 subject has three\n"
    "  +30 subject has four\n  -20 subject has five\n  never subject has six\n"
    "route b\n  needs 10\n  forward b@company.example\n"
    "  +20 subject has seven\n  +20 subject has eight\n  -10 subject has nine\n"
    "route rest\n  forward d@company.example\n"
    "  +60 subject has ten\n  always subject has eleven\n"
    "otherwise rest\n";

static const struct {
	const char *rules, *conf;
} sets[] = {
	{ rules, "" }, { crossed, "" }, { crossed, "  observe yes\n" },
};

enum { LINES_MAX = 16, SITUATIONS = 1500 };

/* A message as the states of all lines, and what is decided of it. */
struct trial {
	struct arena *a;
	struct policy *p;
	const struct ruleset *rs;
	struct envelope env;
	enum tri state[LINES_MAX];
};

/* The route that has it, or would have, when the rules have not that line. */
static const struct plan *
decide_without(const struct trial *t, size_t left_out)
{
	const char *lines = "";

	for (size_t i = 0; i < t->rs->n_line; i++)
		if (i != left_out && t->state[i] != TRI_NO)
			lines = arena_printf(t->a, "%s %s%s", lines, t->rs->line[i]->id,
			    t->state[i] == TRI_UNKNOWN ? "?" : "");
	return decide(t->a, t->p, &t->env, found(t->a, t->p, &t->env, lines), NULL);
}

static bool
is_line_of(const struct ruleset *rs, size_t line, const char *route)
{
	const struct route *r = ruleset_find(rs, route);

	for (size_t i = 0; i < r->n_line; i++)
		if (r->line[i].number == line)
			return true;
	return false;
}

/* How many were decisive. */
static unsigned
check(const struct trial *t)
{
	const struct plan *plan = decide_without(t, SIZE_MAX);
	const char *route = plan_route(plan);
	struct earned *list;
	size_t n = earned_lines(t->a, t->rs, 15, plan, &list), at = 0;
	unsigned decisive = 0;

	for (size_t i = 0; i < t->rs->n_line; i++) {
		bool want = t->state[i] == TRI_YES && is_line_of(t->rs, i, route) &&
		    strcmp(plan_route(decide_without(t, i)), route) != 0;

		if (t->state[i] == TRI_NO)
			continue;
		assert_true(at < n);
		assert_string_equal(list[at].line->id, t->rs->line[i]->id);
		assert_int_equal(list[at].line->state, t->state[i]);
		if (list[at].decisive != want)
			fail_msg("%s, by %s: %s is %sdecisive", route,
			    decided_by_name(plan->by), list[at].line->id,
			    want ? "" : "not ");
		decisive += want;
		at++;
	}
	assert_int_equal(at, n);
	return decisive;
}

static void
decisive_is_what_decide_says(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (size_t s = 0; s < NELEM(sets); s++) {
		AUTO(buf_release) struct buf text = BUF_INIT;
		struct trial t = { .env = mail_to("marketing@company.example") };
		unsigned decisive = 0;

		buf_addf(&text, "%s%s", conf, sets[s].conf);
		t.p = make_policy(buf_str(&text), sets[s].rules);
		t.rs = policy_ruleset(t.p, 0);
		for (unsigned k = 0; k < SITUATIONS; k++) {
			t.a = arena_new();
			for (size_t i = 0; i < t.rs->n_line; i++) {
				seed = seed * 6364136223846793005U + 1442695040888963407U;
				t.state[i] = seed >> 60 < 9 ? TRI_NO :
				    seed >> 60 < 14 ? TRI_YES : TRI_UNKNOWN;
			}
			decisive += check(&t);
			arena_free(&t.a);
		}
		/* They are no rarity, or nothing was tried. */
		assert_true(decisive > SITUATIONS / 5);
		policy_free(&t.p);
	}
}

static const struct {
	const char *lines, *decisive;
} plain[] = {
	/* 70 of 50 needed: without either it is too few. */
	{ "press.1 press.2", " press.1 press.2" },
	/* An always line alone. */
	{ "jobs.2", " jobs.2" },
	/* 65 of 60 needed, and what holds it off is no help to it. */
	{ "content.1 content.2", " content.1 content.2" },
	/* 85: 35 and 20 are 55 without the 30, 65 without the 20. */
	{ "content.1 content.2 content.3", " content.1 content.2" },
	/* Nobody won: what speaks for others brought it to nobody. */
	{ "press.2", "" },
};

static void
some_by_hand(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct trial t = { .a = a, .env = mail_to("marketing@company.example") };

	(void)state;
	t.p = make_policy(conf, rules);
	t.rs = policy_ruleset(t.p, 0);
	for (size_t i = 0; i < NELEM(plain); i++) {
		const struct plan *plan = decide(a, t.p, &t.env, found(a, t.p, &t.env,
		    plain[i].lines), NULL);
		struct earned *list;
		size_t n = earned_lines(a, t.rs, 15, plan, &list);
		const char *got = "";

		for (size_t k = 0; k < n; k++)
			if (list[k].decisive)
				got = arena_printf(a, "%s %s", got, list[k].line->id);
		assert_string_equal(got, plain[i].decisive);
	}
	policy_free(&t.p);
}

/* That a message is too long says nothing of a line; nor is there one without rules. */
static void
what_says_nothing_is_left_out(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct envelope env = mail_to("marketing@company.example");
	struct policy *p = make_policy(conf, rules);
	struct findings *f = found(a, p, &env, "press.1 press.2? content.1?");
	struct earned *list;
	struct plan *plan;

	(void)state;
	f->line[1].reason = SLICE_LIT("not all of it was looked at");
	plan = decide(a, p, &env, f, NULL);
	assert_int_equal(earned_lines(a, policy_ruleset(p, 0), 15, plan, &list), 2);
	assert_string_equal(list[0].line->id, "press.1");
	assert_string_equal(list[1].line->id, "content.1");
	plan = decide(a, p, &env, NULL, NULL);
	assert_int_equal(earned_lines(a, policy_ruleset(p, 0), 15, plan, &list), 0);
	policy_free(&p);
}

/* Those that examine() gives when a text is too long are told apart. */
static void
reasons_of_the_message(void **state)
{
	(void)state;
	assert_true(match_is_of_message(SLICE_LIT("not all of it was looked at")));
	assert_true(match_is_of_message(SLICE_LIT("not all of the message was looked at")));
	assert_false(match_is_of_message(SLICE_LIT("match limit")));
	assert_false(match_is_of_message(SLICE_LIT("")));
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, tempdir_setup, tempdir_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(decisive_is_what_decide_says),
		TEST(some_by_hand),
		TEST(what_says_nothing_is_left_out),
		TEST(reasons_of_the_message),
	};

	return cmocka_run_group_tests_name("earned", tests, NULL, NULL);
}
