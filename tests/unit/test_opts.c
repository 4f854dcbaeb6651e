/* SPDX-License-Identifier: MIT */
#include "base/opts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct values {
	const char *rules;
	bool json;
	uint64_t limit;
	int color;
};

static const struct opt table[] = {
	OPT_STRING('r', "rules", "DIR", struct values, rules, "judge by these"),
	OPT_FLAG(0, "json", struct values, json, "for machines"),
	OPT_NUMBER('n', "limit", "N", struct values, limit, "at most N"),
	OPT_CHOICE(0, "color", "auto|always|never", struct values, color, "colour"),
	OPT_END
};

enum { ARGS_MAX = 8 };

static int
parse(const char *const *args, enum opts_order order, struct values *v, char **argv,
    int *first, struct err *e)
{
	const struct opt_set set[] = { { NULL, NULL }, { table, v } };
	int n = 0;

	while (args[n] != NULL) {
		argv[n] = (char *)(uintptr_t)args[n];
		n++;
	}
	argv[n] = NULL;
	memset(v, 0, sizeof *v);
	return opts_parse(set, NELEM(set), order, n, argv, first, e);
}

static void
values_reach_their_variables(void **state)
{
	static const struct {
		const char *args[ARGS_MAX];
		struct values want;
		int operands;
	} cases[] = {
		{ { "x" }, { NULL, false, 0, 0 }, 0 },
		{ { "x", "-r", "a", "m" }, { "a", false, 0, 0 }, 1 },
		{ { "x", "-ra" }, { "a", false, 0, 0 }, 0 },
		{ { "x", "--rules=a", "--json" }, { "a", true, 0, 0 }, 0 },
		{ { "x", "m", "--js", "n" }, { NULL, true, 0, 0 }, 2 },
		{ { "x", "--rules", "" }, { "", false, 0, 0 }, 0 },
		{ { "x", "-n3", "-n", "7" }, { NULL, false, 7, 0 }, 0 },
		{ { "x", "--color", "never" }, { NULL, false, 0, 2 }, 0 },
		{ { "x", "--", "--json" }, { NULL, false, 0, 0 }, 1 },
		{ { "x", "-" }, { NULL, false, 0, 0 }, 1 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct values v;
		struct err e = ERR_INIT;
		char *argv[ARGS_MAX];
		int first, argc = 0;

		while (cases[i].args[argc] != NULL)
			argc++;
		assert_int_equal(
		    parse(cases[i].args, OPTS_MIXED, &v, argv, &first, &e), 0);
		if (cases[i].want.rules == NULL)
			assert_null(v.rules);
		else
			assert_string_equal(v.rules, cases[i].want.rules);
		assert_int_equal(v.json, cases[i].want.json);
		assert_int_equal(v.limit, cases[i].want.limit);
		assert_int_equal(v.color, cases[i].want.color);
		assert_int_equal(argc - first, cases[i].operands);
	}
}

static void
leading_options_end_at_the_first_operand(void **state)
{
	static const char *const args[] = { "x", "--json", "test", "-r", "a", NULL };
	struct values v;
	struct err e = ERR_INIT;
	char *argv[ARGS_MAX];
	int first;

	(void)state;
	assert_int_equal(parse(args, OPTS_LEADING, &v, argv, &first, &e), 0);
	assert_int_equal(first, 2);
	assert_true(v.json);
	assert_null(v.rules);
}

static void
mistakes_are_told_in_our_words(void **state)
{
	static const struct {
		const char *args[ARGS_MAX];
		const char *want;
	} cases[] = {
		{ { "x", "-z" }, "unknown option '-z'" },
		{ { "x", "m", "-z" }, "unknown option '-z'" },
		{ { "x", "--jsno" }, "unknown option '--jsno'; did you mean '--json'?" },
		{ { "x", "--ruels=a" }, "unknown option '--ruels=a'; did you mean '--rules'?" },
		{ { "x", "m", "--bananas" }, "unknown option '--bananas'" },
		{ { "x", "-r" }, "option '-r' needs DIR" },
		{ { "x", "m", "--rules" }, "option '--rules' needs DIR" },
		{ { "x", "--json=yes" }, "option '--json' takes no value" },
		{ { "x", "--l" }, "option '--limit' needs N" },
		{ { "x", "-n", "many" }, "option '--limit' needs a number, not 'many'" },
		{ { "x", "--limit=-1" }, "option '--limit' needs a number, not '-1'" },
		{ { "x", "--color=red" },
		    "option '--color' must be one of auto|always|never, not 'red'" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct values v;
		struct err e = ERR_INIT;
		char *argv[ARGS_MAX];
		int first;

		assert_int_equal(
		    parse(cases[i].args, OPTS_MIXED, &v, argv, &first, &e), -1);
		assert_int_equal(e.kind, ERR_USAGE);
		assert_string_equal(e.text, cases[i].want);
	}
}

static void
help_is_aligned(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	(void)state;
	opts_help(table, &out);
	assert_string_equal(buf_str(&out),
	    "  -r, --rules DIR         judge by these\n"
	    "      --json              for machines\n"
	    "  -n, --limit N           at most N\n"
	    "      --color auto|always|never\n"
	    "                          colour\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_reach_their_variables),
		cmocka_unit_test(leading_options_end_at_the_first_operand),
		cmocka_unit_test(mistakes_are_told_in_our_words),
		cmocka_unit_test(help_is_aligned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
