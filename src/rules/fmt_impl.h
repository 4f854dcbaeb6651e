/* SPDX-License-Identifier: MIT */
/*
 * fmt_impl - what the two files of fmt share.  Nobody else includes this.
 *
 *   fmt_read.c   a file becomes statements
 *   fmt.c        statements become a file
 */
#ifndef RULES_FMT_IMPL_H
#define RULES_FMT_IMPL_H

#include "rules/fmt.h"
#include "rules/parse_impl.h"

enum fmt_kind {
	FMT_TOP,			/* version, route, otherwise */
	FMT_PHRASES,			/* word is the name */
	FMT_SIMPLE,			/* title Text */
	FMT_NAMES,			/* forward a, b */
	FMT_LINE, FMT_AND,
	FMT_FIELD,			/* word is the name */
	FMT_EXAMPLE,			/* word is yes or no */
	FMT_TEXT,			/* what stands in an example */
};

struct fmt_statement {
	enum fmt_kind kind;
	unsigned first, last;		/* numbers of its lines */
	struct slice word;
	struct slice field;		/* of a condition; len 0: facts */
	const char *pred;
	struct slice rest;		/* a value that is no list */
	struct token *item;		/* a list; text as it stands */
	size_t n_item, cap_item;
};

struct fmt_source {
	struct arena *arena;
	struct slice *line;		/* without CR; line[0] is number 1 */
	size_t n_line, cap_line;
	struct fmt_statement *st;
	size_t n, cap;
};

/* The file must have no errors of its own. */
void fmt_read(struct fmt_source *src, const char *name, struct slice bytes);

#endif
