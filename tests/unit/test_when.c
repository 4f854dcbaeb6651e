/* SPDX-License-Identifier: MIT */
/* Times as people type them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "cmd/when.h"

#define S	INT64_C(1000)
#define NOW	(1795897286 * S)	/* 2026-11-28 20:21:26 UTC */

static const struct {
	const char *text;
	bool end;
	int64_t want;			/* seconds; -1: refused */
} cases[] = {
	{ "90s", false, 1795897286 - 90 },
	{ "2h", false, 1795897286 - 7200 },
	{ "15min", false, 1795897286 - 900 },
	{ "15 m", false, 1795897286 - 900 },
	{ "30d", true, 1795897286 - 30 * 86400 },
	{ "1w", false, 1795897286 - 7 * 86400 },
	{ "0d", false, 1795897286 },
	{ "2026-11-28", false, 1795824000 },
	{ "2026-11-28", true, 1795824000 + 86400 },
	{ "2026-11-28 18:30", false, 1795824000 + 18 * 3600 + 1800 },
	{ "2026-11-28T18:30", true, 1795824000 + 18 * 3600 + 1860 },
	{ "2026-11-28T18:30:11", false, 1795824000 + 18 * 3600 + 1811 },
	{ "2026-11-28 18:30:11", true, 1795824000 + 18 * 3600 + 1811 },
	{ "2024-02-29", false, 1709164800 },
	{ "today", false, 1795824000 },
	{ "today", true, 1795824000 + 86400 },
	{ "yesterday", false, 1795824000 - 86400 },
	{ "yesterday", true, 1795824000 },
	/* It is a Saturday. */
	{ "saturday", false, 1795824000 },
	{ "Friday", false, 1795824000 - 86400 },
	{ "friday", true, 1795824000 },
	{ "sunday", false, 1795824000 - 6 * 86400 },
	{ "this week", false, 1795824000 - 5 * 86400 },
	{ "this week", true, 1795824000 + 2 * 86400 },
	{ "last week", false, 1795824000 - 12 * 86400 },
	{ "last week", true, 1795824000 - 5 * 86400 },
	{ "this month", false, 1795824000 - 27 * 86400 },
	{ "this month", true, 1795824000 + 3 * 86400 },
	{ "last month", false, 1795824000 - 58 * 86400 },
	{ "last month", true, 1795824000 - 27 * 86400 },
	{ " 2026-11-28 ", false, 1795824000 },
	{ "", false, -1 },
	{ "d", false, -1 },
	{ "30", false, -1 },
	{ "30x", false, -1 },
	{ "-30d", false, -1 },
	{ "99999999999999999999d", false, -1 },
	{ "2026-02-30", false, -1 },
	{ "2026-13-01", false, -1 },
	{ "2026-1-1", false, -1 },
	{ "2026-11-28 25:00", false, -1 },
	{ "2026-11-28 18:30:61", false, -1 },
	{ "2026-11-28 18:30:1", false, -1 },
	{ "2026-11-28 18:30:11x", false, -1 },
	{ "2026-11-28x", false, -1 },
	{ "soon", false, -1 },
};

static void
test_times(void **state)
{
	struct err e = ERR_INIT;
	int64_t got;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int r = when_parse(NULL, cases[i].text, NOW, cases[i].end, &got, &e);

		if ((r < 0) != (cases[i].want < 0))
			fail_msg("'%s': %d", cases[i].text, r);
		if (r == 0 && got != cases[i].want * S)
			fail_msg("'%s': %lld, not %lld", cases[i].text,
			    (long long)(got / S), (long long)cases[i].want);
		if (r < 0)
			assert_int_equal(e.kind, ERR_USAGE);
	}
}

/* The day on which clocks go back has 25 hours. */
static void
test_summer_time(void **state)
{
	struct err e = ERR_INIT;
	int64_t from, to;

	(void)state;
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	assert_int_equal(when_parse(NULL, "2026-10-25", NOW, false, &from, &e), 0);
	assert_int_equal(when_parse(NULL, "2026-10-25", NOW, true, &to, &e), 0);
	assert_int_equal(to - from, 25 * 3600 * S);
	/* 18:00 is 19 hours after midnight on that day. */
	assert_int_equal(when_parse(NULL, "2026-10-25 18:00", NOW, false, &to, &e), 0);
	assert_int_equal(to - from, 19 * 3600 * S);
	setenv("TZ", "UTC", 1);
	tzset();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_summer_time),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests_name("when", tests, NULL, NULL);
}
