/* SPDX-License-Identifier: MIT */
/*
 * records - what the tests of the records share: a spool in a temporary
 * directory, sample records of every type, and all rows of a database as text.
 */
#ifndef TESTS_RECORDS_H
#define TESTS_RECORDS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ftw.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "state/spool.h"
#include "state/store.h"

/* Fails the test with the text of the error. */
#define OK(call)	records_ok((call), #call, __FILE__, __LINE__)
static struct err E;

static UNUSED void
records_ok(int got, const char *what, const char *file, int line)
{
	if (got >= 0)
		return;
	print_error("%s: %s\n", what, E.text);
	_fail(file, line);
}

/* A spool that goes with the test. */
struct fixture {
	char dir[256];
	char *spool_path, *db_path, *journal_path;
	struct spool *sp;
	struct arena *a;
};

static UNUSED int
fixture_open(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	snprintf(f->dir, sizeof f->dir, "%s/records.XXXXXX",
	    getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	f->spool_path = xasprintf("%s/spool", f->dir);
	f->db_path = xasprintf("%s/mroute.db", f->spool_path);
	f->journal_path = xasprintf("%s/journal", f->spool_path);
	OK(spool_create(f->spool_path, 0, &E));
	OK(spool_open(f->spool_path, &f->sp, &E));
	f->a = arena_new();
	*state = f;
	return 0;
}

static UNUSED int
remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static UNUSED int
fixture_close(void **state)
{
	struct fixture *f = *state;

	spool_close(&f->sp);
	arena_free(&f->a);
	nftw(f->dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	free(f->spool_path);
	free(f->db_path);
	free(f->journal_path);
	free(f);
	return 0;
}

/* ---- sample records ---- */

enum { T0 = 1795000000 };			/* seconds; 18 Nov 2026 */
#define T(ms)	((int64_t)T0 * 1000 + (ms))

/* An id of that time that ends in n. */
static UNUSED const char *
sample_id(struct arena *a, int64_t ms, unsigned n)
{
	static const char base32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	char *id = arena_strdup(a, "00000000000000000000000000");

	for (int i = 9; i >= 0; i--, ms /= 32)
		id[i] = base32[ms % 32];
	for (int i = 25; i >= 10; i--, n /= 32)
		id[i] = base32[n % 32];
	return id;
}

static UNUSED struct envelope *
sample_envelope(struct arena *a, const char *id)
{
	struct envelope *env = arena_alloc(a, sizeof *env);

	*env = (struct envelope){
		.kind = ENVELOPE_MAIL,
		.received_ms = ulid_ms(id),
		.sender = "jane@dailyplanet.example",
		.recipient = "marketing@company.example",
		.original_recipient = "press@company.example",
		.client = "192.0.2.7",
		.declared_size = 4711,
	};
	snprintf(env->id, sizeof env->id, "%s", id);
	snprintf(env->queue_id, sizeof env->queue_id, "4bX%s", id + 20);
	return env;
}

static UNUSED struct record
record_of_message(struct arena *a, const char *id, bool identity)
{
	struct message_identity *m = arena_alloc(a, sizeof *m);

	*m = (struct message_identity){
		.message_id = slice_str(arena_printf(a, "<%s@mail.example>", id)),
		.references = SLICE_LIT("<a@b.example> <c@d.example>"),
		.from = SLICE_LIT("Jane R\xc3\xb6""e <Jane@DailyPlanet.example>"),
		.from_address = SLICE_LIT("Jane@DailyPlanet.example"),
		.author = SLICE_LIT("jane@dailyplanet.example"),
		.subject = SLICE_LIT("Interview request: Gr\xc3\xb6\xc3\x9f""e"),
		.date = SLICE_LIT("Wed, 18 Nov 2026 11:06:40 +0000"),
		.opening = SLICE_LIT("Hello, I write for the Daily Planet"),
		.has_8bit = true,
	};
	return (struct record){ .type = RECORD_MESSAGE, .at_ms = ulid_ms(id), .id = id,
	    .u.message = {
		.env = sample_envelope(a, id),
		.sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		.size = 4242,
		.identity = identity ? m : NULL,
	    } };
}

static UNUSED struct effect
sample_effect(unsigned n, enum effect_state s, int64_t at_ms)
{
	return (struct effect){
		.n = n,
		.kind = n == 1 ? EFFECT_SMTP : n == 2 ? EFFECT_IMAP : EFFECT_FALLBACK,
		.server = n == 2 ? "imap" : "",
		.target = n == 1 ? "ann@company.example" : n == 2 ? "Triage/Press" : "",
		.state = s,
		.attempts = s == EFFECT_READY ? 0 : 1,
		.created_ms = T(0),
		.next_ms = s == EFFECT_READY ? at_ms : 0,
		.ended_ms = s == EFFECT_DONE || s == EFFECT_FAILED ? at_ms : 0,
		.last = s == EFFECT_DONE ? "250 2.0.0 queued as 17" : "",
	};
}

static UNUSED struct record
record_of_effect(const char *id, unsigned n, enum effect_state s, int64_t at_ms)
{
	return (struct record){ .type = RECORD_EFFECT, .at_ms = at_ms, .id = id,
	    .u.effect = sample_effect(n, s, at_ms) };
}

static UNUSED struct record
record_of_event(const char *id, const char *name, const char *text, int64_t at_ms)
{
	return (struct record){ .type = RECORD_EVENT, .at_ms = at_ms, .id = id,
	    .u.event = { name, text } };
}

static UNUSED struct record
record_of_state(const char *id, enum message_state s, int64_t at_ms)
{
	return (struct record){ .type = RECORD_STATE, .at_ms = at_ms, .id = id,
	    .u.state = s };
}

/* Two that hold, of which one was needed, and one that could not be judged. */
static const struct record_line sample_lines[] = {
	{ "press", "aaaaaaaa", "press.1", "+40 subject has interview request", false, "",
	    40, true },
	{ "press", "bbbbbbbb", "press.2", "+5 is question", false, "", 5, false },
	{ "content", "cccccccc", "content.3", "+30 text ~ (a+)+b", true, "match limit",
	    30, false },
};

static UNUSED struct record
record_of_decision(struct arena *a, const char *id, unsigned seq, const char *route)
{
	struct plan *p = arena_alloc(a, sizeof *p);
	struct plan_field *field = arena_calloc(a, 3, sizeof *field);
	struct effect *effect = arena_calloc(a, 2, sizeof *effect);

	field[0] = (struct plan_field){ "outlet", TYPED_TEXT, "Daily Planet",
	    "Daily Planet", false };
	field[1] = (struct plan_field){ "deadline", TYPED_DATE, "", "", true };
	field[2] = (struct plan_field){ "budget", TYPED_MONEY, "$7,200",
	    "USD 7200.00", false };
	*p = (struct plan){
		.route = route, .title = "Press and media enquiries",
		.by = BY_POINTS, .points = 95, .needs = 50, .margin = 65,
		.runner_up = "content", .runner_up_points = 30, .runner_up_needs = 50,
		.would_be = "", .why = "95 points of 50 needed; next content, 30",
		.keep_originals = -1, .field = field, .n_field = 3,
		.facts = FACT_BIT(FACT_QUESTION),
	};
	effect[0] = sample_effect(1, EFFECT_READY, ulid_ms(id));
	effect[1] = sample_effect(2, EFFECT_READY, ulid_ms(id));
	return (struct record){ .type = RECORD_DECISION, .at_ms = ulid_ms(id) + 20,
	    .id = id, .u.decision = { .seq = seq, .digest = "0123456789abcdef",
	    .plan = p, .trace_json = "{\"v\":1,\"route\":\"press\"}",
	    .effect = effect, .n_effect = 2,
	    .line = sample_lines, .n_line = NELEM(sample_lines) } };
}

/* A message from nothing to decided. */
static UNUSED struct record *
sample_message(struct arena *a, const char *id, size_t *n)
{
	struct record *r = arena_calloc(a, 4, sizeof *r);

	*n = 0;
	r[(*n)++] = record_of_message(a, id, false);
	r[(*n)++] = (struct record){ .type = RECORD_LOOKED, .at_ms = ulid_ms(id) + 5,
	    .id = id, .u.looked = 1 };
	r[(*n)++] = record_of_message(a, id, true);
	r[(*n)++] = record_of_decision(a, id, 1, "press");
	return r;
}

/* The whole life of one: every type but RECORD_PURGE. */
static UNUSED struct record *
sample_life(struct arena *a, const char *id, size_t *n)
{
	struct record *r = arena_calloc(a, 32, sizeof *r), *first;
	struct record_attempt done = { .effect = 1, .attempt = 1, .ended = true,
	    .outcome = "done", .code = 250, .text = "250 2.0.0 queued as 17",
	    .place = "queued as 17" };
	int64_t at = ulid_ms(id) + 30;
	size_t n_first;

	r[0] = (struct record){ .type = RECORD_RULESET, .at_ms = at,
	    .u.ruleset = { "0123456789abcdef", SLICE_LIT("snapshot\0with NUL") } };
	first = sample_message(a, id, &n_first);
	memcpy(r + 1, first, n_first * sizeof *r);
	*n = n_first + 1;
	r[(*n)++] = record_of_event(NULL, EVENT_RULES_LOADED, "0123456789abcdef", at);
	r[(*n)++] = record_of_event(id, "received", "from 192.0.2.7", at);
	r[(*n)++] = record_of_event(id, "redelivery", "line one\nline two", at);
	for (unsigned f = 1; f <= 2; f++) {
		struct record_attempt begin = { .effect = f, .attempt = 1,
		    .outcome = "", .text = "", .place = "" };

		r[(*n)++] = record_of_effect(id, f, EFFECT_LEASED, at + f);
		r[(*n)++] = (struct record){ .type = RECORD_ATTEMPT, .at_ms = at + f,
		    .id = id, .u.attempt = begin };
		done.effect = f;
		r[(*n)++] = (struct record){ .type = RECORD_ATTEMPT,
		    .at_ms = at + f + 2, .id = id, .u.attempt = done };
		r[(*n)++] = record_of_effect(id, f, EFFECT_DONE, at + f + 2);
	}
	r[(*n)++] = record_of_state(id, MESSAGE_FINAL, at + 9);
	return r;
}

/* ---- a look into the file, through a connection of our own ---- */

static UNUSED void
sql(const char *path, const char *text)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL),
	    SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", text, why);
	sqlite3_close(db);
}

