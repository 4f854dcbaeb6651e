/* SPDX-License-Identifier: MIT */
/* Two decisions about one message: what changed, and which line did it. */
#include "policy_help.h"

#include "rules/compare.h"
#include "rules/decide.h"

static const char conf[] =
    "alias marketing@company.example\n"
    "  rules rules\n";

#define HEAD	"version 1\n"
#define DESK	"route desk\n  keep\notherwise desk\n"
#define PRESS	"route press\n  keep\n"

static const struct {
	const char *label;
	const char *before, *before_lines;	/* rules, and which lines hold */
	const char *after, *after_lines;
	const char *changes;		/* "-press.1 +press.2" */
	const char *why;
} cases[] = {
	{ "a line that came",
	    HEAD PRESS "  +30 text has a\n" DESK, "press.1",
	    HEAD PRESS "  +30 text has a\n  +20 text has b\n" DESK,
	    "press.1 press.2",
	    "+press.2", "now press.2  +20 text has b" },
	{ "a line that went",
	    HEAD PRESS "  +30 text has a\n  +20 text has b\n" DESK,
	    "press.1 press.2",
	    HEAD PRESS "  +30 text has a\n" DESK, "press.1",
	    "-press.2", "gone press.2  +20 text has b" },
	{ "a line that only moved is none of both",
	    HEAD PRESS "  +30 text has a\n  +20 text has b\n" DESK,
	    "press.1 press.2",
	    HEAD PRESS "  +20 text has b\n  +30 text has a\n  never text has c\n"
	    DESK, "press.1 press.2 press.3",
	    "+press.3", "now press.3  never text has c" },
	{ "other points: the old one went, the new one came",
	    HEAD PRESS "  +60 text has a\n" DESK, "press.1",
	    HEAD PRESS "  +40 text has a\n" DESK, "press.1",
	    "-press.1 +press.1", "gone press.1  +60 text has a" },
	{ "a line of the same words that holds no more",
	    HEAD PRESS "  +60 text has @s\nphrases s = a\n" DESK, "press.1",
	    HEAD PRESS "  +60 text has @s\nphrases s = b\n" DESK, "",
	    "-press.1", "gone press.1  +60 text has @s" },
	{ "the one that tips it, needs or not",
	    HEAD PRESS "  +10 text has a\n" DESK, "press.1",
	    HEAD PRESS "  +10 text has a\n  +20 text has b\n  +25 text has c\n"
	    "  needs 31\n" DESK, "press.1 press.2 press.3",
	    "+press.2 +press.3", "now press.3  +25 text has c" },
	{ "two, and one would have been enough",
	    HEAD PRESS "  +30 text has a\n" DESK, "",
	    HEAD PRESS "  +30 text has a\n  +60 text has b\n  +60 text has c\n"
	    DESK, "press.2 press.3",
	    "+press.2 +press.3", "now press.2, press.3" },
	{ "the heavier of two that would each do",
	    HEAD PRESS "  +60 text has a\n" DESK, "press.1",
	    HEAD PRESS "  +60 text has a\n  -20 text has b\n  -40 text has c\n"
	    DESK, "press.1 press.3",
	    "+press.3", "now press.3  -40 text has c" },
	{ "more is needed",
	    HEAD PRESS "  +55 text has a\n" DESK, "press.1",
	    HEAD PRESS "  +55 text has a\n  needs 60\n" DESK, "press.1",
	    "", "press needs 60, before 50" },
	{ "less is needed",
	    HEAD PRESS "  +45 text has a\n" DESK, "press.1",
	    HEAD PRESS "  +45 text has a\n  needs 40\n" DESK, "press.1",
	    "", "press needs 40, before 50" },
	{ "the route is gone, with a line",
	    HEAD PRESS "  +60 text has a\n" DESK, "press.1",
	    HEAD DESK, "",
	    "-press.1", "gone press.1  +60 text has a" },
	{ "another action",
	    HEAD PRESS "  +60 text has a\n" DESK, "press.1",
	    HEAD "route press\n  maildir /m\n  +60 text has a\n" DESK, "press.1",
	    "", "now maildir /m" },
	{ "an unknown line is not one that holds",
	    HEAD PRESS "  +60 text has a\n" DESK, "press.1",
	    HEAD PRESS "  +60 text has a\n" DESK, "press.1?",
	    "-press.1 +press.1", "gone press.1  +60 text has a" },
};

static const char *
changes_text(struct arena *a, const struct comparison *cmp)
{
	const char *s = "";

	for (size_t i = 0; i < cmp->n_line; i++)
		s = arena_printf(a, "%s%s%c%s", s, i > 0 ? " " : "",
		    cmp->line[i].came ? '+' : '-', cmp->line[i].line->id);
	return s;
}

static void
check_case(size_t i)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(policy_free) struct policy *before = make_policy(conf, cases[i].before);
	AUTO(policy_free) struct policy *after = make_policy(conf, cases[i].after);
	const struct envelope env = mail_to("marketing@company.example");
	struct compare_side b = { NULL, before,
	    found(a, before, &env, cases[i].before_lines) };
	struct compare_side n = { NULL, after,
	    found(a, after, &env, cases[i].after_lines) };
	struct comparison cmp;

	b.plan = decide(a, before, &env, b.findings, NULL);
	n.plan = decide(a, after, &env, n.findings, NULL);
	if (compare_same(b.plan, n.plan))
		fail_msg("%s: the same", cases[i].label);
	compare_decisions(a, &env, &b, &n, &cmp);
	if (strcmp(changes_text(a, &cmp), cases[i].changes) != 0 ||
	    strcmp(cmp.why, cases[i].why) != 0)
		fail_msg("%s: '%s' because '%s'", cases[i].label,
		    changes_text(a, &cmp), cmp.why);

	/* A recorded decision says what went, but not whether that did it. */
	b.policy = NULL;
	b.findings = NULL;
	compare_decisions(a, &env, &b, &n, &cmp);
	assert_string_equal(changes_text(a, &cmp), cases[i].changes);
	assert_true(cmp.cause == NULL || cmp.cause->came);
}

static void
tells_what_changed(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++)
		check_case(i);
}

static void
the_same_is_the_same(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(policy_free) struct policy *p = make_policy(conf, cases[0].after);
	const struct envelope env = mail_to("marketing@company.example");

	(void)state;
	assert_true(compare_same(
	    decide(a, p, &env, found(a, p, &env, "press.1 press.2"), NULL),
	    decide(a, p, &env, found(a, p, &env, "press.2 press.1"), NULL)));
	assert_true(compare_same(decide(a, p, &env, NULL, NULL),
	    decide(a, p, &env, found(a, p, &env, ""), NULL)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tells_what_changed,
		    tempdir_setup, tempdir_teardown),
		cmocka_unit_test_setup_teardown(the_same_is_the_same,
		    tempdir_setup, tempdir_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
