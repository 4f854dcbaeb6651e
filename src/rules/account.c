/* SPDX-License-Identifier: MIT */
#include "rules/account.h"

#include <stdlib.h>
#include <string.h>

#include "rules/whatif.h"

/* ---- the lines ---- */

/* The trace of a route; the trace has them in the order of the rule set. */
static const struct plan_route *
find_trace(const struct plan *p, const struct route *r, size_t number)
{
	if (number < p->n_trace && strcmp(p->trace[number].name, r->name) == 0)
		return &p->trace[number];
	return NULL;
}

static char
kind_letter(const struct line *l)
{
	if (l->kind != LINE_POINTS)
		return l->kind == LINE_NEVER ? 'n' : 'a';
	return l->points < 0 ? '-' : '+';
}

/* A line that did not hold, in the form of one that did. */
static const struct plan_line *
no_hit(struct arena *a, const struct line *l)
{
	struct plan_line *p = arena_alloc(a, sizeof *p);

	*p = (struct plan_line){ .id = l->id, .hash = l->hash, .text = l->text,
	    .kind = kind_letter(l), .points = l->points, .state = TRI_NO };
	return p;
}

static int
stopped_at(const struct findings *seen, const struct line *l, enum tri state)
{
	const struct finding *f = seen != NULL ? &seen->line[l->number] : NULL;

	if (f == NULL || state == TRI_YES || f->state != state ||
	    f->stopped >= l->n_cond)
		return -1;
	return f->stopped;
}

/* Lines that hold or may go in front, each part in the order of the file. */
static void
fill_lines(struct arena *a, const struct account *ac, const struct plan_route *trace,
    struct account_route *out)
{
	const struct route *r = out->route;
	size_t n_hit = 0, hit = 0, no = 0;

	for (size_t i = 0; i < r->n_line && n_hit < trace->n_line; i++)
		n_hit += strcmp(r->line[i].id, trace->line[n_hit].id) == 0;
	out->line = arena_calloc(a, r->n_line, sizeof *out->line);
	out->n_line = r->n_line;
	out->n_hit = n_hit;
	for (size_t i = 0; i < r->n_line; i++) {
		const struct line *l = &r->line[i];
		bool hits = hit < n_hit && strcmp(l->id, trace->line[hit].id) == 0;
		struct account_line *al = &out->line[hits ? hit : n_hit + no];

		al->line = l;
		al->hit = hits ? &trace->line[hit] : no_hit(a, l);
		al->state = al->hit->state;
		al->stopped = stopped_at(ac->seen, l, al->state);
		if (hits)
			standing_add(&out->standing, l, al->state);
		hit += hits;
		no += !hits;
	}
}

/* ---- what would have changed it ---- */

/* The route's standing had line `other` been the other way. */
static struct standing
standing_without(const struct account_route *r, const struct account_line *other)
{
	struct standing s = { .needs = r->route->needs };

	for (size_t i = 0; i < r->n_line; i++) {
		enum tri state = r->line[i].state;

		if (&r->line[i] == other)
			state = state == TRI_YES ? TRI_NO : TRI_YES;
		if (state != TRI_NO)
			standing_add(&s, r->line[i].line, state);
	}
	return s;
}

static void
ask_lines(struct arena *a, const struct whatif *w, size_t winner,
    struct account_route *r)
{
	size_t cap = 0;

	for (size_t i = 0; i < r->n_line; i++) {
		struct account_line *l = &r->line[i];
		struct standing s = standing_without(r, l);
		struct tally t = whatif_instead(w, r->number, &s);

		l->turns = t.route != winner;
		l->to = t.route;
		l->to_by = t.by;
		if (!l->turns || l->state == TRI_YES || t.route != r->number)
			continue;
		r->enough = arena_grow(a, r->enough, r->n_enough, &cap,
		    sizeof(struct account_line *));
		r->enough[r->n_enough++] = l;
	}
}

static int
by_points(const void *a, const void *b)
{
	const struct account_line *x = *(const struct account_line *const *)a;
	const struct account_line *y = *(const struct account_line *const *)b;

	if (x->line->points != y->line->points)
		return x->line->points > y->line->points ? -1 : 1;
	return x->line->number < y->line->number ? -1 : 1;
}

