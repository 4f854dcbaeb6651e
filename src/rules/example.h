/* SPDX-License-Identifier: MIT */
/*
 * example - run the `example yes|no` of a rule set through examine() and
 * decide() with an empty past; what fails becomes a diagnostic at its place:
 * MR080 another route got it, MR081 a field has another value, MR082 a `never`
 * of its own route keeps it out.  The hints show the lines that decided.
 *
 * The recipient is the alias' first address.  An example whose envelope-to
 * belongs to another alias is run there, not here.  With `observe` the route
 * counts that would have had the message.
 */
#ifndef RULES_EXAMPLE_H
#define RULES_EXAMPLE_H

#include "model/plan.h"
#include "rules/policy.h"

struct example;			/* rules/ruleset.h */

struct example_result {
	unsigned run, failed;
};

/*
 * The decision for an example of alias number i, in a; NULL when it belongs to
 * another alias.
 */
struct plan *example_decide(struct arena *a, const struct policy *p, size_t i,
    const struct example *ex);

/* All examples of alias number i. */
void example_run(const struct policy *p, size_t i, struct diag *d,
    struct example_result *out);

#endif
