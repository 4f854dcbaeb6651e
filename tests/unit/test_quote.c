/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "rules/quote.h"

#define TEN	"and so on "
#define FIFTY	TEN TEN TEN TEN TEN
#define TWO_HUNDRED	FIFTY FIFTY FIFTY FIFTY

static const struct {
	const char *label, *text, *words;
	const char *matched, *before, *after;	/* the snippet in three */
} cases[] = {
	{ "whole", "Interview request", "Interview request",
	    "Interview request", "", "" },
	{ "its sentence", "Hi. I am on deadline today! Bye.", "deadline",
	    "deadline", "I am on ", " today!" },
	{ "at the front of it", "Hi. Deadline is today. Bye.", "Deadline",
	    "Deadline", "", " is today." },
	{ "a dot without a blank is none", "see x.example now. Bye", "now",
	    "now", "see x.example ", "." },
	{ "line ends are blanks", "I am\non\r\ndeadline,\nreally", "deadline",
	    "deadline", "I am on ", ", really" },
	{ "an empty line is an end", "Dear all\n\nI am on deadline\n \nBye",
	    "deadline", "deadline", "I am on ", "" },
	{ "blanks within", "on  \n the   record", "on  \n the   record",
	    "on the record", "", "" },
	{ "blanks around the words", "is  here  now", "  here  ",
	    "here", "is ", " now" },
	{ "controls go", "a\x1b[31m b", "b", "b", "a [31m ", "" },
	{ "overrides go", "a \xe2\x80\xae b", "b", "b", "a ", "" },
	{ "within a word", "reporters", "port", "port", "re", "ers" },
	{ "cut on both sides", TWO_HUNDRED "deadline " TWO_HUNDRED, "deadline",
	    "deadline", "on " FIFTY TEN TEN TEN TEN,
	    " " FIFTY TEN TEN TEN TEN "and so" },
	{ "room for the left where the right is short",
	    TWO_HUNDRED "deadline", "deadline", "deadline",
	    FIFTY FIFTY FIFTY TEN TEN TEN TEN, "" },
	{ "and the other way", "deadline " TWO_HUNDRED, "deadline", "deadline",
	    "", " " FIFTY FIFTY FIFTY TEN TEN TEN "and so on" },
};

static void
quotes_words_in_their_sentence(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct slice text = slice_str(cases[i].text);
		size_t at = slice_find_slice(text, slice_str(cases[i].words));
		struct finding f = { 0 };
		const char *want = arena_printf(a, "%s%s%s", cases[i].before,
		    cases[i].matched, cases[i].after);

		quote_words(a, text, at, at + strlen(cases[i].words), &f);
		if (!slice_eq_str(f.matched, cases[i].matched) ||
		    !slice_eq_str(f.snippet, want) ||
		    f.at != strlen(cases[i].before))
			fail_msg("%s: '" SLICE_FMT "' at %u in '" SLICE_FMT
			    "' (%zu)", cases[i].label, SLICE_ARG(f.matched), f.at,
			    SLICE_ARG(f.snippet), f.snippet.len);
		assert_true(f.snippet.len <= FINDINGS_SNIPPET_MAX);
	}
}

/* Whatever the place and the bytes: within limits, valid, words where it says. */
static void
keeps_its_promises_anywhere(void **state)
{
	static const char text[] =
	    "\xc3\xa4\xe2\x82\xac \n\n.\x01 \xf0\x9f\x98\x80! a\xff\xc3 b? \xe2\x80"
	    "\xa8 \xe9\x9d\xa2\xe6\x8e\xa5\r\n.  ";
	AUTO(arena_free) struct arena *a = arena_new();
	char big[700];

	(void)state;
	for (size_t i = 0; i < sizeof big; i++)
		big[i] = text[i % (sizeof text - 1)];
	for (size_t from = 0; from < sizeof big; from += 3)
		for (size_t to = from; to <= sizeof big; to += 41) {
			struct finding f = { 0 };

			quote_words(a, slice_make(big, sizeof big), from, to, &f);
			assert_true(f.matched.len <= FINDINGS_SNIPPET_MAX);
			assert_true(f.snippet.len <= FINDINGS_SNIPPET_MAX);
			assert_true(utf8_valid(f.snippet));
			assert_true(f.at + f.matched.len <= f.snippet.len);
			assert_true(slice_eq(slice_sub(f.snippet, f.at,
			    f.at + f.matched.len), f.matched));
		}
}

static void
cleans(void **state)
{
	static const struct {
		const char *text, *want;
		size_t max;
	} clean[] = {
		{ "  Daily \t\n Planet ", "Daily Planet", 500 },
		{ "", "", 500 },
		{ " \n ", "", 500 },
		{ "Daily Planet", "Daily", 6 },
		{ "\xe2\x82\xac\xe2\x82\xac", "\xe2\x82\xac", 5 },
		{ "a\xff" "b", "a\xef\xbf\xbd" "b", 500 },
	};
	AUTO(arena_free) struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < NELEM(clean); i++) {
		struct slice got = quote_clean(a, slice_str(clean[i].text),
		    clean[i].max);

		if (!slice_eq_str(got, clean[i].want))
			fail_msg("'%s': '" SLICE_FMT "'", clean[i].text,
			    SLICE_ARG(got));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_words_in_their_sentence),
		cmocka_unit_test(keeps_its_promises_anywhere),
		cmocka_unit_test(cleans),
	};

	return cmocka_run_group_tests_name("quote", tests, NULL, NULL);
}
