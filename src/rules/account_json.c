/* SPDX-License-Identifier: MIT */
/* The routes of explain_json() with every line: see docs/json.md, mroute explain. */
#include "rules/account.h"
#include "rules/jsonout.h"

#include <string.h>

/* Of the conditions of a line only one is known to be the one that failed. */
static json_t *
cond_state(const struct account_line *l, size_t cond)
{
	if (l->state == TRI_YES)
		return json_string("yes");
	if (l->stopped >= 0 && (size_t)l->stopped == cond)
		return json_string(l->state == TRI_NO ? "no" : "unknown");
	return json_null();
}

static json_t *
cond_json(const struct account *ac, const struct account_line *l, size_t cond)
{
	const struct cond *c = &l->line->cond[cond];
	const struct seen *s = account_seen(ac, c);
	json_t *o = json_object();

	jsonout_put(o, "text", jsonout_text(c->text));
	jsonout_put(o, "state", cond_state(l, cond));
	jsonout_put(o, "phrases", c->pred == PRED_HAS ?
	    json_integer((json_int_t)c->n_phrase) : json_null());
	jsonout_put(o, "field", s != NULL ? jsonout_slice(s->field) : json_null());
	jsonout_put(o, "values", s != NULL ? json_integer(s->n) : json_null());
	jsonout_put(o, "words", s != NULL ? json_integer(s->words) : json_null());
	jsonout_put(o, "excerpt", s != NULL ? jsonout_slice(s->excerpt) : json_null());
	jsonout_put(o, "cut", s != NULL ? json_boolean(s->capped) : json_null());
	return o;
}

static json_t *
line_json(const struct account *ac, const struct account_line *l)
{
	json_t *o = explain_line(l->hit), *conds = json_array();

	for (size_t i = 0; i < l->line->n_cond; i++)
		jsonout_push(conds, cond_json(ac, l, i));
	jsonout_put(o, "conditions", conds);
	jsonout_put(o, "would_go_to", l->turns ?
	    jsonout_text(ac->rules->route[l->to].name) :
	    json_null());
	jsonout_put(o, "would_go_by", l->turns ?
	    jsonout_text(decided_by_name(l->to_by)) :
	    json_null());
	return o;
}

static json_t *
ids_json(const struct account_line *const *line, size_t n)
{
	json_t *ids = json_array();

	for (size_t i = 0; i < n; i++)
		jsonout_push(ids, jsonout_text(line[i]->line->id));
	return ids;
}

static json_t *
route_json(const struct account *ac, const struct account_route *r)
{
	const struct plan_route *trace = &ac->plan->trace[r->number];
	json_t *o = json_object(), *lines = json_array();

	jsonout_put(o, "route", jsonout_text(r->route->name));
	jsonout_put(o, "points", json_integer(trace->known));
	jsonout_put(o, "lowest", json_integer(trace->lowest));
	jsonout_put(o, "highest", json_integer(trace->highest));
	jsonout_put(o, "needs", json_integer(trace->needs));
	jsonout_put(o, "never", json_boolean(trace->never));
	jsonout_put(o, "always", json_boolean(trace->always));
	jsonout_put(o, "to_compete", json_integer(r->to_compete));
	jsonout_put(o, "to_win", r->to_win < 0 ? json_null() : json_integer(r->to_win));
	jsonout_put(o, "enough", ids_json(r->enough, r->n_enough));
	jsonout_put(o, "together", ids_json(r->together, r->n_together));
	for (size_t i = 0; i < r->n_line; i++)
		jsonout_push(lines, line_json(ac, &r->line[i]));
	jsonout_put(o, "lines", lines);
	return o;
}

void
account_json(const struct account *ac, const char *only, json_t *object)
{
	json_t *routes = json_array();

	for (size_t i = 0; i < ac->n_route; i++)
		if (only == NULL || strcmp(only, ac->route[i].route->name) == 0)
			jsonout_push(routes, route_json(ac, &ac->route[i]));
	jsonout_put(object, "routes", routes);
}
