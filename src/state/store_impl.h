/* SPDX-License-Identifier: MIT */
/*
 * store_impl - what the files of store share; for store*.c only.
 *
 * Two databases answer questions.  `db` is SPOOL/mroute.db.  `side` is in
 * memory and exists only while the journal is not empty: it holds the messages
 * that the journal's records touch, each as it stands after them (copied from
 * db first).  A message in `side` is answered by `side` alone.
 */
#ifndef STATE_STORE_IMPL_H
#define STATE_STORE_IMPL_H

#include "state/db.h"
#include "state/store.h"

struct store {
	struct spool *sp;
	enum store_mode mode;
	char *path;			/* of the database */
	struct db *db;			/* NULL while it can't be opened */
	struct db *side;		/* NULL while the journal is empty */
	bool readable;			/* db answered when last asked */
	char why[600];			/* what is wrong; "" nothing */
};

/* Keep what a question to the database came to; -1 when it was no answer. */
int store_answer(struct store *st, enum db_result rc, struct err *e);

/* Is the message one of those in `side`? */
bool store_aside(struct store *st, const char *id);

/* The database that knows this message best; NULL when none can be asked. */
struct db *store_db_for(struct store *st, const char *id);

#endif
