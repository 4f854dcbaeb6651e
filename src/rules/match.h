/* SPDX-License-Identifier: MIT */
/*
 * match - a message against every line of a rule set: yes, no or unknown for
 * each, with the words that matched and the captures.  Runs in the examiner.
 *
 * examine() is the whole of it: bytes and envelope in, findings out.  It
 * does not fail: limits become `unknown` with a reason.
 */
#ifndef RULES_MATCH_H
#define RULES_MATCH_H

#include "model/findings.h"
#include "rules/policy.h"

/* The result and all it points to live in a. */
struct findings *examine(struct arena *a, struct slice bytes,
    const struct envelope *env, const struct policy *p);

#endif
