/* SPDX-License-Identifier: MIT */
/*
 * A chart as tables that need nothing but tables: width and bgcolor as attributes, since
 * Outlook draws with Word's engine (no flex, no position, no max-width), CSS inline,
 * since Gmail drops what is not.  Widths are whole per cents, so that all of it shrinks with a
 * narrow screen.  A row of bars is a table of its own: its cells are not those of the
 * next row, and nothing is nested.
 *
 * Gmail cuts a mail at 102 kB, and there are hundreds of cells: one says no more than
 * what it needs; the ground is an attribute, and only text has letters and a colour.
 * Well-formed XML, as what is around it.
 */
#include "flow/chart_impl.h"

#include <math.h>

#include "base/markup.h"

enum {
	WHOLE = 100,			/* per cent */
	NUMBER_CELL = 12,
	PART_NUMBER_LEAST = 6,		/* a part that is narrower carries no number */
};

#define FONT	"font:%s%dpx/%dpx Helvetica,Arial,sans-serif;color:#%06x"

/* apart: pixels between the cells. */
static void
open_table(struct buf *out, unsigned apart, const char *style)
{
	buf_addf(out, "<table role=\"presentation\" width=\"100%%\" cellpadding=\"0\" "
	    "cellspacing=\"%u\" border=\"0\" style=\"width:100%%;max-width:600px;"
	    "table-layout:fixed;line-height:18px%s\">\n", apart, style);
}

static void
close_table(struct buf *out)
{
	buf_add_str(out, "</table>\n");
}

/* A whole table for one line of text. */
static void
put_line(struct buf *out, const char *text, enum ink ink, int size, bool bold)
{
	if (text[0] == '\0')
		return;
	open_table(out, 0, "");
	buf_addf(out, "<tr><td style=\"" FONT ";padding:0 0 2px 0;word-wrap:break-word;"
	    "overflow-wrap:anywhere\">", bold ? "bold " : "", size, size * 4 / 3,
	    ink_light(ink));
	markup_text(out, slice_str(text), 0);
	buf_add_str(out, "</td></tr>\n");
	close_table(out);
}

struct cell {
	unsigned percent;		/* of the table; 0: what is left */
	const char *align;
	enum ink text;
	enum ink ground;		/* INK_PAPER: none */
	unsigned on_ground;		/* colour of text on it, when not 0 */
	int size;
	bool bold;
	size_t span;			/* columns, when not 0 */
};

static void
put_cell(struct buf *out, const struct cell *c, const char *text)
{
	buf_add_str(out, "<td");
	if (c->percent > 0)
		buf_addf(out, " width=\"%u%%\"", c->percent);
	if (c->span > 0)
		buf_addf(out, " colspan=\"%zu\"", c->span);
	if (c->ground != INK_PAPER)
		buf_addf(out, " bgcolor=\"#%06x\"", ink_light(c->ground));
	/* A cell without anything is not drawn by all. */
	if (text[0] == '\0') {
		buf_add_str(out, ">&#160;");
	} else {
		buf_addf(out, " align=\"%s\" style=\"" FONT ";white-space:nowrap;"
		    "overflow:hidden\">", c->align, c->bold ? "bold " : "", c->size, 18,
		    c->on_ground != 0 ? c->on_ground : ink_light(c->text));
		markup_text(out, slice_str(text), 0);
	}
	buf_add_str(out, "</td>");
}

/* How much of the width names need, at 13 pixels. */
static unsigned
name_percent(const char *const *name, size_t n, unsigned least, unsigned most)
{
	int widest = 0;

	for (size_t i = 0; i < n; i++)
		widest = MAX(widest, text_width(slice_str(name[i]), 130, false));
	/* Of 360 pixels: there it must fit, too. */
	return MIN(MAX((unsigned)((widest + 80) * WHOLE / 3600 + 1), least), most);
}

static unsigned
share_of(uint64_t v, uint64_t most, unsigned whole)
{
	double share = most > 0 ? (double)v / (double)most : 0;
	unsigned n = (unsigned)lround(share * whole);

	return v > 0 ? MAX(n, 1) : 0;
}

/* The cell behind a bar: the number, and what is left of the width. */
static void
put_rest(struct buf *out, unsigned percent, uint64_t v, const char *more)
{
	char number[NUMBER_SIZE];

	buf_addf(out, "<td width=\"%u%%\" align=\"left\" style=\"" FONT ";white-space:nowrap\">"
	    "&#160;<b>%s</b>", percent, "", 12, 18, ink_light(INK_TEXT),
	    number_text(v, number));
	if (more[0] != '\0') {
		buf_addf(out, "<span style=\"color:#%06x\"> ", ink_light(INK_QUIET));
		markup_text(out, slice_str(more), 0);
		buf_add_str(out, "</span>");
	}
	buf_add_str(out, "</td>");
}

