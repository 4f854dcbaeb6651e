/* SPDX-License-Identifier: MIT */
/*
 * seen - what the lines of a rule set looked at in a message: for each field
 * how many values it has, and the beginning of them.  Runs in the examiner.
 */
#ifndef RULES_SEEN_H
#define RULES_SEEN_H

#include "model/findings.h"
#include "model/message.h"
#include "rules/ruleset.h"

/* Make the findings close: each field of the rules once, in their order. */
void seen_fields(struct arena *a, struct message *m, const struct ruleset *rs,
    struct findings *f);

#endif
