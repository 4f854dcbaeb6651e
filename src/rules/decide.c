/* SPDX-License-Identifier: MIT */
#include "rules/decide.h"

#include <string.h>

#include "rules/effects.h"
#include "rules/ruleset.h"
#include "rules/tally.h"
#include "rules/why.h"

/* ---- which alias and rule set ---- */

struct place {
	const struct config *cfg;
	const struct config_alias *alias;	/* NULL: none */
	const struct ruleset *rules;
	uint32_t number;		/* of the alias; UINT32_MAX: none */
};

static struct place
place_of(const struct policy *p, const struct config_alias *alias)
{
	const struct config *cfg = policy_config(p);
	struct place pl = { cfg, alias, NULL, UINT32_MAX };

	if (alias != NULL) {
		pl.number = (uint32_t)(alias - cfg->alias);
		pl.rules = policy_ruleset(p, pl.number);
	}
	return pl;
}

static struct place
find_place(const struct policy *p, const struct envelope *env)
{
	return place_of(p, config_alias_for(policy_config(p), env->recipient,
	    env->original_recipient));
}

/* The alias whose bounce-address this is, with or without a +tag. */
static const struct config_alias *
bounce_owner(const struct config *cfg, const char *recipient)
{
	char plain[ADDR_SIZE];

	address_untag(recipient, plain, NULL);
	for (size_t i = 0; i < cfg->n_alias; i++) {
		const char *bounce = cfg->alias[i].bounce_address;

		if (bounce != NULL && (address_equal(bounce, recipient) ||
		    address_equal(bounce, plain)))
			return &cfg->alias[i];
	}
	return NULL;
}

bool
decide_is_ours(const struct policy *p, const char *recipient)
{
	const struct config *cfg = policy_config(p);

	return bounce_owner(cfg, recipient) != NULL ||
	    config_alias_for(cfg, recipient, "") != NULL;
}

static bool
fits(const struct policy *p, const struct place *pl, const struct findings *f)
{
	return strcmp(f->policy_digest, policy_digest(p)) == 0 &&
	    f->alias == pl->number &&
	    f->n_line == (pl->rules != NULL ? pl->rules->n_line : 0);
}

bool
decide_fits(const struct policy *p, const struct envelope *env,
    const struct findings *f)
{
	const struct place pl = find_place(p, env);

	return fits(p, &pl, f);
}

enum { RECEIVED_MAX = 30 };

const char *
decide_loop(struct arena *a, const struct envelope *env,
    const struct findings *f, const char *mark)
{
	if (f->id.delivered_to_us)
		return arena_printf(a, "Delivered-To names %s already",
		    env->recipient);
	if (f->id.received > RECEIVED_MAX)
		return arena_printf(a, "%u Received fields", f->id.received);
	for (size_t i = 0; mark != NULL && i < f->id.n_loop_mark; i++)
		if (slice_eq_str(f->id.loop_mark[i], mark))
			return "it carries our own X-Mroute-Loop mark";
	return NULL;
}

/* ---- the trace: every route with its lines ---- */

/* The captures of a line; they stand together, in the order of the lines. */
static void
line_captures(const struct findings *f, size_t line, struct plan_line *out)
{
	for (size_t i = 0; i < f->n_capture; i++) {
		if (f->capture[i].line != line)
			continue;
		if (out->n_capture == 0)
			out->capture = &f->capture[i];
		else if (&out->capture[out->n_capture] != &f->capture[i])
			return;		/* not as examine() writes them */
		out->n_capture++;
	}
}

static char
kind_letter(enum line_kind kind, int points)
{
	switch (kind) {
	case LINE_NEVER:
		return 'n';
	case LINE_ALWAYS:
		return 'a';
	case LINE_POINTS:
		break;
	}
	return points < 0 ? '-' : '+';
}

static void
trace_line(const struct line *l, const struct findings *f, struct plan_line *out)
{
	const struct finding *found = &f->line[l->number];

	*out = (struct plan_line){
		.id = l->id, .hash = l->hash,
		.kind = kind_letter(l->kind, l->points), .points = l->points,
		.text = l->text, .state = found->state, .field = found->field,
		.matched = found->matched, .snippet = found->snippet,
		.at = found->at,
		.reason = found->reason,
	};
	line_captures(f, l->number, out);
}

