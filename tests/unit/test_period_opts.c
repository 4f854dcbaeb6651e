/* SPDX-License-Identifier: MIT */
/* Which period the options of summary and stats mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/period_opts.h"

/* Saturday 2026-11-28, 20:21:26 UTC: 21:21 in Berlin. */
#define NOW	(1795897286 * INT64_C(1000))

static const struct {
	struct period_opts o;
	int month_day;
	const char *want;		/* period_name(); NULL: refused */
} cases[] = {
	{ { NULL, NULL, NULL, NULL }, 1, "2026-W47" },
	{ { "last", NULL, NULL, NULL }, 1, "2026-W47" },
	{ { "this", NULL, NULL, NULL }, 1, "2026-W48" },
	{ { "2026-W01", NULL, NULL, NULL }, 1, "2026-W01" },
	{ { NULL, "last", NULL, NULL }, 1, "2026-10" },
	{ { NULL, "this", NULL, NULL }, 1, "2026-11" },
	{ { NULL, "2026-02", NULL, NULL }, 1, "2026-02" },
	/* The month that ended on the 22nd, and the one that began then. */
	{ { NULL, "last", NULL, NULL }, 22, "2026-11" },
	{ { NULL, "this", NULL, NULL }, 22, "2026-12" },
	{ { NULL, NULL, "2026-11-03", "2026-11-17" }, 1, "2026-11-03/2026-11-17" },
	{ { NULL, NULL, "last week", "yesterday" }, 1, "2026-11-16/2026-11-27" },
	{ { NULL, NULL, NULL, "2026-11-17" }, 1, NULL },
	{ { NULL, NULL, "2026-11-17", "2026-11-16" }, 1, NULL },
	{ { NULL, NULL, "2026-12-17", NULL }, 1, NULL },
	{ { NULL, NULL, "soon", NULL }, 1, NULL },
	{ { "2026-W54", NULL, NULL, NULL }, 1, NULL },
	{ { NULL, "2026-13", NULL, NULL }, 1, NULL },
	{ { "last", "last", NULL, NULL }, 1, NULL },
	{ { "last", NULL, "2d", NULL }, 1, NULL },
};

static void
test_periods(void **state)
{
	AUTO(calendar_close) struct calendar *zone = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(calendar_open("Europe/Berlin", &zone, &e), 0);
	for (size_t i = 0; i < NELEM(cases); i++) {
		char name[PERIOD_NAME_SIZE] = "";
		struct period p;
		int r = period_opts_read(&cases[i].o, zone, cases[i].month_day, NOW, &p,
		    &e);

		if (r == 0)
			period_name(zone, &p, name);
		else
			assert_int_equal(e.kind, ERR_USAGE);
		if (strcmp(name, cases[i].want != NULL ? cases[i].want : "") != 0)
			fail_msg("case %zu: '%s'", i, name);
	}
}

/* Until now, to the millisecond: nothing that came a moment ago is left out. */
static void
test_open_end(void **state)
{
	const struct period_opts o = { .since = "2h" };
	AUTO(calendar_close) struct calendar *zone = NULL;
	struct err e = ERR_INIT;
	struct period p;

	(void)state;
	assert_int_equal(calendar_open("Europe/Berlin", &zone, &e), 0);
	assert_int_equal(period_opts_read(&o, zone, 1, NOW, &p, &e), 0);
	assert_int_equal(p.kind, PERIOD_SPAN);
	assert_true(p.to_ms == NOW && p.from_ms == NOW - 7200000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_open_end),
	};

	return cmocka_run_group_tests_name("period_opts", tests, NULL, NULL);
}
