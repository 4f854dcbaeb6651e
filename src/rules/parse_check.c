/* SPDX-License-Identifier: MIT */
/* What must hold between the parts of a rule set. */
#include <string.h>

#include "base/edit.h"
#include "rules/parse_impl.h"

static void
check_otherwise(struct parser *ps)
{
	struct edit_nearest near = edit_begin(ps->otherwise.text);

	if (ps->otherwise.text.len == 0 && ps->incomplete)
		return;
	if (ps->otherwise.text.len == 0) {
		struct span whole = { .file = ps->lex.file };

		diag_error(ps->diag, "MR050", &whole,
		    "no file says 'otherwise ROUTE'");
		diag_hint(ps->diag, "name the route that takes what no other one "
		    "claims");
		if (ps->alias != NULL && ps->cfg->rules_given &&
		    ps->alias->n_rules == 1)
			diag_hint(ps->diag, "where this directory lies over another, "
			    "name both: OTHER:THIS");
		return;
	}
	for (size_t i = 0; i < ps->n_route; i++) {
		if (slice_eq_str(ps->otherwise.text, ps->route[i]->r.name))
			return;
		edit_offer(&near, ps->route[i]->r.name);
	}
	diag_error(ps->diag, "MR052", &ps->otherwise.span,
	    "'otherwise' names the route '" SLICE_FMT "', which is not there",
	    SLICE_ARG(ps->otherwise.text));
	if (near.best != NULL)
		diag_hint(ps->diag, "did you mean '%s'?", near.best);
}

/* The action by which the route sends mail to an address, or NULL. */
static const struct action *
smtp_action(const struct parser *ps, const struct draft_route *rt)
{
	for (size_t i = 0; i < rt->n_action; i++) {
		const struct action *a = &rt->action[i];
		const struct config_team *team;

		if (a->kind == ACTION_FORWARD_ADDRESS)
			return a;
		if (a->kind != ACTION_FORWARD_TEAM ||
		    (team = config_team_find(ps->cfg, a->value)) == NULL)
			continue;
		for (size_t j = 0; j < team->n_member; j++)
			if (team->member[j].kind == TARGET_ADDRESS)
				return a;
	}
	return NULL;
}

static void
check_actions(struct parser *ps, const struct draft_route *rt)
{
	const struct action *smtp;

	if (rt->n_action == 0) {
		diag_error(ps->diag, "MR049", &rt->r.span,
		    "route '%s' has no action", rt->r.name);
		diag_hint(ps->diag, "write what to do with its mail: forward, file, "
		    "maildir or keep");
	}
	if (!ps->names_known || ps->alias->bounce_address != NULL ||
	    (smtp = smtp_action(ps, rt)) == NULL)
		return;
	diag_error(ps->diag, "MR053", &smtp->span, "route '%s' forwards by SMTP, "
	    "and the alias has no bounce-address", rt->r.name);
	diag_hint(ps->diag, "write into the alias section of mroute.conf: "
	    "bounce-address ADDRESS");
}

/* Is that the name of a capture of the route?  If not, near may know better. */
static bool
is_captured(const struct draft_route *rt, struct slice name,
    struct edit_nearest *near)
{
	for (size_t i = 0; i < rt->n_line; i++)
		for (size_t j = 0; j < rt->line[i].n_cond; j++) {
			const struct cond *c = &rt->line[i].cond[j].c;
			unsigned number;

			if (c->pred != PRED_MATCH || c->regex == NULL)
				continue;
			for (size_t k = 0; k < regex_groups(c->regex); k++) {
				const char *group = regex_group_name(c->regex, k,
				    &number);

				if (slice_eq_str(name, group))
					return true;
				edit_offer(near, group);
			}
		}
	return false;
}

static void
check_captures(struct parser *ps, const struct draft_route *rt)
{
	for (size_t i = 0; i < rt->n_field; i++) {
		struct slice rest = slice_str(rt->field[i].template), name;

		while (template_next(&rest, &name)) {
			struct edit_nearest near = edit_begin(name);

			if (is_captured(rt, name, &near))
				continue;
			diag_error(ps->diag, "MR043", &rt->field[i].span,
			    "no pattern of route '%s' captures '" SLICE_FMT "'",
			    rt->r.name, SLICE_ARG(name));
			if (near.best != NULL)
				diag_hint(ps->diag, "did you mean {%s}?",
				    near.best);
			else
				diag_hint(ps->diag, "name a group of a pattern so: "
				    "(?<" SLICE_FMT ">...)", SLICE_ARG(name));
		}
	}
}

static bool
has_field(const struct draft_route *rt, const char *name)
{
	for (size_t i = 0; i < rt->n_field; i++)
		if (strcmp(rt->field[i].name, name) == 0)
			return true;
	return false;
}

static void
check_examples(struct parser *ps, const struct draft_route *rt)
{
	for (size_t i = 0; i < rt->n_example; i++) {
		const struct example *ex = &rt->example[i];

		for (size_t j = 0; j < ex->n_expect; j++)
			if (!ex->yes || !has_field(rt, ex->expect_field[j])) {
				diag_error(ps->diag, "MR048", &ex->span, ex->yes ?
				    "route '%s' has no field '%s'" :
				    "an example 'no' of route '%s' can't expect "
				    "'%s'", rt->r.name, ex->expect_field[j]);
				break;
			}
	}
}

/* A route that can never win is a slip, though no harm is done. */
static void
check_reach(struct parser *ps, const struct draft_route *rt)
{
	int most = 0;

	if (slice_eq_str(ps->otherwise.text, rt->r.name))
		return;
	for (size_t i = 0; i < rt->n_line; i++) {
		if (rt->line[i].l.kind == LINE_ALWAYS)
			return;
		most += MAX(rt->line[i].l.points, 0);
	}
	if (most >= rt->r.needs)
		return;
	diag_warn(ps->diag, "MR055", &rt->r.span,
	    "route '%s' can never reach the %d points it needs", rt->r.name,
	    rt->r.needs);
	diag_hint(ps->diag, "all its lines together give %d", most);
}

void
parse_check_routes(struct parser *ps, bool clean)
{
	check_otherwise(ps);
	for (size_t i = 0; i < ps->n_route; i++) {
		const struct draft_route *rt = ps->route[i];

		check_actions(ps, rt);
		check_captures(ps, rt);
		check_examples(ps, rt);
		if (clean)
			check_reach(ps, rt);
	}
	if (ps->teams_unchecked && ps->cfg != NULL && ps->cfg->rules_only)
		diag_report(ps->diag, DIAG_NOTE, "MR056", NULL,
		    "names of teams and stores stay unchecked: rules alone "
		    "are checked, without a configuration");
}
