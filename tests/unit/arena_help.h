/* SPDX-License-Identifier: MIT */
/* An arena for a group of tests: cmocka_run_group_tests(tests, setup, teardown). */
#ifndef TESTS_ARENA_HELP_H
#define TESTS_ARENA_HELP_H

#include "base/arena.h"

static struct arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

#endif
