/* SPDX-License-Identifier: MIT */
/*
 * tally - what rules decided for mail whose route is known, counted.
 *
 *	routed     decided for a route, and not left to `otherwise`
 *	right      routed to the route that is wanted
 *	got        came to a route, from wherever
 *	lost       sent where nobody reads, and wanted elsewhere
 *
 * Mail that `otherwise` should have can't be routed rightly; it counts among
 * what is routed only when a route takes it.
 *
 * Strings are copied and live in the tally, but for its title.
 */
#ifndef ACCURACY_TALLY_H
#define ACCURACY_TALLY_H

#include "base/arena.h"
#include "model/plan.h"
#include "rules/ruleset.h"

enum { ROUTES_MAX = 52 };	/* a letter each in the table */

struct result {			/* one message */
	const char *name;		/* "press/01-x", or the place of an example */
	unsigned wanted, got;		/* numbers of routes */
	const char *by;			/* "below-needs" */
	const char *why;		/* one sentence */
};

struct count {			/* one route: got is of all mail, the rest of its own */
	unsigned mail, routed, right, lost, got;
};

struct totals {
	unsigned mail;			/* all there is */
	unsigned routed, right, lost;	/* of it */
	unsigned wanted, covered;	/* that a route should have; routed of it */
	unsigned security, unseen;	/* about security; lost of it */
};

struct tally {
	struct arena *arena;
	const char *title;
	const char *route[ROUTES_MAX];
	unsigned n_route;
	unsigned otherwise;		/* its number */
	struct result *result;
	size_t n_result, cap;
	struct count count[ROUTES_MAX];
	struct totals sum;		/* see tally_sum() */
	unsigned cell[ROUTES_MAX][ROUTES_MAX];	/* wanted, got */
};

/* The routes of the rule set come first, in its order. */
void tally_init(struct tally *t, const char *title, const struct ruleset *rs);
void tally_release(struct tally *t);

/* A message by its name, the route it should have, and what was decided. */
void tally_add(struct tally *t, const char *name, const char *wanted,
    const struct plan *plan);

/* When all are in. */
void tally_sum(struct tally *t);

/* In per cent; of nothing it is 0. */
double tally_share(unsigned part, unsigned whole);

#endif
