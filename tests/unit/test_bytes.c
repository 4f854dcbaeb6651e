/* SPDX-License-Identifier: MIT */
/* buf, slice and arena. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

static void
a_buf_is_always_a_c_string(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(buf_slice(&b).len, 0);
	buf_add_str(&b, "one");
	buf_addf(&b, " %d %s", 2, "three");
	assert_string_equal(b.ptr, "one 2 three");
	buf_add(&b, "a\0b", 3);
	assert_int_equal(b.len, 14);
	assert_int_equal(b.ptr[b.len], '\0');
	buf_set(&b, "new");
	assert_string_equal(b.ptr, "new");
	buf_reset(&b);
	assert_string_equal(b.ptr, "");
}

static void
detaching_leaves_an_empty_buf(void **state)
{
	struct buf b = BUF_INIT;
	char *p;

	(void)state;
	p = buf_detach(&b);
	assert_string_equal(p, "");
	free(p);
	buf_add_str(&b, "text");
	p = buf_detach(&b);
	assert_string_equal(p, "text");
	assert_null(b.ptr);
	free(p);
}

static void
values_come_back_in_order(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct slice in, s;
	uint8_t u8;
	uint32_t u32;
	uint64_t u64;
	bool flag;

	(void)state;
	buf_put_u8(&b, true);
	buf_put_u8(&b, 0xFE);
	buf_put_u32(&b, 0xDEADBEEF);
	buf_put_u64(&b, UINT64_MAX - 1);
	buf_put_slice(&b, SLICE_LIT("text"));
	in = buf_slice(&b);
	assert_true(slice_get_bool(&in, &flag) && flag);
	assert_false(slice_get_bool(&in, &flag));	/* neither 0 nor 1 */
	assert_true(slice_get_u8(&in, &u8) && u8 == 0xFE);
	assert_true(slice_get_u32(&in, &u32) && u32 == 0xDEADBEEF);
	assert_true(slice_get_u64(&in, &u64) && u64 == UINT64_MAX - 1);
	assert_false(slice_get_slice(&in, 3, &s));	/* longer than allowed */
	assert_true(slice_get_slice(&in, 4, &s) && slice_eq_str(s, "text"));
	assert_int_equal(in.len, 0);
	assert_false(slice_get_u8(&in, &u8) || slice_get_bool(&in, &flag));
}

/* What is not whole is not taken, and the input stays as it was. */
static void
cut_values_are_not_taken(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct slice s;
	uint32_t u32;
	uint64_t u64;

	(void)state;
	buf_put_u32(&b, 1000);		/* a string of 1000 bytes that are not there */
	buf_add_str(&b, "xyz");
	for (size_t n = 0; n <= b.len; n++) {
		struct slice in = slice_sub(buf_slice(&b), 0, n);

		assert_false(slice_get_slice(&in, SIZE_MAX, &s));
		assert_int_equal(in.len, n);
		if (n < 4)
			assert_false(slice_get_u32(&in, &u32));
		if (n < 8)
			assert_false(slice_get_u64(&in, &u64));
		assert_int_equal(in.len, n);
	}
}

static const struct {
	const char *in;
	char sep;
	const char *want[4];
} pieces[] = {
	{ "a,b", ',', { "a", "b" } },
	{ "a,,b", ',', { "a", "", "b" } },
	{ "", ',', { "" } },
	{ ",", ',', { "", "" } },
	{ "abc", ',', { "abc" } },
};

static void
slices_are_cut_into_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(pieces); i++) {
		struct slice rest = slice_str(pieces[i].in), piece;
		size_t n = 0;

		while (slice_next(&rest, pieces[i].sep, &piece)) {
			assert_non_null(pieces[i].want[n]);
			assert_true(slice_eq_str(piece, pieces[i].want[n]));
			n++;
		}
		assert_null(pieces[i].want[n]);
	}
}

static const struct {
	const char *in;
	bool ok;
	uint64_t want;
} numbers[] = {
	{ "0", true, 0 },
	{ "18446744073709551615", true, UINT64_MAX },
	{ "18446744073709551616", false, 0 },
	{ "99999999999999999999999", false, 0 },
	{ "", false, 0 },
	{ "-1", false, 0 },
	{ "1 ", false, 0 },
	{ "0x1", false, 0 },
};

static void
numbers_are_decimal_and_fit(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(numbers); i++) {
		uint64_t got = 0;

		assert_int_equal(slice_to_u64(slice_str(numbers[i].in), &got),
		    numbers[i].ok);
		if (numbers[i].ok)
			assert_true(got == numbers[i].want);
	}
}

static void
slices_compare_by_bytes_and_ascii_case(void **state)
{
	const struct slice none = { NULL, 0 };

	(void)state;
	assert_true(slice_eq(none, slice_str("")));
	assert_false(slice_eq(slice_str("a"), slice_str("ab")));
	assert_true(slice_eq_case(slice_str("Subject"), slice_str("sUBJECT")));
	assert_false(slice_eq_case(slice_str("\xc3\x84"), slice_str("\xc3\xa4")));
	assert_true(slice_starts_case(slice_str("X-Mroute-Id"), "x-mroute-"));
	assert_true(slice_ends_case(slice_str("a.EML"), ".eml"));
	assert_false(slice_ends_case(slice_str("l"), ".eml"));
	assert_true(slice_eq_str(slice_trim(slice_str(" \t a b\r\n")), "a b"));
	assert_int_equal(slice_trim(slice_str(" \r\n")).len, 0);
	assert_int_equal(slice_find(none, 'x'), SIZE_MAX);
	assert_int_equal(slice_find_slice(slice_str("abcd"), slice_str("cd")), 2);
	assert_int_equal(slice_find_slice(none, slice_str("c")), SIZE_MAX);
	assert_true(slice_eq_str(slice_sub(slice_str("abc"), 1, 99), "bc"));
	assert_int_equal(slice_sub(slice_str("abc"), 5, 2).len, 0);
}

static void
an_arena_keeps_what_it_gave(void **state)
{
	enum { N = 3000 };
	AUTO(arena_free) struct arena *a = arena_new();
	char *p[N];

	(void)state;
	for (size_t i = 0; i < N; i++) {
		size_t size = i % 97 == 0 ? 20000 : i % 50 + 1;

		p[i] = arena_alloc(a, size);
		assert_int_equal((uintptr_t)p[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < size; k++)
			assert_int_equal(p[i][k], 0);
		memset(p[i], (int)(i & 0x7F), size);
	}
	for (size_t i = 0; i < N; i++)
		assert_int_equal(p[i][i % 97 == 0 ? 19999 : i % 50], (int)(i & 0x7F));
	assert_string_equal(arena_printf(a, "%s-%d", "x", 5), "x-5");
	assert_true(slice_eq_str(arena_slice(a, slice_make("abcdef", 3)), "abc"));
}

static void
an_array_grows_in_an_arena(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	size_t cap = 0;
	int *v = NULL;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		v = arena_grow(a, v, (size_t)i, &cap, sizeof *v);
		v[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(v[i], i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buf_is_always_a_c_string),
		cmocka_unit_test(detaching_leaves_an_empty_buf),
		cmocka_unit_test(values_come_back_in_order),
		cmocka_unit_test(cut_values_are_not_taken),
		cmocka_unit_test(slices_are_cut_into_pieces),
		cmocka_unit_test(numbers_are_decimal_and_fit),
		cmocka_unit_test(slices_compare_by_bytes_and_ascii_case),
		cmocka_unit_test(an_arena_keeps_what_it_gave),
		cmocka_unit_test(an_array_grows_in_an_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
