/* SPDX-License-Identifier: MIT */
#include "rules/example.h"

#include <stdio.h>
#include <string.h>

#include "model/guess.h"
#include "rules/decide.h"
#include "rules/match.h"
#include "rules/ruleset.h"

/* For `alias *`: an address that belongs to nobody (RFC 2606). */
#define ANYBODY	"anybody@example.invalid"

static const char *
alias_address(const struct config_alias *alias)
{
	return alias->n_address > 0 ? alias->address[0] : ANYBODY;
}

static void
set_address(char out[ADDR_SIZE], const char *address)
{
	snprintf(out, ADDR_SIZE, "%s", address);
}

/* False when the example belongs to another alias. */
static bool
make_envelope(const struct config *cfg, const struct config_alias *alias,
    const struct example *ex, struct envelope *env)
{
	const struct config_alias *found;

	*env = (struct envelope){ .kind = ENVELOPE_MAIL };
	if (ex->envelope_from != NULL)
		set_address(env->sender, ex->envelope_from);
	else
		guess_sender(ex->message, env->sender);
	if (ex->envelope_to == NULL) {
		set_address(env->recipient, alias_address(alias));
		return true;
	}
	set_address(env->recipient, ex->envelope_to);
	found = config_alias_for(cfg, env->recipient, "");
	if (found == NULL)		/* another of our addresses, rewritten */
		set_address(env->original_recipient, alias_address(alias));
	return found == NULL || found == alias;
}

struct plan *
example_decide(struct arena *a, const struct policy *p, size_t i,
    const struct example *ex)
{
	const struct config *cfg = policy_config(p);
	struct envelope env;

	if (!make_envelope(cfg, &cfg->alias[i], ex, &env))
		return NULL;
	return decide(a, p, &env, examine(a, ex->message, &env, p), NULL);
}

static const struct plan_field *
find_field(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->n_field; i++)
		if (strcmp(plan->field[i].name, name) == 0)
			return &plan->field[i];
	return NULL;
}

/* Is each `expect FIELD = VALUE` so? */
static bool
check_fields(const struct example *ex, const struct plan *plan, struct diag *d)
{
	bool good = true;

	for (size_t i = 0; i < ex->n_expect; i++) {
		const struct plan_field *f = find_field(plan,
		    ex->expect_field[i]);

		if (f != NULL && !f->missing &&
		    strcmp(f->value, ex->expect_value[i]) == 0)
			continue;
		good = false;
		if (f == NULL || f->missing)
			diag_error(d, "MR081", &ex->span,
			    "example '%s': field '%s' is missing", ex->title,
			    ex->expect_field[i]);
		else if (f->value[0] == '\0')
			diag_error(d, "MR081", &ex->span,
			    "example '%s': field '%s' is not understood as %s: "
			    "'%s'", ex->title, f->name, typed_table[f->type].name,
			    f->text);
		else
			diag_error(d, "MR081", &ex->span,
			    "example '%s': field '%s' is '%s'", ex->title,
			    f->name, f->value);
		diag_hint(d, "expected: %s = %s", ex->expect_field[i],
		    ex->expect_value[i]);
	}
	return good;
}

/* Where a line of the rules stands, seen from the example. */
static void
put_place(struct buf *b, const struct ruleset *rs, const char *id,
    const struct span *from)
{
	for (size_t i = 0; i < rs->n_line; i++) {
		const struct span *at = &rs->line[i]->span;

		if (strcmp(rs->line[i]->id, id) != 0)
			continue;
		if (strcmp(at->file, from->file) == 0)
			buf_addf(b, "line %u", at->line);
		else
			buf_addf(b, "%s:%u", at->file, at->line);
		return;
	}
}

