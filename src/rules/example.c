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
		else
			diag_error(d, "MR081", &ex->span,
			    "example '%s': field '%s' is '%s'", ex->title,
			    f->name, f->value);
		diag_hint(d, "expected: %s = %s", ex->expect_field[i],
		    ex->expect_value[i]);
	}
	return good;
}

static bool
run_one(const struct policy *p, const struct config_alias *alias,
    const struct route *r, const struct example *ex, struct diag *d,
    struct example_result *out)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct envelope env;
	struct plan *plan;
	const char *route;

	if (!make_envelope(policy_config(p), alias, ex, &env))
		return true;
	out->run++;
	plan = decide(a, p, &env, examine(a, ex->message, &env, p), NULL);
	route = plan->by == BY_OBSERVE ? plan->would_be : plan->route;
	if ((strcmp(route, r->name) == 0) == ex->yes)
		return check_fields(ex, plan, d);
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
	return false;
}

void
example_run(const struct policy *p, size_t i, struct diag *d,
    struct example_result *out)
{
	const struct config_alias *alias = &policy_config(p)->alias[i];
	const struct ruleset *rs = policy_ruleset(p, i);

	*out = (struct example_result){ 0, 0 };
	for (size_t k = 0; k < rs->n_route; k++)
		for (size_t n = 0; n < rs->route[k].n_example; n++)
			if (!run_one(p, alias, &rs->route[k],
			    &rs->route[k].example[n], d, out))
				out->failed++;
}
