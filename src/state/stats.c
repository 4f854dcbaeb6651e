/* SPDX-License-Identifier: MIT */
#include "state/stats_impl.h"

#include <stdio.h>
#include <string.h>

#include "state/store_impl.h"

bool
stats_is_triage(enum decided_by by)
{
	switch (by) {
	case BY_BELOW_NEEDS:
	case BY_MARGIN:
	case BY_UNKNOWN:
	case BY_EXAMINER:
		return true;
	case BY_REDELIVERY:
	case BY_LOOP:
	case BY_THREAD:
	case BY_ALWAYS:
	case BY_POINTS:
	case BY_PERSON:
	case BY_OBSERVE:
	case BY_NO_ALIAS:
	case BY_BOUNCE_ADDRESS:
	case BY_OWN:
	case BY_N:
		break;
	}
	return false;
}

bool
stats_is_routed(enum decided_by by)
{
	return by == BY_ALWAYS || by == BY_POINTS || by == BY_THREAD;
}

uint64_t
stats_sum(const uint64_t by[BY_N], bool (*which)(enum decided_by))
{
	uint64_t n = 0;

	for (enum decided_by i = 0; i < BY_N; i++)
		n += which(i) ? by[i] : 0;
	return n;
}

/* ---- what is counted ---- */

int
sources_open(struct store *st, struct arena *a, struct sources *out, struct err *e)
{
	*out = (struct sources){ .st = st, .main = store_main(st), .side = st->side };
	if (out->main == NULL && out->side == NULL)
		return store_cannot(st, e);
	if (out->main != NULL && store_knows_lines(st, out->main, e) < 0)
		return -1;
	if (out->side == NULL)
		return 0;
	if (store_answer(st, db_meta_keys(out->side, a, &out->aside, &out->n_aside),
	    e) < 0)
		return -1;
	out->is_aside = g_hash_table_new(g_str_hash, g_str_equal);
	for (size_t i = 0; i < out->n_aside; i++)
		g_hash_table_add(out->is_aside, (gpointer)(uintptr_t)out->aside[i]);
	return 0;
}

void
sources_release(struct sources *s)
{
	if (s->is_aside != NULL)
		g_hash_table_destroy(s->is_aside);
	s->is_aside = NULL;
}

bool
sources_skip(const struct sources *s, const struct db *db, const char *id)
{
	return db == s->main && s->is_aside != NULL &&
	    g_hash_table_contains(s->is_aside, id);
}

/* ---- single answers ---- */

