/* SPDX-License-Identifier: MIT */
/*
 * tempdir - a directory for one test, under $TMPDIR, and its end.
 *
 *	cmocka_unit_test_setup_teardown(f, tempdir_setup, tempdir_teardown)
 *
 * The test runs in it: paths are relative.
 */
#ifndef TESTS_TEMPDIR_H
#define TESTS_TEMPDIR_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"

static inline int
tempdir_setup(void **state)
{
	const char *base = getenv("TMPDIR");
	char *path = xasprintf("%s/unit.XXXXXX", base != NULL ? base : "/tmp");

	if (mkdtemp(path) == NULL || chdir(path) < 0)
		return -1;
	*state = path;
	return 0;
}

static inline int
tempdir_remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static inline int
tempdir_teardown(void **state)
{
	int rc = 0;

	if (chdir("/") < 0 ||
	    nftw(*state, tempdir_remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
		rc = -1;
	free(*state);
	return rc;
}

#endif
