/* SPDX-License-Identifier: MIT */
/*
 * The display of `mroute test`: who wrote what, where it goes and why, the
 * lines that counted with the words they found, and what happens then.
 *
 *	interview.eml
 *	  From      Jane Roe <jane@dailyplanet.example>
 *	  Subject   Interview request: your remote manifesto
 *	  Route     press   95 points of 50 needed; next content, 30
 *	            +40 press.1  subject has "Interview request": your remote…
 *	  Then      forward press-team; file Triage/Press
 */
#include "rules/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "model/fields.h"
#include "rules/page.h"
#include "rules/why.h"

enum {
	INDENT = 12,			/* where the second column begins */
};

static void
label(struct page *pg, const char *name)
{
	page_pad(pg, 2);
	page_put_str(pg, STYLE_DIM, name);
	page_pad(pg, INDENT);
}

/* ---- a quote with its words ---- */

/* The last part of s that is at most columns wide, from the front of a word. */
static struct slice
last_part(struct slice s, size_t columns)
{
	size_t taken, blank;

	while (s.len > 0 && utf8_width(s) > columns) {
		(void)utf8_next(s, &taken);
		s = slice_sub(s, taken, s.len);
	}
	blank = slice_find(slice_sub(s, 0, s.len > 0 ? s.len - 1 : 0), ' ');
	return blank == SIZE_MAX ? s : slice_sub(s, blank + 1, s.len);
}

/* The first part, up to the end of a word. */
static struct slice
first_part(struct slice s, size_t columns)
{
	struct slice cut = utf8_cut_width(s, columns);

	for (size_t i = cut.len; i > 1; i--)
		if (cut.ptr[i - 1] == ' ')
			return slice_sub(cut, 0, i - 1);
	return cut;
}

/*
 * The sentence with the words that matched in quotes, within so many columns:
 *	…Daily Planet, and "on deadline" for a story…
 * The words stay whole where they can, and what is left is shared by both
 * sides.
 */
static void
put_quote(struct page *pg, const struct plan_line *l, size_t room)
{
	struct slice left = slice_sub(l->snippet, 0, l->at);
	struct slice right = slice_sub(l->snippet, l->at + l->matched.len,
	    l->snippet.len);
	size_t left_room;

	room = MAX(room, (size_t)PAGE_LEAST_ROOM) - 2;	/* the quotes */
	if (utf8_width(l->matched) > room) {
		page_put(pg, STYLE_DIM, SLICE_LIT("\""));
		page_put(pg, STYLE_BOLD, utf8_cut_width(l->matched, room - 1));
		page_put(pg, STYLE_DIM, SLICE_LIT(PAGE_ELLIPSIS "\""));
		return;
	}
	room -= utf8_width(l->matched);
	left_room = MAX(room / 2, room - MIN(room, utf8_width(right)));
	if (utf8_width(left) > left_room) {
		page_put(pg, STYLE_DIM, left_room > 0 ? SLICE_LIT(PAGE_ELLIPSIS) :
		    (struct slice){ NULL, 0 });
		room -= left_room > 0 ? 1 : 0;
		left = last_part(left, left_room > 0 ? left_room - 1 : 0);
	}
	page_put(pg, STYLE_DIM, left);
	room -= MIN(room, utf8_width(left));
	page_put(pg, STYLE_DIM, SLICE_LIT("\""));
	page_put(pg, STYLE_BOLD, l->matched);
	page_put(pg, STYLE_DIM, SLICE_LIT("\""));
	if (utf8_width(right) <= room)
		page_put(pg, STYLE_DIM, right);
	else if (room > 0) {
		page_put(pg, STYLE_DIM, first_part(right, room - 1));
		page_put(pg, STYLE_DIM, SLICE_LIT(PAGE_ELLIPSIS));
	}
}

/* ---- a line of a rule ---- */

/* Take the first word off the front of s. */
static struct slice
next_word(struct slice *s)
{
	struct slice w = { s->ptr, 0 };

	while (s->len > 0 && s->ptr[0] == ' ')
		*s = slice_sub(*s, 1, s->len);
	w.ptr = s->ptr;
	while (w.len < s->len && s->ptr[w.len] != ' ')
		w.len++;
	*s = slice_sub(*s, w.len, s->len);
	return w;
}

static bool
is_predicate(struct slice w)
{
	for (int p = 0; p < PRED_N; p++)
		if (slice_eq_str(w, predicate_name((enum predicate)p)))
			return true;
	return false;
}

/*
 * Where in "+40 subject has interview request" the value begins: behind the
 * field, if there is one, and the predicate ("is not" is two words).
 */
static size_t
value_offset(struct slice text)
{
	struct slice rest = text, after;

	(void)next_word(&rest);			/* +40 */
	if (!is_predicate(next_word(&rest)))	/* subject, or is */
		(void)next_word(&rest);		/* has */
	after = rest;
	if (slice_eq_str(next_word(&after), "not"))
		rest = after;
	return text.len - rest.len;
}

