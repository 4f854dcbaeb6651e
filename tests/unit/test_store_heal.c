/* SPDX-License-Identifier: MIT */
/*
 * A damaged database is moved aside and a new one filled from the spool.
 */
#include "store_help.h"

/* ---- damage ---- */

static sqlite3 *newest;

static int
remember(sqlite3 *db, char **error, const void *api)
{
	(void)error;
	(void)api;
	newest = db;
	return SQLITE_OK;
}

static void
overwrite(const char *path, long from, const char *with, size_t n)
{
	FILE *out = fopen(path, "r+");
	struct stat st;

	assert_non_null(out);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(fseek(out, from, SEEK_SET), 0);
	for (long at = from; at < (long)st.st_size; at += (long)n)
		fwrite(with, 1, n, out);
	fclose(out);
}

static void
check_rebuilt(struct fixture *f, struct store *st, const char *done,
    const char *waiting)
{
	AUTO(xfree) char *event = NULL;
	struct store_row row;
	unsigned looked;

	for (int i = 0; i < 3; i++)
		assert_true(usable(st));
	OK(store_get(st, f->a, done, &row, &E));
	assert_int_equal(row.state, MESSAGE_FINAL);
	assert_string_equal(row.env.own_key, "done");
	assert_int_equal(store_known(st, waiting, &looked), STORE_UNDECIDED);
	assert_true(store_lost(st, waiting));
	assert_false(store_lost(st, done));
	assert_true(may_have_own(st, "done"));
	assert_true(may_have_own(st, "waiting"));
	assert_false(may_have_own(st, "never"));
	event = sql_value(f->db_path,
	    "SELECT text FROM events WHERE name = 'records.lost'");
	assert_non_null(strstr(event, "spool"));
}

/* A spool with a message in done/, one in new/, and records of both. */
static struct store *
with_past(struct fixture *f, char done[ULID_SIZE], char waiting[ULID_SIZE])
{
	struct store *st = open_store(f, STORE_WRITE);
	struct record *r;
	size_t n;

	put_own(f, "done", done);
	put_own(f, "waiting", waiting);
	OK(spool_move(f->sp, SPOOL_NEW, SPOOL_DONE, done, &E));
	r = sample_life(f->a, done, &n);
	OK(store_commit(st, r, n, &E));
	r = sample_message(f->a, waiting, &n);
	OK(store_commit(st, r, n, &E));
	return st;
}

static const struct {
	const char *label;
	long from;
} damages[] = {
	{ "all of it", 0 },
	{ "behind the header", 100 },
	{ "behind the first page", 4096 },
	{ "the end", 4096 * 12 },
};

static void
test_damaged_at_start(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < NELEM(damages); i++) {
		char done[ULID_SIZE], waiting[ULID_SIZE];
		struct store *st = with_past(f, done, waiting);

		store_close(&st);
		overwrite(f->db_path, damages[i].from, "no page ", 8);
		st = open_store(f, STORE_WRITE);
		check_rebuilt(f, st, done, waiting);
		assert_int_equal(count_names(f, "mroute.db.corrupt-"), 1);
		store_close(&st);
		fixture_close(state);
		fixture_open(state);
		f = *state;
	}
}

/*
 * Found while it is in use: the step goes on with the journal, the next look
 * puts a new database in place.
 */
static void
test_damaged_in_use(void **state)
{
	struct fixture *f = *state;
	char done[ULID_SIZE], waiting[ULID_SIZE];
	struct store *st = with_past(f, done, waiting);
	struct record delivered = record_of_effect(waiting, 1, EFFECT_DONE, T(50));
	struct record decision = record_of_decision(f->a, waiting, 1, "press");
	int64_t root;
	struct effect *ef;
	unsigned looked;
	size_t n;

	/* No WAL and no cache, so that the next commit meets it. */
	store_close(&st);
	root = sql_number(f->db_path,
	    "SELECT rootpage FROM sqlite_schema WHERE name = 'effects'");
	sqlite3_auto_extension((void (*)(void))(uintptr_t)remember);
	st = open_store(f, STORE_WRITE);
	sqlite3_cancel_auto_extension((void (*)(void))(uintptr_t)remember);
	overwrite(f->db_path, (long)(root - 1) * 4096, "no page ", 8);
	sqlite3_db_release_memory(newest);
	OK(store_commit(st, &delivered, 1, &E));
	assert_int_equal(count_names(f, "mroute.db.corrupt-"), 0);
	assert_true(usable(st));
	assert_int_equal(count_names(f, "mroute.db.corrupt-"), 1);
	check_rebuilt(f, st, done, waiting);

	/* What was recorded since stands; the rest starts uncertain. */
	OK(store_commit(st, &decision, 1, &E));
	assert_int_equal(store_known(st, waiting, &looked), STORE_DECIDED);
	OK(store_effects(st, f->a, waiting, &ef, &n, &E));
	assert_int_equal(n, 2);
	assert_int_equal(ef[0].state, EFFECT_DONE);
	assert_int_equal(ef[1].state, EFFECT_READY);
	assert_true(ef[1].uncertain);
	store_close(&st);
}

static void
test_gone(void **state)
{
	struct fixture *f = *state;
	char done[ULID_SIZE], waiting[ULID_SIZE];
	struct store *st = with_past(f, done, waiting);

	store_close(&st);
	assert_int_equal(unlink(f->db_path), 0);
	st = open_store(f, STORE_WRITE);
	check_rebuilt(f, st, done, waiting);
	store_close(&st);
}

/* A new spool has no past: nothing was lost. */
static void
test_first_start(void **state)
{
	struct fixture *f = *state;
	char id[ULID_SIZE];
	struct store *st;
	unsigned looked;

	put_own(f, "first", id);
	st = open_store(f, STORE_WRITE);
	assert_int_equal(store_known(st, id, &looked), STORE_UNKNOWN);
	assert_false(store_lost(st, id));
	assert_false(may_have_own(st, "first"));
	store_close(&st);
}

/* A message that entered from the spool alone is still known again (P3). */
static void
test_redelivery_after_loss(void **state)
{
	struct fixture *f = *state;
	char done[ULID_SIZE], waiting[ULID_SIZE], found[ULID_SIZE];
	struct store *st = with_past(f, done, waiting);
	char digest[DIGEST_SIZE], say[160];

	store_close(&st);
	overwrite(f->db_path, 0, "no page ", 8);
	st = open_store(f, STORE_WRITE);
	for (int i = 0; i < 3; i++)
		assert_true(usable(st));
	/* One of the two: of one millisecond, their ids are in any order. */
	snprintf(say, sizeof say,
	    "UPDATE messages SET queue_id = 'Q1', recipient = 'a@b.c' WHERE id = '%s'", done);
	sql(f->db_path, say);
	digest_slice(SLICE_LIT("Subject: x\n\nx\n"), digest);
	assert_int_equal(store_find_delivery(st, "Q1", "a@b.c", digest, found, &E), 1);
	assert_string_equal(found, done);
	digest[0] = digest[0] == '0' ? '1' : '0';
	assert_int_equal(store_find_delivery(st, "Q1", "a@b.c", digest, found, &E), 0);
	store_close(&st);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_damaged_at_start),
		TEST(test_damaged_in_use),
		TEST(test_gone),
		TEST(test_first_start),
		TEST(test_redelivery_after_loss),
	};

	return cmocka_run_group_tests_name("store_heal", tests, NULL, NULL);
}
