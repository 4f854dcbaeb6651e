/* SPDX-License-Identifier: MIT */
/*
 * A database that an older mroute made is brought up to date, with what is in it; a
 * reader and a copy take it as it is.
 */
#include "db_help.h"

#include "old_schema.h"
#include "state/stats.h"

static void
assert_one(const char *path, const char *question, const char *want)
{
	AUTO(xfree) char *got = sql_value(path, question);

	assert_string_equal(got, want);
}

/*
 * Six messages, and what version 4 has of each:
 *
 *	A  final; two effects ended at 5000 and 7000, then a person sent it elsewhere
 *	   (ended 90000): done 7000, decided by person
 *	B  active, one effect ready: done 0; left to otherwise
 *	C  purged, observed: would have been press; done 4000
 *	D  final, decided, without effects: done is when it was decided, 3000
 *	E  held, looked at once and not decided
 *	F  final, from the spool alone: nothing is known
 */
static const char rows[] =
    "INSERT INTO messages (id, kind, received_ms, sender, recipient,"
    " original_recipient, queue_id, client, declared_size, own_key, own_rcpt, size,"
    " sha256, author, state, changed_ms, seq, route) VALUES"
    " ('A', 'mail', 1000, '', '', '', '', '', 0, '', '', 1, 'x',"
    "  '\"a@b\"@News.Example', 'final', 9, 2, 'leads'),"
    " ('B', 'mail', 2000, '', '', '', '', '', 0, '', '', 1, 'x',"
    "  'ann@acme.example', 'active', 9, 1, 'rest'),"
    " ('C', 'mail', 3000, '', '', '', '', '', 0, '', '', 1, 'x',"
    "  'postmaster', 'purged', 9999999, 1, 'rest'),"
    " ('D', 'mail', 2500, '', '', '', '', '', 0, '', '', 1, 'x',"
    "  '', 'final', 9, 1, '(none)'),"
    " ('E', 'mail', 2600, '', '', '', '', '', 0, '', '', 1, '',"
    "  '', 'held', 9, 0, ''),"
    " ('F', 'mail', 2700, '', '', '', '', '', 0, '', '', 1, '',"
    "  '', 'final', 9, 0, '');"
    "INSERT INTO decisions VALUES"
    " ('A', 1, 1500, 'd', 'press', 'Press', 'points', 50, 50, 0, '', 0, 0, '', '',"
    "  '', 0, -1, 0),"
    " ('A', 2, 80000, 'd', 'leads', 'Leads', 'person', 0, 0, 0, '', 0, 0, '', '',"
    "  '', 0, -1, 0),"
    " ('B', 1, 2100, 'd', 'rest', 'Rest', 'below-needs', 5, 50, 0, '', 0, 0, '', '',"
    "  '', 0, -1, 0),"
    " ('C', 1, 3100, 'd', 'rest', 'Rest', 'observe', 50, 50, 0, '', 0, 0, 'press',"
    "  'points', '', 0, -1, 0),"
    " ('D', 1, 3000, 'd', '(none)', '', 'redelivery', 0, 0, 0, '', 0, 0, '', '',"
    "  '', 0, -1, 0);"
    "INSERT INTO effects VALUES"
    " ('A', 1, 1, 'smtp', '', 'a@x.example', 'done', 0, 0, 1, 1500, 0, 5000, ''),"
    " ('A', 2, 1, 'smtp', '', 'b@x.example', 'done', 0, 0, 1, 1500, 0, 7000, ''),"
    " ('A', 3, 2, 'smtp', '', 'c@x.example', 'done', 0, 0, 1, 80000, 0, 90000, ''),"
    " ('B', 1, 1, 'smtp', '', 'a@x.example', 'ready', 0, 0, 1, 2100, 0, 0, ''),"
    " ('C', 1, 1, 'fallback', '', '', 'done', 0, 0, 1, 3100, 0, 4000, '');"
    "INSERT INTO meta VALUES ('begun', 'new');";