static bool
has_words(const struct plan_line *l)
{
	return l->matched.len > 0 && l->at + l->matched.len <= l->snippet.len &&
	    slice_eq(slice_sub(l->snippet, l->at, l->at + l->matched.len),
	    l->matched);
}

/* "outlet = Daily Planet, who = a reporter": behind the quote or below it. */
static void
put_captures(struct page *pg, const struct plan_line *l, size_t column)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	for (size_t i = 0; i < l->n_capture; i++) {
		buf_add_str(&b, i > 0 ? ", " : "");
		buf_add_slice(&b, l->capture[i].name);
		buf_add_str(&b, " = ");
		buf_add_slice(&b, l->capture[i].value);
	}
	if (utf8_width(buf_slice(&b)) + 3 > page_room(pg)) {
		page_newline(pg);
		page_pad(pg, column);
	} else
		page_pad(pg, pg->at + 3);
	page_put_cut(pg, STYLE_NAME, buf_slice(&b));
}

/* What the line says and what it found. */
static void
put_line_text(struct page *pg, const struct plan_line *l, bool captures)
{
	struct slice text = slice_str(l->text), head;
	size_t column = pg->at;

	(void)next_word(&text);
	text = slice_trim(text);
	head = slice_str(l->text);
	head = slice_trim(slice_sub(head, head.len - text.len,
	    value_offset(head)));
	if (l->state == TRI_UNKNOWN || !has_words(l)) {
		page_put_cut(pg, STYLE_PLAIN, text);
	} else {
		page_put(pg, STYLE_PLAIN, head);
		page_pad(pg, pg->at + 1);
		put_quote(pg, l, page_room(pg));
	}
	if (l->state == TRI_UNKNOWN) {
		page_newline(pg);
		page_pad(pg, column);
		page_put_str(pg, STYLE_WARN, "could not be judged: ");
		page_put_cut(pg, STYLE_WARN, l->reason);
	}
	if (captures && l->n_capture > 0)
		put_captures(pg, l, column);
}

/* "+40", "never"; with a mark when it is not known to hold. */
static void
points_text(const struct plan_line *l, struct buf *b)
{
	if (l->kind == 'n' || l->kind == 'a')
		buf_add_str(b, l->kind == 'n' ? "never" : "always");
	else
		buf_addf(b, "%+d", l->points);
	if (l->state == TRI_UNKNOWN)
		buf_add_char(b, '?');
}

/* Lines of one or several routes that are shown together. */
struct lines {
	const struct plan_line **line;
	size_t n, cap;
	size_t points_width, id_width;
	bool captures;			/* no field shows them */
};

static void
put_line(struct page *pg, const struct plan_line *l, const struct lines *ls)
{
	AUTO(buf_release) struct buf points = BUF_INIT;
	enum style style = l->state == TRI_UNKNOWN ? STYLE_WARN :
	    l->kind == '-' || l->kind == 'n' ? STYLE_BAD : STYLE_GOOD;

	points_text(l, &points);
	page_pad(pg, INDENT + ls->points_width - points.len);
	page_put(pg, style, buf_slice(&points));
	page_pad(pg, INDENT + ls->points_width + 1);
	page_put_str(pg, STYLE_NAME, l->id);
	page_pad(pg, INDENT + ls->points_width + 1 + ls->id_width + 2);
	put_line_text(pg, l, ls->captures);
	page_newline(pg);
}


static void
lines_release(struct lines *ls)
{
	free(ls->line);
}

static bool
line_counts(const struct plan_line *l)
{
	(void)l;
	return true;
}

static bool
line_is_never(const struct plan_line *l)
{
	return l->kind == 'n' && l->state == TRI_YES;
}

static bool
line_is_unknown(const struct plan_line *l)
{
	return l->state == TRI_UNKNOWN;
}

static void
take_lines(struct lines *ls, const struct plan_route *r,
    bool (*want)(const struct plan_line *l))
{
	for (size_t i = 0; i < r->n_line; i++) {
		if (!want(&r->line[i]))
			continue;
		if (ls->n == ls->cap) {
			ls->cap = ls->cap * 2 + 16;
			ls->line = xreallocarray(ls->line, ls->cap,
			    sizeof(struct plan_line *));
		}
		ls->line[ls->n++] = &r->line[i];
	}
}

static void
put_lines(struct page *pg, struct lines *ls)
{
	ls->points_width = 3;
	for (size_t i = 0; i < ls->n; i++) {
		AUTO(buf_release) struct buf points = BUF_INIT;

		points_text(ls->line[i], &points);
		ls->points_width = MAX(ls->points_width, points.len);
		ls->id_width = MAX(ls->id_width,
		    utf8_width(slice_str(ls->line[i]->id)));
	}
	for (size_t i = 0; i < ls->n; i++)
		put_line(pg, ls->line[i], ls);
}

/* ---- the parts of the page ---- */

