/* SPDX-License-Identifier: MIT */
/*
 * slice - bytes that somebody else owns: a pointer and a length, no NUL.
 *
 * The empty slice may have a NULL pointer.  Comparing is by bytes; the _case
 * forms fold A to Z only, which is what protocols and header names want.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include "base/base.h"

#include <string.h>

struct slice {
	const char *ptr;
	size_t len;
};

/* printf("%.*s"): SLICE_FMT with SLICE_ARG; lengths are cut at 4096. */
#define SLICE_FMT	"%.*s"
#define SLICE_ARG(s)	(int)((s).len > 4096 ? 4096 : (s).len), ((s).ptr ? (s).ptr : "")
#define SLICE_LIT(s)	((struct slice){ "" s, sizeof(s) - 1 })

static inline struct slice
slice_str(const char *s)
{
	return (struct slice){ s, s != NULL ? strlen(s) : 0 };
}

static inline struct slice
slice_make(const char *p, size_t n)
{
	return (struct slice){ p, n };
}

/* From offset to offset; both are cut to the slice's length. */
struct slice slice_sub(struct slice s, size_t from, size_t to);

bool slice_eq(struct slice a, struct slice b);
bool slice_eq_str(struct slice a, const char *b);
bool slice_eq_case(struct slice a, struct slice b);
bool slice_starts(struct slice s, const char *prefix);
bool slice_starts_case(struct slice s, const char *prefix);
bool slice_ends_case(struct slice s, const char *suffix);

/* Offset of the first c or of needle; SIZE_MAX when there is none. */
size_t slice_find(struct slice s, char c);
size_t slice_find_slice(struct slice s, struct slice needle);

/* Without blanks, tabs, CR and LF at both ends. */
struct slice slice_trim(struct slice s);

/*
 * Cut the next piece off *rest, up to sep (which goes); false at the end.
 * "a,,b" gives three pieces.  A loop: while (slice_next(&rest, ',', &piece)).
 */
bool slice_next(struct slice *rest, char sep, struct slice *piece);

/* A decimal number with nothing else in the slice; false on overflow too. */
bool slice_to_u64(struct slice s, uint64_t *out);

#endif
