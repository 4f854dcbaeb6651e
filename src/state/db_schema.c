/* SPDX-License-Identifier: MIT */
/*
 * The tables; docs/schema.md says what stands in them.  A change of them is a
 * new line in steps[]: it is run in one transaction with the new
 * user_version, and a program that knows fewer steps refuses the file.
 */
#include "state/db.h"

#include <stdlib.h>

#include "state/db_stmt.h"

enum { APPLICATION_ID = 0x4D524F54 };	/* "MROT" */

static const char version_1[] =
    "CREATE TABLE messages ("
    " id TEXT PRIMARY KEY,"
    " kind TEXT NOT NULL CHECK (kind IN ('mail', 'own')),"
    " received_ms INTEGER NOT NULL,"
    " sender TEXT NOT NULL COLLATE NOCASE,"
    " recipient TEXT NOT NULL COLLATE NOCASE,"
    " original_recipient TEXT NOT NULL COLLATE NOCASE,"
    " queue_id TEXT NOT NULL,"
    " client TEXT NOT NULL,"
    " declared_size INTEGER NOT NULL,"
    " own_key TEXT NOT NULL,"
    " own_rcpt TEXT NOT NULL,"
    " size INTEGER NOT NULL,"
    " sha256 TEXT NOT NULL,"
    " message_id TEXT NOT NULL DEFAULT '',"
    " refs TEXT NOT NULL DEFAULT '',"
    " from_header TEXT NOT NULL DEFAULT '',"
    " from_address TEXT NOT NULL DEFAULT '' COLLATE NOCASE,"
    " author TEXT NOT NULL DEFAULT '' COLLATE NOCASE,"
    " subject TEXT NOT NULL DEFAULT '',"
    " date TEXT NOT NULL DEFAULT '',"
    " smtputf8 INTEGER NOT NULL DEFAULT 0,"
    " eightbit INTEGER NOT NULL DEFAULT 0,"
    " state TEXT NOT NULL CHECK (state IN ('active', 'final', 'held', 'purged')),"
    " changed_ms INTEGER NOT NULL,"
    " looked INTEGER NOT NULL DEFAULT 0,"
    " lost INTEGER NOT NULL DEFAULT 0,"
    " seq INTEGER NOT NULL DEFAULT 0,"
    " route TEXT NOT NULL DEFAULT ''"
    ") STRICT;"
    "CREATE INDEX messages_waiting ON messages (id)"
    " WHERE state IN ('active', 'held');"
    "CREATE INDEX messages_queue ON messages (queue_id) WHERE queue_id <> '';"
    "CREATE INDEX messages_message_id ON messages (message_id)"
    " WHERE message_id <> '';"
    "CREATE INDEX messages_route ON messages (route, id) WHERE route <> '';"
    "CREATE INDEX messages_sender ON messages (sender, id);"
    "CREATE INDEX messages_from ON messages (from_address, id);"

    "CREATE TABLE own_keys ("
    " own_key TEXT PRIMARY KEY,"
    " id TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE decisions ("
    " id TEXT NOT NULL REFERENCES messages ON DELETE CASCADE,"
    " seq INTEGER NOT NULL,"
    " at_ms INTEGER NOT NULL,"
    " digest TEXT NOT NULL,"
    " route TEXT NOT NULL,"
    " title TEXT NOT NULL,"
    " decided_by TEXT NOT NULL,"
    " points INTEGER NOT NULL,"
    " needs INTEGER NOT NULL,"
    " margin INTEGER NOT NULL,"
    " runner_up TEXT NOT NULL,"
    " runner_up_points INTEGER NOT NULL,"
    " runner_up_needs INTEGER NOT NULL,"
    " would_be TEXT NOT NULL,"
    " would_be_by TEXT NOT NULL,"
    " why TEXT NOT NULL,"
    " keep INTEGER NOT NULL,"
    " keep_originals INTEGER NOT NULL,"
    " facts INTEGER NOT NULL,"
    " PRIMARY KEY (id, seq)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE traces ("
    " id TEXT NOT NULL,"
    " seq INTEGER NOT NULL,"
    " json TEXT NOT NULL,"
    " PRIMARY KEY (id, seq),"
    " FOREIGN KEY (id, seq) REFERENCES decisions ON DELETE CASCADE"
    ") STRICT;"

    "CREATE TABLE fields ("
    " id TEXT NOT NULL,"
    " seq INTEGER NOT NULL,"
    " n INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " value TEXT NOT NULL,"
    " missing INTEGER NOT NULL,"
    " PRIMARY KEY (id, seq, n),"
    " FOREIGN KEY (id, seq) REFERENCES decisions ON DELETE CASCADE"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE effects ("
    " id TEXT NOT NULL REFERENCES messages ON DELETE CASCADE,"
    " n INTEGER NOT NULL,"
    " seq INTEGER NOT NULL,"
    " kind TEXT NOT NULL,"
    " server TEXT NOT NULL,"
    " target TEXT NOT NULL,"
    " state TEXT NOT NULL"
    "  CHECK (state IN ('ready', 'leased', 'done', 'failed')),"
    " uncertain INTEGER NOT NULL,"
    " substitute INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL,"
    " created_ms INTEGER NOT NULL,"
    " next_ms INTEGER NOT NULL,"
    " ended_ms INTEGER NOT NULL,"
    " last TEXT NOT NULL,"
    " PRIMARY KEY (id, n)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX effects_failed ON effects (ended_ms) WHERE state = 'failed';"

    "CREATE TABLE attempts ("
    " id TEXT NOT NULL REFERENCES messages ON DELETE CASCADE,"
    " effect INTEGER NOT NULL,"
    " attempt INTEGER NOT NULL,"
    " began_ms INTEGER NOT NULL,"
    " ended_ms INTEGER NOT NULL DEFAULT 0,"
    " outcome TEXT NOT NULL DEFAULT '',"
    " code INTEGER NOT NULL DEFAULT 0,"
    " text TEXT NOT NULL DEFAULT '',"
    " place TEXT NOT NULL DEFAULT '',"
    " PRIMARY KEY (id, effect, attempt)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE events ("
    " n INTEGER PRIMARY KEY,"
    " at_ms INTEGER NOT NULL,"
    " id TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " text TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX events_id ON events (id, at_ms);"
    "CREATE INDEX events_name ON events (name, at_ms);"

    "CREATE TABLE rule_sets ("
    " digest TEXT PRIMARY KEY,"
    " first_ms INTEGER NOT NULL,"
    " snapshot BLOB NOT NULL"
    ") STRICT;"

    "CREATE TABLE meta ("
    " key TEXT PRIMARY KEY,"
    " value TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;";

/* Fields with types.  What was stored before is text, as it was written. */
static const char version_2[] =
    "ALTER TABLE fields ADD COLUMN type TEXT NOT NULL DEFAULT 'text';"
    "ALTER TABLE fields ADD COLUMN text TEXT NOT NULL DEFAULT '';"
    "UPDATE fields SET text = value;"
    "CREATE INDEX fields_value ON fields (name, value);";

/* Who wrote through a web form is asked for by his own address. */
static const char version_3[] =
    "CREATE INDEX messages_author ON messages (author, id)"
    " WHERE author <> from_address;";

/*
 * What is counted of a period.  messages has what is asked for most, as the newest
 * decision says, so that one index answers; a line of the rules is kept once, and
 * which lines held in a message as numbers.
 *
 * Lines were not recorded before.  The first end of a delivery is that of the
 * effects of the first decision.
 */
static const char version_4[] =
    "ALTER TABLE messages ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE messages ADD COLUMN would_be TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE messages ADD COLUMN domain TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE messages ADD COLUMN opening TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE messages ADD COLUMN done_ms INTEGER NOT NULL DEFAULT 0;"
    "UPDATE messages SET domain = " DB_DOMAIN_OF("author") ","
    " decided_by = coalesce((SELECT d.decided_by FROM decisions d"
    "  WHERE d.id = messages.id AND d.seq = messages.seq), ''),"
    " would_be = coalesce((SELECT d.would_be FROM decisions d"
    "  WHERE d.id = messages.id AND d.seq = messages.seq), '');"
    "UPDATE messages SET done_ms = coalesce("
    "  (SELECT nullif(max(ended_ms), 0) FROM effects e"
    "   WHERE e.id = messages.id AND e.seq <= 1),"
    "  (SELECT nullif(max(ended_ms), 0) FROM effects e WHERE e.id = messages.id),"
    "  (SELECT min(at_ms) FROM decisions d WHERE d.id = messages.id), 0)"
    " WHERE state IN ('final', 'purged') AND NOT EXISTS (SELECT 1 FROM effects e"
    "  WHERE e.id = messages.id AND e.state IN ('ready', 'leased'));"
    "CREATE INDEX messages_received ON messages (received_ms, route, decided_by,"
    " would_be, done_ms, domain, state) WHERE kind = 'mail';"
    "CREATE INDEX messages_domain ON messages (domain, received_ms)"
    " WHERE kind = 'mail';"

    "CREATE TABLE lines ("
    " line INTEGER PRIMARY KEY,"
    " route TEXT NOT NULL,"
    " hash TEXT NOT NULL,"
    " id TEXT NOT NULL,"
    " text TEXT NOT NULL,"
    " reason TEXT NOT NULL,"
    " first_ms INTEGER NOT NULL,"
    " last_ms INTEGER NOT NULL,"
    " UNIQUE (route, hash)"
    ") STRICT;"

    "CREATE TABLE fired ("
    " id TEXT NOT NULL,"
    " seq INTEGER NOT NULL,"
    " line INTEGER NOT NULL,"
    " unknown INTEGER NOT NULL,"
    " points INTEGER NOT NULL,"
    " decisive INTEGER NOT NULL,"
    " PRIMARY KEY (id, seq, line),"
    " FOREIGN KEY (id, seq) REFERENCES decisions ON DELETE CASCADE"
    ") STRICT, WITHOUT ROWID;"

    "CREATE INDEX attempts_trouble ON attempts (ended_ms)"
    " WHERE outcome IN ('temp', 'perm', 'uncertain');";

/* steps[i] makes version i + 1 out of version i. */
static const char *const steps[] = { version_1, version_2, version_3, version_4 };

static enum db_result
read_number(struct db *db, const char *sql, int64_t *out)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = db_ask(db, sql, NULL, 0, &rc);

	*out = 0;
	if (db_step(q, &rc))
		*out = db_int(q, 0);
	return rc;
}

