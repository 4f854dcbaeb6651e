/* SPDX-License-Identifier: MIT */
#include "model/envelope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define A10	"aaaaaaaaaa"
#define A50	A10 A10 A10 A10 A10
#define A250	A50 A50 A50 A50 A50

static void
only_what_smtp_can_carry_is_a_valid_address(void **state)
{
	static const struct {
		const char *addr;
		bool want;
	} cases[] = {
		{ "jane@paper.example", true },
		{ "postmaster", true },
		{ "j\xc3\xa4ne@paper.example", true },
		{ "\"a@b\"@paper.example", true },
		{ "-jane@paper.example", true },
		{ "", false },
		{ "two words@paper.example", false },
		{ "jane@paper.example\r\nRCPT TO:<x@y>", false },
		{ "jane\t@paper.example", false },
		{ "jane\x7f@paper.example", false },
		{ "<jane@paper.example>", false },
		{ "jane>@paper.example", false },
		{ A250 "@abc", true },
		{ A250 "@abcd", false },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++)
		if (address_valid(cases[i].addr, strlen(cases[i].addr)) != cases[i].want)
			fail_msg("'%s'", cases[i].addr);
	assert_false(address_valid("a\0b", 3));
}

static void
domain_is_what_stands_behind_the_last_at(void **state)
{
	(void)state;
	assert_string_equal(address_domain("ann@acme.example"), "acme.example");
	assert_string_equal(address_domain("\"a@b\"@acme.example"), "acme.example");
	assert_string_equal(address_domain("postmaster"), "");
	assert_string_equal(address_domain("ann@"), "");
	assert_string_equal(address_domain(""), "");
}

static void
case_does_not_make_another_address(void **state)
{
	(void)state;
	assert_true(address_equal("Press@Acme.Example", "press@acme.example"));
	assert_false(address_equal("press@acme.example", "press@acme.exampl"));
	assert_false(address_equal("", "press@acme.example"));
	assert_true(address_equal("", ""));
}

static void
tag_is_cut_from_the_local_part_only(void **state)
{
	static const struct {
		const char *addr, *want, *tag;
	} cases[] = {
		{ "press@a.example", "press@a.example", "" },
		{ "press+x@a.example", "press@a.example", "x" },
		{ "press+x+y@a.example", "press@a.example", "x+y" },
		{ "press+@a.example", "press@a.example", "" },
		{ "+press@a.example", "+press@a.example", "" },
		{ "press@a+b.example", "press@a+b.example", "" },
		{ "press+x", "press", "x" },
		{ "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		char out[ADDR_SIZE], tag[ADDR_SIZE];

		address_untag(cases[i].addr, out, tag);
		assert_string_equal(out, cases[i].want);
		assert_string_equal(tag, cases[i].tag);
		address_untag(cases[i].addr, out, NULL);
		assert_string_equal(out, cases[i].want);
	}
}

static void
untag_stays_within_its_buffers(void **state)
{
	char out[ADDR_SIZE], tag[ADDR_SIZE];

	(void)state;
	address_untag("a+" A250 A250 "@b.example", out, tag);
	assert_string_equal(out, "a@b.example");
	assert_int_equal(strlen(tag), ADDR_MAX);
	address_untag(A250 A250 "+x@" A250, out, tag);
	assert_int_equal(strlen(out), ADDR_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_smtp_can_carry_is_a_valid_address),
		cmocka_unit_test(domain_is_what_stands_behind_the_last_at),
		cmocka_unit_test(case_does_not_make_another_address),
		cmocka_unit_test(tag_is_cut_from_the_local_part_only),
		cmocka_unit_test(untag_stays_within_its_buffers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
