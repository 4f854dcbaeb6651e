/* SPDX-License-Identifier: MIT */
/*
 * A row for each series, a cell for each label; the more, the stronger.  Cells
 * carry their numbers where all of them fit, and a key says what a colour means.
 */
#include "flow/chart_impl.h"

enum {
	NAMES_MOST = 900,
	CELL_LEAST = 180, CELL_MOST = 260,	/* height */
	DAY = 24, DAY_LABELS = 3,		/* hours are labelled every three */
	KEY_HEIGHT = 170,
};

struct cells {
	int left, top;
	int width, height;
	int digits;			/* size of the numbers; 0 they don't fit */
};

static int
digits_size(const struct chart *c, int width)
{
	static const int sizes[] = { SIZE_SMALL, SIZE_TINY, 90 };
	char number[NUMBER_SIZE];
	int widest;

	for (size_t s = 0; s < NELEM(sizes); s++) {
		widest = 0;
		for (size_t k = 0; k < c->n_line; k++)
			for (size_t i = 0; i < c->n_label; i++) {
				number_text(c->line[k].value[i], number);
				widest = MAX(widest, text_width(slice_str(number), sizes[s],
				    false));
			}
		if (widest + 20 <= width)
			return sizes[s];
	}
	return 0;
}

static void
put_row(struct chart *c, const struct cells *g, size_t k)
{
	const struct line *l = &c->line[k];
	int y = g->top + (int)k * g->height;
	char number[NUMBER_SIZE];

	mark_text(c, INK_QUIET, 0, y + g->height / 2 + 40, SIZE_SMALL, ANCHOR_START, l->name,
	    g->left - 50);
	for (size_t i = 0; i < c->n_label; i++) {
		unsigned level = heat_level(l->value[i], c->most);
		int x = g->left + (int)i * g->width;

		mark_rect(c, INK_HEAT + level, x, y, g->width - CHART_UNIT,
		    g->height - CHART_UNIT, arena_printf(c->arena, "%s, %s: %s", l->name,
		    c->label[i], number_text(l->value[i], number)));
		if (g->digits > 0 && l->value[i] > 0)
			mark_number(c, INK_ON_HEAT + level, x + (g->width - CHART_UNIT) / 2,
			    y + (g->height + g->digits * 7 / 10) / 2 - 5, g->digits,
			    ANCHOR_MIDDLE, l->value[i]);
	}
}

static void
put_labels(struct chart *c, const struct cells *g, int y)
{
	int widest = 0;
	size_t every;

	for (size_t i = 0; i < c->n_label; i++)
		widest = MAX(widest, text_width(slice_str(c->label[i]), SIZE_SMALL, false));
	every = thin_out(g->width, MIN(widest, NAMES_MOST) + 40);
	if (c->n_label == DAY && every < DAY_LABELS)
		every = DAY_LABELS;
	for (size_t i = 0; i < c->n_label; i += every)
		mark_text(c, INK_QUIET, g->left + (int)i * g->width, y + 130, SIZE_SMALL,
		    ANCHOR_START, c->label[i],
		    MIN((int)every * g->width, c->width - g->left - (int)i * g->width));
}

/* "0" "1-3" "4-6" ... on their colours. */
static int
put_key(struct chart *c, const struct cells *g, int y)
{
	const char *text[CHART_HEATS + 1];
	int widest = 0, x = g->left, w;

	for (unsigned level = 0; level <= CHART_HEATS; level++) {
		text[level] = heat_range(c->arena, level, c->most);
		widest = MAX(widest, text_width(slice_str(text[level]), SIZE_TINY, false));
	}
	w = MIN(widest + 100, (c->width - g->left) / (CHART_HEATS + 1));
	for (unsigned level = 0; level <= CHART_HEATS; level++) {
		if (text[level][0] == '\0')
			continue;
		mark_rect(c, INK_HEAT + level, x, y, w - CHART_UNIT, KEY_HEIGHT, NULL);
		mark_text(c, INK_ON_HEAT + level, x + w / 2, y + 122, SIZE_TINY, ANCHOR_MIDDLE,
		    text[level], w - 20);
		x += w;
	}
	return y + KEY_HEIGHT + 30;
}

void
layout_heat(struct chart *c)
{
	const char *nothing = chart_nothing(c);
	struct cells g = { .top = layout_head(c) };
	int y;

	if (c->n_label == 0 || c->n_line == 0) {
		mark_text(c, INK_QUIET, 0, g.top + 140, SIZE_TEXT, ANCHOR_START, nothing,
		    c->width);
		layout_foot(c, g.top + 240);
		return;
	}
	for (size_t k = 0; k < c->n_line; k++)
		g.left = MAX(g.left, text_width(slice_str(c->line[k].name), SIZE_SMALL, false));
	g.left = MIN(g.left, NAMES_MOST) + 60;
	g.width = MIN((c->width - g.left) / (int)c->n_label, 2 * CELL_MOST);
	g.width = MAX(g.width, 15);
	g.height = MIN(MAX(g.width, CELL_LEAST), CELL_MOST);
	g.digits = digits_size(c, g.width);
	for (size_t k = 0; k < c->n_line; k++)
		put_row(c, &g, k);
	y = g.top + (int)c->n_line * g.height;
	put_labels(c, &g, y);
	y += 180;
	if (c->x_title[0] != '\0') {
		mark_text(c, INK_QUIET, g.left, y + 130, SIZE_SMALL, ANCHOR_START, c->x_title,
		    c->width - g.left);
		y += LINE_HEIGHT;
	}
	y += 60;
	if (nothing == NULL) {
		y = put_key(c, &g, y);
	} else {
		mark_text(c, INK_QUIET, g.left, y + 130, SIZE_TEXT, ANCHOR_START, nothing,
		    c->width - g.left);
		y += LINE_HEIGHT + 40;
	}
	layout_foot(c, y);
}
