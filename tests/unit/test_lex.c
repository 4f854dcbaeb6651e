/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/lex.h"
#include "base/xalloc.h"

struct fixture {
	struct arena *arena;
	struct diag *diag;
	struct lex lx;
};

static struct fixture
open_bytes(struct slice bytes)
{
	struct fixture f = { .arena = arena_new(), .diag = diag_new() };

	lex_open(&f.lx, f.arena, "x.rules", bytes, f.diag);
	return f;
}

static struct fixture
open_text(const char *text)
{
	return open_bytes(slice_str(text));
}

static void
close_fixture(struct fixture *f)
{
	arena_free(&f->arena);
	diag_free(&f->diag);
}

/* "LINE:COL:LEN text" of each token, one a line; then the first report. */
static void
dump(struct fixture *f, bool take(struct lex *, struct token *), struct buf *out)
{
	struct token t;

	while (lex_line(&f->lx))
		while (take(&f->lx, &t))
			buf_addf(out, "%u:%u:%u " SLICE_FMT "\n", t.span.line,
			    t.span.col, t.span.len, SLICE_ARG(t.text));
	diag_first(f->diag, out);
}

static void
check_dump(const char *text, bool take(struct lex *, struct token *),
    const char *want)
{
	AUTO(close_fixture) struct fixture f = open_text(text);
	AUTO(buf_release) struct buf out = BUF_INIT;

	dump(&f, take, &out);
	assert_string_equal(buf_str(&out), want);
}

static void
words_know_their_place(void **state)
{
	(void)state;
	check_dump("a bc\n\td\t e  \n", lex_word,
	    "1:1:1 a\n1:3:2 bc\n2:2:1 d\n2:5:1 e\n");
	/* No last line end; blank lines and comments in between. */
	check_dump("\n  # comment\n\t\n x#y # z", lex_word,
	    "4:2:3 x#y\n4:6:1 #\n4:8:1 z\n");
	/* Columns are bytes. */
	check_dump("\xC3\xBC b", lex_word, "1:1:2 \xC3\xBC\n1:4:1 b\n");
	check_dump("", lex_word, "");
	check_dump("\n\n", lex_word, "");
}

static void
bom_and_crs_are_dropped(void **state)
{
	(void)state;
	check_dump("\xEF\xBB\xBF" "a b\r\nc\r\n\r\n", lex_word,
	    "1:1:1 a\n1:3:1 b\n2:1:1 c\n");
	check_dump("a\xEF\xBB\xBF", lex_word, "1:1:4 a\xEF\xBB\xBF\n");
}

static void
the_rest_is_raw(void **state)
{
	(void)state;
	check_dump("  ~ \\s # x,  \t\n,\n", lex_rest, "1:3:9 ~ \\s # x,\n2:1:1 ,\n");
}

static void
a_comma_at_the_end_goes_on(void **state)
{
	(void)state;
	check_dump("a b , c\n", lex_item, "1:1:3 a b\n1:7:1 c\n");
	check_dump("a,\n  b c,\n# no\n\td\ne", lex_item,
	    "1:1:1 a\n2:3:3 b c\n4:2:1 d\n5:1:1 e\n");
	check_dump("a ,  \n b", lex_item, "1:1:1 a\n2:2:1 b\n");
	check_dump("a,", lex_item,
	    "1:1:1 a\nx.rules:1:2: MR006: the list ends with a comma");
	check_dump("a,\n\nb", lex_item, "1:1:1 a\n3:1:1 b\n"
	    "x.rules:1:2: MR006: the list ends with a comma");
	check_dump("a,\n# x\n", lex_item,
	    "1:1:1 a\nx.rules:1:2: MR006: the list ends with a comma");
	check_dump("a,,b", lex_item,
	    "1:1:1 a\n1:4:1 b\nx.rules:1:3: MR005: an item is missing here");
	check_dump(",a", lex_item,
	    "1:2:1 a\nx.rules:1:1: MR005: an item is missing here");
	check_dump("a,\n,b", lex_item,
	    "1:1:1 a\n2:2:1 b\nx.rules:2:1: MR005: an item is missing here");
}

