/* SPDX-License-Identifier: MIT */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "model/findings.h"
#include "model/plan.h"

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct findings *
sample(struct arena *a)
{
	struct findings *f = arena_alloc(a, sizeof *f);

	memcpy(f->policy_digest, HEX64, DIGEST_SIZE);
	f->alias = 1;
	f->facts = FACT_BIT(FACT_LIST) | FACT_BIT(FACT_OVER_LIMIT);
	f->facts_unknown = FACT_BIT(FACT_QUESTION);
	f->size = UINT64_C(5000000000);
	f->id = (struct message_identity){
		.message_id = SLICE_LIT("<1@x.example>"),
		.references = SLICE_LIT("<0@x.example> <2@x.example>"),
		.from = SLICE_LIT("Jane Roe <jane@x.example>"),
		.from_address = SLICE_LIT("jane@x.example"),
		.author = SLICE_LIT("jane@x.example"),
		.subject = SLICE_LIT("Grüße"),
		.date = SLICE_LIT("Sat, 28 Nov 2026 18:47:01 +0000"),
		.opening = SLICE_LIT("Ich schreibe an euch"),
		.received = 3, .delivered_to_us = true, .has_8bit = true,
		.loop_mark = { SLICE_LIT(HEX64) }, .n_loop_mark = 1,
	};
	f->n_line = 3;
	f->line = arena_calloc(a, 3, sizeof *f->line);
	f->line[0] = (struct finding){ .state = TRI_YES,
	    .field = SLICE_LIT("subject"), .matched = SLICE_LIT("grüße"),
	    .snippet = SLICE_LIT("Viele grüße an alle"), .at = 6 };
	f->line[2] = (struct finding){ .state = TRI_UNKNOWN,
	    .reason = SLICE_LIT("match limit") };
	f->n_capture = 1;
	f->capture = arena_alloc(a, sizeof *f->capture);
	f->capture[0] = (struct capture){ 2, SLICE_LIT("outlet"),
	    SLICE_LIT("Daily Planet") };
	f->n_reading = 1;
	f->reading = arena_alloc(a, sizeof *f->reading);
	f->reading[0] = (struct reading){ 2, SLICE_LIT("budget"), TYPED_MONEY,
	    SLICE_LIT("USD 7200.00") };
	f->close = true;
	f->line[1].stopped = 2;
	f->n_seen = 2;
	f->seen = arena_calloc(a, 2, sizeof *f->seen);
	f->seen[0] = (struct seen){ SLICE_LIT("cc"), 0, 0, true,
	    SLICE_LIT("") };
	f->seen[1] = (struct seen){ SLICE_LIT("text"), 2, 212, false,
	    SLICE_LIT("Hello | you") };
	return f;
}

static void
comes_back_as_it_went(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf b = BUF_INIT, again = BUF_INIT;
	struct err e = ERR_INIT;
	struct findings *f;

	(void)state;
	findings_encode(sample(a), &b);
	assert_int_equal(findings_decode(a, buf_slice(&b), &f, &e), 0);
	assert_string_equal(f->policy_digest, HEX64);
	assert_int_equal(f->alias, 1);
	assert_true(f->size == UINT64_C(5000000000));
	assert_true(slice_eq_str(f->id.subject, "Grüße"));
	assert_true(f->id.delivered_to_us && !f->id.needs_smtputf8 &&
	    f->id.has_8bit);
	assert_int_equal(f->n_line, 3);
	assert_int_equal(f->line[0].state, TRI_YES);
	assert_int_equal(f->line[1].state, TRI_NO);
	assert_int_equal(f->line[2].state, TRI_UNKNOWN);
	assert_true(slice_eq_str(f->line[0].snippet, "Viele grüße an alle"));
	assert_int_equal(f->line[0].at, 6);
	assert_int_equal(f->capture[0].line, 2);
	assert_true(slice_eq_str(f->capture[0].value, "Daily Planet"));
	assert_int_equal(f->reading[0].line, 2);
	assert_int_equal(f->reading[0].type, TYPED_MONEY);
	assert_true(slice_eq_str(f->reading[0].name, "budget"));
	assert_true(slice_eq_str(f->reading[0].value, "USD 7200.00"));
	assert_true(f->close);
	assert_int_equal(f->line[1].stopped, 2);
	assert_int_equal(f->n_seen, 2);
	assert_true(f->seen[0].capped && f->seen[0].n == 0);
	assert_int_equal(f->seen[1].words, 212);
	assert_true(slice_eq_str(f->seen[1].excerpt, "Hello | you"));
	findings_encode(f, &again);
	assert_true(slice_eq(buf_slice(&b), buf_slice(&again)));
}

