/* SPDX-License-Identifier: MIT */
/*
 * rulebook - the rule sets of the year: the instance's as it is now, and two
 * that it was before: with `observe yes`, and with routes under their old names.
 */
#ifndef TRAFFIC_RULEBOOK_H
#define TRAFFIC_RULEBOOK_H

#include "rules/policy.h"
#include "rules/ruleset.h"

enum rulebook_age { RULES_OBSERVING, RULES_OLD_NAMES, RULES_NOW, RULES_N };

struct rulebook {
	struct policy *policy[RULES_N];
};

NODISCARD int rulebook_open(const struct config *cfg, struct rulebook *out,
    struct err *e);
void rulebook_close(struct rulebook *rb);

/* The name that a topic's route had then, and the route. */
const char *rulebook_name(enum rulebook_age age, size_t topic);
const struct route *rulebook_route(const struct rulebook *rb, enum rulebook_age age,
    size_t topic);

#endif
