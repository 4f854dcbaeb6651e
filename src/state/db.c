/* SPDX-License-Identifier: MIT */
#include "state/db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "state/db_stmt.h"
#include "state/record.h"

enum {
	/* The engine must not stand still for somebody who looks around. */
	BUSY_WRITE_MS = 250,
	BUSY_READ_MS = 2000,
	CHECK_MAX = 32 << 20,
	WAL_KEEP = 16 << 20,
};

/* ---- where it may lie ---- */

/* statfs(2) f_type; SQLite, "How To Corrupt An SQLite Database File", 2.1. */
static const struct {
	unsigned long type;
	const char *name;
} bad_fs[] = {
	{ 0x6969, "NFS" },
	{ 0x517B, "SMB" },
	{ 0xFE534D42, "SMB2" },
	{ 0xFF534D42, "CIFS" },
	{ 0x5346414F, "AFS" },
	{ 0x73757245, "Coda" },
	{ 0x01021997, "9P" },
};

const char *
db_bad_fs(long f_type)
{
	/* f_type is signed in places: compare the 32 bits that are defined. */
	for (size_t i = 0; i < NELEM(bad_fs); i++)
		if (((unsigned long)f_type & 0xFFFFFFFFUL) == bad_fs[i].type)
			return bad_fs[i].name;
	return NULL;
}

int
db_check_fs(int dirfd, const char *path, struct err *e)
{
	const char *name;
	struct statfs fs;

	if (fstatfs(dirfd, &fs) < 0)
		return err_errno(e, ERR_TEMP, "cannot look at the file system of '%s'",
		    path);
	if ((name = db_bad_fs((long)fs.f_type)) != NULL)
		return err_set(e, ERR_CONFIG,
		    "'%s' lies on %s, where locks cannot be trusted: "
		    "put the spool on a local disk", path, name);
	return 0;
}

/* ---- results ---- */

enum db_result
db_result_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return DB_OK;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return DB_BUSY;
	case SQLITE_FULL:
		return DB_FULL;
	case SQLITE_READONLY:
		return DB_READONLY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		return DB_CORRUPT;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
	case SQLITE_RANGE:
	case SQLITE_MISUSE:
	case SQLITE_ERROR:
		return DB_REFUSED;
	default:
		return DB_IO;
	}
}

const char *
db_error(struct db *db)
{
	return db->error[0] != '\0' ? db->error : sqlite3_errmsg(db->handle);
}

/* Undo; what SQLite said of the failure is kept over it. */
static void
undo(struct db *db, const char *sql)
{
	sqlite3_snprintf((int)sizeof db->error, db->error, "%s",
	    sqlite3_errmsg(db->handle));
	/* A full disk or an I/O error has rolled back everything already. */
	if (!sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
}

static enum db_result
fail(enum db_result rc, struct err *e, const char *path, const char *text)
{
	err_set(e, rc == DB_FOREIGN ? ERR_CONFIG : ERR_TEMP, "database '%s': %s",
	    path, text);
	return rc;
}

/* ---- opening ---- */

/* What we never need is switched off: the file may come from anywhere. */
static void
harden(sqlite3 *h)
{
	static const struct {
		int what, value;
	} config[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	};
	static const struct {
		int what, value;
	} limit[] = {
		/* The largest value is a snapshot. */
		{ SQLITE_LIMIT_LENGTH, RECORD_SNAPSHOT_MAX + (1 << 20) },
		{ SQLITE_LIMIT_SQL_LENGTH, 16384 },
		{ SQLITE_LIMIT_COLUMN, 64 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 50 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 4 },
		{ SQLITE_LIMIT_FUNCTION_ARG, 8 },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 64 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 8 },	/* ON DELETE CASCADE */
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	};

	for (size_t i = 0; i < NELEM(config); i++)
		sqlite3_db_config(h, config[i].what, config[i].value, NULL);
	for (size_t i = 0; i < NELEM(limit); i++)
		sqlite3_limit(h, limit[i].what, limit[i].value);
}

/* One value of a pragma, as text. */
static enum db_result
pragma(struct db *db, const char *sql, char *out, size_t size)
{
	sqlite3_stmt *q = NULL;
	int rc;

	out[0] = '\0';
	rc = sqlite3_prepare_v2(db->handle, sql, -1, &q, NULL);
	if (rc == SQLITE_OK) {
		rc = sqlite3_step(q);
		if (rc == SQLITE_ROW)
			db_chars(out, size, q, 0);
	}
	sqlite3_finalize(q);
	return db_result_of(rc);
}

