/* SPDX-License-Identifier: MIT */
/*
 * What was committed is there, and is found; also by sixteen readers while it
 * is written.
 */
#include "store_help.h"

#include <poll.h>

/* ---- what was committed is there ---- */

static void
test_life(void **state)
{
	struct fixture *f = *state;
	const char *id = sample_id(f->a, T(0), 1);
	struct store *st = open_store(f, STORE_WRITE);
	struct store_row row;
	struct store_event *ev;
	struct store_attempt *at;
	struct record *r;
	char found[ULID_SIZE];
	unsigned looked;
	size_t n;

	assert_int_equal(store_known(st, id, &looked), STORE_UNKNOWN);
	r = sample_life(f->a, id, &n);
	OK(store_commit(st, r, n, &E));
	assert_int_equal(store_known(st, id, &looked), STORE_DECIDED);
	OK(store_get(st, f->a, id, &row, &E));
	assert_string_equal(row.route, "press");
	assert_string_equal(row.decided_by, "points");
	assert_int_equal(row.points, 95);
	assert_string_equal(row.trace_json, "{\"v\":1,\"route\":\"press\"}");
	assert_int_equal(row.state, MESSAGE_FINAL);
	assert_int_equal(row.n_effect, 2);
	assert_int_equal(row.effect[1].state, EFFECT_DONE);
	assert_string_equal(row.effect[1].target, "Triage/Press");
	OK(store_events(st, f->a, id, 0, &ev, &n, &E));
	assert_int_equal(n, 2);
	assert_string_equal(ev[1].text, "line one line two");
	OK(store_attempts(st, f->a, id, &at, &n, &E));
	assert_int_equal(n, 2);
	assert_int_equal(at[0].code, 250);
	OK(store_resolve(st, "4bX000001", found, &E));
	assert_string_equal(found, id);
	assert_int_equal(store_resolve(st, "4bX000002", found, &E), -1);
	assert_int_equal(E.kind, ERR_ABSENT);
	assert_int_equal(store_get(st, f->a, sample_id(f->a, T(1), 2), &row, &E), -1);
	assert_int_equal(E.kind, ERR_ABSENT);
	store_close(&st);
}

/* A correction is the newest; what it corrected can still be had, with its trace. */
static void
test_earlier_decision(void **state)
{
	struct fixture *f = *state;
	const char *id = sample_id(f->a, T(0), 1);
	struct store *st = open_store(f, STORE_WRITE);
	const struct plan person = { .route = "events", .title = "", .by = BY_PERSON,
	    .best = "", .runner_up = "", .would_be = "", .why = "a person chose it",
	    .keep_originals = -1 };
	const struct record second = { RECORD_DECISION, T(9), id, { .decision = {
	    .seq = 2, .digest = "", .plan = &person, .trace_json = "{}" } } };
	struct store_row row;
	struct record *r;
	size_t n;

	r = sample_life(f->a, id, &n);
	OK(store_commit(st, r, n, &E));
	OK(store_commit(st, &second, 1, &E));
	OK(store_get(st, f->a, id, &row, &E));
	assert_string_equal(row.route, "events");
	assert_int_equal(row.seq, 2);
	OK(store_get_decision(st, f->a, id, 1, &row, &E));
	assert_string_equal(row.route, "press");
	assert_int_equal(row.seq, 1);
	assert_string_equal(row.trace_json, "{\"v\":1,\"route\":\"press\"}");
	assert_int_equal(store_get_decision(st, f->a, id, 3, &row, &E), -1);
	assert_int_equal(E.kind, ERR_ABSENT);
	store_close(&st);
}

static void
test_resolve_several(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_store(f, STORE_WRITE);
	char found[ULID_SIZE];

	for (unsigned i = 0; i < 3; i++) {
		struct record r = record_of_message(f->a, sample_id(f->a, T(i), i),
		    true);

		OK(store_commit(st, &r, 1, &E));
	}
	assert_int_equal(store_resolve(st, "01", found, &E), -1);
	assert_int_equal(E.kind, ERR_USAGE);
	for (unsigned i = 0; i < 3; i++)
		assert_non_null(strstr(E.text, sample_id(f->a, T(i), i)));
	assert_int_equal(store_short_id(st, sample_id(f->a, T(1), 1)), 10);
	assert_int_equal(store_resolve(st, arena_printf(f->a, "%.10s",
	    sample_id(f->a, T(1), 1)), found, &E), 0);
	store_close(&st);
}

/* P3: the same queue id, recipient and bytes. */
static void
test_redelivery(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_store(f, STORE_WRITE);
	const char *id = sample_id(f->a, T(0), 1);
	struct record r = record_of_message(f->a, id, true);
	const char *sha = r.u.message.sha256;
	char found[ULID_SIZE];
	struct {
		const char *queue_id, *recipient, *sha256;
		int want;
	} cases[] = {
		{ "4bX000001", "marketing@company.example", sha, 1 },
		{ "4bX000001", "Marketing@Company.example", sha, 1 },
		{ "4bX000002", "marketing@company.example", sha, 0 },
		{ "4bX000001", "jobs@company.example", sha, 0 },
		{ "4bX000001", "marketing@company.example", "00", 0 },
		{ "", "marketing@company.example", sha, 0 },
	};

	OK(store_commit(st, &r, 1, &E));
	for (size_t i = 0; i < NELEM(cases); i++) {
		assert_int_equal(store_find_delivery(st, cases[i].queue_id,
		    cases[i].recipient, cases[i].sha256, found, &E), cases[i].want);
		assert_string_equal(found, cases[i].want ? id : "");
	}
	store_close(&st);
}

