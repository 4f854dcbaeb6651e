/* SPDX-License-Identifier: MIT */
#include "state/db.h"

#include <glib.h>
#include <string.h>

#include "base/xalloc.h"
#include "state/db_stmt.h"

/* ---- one message ---- */

enum message_state
db_state(sqlite3_stmt *q, int column)
{
	const char *name = (const char *)sqlite3_column_text(q, column);

	for (int s = 0; s < MESSAGE_STATE_N; s++)
		if (name != NULL &&
		    strcmp(name, message_state_name((enum message_state)s)) == 0)
			return (enum message_state)s;
	return MESSAGE_ACTIVE;		/* the CHECK of the table excludes it */
}

enum db_result
db_known(struct db *db, const char *id, struct db_known *out)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT state, seq, looked, lost FROM messages WHERE id = ?1",
	    V_TEXT(id));

	*out = (struct db_known){ .state = MESSAGE_ACTIVE };
	if (!db_step(q, &rc))
		return rc == DB_OK ? DB_NONE : rc;
	out->state = db_state(q, 0);
	out->seq = (unsigned)db_int(q, 1);
	out->looked = (unsigned)db_int(q, 2);
	out->lost = db_int(q, 3) != 0;
	return DB_OK;
}

static enum effect_state
effect_state_of(const char *name)
{
	for (int s = 0; s < EFFECT_STATE_N; s++)
		if (strcmp(name, effect_state_name((enum effect_state)s)) == 0)
			return (enum effect_state)s;
	return EFFECT_READY;
}

enum db_result
db_effects(struct db *db, struct arena *a, const char *id, struct effect **out,
    size_t *n)
{
	size_t cap = 0;
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT n, kind, server, target, state, uncertain, substitute,"
	    " attempts, created_ms, next_ms, ended_ms, last FROM effects"
	    " WHERE id = ?1 ORDER BY n", V_TEXT(id));

	*out = NULL;
	*n = 0;
	while (db_step(q, &rc)) {
		int kind = effect_kind_find(slice_str(db_text(a, q, 1)));
		struct effect *f;

		/* A kind of a later version: never guess a destination. */
		if (kind < 0)
			return DB_CORRUPT;
		*out = arena_grow(a, *out, *n, &cap, sizeof **out);
		f = &(*out)[(*n)++];
		f->n = (unsigned)db_int(q, 0);
		f->kind = (enum effect_kind)kind;
		f->server = db_text(a, q, 2);
		f->target = db_text(a, q, 3);
		f->state = effect_state_of(db_text(a, q, 4));
		f->uncertain = db_int(q, 5) != 0;
		f->substitute = db_int(q, 6) != 0;
		f->attempts = (unsigned)db_int(q, 7);
		f->created_ms = db_int(q, 8);
		f->next_ms = db_int(q, 9);
		f->ended_ms = db_int(q, 10);
		f->last = db_text(a, q, 11);
	}
	return rc;
}

enum db_result
db_attempts(struct db *db, struct arena *a, const char *id,
    struct store_attempt **out, size_t *n)
{
	size_t cap = 0;
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT effect, attempt, began_ms, ended_ms, outcome, text, place,"
	    " code FROM attempts WHERE id = ?1 ORDER BY effect, attempt",
	    V_TEXT(id));

	*out = NULL;
	*n = 0;
	while (db_step(q, &rc)) {
		struct store_attempt *t;

		*out = arena_grow(a, *out, *n, &cap, sizeof **out);
		t = &(*out)[(*n)++];
		t->effect = (unsigned)db_int(q, 0);
		t->attempt = (unsigned)db_int(q, 1);
		t->began_ms = db_int(q, 2);
		t->ended_ms = db_int(q, 3);
		t->outcome = db_text(a, q, 4);
		t->text = db_text(a, q, 5);
		t->place = db_text(a, q, 6);
		t->code = (int)db_int(q, 7);
	}
	return rc;
}

