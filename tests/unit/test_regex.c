/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/regex.h"
#include "base/xalloc.h"

static const struct regex_limits usual = { .match = 100000,
    .steps = 2 * 1000 * 1000 };

static struct regex *
compiled(const char *pattern)
{
	struct regex *r = NULL;
	char error[256];
	size_t at;

	if (regex_compile(slice_str(pattern), &r, error, &at) < 0)
		fail_msg("'%s' does not compile: %s at %zu", pattern, error, at);
	return r;
}

static void
matches_as_the_rules_promise(void **state)
{
	static const struct {
		const char *label, *pattern, *subject;
		enum regex_result want;
		const char *words;
	} cases[] = {
		{ "plain", "report(er)?", "a Reporter", REGEX_YES, "Reporter" },
		{ "caseless beyond ASCII", "ÜBER", "über uns", REGEX_YES, "über" },
		{ "case on request", "(?-i)press", "Press", REGEX_NO, NULL },
		{ "^ at each line", "^two", "one\ntwo", REGEX_YES, "two" },
		{ "$ at each line", "one$", "one\ntwo", REGEX_YES, "one" },
		{ ". ends at the line", "one.two", "one\ntwo", REGEX_NO, NULL },
		{ "\\s crosses it", "one\\stwo", "one\ntwo", REGEX_YES, "one\ntwo" },
		{ "CR is no line end", "one$", "one\rtwo", REGEX_NO, NULL },
		{ "\\w is Unicode", "^\\w+$", "größe", REGEX_YES, "größe" },
		{ "\\d is Unicode", "^\\d+$", "٣", REGEX_YES, "٣" },
		{ "\\b is Unicode", "\\bgr\\b", "größe", REGEX_NO, NULL },
		{ "around bad UTF-8", "b+", "a\xff\xfe" "bb", REGEX_YES, "bb" },
		{ "never in bad UTF-8", "a.b", "a\xff" "b", REGEX_NO, NULL },
		{ "empty subject", "x", "", REGEX_NO, NULL },
		{ "empty match", "x*", "", REGEX_YES, "" },
		{ "empty pattern", "", "a", REGEX_YES, "" },
		{ "end before start", "(?:(?=(?<x>b))a|b\\Kc)", "bc", REGEX_YES, "c" },
		{ "callout in the pattern", "a(?C1)b", "ab", REGEX_YES, "ab" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(regex_free) struct regex *r = compiled(cases[i].pattern);
		size_t vec[2 * REGEX_GROUPS_MAX], n = 99;
		enum regex_result got = regex_match(r, slice_str(cases[i].subject),
		    &usual, vec, &n, NULL, NULL);

		if (got != cases[i].want)
			fail_msg("%s: result %d", cases[i].label, (int)got);
		if (got != REGEX_YES) {
			assert_int_equal(n, 0);
			continue;
		}
		assert_true(vec[1] >= vec[0]);
		if (vec[1] - vec[0] != strlen(cases[i].words) ||
		    memcmp(cases[i].subject + vec[0], cases[i].words,
		    vec[1] - vec[0]) != 0)
			fail_msg("%s: matched %zu to %zu", cases[i].label,
			    vec[0], vec[1]);
	}
}

static void
refuses_with_the_place(void **state)
{
	static const struct {
		const char *label, *pattern, *words;
		size_t at;
	} cases[] = {
		{ "parenthesis", "ab(c", "missing closing parenthesis", 4 },
		{ "options", "(*UTF)a", "can't begin with '(*'", 0 },
		{ "limits", "(*LIMIT_MATCH=4000000000)a", "can't begin", 0 },
		{ "\\C", "a\\C", "\\C", 3 },
		{ "quantifier", "*a", "quantifier", 0 },
		{ "class", "[z-a]", "range out of order", 3 },
		{ "look-behind", "(?<=a+)b", "lookbehind", 0 },
		{ "compile bomb", "(((a{1,1000}){1,1000}){1,1000})", "too large", 31 },
	};
	char error[256], deep[602];
	struct regex *r;
	size_t at;

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		assert_int_equal(regex_compile(slice_str(cases[i].pattern), &r,
		    error, &at), -1);
		assert_null(r);
		if (strstr(error, cases[i].words) == NULL)
			fail_msg("%s: '%s'", cases[i].label, error);
		if (at != cases[i].at)
			fail_msg("%s: at %zu", cases[i].label, at);
	}
	memset(deep, '(', 300);
	memset(deep + 300, ')', 300);
	assert_int_equal(regex_compile(slice_make(deep, 600), &r, error, &at), -1);
}

