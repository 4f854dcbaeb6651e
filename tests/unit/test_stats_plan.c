/* SPDX-License-Identifier: MIT */
/*
 * What stats asks costs what the period holds: SQLite reads an index or a range of
 * it, never a whole table of mail, and sorts none.
 */
#include "stats_help.h"

#include "state/db.h"

/* Every statement that a connection ran, each once, with a NUL behind. */
static struct buf statements = BUF_INIT;

static int
collect(unsigned type, void *arg, void *stmt, void *text)
{
	const char *sql = sqlite3_sql(stmt);

	(void)type;
	(void)arg;
	(void)text;
	if (strncmp(sql, "SELECT", 6) == 0 &&
	    slice_find_slice(buf_slice(&statements), slice_str(sql)) == SIZE_MAX) {
		buf_add_str(&statements, sql);
		buf_add_char(&statements, '\0');
	}
	return 0;
}

static int
watch(sqlite3 *db, char **error, const void *api)
{
	(void)error;
	(void)api;
	return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, collect, NULL);
}

/* Small tables that are read whole, and the first entry of an index. */
static bool
may_scan(const char *sql, const char *step)
{
	return (strcmp(step, "SCAN messages USING INDEX messages_received") == 0 &&
	    strstr(sql, "ORDER BY received_ms LIMIT 1") != NULL) ||
	    strcmp(step, "SCAN lines") == 0 || strcmp(step, "SCAN rule_sets") == 0 ||
	    strcmp(step, "SCAN CONSTANT ROW") == 0;
}

/* Sorted is only what one message met, and rule sets. */
static bool
may_sort(const char *sql)
{
	return strstr(sql, "FROM fired f CROSS JOIN lines") != NULL ||
	    strstr(sql, "FROM rule_sets") != NULL;
}

static sqlite3_stmt *
prepared(sqlite3 *db, const char *front, const char *sql)
{
	AUTO(xfree) char *text = xasprintf("%s%s", front, sql);
	sqlite3_stmt *q;

	if (sqlite3_prepare_v2(db, text, -1, &q, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
	return q;
}

/* Does its program take a column from a row of messages itself? */
static bool
reads_rows(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q = prepared(db, "SELECT rootpage FROM sqlite_schema WHERE name ="
	    " 'messages'", "");
	int root, cursor = -1;
	bool reads = false;

	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	root = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	q = prepared(db, "EXPLAIN ", sql);
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *op = (const char *)sqlite3_column_text(q, 1);

		if (strcmp(op, "OpenRead") == 0 && sqlite3_column_int(q, 3) == root)
			cursor = sqlite3_column_int(q, 2);
		reads |= strcmp(op, "Column") == 0 &&
		    sqlite3_column_int(q, 2) == cursor;
	}
	sqlite3_finalize(q);
	return reads;
}

/* 1 when the index messages_received alone answers. */
static unsigned
check_plan(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q = prepared(db, "EXPLAIN QUERY PLAN ", sql);
	unsigned covering = 0;

	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(q, 3);

		if (strncmp(step, "SCAN ", 5) == 0 && !may_scan(sql, step))
			fail_msg("%s\n\t%s", sql, step);
		if (strstr(step, "TEMP B-TREE") != NULL && !may_sort(sql))
			fail_msg("%s\n\t%s", sql, step);
		covering += strcmp(step, "SEARCH messages USING INDEX messages_received "
		    "(received_ms>? AND received_ms<?)") == 0 && !reads_rows(db, sql);
	}
	sqlite3_finalize(q);
	return covering;
}

static void
ask_everything(struct fixture *f, struct store *st)
{
	static const struct period two[] = {
		{ PERIOD_WEEK, W46, W47, 1 }, { PERIOD_WEEK, W47, W48, 1 },
	};
	struct stats_query q = { .span = two, .n_span = 2, .domains = true };
	char digest[DIGEST_SIZE];
	struct stats_messages m;
	struct stats_trouble *t;
	struct stats_value *v;
	struct stats_event *ev;
	struct stats_line *line;
	struct stats_open *o;
	struct stats_alarm alarm;
	uint64_t fallbacks;
	size_t n;

	OK(calendar_open("Europe/Berlin", &q.zone, &E));
	OK(stats_messages(st, f->a, &q, &m, &E));
	calendar_close(&q.zone);
	OK(stats_lines(st, f->a, &week47, &line, &n, &E));
	(void)last_of(st, "press", "aaaaaaaa");
	OK(stats_ruleset_at(st, T(0), digest, &E));
	OK(stats_values(st, f->a, &week47, 5, &v, &n, &E));
	OK(stats_troubles(st, f->a, &week47, 5, &t, &n, NULL, &E));
	OK(stats_events(st, f->a, &week47, &ev, &n, &E));
	OK(stats_alarm(st, "server", &week47, &alarm, &E));
	OK(stats_fallbacks(st, &week47, &fallbacks, &E));
	OK(stats_triage(st, f->a, &week47, 5, &o, &n, &E));
}

/* A few hundred messages, so that ANALYZE can mislead the planner if it wants to. */
static void
fill_much(struct fixture *f)
{
	struct store *st = open_store(f, STORE_WRITE);

	assert_true(usable(st));
	for (unsigned i = 0; i < 300; i++) {
		size_t n;
		struct record *r = sample_life(f->a, sample_id(f->a, T(i), i + 1), &n);

		if (i % 3 == 0)
			((struct plan *)(uintptr_t)r[4].u.decision.plan)->by =
			    BY_BELOW_NEEDS;
		OK(store_commit(st, r, n, &E));
	}
	store_close(&st);
}

static void
test_plans(void **state)
{
	struct fixture *f = *state;

	fill_much(f);
	for (int analyzed = 0; analyzed < 2; analyzed++) {
		unsigned n = 0, covering = 0;
		struct store *st;
		sqlite3 *db;

		if (analyzed)
			sql(f->db_path, "ANALYZE");
		buf_reset(&statements);
		assert_int_equal(sqlite3_auto_extension(
		    (void (*)(void))(uintptr_t)watch), SQLITE_OK);
		st = open_store(f, STORE_READ);
		buf_reset(&statements);
		ask_everything(f, st);
		store_close(&st);
		sqlite3_cancel_auto_extension((void (*)(void))(uintptr_t)watch);
		assert_int_equal(sqlite3_open(f->db_path, &db), SQLITE_OK);
		for (size_t at = 0; at < statements.len; n++) {
			covering += check_plan(db, statements.ptr + at);
			at += strlen(statements.ptr + at) + 1;
		}
		sqlite3_close(db);
		assert_true(n >= 15);
		/* Both passes over messages need nothing but the index. */
		assert_int_equal(covering, 2);
	}
	buf_release(&statements);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_plans, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests_name("stats plan", tests, NULL, NULL);
}