enum db_result
db_events(struct db *db, struct arena *a, const char *id, unsigned limit,
    struct store_event **out, size_t *n)
{
	size_t cap = 0;
	enum db_result rc;
	/* A message's story goes forward; of the engine the newest come first. */
	AUTO(db_done) sqlite3_stmt *q = id != NULL ?
	    DB_ASK(db, &rc, "SELECT at_ms, id, name, text FROM events"
	    " WHERE id = ?1 ORDER BY at_ms, n LIMIT ?2",
	    V_TEXT(id), V_INT(limit == 0 ? -1 : (int64_t)limit)) :
	    DB_ASK(db, &rc, "SELECT at_ms, id, name, text FROM events"
	    " WHERE id = '' ORDER BY at_ms DESC, n DESC LIMIT ?1",
	    V_INT(limit == 0 ? -1 : (int64_t)limit));

	*out = NULL;
	*n = 0;
	while (db_step(q, &rc)) {
		struct store_event *v;

		*out = arena_grow(a, *out, *n, &cap, sizeof **out);
		v = &(*out)[(*n)++];
		v->at_ms = db_int(q, 0);
		v->id = db_text(a, q, 1);
		v->name = db_text(a, q, 2);
		v->text = db_text(a, q, 3);
	}
	return rc;
}

enum db_result
db_find_event(struct db *db, struct arena *a, const char *name,
    struct store_event *out)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT at_ms, id, name, text FROM events WHERE name = ?1"
	    " ORDER BY at_ms DESC, n DESC LIMIT 1", V_TEXT(name));

	if (!db_step(q, &rc))
		return rc == DB_OK ? DB_NONE : rc;
	*out = (struct store_event){ db_int(q, 0), db_text(a, q, 1),
	    db_text(a, q, 2), db_text(a, q, 3) };
	return DB_OK;
}

enum db_result
db_decisions(struct db *db, struct arena *a, const char *id,
    struct store_decision **out, size_t *n)
{
	size_t cap = 0;
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT seq, at_ms, route, decided_by, why, would_be, digest, points,"
	    " needs, margin, (SELECT group_concat(name || ' = ' || value, '; ')"
	    " FROM fields f WHERE f.id = d.id AND f.seq = d.seq AND value <> '')"
	    " FROM decisions d WHERE id = ?1 ORDER BY seq",
	    V_TEXT(id));

	*out = NULL;
	*n = 0;
	while (db_step(q, &rc)) {
		*out = arena_grow(a, *out, *n, &cap, sizeof **out);
		(*out)[(*n)++] = (struct store_decision){
			.seq = (unsigned)db_int(q, 0), .at_ms = db_int(q, 1),
			.route = db_text(a, q, 2), .decided_by = db_text(a, q, 3),
			.why = db_text(a, q, 4), .would_be = db_text(a, q, 5),
			.digest = db_text(a, q, 6), .points = (int)db_int(q, 7),
			.needs = (int)db_int(q, 8), .margin = (int)db_int(q, 9),
			.captured = db_text(a, q, 10),
		};
	}
	return rc;
}

/* ---- look-ups ---- */

enum db_result
db_deliveries(struct db *db, struct arena *a, const char *queue_id,
    const char *recipient, struct db_delivery **out, size_t *n)
{
	size_t cap = 0;
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT id, sha256 FROM messages WHERE queue_id = ?1"
	    " AND queue_id <> '' AND recipient = ?2 ORDER BY id",
	    V_TEXT(queue_id), V_TEXT(recipient));

	*out = NULL;
	*n = 0;
	while (db_step(q, &rc)) {
		*out = arena_grow(a, *out, *n, &cap, sizeof **out);
		(*out)[*n].id = db_text(a, q, 0);
		(*out)[(*n)++].sha256 = db_text(a, q, 1);
	}
	return rc;
}

enum db_result
db_find_own(struct db *db, const char *key, char id_out[ULID_SIZE])
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT id FROM own_keys WHERE own_key = ?1", V_TEXT(key));

	id_out[0] = '\0';
	if (!db_step(q, &rc))
		return rc == DB_OK ? DB_NONE : rc;
	db_chars(id_out, ULID_SIZE, q, 0);
	return DB_OK;
}

enum db_result
db_last_event(struct db *db, const char *name, int64_t *at_ms)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT max(at_ms) FROM events WHERE name = ?1", V_TEXT(name));

	*at_ms = db_step(q, &rc) ? db_int(q, 0) : 0;
	return rc;
}

