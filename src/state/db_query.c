/* SPDX-License-Identifier: MIT */
#include "state/db.h"

#include <glib.h>
#include <string.h>

#include "base/xalloc.h"
#include "state/db_stmt.h"

/* ---- one message ---- */

static enum message_state
state_of(const unsigned char *name)
{
	for (int s = 0; s < MESSAGE_STATE_N; s++)
		if (name != NULL && strcmp((const char *)name,
		    message_state_name((enum message_state)s)) == 0)
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
	out->state = state_of(sqlite3_column_text(q, 0));
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
db_has_own(struct db *db, const char *key, bool *out)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT 1 FROM own_keys WHERE own_key = ?1", V_TEXT(key));

	*out = db_step(q, &rc);
	return rc;
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

/* Ids of one question, each once, at most max. */
static enum db_result
add_ids(struct arena *a, sqlite3_stmt *q, enum db_result rc, size_t max,
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

		if ((rc = add_ids(a, q, rc, max, ids, &n)) != DB_OK)
			return rc;
	}
	{
		AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT id"
		    " FROM messages WHERE queue_id = ?1 AND queue_id <> ''"
		    " ORDER BY id DESC LIMIT ?2", V_TEXT(word), V_INT(max));

		if ((rc = add_ids(a, q, rc, max, ids, &n)) != DB_OK)
			return rc;
	}
	{
		AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT id"
		    " FROM messages WHERE message_id = ?1 AND message_id <> ''"
		    " ORDER BY id DESC LIMIT ?2", V_TEXT(bracketed), V_INT(max));

		return add_ids(a, q, rc, max, ids, &n);
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

/* The front of every id made at that time: ids sort by their time. */
static const char *
id_from_ms(struct arena *a, int64_t ms)
{
	char id[ULID_SIZE];

	if (ulid_make(MAX(ms, (int64_t)0), id) < 0)
		bug("db: no random bytes");
	return arena_strndup(a, id, 10);
}

enum db_result
db_expired(struct db *db, struct arena *a, int64_t before_ms, size_t max,
    const char ***out)
{
	const char **ids = arena_calloc(a, max + 1, sizeof *ids);
	size_t n = 0;
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT id FROM messages"
	    " WHERE id < ?1 AND state = 'purged'"
	    " ORDER BY id LIMIT ?2",
	    V_TEXT(id_from_ms(a, before_ms)), V_INT(max));

	*out = ids;
	return add_ids(a, q, rc, max, ids, &n);
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
	    " (SELECT max(id) FROM messages)", V_INT(failed_since_ms));

	*out = (struct db_counts){ .messages = 0 };
	if (!db_step(q, &rc))
		return rc;
	out->messages = (uint64_t)db_int(q, 0);
	out->failed = (uint64_t)db_int(q, 1);
	db_chars(out->last_id, sizeof out->last_id, q, 2);
	return rc;
}

/* ---- rows ---- */

#define ROW_COLUMNS \
	"m.id, m.kind, m.received_ms, m.sender, m.recipient," \
	" m.original_recipient, m.queue_id, m.client, m.declared_size, m.own_key," \
	" m.own_rcpt, m.state, m.message_id, m.from_header, m.subject, m.size," \
	" m.sha256, m.seq, d.route, d.decided_by, d.runner_up, d.would_be," \
	" d.digest, d.why, d.points, d.needs, d.margin, d.at_ms"
#define ROW_FROM \
	" FROM messages m LEFT JOIN decisions d ON d.id = m.id AND d.seq = m.seq"

