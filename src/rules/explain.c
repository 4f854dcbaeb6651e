/* SPDX-License-Identifier: MIT */
#include "rules/explain.h"

#include "base/utf8.h"
#include "rules/jsonout.h"

static const char *
state_name(enum tri state)
{
	switch (state) {
	case TRI_NO:
		return "no";
	case TRI_YES:
		return "yes";
	case TRI_UNKNOWN:
		break;
	}
	return "unknown";
}

static const char *
kind_name(char kind)
{
	return kind == 'n' ? "never" : kind == 'a' ? "always" : "points";
}

static json_t *
captures_json(const struct plan_line *l)
{
	json_t *o = json_object();

	for (size_t i = 0; i < l->n_capture; i++) {
		AUTO(buf_release) struct buf name = BUF_INIT;

		utf8_clean(&name, l->capture[i].name, false);
		jsonout_put(o, buf_str(&name), jsonout_slice(l->capture[i].value));
	}
	return o;
}

json_t *
explain_line(const struct plan_line *l)
{
	json_t *o = json_object();

	jsonout_put(o, "id", jsonout_text(l->id));
	jsonout_put(o, "hash", jsonout_text(l->hash));
	jsonout_put(o, "kind", jsonout_text(kind_name(l->kind)));
	jsonout_put(o, "points", json_integer(l->points));
	jsonout_put(o, "text", jsonout_text(l->text));
	jsonout_put(o, "state", jsonout_text(state_name(l->state)));
	jsonout_put(o, "field", jsonout_slice(l->field));
	if (l->state == TRI_UNKNOWN) {
		jsonout_put(o, "reason", jsonout_slice(l->reason));
		return o;
	}
	jsonout_put(o, "matched", jsonout_slice(l->matched));
	jsonout_put(o, "snippet", jsonout_slice(l->snippet));
	jsonout_put(o, "at", json_integer(l->at));
	jsonout_put(o, "captures", captures_json(l));
	return o;
}

static json_t *
route_json(const struct plan_route *r)
{
	json_t *o = json_object(), *lines = json_array();

	jsonout_put(o, "route", jsonout_text(r->name));
	jsonout_put(o, "points", json_integer(r->known));
	jsonout_put(o, "lowest", json_integer(r->lowest));
	jsonout_put(o, "highest", json_integer(r->highest));
	jsonout_put(o, "needs", json_integer(r->needs));
	jsonout_put(o, "never", json_boolean(r->never));
	jsonout_put(o, "always", json_boolean(r->always));
	for (size_t i = 0; i < r->n_line; i++)
		jsonout_push(lines, explain_line(&r->line[i]));
	jsonout_put(o, "lines", lines);
	return o;
}

/* The lines that hold, of the route that the points are of. */
static json_t *
lines_json(const struct plan *p)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < p->n_trace; i++) {
		const struct plan_route *r = &p->trace[i];

		if (!slice_eq_str(slice_str(r->name), p->best))
			continue;
		for (size_t k = 0; k < r->n_line; k++)
			if (r->line[k].state == TRI_YES)
				jsonout_push(lines, explain_line(&r->line[k]));
	}
	return lines;
}

/* What could not be judged, of all routes. */
static json_t *
unknown_json(const struct plan *p)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < p->n_trace; i++)
		for (size_t k = 0; k < p->trace[i].n_line; k++)
			if (p->trace[i].line[k].state == TRI_UNKNOWN)
				jsonout_push(lines, explain_line(&p->trace[i].line[k]));
	return lines;
}

static json_t *
fields_json(const struct plan *p)
{
	json_t *o = json_object();

	for (size_t i = 0; i < p->n_field; i++)
		jsonout_put(o, p->field[i].name, jsonout_or_null(p->field[i].value));
	return o;
}

/* The same in the order of the rules, with what was written. */
static json_t *
captured_json(const struct plan *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->n_field; i++) {
		const struct plan_field *f = &p->field[i];
		json_t *o = json_object();

		jsonout_put(o, "name", jsonout_text(f->name));
		jsonout_put(o, "type", jsonout_text(typed_table[f->type].name));
		jsonout_put(o, "text", f->missing ? json_null() :
		    jsonout_text(f->text));
		jsonout_put(o, "value", jsonout_or_null(f->value));
		jsonout_push(list, o);
	}
	return list;
}

