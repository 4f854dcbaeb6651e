/* SPDX-License-Identifier: MIT */
/* The questions find what they look for, by an index. */
#include "db_help.h"

/* ---- finding ---- */

enum { MANY = 700 };

static const char *const routes[] = { "press", "applicant", "" };

/* MANY messages; every seventh waits, the others are final, every 70th is of a form. */
static void
fill(struct fixture *f, struct db *db)
{
	assert_int_equal(db_begin(db), DB_OK);
	for (unsigned i = 0; i < MANY; i++) {
		const char *id = sample_id(f->a, T(i * 1000), i);
		struct record r[3] = {
			record_of_message(f->a, id, true),
			record_of_decision(f->a, id, 1, routes[i % 3]),
			record_of_state(id, i % 7 == 0 ? MESSAGE_ACTIVE :
			    MESSAGE_FINAL, T(i)),
		};
		struct envelope env = *r[0].u.message.env;
		struct message_identity form = *r[0].u.message.identity;

		snprintf(env.sender, sizeof env.sender, "writer%u@example.org", i % 10);
		r[0].u.message.env = &env;
		form.author = SLICE_LIT("zoe@form.example");
		if (i % 70 == 0)
			r[0].u.message.identity = &form;
		assert_int_equal(db_apply(db, record_clean(f->a, r, 3), 3, NULL), DB_OK);
	}
	{
		struct record events[] = {
			record_of_event(sample_id(f->a, T(1000), 1), "held", "x", T(1)),
			record_of_event(sample_id(f->a, T(7000), 7), "rerouted", "x", T(2)),
			record_of_event(sample_id(f->a, T(3000), 3), "purged", "x", T(3)),
			record_of_event(NULL, "engine.start", "x", T(4)),
		};

		assert_int_equal(db_apply(db, record_clean(f->a, events,
		    NELEM(events)), NELEM(events), NULL), DB_OK);
	}
	assert_int_equal(db_commit(db), DB_OK);
}

static const struct store_mark mark = { 690, 1 };

static const struct {
	const char *label;
	struct store_filter flt;
	size_t want;
} lists[] = {
	{ "all", { .limit = 0 }, MANY },
	{ "route", { .route = "press" }, 234 },
	{ "no such route", { .route = "pres" }, 0 },
	{ "fallback", { .route = "fallback" }, 233 },
	{ "waiting", { .waiting_only = true }, 100 },
	{ "sender", { .sender = "WRITER3@example.org" }, 70 },
	{ "part of a sender", { .sender = "writer" }, MANY },
	{ "From, whole", { .sender = "jane@dailyplanet.example" }, MANY },
	{ "From, part, case", { .sender = "JANE R\xc3\x96" "E" }, MANY },
	{ "author", { .sender = "Zoe@form.example" }, 10 },
	{ "part of an author", { .sender = "zoe@" }, 10 },
	{ "recipient", { .recipient = "marketing@company.example" }, MANY },
	{ "original recipient", { .recipient = "press@company.example" }, MANY },
	{ "part of a recipient", { .recipient = "Company" }, MANY },
	{ "subject", { .subject = "INTERVIEW" }, MANY },
	{ "subject, folded", { .subject = "gr\xc3\xb6ss" "e" }, MANY },
	{ "subject, none", { .subject = "50%" }, 0 },
	{ "since", { .since_ms = T(690 * 1000) }, 10 },
	{ "until", { .until_ms = T(10 * 1000) }, 10 },
	{ "between", { .since_ms = T(5000), .until_ms = T(10 * 1000),
	    .route = "press" }, 2 },
	{ "decided by", { .decided_by = "points" }, MANY },
	{ "decided by another", { .decided_by = "person" }, 0 },
	{ "state waiting", { .state = "waiting" }, 100 },
	{ "state undecided", { .state = "undecided" }, 0 },
	{ "state held", { .state = "held" }, 0 },
	{ "state final", { .state = "final" }, 600 },
	{ "state purged", { .state = "purged" }, 0 },
	{ "state failed", { .state = "failed" }, 0 },
	{ "state delivered", { .state = "delivered" }, 0 },	/* their effects are ready */
	{ "points", { .with_points = true, .points_min = 95, .points_max = 95 }, MANY },
	{ "more points", { .with_points = true, .points_min = 96, .points_max = 999 }, 0 },
	{ "field", { .field = "budget" }, MANY },
	{ "its value", { .field = "budget", .field_has = "usd 72" }, MANY },
	{ "as written", { .field = "budget", .field_has = "$7,2" }, MANY },
	{ "another value", { .field = "budget", .field_has = "eur" }, 0 },
	{ "a field that is missing", { .field = "deadline" }, 0 },
	{ "domain", { .domain = "form.example" }, 10 },
	{ "domain, waiting", { .domain = "form.example", .state = "waiting" }, 10 },
	{ "domain, many pages", { .domain = "dailyplanet.example" }, 690 },
	{ "domain, since and until", { .domain = "form.example", .since_ms = T(70 * 1000),
	    .until_ms = T(140 * 1000) }, 1 },
	{ "not one below it", { .domain = "example" }, 0 },
	{ "search", { .search = "ZOE@" }, 10 },
	{ "search a subject", { .search = "gr\xc3\xb6ss" "e" }, MANY },
	{ "line", { .line = "press.1" }, MANY },
	{ "line, never held", { .line = "press.99" }, 0 },
	/* The last ten, and one that something happened to. */
	{ "after", { .after = &mark }, 11 },
	{ "after, waiting", { .after = &mark, .state = "waiting" }, 2 },
};

