/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "arena_help.h"
#include "base/utf8.h"
#include "model/text.h"

#include <glib.h>

static void
assert_slice(const char *label, struct slice got, const char *want)
{
	if (!slice_eq_str(got, want))
		fail_msg("%s: got \"" SLICE_FMT "\", want \"%s\"", label,
		    SLICE_ARG(got), want);
}

static const struct {
	const char *label, *orig, *norm, *fold;
} forms[] = {
	{ "plain", "Press Kit", "Press Kit", "press kit" },
	{ "empty", "", "", "" },
	{ "curly quotes", "I\u2019m \u201Con deadline\u201D", "I'm \"on deadline\"",
	    "i'm \"on deadline\"" },
	{ "low quotes", "\u201EPresse\u201C", "\"Presse\"", "\"presse\"" },
	{ "modifier apostrophe", "I\u02BCm", "I'm", "i'm" },
	{ "acute as apostrophe", "I\u00B4m", "I'm", "i'm" },
	{ "dashes", "a\u2010b\u2011c\u2012d\u2013e\u2014f\u2015g", "a-b-c-d-e-f-g",
	    "a-b-c-d-e-f-g" },
	{ "blanks", "a\u00A0b\u2003c\u3000d\te", "a b c d e", "a b c d e" },
	{ "soft hyphen", "inter\u00ADview", "interview", "interview" },
	{ "zero width", "in\u200Bter\u200Cvi\u2060ew\uFEFF", "interview", "interview" },
	{ "variation selector", "\u2764\uFE0F", "\u2764", "\u2764" },
	{ "combining grapheme joiner", "pre\u034Fss", "press", "press" },
	{ "bidi override", "\u202Eabc\u202C", "abc", "abc" },
	{ "fullwidth", "\uFF30\uFF32", "PR", "pr" },
	{ "bold maths", "\U0001D40F\U0001D42B", "Pr", "pr" },
	{ "ligature", "\uFB01nal", "final", "final" },
	{ "sharp s", "Stra\u00DFe", "Stra\u00DFe", "strasse" },
	{ "composed by two", "Bewerbung fu\u0308r", "Bewerbung f\u00FCr",
	    "bewerbung f\u00FCr" },
	{ "marks are sorted", "a\u0315\u0300", "\u00E0\u0315", "\u00E0\u0315" },
	{ "zero width inside a run", "u\u200B\u0308", "\u00FC", "\u00FC" },
	{ "halfwidth kana", "\uFF76\uFF9E", "\u30AC", "\u30AC" },
	{ "hangul by parts", "\u1112\u1161\u11AB", "\uD55C", "\uD55C" },
	{ "greek final sigma", "\u039F\u03A3", "\u039F\u03A3", "\u03BF\u03C3" },
	{ "cyrillic", "\u041F\u0440\u0435\u0441\u0441\u0430",
	    "\u041F\u0440\u0435\u0441\u0441\u0430",
	    "\u043F\u0440\u0435\u0441\u0441\u0430" },
	{ "line ends stay", "a\r\nb\nc\rd\u2028e", "a\nb\nc\nd\ne", "a\nb\nc\nd\ne" },
	{ "ellipsis", "wait\u2026", "wait...", "wait..." },
};

static void
test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(forms); i++) {
		struct text t = text_make(arena, slice_str(forms[i].orig));

		assert_slice(forms[i].label, t.norm, forms[i].norm);
		assert_slice(forms[i].label, t.fold, forms[i].fold);
		assert_slice(forms[i].label, t.orig, forms[i].orig);
		assert_slice(forms[i].label,
		    text_fold(arena, slice_str(forms[i].orig)), forms[i].fold);
		assert_int_equal(t.norm_map[t.norm.len], t.orig.len);
		assert_int_equal(t.fold_map[t.fold.len], t.orig.len);
	}
}

