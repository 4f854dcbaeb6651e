/* SPDX-License-Identifier: MIT */
/* What did not go as it should: attempts, the fallback Maildir, events; rule sets. */
#include "state/db_stats.h"

#include <glib.h>
#include <string.h>

#include "base/xalloc.h"
#include "state/db_stmt.h"

/*
 * Messages that were found to be mail: each is looked up once, however often it was
 * tried.
 */
struct seen_mail {
	struct db *db;
	GHashTable *id;
};

static void
seen_mail_release(struct seen_mail *s)
{
	g_hash_table_destroy(s->id);
}

static bool
is_mail(struct seen_mail *s, const char *id, enum db_result *rc)
{
	if (g_hash_table_contains(s->id, id))
		return true;
	{
		AUTO(db_done) sqlite3_stmt *q = DB_ASK(s->db, rc, "SELECT 1 FROM messages"
		    " WHERE id = ?1 AND kind = 'mail'", V_TEXT(id));

		if (!db_step(q, rc))
			return false;
	}
	return g_hash_table_add(s->id, g_strdup(id));
}

/*
 * An effect was given up with its last attempt, when that left its words in it: one
 * that a new decision superseded has failed as well.
 */
enum db_result
db_each_trouble(struct db *db, int64_t from, int64_t to, db_trouble_f *f, void *arg)
{
	AUTO(seen_mail_release) struct seen_mail mail = { db,
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT t.id, t.ended_ms, t.code,"
	    " t.text, f.kind, f.server, f.target, f.state = 'failed'"
	    " AND f.attempts = t.attempt AND f.last = t.text"
	    " FROM attempts t INDEXED BY attempts_trouble"
	    " CROSS JOIN effects f ON f.id = t.id AND f.n = t.effect"
	    " WHERE t.outcome IN ('temp', 'perm', 'uncertain')"
	    " AND t.ended_ms >= ?1 AND t.ended_ms < ?2 ORDER BY t.ended_ms",
	    V_INT(from), V_INT(to));

	while (db_step(q, &rc)) {
		const struct db_trouble t = {
			.id = db_borrow(q, 0), .at_ms = db_int(q, 1),
			.code = (int)db_int(q, 2), .text = db_borrow(q, 3),
			.kind = db_borrow(q, 4), .server = db_borrow(q, 5),
			.target = db_borrow(q, 6), .failed = db_int(q, 7) != 0,
		};

		if (is_mail(&mail, t.id, &rc))
			f(arg, &t);
		if (rc != DB_OK)
			break;
	}
	return rc;
}

enum db_result
db_each_fallback(struct db *db, int64_t from, int64_t to, db_id_f *f, void *arg)
{
	AUTO(arena_free) struct arena *a = arena_new();
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT f.id FROM effects f"
	    " CROSS JOIN messages m ON m.id = f.id AND m.kind = 'mail'"
	    " WHERE f.id >= ?1 AND f.id < ?2 AND f.kind = 'fallback'",
	    V_TEXT(db_id_from_ms(a, from)), V_TEXT(db_id_from_ms(a, to)));

	while (db_step(q, &rc))
		f(arg, db_borrow(q, 0));
	return rc;
}

/* ---- events ---- */

/* The next name there is, by the index of names; "" at the end. */
static enum db_result
next_name(struct db *db, struct buf *name)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT min(name) FROM events WHERE name > ?1", V_TEXT(buf_str(name)));

	if (!db_step(q, &rc))
		return rc;
	buf_set(name, db_borrow(q, 0));
	return rc;
}

static enum db_result
give_event(struct db *db, const char *name, int64_t from, int64_t to, db_event_f *f,
    void *arg)
{
	struct db_event ev = { .name = name };
	enum db_result rc;
	{
		AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT count(*),"
		    " max(at_ms) FROM events WHERE name = ?1 AND at_ms >= ?2"
		    " AND at_ms < ?3", V_TEXT(name), V_INT(from), V_INT(to));

		if (!db_step(q, &rc))
			return rc;
		ev.n = (uint64_t)db_int(q, 0);
		ev.last_ms = db_int(q, 1);
	}
	if (ev.n == 0)
		return DB_OK;
	{
		AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT text"
		    " FROM events WHERE name = ?1 AND at_ms = ?2"
		    " ORDER BY n DESC LIMIT 1", V_TEXT(name), V_INT(ev.last_ms));

		ev.text = db_step(q, &rc) ? db_borrow(q, 0) : "";
		if (rc == DB_OK)
			f(arg, &ev);
	}
	return rc;
}

static enum db_result
each_event_of(struct db *db, const char *id, int64_t from, int64_t to, db_event_f *f,
    void *arg)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT name, at_ms, text"
	    " FROM events WHERE id = ?1 AND at_ms >= ?2 AND at_ms < ?3",
	    V_TEXT(id), V_INT(from), V_INT(to));

	while (db_step(q, &rc)) {
		const struct db_event ev = { db_borrow(q, 0), 1, db_int(q, 1),
		    db_borrow(q, 2) };

		f(arg, &ev);
	}
	return rc;
}

enum db_result
db_each_event(struct db *db, const char *id, int64_t from, int64_t to, db_event_f *f,
    void *arg)
{
	AUTO(buf_release) struct buf name = BUF_INIT;
	enum db_result rc;

	if (id != NULL)
		return each_event_of(db, id, from, to, f, arg);
	while ((rc = next_name(db, &name)) == DB_OK && name.len > 0)
		if ((rc = give_event(db, buf_str(&name), from, to, f, arg)) != DB_OK)
			return rc;
	return rc;
}

enum db_result
db_each_span(struct db *db, const char *name, const char *over, int64_t from,
    int64_t to, db_span_f *f, void *arg)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT a.at_ms, coalesce(("
	    "SELECT min(o.at_ms) FROM events o WHERE o.name = ?2"
	    " AND o.at_ms >= a.at_ms), 0) FROM events a WHERE a.name = ?1"
	    " AND a.at_ms >= ?3 AND a.at_ms < ?4 ORDER BY a.at_ms", V_TEXT(name),
	    V_TEXT(over), V_INT(from), V_INT(to));

	while (db_step(q, &rc))
		f(arg, db_int(q, 0), db_int(q, 1));
	return rc;
}

/* ---- rule sets ---- */

/* The last one that was loaded; where those events are gone, the newest then. */
enum db_result
db_ruleset_at(struct db *db, int64_t at_ms, int64_t *since_ms, char digest[DIGEST_SIZE])
{
	static const char *const questions[] = {
		"SELECT text, at_ms FROM events WHERE name = 'rules.loaded'"
		" AND at_ms <= ?1 ORDER BY at_ms DESC, n DESC LIMIT 1",
		"SELECT digest, first_ms FROM rule_sets WHERE first_ms <= ?1"
		" ORDER BY first_ms DESC LIMIT 1",
	};
	const struct db_value v = V_INT(at_ms);
	enum db_result rc = DB_OK;

	digest[0] = '\0';
	*since_ms = 0;
	for (size_t i = 0; i < NELEM(questions) && digest[0] == '\0'; i++) {
		AUTO(db_done) sqlite3_stmt *q = db_ask(db, questions[i], &v, 1, &rc);

		if (!db_step(q, &rc))
			continue;
		db_chars(digest, DIGEST_SIZE, q, 0);
		*since_ms = db_int(q, 1);
	}
	return rc;
}
