/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "rules/phrase.h"

static const struct {
	const char *label, *phrase, *text;
	const char *want;		/* the words as written; NULL: no match */
} cases[] = {
	{ "as it is", "deadline", "on deadline today", "deadline" },
	{ "case", "Press Pass", "my PRESS PASS", "PRESS PASS" },
	{ "case beyond ASCII", "übung", "ÜBUNG macht", "ÜBUNG" },
	{ "sharp s", "strasse", "Straße 5", "Straße" },
	{ "accents count", "resume", "my résumé", NULL },
	{ "composed or not", "résumé", "my re\xcc\x81sume\xcc\x81.",
	    "re\xcc\x81sume\xcc\x81" },
	{ "an accent behind is another letter", "x", "x\xcc\x81", NULL },

	{ "blanks are flexible", "press pass", "press  \t pass", "press  \t pass" },
	{ "across a line end", "press pass", "press\npass", "press\npass" },
	{ "across CRLF", "press pass", "press\r\n  pass", "press\r\n  pass" },
	{ "no-break space", "press pass", "press\xc2\xa0pass",
	    "press\xc2\xa0pass" },
	{ "blanks in the phrase", "press \t  pass", "press pass", "press pass" },
	{ "a blank is wanted", "press pass", "presspass", NULL },
	{ "nothing for a blank", "presspass", "press pass", NULL },
	{ "zero-width between letters", "viagra", "via\xe2\x80\x8bgra",
	    "via\xe2\x80\x8bgra" },
	{ "typographic apostrophe", "i'm", "I\xe2\x80\x99m here",
	    "I\xe2\x80\x99m" },

	{ "border in front", "port", "report", NULL },
	{ "border behind", "report", "reporter", NULL },
	{ "the second place has borders", "port", "report port", "port" },
	{ "a digit is no border", "covid", "covid19", NULL },
	{ "punctuation is", "report", "(report)", "report" },
	{ "underscore is", "report", "_report_", "report" },
	{ "an umlaut is none", "gr", "größe", NULL },
	{ "at the ends of the text", "a", "a", "a" },
	{ "each end for itself", "$5", "US$5", "$5" },
	{ "and not at the other", "$5", "$50", NULL },
	{ "percent", "50%", "50%off", "50%" },
	{ "front of percent", "50%", "150%", NULL },
	{ "c++", "c++", "in C++11", "C++" },
	{ "c in c++", "c", "C++", "C" },
	{ "only signs", "!!!", "hey!!!you", "!!!" },
	{ "e-mail", "e-mail", "my e\xe2\x80\x91mail", "e\xe2\x80\x91mail" },

	{ "Han", "面接", "来週面接希望", "面接" },
	{ "Kana", "インタビュー", "独占インタビュー記事",
	    "インタビュー" },
	{ "long vowel mark behind", "デザイナ", "デザイナー",
	    "デザイナ" },
	{ "Thai", "ข่าว", "นักข่าวสาว",
	    "ข่าว" },
	{ "Latin within Han", "press", "株式press会社", "press" },
	{ "Latin within Latin within Han", "press", "株式xpress会社", NULL },
	{ "Hangul has borders", "면접", "면접을", NULL },
	{ "Hangul with a star", "면접*", "면접을 보다", "면접을" },
	{ "halfwidth Kana", "カメラ", "ｶﾒﾗ",
	    "ｶﾒﾗ" },
	{ "Cyrillic", "пресса", "ПРЕССА тут",
	    "ПРЕССА" },
	{ "Cyrillic border", "пресс", "пресса", NULL },
	{ "Devanagari vowel sign", "क", "की", NULL },

	{ "star behind", "sponsor*", "our sponsorship offer", "sponsorship" },
	{ "star for nothing", "sponsor*", "a sponsor", "sponsor" },
	{ "star wants the other border", "sponsor*", "xsponsors", NULL },
	{ "star stops at the blank", "media enquir*", "Media  Enquiries, please",
	    "Media  Enquiries" },
	{ "star in front", "*bewerbung", "Initiativbewerbung als",
	    "Initiativbewerbung" },
	{ "star in front for nothing", "*bewerbung", "die Bewerbung",
	    "Bewerbung" },
	{ "its other border", "*bewerbung", "Bewerbungen", NULL },
	{ "both", "*bewerb*", "(Initiativbewerbungen)", "Initiativbewerbungen" },
	{ "not over a hyphen", "*bewerbung", "Initiativ-Bewerbung", "Bewerbung" },
	{ "star within the phrase", "press* pass", "Presse Pass", "Presse Pass" },
	{ "star at the second word", "die *bewerbung", "die Kurzbewerbung",
	    "die Kurzbewerbung" },
	{ "its last place", "a *aba", "a ababaaba", "a ababaaba" },
	{ "its last place, no border", "a *aba", "a abab", NULL },
	{ "star and sign", "a *c++", "a fooc++", "a fooc++" },
	{ "both at the second", "the *work*", "the homeworkers came",
	    "the homeworkers" },
	{ "star in the middle is itself", "5*3", "5*3=15", "5*3" },
	{ "after a false start", "on the record", "on the other, on the record",
	    "on the record" },
	{ "overlapping start", "a a b", "a a a b", "a a b" },
	{ "longer than the text", "deadline", "dead", NULL },
	{ "empty text", "deadline", "", NULL },
};

