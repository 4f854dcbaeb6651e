/* SPDX-License-Identifier: MIT */
/*
 * account - a decision explained both ways (P9): every route with every line,
 * whether it held or not and what it looked at, and what would have changed
 * the decision.  Made from a plan and the rule set it was made by, whether
 * today's or one of the past; decides nothing itself.
 *
 * An account lives in its arena and points into rule set, plan and findings.
 */
#ifndef RULES_ACCOUNT_H
#define RULES_ACCOUNT_H

#include "rules/explain.h"
#include "rules/ruleset.h"
#include "rules/tally.h"

struct account_line {
	const struct line *line;
	enum tri state;
	const struct plan_line *hit;	/* what it found; of a `no` no more than its id */
	int stopped;			/* the condition that failed; -1: not known */
	/* Had it been the other way (what is unknown: had it held): */
	bool turns;			/* another route would have had the message, */
	size_t to;			/* this one (a number in the rule set), */
	enum decided_by to_by;		/* decided so */
};

struct account_route {
	const struct route *route;
	size_t number;			/* in the rule set */
	struct standing standing;
	struct account_line *line;	/* what held or may have, then what did not */
	size_t n_line, n_hit;
	int to_compete;			/* points short of its needs; 0: none */
	int to_win;			/* of winning; 0: it wins, -1: none would do */
	/* Lines that did not hold, any of which would have made it win. */
	const struct account_line **enough;
	size_t n_enough;
	/* When there is none: the fewest that would together; n 0: all would not. */
	const struct account_line **together;
	size_t n_together;
};

struct account {
	const struct plan *plan;
	const struct ruleset *rules;
	const struct findings *seen;	/* close; NULL: nobody knows the values */
	struct tally tally;		/* what these lines come to */
	struct account_route *route;	/* the winner, then by points */
	size_t n_route;
};

/*
 * seen may be NULL, or not close: then there are no values.  NULL when the plan
 * has no trace of these rules: they were not asked.
 */
struct account *account_make(struct arena *a, const struct ruleset *rs, int margin,
    const struct plan *plan, const struct findings *seen);

/* Does this route have the message (or would it, where it is only observed)? */
bool account_has(const struct account *ac, const struct account_route *r);

/* The first line of that kind that holds, or NULL. */
const struct account_line *account_find(const struct account_route *r,
    enum line_kind kind);

/*
 * What would have changed the decision, in a sentence or two: for the route
 * that has the message what it hangs on, for another what it lacks.
 */
void account_say(const struct account *ac, const struct account_route *r,
    struct buf *out);

/* What a condition looked at; NULL when that is not known, or it is about facts. */
const struct seen *account_seen(const struct account *ac, const struct cond *c);

/*
 * The routes as text: below explain_brief(), which says what was decided.
 * only: the name of the route to show; NULL: all.
 */
void account_text(const struct account *ac, const char *only, bool colour,
    unsigned columns, struct buf *out);

/*
 * What explain_json() gives of the same plan becomes an account: its `routes`
 * get every line.  See docs/json.md.
 */
void account_json(const struct account *ac, const char *only, json_t *object);

#endif
