/* SPDX-License-Identifier: MIT */
/* All rows of one message, from one database into another. */
#include "state/db.h"

#include "base/xalloc.h"
#include "state/db_stmt.h"

static const struct {
	const char *select, *insert;
	bool trace;
} copies[] = {
	{ "SELECT * FROM messages WHERE id = ?1",
	    "INSERT INTO messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
	    " ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,"
	    " ?24, ?25, ?26, ?27, ?28,"
	    /* One before version 4 has not these. */
	    " coalesce(?29, ''), coalesce(?30, ''), coalesce(?31, ''),"
	    " coalesce(?32, ''), coalesce(?33, 0))", false },
	{ "SELECT * FROM decisions WHERE id = ?1",
	    "INSERT INTO decisions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
	    " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)", false },
	{ "SELECT * FROM traces WHERE id = ?1",
	    "INSERT INTO traces VALUES (?1, ?2, ?3)", true },
	{ "SELECT * FROM fields WHERE id = ?1",
	    /* One of version 1 has no types. */
	    "INSERT INTO fields VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
	    " coalesce(?7, 'text'), coalesce(?8, ?5))", false },
	{ "SELECT * FROM effects WHERE id = ?1",
	    "INSERT INTO effects VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
	    " ?11, ?12, ?13, ?14)", false },
	{ "SELECT * FROM attempts WHERE id = ?1",
	    "INSERT INTO attempts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	    false },
	{ "SELECT at_ms, id, name, text FROM events WHERE id = ?1 ORDER BY n",
	    "INSERT INTO events (at_ms, id, name, text) VALUES (?1, ?2, ?3, ?4)",
	    false },
};

static enum db_result
copy_rows(struct db *from, struct db *to, size_t i, const char *id, size_t *rows)
{
	enum db_result rc;
	const struct db_value key = V_TEXT(id);
	AUTO(db_done) sqlite3_stmt *q = db_ask(from, copies[i].select, &key, 1, &rc);

	while (db_step(q, &rc)) {
		enum db_result put;
		AUTO(db_done) sqlite3_stmt *w = db_ask(to, copies[i].insert, NULL,
		    0, &put);

		for (int c = 0; w != NULL && c < sqlite3_column_count(q); c++)
			sqlite3_bind_value(w, c + 1, sqlite3_column_value(q, c));
		db_step(w, &put);
		if (put != DB_OK)
			return put;
		(*rows)++;
	}
	return rc;
}

/* The lines have other numbers there. */
static enum db_result
copy_fired(struct db *from, struct db *to, struct arena *a, const char *id)
{
	enum db_result rc, put = DB_OK;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(from, &rc, "SELECT f.seq, f.unknown,"
	    " f.points, f.decisive, l.route, l.hash, l.id, l.text, l.reason,"
	    " l.first_ms, l.last_ms FROM fired f JOIN lines l ON l.line = f.line"
	    " WHERE f.id = ?1", V_TEXT(id));

	while (put == DB_OK && db_step(q, &rc)) {
		const struct record_line l = {
			.unknown = db_int(q, 1) != 0, .points = (int)db_int(q, 2),
			.decisive = db_int(q, 3) != 0, .route = db_text(a, q, 4),
			.hash = db_text(a, q, 5), .id = db_text(a, q, 6),
			.text = db_text(a, q, 7), .reason = db_text(a, q, 8),
		};

		put = db_put_line(to, &l, db_int(q, 9), db_int(q, 10));
		if (put == DB_OK)
			put = db_put_fired(to, id, (unsigned)db_int(q, 0), &l);
	}
	return put != DB_OK ? put : rc;
}

enum db_result
db_copy(struct db *from, struct db *to, const char *id, bool traces)
{
	AUTO(arena_free) struct arena *a = arena_new();
	enum db_result rc = DB_OK;
	size_t rows = 0;
	int version;

	for (size_t i = 0; i < NELEM(copies) && rc == DB_OK; i++) {
		if (copies[i].trace && !traces)
			continue;
		rc = copy_rows(from, to, i, id, &rows);
		if (i == 0 && rows == 0 && rc == DB_OK)
			return DB_NONE;
	}
	if (rc == DB_OK && (rc = db_version(from, &version)) == DB_OK &&
	    version >= DB_VERSION_LINES)
		rc = copy_fired(from, to, a, id);
	return rc;
}