static void
read_envelope(sqlite3_stmt *q, struct envelope *env)
{
	struct slice rest = slice_str((const char *)sqlite3_column_text(q, 10)), one;
	const char *kind = (const char *)sqlite3_column_text(q, 1);

	*env = (struct envelope){ .kind = ENVELOPE_MAIL };
	if (kind != NULL && strcmp(kind, "own") == 0)
		env->kind = ENVELOPE_OWN;
	db_chars(env->id, sizeof env->id, q, 0);
	env->received_ms = db_int(q, 2);
	db_chars(env->sender, sizeof env->sender, q, 3);
	db_chars(env->recipient, sizeof env->recipient, q, 4);
	db_chars(env->original_recipient, sizeof env->original_recipient, q, 5);
	db_chars(env->queue_id, sizeof env->queue_id, q, 6);
	db_chars(env->client, sizeof env->client, q, 7);
	env->declared_size = (uint64_t)db_int(q, 8);
	db_chars(env->own_key, sizeof env->own_key, q, 9);
	while (rest.len > 0 && env->n_own_rcpt < OWN_RCPT_MAX &&
	    slice_next(&rest, '\n', &one)) {
		char *to = env->own_rcpt[env->n_own_rcpt];

		if (one.len >= ADDR_SIZE)
			continue;
		memcpy(to, one.ptr, one.len);
		to[one.len] = '\0';
		env->n_own_rcpt++;
	}
}

static void
read_row(sqlite3_stmt *q, struct arena *a, struct store_row *out)
{
	*out = (struct store_row){ .trace_json = "" };
	read_envelope(q, &out->env);
	out->state = state_of(sqlite3_column_text(q, 11));
	out->message_id = db_text(a, q, 12);
	out->from = db_text(a, q, 13);
	out->subject = db_text(a, q, 14);
	out->size = (uint64_t)db_int(q, 15);
	out->sha256 = db_text(a, q, 16);
	out->seq = (unsigned)db_int(q, 17);
	out->route = db_text(a, q, 18);
	out->decided_by = db_text(a, q, 19);
	out->runner_up = db_text(a, q, 20);
	out->would_be = db_text(a, q, 21);
	out->digest = db_text(a, q, 22);
	out->why = db_text(a, q, 23);
	out->points = (int)db_int(q, 24);
	out->needs = (int)db_int(q, 25);
	out->margin = (int)db_int(q, 26);
	out->decided_ms = db_int(q, 27);
}

static enum db_result
read_trace(struct db *db, struct arena *a, struct store_row *row)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT json FROM traces WHERE id = ?1 AND seq = ?2",
	    V_TEXT(row->env.id), V_INT(row->seq));

	if (db_step(q, &rc))
		row->trace_json = db_text(a, q, 0);
	return rc;
}

enum db_result
db_get(struct db *db, struct arena *a, const char *id, struct store_row *out)
{
	enum db_result rc;
	{
		AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT "
		    ROW_COLUMNS ROW_FROM " WHERE m.id = ?1", V_TEXT(id));

		if (!db_step(q, &rc))
			return rc == DB_OK ? DB_NONE : rc;
		read_row(q, a, out);
	}
	if ((rc = db_effects(db, a, id, &out->effect, &out->n_effect)) != DB_OK)
		return rc;
	return read_trace(db, a, out);
}

/* ---- lists ---- */

/* SQL: mroute_has(text, folded needle). */
static void
sql_has(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	const char *text = (const char *)sqlite3_value_text(argv[0]);
	const char *needle = (const char *)sqlite3_value_text(argv[1]);
	char *normal, *fold;

	(void)argc;
	if (text == NULL || needle == NULL) {
		sqlite3_result_int(ctx, 0);
		return;
	}
	normal = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);
	fold = normal != NULL ? g_utf8_casefold(normal, -1) : NULL;
	sqlite3_result_int(ctx, fold != NULL && strstr(fold, needle) != NULL);
	g_free(fold);
	g_free(normal);
}

static const char *
folded(struct arena *a, const char *s)
{
	char *normal = g_utf8_normalize(s, -1, G_NORMALIZE_NFKC);
	char *fold = g_utf8_casefold(normal != NULL ? normal : "", -1);
	const char *out = arena_strdup(a, fold);

	g_free(fold);
	g_free(normal);
	return out;
}

/* The WHERE of a filter while it grows: constant text, bound values. */
struct where {
	struct arena *a;
	struct buf sql;
	struct db_value v[16];
	size_t n;
};

/* text has %N for the value's place: once or more. */
static void
where_add(struct where *w, const char *text, struct db_value v)
{
	if (w->n == NELEM(w->v))
		bug("db: a filter with more than %zu values", w->n);
	w->v[w->n++] = v;
	buf_add_str(&w->sql, " AND ");
	for (; *text != '\0'; text++)
		if (*text == '?')
			buf_addf(&w->sql, "?%zu", w->n);
		else
			buf_add_char(&w->sql, *text);
}