/* The greatest of the lines that did not hold, until they are enough. */
static void
ask_together(struct arena *a, struct account_route *r)
{
	const struct account_line **no = arena_calloc(a, r->n_line,
	    sizeof(struct account_line *));
	size_t n = 0, taken = 0;
	int points = 0;

	for (size_t i = r->n_hit; i < r->n_line; i++)
		if (r->line[i].line->points > 0)
			no[n++] = &r->line[i];
	qsort(no, n, sizeof *no, by_points);
	while (taken < n && points < r->to_win)
		points += no[taken++]->line->points;
	r->together = no;
	r->n_together = points >= r->to_win ? taken : 0;
}

static void
ask(struct arena *a, struct account *ac, int margin)
{
	struct whatif w = { arena_calloc(a, ac->n_route, sizeof(struct standing)),
	    ac->n_route, ac->rules->otherwise, margin };

	for (size_t i = 0; i < ac->n_route; i++)
		w.s[i] = ac->route[i].standing;
	ac->tally = whatif_nothing(&w);
	for (size_t i = 0; i < ac->n_route; i++) {
		struct account_route *r = &ac->route[i];

		if (r->standing.known < r->route->needs)
			r->to_compete = r->route->needs - r->standing.known;
		ask_lines(a, &w, ac->tally.route, r);
		if (i == w.otherwise) {
			r->to_win = ac->tally.route == i ? 0 : -1;
			continue;
		}
		r->to_win = whatif_points(&w, i);
		if (r->n_enough == 0 && r->to_win > 0)
			ask_together(a, r);
	}
}

/* ---- the whole ---- */

static int
by_standing(const void *a, const void *b)
{
	const struct account_route *x = a, *y = b;

	if (x->standing.known != y->standing.known)
		return x->standing.known > y->standing.known ? -1 : 1;
	if ((x->n_hit > 0) != (y->n_hit > 0))
		return x->n_hit > 0 ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

/* Who has the message comes first, then the route that came nearest. */
static void
sort_routes(struct account *ac)
{
	const char *winner = plan_route(ac->plan);

	qsort(ac->route, ac->n_route, sizeof *ac->route, by_standing);
	for (size_t i = 1; i < ac->n_route; i++) {
		struct account_route r = ac->route[i];

		if (strcmp(r.route->name, winner) != 0)
			continue;
		memmove(&ac->route[1], &ac->route[0], i * sizeof r);
		ac->route[0] = r;
	}
}

struct account *
account_make(struct arena *a, const struct ruleset *rs, int margin,
    const struct plan *plan, const struct findings *seen)
{
	struct account *ac = arena_alloc(a, sizeof *ac);

	ac->plan = plan;
	ac->rules = rs;
	if (seen != NULL && seen->close && seen->n_line == rs->n_line)
		ac->seen = seen;
	ac->route = arena_calloc(a, rs->n_route, sizeof *ac->route);
	ac->n_route = rs->n_route;
	for (size_t i = 0; i < rs->n_route; i++) {
		const struct plan_route *trace = find_trace(plan, &rs->route[i], i);
		struct account_route *r = &ac->route[i];

		if (trace == NULL)
			return NULL;
		r->route = &rs->route[i];
		r->number = i;
		r->standing.needs = rs->route[i].needs;
		fill_lines(a, ac, trace, r);
	}
	ask(a, ac, margin);
	sort_routes(ac);
	return ac;
}

const struct seen *
account_seen(const struct account *ac, const struct cond *c)
{
	if (ac->seen == NULL || c->facts)
		return NULL;
	for (size_t i = 0; i < ac->seen->n_seen; i++)
		if (field_ref_is(&c->field, ac->seen->seen[i].field))
			return &ac->seen->seen[i];
	return NULL;
}

bool
account_has(const struct account *ac, const struct account_route *r)
{
	return strcmp(r->route->name, plan_route(ac->plan)) == 0;
}

const struct account_line *
account_find(const struct account_route *r, enum line_kind kind)
{
	for (size_t i = 0; i < r->n_hit; i++)
		if (r->line[i].line->kind == kind && r->line[i].state == TRI_YES)
			return &r->line[i];
	return NULL;
}