static void
refuses_what_is_too_long(void **state)
{
	AUTO(xfree) char *p = xmalloc(REGEX_PATTERN_MAX + 1);
	AUTO(regex_free) struct regex *r = NULL;
	char error[256];
	size_t at;

	(void)state;
	memset(p, 'a', REGEX_PATTERN_MAX + 1);
	assert_int_equal(regex_compile(slice_make(p, REGEX_PATTERN_MAX), &r,
	    error, &at), 0);
	regex_free(&r);
	assert_int_equal(regex_compile(slice_make(p, REGEX_PATTERN_MAX + 1), &r,
	    error, &at), -1);
	assert_non_null(strstr(error, "4096 bytes"));
	assert_int_equal(at, REGEX_PATTERN_MAX);
}

static void
gives_groups_by_name(void **state)
{
	AUTO(regex_free) struct regex *r = compiled(
	    "(?<who>\\w+) (?:is|was) (?<what>\\w+)( too)?");
	size_t vec[2 * REGEX_GROUPS_MAX], n;
	unsigned number;

	(void)state;
	assert_int_equal(regex_groups(r), 2);
	assert_string_equal(regex_group_name(r, 0, &number), "what");
	assert_int_equal(number, 2);
	assert_string_equal(regex_group_name(r, 1, &number), "who");
	assert_int_equal(number, 1);
	assert_int_equal(regex_match(r, slice_str("so she was here"), &usual,
	    vec, &n, NULL, NULL), REGEX_YES);
	assert_int_equal(n, 3);
	assert_int_equal(vec[2], 3);
	assert_int_equal(vec[3], 6);
	assert_int_equal(vec[4], 11);
	assert_int_equal(vec[5], 15);
	assert_true(vec[6] == SIZE_MAX);
}

static void
takes_more_groups_than_it_can_show(void **state)
{
	char pattern[1000] = "", error[256];
	size_t vec[2 * REGEX_GROUPS_MAX], n, at, len = 0;
	AUTO(regex_free) struct regex *r = NULL;

	(void)state;
	for (int i = 0; i < 40; i++) {
		memcpy(pattern + len, "(a)", 4);
		len += 3;
	}
	r = compiled(pattern);
	assert_int_equal(regex_match(r,
	    SLICE_LIT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), &usual, vec,
	    &n, NULL, NULL), REGEX_YES);
	assert_int_equal(n, REGEX_GROUPS_MAX);
	assert_int_equal(vec[1], 40);
	regex_free(&r);
	memcpy(pattern + len, "(?<late>b)", 11);
	assert_int_equal(regex_compile(slice_str(pattern), &r, error, &at), -1);
	assert_non_null(strstr(error, "'late' is number 41"));
}

/*
 * Every one of these takes from seconds to hours without the count of steps.
 * The count decides, not the clock: the number of steps is the same each time.
 */