static void
names_stand_apart_by_blanks_or_commas(void **state)
{
	(void)state;
	check_dump("a b,c , d\n", lex_name,
	    "1:1:1 a\n1:3:1 b\n1:5:1 c\n1:9:1 d\n");
	check_dump("a b,\n  c\nd", lex_name,
	    "1:1:1 a\n1:3:1 b\n2:3:1 c\n3:1:1 d\n");
	check_dump("\"a b, c\" \"d\\\"\\\\\",\"\"", lex_name,
	    "1:1:8 a b, c\n1:10:7 d\"\\\n1:18:2 \n");
	/* A quoted local part is not a quoted word. */
	check_dump("\"a.b\"@c.example \"open", lex_name,
	    "1:1:15 \"a.b\"@c.example\n1:17:5 \"open\n");
}

static bool
begins_with_plus(struct slice line)
{
	return slice_starts(line, "+");
}

static void
a_statement_is_not_taken_into_a_list(void **state)
{
	AUTO(close_fixture) struct fixture f = open_text("a,\n  +10 b\n");
	AUTO(buf_release) struct buf out = BUF_INIT;

	(void)state;
	f.lx.is_statement = begins_with_plus;
	dump(&f, lex_item, &out);
	assert_string_equal(buf_str(&out), "1:1:1 a\n2:3:5 +10 b\n"
	    "x.rules:2:3: MR007: the comma at the end of line 1 makes this line "
	    "part of its list");
}

static void
bad_bytes_are_told_once_a_line_and_replaced(void **state)
{
	static const char text[] = "a\xFF\xFE\n\0b\x01\n\xC2\x80\n\xED\xA0\x80";
	AUTO(close_fixture) struct fixture f =
	    open_bytes(slice_make(text, sizeof text - 1));
	AUTO(buf_release) struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(diag_errors(f.diag), 4);
	dump(&f, lex_word, &out);
	assert_string_equal(buf_str(&out), "1:1:3 a\?\?\n2:1:3 ?b?\n3:1:2 \?\?\n"
	    "4:1:3 \?\?\?\nx.rules:1:2: MR002: this is not valid UTF-8");
}

