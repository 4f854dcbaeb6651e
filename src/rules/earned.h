/* SPDX-License-Identifier: MIT */
/*
 * earned - the lines that a message met, and those that brought it where it went:
 * without one of these it would have gone elsewhere.  For the records, which
 * count over months what each line was good for.
 */
#ifndef RULES_EARNED_H
#define RULES_EARNED_H

#include "model/plan.h"
#include "rules/ruleset.h"

struct earned {
	const char *route;
	const struct plan_line *line;
	/*
	 * It holds, and decide() would give another route, had the rules not this
	 * line.  With `observe` the route is the one that would have had the message.
	 * Of two lines each of which is enough neither is decisive.
	 */
	bool decisive;
};

/*
 * Of all routes, in the order of the rules: the lines that held, and those that
 * could not be judged for a reason of their own; that a message is too long says
 * nothing of a line.  0 when the plan has no trace of these rules.
 */
size_t earned_lines(struct arena *a, const struct ruleset *rs, int margin,
    const struct plan *p, struct earned **out);

#endif