static void
cuts_what_is_too_long(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf b = BUF_INIT, euros = BUF_INIT;
	struct findings *f = sample(a), *got;
	struct err e = ERR_INIT;

	(void)state;
	while (euros.len < 100000)
		buf_add_str(&euros, "€");
	f->id.subject = f->id.references = f->id.opening = buf_slice(&euros);
	f->line[0].matched = f->line[0].snippet = buf_slice(&euros);
	f->line[0].field = f->line[2].reason = buf_slice(&euros);
	f->capture[0].name = f->capture[0].value = buf_slice(&euros);
	f->seen[0].field = f->seen[0].excerpt = buf_slice(&euros);
	findings_encode(f, &b);
	assert_int_equal(findings_decode(a, buf_slice(&b), &got, &e), 0);
	assert_int_equal(got->id.subject.len, 999);
	assert_int_equal(got->id.opening.len, 300);
	assert_int_equal(got->line[0].snippet.len, 198);
	assert_int_equal(got->capture[0].value.len, 498);
	assert_true(utf8_valid(got->capture[0].value));
	assert_int_equal(got->seen[0].field.len, 78);
	assert_int_equal(got->seen[0].excerpt.len, 198);
}

/* 300 bytes of it are taken, a forged 301 are not. */
static void
an_opening_is_bounded(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf b = BUF_INIT, text = BUF_INIT;
	struct findings *f = sample(a), *got;
	struct err e = ERR_INIT;
	size_t at;

	(void)state;
	while (text.len < MESSAGE_OPENING_MAX)
		buf_add_char(&text, 'o');
	f->id.opening = buf_slice(&text);
	findings_encode(f, &b);
	assert_int_equal(findings_decode(a, buf_slice(&b), &got, &e), 0);
	assert_true(slice_eq(got->id.opening, f->id.opening));
	at = slice_find_slice(buf_slice(&b), buf_slice(&text));
	assert_true(at != SIZE_MAX);
	/* Its length, 300 as little-endian u32, stands before it; one byte more. */
	b.ptr[at - 4] = (char)(MESSAGE_OPENING_MAX + 1 - 256);
	assert_int_equal(findings_decode(a, buf_slice(&b), &got, &e), -1);
}

static void
the_largest_fits(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf b = BUF_INIT, text = BUF_INIT;
	struct findings *f = sample(a), *got;
	struct err e = ERR_INIT;

	(void)state;
	while (text.len < 1000)
		buf_add_str(&text, "x");
	f->n_line = FINDINGS_LINES_MAX;
	f->line = arena_calloc(a, f->n_line, sizeof *f->line);
	for (size_t i = 0; i < f->n_line; i++)
		f->line[i] = (struct finding){ TRI_UNKNOWN, buf_slice(&text),
		    buf_slice(&text), buf_slice(&text), 199, buf_slice(&text),
		    99 };
	f->n_capture = FINDINGS_CAPTURES_MAX + 5;
	f->capture = arena_calloc(a, f->n_capture, sizeof *f->capture);
	for (size_t i = 0; i < f->n_capture; i++)
		f->capture[i] = (struct capture){ 7, buf_slice(&text),
		    buf_slice(&text) };
	f->n_reading = FINDINGS_READINGS_MAX + 5;
	f->reading = arena_calloc(a, f->n_reading, sizeof *f->reading);
	for (size_t i = 0; i < f->n_reading; i++)
		f->reading[i] = (struct reading){ 7, buf_slice(&text), TYPED_DATE,
		    buf_slice(&text) };
	f->n_seen = FINDINGS_SEEN_MAX + 5;
	f->seen = arena_calloc(a, f->n_seen, sizeof *f->seen);
	for (size_t i = 0; i < f->n_seen; i++)
		f->seen[i] = (struct seen){ buf_slice(&text), 1, 1, false,
		    buf_slice(&text) };
	findings_encode(f, &b);
	assert_int_equal(findings_decode(a, buf_slice(&b), &got, &e), 0);
	assert_int_equal(got->n_line, FINDINGS_LINES_MAX);
	assert_int_equal(got->n_seen, FINDINGS_SEEN_MAX);
	assert_int_equal(got->n_capture, FINDINGS_CAPTURES_MAX);
	assert_int_equal(got->n_reading, FINDINGS_READINGS_MAX);
	assert_int_equal(got->line[0].snippet.len, FINDINGS_SNIPPET_MAX);
	assert_int_equal(got->line[FINDINGS_LINES_MAX - 1].snippet.len, 0);
}

