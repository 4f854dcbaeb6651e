/* SPDX-License-Identifier: MIT */
/*
 * db_stmt - statements, for db*.c only: SQL text with typed values.
 *
 * Values are always bound, never put into the text.  A statement is prepared
 * once and kept; the literal's address is its name, so the text must be a
 * literal.
 *
 *	rc = DB_RUN(db, "UPDATE messages SET state = ?2 WHERE id = ?1",
 *	    V_TEXT(id), V_TEXT("final"));
 */
#ifndef STATE_DB_STMT_H
#define STATE_DB_STMT_H

#include <sqlite3.h>

#include "state/db.h"

enum { DB_STMT_MAX = 96 };

struct db {
	sqlite3 *handle;
	struct {
		const char *sql;
		sqlite3_stmt *stmt;
	} cache[DB_STMT_MAX];
	size_t n_cache;
	char error[300];	/* of what failed before a rollback; "" nothing */
};

struct db_value {
	enum { DB_INT, DB_TEXT, DB_BLOB } kind;
	int64_t n;
	struct slice s;
};
#define V_INT(x)	((struct db_value){ DB_INT, (int64_t)(x), { NULL, 0 } })
#define V_TEXT(x)	((struct db_value){ DB_TEXT, 0, slice_str(x) })
#define V_SLICE(x)	((struct db_value){ DB_TEXT, 0, (x) })
#define V_BLOB(x)	((struct db_value){ DB_BLOB, 0, (x) })

/* SQLite's code as ours; SQLITE_ROW and SQLITE_DONE are DB_OK. */
enum db_result db_result_of(int rc);

/* Several statements without values or results. */
enum db_result db_exec(struct db *db, const char *sql);

/* A savepoint, and its end: kept when rc is DB_OK, else rolled back. */
enum db_result db_save(struct db *db);
enum db_result db_save_end(struct db *db, enum db_result rc);

/* Bind and run to the end. */
enum db_result db_run(struct db *db, const char *sql, const struct db_value *v,
    size_t n);
#define DB_RUN(db, sql, ...) \
	db_run(db, "" sql, (const struct db_value[]){ __VA_ARGS__ }, \
	    sizeof((const struct db_value[]){ __VA_ARGS__ }) / sizeof(struct db_value))

/*
 * Bind, ready for db_step(); the caller ends with db_done(&q), for which there
 * is AUTO(db_done).  NULL with *rc when it could not be prepared.
 */
sqlite3_stmt *db_ask(struct db *db, const char *sql, const struct db_value *v,
    size_t n, enum db_result *rc);
#define DB_ASK(db, rc, sql, ...) \
	db_ask(db, "" sql, (const struct db_value[]){ __VA_ARGS__ }, \
	    sizeof((const struct db_value[]){ __VA_ARGS__ }) / sizeof(struct db_value), rc)
void db_done(sqlite3_stmt **q);

/* True on a row; false at the end (*rc DB_OK) or on an error. */
bool db_step(sqlite3_stmt *q, enum db_result *rc);

enum db_result db_bind(sqlite3_stmt *q, const struct db_value *v, size_t n);

/* Columns; text is copied to the arena, never NULL; borrowed until the next step. */
const char *db_text(struct arena *a, sqlite3_stmt *q, int column);
const char *db_borrow(sqlite3_stmt *q, int column);
void db_chars(char *out, size_t size, sqlite3_stmt *q, int column);
int64_t db_int(sqlite3_stmt *q, int column);
enum message_state db_state(sqlite3_stmt *q, int column);

/* A line of the rules; that it held (or was unknown) in a message. */
enum db_result db_put_line(struct db *db, const struct record_line *l,
    int64_t first_ms, int64_t last_ms);
enum db_result db_put_fired(struct db *db, const char *id, unsigned seq,
    const struct record_line *l);

/* The front of every id made at that time: ids sort by their time. */
const char *db_id_from_ms(struct arena *a, int64_t ms);

/* Add the ids that a question gives, each once, until there are max. */
enum db_result db_add_ids(struct arena *a, sqlite3_stmt *q, enum db_result rc,
    size_t max, const char **ids, size_t *n);

/* SQL: the domain of an address, behind its last @, in lower case; "" without one. */
#define DB_DOMAIN_OF(x) \
	"iif(instr(" x ", '@') > 0, lower(substr(" x ", 1 + length(rtrim(" x "," \
	" replace(" x ", '@', ''))))), '')"

/* Tables, indexes, application_id and user_version. */
enum db_result db_schema_open(struct db *db, bool write, bool *fresh, struct err *e);
enum db_result db_schema_create(struct db *db);

#endif
