/* SPDX-License-Identifier: MIT */
#include "batch.h"

#include <stdlib.h>

#include "base/xalloc.h"

void
batch_init(struct batch *b, struct store *st)
{
	*b = (struct batch){ .arena = arena_new(), .store = st };
}

void
batch_release(struct batch *b)
{
	arena_free(&b->arena);
	free(b->record);
	b->record = NULL;
}

void
batch_add(struct batch *b, const struct record *r)
{
	if (b->n == b->cap) {
		b->cap = b->cap > 0 ? 2 * b->cap : 4096;
		b->record = xreallocarray(b->record, b->cap, sizeof *b->record);
	}
	b->record[b->n++] = *r;
}

void
batch_event(struct batch *b, int64_t at_ms, const char *id, const char *name,
    const char *text)
{
	batch_add(b, &(struct record){ RECORD_EVENT, at_ms, id,
	    { .event = { name, text } } });
}

int
batch_commit(struct batch *b, struct err *e)
{
	int rc = b->n > 0 ? store_commit(b->store, b->record, b->n, e) : 0;

	arena_free(&b->arena);
	b->arena = arena_new();
	b->n = 0;
	return rc;
}
