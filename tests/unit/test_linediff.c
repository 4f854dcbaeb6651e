/* SPDX-License-Identifier: MIT */
/* Differences as diff -u shows them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/linediff.h"
#include "mutate.h"

static const struct {
	const char *a, *b, *want;
} cases[] = {
	{ "", "", "" },
	{ "a\nb\n", "a\nb\n", "" },
	{ "a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n" },
	{ "", "x\n", "@@ -0,0 +1 @@\n+x\n" },
	{ "x\n", "", "@@ -1 +0,0 @@\n-x\n" },
	{ "x", "x\n", "@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n" },
	{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nnew\n5\n6\n7\n8\n9\n",
	    "@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+new\n 5\n 6\n 7\n" },
	/* six lines between two changes are one hunk, seven are two */
	{ "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
	    "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n" },
	{ "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
	    "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n"
	    "@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n" },
	{ "a\nb\nc\n", "c\na\nb\n", "@@ -1,3 +1,3 @@\n+c\n a\n b\n-c\n" },
};

static void
shown_as_patches_are(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT, want = BUF_INIT;

		if (cases[i].want[0] != '\0')
			buf_add_str(&want, "--- old\n+++ new\n");
		buf_add_str(&want, cases[i].want);
		linediff(slice_str(cases[i].a), slice_str(cases[i].b), "old", "new",
		    false, &out);
		assert_string_equal(buf_str(&out), buf_str(&want));
	}
}

/* The lines of one side: those that stay, and those with its sign. */
static void
side(struct slice diff, char sign, struct buf *out)
{
	struct slice line;

	buf_reset(out);
	for (unsigned n = 0; slice_next(&diff, '\n', &line); n++)
		if (n >= 3 && line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == sign)) {
			buf_add_slice(out, slice_sub(line, 1, line.len));
			buf_add_char(out, '\n');
		}
}

static void
put_lines(struct mutator *m, struct buf *out)
{
	buf_reset(out);
	for (size_t n = mutator_next(m, 5); n > 0; n--)
		buf_addf(out, "%c\n", (char)('a' + mutator_next(m, 3)));
}

/* Texts of so few lines that all of them stand in the one hunk. */
static void
both_texts_are_in_it(void **state)
{
	AUTO(buf_release) struct buf a = BUF_INIT, b = BUF_INIT, out = BUF_INIT;
	AUTO(buf_release) struct buf old = BUF_INIT, new = BUF_INIT;
	struct mutator m = mutator_begin(3);
	unsigned n = 0;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		put_lines(&m, &a);
		put_lines(&m, &b);
		buf_reset(&out);
		linediff(buf_slice(&a), buf_slice(&b), "a", "b", false, &out);
		if (out.len == 0) {
			assert_string_equal(buf_str(&a), buf_str(&b));
			continue;
		}
		n++;
		side(buf_slice(&out), '-', &old);
		side(buf_slice(&out), '+', &new);
		assert_string_equal(buf_str(&old), buf_str(&a));
		assert_string_equal(buf_str(&new), buf_str(&b));
	}
	assert_true(n > 10000);
}

/* Beyond LINEDIFF_CELLS the middle is replaced as a whole. */
static void
large_texts_too(void **state)
{
	enum { LINES = 4000 };
	AUTO(buf_release) struct buf a = BUF_INIT, b = BUF_INIT, out = BUF_INIT;

	(void)state;
	for (unsigned i = 0; i < LINES; i++) {
		buf_addf(&a, "%u\n", i);
		buf_addf(&b, "%u\n", i % 2 == 0 ? i : 10 * i);
	}
	linediff(buf_slice(&a), buf_slice(&b), "a", "b", false, &out);
	assert_true(slice_starts(buf_slice(&out), "--- a\n+++ b\n@@ -1,4000 +1,4000 @@\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shown_as_patches_are),
		cmocka_unit_test(both_texts_are_in_it),
		cmocka_unit_test(large_texts_too),
	};

	return cmocka_run_group_tests_name("linediff", tests, NULL, NULL);
}
