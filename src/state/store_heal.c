/* SPDX-License-Identifier: MIT */
/*
 * A database that is no longer one.
 *
 * It is moved aside, for a person to look at, and a new one takes its place.
 * What is known without it: the messages themselves.  Those in new/ and hold/
 * enter as lost: undecided, and what was done with them is uncertain.  Those
 * in done/ enter as final, a few at a time, oldest first, since there may be
 * very many; the mail need not wait for them.
 *
 * The main file is moved first: a crash between the steps leaves a -wal
 * without its database, which SQLite throws away, and never a database
 * without its -wal, which would look sound and be old.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "state/record.h"
#include "state/store_impl.h"

enum { FILL_STEP = 500 };

/* ---- rows from the spool ---- */

static enum message_state
state_by_place(enum spool_where w)
{
	switch (w) {
	case SPOOL_NEW:
	case SPOOL_NOWHERE:
		return MESSAGE_ACTIVE;
	case SPOOL_DONE:
		return MESSAGE_FINAL;
	case SPOOL_HOLD:
		return MESSAGE_HELD;
	}
	bug("store: place %d in the spool", (int)w);
}

/* A row from what the message's file says; *kind tells why there is none. */
static enum db_result
adopt_from(struct store *st, struct db *db, enum spool_where w, const char *id,
    bool lost, enum err_kind *kind)
{
	AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;
	struct err e = ERR_INIT;
	struct envelope env;

	*kind = ERR_NONE;
	if (spool_read(st->sp, w, id, &m, &e) < 0) {
		*kind = e.kind;
		return DB_NONE;
	}
	env = m.env;
	record_clean_envelope(&env);
	return db_adopt(db, &env, m.size, state_by_place(w), lost);
}

bool
store_adopt(void *arg, struct db *db, const char *id)
{
	struct store *st = arg;
	enum spool_where w = spool_where(st->sp, id);
	struct envelope env = { .kind = ENVELOPE_MAIL, .received_ms = ulid_ms(id) };
	enum db_result rc;
	enum err_kind kind;

	if (w == SPOOL_NOWHERE)
		return false;
	rc = adopt_from(st, db, w, id, false, &kind);
	if (rc == DB_NONE && kind == ERR_DATA) {
		/* Damaged: it will be held, and must be seen to be. */
		snprintf(env.id, sizeof env.id, "%s", id);
		rc = db_adopt(db, &env, 0, state_by_place(w), false);
	}
	return rc == DB_OK;
}

static enum db_result
adopt_all(struct store *st, enum spool_where w)
{
	AUTO(names_release) struct names names = { NULL, 0 };
	struct err e = ERR_INIT;
	enum db_result rc = DB_OK;
	enum err_kind kind;

	if (spool_list(st->sp, w, &names, &e) < 0)
		return DB_IO;
	for (size_t i = 0; i < names.n && (rc == DB_OK || rc == DB_NONE); i++)
		rc = adopt_from(st, st->db, w, names.name[i], true, &kind);
	return rc == DB_NONE ? DB_OK : rc;
}

static enum db_result
note_loss(struct store *st, const char *what)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct record r = { .type = RECORD_EVENT, .at_ms = clock_wall_ms(),
	    .u.event = { EVENT_RECORDS_LOST, what } };

	return db_apply(st->db, record_clean(a, &r, 1), 1, NULL);
}

enum db_result
store_refill(struct store *st, const char *what, struct err *e)
{
	enum db_result rc;

	if ((rc = db_begin(st->db)) == DB_OK &&
	    (rc = adopt_all(st, SPOOL_NEW)) == DB_OK &&
	    (rc = adopt_all(st, SPOOL_HOLD)) == DB_OK &&
	    (rc = db_set_meta(st->db, STORE_FILL, "")) == DB_OK &&
	    (rc = db_set_meta(st->db, STORE_BEGUN, "refilled")) == DB_OK &&
	    (rc = note_loss(st, what)) == DB_OK &&
	    (rc = db_commit(st->db)) == DB_OK)
		return DB_OK;
	err_set(e, ERR_TEMP, "cannot fill a new database: %s", db_error(st->db));
	db_rollback(st->db);
	return rc;
}