static enum db_result
set_up(struct db *db, enum db_mode mode)
{
	char value[64];
	enum db_result rc;

	rc = db_exec(db, "PRAGMA cell_size_check = ON;"
	    "PRAGMA temp_store = MEMORY;"
	    "PRAGMA foreign_keys = ON;");
	if (rc != DB_OK || mode == DB_MEMORY)
		return rc;
	if (mode == DB_READ)
		return db_exec(db, "PRAGMA query_only = ON;");
	if ((rc = pragma(db, "PRAGMA journal_mode = WAL", value, sizeof value)) != DB_OK)
		return rc;
	/* FULL: WAL with NORMAL loses commits at a power cut. */
	if ((rc = db_exec(db, "PRAGMA synchronous = FULL;")) != DB_OK)
		return rc;
	sqlite3_snprintf((int)sizeof value, value, "PRAGMA journal_size_limit = %d",
	    WAL_KEEP);
	return db_exec(db, value);
}

/*
 * SQLite makes -wal and -shm with the mode of the database and never looks
 * again: made while that was read-only they would stay so for ever.
 */
static void
match_modes(const char *path)
{
	static const char *const suffixes[] = { "-wal", "-shm" };
	struct stat st, side;

	if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	for (size_t i = 0; i < NELEM(suffixes); i++) {
		AUTO(xfree) char *name = xasprintf("%s%s", path, suffixes[i]);

		if (lstat(name, &side) == 0 && S_ISREG(side.st_mode) &&
		    (side.st_mode & 0777) != (st.st_mode & 0777))
			(void)!chmod(name, st.st_mode & 0777);
	}
}

static enum db_result
open_handle(const char *path, enum db_mode mode, struct db *db)
{
	int flags = SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
	mode_t old;
	int rc;

	/*
	 * A reader opens for writing too (query_only keeps it from it): after
	 * a crash of the writer somebody has to be able to recover the WAL.
	 */
	flags |= SQLITE_OPEN_READWRITE;
	if (mode == DB_WRITE) {
		flags |= SQLITE_OPEN_CREATE;
		match_modes(path);
	}
	if (mode == DB_MEMORY)
		flags |= SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY;
	old = umask(077);
	rc = sqlite3_open_v2(mode == DB_MEMORY ? ":memory:" : path, &db->handle,
	    flags, NULL);
	umask(old);
	if (db->handle == NULL)
		bug("db: no memory for a connection");
	return db_result_of(rc);
}

enum db_result
db_open(const char *path, enum db_mode mode, struct db **out, struct err *e)
{
	AUTO(db_close) struct db *db = xcalloc(1, sizeof *db);
	bool made = false;
	enum db_result rc;

	*out = NULL;
	if (mode == DB_READ && access(path, F_OK) < 0 && errno == ENOENT) {
		err_set(e, ERR_ABSENT, "there are no records yet: '%s' is not there",
		    path);
		return DB_NONE;
	}
	if ((rc = open_handle(path, mode, db)) != DB_OK)
		return fail(rc, e, path, db_error(db));
	harden(db->handle);
	sqlite3_busy_timeout(db->handle,
	    mode == DB_WRITE ? BUSY_WRITE_MS : BUSY_READ_MS);
	/* Only the writer's end may cost a checkpoint. */
	if (mode == DB_READ)
		sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
		    NULL);
	/* Whose file it is comes before anything that would change it. */
	if (mode == DB_MEMORY)
		rc = db_schema_create(db);
	else if ((rc = db_schema_open(db, false, &made, e)) == DB_FOREIGN)
		return rc;
	if (rc == DB_OK && mode == DB_READ && made) {
		err_set(e, ERR_ABSENT, "there are no records yet in '%s'", path);
		return DB_NONE;
	}
	if (rc == DB_OK)
		rc = set_up(db, mode);
	if (rc == DB_OK && mode == DB_WRITE)
		rc = db_schema_open(db, true, &made, e);
	if (rc != DB_OK)
		return fail(rc, e, path, db_error(db));
	*out = db;
	db = NULL;
	return DB_OK;
}

enum db_result
db_check(struct db *db, bool always, struct err *e)
{
	const char *path = sqlite3_db_filename(db->handle, "main");
	char value[256];
	struct stat st;
	enum db_result rc;

	if (!always && (stat(path, &st) < 0 || st.st_size > CHECK_MAX))
		return DB_OK;
	rc = pragma(db, "PRAGMA quick_check(1)", value, sizeof value);
	if (rc == DB_OK && strcmp(value, "ok") != 0)
		return fail(DB_CORRUPT, e, path, value);
	return rc == DB_OK ? DB_OK : fail(rc, e, path, db_error(db));
}

void
db_close(struct db **db)
{
	if (*db == NULL)
		return;
	for (size_t i = 0; i < (*db)->n_cache; i++)
		sqlite3_finalize((*db)->cache[i].stmt);
	if (sqlite3_close((*db)->handle) != SQLITE_OK)
		bug("db: a statement is still in use at the end");
	free(*db);
	*db = NULL;
}

