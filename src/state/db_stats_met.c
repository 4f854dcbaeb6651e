/* SPDX-License-Identifier: MIT */
/*
 * What messages of a period met: lines of rules, captured fields.  Tables that are
 * sorted by id are read side by side, so that each is read once and in its order.
 */
#include "state/db_stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "state/db_stmt.h"

/* ---- lines ---- */

enum db_result
db_each_line(struct db *db, db_line_f *f, void *arg)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = db_ask(db, "SELECT line, route, hash, id, text,"
	    " reason, last_ms FROM lines", NULL, 0, &rc);

	while (db_step(q, &rc)) {
		const struct db_line l = {
			.line = db_int(q, 0), .route = db_borrow(q, 1),
			.hash = db_borrow(q, 2), .id = db_borrow(q, 3),
			.text = db_borrow(q, 4), .reason = db_borrow(q, 5),
			.last_ms = db_int(q, 6),
		};

		f(arg, &l);
	}
	return rc;
}

enum db_result
db_line_last(struct db *db, const char *route, const char *hash, int64_t *last_ms)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT last_ms FROM lines WHERE route = ?1 AND hash = ?2",
	    V_TEXT(route), V_TEXT(hash));

	*last_ms = db_step(q, &rc) ? db_int(q, 0) : 0;
	return rc;
}

enum db_result
db_lines_since(struct db *db, int64_t *first_ms)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT coalesce(min(first_ms), 0) FROM lines WHERE ?1", V_INT(1));

	*first_ms = db_step(q, &rc) ? db_int(q, 0) : 0;
	return rc;
}

/* ---- the newest decisions, by id ---- */

enum { ROUTE_SIZE = 256 };

struct newest {
	sqlite3_stmt *q;
	enum db_result rc;
	bool end;
	/* Of the row it is at; "" before the first. */
	char id[ULID_SIZE];
	unsigned seq;
	char route[ROUTE_SIZE];		/* observed: where it would have gone */
};

static void
newest_done(struct newest *n)
{
	db_done(&n->q);
}

static struct newest
newest_ask(struct db *db, const char *from, const char *to)
{
	struct newest n = { .rc = DB_OK };

	/* With max() the other columns are those of that row. */
	n.q = DB_ASK(db, &n.rc, "SELECT id, max(seq), iif(would_be <> '', would_be,"
	    " route) FROM decisions WHERE id >= ?1 AND id < ?2 GROUP BY id",
	    V_TEXT(from), V_TEXT(to));
	return n;
}

/* Forward to that message; false when it has no decision. */
static bool
newest_of(struct newest *n, const char *id)
{
	while (!n->end && strcmp(n->id, id) < 0) {
		if (!db_step(n->q, &n->rc)) {
			n->end = true;
			break;
		}
		db_chars(n->id, sizeof n->id, n->q, 0);
		n->seq = (unsigned)db_int(n->q, 1);
		db_chars(n->route, sizeof n->route, n->q, 2);
	}
	return !n->end && strcmp(n->id, id) == 0;
}

/* ---- what they met ---- */

struct met {
	struct db_fired *f;
	size_t n, cap;
	char id[ULID_SIZE];
	unsigned seq;
};

static void
met_release(struct met *m)
{
	free(m->f);
}

/*
 * The lines of the newest decision that has any: what a person decides has none,
 * but the message met what it met.
 */
static void
met_add(struct met *m, const char *id, unsigned seq, const struct db_fired *f)
{
	if (strcmp(m->id, id) != 0 || m->seq != seq) {
		snprintf(m->id, sizeof m->id, "%s", id);
		m->seq = seq;
		m->n = 0;
	}
	if (m->n == m->cap) {
		m->cap = 2 * m->cap + 64;
		m->f = xreallocarray(m->f, m->cap, sizeof *m->f);
	}
	m->f[m->n++] = *f;
}

enum db_result
db_each_met(struct db *db, int64_t from, int64_t to, db_met_f *f, void *arg)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const char *first = db_id_from_ms(a, from), *end = db_id_from_ms(a, to);
	AUTO(newest_done) struct newest n = newest_ask(db, first, end);
	AUTO(met_release) struct met m = { .f = NULL };
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT id, seq, line, unknown,"
	    " decisive FROM fired WHERE id >= ?1 AND id < ?2", V_TEXT(first),
	    V_TEXT(end));

	while (db_step(q, &rc)) {
		const char *id = db_borrow(q, 0);
		const struct db_fired one = { db_int(q, 2), db_int(q, 3) != 0,
		    db_int(q, 4) != 0 };

		if (m.n > 0 && strcmp(m.id, id) != 0 && newest_of(&n, m.id))
			f(arg, m.id, n.route, m.f, m.n);
		met_add(&m, id, (unsigned)db_int(q, 1), &one);
	}
	if (m.n > 0 && newest_of(&n, m.id))
		f(arg, m.id, n.route, m.f, m.n);
	return rc != DB_OK ? rc : n.rc;
}

enum db_result
db_each_field(struct db *db, int64_t from, int64_t to, db_field_f *f, void *arg)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const char *first = db_id_from_ms(a, from), *end = db_id_from_ms(a, to);
	AUTO(newest_done) struct newest n = newest_ask(db, first, end);
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT id, seq, name, type,"
	    " iif(value <> '', value, text) FROM fields"
	    " WHERE id >= ?1 AND id < ?2 AND NOT missing", V_TEXT(first), V_TEXT(end));

	while (db_step(q, &rc)) {
		struct db_field v = { .id = db_borrow(q, 0), .name = db_borrow(q, 2),
		    .type = db_borrow(q, 3), .value = db_borrow(q, 4) };

		if (!newest_of(&n, v.id) || n.seq != (unsigned)db_int(q, 1) ||
		    v.value[0] == '\0')
			continue;
		v.route = n.route;
		f(arg, &v);
	}
	return rc != DB_OK ? rc : n.rc;
}
