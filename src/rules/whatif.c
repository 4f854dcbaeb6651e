/* SPDX-License-Identifier: MIT */
#include "rules/whatif.h"

/* More than all lines of a rule set together can be worth. */
enum { POINTS_MOST = 1 << 28 };

struct tally
whatif_nothing(const struct whatif *w)
{
	return tally(w->s, w->n, w->otherwise, w->margin);
}

struct tally
whatif_instead(const struct whatif *w, size_t i, const struct standing *other)
{
	const struct standing was = w->s[i];
	struct tally t;

	w->s[i] = *other;
	t = whatif_nothing(w);
	w->s[i] = was;
	return t;
}

static bool
wins_with(const struct whatif *w, size_t i, int more)
{
	struct standing s = w->s[i];

	s.known += more;
	s.lowest += more;
	s.highest += more;
	return whatif_instead(w, i, &s).route == i;
}

/* More points never lose what fewer win: see tally.h. */
int
whatif_points(const struct whatif *w, size_t i)
{
	int least = 0, most = POINTS_MOST;

	if (!wins_with(w, i, most))
		return -1;
	while (least < most) {
		int middle = least + (most - least) / 2;

		if (wins_with(w, i, middle))
			most = middle;
		else
			least = middle + 1;
	}
	return most;
}
