/* SPDX-License-Identifier: MIT */
/*
 * edit - how far one word is from another: letters added, dropped, changed,
 * or swapped with their neighbour, ASCII case apart (optimal string
 * alignment).  For "did you mean".
 */
#ifndef BASE_EDIT_H
#define BASE_EDIT_H

#include "base/slice.h"

enum { EDIT_WORD_MAX = 64 };

/* SIZE_MAX when a word is longer than EDIT_WORD_MAX. */
size_t edit_distance(struct slice a, struct slice b);

/*
 * The choice while a caller walks its own words: start with edit_begin(),
 * offer each candidate, read best (NULL: none is at most a third of the
 * word's letters away).  The first of equally near ones stays.
 */
struct edit_nearest {
	struct slice word;
	size_t distance;
	const char *best;
};

struct edit_nearest edit_begin(struct slice word);
void edit_offer(struct edit_nearest *n, const char *candidate);

#endif
