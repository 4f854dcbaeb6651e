/* SPDX-License-Identifier: MIT */
/*
 * Where commits go:
 *
 *              db failed                       journal taken in
 *   DATABASE ------------> JOURNAL (grows) ----------------------> DATABASE
 *      ^                      |  corrupt: moved aside, new one filled
 *      |                      v
 *      +------------------- HEAL
 *
 * Order is kept (I12): once an entry is in the journal every later commit goes there
 * too, until all of it is in the database and the journal is durably empty.
 */
#include "state/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "state/record.h"
#include "state/store_impl.h"

#define JOURNAL		"journal"
#define REFUSED		"journal.refused"

const char *
effect_state_name(enum effect_state s)
{
	static const char *const names[EFFECT_STATE_N] = {
		"ready", "leased", "done", "failed",
	};

	if (s >= EFFECT_STATE_N)
		bug("store: effect state %d", (int)s);
	return names[s];
}

const char *
message_state_name(enum message_state s)
{
	static const char *const names[MESSAGE_STATE_N] = {
		"active", "final", "held", "purged",
	};

	if (s >= MESSAGE_STATE_N)
		bug("store: message state %d", (int)s);
	return names[s];
}

void
store_trouble(struct store *st, enum db_result rc, const char *what)
{
	if (st->trouble == DB_OK)
		st->since_ms = clock_wall_ms();
	st->trouble = rc;
	if (rc == DB_CORRUPT)
		st->n_corrupt++;
	snprintf(st->why, sizeof st->why, "%.500s", what);
}

/* ---- the database ---- */

static void
close_db(struct store *st)
{
	db_close(&st->db);
	store_unreadable(st);
}

/* Was there mail before this database?  Then its records were lost. */
static bool
has_past(struct spool *sp)
{
	static const struct {
		const char *dir, *prefix;
	} signs[] = {
		{ "done", "" }, { "hold", "" }, { ".", STORE_CORRUPT },
	};
	struct err e = ERR_INIT;
	bool past = false;

	for (size_t i = 0; i < NELEM(signs) && !past; i++) {
		AUTO(names_release) struct names names = { NULL, 0 };

		if (dir_names(spool_dirfd(sp), signs[i].dir, &names, &e) < 0)
			continue;
		for (size_t k = 0; k < names.n; k++)
			past |= slice_starts(slice_str(names.name[k]),
			    signs[i].prefix);
	}
	return past;
}

/*
 * I14: a database has begun when what was known before it is in it, or nothing was.
 * Until then it is as good as none: we may have died after making its tables.
 */
static enum db_result
begin_db(struct store *st, struct err *e)
{
	AUTO(buf_release) struct buf begun = BUF_INIT;
	enum db_result rc = db_get_meta(st->db, STORE_BEGUN, &begun);

	if (rc != DB_NONE)
		return rc;
	if (has_past(st->sp))
		return store_refill(st, "there was no database; a new one is filled "
		    "from the spool", e);
	return db_set_meta(st->db, STORE_BEGUN, "new");
}

/* At start, and when damage was met: all of it then, whatever it takes. */
static enum db_result
check_db(struct store *st, struct err *e)
{
	enum db_result rc = DB_OK;

	if (!st->checked || st->n_corrupt > 0)
		rc = db_check(st->db, st->n_corrupt > 0, e);
	if (rc == DB_OK && st->n_corrupt > 1) {
		/* The check finds nothing, yet it was met again. */
		err_set(e, ERR_DATA, "%s", st->why);
		return DB_CORRUPT;
	}
	st->checked = rc == DB_OK;
	return rc;
}

/* Open db for writing, as it is or anew. */
static void
open_db(struct store *st)
{
	AUTO(buf_release) struct buf fill = BUF_INIT;
	struct err e = ERR_INIT;
	enum db_result rc;

	close_db(st);
	rc = db_open(st->path, DB_WRITE, &st->db, &e);
	if (rc == DB_OK)
		rc = check_db(st, &e);
	if (rc == DB_CORRUPT) {
		db_close(&st->db);
		rc = store_replace(st, &e);
	}
	if (rc == DB_OK)
		rc = begin_db(st, &e);
	if (rc == DB_OK)
		rc = db_get_meta(st->db, STORE_FILL, &fill);
	if (rc != DB_OK && rc != DB_NONE) {
		store_trouble(st, rc, e.text[0] != '\0' ? e.text :
		    st->db != NULL ? db_error(st->db) : "cannot be opened");
		close_db(st);
		return;
	}
	st->filling = rc == DB_OK;
	store_readable(st);
}

/* Write to db in one transaction, all of it durable or nothing. */
static enum db_result
write_db(struct store *st, const struct record *r, size_t n)
{
	const struct db_missing missing = { store_adopt, st };
	enum db_result rc;

	if ((rc = db_begin(st->db)) != DB_OK)
		return rc;
	if ((rc = db_apply(st->db, r, n, &missing)) != DB_OK) {
		db_rollback(st->db);
		return rc;
	}
	return db_commit(st->db);
}