/* ---- readers while it is written ---- */

enum { READERS = 16, COMMITS = 20 };

static bool
check_row(void *arg, const struct store_row *row)
{
	bool *bad = arg;

	/* A decision is never seen without its effects. */
	if (row->seq > 0 && row->n_effect != 2)
		*bad = true;
	return true;
}

static void
read_until_closed(struct fixture *f, int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };
	unsigned rounds = 0;

	do {
		const struct store_filter all = { .limit = 0 };
		struct store *st = NULL;
		struct store_counts c;
		bool bad = false;

		if (store_open(f->sp, STORE_READ, &st, &E) < 0 ||
		    store_each(st, &all, check_row, &bad, &E) < 0 ||
		    store_count(st, &c, &E) < 0) {
			fprintf(stderr, "reader: %s\n", E.text);
			_exit(1);
		}
		store_close(&st);
		if (bad)
			_exit(2);
		rounds++;
	} while (poll(&p, 1, 0) == 0);
	_exit(rounds > 0 ? 0 : 3);
}

static void
test_readers(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_store(f, STORE_WRITE);
	pid_t pid[READERS];
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	store_close(&st);
	for (unsigned i = 0; i < READERS; i++)
		if ((pid[i] = fork()) == 0) {
			close(ends[1]);
			read_until_closed(f, ends[0]);
		}
	st = open_store(f, STORE_WRITE);
	for (unsigned i = 0; i < COMMITS; i++) {
		size_t n;
		struct record *r = sample_life(f->a, sample_id(f->a, T(i), i), &n);

		OK(store_commit(st, r, n, &E));
	}
	assert_true(usable(st));
	close(ends[1]);
	for (unsigned i = 0; i < READERS; i++) {
		int status;

		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	close(ends[0]);
	store_close(&st);
}

/* The spool may lie behind a link; the database itself may be none. */
static void
test_links(void **state)
{
	struct fixture *f = *state;
	AUTO(xfree) char *link = xasprintf("%s/link", f->dir);
	AUTO(xfree) char *path = xasprintf("%s/link/spool", f->dir);
	struct spool *sp = NULL, *own = f->sp;
	struct store *st;

	assert_int_equal(symlink(f->dir, link), 0);
	OK(spool_open(path, &sp, &E));
	f->sp = sp;
	st = open_store(f, STORE_WRITE);
	assert_true(usable(st));
	store_close(&st);
	assert_int_equal(unlink(f->db_path), 0);
	assert_int_equal(symlink("/dev/null", f->db_path), 0);
	st = open_store(f, STORE_WRITE);
	assert_false(usable(st));
	store_close(&st);
	spool_close(&f->sp);
	f->sp = own;
}

static void
test_no_records_yet(void **state)
{
	struct fixture *f = *state;
	struct store *st = NULL;

	assert_int_equal(store_open(f->sp, STORE_READ, &st, &E), -1);
	assert_int_equal(E.kind, ERR_ABSENT);
	assert_null(st);
}

/* A file that cannot be read is held, and seen to be. */
static void
test_damaged_message(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_store(f, STORE_WRITE);
	AUTO(xfree) char *path = NULL;
	struct store_row row;
	struct record held;
	char id[ULID_SIZE];

	put_own(f, "x", id);
	path = xasprintf("%s/new/%s", f->spool_path, id);
	assert_int_equal(truncate(path, 20), 0);
	held = record_of_state(id, MESSAGE_HELD, T(5));
	OK(store_commit(st, &held, 1, &E));
	OK(store_get(st, f->a, id, &row, &E));
	assert_int_equal(row.state, MESSAGE_HELD);
	assert_int_equal(row.env.received_ms, ulid_ms(id));
	store_close(&st);
}

static void
test_expired(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_store(f, STORE_WRITE);
	const char **ids;

	for (unsigned i = 0; i < 4; i++) {
		const char *id = sample_id(f->a, T(i * 1000), i);
		struct record r[2] = { record_of_message(f->a, id, false),
		    record_of_state(id, i == 1 ? MESSAGE_FINAL : MESSAGE_PURGED, 0) };

		OK(store_commit(st, r, 2, &E));
	}
	OK(store_expired(st, f->a, T(3000), 10, &ids, &E));
	assert_string_equal(ids[0], sample_id(f->a, T(0), 0));
	assert_string_equal(ids[1], sample_id(f->a, T(2000), 2));
	assert_null(ids[2]);
	store_close(&st);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_life),
		TEST(test_earlier_decision),
		TEST(test_resolve_several),
		TEST(test_redelivery),
		TEST(test_readers),
		TEST(test_links),
		TEST(test_no_records_yet),
		TEST(test_expired),
		TEST(test_damaged_message),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
