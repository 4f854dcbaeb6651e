/* SPDX-License-Identifier: MIT */
/* Which line of cron starts the summary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "cmd/due.h"
#include "tempdir.h"

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
test_cron(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();

	(void)state;
	assert_null(due_cron(a, "."));
	mkdir("cron.d", 0755);
	mkdir("cron.daily", 0755);
	put("cron.d/a", "# 0 7 * * * mroute mroute summary --due\n");
	put("cron.d/b", "0 7 * * * mroute mroute run --once\n"
	    "0 8 * * * ann other summary --due\n");
	put("cron.d/c", "");
	assert_null(due_cron(a, "."));
	put("cron.daily/mroute", "#!/bin/sh\n\tmroute -c x summary --due");
	assert_string_equal(due_cron(a, "."), "./cron.daily/mroute");
	put("cron.d/c", "0 7 * * 1 mroute /usr/bin/mroute summary --mail --week last\n");
	assert_string_equal(due_cron(a, "."), "./cron.d/c");
	put("crontab", "0 7 * * * mroute mroute summary --due\n");
	assert_string_equal(due_cron(a, "."), "./crontab");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_cron, tempdir_setup,
		    tempdir_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
