/* SPDX-License-Identifier: MIT */
#include "model_help.h"

#include "base/utf8.h"
#include "model/charset.h"

static const struct {
	const char *label, *bytes, *charset, *want, *how;
} cases[] = {
	{ "declared utf-8", "Gr\u00FC\u00DFe", "utf-8", "Gr\u00FC\u00DFe", "declared" },
	{ "any spelling", "Gr\u00FC\u00DFe", "UTF8", "Gr\u00FC\u00DFe", "declared" },
	{ "latin1", "Gr\xFC\xDF" "e", "iso-8859-1", "Gr\u00FC\u00DFe", "declared" },
	{ "latin1 is windows-1252", "\x93" "5 \x80\x94", "ISO_8859-1",
	    "\u201C5 \u20AC\u201D", "declared" },
	{ "polish", "\xB1\xE6\xEA", "iso-8859-2", "\u0105\u0107\u0119", "declared" },
	{ "koi8-r", "\xD0\xD2\xC5\xD3\xD3\xC1", "koi8-r",
	    "\u043F\u0440\u0435\u0441\u0441\u0430", "declared" },
	{ "shift_jis", "\x93\xFA\x96\x7B", "Shift_JIS", "\u65E5\u672C", "declared" },
	{ "gb2312 is gb18030", "\xD6\xD0\xB9\xFA", "gb2312", "\u4E2D\u56FD", "declared" },
	{ "iso-2022-jp", "\x1B$BF|K\\\x1B(B", "iso-2022-jp", "\u65E5\u672C", "declared" },
	{ "utf-7", "+ZeVnLA-", "utf-7", "\u65E5\u672C", "declared" },
	{ "nothing declared, utf-8", "Gr\u00FC\u00DFe", NULL, "Gr\u00FC\u00DFe", "utf-8" },
	{ "ascii declared, utf-8", "Gr\u00FC\u00DFe", "us-ascii", "Gr\u00FC\u00DFe",
	    "declared" },
	{ "ascii declared, 8-bit", "Gr\xFC\xDF" "e", "us-ascii", "Gr\u00FC\u00DFe",
	    "windows-1252" },
	{ "nothing declared, short 8-bit", "Gr\xFC\xDF" "e", NULL, "Gr\u00FC\u00DFe",
	    "windows-1252" },
	{ "nothing declared, escapes", "\x1B$BF|K\\\x1B(B", NULL, "\u65E5\u672C",
	    "escapes" },
	{ "an escape that is none", "a\x1B[1mb", NULL, "a\x1B[1mb", "utf-8" },
	{ "unknown name", "Gr\u00FC\u00DFe", "x-unknown", "Gr\u00FC\u00DFe", "utf-8" },
	{ "a name for iconv only", "abc", "UTF-8//TRANSLIT//../x", "abc", "utf-8" },
	{ "cut in a character", "Gr\u00FC\xC3", "utf-8", "Gr\u00FC", "declared" },
	{ "one bad byte in much utf-8",
	    "\u043F\u0440\u0435\u0441\u0441\u0430\u043F\u0440\u0435\u0441\xFF\u0441\u0430",
	    "utf-8",
	    "\u043F\u0440\u0435\u0441\u0441\u0430\u043F\u0440\u0435\u0441\uFFFD\u0441\u0430",
	    "utf-8 with errors" },
	{ "all of it wrong", "\xFF\xFE\xFD", "utf-8", "\u00FF\u00FE\u00FD",
	    "windows-1252" },
	{ "holes of windows-1252", "a\x81z", "cp1252", "a\xC2\x81z", "declared" },
	{ "empty", "", "utf-8", "", "declared" },
	{ "empty, nothing declared", "", NULL, "", "utf-8" },
};

static void
test_decode(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		const char *how;
		struct slice got = text_decode(arena, slice_str(cases[i].bytes),
		    cases[i].charset, &how);

		assert_slice(cases[i].label, got, cases[i].want);
		if (strcmp(how, cases[i].how) != 0)
			fail_msg("%s: by '%s', want '%s'", cases[i].label, how,
			    cases[i].how);
	}
}

/* From 100 bytes on the language tells the charset. */
static void
test_guess(void **state)
{
	const char *how;
	struct slice got = text_decode(arena, SLICE_LIT(
	    "\xC4\xEE\xE1\xF0\xFB\xE9 \xE4\xE5\xED\xFC! \xDF \xE6\xF3\xF0\xED\xE0"
	    "\xEB\xE8\xF1\xF2 \xE3\xE0\xE7\xE5\xF2\xFB \xE8 \xF5\xEE\xF7\xF3 \xE2"
	    "\xE7\xFF\xF2\xFC \xE8\xED\xF2\xE5\xF0\xE2\xFC\xFE \xF3 \xE2\xE0\xF8"
	    "\xE5\xE3\xEE \xE4\xE8\xF0\xE5\xEA\xF2\xEE\xF0\xE0. \xCA\xEE\xE3\xE4"
	    "\xE0 \xE2\xE0\xEC \xF3\xE4\xEE\xE1\xED\xEE \xEF\xEE\xE3\xEE\xE2\xEE"
	    "\xF0\xE8\xF2\xFC?"), NULL, &how);

	(void)state;
	assert_string_equal(how, "guessed");
	assert_true(slice_starts(got,
	    "\u0414\u043E\u0431\u0440\u044B\u0439 \u0434\u0435\u043D\u044C!"));
}

