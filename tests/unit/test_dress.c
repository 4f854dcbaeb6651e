/* SPDX-License-Identifier: MIT */
#include "net/dress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base64.h"

/* A slice of a literal, NULs and all. */
#define L(s)	{ "" s, sizeof(s) - 1 }
#define M(s)	((struct slice)L(s))

static const struct dress_line ours[] = {
	{ "X-Mroute-Id", "01ABC.1" },
	{ "X-Mroute-Route", "press" },
};

static void
line_ends_become_crlf_and_nothing_else(void **state)
{
	static const struct {
		const char *label;
		struct slice raw, want;
	} cases[] = {
		{ "LF", L("A: b\n\nhi\n"), L("A: b\r\n\r\nhi\r\n") },
		{ "CRLF", L("A: b\r\n\r\nhi\r\n"), L("A: b\r\n\r\nhi\r\n") },
		{ "both", L("A: b\r\n\nhi\r\nyou\n"), L("A: b\r\n\r\nhi\r\nyou\r\n") },
		{ "no line end at the end", L("A: b\n\nhi"), L("A: b\r\n\r\nhi") },
		{ "empty", L(""), L("") },
		{ "only line ends", L("\n\n\r\n"), L("\r\n\r\n\r\n") },
		{ "dots stay for SMTP to stuff", L(".\n..\n"), L(".\r\n..\r\n") },
		{ "NUL", L("A: b\n\na\0b\n"), L("A: b\r\n\r\na\0b\r\n") },
		{ "8 bits", L("\xff\x80\n\xc3\xa4\n"), L("\xff\x80\r\n\xc3\xa4\r\n") },
		{ "From_", L("From me Sat Nov 28 2026\nA: b\n"), L("A: b\r\n") },
		{ "From_ with CRLF", L("From me Sat\r\nA: b\r\n"), L("A: b\r\n") },
		{ "From_ alone", L("From me"), L("") },
		{ "From_ once", L("From a\nFrom b\n"), L("From b\r\n") },
		{ "From_ further down", L("A: b\n\nFrom me\n"),
		    L("A: b\r\n\r\nFrom me\r\n") },
		{ "the header in its old form", L("From : a@b\n"), L("From : a@b\r\n") },
		{ "the header", L("From: a@b\n"), L("From: a@b\r\n") },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT;
		struct err e = ERR_INIT;
		bool wrapped = true;

		assert_int_equal(dress_message(cases[i].raw, NULL, 0, DRESS_CRLF,
		    &out, &wrapped, &e), 0);
		if (wrapped || !slice_eq(buf_slice(&out), cases[i].want))
			fail_msg("%s: '%s'", cases[i].label, buf_str(&out));
	}
}

static void
the_raw_form_keeps_every_byte(void **state)
{
	static const struct {
		const char *label;
		struct slice raw, want;
	} cases[] = {
		{ "LF", L("A: b\n\nhi\n"), L("X-Mroute-Id: 01ABC.1\n"
		    "X-Mroute-Route: press\nA: b\n\nhi\n") },
		{ "CRLF", L("A: b\r\n\r\nhi"), L("X-Mroute-Id: 01ABC.1\r\n"
		    "X-Mroute-Route: press\r\nA: b\r\n\r\nhi") },
		{ "bare CR and NUL", L("A: b\n\n\r\0\r\r\n"),
		    L("X-Mroute-Id: 01ABC.1\nX-Mroute-Route: press\n"
		    "A: b\n\n\r\0\r\r\n") },
		{ "From_ goes", L("From me\r\nA: b\n"), L("X-Mroute-Id: 01ABC.1\n"
		    "X-Mroute-Route: press\nA: b\n") },
		{ "empty", L(""), L("X-Mroute-Id: 01ABC.1\nX-Mroute-Route: press\n") },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT;
		struct err e = ERR_INIT;
		bool wrapped = true;

		assert_int_equal(dress_message(cases[i].raw, ours, NELEM(ours),
		    DRESS_RAW, &out, &wrapped, &e), 0);
		if (wrapped || !slice_eq(buf_slice(&out), cases[i].want))
			fail_msg("%s: '%s'", cases[i].label, buf_str(&out));
	}
}

static void
a_continuation_at_the_front_continues_nothing_of_ours(void **state)
{
	static const enum dress_form forms[] = { DRESS_CRLF, DRESS_RAW };

	(void)state;
	for (size_t i = 0; i < NELEM(forms); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT;
		struct err e = ERR_INIT;
		bool wrapped;
		const char *route;

		assert_int_equal(dress_message(M("\t forged\nA: b\n"), ours,
		    NELEM(ours), forms[i], &out, &wrapped, &e), 0);
		route = strstr(out.ptr, "X-Mroute-Route: press");
		assert_non_null(route);
		route = strchr(route, '\n');
		assert_non_null(route);
		assert_int_equal(strncmp(route, "\nX-Mroute-Note: ", 16), 0);
	}
}

static void
our_lines_are_checked(void **state)
{
	static char long_value[1000];
	const struct dress_line bad[] = {
		{ "X-Mroute-Route", "press\r\nBcc: all@b.example" },
		{ "X-Mroute-Route", "press\n" },
		{ "X-Mroute-Route", "pr\ress" },
		{ "X-Mroute-Route", "pr\tess" },
		{ "X-Mroute-Route", "pr\xc3\xa4ss" },
		{ "X-Mroute-Route", long_value },
		{ "X-Mroute-Route: x\nY", "a" },
		{ "X Y", "a" },
		{ "X:", "a" },
		{ "", "a" },
	};

	(void)state;
	memset(long_value, 'a', sizeof long_value - 1);
	for (size_t i = 0; i < NELEM(bad); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT;
		struct err e = ERR_INIT;
		bool wrapped;

		assert_int_equal(dress_message(M("A: b\n"), &bad[i], 1, DRESS_CRLF,
		    &out, &wrapped, &e), -1);
		assert_int_equal(e.kind, ERR_DATA);
	}
}

