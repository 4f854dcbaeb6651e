/* SPDX-License-Identifier: MIT */
#include "base/markup.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
	const char *label, *in;
	size_t max;
	const char *want;
} texts[] = {
	{ "plain", "Grüße", 0, "Grüße" },
	{ "a tag", "<script>alert(1)</script>", 0,
	    "&lt;script&gt;alert(1)&lt;/script&gt;" },
	{ "an entity", "a &amp; b", 0, "a &amp;amp; b" },
	{ "both quotes", "\" onload='x", 0, "&quot; onload=&#39;x" },
	{ "end of CDATA", "]]>", 0, "]]&gt;" },
	{ "ANSI, a line end, DEL", "a\x1b[31mb\nc\x7f", 0, "a [31mb c " },
	{ "U+202E turns the direction", "a\xe2\x80\xae" "b", 0, "a b" },
	{ "Hebrew stays", "\xd7\xa9", 0, "\xd7\xa9" },
	{ "no UTF-8", "\xff<\xc3", 0, "\xef\xbf\xbd&lt;\xef\xbf\xbd" },
	{ "U+FFFF is no character of XML", "\xef\xbf\xbf", 0, "\xef\xbf\xbd" },
	{ "as long as allowed", "abcde", 5, "abcde" },
	{ "cut by characters", "äöüäöü", 5, "äöüä…" },
	{ "cut before it is escaped", "<<<<<<", 3, "&lt;&lt;…" },
	{ "cut to one", "ab", 1, "…" },
	{ "empty", "", 3, "" },
};

static void
text_stays_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(texts); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT;

		print_message("  %s\n", texts[i].label);
		markup_text(&out, slice_str(texts[i].in), texts[i].max);
		assert_string_equal(buf_str(&out), texts[i].want);
	}
}

static void
the_format_is_markup_and_what_fills_it_is_not(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	uint64_t big = UINT64_MAX;
	size_t n = 7;

	(void)state;
	markup_add(&out, "<p title=\"%s\">%.4s %d %u %ld %" PRIu64 " %zu %.1f %f%%</p>",
	    "\"<", "a<bcd", -5, 5U, -6L, big, n, 0.25, 1.5);
	assert_string_equal(buf_str(&out), "<p title=\"&quot;&lt;\">a&lt;b… -5 5 -6 "
	    "18446744073709551615 7 0.2 1.500000%</p>");
}

static void
nothing_to_fill_in(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	(void)state;
	markup_add(&out, "%s", "");
	assert_string_equal(buf_str(&out), "");
	markup_add(&out, "</td>\n");
	assert_string_equal(buf_str(&out), "</td>\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stays_text),
		cmocka_unit_test(the_format_is_markup_and_what_fills_it_is_not),
		cmocka_unit_test(nothing_to_fill_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
