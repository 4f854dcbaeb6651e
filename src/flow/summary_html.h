/* SPDX-License-Identifier: MIT */
/*
 * summary_html - what the page and the mail of a summary share: its sections,
 * in one order and with the same words and figures, in two dresses.
 *
 * A section is written with parts (a heading, a table, a line to paste).  What
 * a part looks like stands in a table, once for the page, which has a style
 * sheet, and once for mail, where each cell says for itself how it looks.
 *
 * Whatever a summary holds, the result is well-formed XML; texts are cut and lists are
 * short, so that it has an end: a megabyte at most for the page, and
 * what Gmail shows for the mail.
 */
#ifndef FLOW_SUMMARY_HTML_H
#define FLOW_SUMMARY_HTML_H

#include "base/arena.h"
#include "base/buf.h"
#include "flow/summary.h"

/* The letters of mail, as chart_cells() has them; a page takes those of the system. */
#define HTML_SANS	"Helvetica,Arial,sans-serif"

enum html_part {
	HTML_SECTION,
	HTML_HEADING,			/* of a section */
	HTML_TITLE,			/* of a part of one */
	HTML_TEXT, HTML_QUIET,		/* paragraphs */
	HTML_LINE,			/* a line of rules, to paste */
	HTML_TABLE, HTML_CAPTION,
	HTML_HEAD, HTML_HEAD_NUMBER,	/* of columns */
	HTML_NAME,			/* of a row */
	HTML_CELL, HTML_NUMBER,
	HTML_CODE, HTML_SMALL,		/* within any of them */
	HTML_PARTS
};

struct html_dress {
	const char *open, *close;
};
extern const struct html_dress html_page_dress[HTML_PARTS];
extern const struct html_dress html_mail_dress[HTML_PARTS];

struct html {
	struct buf *out;
	struct arena *arena;
	const struct summary *s;
	const struct html_dress *dress;
	const struct summary_image *image;	/* of mail, by enum summary_chart */
	bool mail;
	size_t room;				/* mail: for the cells of charts without an image */
	/* of the table that is written */
	const bool *number;		/* is a column one of numbers */
	size_t at;			/* column */
};

/* ---- parts ---- */

void html_open(struct html *h, enum html_part part);
void html_close(struct html *h, enum html_part part);

/* A whole part; the format is markup, see markup_add(). */
void html_put(struct html *h, enum html_part part, const char *fmt, ...) PRINTF(3, 4);

/*
 * A table: begin, then for each row its cells, then end.  The first cell of a row
 * is its name.  title: NULL-terminated; a title that begins with '#' is one of numbers.
 */
enum { HTML_COLUMNS = 8 };
void html_table(struct html *h, const char *caption, const char *const *title,
    bool number[HTML_COLUMNS]);
void html_row(struct html *h);
void html_cell(struct html *h, const char *fmt, ...) PRINTF(2, 3);
void html_row_end(struct html *h);
void html_table_end(struct html *h);

/* A bar of part / whole; kind: of the route for what no rule claimed it is grey. */
void html_bar(struct html *h, uint64_t part, uint64_t whole, bool grey);

void html_chart(struct html *h, enum summary_chart which);

/*
 * "and 12 more: mroute stats line --week 2026-W47", when fewer than n were shown;
 * command: has them all; NULL none does.
 */
void html_more(struct html *h, uint64_t n, uint64_t shown, const char *command);

/* A list on a page may be longer than in mail. */
size_t html_most(const struct html *h, size_t page, size_t mail);

/* ---- the first screen ---- */

enum { HTML_FIGURES = 4 };
struct html_figure {
	const char *label, *value, *more;
};
void html_figures(const struct html *h, struct html_figure out[HTML_FIGURES]);

/* Its value is too long for large letters on a telephone: "over 99 %". */
bool html_is_long(const struct html_figure *f);

struct html_tone {
	const char *name, *word;	/* "good", "Good": also the class of the page */
	const char *colour;		/* white text can be read on it */
};
const struct html_tone *html_tone(enum summary_tone tone);

/* "A good week", "A week without mail" */
const char *html_verdict(const struct html *h);
/* "Week 2026-W47" */
const char *html_name(const struct html *h);
/* "Mon 16 Nov to Sun 22 Nov 2026 · Europe/Berlin", "so far: it is not over yet" */
const char *html_subtitle(const struct html *h);
/* What the figures below them do not say: "2 wait, 1 is held." or "". */
const char *html_rest(const struct html *h);

/* ---- the rest ---- */

/*
 * Write the sections that there is something to say in.  most: no section begins that
 * would make out longer; false when one had to be left out.
 */
bool html_sections(struct html *h, size_t most);

/* Who made it, when, what it keeps back. */
void html_foot(struct html *h);

/* Sections in summary_html_lists.c. */
void html_groups(struct html *h);
void html_domains(struct html *h);
void html_rules(struct html *h);
void html_fields(struct html *h);

#endif