/* ---- done/, step by step ---- */

struct fill {
	struct store *st;
	const char *after;
	char last[ULID_SIZE];
	unsigned n;
	enum db_result rc;
};

static bool
fill_one(void *arg, const char *id, int64_t received_ms)
{
	struct fill *f = arg;
	enum err_kind kind;

	(void)received_ms;
	if (strcmp(id, f->after) <= 0)
		return true;
	if (f->n == FILL_STEP)
		return false;
	f->n++;
	snprintf(f->last, sizeof f->last, "%s", id);
	f->rc = adopt_from(f->st, f->st->db, SPOOL_DONE, id, false, &kind);
	return f->rc == DB_OK || f->rc == DB_NONE;
}

static enum db_result
fill_step(struct store *st, struct fill *f)
{
	struct err e = ERR_INIT;

	if (spool_each_done(st->sp, fill_one, f, &e) < 0)
		return DB_IO;
	if (f->rc != DB_OK && f->rc != DB_NONE)
		return f->rc;
	if (f->n > 0)
		return db_set_meta(st->db, STORE_FILL, f->last);
	return db_unset_meta(st->db, STORE_FILL);
}

void
store_fill_some(struct store *st)
{
	AUTO(buf_release) struct buf after = BUF_INIT;
	struct fill f = { .st = st, .rc = DB_OK };
	enum db_result rc;

	if ((rc = db_get_meta(st->db, STORE_FILL, &after)) != DB_OK) {
		st->filling = rc != DB_NONE;
		return;
	}
	f.after = buf_str(&after);
	/* What does not work now will at the next call. */
	if (db_begin(st->db) != DB_OK)
		return;
	if (fill_step(st, &f) != DB_OK) {
		db_rollback(st->db);
		return;
	}
	if (db_commit(st->db) == DB_OK && f.n == 0)
		st->filling = false;
}

/* ---- moving aside ---- */

/* "20261122T101112.123Z" */
static void
stamp(char out[32])
{
	int64_t ms = clock_wall_ms();
	time_t s = (time_t)(ms / 1000);
	struct tm tm;

	gmtime_r(&s, &tm);
	strftime(out, 32, "%Y%m%dT%H%M%S", &tm);
	snprintf(out + strlen(out), 8, ".%03dZ", (int)(ms % 1000));
}

static int
move_aside(struct store *st, const char *to, struct err *e)
{
	static const char *const parts[] = { "", "-wal", "-shm" };
	int dirfd = spool_dirfd(st->sp);

	for (size_t i = 0; i < NELEM(parts); i++) {
		AUTO(xfree) char *from = xasprintf("mroute.db%s", parts[i]);
		AUTO(xfree) char *name = xasprintf("%s%s", to, parts[i]);

		if (renameat(dirfd, from, dirfd, name) < 0 && errno != ENOENT)
			return err_errno(e, ERR_TEMP, "cannot move '%s' aside", from);
		if (i == 0 && dir_sync(dirfd, from, e) < 0)
			return -1;
	}
	return dir_sync(dirfd, "mroute.db", e);
}

enum db_result
store_replace(struct store *st, struct err *e)
{
	AUTO(xfree) char *what = NULL;
	char time[32], to[64];
	enum db_result rc;

	stamp(time);
	snprintf(to, sizeof to, STORE_CORRUPT "%s", time);
	what = xasprintf("the database was damaged (%s) and is now '%s'; "
	    "a new one is filled from the spool", e->text, to);
	if (move_aside(st, to, e) < 0)
		return DB_IO;
	if ((rc = db_open(st->path, DB_WRITE, &st->db, e)) != DB_OK)
		return rc;
	return store_refill(st, what, e);
}