/* "+40 press.1 (line 14): subject \"Interview request\"" */
static void
hint_line(const struct ruleset *rs, const struct example *ex,
    const struct plan_line *l, struct diag *d)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	if (l->kind == 'n' || l->kind == 'a')
		buf_addf(&b, "%s", l->kind == 'n' ? "never" : "always");
	else
		buf_addf(&b, "%+d", l->points);
	buf_addf(&b, " %s (", l->id);
	put_place(&b, rs, l->id, &ex->span);
	buf_addf(&b, "): " SLICE_FMT, SLICE_ARG(l->field));
	if (l->matched.len > 0)
		buf_addf(&b, "%s\"" SLICE_FMT "\"", l->field.len > 0 ? " " : "",
		    SLICE_ARG(l->matched));
	if (l->state == TRI_UNKNOWN)
		buf_addf(&b, " unknown, " SLICE_FMT, SLICE_ARG(l->reason));
	diag_hint(d, "%s", buf_str(&b));
}

/* A route's total and the lines it is made of. */
static void
hint_route(const struct ruleset *rs, const struct example *ex,
    const struct plan_route *r, struct diag *d)
{
	if (r == NULL || r->n_line == 0)
		return;
	diag_hint(d, "%s has %d of %d points:", r->name, r->known, r->needs);
	for (size_t i = 0; i < r->n_line; i++)
		hint_line(rs, ex, &r->line[i], d);
}

/* The example's own route must have it and says never itself. */
static void
report_never(const struct ruleset *rs, const struct route *r,
    const struct example *ex, const struct plan_route *own, struct diag *d)
{
	diag_error(d, "MR082", &ex->span,
	    "example '%s' is kept out of '%s' by its own 'never'", ex->title,
	    r->name);
	for (size_t i = 0; i < own->n_line; i++)
		if (own->line[i].kind == 'n' && own->line[i].state == TRI_YES)
			hint_line(rs, ex, &own->line[i], d);
}

static void
report_elsewhere(const struct ruleset *rs, const struct route *r,
    const struct example *ex, const struct plan *plan, const char *route,
    struct diag *d)
{
	if (route[0] == '\0')
		route = plan->title;	/* fallback */
	if (ex->yes)
		diag_error(d, "MR080", &ex->span,
		    "example '%s' goes to '%s', not to '%s'", ex->title, route,
		    r->name);
	else
		diag_error(d, "MR080", &ex->span,
		    "example '%s' goes to '%s', and should not", ex->title,
		    route);
	diag_hint(d, "%s", plan->why);
	hint_route(rs, ex, plan_trace_of(plan, r->name), d);
	if (strcmp(plan->best, r->name) != 0)
		hint_route(rs, ex, plan_trace_of(plan, plan->best), d);
}

/* For which alias, and where what went wrong goes. */
struct runner {
	const struct policy *p;
	size_t alias;
	const struct ruleset *rs;
	struct diag *d;
	struct example_result *out;
};

static bool
run_one(const struct runner *rn, const struct route *r, const struct example *ex)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const struct plan_route *own;
	const struct plan *plan = example_decide(a, rn->p, rn->alias, ex);
	const char *route;

	if (plan == NULL)
		return true;
	rn->out->run++;
	route = plan->by == BY_OBSERVE ? plan->would_be : plan->route;
	if ((strcmp(route, r->name) == 0) == ex->yes)
		return check_fields(ex, plan, rn->d);
	own = plan_trace_of(plan, r->name);
	if (ex->yes && own != NULL && own->never)
		report_never(rn->rs, r, ex, own, rn->d);
	else
		report_elsewhere(rn->rs, r, ex, plan, route, rn->d);
	return false;
}

void
example_run(const struct policy *p, size_t i, struct diag *d,
    struct example_result *out)
{
	const struct runner rn = {
		.p = p, .alias = i, .rs = policy_ruleset(p, i), .d = d, .out = out,
	};

	*out = (struct example_result){ 0, 0 };
	for (size_t k = 0; k < rn.rs->n_route; k++)
		for (size_t n = 0; n < rn.rs->route[k].n_example; n++)
			if (!run_one(&rn, &rn.rs->route[k],
			    &rn.rs->route[k].example[n]))
				out->failed++;
}
