/* SPDX-License-Identifier: MIT */
/*
 * What the lines of the rules did: those that earned their keep, those that could not
 * be judged, and those that have not fired for 90 days.
 *
 * A line can only be called idle when it had the chance: it stands in the rules in
 * force and, the same line of the same route, in those of 90 days before the end
 * of the period.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "flow/summary_impl.h"

/* ---- lines that did something ---- */

static struct summary_line
line_of(const struct gather *g, const struct stats_line *l)
{
	return (struct summary_line){
		.route = l->route, .id = l->id, .text = people_words(g, l->text),
		.held = l->held, .won = l->won, .decisive = l->decisive,
		.unknown = l->unknown, .last_ms = l->last_ms,
		.last = gather_date(g, l->last_ms),
		.reason = people_text(g, l->reason),
	};
}

static int
by_unknown(const void *a, const void *b)
{
	const struct summary_line *x = a, *y = b;

	if (x->unknown != y->unknown)
		return x->unknown > y->unknown ? -1 : 1;
	return strcmp(x->id, y->id);
}

static int
gather_active(struct gather *g, struct err *e)
{
	struct summary *s = g->s;
	struct stats_line *l;
	size_t n;

	if (stats_lines(g->st, g->a, &s->period, &l, &n, e) < 0)
		return -1;
	s->earned = arena_calloc(g->a, n, sizeof *s->earned);
	s->unsure = arena_calloc(g->a, n, sizeof *s->unsure);
	for (size_t i = 0; i < n; i++) {
		if (l[i].decisive > 0 && s->n_earned < LINES_MOST)
			s->earned[s->n_earned++] = line_of(g, &l[i]);
		if (l[i].unknown > 0)
			s->unsure[s->n_unsure++] = line_of(g, &l[i]);
	}
	if (s->n_unsure > 0)
		qsort(s->unsure, s->n_unsure, sizeof *s->unsure, by_unknown);
	s->n_unsure = MIN(s->n_unsure, LINES_MOST);
	return 0;
}

/* ---- lines that did nothing ---- */

static char *
key_of(struct arena *a, const struct route *r, const struct line *l)
{
	return arena_printf(a, "%s\n%s", r->name, l->hash);
}

static void
add_lines(const struct policy *p, struct arena *a, GHashTable *set)
{
	for (size_t i = 0; i < policy_config(p)->n_alias; i++) {
		const struct ruleset *rs = policy_ruleset(p, i);

		for (size_t r = 0; r < rs->n_route; r++)
			for (size_t k = 0; k < rs->route[r].n_line; k++)
				g_hash_table_add(set, key_of(a, &rs->route[r],
				    &rs->route[r].line[k]));
	}
}

/* The lines in force at that time; false when there were none that can be read. */
static bool
lines_at(struct gather *g, int64_t at_ms, struct arena *a, GHashTable *set)
{
	AUTO(policy_free) struct policy *old = NULL;
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf snapshot = BUF_INIT;
	char digest[DIGEST_SIZE];
	struct err e = ERR_INIT;

	if (stats_ruleset_at(g->st, at_ms, digest, &e) < 0 || digest[0] == '\0')
		return false;
	if (strcmp(digest, policy_digest(g->policy)) == 0) {
		add_lines(g->policy, a, set);
		return true;
	}
	if (store_ruleset(g->st, digest, &snapshot, &e) < 0 ||
	    policy_from_snapshot(buf_slice(&snapshot), d, &old, &e) < 0)
		return false;
	add_lines(old, a, set);
	return true;
}

static int
by_last(const void *a, const void *b)
{
	const struct summary_line *x = a, *y = b;

	if (x->last_ms != y->last_ms)
		return x->last_ms > y->last_ms ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* Of these the lines in force, each once, though several aliases have it. */
static struct stats_line *
still_in_force(struct gather *g, GHashTable *old, size_t *n)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct stats_line *all = arena_calloc(g->a, g_hash_table_size(old), sizeof *all);

	*n = 0;
	for (size_t i = 0; i < policy_config(g->policy)->n_alias; i++) {
		const struct ruleset *rs = policy_ruleset(g->policy, i);

		for (size_t r = 0; r < rs->n_route; r++)
			for (size_t k = 0; k < rs->route[r].n_line; k++) {
				const struct line *l = &rs->route[r].line[k];

				/* Once taken it goes. */
				if (g_hash_table_remove(old, key_of(a, &rs->route[r], l)))
					all[(*n)++] = (struct stats_line){
						.route = arena_strdup(g->a,
						    rs->route[r].name),
						.id = arena_strdup(g->a, l->id),
						.hash = l->hash, .text = l->text,
						.reason = "",
					};
			}
	}
	return all;
}

static int
set_idle(struct gather *g, GHashTable *old, int64_t since_ms, struct err *e)
{
	struct summary *s = g->s;
	struct stats_line *all;
	size_t n;

	all = still_in_force(g, old, &n);
	if (stats_lines_last(g->st, all, n, e) < 0)
		return -1;
	s->idle = arena_calloc(g->a, n, sizeof *s->idle);
	for (size_t i = 0; i < n; i++)
		if (all[i].last_ms < since_ms)
			s->idle[s->n_idle++] = line_of(g, &all[i]);
	return 0;
}

/*
 * First what held once and does so no more: something changed.  Those that never
 * held stay as the rules have them.
 */
static void
sort_idle(struct gather *g)
{
	struct summary *s = g->s;
	struct summary_line *sorted = arena_calloc(g->a, s->n_idle, sizeof *sorted);
	size_t n = 0;

	for (size_t i = 0; i < s->n_idle; i++)
		if (s->idle[i].last_ms != 0)
			sorted[n++] = s->idle[i];
	if (n > 0)
		qsort(sorted, n, sizeof *sorted, by_last);
	for (size_t i = 0; i < s->n_idle; i++)
		if (s->idle[i].last_ms == 0)
			sorted[n++] = s->idle[i];
	s->idle = sorted;
	s->idle_total = n;
	s->n_idle = MIN(n, IDLE_MOST);
}

static int
gather_idle(struct gather *g, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	int64_t end = MIN(g->now_ms, g->s->period.to_ms), since, first;
	GHashTable *old;
	struct calendar_time t;
	int r = 0;

	g->s->idle_since = "";
	if (g->policy == NULL)
		return 0;
	calendar_split(g->zone, end, &t);
	since = calendar_day(g->zone, t.year, t.month, t.day - IDLE_DAYS);
	if (stats_lines_since(g->st, &first, e) < 0)
		return -1;
	/* Nobody looked at lines for so long. */
	if (first == 0 || first > since)
		return 0;
	old = g_hash_table_new(g_str_hash, g_str_equal);
	if (lines_at(g, since, a, old)) {
		g->s->idle_since_ms = since;
		g->s->idle_since = gather_date(g, since);
		r = set_idle(g, old, since, e);
		sort_idle(g);
	}
	g_hash_table_destroy(old);
	return r;
}

int
gather_lines(struct gather *g, struct err *e)
{
	return gather_active(g, e) < 0 ? -1 : gather_idle(g, e);
}