enum db_result
db_add_ids(struct arena *a, sqlite3_stmt *q, enum db_result rc, size_t max,
    const char **ids, size_t *n)
{
	while (*n < max && db_step(q, &rc)) {
		const char *id = db_text(a, q, 0);
		bool seen = false;

		for (size_t i = 0; i < *n; i++)
			seen |= strcmp(ids[i], id) == 0;
		if (!seen)
			ids[(*n)++] = id;
	}
	return rc;
}

enum db_result
db_resolve(struct db *db, struct arena *a, const char *word, size_t max,
    const char ***out)
{
	const char **ids = arena_calloc(a, max + 1, sizeof *ids);
	const char *upper = g_ascii_strup(word, -1);
	const char *prefix = arena_strdup(a, upper);
	const char *bracketed = word[0] == '<' ? word :
	    arena_printf(a, "<%s>", word);
	size_t n = 0;
	enum db_result rc;

	g_free((void *)(uintptr_t)upper);
	*out = ids;
	if (word[0] != '\0' && strlen(word) <= ULID_LEN) {
		AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT id"
		    " FROM messages WHERE id >= ?1 AND id < ?1 || '~'"
		    " ORDER BY id DESC LIMIT ?2", V_TEXT(prefix), V_INT(max));

		if ((rc = db_add_ids(a, q, rc, max, ids, &n)) != DB_OK)
			return rc;
	}
	{
		AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT id"
		    " FROM messages WHERE queue_id = ?1 AND queue_id <> ''"
		    " ORDER BY id DESC LIMIT ?2", V_TEXT(word), V_INT(max));

		if ((rc = db_add_ids(a, q, rc, max, ids, &n)) != DB_OK)
			return rc;
	}
	{
		AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT id"
		    " FROM messages WHERE message_id = ?1 AND message_id <> ''"
		    " ORDER BY id DESC LIMIT ?2", V_TEXT(bracketed), V_INT(max));

		return db_add_ids(a, q, rc, max, ids, &n);
	}
}

enum db_result
db_shared_prefix(struct db *db, const char *id, size_t *out)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT (SELECT max(id) FROM messages WHERE id < ?1),"
	    " (SELECT min(id) FROM messages WHERE id > ?1)", V_TEXT(id));

	*out = 0;
	if (!db_step(q, &rc))
		return rc;
	for (int c = 0; c < 2; c++) {
		const char *other = (const char *)sqlite3_column_text(q, c);
		size_t same = 0;

		while (other != NULL && id[same] != '\0' && id[same] == other[same])
			same++;
		*out = MAX(*out, same);
	}
	return rc;
}

enum db_result
db_meta_keys(struct db *db, struct arena *a, const char ***out, size_t *n)
{
	const char **keys = NULL;
	size_t cap = 0;
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT key FROM meta WHERE key > ?1 ORDER BY key", V_TEXT(""));

	*n = 0;
	while (db_step(q, &rc)) {
		keys = arena_grow(a, keys, *n, &cap, sizeof *keys);
		keys[(*n)++] = db_text(a, q, 0);
	}
	*out = keys;
	return rc;
}

enum db_result
db_ruleset(struct db *db, const char *digest, struct buf *out)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT snapshot FROM rule_sets WHERE digest = ?1", V_TEXT(digest));

	buf_reset(out);
	if (!db_step(q, &rc))
		return rc == DB_OK ? DB_NONE : rc;
	buf_add(out, sqlite3_column_blob(q, 0), (size_t)sqlite3_column_bytes(q, 0));
	return DB_OK;
}

enum db_result
db_count(struct db *db, int64_t failed_since_ms, struct db_counts *out)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT (SELECT count(*) FROM messages),"
	    " (SELECT count(*) FROM effects WHERE state = 'failed'"
	    "  AND ended_ms >= ?1),"
	    " (SELECT max(id) FROM messages WHERE kind = 'mail' AND received_ms ="
	    "  (SELECT max(received_ms) FROM messages WHERE kind = 'mail'))",
	    V_INT(failed_since_ms));

	*out = (struct db_counts){ .messages = 0 };
	if (!db_step(q, &rc))
		return rc;
	out->messages = (uint64_t)db_int(q, 0);
	out->failed = (uint64_t)db_int(q, 1);
	db_chars(out->last_id, sizeof out->last_id, q, 2);
	return rc;
}
