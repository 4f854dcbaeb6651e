/* SPDX-License-Identifier: MIT */
/*
 * lint_impl - what the files of lint share.  Nobody else includes this.
 *
 *   lint.c          the order of things; routes
 *   lint_line.c     lines that can never matter
 *   lint_phrase.c   needless phrases, facts that are paid twice
 *   lint_name.c     captures, sets, list entries that nobody needs
 *   lint_pattern.c  patterns that take many steps or match everything
 */
#ifndef RULES_LINT_IMPL_H
#define RULES_LINT_IMPL_H

#include "rules/lint.h"

struct lint {
	const struct ruleset *rs;
	struct diag *diag;
	struct arena *arena;		/* of this run */
	bool *dead;			/* by line number: it can never count */
};

/* "line 14", or with the file when that is another one than from's. */
const char *lint_place(struct lint *l, const struct span *at,
    const struct span *from);

/* lint_line.c: the lines of a route; earlier routes came before. */
struct veto;
void lint_lines(struct lint *l, const struct route *r, struct veto *always);
struct veto *lint_veto_new(void);
void lint_veto_free(struct veto **v);

/* Does a field of the route show what this group captures? */
bool lint_capture_used(const struct route *r, const char *group);

/* lint_phrase.c */
void lint_needless_phrases(struct lint *l);
void lint_paid_twice(struct lint *l, const struct route *r);

/* lint_name.c */
void lint_captures(struct lint *l, const struct route *r);
void lint_sets(struct lint *l);
void lint_lists(struct lint *l);

/* lint_pattern.c: the pattern of ~ and !~ as it was written. */
void lint_patterns(struct lint *l);
struct slice lint_pattern_text(const struct cond *c);

#endif