static void
put_head(struct page *pg, const struct findings *f)
{
	struct slice subject;

	if (f == NULL)
		return;
	label(pg, "From");
	page_put_cut(pg, STYLE_PLAIN, f->id.from.len > 0 ? f->id.from :
	    SLICE_LIT("(nobody)"));
	page_newline(pg);
	subject = f->id.subject.len > 0 ? f->id.subject : SLICE_LIT("(none)");
	label(pg, "Subject");
	page_put_cut(pg, STYLE_PLAIN, subject);
	page_newline(pg);
}

static bool
is_certain(enum decided_by by)
{
	return by == BY_POINTS || by == BY_ALWAYS || by == BY_PERSON ||
	    by == BY_THREAD || by == BY_REDELIVERY || by == BY_OWN;
}

static const struct plan_route *
find_route(const struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->n_trace; i++)
		if (strcmp(p->trace[i].name, name) == 0)
			return &p->trace[i];
	return NULL;
}

/* The lines behind the decision: of the best route, and what hindered it. */
static void
put_reasons(struct page *pg, const struct plan *p)
{
	const struct plan_route *best = find_route(p, p->best);
	const struct plan_route *next = find_route(p, p->runner_up);
	enum decided_by by = p->by == BY_OBSERVE ? p->would_be_by : p->by;
	AUTO(lines_release) struct lines ls = { .captures = p->n_field == 0 };

	if (best != NULL)
		take_lines(&ls, best, line_counts);
	if (by == BY_MARGIN && next != NULL)
		take_lines(&ls, next, line_counts);
	for (size_t i = 0; by == BY_UNKNOWN && i < p->n_trace; i++)
		if (&p->trace[i] != best && why_unknown_matters(&p->trace[i]))
			take_lines(&ls, &p->trace[i], line_is_unknown);
	put_lines(pg, &ls);
}

/* Routes that would have been in it but for a `never`. */
static void
put_out(struct page *pg, const struct plan *p)
{
	for (size_t i = 0; i < p->n_trace; i++) {
		const struct plan_route *r = &p->trace[i];
		AUTO(lines_release) struct lines ls = { .n = 0 };
		AUTO(buf_release) struct buf b = BUF_INIT;

		if (!r->never || (r->known < r->needs && !r->always))
			continue;
		label(pg, "Not");
		page_put_str(pg, STYLE_NAME, r->name);
		page_pad(pg, pg->at + 3);
		buf_addf(&b, "%d points of %d needed, but", r->known, r->needs);
		page_put_wrapped(pg, STYLE_PLAIN, buf_str(&b));
		page_newline(pg);
		take_lines(&ls, r, line_is_never);
		put_lines(pg, &ls);
	}
}

static void
put_fields(struct page *pg, const struct plan *p)
{
	size_t width = 0;

	for (size_t i = 0; i < p->n_field; i++)
		width = MAX(width, utf8_width(slice_str(p->field[i].name)));
	for (size_t i = 0; i < p->n_field; i++) {
		if (i == 0)
			label(pg, "Fields");
		else
			page_pad(pg, INDENT);
		page_put_str(pg, STYLE_PLAIN, p->field[i].name);
		page_pad(pg, INDENT + width + 1);
		if (p->field[i].missing)
			page_put_str(pg, STYLE_WARN, "missing");
		else {
			page_put_str(pg, STYLE_DIM, "= ");
			page_put_cut(pg, STYLE_PLAIN, slice_str(p->field[i].value));
		}
		page_newline(pg);
	}
}

static void
put_list(struct page *pg, const char *name, const char *const *item, size_t n,
    const char *separator)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%s", i > 0 ? separator : "", item[i]);
	label(pg, name);
	page_put_wrapped(pg, STYLE_PLAIN, buf_str(&b));
	page_newline(pg);
}

static void
put_facts(struct page *pg, uint32_t facts)
{
	const char *names[FACT_N];
	size_t n = 0;

	for (int i = 0; i < FACT_N; i++)
		if ((facts & FACT_BIT(i)) != 0)
			names[n++] = fact_table[i].name;
	put_list(pg, "Is", names, n, ", ");
}

void
explain_text(const struct explain_input *in, bool colour, unsigned columns,
    struct buf *out)
{
	const struct plan *p = in->plan;
	struct page pg = { .out = out, .colour = colour, .columns = columns };

	if (in->file != NULL) {
		page_put_str(&pg, STYLE_BOLD, in->file);
		page_newline(&pg);
	}
	put_head(&pg, in->findings);
	put_facts(&pg, p->facts);
	label(&pg, "Route");
	page_put_str(&pg, is_certain(p->by) ? STYLE_GOOD : STYLE_WARN,
	    p->route[0] != '\0' ? p->route : p->title);
	page_pad(&pg, pg.at + 3);
	page_put_wrapped(&pg, STYLE_PLAIN, p->why);
	page_newline(&pg);
	put_reasons(&pg, p);
	put_out(&pg, p);
	put_fields(&pg, p);
	put_list(&pg, "Then", p->action, p->n_action, "; ");
}
