/* SPDX-License-Identifier: MIT */
/*
 * why - a decision in one sentence for people: "95 points of 50 needed; next
 * content, 30".
 */
#ifndef RULES_WHY_H
#define RULES_WHY_H

#include "model/plan.h"

/* Of a plan that the rules made: its trace and its numbers are filled in. */
const char *why_rules(struct arena *a, const struct plan *plan, int margin);

/*
 * Of a plan that was only observed: why it would have been that route, the
 * part of its sentence that says so.  NULL when it has none.
 */
const char *why_observed(const struct plan *plan);

/*
 * Can a line of this route that could not be judged have a say in who wins?
 * Not when the route has no points even so, and no `always`.
 */
bool why_unknown_matters(const struct plan_route *r);

#endif
