/* SPDX-License-Identifier: MIT */
#include "flow/summary_say.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "arena_help.h"

static void
counts_have_thousands(void **state)
{
	static const struct {
		uint64_t n;
		const char *want;
	} cases[] = {
		{ 0, "0" }, { 7, "7" }, { 999, "999" }, { 1000, "1,000" },
		{ 1204, "1,204" }, { 50000, "50,000" }, { 5000000, "5,000,000" },
		{ UINT64_MAX, "18,446,744,073,709,551,615" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++)
		assert_string_equal(say_count(arena, cases[i].n), cases[i].want);
	assert_string_equal(say_of(arena, 1, "message", "messages"), "1 message");
	assert_string_equal(say_of(arena, 0, "message", "messages"), "0 messages");
	assert_string_equal(say_of(arena, 1204, "message", "messages"), "1,204 messages");
}

static void
all_and_none_are_said_of_all_and_none_only(void **state)
{
	static const struct {
		uint64_t part, whole;
		const char *want;
	} cases[] = {
		{ 0, 0, "-" }, { 0, 5, "0 %" }, { 5, 5, "100 %" },
		{ 1, 1000, "under 1 %" }, { 999, 1000, "over 99 %" }, { 4999, 5000, "over 99 %" },
		{ 1, 100, "1 %" }, { 99, 100, "99 %" }, { 375, 412, "91 %" },
		{ 1, 8, "13 %" }, { 1, 3, "33 %" }, { 2, 3, "67 %" },
		{ 4999999, 5000000, "over 99 %" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++)
		assert_string_equal(say_share(arena, cases[i].part, cases[i].whole),
		    cases[i].want);
}

static void
changes_have_a_sign(void **state)
{
	(void)state;
	assert_string_equal(say_change(arena, 14, 0), "+14");
	assert_string_equal(say_change(arena, 3, 6), "-3");
	assert_string_equal(say_change(arena, 3, 3), "0");
	assert_string_equal(say_change(arena, 0, 0), "0");
	assert_string_equal(say_change(arena, 0, 1234), "-1,234");
	assert_string_equal(say_change(arena, UINT64_MAX, 0), "+18,446,744,073,709,551,615");
}

static void
spans_are_never_said_too_short(void **state)
{
	static const struct {
		int64_t ms;
		const char *want;
	} cases[] = {
		{ -5, "0.1 s" }, { 0, "0.1 s" }, { 100, "0.1 s" }, { 101, "0.2 s" },
		{ 1900, "1.9 s" }, { 1901, "2 s" }, { 2001, "2.1 s" }, { 9901, "10 s" },
		{ 119000, "119 s" }, { 119001, "2 min" }, { 120001, "3 min" },
		{ 119 * 60000, "119 min" }, { 7140001, "2 h" }, { 47 * 3600000, "47 h" },
		{ 47 * 3600000 + 1, "2 d" }, { 86400000LL * 1500, "1,500 d" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++)
		assert_string_equal(say_span(arena, cases[i].ms), cases[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_have_thousands),
		cmocka_unit_test(all_and_none_are_said_of_all_and_none_only),
		cmocka_unit_test(changes_have_a_sign),
		cmocka_unit_test(spans_are_never_said_too_short),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
