/* SPDX-License-Identifier: MIT */
/*
 * effects - what a route's actions come to: addresses, mailboxes, Maildirs
 * (one effect each, none twice), and what its `field` lines come to.
 */
#ifndef RULES_EFFECTS_H
#define RULES_EFFECTS_H

#include "model/plan.h"
#include "rules/ruleset.h"

/*
 * Fill the plan's effects, actions, keep and keep_originals.  A team is
 * spread to its members; one that cfg does not know (rules tried without a
 * config) has no effect.
 */
void effects_of_route(struct arena *a, const struct config *cfg,
    const struct config_alias *alias, const struct route *r, struct plan *plan);

/* The one effect of a message that no route may have. */
void effects_fallback(struct arena *a, struct plan *plan);

/* A plan's effects to these addresses, none twice. */
void effects_to_addresses(struct arena *a, const char (*addr)[ADDR_SIZE],
    size_t n, struct plan *plan);

/*
 * Fill the plan's fields.  A capture's value is that of the route's first
 * line that has one; a field with a capture that has no value is missing.
 * f may be NULL: then all with captures are.
 */
void effects_fields(struct arena *a, const struct route *r,
    const struct findings *f, struct plan *plan);

#endif
