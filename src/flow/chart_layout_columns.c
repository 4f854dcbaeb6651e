/* SPDX-License-Identifier: MIT */
/*
 * Columns side by side: series on each other (CHART_STACKED), or one without
 * gaps (CHART_HISTOGRAM).  The sum stands above each column; the names of the
 * series stand beside the last one where there is room, else above.  Labels are
 * written in one or two lines, and where they have no room every second, third ...
 */
#include "flow/chart_impl.h"

enum {
	WIDE = 4600,			/* from there on names stand beside */
	PLOT = 1900,			/* height of the largest tick */
	ABOVE = 180,			/* for the sum on the largest column */
	SLOT_MOST = 800,
	COLUMN_MOST = 440,
	LABEL_MOST = 900,
	LABEL_GAP = 40,
	BESIDE_MOST = 1700,
	NAME_STEP = 150,		/* between names, at least */
	SWATCH = 100,
};

struct plot {
	struct scale scale;
	int left, right, base;
	int slot, column;
	bool stacked;
};

static const char *
name_and_last(struct chart *c, const struct line *l)
{
	char number[NUMBER_SIZE];

	return arena_printf(c->arena, "%s %s", l->name,
	    number_text(l->value[c->n_label - 1], number));
}

/* Room for the names at the right; 0: they stand above, or there is one only. */
static int
room_beside(struct chart *c)
{
	int widest = 0;

	if (c->width < WIDE || c->n_line < 2 || c->n_label == 0 ||
	    (int)c->n_line * NAME_STEP > PLOT)
		return 0;
	for (size_t k = 0; k < c->n_line; k++)
		widest = MAX(widest, text_width(slice_str(name_and_last(c, &c->line[k])),
		    SIZE_TEXT, false));
	return MIN(widest, BESIDE_MOST) + SWATCH + 200;
}

/* Names in rows above the columns. */
static int
names_above(struct chart *c, int y)
{
	int x = 0;

	for (size_t k = 0; k < c->n_line; k++) {
		const char *name = text_cut(c->arena, c->line[k].name, SIZE_TEXT, false,
		    BESIDE_MOST);
		int w = SWATCH + 50 + text_width(slice_str(name), SIZE_TEXT, false);

		if (x > 0 && x + w > c->width) {
			x = 0;
			y += LINE_HEIGHT + 20;
		}
		mark_rect(c, INK_SERIES + c->line[k].colour, x, y + 20, SWATCH, SWATCH, NULL);
		mark_text(c, INK_TEXT, x + SWATCH + 50, y + 110, SIZE_TEXT, ANCHOR_START,
		    name, 0);
		x += w + 140;
	}
	return y + LINE_HEIGHT + 60;
}

/*
 * Names beside the last column, each at the middle of its part, moved apart where
 * they would overlap: first upwards from the base, then down again from the top.
 */
static void
names_beside(struct chart *c, const struct plot *p)
{
	int *y = arena_calloc(c->arena, c->n_line, sizeof *y);
	int top = p->base - PLOT, bottom = p->base;
	int x = p->right + 140, edge = p->right - (p->slot - p->column) / 2;
	size_t last = c->n_label - 1, k;
	uint64_t below = 0;

	for (k = 0; k < c->n_line; k++) {
		uint64_t above = sum_capped(below, c->line[k].value[last]);

		y[k] = p->base - (scale_place(&p->scale, below, PLOT) +
		    scale_place(&p->scale, above, PLOT)) / 2;
		y[k] = MIN(y[k], bottom - NAME_STEP / 2);
		bottom = y[k] - NAME_STEP / 2;
		below = above;
	}
	for (k = c->n_line; k-- > 0;) {
		y[k] = MAX(y[k], top + NAME_STEP / 2);
		top = y[k] + NAME_STEP / 2;
	}
	below = 0;
	for (k = 0; k < c->n_line; k++) {
		const struct line *l = &c->line[k];
		uint64_t above = sum_capped(below, l->value[last]);
		int from = p->base - (scale_place(&p->scale, below, PLOT) +
		    scale_place(&p->scale, above, PLOT)) / 2;

		if (l->value[last] > 0)
			mark_line(c, INK_AXIS, edge + 20, from, x - 30, y[k], 7);
		mark_rect(c, INK_SERIES + l->colour, x, y[k] - SWATCH / 2, SWATCH, SWATCH,
		    NULL);
		mark_text(c, INK_TEXT, x + SWATCH + 50, y[k] + 42, SIZE_TEXT, ANCHOR_START,
		    name_and_last(c, l), c->width - x - SWATCH - 50);
		below = above;
	}
}