static void
cut_short_is_refused(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct findings *f;
	struct err e = ERR_INIT;

	(void)state;
	findings_encode(sample(a), &b);
	for (size_t n = 0; n < b.len; n++)
		assert_int_equal(findings_decode(a, slice_make(b.ptr, n), &f, &e),
		    -1);
	buf_add_char(&b, '\0');
	assert_int_equal(findings_decode(a, buf_slice(&b), &f, &e), -1);
	assert_int_equal(e.kind, ERR_DATA);
	assert_non_null(strstr(e.text, "damaged at byte"));
}

/* Where in the sample a value stands, and one that must not be there. */
static void
wrong_values_are_refused(void **state)
{
	static const struct {
		const char *label, *find, *put;
		size_t skip, n;
	} cases[] = {
		{ "magic", "MRF1", "MRF2", 0, 4 },
		{ "digest in capitals", "0123456789abcdef", "0123456789ABCDEF", 0, 16 },
		{ "a count of lines", "\x03\0\0\0\x01\x07\0\0\0subject",
		    "\xff\xff\xff\xff", 0, 4 },
		{ "a state", "\x01\x07\0\0\0subject", "\x03", 0, 1 },
		{ "a capture's line", "\x02\0\0\0\x06\0\0\0outlet", "\x03", 0, 1 },
		{ "a reading's line", "\x02\0\0\0\x06\0\0\0budget", "\x03", 0, 1 },
		{ "a reading's type", "\x05\x0b\0\0\0USD", "\x06", 0, 1 },
		{ "a place in the snippet", "\x06\0\0\0\0\0\0\0", "\x20", 0, 1 },
		{ "a string's length", "\x0d\0\0\0<1@x", "\xff\xff\xff\x7f", 0, 4 },
		{ "a count of fields", "\x02\0\0\0\x02\0\0\0cc", "\xff\xff\xff\xff",
		    0, 4 },
		{ "close or not", "\x01\0\x02\0\x02\0\0\0\x02", "\x02", 0, 1 },
		{ "cut or not", "\x01\0\0\0\0\x04\0\0\0text", "\x02", 0, 1 },
	};
	static const size_t find_len[] = { 4, 16, 16, 12, 14, 14, 8, 8, 8, 10, 9, 13 };
	AUTO(arena_free) struct arena *a = arena_new();
	struct findings *f;
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT;
		size_t at;

		findings_encode(sample(a), &b);
		at = slice_find_slice(buf_slice(&b),
		    slice_make(cases[i].find, find_len[i]));
		if (at == SIZE_MAX)
			fail_msg("%s is not in the sample", cases[i].label);
		memcpy(b.ptr + at, cases[i].put, cases[i].n);
		if (findings_decode(a, buf_slice(&b), &f, &e) != -1)
			fail_msg("%s is taken", cases[i].label);
	}
}

