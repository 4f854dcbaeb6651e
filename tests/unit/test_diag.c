/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"
#include "base/edit.h"

static struct span
span_at(const char *line, unsigned number, unsigned col, unsigned len)
{
	return (struct span){
		.file = "a.rules",
		.line = number,
		.col = col,
		.len = len,
		.text = slice_str(line),
	};
}

static void
a_report_shows_line_caret_and_hint(void **state)
{
	static const char line[] = "  +10  form.domain  in  lists/newsrooms.txt";
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct span at = span_at(line, 14, 8, 11);

	(void)state;
	at.file = "rules/20-press.rules";
	diag_error(d, "MR012", &at, "unknown field '%s'", "form.domain");
	diag_hint(d, "did you mean '%s'?", "from.domain");
	diag_print(d, false, &out);
	assert_string_equal(buf_str(&out),
	    "rules/20-press.rules:14:8: error MR012: unknown field 'form.domain'\n"
	    "   14 |   +10  form.domain  in  lists/newsrooms.txt\n"
	    "      |        ^~~~~~~~~~~\n"
	    "      = did you mean 'from.domain'?\n");
	buf_reset(&out);
	diag_first(d, &out);
	assert_string_equal(buf_str(&out),
	    "rules/20-press.rules:14:8: MR012: unknown field 'form.domain'");
}

static void
the_caret_stands_under_what_is_seen(void **state)
{
	static const struct {
		const char *label, *line;
		unsigned col, len;
		const char *shown, *caret;
	} cases[] = {
		{ "one place", "abc", 4, 0, "abc", "   ^" },
		{ "tab before", "\tab cd", 5, 2, "        ab cd",
		    "           ^~" },
		{ "tab in the middle", "ab\tcd", 4, 2, "ab      cd",
		    "        ^~" },
		{ "tab in the span", "a\tb", 1, 3, "a       b", "^~~~~~~~~" },
		{ "two bytes, one column", "\xC3\xBC" "x", 3, 1, "\xC3\xBCx", " ^" },
		{ "wide", "\xE6\x97\xA5x", 1, 3, "\xE6\x97\xA5x", "^~" },
		{ "after wide", "\xE6\x97\xA5x", 4, 1, "\xE6\x97\xA5x", "  ^" },
		{ "escape", "\033[31mx", 6, 1, " [31mx", "     ^" },
		{ "bad UTF-8", "\xFFx", 2, 1, "\xEF\xBF\xBDx", " ^" },
		{ "beyond the line", "ab", 9, 3, "ab", "  ^" },
		{ "empty line", "", 1, 0, "", "^" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(diag_free) struct diag *d = diag_new();
		AUTO(buf_release) struct buf out = BUF_INIT, want = BUF_INIT;
		struct span at = span_at(cases[i].line, 1, cases[i].col,
		    cases[i].len);

		diag_error(d, "MR001", &at, "x");
		diag_print(d, false, &out);
		buf_addf(&want, "a.rules:1:%u: error MR001: x\n    1 | %s\n"
		    "      | %s\n", cases[i].col, cases[i].shown,
		    cases[i].caret);
		if (strcmp(buf_str(&out), buf_str(&want)) != 0)
			fail_msg("%s:\n%s", cases[i].label, buf_str(&out));
	}
}

static void
a_long_line_is_cut_around_the_caret(void **state)
{
	char line[9000];

	(void)state;
	memset(line, 'x', sizeof line);
	for (unsigned col = 1; col < sizeof line; col += 97) {
		AUTO(diag_free) struct diag *d = diag_new();
		AUTO(buf_release) struct buf out = BUF_INIT;
		struct span at = span_at("", 1, col, 3);
		struct slice rest, row;
		size_t caret;

		line[col - 1] = 'Y';
		at.text = slice_make(line, sizeof line - 1);
		diag_error(d, "MR001", &at, "x");
		diag_print(d, false, &out);
		rest = buf_slice(&out);
		assert_true(slice_next(&rest, '\n', &row));
		assert_true(slice_next(&rest, '\n', &row));
		assert_true(row.len <= 8 + 100 + 6);
		caret = slice_find(row, 'Y');
		assert_true(slice_next(&rest, '\n', &row));
		assert_int_equal(slice_find(row, '^'), caret);
		line[col - 1] = 'x';
	}
}

static void
twenty_of_a_file_are_kept(void **state)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf out = BUF_INIT;
	unsigned shown = 0;

	(void)state;
	for (unsigned i = 1; i <= 23; i++) {
		struct span at = span_at("line", i, 1, 4);

		diag_error(d, "MR001", &at, "x");
		diag_hint(d, "hint");
		at.file = "b.rules";
		if (i <= 21)
			diag_warn(d, "MR002", &at, "y");
	}
	assert_int_equal(diag_errors(d), 23);
	assert_int_equal(diag_warnings(d), 21);
	diag_print(d, false, &out);
	for (const char *p = buf_str(&out); (p = strstr(p, "error")) != NULL; p++)
		shown++;
	assert_int_equal(shown, 20 + 1);
	assert_non_null(strstr(buf_str(&out),
	    "a.rules: 3 more errors\nb.rules: 1 more warning\n"));
}