/* Rules that read otherwise than they are, to who reviews them. */
static void
attack_lines_that_look_like_others(void **state)
{
	static const struct {
		const char *text;
		unsigned errors;
	} cases[] = {
		{ "# a comment \u2028never is bounce", 1 },
		{ "# a comment \u2029never is bounce", 1 },
		{ "+60 subject has \u202Eesrever", 1 },
		{ "+60 subject has \u202Aa\u202C", 1 },
		{ "+60 subject has \u2066a\u2069, \u2067b\u2069", 1 },
		/* Names as some mail programs write them, and right-to-left text. */
		{ "| On Monday, \u2068Jane\u2069 wrote:", 0 },
		{ "+60 subject has \u05E9\u05DC\u05D5\u05DD\u200F", 0 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(close_fixture) struct fixture f = open_text(cases[i].text);

		if (diag_errors(f.diag) != cases[i].errors)
			fail_msg("%s: %u errors", cases[i].text, diag_errors(f.diag));
	}
}

static void
lengths_have_a_limit(void **state)
{
	AUTO(xfree) char *big = xcalloc(1, LEX_FILE_MAX + 2);

	(void)state;
	for (size_t n = LEX_LINE_MAX; n <= LEX_LINE_MAX + 1; n++) {
		struct fixture f;

		memset(big, 'x', n);
		memset(big + n, '\n', 1);
		memset(big + n + 1, 'y', 1);
		f = open_bytes(slice_make(big, n + 2));
		assert_int_equal(diag_errors(f.diag), n > LEX_LINE_MAX);
		/* The line is as if it were not there; the next one is. */
		assert_true(lex_line(&f.lx));
		assert_int_equal(f.lx.number, n > LEX_LINE_MAX ? 2 : 1);
		close_fixture(&f);
	}
	memset(big, '\n', LEX_FILE_MAX + 1);
	for (size_t n = LEX_FILE_MAX; n <= LEX_FILE_MAX + 1; n++) {
		struct fixture f = open_bytes(slice_make(big, n));

		assert_int_equal(diag_errors(f.diag), n > LEX_FILE_MAX);
		assert_int_equal(f.lx.refused, n > LEX_FILE_MAX);
		assert_false(lex_line(&f.lx));
		close_fixture(&f);
	}
}

static void
times_and_sizes(void **state)
{
	static const struct {
		const char *text;
		int64_t ms, bytes;	/* -1: no time, no size */
		const char *time, *size;	/* written back */
	} cases[] = {
		{ "0", 0, 0, "0", "0" },
		{ "500ms", 500, -1, "500ms", NULL },
		{ "30s", 30000, -1, "30s", NULL },
		{ "90s", 90000, -1, "90s", NULL },
		{ "5m", 300000, -1, "5m", NULL },
		{ "1h", 3600000, -1, "1h", NULL },
		{ "24h", 86400000, -1, "1d", NULL },
		{ "90d", INT64_C(7776000000), -1, "90d", NULL },
		{ "2w", INT64_C(1209600000), -1, "14d", NULL },
		{ "0d", 0, -1, "0", NULL },
		{ "007s", 7000, -1, "7s", NULL },
		{ "16k", -1, 16384, NULL, "16k" },
		{ "16K", -1, 16384, NULL, "16k" },
		{ "64M", -1, 64 << 20, NULL, "64M" },
		{ "2G", -1, INT64_C(2) << 30, NULL, "2G" },
		{ "1024", -1, 1024, NULL, "1k" },
		{ "1000", -1, 1000, NULL, "1000" },
		{ "", -1, -1, NULL, NULL },
		{ "s", -1, -1, NULL, NULL },
		{ "5 m", -1, -1, NULL, NULL },
		{ "-5m", -1, -1, NULL, NULL },
		{ "1.5h", -1, -1, NULL, NULL },
		{ "5min", -1, -1, NULL, NULL },
		{ "5M", -1, 5 << 20, NULL, "5M" },
		{ "64MB", -1, -1, NULL, NULL },
		{ "99999999999999999999", -1, -1, NULL, NULL },
		{ "9999999999999999d", -1, -1, NULL, NULL },
		{ "9999999999999G", -1, -1, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(buf_release) struct buf time = BUF_INIT, size = BUF_INIT;
		struct slice s = slice_str(cases[i].text);
		int64_t ms = -1;
		uint64_t bytes = 0;
		bool is_size = lex_size(s, &bytes);

		if (lex_time(s, &ms) != (cases[i].ms >= 0) ||
		    is_size != (cases[i].bytes >= 0))
			fail_msg("'%s'", cases[i].text);
		if (cases[i].time != NULL) {
			assert_int_equal(ms, cases[i].ms);
			lex_put_time(&time, ms);
			assert_string_equal(buf_str(&time), cases[i].time);
		}
		if (cases[i].size != NULL) {
			assert_int_equal(bytes, cases[i].bytes);
			lex_put_size(&size, bytes);
			assert_string_equal(buf_str(&size), cases[i].size);
		}
	}
}

static void
names(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} cases[] = {
		{ "press", true }, { "press-team_2", true }, { "2nd", true },
		{ "a", true }, { "", false }, { "Press", false }, { "-a", false },
		{ "_a", false }, { "a b", false }, { "a.b", false },
		{ "\xC3\xBC", false }, { "a/b", false },
		{ "abcdefghijklmnopqrstuvwxyzabcdefghijklmn", true },
		{ "abcdefghijklmnopqrstuvwxyzabcdefghijklmno", false },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++)
		if (lex_is_name(slice_str(cases[i].text)) != cases[i].want)
			fail_msg("'%s'", cases[i].text);
}

static void
what_is_left_over_is_told(void **state)
{
	AUTO(close_fixture) struct fixture f = open_text("keep it up \n");
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct token t;

	(void)state;
	assert_true(lex_line(&f.lx) && lex_word(&f.lx, &t));
	lex_end(&f.lx);
	lex_end(&f.lx);		/* nothing is left now */
	diag_print(f.diag, false, &out);
	assert_string_equal(buf_str(&out),
	    "x.rules:1:6: error MR009: 'it up' does not belong here\n"
	    "    1 | keep it up \n"
	    "      |      ^~~~~\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_know_their_place),
		cmocka_unit_test(bom_and_crs_are_dropped),
		cmocka_unit_test(the_rest_is_raw),
		cmocka_unit_test(a_comma_at_the_end_goes_on),
		cmocka_unit_test(names_stand_apart_by_blanks_or_commas),
		cmocka_unit_test(a_statement_is_not_taken_into_a_list),
		cmocka_unit_test(bad_bytes_are_told_once_a_line_and_replaced),
		cmocka_unit_test(attack_lines_that_look_like_others),
		cmocka_unit_test(lengths_have_a_limit),
		cmocka_unit_test(times_and_sizes),
		cmocka_unit_test(names),
		cmocka_unit_test(what_is_left_over_is_told),
	};

	return cmocka_run_group_tests_name("lex", tests, NULL, NULL);
}
