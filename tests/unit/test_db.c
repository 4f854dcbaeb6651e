/* SPDX-License-Identifier: MIT */
/*
 * Records in SQLite: entered twice they are entered once, what they say comes
 * back, and the questions find it by an index.
 */
#include "db_help.h"

#include <sys/wait.h>

/* ---- entering ---- */

static void
test_twice_is_once(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f);
	size_t n;
	struct record *r = sample_life(f->a, sample_id(f->a, T(0), 1), &n);
	char *once, *twice;

	put(db, f->a, r, n);
	once = dump_db(f->db_path);
	put(db, f->a, r, n);
	twice = dump_db(f->db_path);
	assert_string_equal(once, twice);
	assert_non_null(strstr(once, "Daily Planet"));
	free(once);
	free(twice);
	db_close(&db);
}

static void
test_all_or_nothing(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f);
	size_t n;
	struct record *r = sample_life(f->a, sample_id(f->a, T(0), 1), &n);
	char *before, *after;

	before = dump_db(f->db_path);
	assert_int_equal(db_begin(db), DB_OK);
	assert_int_equal(db_apply(db, record_clean(f->a, r, n), n, NULL), DB_OK);
	db_rollback(db);
	after = dump_db(f->db_path);
	assert_string_equal(before, after);
	free(before);
	free(after);
	db_close(&db);
}

/*
 * The engine could not read a decision and made it again, since nothing of it
 * had begun: what was done counts, and nothing is left of the first.
 */
static void
test_decided_in_ignorance(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f);
	const char *id = sample_id(f->a, T(0), 1);
	struct record again = record_of_decision(f->a, id, 1, "sponsorship");
	struct effect one = sample_effect(1, EFFECT_READY, T(50));
	struct store_decision *de;
	struct store_row row;
	size_t n;
	struct record *r = sample_message(f->a, id, &n);

	put(db, f->a, r, n);
	again.at_ms += 5000;
	again.u.decision.effect = &one;
	again.u.decision.n_effect = 1;
	again.u.decision.n_line = 1;
	one.target = "bob@company.example";
	for (int twice = 0; twice < 2; twice++) {
		put(db, f->a, &again, 1);
		assert_int_equal(db_get(db, f->a, id, 0, &row), DB_OK);
		assert_string_equal(row.route, "sponsorship");
		assert_int_equal(row.n_effect, 1);
		assert_string_equal(row.effect[0].target, "bob@company.example");
		assert_int_equal(db_decisions(db, f->a, id, &de, &n), DB_OK);
		assert_int_equal(n, 1);
		assert_int_equal(sql_number(f->db_path, "SELECT count(*) FROM fired"), 1);
	}
	db_close(&db);
}

/* P3: once an effect has begun, a decision stands. */
static void
test_one_decision(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f);
	const char *id = sample_id(f->a, T(0), 1);
	struct record other = record_of_decision(f->a, id, 1, "sponsorship");
	struct record later = record_of_decision(f->a, id, 2, "applicant");
	struct store_row row;
	size_t n;
	struct record *r = sample_life(f->a, id, &n);
	struct effect more[2];

	put(db, f->a, r, n);
	other.at_ms += 5000;
	put(db, f->a, &other, 1);
	assert_int_equal(db_get(db, f->a, id, 0, &row), DB_OK);
	assert_string_equal(row.route, "press");
	assert_int_equal(row.n_effect, 2);
	assert_int_equal(row.effect[0].state, EFFECT_DONE);

	/* A correction: the newest counts, what was done stays. */
	more[0] = sample_effect(3, EFFECT_READY, T(50));
	more[1] = sample_effect(4, EFFECT_READY, T(50));
	later.u.decision.effect = more;
	put(db, f->a, &later, 1);
	assert_int_equal(db_get(db, f->a, id, 0, &row), DB_OK);
	assert_string_equal(row.route, "applicant");
	assert_int_equal(row.seq, 2);
	assert_int_equal(row.n_effect, 4);
	assert_int_equal(row.effect[0].state, EFFECT_DONE);
	assert_int_equal(row.effect[2].state, EFFECT_READY);
	db_close(&db);
}