static void
every_search_ends_soon(void **state)
{
	static const struct {
		const char *pattern;
		const char *fill;	/* its second character each 64000 */
		const char *last;
		size_t size;
		const char *why;
	} cases[] = {
		{ "[a-z]+[0-9]", "a", "", 300000, "step limit" },
		{ "[a-z]++[0-9]", "a", "", 300000, "step limit" },
		{ "\\s+$", " ", "!", 1000000, "match limit" },
		{ "\\s++$", " ", "!", 1000000, "step limit" },
		{ "[a-z]*[a-z]*[0-9]", "a", "", 300000, "step limit" },
		{ "(?:[a-z][a-z]?)+[0-9]", "a", "", 300000, "match limit" },
		{ "(x+x+)+y", "x", "! y", 30000, "match limit" },
		{ "^(a+)+$", "a", "!", 50, "match limit" },
		{ "(?:a|b)*c", "a", " c", 1000000, "match limit" },
		{ "[a-z]{65000}[0-9]", "a", " ", 300000, "step limit" },
		{ "[a-z]{65000}", "a ", "", 300000, "step limit" },
		{ "(?=(a+))\\1b", "a", " b", 100000, "step limit" },
		{ "(a{20000})(?:b|.)*?\\1c", "a", " c", 300000, "step limit" },
		{ "(?s).*?foo.*?bar", "f", " bar", 1000000, "match limit" },
		{ "(?<!x)a+(?!a)b", "a", " b", 300000, "match limit" },
		{ "(?>a+)b", "a", " b", 300000, "step limit" },
		{ "\\X++b", "a", " b", 300000, "step limit" },
		{ "(?:.*\\n)*?END", "\n", "END", 300000, "match limit" },
		{ "(?R)|x", "a", "", 10, "endless recursion" },
	};
	int64_t start = clock_mono_ms();

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(regex_free) struct regex *r = compiled(cases[i].pattern);
		AUTO(xfree) char *text = xmalloc(cases[i].size + 8);
		size_t vec[2 * REGEX_GROUPS_MAX], n;
		const char *why = "none";
		uint64_t steps = 0, again = 0;
		enum regex_result got;
		int64_t t = clock_mono_ms();

		memset(text, cases[i].fill[0], cases[i].size);
		for (size_t j = 64000; cases[i].fill[1] != '\0' &&
		    j < cases[i].size; j += 64000)
			text[j] = cases[i].fill[1];
		memcpy(text + cases[i].size, cases[i].last,
		    strlen(cases[i].last));
		got = regex_match(r, slice_make(text, cases[i].size +
		    strlen(cases[i].last)), &usual, vec, &n, &steps, &why);
		if (getenv("REGEX_SHOW") != NULL)
			print_message("%-26s result %d, %s, %llu steps, %lld ms\n",
			    cases[i].pattern, (int)got, why,
			    (unsigned long long)steps,
			    (long long)(clock_mono_ms() - t));
		if (got != REGEX_LIMIT || strcmp(why, cases[i].why) != 0)
			fail_msg("%s: result %d, %s", cases[i].pattern, (int)got,
			    why);
		assert_true(steps <= usual.steps + cases[i].size);
		if (i < 2) {
			(void)regex_match(r, slice_make(text, cases[i].size),
			    &usual, vec, &n, &again, &why);
			assert_int_equal(again, steps);
		}
	}
	/* Generous: the sanitizers and a busy machine take their share. */
	assert_true(clock_mono_ms() - start < 60000);
}

static void
the_clock_is_only_a_net(void **state)
{
	AUTO(regex_free) struct regex *r = compiled("[a-z]+[0-9]");
	struct regex_limits limits = { .match = 100000, .steps = UINT64_MAX / 2,
	    .deadline_mono_ms = clock_mono_ms() - 1 };
	AUTO(xfree) char *text = xmalloc(300000);
	size_t vec[2 * REGEX_GROUPS_MAX];
	const char *why = NULL;

	(void)state;
	memset(text, 'a', 300000);
	assert_int_equal(regex_match(r, slice_make(text, 300000), &limits, vec,
	    NULL, NULL, &why), REGEX_LIMIT);
	assert_string_equal(why, "time limit");
}

/* What rule authors write passes 256 kB of ordinary text far below the limit. */
static void
ordinary_patterns_have_room(void **state)
{
	static const char *const patterns[] = {
		("\\bI(?:'m| am) (?:a|an|the) (?:reporter|journalist|editor) "
		    "(?:at|for|with) (?<outlet>[^.,\\n]{2,40})"),
		"[\\w.+-]+@[\\w-]+\\.\\w{2,}",
		"https?://\\S+/careers",
		".*unsubscribe.*click",
		"\\b\\d{1,3}(?:,\\d{3})*\\s*(?:EUR|USD)\\b",
		"^dear (?:sir|madam)",
		"interview.{0,200}deadline",
	};
	static const char sentence[] = "The quick brown fox, at 12,000 feet, "
	    "wrote to jane.roe at example about an interview it had in May.\n";
	AUTO(xfree) char *text = xmalloc(262144);

	(void)state;
	for (size_t i = 0; i < 262144; i++)
		text[i] = sentence[i % (sizeof sentence - 1)];
	for (size_t i = 0; i < NELEM(patterns); i++) {
		AUTO(regex_free) struct regex *r = compiled(patterns[i]);
		size_t vec[2 * REGEX_GROUPS_MAX];
		uint64_t steps;

		if (regex_match(r, slice_make(text, 262144), &usual, vec, NULL,
		    &steps, NULL) != REGEX_NO || steps > usual.steps / 2)
			fail_msg("%s: %llu steps", patterns[i],
			    (unsigned long long)steps);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_as_the_rules_promise),
		cmocka_unit_test(refuses_with_the_place),
		cmocka_unit_test(refuses_what_is_too_long),
		cmocka_unit_test(gives_groups_by_name),
		cmocka_unit_test(takes_more_groups_than_it_can_show),
		cmocka_unit_test(every_search_ends_soon),
		cmocka_unit_test(the_clock_is_only_a_net),
		cmocka_unit_test(ordinary_patterns_have_room),
	};

	return cmocka_run_group_tests_name("regex", tests, NULL, NULL);
}
