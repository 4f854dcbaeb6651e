/* SPDX-License-Identifier: MIT */
/*
 * summary_screen - how the text form of a summary puts things into columns: cut,
 * wrapped, cleaned, coloured.
 */
#ifndef FLOW_SUMMARY_SCREEN_H
#define FLOW_SUMMARY_SCREEN_H

#include "base/table.h"
#include "flow/summary.h"

struct screen {
	const struct summary *s;
	struct arena *a;
	struct buf *out;
	size_t columns;
	bool colour, ascii;
	bool limited;			/* somebody looks: the first screen has 24 lines */
	unsigned lines;			/* written so far */
};

/* A piece of a line.  Text is cleaned. */
void screen_add(struct screen *sc, enum style style, const char *fmt, ...) PRINTF(3, 4);

/* Text in exactly that many columns, cut with an ellipsis or filled up. */
void screen_cell(struct screen *sc, enum style style, const char *text, size_t width,
    bool right);

/* The same, but never filled. */
void screen_cut(struct screen *sc, enum style style, const char *text, size_t width);

void screen_end(struct screen *sc);

/* An empty line and a heading. */
void screen_heading(struct screen *sc, const char *fmt, ...) PRINTF(2, 3);

/*
 * Words, wrapped; the cursor stands at column at, further lines are indented by
 * indent.  Returns the column behind the last word.
 */
size_t screen_wrap(struct screen *sc, enum style style, const char *text, size_t at,
    size_t indent);

/* Of a list only some is shown: how many more there are, and how to see them. */
void screen_more(struct screen *sc, uint64_t n, const char *what, const char *command);

/* `mroute stats WHAT` (route, domain, line, trouble) for the summary's period. */
const char *screen_stats(const struct screen *sc, const char *what);

/* The widest of n texts, at most most. */
struct widest {
	size_t width, most;
};
void widest_add(struct widest *w, const char *text);

/* The parts below the first screen, in their order; those without content are left out. */
void screen_sections(struct screen *sc);

#endif
