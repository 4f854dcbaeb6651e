/* SPDX-License-Identifier: MIT */
/*
 * regex - the only user of PCRE2.  Options are mroute.rules(5), PATTERNS: UTF, UCP,
 * CASELESS, MULTILINE, MATCH_INVALID_UTF, NEVER_BACKSLASH_C, \n as the line
 * end; a leading `(*` is refused; 4 kB.
 *
 * PCRE2's own match limit starts anew at each start position and so does not
 * bound a search: `\s+$` on 1 MB of blanks takes minutes.  Here the whole
 * search is bounded by steps: one for each item of the pattern that is tried,
 * and one for each 8 bytes that the items move over.  Steps are counted, not
 * timed, and the interpreter is used, never JIT: the answer is the same on a
 * slow machine and in `mroute test`.  The wall clock is a safety net above.
 */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include "base/base.h"
#include "base/slice.h"

enum { REGEX_PATTERN_MAX = 4096, REGEX_GROUPS_MAX = 32 };

struct regex;

/*
 * -1: error gets PCRE2's words, *at the byte of the pattern they are about.
 * A named group must be among the first REGEX_GROUPS_MAX - 1.
 */
NODISCARD int regex_compile(struct slice pattern, struct regex **out,
    char error[256], size_t *at);
void regex_free(struct regex **r);

/* Named groups, in order of their names: name i and its group number. */
size_t regex_groups(const struct regex *r);
const char *regex_group_name(const struct regex *r, size_t i, unsigned *number);

struct regex_limits {
	uint32_t match;			/* PCRE2 match limit, per start */
	uint64_t steps;			/* for the whole search, see above */
	int64_t deadline_mono_ms;	/* 0: none */
};

enum regex_result { REGEX_NO, REGEX_YES, REGEX_LIMIT };

/*
 * First match.  from/to of group g are in vec[2g], vec[2g+1] (SIZE_MAX unset);
 * *n groups were filled (at most REGEX_GROUPS_MAX).  REGEX_LIMIT means that
 * the question could not be answered; *why is static text naming the limit.
 * *steps: how many were taken.  n, steps and why may be NULL.
 */
enum regex_result regex_match(const struct regex *r, struct slice subject,
    const struct regex_limits *limits, size_t vec[2 * REGEX_GROUPS_MAX],
    size_t *n, uint64_t *steps, const char **why);

#endif
