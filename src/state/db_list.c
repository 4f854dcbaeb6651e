/* SPDX-License-Identifier: MIT */
/* Messages with their newest decision: one, or a page of those that pass a filter. */
#include "state/db.h"

#include <glib.h>
#include <string.h>

#include "base/xalloc.h"
#include "state/db_stmt.h"

/* ---- rows ---- */

#define ROW_COLUMNS \
	"m.id, m.kind, m.received_ms, m.sender, m.recipient," \
	" m.original_recipient, m.queue_id, m.client, m.declared_size, m.own_key," \
	" m.own_rcpt, m.state, m.message_id, m.from_header, m.subject, m.size," \
	" m.sha256, m.seq, d.route, d.decided_by, d.runner_up, d.would_be," \
	" d.digest, d.why, d.points, d.needs, d.margin, d.at_ms," \
	" d.title, d.would_be_by, iif(m.author <> m.from_address, m.author, '')"
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
	*out = (struct store_row){ .field = "", .trace_json = "" };
	read_envelope(q, &out->env);
	out->state = db_state(q, 11);
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
	out->title = db_text(a, q, 28);
	out->would_be_by = db_text(a, q, 29);
	out->author = db_text(a, q, 30);
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
db_get(struct db *db, struct arena *a, const char *id, unsigned seq,
    struct store_row *out)
{
	enum db_result rc;
	{
		AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT "
		    ROW_COLUMNS " FROM messages m LEFT JOIN decisions d"
		    " ON d.id = m.id AND d.seq = iif(?2 > 0, ?2, m.seq)"
		    " WHERE m.id = ?1", V_TEXT(id), V_INT(seq));

		if (!db_step(q, &rc))
			return rc == DB_OK ? DB_NONE : rc;
		read_row(q, a, out);
	}
	if (seq > 0 && out->decided_by[0] == '\0')
		return DB_NONE;
	if (seq > 0)
		out->seq = seq;
	if ((rc = db_effects(db, a, id, &out->effect, &out->n_effect)) != DB_OK)
		return rc;
	return read_trace(db, a, out);
}

/* ---- lists ---- */

const char *
db_id_from_ms(struct arena *a, int64_t ms)
{
	char id[ULID_SIZE];

	/* An id has 48 bits of time. */
	ms = MIN(MAX(ms, (int64_t)0), (INT64_C(1) << 48) - 1);
	if (ulid_make(ms, id) < 0)
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
	    V_TEXT(db_id_from_ms(a, before_ms)), V_INT(max));

	*out = ids;
	return db_add_ids(a, q, rc, max, ids, &n);
}

