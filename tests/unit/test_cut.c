/* SPDX-License-Identifier: MIT */
/* Quotes and signatures are cut off: each file of tests/mail-shapes. */
#include "model_help.h"

#include <fcntl.h>

#include "base/file.h"
#include "model/html.h"
#include "model/text.h"

#define SHAPES	"tests/mail-shapes"
#define MARK	"\n=== what is new ===\n"

static struct slice
visible(struct slice body, bool html)
{
	struct html_out out;
	struct slice s;

	if (!html)
		return body;
	html_to_text(body, &out);
	s = arena_slice(arena, buf_slice(&out.visible));
	html_out_release(&out);
	return s;
}

/* False when something else was left; all files are looked at all the same. */
static bool
check_shape(const char *name)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	struct err e = ERR_INIT;
	char *path = arena_printf(arena, "%s/%s", SHAPES, name);
	struct slice s;
	struct text_cut cut;
	size_t mark;

	if (file_read(AT_FDCWD, path, 1 << 20, &file, &e) < 0)
		fail_msg("%s", e.text);
	s = buf_slice(&file);
	mark = slice_find_slice(s, SLICE_LIT(MARK));
	if (mark == SIZE_MAX)
		fail_msg("%s: no line '=== what is new ==='", name);
	cut = text_cut_quotes(arena, visible(slice_sub(s, 0, mark + 1),
	    slice_ends_case(slice_str(name), ".html")), false);
	s = slice_sub(s, mark + strlen(MARK), s.len);
	if (slice_eq(cut.text, s))
		return true;
	print_error("%s:\n got \"" SLICE_FMT "\"\nwant \"" SLICE_FMT "\"\n", name,
	    SLICE_ARG(cut.text), SLICE_ARG(s));
	return false;
}

static void
test_shapes(void **state)
{
	struct err e = ERR_INIT;
	struct names names = { NULL, 0 };
	unsigned n = 0, wrong = 0;

	(void)state;
	if (dir_names(AT_FDCWD, SHAPES, &names, &e) < 0)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < names.n; i++) {
		if (strcmp(names.name[i], "README.md") == 0)
			continue;
		wrong += !check_shape(names.name[i]);
		n++;
	}
	names_release(&names);
	assert_int_equal(wrong, 0);
	assert_true(n >= 140);
}

/* The subject says Fwd: then Outlook's block begins what is passed on. */
static void
test_forward_by_subject(void **state)
{
	static const char body[] = "Please look.\n\nFrom: Jane <j@x.example>\n"
	    "Sent: Monday\nTo: Bob\nSubject: Interview\n\nI'd like to talk.\n";
	struct text_cut cut;

	(void)state;
	cut = text_cut_quotes(arena, slice_str(body), true);
	assert_slice("all of it", cut.text, body);
	assert_true(cut.has_forward);
	cut = text_cut_quotes(arena, slice_str(body), false);
	assert_slice("an answer", cut.text, "Please look.\n");
	assert_false(cut.has_forward);
	assert_true(cut.has_quote);
}

/* Nothing gets lost: each line is in one of the two. */
static void
test_nothing_is_lost(void **state)
{
	static const char *const lines[] = { "Hello", "> quoted", "", "-- ",
		"On 3 May 2027, Bob wrote:", "From: x", "Sent: y", "Subject: z",
		"-----Original Message-----", "Sent from my phone", "Disclaimer",
		"this is confidential", "________________", "Forwarded message:",
		"---------- Forwarded message" };
	unsigned seed = 5;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		struct buf body = BUF_INIT;
		struct text_cut cut;
		size_t full = 0, got = 0;
		struct slice rest, line;

		for (int i = 0; i < 12; i++) {
			seed = seed * 1103515245U + 12345U;
			buf_add_str(&body, lines[(seed >> 16) % NELEM(lines)]);
			buf_add_char(&body, '\n');
		}
		cut = text_cut_quotes(arena, buf_slice(&body), seed % 2 == 0);
		for (rest = buf_slice(&body); slice_next(&rest, '\n', &line);)
			full += line.len > 0;
		for (rest = cut.text; slice_next(&rest, '\n', &line);)
			got += line.len > 0;
		for (rest = cut.quoted; slice_next(&rest, '\n', &line);)
			got += line.len > 0;
		assert_int_equal(got, full);
		buf_release(&body);
	}
}

/* Many candidates for everything, a window full of each. */
static void
test_bombs(void **state)
{
	static const char *const pieces[] = { "--\n", "> \n", "a\n\ndisclaimer\nb\n",
		"On 1 x\nOn 2 y\nOn 3 z:\n", "From: a\n", "From: a\nSent: b\n", "____________\n",
		"a:", "-----", "---- forwarded\n", ">", "\n", "a\n--\nb\n", "sent from my x\n" };
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < NELEM(pieces); i++) {
		struct text_cut cut;

		buf_reset(&b);
		while (b.len < 256 << 10)
			buf_add_str(&b, pieces[i]);
		cut = text_cut_quotes(arena, buf_slice(&b), i % 2 == 0);
		assert_true(cut.text.len + cut.quoted.len <= b.len + 1);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_forward_by_subject),
		cmocka_unit_test(test_nothing_is_lost),
		cmocka_unit_test(test_bombs),
	};

	return cmocka_run_group_tests_name("cut", tests, arena_setup, arena_teardown);
}
