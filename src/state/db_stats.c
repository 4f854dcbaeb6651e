/* SPDX-License-Identifier: MIT */
/* Messages of a period, from the index messages_received alone. */
#include "state/db_stats.h"

#include <string.h>

#include "base/xalloc.h"
#include "state/db_stmt.h"
#include "state/stats_impl.h"

static void
give_counted(sqlite3_stmt *q, bool brief, db_counted_f *f, void *arg)
{
	struct db_counted m = { .received_ms = db_int(q, 0), .route = db_borrow(q, 1),
	    .decided_by = db_borrow(q, 2), .would_be = "", .domain = "" };

	if (!brief) {
		m.would_be = db_borrow(q, 3);
		m.done_ms = db_int(q, 4);
		m.domain = db_borrow(q, 5);
		m.state = db_state(q, 6);
	}
	f(arg, &m);
}

enum db_result
db_each_counted(struct db *db, int64_t from, int64_t to, bool brief,
    db_counted_f *f, void *arg)
{
	static const char all[] = "SELECT received_ms, route, decided_by, would_be,"
	    " done_ms, domain, state FROM messages INDEXED BY messages_received"
	    " WHERE kind = 'mail' AND received_ms >= ?1 AND received_ms < ?2";
	static const char few[] = "SELECT received_ms, route, decided_by"
	    " FROM messages INDEXED BY messages_received"
	    " WHERE kind = 'mail' AND received_ms >= ?1 AND received_ms < ?2";
	const struct db_value v[] = { V_INT(from), V_INT(to) };
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = db_ask(db, brief ? few : all, v, NELEM(v), &rc);

	while (db_step(q, &rc))
		give_counted(q, brief, f, arg);
	return rc;
}

enum db_result
db_count_one(struct db *db, const char *id, int64_t from, int64_t to,
    db_counted_f *f, void *arg)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT received_ms, route,"
	    " decided_by, would_be, done_ms, domain, state FROM messages"
	    " WHERE id = ?1 AND kind = 'mail' AND received_ms >= ?2"
	    " AND received_ms < ?3", V_TEXT(id), V_INT(from), V_INT(to));

	if (db_step(q, &rc))
		give_counted(q, false, f, arg);
	return rc;
}

enum db_result
db_first_mail(struct db *db, int64_t *out)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = db_ask(db, "SELECT received_ms FROM messages"
	    " INDEXED BY messages_received WHERE kind = 'mail'"
	    " ORDER BY received_ms LIMIT 1", NULL, 0, &rc);

	*out = db_step(q, &rc) ? db_int(q, 0) : INT64_MAX;
	return rc;
}

enum db_result
db_domain_before(struct db *db, const char *domain, int64_t before_ms, bool *out)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT 1 FROM messages"
	    " INDEXED BY messages_domain WHERE kind = 'mail' AND domain = ?1"
	    " AND received_ms < ?2 LIMIT 1", V_TEXT(domain), V_INT(before_ms));

	*out = db_step(q, &rc);
	return rc;
}

/* ---- what no rule claimed ---- */

/*
 * The route with most points is not recorded, but its lines are: of those that
 * held the points are added up; one that a `never` line put out has no part.
 */
static enum db_result
best_route(struct db *db, struct arena *a, const char *id, unsigned seq,
    const char **out)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT l.route FROM fired f"
	    " CROSS JOIN lines l ON l.line = f.line"
	    " WHERE f.id = ?1 AND f.seq = ?2 AND NOT f.unknown GROUP BY l.route"
	    " HAVING sum(f.points) > 0 AND NOT max(l.text LIKE 'never %')"
	    " ORDER BY sum(f.points) DESC, min(l.line) LIMIT 1",
	    V_TEXT(id), V_INT(seq));

	*out = db_step(q, &rc) ? db_text(a, q, 0) : "";
	return rc;
}

enum db_result
db_triage(struct db *db, struct arena *a, int64_t from, int64_t to, size_t max,
    struct stats_open **out, size_t *n)
{
	size_t cap = 0;
	enum db_result rc;
	/* stats_is_triage() */
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT id, received_ms, author,"
	    " subject, opening, decided_by, seq FROM messages"
	    " INDEXED BY messages_received WHERE kind = 'mail' AND received_ms >= ?1"
	    " AND received_ms < ?2 AND decided_by IN ('below-needs', 'margin',"
	    " 'unknown', 'examiner') ORDER BY received_ms DESC LIMIT ?3",
	    V_INT(from), V_INT(to), V_INT(max));

	*out = NULL;
	*n = 0;
	while (db_step(q, &rc)) {
		struct stats_open *o;
		enum db_result asked;

		*out = arena_grow(a, *out, *n, &cap, sizeof **out);
		o = &(*out)[(*n)++];
		*o = (struct stats_open){ .id = db_text(a, q, 0),
		    .received_ms = db_int(q, 1), .author = db_text(a, q, 2),
		    .subject = db_text(a, q, 3), .opening = db_text(a, q, 4),
		    .by = decided_by_find(db_borrow(q, 5)) };
		asked = best_route(db, a, o->id, (unsigned)db_int(q, 6), &o->best);
		if (asked != DB_OK)
			return asked;
	}
	return rc;
}