static void
trace_route(struct arena *a, const struct route *r, const struct findings *f,
    struct plan_route *out, struct standing *s)
{
	*s = (struct standing){ .needs = r->needs };
	out->name = r->name;
	out->needs = r->needs;
	for (size_t i = 0; i < r->n_line; i++)
		if (f->line[r->line[i].number].state != TRI_NO)
			out->n_line++;
	out->line = arena_calloc(a, out->n_line, sizeof *out->line);
	for (size_t i = 0, n = 0; i < r->n_line; i++) {
		const struct line *l = &r->line[i];

		if (f->line[l->number].state == TRI_NO)
			continue;
		trace_line(l, f, &out->line[n++]);
		standing_add(s, l, f->line[l->number].state);
	}
	out->known = s->known;
	out->lowest = s->lowest;
	out->highest = s->highest;
	out->never = s->never == TRI_YES;
	out->always = s->always == TRI_YES;
}

static struct standing *
trace(struct arena *a, const struct ruleset *rs, const struct findings *f,
    struct plan *plan)
{
	struct standing *s = arena_calloc(a, rs->n_route, sizeof *s);

	plan->trace = arena_calloc(a, rs->n_route, sizeof *plan->trace);
	plan->n_trace = rs->n_route;
	for (size_t i = 0; i < rs->n_route; i++)
		trace_route(a, &rs->route[i], f, &plan->trace[i], &s[i]);
	return s;
}

/* ---- plans ---- */

static struct plan *
new_plan(struct arena *a, enum decided_by by, const struct findings *f)
{
	struct plan *plan = arena_alloc(a, sizeof *plan);

	plan->route = plan->title = plan->best = plan->runner_up =
	    plan->would_be = plan->why = "";
	plan->by = plan->would_be_by = by;
	plan->keep_originals = -1;
	if (f != NULL)
		plan->facts = f->facts;
	return plan;
}

static struct plan *
plan_fallback(struct arena *a, enum decided_by by, const struct findings *f,
    const char *why)
{
	struct plan *plan = new_plan(a, by, f);

	plan->title = ROUTE_FALLBACK;
	plan->why = why;
	effects_fallback(a, plan);
	return plan;
}

/* The plan's route is r: its name, actions and fields. */
static void
take_route(struct arena *a, const struct place *pl, const struct route *r,
    const struct findings *f, struct plan *plan)
{
	plan->route = r->name;
	plan->title = r->title;
	effects_of_route(a, pl->cfg, pl->alias, r, plan);
	effects_fields(a, r, f, plan);
}

static void
take_numbers(const struct ruleset *rs, const struct standing *s,
    const struct tally *t, struct plan *plan)
{
	if (t->best == SIZE_MAX)
		return;
	plan->best = rs->route[t->best].name;
	plan->points = s[t->best].known;
	plan->needs = s[t->best].needs;
	if (t->runner_up == SIZE_MAX)
		return;
	plan->runner_up = rs->route[t->runner_up].name;
	plan->runner_up_points = s[t->runner_up].known;
	plan->runner_up_needs = s[t->runner_up].needs;
	plan->margin = plan->points - plan->runner_up_points;
}

/*
 * In observe mode `otherwise` acts, and all else says what would have been:
 * numbers and fields are those of the route that would have had it.
 */
static void
observe(struct arena *a, const struct place *pl, const struct findings *f,
    const struct route *would, struct plan *plan)
{
	take_route(a, pl, &pl->rules->route[pl->rules->otherwise], f, plan);
	effects_fields(a, would, f, plan);
	plan->would_be = would->name;
	plan->would_be_by = plan->by;
	plan->by = BY_OBSERVE;
}

