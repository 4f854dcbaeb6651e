/* SPDX-License-Identifier: MIT */
/*
 * match - a message against every line of a rule set: yes, no or unknown for
 * each, with the words that matched and the captures.  Runs in the examiner.
 *
 * examine() is the whole of it: bytes and envelope in, findings out.  It
 * does not fail: limits become `unknown` with a reason.
 *
 * A value that was not looked at to its end (capped) can turn a no into a
 * yes, never a yes into a no; for `!~`, `is not`, `not in` and `absent`, which
 * hold when no value does, the other way round.
 */
#ifndef RULES_MATCH_H
#define RULES_MATCH_H

#include "model/findings.h"
#include "rules/policy.h"

enum {
	MATCH_STEPS = 20 * 1000 * 1000,		/* of one pattern, see regex.h */
	MATCH_STEPS_ALL = 200 * 1000 * 1000,	/* of all patterns of a message */
};

/* The result and all it points to live in a. */
struct findings *examine(struct arena *a, struct slice bytes,
    const struct envelope *env, const struct policy *p);

/* The same, close: with what each line looked at. */
struct findings *examine_closely(struct arena *a, struct slice bytes,
    const struct envelope *env, const struct policy *p);

/*
 * Does a finding's reason speak of the message (it is too long to be looked at
 * whole) and not of the line?
 */
bool match_is_of_message(struct slice reason);

#endif
