/* SPDX-License-Identifier: MIT */
/*
 * heap - things that are due at some time, the earliest first.
 *
 * An entry is part of the caller's struct; it can be in one heap at a time
 * and knows its place there, so that it can be taken out from the middle.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include "base/base.h"

struct heap_entry {
	int64_t due;
	size_t place;			/* index + 1; 0: in no heap */
};

struct heap {
	struct heap_entry **entry;
	size_t n, cap;
};

#define HEAP_INIT { NULL, 0, 0 }

void heap_release(struct heap *h);
void heap_put(struct heap *h, struct heap_entry *e, int64_t due);
void heap_take(struct heap *h, struct heap_entry *e);	/* no-op when in none */

/* The earliest, or NULL. */
struct heap_entry *heap_first(const struct heap *h);

#endif
