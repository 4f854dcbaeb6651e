/* SPDX-License-Identifier: MIT */
/* Which phrases make others needless: told rightly, and of many at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/buf.h"
#include "mutate.h"
#include "rules/cover.h"
#include "rules/overlap.h"

static const struct phrase *
phrase(struct arena *a, const char *text)
{
	const char *error = NULL;
	const struct phrase *p = phrase_compile(a, slice_str(text), &error);

	if (p == NULL)
		fail_msg("'%s': %s", text, error);
	return p;
}

static const struct {
	const char *wide, *narrow;
	bool holds;
} cases[] = {
	{ "sponsor*", "sponsorship", true },
	{ "sponsor*", "sponsor*", true },
	{ "sponsor*", "become a sponsor", true },
	{ "sponsor*", "sponsorships*", true },
	{ "sponsorship", "sponsor*", false },
	{ "sponsor", "sponsors", false },
	{ "sponsor", "sponsor*", false },
	{ "press", "press kit", true },
	{ "press", "press-kit", true },
	{ "press", "pressing", false },
	{ "press", "espresso", false },
	{ "press kit", "Press   Kit", true },
	{ "press kit", "press kits", false },
	{ "press* kit", "pressing kit", true },
	{ "press* kit", "press* kit*", false },
	{ "press* kit*", "press* kit", true },
	{ "*bewerbung", "initiativbewerbung", true },
	{ "*bewerbung", "*bewerbung als", true },
	{ "bewerbung", "*bewerbung", false },
	{ "*werb*", "bewerbung", true },
	{ "c++", "c++ developer", true },
	{ "c", "c++", true },
	{ "50%", "150%", false },
	{ "website", "website's", true },
	{ "\xE5\xBA\x83\xE5\x91\x8A", "\xE5\xBA\x83\xE5\x91\x8A\xE6\x8E\xB2\xE8\xBC\x89", true },
};

static void
one_phrase_covers_another(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++)
		if (cover_holds(phrase(a, cases[i].wide), phrase(a, cases[i].narrow)) !=
		    cases[i].holds)
			fail_msg("'%s' and '%s'", cases[i].wide, cases[i].narrow);
}

/* Words that are often beginnings or ends of each other. */
static void
put_phrase(struct mutator *m, struct buf *b)
{
	static const char *const cores[] = { "a", "ab", "aba", "b", "ba", "a-b", "%",
		"\xE5\xBA\x83" };
	size_t n = 1 + mutator_next(m, 3);

	buf_reset(b);
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "%s%s%s%s", i > 0 ? " " : "",
		    mutator_next(m, 4) == 0 ? "*" : "",
		    cores[mutator_next(m, NELEM(cores))],
		    mutator_next(m, 3) == 0 ? "*" : "");
}

/* A text that the phrase is in: letters for its stars, something around it. */
static void
put_text(struct mutator *m, const char *text, struct buf *out)
{
	static const char *const around[] = { "", " ", "-", "a ", " b", "%", "1 ", " 1" };
	static const char *const letters[] = { "", "a", "b", "ab", "ba", "x1", "abab" };

	buf_set(out, mutator_next(m, 2) == 0 ? "" : around[mutator_next(m, 4)]);
	for (; *text != '\0'; text++) {
		if (*text == '*')
			buf_add_str(out, letters[mutator_next(m, NELEM(letters))]);
		else if (*text == ' ')
			buf_add_str(out, mutator_next(m, 2) == 0 ? " " : " \n ");
		else
			buf_add_char(out, *text);
	}
	buf_add_str(out, around[mutator_next(m, NELEM(around))]);
}

static void
what_one_finds_the_covering_one_finds(void **state)
{
	AUTO(buf_release) struct buf wide = BUF_INIT, narrow = BUF_INIT, text = BUF_INIT;
	struct mutator m = mutator_begin(7);
	unsigned covered = 0, found = 0;

	(void)state;
	for (unsigned i = 0; i < 60000; i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		const struct phrase *p, *q;
		size_t from, to;

		put_phrase(&m, &wide);
		put_phrase(&m, &narrow);
		p = phrase(a, buf_str(&wide));
		q = phrase(a, buf_str(&narrow));
		if (!cover_holds(p, q))
			continue;
		covered++;
		for (unsigned j = 0; j < 10; j++) {
			struct text t;

			put_text(&m, buf_str(&narrow), &text);
			t = text_make(a, buf_slice(&text));
			if (!phrase_find(q, &t, &from, &to))
				continue;
			found++;
			if (!phrase_find(p, &t, &from, &to))
				fail_msg("'%s' is in \"%s\", '%s' is not",
				    buf_str(&narrow), buf_str(&text), buf_str(&wide));
		}
	}
	assert_true(covered > 1000 && found > 10000);
}

