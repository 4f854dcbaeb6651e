/* SPDX-License-Identifier: MIT */
/*
 * lex - the lines and words of rule files and of mroute.conf.
 *
 * lex_open() looks at every byte of a file and reports what no line may hold:
 * bytes that are not UTF-8, control characters, lines and files that are too
 * long.  What is left is a clean copy in the arena: no BOM, no CR, each bad
 * byte a '?', an over-long line empty, so that one run can show more mistakes.
 *
 * Then the caller goes from line to line (blank lines and comments are stepped
 * over) and takes each apart by words, items, or the rest of it.  A token
 * knows its place; its text lives in the arena.
 *
 *	while (lex_line(&lx)) {
 *		if (!lex_word(&lx, &word)) ...
 *		while (lex_item(&lx, &item)) ...
 *	}
 */
#ifndef BASE_LEX_H
#define BASE_LEX_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/buf.h"
#include "base/slice.h"

enum {
	LEX_LINE_MAX = 8192,		/* bytes, without the line end */
	LEX_FILE_MAX = 1 << 20,
	LEX_NAME_MAX = 40,
};

struct token {
	struct slice text;
	struct span span;
};

struct lex {
	struct arena *arena;
	struct diag *diag;
	const char *file;
	bool refused;			/* the file is too large: no lines */
	struct slice rest;		/* lines that are not read yet */
	unsigned number;		/* of the current line, from 1; 0 before it */
	struct slice line;		/* the current line as it stands */
	size_t at;			/* what is not taken yet begins here */
	bool comma;			/* the last thing taken was a comma, */
	size_t comma_at;		/* that stands here */
	/*
	 * Does this line, on which a list would go on, look like a statement
	 * of its own?  Then the comma above is reported as a mistake.
	 */
	bool (*is_statement)(struct slice line);
};

/* file is the name that is shown; it and the bytes are copied. */
void lex_open(struct lex *lx, struct arena *a, const char *file,
    struct slice bytes, struct diag *d);

/* To the next line that says something; false at the end of the file. */
bool lex_line(struct lex *lx);

/* Up to the next blank; false at the end of the line. */
bool lex_word(struct lex *lx, struct token *out);

/* What is left, without outer blanks; false when nothing is. */
bool lex_rest(struct lex *lx, struct token *out);

/*
 * The next item of a list with commas between; false at its end.  A comma at
 * the end of a line goes on with the next line that is no comment.
 */
bool lex_item(struct lex *lx, struct token *out);

/*
 * The same for words that blanks, commas or both stand between.  A word that
 * is all in double quotes may hold blanks and commas, and \" and \\; its text
 * is what is between them.
 */
bool lex_name(struct lex *lx, struct token *out);

/* The statement is complete: what is left on its line is a mistake. */
void lex_end(struct lex *lx);

/* Places: bytes [from, to) of the current line, and its end. */
struct span lex_span(const struct lex *lx, size_t from, size_t to);
struct span lex_here(const struct lex *lx);

/* What lex_open(), lex_item(), lex_name() and lex_end() report: MR001 ... */
const struct diag_code *lex_codes(size_t *n);

/*
 * "500ms" "30s" "5m" "1h" "90d" "2w", and "0", as milliseconds; "64M" "16k"
 * "100" as bytes (k, M, G are powers of 1024).
 */
bool lex_time(struct slice s, int64_t *ms);
bool lex_size(struct slice s, uint64_t *bytes);

/* The shortest form that lex_time() and lex_size() read back to the same. */
void lex_put_time(struct buf *b, int64_t ms);
void lex_put_size(struct buf *b, uint64_t bytes);

/* a-z, 0-9, '-' and '_', a letter or digit first, at most LEX_NAME_MAX. */
bool lex_is_name(struct slice s);

#endif
