/* SPDX-License-Identifier: MIT */
#include "rules/effects.h"

#include <string.h>

#include "base/utf8.h"

/* A plan's lists while they grow. */
struct list_of {
	struct arena *a;
	struct plan *plan;
	size_t effect_cap, action_cap;
};

static bool
same_effect(const struct plan_effect *a, const struct plan_effect *b)
{
	if (a->kind != b->kind || strcmp(a->server, b->server) != 0)
		return false;
	return a->kind == EFFECT_SMTP ? address_equal(a->target, b->target) :
	    strcmp(a->target, b->target) == 0;
}

static void
add_effect(struct list_of *l, enum effect_kind kind, const char *server,
    const char *target)
{
	const struct plan_effect e = { kind, server, target };
	struct plan *p = l->plan;

	for (size_t i = 0; i < p->n_effect; i++)
		if (same_effect(&p->effect[i], &e))
			return;
	p->effect = arena_grow(l->a, p->effect, p->n_effect, &l->effect_cap,
	    sizeof *p->effect);
	p->effect[p->n_effect++] = e;
}

static void
add_team(struct list_of *l, const struct config_team *team)
{
	for (size_t i = 0; team != NULL && i < team->n_member; i++) {
		switch (team->member[i].kind) {
		case TARGET_ADDRESS:
			add_effect(l, EFFECT_SMTP, "", team->member[i].value);
			break;
		case TARGET_MAILDIR:
			add_effect(l, EFFECT_MAILDIR, "", team->member[i].value);
			break;
		}
	}
}

static void
add_file(struct list_of *l, const struct config *cfg,
    const struct config_alias *alias, const struct action *act)
{
	const char *store = act->store != NULL ? act->store : alias->store;
	const struct config_server *s = store != NULL ?
	    config_imap_find(cfg, store) : NULL;

	if (s != NULL)
		add_effect(l, s->maildir != NULL ? EFFECT_STORE : EFFECT_IMAP,
		    s->name, act->value);
}

static void
add_action(struct list_of *l, const char *text)
{
	struct plan *p = l->plan;

	p->action = arena_grow(l->a, p->action, p->n_action, &l->action_cap,
	    sizeof *p->action);
	p->action[p->n_action++] = text;
}

/* "forward a b": what stands on one line in a rule is one action to a reader. */
static void
add_forward(struct list_of *l, const char *to, bool more)
{
	struct plan *p = l->plan;

	if (more)
		p->action[p->n_action - 1] = arena_printf(l->a, "%s %s",
		    p->action[p->n_action - 1], to);
	else
		add_action(l, arena_printf(l->a, "forward %s", to));
}

void
effects_of_route(struct arena *a, const struct config *cfg,
    const struct config_alias *alias, const struct route *r, struct plan *plan)
{
	struct list_of l = { .a = a, .plan = plan };
	bool forward = false;		/* was the one before a forward? */

	plan->keep_originals = r->keep_originals;
	for (size_t i = 0; i < r->n_action; i++) {
		const struct action *act = &r->action[i];
		bool before = forward;

		forward = false;
		switch (act->kind) {
		case ACTION_FORWARD_ADDRESS:
			add_effect(&l, EFFECT_SMTP, "", act->value);
			add_forward(&l, act->value, before);
			forward = true;
			break;
		case ACTION_FORWARD_TEAM:
			add_team(&l, config_team_find(cfg, act->value));
			add_forward(&l, act->value, before);
			forward = true;
			break;
		case ACTION_FILE:
			add_file(&l, cfg, alias, act);
			add_action(&l, arena_printf(a, "file %s%s%s",
			    act->store != NULL ? act->store : "",
			    act->store != NULL ? ":" : "", act->value));
			break;
		case ACTION_MAILDIR:
			add_effect(&l, EFFECT_MAILDIR, "", act->value);
			add_action(&l, arena_printf(a, "maildir %s", act->value));
			break;
		case ACTION_KEEP:
			plan->keep = true;
			add_action(&l, "keep");
			break;
		}
	}
}

