/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/heap.h"

/* A sequence that is the same each time. */
static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

static void
gives_the_earliest_first(void **state)
{
	enum { N = 500 };
	static struct heap_entry entry[N];
	struct heap h = HEAP_INIT;
	uint32_t seed = 7;
	int64_t last = INT64_MIN;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < N; i++)
		heap_put(&h, &entry[i], (int64_t)(next(&seed) % 1000));
	/* Take every third out of the middle. */
	for (size_t i = 0; i < N; i += 3) {
		heap_take(&h, &entry[i]);
		assert_int_equal(entry[i].place, 0);
	}
	while (heap_first(&h) != NULL) {
		struct heap_entry *e = heap_first(&h);

		assert_true(e->due >= last);
		last = e->due;
		heap_take(&h, e);
		n++;
	}
	assert_int_equal(n, N - (N + 2) / 3);
	heap_release(&h);
}

static void
taking_what_is_not_in_is_no_error(void **state)
{
	struct heap h = HEAP_INIT;
	struct heap_entry e = { 0, 0 };

	(void)state;
	heap_take(&h, &e);
	assert_null(heap_first(&h));
	heap_put(&h, &e, 5);
	heap_take(&h, &e);
	heap_take(&h, &e);
	assert_null(heap_first(&h));
	heap_release(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_earliest_first),
		cmocka_unit_test(taking_what_is_not_in_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
