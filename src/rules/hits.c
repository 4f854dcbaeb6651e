/* SPDX-License-Identifier: MIT */
#include "rules/hits.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "model/fields.h"

enum { HEAD_MAX = 20 };			/* wider heads don't widen the column */

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

/* The text without its points, and of that the field and the predicate. */
static struct slice
split_text(const struct plan_line *l, struct slice *head)
{
	struct slice text = slice_str(l->text), rest = text;
	size_t value = value_offset(text);

	(void)next_word(&rest);
	rest = slice_trim(rest);
	*head = slice_trim(slice_sub(text, text.len - rest.len, value));
	return rest;
}

/*
 * Do the words come from the line's own condition, or from one of its `and`s?
 * Then the head would lie.
 */
static bool
is_about_head(const struct plan_line *l, struct slice head)
{
	if (l->field.len == 0)		/* facts */
		return true;
	return slice_eq(next_word(&head), l->field);
}

static bool
has_words(const struct plan_line *l)
{
	return l->state != TRI_UNKNOWN && l->matched.len > 0 &&
	    l->at + l->matched.len <= l->snippet.len &&
	    slice_eq(slice_sub(l->snippet, l->at, l->at + l->matched.len),
	    l->matched);
}

void
hits_put_found(struct page *pg, const struct plan_line *l, size_t head_width)
{
	struct slice head, text = split_text(l, &head);
	size_t column = pg->at;

	if (!has_words(l)) {
		page_put_cut(pg, STYLE_PLAIN, text);
	} else if (is_about_head(l, head)) {
		page_put(pg, STYLE_PLAIN, head);
		page_pad(pg, MAX(column + head_width, pg->at) + 1);
		put_quote(pg, l, page_room(pg));
	} else {
		page_put_cut(pg, STYLE_PLAIN, text);
		page_newline(pg);
		page_pad(pg, column);
		page_put(pg, STYLE_PLAIN, l->field);
		page_pad(pg, MAX(column + head_width, pg->at) + 1);
		put_quote(pg, l, page_room(pg));
	}
	if (l->state == TRI_UNKNOWN) {
		page_newline(pg);
		page_pad(pg, column);
		page_put_str(pg, STYLE_WARN, "could not be judged: ");
		page_put_cut(pg, STYLE_WARN, l->reason);
	}
}

void
hits_put_captures(struct page *pg, const struct plan_line *l, size_t column)
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

void
hits_points(const struct plan_line *l, struct buf *b)
{
	if (l->kind == 'n' || l->kind == 'a')
		buf_add_str(b, l->kind == 'n' ? "never" : "always");
	else
		buf_addf(b, "%+d", l->points);
	if (l->state == TRI_UNKNOWN)
		buf_add_char(b, '?');
}

enum style
hits_style(const struct plan_line *l)
{
	if (l->state == TRI_UNKNOWN)
		return STYLE_WARN;
	return l->kind == '-' || l->kind == 'n' ? STYLE_BAD : STYLE_GOOD;
}

/* ---- several ---- */

void
hits_release(struct hits *h)
{
	free(h->line);
}

void
hits_take(struct hits *h, const struct plan_route *r,
    bool (*want)(const struct plan_line *l))
{
	for (size_t i = 0; i < r->n_line; i++) {
		if (want != NULL && !want(&r->line[i]))
			continue;
		if (h->n == h->cap) {
			h->cap = h->cap * 2 + 16;
			h->line = xreallocarray(h->line, h->cap,
			    sizeof(struct plan_line *));
		}
		h->line[h->n++] = &r->line[i];
	}
}

/* What weighs most has the greatest; what speaks against comes behind. */
static int
rank(const struct plan_line *l)
{
	if (l->state == TRI_UNKNOWN)
		return INT32_MIN;
	return l->kind == 'n' || l->kind == 'a' ? INT32_MAX : l->points;
}

void
hits_sort(struct hits *h)
{
	/* By insertion: there are few, and those of one rank keep their order. */
	for (size_t i = 1; i < h->n; i++) {
		const struct plan_line *l = h->line[i];
		size_t at = i;

		for (; at > 0 && rank(h->line[at - 1]) < rank(l); at--)
			h->line[at] = h->line[at - 1];
		h->line[at] = l;
	}
}

size_t
hits_head_width(const struct hits *h)
{
	size_t width = 0;

	for (size_t i = 0; i < h->n; i++) {
		struct slice head;

		(void)split_text(h->line[i], &head);
		if (has_words(h->line[i]) && is_about_head(h->line[i], head) &&
		    utf8_width(head) <= HEAD_MAX)
			width = MAX(width, utf8_width(head));
	}
	return width;
}

struct columns {
	size_t first, points, id, head;
};

static void
put_row(struct page *pg, const struct plan_line *l, const struct columns *c,
    bool captures)
{
	AUTO(buf_release) struct buf points = BUF_INIT;
	size_t column = c->first + c->points + 1 + c->id + 2;

	hits_points(l, &points);
	page_pad(pg, c->first + c->points - points.len);
	page_put(pg, hits_style(l), buf_slice(&points));
	page_pad(pg, c->first + c->points + 1);
	page_put_str(pg, STYLE_NAME, l->id);
	page_pad(pg, column);
	hits_put_found(pg, l, c->head);
	if (captures && l->n_capture > 0)
		hits_put_captures(pg, l, column);
	page_newline(pg);
}

/* What the lines from there on come to: "+35". */
static void
sum_text(const struct hits *h, size_t from, struct buf *out)
{
	int points = 0;

	for (size_t i = from; i < h->n; i++)
		points += h->line[i]->state == TRI_YES ? h->line[i]->points : 0;
	buf_addf(out, "%+d", points);
}

/* "+35 5 more: press.9, press.12, press.14": nothing is left out in silence. */
static void
put_rest(struct page *pg, const struct hits *h, size_t from, struct slice sum,
    const struct columns *c)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	buf_addf(&b, "%zu more: ", h->n - from);
	for (size_t i = from; i < h->n; i++)
		buf_addf(&b, "%s%s%s", i > from ? ", " : "", h->line[i]->id,
		    h->line[i]->state == TRI_UNKNOWN ? "?" : "");
	page_pad(pg, c->first + c->points - sum.len);
	page_put(pg, STYLE_DIM, sum);
	page_pad(pg, c->first + c->points + 1);
	page_put_cut(pg, STYLE_DIM, buf_slice(&b));
	page_newline(pg);
}

void
hits_put(const struct hits *h, struct page *pg, size_t column, size_t most)
{
	struct columns c = { column, 3, 0, hits_head_width(h) };
	size_t n = h->n > most ? most - 1 : h->n;	/* never "1 more" */
	AUTO(buf_release) struct buf sum = BUF_INIT;

	if (n < h->n) {
		sum_text(h, n, &sum);
		c.points = MAX(c.points, sum.len);
	}
	for (size_t i = 0; i < n; i++) {
		AUTO(buf_release) struct buf points = BUF_INIT;

		hits_points(h->line[i], &points);
		c.points = MAX(c.points, points.len);
		c.id = MAX(c.id, utf8_width(slice_str(h->line[i]->id)));
	}
	for (size_t i = 0; i < n; i++)
		put_row(pg, h->line[i], &c, h->captures);
	if (n < h->n)
		put_rest(pg, h, n, buf_slice(&sum), &c);
}
