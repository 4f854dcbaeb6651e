/* SPDX-License-Identifier: MIT */
/*
 * Messages by span, route, domain, hour and delay.  What is counted takes no more
 * memory than it has names: delays are counted in classes that are as fine as
 * the answer is to be, so that the middle one is found without keeping them all.
 *
 * A message that waits in the journal is taken out of the count of the database
 * first: the index that is read has no ids.
 */
#include "state/stats_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "state/store_impl.h"

#define SECOND	INT64_C(1000)
#define MINUTE	(60 * SECOND)
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)

const int64_t stats_delay_limit[STATS_DELAYS] = {
	SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE,
	15 * MINUTE, HOUR, 4 * HOUR, DAY, INT64_MAX,
};

/* ---- delays ---- */

/* Fine classes: milliseconds, then seconds, then minutes of 60 days. */
enum {
	FINE_MS = 60000,
	FINE_S = 86400 - 60,
	FINE_MIN = 60 * 1440 - 1440,
	FINE = FINE_MS + FINE_S + FINE_MIN,
};

static size_t
fine_of(int64_t ms)
{
	if (ms < MINUTE)
		return (size_t)MAX(ms, INT64_C(0));
	if (ms < DAY)
		return FINE_MS + (size_t)((ms - MINUTE) / SECOND);
	return MIN((size_t)FINE_MS + FINE_S + (size_t)((ms - DAY) / MINUTE),
	    (size_t)FINE - 1);
}

/* The least delay of a class. */
static int64_t
fine_ms(size_t i)
{
	if (i < FINE_MS)
		return (int64_t)i;
	if (i < FINE_MS + FINE_S)
		return MINUTE + (int64_t)(i - FINE_MS) * SECOND;
	return DAY + (int64_t)(i - FINE_MS - FINE_S) * MINUTE;
}

/* Nearest rank: the smallest that percent of them are not above. */
static int64_t
percentile(const uint32_t *fine, uint64_t n, unsigned percent)
{
	uint64_t rank = (n * percent + 99) / 100, seen = 0;

	for (size_t i = 0; i < FINE; i++) {
		seen += fine[i];
		if (seen >= rank)
			return fine_ms(i);
	}
	return fine_ms(FINE - 1);
}

/* ---- one message ---- */

struct count {
	struct arena *a;
	const struct stats_query *q;
	struct stats_messages *out;
	uint64_t one;			/* 1, or its opposite: to take one out */
	size_t span;			/* that of the last message */
	enum decided_by by;		/* the same */
	struct stats_route *route;
	GHashTable *routes, *domains;
	uint32_t *fine;
	int64_t longest;
};

static void
count_release(struct count *c)
{
	if (c->routes != NULL)
		g_hash_table_destroy(c->routes);
	if (c->domains != NULL)
		g_hash_table_destroy(c->domains);
	free(c->fine);
}

/* They come in the order of their time, but for those of the journal. */
static size_t
span_of(struct count *c, int64_t ms)
{
	const struct period *p = c->q->span;

	if (ms < p[c->span].from_ms)
		c->span = 0;
	while (c->span + 1 < c->q->n_span && ms >= p[c->span].to_ms)
		c->span++;
	return c->span;
}

static enum decided_by
by_of(struct count *c, const char *name)
{
	if (c->by == BY_N || strcmp(decided_by_name(c->by), name) != 0)
		c->by = decided_by_find(name);
	return c->by;
}

static struct stats_route *
route_of(struct count *c, const char *name)
{
	struct stats_route *r = c->route;

	if (r != NULL && strcmp(r->name, name) == 0)
		return r;
	if ((r = g_hash_table_lookup(c->routes, name)) == NULL) {
		r = arena_calloc(c->a, 1, sizeof *r);
		r->name = arena_strdup(c->a, name);
		r->n = arena_calloc(c->a, c->q->n_span, sizeof *r->n);
		g_hash_table_insert(c->routes, (gpointer)(uintptr_t)r->name, r);
	}
	c->route = r;
	return r;
}

