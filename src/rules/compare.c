/* SPDX-License-Identifier: MIT */
#include "rules/compare.h"

#include <stdlib.h>
#include <string.h>

#include "rules/decide.h"
#include "rules/ruleset.h"

static bool
same_actions(const struct plan *before, const struct plan *after)
{
	if (before->n_action != after->n_action)
		return false;
	for (size_t i = 0; i < before->n_action; i++)
		if (strcmp(before->action[i], after->action[i]) != 0)
			return false;
	return true;
}

bool
compare_same(const struct plan *before, const struct plan *after)
{
	return strcmp(plan_route(before), plan_route(after)) == 0 &&
	    same_actions(before, after);
}

/* ---- lines that came and went ---- */

struct work {
	struct arena *a;
	const struct envelope *env;
	const struct compare_side *before, *after;
	struct compare_line *line;
	size_t n_line, cap_line;
};

/* The same line, holding in the same way; its hash stays when it moves. */
static bool
has_line(const struct plan_route *r, const struct plan_line *l)
{
	for (size_t i = 0; r != NULL && i < r->n_line; i++)
		if (strcmp(r->line[i].hash, l->hash) == 0 &&
		    r->line[i].state == l->state)
			return true;
	return false;
}

static void
add_lines(struct work *w, bool came, const struct plan_route *of,
    const struct plan_route *other)
{
	for (size_t i = 0; of != NULL && i < of->n_line; i++) {
		if (has_line(other, &of->line[i]))
			continue;
		w->line = arena_grow(w->a, w->line, w->n_line, &w->cap_line,
		    sizeof *w->line);
		w->line[w->n_line++] = (struct compare_line){ came, of->name,
		    &of->line[i] };
	}
}

static bool
names(const struct plan *p, const char *route)
{
	return strcmp(p->route, route) == 0 || strcmp(p->best, route) == 0 ||
	    strcmp(p->runner_up, route) == 0 || strcmp(p->would_be, route) == 0;
}

static void
find_lines(struct work *w)
{
	const struct plan *b = w->before->plan, *n = w->after->plan;

	for (size_t i = 0; i < b->n_trace; i++) {
		const struct plan_route *r = &b->trace[i];
		const struct plan_route *other = plan_trace_of(n, r->name);

		if (!names(b, r->name) && !names(n, r->name))
			continue;
		add_lines(w, false, r, other);
		add_lines(w, true, other, r);
	}
	for (size_t i = 0; i < n->n_trace; i++)
		if (plan_trace_of(b, n->trace[i].name) == NULL &&
		    (names(b, n->trace[i].name) || names(n, n->trace[i].name)))
			add_lines(w, true, &n->trace[i], NULL);
}

/* ---- which one made the difference ---- */

static const struct ruleset *
rules_of(const struct work *w, const struct policy *p)
{
	const struct config *cfg = policy_config(p);
	const struct config_alias *al = config_alias_for(cfg, w->env->recipient,
	    w->env->original_recipient);

	return al != NULL ? policy_ruleset(p, (size_t)(al - cfg->alias)) : NULL;
}

/* Where it would have gone had this line not held; NULL when that can't be told. */
static const char *
route_without(const struct work *w, const struct compare_side *side,
    const struct compare_line *c)
{
	const struct route *r;
	struct findings f;

	if (side->policy == NULL || side->findings == NULL ||
	    !decide_fits(side->policy, w->env, side->findings))
		return NULL;
	r = ruleset_find(rules_of(w, side->policy), c->route);
	for (size_t i = 0; r != NULL && i < r->n_line; i++) {
		if (strcmp(r->line[i].id, c->line->id) != 0)
			continue;
		f = *side->findings;
		f.line = arena_calloc(w->a, f.n_line, sizeof *f.line);
		memcpy(f.line, side->findings->line, f.n_line * sizeof *f.line);
		f.line[r->line[i].number].state = TRI_NO;
		return plan_route(decide(w->a, side->policy, w->env, &f, NULL));
	}
	return NULL;
}

/* `never` and `always` say more than any points. */
static int
weight(const struct compare_line *c)
{
	return c->line->kind == 'n' || c->line->kind == 'a' ? INT32_MAX :
	    abs(c->line->points);
}

static const struct compare_line *
find_cause(const struct work *w)
{
	const char *was = plan_route(w->before->plan);
	const char *is = plan_route(w->after->plan);
	const struct compare_line *best = NULL;

	for (size_t i = 0; i < w->n_line; i++) {
		const struct compare_line *c = &w->line[i];
		const char *route;

		if (best != NULL && weight(c) <= weight(best))
			continue;
		route = route_without(w, c->came ? w->after : w->before, c);
		if (route != NULL && strcmp(route, c->came ? was : is) == 0)
			best = c;
	}
	return best;
}

static const char *
needs_text(struct arena *a, const struct plan_route *now,
    const struct plan_route *before)
{
	return arena_printf(a, "%s needs %d, before %d", now->name, now->needs,
	    before->needs);
}

/* Not one of them alone: "now press.2, press.4; gone desk.1". */
static const char *
several_text(const struct work *w)
{
	const char *text[2] = { "", "" };

	for (size_t i = 0; i < w->n_line; i++) {
		const struct compare_line *c = &w->line[i];
		const char **t = &text[c->came ? 0 : 1];

		*t = (*t)[0] == '\0' ? arena_printf(w->a, "%s %s", c->came ? "now" :
		    "gone", c->line->id) : arena_printf(w->a, "%s, %s", *t,
		    c->line->id);
	}
	return arena_printf(w->a, "%s%s%s", text[0], text[0][0] != '\0' &&
	    text[1][0] != '\0' ? "; " : "", text[1]);
}

/* What else can be told: a route that is new or gone, its needs, its actions. */
static const char *
other_reason(const struct work *w)
{
	const struct plan *b = w->before->plan, *n = w->after->plan;
	const struct plan_route *r, *other;

	if (strcmp(plan_route(b), plan_route(n)) == 0)
		return arena_printf(w->a, "now %s", n->n_action > 0 ?
		    n->action[0] : "nothing is done");
	if (n->n_trace > 0 && b->best[0] != '\0' &&
	    plan_trace_of(n, b->best) == NULL)
		return arena_printf(w->a, "route %s is gone", b->best);
	if ((r = plan_trace_of(n, plan_route(b))) != NULL &&
	    (other = plan_trace_of(b, r->name)) != NULL && r->needs > other->needs)
		return needs_text(w->a, r, other);
	if ((r = plan_trace_of(n, plan_route(n))) != NULL &&
	    (other = plan_trace_of(b, r->name)) != NULL && r->needs < other->needs)
		return needs_text(w->a, r, other);
	return several_text(w);
}

void
compare_decisions(struct arena *a, const struct envelope *env,
    const struct compare_side *before, const struct compare_side *after,
    struct comparison *out)
{
	struct work w = { .a = a, .env = env, .before = before, .after = after };

	find_lines(&w);
	*out = (struct comparison){ .line = w.line, .n_line = w.n_line,
	    .actions = !same_actions(before->plan, after->plan) };
	if (strcmp(plan_route(before->plan), plan_route(after->plan)) != 0)
		out->cause = find_cause(&w);
	if (out->cause != NULL)
		out->why = arena_printf(a, "%s %s  %s", out->cause->came ? "now" :
		    "gone", out->cause->line->id, out->cause->line->text);
	else
		out->why = other_reason(&w);
}
