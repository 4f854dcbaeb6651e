/* SPDX-License-Identifier: MIT */
#include "dice.h"

enum { ZIPF_MAX = 4096, ZIPF_UNIT = 100000 };

uint64_t
dice_roll(struct dice *d)
{
	uint64_t z = d->state += 0x9E3779B97F4A7C15ULL;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
	z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
	return z ^ z >> 31;
}

uint32_t
dice_below(struct dice *d, uint32_t n)
{
	return (uint32_t)((dice_roll(d) >> 32) * n >> 32);
}

bool
dice_in(struct dice *d, uint32_t n)
{
	return dice_below(d, 100000) < n;
}

int64_t
dice_between(struct dice *d, int64_t from, int64_t to)
{
	return from + (int64_t)(dice_roll(d) % (uint64_t)(to - from + 1));
}

size_t
dice_weighted(struct dice *d, const uint32_t *weight, size_t n, uint32_t sum)
{
	uint32_t at = dice_below(d, sum);

	for (size_t i = 0; i + 1 < n; i++) {
		if (at < weight[i])
			return i;
		at -= weight[i];
	}
	return n - 1;
}

size_t
dice_zipf(struct dice *d, size_t n)
{
	static uint32_t upto[ZIPF_MAX];	/* sums of the weights */
	uint32_t at;
	size_t low = 0, high = n - 1;

	if (upto[0] == 0) {
		upto[0] = ZIPF_UNIT;
		for (uint32_t i = 1; i < ZIPF_MAX; i++)
			upto[i] = upto[i - 1] + ZIPF_UNIT / (i + 1);
	}
	at = dice_below(d, upto[n - 1]);
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (at < upto[mid])
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}