static void
put_column(struct chart *c, const struct plot *p, size_t i)
{
	int x = p->left + (int)i * p->slot + (p->slot - p->column) / 2;
	char number[NUMBER_SIZE];
	uint64_t below = 0;

	for (size_t k = 0; k < c->n_line; k++) {
		const struct line *l = &c->line[k];
		uint64_t above = sum_capped(below, l->value[i]);
		int from = scale_place(&p->scale, below, PLOT);
		int to = scale_place(&p->scale, above, PLOT);
		/* A thread of paper keeps neighbours apart whose colours are alike. */
		int gap = below > 0 && to - from > 40 ? CHART_UNIT : 0;

		/* What is there is seen, be it ever so small. */
		if (l->value[i] > 0 && to - from < CHART_UNIT && k == 0)
			to = from + CHART_UNIT;
		if (p->stacked)
			number_text(l->value[i], number);
		else
			number_text(c->sum[i], number);
		mark_rect(c, p->stacked ? INK_SERIES + l->colour : INK_SERIES + 1, x,
		    p->base - to, p->column, to - from - gap,
		    p->stacked ? arena_printf(c->arena, "%s, %s: %s", c->label[i], l->name,
		    number) : arena_printf(c->arena, "%s: %s", c->label[i], number));
		below = above;
	}
}

/* Is that label one of those that are shown, of so many one? */
static bool
is_shown(const struct chart *c, const struct plot *p, size_t i, size_t every)
{
	return (p->stacked ? c->n_label - 1 - i : i) % every == 0;
}

static void
put_sums(struct chart *c, const struct plot *p)
{
	char number[NUMBER_SIZE];
	int widest = 0;
	size_t every;

	for (size_t i = 0; i < c->n_label; i++)
		widest = MAX(widest, text_width(slice_str(number_text(c->sum[i], number)),
		    SIZE_SMALL, true));
	every = thin_out(p->slot, widest + 20);
	for (size_t i = 0; i < c->n_label; i++) {
		int x = p->left + (int)i * p->slot + p->slot / 2;
		int y = p->base - scale_place(&p->scale, c->sum[i], PLOT) - 40;

		if (!is_shown(c, p, i, every))
			continue;
		mark_number(c, INK_TEXT, MIN(x, c->width - widest / 2), y, SIZE_SMALL,
		    ANCHOR_MIDDLE, c->sum[i]);
		if (p->stacked && i == c->n_label - 1)
			mark_bold(c);
	}
}

static int
label_widest(const struct chart *c)
{
	int widest = 0;

	for (size_t i = 0; i < c->n_label; i++)
		widest = MAX(widest, text_width(slice_str(c->label[i]), SIZE_SMALL, false));
	return MIN(widest, LABEL_MOST);
}

/*
 * How wide a label is that may be broken at one of its blanks, and where that is best;
 * SIZE_MAX: nowhere.
 */
static int
broken_width(const char *label, size_t *at)
{
	struct slice s = slice_str(label);
	int best = text_width(s, SIZE_SMALL, false), w;

	*at = SIZE_MAX;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] != ' ')
			continue;
		w = MAX(text_width(slice_sub(s, 0, i), SIZE_SMALL, false),
		    text_width(slice_sub(s, i + 1, s.len), SIZE_SMALL, false));
		if (w < best) {
			best = w;
			*at = i;
		}
	}
	return best;
}

static int
broken_widest(const struct chart *c)
{
	int widest = 0;
	size_t at;

	for (size_t i = 0; i < c->n_label; i++)
		widest = MAX(widest, broken_width(c->label[i], &at));
	return MIN(widest, LABEL_MOST);
}

