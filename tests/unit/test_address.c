/* SPDX-License-Identifier: MIT */
#include "model_help.h"

#include "model/address.h"

/* Each mailbox as name<address>domain; with ',' between. */
static const struct {
	const char *label, *in, *want;
} cases[] = {
	{ "bare", "jane@x.example", "<jane@x.example>x.example" },
	{ "named", "Jane Roe <jane@x.example>", "Jane Roe<jane@x.example>x.example" },
	{ "quoted name", "\"Roe, Jane\" <jane@x.example>",
	    "Roe, Jane<jane@x.example>x.example" },
	{ "comment as name", "jane@x.example (Jane Roe)",
	    "Jane Roe<jane@x.example>x.example" },
	{ "nested comment", "jane@x.example (Jane (the) Roe)",
	    "Jane (the) Roe<jane@x.example>x.example" },
	{ "several", "a@x.example, B <b@y.example>,c@z.example",
	    "<a@x.example>x.example,B<b@y.example>y.example,<c@z.example>z.example" },
	{ "empty ones", ",, a@x.example,,", "<a@x.example>x.example" },
	{ "group", "Friends: a@x.example, B <b@y.example>;",
	    "<a@x.example>x.example,B<b@y.example>y.example" },
	{ "empty group", "undisclosed-recipients:;", "" },
	{ "case", "JANE@X.Example", "<jane@x.example>x.example" },
	{ "encoded name", "=?utf-8?Q?J=C3=A4ne?= <j@x.example>",
	    "J\u00E4ne<j@x.example>x.example" },
	{ "padded words (B3)", "=?utf-8?B?SmFuZQ==?= =?utf-8?B?IFJvZQ==?= <j@x.example>",
	    "Jane Roe<j@x.example>x.example" },
	{ "an address in the name", "\"ceo@company.example\" <evil@x.example>",
	    "ceo@company.example<evil@x.example>x.example" },
	{ "quoted local part", "\"a@b\"@x.example", "<a@b@x.example>x.example" },
	{ "comma hidden in a word", "=?utf-8?Q?a=2C_b?= <c@x.example>",
	    "a, b<c@x.example>x.example" },
	{ "international", "j@b\u00FCcher.example",
	    "<j@xn--bcher-kva.example>xn--bcher-kva.example" },
	{ "final dot", "j@x.example.", "<j@x.example>x.example" },
	{ "literal", "j@[192.0.2.1]", "<j@[192.0.2.1]>[192.0.2.1]" },
	{ "route", "<@a.example,@b.example:j@x.example>", "<j@x.example>x.example" },
	{ "blanks inside", "< j@x.example >", "<j@x.example>x.example" },
	{ "no >", "Jane <j@x.example, b@y.example",
	    "Jane<j@x.example>x.example,<b@y.example>y.example" },
	{ "no domain", "MAILER-DAEMON", "<mailer-daemon>" },
	{ "empty brackets", "MAILER-DAEMON <>", "MAILER-DAEMON<>" },
	{ "a name alone", "Jane Roe", "Jane Roe<>" },
	{ "semicolons between", "a@x.example; b@y.example",
	    "<a@x.example>x.example,<b@y.example>y.example" },
	{ "no end of the quotes", "\"Jane <j@x.example>", "Jane<j@x.example>x.example" },
	{ "no end of the comment", "j@x.example (Jane <e@y.example>",
	    "Jane <e@y.example><j@x.example>x.example" },
	{ "line end in the name", "\"Jane\n Roe\" <j@x.example>",
	    "Jane Roe<j@x.example>x.example" },
	{ "empty", "", "" },
};

static void
test_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf b = BUF_INIT;
		struct mailbox *mb;
		bool cut = false;
		size_t n = address_list(arena, slice_str(cases[i].in), &mb, &cut);

		for (size_t k = 0; k < n; k++) {
			if (k > 0)
				buf_add_char(&b, ',');
			buf_add_slice(&b, mb[k].name);
			buf_add_char(&b, '<');
			buf_add_slice(&b, mb[k].address);
			buf_add_char(&b, '>');
			buf_add_slice(&b, mb[k].domain);
		}
		assert_slice(cases[i].label, buf_slice(&b), cases[i].want);
		assert_false(cut);
		buf_release(&b);
	}
}

/* Envelope addresses are as they are: nothing in them is syntax. */
static void
test_normal(void **state)
{
	(void)state;
	assert_slice("plain", address_normal(arena, SLICE_LIT("Jane@X.Example")),
	    "jane@x.example");
	assert_slice("odd", address_normal(arena, SLICE_LIT("a(\"b,c@d@x.example.")),
	    "a(\"b,c@d@x.example");
	assert_slice("no domain", address_normal(arena, SLICE_LIT("Root")), "root");
	assert_slice("bad bytes", address_normal(arena, SLICE_LIT("j\xFF@x.example")),
	    "j\u00FF@x.example");
}

/* Nested groups end the stack of others. */
static void
test_bombs(void **state)
{
	static const char *const pieces[] = { "a:", "<", "(", "\"", "a@b,", "@", ",",
		"\\", "=?utf-8?B?", "a<b@c>(d)", ":;" };
	struct buf b = BUF_INIT;
	struct mailbox *mb;

	(void)state;
	for (size_t i = 0; i < NELEM(pieces); i++) {
		bool cut = false;
		size_t n;

		buf_reset(&b);
		while (b.len < 100000)
			buf_add_str(&b, pieces[i]);
		n = address_list(arena, buf_slice(&b), &mb, &cut);
		assert_true(n <= ADDRESSES_MAX);
		assert_true(n < ADDRESSES_MAX || cut);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_normal),
		cmocka_unit_test(test_bombs),
	};

	return cmocka_run_group_tests_name("address", tests, arena_setup, arena_teardown);
}
