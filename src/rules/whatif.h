/* SPDX-License-Identifier: MIT */
/*
 * whatif - would another standing of one route have changed who wins?  The
 * questions of `mroute explain`, asked of tally().
 */
#ifndef RULES_WHATIF_H
#define RULES_WHATIF_H

#include "rules/tally.h"

struct whatif {
	struct standing *s;		/* of all routes; changed and set back */
	size_t n, otherwise;
	int margin;
};

/* Who wins as it is. */
struct tally whatif_nothing(const struct whatif *w);

/* Who wins when route i stands so. */
struct tally whatif_instead(const struct whatif *w, size_t i,
    const struct standing *other);

/*
 * The fewest points more with which route i wins, all else being as it is: 0
 * when it does; -1 when no points would do (it is out, or another is always).
 */
int whatif_points(const struct whatif *w, size_t i);

#endif