/* ---- statements ---- */

enum db_result
db_exec(struct db *db, const char *sql)
{
	db->error[0] = '\0';
	return db_result_of(sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *
prepared(struct db *db, const char *sql, enum db_result *rc)
{
	sqlite3_stmt *stmt;

	for (size_t i = 0; i < db->n_cache; i++)
		if (db->cache[i].sql == sql)
			return db->cache[i].stmt;
	*rc = db_result_of(sqlite3_prepare_v3(db->handle, sql, -1,
	    SQLITE_PREPARE_PERSISTENT, &stmt, NULL));
	if (*rc != DB_OK)
		return NULL;
	if (db->n_cache == DB_STMT_MAX)
		bug("db: more than %d statements", DB_STMT_MAX);
	db->cache[db->n_cache].sql = sql;
	db->cache[db->n_cache++].stmt = stmt;
	return stmt;
}

enum db_result
db_bind(sqlite3_stmt *q, const struct db_value *v, size_t n)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < n && rc == SQLITE_OK; i++) {
		const char *p = v[i].s.ptr != NULL ? v[i].s.ptr : "";
		int at = (int)i + 1;

		switch (v[i].kind) {
		case DB_INT:
			rc = sqlite3_bind_int64(q, at, v[i].n);
			break;
		case DB_TEXT:
			rc = sqlite3_bind_text64(q, at, p, v[i].s.len,
			    SQLITE_STATIC, SQLITE_UTF8);
			break;
		case DB_BLOB:
			rc = sqlite3_bind_blob64(q, at, p, v[i].s.len,
			    SQLITE_STATIC);
			break;
		}
	}
	return db_result_of(rc);
}

sqlite3_stmt *
db_ask(struct db *db, const char *sql, const struct db_value *v, size_t n,
    enum db_result *rc)
{
	sqlite3_stmt *q;

	db->error[0] = '\0';
	if ((q = prepared(db, sql, rc)) == NULL)
		return NULL;
	if ((*rc = db_bind(q, v, n)) != DB_OK)
		db_done(&q);
	return q;
}

bool
db_step(sqlite3_stmt *q, enum db_result *rc)
{
	int code;

	if (q == NULL)
		return false;
	code = sqlite3_step(q);
	*rc = db_result_of(code);
	return code == SQLITE_ROW;
}

void
db_done(sqlite3_stmt **q)
{
	if (*q != NULL) {
		sqlite3_reset(*q);
		sqlite3_clear_bindings(*q);
	}
	*q = NULL;
}

enum db_result
db_run(struct db *db, const char *sql, const struct db_value *v, size_t n)
{
	enum db_result rc = DB_OK;
	AUTO(db_done) sqlite3_stmt *q = db_ask(db, sql, v, n, &rc);

	while (db_step(q, &rc))
		;
	return rc;
}

const char *
db_text(struct arena *a, sqlite3_stmt *q, int column)
{
	const unsigned char *p = sqlite3_column_text(q, column);

	return p == NULL ? "" : arena_strdup(a, (const char *)p);
}

const char *
db_borrow(sqlite3_stmt *q, int column)
{
	const unsigned char *p = sqlite3_column_text(q, column);

	return p == NULL ? "" : (const char *)p;
}

void
db_chars(char *out, size_t size, sqlite3_stmt *q, int column)
{
	const unsigned char *p = sqlite3_column_text(q, column);

	sqlite3_snprintf((int)size, out, "%s", p == NULL ? "" : (const char *)p);
}

int64_t
db_int(sqlite3_stmt *q, int column)
{
	return sqlite3_column_int64(q, column);
}

/* ---- transactions ---- */

enum db_result
db_begin(struct db *db)
{
	/* Without this SQLite would quietly begin to read only. */
	if (sqlite3_db_readonly(db->handle, "main") == 1) {
		sqlite3_snprintf((int)sizeof db->error, db->error,
		    "the file can only be read");
		return DB_READONLY;
	}
	/* IMMEDIATE: a transaction that starts to read cannot wait later. */
	return db_exec(db, "BEGIN IMMEDIATE");
}

enum db_result
db_commit(struct db *db)
{
	enum db_result rc = db_exec(db, "COMMIT");

	if (rc != DB_OK)
		undo(db, "ROLLBACK");
	return rc;
}

void
db_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

enum db_result
db_save(struct db *db)
{
	return db_exec(db, "SAVEPOINT entry");
}

enum db_result
db_save_end(struct db *db, enum db_result rc)
{
	if (rc == DB_OK)
		return db_exec(db, "RELEASE entry");
	undo(db, "ROLLBACK TO entry; RELEASE entry");
	return rc;
}
