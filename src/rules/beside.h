/* SPDX-License-Identifier: MIT */
/*
 * beside - two accounts of one message, then and now, side by side: the routes
 * with their points, and the lines that are new, gone, or come out otherwise.
 * (compare.h asks which of them made the difference.)
 */
#ifndef RULES_BESIDE_H
#define RULES_BESIDE_H

#include "rules/account.h"

struct beside_line {
	const char *route;
	const struct account_line *then, *now;	/* NULL: no such line on that side */
};

/*
 * The lines that differ, route after route.  A line is known again by its
 * text, without the points where those have changed.  only: those of this
 * route; NULL: of all.
 */
size_t beside_lines(struct arena *a, const struct account *then,
    const struct account *now, const char *only, struct beside_line **out);

/* As text; why: what made the difference, in words, or "". */
void beside_text(const struct account *then, const struct account *now,
    const char *only, const char *why, bool colour, unsigned columns,
    struct buf *out);

/* The lines that differ as an array. */
json_t *beside_json(const struct account *then, const struct account *now,
    const char *only);

#endif
