/* SPDX-License-Identifier: MIT */
/*
 *	            THEN         NOW
 *	route       press        triage
 *	by          points       below-needs
 *	press       95 of 50     35 of 50
 *	content     30 of 50     30 of 50
 *
 *	press       THEN         NOW
 *	press.1     yes +60      gone         subject has interview
 *	press.4     no +25       yes +25      text has @deadline (34 phrases)
 *	press.5     not there    yes +10      any has newsroom
 */
#include "rules/beside.h"

#include <string.h>

#include "base/utf8.h"
#include "rules/hits.h"
#include "rules/jsonout.h"

enum { SIDE = 14 };			/* columns for then, and for now */

/* ---- what differs ---- */

static const struct account_route *
find_route(const struct account *ac, const char *name)
{
	for (size_t i = 0; i < ac->n_route; i++)
		if (strcmp(ac->route[i].route->name, name) == 0)
			return &ac->route[i];
	return NULL;
}

static const struct account_line *
find_hash(const struct account_route *r, const struct account_line *like)
{
	for (size_t i = 0; r != NULL && i < r->n_line; i++)
		if (strcmp(r->line[i].line->hash, like->line->hash) == 0)
			return &r->line[i];
	return NULL;
}

/* "subject has interview" of "+40 subject has interview". */
static struct slice
without_points(const struct account_line *l)
{
	struct slice text = slice_str(l->line->text);

	return slice_sub(text, slice_find(text, ' ') + 1, text.len);
}

/* The same line, or the same with other points. */
static const struct account_line *
find_line(const struct account_route *own, const struct account_route *r,
    const struct account_line *like)
{
	const struct account_line *l = find_hash(r, like);

	for (size_t i = 0; l == NULL && r != NULL && i < r->n_line; i++)
		if (slice_eq(without_points(&r->line[i]), without_points(like)) &&
		    find_hash(own, &r->line[i]) == NULL)
			l = &r->line[i];
	return l;
}

static bool
is_same(const struct account_line *a, const struct account_line *b)
{
	return a->state == b->state && strcmp(a->line->hash, b->line->hash) == 0;
}

struct differences {
	struct arena *a;
	struct beside_line *line;
	size_t n, cap;
};

static void
add(struct differences *l, const char *route, const struct account_line *then,
    const struct account_line *now)
{
	l->line = arena_grow(l->a, l->line, l->n, &l->cap, sizeof *l->line);
	l->line[l->n++] = (struct beside_line){ route, then, now };
}

static void
add_route(struct differences *l, const char *name, const struct account_route *then,
    const struct account_route *now)
{
	for (size_t i = 0; then != NULL && i < then->n_line; i++) {
		const struct account_line *other = find_line(then, now,
		    &then->line[i]);

		if (other == NULL || !is_same(other, &then->line[i]))
			add(l, name, &then->line[i], other);
	}
	for (size_t i = 0; now != NULL && i < now->n_line; i++)
		if (find_line(now, then, &now->line[i]) == NULL)
			add(l, name, NULL, &now->line[i]);
}

/* The routes of both, those of then first; f gets NULL where a side has none. */
static void
each_route(const struct account *then, const struct account *now, const char *only,
    void (*f)(void *arg, const char *name, const struct account_route *then,
    const struct account_route *now), void *arg)
{
	for (size_t i = 0; i < then->n_route; i++) {
		const char *name = then->route[i].route->name;

		if (only == NULL || strcmp(only, name) == 0)
			f(arg, name, &then->route[i], find_route(now, name));
	}
	for (size_t i = 0; i < now->n_route; i++) {
		const char *name = now->route[i].route->name;

		if ((only == NULL || strcmp(only, name) == 0) &&
		    find_route(then, name) == NULL)
			f(arg, name, NULL, &now->route[i]);
	}
}

static void
add_differences(void *arg, const char *name, const struct account_route *then,
    const struct account_route *now)
{
	add_route(arg, name, then, now);
}

size_t
beside_lines(struct arena *a, const struct account *then, const struct account *now,
    const char *only, struct beside_line **out)
{
	struct differences l = { .a = a };

	each_route(then, now, only, add_differences, &l);
	*out = l.line;
	return l.n;
}

/* ---- as text ---- */

struct sheet {
	struct page pg;
	size_t then, now, text;		/* columns */
};

static void
put_row(struct sheet *s, enum style style, const char *name, const char *then,
    const char *now)
{
	page_put_str(&s->pg, style, name);
	page_pad(&s->pg, s->then);
	page_put_within(&s->pg, STYLE_PLAIN, slice_str(then), SIDE - 1);
	page_pad(&s->pg, s->now);
	page_put_within(&s->pg, strcmp(then, now) != 0 ? STYLE_WARN : STYLE_PLAIN,
	    slice_str(now), SIDE - 1);
}

static void
put_heading(struct sheet *s, const char *name)
{
	page_put_str(&s->pg, STYLE_BOLD, name);
	page_pad(&s->pg, s->then);
	page_put_str(&s->pg, STYLE_DIM, "THEN");
	page_pad(&s->pg, s->now);
	page_put_str(&s->pg, STYLE_DIM, "NOW");
	page_newline(&s->pg);
}

