/* SPDX-License-Identifier: MIT */
/*
 * trigram - which runs of three bytes a text has in it, so that the thousands
 * of phrases that can't be there are passed over without a search.
 *
 * A set of hashes: what is in the text is always found in it; what is not
 * seldom seems to be, and costs a search.
 */
#ifndef RULES_TRIGRAM_H
#define RULES_TRIGRAM_H

#include "base/arena.h"
#include "base/slice.h"

struct trigrams {
	uint64_t *bits;
	unsigned shift;			/* of a hash, to the number of its bit */
};

/* Lives in a. */
void trigrams_of(struct arena *a, struct slice text, struct trigrams *out);

/* Of the three bytes at p; any text's set understands it. */
static inline uint32_t
trigram_hash(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return ((uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16) *
	    0x9E3779B1U;
}

static inline bool
trigrams_has(const struct trigrams *t, uint32_t hash)
{
	uint32_t n = hash >> t->shift;

	return (t->bits[n / 64] >> n % 64 & 1) != 0;
}

#endif
