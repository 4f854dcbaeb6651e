/* SPDX-License-Identifier: MIT */
#include "base/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void
what_is_fed_is_read(void **state)
{
	static const char *const cat[] = { "cat", NULL };
	AUTO(buf_release) struct buf in = BUF_INIT;
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct err e = ERR_INIT;
	int status = -1;

	(void)state;
	/* More than a pipe holds, both ways. */
	for (int i = 0; i < 50000; i++)
		buf_addf(&in, "%d\n", i);
	assert_int_equal(command_feed(cat, buf_slice(&in), 60000, in.len, &out, &status, &e),
	    0);
	assert_int_equal(status, 0);
	assert_true(slice_eq(buf_slice(&in), buf_slice(&out)));
}

static void
a_command_need_not_read_what_it_is_fed(void **state)
{
	static const char *const three[] = { "sh", "-c", "exit 3", NULL };
	AUTO(buf_release) struct buf in = BUF_INIT;
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct err e = ERR_INIT;
	int status = -1;

	(void)state;
	buf_reserve(&in, 1 << 20);
	in.len = 1 << 20;
	assert_int_equal(command_feed(three, buf_slice(&in), 60000, 10, &out, &status, &e), 0);
	assert_int_equal(status, 3);
	assert_int_equal(out.len, 0);
}

static void
one_that_is_not_fed_reads_nothing(void **state)
{
	static const char *const cat[] = { "cat", NULL };
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct err e = ERR_INIT;
	int status = -1;

	(void)state;
	assert_int_equal(command_run(cat, 60000, 10, &out, &status, &e), 0);
	assert_int_equal(status, 0);
	assert_int_equal(out.len, 0);
	assert_int_equal(command_feed(cat, slice_str(NULL), 60000, 10, &out, &status, &e), 0);
	assert_int_equal(out.len, 0);
}

static void
time_and_length_end_it(void **state)
{
	static const char *const forever[] = { "tail", "-f", "/dev/null", NULL };
	static const char *const much[] = { "cat", NULL };
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct err e = ERR_INIT;
	int status;

	(void)state;
	assert_int_equal(command_feed(forever, SLICE_LIT("x"), 50, 10, &out, &status, &e), -1);
	assert_int_equal(e.kind, ERR_TEMP);
	assert_int_equal(command_feed(much, SLICE_LIT("eleven byte"), 60000, 10, &out,
	    &status, &e), -1);
}

static void
programs_of_ours_are_beside_us(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	(void)state;
	assert_true(command_beside("test_command", &out));
	assert_int_equal(out.ptr[0], '/');
	assert_true(slice_ends_case(buf_slice(&out), "/test_command"));
	assert_false(command_beside("no-such-program", &out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_fed_is_read),
		cmocka_unit_test(a_command_need_not_read_what_it_is_fed),
		cmocka_unit_test(one_that_is_not_fed_reads_nothing),
		cmocka_unit_test(time_and_length_end_it),
		cmocka_unit_test(programs_of_ours_are_beside_us),
	};

	return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
