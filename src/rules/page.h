/* SPDX-License-Identifier: MIT */
/*
 * page - text laid out for a terminal: columns, wrapping, cutting, colour.
 *
 * All text goes through page_put(), which cleans it (utf8_clean), so that
 * text from a mail can't move the cursor.  Widths are columns, not bytes.
 */
#ifndef RULES_PAGE_H
#define RULES_PAGE_H

#include "base/buf.h"
#include "base/table.h"

#define PAGE_ELLIPSIS	"\xe2\x80\xa6"

enum { PAGE_LEAST_ROOM = 20 };		/* nothing is cut below that */

struct page {
	struct buf *out;
	bool colour;
	unsigned columns;		/* 0: no limit */
	size_t at;			/* columns used on this line */
};

void page_put(struct page *pg, enum style style, struct slice s);
void page_put_str(struct page *pg, enum style style, const char *s);

/* Blanks up to a column; one at least when it lies behind us. */
void page_pad(struct page *pg, size_t column);
void page_newline(struct page *pg);

/* "  Subject   ": the name of a row; what it says begins behind it. */
enum { PAGE_LABEL = 12 };
void page_label(struct page *pg, const char *name);

/* Columns left on this line. */
size_t page_room(const struct page *pg);

/*
 * A text that goes on below its beginning when the line is full.  A word that is
 * longer than a line is broken.
 */
void page_put_wrapped(struct page *pg, enum style style, const char *text);

/* Cut with an ellipsis where it is wider than so many columns. */
void page_put_within(struct page *pg, enum style style, struct slice s, size_t room);

/* The same with what is left of this line. */
void page_put_cut(struct page *pg, enum style style, struct slice s);

#endif
