/* SPDX-License-Identifier: MIT */
/*
 * diag - mistakes in rules and configuration, collected and shown with their
 * place: file:line:col, code, text, the line, a caret, a hint.
 *
 *	rules/20-press.rules:14:8: error MR012: unknown field 'form.domain'
 *	   14 |   +10  form.domain  in  lists/newsrooms.txt
 *	      |        ^~~~~~~~~~~
 *	      = did you mean 'from.domain'?
 *
 * At most 20 errors a file are kept; the rest are counted.  What is reported a
 * second time (the rules of two aliases may be the same files) is dropped.
 * All text is copied: a diag outlives what it speaks of.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/base.h"
#include "base/buf.h"
#include "base/slice.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

/* Where: columns are bytes from 1; len 0 marks one place. */
struct span {
	const char *file;
	unsigned line, col, len;
	struct slice text;		/* the whole line, for the caret */
};

/*
 * What there is to report, for the manual and for the golden tests: each
 * parser has a table of its codes and their explanation.
 */
struct diag_code {
	const char *code;		/* "MR012" */
	enum diag_level level;
	const char *text;		/* the form of the text */
	const char *doc;		/* what it means and what to do */
};

enum { DIAG_PER_FILE = 20 };

struct diag;

struct diag *diag_new(void);
void diag_free(struct diag **d);

/*
 * code is "MR012"; each is documented in mroute.rules(5) or mroute.conf(5).
 * at may be NULL (no place), or have line 0 (the file as a whole).
 */
void diag_report(struct diag *d, enum diag_level level, const char *code,
    const struct span *at, const char *fmt, ...) PRINTF(5, 6);
#define diag_error(d, code, at, ...) \
	diag_report(d, DIAG_ERROR, code, at, __VA_ARGS__)
#define diag_warn(d, code, at, ...) \
	diag_report(d, DIAG_WARNING, code, at, __VA_ARGS__)

/* A hint below the last report; more than one stand one below the other. */
void diag_hint(struct diag *d, const char *fmt, ...) PRINTF(2, 3);

/*
 * Errors that are kept or counted; and all that were ever reported, those
 * dropped as known too: who compares before and after learns whether its own
 * part had any.
 */
unsigned diag_errors(const struct diag *d);
unsigned diag_seen(const struct diag *d);
unsigned diag_warnings(const struct diag *d);

/* All of it as text, in order; colour for a terminal. */
void diag_print(const struct diag *d, bool colour, struct buf *out);

/*
 * The first error in one line, for logs and alarms: "FILE:14:8: MR012: text";
 * nothing is added when there is none.
 */
void diag_first(const struct diag *d, struct buf *out);

/*
 * The word of a NULL-terminated list that is nearest to this one, at most a
 * third of its letters away; NULL when none is.
 */
const char *diag_nearest(struct slice word, const char *const *words);

#endif