static void
test_lists(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f);

	fill(f, db);
	for (size_t i = 0; i < NELEM(lists); i++) {
		const char *before = NULL;
		struct store_row *row;
		size_t n, total = 0;

		do {
			assert_int_equal(db_list(db, f->a, &lists[i].flt, before, 256,
			    &row, &n), DB_OK);
			for (size_t k = 0; k < n; k++) {
				if (before != NULL)
					assert_true(strcmp(row[k].env.id, before) < 0);
				before = row[k].env.id;
				assert_int_equal(row[k].n_effect, 2);
				assert_string_equal(row[k].author, ulid_ms(before) % 70000 ==
				    T(0) % 70000 ? "zoe@form.example" : "");
			}
			total += n;
		} while (n > 0);
		if (total != lists[i].want)
			fail_msg("%s: %zu, not %zu", lists[i].label, total,
			    lists[i].want);
	}
	db_close(&db);
}

static void
test_resolve(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f);
	const char *id = sample_id(f->a, T(5000), 5), **ids;
	const char *words[] = {
		id, "4bX000005",
		arena_printf(f->a, "<%s@mail.example>", id),
		arena_printf(f->a, "%s@mail.example", id),
		arena_printf(f->a, "%.10s", id),
	};
	size_t shared;

	fill(f, db);
	for (size_t i = 0; i < NELEM(words); i++) {
		assert_int_equal(db_resolve(db, f->a, words[i], 6, &ids), DB_OK);
		assert_string_equal(ids[0], id);
		assert_null(ids[1]);
	}
	assert_int_equal(db_resolve(db, f->a, "01", 6, &ids), DB_OK);
	for (size_t i = 0; i < 6; i++)
		assert_non_null(ids[i]);
	assert_null(ids[6]);
	assert_int_equal(db_resolve(db, f->a, "", 6, &ids), DB_OK);
	assert_null(ids[0]);
	assert_int_equal(db_shared_prefix(db, id, &shared), DB_OK);
	assert_true(shared < 10);
	db_close(&db);
}

/* ---- indexes ---- */

/* Statements that were run on any connection since. */
static struct buf statements;