static bool
adopt(void *arg, struct db *db, const char *id)
{
	struct fixture *f = arg;

	return db_adopt(db, sample_envelope(f->a, id), 17, MESSAGE_ACTIVE, false) ==
	    DB_OK;
}

static void
test_orphans(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f);
	const struct db_missing missing = { adopt, f };
	const char *id = sample_id(f->a, T(0), 1);
	struct record looked = { .type = RECORD_LOOKED, .at_ms = T(1), .id = id,
	    .u.looked = 1 };
	const struct record *clean = record_clean(f->a, &looked, 1);
	struct db_known known;

	assert_int_equal(db_apply(db, clean, 1, NULL), DB_OK);
	assert_int_equal(db_known(db, id, &known), DB_NONE);
	assert_int_equal(db_apply(db, clean, 1, &missing), DB_OK);
	assert_int_equal(db_known(db, id, &known), DB_OK);
	assert_int_equal(known.looked, 1);
	assert_int_equal(known.seq, 0);
	db_close(&db);
}

static void
test_purge(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f);
	const char *one = sample_id(f->a, T(0), 1), *two = sample_id(f->a, T(1), 2);
	struct record purge = { .type = RECORD_PURGE, .at_ms = T(99), .id = one };
	AUTO(xfree) char *got = NULL;
	size_t n;
	struct record *r = sample_life(f->a, two, &n);

	put(db, f->a, r, n);
	r = sample_life(f->a, one, &n);
	put(db, f->a, r, n);
	put(db, f->a, &purge, 1);
	got = dump_db(f->db_path);
	assert_null(strstr(got, one));
	assert_non_null(strstr(got, two));
	db_close(&db);
}

static void
test_purge_events(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f);
	struct record r[] = {
		record_of_event(NULL, "alarm.disk", "old", T(0)),
		record_of_event(NULL, "alarm.disk", "new", T(100)),
		record_of_event(sample_id(f->a, T(0), 1), "held", "old", T(0)),
		{ .type = RECORD_PURGE, .at_ms = T(50) },
	};
	AUTO(xfree) char *left = NULL;

	put(db, f->a, r, NELEM(r));
	left = sql_value(f->db_path,
	    "SELECT group_concat(name || ' ' || text) FROM events");
	assert_string_equal(left, "alarm.disk new,held old");
	db_close(&db);
}

/* ---- hostile text ---- */

static const char *const nasty[] = {
	"'; DROP TABLE messages; --",
	"\" OR 1=1 --",
	"%", "_", "*", "?1", ":id", "@x", "$y",
	"\\", "''", "a' || 'b",
	"1;PRAGMA writable_schema=ON",
	"\xff\xfe\x80", "\x1b[2J", "\n.dump\n",
	"Robert'); DELETE FROM effects;--",
	"\xe2\x80\xae""evil",
};

/* Cleaning leaves it as it is. */
static bool
is_plain(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || (unsigned char)*s >= 0x7f)
			return false;
	return true;
}

