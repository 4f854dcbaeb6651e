/* SPDX-License-Identifier: MIT */
#include "records.h"

/* ---- what was committed is there ---- */

static void
test_life(void **state)
{
	struct fixture *f = *state;
	const char *id = sample_id(f->a, T(0), 1);
	struct store *st;
	struct store_row row;
	struct store_event *ev;
	struct store_attempt *at;
	struct record *r;
	char found[ULID_SIZE];
	unsigned looked;
	size_t n;

	OK(store_open(f->sp, STORE_WRITE, &st, &E));
	assert_int_equal(store_known(st, id, &looked), STORE_UNKNOWN);
	r = sample_life(f->a, id, &n);
	OK(store_commit(st, r, n, &E));
	assert_int_equal(store_known(st, id, &looked), STORE_DECIDED);
	assert_int_equal(looked, 1);
	OK(store_get(st, f->a, id, &row, &E));
	assert_string_equal(row.route, "press");
	assert_string_equal(row.decided_by, "points");
	assert_int_equal(row.points, 95);
	assert_string_equal(row.trace_json, "{\"v\":1,\"route\":\"press\"}");
	assert_int_equal(row.state, MESSAGE_FINAL);
	assert_int_equal(row.n_effect, 2);
	assert_int_equal(row.effect[1].state, EFFECT_DONE);
	assert_string_equal(row.effect[1].target, "Triage/Press");
	OK(store_events(st, f->a, id, 0, &ev, &n, &E));
	assert_int_equal(n, 2);
	assert_string_equal(ev[1].text, "line one line two");
	OK(store_attempts(st, f->a, id, &at, &n, &E));
	assert_int_equal(n, 2);
	assert_int_equal(at[0].code, 250);
	OK(store_resolve(st, "4bX000001", found, &E));
	assert_string_equal(found, id);
	store_close(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_life, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
