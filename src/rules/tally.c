/* SPDX-License-Identifier: MIT */
#include "rules/tally.h"

#include "rules/ruleset.h"

void
standing_add(struct standing *s, const struct line *l, enum tri state)
{
	enum tri *mark = l->kind == LINE_NEVER ? &s->never : &s->always;

	if (l->kind != LINE_POINTS) {
		if (*mark != TRI_YES)
			*mark = state;
		return;
	}
	if (state == TRI_YES) {
		s->known += l->points;
		s->lowest += l->points;
		s->highest += l->points;
	} else if (l->points > 0)
		s->highest += l->points;
	else
		s->lowest += l->points;
}

/* How the unknown lines of a route are taken. */
enum view {
	AS_NO,				/* they do not hold */
	FOR_IT,
	AGAINST_IT,
};

struct judge {
	const struct standing *s;
	size_t n, otherwise;
	int margin;
	size_t one;			/* this route is looked at in its own way */
	enum view one_view, others_view;
};

static enum view
view_of(const struct judge *j, size_t i)
{
	return i == j->one ? j->one_view : j->others_view;
}

static int
total(const struct judge *j, size_t i)
{
	switch (view_of(j, i)) {
	case FOR_IT:
		return j->s[i].highest;
	case AGAINST_IT:
		return j->s[i].lowest;
	case AS_NO:
		break;
	}
	return j->s[i].known;
}

static bool
is_out(const struct judge *j, size_t i)
{
	return j->s[i].never == TRI_YES || (j->s[i].never == TRI_UNKNOWN &&
	    view_of(j, i) == AGAINST_IT);
}

static bool
is_always(const struct judge *j, size_t i)
{
	return !is_out(j, i) && (j->s[i].always == TRI_YES ||
	    (j->s[i].always == TRI_UNKNOWN && view_of(j, i) == FOR_IT));
}

/*
 * The route with most points, the first of equals; SIZE_MAX when none has
 * any.  With reached only those that reach their needs.
 */
static size_t
most_points(const struct judge *j, size_t besides, bool reached)
{
	size_t most = SIZE_MAX;

	for (size_t i = 0; i < j->n; i++) {
		int points = total(j, i);

		if (i == besides || is_out(j, i) || points <= 0 ||
		    (reached && points < j->s[i].needs))
			continue;
		if (most == SIZE_MAX || points > total(j, most))
			most = i;
	}
	return most;
}

static struct tally
judge(const struct judge *j)
{
	struct tally t = { j->otherwise, BY_BELOW_NEEDS, SIZE_MAX, SIZE_MAX };

	for (size_t i = 0; i < j->n; i++)
		if (is_always(j, i))
			return (struct tally){ i, BY_ALWAYS, i,
			    most_points(j, i, false) };
	t.best = most_points(j, SIZE_MAX, true);
	if (t.best == SIZE_MAX) {
		t.best = most_points(j, SIZE_MAX, false);
		t.runner_up = most_points(j, t.best, false);
		return t;
	}
	t.runner_up = most_points(j, t.best, false);
	if (t.runner_up != SIZE_MAX &&
	    total(j, t.best) - total(j, t.runner_up) < j->margin) {
		t.by = BY_MARGIN;
		return t;
	}
	t.route = t.best;
	t.by = BY_POINTS;
	return t;
}

static bool
has_unknown(const struct standing *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i].lowest != s[i].highest || s[i].never == TRI_UNKNOWN ||
		    s[i].always == TRI_UNKNOWN)
			return true;
	return false;
}

/* Does this route win when all falls that way for it and this for the others? */
static bool
wins(struct judge j, size_t i, enum view its, enum view others)
{
	j.one = i;
	j.one_view = its;
	j.others_view = others;
	return judge(&j).route == i;
}

struct tally
tally(const struct standing *s, size_t n, size_t otherwise, int margin)
{
	const struct judge j = { s, n, otherwise, margin, SIZE_MAX, AS_NO, AS_NO };
	struct tally t = judge(&j);
	size_t possible = 0;

	if (!has_unknown(s, n))
		return t;
	for (size_t i = 0; i < n; i++)
		if (i != otherwise && wins(j, i, FOR_IT, AGAINST_IT))
			possible++;
	if (possible == 0 ||		/* otherwise, in every case */
	    (t.route != otherwise && wins(j, t.route, AGAINST_IT, FOR_IT)))
		return t;
	t.route = otherwise;
	t.by = BY_UNKNOWN;
	return t;
}