/* ---- taking the journal in ---- */

struct intake {
	struct store *st;
	struct db_missing missing;
	enum db_result rc;
	uint64_t entries, refused;
	struct err e;
};

/* An entry that can never go in must not keep the others out. */
static bool
refuse(struct intake *in, const struct record *r, size_t n)
{
	AUTO(journal_close) struct journal *j = NULL;

	in->refused++;
	return journal_open(spool_dirfd(in->st->sp), REFUSED, true, &j, &in->e) == 0 &&
	    journal_append(j, r, NULL, n, &in->e) == 0;
}

static bool
take_entry(void *arg, const struct record *r, const bool *fresh, size_t n)
{
	struct intake *in = arg;

	(void)fresh;
	in->entries++;
	in->rc = db_apply(in->st->db, r, n, &in->missing);
	if (in->rc == DB_REFUSED && refuse(in, r, n))
		in->rc = DB_OK;
	return in->rc == DB_OK;
}

static enum db_result
note_intake(struct store *st, const struct intake *in)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct record r = { .type = RECORD_EVENT, .at_ms = clock_wall_ms() };
	char since[CLOCK_ISO_SIZE] = "an earlier run";

	if (st->since_ms != 0)
		clock_iso(st->since_ms, since);
	r.u.event.name = EVENT_RECORDS_BACK;
	r.u.event.text = arena_printf(a, "%llu entries of the journal entered the "
	    "database; out of use since %s%s%s; %u gaps, %llu refused",
	    (unsigned long long)in->entries, since,
	    st->why[0] != '\0' ? ": " : "", st->why, journal_damaged(st->journal),
	    (unsigned long long)in->refused);
	return db_apply(st->db, record_clean(a, &r, 1), 1, NULL);
}

/* Keep the bytes of a journal with damage in it for a person. */
static int
empty_journal(struct store *st, struct err *e)
{
	AUTO(xfree) char *name = NULL;
	int dirfd = spool_dirfd(st->sp);

	if (journal_damaged(st->journal) == 0)
		return journal_clear(st->journal, e);
	name = xasprintf(JOURNAL ".damaged-%lld", (long long)clock_wall_ms());
	if (renameat(dirfd, JOURNAL, dirfd, name) < 0)
		return err_errno(e, ERR_TEMP, "cannot rename '%s'", JOURNAL);
	if (dir_sync(dirfd, JOURNAL, e) < 0)
		return -1;
	journal_close(&st->journal);
	return journal_open(dirfd, JOURNAL, true, &st->journal, e);
}

/* All entries in one transaction; then the journal is emptied. */
static enum db_result
take_in(struct store *st)
{
	struct intake in = { .st = st, .missing = { store_adopt, st }, .rc = DB_OK,
	    .e = ERR_INIT };
	enum db_result rc;

	if ((rc = db_begin(st->db)) != DB_OK) {
		store_trouble(st, rc, db_error(st->db));
		return rc;
	}
	if (journal_each(st->journal, take_entry, &in, &in.e) < 0)
		in.rc = DB_IO;
	if (in.rc == DB_OK && in.entries > 0)
		in.rc = note_intake(st, &in);
	if (in.rc != DB_OK) {
		store_trouble(st, in.rc, in.e.text[0] != '\0' ? in.e.text :
		    db_error(st->db));
		db_rollback(st->db);
		return in.rc;
	}
	if ((rc = db_commit(st->db)) != DB_OK) {
		store_trouble(st, rc, db_error(st->db));
		return rc;
	}
	/* A crash here enters all of it again, which changes nothing (I7). */
	if (empty_journal(st, &in.e) < 0) {
		store_trouble(st, DB_IO, in.e.text);
		return DB_IO;
	}
	side_drop(st);
	return DB_OK;
}

/* ---- opening ---- */

static int
open_write(struct store *st, struct err *e)
{
	const char *why;

	if (journal_open(spool_dirfd(st->sp), JOURNAL, true, &st->journal, e) < 0)
		return -1;
	st->trouble = DB_IO;
	if (store_usable(st, &why) || journal_entries(st->journal) == 0)
		return 0;
	return side_build(st, e);
}

/*
 * A reader wants database and journal of one moment.  The journal is read
 * first; when the writer has emptied it since, the database has what was in
 * it, and we look again.
 */
static int
open_read(struct store *st, struct err *e)
{
	struct err db_err = ERR_INIT, j_err = ERR_INIT;
	enum db_result rc;

	rc = db_open(st->path, DB_READ, &st->db, &db_err);
	st->readable = rc == DB_OK;
	if (rc != DB_OK)
		store_trouble(st, rc, db_err.text);
	for (int tries = 0; tries < 5; tries++) {
		journal_close(&st->journal);
		side_drop(st);
		if (journal_open(spool_dirfd(st->sp), JOURNAL, false, &st->journal,
		    &j_err) < 0 && j_err.kind != ERR_ABSENT) {
			*e = j_err;
			return -1;
		}
		if (st->journal == NULL || journal_entries(st->journal) == 0)
			break;
		if (side_build(st, e) < 0)
			return -1;
		if (journal_same(st->journal))
			break;
	}
	if (st->db != NULL || st->side != NULL)
		return 0;
	*e = db_err;
	return -1;
}

