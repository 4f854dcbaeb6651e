/* SPDX-License-Identifier: MIT */
#include "rules/explain.h"

#include "base/utf8.h"
#include "base/xalloc.h"

void
explain_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		bug("json: cannot set '%s'", key);
}

void
explain_push(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		bug("json: cannot append");
}

json_t *
explain_string(struct slice s)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	utf8_clean(&b, s, false);
	return json_stringn(buf_str(&b), b.len);
}

static json_t *
text(const char *s)
{
	return explain_string(slice_str(s));
}

/* Null for what is not there. */
static json_t *
text_or_null(const char *s)
{
	return s == NULL || s[0] == '\0' ? json_null() : text(s);
}

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
		explain_put(o, buf_str(&name), explain_string(l->capture[i].value));
	}
	return o;
}

json_t *
explain_line(const struct plan_line *l)
{
	json_t *o = json_object();

	explain_put(o, "id", text(l->id));
	explain_put(o, "hash", text(l->hash));
	explain_put(o, "kind", text(kind_name(l->kind)));
	explain_put(o, "points", json_integer(l->points));
	explain_put(o, "text", text(l->text));
	explain_put(o, "state", text(state_name(l->state)));
	explain_put(o, "field", explain_string(l->field));
	if (l->state == TRI_UNKNOWN) {
		explain_put(o, "reason", explain_string(l->reason));
		return o;
	}
	explain_put(o, "matched", explain_string(l->matched));
	explain_put(o, "snippet", explain_string(l->snippet));
	explain_put(o, "at", json_integer(l->at));
	explain_put(o, "captures", captures_json(l));
	return o;
}

static json_t *
route_json(const struct plan_route *r)
{
	json_t *o = json_object(), *lines = json_array();

	explain_put(o, "route", text(r->name));
	explain_put(o, "points", json_integer(r->known));
	explain_put(o, "lowest", json_integer(r->lowest));
	explain_put(o, "highest", json_integer(r->highest));
	explain_put(o, "needs", json_integer(r->needs));
	explain_put(o, "never", json_boolean(r->never));
	explain_put(o, "always", json_boolean(r->always));
	for (size_t i = 0; i < r->n_line; i++)
		explain_push(lines, explain_line(&r->line[i]));
	explain_put(o, "lines", lines);
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
				explain_push(lines, explain_line(&r->line[k]));
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
				explain_push(lines, explain_line(&p->trace[i].line[k]));
	return lines;
}

static json_t *
fields_json(const struct plan *p)
{
	json_t *o = json_object();

	for (size_t i = 0; i < p->n_field; i++)
		explain_put(o, p->field[i].name, text_or_null(p->field[i].value));
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

		explain_put(o, "name", text(f->name));
		explain_put(o, "type", text(typed_table[f->type].name));
		explain_put(o, "text", f->missing ? json_null() : text(f->text));
		explain_put(o, "value", text_or_null(f->value));
		explain_push(list, o);
	}
	return list;
}

static json_t *
facts_json(uint32_t facts)
{
	json_t *names = json_array();

	for (int i = 0; i < FACT_N; i++)
		if ((facts & FACT_BIT(i)) != 0)
			explain_push(names, text(fact_table[i].name));
	return names;
}

static json_t *
effects_json(const struct plan *p)
{
	json_t *effects = json_array();

	for (size_t i = 0; i < p->n_effect; i++) {
		json_t *o = json_object();

		explain_put(o, "kind", text(effect_kind_name(p->effect[i].kind)));
		explain_put(o, "server", text_or_null(p->effect[i].server));
		explain_put(o, "target", text(p->effect[i].target));
		explain_push(effects, o);
	}
	return effects;
}

json_t *
explain_trace(const struct explain_input *in)
{
	const struct plan *p = in->plan;
	json_t *o = json_object(), *actions = json_array(), *routes = json_array();

	explain_put(o, "v", json_integer(1));
	explain_put(o, "why", text(p->why));
	explain_put(o, "best", text_or_null(p->best));
	explain_put(o, "needs", json_integer(p->needs));
	explain_put(o, "runner_up_points", p->runner_up[0] == '\0' ? json_null() :
	    json_integer(p->runner_up_points));
	explain_put(o, "runner_up_needs", p->runner_up[0] == '\0' ? json_null() :
	    json_integer(p->runner_up_needs));
	explain_put(o, "lines", lines_json(p));
	explain_put(o, "unknown", unknown_json(p));
	explain_put(o, "fields", fields_json(p));
	explain_put(o, "captured", captured_json(p));
	explain_put(o, "facts", facts_json(p->facts));
	explain_put(o, "facts_unknown", facts_json(in->findings != NULL ?
	    in->findings->facts_unknown : 0));
	for (size_t i = 0; i < p->n_action; i++)
		explain_push(actions, text(p->action[i]));
	explain_put(o, "actions", actions);
	for (size_t i = 0; i < p->n_trace; i++)
		explain_push(routes, route_json(&p->trace[i]));
	explain_put(o, "routes", routes);
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

	explain_put(o, "file", text_or_null(in->file));
	explain_put(o, "id", text_or_null(in->id));
	explain_put(o, "digest", text_or_null(in->digest));
	explain_put(o, "route", text_or_null(p->route));
	explain_put(o, "title", text_or_null(p->title));
	explain_put(o, "decided_by", text(decided_by_name(p->by)));
	explain_put(o, "points", json_integer(p->points));
	explain_put(o, "margin", p->runner_up[0] == '\0' ? json_null() :
	    json_integer(p->margin));
	explain_put(o, "runner_up", text_or_null(p->runner_up));
	explain_put(o, "would_be", text_or_null(p->would_be));
	explain_put(o, "would_be_by", p->would_be[0] == '\0' ? json_null() :
	    text(decided_by_name(p->would_be_by)));
	explain_put(o, "effects", effects_json(p));
	if (in->findings != NULL) {
		explain_put(o, "from", explain_string(in->findings->id.from));
		explain_put(o, "author", explain_author(&in->findings->id).len > 0 ?
		    explain_string(explain_author(&in->findings->id)) : json_null());
		explain_put(o, "subject", explain_string(in->findings->id.subject));
		explain_put(o, "message_id",
		    explain_string(in->findings->id.message_id));
		explain_put(o, "size", json_integer((json_int_t)in->findings->size));
	}
	return o;
}
