/* SPDX-License-Identifier: MIT */
#include "state/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "state/record.h"
#include "state/store_impl.h"

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

int
store_open(struct spool *sp, enum store_mode mode, struct store **out, struct err *e)
{
	AUTO(store_close) struct store *st = xcalloc(1, sizeof *st);
	enum db_result rc;

	*out = NULL;
	st->sp = sp;
	st->mode = mode;
	st->path = path_join(spool_path(sp), "mroute.db");
	if (db_check_fs(spool_dirfd(sp), spool_path(sp), e) < 0)
		return -1;
	rc = db_open(st->path, mode == STORE_WRITE ? DB_WRITE : DB_READ, &st->db,
	    NULL, e);
	if (rc != DB_OK)
		return -1;
	st->readable = true;
	*out = st;
	st = NULL;
	return 0;
}

void
store_close(struct store **st)
{
	if (*st == NULL)
		return;
	db_close(&(*st)->side);
	db_close(&(*st)->db);
	free((*st)->path);
	free(*st);
	*st = NULL;
}

static enum db_result
write_db(struct store *st, const struct record *r, size_t n)
{
	enum db_result rc;

	if ((rc = db_begin(st->db)) != DB_OK)
		return rc;
	if ((rc = db_apply(st->db, r, n, NULL)) != DB_OK) {
		db_rollback(st->db);
		return rc;
	}
	return db_commit(st->db);
}

int
store_commit(struct store *st, const struct record *r, size_t n, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const struct record *clean = record_clean(a, r, n);

	if (st->mode != STORE_WRITE)
		bug("store: a commit by a reader");
	return store_answer(st, write_db(st, clean, n), e);
}

bool
store_usable(struct store *st, const char **why)
{
	*why = st->why;
	return st->why[0] == '\0';
}
