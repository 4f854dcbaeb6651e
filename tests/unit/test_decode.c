/* SPDX-License-Identifier: MIT */
#include "model_help.h"

#include "model/decode.h"

static const struct {
	const char *label, *in, *want;
} base64[] = {
	{ "plain", "SGVsbG8sIHdvcmxk", "Hello, world" },
	{ "padded", "SGVsbG8=", "Hello" },
	{ "in lines", "SGVs\r\nbG8s\r\nIHdvcmxk\r\n", "Hello, world" },
	{ "goes on after padding (B3)", "SGVsbG8=\nIHNlY3JldA==", "Hello secret" },
	{ "padding in the middle of a line", "SGVsbG8=IHNlY3JldA==", "Hello secret" },
	{ "no padding", "SGVsbG8", "Hello" },
	{ "one character left", "SGVsbG8sI", "Hello," },
	{ "not of the alphabet", "SG-Vs!b G8=", "Hello" },
	{ "a list's footer", "SGVsbG8=\n___________\nThis list is run by us\n", "Hello" },
	{ "empty", "", "" },
	{ "nothing in it", "====\n==\n", "" },
};

static const struct {
	const char *label, *in, *want;
} qp[] = {
	{ "plain", "Hello", "Hello" },
	{ "bytes", "Gr=C3=BC=C3=9Fe", "Gr\u00FC\u00DFe" },
	{ "lower case", "Gr=c3=bc=c3=9fe", "Gr\u00FC\u00DFe" },
	{ "soft line end", "re=\nporter re=\r\nporter", "reporter reporter" },
	{ "blanks behind a soft line end", "re= \t\nporter", "reporter" },
	{ "blanks at the end of a line go", "a  \nb\t\r\nc", "a\nb\r\nc" },
	{ "no hex", "1+1=2 a=b =ZZ =", "1+1=2 a=b =ZZ " },
	{ "ends in the middle", "abc=4", "abc=4" },
	{ "empty", "", "" },
};

static void
test_transfer_encodings(void **state)
{
	bool cut = false;

	(void)state;
	for (size_t i = 0; i < NELEM(base64); i++)
		assert_slice(base64[i].label, decode_base64(arena,
		    slice_str(base64[i].in), 1000, &cut, NULL), base64[i].want);
	for (size_t i = 0; i < NELEM(qp); i++)
		assert_slice(qp[i].label, decode_qp(arena, slice_str(qp[i].in), 1000,
		    &cut), qp[i].want);
	assert_false(cut);
}

static void
test_output_is_bounded(void **state)
{
	bool cut = false;

	(void)state;
	assert_slice("base64", decode_base64(arena, slice_str("SGVsbG8sIHdvcmxk"), 5,
	    &cut, NULL), "Hello");
	assert_true(cut);
	cut = false;
	assert_slice("qp", decode_qp(arena, slice_str("Hello, world"), 5, &cut),
	    "Hello");
	assert_true(cut);
	cut = false;
	assert_slice("all of it", decode_base64(arena, slice_str("SGVsbG8="), 5, &cut, NULL),
	    "Hello");
	assert_false(cut);
}

static void
test_joint(void **state)
{
	size_t joint = 0;

	(void)state;
	decode_base64(arena, SLICE_LIT("SGVsbG8= rubbish"), 100, NULL, &joint);
	assert_int_equal(joint, 5);
	decode_base64(arena, SLICE_LIT("SGVsbG8s"), 100, NULL, &joint);
	assert_int_equal(joint, 6);
}

static const struct {
	const char *label, *in, *want;
} words[] = {
	{ "plain", "Interview request", "Interview request" },
	{ "folded", "Interview\r\n request", "Interview request" },
	{ "B", "=?utf-8?B?R3LDvMOfZQ==?=", "Gr\u00FC\u00DFe" },
	{ "Q", "=?utf-8?Q?Gr=C3=BC=C3=9Fe_da?=", "Gr\u00FC\u00DFe da" },
	{ "latin1", "=?ISO-8859-1?Q?Gr=FC=DFe?=", "Gr\u00FC\u00DFe" },
	{ "windows-1252 under the name of latin1", "=?iso-8859-1?Q?=93Hi=94?=",
	    "\u201CHi\u201D" },
	{ "with language", "=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Gr\u00FC\u00DFe" },
	{ "two, the first padded (B3)", "=?utf-8?B?SGk=?= =?utf-8?B?dGhlcmU=?=",
	    "Hithere" },
	{ "blanks between two go", "=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab" },
	{ "blanks beside text stay", "x =?utf-8?Q?a?= y =?utf-8?Q?b?= z", "x a y b z" },
	{ "no blank beside text", "x=?utf-8?Q?a?=y", "xay" },
	{ "two charsets", "=?utf-8?Q?=C3=BC?= =?iso-8859-1?Q?=FC?=", "\u00FC\u00FC" },
	{ "a character cut in two", "=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC=C3=9Fe?=",
	    "Gr\u00FC\u00DFe" },
	{ "iso-2022-jp", "=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "\u65E5\u672C" },
	{ "unknown charset", "=?x-none?Q?abc?=", "abc" },
	{ "blank in Q", "=?utf-8?Q?a b?=", "a b" },
	{ "question mark in Q", "=?utf-8?Q?why?not?=", "why?not" },
	{ "no end", "=?utf-8?Q?abc", "=?utf-8?Q?abc" },
	{ "no text", "=?utf-8?Q?" "?=", "" },
	{ "wrong encoding", "=?utf-8?X?abc?=", "=?utf-8?X?abc?=" },
	{ "nearly one", "a =? b ?= c", "a =? b ?= c" },
	{ "raw utf-8", "Gr\u00FC\u00DFe", "Gr\u00FC\u00DFe" },
	{ "raw latin1", "Gr\xFC\xDF" "e", "Gr\u00FC\u00DFe" },
	{ "line end inside a word", "=?utf-8?Q?a=0Ab=0D?=", "a b " },
	{ "empty", "", "" },
};

static void
test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(words); i++)
		assert_slice(words[i].label, decode_words(arena,
		    slice_str(words[i].in)), words[i].want);
}

