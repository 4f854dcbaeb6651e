/* SPDX-License-Identifier: MIT */
#include "base/heap.h"

#include <stdlib.h>

#include "base/xalloc.h"

void
heap_release(struct heap *h)
{
	free(h->entry);
	*h = (struct heap)HEAP_INIT;
}

static void
set(struct heap *h, size_t i, struct heap_entry *e)
{
	h->entry[i] = e;
	e->place = i + 1;
}

static void
sift_up(struct heap *h, size_t i)
{
	struct heap_entry *e = h->entry[i];

	while (i > 0 && h->entry[(i - 1) / 2]->due > e->due) {
		set(h, i, h->entry[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	set(h, i, e);
}

static void
sift_down(struct heap *h, size_t i)
{
	struct heap_entry *e = h->entry[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= h->n)
			break;
		if (child + 1 < h->n &&
		    h->entry[child + 1]->due < h->entry[child]->due)
			child++;
		if (h->entry[child]->due >= e->due)
			break;
		set(h, i, h->entry[child]);
		i = child;
	}
	set(h, i, e);
}

void
heap_put(struct heap *h, struct heap_entry *e, int64_t due)
{
	if (e->place != 0)
		bug("heap: an entry is put in twice");
	if (h->n == h->cap) {
		h->cap = h->cap == 0 ? 64 : h->cap * 2;
		h->entry = xreallocarray(h->entry, h->cap, sizeof(struct heap_entry *));
	}
	e->due = due;
	h->entry[h->n] = e;
	sift_up(h, h->n++);
}

void
heap_take(struct heap *h, struct heap_entry *e)
{
	size_t i = e->place;

	if (i == 0)
		return;
	i--;
	e->place = 0;
	if (--h->n == i)
		return;
	set(h, i, h->entry[h->n]);
	sift_up(h, i);
	sift_down(h, i);
}

struct heap_entry *
heap_first(const struct heap *h)
{
	return h->n > 0 ? h->entry[0] : NULL;
}
