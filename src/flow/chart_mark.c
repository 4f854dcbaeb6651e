/* SPDX-License-Identifier: MIT */
#include "flow/chart_impl.h"

#include "base/utf8.h"

struct mark *
mark_add(struct chart *c, enum mark_kind kind, enum ink ink)
{
	struct mark *m;

	c->mark = arena_grow(c->arena, c->mark, c->n_mark, &c->cap_mark, sizeof *c->mark);
	m = &c->mark[c->n_mark++];
	*m = (struct mark){ .kind = kind, .ink = ink };
	return m;
}

void
mark_rect(struct chart *c, enum ink ink, int x, int y, int w, int h, const char *tip)
{
	struct mark *m;

	if (w <= 0 || h <= 0)
		return;
	m = mark_add(c, MARK_RECT, ink);
	m->x = x;
	m->y = y;
	m->w = w;
	m->h = h;
	m->tip = tip;
}

void
mark_line(struct chart *c, enum ink ink, int x0, int y0, int x1, int y1, int w)
{
	struct mark *m = mark_add(c, MARK_LINE, ink);
	int *p = arena_calloc(c->arena, 4, sizeof *p);

	p[0] = x0;
	p[1] = y0;
	p[2] = x1;
	p[3] = y1;
	m->point = p;
	m->n_point = 2;
	m->w = w;
}

void
mark_text(struct chart *c, enum ink ink, int x, int y, int size,
    enum mark_anchor anchor, const char *text, int room)
{
	struct mark *m;

	if (room > 0)
		text = text_cut(c->arena, text, size, false, room);
	if (text[0] == '\0')
		return;
	m = mark_add(c, MARK_TEXT, ink);
	m->x = x;
	m->y = y;
	m->size = size;
	m->anchor = anchor;
	m->text = text;
	m->room = MAX(room, text_width(slice_str(text), size, true));
}

void
mark_number(struct chart *c, enum ink ink, int x, int y, int size,
    enum mark_anchor anchor, uint64_t v)
{
	char number[NUMBER_SIZE];

	mark_text(c, ink, x, y, size, anchor,
	    arena_strdup(c->arena, number_text(v, number)), 0);
}

void
mark_bold(struct chart *c)
{
	if (c->n_mark > 0 && c->mark[c->n_mark - 1].kind == MARK_TEXT)
		c->mark[c->n_mark - 1].bold = true;
}

/* The front part of *rest that fits on a line, broken at a blank where there is one. */
static struct slice
take_line(struct slice *rest, int size, bool bold, int room)
{
	struct slice line = *rest, word;
	size_t columns = utf8_width(line), at;

	while (text_width(line, size, bold) > room && columns > 1)
		line = utf8_cut_width(*rest, --columns);
	if (line.len < rest->len) {
		for (at = line.len; at > 0 && rest->ptr[at] != ' ';)
			at--;
		if (at > 0)
			line = slice_sub(*rest, 0, at);
	}
	word = slice_sub(*rest, line.len, rest->len);
	*rest = slice_trim(word);
	return line;
}

/* Text on as many lines as it needs; the last of `lines` is cut. Returns the next y. */
static int
put_wrapped(struct chart *c, enum ink ink, const char *text, int y, int size, bool bold,
    int lines)
{
	struct slice rest = slice_str(text), line;
	int room = c->width;
	const char *s;

	for (; rest.len > 0 && lines > 0; lines--) {
		if (lines > 1) {
			line = take_line(&rest, size, bold, room);
			s = arena_strndup(c->arena, line.ptr, line.len);
		} else {
			s = arena_strndup(c->arena, rest.ptr, rest.len);
			s = text_cut(c->arena, s, size, bold, room);
			rest.len = 0;
		}
		y += size * 13 / 10;
		mark_text(c, ink, 0, y - size * 3 / 10, size, ANCHOR_START, s, 0);
		if (bold)
			mark_bold(c);
	}
	return y;
}

int
layout_head(struct chart *c)
{
	int y = put_wrapped(c, INK_TEXT, c->title, 0, SIZE_TITLE, true, 2);

	y += y > 0 ? 20 : 0;
	y = put_wrapped(c, INK_QUIET, c->y_title, y, SIZE_TEXT, false, 1);
	return y + 60;
}

void
layout_foot(struct chart *c, int y)
{
	if (c->left_out > 0) {
		y = put_wrapped(c, INK_QUIET, arena_printf(c->arena, "and %zu more",
		    c->left_out), y, SIZE_SMALL, false, 1);
	}
	y = put_wrapped(c, INK_QUIET, c->note, y, SIZE_SMALL, false, 4);
	c->height = y + 20;
}

int
layout_gutter(const struct scale *s)
{
	char number[NUMBER_SIZE];
	int widest = 0;

	for (unsigned i = 0; i <= s->n; i++) {
		number_text(s->step * i, number);
		widest = MAX(widest, text_width(slice_str(number), SIZE_SMALL, false));
	}
	return widest;
}

void
layout_grid(struct chart *c, const struct scale *s, int left, int right, int base,
    int length)
{
	for (unsigned i = 0; i <= s->n; i++) {
		int y = base - scale_place(s, s->step * i, length);

		mark_line(c, i == 0 ? INK_AXIS : INK_GRID, left, y, right, y, CHART_UNIT);
		mark_number(c, INK_QUIET, left - 60, y + 40, SIZE_SMALL, ANCHOR_END,
		    s->step * i);
	}
}