/* GMime alone: 500,000 words gave one. */
static void
test_many_words(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	for (int i = 0; i < 500; i++)
		buf_add_str(&b, "=?utf-8?B?SGk=?=\r\n ");
	assert_int_equal(decode_words(arena, buf_slice(&b)).len, 1000);
	buf_release(&b);
}

static const struct {
	const char *label, *in, *name, *want;	/* NULL: not there */
} params[] = {
	{ "plain", "text/plain; charset=utf-8", "charset", "utf-8" },
	{ "quoted", "text/plain; charset=\"utf-8\"; x=y", "charset", "utf-8" },
	{ "case", "text/plain; CHARSET=UTF-8", "charset", "UTF-8" },
	{ "second", "a; x=1; name=\"cv.pdf\"", "name", "cv.pdf" },
	{ "not there", "a; x=1", "name", NULL },
	{ "not a part of another", "a; filename=x", "name", NULL },
	{ "semicolon in quotes", "a; x=\"1; name=no\"; name=yes", "name", "yes" },
	{ "escaped quote", "a; name=\"a\\\"b\"", "name", "a\"b" },
	{ "backslash of a path", "a; name=\"C:\\docs\\cv.pdf\"", "name",
	    "C:\\docs\\cv.pdf" },
	{ "blanks without quotes", "a; name=My CV.pdf", "name", "My CV.pdf" },
	{ "no end of the quotes", "a; name=\"cv.pdf", "name", "cv.pdf" },
	{ "encoded word", "a; name=\"=?utf-8?Q?L=C3=A4bel.pdf?=\"", "name",
	    "L\u00E4bel.pdf" },
	{ "two padded encoded words (B3)",
	    "a; name=\"=?utf-8?B?Y3Y=?= =?utf-8?B?LnBkZg==?=\"", "name", "cv.pdf" },
	{ "RFC 2231", "a; name*=utf-8''L%C3%A4bel.pdf", "name", "L\u00E4bel.pdf" },
	{ "RFC 2231, latin1", "a; name*=iso-8859-1'de'L%E4bel.pdf", "name",
	    "L\u00E4bel.pdf" },
	{ "RFC 2231 in pieces", "a; name*0=\"very-\"; name*1=\"long.pdf\"", "name",
	    "very-long.pdf" },
	{ "pieces in any order", "a; name*1=b.pdf; name*0=a-", "name", "a-b.pdf" },
	{ "encoded pieces", "a; name*0*=utf-8''L%C3; name*1*=%A4bel; name*2=.pdf",
	    "name", "L\u00E4bel.pdf" },
	{ "a piece is missing", "a; name*0=a; name*2=c", "name", "a" },
	{ "both forms: RFC 2231 counts", "a; name=plain.pdf; name*=utf-8''real.pdf",
	    "name", "real.pdf" },
	{ "no charset", "a; name*=cv.pdf", "name", "cv.pdf" },
	{ "percent that is none", "a; name*=utf-8''50%.pdf", "name", "50%.pdf" },
	{ "a comment in front", "a; (was: x) name=cv.pdf", "name", "cv.pdf" },
	{ "folded", "a;\r\n\tname=cv.pdf", "name", "cv.pdf" },
	{ "nothing but semicolons", ";;;;;", "name", NULL },
	{ "no value", "a; name", "name", "" },
	{ "piece number that is none", "a; name*99999999999999999999=x", "name", NULL },
	{ "empty", "", "name", NULL },
};

static void
test_params(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(params); i++) {
		struct slice got = { NULL, 0 };
		bool there = decode_param(arena, slice_str(params[i].in),
		    params[i].name, &got);

		if (there != (params[i].want != NULL))
			fail_msg("%s: %s", params[i].label, there ? "there" : "missing");
		if (there)
			assert_slice(params[i].label, got, params[i].want);
	}
}

static void
test_token(void **state)
{
	(void)state;
	assert_slice("type", decode_token(arena,
	    slice_str(" Text/Plain ; charset=x")), "text/plain");
	assert_slice("comment", decode_token(arena,
	    slice_str("(hm (nested) \\)) BASE64 (!)")), "base64");
	assert_slice("open comment", decode_token(arena, slice_str("a(((((")), "a");
	assert_slice("empty", decode_token(arena, slice_str("")), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transfer_encodings),
		cmocka_unit_test(test_output_is_bounded),
		cmocka_unit_test(test_joint),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_many_words),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_token),
	};

	return cmocka_run_group_tests_name("decode", tests, arena_setup, arena_teardown);
}
