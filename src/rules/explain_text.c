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

#include <string.h>

#include "base/table.h"
#include "base/utf8.h"
#include "model/fields.h"

enum {
	INDENT = 12,			/* where the second column begins */
	LEAST_ROOM = 20,		/* a quote is not cut below that */
};

#define ELLIPSIS "\xe2\x80\xa6"

struct page {
	struct buf *out;
	bool fields;			/* captures are shown as fields below */
	bool colour;
	unsigned columns;		/* 0: no limit */
	size_t at;			/* columns used on this line */
};

/* Everything goes through here, so that no text can move the cursor. */
static void
put(struct page *pg, enum style style, struct slice s)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;

	if (s.len == 0)
		return;
	utf8_clean(&clean, s, false);
	style_add(pg->out, style, buf_slice(&clean), pg->colour);
	pg->at += utf8_width(buf_slice(&clean));
}

static void
put_str(struct page *pg, enum style style, const char *s)
{
	put(pg, style, slice_str(s));
}

/* Blanks up to a column; one at least when it lies behind us. */
static void
pad(struct page *pg, size_t column)
{
	size_t n = column > pg->at ? column - pg->at : 1;

	for (size_t i = 0; i < n; i++)
		buf_add_char(pg->out, ' ');
	pg->at += n;
}

static void
newline(struct page *pg)
{
	buf_add_char(pg->out, '\n');
	pg->at = 0;
}

static size_t
room_left(const struct page *pg)
{
	if (pg->columns == 0)
		return SIZE_MAX / 2;
	return pg->columns > pg->at ? pg->columns - pg->at : 0;
}

static void
label(struct page *pg, const char *name)
{
	pad(pg, 2);
	put_str(pg, STYLE_DIM, name);
	pad(pg, INDENT);
}

/* A text that goes on below itself when the line is full. */
static void
put_wrapped(struct page *pg, enum style style, const char *text)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;
	size_t column = pg->at;
	struct slice rest, word;
	bool first = true;

	utf8_clean(&clean, slice_str(text), false);
	rest = buf_slice(&clean);
	while (slice_next(&rest, ' ', &word)) {
		if (word.len == 0)
			continue;
		if (!first && utf8_width(word) + 1 > room_left(pg)) {
			newline(pg);
			pad(pg, column);
		} else if (!first)
			pad(pg, pg->at + 1);
		put(pg, style, word);
		first = false;
	}
}