void
effects_fallback(struct arena *a, struct plan *plan)
{
	struct list_of l = { .a = a, .plan = plan };

	plan->keep_originals = -1;
	add_effect(&l, EFFECT_FALLBACK, "", "");
	add_action(&l, "fallback");
}

void
effects_to_addresses(struct arena *a, const char (*addr)[ADDR_SIZE], size_t n,
    struct plan *plan)
{
	struct list_of l = { .a = a, .plan = plan };

	plan->keep_originals = -1;
	for (size_t i = 0; i < n; i++) {
		const char *to = arena_strdup(a, addr[i]);

		add_effect(&l, EFFECT_SMTP, "", to);
		add_forward(&l, to, i > 0);
	}
}

/* The value of a capture: of the route's first line that has one. */
static const struct capture *
find_capture(const struct route *r, const struct findings *f, struct slice name)
{
	if (f == NULL || r->n_line == 0)
		return NULL;
	return findings_capture(f, r->line[0].number,
	    r->line[r->n_line - 1].number, name);
}

/* The {name} at the front of s, or nothing. */
static struct slice
placeholder(struct slice s)
{
	size_t n = 1;

	if (s.len == 0 || s.ptr[0] != '{')
		return (struct slice){ NULL, 0 };
	while (n < s.len && (s.ptr[n] == '_' ||
	    (s.ptr[n] >= '0' && s.ptr[n] <= '9') ||
	    (s.ptr[n] >= 'A' && s.ptr[n] <= 'Z') ||
	    (s.ptr[n] >= 'a' && s.ptr[n] <= 'z')))
		n++;
	if (n == 1 || n == s.len || s.ptr[n] != '}')
		return (struct slice){ NULL, 0 };
	return slice_sub(s, 0, n + 1);
}

static const char *
copy_cut(struct arena *a, struct slice s)
{
	s = utf8_cut(slice_trim(s), FINDINGS_CAPTURE_MAX);
	return arena_strndup(a, s.ptr, s.len);
}

static void
fill_template(struct arena *a, const struct route *r, const struct findings *f,
    const char *template, struct plan_field *out)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct slice rest = slice_str(template);

	while (rest.len > 0) {
		struct slice hole = placeholder(rest);
		size_t n = hole.len > 0 ? hole.len : 1;
		const struct capture *c;

		if (hole.len == 0)
			buf_add_char(&b, rest.ptr[0]);
		else if ((c = find_capture(r, f,
		    slice_sub(hole, 1, hole.len - 1))) != NULL)
			buf_add_slice(&b, c->value);
		else
			out->missing = true;
		rest = slice_sub(rest, n, rest.len);
	}
	if (!out->missing)
		out->text = out->value = copy_cut(a, buf_slice(&b));
}

static void
fill_typed(struct arena *a, const struct route *r, const struct findings *f,
    const struct capture_field *field, struct plan_field *out)
{
	struct slice rest = slice_str(field->template), name;
	const struct capture *c = NULL;

	if (template_next(&rest, &name))
		c = find_capture(r, f, name);
	out->missing = c == NULL;
	if (c == NULL)
		return;
	out->text = copy_cut(a, c->value);
	out->value = copy_cut(a, findings_reading(f, c, field->type));
}

void
effects_fields(struct arena *a, const struct route *r, const struct findings *f,
    struct plan *plan)
{
	plan->field = arena_calloc(a, r->n_field, sizeof *plan->field);
	plan->n_field = r->n_field;
	for (size_t i = 0; i < r->n_field; i++) {
		const struct capture_field *field = &r->field[i];
		struct plan_field *out = &plan->field[i];

		*out = (struct plan_field){ .name = field->name,
		    .type = field->type, .text = "", .value = "" };
		if (field->type == TYPED_TEXT)
			fill_template(a, r, f, field->template, out);
		else
			fill_typed(a, r, f, field, out);
	}
}