static struct plan *
decide_by_rules(struct arena *a, const struct place *pl,
    const struct findings *f)
{
	const struct ruleset *rs = pl->rules;
	struct plan *plan = new_plan(a, BY_POINTS, f);
	const struct standing *s = trace(a, rs, f, plan);
	const struct tally t = tally(s, rs->n_route, rs->otherwise,
	    pl->alias->margin);

	plan->by = t.by;
	take_numbers(rs, s, &t, plan);
	if (pl->alias->observe)
		observe(a, pl, f, &rs->route[t.route], plan);
	else
		take_route(a, pl, &rs->route[t.route], f, plan);
	plan->why = why_rules(a, plan, pl->alias->margin);
	return plan;
}

struct plan *
decide(struct arena *a, const struct policy *p, const struct envelope *env,
    const struct findings *f, const struct past *past)
{
	const struct place pl = find_place(p, env);
	struct plan *plan;

	if (env->kind == ENVELOPE_OWN) {
		plan = new_plan(a, BY_OWN, NULL);
		plan->why = "mail of mroute's own";
		effects_to_addresses(a, env->own_rcpt, env->n_own_rcpt, plan);
		return plan;
	}
	if (f != NULL && !fits(p, &pl, f))
		f = NULL;
	if (past != NULL && past->loop)
		return plan_fallback(a, BY_LOOP, f, arena_printf(a, "a loop: %s",
		    past->why_loop != NULL ? past->why_loop :
		    "the message was here before"));
	if (bounce_owner(pl.cfg, env->recipient) != NULL)
		return plan_fallback(a, BY_BOUNCE_ADDRESS, f, arena_printf(a,
		    "%s is a bounce-address", env->recipient));
	if (pl.alias == NULL)
		return plan_fallback(a, BY_NO_ALIAS, f, arena_printf(a,
		    "no alias section is for %s", env->recipient));
	if (f != NULL)
		return decide_by_rules(a, &pl, f);
	plan = new_plan(a, BY_EXAMINER, NULL);
	plan->why = "the message could not be examined";
	take_route(a, &pl, &pl.rules->route[pl.rules->otherwise], NULL, plan);
	return plan;
}

/* "press, content, triage": for the error about a name that is none of them. */
static const char *
route_names(struct arena *a, const struct ruleset *rs)
{
	const char *names = "";

	for (size_t i = 0; i < rs->n_route; i++)
		names = arena_printf(a, "%s%s%s", names, i > 0 ? ", " : "",
		    rs->route[i].name);
	return names;
}

struct plan *
decide_person(struct arena *a, const struct policy *p, const struct envelope *env,
    const struct findings *f, const char *route, struct err *e)
{
	struct place pl = find_place(p, env);
	const struct config_alias *owner = bounce_owner(pl.cfg, env->recipient);
	const struct route *r;
	struct plan *plan;

	if (owner != NULL && owner != pl.alias) {
		pl = place_of(p, owner);
		f = NULL;		/* they are for another alias' rules */
	}
	if (f != NULL && !fits(p, &pl, f))
		f = NULL;
	if (pl.alias == NULL) {
		err_set(e, ERR_USAGE, "no alias section is for '%s': add "
		    "it to one in mroute.conf first", env->recipient);
		return NULL;
	}
	r = ruleset_find(pl.rules, route);
	if (r == NULL) {
		err_set(e, ERR_USAGE, "no route '%s'; there are %s", route,
		    route_names(a, pl.rules));
		return NULL;
	}
	plan = new_plan(a, BY_PERSON, f);
	if (f != NULL) {
		const struct standing *s = trace(a, pl.rules, f, plan);
		const struct tally t = { .best = (size_t)(r - pl.rules->route),
		    .runner_up = SIZE_MAX };

		take_numbers(pl.rules, s, &t, plan);
	}
	take_route(a, &pl, r, f, plan);
	plan->why = "a person chose it";
	return plan;
}

size_t
decide_otherwise_effects(struct arena *a, const struct policy *p,
    const struct envelope *env, struct plan_effect **out)
{
	const struct place pl = find_place(p, env);
	struct plan *plan = new_plan(a, BY_EXAMINER, NULL);

	if (pl.alias != NULL)
		effects_of_route(a, pl.cfg, pl.alias,
		    &pl.rules->route[pl.rules->otherwise], plan);
	*out = plan->effect;
	return plan->n_effect;
}