static void
test_hostile_text(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f);

	for (size_t i = 0; i < NELEM(nasty); i++) {
		const char *id = sample_id(f->a, T((int64_t)i), (unsigned)i + 1);
		struct record r = record_of_message(f->a, id, true);
		struct envelope env = *r.u.message.env;
		struct message_identity identity = *r.u.message.identity;
		struct store_filter flt[6];
		struct store_row *row;
		const char **ids;
		size_t n;

		snprintf(env.sender, sizeof env.sender, "%s", nasty[i]);
		snprintf(env.queue_id, sizeof env.queue_id, "%s", nasty[i]);
		identity.subject = slice_str(nasty[i]);
		identity.message_id = slice_str(nasty[i]);
		r.u.message.env = &env;
		r.u.message.identity = &identity;
		put(db, f->a, &r, 1);
		memset(flt, 0, sizeof flt);
		flt[0].subject = flt[1].sender = flt[2].queue_id = nasty[i];
		flt[3].route = flt[4].recipient = flt[5].id = nasty[i];
		for (size_t k = 0; k < NELEM(flt); k++) {
			enum db_result rc = db_list(db, f->a, &flt[k], NULL, 100,
			    &row, &n);

			if (rc != DB_OK)
				fail_msg("%s: %s", nasty[i], db_error(db));
			/* Its own subject is found where it was not changed. */
			if (k == 0 && is_plain(nasty[i]))
				assert_true(n >= 1);
		}
		assert_int_equal(db_resolve(db, f->a, nasty[i], 6, &ids), DB_OK);
	}
	assert_int_equal(sql_number(f->db_path, "SELECT count(*) FROM messages"),
	    NELEM(nasty));
	db_close(&db);
}

/* ---- files that are not for us ---- */

static const struct {
	const char *label, *make;
	enum db_result want;
} files[] = {
	{ "newer", "PRAGMA user_version = 99", DB_FOREIGN },
	{ "another program's", "PRAGMA application_id = 7", DB_FOREIGN },
	{ "ours", "SELECT 1", DB_OK },
};

static void
test_whose_file(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < NELEM(files); i++) {
		static const enum db_mode modes[] = { DB_WRITE, DB_READ };
		struct db *db;

		unlink(f->db_path);
		db = open_db(f);
		db_close(&db);
		sql(f->db_path, files[i].make);
		for (size_t m = 0; m < NELEM(modes); m++) {
			enum db_result rc = db_open(f->db_path, modes[m], &db, &E);

			if (rc != files[i].want)
				fail_msg("%s: %d %s", files[i].label, (int)rc, E.text);
			db_close(&db);
		}
	}
}

/* ---- what is counted ---- */

static void
assert_one(const char *path, const char *question, const char *want)
{
	AUTO(xfree) char *got = sql_value(path, question);

	assert_string_equal(got, want);
}

static const char newest[] = "SELECT seq || ' ' || route || ' ' || decided_by || ' '"
    " || would_be || ' ' || domain || ' ' || opening || ' ' || (done_ms -"
    " received_ms * (done_ms > 0)) FROM messages";

/* Effects end 33 and 34 ms after it was received; see sample_life(). */
static void
test_newest_decision(void **state)
{
	struct fixture *f = *state;
	const char *id = sample_id(f->a, T(0), 1);
	struct db *db = open_db(f);
	size_t n;
	struct record *r = sample_life(f->a, id, &n);
	struct record triage = record_of_decision(f->a, id, 1, "rest");
	struct plan plan = *triage.u.decision.plan;
	struct record again[] = { record_of_decision(f->a, id, 2, "leads"),
	    record_of_effect(id, 3, EFFECT_DONE, T(900)),
	    record_of_state(id, MESSAGE_FINAL, T(900)) };
	struct plan person = plan;

	plan.by = BY_BELOW_NEEDS;
	triage.u.decision.plan = &plan;
	person.by = BY_PERSON;
	person.route = "leads";
	person.would_be = "x";
	again[0].u.decision.plan = &person;
	again[0].u.decision.n_line = again[0].u.decision.n_effect = 0;
	r[4] = triage;
	put(db, f->a, r, 4);
	assert_one(f->db_path, newest, "0    dailyplanet.example Hello, I write for the "
	    "Daily Planet 0");
	put(db, f->a, r + 4, n - 5);
	assert_one(f->db_path, newest, "1 rest below-needs  dailyplanet.example Hello, I "
	    "write for the Daily Planet 0");
	put(db, f->a, r + n - 1, 1);
	assert_one(f->db_path, newest, "1 rest below-needs  dailyplanet.example Hello, I "
	    "write for the Daily Planet 34");
	for (int i = 0; i < 2; i++) {
		put(db, f->a, again, NELEM(again));
		assert_one(f->db_path, newest, "2 leads person x dailyplanet.example  34");
		/* All of it once more, as after a crash. */
		put(db, f->a, r, n);
	}
	put(db, f->a, again, NELEM(again));
	assert_one(f->db_path, newest, "2 leads person x dailyplanet.example  34");
	db_close(&db);
}