/* What a series looks like, in front of the rows that use it. */
static void
put_names(const struct chart *c, struct buf *out)
{
	if (c->n_line < 2)
		return;
	open_table(out, 0, "");
	buf_addf(out, "<tr><td style=\"" FONT ";padding:2px 0 6px 0\">", "", 12, 20,
	    ink_light(INK_TEXT));
	for (size_t k = 0; k < c->n_line; k++) {
		buf_addf(out, "%s<span style=\"white-space:nowrap\"><span style=\""
		    "background-color:#%06x;color:#%06x\">&#160;&#160;&#160;</span>&#160;",
		    k > 0 ? " &#160; " : "", ink_light(INK_SERIES + c->line[k].colour),
		    ink_light(INK_SERIES + c->line[k].colour));
		markup_text(out, slice_str(text_cut_columns(c->arena, c->line[k].name, 24)), 0);
		buf_add_str(out, "</span>");
	}
	buf_add_str(out, "</td></tr>\n");
	close_table(out);
}

/* The parts of one bar: where each ends is rounded, so that the whole is right. */
static unsigned
put_parts(const struct chart *c, size_t i, unsigned whole, struct buf *out)
{
	unsigned from = 0, to;
	char number[NUMBER_SIZE];
	uint64_t below = 0;

	for (size_t k = 0; k < c->n_line; k++) {
		const struct line *l = &c->line[k];
		enum ink ink = INK_SERIES + l->colour;

		below = sum_capped(below, l->value[i]);
		to = share_of(below, c->most_sum, whole);
		if (to <= from)
			continue;
		put_cell(out, &(struct cell){ .percent = to - from, .align = "center",
		    .ground = ink, .on_ground = ink_light_above(ink), .size = 11 },
		    to - from >= PART_NUMBER_LEAST ? number_text(l->value[i], number) : "");
		from = to;
	}
	return from;
}

static const char *
before_text(const struct chart *c, size_t i)
{
	char number[NUMBER_SIZE];

	if (c->before == NULL)
		return "";
	return arena_printf(c->arena, "(before %s)", number_text(c->before[i], number));
}

static void
write_rows(const struct chart *c, struct buf *out)
{
	bool stacked = c->kind == CHART_STACKED, list = c->kind == CHART_BARS;
	unsigned name = name_percent(c->label, c->n_label, 8, list ? 40 : 30);
	unsigned behind = NUMBER_CELL + (c->before != NULL ? 18 : 0);
	unsigned whole = WHOLE - name - behind, used;

	if (stacked)
		put_names(c, out);
	for (size_t i = 0; i < c->n_label; i++) {
		open_table(out, 0, ";margin:0 0 2px 0");
		buf_add_str(out, "<tr>");
		put_cell(out, &(struct cell){ .percent = name, .align = "left",
		    .text = INK_TEXT, .ground = INK_PAPER, .size = 13 },
		    text_cut(c->arena, c->label[i], 130, false, (int)name * 36));
		if (stacked) {
			used = put_parts(c, i, whole, out);
		} else {
			used = share_of(c->sum[i], c->most_sum, whole);
			if (used > 0)
				put_cell(out, &(struct cell){ .percent = used, .align = "left",
				    .ground = INK_SERIES + 1, .size = 11 }, "");
		}
		put_rest(out, WHOLE - name - used, c->sum[i], before_text(c, i));
		buf_add_str(out, "</tr>\n");
		close_table(out);
	}
}

/* Labels above the cells, as many as there is room for with 360 pixels. */
static void
put_grid_labels(const struct chart *c, unsigned name, struct buf *out)
{
	int room = 36 * (int)(WHOLE - name) / (int)c->n_label, widest = 0;
	size_t every, span;

	for (size_t i = 0; i < c->n_label; i++)
		widest = MAX(widest, text_width(slice_str(c->label[i]), 110, false));
	every = thin_out(room, widest + 30);
	if (c->n_label == 24 && every < 3)
		every = 3;
	buf_add_str(out, "<tr>");
	put_cell(out, &(struct cell){ .percent = name, .align = "left", .ground = INK_PAPER,
	    .text = INK_QUIET, .size = 11 }, "");
	for (size_t i = 0; i < c->n_label; i += every) {
		span = MIN(every, c->n_label - i);
		put_cell(out, &(struct cell){ .align = every > 1 ? "left" : "center",
		    .ground = INK_PAPER, .text = INK_QUIET, .size = 11, .span = span },
		    text_cut(c->arena, c->label[i], 110, false, (int)span * room));
	}
	buf_add_str(out, "</tr>\n");
}