/*
 * SQLite is to refuse a link in the place of the database, and then takes none
 * above it either; above the spool there may be some.
 */
static char *
database_path(struct spool *sp, struct err *e)
{
	AUTO(xfree) char *dir = realpath(spool_path(sp), NULL);

	if (dir == NULL) {
		err_errno(e, ERR_TEMP, "cannot find '%s'", spool_path(sp));
		return NULL;
	}
	return path_join(dir, "mroute.db");
}

int
store_open(struct spool *sp, enum store_mode mode, struct store **out, struct err *e)
{
	AUTO(store_close) struct store *st = xcalloc(1, sizeof *st);

	*out = NULL;
	st->sp = sp;
	st->mode = mode;
	if ((st->path = database_path(sp, e)) == NULL)
		return -1;
	if (db_check_fs(spool_dirfd(sp), spool_path(sp), e) < 0)
		return -1;
	if ((mode == STORE_WRITE ? open_write(st, e) : open_read(st, e)) < 0)
		return -1;
	*out = st;
	st = NULL;
	return 0;
}

void
store_close(struct store **st)
{
	if (*st == NULL)
		return;
	side_drop(*st);
	journal_close(&(*st)->journal);
	db_close(&(*st)->db);
	names_release(&(*st)->before);
	free((*st)->path);
	free(*st);
	*st = NULL;
}

/* ---- committing ---- */

/* Which messages are in no record yet: only their journal tells all of them. */
static bool *
find_fresh(struct store *st, struct arena *a, const struct record *r, size_t n)
{
	bool *fresh = arena_calloc(a, n, sizeof *fresh);

	for (size_t i = 0; i < n; i++) {
		struct db *db = store_main(st);
		struct db_known known;
		enum db_result rc = DB_IO;

		if (r[i].id[0] == '\0' || side_has(st, r[i].id) != SIDE_NO)
			continue;
		if (db != NULL && (rc = db_known(db, r[i].id, &known)) != DB_OK &&
		    rc != DB_NONE)
			store_unreadable(st);
		fresh[i] = rc == DB_NONE ||
		    (rc != DB_OK && store_is_new(st, r[i].id));
	}
	return fresh;
}

int
store_commit(struct store *st, const struct record *r, size_t n, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const struct record *clean = record_clean(a, r, n);
	enum db_result rc;
	bool *fresh;

	if (st->mode != STORE_WRITE)
		bug("store: a commit by a reader");
	if (st->trouble == DB_OK) {
		if ((rc = write_db(st, clean, n)) == DB_OK)
			return 0;
		store_trouble(st, rc, db_error(st->db));
		if (rc == DB_CORRUPT)
			store_unreadable(st);
	}
	fresh = find_fresh(st, a, clean, n);
	if (journal_append(st->journal, clean, fresh, n, e) < 0)
		return err_prefix(e, "database (%s) and journal", st->why);
	side_add(st, clean, fresh, n);
	return 0;
}

/* After a failure other than a lock: does db answer again? */
static void
try_reading(struct store *st)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct err e = ERR_INIT;
	enum db_result rc;

	if (st->db == NULL || st->readable)
		return;
	rc = db_get_meta(st->db, STORE_FILL, &b);
	if (rc != DB_OK && rc != DB_NONE)
		return;
	store_readable(st);
	/* Now what side has only parts of can be had whole. */
	if (st->n_part > 0)
		(void)!side_build(st, &e);
}

bool
store_usable(struct store *st, const char **why)
{
	enum db_result rc;

	*why = st->why;
	if (st->mode == STORE_READ)
		return st->trouble == DB_OK;
	if (st->trouble == DB_OK) {
		if (st->filling)
			store_fill_some(st);
		return true;
	}
	/* Locked or full goes by itself; after anything else start afresh. */
	if (st->db == NULL || (st->trouble != DB_BUSY && st->trouble != DB_FULL))
		open_db(st);
	try_reading(st);
	if (st->db == NULL)
		return false;
	if ((rc = take_in(st)) != DB_OK) {
		if (rc == DB_CORRUPT)
			close_db(st);
		return false;
	}
	st->trouble = DB_OK;
	st->n_corrupt = 0;
	st->why[0] = '\0';
	st->since_ms = 0;
	return true;
}

int
store_mark(struct store *st, struct store_mark *out, struct err *e)
{
	struct db *db = store_main(st);

	if (db == NULL)
		return store_cannot(st, e);
	return store_answer(st, db_mark(db, out), e);
}