static void
add_points(struct buf *b, const struct account_route *r)
{
	if (r == NULL)
		buf_add_str(b, "not there");
	else if (r->standing.never == TRI_YES)
		buf_add_str(b, "never");
	else if (r->standing.always == TRI_YES)
		buf_add_str(b, "always");
	else
		buf_addf(b, "%d of %d", r->standing.known, r->route->needs);
}

static bool
is_idle(const struct account_route *r)
{
	return r == NULL || r->n_hit == 0;
}

/* Routes that nothing spoke for, then or now, are left out. */
static void
put_points(void *arg, const char *name, const struct account_route *then,
    const struct account_route *now)
{
	AUTO(buf_release) struct buf t = BUF_INIT, n = BUF_INIT;

	if (is_idle(then) && is_idle(now))
		return;
	add_points(&t, then);
	add_points(&n, now);
	put_row(arg, STYLE_NAME, name, buf_str(&t), buf_str(&n));
	page_newline(&((struct sheet *)arg)->pg);
}

/* "yes +40", "no +25"; gone is a line that was there. */
static void
add_side(struct buf *b, const struct account_line *l, const char *none)
{
	static const char *const states[] = {
		[TRI_NO] = "no", [TRI_YES] = "yes", [TRI_UNKNOWN] = "unknown",
	};

	if (l == NULL) {
		buf_add_str(b, none);
		return;
	}
	buf_addf(b, "%s ", states[l->state]);
	if (l->line->kind == LINE_POINTS)
		buf_addf(b, "%+d", l->line->points);
	else
		buf_add_str(b, l->line->kind == LINE_NEVER ? "never" : "always");
}

static void
put_line(struct sheet *s, const struct beside_line *l)
{
	const struct account_line *shown = l->now != NULL ? l->now : l->then;
	AUTO(buf_release) struct buf t = BUF_INIT, n = BUF_INIT;

	add_side(&t, l->then, "not there");
	add_side(&n, l->now, "gone");
	put_row(s, STYLE_NAME, shown->line->id, buf_str(&t), buf_str(&n));
	page_pad(&s->pg, s->text);
	page_put_cut(&s->pg, STYLE_PLAIN, without_points(shown));
	page_newline(&s->pg);
}

static void
put_lines(struct sheet *s, const struct beside_line *line, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(line[i].route, line[i - 1].route) != 0) {
			page_newline(&s->pg);
			put_heading(s, line[i].route);
		}
		put_line(s, &line[i]);
	}
}

static void
widen(void *arg, const char *name, const struct account_route *then,
    const struct account_route *now)
{
	struct sheet *s = arg;
	const struct account_route *r = then != NULL ? then : now;

	s->then = MAX(s->then, utf8_width(slice_str(name)) + 2);
	for (size_t i = 0; i < r->n_line; i++)
		s->then = MAX(s->then, strlen(r->line[i].line->id) + 2);
}

void
beside_text(const struct account *then, const struct account *now, const char *only,
    const char *why, bool colour, unsigned columns, struct buf *out)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct sheet s = { .pg = { .out = out, .colour = colour,
	    .columns = columns }, .then = strlen("because") + 2 };
	struct beside_line *line;
	size_t n = beside_lines(a, then, now, only, &line);

	each_route(then, now, only, widen, &s);
	s.now = s.then + SIDE;
	s.text = s.now + SIDE;
	put_heading(&s, "");
	put_row(&s, STYLE_DIM, "route", plan_route(then->plan),
	    plan_route(now->plan));
	page_newline(&s.pg);
	put_row(&s, STYLE_DIM, "by", decided_by_name(then->plan->by),
	    decided_by_name(now->plan->by));
	page_newline(&s.pg);
	each_route(then, now, only, put_points, &s);
	if (why[0] != '\0') {
		page_put_str(&s.pg, STYLE_DIM, "because");
		page_pad(&s.pg, s.then);
		page_put_wrapped(&s.pg, STYLE_PLAIN, why);
		page_newline(&s.pg);
	}
	put_lines(&s, line, n);
	if (n == 0) {
		page_newline(&s.pg);
		page_put_str(&s.pg, STYLE_PLAIN,
		    "Every line comes out as it did then.");
		page_newline(&s.pg);
	}
}

/* ---- as JSON ---- */

static json_t *
side_json(const struct account_line *l)
{
	return l != NULL ? explain_line(l->hit) : json_null();
}

json_t *
beside_json(const struct account *then, const struct account *now, const char *only)
{
	AUTO(arena_free) struct arena *a = arena_new();
	json_t *lines = json_array();
	struct beside_line *line;
	size_t n = beside_lines(a, then, now, only, &line);

	for (size_t i = 0; i < n; i++) {
		json_t *o = json_object();

		jsonout_put(o, "route", jsonout_text(line[i].route));
		jsonout_put(o, "then", side_json(line[i].then));
		jsonout_put(o, "now", side_json(line[i].now));
		jsonout_push(lines, o);
	}
	return lines;
}
