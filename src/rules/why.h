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

#endif
