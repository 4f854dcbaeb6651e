/* SPDX-License-Identifier: MIT */
/* Cells of CSV, and which pagers need a shell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/csv.h"
#include "cmd/pager.h"

static const struct {
	const char *text, *want;
} texts[] = {
	{ "", "\"\"" },
	{ "plain", "\"plain\"" },
	{ "a,b", "\"a,b\"" },
	{ "say \"hi\"", "\"say \"\"hi\"\"\"" },
	{ "\"", "\"\"\"\"" },
	{ "two\nlines\r", "\"two lines \"" },
	{ "=1+1", "\"'=1+1\"" },
	{ "+49 30", "\"'+49 30\"" },
	{ "-5", "\"'-5\"" },
	{ "@SUM(1)", "\"'@SUM(1)\"" },
	{ " =1", "\"' =1\"" },
	{ "\t=1", "\"' =1\"" },
	{ "\r\n@x", "\"'  @x\"" },
	{ "\xef\xbc\x9d" "1", "\"'\xef\xbc\x9d" "1\"" },	/* wide = */
	{ "\"=1", "\"'\"\"=1\"" },
	{ "\xc2\xa0+1", "\"'\xc2\xa0+1\"" },		/* behind a blank that is no ' ' */
	{ "\xe2\x80\x8b@x", "\"'\xe2\x80\x8b@x\"" },
	/* Where the comma is the decimal sign, ; parts cells, and quotes are text. */
	{ "hello;=cmd|'/c calc'!A0;x", "\"hello;'=cmd|'/c calc'!A0;x\"" },
	{ "a; +1", "\"a;' +1\"" },
	{ "a;\"=1", "\"a;'\"\"=1\"" },
	{ "a;;@b", "\"a;;'@b\"" },
	{ "=a;=b", "\"'=a;'=b\"" },
	{ "a; b; c;", "\"a; b; c;\"" },
	{ "a=1", "\"a=1\"" },
	{ "'=1", "\"'=1\"" },
	{ "   ", "\"   \"" },
	{ "\xff", "\"\xef\xbf\xbd\"" },
	{ "\033[31m", "\" [31m\"" },
};

static void
test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(texts); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT;

		csv_text(&b, texts[i].text);
		assert_string_equal(buf_str(&b), texts[i].want);
	}
}

/* Numbers of ours are no formulas; an empty first cell is a cell. */
static void
test_lines(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	csv_text(&b, "");
	csv_number(&b, -5);
	csv_number(&b, 1234567);
	csv_end(&b);
	csv_tenths(&b, 917);
	csv_tenths(&b, 0);
	csv_tenths(&b, -5);
	csv_text(&b, "end");
	csv_end(&b);
	assert_string_equal(buf_str(&b), "\"\",-5,1234567\r\n91.7,0.0,-0.5,\"end\"\r\n");
}

static void
test_pagers(void **state)
{
	static const char *const plain[] = { "less", "less -FRX", "/usr/bin/most",
		"bat --style=plain -p", "less -+S" };
	static const char *const shell[] = { "less | cat", "less; rm x", "less '-P x'",
		"$PAGER", "less > out", "~/bin/page", "a`b`", "less\n", "LESS=R less", "\xc3\xa4" };

	(void)state;
	for (size_t i = 0; i < NELEM(plain); i++)
		if (pager_needs_shell(plain[i]))
			fail_msg("%s", plain[i]);
	for (size_t i = 0; i < NELEM(shell); i++)
		if (!pager_needs_shell(shell[i]))
			fail_msg("%s", shell[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_pagers),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
