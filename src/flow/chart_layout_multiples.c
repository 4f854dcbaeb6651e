/* SPDX-License-Identifier: MIT */
/*
 * A small chart for each series, all with one scale, so that they can be compared:
 * a line over a light area, the last value marked and printed.
 */
#include "flow/chart_impl.h"

enum {
	PANEL_LEAST = 1500,		/* width with which one more stands in a row */
	PANEL_GAP = 160,
	PANEL_NAME = 220,		/* height of the name */
	PANEL_PLOT = 620,
	PANEL_LABELS = 180,
	PANEL_BELOW = 140,
	DOT = 28,
};

struct panels {
	struct scale scale;
	int columns;
	int left;			/* of the first */
	int width;			/* of a panel, numbers of the last value in it */
	int plot;			/* of the lines */
};

static void
measure(const struct chart *c, struct panels *p)
{
	char number[NUMBER_SIZE];
	int last = 0;

	p->scale = scale_make(c->most, 3);
	p->left = layout_gutter(&p->scale) + 60;
	p->columns = MIN(MAX((c->width - p->left) / (PANEL_LEAST + PANEL_GAP), 2), 4);
	p->width = (c->width - p->left - PANEL_GAP * (p->columns - 1)) / p->columns;
	for (size_t k = 0; c->n_label > 0 && k < c->n_line; k++) {
		number_text(c->line[k].value[c->n_label - 1], number);
		last = MAX(last, text_width(slice_str(number), SIZE_TEXT, true));
	}
	p->plot = p->width - last - DOT - 60;
}

static void
put_line(struct chart *c, const struct panels *p, const struct line *l, int x, int base)
{
	size_t n = c->n_label;
	int *at = arena_calloc(c->arena, 2 * n, sizeof *at);
	int *area = arena_calloc(c->arena, 2 * (n + 2), sizeof *area);
	char number[NUMBER_SIZE];
	struct mark *m;

	for (size_t i = 0; i < n; i++) {
		/* One value alone stands where the last one does. */
		at[2 * i] = x + (n > 1 ? p->plot * (int)i / (int)(n - 1) : p->plot);
		at[2 * i + 1] = base - scale_place(&p->scale, l->value[i], PANEL_PLOT);
		area[2 * i] = at[2 * i];
		area[2 * i + 1] = at[2 * i + 1];
	}
	area[2 * n] = x + p->plot;
	area[2 * n + 1] = base;
	area[2 * n + 2] = x;
	area[2 * n + 3] = base;
	if (n > 1) {
		m = mark_add(c, MARK_AREA, INK_SOFT + l->colour);
		m->point = area;
		m->n_point = n + 2;
	}
	mark_line(c, INK_AXIS, x, base, x + p->plot, base, CHART_UNIT);
	if (n > 1) {
		m = mark_add(c, MARK_LINE, INK_SERIES + l->colour);
		m->point = at;
		m->n_point = n;
		m->w = 20;
	}
	m = mark_add(c, MARK_DOT, INK_SERIES + l->colour);
	m->x = at[2 * n - 2];
	m->y = at[2 * n - 1];
	m->w = DOT;
	m->tip = arena_printf(c->arena, "%s, %s: %s", c->label[n - 1], l->name,
	    number_text(l->value[n - 1], number));
	mark_number(c, INK_TEXT, m->x + DOT + 30, MIN(m->y + 42, base), SIZE_TEXT,
	    ANCHOR_START, l->value[n - 1]);
	mark_bold(c);
}

/* The first and the last label below a panel. */
static void
put_ends(struct chart *c, const struct panels *p, int x, int base)
{
	size_t n = c->n_label;
	int room = n > 1 ? p->plot / 2 - 40 : p->plot;

	if (n > 1)
		mark_text(c, INK_QUIET, x, base + 140, SIZE_SMALL, ANCHOR_START, c->label[0],
		    room);
	mark_text(c, INK_QUIET, x + p->plot, base + 140, SIZE_SMALL, ANCHOR_END,
	    c->label[n - 1], room);
}

static void
put_panel(struct chart *c, const struct panels *p, size_t k, int y)
{
	const struct line *l = &c->line[k];
	int column = (int)k % p->columns;
	int x = p->left + column * (p->width + PANEL_GAP);
	int base = y + PANEL_NAME + PANEL_PLOT;

	for (unsigned i = 1; i <= p->scale.n; i++) {
		int at = base - scale_place(&p->scale, p->scale.step * i, PANEL_PLOT);

		mark_line(c, INK_GRID, x, at, x + p->plot, at, CHART_UNIT);
	}
	for (unsigned i = 0; column == 0 && i <= p->scale.n; i += p->scale.n)
		mark_number(c, INK_QUIET, x - 60, base + 40 -
		    scale_place(&p->scale, p->scale.step * i, PANEL_PLOT), SIZE_SMALL,
		    ANCHOR_END, p->scale.step * i);
	put_line(c, p, l, x, base);
	mark_text(c, INK_TEXT, x, y + 130, SIZE_TEXT, ANCHOR_START,
	    text_cut(c->arena, l->name, SIZE_TEXT, true, p->width), 0);
	mark_bold(c);
	if (k + (size_t)p->columns >= c->n_line)
		put_ends(c, p, x, base);
}

void
layout_multiples(struct chart *c)
{
	const char *nothing = chart_nothing(c);
	int y = layout_head(c), row = PANEL_NAME + PANEL_PLOT + PANEL_BELOW;
	struct panels p;

	measure(c, &p);
	if (c->n_label == 0 || c->n_line == 0) {
		mark_text(c, INK_QUIET, 0, y + 140, SIZE_TEXT, ANCHOR_START, nothing, c->width);
		layout_foot(c, y + 240);
		return;
	}
	for (size_t k = 0; k < c->n_line; k++) {
		put_panel(c, &p, k, y);
		if ((k + 1) % (size_t)p.columns == 0 || k + 1 == c->n_line)
			y += row;
	}
	y += PANEL_LABELS - PANEL_BELOW;
	if (c->x_title[0] != '\0') {
		mark_text(c, INK_QUIET, p.left, y + 130, SIZE_SMALL, ANCHOR_START, c->x_title,
		    c->width - p.left);
		y += LINE_HEIGHT;
	}
	if (nothing != NULL) {
		mark_text(c, INK_QUIET, p.left, y + 140, SIZE_TEXT, ANCHOR_START, nothing,
		    c->width - p.left);
		y += LINE_HEIGHT;
	}
	layout_foot(c, y + 40);
}
