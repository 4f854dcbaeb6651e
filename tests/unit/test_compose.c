/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "model/compose.h"
#include "model/envelope.h"
#include "model/message.h"

static struct config cfg = { .limits = { .message_size = 1 << 20, .headers = 100,
    .header_size = 16384, .parts = 100, .depth = 10, .body_window = 65536 } };

static const struct {
	const char *label, *name, *subject, *body;
	const char *want_subject, *want_body;
} cases[] = {
	{ "plain", "mroute", "mroute alarm: disk", "Disk is full.\nDo something.\n",
	    "mroute alarm: disk", "Disk is full.\nDo something.\n" },
	{ "words of another language", "mroute", "Stra\u00DFe \u8FD4\u4FE1",
	    "Gr\u00FC\u00DFe\n\u8FD4\u4FE1\n", "Stra\u00DFe \u8FD4\u4FE1",
	    "Gr\u00FC\u00DFe\n\u8FD4\u4FE1\n" },
	{ "a long subject", "mroute",
	    "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 "
	    "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789",
	    "x\n",
	    "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 "
	    "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789",
	    "x\n" },
	{ "line ends in the subject", "mroute", "a\r\nBcc: evil@x.example\n\nb", "x\n",
	    "a Bcc: evil@x.example b", "x\n" },
	{ "line ends in the name", "m\nBcc: evil@x.example", "s", "x\n", "s", "x\n" },
	{ "quotes in the name", "\"m\\", "s", "x\n", "s", "x\n" },
	{ "bytes that are no text", "m", "a\xFF\x01z", "b\xFF\x02z\n",
	    "a\uFFFD z", "b\uFFFD z\n" },
	{ "no name", NULL, "s", "x\n", "s", "x\n" },
	{ "dots and From", "m", "s", ".\nFrom here\n..\n", "s", ".\nFrom here\n..\n" },
	{ "empty body", "m", "s", "", "s", "" },
};

static struct slice
first(struct message *m, enum field_id id)
{
	const struct values *v = message_values(m, &(struct field_ref){ .id = id });

	return v->n > 0 ? v->v[0].text.norm : slice_make("", 0);
}

static struct slice
named(struct message *m, const char *name)
{
	const struct values *v = message_values(m,
	    &(struct field_ref){ .id = FIELD_HEADER, .header = slice_str(name) });

	assert_int_equal(v->n, 1);
	return v->v[0].text.orig;
}

/* Blanks in a row are one: folding may turn one into another. */
static void
squeeze(struct slice s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != ' ' || (i > 0 && s.ptr[i - 1] != ' '))
			buf_add_char(out, s.ptr[i]);
	buf_reserve(out, 0);
}

static void
assert_sendable(struct slice mail)
{
	struct slice line;

	while (slice_next(&mail, '\n', &line)) {
		assert_true(line.len <= 998);
		for (size_t i = 0; i < line.len; i++)
			assert_true((signed char)line.ptr[i] > 0 && line.ptr[i] != '\r');
	}
}

static void
test_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct compose_mail c = { cases[i].name, "mroute@host.example",
			"owner@company.example", cases[i].subject, cases[i].body,
			"host.example", INT64_C(1795891621123) };
		struct envelope env = { .recipient = "owner@company.example" };
		struct buf b = BUF_INIT, subject = BUF_INIT;
		struct message *m;

		compose_text(&c, &b);
		assert_sendable(buf_slice(&b));
		m = message_read(buf_slice(&b), &env, &cfg, NULL);
		squeeze(first(m, FIELD_SUBJECT), &subject);
		assert_string_equal(buf_str(&subject), cases[i].want_subject);
		if (cases[i].want_body[0] != '\0')
			assert_true(slice_eq_str(first(m, FIELD_BODY),
			    cases[i].want_body));
		assert_true(slice_eq_str(first(m, FIELD_FROM_ADDRESS),
		    "mroute@host.example"));
		assert_true(slice_eq_str(first(m, FIELD_TO), "owner@company.example"));
		assert_true(slice_eq_str(named(m, "auto-submitted"), "auto-generated"));
		assert_true(slice_eq_str(named(m, "x-auto-response-suppress"), "All"));
		assert_true(slice_eq_str(named(m, "date"),
		    "Sat, 28 Nov 2026 18:47:01 +0000"));
		assert_true(slice_ends_case(named(m, "message-id"), "@host.example>"));
		assert_int_equal(message_values(m, &(struct field_ref){
		    .id = FIELD_HEADER, .header = SLICE_LIT("bcc") })->n, 0);
		assert_int_equal(message_facts(m, NULL), 0);
		message_free(&m);
		buf_release(&subject);
		buf_release(&b);
	}
}

static void
test_long_lines_are_broken(void **state)
{
	AUTO(xfree) char *body = xmalloc(100001);
	struct compose_mail c = { "m", "a@b.example", "c@d.example", "s", body,
		"h.example", 0 };
	struct buf b = BUF_INIT;

	(void)state;
	memset(body, 'x', 100000);
	body[100000] = '\0';
	compose_text(&c, &b);
	assert_sendable(buf_slice(&b));
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comes_back),
		cmocka_unit_test(test_long_lines_are_broken),
	};

	return cmocka_run_group_tests_name("compose", tests, NULL, NULL);
}