static int
collect(unsigned type, void *arg, void *stmt, void *text)
{
	(void)type;
	(void)arg;
	(void)text;
	if (strncmp(sqlite3_sql(stmt), "EXPLAIN", 7) != 0) {
		buf_add_str(&statements, sqlite3_sql(stmt));
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

/* What narrows a list, so that an index is to be used. */
static const char *const narrow[] = {
	"m.route =", "m.sender =", "m.queue_id =", "m.id >=", "m.state IN ('active'",
	"m.domain =", "m.rowid >", "m.id IN (SELECT id FROM effects",
};

/*
 * A walk from the newest on is what `log` is when no filter narrows it.  The
 * index of what waits is small.  Counting all rows reads one index.
 */
static bool
may_scan(const char *sql, const char *step)
{
	/* Of rules' lines, and of what failed for good, there is little. */
	if (strcmp(step, "SCAN lines") == 0 ||
	    strcmp(step, "SCAN effects USING INDEX effects_failed") == 0)
		return true;
	if (strstr(sql, "count(*) FROM messages") != NULL)
		return strstr(step, "COVERING INDEX") != NULL;
	if (strcmp(step, "SCAN m USING INDEX messages_waiting") == 0)
		return true;
	for (size_t i = 0; i < NELEM(narrow); i++)
		if (strstr(sql, narrow[i]) != NULL)
			return false;
	return strcmp(step, "SCAN m USING INDEX sqlite_autoindex_messages_1") == 0 &&
	    strstr(sql, "ORDER BY m.id DESC LIMIT") != NULL;
}

static void
check_plan(sqlite3 *db, const char *sql)
{
	AUTO(xfree) char *explain = xasprintf("EXPLAIN QUERY PLAN %s", sql);
	sqlite3_stmt *q;

	if (sqlite3_prepare_v2(db, explain, -1, &q, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(q, 3);

		/* All mail of a domain sorted for each page would take hours. */
		if (strstr(sql, "m.domain =") != NULL &&
		    strcmp(step, "USE TEMP B-TREE FOR ORDER BY") == 0)
			fail_msg("%s\n\t%s", sql, step);
		if (strncmp(step, "SCAN ", 5) == 0 &&
		    strcmp(step, "SCAN CONSTANT ROW") != 0 && !may_scan(sql, step))
			fail_msg("%s\n\t%s", sql, step);
	}
	sqlite3_finalize(q);
}

static void
has(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	(void)v;
	sqlite3_result_int(ctx, 0);
}

static void
ask_everything(struct fixture *f, struct db *db)
{
	const char *id = sample_id(f->a, T(5000), 5), **ids;
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct db_known known;
	struct db_delivery *d;
	struct effect *ef;
	struct store_row row, *rows;
	struct store_event *ev, one;
	struct store_attempt *at;
	struct store_decision *de;
	struct db_counts counts;
	struct store_mark now;
	int64_t ms;
	char own[ULID_SIZE];
	size_t n;

	for (size_t i = 0; i < NELEM(lists); i++) {
		db_list(db, f->a, &lists[i].flt, NULL, 10, &rows, &n);
		db_list(db, f->a, &lists[i].flt, id, 10, &rows, &n);
	}
	db_mark(db, &now);
	db_known(db, id, &known);
	db_effects(db, f->a, id, &ef, &n);
	db_deliveries(db, f->a, "4bX000005", "marketing@company.example", &d, &n);
	db_find_own(db, "summary:2026-W47", own);
	db_last_event(db, "alarm.disk", &ms);
	db_resolve(db, f->a, id, 6, &ids);
	db_get(db, f->a, id, 0, &row);
	db_events(db, f->a, id, 0, &ev, &n);
	db_events(db, f->a, NULL, 20, &ev, &n);
	db_attempts(db, f->a, id, &at, &n);
	db_decisions(db, f->a, id, &de, &n);
	db_find_event(db, f->a, EVENT_RULES_LOADED, &one);
	db_count(db, T(0), &counts);
	db_expired(db, f->a, T(0), 100, &ids);
	db_shared_prefix(db, id, &n);
	db_ruleset(db, "0123456789abcdef", &b);
}

static void
test_plans(void **state)
{
	struct fixture *f = *state;
	struct db *db;
	sqlite3 *mine;
	size_t n, seen = 0;
	struct record *r = sample_life(f->a, sample_id(f->a, T(0), 1), &n);
	struct record purge = { .type = RECORD_PURGE, .at_ms = T(9), .id = r[1].id };

	sqlite3_auto_extension((void (*)(void))(uintptr_t)watch);
	db = open_db(f);
	buf_reset(&statements);
	put(db, f->a, r, n);
	ask_everything(f, db);
	put(db, f->a, &purge, 1);
	sqlite3_cancel_auto_extension((void (*)(void))(uintptr_t)watch);
	assert_int_equal(sqlite3_open(f->db_path, &mine), SQLITE_OK);
	sqlite3_create_function(mine, "mroute_has", 2, SQLITE_UTF8, NULL, has, NULL,
	    NULL);
	for (const char *p = statements.ptr; p < statements.ptr + statements.len;
	    p += strlen(p) + 1) {
		if (strncmp(p, "SELECT", 6) != 0 && strncmp(p, "UPDATE", 6) != 0 &&
		    strncmp(p, "DELETE", 6) != 0 && strncmp(p, "INSERT", 6) != 0)
			continue;
		check_plan(mine, p);
		seen++;
	}
	assert_true(seen > 50);
	sqlite3_close(mine);
	db_close(&db);
	buf_release(&statements);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lists),
		TEST(test_resolve),
		TEST(test_plans),
	};

	return cmocka_run_group_tests_name("db_find", tests, NULL, NULL);
}
