/* SPDX-License-Identifier: MIT */
/*
 * tally - which route wins, from each one's points (mroute.rules(5), DECISION, 3 to
 * 5).  Plain numbers in, numbers out.
 *
 * A line that could not be judged may hold or not.  The winner must be the
 * same whichever way each of them falls, otherwise it is BY_UNKNOWN.  There
 * is no need to try all 2^n ways: whether a route wins can only get better
 * with its own points and `always`, and worse with its own `never` and with
 * everything that speaks for another.  So its best case and its worst case
 * tell whether it wins in some way or in all.
 *
 * A route that nothing speaks for (no points, or fewer) is nobody's rival: else
 * a route with needs below the margin could never win.
 */
#ifndef RULES_TALLY_H
#define RULES_TALLY_H

#include "model/plan.h"

struct standing {			/* of one route, in file order */
	int known;			/* total of the lines that hold */
	int lowest, highest;		/* with the unknown ones against and for it */
	int needs;
	enum tri never, always;		/* does one of these lines hold? */
};

struct line;

/* Add a line that holds (TRI_YES) or may (TRI_UNKNOWN) to its route's standing. */
void standing_add(struct standing *s, const struct line *l, enum tri state);

struct tally {
	size_t route;			/* who gets the message */
	enum decided_by by;
	size_t best;			/* most points of those that may compete */
	size_t runner_up;		/* SIZE_MAX (best too): nobody */
};

/* n > 0; otherwise < n.  Linear in n but for unknown lines, then quadratic. */
struct tally tally(const struct standing *s, size_t n, size_t otherwise, int margin);

#endif
