/* SPDX-License-Identifier: MIT */
/* batch - records that go into the store together, many messages in one commit. */
#ifndef TRAFFIC_BATCH_H
#define TRAFFIC_BATCH_H

#include "base/arena.h"
#include "state/store.h"

struct batch {
	struct arena *arena;		/* of the records' texts: gone with the commit */
	struct record *record;
	size_t n, cap;
	struct store *store;
};

void batch_init(struct batch *b, struct store *st);
void batch_release(struct batch *b);

/* r's texts must live in b->arena, or for ever. */
void batch_add(struct batch *b, const struct record *r);
void batch_event(struct batch *b, int64_t at_ms, const char *id, const char *name,
    const char *text);

NODISCARD int batch_commit(struct batch *b, struct err *e);

#endif
