/* SPDX-License-Identifier: MIT */
/*
 * What was committed is there in the end, though the database was locked,
 * read-only, full, of a newer version or could not be read in between.
 */
#include "store_help.h"

static bool
collect_ids(void *arg, const struct store_row *row)
{
	struct buf *b = arg;

	buf_addf(b, "%s:%s:%zu ", row->env.id + 20,
	    message_state_name(row->state), row->n_effect);
	return true;
}

/* ---- the journal instead ---- */

enum { LIVES = 3, STEP = 3, COMMITS = LIVES * 6 };

/* LIVES messages, a few records a commit. */
static void
live(struct fixture *f, struct store *st)
{
	for (unsigned i = 0; i < LIVES; i++) {
		size_t n;
		struct record *r = sample_life(f->a, sample_id(f->a, T(i), i + 1), &n);

		for (size_t k = 0; k < n; k += STEP)
			OK(store_commit(st, &r[k], MIN(n - k, (size_t)STEP), &E));
	}
}

/* What the database says when nothing ever went wrong. */
static char *
dump_of_calm_weather(void)
{
	struct fixture *f;
	struct store *st;
	char *dump;
	void *state;

	fixture_open(&state);
	f = state;
	st = open_store(f, STORE_WRITE);
	live(f, st);
	store_close(&st);
	dump = dump_db(f->db_path);
	fixture_close(&state);
	return dump;
}

static void
check_same(struct fixture *f)
{
	AUTO(xfree) char *want = dump_of_calm_weather();
	AUTO(xfree) char *got = dump_db(f->db_path);

	assert_string_equal(got, want);
}

static void
check_questions(struct fixture *f, struct store *st)
{
	AUTO(buf_release) struct buf list = BUF_INIT;
	const struct store_filter press = { .route = "press" };
	struct store_counts c;
	struct store_row row;
	struct effect *ef;
	char found[ULID_SIZE];
	unsigned looked;
	size_t n;

	for (unsigned i = 0; i < LIVES; i++)
		assert_int_equal(store_known(st, sample_id(f->a, T(i), i + 1),
		    &looked), STORE_DECIDED);
	OK(store_effects(st, f->a, sample_id(f->a, T(0), 1), &ef, &n, &E));
	assert_int_equal(n, 2);
	assert_int_equal(ef[0].state, EFFECT_DONE);
	assert_int_equal(store_find_delivery(st, "4bX000002",
	    "marketing@company.example",
	    record_of_message(f->a, found, false).u.message.sha256, found, &E), 1);
	OK(store_each(st, &press, collect_ids, &list, &E));
	assert_string_equal(buf_str(&list),
	    "000003:final:2 000002:final:2 000001:final:2 ");
	OK(store_get(st, f->a, sample_id(f->a, T(2), 3), &row, &E));
	assert_string_equal(row.subject, "Interview request: Gr\xc3\xb6\xc3\x9f""e");
	OK(store_count(st, &c, &E));
	assert_int_equal(c.messages, LIVES);
	assert_int_equal(c.active, 0);
	assert_string_equal(c.last_id, sample_id(f->a, T(2), 3));
	assert_int_equal(c.last_received_ms, T(2));
}

static void
test_locked_all_the_time(void **state)
{
	struct fixture *f = *state;
	struct other o = other_begin(f);
	struct store *st = open_store(f, STORE_WRITE), *reader;
	struct store_counts c;
	const char *why;

	other_run(&o, "BEGIN IMMEDIATE");
	live(f, st);
	assert_false(store_usable(st, &why));
	assert_non_null(strstr(why, "locked"));
	check_questions(f, st);
	reader = open_store(f, STORE_READ);
	check_questions(f, reader);
	OK(store_count(reader, &c, &E));
	assert_int_equal(c.journal_entries, COMMITS);
	store_close(&reader);

	/* The next engine finds it still locked. */
	store_close(&st);
	st = open_store(f, STORE_WRITE);
	check_questions(f, st);
	assert_false(usable(st));
	other_end(&o);
	assert_true(usable(st));
	check_questions(f, st);
	OK(store_count(st, &c, &E));
	assert_int_equal(c.journal_entries, 0);
	store_close(&st);
	check_same(f);
}

