/* SPDX-License-Identifier: MIT */
/* The answers of whatif against asking tally() for each number of points. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/whatif.h"

enum { ROUTES = 4, OTHERWISE = ROUTES - 1, MARGIN = 15, ROUNDS = 3000, FAR = 400 };

static uint32_t seed = 2463534242U;

static unsigned
next_random(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

/* What is rare in mail is common here. */
static void
random_standing(struct standing *s)
{
	static const enum tri marks[] = { TRI_NO, TRI_NO, TRI_NO, TRI_NO, TRI_YES,
	    TRI_UNKNOWN };

	s->known = (int)next_random(16) * 10 - 30;
	s->lowest = s->known - (next_random(3) == 0 ? (int)next_random(40) : 0);
	s->highest = s->known + (next_random(3) == 0 ? (int)next_random(40) : 0);
	s->needs = 30 + (int)next_random(8) * 10;
	s->never = marks[next_random(NELEM(marks))];
	s->always = marks[next_random(NELEM(marks))];
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

static void
points_are_the_fewest(void **state)
{
	unsigned none = 0, some = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct standing s[ROUTES] = { { .needs = 50 } };
		const struct whatif w = { s, ROUTES, OTHERWISE, MARGIN };
		size_t i = next_random(OTHERWISE);
		int got, want = 0;

		for (size_t k = 0; k < OTHERWISE; k++)
			random_standing(&s[k]);
		s[OTHERWISE] = (struct standing){ .needs = 50 };
		got = whatif_points(&w, i);
		while (want < FAR && !wins_with(&w, i, want))
			want++;
		if (got != (want < FAR ? want : -1))
			fail_msg("round %d: %d points, not %d", round, got, want);
		none += got < 0;
		some += got > 0;
	}
	assert_true(none > ROUNDS / 10 && some > ROUNDS / 10);
}

static void
nothing_is_changed_by_asking(void **state)
{
	struct standing s[2] = { { .known = 60, .lowest = 60, .highest = 60,
	    .needs = 50 }, { .needs = 50 } };
	const struct whatif w = { s, 2, 1, MARGIN };
	const struct standing less = { .known = 40, .lowest = 40, .highest = 40,
	    .needs = 50 };
	struct tally t;

	(void)state;
	assert_int_equal(whatif_points(&w, 0), 0);
	t = whatif_instead(&w, 0, &less);
	assert_int_equal(t.route, 1);
	assert_int_equal(t.by, BY_BELOW_NEEDS);
	assert_int_equal(s[0].known, 60);
	assert_int_equal(whatif_nothing(&w).route, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_are_the_fewest),
		cmocka_unit_test(nothing_is_changed_by_asking),
	};

	return cmocka_run_group_tests_name("whatif", tests, NULL, NULL);
}
