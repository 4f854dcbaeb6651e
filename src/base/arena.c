/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"

/* Chunks double: an arena for little stays little. */
enum { CHUNK_FIRST = 512, CHUNK_MOST = 16384 };

struct chunk {
	struct chunk *next;
	size_t used;
	size_t size;
	_Alignas(max_align_t) char bytes[];
};

struct arena {
	struct chunk *first;
	size_t next_size;
};

struct arena *
arena_new(void)
{
	struct arena *a = xcalloc(1, sizeof *a);

	a->next_size = CHUNK_FIRST;
	return a;
}

void
arena_free(struct arena **a)
{
	struct chunk *c, *next;

	if (*a == NULL)
		return;
	for (c = (*a)->first; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(*a);
	*a = NULL;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	struct chunk *c = a->first;
	size_t need;
	void *p;

	if (__builtin_add_overflow(size, align - 1, &need))
		bug("arena: size overflows");
	need &= ~(align - 1);
	if (c == NULL || c->size - c->used < need) {
		size_t room = MAX(need, a->next_size);

		c = xcalloc(1, sizeof *c + room);
		c->size = room;
		a->next_size = MIN(a->next_size * 2, (size_t)CHUNK_MOST);
		/* A big block goes behind, so that the current chunk is used up. */
		if (a->first != NULL && need > CHUNK_MOST / 4) {
			c->next = a->first->next;
			a->first->next = c;
		} else {
			c->next = a->first;
			a->first = c;
		}
	}
	p = c->bytes + c->used;
	c->used += need;
	return p;
}

void *
arena_calloc(struct arena *a, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		bug("arena: size overflows");
	return arena_alloc(a, total);
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	if (n > 0)
		memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		bug("arena: bad format '%s'", fmt);
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

struct slice
arena_slice(struct arena *a, struct slice s)
{
	return (struct slice){ arena_strndup(a, s.ptr, s.len), s.len };
}

void *
arena_grow(struct arena *a, void *array, size_t n, size_t *cap, size_t size)
{
	size_t room;
	void *p;

	if (n < *cap)
		return array;
	room = *cap == 0 ? 8 : *cap * 2;
	p = arena_calloc(a, room, size);
	if (n > 0)
		memcpy(p, array, n * size);
	*cap = room;
	return p;
}
