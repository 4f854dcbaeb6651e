/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "state/store_impl.h"

#define PART	"part"
#define WHOLE	"whole"

/* ---- when db does not answer (I8) ---- */

void
store_unreadable(struct store *st)
{
	static const enum spool_where where[] = { SPOOL_NEW, SPOOL_HOLD };
	struct err e = ERR_INIT;

	if (st->mode == STORE_READ || (!st->readable && st->unreadable_ms != 0))
		return;
	st->readable = false;
	st->unreadable_ms = clock_wall_ms();
	names_release(&st->before);
	for (size_t i = 0; i < NELEM(where); i++) {
		AUTO(names_release) struct names names = { NULL, 0 };

		if (spool_list(st->sp, where[i], &names, &e) < 0)
			continue;
		st->before.name = xreallocarray(st->before.name,
		    st->before.n + names.n + 1, sizeof st->before.name[0]);
		for (size_t k = 0; k < names.n; k++)
			st->before.name[st->before.n++] = xstrdup(names.name[k]);
	}
}

void
store_readable(struct store *st)
{
	st->readable = true;
	st->unreadable_ms = 0;
	names_release(&st->before);
}

bool
store_is_new(struct store *st, const char *id)
{
	/*
	 * Both: the list is exact but for what a person moves about; the time
	 * covers that, but for clocks that jump.
	 */
	if (st->readable || ulid_ms(id) < st->unreadable_ms)
		return false;
	for (size_t i = 0; i < st->before.n; i++)
		if (strcmp(st->before.name[i], id) == 0)
			return false;
	return true;
}

/* ---- side ---- */

enum side_has
side_has(struct store *st, const char *id)
{
	AUTO(buf_release) struct buf how = BUF_INIT;

	if (st->side == NULL || db_get_meta(st->side, id, &how) != DB_OK)
		return SIDE_NO;
	return strcmp(buf_str(&how), WHOLE) == 0 ? SIDE_WHOLE : SIDE_PART;
}

/* Memory does not fail, or we are out of it. */
static void
sure(struct store *st, enum db_result rc)
{
	if (rc != DB_OK)
		bug("store: database in memory: %s", db_error(st->side));
}

/* Before its first record: what db has of the message. */
static void
side_take(struct store *st, const char *id, bool fresh)
{
	struct db *db = store_main(st);
	enum db_result rc = DB_IO;

	if (side_has(st, id) != SIDE_NO)
		return;
	if (!fresh && db != NULL) {
		sure(st, db_begin(st->side));
		rc = db_copy(db, st->side, id, st->mode == STORE_READ);
		if (rc == DB_OK || rc == DB_NONE)
			sure(st, db_commit(st->side));
		else
			db_rollback(st->side);
	}
	if (fresh || rc == DB_OK || rc == DB_NONE) {
		sure(st, db_set_meta(st->side, id, WHOLE));
		return;
	}
	store_unreadable(st);
	st->n_part++;
	sure(st, db_set_meta(st->side, id, PART));
}

static void
side_apply(struct store *st, const struct record *r, bool fresh)
{
	const struct db_missing missing = { store_adopt, st };
	struct record light = *r;

	if (r->id[0] != '\0')
		side_take(st, r->id, fresh);
	/* The engine asks for neither; they are large and stand in the journal. */
	if (st->mode == STORE_WRITE && r->type == RECORD_DECISION)
		light.u.decision.trace_json = "";
	if (st->mode == STORE_WRITE && r->type == RECORD_RULESET)
		return;
	/* One that the database will refuse is nothing to rely on here. */
	if (db_apply(st->side, &light, 1, &missing) == DB_IO)
		bug("store: database in memory: %s", db_error(st->side));
}

void
side_add(struct store *st, const struct record *r, const bool *fresh, size_t n)
{
	struct err e = ERR_INIT;

	if (st->side == NULL &&
	    db_open(NULL, DB_MEMORY, &st->side, &e) != DB_OK)
		bug("store: %s", e.text);
	for (size_t i = 0; i < n; i++)
		side_apply(st, &r[i], fresh[i]);
}

static bool
add_entry(void *arg, const struct record *r, const bool *fresh, size_t n)
{
	side_add(arg, r, fresh, n);
	return true;
}

int
side_build(struct store *st, struct err *e)
{
	side_drop(st);
	return journal_each(st->journal, add_entry, st, e);
}

void
side_drop(struct store *st)
{
	db_close(&st->side);
	st->n_part = 0;
}
