/* SPDX-License-Identifier: MIT */
/* Examples that hold say nothing; what fails says what happened instead. */
#include "policy_help.h"

#include "rules/example.h"

static const char conf[] =
    "alias marketing@company.example\n"
    "  rules rules\n"
    "  bounce-address bounces@company.example\n"
    "alias jobs@company.example\n"
    "  rules rules\n"
    "  bounce-address bounces@company.example\n"
    "  observe yes\n";

#define RULES(examples)							\
    "version 1\n"							\
    "route press\n"							\
    "  forward press@company.example\n"					\
    "  +60 subject has interview\n"					\
    "  +60 recipient is jobs@company.example\n"				\
    "  never is bounce\n"						\
    "  never sender has spammer.example\n"				\
    "  +10 text ~ at (?<outlet>\\w+)\n"					\
    "  field outlet {outlet}\n"						\
    "  +10 text ~ for (?<sum>.+)\n"					\
    "  field budget money {sum}\n"						\
    examples								\
    "route rest\n"							\
    "  forward rest@company.example\n"					\
    "otherwise rest\n"

static const struct {
	const char *label, *rules;
	unsigned run, failed;
	const char *says;		/* in the diagnostics */
} cases[] = {
	{ "holds", RULES(
	    "  example yes An interview\n"
	    "    Subject: Interview\n"
	    "    From: Jane <jane@x.example>\n"
	    "    | I work at Planet\n"
	    "    expect outlet = Planet\n"
	    "  example no Something else\n"
	    "    Subject: Hello\n"), 2, 0, NULL },
	{ "no sender is no bounce", RULES(
	    "  example yes Bare\n"
	    "    Subject: Interview\n"), 1, 0, NULL },
	{ "goes elsewhere", RULES(
	    "  example yes Mine\n"
	    "    Subject: Hello\n"), 1, 1,
	    "rules/10.rules:12:3: error MR080: example 'Mine' goes to 'rest', not "
	    "to 'press'\n" },
	{ "and why", RULES(
	    "  example yes Mine\n"
	    "    Subject: Hello\n"), 1, 1,
	    "= no route has points\n" },
	{ "comes here", RULES(
	    "  example no Not mine\n"
	    "    Subject: Interview\n"), 1, 1,
	    "error MR080: example 'Not mine' goes to 'press', and should not\n" },
	{ "another value", RULES(
	    "  example yes Mine\n"
	    "    Subject: Interview\n"
	    "    | at Planet\n"
	    "    expect outlet = Gazette\n"), 1, 1,
	    "error MR081: example 'Mine': field 'outlet' is 'Planet'\n" },
	{ "no value", RULES(
	    "  example yes Mine\n"
	    "    Subject: Interview\n"
	    "    expect outlet = Gazette\n"), 1, 1,
	    "error MR081: example 'Mine': field 'outlet' is missing\n" },
	{ "what was expected", RULES(
	    "  example yes Mine\n"
	    "    Subject: Interview\n"
	    "    expect outlet = Gazette\n"), 1, 1,
	    "= expected: outlet = Gazette\n" },
	{ "the value of a type", RULES(
	    "  example yes Mine\n"
	    "    Subject: Interview\n"
	    "    | for $7,200 at most\n"
	    "    expect budget = USD 7200.00\n"), 1, 0, NULL },
	{ "not what was written", RULES(
	    "  example yes Mine\n"
	    "    Subject: Interview\n"
	    "    | for $7,200\n"
	    "    expect budget = $7,200\n"), 1, 1,
	    "error MR081: example 'Mine': field 'budget' is 'USD 7200.00'\n" },
	{ "what is not understood", RULES(
	    "  example yes Mine\n"
	    "    Subject: Interview\n"
	    "    | for next to nothing\n"
	    "    expect budget = USD 0.00\n"), 1, 1,
	    "error MR081: example 'Mine': field 'budget' is not understood as money: "
	    "'next to nothing'\n" },
	{ "sender", RULES(
	    "  example no From a spammer\n"
	    "    Subject: Interview\n"
	    "    envelope-from a@spammer.example\n"), 1, 0, NULL },
	{ "sender from From", RULES(
	    "  example no From a spammer\n"
	    "    From: \"Not <me>\" <a@spammer.example>\n"
	    "    Subject: Interview\n"), 1, 0, NULL },
	{ "recipient with a tag", RULES(
	    "  example yes Tagged\n"
	    "    Subject: Interview\n"
	    "    envelope-to marketing+x@company.example\n"), 1, 0, NULL },
	{ "recipient of nobody", RULES(
	    "  example yes Rewritten\n"
	    "    Subject: Interview\n"
	    "    envelope-to old-name@company.example\n"), 1, 0, NULL },
	{ "another alias' is run there", RULES(
	    "  example yes Theirs\n"
	    "    Subject: Hello\n"
	    "    envelope-to jobs@company.example\n"), 0, 0, NULL },
};

static void
run(const char *label, const struct policy *p, size_t alias, unsigned want_run,
    unsigned want_failed, const char *says)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct example_result r;

	example_run(p, alias, d, &r);
	diag_print(d, false, &b);
	if (r.run != want_run || r.failed != want_failed ||
	    diag_errors(d) != want_failed ||
	    (says != NULL && strstr(buf_str(&b), says) == NULL))
		fail_msg("%s: %u run, %u failed\n%s", label, r.run, r.failed,
		    buf_str(&b));
}

static void
tells_what_failed(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct policy *p = make_policy(conf, cases[i].rules);

		run(cases[i].label, p, 0, cases[i].run, cases[i].failed,
		    cases[i].says);
		policy_free(&p);
	}
}

/* All mail goes to otherwise there; what counts is what would have been. */
static void
looks_through_observe(void **state)
{
	struct policy *p = make_policy(conf, RULES(
	    "  example yes Theirs\n"
	    "    Subject: Hello\n"
	    "    | at Planet\n"
	    "    envelope-to jobs@company.example\n"
	    "    expect outlet = Planet\n"));

	(void)state;
	run("observe", p, 1, 1, 0, NULL);
	policy_free(&p);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, tempdir_setup, tempdir_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tells_what_failed),
		TEST(looks_through_observe),
	};

	return cmocka_run_group_tests_name("example", tests, NULL, NULL);
}
