/* SPDX-License-Identifier: MIT */
/*
 * arena - memory that is given back all at once.
 *
 * What belongs to one message or one rule set is taken from one arena and
 * goes with it.  Nothing in it is freed by itself; what it hands out is
 * zeroed and aligned for any type, and stays where it is.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"
#include "base/slice.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena **a);

void *arena_alloc(struct arena *a, size_t size);
void *arena_calloc(struct arena *a, size_t n, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

/* A copy that ends in a NUL which is not counted. */
struct slice arena_slice(struct arena *a, struct slice s);

/*
 * Room for one more element at the end of an array: returns the array, moved
 * when it had to grow.  n is how many are in it now, *cap how many fit.
 */
void *arena_grow(struct arena *a, void *array, size_t n, size_t *cap, size_t size);

#endif