/* Each name finds itself: the table is sorted, and iconv knows what it gives. */
static void
test_names(void **state)
{
	static const char *const names[] = { "437", "ansi_x3.4-1968", "ascii", "big5",
		"big5-hkscs", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255",
		"cp1256", "cp1257", "cp1258", "cp850", "cp852", "cp866", "cp874", "cp932",
		"cp936", "cp949", "cp950", "euc-jp", "euc-kr", "gb18030", "gb2312",
		"gbk", "ibm850", "iso-2022-cn", "iso-2022-jp", "iso-2022-jp-2",
		"iso-2022-kr", "iso-8859-1", "iso-8859-10", "iso-8859-13", "iso-8859-14",
		"iso-8859-15", "iso-8859-16", "iso-8859-2", "iso-8859-3", "iso-8859-4",
		"iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8", "iso-8859-8-i",
		"iso-8859-9", "koi8-r", "koi8-u", "ks_c_5601-1987", "latin1",
		"macintosh", "shift_jis", "sjis", "tis-620", "unicode-1-1-utf-7",
		"us-ascii", "utf-16", "utf-16be", "utf-16le", "utf-32", "utf-7", "utf-8",
		"windows-1250", "windows-1251", "windows-1252", "windows-1253",
		"windows-1254", "windows-1255", "windows-1256", "windows-1257",
		"windows-1258", "windows-31j", "windows-874", "x-euc-jp", "x-gbk",
		"x-mac-roman", "x-sjis" };
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < NELEM(names); i++) {
		const char *name = charset_find(slice_str(names[i]));

		if (name == NULL)
			fail_msg("no charset '%s'", names[i]);
		buf_reset(&b);
		if (charset_convert(SLICE_LIT("\0\0\0a\0\0\0b"), name, &b) > 8)
			fail_msg("iconv does not know '%s' (%s)", name, names[i]);
	}
	assert_null(charset_find(SLICE_LIT("iso-2022-cn-ext")));
	assert_null(charset_find(SLICE_LIT("")));
	assert_null(charset_find(SLICE_LIT("UTF-8//IGNORE")));
	buf_release(&b);
}

/* Whatever the bytes and whatever is declared: valid UTF-8 comes out. */
static void
test_always_valid(void **state)
{
	static const char *const charsets[] = { NULL, "utf-8", "iso-2022-jp", "utf-7",
		"utf-16", "gb2312", "big5", "shift_jis", "euc-kr", "iso-2022-kr",
		"iso-2022-cn", "windows-1255", "utf-32" };
	unsigned seed = 3;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		char bytes[150];

		for (size_t i = 0; i < sizeof bytes; i++) {
			seed = seed * 1103515245U + 12345U;
			bytes[i] = (char)(seed >> 16);
			if (seed % 7 == 0)
				bytes[i] = "\x1B$B(JA\x0E\x0F"[seed / 7 % 8];
		}
		assert_true(utf8_valid(text_decode(arena,
		    slice_make(bytes, 20 + seed % 130),
		    charsets[(size_t)round % NELEM(charsets)], NULL)));
	}
}

static const struct {
	const char *label, *in;
	bool delsp;
	const char *want;
} flowed[] = {
	{ "joined", "I am a \nreporter.\n", false, "I am a reporter.\n" },
	{ "fixed lines stay", "a\nb\n", false, "a\nb\n" },
	{ "delsp", "report \ner\n", true, "reporter\n" },
	{ "stuffed", " From here\n  two\n", false, "From here\n two\n" },
	{ "quotes", ">> one \n>> two\n> three \n> four\nfive\n", false,
	    ">> one two\n> three four\nfive\n" },
	{ "a quote that was not ended", "> one \nnew\n", false, "> one \nnew\n" },
	{ "signature mark", "text \n-- \nJane\n", false, "text \n-- \nJane\n" },
	{ "no end", "a \nb", false, "a b\n" },
	{ "empty", "", false, "" },
};

static void
test_unflow(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(flowed); i++)
		assert_slice(flowed[i].label, text_unflow(arena,
		    slice_str(flowed[i].in), flowed[i].delsp), flowed[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_guess),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_always_valid),
		cmocka_unit_test(test_unflow),
	};

	return cmocka_run_group_tests_name("charset", tests, arena_setup, arena_teardown);
}
