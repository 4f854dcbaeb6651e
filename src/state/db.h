/* SPDX-License-Identifier: MIT */
/*
 * db - the records in SQLite; the only user of SQLite (db*.c).
 *
 * A struct db is one connection: to SPOOL/mroute.db for writing or reading,
 * or to a database in memory with the same tables.  It knows nothing of the
 * journal: that a write did not work is told by a db_result, and store.c
 * decides what follows.
 *
 * Durable: WAL and synchronous=FULL, so that what db_commit() has taken
 * survives a power cut.  The file is opened by SQLite alone, never by
 * another descriptor of ours: closing one would drop SQLite's POSIX locks.
 */
#ifndef STATE_DB_H
#define STATE_DB_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "state/store.h"

enum db_result {
	DB_OK,
	DB_NONE,		/* no such row; the end of a list; no such file */
	DB_BUSY,		/* somebody else has it locked */
	DB_FULL,		/* no room on the disk */
	DB_READONLY,
	DB_IO,			/* cannot be opened, read or written now */
	DB_CORRUPT,		/* what is in the file is no database */
	DB_FOREIGN,		/* of a newer version, or of another program */
	DB_REFUSED,		/* this change will never go in (constraint) */
};

struct db;

enum db_mode {
	DB_WRITE,		/* made when it is not there */
	DB_READ,
	DB_MEMORY,
};

/*
 * Open.  On failure *out is NULL and e has a text that says why.  No part of
 * the path may be a symbolic link.
 */
enum db_result db_open(const char *path, enum db_mode mode, struct db **out,
    struct err *e);

/*
 * Read all pages and see that they fit together (quick_check): DB_OK or
 * DB_CORRUPT with a text in e.  A file of more than 32 MB only with always;
 * damage in one shows when it is met.
 */
enum db_result db_check(struct db *db, bool always, struct err *e);

/* Ends the connection; uncommitted changes are gone. */
void db_close(struct db **db);

/* Of its tables.  A reader may be newer than the file. */
enum { DB_VERSION_LINES = 4 };		/* the first with what stats.h asks for */
enum db_result db_version(struct db *db, int *out);

/* What SQLite said last. */
const char *db_error(struct db *db);

/*
 * ERR_CONFIG when the directory lies on a file system where SQLite's locks or
 * its shared memory cannot be trusted (NFS, SMB and their like).
 */
NODISCARD int db_check_fs(int dirfd, const char *path, struct err *e);
const char *db_bad_fs(long f_type);		/* its name, or NULL: good */

/* ---- changes (db_apply.c) ---- */

enum db_result db_begin(struct db *db);		/* IMMEDIATE */
enum db_result db_commit(struct db *db);
void db_rollback(struct db *db);

/*
 * Enter cleaned records, all or none of them (a savepoint).  Entering them a
 * second time changes nothing.  A record of a message that has no row is an
 * orphan: the message is given one by `missing` first, when that is not NULL
 * and returns true; else the record is left out.
 */
struct db_missing {
	bool (*fill)(void *arg, struct db *db, const char *id);
	void *arg;
};
enum db_result db_apply(struct db *db, const struct record *r, size_t n,
    const struct db_missing *missing);

/* Give a message that is only known from the spool a row. */
enum db_result db_adopt(struct db *db, const struct envelope *env, uint64_t size,
    enum message_state state, bool lost);

/*
 * db_copy.c: copy all rows of a message from one database into another that has
 * none; DB_NONE when there are none.  Traces are large and left out on request.
 */
enum db_result db_copy(struct db *from, struct db *to, const char *id, bool traces);

/* Small named texts: where a refill stands; in memory, which ids are held. */
enum db_result db_set_meta(struct db *db, const char *key, const char *value);
enum db_result db_get_meta(struct db *db, const char *key, struct buf *out);
enum db_result db_unset_meta(struct db *db, const char *key);

/* ---- questions (db_query.c) ---- */

struct db_known {
	enum message_state state;
	unsigned seq;			/* 0: not decided */
	unsigned looked;
	bool lost;			/* its records were lost once */
};
enum db_result db_known(struct db *db, const char *id, struct db_known *out);
enum db_result db_effects(struct db *db, struct arena *a, const char *id,
    struct effect **out, size_t *n);

/* Messages with this queue id and recipient; sha256 "" when never computed. */
struct db_delivery {
	const char *id, *sha256;
};
enum db_result db_deliveries(struct db *db, struct arena *a, const char *queue_id,
    const char *recipient, struct db_delivery **out, size_t *n);
/* The message that has this key; DB_NONE. */
enum db_result db_find_own(struct db *db, const char *key, char id_out[ULID_SIZE]);
enum db_result db_last_event(struct db *db, const char *name, int64_t *at_ms);

/* Ids that a word can mean, at most max; NULL-terminated. */
enum db_result db_resolve(struct db *db, struct arena *a, const char *word,
    size_t max, const char ***out);

/*
 * A page of messages, newest first: at most max that pass the filter, older
 * than the id `before` (NULL: from the newest).  *n 0 at the end.  A page at a
 * time, since a reader that stays open keeps the WAL from being reused.
 */
enum db_result db_list(struct db *db, struct arena *a, const struct store_filter *flt,
    const char *before, size_t max, struct store_row **out, size_t *n);

/* For store_filter.after. */
enum db_result db_mark(struct db *db, struct store_mark *out);

/* With decision number seq, 0: the newest. */
enum db_result db_get(struct db *db, struct arena *a, const char *id, unsigned seq,
    struct store_row *out);
enum db_result db_events(struct db *db, struct arena *a, const char *id,
    unsigned limit, struct store_event **out, size_t *n);
enum db_result db_find_event(struct db *db, struct arena *a, const char *name,
    struct store_event *out);
enum db_result db_decisions(struct db *db, struct arena *a, const char *id,
    struct store_decision **out, size_t *n);
enum db_result db_attempts(struct db *db, struct arena *a, const char *id,
    struct store_attempt **out, size_t *n);
enum db_result db_ruleset(struct db *db, const char *digest, struct buf *out);

/* Numbers that need the whole table. */
struct db_counts {
	uint64_t messages, failed;
	char last_id[ULID_SIZE];	/* of mail, not of our own; "" none */
};
enum db_result db_count(struct db *db, int64_t failed_since_ms,
    struct db_counts *out);

/* Ids of messages older than that whose originals are purged, oldest first. */
enum db_result db_expired(struct db *db, struct arena *a, int64_t before_ms,
    size_t max, const char ***out);

/* How many characters of an id it shares with its neighbours at most. */
enum db_result db_shared_prefix(struct db *db, const char *id, size_t *out);

/* All keys of the small named texts. */
enum db_result db_meta_keys(struct db *db, struct arena *a, const char ***out,
    size_t *n);

#endif
