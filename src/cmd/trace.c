/* SPDX-License-Identifier: MIT */
#include "cmd/trace.h"

#include <jansson.h>
#include <string.h>

static const char *
get_text(struct arena *a, const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? arena_strdup(a, s) : "";
}

static int
get_int(const json_t *o, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(o, key));

	return n > INT32_MAX || n < INT32_MIN ? 0 : (int)n;
}

static bool
get_bool(const json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

/* What this mroute does not know was decided elsewhere, by whomever. */
static enum decided_by
read_by(const char *name)
{
	enum decided_by by = decided_by_find(name);

	return by != BY_N ? by : BY_PERSON;
}

/* The sign of "+40 subject …" or the letter of "never …". */
static char
line_kind(const char *kind, int points)
{
	if (strcmp(kind, "never") == 0 || strcmp(kind, "always") == 0)
		return kind[0];
	return points < 0 ? '-' : '+';
}

static void
read_captures(struct arena *a, json_t *captures, struct plan_line *l)
{
	struct capture *c = arena_calloc(a, json_object_size(captures), sizeof *c);
	const char *name;
	json_t *value;

	l->capture = c;
	json_object_foreach(captures, name, value) {
		if (!json_is_string(value))
			continue;
		c[l->n_capture].name = slice_str(arena_strdup(a, name));
		c[l->n_capture++].value =
		    slice_str(arena_strdup(a, json_string_value(value)));
	}
}

static void
read_line(struct arena *a, const json_t *o, struct plan_line *l)
{
	const char *state = get_text(a, o, "state");
	json_int_t at = json_integer_value(json_object_get(o, "at"));

	l->id = get_text(a, o, "id");
	l->hash = get_text(a, o, "hash");
	l->points = get_int(o, "points");
	l->kind = line_kind(get_text(a, o, "kind"), l->points);
	l->text = get_text(a, o, "text");
	l->state = strcmp(state, "unknown") == 0 ? TRI_UNKNOWN : TRI_YES;
	l->field = slice_str(get_text(a, o, "field"));
	l->matched = slice_str(get_text(a, o, "matched"));
	l->snippet = slice_str(get_text(a, o, "snippet"));
	l->reason = slice_str(get_text(a, o, "reason"));
	read_captures(a, json_object_get(o, "captures"), l);
	if (at >= 0 && (size_t)at + l->matched.len <= l->snippet.len)
		l->at = (uint32_t)at;
	else
		l->matched = (struct slice){ NULL, 0 };
}

static void
read_route(struct arena *a, const json_t *o, struct plan_route *r)
{
	const json_t *lines = json_object_get(o, "lines");

	r->name = get_text(a, o, "route");
	r->known = get_int(o, "points");
	r->lowest = get_int(o, "lowest");
	r->highest = get_int(o, "highest");
	r->needs = get_int(o, "needs");
	r->never = get_bool(o, "never");
	r->always = get_bool(o, "always");
	r->n_line = json_array_size(lines);
	r->line = arena_calloc(a, r->n_line, sizeof *r->line);
	for (size_t i = 0; i < r->n_line; i++)
		read_line(a, json_array_get(lines, i), &r->line[i]);
}

static void
read_captured(struct arena *a, const json_t *list, struct plan *p)
{
	p->n_field = json_array_size(list);
	p->field = arena_calloc(a, p->n_field, sizeof *p->field);
	for (size_t i = 0; i < p->n_field; i++) {
		const json_t *o = json_array_get(list, i);
		struct plan_field *f = &p->field[i];
		int type = typed_find(slice_str(get_text(a, o, "type")));

		f->name = get_text(a, o, "name");
		f->type = type < 0 ? TYPED_TEXT : (enum typed)type;
		f->text = get_text(a, o, "text");
		f->value = get_text(a, o, "value");
		f->missing = !json_is_string(json_object_get(o, "text"));
	}
}

/* Of traces that were written before fields had types. */
static void
read_fields(struct arena *a, json_t *fields, struct plan *p)
{
	const char *name;
	json_t *value;

	p->field = arena_calloc(a, json_object_size(fields), sizeof *p->field);
	json_object_foreach(fields, name, value) {
		struct plan_field *f = &p->field[p->n_field++];

		f->name = arena_strdup(a, name);
		f->missing = !json_is_string(value);
		f->value = f->missing ? "" : arena_strdup(a, json_string_value(value));
		f->text = f->value;
	}
}

static void
read_trace(struct arena *a, const json_t *o, struct plan *p)
{
	const json_t *routes = json_object_get(o, "routes");
	const json_t *actions = json_object_get(o, "actions");
	const json_t *facts = json_object_get(o, "facts");

	p->best = get_text(a, o, "best");
	p->runner_up_points = get_int(o, "runner_up_points");
	p->runner_up_needs = get_int(o, "runner_up_needs");
	p->n_trace = json_array_size(routes);
	p->trace = arena_calloc(a, p->n_trace, sizeof *p->trace);
	for (size_t i = 0; i < p->n_trace; i++)
		read_route(a, json_array_get(routes, i), &p->trace[i]);
	if (json_object_get(o, "captured") != NULL)
		read_captured(a, json_object_get(o, "captured"), p);
	else
		read_fields(a, json_object_get(o, "fields"), p);
	p->n_action = json_array_size(actions);
	p->action = arena_calloc(a, p->n_action, sizeof *p->action);
	for (size_t i = 0; i < p->n_action; i++) {
		const char *s = json_string_value(json_array_get(actions, i));

		p->action[i] = s != NULL ? arena_strdup(a, s) : "";
	}
	for (size_t i = 0; i < json_array_size(facts); i++) {
		const char *s = json_string_value(json_array_get(facts, i));
		int fact = s != NULL ? fact_find(slice_str(s)) : -1;

		if (fact >= 0)
			p->facts |= FACT_BIT(fact);
	}
}

const struct plan *
trace_plan(struct arena *a, const struct store_row *row)
{
	struct plan *p = arena_alloc(a, sizeof *p);
	json_t *trace = json_loads(row->trace_json, 0, NULL);

	*p = (struct plan){
		.route = row->route, .title = row->title,
		.by = read_by(row->decided_by), .best = "",
		.points = row->points, .needs = row->needs, .margin = row->margin,
		.runner_up = row->runner_up, .would_be = row->would_be,
		.why = row->why, .keep_originals = -1,
	};
	if (trace != NULL)
		read_trace(a, trace, p);
	if (p->would_be[0] != '\0')
		p->would_be_by = read_by(row->would_be_by);
	json_decref(trace);
	return p;
}