struct taken {
	size_t tag[8];
	size_t n;
};

static bool
take(void *arg, const struct phrase *p, size_t tag)
{
	struct taken *t = arg;

	(void)p;
	if (t->n < NELEM(t->tag))
		t->tag[t->n++] = tag;
	return false;
}

static void
all_that_cover_are_found(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(cover_free) struct cover *c = cover_new();
	struct taken t = { .n = 0 };
	bool seen[16] = { false };

	(void)state;
	cover_each(c, phrase(a, "x"), take, &t);
	assert_int_equal(t.n, 0);
	cover_add(c, phrase(a, "gold spons* deck"), 0);
	cover_add(c, phrase(a, "*sor"), 1);
	cover_add(c, phrase(a, "deck"), 2);
	cover_add(c, phrase(a, "silver"), 3);
	cover_add(c, phrase(a, "gold"), 4);
	cover_add(c, phrase(a, "gold sponsor deck"), 5);
	cover_each(c, phrase(a, "our gold sponsor deck"), take, &t);
	for (size_t i = 0; i < t.n; i++)
		seen[t.tag[i]] = true;
	assert_int_equal(t.n, 5);
	assert_false(seen[3]);
}

static void
shape(char out[64], unsigned which, unsigned i)
{
	if (which == 0)
		snprintf(out, 64, "our product number %06u", i);
	else if (which == 1)
		snprintf(out, 64, "%06u is the number of ours", i);
	else if (which == 2)
		snprintf(out, 64, "sponsor* %06u", i);
	else
		snprintf(out, 64, "word%u word%u*", i / 316, i % 316);
}

/*
 * A hundred thousand phrases, all alike at the beginning, at the end, or in
 * both words: each costs about as much as it has letters.
 */
static void
the_cost_does_not_grow_with_the_square(void **state)
{
	enum { PHRASES = 100 * 1000, EACH = 400, SHAPES = 4 };

	(void)state;
	for (unsigned s = 0; s < SHAPES; s++) {
		AUTO(arena_free) struct arena *a = arena_new();
		AUTO(cover_free) struct cover *c = cover_new();
		const struct phrase **p = arena_calloc(a, PHRASES, sizeof *p);

		for (unsigned i = 0; i < PHRASES; i++) {
			char text[64];

			shape(text, s, i);
			p[i] = phrase(a, text);
			cover_add(c, p[i], i);
		}
		for (unsigned i = 0; i < PHRASES; i++) {
			struct taken t = { .n = 0 };

			cover_each(c, p[i], take, &t);
			if (t.n == 0)
				fail_msg("shape %u: %u does not cover itself", s, i);
		}
		if (cover_steps(c) > (uint64_t)EACH * PHRASES)
			fail_msg("shape %u: %ju steps", s, (uintmax_t)cover_steps(c));
	}
}

static const struct {
	struct field_ref a, b;
	bool overlap, within;
} fields[] = {
	{ { FIELD_SUBJECT, { NULL, 0 } }, { FIELD_ANY, { NULL, 0 } }, true, true },
	{ { FIELD_ANY, { NULL, 0 } }, { FIELD_SUBJECT, { NULL, 0 } }, true, false },
	{ { FIELD_SUBJECT, { NULL, 0 } }, { FIELD_TEXT, { NULL, 0 } }, false, false },
	{ { FIELD_START, { NULL, 0 } }, { FIELD_TEXT, { NULL, 0 } }, true, false },
	{ { FIELD_TEXT, { NULL, 0 } }, { FIELD_TEXT, { NULL, 0 } }, true, true },
	{ { FIELD_TEXT, { NULL, 0 } }, { FIELD_QUOTED, { NULL, 0 } }, false, false },
	{ { FIELD_HEADER, { "x-a", 3 } }, { FIELD_HEADER, { "x-a", 3 } }, true, true },
	{ { FIELD_HEADER, { "x-a", 3 } }, { FIELD_HEADER, { "x-b", 3 } }, false, false },
};

static void
fields_overlap(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(fields); i++)
		if (overlap_fields(&fields[i].a, &fields[i].b) != fields[i].overlap ||
		    overlap_fields(&fields[i].b, &fields[i].a) != fields[i].overlap ||
		    overlap_within(&fields[i].a, &fields[i].b) != fields[i].within)
			fail_msg("%s, %s", field_table[fields[i].a.id].name,
			    field_table[fields[i].b.id].name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_phrase_covers_another),
		cmocka_unit_test(what_one_finds_the_covering_one_finds),
		cmocka_unit_test(all_that_cover_are_found),
		cmocka_unit_test(the_cost_does_not_grow_with_the_square),
		cmocka_unit_test(fields_overlap),
	};

	return cmocka_run_group_tests_name("cover", tests, NULL, NULL);
}