/* Without a delivery it ended when it was decided to need none. */
static void
test_done_without_effects(void **state)
{
	struct fixture *f = *state;
	const char *id = sample_id(f->a, T(0), 1);
	struct db *db = open_db(f);
	struct record r[] = { record_of_message(f->a, id, true),
	    record_of_decision(f->a, id, 1, "press"),
	    record_of_state(id, MESSAGE_FINAL, T(25)) };

	r[1].u.decision.n_effect = 0;
	put(db, f->a, r, 3);
	assert_one(f->db_path, newest, "1 press points  dailyplanet.example  25");
	db_close(&db);
}

static const char domains[][2][64] = {
	{ "jane@DailyPlanet.Example", "dailyplanet.example" },
	{ "\"a@b\"@acme.example", "acme.example" },
	{ "postmaster", "" }, { "", "" }, { "a@", "" },
	{ "a@xn--mnchen-3ya.example", "xn--mnchen-3ya.example" },
};

static void
test_domain(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < NELEM(domains); i++) {
		struct record r = record_of_message(f->a, sample_id(f->a, T(0), 1), true);
		struct message_identity id = *r.u.message.identity;
		struct db *db = open_db(f);

		id.author = slice_str(domains[i][0]);
		r.u.message.identity = &id;
		put(db, f->a, &r, 1);
		assert_one(f->db_path, "SELECT domain FROM messages", domains[i][1]);
		db_close(&db);
	}
}

static const char lines[] = "SELECT group_concat(line || ':' || route || '.' || hash || ':'"
    " || id || ':' || text || ':' || reason || ':' || (first_ms - 1795000000000) || ':'"
    " || iif(last_ms > 0, last_ms - 1795000000000, '-'), ' ') FROM lines";
static const char fired[] = "SELECT group_concat(seq || ':' || line || ':' || unknown ||"
    " ':' || points || ':' || decisive, ' ') FROM fired WHERE id LIKE ";

/*
 * A line is kept once; where it held or could not be judged is kept of each
 * message, and goes with it.  last_ms moves on by minutes, and by what held alone.
 */
