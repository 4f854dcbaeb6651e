/* SPDX-License-Identifier: MIT */
/*
 * dice - chance that comes out the same on every machine: splitmix64, integers
 * only.
 */
#ifndef TRAFFIC_DICE_H
#define TRAFFIC_DICE_H

#include "base/base.h"

struct dice {
	uint64_t state;
};

uint64_t dice_roll(struct dice *d);

/* 0 ... n - 1; 0 for n 0. */
uint32_t dice_below(struct dice *d, uint32_t n);

/* True in n of 100,000. */
bool dice_in(struct dice *d, uint32_t n);

/* from ... to */
int64_t dice_between(struct dice *d, int64_t from, int64_t to);

/* An index by weight: sum is that of the n weights. */
size_t dice_weighted(struct dice *d, const uint32_t *weight, size_t n, uint32_t sum);

/*
 * 0 ... n - 1, the first the most frequent: number k about as often as 1 / (k + 1).
 * n at most 4096.
 */
size_t dice_zipf(struct dice *d, size_t n);

#endif