static void
put_label(struct chart *c, const char *label, int x, int y)
{
	int half;

	label = text_cut(c->arena, label, SIZE_SMALL, false, LABEL_MOST);
	half = text_width(slice_str(label), SIZE_SMALL, false) / 2;
	mark_text(c, INK_QUIET, MIN(x, c->width - half), y, SIZE_SMALL, ANCHOR_MIDDLE,
	    label, 0);
}

/*
 * Labels in one line; where that shows more of them, those that have no room for it in
 * two. Returns their height.
 */
static int
put_labels(struct chart *c, const struct plot *p)
{
	size_t every = thin_out(p->slot, label_widest(c) + LABEL_GAP);
	size_t broken = thin_out(p->slot, broken_widest(c) + LABEL_GAP);
	bool two = broken < every;
	int room;

	every = MIN(every, broken);
	room = (int)every * p->slot - LABEL_GAP;
	for (size_t i = 0; i < c->n_label; i++) {
		const char *label = c->label[i];
		int x = p->left + (int)i * p->slot + p->slot / 2;
		size_t at;

		if (!is_shown(c, p, i, every))
			continue;
		broken_width(label, &at);
		if (two && at != SIZE_MAX &&
		    text_width(slice_str(label), SIZE_SMALL, false) > room) {
			put_label(c, label + at + 1, x, p->base + 280);
			label = arena_strndup(c->arena, label, at);
		}
		put_label(c, label, x, p->base + 150);
	}
	return two ? 330 : 200;
}

static void
measure(struct chart *c, struct plot *p, int y, int beside)
{
	int slot;

	p->base = y + ABOVE + PLOT;
	p->left = layout_gutter(&p->scale) + 60;
	p->right = c->width - beside;
	slot = (p->right - p->left) / (int)MAX(c->n_label, 1);
	if (beside == 0 && label_widest(c) > slot)
		p->right -= MIN((label_widest(c) - slot) / 2, 200);
	p->slot = MAX(MIN((p->right - p->left) / (int)MAX(c->n_label, 1), SLOT_MOST), 1);
	if (c->n_label > 0)
		p->right = p->left + p->slot * (int)c->n_label;
	p->column = p->stacked ? MIN(p->slot * 72 / 100, COLUMN_MOST) :
	    p->slot > 40 ? p->slot - CHART_UNIT : p->slot;
	p->column = MAX(p->column, 1);
}

/* A histogram of which some columns would have no label: rows show all of them. */
static bool
wants_rows(const struct chart *c, const struct plot *p)
{
	return !p->stacked && c->n_label > 1 && c->n_label <= CHART_ROWS_MOST &&
	    thin_out(p->slot, broken_widest(c) + LABEL_GAP) > 1;
}

void
layout_columns(struct chart *c)
{
	struct plot p = { .stacked = c->kind == CHART_STACKED };
	const char *nothing = chart_nothing(c);
	int y = layout_head(c), beside;

	p.scale = scale_make(c->most_sum, 5);
	beside = p.stacked && nothing == NULL ? room_beside(c) : 0;
	if (p.stacked && nothing == NULL && beside == 0 && c->n_line > 1)
		y = names_above(c, y);
	measure(c, &p, y, beside);
	if (wants_rows(c, &p)) {
		c->n_mark = 0;
		layout_bars(c);
		return;
	}
	layout_grid(c, &p.scale, p.left, p.right, p.base, PLOT);
	for (size_t i = 0; i < c->n_label; i++)
		put_column(c, &p, i);
	if (nothing != NULL)
		mark_text(c, INK_QUIET, c->width / 2, p.base - PLOT / 2, SIZE_TEXT,
		    ANCHOR_MIDDLE, nothing, c->width);
	else
		put_sums(c, &p);
	y = p.base + put_labels(c, &p);
	if (c->x_title[0] != '\0' && c->n_label > 0) {
		mark_text(c, INK_QUIET, p.left, y + 130, SIZE_SMALL, ANCHOR_START, c->x_title,
		    c->width - p.left);
		y += LINE_HEIGHT;
	}
	if (beside > 0)
		names_beside(c, &p);
	layout_foot(c, y + 40);
}
