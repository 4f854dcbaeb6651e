/* SPDX-License-Identifier: MIT */
/*
 * stats_help - records for tests of stats: a list that grows, and a store that has it in
 * the database, in the journal, or one half in each; what is counted is the same.
 */
#ifndef TESTS_STATS_HELP_H
#define TESTS_STATS_HELP_H

#include "store_help.h"

#include "state/stats.h"

/* Weeks in Europe/Berlin (+01:00): 2026-W46, W47 and the moment that ends it. */
#define W46	INT64_C(1794178800000)
#define W47	INT64_C(1794783600000)
#define W48	INT64_C(1795388400000)
#define WEEK	INT64_C(604800000)

static const struct period week46 = { PERIOD_WEEK, W46, W47, 1 };
static const struct period week47 = { PERIOD_WEEK, W47, W48, 1 };

enum { LIST_MAX = 400 };

struct diary {
	struct arena *a;
	struct record r[LIST_MAX];
	size_t n;
	unsigned number;		/* of messages */
};

static inline void
diary_add(struct diary *l, struct record r)
{
	assert_true(l->n < LIST_MAX);
	l->r[l->n++] = r;
}

/* A message as it is received; author NULL: nobody has examined it. */
static inline const char *
add_mail(struct diary *l, int64_t at_ms, const char *author)
{
	const char *id = sample_id(l->a, at_ms, ++l->number);
	struct record r = record_of_message(l->a, id, author != NULL);
	struct message_identity *m;

	if (author != NULL) {
		m = arena_alloc(l->a, sizeof *m);
		*m = *r.u.message.identity;
		m->author = m->from_address = slice_str(author);
		m->subject = slice_str(arena_printf(l->a, "Subject %u", l->number));
		m->opening = slice_str(arena_printf(l->a, "Opening %u", l->number));
		r.u.message.identity = m;
	}
	diary_add(l, r);
	return id;
}

static inline struct plan *
add_decision(struct diary *l, const char *id, unsigned seq, const char *route,
    enum decided_by by, const char *would_be)
{
	struct record r = record_of_decision(l->a, id, seq, route);
	struct plan *p = arena_alloc(l->a, sizeof *p);

	*p = *r.u.decision.plan;
	p->by = by;
	p->would_be = would_be;
	p->n_field = 0;
	r.at_ms = ulid_ms(id) + seq;
	r.u.decision.plan = p;
	r.u.decision.n_effect = r.u.decision.n_line = 0;
	diary_add(l, r);
	return p;
}

/* Its one effect is done that long after the message came, and it is final. */
static inline void
add_done(struct diary *l, const char *id, unsigned effect, int64_t after_ms)
{
	int64_t at = ulid_ms(id) + after_ms;

	diary_add(l, record_of_effect(id, effect, EFFECT_DONE, at));
	diary_add(l, record_of_state(id, MESSAGE_FINAL, at + 1));
}

/* ---- where it is kept ---- */

enum kept { IN_DATABASE, IN_JOURNAL, HALF_IN_EACH, KEPT_N };

struct kept_store {
	sqlite3 *lock;
	struct store *st;		/* a reader */
};

static inline void
kept_release(struct kept_store *k)
{
	store_close(&k->st);
	if (k->lock != NULL)
		sqlite3_close(k->lock);
}

enum { AT_ONCE = 16 };

static inline void
commit_each(struct store *st, const struct diary *l, size_t from, size_t to)
{
	for (size_t i = from; i < to; i += AT_ONCE)
		OK(store_commit(st, &l->r[i], MIN(to - i, (size_t)AT_ONCE), &E));
}

static inline struct kept_store
keep(struct fixture *f, const struct diary *l, enum kept kept)
{
	size_t half = kept == IN_DATABASE ? l->n : kept == IN_JOURNAL ? 0 : l->n / 2;
	struct store *st = open_store(f, STORE_WRITE);
	struct kept_store k = { NULL, NULL };

	assert_true(usable(st));
	commit_each(st, l, 0, half);
	if (half < l->n) {
		assert_int_equal(sqlite3_open(f->db_path, &k.lock), SQLITE_OK);
		assert_int_equal(sqlite3_exec(k.lock, "BEGIN IMMEDIATE", NULL, NULL,
		    NULL), SQLITE_OK);
		commit_each(st, l, half, l->n);
		assert_true(access(f->journal_path, F_OK) == 0);
	}
	store_close(&st);
	k.st = open_store(f, STORE_READ);
	return k;
}

/* When that line last held. */
static inline int64_t
last_of(struct store *st, const char *route, const char *hash)
{
	struct stats_line line = { .route = route, .hash = hash };

	OK(stats_lines_last(st, &line, 1, &E));
	return line.last_ms;
}

/* For each way to keep them a spool of its own: check(f, st). */
static inline void
in_every_way(void (*fill)(struct diary *l),
    void (*check)(struct fixture *f, struct store *st))
{
	for (int kept = 0; kept < KEPT_N; kept++) {
		struct diary *l = xcalloc(1, sizeof *l);
		struct kept_store k;
		struct fixture *f;
		void *state;

		assert_int_equal(fixture_open(&state), 0);
		f = state;
		l->a = f->a;
		fill(l);
		k = keep(f, l, (enum kept)kept);
		check(f, k.st);
		kept_release(&k);
		free(l);
		fixture_close(&state);
	}
}

#endif
