/* SPDX-License-Identifier: MIT */
/*
 * What the engine asks, answered from database and journal together; the commands
 * ask more (store_list.c).
 */
#include "state/store.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "state/store_impl.h"

struct db *
store_main(struct store *st)
{
	return st->readable ? st->db : NULL;
}

struct db *
store_db_of(struct store *st, const char *id)
{
	return side_has(st, id) != SIDE_NO ? st->side : store_main(st);
}

int
store_cannot(struct store *st, struct err *e)
{
	return err_set(e, ERR_TEMP, "the records cannot be read: %s", st->why);
}

int
store_answer(struct store *st, enum db_result rc, struct err *e)
{
	if (rc == DB_OK || rc == DB_NONE)
		return 0;
	if (st->db != NULL) {
		if (st->trouble == DB_OK || rc == DB_CORRUPT)
			store_trouble(st, rc, db_error(st->db));
		store_unreadable(st);
	}
	return store_cannot(st, e);
}

int
store_knows_lines(struct store *st, struct db *db, struct err *e)
{
	enum db_result rc;
	int version;

	if ((rc = db_version(db, &version)) != DB_OK)
		return store_answer(st, rc, e);
	if (version < DB_VERSION_LINES)
		return err_set(e, ERR_TEMP, "the records were made by an older mroute; "
		    "they are brought up to date when 'mroute run' starts");
	return 0;
}

enum store_known
store_known(struct store *st, const char *id, unsigned *looked)
{
	struct db *db = store_db_of(st, id);
	struct db_known known;
	struct err e = ERR_INIT;
	enum db_result rc;

	*looked = 0;
	if (side_has(st, id) == SIDE_PART)
		return STORE_UNSURE;
	if (db != NULL) {
		rc = db_known(db, id, &known);
		if (store_answer(st, rc, &e) == 0) {
			if (rc == DB_NONE)
				return STORE_UNKNOWN;
			*looked = known.looked;
			return known.seq > 0 ? STORE_DECIDED : STORE_UNDECIDED;
		}
	}
	return store_is_new(st, id) ? STORE_UNKNOWN : STORE_UNSURE;
}

bool
store_lost(struct store *st, const char *id)
{
	struct db *db = store_db_of(st, id);
	struct db_known known;

	return db != NULL && db_known(db, id, &known) == DB_OK && known.lost;
}

int
store_effects(struct store *st, struct arena *a, const char *id,
    struct effect **out, size_t *n, struct err *e)
{
	struct db *db = store_db_of(st, id);

	if (db == NULL)
		return store_cannot(st, e);
	return store_answer(st, db_effects(db, a, id, out, n), e);
}

/* The digest of a message that entered the records from the spool alone. */
static bool
same_bytes(struct store *st, const char *id, const char *sha256)
{
	AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;
	char digest[DIGEST_SIZE];
	struct err e = ERR_INIT;

	if (spool_read(st->sp, spool_where(st->sp, id), id, &m, &e) < 0)
		return false;
	digest_slice(m.raw, digest);
	return strcmp(digest, sha256) == 0;
}

static enum db_result
find_delivery(struct store *st, struct db *db, const char *queue_id,
    const char *recipient, const char *sha256, char id_out[ULID_SIZE])
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct db_delivery *d;
	enum db_result rc;
	size_t n;

	if ((rc = db_deliveries(db, a, queue_id, recipient, &d, &n)) != DB_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(d[i].sha256, sha256) != 0 && (d[i].sha256[0] != '\0' ||
		    !same_bytes(st, d[i].id, sha256)))
			continue;
		snprintf(id_out, ULID_SIZE, "%s", d[i].id);
		return DB_OK;
	}
	return DB_NONE;
}

int
store_find_delivery(struct store *st, const char *queue_id, const char *recipient,
    const char *sha256, char id_out[ULID_SIZE], struct err *e)
{
	struct db *db = store_main(st);
	enum db_result rc = DB_NONE;

	id_out[0] = '\0';
	if (queue_id[0] == '\0')
		return 0;
	if (db != NULL)
		rc = find_delivery(st, db, queue_id, recipient, sha256, id_out);
	if (rc != DB_OK && st->side != NULL &&
	    find_delivery(st, st->side, queue_id, recipient, sha256, id_out) == DB_OK)
		return 1;
	if (db == NULL)
		return store_cannot(st, e);
	if (store_answer(st, rc, e) < 0)
		return -1;
	return rc == DB_OK;
}

int
store_find_own(struct store *st, const char *key, const char *id,
    char first[ULID_SIZE], struct err *e)
{
	struct db *db = store_main(st);
	enum db_result rc = DB_NONE;

	/* What is in the database is older than all that waits in the journal. */
	if (db != NULL && (rc = db_find_own(db, key, first)) == DB_OK &&
	    strcmp(first, id) != 0)
		return 1;
	if (rc == DB_NONE && st->side != NULL &&
	    db_find_own(st->side, key, first) == DB_OK && strcmp(first, id) != 0)
		return 1;
	if (db == NULL)
		return store_cannot(st, e);
	/* While done/ is being entered anew, not knowing it means nothing. */
	if (st->filling)
		return err_set(e, ERR_TEMP, "the records are still filled from done/");
	return store_answer(st, rc, e);
}

int64_t
store_last_event(struct store *st, const char *name)
{
	struct db *db = store_main(st);
	int64_t at = 0, aside = 0;

	if (db != NULL && db_last_event(db, name, &at) != DB_OK)
		at = 0;
	if (st->side != NULL && db_last_event(st->side, name, &aside) != DB_OK)
		aside = 0;
	return MAX(at, aside);
}

int
store_expired(struct store *st, struct arena *a, int64_t before_ms, size_t max,
    const char ***out, struct err *e)
{
	struct db *db = store_main(st);

	if (db == NULL)
		return store_cannot(st, e);
	return store_answer(st, db_expired(db, a, before_ms, max, out), e);
}