/* Some commits before, some during, some after. */
static void
test_locked_in_between(void **state)
{
	struct fixture *f = *state;
	struct other o = other_begin(f);
	struct store *st = open_store(f, STORE_WRITE);
	unsigned k = 0;

	for (unsigned i = 0; i < LIVES; i++) {
		size_t n;
		struct record *r = sample_life(f->a, sample_id(f->a, T(i), i + 1), &n);

		for (size_t j = 0; j < n; j += STEP, k++) {
			if (k == 3)
				other_run(&o, "BEGIN IMMEDIATE");
			if (k == 10)
				other_end(&o);
			/* Order is kept: no commit overtakes the journal. */
			if (k == 14)
				assert_true(usable(st));
			OK(store_commit(st, &r[j], MIN(n - j, (size_t)STEP), &E));
		}
	}
	check_questions(f, st);
	store_close(&st);
	check_same(f);
}

/* The journal was taken in, and the crash came before it was emptied. */
static void
test_taken_in_twice(void **state)
{
	struct fixture *f = *state;
	struct other o = other_begin(f);
	struct store *st = open_store(f, STORE_WRITE);
	struct slice journal;

	other_run(&o, "BEGIN IMMEDIATE");
	live(f, st);
	other_end(&o);
	journal = read_file(f, "journal");
	assert_true(usable(st));
	store_close(&st);
	OK(file_replace(spool_dirfd(f->sp), "journal", journal, 0600, &E));
	st = open_store(f, STORE_WRITE);
	assert_true(usable(st));
	store_close(&st);
	assert_int_equal(read_file(f, "journal").len, 0);
	check_same(f);
}

/* An entry that the tables refuse does not keep the others out. */
static void
test_refused_entry(void **state)
{
	struct fixture *f = *state;
	struct other o = other_begin(f);
	struct store *st = open_store(f, STORE_WRITE);
	AUTO(xfree) char *event = NULL;

	other_run(&o, "BEGIN IMMEDIATE");
	live(f, st);
	other_end(&o);
	/* Each decision has this field: the first gets in, two do not. */
	sql(f->db_path, "CREATE UNIQUE INDEX u ON fields (value)");
	assert_true(usable(st));
	store_close(&st);
	event = sql_value(f->db_path,
	    "SELECT text FROM events WHERE name = 'records.back'");
	assert_non_null(strstr(event, "2 refused"));
	assert_int_equal(sql_number(f->db_path, "SELECT count(*) FROM decisions"), 1);
	assert_int_equal(sql_number(f->db_path,
	    "SELECT count(*) FROM effects WHERE state = 'done'"), 2 * LIVES);
	assert_true(read_file(f, "journal.refused").len > 0);
}

/* ---- read-only ---- */

