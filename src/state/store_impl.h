/* SPDX-License-Identifier: MIT */
/*
 * store_impl - what the files of store share; for store*.c only.
 *
 * Two databases answer questions.  `db` is SPOOL/mroute.db.  `side` is in
 * memory and exists only while the journal is not empty: it has the messages
 * that the journal's records touch, each as it stands after them.  A message
 * in `side` is answered by `side` alone.
 *
 * A message of `side` is whole when everything is known of it: it was copied
 * from db before the first record was applied, or it was in no record before.
 * While db cannot be read, one that came from there is a part: what `side` has
 * of it is true, but is not all.
 */
#ifndef STATE_STORE_IMPL_H
#define STATE_STORE_IMPL_H

#include "state/db.h"
#include "state/journal.h"
#include "state/store.h"

/* Names in the spool of databases that were moved aside: and the time. */
#define STORE_CORRUPT	"mroute.db.corrupt-"

/* Meta of the database: it is complete; done/ is entered up to this id. */
#define STORE_BEGUN	"begun"
#define STORE_FILL	"fill"

struct store {
	struct spool *sp;
	enum store_mode mode;
	char *path;			/* of the database */

	struct db *db;			/* NULL while it can't be opened */
	enum db_result trouble;		/* DB_OK: commits go to db */
	unsigned n_corrupt;		/* since it last worked */
	char why[600];			/* what the trouble is */
	int64_t since_ms;		/* when it began */
	bool checked;			/* db was, since we started */
	bool filling;			/* done/ is being entered after a loss */

	struct journal *journal;	/* a reader's: NULL when there is none */
	struct db *side;		/* NULL while the journal is empty */
	size_t n_part;			/* messages of side that are parts */

	/*
	 * While db cannot be read: when that was found, and what lay in new/
	 * and hold/ then.  What came later can't be in db: only we write it.
	 */
	bool readable;
	int64_t unreadable_ms;
	struct names before;
};

/* ---- store.c ---- */

/* Remember what is wrong with db. */
void store_trouble(struct store *st, enum db_result rc, const char *what);

/* ---- store_side.c ---- */

enum side_has { SIDE_NO, SIDE_PART, SIDE_WHOLE };
enum side_has side_has(struct store *st, const char *id);

/* db does not answer: from now on new messages are told by their arrival. */
void store_unreadable(struct store *st);
void store_readable(struct store *st);

/* A message that arrived after db became unreadable. */
bool store_is_new(struct store *st, const char *id);

/* Enter records that were just put into the journal. */
void side_add(struct store *st, const struct record *r, const bool *fresh,
    size_t n);

/* Make side anew from db and the whole journal. */
NODISCARD int side_build(struct store *st, struct err *e);
void side_drop(struct store *st);

/* ---- store_heal.c ---- */

/*
 * db_missing.fill: give a message in the spool a row.  The first record of a
 * message is often that it was looked at.
 */
bool store_adopt(void *st, struct db *db, const char *id);

/*
 * Move a corrupt database aside and open a new one; db must be closed.  The
 * messages in new/ and hold/ enter it as lost.
 */
enum db_result store_replace(struct store *st, struct err *e);

/* A new database was made though the spool has a past: enter that. */
enum db_result store_refill(struct store *st, const char *what, struct err *e);

/* Some more of done/, after a refill was begun. */
void store_fill_some(struct store *st);

/* ---- store_read.c ---- */

/* db when it can be asked, else NULL. */
struct db *store_main(struct store *st);

/* The database that knows this message; NULL when none can be asked. */
struct db *store_db_of(struct store *st, const char *id);

/* What a question to a database came to; -1 when it was no answer. */
NODISCARD int store_answer(struct store *st, enum db_result rc, struct err *e);
NODISCARD int store_cannot(struct store *st, struct err *e);

/* 0, or why not: an older mroute made it, without what is counted by. */
NODISCARD int store_knows_lines(struct store *st, struct db *db, struct err *e);

#endif