int
stats_lines_last(struct store *st, struct stats_line *line, size_t n, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(sources_release) struct sources s = SOURCES_INIT;

	if (sources_open(st, a, &s, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct stats_line *l = &line[i];
		int64_t at = 0, aside = 0;

		if ((s.main != NULL && store_answer(st, db_line_last(s.main, l->route,
		    l->hash, &at), e) < 0) ||
		    (s.side != NULL && store_answer(st, db_line_last(s.side, l->route,
		    l->hash, &aside), e) < 0))
			return -1;
		l->last_ms = MAX(at, aside);
	}
	return 0;
}

int
stats_lines_since(struct store *st, int64_t *first_ms, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(sources_release) struct sources s = SOURCES_INIT;

	*first_ms = 0;
	if (sources_open(st, a, &s, e) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		struct db *db = i == 0 ? s.main : s.side;
		int64_t at = 0;

		if (db != NULL && store_answer(st, db_lines_since(db, &at), e) < 0)
			return -1;
		if (at != 0 && (*first_ms == 0 || at < *first_ms))
			*first_ms = at;
	}
	return 0;
}

int
stats_ruleset_at(struct store *st, int64_t at_ms, char digest[DIGEST_SIZE],
    struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(sources_release) struct sources s = SOURCES_INIT;
	int64_t newest = -1;

	digest[0] = '\0';
	if (sources_open(st, a, &s, e) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		struct db *db = i == 0 ? s.main : s.side;
		char one[DIGEST_SIZE] = "";
		int64_t since = 0;

		if (db != NULL && store_answer(st, db_ruleset_at(db, at_ms, &since, one),
		    e) < 0)
			return -1;
		if (one[0] == '\0' || since < newest)
			continue;
		newest = since;
		snprintf(digest, DIGEST_SIZE, "%s", one);
	}
	return 0;
}

struct counting {
	const struct sources *s;
	const struct db *db;
	uint64_t n;
};

static void
count_fallback(void *arg, const char *id)
{
	struct counting *c = arg;

	c->n += !sources_skip(c->s, c->db, id);
}

int
stats_fallbacks(struct store *st, const struct period *p, uint64_t *out,
    struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(sources_release) struct sources s = SOURCES_INIT;
	struct counting c = { .s = &s };

	*out = 0;
	if (sources_open(st, a, &s, e) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		struct db *db = i == 0 ? s.main : s.side;

		c.db = db;
		if (db != NULL && store_answer(st, db_each_fallback(db, p->from_ms,
		    p->to_ms, count_fallback, &c), e) < 0)
			return -1;
	}
	*out = c.n;
	return 0;
}

struct alarm_spans {
	struct stats_alarm *out;
	int64_t newest_ms;
};

static void
add_alarm(void *arg, int64_t at_ms, int64_t over_ms)
{
	struct alarm_spans *v = arg;

	if (over_ms != 0)
		v->out->longest_ms = MAX(v->out->longest_ms, over_ms - at_ms);
	if (at_ms < v->newest_ms)
		return;
	v->newest_ms = at_ms;
	v->out->over_ms = over_ms;
}

int
stats_alarm(struct store *st, const char *name, const struct period *p,
    struct stats_alarm *out, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(sources_release) struct sources s = SOURCES_INIT;
	const char *alarm = arena_printf(a, EVENT_ALARM "%s", name),
	    *over = arena_printf(a, EVENT_ALARM_OVER "%s", name);
	struct alarm_spans v = { .out = out };
	int64_t last;

	*out = (struct stats_alarm){ .over_ms = 0 };
	if (sources_open(st, a, &s, e) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		struct db *db = i == 0 ? s.main : s.side;

		if (db != NULL && store_answer(st, db_each_span(db, alarm, over,
		    p->from_ms, p->to_ms, add_alarm, &v), e) < 0)
			return -1;
	}
	/* The end of one in the database may wait in the journal. */
	last = store_last_event(st, over);
	if (v.newest_ms != 0 && out->over_ms == 0 && last >= v.newest_ms)
		add_alarm(&v, v.newest_ms, last);
	return 0;
}

/* ---- what no rule claimed ---- */

enum { TRIAGE_MAX = 2000 };

int
stats_triage(struct store *st, struct arena *a, const struct period *p, size_t max,
    struct stats_open **out, size_t *n, struct err *e)
{
	AUTO(sources_release) struct sources s = SOURCES_INIT;
	struct stats_open *main = NULL, *side = NULL;
	size_t n_main = 0, n_side = 0, i = 0, j = 0;

	*out = NULL;
	*n = 0;
	max = max > 0 ? max : TRIAGE_MAX;
	if (sources_open(st, a, &s, e) < 0)
		return -1;
	/* Of those from main side may take some away. */
	if ((s.main != NULL && store_answer(st, db_triage(s.main, a, p->from_ms,
	    p->to_ms, max + s.n_aside, &main, &n_main), e) < 0) ||
	    (s.side != NULL && store_answer(st, db_triage(s.side, a, p->from_ms,
	    p->to_ms, max, &side, &n_side), e) < 0))
		return -1;
	*out = arena_calloc(a, MIN(max, n_main + n_side), sizeof **out);
	while (*n < max && (i < n_main || j < n_side)) {
		if (i < n_main && sources_skip(&s, s.main, main[i].id))
			i++;
		else if (j == n_side || (i < n_main &&
		    main[i].received_ms >= side[j].received_ms))
			(*out)[(*n)++] = main[i++];
		else
			(*out)[(*n)++] = side[j++];
	}
	return 0;
}
