/* SPDX-License-Identifier: MIT */
#include "rules/cover.h"

#include <stdlib.h>

#include "base/xalloc.h"

/*
 * Of each phrase the piece is taken that the fewest others have.  The pieces
 * and all their beginnings stand in a hash table: a text is looked through by
 * going on from each of its places as long as there is such a beginning.  Keys
 * are hashes alone; two texts with the same one cost a try, no more.
 */
struct entry {
	const struct phrase *phrase;
	size_t tag;
	size_t next;			/* with the same piece; SIZE_MAX none */
};

struct node {
	uint64_t key;			/* 0: free */
	size_t n;			/* pieces that are this text */
	size_t first;			/* entry; SIZE_MAX: only a beginning */
};

struct cover {
	struct arena *arena;		/* of the entries */
	struct entry *entry;
	size_t n, cap;
	struct node *node;		/* of a power of two */
	size_t n_node, room;
	bool sorted;			/* all entries are in the table */
	uint64_t steps;
};

/* FNV-1a, a byte at a time. */
static const uint64_t hash_begin = UINT64_C(0xCBF29CE484222325);

static uint64_t
hash_byte(uint64_t h, char c)
{
	h = (h ^ (unsigned char)c) * UINT64_C(0x100000001B3);
	return h != 0 ? h : 1;
}

static uint64_t
hash_text(struct slice s)
{
	uint64_t h = hash_begin;

	for (size_t i = 0; i < s.len; i++)
		h = hash_byte(h, s.ptr[i]);
	return h;
}

struct cover *
cover_new(void)
{
	struct cover *c = xcalloc(1, sizeof *c);

	c->arena = arena_new();
	return c;
}

void
cover_free(struct cover **c)
{
	if (*c == NULL)
		return;
	arena_free(&(*c)->arena);
	free((*c)->node);
	free(*c);
	*c = NULL;
}

void
cover_add(struct cover *c, const struct phrase *p, size_t tag)
{
	c->entry = arena_grow(c->arena, c->entry, c->n, &c->cap, sizeof *c->entry);
	c->entry[c->n++] = (struct entry){ p, tag, SIZE_MAX };
	c->sorted = false;
}

/* The node of that key, or the free one where it would stand. */
static struct node *
place_of(struct node *node, size_t room, uint64_t key)
{
	size_t at = (size_t)(key ^ key >> 32) & (room - 1);

	while (node[at].key != 0 && node[at].key != key)
		at = (at + 1) & (room - 1);
	return &node[at];
}

static struct node *
find_node(const struct cover *c, uint64_t key)
{
	struct node *nd;

	if (c->room == 0)
		return NULL;
	nd = place_of(c->node, c->room, key);
	return nd->key != 0 ? nd : NULL;
}

static void
grow_table(struct cover *c)
{
	size_t room = c->room > 0 ? 2 * c->room : 1024;
	struct node *node = xcalloc(room, sizeof *node);

	for (size_t i = 0; i < c->room; i++)
		if (c->node[i].key != 0)
			*place_of(node, room, c->node[i].key) = c->node[i];
	free(c->node);
	c->node = node;
	c->room = room;
}

static struct node *
make_node(struct cover *c, uint64_t key)
{
	struct node *nd;

	if (2 * c->n_node >= c->room)
		grow_table(c);
	nd = place_of(c->node, c->room, key);
	if (nd->key == 0) {
		*nd = (struct node){ .key = key, .first = SIZE_MAX };
		c->n_node++;
	}
	return nd;
}

static void
count_pieces(struct cover *c, struct arena *a, const struct phrase *p)
{
	struct slice piece;

	for (size_t at = 0; phrase_next_piece(a, p, &at, &piece);)
		make_node(c, hash_text(piece))->n++;
}

/* Put the entry at its rarest piece, and mark the beginnings of that. */
static void
file_entry(struct cover *c, struct arena *a, size_t number)
{
	struct entry *e = &c->entry[number];
	struct slice piece, best = { NULL, 0 };
	size_t fewest = SIZE_MAX;
	uint64_t h = hash_begin;
	struct node *nd = NULL;

	for (size_t at = 0; phrase_next_piece(a, e->phrase, &at, &piece);) {
		size_t n = make_node(c, hash_text(piece))->n;

		if (n < fewest) {
			fewest = n;
			best = piece;
		}
	}
	for (size_t i = 0; i < best.len; i++) {
		h = hash_byte(h, best.ptr[i]);
		nd = make_node(c, h);
	}
	if (nd == NULL)
		return;			/* a phrase has a letter at least */
	e->next = nd->first;
	nd->first = number;
}

static void
build(struct cover *c)
{
	AUTO(arena_free) struct arena *a = arena_new();

	c->sorted = true;
	free(c->node);
	c->node = NULL;
	c->n_node = c->room = 0;
	for (size_t i = 0; i < c->n; i++)
		count_pieces(c, a, c->entry[i].phrase);
	for (size_t i = c->n; i-- > 0;)
		file_entry(c, a, i);
}

bool
cover_holds(const struct phrase *p, const struct phrase *q)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const struct text sample = phrase_sample(a, q);
	size_t from, to;

	return phrase_find(p, &sample, &from, &to);
}

void
cover_each(struct cover *c, const struct phrase *of, cover_take *take, void *arg)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const struct text sample = phrase_sample(a, of);
	unsigned tries = COVER_TRIES;
	size_t from, to;

	if (!c->sorted)
		build(c);
	for (size_t i = 0; i < sample.fold.len; i++) {
		uint64_t h = hash_begin;

		for (size_t j = i; j < sample.fold.len; j++) {
			const struct node *nd;

			h = hash_byte(h, sample.fold.ptr[j]);
			c->steps++;
			if ((nd = find_node(c, h)) == NULL)
				break;
			for (size_t k = nd->first; k != SIZE_MAX;
			    k = c->entry[k].next) {
				if (tries-- == 0)
					return;
				c->steps++;
				if (phrase_find(c->entry[k].phrase, &sample,
				    &from, &to) && take(arg,
				    c->entry[k].phrase, c->entry[k].tag))
					return;
			}
		}
	}
}

uint64_t
cover_steps(const struct cover *c)
{
	return c->steps;
}
