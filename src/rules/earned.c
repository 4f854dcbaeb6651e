/* SPDX-License-Identifier: MIT */
#include "rules/earned.h"

#include <string.h>

#include "rules/match.h"
#include "rules/whatif.h"

static enum line_kind
kind_of(const struct plan_line *l)
{
	switch (l->kind) {
	case 'n':
		return LINE_NEVER;
	case 'a':
		return LINE_ALWAYS;
	default:
		return LINE_POINTS;
	}
}

/* A route's standing without one of its lines; SIZE_MAX: with all. */
static struct standing
standing_without(const struct plan_route *r, size_t left_out)
{
	struct standing s = { .needs = r->needs };

	for (size_t i = 0; i < r->n_line; i++) {
		const struct line l = { .kind = kind_of(&r->line[i]),
		    .points = r->line[i].points };

		if (i != left_out)
			standing_add(&s, &l, r->line[i].state);
	}
	return s;
}

/* Is the trace one of these rules? */
static bool
is_of(const struct plan *p, const struct ruleset *rs)
{
	if (p->n_trace != rs->n_route)
		return false;
	for (size_t i = 0; i < rs->n_route; i++)
		if (strcmp(p->trace[i].name, rs->route[i].name) != 0)
			return false;
	return true;
}

static bool
is_decisive(const struct whatif *w, const struct plan *p, size_t route, size_t line)
{
	const struct plan_line *l = &p->trace[route].line[line];
	struct standing s = w->s[route];

	if (l->state != TRI_YES)
		return false;
	/* Points are taken out of the total: a mail can make thousands of lines hold. */
	if (kind_of(l) == LINE_POINTS) {
		s.known -= l->points;
		s.lowest -= l->points;
		s.highest -= l->points;
	} else {
		s = standing_without(&p->trace[route], line);
	}
	return whatif_instead(w, route, &s).route != route;
}

size_t
earned_lines(struct arena *a, const struct ruleset *rs, int margin,
    const struct plan *p, struct earned **out)
{
	struct whatif w = { .n = rs->n_route, .otherwise = rs->otherwise,
	    .margin = margin };
	size_t n = 0, cap = 0, winner;

	*out = NULL;
	if (!is_of(p, rs))
		return 0;
	w.s = arena_calloc(a, w.n, sizeof *w.s);
	for (size_t i = 0; i < w.n; i++)
		w.s[i] = standing_without(&p->trace[i], SIZE_MAX);
	winner = whatif_nothing(&w).route;
	/* What a person decided hangs on no line. */
	if (strcmp(rs->route[winner].name, plan_route(p)) != 0)
		winner = SIZE_MAX;
	for (size_t i = 0; i < w.n; i++)
		for (size_t k = 0; k < p->trace[i].n_line; k++) {
			const struct plan_line *l = &p->trace[i].line[k];

			if (l->state != TRI_YES && match_is_of_message(l->reason))
				continue;
			*out = arena_grow(a, *out, n, &cap, sizeof **out);
			(*out)[n++] = (struct earned){ rs->route[i].name, l,
			    i == winner && is_decisive(&w, p, i, k) };
		}
	return n;
}