/* base64 back into bytes; the test's own, and as strict as it gets. */
static size_t
decode(const char *s, unsigned char *out)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t v = 0;
	unsigned bits = 0;
	size_t n = 0, line = 0;

	for (; *s != '\0' && *s != '='; s++) {
		const char *d = strchr(digit, *s);

		if (*s == '\r' || *s == '\n') {
			line = 0;
			continue;
		}
		assert_non_null(d);
		assert_true(++line <= 76);
		v = v << 6 | (uint32_t)(d - digit);
		if ((bits += 6) >= 8)
			out[n++] = (unsigned char)(v >> (bits -= 8));
	}
	return n;
}

static void
a_bare_cr_travels_inside(void **state)
{
	static const struct {
		const char *label;
		struct slice raw;
		const char *shown;		/* between our lines and MIME-Version */
	} cases[] = {
		{ "in the body", L("From: a@b\nSubject: x\n  y\nBcc: z\n\na\rb\n"),
		    "From: a@b\r\nSubject: x\r\n  y\r\n" },
		{ "at the end", L("Subject: x\n\nab\r"), "Subject: x\r\n" },
		{ "before CRLF", L("Subject: x\r\n\r\nab\r\r\n"), "Subject: x\r\n" },
		{ "in a field", L("From: a@b\nSubject: x\ry\n\nz\n"), "From: a@b\r\n" },
		{ "a field twice", L("Subject: 1\nSubject: 2\n\n\r"),
		    "Subject: 1\r\n" },
		{ "8 bits in a field", L("Subject: \xc3\xa4\nTo: a@b\n\n\r"),
		    "To: a@b\r\n" },
		{ "after From_", L("From me\nTo: a@b\n\n\r"), "To: a@b\r\n" },
		{ "nothing else", L("\r"), "" },
		{ "57 bytes", L("\r56789012345678901234567890123456789012345678901"
		    "23456789"), "" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT, front = BUF_INIT;
		struct slice raw = cases[i].raw;
		unsigned char bytes[512];
		struct err e = ERR_INIT;
		bool wrapped = false;
		const char *body;
		size_t n;

		assert_int_equal(dress_message(raw, ours, NELEM(ours), DRESS_CRLF,
		    &out, &wrapped, &e), 0);
		assert_true(wrapped);
		buf_addf(&front, "X-Mroute-Id: 01ABC.1\r\nX-Mroute-Route: press\r\n"
		    "%sMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n",
		    cases[i].shown);
		if (strncmp(out.ptr, front.ptr, front.len) != 0)
			fail_msg("%s: '%s'", cases[i].label, out.ptr);
		body = strstr(out.ptr, "\r\n\r\n");
		assert_non_null(body);
		n = decode(body + 4, bytes);
		if (slice_starts(raw, "From "))
			raw = slice_sub(raw, slice_find(raw, '\n') + 1, raw.len);
		if (!slice_eq(raw, slice_make((char *)bytes, n)))
			fail_msg("%s: other bytes inside", cases[i].label);
		/* What goes out has no bare CR any more. */
		for (size_t k = 0; k < out.len; k++)
			if (out.ptr[k] == '\r' && out.ptr[k + 1] != '\n')
				fail_msg("%s: bare CR", cases[i].label);
	}
}

static void
base64_is_as_in_the_rfc(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },	/* RFC 4648, section 10 */
		{ "\xff\xfe\xfb", "//77" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT;

		base64_add(&b, slice_str(cases[i][0]));
		assert_string_equal(buf_str(&b), cases[i][1]);
	}
}

/* Thirty megabytes of long lines: every byte is accounted for. */
static void
size_is_no_matter(void **state)
{
	AUTO(buf_release) struct buf raw = BUF_INIT, out = BUF_INIT, back = BUF_INIT;
	struct slice rest;
	struct slice line;
	struct err e = ERR_INIT;
	bool wrapped;

	(void)state;
	buf_reserve(&raw, 30 << 20);
	while (raw.len < 30 << 20) {
		size_t n = raw.len % 70000 + 1;

		for (size_t i = 0; i < n; i += 16)
			buf_add_str(&raw, "..From 0123456789");
		buf_add_char(&raw, '\n');
	}
	assert_int_equal(dress_message(buf_slice(&raw), NULL, 0, DRESS_CRLF, &out,
	    &wrapped, &e), 0);
	buf_reserve(&back, raw.len);
	for (rest = buf_slice(&out); slice_next(&rest, '\n', &line); ) {
		if (rest.ptr == NULL)
			break;
		assert_true(line.len > 0 && line.ptr[line.len - 1] == '\r');
		buf_add(&back, line.ptr, line.len - 1);
		buf_add_char(&back, '\n');
	}
	assert_true(slice_eq(buf_slice(&back), buf_slice(&raw)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_ends_become_crlf_and_nothing_else),
		cmocka_unit_test(the_raw_form_keeps_every_byte),
		cmocka_unit_test(a_continuation_at_the_front_continues_nothing_of_ours),
		cmocka_unit_test(our_lines_are_checked),
		cmocka_unit_test(a_bare_cr_travels_inside),
		cmocka_unit_test(base64_is_as_in_the_rfc),
		cmocka_unit_test(size_is_no_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