static void
test_lines(void **state)
{
	static const struct record_line later[] = {
		{ "press", "aaaaaaaa", "press.7", "+35 subject has interview request",
		    false, "", 35, false },
		{ "press", "bbbbbbbb", "press.2", "+5 is question", true, "time limit", 5,
		    false },
	};
	struct fixture *f = *state;
	const char *one = sample_id(f->a, T(0), 1), *two = sample_id(f->a, T(59999), 2);
	const char *three = sample_id(f->a, T(60000), 3);
	struct db *db = open_db(f);
	size_t n;
	struct record *r = sample_message(f->a, one, &n);

	for (int i = 0; i < 2; i++) {
		put(db, f->a, r, n);
		assert_one(f->db_path, lines, "1:press.aaaaaaaa:press.1:+40 subject has "
		    "interview request::0:0 2:press.bbbbbbbb:press.2:+5 is question::0:0 "
		    "3:content.cccccccc:content.3:+30 text ~ (a+)+b:match limit:0:-");
		assert_one(f->db_path, arena_printf(f->a, "%s'%%1'", fired),
		    "1:1:0:40:1 1:2:0:5:0 1:3:1:30:0");
	}
	r = sample_message(f->a, two, &n);
	put(db, f->a, r, n);
	assert_one(f->db_path, "SELECT group_concat(last_ms - 1795000000000, ' ')"
	    " FROM lines WHERE last_ms > 0", "0 0");
	r = sample_message(f->a, three, &n);
	r[3].u.decision.line = later;
	r[3].u.decision.n_line = 2;
	for (int i = 0; i < 2; i++) {
		put(db, f->a, r, n);
		assert_one(f->db_path, lines, "1:press.aaaaaaaa:press.7:+35 subject has "
		    "interview request::0:60000 2:press.bbbbbbbb:press.2:+5 is question:"
		    "time limit:0:0 3:content.cccccccc:content.3:+30 text ~ (a+)+b:"
		    "match limit:0:-");
		assert_one(f->db_path, arena_printf(f->a, "%s'%%3'", fired),
		    "1:1:0:35:0 1:2:1:5:0");
	}
	put(db, f->a, (struct record[]){ { .type = RECORD_PURGE, .at_ms = T(9),
	    .id = one } }, 1);
	assert_one(f->db_path, "SELECT count(*) FROM fired", "5");
	assert_one(f->db_path, "SELECT count(*) FROM lines", "3");
	db_close(&db);
}

/* In another database lines have other numbers. */
static void
test_lines_are_copied(void **state)
{
	struct fixture *f = *state;
	const char *one = sample_id(f->a, T(0), 1), *two = sample_id(f->a, T(70000), 2);
	struct db *db = open_db(f), *side = NULL;
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct record r = record_of_decision(f->a, one, 1, "press");
	AUTO(xfree) char *path = xasprintf("%s.side", f->db_path);
	size_t n;
	struct record *m = sample_message(f->a, two, &n);

	put(db, f->a, m, n);
	r.u.decision.line = sample_lines + 1;
	r.u.decision.n_line = 1;
	assert_int_equal(db_open(path, DB_WRITE, &side, &E), DB_OK);
	put(side, f->a, (struct record[]){ record_of_message(f->a, one, true), r }, 2);
	assert_int_equal(db_copy(db, side, two, true), DB_OK);
	assert_one(path, lines, "1:press.bbbbbbbb:press.2:+5 is question::0:70000 "
	    "2:press.aaaaaaaa:press.1:+40 subject has interview request::70000:70000 "
	    "3:content.cccccccc:content.3:+30 text ~ (a+)+b:match limit:70000:-");
	assert_one(path, arena_printf(f->a, "%s'%%2'", fired),
	    "1:1:0:5:0 1:2:0:40:1 1:3:1:30:0");
	db_close(&side);
	db_close(&db);
}

/* ---- what was captured ---- */

static void
test_what_was_captured(void **state)
{
	struct fixture *f = *state;
	const char *id = sample_id(f->a, T(0), 1);
	struct db *db = open_db(f);
	struct store_decision *d;
	size_t n;
	struct record *r = sample_life(f->a, id, &n);

	put(db, f->a, r, n);
	assert_int_equal(db_decisions(db, f->a, id, &d, &n), DB_OK);
	assert_int_equal(n, 1);
	assert_string_equal(d[0].captured,
	    "outlet = Daily Planet; budget = USD 7200.00");
	db_close(&db);
}

/* ---- the file itself ---- */

