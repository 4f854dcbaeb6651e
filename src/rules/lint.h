/* SPDX-License-Identifier: MIT */
/*
 * lint - what is no mistake of the language and yet surely a slip: lines that
 * can never matter, phrases that others make needless, one fact that is paid
 * twice, patterns that take many steps.  All of it are warnings, MR060 to
 * MR079 and once more MR055; the cost grows with the size of the rules, not with
 * its square.
 *
 * Only what can be proven from the rules alone is told; where that would take
 * a guess about mail, nothing is.
 */
#ifndef RULES_LINT_H
#define RULES_LINT_H

#include "base/diag.h"
#include "rules/ruleset.h"

enum {
	/*
	 * MR069: a pattern is tried on texts of 100 kB that are made to be
	 * hard for it (16 kB for a header field: no more is looked at).  The
	 * limit of live mail is MATCH_STEPS, for a text of up to 256 kB; from
	 * a quarter of it on a text of that length may reach it.
	 */
	LINT_PROBE_TEXT = 100 * 1000,
	LINT_PROBE_HEADER = 16 * 1000,
	LINT_STEPS = 5 * 1000 * 1000,
};

/* rs is whole: ruleset_parse() had no error. */
void lint_run(const struct ruleset *rs, struct diag *d);

#endif