static void
count_domain(struct count *c, const char *name)
{
	struct stats_domain *d = g_hash_table_lookup(c->domains, name);

	if (d == NULL && g_hash_table_size(c->domains) == STATS_DOMAINS_MAX) {
		c->out->domain_rest += c->one;
		return;
	}
	if (d == NULL) {
		d = arena_calloc(c->a, 1, sizeof *d);
		d->name = arena_strdup(c->a, name);
		g_hash_table_insert(c->domains, (gpointer)(uintptr_t)d->name, d);
	}
	d->n += c->one;
}

static void
count_delay(struct count *c, int64_t ms)
{
	size_t i = 0;

	while (ms >= stats_delay_limit[i] && i + 1 < STATS_DELAYS)
		i++;
	c->out->delay[i] += c->one;
	c->out->delivered += c->one;
	c->fine[fine_of(ms)] += (uint32_t)c->one;
	/* One that is taken out comes again, as long as it was. */
	c->longest = MAX(c->longest, ms);
}

/* What is counted of the last span alone. */
static void
count_closely(struct count *c, const struct db_counted *m, enum decided_by by)
{
	struct stats_messages *out = c->out;
	struct calendar_time t;

	calendar_split(c->q->zone, m->received_ms, &t);
	out->hour[t.weekday][t.hour] += c->one;
	if (by == BY_N)
		out->undecided += c->one;
	else
		out->by[by] += c->one;
	/* What is not decided goes nowhere yet. */
	if (by != BY_N)
		route_of(c, m->route)->by[by] += c->one;
	if (m->would_be[0] != '\0')
		route_of(c, m->would_be)->would_be += c->one;
	if (m->state == MESSAGE_ACTIVE)
		out->active += c->one;
	if (m->state == MESSAGE_HELD)
		out->held += c->one;
	if (m->done_ms > 0)
		count_delay(c, MAX(m->done_ms - m->received_ms, INT64_C(0)));
	if (c->q->domains)
		count_domain(c, m->domain);
}

static void
count_message(void *arg, const struct db_counted *m)
{
	struct count *c = arg;
	size_t span = span_of(c, m->received_ms);
	enum decided_by by = by_of(c, m->decided_by);

	/* A message that is counted already came again. */
	if (by == BY_REDELIVERY) {
		if (span + 1 == c->q->n_span)
			c->out->redelivered += c->one;
		return;
	}
	c->out->total[span] += c->one;
	if (by != BY_N)
		route_of(c, m->route)->n[span] += c->one;
	if (stats_is_triage(by))
		c->out->triage[span] += c->one;
	if (span + 1 == c->q->n_span)
		count_closely(c, m, by);
}

/* ---- all of them ---- */

static enum db_result
count_db(struct count *c, struct db *db)
{
	const struct period *first = c->q->span, *last = first + c->q->n_span - 1;
	enum db_result rc = DB_OK;

	if (db == NULL)
		return DB_OK;
	if (first < last)
		rc = db_each_counted(db, first->from_ms, last->from_ms, true,
		    count_message, c);
	if (rc == DB_OK)
		rc = db_each_counted(db, last->from_ms, last->to_ms, false,
		    count_message, c);
	return rc;
}

static enum db_result
count_all(struct count *c, const struct sources *s)
{
	int64_t from = c->q->span[0].from_ms, to = c->q->span[c->q->n_span - 1].to_ms;
	enum db_result rc = count_db(c, s->main);

	c->one = -UINT64_C(1);
	for (size_t i = 0; s->main != NULL && i < s->n_aside && rc == DB_OK; i++)
		rc = db_count_one(s->main, s->aside[i], from, to, count_message, c);
	c->one = 1;
	return rc == DB_OK ? count_db(c, s->side) : rc;
}

static enum db_result
find_first(const struct sources *s, int64_t *out)
{
	struct db *const dbs[] = { s->main, s->side };
	enum db_result rc = DB_OK;
	int64_t first = INT64_MAX, one;

	for (size_t i = 0; i < NELEM(dbs) && rc == DB_OK; i++)
		if (dbs[i] != NULL && (rc = db_first_mail(dbs[i], &one)) == DB_OK)
			first = MIN(first, one);
	*out = first != INT64_MAX ? first : 0;
	return rc;
}

/* ---- lists ---- */