/* A file of that version; fields are of version 1 or later. */
static void
make_old(struct fixture *f, int version)
{
	static const char *const steps[] = { schema_1, schema_2, schema_3 };
	AUTO(xfree) char *pragma = xasprintf("PRAGMA user_version = %d", version);
	fclose(fopen(f->db_path, "w"));
	for (int i = 0; i < version; i++)
		sql(f->db_path, steps[i]);
	sql(f->db_path, SCHEMA_OURS);
	sql(f->db_path, pragma);
	sql(f->db_path, rows);
	sql(f->db_path, "INSERT INTO fields (id, seq, n, name, value, missing) VALUES"
	    " ('A', 1, 1, 'budget', 'USD 7200.00', 0)");
	if (version > 1)
		sql(f->db_path, "UPDATE fields SET text = value");
}

static void
test_brought_up_to_date(void **state)
{
	struct fixture *f = *state;

	for (int version = 1; version <= 3; version++) {
		struct db *db;

		make_old(f, version);
		db = open_db(f);
		assert_one(f->db_path, "PRAGMA user_version", "4");
		assert_one(f->db_path, "SELECT group_concat(id || ':' || decided_by || ':'"
		    " || would_be || ':' || domain || ':' || opening || ':' || done_ms,"
		    " ' ') FROM messages",
		    "A:person::news.example::7000 B:below-needs::acme.example::0 "
		    "C:observe:press:::4000 D:redelivery::::3000 E:::::0 F:::::0");
		assert_one(f->db_path, "SELECT name || ':' || type || ':' || value"
		    " FROM fields", "budget:text:USD 7200.00");
		assert_one(f->db_path, "SELECT count(*) FROM fired", "0");
		assert_one(f->db_path, "PRAGMA integrity_check", "ok");
		db_close(&db);
		unlink(f->db_path);
	}
}

/* Brought up to date it has the tables that a new one has. */
static void
test_same_as_new(void **state)
{
	static const char schema[] = "SELECT group_concat(name || ' ' || coalesce(sql, ''),"
	    " ';') FROM (SELECT name, sql FROM sqlite_schema ORDER BY name)";
	struct fixture *f = *state;
	AUTO(xfree) char *want = NULL;
	struct db *db = open_db(f);

	want = sql_value(f->db_path, schema);
	db_close(&db);
	for (int version = 1; version <= 3; version++) {
		unlink(f->db_path);
		make_old(f, version);
		db = open_db(f);
		assert_one(f->db_path, schema, want);
		db_close(&db);
	}
}

/* Who only looks changes nothing. */
static void
test_reader_leaves_it(void **state)
{
	struct fixture *f = *state;
	struct store_row row;
	struct db *db;
	int version;

	make_old(f, 3);
	assert_int_equal(db_open(f->db_path, DB_READ, &db, &E), DB_OK);
	assert_int_equal(db_version(db, &version), DB_OK);
	assert_int_equal(version, 3);
	assert_int_equal(db_get(db, f->a, "A", 0, &row), DB_OK);
	assert_string_equal(row.route, "leads");
	db_close(&db);
	assert_one(f->db_path, "PRAGMA user_version", "3");
}

/* The journal's messages are copied aside, from whatever file there is. */
static void
test_copied_from(void **state)
{
	struct fixture *f = *state;
	struct db *old, *db = NULL;
	const char *moved = arena_printf(f->a, "%s.old", f->db_path);

	for (int version = 1; version <= 3; version++) {
		make_old(f, version);
		assert_int_equal(rename(f->db_path, moved), 0);
		assert_int_equal(db_open(moved, DB_READ, &old, &E), DB_OK);
		db = open_db(f);
		assert_int_equal(db_begin(db), DB_OK);
		assert_int_equal(db_copy(old, db, "A", true), DB_OK);
		assert_int_equal(db_commit(db), DB_OK);
		assert_one(f->db_path, "SELECT name || ':' || type || ':' || text || ':'"
		    " || value FROM fields", "budget:text:USD 7200.00:USD 7200.00");
		assert_one(f->db_path, "SELECT group_concat(ended_ms) FROM effects",
		    "5000,7000,90000");
		db_close(&old);
		db_close(&db);
		unlink(f->db_path);
		unlink(moved);
	}
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_brought_up_to_date),
		TEST(test_same_as_new),
		TEST(test_reader_leaves_it),
		TEST(test_copied_from),
	};

	return cmocka_run_group_tests_name("db older", tests, NULL, NULL);
}
