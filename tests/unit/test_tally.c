/* SPDX-License-Identifier: MIT */
/*
 * First the order of mroute.rules(5), DECISION, by table, then the shortcut of tally()
 * for unknown lines against trying every way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/tally.h"

enum { ROUTES = 4, LINES = 4, NONE = -1 };

/* Points that are known, and those of unknown lines for and against it. */
struct row {
	int points, unknown_plus, unknown_minus, needs;
	enum tri never, always;
};

static const struct {
	const char *label;
	struct row r[3];		/* the last is otherwise */
	int margin;
	int route;
	enum decided_by by;
	int best, runner_up;
} cases[] = {
#define Y TRI_YES
#define N TRI_NO
#define U TRI_UNKNOWN
#define REST { 0, 0, 0, 50, N, N }
	{ "most points", { { 95, 0, 0, 50, N, N }, { 30, 0, 0, 50, N, N }, REST },
	    15, 0, BY_POINTS, 0, 1 },
	{ "exactly its needs", { { 50, 0, 0, 50, N, N }, REST, REST },
	    15, 0, BY_POINTS, 0, NONE },
	{ "one below", { { 49, 0, 0, 50, N, N }, { 10, 0, 0, 50, N, N }, REST },
	    15, 2, BY_BELOW_NEEDS, 0, 1 },
	{ "nothing at all", { REST, REST, REST }, 15, 2, BY_BELOW_NEEDS, NONE, NONE },
	{ "margin reached", { { 65, 0, 0, 50, N, N }, { 50, 0, 0, 50, N, N }, REST },
	    15, 0, BY_POINTS, 0, 1 },
	{ "one too close", { { 64, 0, 0, 50, N, N }, { 50, 0, 0, 50, N, N }, REST },
	    15, 2, BY_MARGIN, 0, 1 },
	{ "too close, though it needs more",
	    { { 60, 0, 0, 50, N, N }, { 50, 0, 0, 900, N, N }, REST },
	    15, 2, BY_MARGIN, 0, 1 },
	{ "ahead, though it needs more",
	    { { 60, 0, 0, 50, N, N }, { 200, 0, 0, 900, N, N }, REST },
	    15, 2, BY_MARGIN, 0, 1 },
	{ "equal", { { 60, 0, 0, 50, N, N }, { 60, 0, 0, 50, N, N }, REST },
	    15, 2, BY_MARGIN, 0, 1 },
	{ "equal, margin 0: the first",
	    { { 60, 0, 0, 50, N, N }, { 60, 0, 0, 50, N, N }, REST },
	    0, 0, BY_POINTS, 0, 1 },
	{ "no points, no rival", { { 10, 0, 0, 10, N, N }, REST, REST },
	    15, 0, BY_POINTS, 0, NONE },
	{ "never", { { 95, 0, 0, 50, Y, N }, { 60, 0, 0, 50, N, N }, REST },
	    15, 1, BY_POINTS, 1, NONE },
	{ "never is no rival", { { 60, 0, 0, 50, N, N }, { 55, 0, 0, 50, Y, N }, REST },
	    15, 0, BY_POINTS, 0, NONE },
	{ "always", { { 95, 0, 0, 50, N, N }, { 0, 0, 0, 50, N, Y }, REST },
	    15, 1, BY_ALWAYS, 1, 0 },
	{ "always: the first", { { 0, 0, 0, 50, N, Y }, { 95, 0, 0, 50, N, Y }, REST },
	    15, 0, BY_ALWAYS, 0, 1 },
	{ "never beats its own always",
	    { { 60, 0, 0, 50, Y, Y }, { 0, 0, 0, 50, N, N }, REST },
	    15, 2, BY_BELOW_NEEDS, NONE, NONE },
	{ "and not another's", { { 60, 0, 0, 50, Y, N }, { 0, 0, 0, 50, N, Y }, REST },
	    15, 1, BY_ALWAYS, 1, NONE },

	{ "unknown, all the same", { { 95, 20, 20, 50, N, N }, { 30, 0, 0, 50, N, N },
	    REST }, 15, 0, BY_POINTS, 0, 1 },
	{ "unknown that could reach", { { 40, 20, 0, 50, N, N }, REST, REST },
	    15, 2, BY_UNKNOWN, 0, NONE },
	{ "unknown that could lose", { { 60, 0, 20, 50, N, N }, REST, REST },
	    15, 2, BY_UNKNOWN, 0, NONE },
	{ "unknown rival", { { 60, 0, 0, 50, N, N }, { 40, 20, 0, 50, N, N }, REST },
	    15, 2, BY_UNKNOWN, 0, 1 },
	{ "unknown rival too far", { { 90, 0, 0, 50, N, N }, { 40, 20, 0, 50, N, N },
	    REST }, 15, 0, BY_POINTS, 0, 1 },
	{ "unknown never", { { 95, 0, 0, 50, U, N }, REST, REST },
	    15, 2, BY_UNKNOWN, 0, NONE },
	{ "unknown never of a loser", { { 95, 0, 0, 50, N, N }, { 30, 0, 0, 50, U, N },
	    REST }, 15, 0, BY_POINTS, 0, 1 },
	{ "unknown never of a close one", { { 95, 0, 0, 50, N, N },
	    { 90, 0, 0, 50, U, N }, REST }, 15, 2, BY_UNKNOWN, 0, 1 },
	{ "unknown always of the winner", { { 95, 0, 0, 50, N, U }, REST, REST },
	    15, 0, BY_POINTS, 0, NONE },
	{ "unknown always of another", { { 95, 0, 0, 50, N, N }, { 0, 0, 0, 50, N, U },
	    REST }, 15, 2, BY_UNKNOWN, 0, NONE },
	{ "unknown always behind an always", { { 0, 0, 0, 50, N, Y },
	    { 0, 0, 0, 50, N, U }, REST }, 15, 0, BY_ALWAYS, 0, NONE },
	{ "unknown always in front of one", { { 0, 0, 0, 50, N, U },
	    { 0, 0, 0, 50, N, Y }, REST }, 15, 2, BY_UNKNOWN, 1, NONE },
	{ "unknown, otherwise in each case", { { 10, 20, 0, 50, N, N }, REST, REST },
	    15, 2, BY_BELOW_NEEDS, 0, NONE },
	{ "margin or below-needs, otherwise both ways",
	    { { 55, 0, 10, 50, N, N }, { 52, 0, 0, 900, N, N }, REST },
	    15, 2, BY_MARGIN, 0, 1 },
#undef Y
#undef N
#undef U
#undef REST
};