static enum db_result
migrate(struct db *db, size_t from)
{
	enum db_result rc = DB_OK;
	char sql[80];

	for (size_t i = from; i < NELEM(steps) && rc == DB_OK; i++)
		rc = db_exec(db, steps[i]);
	if (rc != DB_OK)
		return rc;
	sqlite3_snprintf((int)sizeof sql, sql,
	    "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    (int)APPLICATION_ID, (int)NELEM(steps));
	return db_exec(db, sql);
}

enum db_result
db_version(struct db *db, int *out)
{
	int64_t version;
	enum db_result rc = read_number(db, "PRAGMA user_version", &version);

	*out = (int)version;
	return rc;
}

enum db_result
db_schema_create(struct db *db)
{
	return migrate(db, 0);
}

/* Version of the file: 0 when it is empty. */
static enum db_result
look(struct db *db, size_t *version, struct err *e)
{
	int64_t application, user, tables;
	enum db_result rc;

	if ((rc = read_number(db, "PRAGMA application_id", &application)) != DB_OK ||
	    (rc = read_number(db, "PRAGMA user_version", &user)) != DB_OK ||
	    (rc = read_number(db, "SELECT count(*) FROM sqlite_schema", &tables)) != DB_OK)
		return rc;
	*version = 0;
	if (tables == 0 && application == 0 && user == 0)
		return DB_OK;
	if (application != APPLICATION_ID || user < 1) {
		err_set(e, ERR_CONFIG, "the database is not one of mroute");
		return DB_FOREIGN;
	}
	if (user > (int64_t)NELEM(steps)) {
		err_set(e, ERR_CONFIG, "the database was made by a newer mroute "
		    "(schema %lld, this program knows %d)", (long long)user,
		    (int)NELEM(steps));
		return DB_FOREIGN;
	}
	*version = (size_t)user;
	return DB_OK;
}

/*
 * Is it ours?  With write, bring it up to date; *fresh: it was empty.
 * Text goes to e only for DB_FOREIGN.
 */
enum db_result
db_schema_open(struct db *db, bool write, bool *fresh, struct err *e)
{
	enum db_result rc;
	size_t version;

	if ((rc = look(db, &version, e)) != DB_OK)
		return rc;
	*fresh = version == 0;
	if (!write || version == NELEM(steps))
		return DB_OK;
	if ((rc = db_begin(db)) != DB_OK)
		return rc;
	/* Somebody may have been faster. */
	if ((rc = look(db, &version, e)) == DB_OK)
		rc = migrate(db, version);
	if (rc != DB_OK) {
		db_rollback(db);
		return rc;
	}
	return db_commit(db);
}
