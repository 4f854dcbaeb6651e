/* SPDX-License-Identifier: MIT */
/* A database of a fixture, and records put into it, for tests of db. */
#ifndef TESTS_DB_HELP_H
#define TESTS_DB_HELP_H

#include "records.h"

#include "state/db.h"
#include "state/record.h"

static inline struct db *
open_db(struct fixture *f)
{
	struct db *db = NULL;

	if (db_open(f->db_path, DB_WRITE, &db, &E) != DB_OK)
		fail_msg("%s", E.text);
	return db;
}

static inline void
put(struct db *db, struct arena *a, const struct record *r, size_t n)
{
	assert_int_equal(db_begin(db), DB_OK);
	if (db_apply(db, record_clean(a, r, n), n, NULL) != DB_OK)
		fail_msg("%s", db_error(db));
	assert_int_equal(db_commit(db), DB_OK);
}

#endif