static void
decides_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct standing s[3];
		struct tally t;

		for (size_t k = 0; k < 3; k++) {
			const struct row *r = &cases[i].r[k];

			s[k] = (struct standing){ r->points,
			    r->points - r->unknown_minus,
			    r->points + r->unknown_plus, r->needs, r->never,
			    r->always };
		}
		t = tally(s, 3, 2, cases[i].margin);
		if ((int)t.route != cases[i].route || t.by != cases[i].by ||
		    t.best != (size_t)(ptrdiff_t)cases[i].best ||
		    t.runner_up != (size_t)(ptrdiff_t)cases[i].runner_up)
			fail_msg("%s: route %zu by %s, best %td, runner-up %td",
			    cases[i].label, t.route, decided_by_name(t.by),
			    (ptrdiff_t)t.best, (ptrdiff_t)t.runner_up);
	}
}

struct one_line {
	char kind;			/* '+', 'n', 'a' */
	int points;
	enum tri state;
};

/* mroute.rules(5), DECISION, 3 to 5 told plainly, every line yes or no. */
static size_t
told_plainly(struct one_line l[ROUTES][LINES], const int *needs, size_t n_route,
    size_t otherwise, int margin)
{
	int total[ROUTES] = { 0 };
	bool out[ROUTES] = { false }, always[ROUTES] = { false };
	size_t best = SIZE_MAX;

	for (size_t r = 0; r < n_route; r++)
		for (size_t i = 0; i < LINES; i++) {
			if (l[r][i].state != TRI_YES)
				continue;
			total[r] += l[r][i].points;
			out[r] |= l[r][i].kind == 'n';
			always[r] |= l[r][i].kind == 'a';
		}
	for (size_t r = 0; r < n_route; r++)
		if (always[r] && !out[r])
			return r;
	for (size_t r = 0; r < n_route; r++)
		if (!out[r] && total[r] >= needs[r] &&
		    (best == SIZE_MAX || total[r] > total[best]))
			best = r;
	if (best == SIZE_MAX)
		return otherwise;
	for (size_t r = 0; r < n_route; r++)
		if (r != best && !out[r] && total[r] > 0 &&
		    total[best] - total[r] < margin)
			return otherwise;
	return best;
}