/* A whole address is compared, a part of one searched for. */
static bool
is_address(const char *s)
{
	const char *at = strchr(s, '@');

	return at != NULL && at != s && at[1] != '\0' && strpbrk(s, " <>") == NULL;
}

static void
where_filter(struct where *w, const struct store_filter *f, const char *before)
{
	char *upper;

	if (before != NULL)
		where_add(w, "m.id < ?", V_TEXT(before));
	if (f->since_ms != 0)
		where_add(w, "m.id >= ?", V_TEXT(id_from_ms(w->a, f->since_ms)));
	if (f->until_ms != 0)
		where_add(w, "m.id < ?", V_TEXT(id_from_ms(w->a, f->until_ms)));
	if (f->waiting_only)
		buf_add_str(&w->sql, " AND m.state IN ('active', 'held')");
	if (f->id != NULL) {
		upper = g_ascii_strup(f->id, -1);
		where_add(w, "m.id >= ? AND m.id < ? || '~'",
		    V_TEXT(arena_strdup(w->a, upper)));
		g_free(upper);
	}
	if (f->queue_id != NULL)
		where_add(w, "m.queue_id = ? AND m.queue_id <> ''",
		    V_TEXT(f->queue_id));
	if (f->route != NULL)
		where_add(w, "m.route = ? AND m.route <> ''", V_TEXT(f->route));
	if (f->sender != NULL && is_address(f->sender))
		where_add(w, "(m.sender = ? OR m.from_address = ?)",
		    V_TEXT(f->sender));
	else if (f->sender != NULL)
		where_add(w, "(mroute_has(m.sender, ?)"
		    " OR mroute_has(m.from_header, ?))",
		    V_TEXT(folded(w->a, f->sender)));
	if (f->recipient != NULL && is_address(f->recipient))
		/* Of recipients there are few: an index would find them all. */
		where_add(w, "(m.recipient = ? OR m.original_recipient = ?)",
		    V_TEXT(f->recipient));
	else if (f->recipient != NULL)
		where_add(w, "(mroute_has(m.recipient, ?)"
		    " OR mroute_has(m.original_recipient, ?))",
		    V_TEXT(folded(w->a, f->recipient)));
	if (f->subject != NULL)
		where_add(w, "mroute_has(m.subject, ?)",
		    V_TEXT(folded(w->a, f->subject)));
}

static enum db_result
list_rows(struct db *db, const struct where *w, size_t max, struct store_row **out,
    size_t *n)
{
	AUTO(buf_release) struct buf sql = BUF_INIT;
	sqlite3_stmt *q = NULL;
	enum db_result rc;
	size_t cap = 0;
	int code;

	code = sqlite3_create_function(db->handle, "mroute_has", 2,
	    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL, sql_has,
	    NULL, NULL);
	if (code != SQLITE_OK)
		return db_result_of(code);
	buf_addf(&sql, "SELECT " ROW_COLUMNS ROW_FROM
	    " WHERE true%s ORDER BY m.id DESC LIMIT %zu", buf_str(&w->sql), max);
	code = sqlite3_prepare_v2(db->handle, buf_str(&sql), -1, &q, NULL);
	rc = db_result_of(code);
	if (rc == DB_OK)
		rc = db_bind(q, w->v, w->n);
	while (rc == DB_OK && db_step(q, &rc)) {
		*out = arena_grow(w->a, *out, *n, &cap, sizeof **out);
		read_row(q, w->a, &(*out)[(*n)++]);
	}
	sqlite3_finalize(q);
	return rc;
}

enum db_result
db_list(struct db *db, struct arena *a, const struct store_filter *flt,
    const char *before, size_t max, struct store_row **out, size_t *n)
{
	struct where w = { .a = a, .sql = BUF_INIT };
	enum db_result rc;

	*out = NULL;
	*n = 0;
	where_filter(&w, flt, before);
	rc = list_rows(db, &w, max, out, n);
	buf_release(&w.sql);
	for (size_t i = 0; i < *n && rc == DB_OK; i++) {
		struct store_row *row = &(*out)[i];

		rc = db_effects(db, a, row->env.id, &row->effect, &row->n_effect);
	}
	return rc;
}