static UNUSED void
dump_rows(sqlite3 *db, const char *select, struct buf *out)
{
	sqlite3_stmt *q;

	assert_int_equal(sqlite3_prepare_v2(db, select, -1, &q, NULL), SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW) {
		for (int c = 0; c < sqlite3_column_count(q); c++) {
			const char *p = sqlite3_column_blob(q, c);
			int n = sqlite3_column_bytes(q, c);

			buf_addf(out, " %s=%d:", sqlite3_column_name(q, c),
			    sqlite3_column_type(q, c));
			if (sqlite3_column_type(q, c) == SQLITE_INTEGER)
				buf_addf(out, "%lld",
				    (long long)sqlite3_column_int64(q, c));
			else
				buf_add(out, p, (size_t)n);
		}
		buf_add_char(out, '\n');
	}
	sqlite3_finalize(q);
}

/* All rows of all tables in a fixed order; the caller frees. */
static UNUSED char *
dump_db(const char *path)
{
	static const char *const selects[] = {
		"SELECT * FROM messages ORDER BY id",
		"SELECT * FROM own_keys ORDER BY own_key",
		"SELECT * FROM decisions ORDER BY id, seq",
		"SELECT * FROM traces ORDER BY id, seq",
		"SELECT * FROM fields ORDER BY id, seq, n",
		"SELECT * FROM lines ORDER BY line",
		"SELECT * FROM fired ORDER BY id, seq, line",
		"SELECT * FROM effects ORDER BY id, n",
		"SELECT * FROM attempts ORDER BY id, effect, attempt",
		"SELECT at_ms, id, name, text FROM events"
		" WHERE name NOT LIKE 'records.%' ORDER BY n",
		"SELECT * FROM rule_sets ORDER BY digest",
	};
	struct buf out = BUF_INIT;
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL),
	    SQLITE_OK);
	for (size_t i = 0; i < NELEM(selects); i++) {
		buf_addf(&out, "%s\n", selects[i]);
		dump_rows(db, selects[i], &out);
	}
	sqlite3_close(db);
	return buf_detach(&out);
}

/* First column of the first row as text, "" without one; the caller frees. */
static UNUSED char *
sql_value(const char *path, const char *text)
{
	sqlite3_stmt *q = NULL;
	char *out = NULL;
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL),
	    SQLITE_OK);
	if (sqlite3_prepare_v2(db, text, -1, &q, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
	if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_text(q, 0) != NULL)
		out = xstrdup((const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
	sqlite3_close(db);
	return out != NULL ? out : xstrdup("");
}

static UNUSED int64_t
sql_number(const char *path, const char *text)
{
	AUTO(xfree) char *value = sql_value(path, text);

	return strtoll(value, NULL, 10);
}

#endif