/*
 * The number in a cell: when there are many columns, only one that is not cut on a narrow
 * screen, since half a number is a wrong one.
 */
static void
put_grid_number(const struct chart *c, uint64_t v, struct buf *out)
{
	bool many = c->n_label > 12;
	unsigned level = heat_level(v, c->most);
	char number[NUMBER_SIZE];
	size_t n = strlen(number_short(v, number));

	put_cell(out, &(struct cell){ .align = "center", .text = INK_ON_HEAT + level,
	    .ground = INK_HEAT + level, .size = n > (many ? 1U : 3U) ? many ? 9 : 10 :
	    many ? 10 : 12 }, v == 0 || (many && n > 2) ? "" : number);
}

/* What a colour means. */
static void
put_key(const struct chart *c, struct buf *out)
{
	open_table(out, 0, ";margin:6px 0 0 0");
	buf_add_str(out, "<tr>");
	for (unsigned level = 0; level <= CHART_HEATS; level++) {
		const char *text = heat_range(c->arena, level, c->most);

		if (text[0] != '\0')
			put_cell(out, &(struct cell){ .percent = 16, .align = "center",
			    .text = INK_ON_HEAT + level, .ground = INK_HEAT + level,
			    .size = 10 }, text);
	}
	buf_add_str(out, "<td>&#160;</td></tr>\n");
	close_table(out);
}

/*
 * Which widths the columns have: whole per cents, dealt out one by one, and the exact ones
 * where CSS is read, since a column of 3 % cuts numbers that one of 3.83 does not.
 */
static void
put_widths(const struct chart *c, unsigned name, struct buf *out)
{
	size_t rest = WHOLE - name, given = 0, to, exact = rest * 100 / c->n_label;

	buf_addf(out, "<colgroup><col width=\"%u%%\" />", name);
	for (size_t i = 0; i < c->n_label; i++, given = to) {
		to = rest * (i + 1) / c->n_label;
		buf_addf(out, "<col width=\"%zu%%\" style=\"width:%zu.%02zu%%\" />",
		    to - given, exact / 100, exact % 100);
	}
	buf_add_str(out, "</colgroup>\n");
}

/*
 * A cell for each value, the stronger the more.  Widths stand before the rows: with a
 * fixed layout they decide for all.
 */
static void
write_grid(const struct chart *c, struct buf *out)
{
	const char **names = arena_calloc(c->arena, c->n_line, sizeof *names);
	unsigned name;

	for (size_t k = 0; k < c->n_line; k++)
		names[k] = c->line[k].name;
	name = name_percent(names, c->n_line, 8, 26);
	open_table(out, 1, "");
	put_widths(c, name, out);
	put_grid_labels(c, name, out);
	for (size_t k = 0; k < c->n_line; k++) {
		buf_add_str(out, "<tr>");
		put_cell(out, &(struct cell){ .align = "left", .text = INK_TEXT,
		    .ground = INK_PAPER, .size = 12 },
		    text_cut(c->arena, names[k], 120, false, (int)name * 36));
		for (size_t i = 0; i < c->n_label; i++)
			put_grid_number(c, c->line[k].value[i], out);
		buf_add_str(out, "</tr>\n");
	}
	close_table(out);
}

void
chart_cells(const struct chart *c, struct buf *out)
{
	const char *nothing = chart_nothing(c);

	put_line(out, c->title, INK_TEXT, 16, true);
	put_line(out, c->y_title, INK_QUIET, 12, false);
	if (nothing != NULL) {
		put_line(out, nothing, INK_QUIET, 13, false);
	} else {
		switch (c->kind) {
		case CHART_STACKED:
		case CHART_HISTOGRAM:
		case CHART_BARS:
			write_rows(c, out);
			break;
		case CHART_MULTIPLES:
			write_grid(c, out);
			break;
		case CHART_HEAT:
			write_grid(c, out);
			break;
		}
		put_line(out, c->kind == CHART_BARS ? "" : c->x_title, INK_QUIET, 12, false);
		if (c->kind == CHART_HEAT)
			put_key(c, out);
	}
	if (c->left_out > 0)
		put_line(out, arena_printf(c->arena, "and %zu more", c->left_out), INK_QUIET, 12,
		    false);
	put_line(out, c->note, INK_QUIET, 12, false);
}
