/* SPDX-License-Identifier: MIT */
#include "base/edit.h"

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

size_t
edit_distance(struct slice a, struct slice b)
{
	size_t row[3][EDIT_WORD_MAX + 1];
	size_t *two = row[0], *above = row[1], *here = row[2], *free_row;

	if (a.len > EDIT_WORD_MAX || b.len > EDIT_WORD_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.len; j++) {
		two[j] = 0;
		above[j] = j;
	}
	for (size_t i = 1; i <= a.len; i++) {
		char c = lower(a.ptr[i - 1]);

		here[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			char d = lower(b.ptr[j - 1]);
			size_t n = above[j - 1] + (c != d);

			n = MIN(n, above[j] + 1);
			n = MIN(n, here[j - 1] + 1);
			if (i > 1 && j > 1 && c == lower(b.ptr[j - 2]) &&
			    d == lower(a.ptr[i - 2]))
				n = MIN(n, two[j - 2] + 1);
			here[j] = n;
		}
		free_row = two;
		two = above;
		above = here;
		here = free_row;
	}
	return above[b.len];
}

struct edit_nearest
edit_begin(struct slice word)
{
	return (struct edit_nearest){ word, SIZE_MAX, NULL };
}

void
edit_offer(struct edit_nearest *n, const char *candidate)
{
	size_t d = edit_distance(n->word, slice_str(candidate));

	if (d <= n->word.len / 3 && d < n->distance) {
		n->distance = d;
		n->best = candidate;
	}
}