static void
what_is_known_is_dropped(void **state)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct span at = span_at("line", 1, 1, 4);

	(void)state;
	for (int i = 0; i < 2; i++) {
		diag_error(d, "MR001", &at, "x");
		diag_hint(d, "once");
	}
	assert_int_equal(diag_errors(d), 1);
	assert_int_equal(diag_seen(d), 2);
	diag_print(d, false, &out);
	assert_string_equal(buf_str(&out), "a.rules:1:1: error MR001: x\n"
	    "    1 | line\n      | ^~~~\n      = once\n");
}

static void
a_report_may_have_no_place(void **state)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct span whole = { .file = "a.rules" };

	(void)state;
	diag_first(d, &out);
	assert_string_equal(buf_str(&out), "");
	diag_report(d, DIAG_NOTE, "MR056", NULL, "a note");
	diag_warn(d, "MR055", &whole, "a warning");
	diag_error(d, "MR050", &whole, "an \033[1mescape\n and more");
	diag_print(d, false, &out);
	assert_string_equal(buf_str(&out), "note MR056: a note\n"
	    "a.rules: warning MR055: a warning\n"
	    "a.rules: error MR050: an  [1mescape  and more\n");
	assert_int_equal(diag_errors(d), 1);
	assert_int_equal(diag_warnings(d), 1);
	buf_reset(&out);
	diag_first(d, &out);
	assert_string_equal(buf_str(&out),
	    "a.rules: MR050: an  [1mescape  and more");
}

static void
colour_is_closed_again(void **state)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct span at = span_at("line", 1, 1, 4);

	(void)state;
	diag_error(d, "MR001", &at, "x");
	diag_print(d, true, &out);
	assert_string_equal(buf_str(&out),
	    "\033[1ma.rules:1:1:\033[0m \033[1;31merror MR001:\033[0m x\n"
	    "    1 | line\n      | \033[1;31m^~~~\033[0m\n");
}

static void
the_nearest_word(void **state)
{
	static const char *const words[] = { "from.domain", "subject", "size", "is",
	    "has", NULL };
	static const struct {
		const char *word, *want;
	} cases[] = {
		{ "form.domain", "from.domain" },	/* swapped */
		{ "Subject", "subject" },		/* case */
		{ "sbject", "subject" },
		{ "subjects", "subject" },
		{ "hsa", "has" },
		{ "sise", "size" },
		{ "it", NULL },				/* half of it is wrong */
		{ "present", NULL },
		{ "", NULL },
		{ "a-word-that-is-longer-than-all-words-that-anybody-would-ever-"
		    "put-into-a-table-of-words", NULL },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		const char *got = diag_nearest(slice_str(cases[i].word), words);

		if ((got == NULL) != (cases[i].want == NULL) ||
		    (got != NULL && strcmp(got, cases[i].want) != 0))
			fail_msg("'%s': %s", cases[i].word, got);
	}
	assert_int_equal(edit_distance(slice_str("kitten"), slice_str("sitting")), 3);
	assert_int_equal(edit_distance(slice_str(""), slice_str("abc")), 3);
	assert_int_equal(edit_distance(slice_str("abcd"), slice_str("badc")), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_shows_line_caret_and_hint),
		cmocka_unit_test(the_caret_stands_under_what_is_seen),
		cmocka_unit_test(a_long_line_is_cut_around_the_caret),
		cmocka_unit_test(twenty_of_a_file_are_kept),
		cmocka_unit_test(what_is_known_is_dropped),
		cmocka_unit_test(a_report_may_have_no_place),
		cmocka_unit_test(colour_is_closed_again),
		cmocka_unit_test(the_nearest_word),
	};

	return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