static void
test_foreign_stays_untouched(void **state)
{
	struct fixture *f = *state;
	sqlite3 *other;
	struct db *db;
	AUTO(xfree) char *mode = NULL;

	assert_int_equal(sqlite3_open(f->db_path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "CREATE TABLE t (x)", NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(other);
	assert_int_equal(db_open(f->db_path, DB_WRITE, &db, &E), DB_FOREIGN);
	assert_int_equal(E.kind, ERR_CONFIG);
	assert_null(db);
	mode = sql_value(f->db_path, "PRAGMA journal_mode");
	assert_string_equal(mode, "delete");
}

static void
test_nothing_there(void **state)
{
	struct fixture *f = *state;
	struct db *db;

	assert_int_equal(db_open(f->db_path, DB_READ, &db, &E), DB_NONE);
	assert_int_equal(E.kind, ERR_ABSENT);
	assert_int_equal(access(f->db_path, F_OK), -1);
}

static void
test_garbage(void **state)
{
	struct fixture *f = *state;
	FILE *out = fopen(f->db_path, "w");
	struct db *db;

	for (int i = 0; i < 5000; i++)
		fputs("no database ", out);
	fclose(out);
	assert_int_equal(db_open(f->db_path, DB_WRITE, &db, &E), DB_CORRUPT);
	assert_int_equal(db_open(f->db_path, DB_READ, &db, &E), DB_CORRUPT);
}

static void
test_mode_and_settings(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f);
	AUTO(xfree) char *mode = sql_value(f->db_path, "PRAGMA journal_mode");
	AUTO(xfree) char *app = sql_value(f->db_path, "PRAGMA application_id");
	AUTO(xfree) char *version = sql_value(f->db_path, "PRAGMA user_version");
	AUTO(xfree) char *loose = sql_value(f->db_path,
	    "SELECT group_concat(name) FROM pragma_table_list"
	    " WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' AND NOT strict");
	struct stat st;

	assert_string_equal(mode, "wal");
	assert_string_equal(app, "1297239892");
	assert_string_equal(version, "4");
	assert_string_equal(loose, "");
	assert_int_equal(stat(f->db_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	db_close(&db);
}

static const struct {
	long type;
	const char *want;
} file_systems[] = {
	{ 0x6969, "NFS" }, { 0x517B, "SMB" }, { (long)0xFF534D42, "CIFS" },
	{ (int32_t)0xFE534D42, "SMB2" }, { 0xEF53, NULL }, { 0x01021994, NULL },
	{ 0x58465342, NULL }, { (long)0x9123683E, NULL },
};

static void
test_file_systems(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < NELEM(file_systems); i++) {
		const char *got = db_bad_fs(file_systems[i].type);

		if (file_systems[i].want == NULL)
			assert_null(got);
		else
			assert_string_equal(got, file_systems[i].want);
	}
	OK(db_check_fs(spool_dirfd(f->sp), f->spool_path, &E));
}

/* ---- after a crash of the writer ---- */

static void
test_reader_recovers(void **state)
{
	struct fixture *f = *state;
	const char *id = sample_id(f->a, T(0), 1);
	struct db_known known;
	struct db *db;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		size_t n;
		struct record *r = sample_life(f->a, id, &n);

		put(open_db(f), f->a, r, n);
		_exit(0);		/* no close: the WAL stays */
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	if (db_open(f->db_path, DB_READ, &db, &E) != DB_OK)
		fail_msg("%s", E.text);
	assert_int_equal(db_known(db, id, &known), DB_OK);
	assert_int_equal(known.seq, 1);
	/* A reader cannot write. */
	assert_int_not_equal(db_set_meta(db, "x", "y"), DB_OK);
	db_close(&db);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_twice_is_once),
		TEST(test_all_or_nothing),
		TEST(test_decided_in_ignorance),
		TEST(test_one_decision),
		TEST(test_orphans),
		TEST(test_purge),
		TEST(test_purge_events),
		TEST(test_hostile_text),
		TEST(test_whose_file),
		TEST(test_newest_decision),
		TEST(test_done_without_effects),
		TEST(test_domain),
		TEST(test_lines),
		TEST(test_lines_are_copied),
		TEST(test_what_was_captured),
		TEST(test_foreign_stays_untouched),
		TEST(test_nothing_there),
		TEST(test_garbage),
		TEST(test_mode_and_settings),
		TEST(test_file_systems),
		TEST(test_reader_recovers),
	};

	return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
