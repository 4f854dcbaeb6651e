/* SPDX-License-Identifier: MIT */
/*
 * chart - numbers as pictures: one layout, written as SVG, as PNG, as text for a
 * terminal and as cells of an HTML table.
 *
 * chart_new() computes scales, ticks and every mark once; the writers only
 * put down what stands there.  Axes begin at 0.  A chart without data, with one
 * value or with nothing but zeros is drawn as such and says so.  Texts may hold
 * anything: writers escape, clean and cut them.
 *
 * Colours are roles, not values: the writers have a light and a dark palette
 * that people who see no red or green can tell apart (after Okabe and Ito), and no
 * meaning hangs on colour alone: bars carry their numbers, series their names.
 * They are meant for paper as light as #ffffff and as dark as #1b1e23.
 *
 * What there is too much of is put together or left out, and the chart says so:
 * of stacked or multiple series the CHART_COLOURS largest stay, the rest and those
 * of colour 0 become "others" (one alone keeps its name), last; of two with one
 * colour the second gets a free one.  CHART_BARS shows the first 40, CHART_HEAT
 * 40 rows of 60 cells; of labels in time the last 400 are kept.  Sums end at 10^19.
 *
 * A histogram whose labels have no room below its columns is drawn as rows.
 *
 * Data is borrowed and must live as long as the chart, which lives in the arena.
 */
#ifndef FLOW_CHART_H
#define FLOW_CHART_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum chart_kind {
	CHART_STACKED,		/* a column for each label, the series on each other */
	CHART_MULTIPLES,	/* a small chart for each series, all with one scale */
	CHART_HEAT,		/* a row for each series, a cell for each label */
	CHART_HISTOGRAM,	/* one series; columns without gaps */
	CHART_BARS,		/* one series; a row for each label, for ranked lists */
};

enum { CHART_COLOURS = 7 };	/* of series; 0 is "all others": grey */

struct chart_series {
	const char *name;
	unsigned colour;		/* 0 others, 1 ... CHART_COLOURS */
	const uint64_t *value;		/* n_label of them */
};

struct chart_data {
	enum chart_kind kind;
	const char *title;		/* says what is seen: "Messages a week, by route" */
	const char *x_title, *y_title;	/* of the axes; "" none needed */
	const char *const *label;	/* "W36", "0", "< 1 s" */
	size_t n_label;
	const struct chart_series *series;
	size_t n_series;
	const uint64_t *before;		/* CHART_BARS: what it was before, or NULL */
	const char *note;		/* below the chart; "" none */
};

struct chart;

/* width: pixels (CSS) for the pictures, 240 to 1200; height follows. */
struct chart *chart_new(struct arena *a, const struct chart_data *d, unsigned width);

unsigned chart_width(const struct chart *c);
unsigned chart_height(const struct chart *c);

/* The whole in a sentence, for people who do not see it (alt, <desc>). */
const char *chart_alt(const struct chart *c);

/*
 * An <svg> element for a page: real text, title and desc, colours by classes that
 * chart_css() defines for light, dark and print.  It shrinks with the page and its
 * text with it: a page has one of 320 to 360 pixels for narrow screens.
 */
void chart_svg(const struct chart *c, struct buf *out);
void chart_css(struct buf *out);

/* For a terminal of that many columns (0: 80); bars of blocks, or with ascii of #. */
void chart_text(const struct chart *c, unsigned columns, bool colour, bool ascii,
    struct buf *out);

/* value of most as a bar, at most columns wide: "██████▌", or with ascii "######". */
void chart_bar(uint64_t value, uint64_t most, unsigned columns, bool ascii,
    struct buf *out);

/* A trend in n characters: "▁▂▅█", or with ascii digits 0 to 9 of the largest. */
void chart_spark(const uint64_t *value, size_t n, bool ascii, struct buf *out);

/*
 * Tables, none within another, with inline CSS only, for mail with images blocked: no
 * wider than 600 px, and they shrink.
 */
void chart_cells(const struct chart *c, struct buf *out);

/*
 * A PNG of the light palette, scale pixels for a CSS pixel (2 for sharp
 * screens), drawn by the helper mroute-chart (cairo): a process without
 * environment, descriptors or time to spare.  ERR_ABSENT: the helper is not
 * installed; ERR_TEMP: it failed.
 */
NODISCARD int chart_png(const struct chart *c, unsigned scale, struct buf *out,
    struct err *e);

#endif
