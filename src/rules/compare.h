/* SPDX-License-Identifier: MIT */
/*
 * compare - two decisions about one message, by other rules or at another
 * time: do they differ, which lines came and went, and which one of them made
 * the difference.  Pure, as decide() is.
 */
#ifndef RULES_COMPARE_H
#define RULES_COMPARE_H

#include "model/envelope.h"
#include "model/plan.h"
#include "rules/policy.h"

struct compare_side {
	const struct plan *plan;
	const struct policy *policy;	/* NULL: the plan is a recorded one */
	const struct findings *findings;	/* or NULL */
};

struct compare_line {
	bool came;			/* else it went */
	const char *route;
	const struct plan_line *line;	/* of the side where it holds */
};

struct comparison {
	/* Of the routes that had a say, route after route, gone ones first. */
	const struct compare_line *line;
	size_t n_line;
	/*
	 * The line without which both would have gone to the same route; NULL
	 * where no line alone did that.
	 */
	const struct compare_line *cause;
	const char *why;		/* the cause in words, or "" */
	bool actions;			/* something else is done with it */
};

/* The same route, and the same is done with it? */
bool compare_same(const struct plan *before, const struct plan *after);

/* The result lives in a and points into both sides. */
void compare_decisions(struct arena *a, const struct envelope *env,
    const struct compare_side *before, const struct compare_side *after,
    struct comparison *out);

#endif
