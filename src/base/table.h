/* SPDX-License-Identifier: MIT */
/*
 * table - text for people: aligned columns, and colour where it is wanted.
 *
 * Cells are cleaned (utf8_clean), so that text from a mail can't move the
 * cursor.  Widths are columns on a terminal, not bytes.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/slice.h"

enum style {
	STYLE_PLAIN,
	STYLE_BOLD,		/* headings */
	STYLE_DIM,		/* what may be skipped */
	STYLE_NAME,		/* a route, a command */
	STYLE_GOOD,
	STYLE_WARN,
	STYLE_BAD,
};

/* Append text in that style; without colour just the text. */
void style_add(struct buf *out, enum style style, struct slice text, bool colour);

enum colour_when { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/*
 * May we colour what goes to fd?  Auto: a terminal whose TERM is not "dumb",
 * and NO_COLOR (no-color.org) is not set to anything.
 */
bool colour_wanted(enum colour_when when, int fd);

/* Columns of the terminal behind fd (COLUMNS beats it); 0: no terminal. */
unsigned terminal_columns(int fd);

struct table_column {
	const char *title;
	bool right;		/* numbers */
	bool flexible;		/* may be cut where the terminal is narrow */
};

struct table;

/* columns must live as long as the table. */
struct table *table_new(const struct table_column *columns, size_t n);
void table_free(struct table **t);

/* The next cell, row after row from the left. */
void table_add(struct table *t, enum style style, const char *text);

/*
 * Heading and rows, two blanks between columns, none at line ends.  With
 * columns > 0 flexible columns are cut, with an ellipsis, until a line fits.
 */
void table_render(const struct table *t, unsigned columns, bool colour,
    struct buf *out);

#endif