static json_t *
facts_json(uint32_t facts)
{
	json_t *names = json_array();

	for (int i = 0; i < FACT_N; i++)
		if ((facts & FACT_BIT(i)) != 0)
			jsonout_push(names, jsonout_text(fact_table[i].name));
	return names;
}

static json_t *
effects_json(const struct plan *p)
{
	json_t *effects = json_array();

	for (size_t i = 0; i < p->n_effect; i++) {
		json_t *o = json_object();

		jsonout_put(o, "kind",
		    jsonout_text(effect_kind_name(p->effect[i].kind)));
		jsonout_put(o, "server", jsonout_or_null(p->effect[i].server));
		jsonout_put(o, "target", jsonout_text(p->effect[i].target));
		jsonout_push(effects, o);
	}
	return effects;
}

json_t *
explain_trace(const struct explain_input *in)
{
	const struct plan *p = in->plan;
	json_t *o = json_object(), *actions = json_array(), *routes = json_array();

	jsonout_put(o, "v", json_integer(1));
	jsonout_put(o, "why", jsonout_text(p->why));
	jsonout_put(o, "best", jsonout_or_null(p->best));
	jsonout_put(o, "needs", json_integer(p->needs));
	jsonout_put(o, "runner_up_points", p->runner_up[0] == '\0' ? json_null() :
	    json_integer(p->runner_up_points));
	jsonout_put(o, "runner_up_needs", p->runner_up[0] == '\0' ? json_null() :
	    json_integer(p->runner_up_needs));
	jsonout_put(o, "lines", lines_json(p));
	jsonout_put(o, "unknown", unknown_json(p));
	jsonout_put(o, "fields", fields_json(p));
	jsonout_put(o, "captured", captured_json(p));
	jsonout_put(o, "facts", facts_json(p->facts));
	jsonout_put(o, "facts_unknown", facts_json(in->findings != NULL ?
	    in->findings->facts_unknown : 0));
	for (size_t i = 0; i < p->n_action; i++)
		jsonout_push(actions, jsonout_text(p->action[i]));
	jsonout_put(o, "actions", actions);
	for (size_t i = 0; i < p->n_trace; i++)
		jsonout_push(routes, route_json(&p->trace[i]));
	jsonout_put(o, "routes", routes);
	return o;
}

struct slice
explain_author(const struct message_identity *id)
{
	return slice_eq(id->author, id->from_address) ? slice_make("", 0) : id->author;
}

json_t *
explain_json(const struct explain_input *in)
{
	const struct plan *p = in->plan;
	json_t *o = explain_trace(in);

	jsonout_put(o, "file", jsonout_or_null(in->file));
	jsonout_put(o, "id", jsonout_or_null(in->id));
	jsonout_put(o, "digest", jsonout_or_null(in->digest));
	jsonout_put(o, "route", jsonout_or_null(p->route));
	jsonout_put(o, "title", jsonout_or_null(p->title));
	jsonout_put(o, "decided_by", jsonout_text(decided_by_name(p->by)));
	jsonout_put(o, "points", json_integer(p->points));
	jsonout_put(o, "margin", p->runner_up[0] == '\0' ? json_null() :
	    json_integer(p->margin));
	jsonout_put(o, "runner_up", jsonout_or_null(p->runner_up));
	jsonout_put(o, "would_be", jsonout_or_null(p->would_be));
	jsonout_put(o, "would_be_by", p->would_be[0] == '\0' ? json_null() :
	    jsonout_text(decided_by_name(p->would_be_by)));
	jsonout_put(o, "effects", effects_json(p));
	if (in->findings != NULL) {
		jsonout_put(o, "from", jsonout_slice(in->findings->id.from));
		jsonout_put(o, "author", explain_author(&in->findings->id).len > 0 ?
		    jsonout_slice(explain_author(&in->findings->id)) : json_null());
		jsonout_put(o, "subject", jsonout_slice(in->findings->id.subject));
		jsonout_put(o, "message_id",
		    jsonout_slice(in->findings->id.message_id));
		jsonout_put(o, "size", json_integer((json_int_t)in->findings->size));
	}
	return o;
}
