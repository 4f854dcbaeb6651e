/* SPDX-License-Identifier: MIT */
/* The line that says how far a job is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/progress.h"

static const struct {
	const char *label;
	uint64_t total, done;
	int64_t elapsed_ms;
	const char *want;
} cases[] = {
	{ "in the middle", 10000, 4200, 3500,
	    "4200 of 10000 messages, 1200/s, 5 s left" },
	{ "the total is not known", 0, 4200, 3500, "4200 messages, 1200/s" },
	{ "slow", 100, 3, 2000, "3 of 100 messages, 1.5/s, 65 s left" },
	{ "nothing yet", 100, 0, 700, "0 of 100 messages, 0.0/s" },
	{ "no time has passed", 10, 1, 0, "1 of 10 messages, 1000/s, 0 s left" },
	{ "more than were counted", 10, 12, 1000,
	    "12 of 10 messages, 12/s, 0 s left" },
};

static void
says_how_far_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		const struct progress pg = { .unit = "messages",
		    .total = cases[i].total };
		AUTO(buf_release) struct buf b = BUF_INIT;

		progress_text(&pg, cases[i].done, cases[i].elapsed_ms, &b);
		assert_string_equal(buf_str(&b), cases[i].want);
	}
}

/* Without a terminal nothing is written, however long it takes. */
static void
is_silent_when_not_wanted(void **state)
{
	struct progress pg;

	(void)state;
	progress_start(&pg, "messages", 10, false);
	pg.last -= 10000;
	progress_show(&pg, 5);
	assert_false(pg.shown);
	progress_end(&pg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_how_far_it_is),
		cmocka_unit_test(is_silent_when_not_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
