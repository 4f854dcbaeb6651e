/* SPDX-License-Identifier: MIT */
/*
 * sheet - rows of typed cells that can be shown as a table for people, as CSV
 * and as JSON, so that what counts them does not know which.
 *
 * Columns are a constant array; cells are added row by row from the left.
 */
#ifndef CMD_SHEET_H
#define CMD_SHEET_H

#include "base/calendar.h"
#include "base/table.h"

enum sheet_kind {
	SHEET_TEXT,
	SHEET_COUNT,
	SHEET_MS,			/* a span of time; CSV, JSON: milliseconds */
	SHEET_TIME,			/* a moment, by the clock of the zone; JSON: UTC */
	SHEET_TENTHS,			/* of a percent: 917 is 91.7; JSON: KEY_permille */
	SHEET_YES,			/* the column's key, or nothing; CSV: yes, no */
};

struct sheet_column {
	const char *key;		/* in CSV and JSON */
	const char *title;		/* in the table; NULL: it is not in there */
	enum sheet_kind kind;
	bool flexible;
};

struct sheet;

struct sheet *sheet_new(const struct sheet_column *columns, size_t n,
    struct calendar *zone);
void sheet_free(struct sheet **s);

/* The next cell: text, copied; or a number of the column's kind, -1 of none known. */
void sheet_text(struct sheet *s, enum style style, const char *text);
void sheet_number(struct sheet *s, int64_t n);

size_t sheet_rows(const struct sheet *s);

/* The first `most` rows (0: all) appended to out. */
void sheet_table(const struct sheet *s, size_t most, unsigned columns, bool colour,
    struct buf *out);
void sheet_csv(const struct sheet *s, size_t most, struct buf *out);

/*
 * One object a line: v, what, period, from, to, and a key for each column; a
 * number that is not known, and "", are null.
 */
void sheet_json(const struct sheet *s, size_t most, const char *what,
    const struct period *p, struct buf *out);

#endif