/* As somebody who is not root, so that modes count. */
static void
as_nobody(struct fixture *f, void (*test)(struct fixture *f))
{
	int status;
	pid_t pid;

	if (geteuid() != 0) {
		test(f);
		return;
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		/* The spool must be his. */
		if (chown(f->dir, 65534, 65534) < 0 || setgid(65534) < 0 ||
		    setuid(65534) < 0)
			_exit(3);
		test(f);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
read_only(struct fixture *f)
{
	struct store *st;
	struct spool *sp = NULL;
	struct spool *old = f->sp;
	char *path = xasprintf("%s/nobody", f->dir);
	char *db = xasprintf("%s/mroute.db", path);
	char *old_db = f->db_path;

	OK(spool_create(path, 0, &E));
	OK(spool_open(path, &sp, &E));
	f->sp = sp;
	f->db_path = db;
	st = open_store(f, STORE_WRITE);
	store_close(&st);
	assert_int_equal(chmod(db, 0400), 0);
	st = open_store(f, STORE_WRITE);
	assert_false(usable(st));
	live(f, st);
	check_questions(f, st);
	assert_false(usable(st));
	assert_int_equal(chmod(db, 0600), 0);
	assert_true(usable(st));
	check_questions(f, st);
	store_close(&st);
	check_same(f);
	spool_close(&f->sp);
	f->sp = old;
	f->db_path = old_db;
	free(path);
	free(db);
}

static void
test_read_only(void **state)
{
	as_nobody(*state, read_only);
}

/* ---- full ---- */

static int max_pages;

static int
limit_pages(sqlite3 *db, char **error, const void *api)
{
	char text[64];

	(void)error;
	(void)api;
	/* Not the one in memory. */
	if (max_pages == 0 || sqlite3_db_filename(db, "main")[0] == '\0')
		return SQLITE_OK;
	snprintf(text, sizeof text, "PRAGMA max_page_count = %d", max_pages);
	return sqlite3_exec(db, text, NULL, NULL, NULL);
}

static void
test_full(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_store(f, STORE_WRITE);
	const char *why;

	store_close(&st);
	/* As many pages as it has now. */
	max_pages = (int)sql_number(f->db_path, "PRAGMA page_count");
	sqlite3_auto_extension((void (*)(void))(uintptr_t)limit_pages);
	st = open_store(f, STORE_WRITE);
	for (unsigned i = 0; i < 40; i++) {
		size_t n;
		struct record *r = sample_life(f->a, sample_id(f->a, T(100 + i),
		    100 + i), &n);
		char *trace = arena_alloc(f->a, 5001);

		memset(trace, ' ', 5000);
		r[4].u.decision.trace_json = trace;
		OK(store_commit(st, r, n, &E));
	}
	live(f, st);
	assert_false(store_usable(st, &why));
	assert_non_null(strstr(why, "full"));
	max_pages = 0;
	sqlite3_cancel_auto_extension((void (*)(void))(uintptr_t)limit_pages);
	store_close(&st);
	st = open_store(f, STORE_WRITE);
	assert_true(usable(st));
	assert_int_equal(sql_number(f->db_path, "SELECT count(*) FROM attempts"),
	    2 * (40 + LIVES));
	store_close(&st);
}

/* ---- a newer version ---- */

static void
test_newer(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_store(f, STORE_WRITE);
	const char *old = sample_id(f->a, T(-5), 77);
	const char *why;
	unsigned looked;
	size_t n;
	struct record *r = sample_life(f->a, old, &n);

	OK(store_commit(st, r + 1, 4, &E));
	store_close(&st);
	sql(f->db_path, "PRAGMA user_version = 99");

	st = open_store(f, STORE_WRITE);
	assert_false(store_usable(st, &why));
	assert_non_null(strstr(why, "newer"));
	assert_int_equal(store_known(st, old, &looked), STORE_UNSURE);
	assert_int_equal(store_known(st, sample_id(f->a, clock_wall_ms() + 10, 9),
	    &looked), STORE_UNKNOWN);
	assert_true(may_have_own(st, "summary:2026-W47"));
	live(f, st);
	store_close(&st);
	{
		struct store *reader;

		/* What waits can be looked at. */
		reader = open_store(f, STORE_READ);
		assert_false(usable(reader));
		store_close(&reader);
	}
	sql(f->db_path, "PRAGMA user_version = 4");
	st = open_store(f, STORE_WRITE);
	assert_true(usable(st));
	assert_int_equal(store_known(st, old, &looked), STORE_DECIDED);
	store_close(&st);
	sql(f->db_path, "PRAGMA foreign_keys = ON;"
	    " DELETE FROM messages WHERE id LIKE '%2D';"
	    /* It was 5 ms older; lines stay. */
	    " UPDATE lines SET first_ms = first_ms + 5,"
	    " last_ms = iif(last_ms > 0, last_ms + 5, 0)");
	check_same(f);
}

/* ---- a database that can't be read ---- */

/* An id of now, or of some time from now. */
static const char *
now_id(struct fixture *f, int64_t from_now, unsigned n)
{
	return sample_id(f->a, clock_wall_ms() + from_now, n);
}

static void
test_unreadable(void **state)
{
	struct fixture *f = *state;
	struct other o = other_begin(f);
	struct store *st = open_store(f, STORE_WRITE);
	char there[ULID_SIZE], later[ULID_SIZE];
	const char *decided = now_id(f, 0, 1), *fresh = now_id(f, 1000, 2);
	unsigned looked;
	struct effect *ef;
	size_t n;
	struct record *r = sample_message(f->a, decided, &n);

	OK(store_commit(st, r, n, &E));
	put_own(f, "one", there);
	store_close(&st);
	other_run(&o, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
	st = open_store(f, STORE_WRITE);
	assert_false(usable(st));
	/* In new/ before, and older than the trouble: the database may know it. */
	assert_int_equal(store_known(st, there, &looked), STORE_UNSURE);
	assert_int_equal(store_known(st, sample_id(f->a, T(0), 5), &looked),
	    STORE_UNSURE);
	assert_int_equal(store_effects(st, f->a, there, &ef, &n, &E), -1);
	/* What comes now cannot be in it, and the journal knows it wholly. */
	assert_int_equal(store_known(st, fresh, &looked), STORE_UNKNOWN);
	put_own(f, "two", later);
	assert_int_equal(store_known(st, later, &looked), STORE_UNKNOWN);
	r = sample_message(f->a, fresh, &n);
	for (size_t i = 0; i < n; i++)
		OK(store_commit(st, &r[i], 1, &E));
	assert_int_equal(store_known(st, fresh, &looked), STORE_DECIDED);
	/* One of its effects ends: the old message is known in part. */
	{
		struct record done = record_of_effect(decided, 1, EFFECT_DONE, T(7));

		OK(store_commit(st, &done, 1, &E));
	}
	assert_int_equal(store_known(st, decided, &looked), STORE_UNSURE);
	store_close(&st);

	/* The next engine: `fresh` is older than its start, yet known wholly. */
	st = open_store(f, STORE_WRITE);
	assert_int_equal(store_known(st, fresh, &looked), STORE_DECIDED);
	OK(store_effects(st, f->a, fresh, &ef, &n, &E));
	assert_int_equal(n, 2);
	assert_int_equal(store_known(st, later, &looked), STORE_UNSURE);
	assert_int_equal(store_known(st, decided, &looked), STORE_UNSURE);
	other_end(&o);

	assert_true(usable(st));
	assert_int_equal(store_known(st, there, &looked), STORE_UNKNOWN);
	assert_int_equal(store_known(st, decided, &looked), STORE_DECIDED);
	OK(store_effects(st, f->a, decided, &ef, &n, &E));
	assert_int_equal(n, 2);
	assert_int_equal(ef[0].state, EFFECT_DONE);
	assert_int_equal(ef[1].state, EFFECT_READY);
	store_close(&st);
}

/* Damage in the journal: its bytes are kept for a person. */
static void
test_damaged_journal(void **state)
{
	struct fixture *f = *state;
	struct other o = other_begin(f);
	struct store *st = open_store(f, STORE_WRITE);

	other_run(&o, "BEGIN IMMEDIATE");
	live(f, st);
	store_close(&st);
	{
		FILE *out = fopen(f->journal_path, "r+");

		fseek(out, 300, SEEK_SET);
		fputc('~', out);
		fclose(out);
	}
	other_end(&o);
	st = open_store(f, STORE_WRITE);
	assert_true(usable(st));
	assert_int_equal(count_names(f, "journal.damaged-"), 1);
	live(f, st);
	store_close(&st);
	assert_int_equal(sql_number(f->db_path, "SELECT count(*) FROM messages"),
	    LIVES);
}

/* ---- neither database nor journal ---- */

static void
test_nothing_can_be_written(void **state)
{
	struct fixture *f = *state;
	struct other o = other_begin(f);
	struct store *st = open_store(f, STORE_WRITE);
	size_t n;
	struct record *r = sample_life(f->a, sample_id(f->a, T(0), 1), &n);
	unsigned looked;

	other_run(&o, "BEGIN IMMEDIATE");
	/* A directory in its place: it can't be made. */
	assert_int_equal(mkdir(f->journal_path, 0700), 0);
	assert_int_equal(store_commit(st, r, n, &E), -1);
	assert_int_equal(E.kind, ERR_TEMP);
	assert_non_null(strstr(E.text, "locked"));
	assert_int_equal(store_known(st, sample_id(f->a, T(0), 1), &looked),
	    STORE_UNKNOWN);
	assert_int_equal(rmdir(f->journal_path), 0);
	OK(store_commit(st, r, n, &E));
	other_end(&o);
	assert_true(usable(st));
	store_close(&st);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_locked_all_the_time),
		TEST(test_locked_in_between),
		TEST(test_taken_in_twice),
		TEST(test_refused_entry),
		TEST(test_read_only),
		TEST(test_full),
		TEST(test_newer),
		TEST(test_unreadable),
		TEST(test_damaged_journal),
		TEST(test_nothing_can_be_written),
	};

	return cmocka_run_group_tests_name("store_journal", tests, NULL, NULL);
}