static void
finds_what_it_promises(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct text t = text_make(a, slice_str(cases[i].text));
		const char *error;
		struct phrase *p = phrase_compile(a, slice_str(cases[i].phrase),
		    &error);
		struct slice got = { NULL, 0 };
		struct trigrams set;
		size_t from, to;
		bool found;

		if (p == NULL)
			fail_msg("%s: %s", cases[i].label, error);
		found = phrase_find(p, &t, &from, &to);
		trigrams_of(a, t.fold, &set);
		if (found && !phrase_may_occur(p, &set))
			fail_msg("%s: passed over", cases[i].label);
		if (found)
			got = text_orig_of_fold(&t, from, to);
		if (found != (cases[i].want != NULL) ||
		    (found && !slice_eq_str(got, cases[i].want)))
			fail_msg("%s: found " SLICE_FMT, cases[i].label,
			    SLICE_ARG(got));
	}
}

static void
refuses_what_makes_no_sense(void **state)
{
	static const char *const phrases[] = { "", "  ", "*", "**", "a *", "* a",
		"a * b", "**a", "a**", "\xc2\xad", "***" };
	AUTO(arena_free) struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < NELEM(phrases); i++) {
		const char *error = NULL;

		if (phrase_compile(a, slice_str(phrases[i]), &error) != NULL)
			fail_msg("'%s' compiles", phrases[i]);
		assert_non_null(error);
	}
}

static void
keeps_the_words_as_written(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const char *error;

	(void)state;
	assert_true(slice_eq_str(phrase_text(phrase_compile(a,
	    SLICE_LIT("  Press  Pass* "), &error)), "Press  Pass*"));
}

/* Each of these is quadratic for a matcher that looks at a place twice. */
static void
takes_linear_time(void **state)
{
	static const struct {
		const char *phrase, *fill, *tail;
	} hard[] = {
		{ "*a* b", "a", "c" },
		{ "*a* b", "a", "                              c" },
		{ "a* *b* c", "a", " bbbbbbbbb" },
		{ "*a* *b", "a", " xxxxxxxx" },
		{ "a a a a a a a a b", "a ", "c" },
		{ "*x*", "a", "" },
		{ "a b", " ", "a" },
		{ "面*面 b", "面", "x" },
		{ "*-", "a", "" },
		{ "*aaaaaaaaaaaaaaab", "a", "" },
	};
	enum { SIZE = 1 << 17 };
	AUTO(xfree) char *text = xmalloc(SIZE);
	AUTO(arena_free) struct arena *a = arena_new();
	int64_t start = clock_mono_ms();

	(void)state;
	for (size_t i = 0; i < NELEM(hard); i++) {
		size_t fill = strlen(hard[i].fill), tail = strlen(hard[i].tail);
		size_t n = (SIZE - tail) / fill * fill, from, to;
		const char *error;
		struct text t = { 0 };

		for (size_t j = 0; j < n; j += fill)
			memcpy(text + j, hard[i].fill, fill);
		memcpy(text + n, hard[i].tail, tail);
		t.fold = slice_make(text, n + tail);
		assert_false(phrase_find(phrase_compile(a,
		    slice_str(hard[i].phrase), &error), &t, &from, &to));
	}
	assert_true(clock_mono_ms() - start < 5000);
}

/* Words of a few letters, blanks and stars, as they come. */
static const char *
random_words(struct arena *a, uint32_t *seed, size_t n, bool stars)
{
	static const char *const pieces[] = { "a", "b", "ab", "ü", "面", " ", " ", "*" };
	const char *s = "";

	while (n-- > 0) {
		*seed = *seed * 1664525 + 1013904223;
		s = arena_printf(a, "%s%s", s, pieces[(*seed >> 16) %
		    (NELEM(pieces) - (stars ? 0 : 1))]);
	}
	return s;
}

/* A phrase that is in a text is never passed over, and most others are. */
static void
passes_over_only_what_is_not_there(void **state)
{
	uint32_t seed = 7;
	unsigned found = 0, passed = 0;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		const char *words = random_words(a, &seed, 1 + i % 9, true), *error;
		const char *in = random_words(a, &seed, i % 60, false);
		struct text t = text_make(a, slice_str(in));
		struct phrase *p = phrase_compile(a, slice_str(words), &error);
		struct trigrams set;
		size_t from, to;
		bool may;

		if (p == NULL)
			continue;
		trigrams_of(a, t.fold, &set);
		may = phrase_may_occur(p, &set);
		if (phrase_find(p, &t, &from, &to)) {
			found++;
			if (!may)
				fail_msg("'%s' in '%s' is passed over", words, in);
		}
		passed += !may;
	}
	assert_true(found > 1000);
	assert_true(passed > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_it_promises),
		cmocka_unit_test(refuses_what_makes_no_sense),
		cmocka_unit_test(keeps_the_words_as_written),
		cmocka_unit_test(takes_linear_time),
		cmocka_unit_test(passes_over_only_what_is_not_there),
	};

	return cmocka_run_group_tests_name("phrase", tests, NULL, NULL);
}