static bool
is_ascii(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s > 127)
			return false;
	return true;
}

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
	/* Most of it is; folding costs ten times as much. */
	if (is_ascii(text)) {
		sqlite3_result_int(ctx, strcasestr(text, needle) != NULL);
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
	struct db_value v[24];
	size_t n;
	const char *order;		/* newest first, in a way that an index has */
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

/*
 * States as people speak of them.  The first terms let an index be used that has
 * just these messages.
 */
#define STATE_OPEN	"m.state IN ('active', 'held')"
#define STATE_OVER	"m.state IN ('final', 'purged')"
#define HAS_EFFECT(s) \
	"EXISTS (SELECT 1 FROM effects f WHERE f.id = m.id AND f.state = '" s "')"

static const struct {
	const char *name, *sql;
} states[] = {
	{ "waiting", STATE_OPEN " AND m.state = 'active'" },
	{ "undecided", STATE_OPEN " AND m.state = 'active' AND m.seq = 0" },
	{ "held", STATE_OPEN " AND m.state = 'held'" },
	{ "delivered", STATE_OVER " AND " HAS_EFFECT("done")
	    " AND NOT " HAS_EFFECT("failed") },
	{ "failed", "m.id IN (SELECT id FROM effects WHERE state = 'failed')" },
	{ "final", "m.state = 'final'" },
	{ "purged", "m.state = 'purged'" },
};
const char *const store_states[] = { "waiting", "undecided", "held", "delivered",
	"failed", "final", "purged", NULL };

static void
where_state(struct where *w, const char *name)
{
	for (size_t i = 0; i < NELEM(states); i++)
		if (strcmp(states[i].name, name) == 0) {
			buf_addf(&w->sql, " AND %s", states[i].sql);
			return;
		}
	bug("db: no state '%s' to ask for", name);
}

/* A field of the newest decision that was captured. */
static void
where_field(struct where *w, const char *name, const char *has)
{
	buf_add_str(&w->sql, " AND EXISTS (SELECT 1 FROM fields f"
	    " WHERE f.id = m.id AND f.seq = m.seq AND f.missing = 0");
	where_add(w, "f.name = ?", V_TEXT(name));
	if (has != NULL)
		where_add(w, "(mroute_has(f.text, ?) OR mroute_has(f.value, ?))",
		    V_TEXT(folded(w->a, has)));
	buf_add_char(&w->sql, ')');
}

/*
 * A line of rules that held, by its place or by what it says; what a person decides has
 * no lines, but the message met those of the decision before.
 */
static void
where_line(struct where *w, const char *line)
{
	where_add(w, "EXISTS (SELECT 1 FROM fired f WHERE f.id = m.id"
	    " AND f.seq = (SELECT max(seq) FROM fired x WHERE x.id = m.id)"
	    " AND f.unknown = 0 AND f.line IN (SELECT line FROM lines WHERE id = ? OR hash = ?))",
	    V_TEXT(line));
}

/* What the newest decision was. */
static void
where_decision(struct where *w, const struct store_filter *f)
{
	/* The fallback Maildir has that name in each list, and none in the records. */
	if (f->route != NULL && strcmp(f->route, ROUTE_FALLBACK) == 0)
		where_add(w, "m.seq > 0 AND m.route IN ('', ?)", V_TEXT(f->route));
	else if (f->route != NULL)
		where_add(w, "m.route = ? AND m.route <> ''", V_TEXT(f->route));
	if (f->decided_by != NULL)
		where_add(w, "m.decided_by = ?", V_TEXT(f->decided_by));
	if (f->state != NULL)
		where_state(w, f->state);
	if (f->with_points) {
		/* A plain comparison would let SQLite begin with all decisions. */
		where_add(w, "m.seq > 0 AND ifnull(d.points, 0) >= ?",
		    V_INT(f->points_min));
		where_add(w, "ifnull(d.points, 0) <= ?", V_INT(f->points_max));
	}
	if (f->field != NULL)
		where_field(w, f->field, f->field_has);
	if (f->line != NULL)
		where_line(w, f->line);
}

/* Who wrote it to whom, and what stands in it. */
static void
where_mail(struct where *w, const struct store_filter *f)
{
	if (f->sender != NULL && is_address(f->sender))
		where_add(w, "(m.sender = ? OR m.from_address = ?"
		    " OR (m.author = ? AND m.author <> m.from_address))",
		    V_TEXT(f->sender));
	else if (f->sender != NULL)
		where_add(w, "(mroute_has(m.sender, ?)"
		    " OR mroute_has(m.from_header, ?) OR mroute_has(m.author, ?))",
		    V_TEXT(folded(w->a, f->sender)));
	if (f->domain != NULL)
		where_add(w, "m.domain = ? AND m.kind = 'mail'", V_TEXT(f->domain));
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
	if (f->search != NULL)
		where_add(w, "(mroute_has(m.subject, ?)"
		    " OR mroute_has(m.from_header, ?) OR mroute_has(m.author, ?))",
		    V_TEXT(folded(w->a, f->search)));
}

static void
where_filter(struct where *w, const struct store_filter *f, const char *before)
{
	char *upper;

	if (before != NULL)
		where_add(w, "m.id < ?", V_TEXT(before));
	if (f->since_ms != 0)
		where_add(w, "m.id >= ?", V_TEXT(db_id_from_ms(w->a, f->since_ms)));
	if (f->until_ms != 0)
		where_add(w, "m.id < ?", V_TEXT(db_id_from_ms(w->a, f->until_ms)));
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
	where_decision(w, f);
	where_mail(w, f);
}

/*
 * The mail of a domain is read in the order of its index.  That of the ids is the
 * same, since an id begins with the time of receipt.
 */
static void
where_domain_times(struct where *w, const struct store_filter *f, const char *before)
{
	if (before != NULL)
		where_add(w, "m.received_ms <= ?", V_INT(ulid_ms(before)));
	if (f->since_ms != 0)
		where_add(w, "m.received_ms >= ?", V_INT(f->since_ms));
	if (f->until_ms != 0)
		where_add(w, "m.received_ms < ?", V_INT(f->until_ms));
	w->order = "m.received_ms DESC, m.id DESC";
}

/* In memory, for the journal's sake: all of that counts as new. */
static bool
in_memory(struct db *db)
{
	const char *name = sqlite3_db_filename(db->handle, "main");

	return name == NULL || name[0] == '\0';
}

enum db_result
db_mark(struct db *db, struct store_mark *out)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = db_ask(db, "SELECT"
	    " (SELECT max(rowid) FROM messages), (SELECT max(n) FROM events)",
	    NULL, 0, &rc);

	*out = (struct store_mark){ 0, 0 };
	if (db_step(q, &rc)) {
		out->message = db_int(q, 0);
		out->event = db_int(q, 1);
	}
	return rc;
}

static void
where_after(struct where *w, const struct store_mark *mark)
{
	where_add(w, "(m.rowid > ?", V_INT(mark->message));
	/* Its own condition begins with AND, which is not what is meant. */
	w->v[w->n++] = V_INT(mark->event);
	buf_addf(&w->sql, " OR m.id IN (SELECT id FROM events WHERE n > ?%zu"
	    " AND id <> '' AND name <> 'purged'))", w->n);
	/* No walk through all ids in their order, looking for new rows. */
	w->order = "+m.id DESC";
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
	    " WHERE true%s ORDER BY %s LIMIT %zu", buf_str(&w->sql), w->order, max);
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

/* As rules compare it, else as it was written. */
static enum db_result
read_field(struct db *db, struct arena *a, const char *name, struct store_row *row)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT iif(value <> '', value, text) FROM fields WHERE id = ?1"
	    " AND seq = ?2 AND name = ?3 AND missing = 0 ORDER BY n LIMIT 1",
	    V_TEXT(row->env.id), V_INT(row->seq), V_TEXT(name));

	if (db_step(q, &rc))
		row->field = db_text(a, q, 0);
	return rc;
}

enum db_result
db_list(struct db *db, struct arena *a, const struct store_filter *flt,
    const char *before, size_t max, struct store_row **out, size_t *n)
{
	struct where w = { .a = a, .sql = BUF_INIT, .order = "m.id DESC" };
	enum db_result rc;

	*out = NULL;
	*n = 0;
	where_filter(&w, flt, before);
	if (flt->after != NULL && !in_memory(db))
		where_after(&w, flt->after);
	else if (flt->domain != NULL)
		where_domain_times(&w, flt, before);
	rc = list_rows(db, &w, max, out, n);
	buf_release(&w.sql);
	for (size_t i = 0; i < *n && rc == DB_OK; i++) {
		struct store_row *row = &(*out)[i];

		rc = db_effects(db, a, row->env.id, &row->effect, &row->n_effect);
		if (rc == DB_OK && flt->field != NULL)
			rc = read_field(db, a, flt->field, row);
	}
	return rc;
}
