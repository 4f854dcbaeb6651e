/* SPDX-License-Identifier: MIT */
/*
 * A ranked list: name, bar, number; what it was before is a thin mark across.
 * So is a histogram whose labels have no room below its columns.
 */
#include "flow/chart_impl.h"

enum {
	ROW = 220, BAR = 140,
	CLASS = 190, CLASS_BAR = 180,	/* of a histogram: without gaps */
	NAME_SHARE = 40,		/* per cent of the width, at most */
	BEFORE = 20,			/* width of the mark */
};

struct rows {
	struct scale scale;
	int left, length;
	int row, bar;			/* heights */
};

static void
measure(const struct chart *c, struct rows *r)
{
	char number[NUMBER_SIZE];
	int name = 0, digits = 0;

	for (size_t i = 0; i < c->n_label; i++) {
		name = MAX(name, text_width(slice_str(c->label[i]), SIZE_TEXT, false));
		number_text(c->sum[i], number);
		digits = MAX(digits, text_width(slice_str(number), SIZE_TEXT, false));
	}
	r->row = c->kind == CHART_BARS ? ROW : CLASS;
	r->bar = c->kind == CHART_BARS ? BAR : CLASS_BAR;
	r->scale = (struct scale){ MAX(c->most, 1), MAX(c->most, 1), 1 };
	r->left = MIN(name, c->width * NAME_SHARE / 100) + 80;
	r->length = c->width - r->left - digits - 120;
}

static void
put_row(struct chart *c, const struct rows *r, size_t i, int y)
{
	int length = scale_place(&r->scale, c->sum[i], r->length);
	int end = r->left + length, before;
	char number[NUMBER_SIZE];

	if (c->sum[i] > 0 && length < CHART_UNIT)
		length = CHART_UNIT;
	mark_text(c, INK_TEXT, r->left - 80, y + r->row / 2 + 42, SIZE_TEXT, ANCHOR_END,
	    c->label[i], r->left - 80);
	mark_rect(c, INK_SERIES + 1, r->left, y + (r->row - r->bar) / 2, length, r->bar,
	    arena_printf(c->arena, "%s: %s", c->label[i], number_text(c->sum[i], number)));
	if (c->before != NULL && c->before[i] > 0) {
		before = r->left + scale_place(&r->scale,
		    MIN(c->before[i], CHART_VALUE_MOST), r->length);
		/* With paper on both sides, to be seen on its own bar. */
		mark_rect(c, INK_PAPER, before - BEFORE, y + 15, 2 * BEFORE, r->row - 30, NULL);
		mark_rect(c, INK_BEFORE, before - BEFORE / 2, y + 15, BEFORE, r->row - 30,
		    arena_printf(c->arena, "%s before: %s", c->label[i],
		    number_text(c->before[i], number)));
		/* The number goes behind a mark that it would cover. */
		if (before > end - 40 && before < end + 140 +
		    text_width(slice_str(number_text(c->sum[i], number)), SIZE_TEXT, false))
			end = before + BEFORE / 2;
	}
	mark_number(c, INK_TEXT, end + 60, y + r->row / 2 + 42, SIZE_TEXT, ANCHOR_START,
	    c->sum[i]);
}

void
layout_bars(struct chart *c)
{
	const char *nothing = chart_nothing(c);
	int y = layout_head(c), top;
	struct rows r;

	if (c->n_label == 0 || c->n_line == 0) {
		mark_text(c, INK_QUIET, 0, y + 140, SIZE_TEXT, ANCHOR_START, nothing, c->width);
		layout_foot(c, y + 240);
		return;
	}
	measure(c, &r);
	if (c->before != NULL) {
		mark_rect(c, INK_BEFORE, r.left + 60, y + 10, BEFORE, LINE_HEIGHT - 20, NULL);
		mark_text(c, INK_QUIET, r.left + 130, y + 125, SIZE_SMALL, ANCHOR_START, "before",
		    0);
		y += LINE_HEIGHT + 40;
	}
	top = y;
	for (size_t i = 0; i < c->n_label; i++, y += r.row)
		put_row(c, &r, i, y);
	mark_line(c, INK_AXIS, r.left, top, r.left, y, CHART_UNIT);
	if (c->kind == CHART_HISTOGRAM && c->x_title[0] != '\0') {
		mark_text(c, INK_QUIET, 0, y + 140, SIZE_SMALL, ANCHOR_START, c->x_title,
		    c->width);
		y += LINE_HEIGHT;
	}
	if (nothing != NULL) {
		mark_text(c, INK_QUIET, r.left, y + 140, SIZE_TEXT, ANCHOR_START, nothing,
		    c->width - r.left);
		y += LINE_HEIGHT + 20;
	}
	layout_foot(c, y + 20);
}
