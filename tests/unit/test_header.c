/* SPDX-License-Identifier: MIT */
#include "model_help.h"

#include "model/header.h"

/* Fields as "name=value;" in order, then the body behind a bar. */
static const struct {
	const char *label, *in, *want;
} cases[] = {
	{ "plain", "A: 1\nB: 2\n\nbody", "A=1;B=2;|body" },
	{ "crlf", "A: 1\r\nB: 2\r\n\r\nbody", "A=1;B=2;|body" },
	{ "folded", "A: 1\n 2\n\t3\nB: x\n\nbody", "A=1 2\t3;B=x;|body" },
	{ "no body", "A: 1\n", "A=1;|" },
	{ "no end of the last line", "A: 1", "A=1;|" },
	{ "no header", "\nbody", "|body" },
	{ "empty", "", "|" },
	{ "blank in front of the colon", "A : 1\n\nbody", "A=1;|body" },
	{ "no blank behind it", "A:1\n\nb", "A=1;|b" },
	{ "no value", "A:\nB: 2\n\nb", "A=;B=2;|b" },
	{ "colons in the value", "A: b: c\n\nx", "A=b: c;|x" },
	{ "mailbox line in front", "From x@y.example Sat Nov 28\nA: 1\n\nb", "A=1;|b" },
	{ "quoted mailbox line between", "A: 1\n>From x Sat\nB: 2\n\nb", "A=1;B=2;|b" },
	{ "rubbish between fields goes", "A: 1\nrubbish here\nB: 2\n\nb", "A=1;B=2;|b" },
	{ "a body without an empty line", "A: 1\nHello you\nthere\n\nb",
	    "A=1;|Hello you\nthere\n\nb" },
	{ "continues at the top", " x\nA: 1\n\nb", "A=1;|b" },
	{ "empty lines at the top", "\n \nA: 1\n\nb", "A=1;|b" },
	{ "a parameter that is not folded", "A: x;\nboundary=\"y\"\nB: 2\n\nb",
	    "A=x;boundary=\"y\";B=2;|b" },
	{ "NUL", "A: 1\0\0" "2\n\nb", "A=1  2;|b" },
	{ "bare CR stays in the value", "A: 1\rB: 2\n\nb", "A=1B: 2;|b" },
	{ "only CRs", "A: 1\rB: 2\r\rbody\r", "A=1;B=2;|body\r" },
	{ "name with 8 bits is none", "\xC3\xA4: 1\nB: 2\n\nb", "B=2;|b" },
	{ "line of blanks is no end", "A: 1\n \nB: 2\n\nb", "A=1;B=2;|b" },
	{ "a boundary is no field", "A: 1\n--b: x\n\nb", "A=1;--b=x;|b" },
};

static void
test_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		/* The case with NULs is told by its length. */
		size_t len = strcmp(cases[i].label, "NUL") == 0 ? 10 :
		    strlen(cases[i].in);
		struct slice in = slice_make(cases[i].in, len);
		struct buf b = BUF_INIT;
		struct header_list l;

		header_scan(arena, in, 100, 1000, &l);
		for (size_t k = 0; k < l.n; k++) {
			buf_add_slice(&b, l.field[k].name);
			buf_add_char(&b, '=');
			buf_add_slice(&b, header_unfold(arena, l.field[k].raw));
			buf_add_char(&b, ';');
			assert_memory_equal(in.ptr + l.field[k].offset,
			    l.field[k].name.ptr, l.field[k].name.len);
		}
		buf_add_char(&b, '|');
		buf_add_slice(&b, slice_sub(in, l.body_offset, in.len));
		assert_slice(cases[i].label, buf_slice(&b), cases[i].want);
		assert_false(l.capped);
		buf_release(&b);
	}
}

static void
test_limits(void **state)
{
	struct header_list l;
	struct buf b = BUF_INIT;

	(void)state;
	header_scan(arena, SLICE_LIT("A: 1\nB: 123456789\nC: 3\n\nbody"), 2, 5, &l);
	assert_true(l.capped);
	assert_true(l.dropped);
	assert_int_equal(l.n, 2);
	assert_false(l.field[0].cut);
	assert_true(l.field[1].cut);
	assert_int_equal(l.field[1].raw.len, 5);
	assert_int_equal(l.body_offset, 24);

	/* One field of a megabyte, a million fields. */
	buf_add_str(&b, "A: ");
	for (int i = 0; i < 100000; i++)
		buf_add_str(&b, "0123456789");
	header_scan(arena, buf_slice(&b), 1000, 16384, &l);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.field[0].raw.len, 16384);
	buf_reset(&b);
	for (int i = 0; i < 1000000; i++)
		buf_add_str(&b, "a:b\n");
	buf_add_str(&b, "\nbody");
	header_scan(arena, buf_slice(&b), 1000, 16384, &l);
	assert_int_equal(l.n, 1000);
	assert_int_equal(l.body_offset, 4000001);
	buf_release(&b);
}

static void
test_next_finds_each(void **state)
{
	struct header_list l;
	size_t at = 0;

	(void)state;
	header_scan(arena, SLICE_LIT("Subject: a\nTo: x\nSUBJECT: b\n\n"), 9, 99, &l);
	assert_slice("first", slice_trim(header_next(&l, "subject", &at)->raw), "a");
	assert_slice("second", slice_trim(header_next(&l, "subject", &at)->raw), "b");
	assert_null(header_next(&l, "subject", &at));
	assert_null(header_next(&l, "subject", &at));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_next_finds_each),
	};

	return cmocka_run_group_tests_name("header", tests, arena_setup, arena_teardown);
}