static const struct {
	const char *label, *orig, *find, *want;
} quotes[] = {
	{ "plain", "a press kit", "press", "press" },
	{ "at the end", "a press kit", "kit", "kit" },
	{ "hidden hyphen is in the quote", "an inter\u00ADview now", "interview",
	    "inter\u00ADview" },
	{ "part of a ligature gets all of it", "e\uFB03cient", "ef", "e\uFB03" },
	{ "end of a ligature gets all of it", "e\uFB03cient", "icient",
	    "\uFB03cient" },
	{ "sharp s", "Stra\u00DFe", "strass", "Stra\u00DF" },
	{ "composed", "fu\u0308r x", "f\u00FCr", "fu\u0308r" },
	{ "curly", "I\u2019m here", "i'm", "I\u2019m" },
};

static void
test_quotes_come_from_the_original(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(quotes); i++) {
		struct text t = text_make(arena, slice_str(quotes[i].orig));
		size_t at = slice_find_slice(t.fold, slice_str(quotes[i].find));

		assert_true(at != SIZE_MAX);
		assert_slice(quotes[i].label,
		    text_orig_of_fold(&t, at, at + strlen(quotes[i].find)),
		    quotes[i].want);
	}
}

/* Characters that join, decompose, fold or vanish, in any order. */
static uint32_t
odd_character(unsigned *seed)
{
	static const uint32_t odd[] = {
		'a', 'A', 'e', ' ', '\n', '\r', 0x00, 0xAD, 0xC0, 0xDF, 0x130,
		0x300, 0x301, 0x308, 0x315, 0x323, 0x327, 0x345, 0x390, 0x3A3,
		0x5B4, 0x64B, 0x9C7, 0x9BE, 0x9D7, 0x1100, 0x1161, 0x11A8, 0xAC00,
		0x1E9B, 0x200B, 0x200D, 0x2126, 0x212B, 0x3042, 0x3099, 0x3131,
		0x314F, 0xFB03, 0xFDFA, 0xFE0F, 0xFF76, 0xFF9E, 0xFFA1, 0xFFC2,
		0x1D15E, 0x1D40F, 0xE0001, 0x2F800, 0xFFFD,
	};

	*seed = *seed * 1103515245U + 12345U;
	return odd[(*seed >> 16) % NELEM(odd)];
}

static bool
is_kept(uint32_t cp)
{
	return cp != 0 && cp != 0xAD && cp != 0x200B && cp != 0x200D &&
	    cp != 0xFE0F && cp != 0xE0001 && cp != '\r';
}

/* By runs gives what NFKC of the whole gives. */
static void
test_runs_equal_whole(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct buf orig = BUF_INIT, kept = BUF_INIT;
		struct text t;
		char *want;

		for (int i = 0; i < 12; i++) {
			uint32_t cp = odd_character(&seed);

			utf8_put(&orig, cp);
			if (is_kept(cp))
				utf8_put(&kept, cp);
			else if (cp == '\r')
				utf8_put(&kept, '\n');
		}
		t = text_make(arena, buf_slice(&orig));
		want = g_utf8_normalize(buf_str(&kept), -1, G_NORMALIZE_ALL_COMPOSE);
		/* A CR before an LF is one line end. */
		if (memmem(orig.ptr, orig.len, "\r\n", 2) == NULL &&
		    memmem(orig.ptr, orig.len, "\r\0", 2) == NULL)
			assert_slice("whole", t.norm, want);
		for (size_t i = 1; i <= t.norm.len; i++)
			assert_true(t.norm_map[i - 1] <= t.norm_map[i]);
		for (size_t i = 1; i <= t.fold.len; i++)
			assert_true(t.fold_map[i - 1] <= t.fold_map[i]);
		assert_true(utf8_valid(t.norm));
		assert_true(utf8_valid(t.fold));
		g_free(want);
		buf_release(&orig);
		buf_release(&kept);
	}
}

/* A letter with a million marks must not take quadratic time. */
static void
test_endless_marks(void **state)
{
	struct buf b = BUF_INIT;
	struct text t;

	(void)state;
	buf_add_char(&b, 'a');
	for (int i = 0; i < 500000; i++)
		utf8_put(&b, i % 2 == 0 ? 0x301 : 0x323);
	t = text_make(arena, buf_slice(&b));
	assert_true(t.norm.len > 500000);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_quotes_come_from_the_original),
		cmocka_unit_test(test_runs_equal_whole),
		cmocka_unit_test(test_endless_marks),
	};

	return cmocka_run_group_tests_name("text", tests, setup, teardown);
}