/* A count is no reason to take memory: bytes must stand behind it. */
static void
takes_memory_for_what_has_arrived(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct findings *f = sample(a);
	struct err e = ERR_INIT;
	struct mallinfo2 before;

	(void)state;
	f->n_line = f->n_capture = f->n_seen = 0;
	findings_encode(f, &b);
	memcpy(b.ptr + b.len - 13, "\x20\x4e\0", 4);	/* 20000 lines */
	before = mallinfo2();
	assert_int_equal(findings_decode(a, buf_slice(&b), &f, &e), -1);
	assert_true(mallinfo2().uordblks - before.uordblks < 100000);
	assert_true(mallinfo2().hblkhd - before.hblkhd < 100000);
}

/* Live mail does without: a byte says so. */
static void
what_nobody_asked_for_is_not_sent(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf closely = BUF_INIT, b = BUF_INIT;
	struct findings *f = sample(a);
	struct err e = ERR_INIT;

	(void)state;
	findings_encode(f, &closely);
	f->close = false;
	findings_encode(f, &b);
	assert_int_equal(findings_decode(a, buf_slice(&b), &f, &e), 0);
	assert_false(f->close);
	assert_int_equal(f->n_seen, 0);
	assert_int_equal(f->line[1].stopped, 0);
	assert_true(slice_eq(slice_sub(buf_slice(&closely), 0, b.len - 1),
	    slice_sub(buf_slice(&b), 0, b.len - 1)));
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* What is decoded can be encoded, and takes little more than it had. */
static void
survives_mutation(void **state)
{
	AUTO(buf_release) struct buf good = BUF_INIT;
	AUTO(arena_free) struct arena *keep = arena_new();
	unsigned taken = 0;
	uint32_t seed = 2463534242U;

	(void)state;
	findings_encode(sample(keep), &good);
	for (int round = 0; round < 20000; round++) {
		AUTO(arena_free) struct arena *a = arena_new();
		AUTO(buf_release) struct buf b = BUF_INIT, again = BUF_INIT;
		struct findings *f;
		struct err e = ERR_INIT;

		buf_add_slice(&b, buf_slice(&good));
		for (uint32_t n = next_random(&seed) % 4; n <= 4; n++)
			b.ptr[next_random(&seed) % b.len] =
			    (char)(next_random(&seed) % 3 == 0 ? 0xFF :
			    next_random(&seed));
		if (next_random(&seed) % 4 == 0)
			b.len = next_random(&seed) % b.len;
		/* Right behind the bytes nothing may be read: a copy of its own. */
		{
			AUTO(xfree) char *copy = xmalloc(b.len);

			memcpy(copy, b.ptr, b.len);
			if (findings_decode(a, slice_make(copy, b.len), &f, &e) < 0)
				continue;
		}
		taken++;
		findings_encode(f, &again);
		assert_true(again.len <= b.len);
	}
	assert_true(taken > 100);	/* strings may change: else nothing is tried */
}

static void
names_go_both_ways(void **state)
{
	(void)state;
	for (int k = 0; k < EFFECT_N; k++)
		assert_int_equal(effect_kind_find(slice_str(
		    effect_kind_name((enum effect_kind)k))), k);
	assert_int_equal(effect_kind_find(SLICE_LIT("pigeon")), -1);
	for (int by = 0; by < BY_N; by++)
		assert_non_null(decided_by_name((enum decided_by)by));
	assert_string_equal(decided_by_name(BY_BELOW_NEEDS), "below-needs");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_as_it_went),
		cmocka_unit_test(cuts_what_is_too_long),
		cmocka_unit_test(an_opening_is_bounded),
		cmocka_unit_test(the_largest_fits),
		cmocka_unit_test(cut_short_is_refused),
		cmocka_unit_test(wrong_values_are_refused),
		cmocka_unit_test(takes_memory_for_what_has_arrived),
		cmocka_unit_test(what_nobody_asked_for_is_not_sent),
		cmocka_unit_test(survives_mutation),
		cmocka_unit_test(names_go_both_ways),
	};

	return cmocka_run_group_tests_name("findings", tests, NULL, NULL);
}