/* One line, cut with an ellipsis. */
static void
put_cut(struct page *pg, enum style style, struct slice s)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;
	size_t room = MAX(room_left(pg), (size_t)LEAST_ROOM);

	utf8_clean(&clean, s, false);
	if (utf8_width(buf_slice(&clean)) <= room) {
		put(pg, style, buf_slice(&clean));
		return;
	}
	put(pg, style, utf8_cut_width(buf_slice(&clean), room - 1));
	put(pg, style, SLICE_LIT(ELLIPSIS));
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

	room = MAX(room, (size_t)LEAST_ROOM) - 2;	/* the quotes */
	if (utf8_width(l->matched) > room) {
		put(pg, STYLE_DIM, SLICE_LIT("\""));
		put(pg, STYLE_BOLD, utf8_cut_width(l->matched, room - 1));
		put(pg, STYLE_DIM, SLICE_LIT(ELLIPSIS "\""));
		return;
	}
	room -= utf8_width(l->matched);
	left_room = MAX(room / 2, room - MIN(room, utf8_width(right)));
	if (utf8_width(left) > left_room) {
		put(pg, STYLE_DIM, left_room > 0 ? SLICE_LIT(ELLIPSIS) :
		    (struct slice){ NULL, 0 });
		room -= left_room > 0 ? 1 : 0;
		left = last_part(left, left_room > 0 ? left_room - 1 : 0);
	}
	put(pg, STYLE_DIM, left);
	room -= MIN(room, utf8_width(left));
	put(pg, STYLE_DIM, SLICE_LIT("\""));
	put(pg, STYLE_BOLD, l->matched);
	put(pg, STYLE_DIM, SLICE_LIT("\""));
	if (utf8_width(right) <= room)
		put(pg, STYLE_DIM, right);
	else if (room > 0) {
		put(pg, STYLE_DIM, first_part(right, room - 1));
		put(pg, STYLE_DIM, SLICE_LIT(ELLIPSIS));
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

/* What the line says and what it found. */
static void
put_line_text(struct page *pg, const struct plan_line *l)
{
	struct slice text = slice_str(l->text), head;
	size_t column = pg->at;

	(void)next_word(&text);
	text = slice_trim(text);
	head = slice_str(l->text);
	head = slice_trim(slice_sub(head, head.len - text.len,
	    value_offset(head)));
	if (l->state == TRI_UNKNOWN || !has_words(l)) {
		put_cut(pg, STYLE_PLAIN, text);
	} else {
		put(pg, STYLE_PLAIN, head);
		pad(pg, pg->at + 1);
		put_quote(pg, l, room_left(pg));
	}
	if (l->state == TRI_UNKNOWN) {
		newline(pg);
		pad(pg, column);
		put_str(pg, STYLE_WARN, "could not be judged: ");
		put_cut(pg, STYLE_WARN, l->reason);
	}
	if (l->captures[0] != '\0' && !pg->fields) {
		struct slice found = slice_str(l->captures);

		if (utf8_width(found) + 3 > room_left(pg)) {
			newline(pg);
			pad(pg, column);
		} else
			pad(pg, pg->at + 3);
		put_cut(pg, STYLE_NAME, found);
	}
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

/* Widths of the two columns in front of what a line says. */
struct widths {
	size_t points, id;
};

static void
put_line(struct page *pg, const struct plan_line *l, const struct widths *w)
{
	AUTO(buf_release) struct buf points = BUF_INIT;
	enum style style = l->state == TRI_UNKNOWN ? STYLE_WARN :
	    l->kind == '-' || l->kind == 'n' ? STYLE_BAD : STYLE_GOOD;

	points_text(l, &points);
	pad(pg, INDENT + w->points - points.len);
	put(pg, style, buf_slice(&points));
	pad(pg, INDENT + w->points + 1);
	put_str(pg, STYLE_NAME, l->id);
	pad(pg, INDENT + w->points + 1 + w->id + 2);
	put_line_text(pg, l);
	newline(pg);
}

static void
put_lines(struct page *pg, const struct plan_route *r, bool (*want)(
    const struct plan_line *l))
{
	struct widths w = { 3, 0 };

	for (size_t i = 0; i < r->n_line; i++) {
		AUTO(buf_release) struct buf points = BUF_INIT;

		if (!want(&r->line[i]))
			continue;
		points_text(&r->line[i], &points);
		w.points = MAX(w.points, points.len);
		w.id = MAX(w.id, utf8_width(slice_str(r->line[i].id)));
	}
	for (size_t i = 0; i < r->n_line; i++)
		if (want(&r->line[i]))
			put_line(pg, &r->line[i], &w);
}

/* ---- the parts of the page ---- */

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
put_head(struct page *pg, const struct findings *f)
{
	struct slice subject;

	if (f == NULL)
		return;
	label(pg, "From");
	put_cut(pg, STYLE_PLAIN, f->id.from.len > 0 ? f->id.from :
	    SLICE_LIT("(nobody)"));
	newline(pg);
	subject = f->id.subject.len > 0 ? f->id.subject : SLICE_LIT("(none)");
	label(pg, "Subject");
	put_cut(pg, STYLE_PLAIN, subject);
	newline(pg);
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

	if (best != NULL)
		put_lines(pg, best, line_counts);
	if (by == BY_MARGIN && next != NULL)
		put_lines(pg, next, line_counts);
	for (size_t i = 0; by == BY_UNKNOWN && i < p->n_trace; i++)
		if (&p->trace[i] != best)
			put_lines(pg, &p->trace[i], line_is_unknown);
}

/* Routes that would have been in it but for a `never`. */
static void
put_out(struct page *pg, const struct plan *p)
{
	for (size_t i = 0; i < p->n_trace; i++) {
		const struct plan_route *r = &p->trace[i];
		AUTO(buf_release) struct buf b = BUF_INIT;

		if (!r->never || (r->known < r->needs && !r->always))
			continue;
		label(pg, "Not");
		put_str(pg, STYLE_NAME, r->name);
		pad(pg, pg->at + 3);
		buf_addf(&b, "%d points of %d needed, but", r->known, r->needs);
		put_wrapped(pg, STYLE_PLAIN, buf_str(&b));
		newline(pg);
		put_lines(pg, r, line_is_never);
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
			pad(pg, INDENT);
		put_str(pg, STYLE_PLAIN, p->field[i].name);
		pad(pg, INDENT + width + 1);
		if (p->field[i].missing)
			put_str(pg, STYLE_WARN, "missing");
		else {
			put_str(pg, STYLE_DIM, "= ");
			put_cut(pg, STYLE_PLAIN, slice_str(p->field[i].value));
		}
		newline(pg);
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
	put_wrapped(pg, STYLE_PLAIN, buf_str(&b));
	newline(pg);
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
	struct page pg = { .out = out, .fields = p->n_field > 0,
	    .colour = colour, .columns = columns };

	if (in->file != NULL) {
		put_str(&pg, STYLE_BOLD, in->file);
		newline(&pg);
	}
	put_head(&pg, in->findings);
	put_facts(&pg, p->facts);
	label(&pg, "Route");
	put_str(&pg, is_certain(p->by) ? STYLE_GOOD : STYLE_WARN,
	    p->route[0] != '\0' ? p->route : p->title);
	pad(&pg, pg.at + 3);
	put_wrapped(&pg, STYLE_PLAIN, p->why);
	newline(&pg);
	put_reasons(&pg, p);
	put_out(&pg, p);
	put_fields(&pg, p);
	put_list(&pg, "Then", p->action, p->n_action, "; ");
}