static uint32_t
random_below(uint32_t n)
{
	static uint32_t seed = 2463534242U;

	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % n;
}

/* The one winner of all ways the unknown lines can fall; SIZE_MAX: several. */
static size_t
by_trying_all(struct one_line l[ROUTES][LINES], const int *needs, size_t n_route,
    size_t otherwise, int margin)
{
	struct one_line *unknown[ROUTES * LINES];
	size_t n = 0, winner = SIZE_MAX;

	for (size_t r = 0; r < n_route; r++)
		for (size_t i = 0; i < LINES; i++)
			if (l[r][i].state == TRI_UNKNOWN)
				unknown[n++] = &l[r][i];
	for (uint32_t way = 0; way < UINT32_C(1) << n; way++) {
		size_t w;

		for (size_t i = 0; i < n; i++)
			unknown[i]->state = way >> i & 1 ? TRI_YES : TRI_NO;
		w = told_plainly(l, needs, n_route, otherwise, margin);
		if (winner != SIZE_MAX && w != winner)
			return SIZE_MAX;
		winner = w;
	}
	return winner;
}

static void
stand(const struct one_line *l, int needs, struct standing *s)
{
	*s = (struct standing){ .needs = needs };
	for (size_t i = 0; i < LINES; i++) {
		enum tri *t = l[i].kind == 'n' ? &s->never : &s->always;

		if (l[i].kind != '+') {
			if (l[i].state != TRI_NO && *t != TRI_YES)
				*t = l[i].state;
			continue;
		}
		if (l[i].state == TRI_YES) {
			s->known += l[i].points;
			s->lowest += l[i].points;
			s->highest += l[i].points;
		} else if (l[i].state == TRI_UNKNOWN) {
			s->lowest += MIN(l[i].points, 0);
			s->highest += MAX(l[i].points, 0);
		}
	}
}

static void
agrees_with_trying_all(void **state)
{
	static const int points[] = { 40, 25, 10, -10, -30, 60 };
	unsigned by_unknown = 0, by_sure = 0;

	(void)state;
	for (int round = 0; round < 60000; round++) {
		struct one_line l[ROUTES][LINES] = { 0 };
		struct standing s[ROUTES];
		int needs[ROUTES], margin = (int)random_below(4) * 10;
		size_t n = 1 + random_below(ROUTES), want, unknown = 0;
		size_t otherwise = random_below((uint32_t)n);
		struct tally t;

		for (size_t r = 0; r < n; r++) {
			needs[r] = 10 + (int)random_below(6) * 10;
			for (size_t i = 0; i < LINES; i++) {
				uint32_t kind = random_below(12);

				l[r][i].kind = kind == 0 ? 'n' :
				    kind == 1 ? 'a' : '+';
				if (l[r][i].kind == '+')
					l[r][i].points = points[
					    random_below(NELEM(points))];
				l[r][i].state = (enum tri)random_below(3);
				if (l[r][i].state == TRI_UNKNOWN && ++unknown > 7)
					l[r][i].state = TRI_NO;
			}
			stand(l[r], needs[r], &s[r]);
		}
		t = tally(s, n, otherwise, margin);
		want = by_trying_all(l, needs, n, otherwise, margin);
		if (want == SIZE_MAX) {
			by_unknown++;
			assert_int_equal(t.by, BY_UNKNOWN);
			assert_int_equal(t.route, otherwise);
		} else {
			by_sure++;
			assert_int_not_equal(t.by, BY_UNKNOWN);
			assert_int_equal(t.route, want);
		}
	}
	assert_true(by_unknown > 1000 && by_sure > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decides_in_order),
		cmocka_unit_test(agrees_with_trying_all),
	};

	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