static int
by_most_mail(const void *a, const void *b, void *last)
{
	const struct stats_route *x = a, *y = b;
	size_t i = *(const size_t *)last;

	if (x->n[i] != y->n[i])
		return x->n[i] > y->n[i] ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void
list_routes(struct count *c)
{
	size_t last = c->q->n_span - 1;
	GHashTableIter it;
	gpointer value;

	c->out->route = arena_calloc(c->a, g_hash_table_size(c->routes),
	    sizeof *c->out->route);
	g_hash_table_iter_init(&it, c->routes);
	while (g_hash_table_iter_next(&it, NULL, &value)) {
		const struct stats_route *r = value;
		uint64_t n = r->would_be;

		for (size_t i = 0; i <= last; i++)
			n += r->n[i];
		if (n > 0)
			c->out->route[c->out->n_route++] = *r;
	}
	qsort_r(c->out->route, c->out->n_route, sizeof *c->out->route, by_most_mail,
	    &last);
}

static int
by_most(const void *a, const void *b)
{
	const struct stats_domain *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return strcmp(x->name, y->name);
}

static enum db_result
ask_whether_fresh(const struct sources *s, int64_t from, struct stats_domain *d)
{
	struct db *const dbs[] = { s->main, s->side };
	enum db_result rc = DB_OK;
	bool before = false;

	for (size_t i = 0; i < NELEM(dbs) && rc == DB_OK && !before; i++)
		if (dbs[i] != NULL)
			rc = db_domain_before(dbs[i], d->name, from, &before);
	d->fresh = !before;
	return rc;
}

static enum db_result
list_domains(struct count *c, const struct sources *s)
{
	int64_t from = c->q->span[c->q->n_span - 1].from_ms;
	enum db_result rc = DB_OK;
	GHashTableIter it;
	gpointer value;

	c->out->domain = arena_calloc(c->a, g_hash_table_size(c->domains),
	    sizeof *c->out->domain);
	g_hash_table_iter_init(&it, c->domains);
	while (g_hash_table_iter_next(&it, NULL, &value)) {
		const struct stats_domain *d = value;

		if (d->n > 0)
			c->out->domain[c->out->n_domain++] = *d;
	}
	qsort(c->out->domain, c->out->n_domain, sizeof *c->out->domain, by_most);
	for (size_t i = 0; i < c->out->n_domain && rc == DB_OK; i++)
		rc = ask_whether_fresh(s, from, &c->out->domain[i]);
	return rc;
}

int
stats_messages(struct store *st, struct arena *a, const struct stats_query *q,
    struct stats_messages *out, struct err *e)
{
	AUTO(sources_release) struct sources s = SOURCES_INIT;
	AUTO(count_release) struct count c = { .a = a, .q = q, .out = out, .one = 1,
	    .by = BY_N };
	enum db_result rc;

	*out = (struct stats_messages){ .n_span = q->n_span };
	if (q->n_span == 0 || q->n_span > STATS_SPANS_MAX)
		bug("stats: %zu spans", q->n_span);
	out->total = arena_calloc(a, q->n_span, sizeof *out->total);
	out->triage = arena_calloc(a, q->n_span, sizeof *out->triage);
	if (sources_open(st, a, &s, e) < 0)
		return -1;
	c.routes = g_hash_table_new(g_str_hash, g_str_equal);
	c.domains = g_hash_table_new(g_str_hash, g_str_equal);
	c.fine = xcalloc(FINE, sizeof *c.fine);
	if ((rc = count_all(&c, &s)) == DB_OK &&
	    (rc = find_first(&s, &out->first_ms)) == DB_OK)
		rc = list_domains(&c, &s);
	if (store_answer(st, rc, e) < 0)
		return -1;
	list_routes(&c);
	if (out->delivered > 0) {
		out->median_ms = percentile(c.fine, out->delivered, 50);
		out->p95_ms = percentile(c.fine, out->delivered, 95);
		out->longest_ms = c.longest;
	}
	return 0;
}

int
stats_first(struct store *st, int64_t *first_ms, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(sources_release) struct sources s = SOURCES_INIT;

	*first_ms = 0;
	return sources_open(st, a, &s, e) < 0 ? -1 :
	    store_answer(st, find_first(&s, first_ms), e);
}
