/* SPDX-License-Identifier: MIT */
/*
 * chart_impl - what the layouts and the writers of a chart share.
 *
 * chart.c cleans the data (texts are valid UTF-8 without control characters and not
 * long, sums are kept, too many series are put together), a layout of its kind
 * then makes the marks.  Writers of pictures put down marks; those of text and of
 * cells, which have columns and not pixels, begin with the cleaned data.
 *
 * Lengths are tenths of a pixel (CHART_UNIT), so that a test can compute them by
 * hand; y grows downwards.
 */
#ifndef FLOW_CHART_IMPL_H
#define FLOW_CHART_IMPL_H

#include "flow/chart.h"
#include "flow/chart_wire.h"

/* ---- colours ---- */

enum { CHART_HEATS = 5 };

enum ink {
	INK_SERIES,			/* ... + colour of the series; 0 is grey */
	INK_SERIES_END = INK_SERIES + CHART_COLOURS,
	INK_SOFT,			/* the same, below a line: no mark by itself */
	INK_SOFT_END = INK_SOFT + CHART_COLOURS,
	INK_HEAT,			/* of nothing; + 1 ... CHART_HEATS */
	INK_HEAT_END = INK_HEAT + CHART_HEATS,
	INK_ON_HEAT,			/* text on those */
	INK_ON_HEAT_END = INK_ON_HEAT + CHART_HEATS,
	INK_PAPER,
	INK_TEXT,
	INK_QUIET,			/* text of axes and notes */
	INK_GRID,
	INK_AXIS,
	INK_BEFORE,			/* what it was before */
	INK_N,
};

/* 0xRRGGBB */
uint32_t ink_light(enum ink ink);
uint32_t ink_dark(enum ink ink);

/* Text that can be read on that ink of the light palette: white or nearly black. */
uint32_t ink_light_above(enum ink ink);

/* ---- data ---- */

enum {
	CHART_LABELS_MOST = 400,
	CHART_ROWS_MOST = 40,		/* of CHART_HEAT, CHART_BARS */
	CHART_CELLS_MOST = 60,		/* of a row of CHART_HEAT */
	CHART_NAME_MOST = 40,		/* columns of a label or a name */
};

/* Sums end there; the ticks above still fit 64 bits. */
#define CHART_VALUE_MOST	UINT64_C(10000000000000000000)

struct line {				/* of the data: a series */
	const char *name;
	unsigned colour;
	uint64_t *value;
	uint64_t total;
};

struct mark {
	enum mark_kind kind;
	enum ink ink;
	int x, y, w, h;			/* of a text x and y are the anchor on the base line;
					   of a dot, w is the radius; of a line, its width */
	int *point;			/* MARK_LINE, MARK_AREA: x y x y ... */
	size_t n_point;
	const char *text;		/* MARK_TEXT */
	int size, room;			/* of it; room: no wider */
	enum mark_anchor anchor;
	bool bold;
	const char *tip;		/* of a shape, what it stands for; NULL none */
};

struct chart {
	struct arena *arena;
	enum chart_kind kind;
	const char *title, *x_title, *y_title, *note;
	const char *alt;
	const char **label;
	size_t n_label;
	struct line *line;
	size_t n_line;
	const uint64_t *before;		/* of CHART_BARS, or NULL */
	uint64_t *sum;			/* of each label */
	uint64_t most;			/* largest value */
	uint64_t most_sum;
	size_t left_out;		/* labels (CHART_BARS) or series that are not shown */

	int width, height;
	struct mark *mark;
	size_t n_mark, cap_mark;
};

/* What a chart without bars says in their place; NULL when it has some. */
const char *chart_nothing(const struct chart *c);

/* ---- scales and numbers ---- */

struct scale {
	uint64_t step;			/* 1, 2 or 5 times a power of ten */
	uint64_t top;			/* n steps; not less than the largest value */
	unsigned n;			/* at least 1 */
};

/* About so many steps, at most, for values from 0 to most. */
struct scale scale_make(uint64_t most, unsigned steps);

/* Where a value lies on a length; half a tenth is rounded away from 0. */
int scale_place(const struct scale *s, uint64_t value, int length);

/* "0" "9,999" "12.3k" "4M" "9.22E" */
enum { NUMBER_SIZE = 24 };
const char *number_text(uint64_t v, char out[NUMBER_SIZE]);

/* At most four characters: "999" "1.2k" "123k" */
const char *number_short(uint64_t v, char out[NUMBER_SIZE]);

uint64_t sum_capped(uint64_t a, uint64_t b);

/* 0 nothing, 1 ... CHART_HEATS: the largest has the last. */
unsigned heat_level(uint64_t v, uint64_t most);

/* What that level means: "4-7"; "" there is no such value. */
const char *heat_range(struct arena *a, unsigned level, uint64_t most);

/* ---- text ---- */

/* How wide a text is at most in the usual fonts without serifs. */
int text_width(struct slice s, int size, bool bold);

/* Cut with an ellipsis until it is not wider. */
const char *text_cut(struct arena *a, const char *text, int size, bool bold, int room);

/* For terminals: cut at columns. */
const char *text_cut_columns(struct arena *a, const char *text, size_t columns);

/*
 * Show one label in how many, when each has so much room and the widest needs that;
 * those that are shown are counted from the last or, for times of day, from the first.
 */
size_t thin_out(int room, int widest);

/* ---- making marks ---- */

enum {
	SIZE_TITLE = 160, SIZE_TEXT = 120, SIZE_SMALL = 110, SIZE_TINY = 100,
	LINE_HEIGHT = 160,
};

struct mark *mark_add(struct chart *c, enum mark_kind kind, enum ink ink);
void mark_rect(struct chart *c, enum ink ink, int x, int y, int w, int h,
    const char *tip);
void mark_line(struct chart *c, enum ink ink, int x0, int y0, int x1, int y1, int w);
/* Cut to room (0: it is known to fit). */
void mark_text(struct chart *c, enum ink ink, int x, int y, int size,
    enum mark_anchor anchor, const char *text, int room);
void mark_number(struct chart *c, enum ink ink, int x, int y, int size,
    enum mark_anchor anchor, uint64_t v);
void mark_bold(struct chart *c);	/* the text that was added last */

/* The title and, below it, what the numbers are; returns where the chart begins. */
int layout_head(struct chart *c);

/* Title of the x axis and note, from y on; sets the height. */
void layout_foot(struct chart *c, int y);

/* Grid, ticks and their numbers from left to right; base is y of 0. */
void layout_grid(struct chart *c, const struct scale *s, int left, int right, int base,
    int length);

/* How much room the numbers of the ticks need. */
int layout_gutter(const struct scale *s);

/* The marks as mroute-chart reads them (chart_wire.h). */
void chart_wire(const struct chart *c, unsigned scale, struct buf *out);

void layout_columns(struct chart *c);
void layout_multiples(struct chart *c);
void layout_heat(struct chart *c);
void layout_bars(struct chart *c);

#endif
