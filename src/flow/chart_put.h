/* SPDX-License-Identifier: MIT */
/*
 * chart_put - pieces of the text form of a chart: cells, numbers, bars, heights.
 * For chart_text.c, and what chart.h shows of it: chart_bar(), chart_spark().
 */
#ifndef FLOW_CHART_PUT_H
#define FLOW_CHART_PUT_H

#include "base/table.h"
#include "flow/chart_impl.h"

struct canvas {
	const struct chart *c;
	struct buf *out;
	size_t columns;
	bool colour, ascii;
};

void put_blanks(struct canvas *s, size_t n);
void put_end(struct canvas *s);

/* In the colour of a series. */
void put_series(struct canvas *s, unsigned colour, struct slice text);
void put_text(struct canvas *s, enum style style, struct slice text);

/* A text in so many columns: cut, and blanks before or behind it. */
void put_cell(struct canvas *s, enum style style, const char *text, size_t columns,
    bool right);
void put_number(struct canvas *s, enum style style, uint64_t v, size_t columns);
void put_wrapped(struct canvas *s, enum style style, const char *text);

/* How many eighths of so many columns; what is not 0 has one at least. */
enum { PUT_EIGHTHS = 8 };
size_t put_eighths(uint64_t v, uint64_t most, size_t columns);

/* So many eighths; returns columns. */
size_t put_eighths_as_bar(size_t n, bool ascii, struct buf *bar);
void put_bar(struct canvas *s, unsigned colour, uint64_t v, uint64_t most, size_t columns);

/* One character, as high as v of most; in ASCII a digit. */
void put_height(struct buf *out, uint64_t v, uint64_t most, bool ascii);

/* How wide the widest is; the first two: at most most. */
size_t label_columns(const struct chart *c, size_t most);
size_t name_columns(const struct chart *c, size_t most);
size_t number_columns(const uint64_t *v, size_t n);

#endif
