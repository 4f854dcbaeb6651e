/* SPDX-License-Identifier: MIT */
/*
 * I16: of two messages of our own with one key, the first counts: in the database,
 * in the journal, in both, and after a loss of the records.
 */
#include "store_help.h"

#define KEY	"summary:2026-W47"

static void
damage(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "no database", 11, 0), 11);
	close(fd);
}

static void
look_at(struct store *st, const char *id)
{
	const struct record r = { RECORD_LOOKED, clock_wall_ms(), id, { .looked = 1 } };

	OK(store_commit(st, &r, 1, &E));
}

static void
expect_first(struct store *st, const char *id, const char *want)
{
	char first[ULID_SIZE] = "";
	int got = store_find_own(st, KEY, id, first, &E);

	if (want == NULL) {
		assert_int_equal(got, 0);
		return;
	}
	assert_int_equal(got, 1);
	assert_string_equal(first, want);
}

static void
test_first_counts(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_store(f, STORE_WRITE);
	char one[ULID_SIZE], two[ULID_SIZE];

	put_own(f, KEY, one);
	put_own(f, KEY, two);
	expect_first(st, one, NULL);
	expect_first(st, two, NULL);
	/* Not the smaller id: the one that was looked at first. */
	look_at(st, two);
	expect_first(st, two, NULL);
	expect_first(st, one, two);
	look_at(st, one);
	expect_first(st, two, NULL);
	expect_first(st, one, two);
	store_close(&st);
	st = open_store(f, STORE_WRITE);
	expect_first(st, one, two);
	store_close(&st);
}

/* The first is in the journal, or the second, or both: locked in between. */
static void
test_first_counts_with_the_journal(void **state)
{
	static const struct {
		bool one_in_journal, closed;
	} cases[] = { { false, false }, { true, false }, { false, true }, { true, true } };
	struct fixture *f = *state;

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct other o = other_begin(f);
		struct store *st = open_store(f, STORE_WRITE);
		char one[ULID_SIZE], two[ULID_SIZE];

		put_own(f, KEY, one);
		put_own(f, KEY, two);
		if (!cases[i].one_in_journal)
			look_at(st, one);
		other_run(&o, "BEGIN IMMEDIATE");
		if (cases[i].one_in_journal)
			look_at(st, one);
		expect_first(st, two, one);
		look_at(st, two);
		assert_false(usable(st));
		expect_first(st, two, one);
		expect_first(st, one, NULL);
		if (cases[i].closed) {		/* the engine was killed here */
			store_close(&st);
			st = open_store(f, STORE_WRITE);
			expect_first(st, two, one);
			expect_first(st, one, NULL);
		}
		other_end(&o);
		assert_true(usable(st));
		expect_first(st, two, one);
		expect_first(st, one, NULL);
		store_close(&st);
		fixture_close(state);
		fixture_open(state);
		f = *state;
	}
}

static void
test_unreadable_tells_nothing(void **state)
{
	struct fixture *f = *state;
	struct other o = other_begin(f);
	struct store *st = open_store(f, STORE_WRITE);
	char one[ULID_SIZE], two[ULID_SIZE], first[ULID_SIZE];

	put_own(f, KEY, one);
	look_at(st, one);
	store_close(&st);
	other_run(&o, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
	st = open_store(f, STORE_WRITE);
	put_own(f, KEY, two);
	assert_int_equal(store_find_own(st, KEY, two, first, &E), -1);
	other_end(&o);
	assert_true(usable(st));
	expect_first(st, two, one);
	store_close(&st);
}

/* What was sent is in done/; what waits in new/ enters the new database before it. */
static void
test_sent_counts_after_a_loss(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_store(f, STORE_WRITE);
	char one[ULID_SIZE], two[ULID_SIZE], first[ULID_SIZE];
	struct record *r;
	size_t n;

	put_own(f, KEY, one);
	OK(spool_move(f->sp, SPOOL_NEW, SPOOL_DONE, one, &E));
	r = sample_life(f->a, one, &n);
	OK(store_commit(st, r, n, &E));
	put_own(f, KEY, two);
	store_close(&st);
	damage(f->db_path);
	st = open_store(f, STORE_WRITE);
	/* While done/ is entered, nobody can tell of a key that it is free. */
	assert_int_equal(store_find_own(st, "summary:2026-W48", two, first, &E), -1);
	for (unsigned i = 0; store_find_own(st, KEY, two, first, &E) < 0 ||
	    store_find_own(st, KEY, one, first, &E) < 0; i++) {
		assert_true(i < 10);
		assert_true(usable(st));
	}
	expect_first(st, two, one);
	expect_first(st, one, NULL);
	store_close(&st);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_first_counts),
		TEST(test_first_counts_with_the_journal),
		TEST(test_unreadable_tells_nothing),
		TEST(test_sent_counts_after_a_loss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
