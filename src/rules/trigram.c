/* SPDX-License-Identifier: MIT */
#include "rules/trigram.h"

enum {
	LOG2_LEAST = 8, LOG2_MOST = 20,	/* bits of a set */
	SPARE = 16,			/* bits for each byte: few hashes meet */
};

void
trigrams_of(struct arena *a, struct slice text, struct trigrams *out)
{
	unsigned log2 = LOG2_LEAST;

	while (log2 < LOG2_MOST && (size_t)1 << log2 < text.len * SPARE)
		log2++;
	out->shift = 32 - log2;
	out->bits = arena_calloc(a, ((size_t)1 << log2) / 64, sizeof *out->bits);
	for (size_t i = 0; i + 3 <= text.len; i++) {
		uint32_t n = trigram_hash(text.ptr + i) >> out->shift;

		out->bits[n / 64] |= (uint64_t)1 << n % 64;
	}
}
