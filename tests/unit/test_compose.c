/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/command.h"
#include "base/file.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "model/compose.h"
#include "model/envelope.h"
#include "model/message.h"
#include "tempdir.h"

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
		const char *to = "owner@company.example";
		struct compose_mail c = { cases[i].name, "mroute@host.example",
			&to, 1, cases[i].subject, cases[i].body,
			"host.example", INT64_C(1795891621123), NULL };
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
	const char *to = "c@d.example";
	struct compose_mail c = { "m", "a@b.example", &to, 1, "s", body,
		"h.example", 0, NULL };
	struct buf b = BUF_INIT;

	(void)state;
	memset(body, 'x', 100000);
	body[100000] = '\0';
	compose_text(&c, &b);
	assert_sendable(buf_slice(&b));
	buf_release(&b);
}

/* ---- with HTML and images ---- */

static char image_bytes[2][3000];

/* 20 addresses, what mail quotes, two images of all bytes there are. */
static const char *const recipients[] = {
	"ann@company.example", "bob.with.a.long.name@marketing.company.example",
	"c3@company.example", "c4@company.example", "c5@company.example",
	"c6@company.example", "c7@company.example", "c8@company.example",
	"c9@company.example", "\"odd;name\"@company.example",
};

static const struct {
	const char *label, *subject, *text, *html;
	size_t n_image;
} mails[] = {
	{ "usual", "mroute: week 2026-W47, 412 messages, 91 % routed",
	    "Week 47\n\u2588\u2588\u2588\u2588\u2588\u258C  press  212\n.\nFrom x\n",
	    "<p>Week 47 &#8230;</p>\n<img src=\"cid:%s\" alt=\"a\">"
	    "<img src=\"cid:%s\" alt=\"b\">\n", 2 },
	{ "no images", "mroute: week 2026-W47, no message", "Nothing came.\n",
	    "<p>Nothing came.</p>\n", 0 },
	{ "quotes mail", "\u202E \U0001F600 Gr\u00FC\u00DFe \u8FD4\u4FE1 "
	    "\u8FD4\u4FE1\u8FD4\u4FE1\u8FD4\u4FE1\u8FD4\u4FE1\u8FD4\u4FE1 and so on "
	    "until the line has to be folded, and then some more \u8FD4\u4FE1",
	    "=20 trailing \t\n--=-boundary\n\n--\n\n\x01x",
	    "<td style=\"a=b;c=3D\">&lt;script&gt; \U0001F600</td>\n", 0 },
};

static void
put_file(const char *name, struct slice bytes)
{
	AUTO(fd_close) int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct err e = ERR_INIT;

	if (file_replace(here, name, bytes, 0600, &e) < 0)
		fail_msg("%s", e.text);
}

static void
put_mail(size_t i)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct buf out = BUF_INIT, html = BUF_INIT, clean = BUF_INIT, to = BUF_INIT;
	struct compose_mail c = { "mroute", "mroute@mx.company.example", recipients,
		NELEM(recipients), mails[i].subject, mails[i].text, "mx.company.example",
		INT64_C(1795891621123), "mroute-summary" };
	struct compose_image image[2] = {
		{ "volume", compose_cid(a, &c, "volume"), "image/png",
		    slice_make(image_bytes[0], sizeof image_bytes[0]) },
		{ "trends", compose_cid(a, &c, "trends"), "image/png",
		    slice_make(image_bytes[1], 1) },
	};
	const char *at = mails[i].html, *next;

	for (size_t k = 0; (next = strstr(at, "%s")) != NULL; k++, at = next + 2)
		buf_addf(&html, "%.*s%s", (int)(next - at), at, image[k].cid);
	buf_add_str(&html, at);
	compose_alternative(&c, buf_str(&html), image, mails[i].n_image, &out);
	assert_sendable(buf_slice(&out));

	put_file("mail", buf_slice(&out));
	put_file("html", buf_slice(&html));
	utf8_clean(&clean, slice_str(mails[i].text), true);
	put_file("text", buf_slice(&clean));
	buf_reset(&clean);
	utf8_clean(&clean, slice_str(mails[i].subject), false);
	put_file("subject", buf_slice(&clean));
	for (size_t k = 0; k < NELEM(recipients); k++)
		buf_addf(&to, "%s\n", recipients[k]);
	put_file("to", buf_slice(&to));
	for (size_t k = 0; k < mails[i].n_image; k++)
		put_file(arena_printf(a, "%s.png", image[k].cid), image[k].bytes);
	buf_release(&out);
	buf_release(&html);
	buf_release(&clean);
	buf_release(&to);
}

enum { READ_TIME = 60000, READ_MAX = 1 << 20 };

static void
test_alternative_is_read_by_others(void **state)
{
	AUTO(xfree) char *root = getcwd(NULL, 0);
	AUTO(xfree) char *reader = xasprintf("%s/tests/tools/mail.py", root);
	const char *const there[] = { "/usr/bin/env", "python3", "-c",
		"import email.policy", NULL };
	const char *const argv[] = { "/usr/bin/env", "python3", reader, ".", NULL };
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct err e = ERR_INIT;
	int status = -1;

	(void)state;
	if (command_run(there, READ_TIME, READ_MAX, &out, &status, &e) < 0 ||
	    status != 0) {
		print_message("# SKIPPED: no python3: our mail was not read by "
		    "another's code\n");
		skip();
	}
	for (size_t i = 0; i < sizeof image_bytes[0]; i++)
		image_bytes[0][i] = (char)(i * 7 + i / 256);
	for (size_t i = 0; i < NELEM(mails); i++) {
		void *dir = NULL;

		assert_int_equal(tempdir_setup(&dir), 0);
		put_mail(i);
		if (command_run(argv, READ_TIME, READ_MAX, &out, &status, &e) < 0)
			fail_msg("%s", e.text);
		if (status != 0)
			fail_msg("%s: %s", mails[i].label, buf_str(&out));
		assert_int_equal(tempdir_teardown(&dir), 0);
	}
	assert_int_equal(chdir(root), 0);
}

static void
test_fields_of_a_series(void **state)
{
	static const struct {
		const char *name, *want;
	} fields[] = {
		{ "auto-submitted", "auto-generated" },
		{ "x-auto-response-suppress", "All" },
		{ "list-id", "<mroute-summary.mx.company.example>" },
		{ "mime-version", "1.0" },
	};
	const char *to = "ann@company.example";
	struct compose_mail c = { "mroute", "mroute@mx.company.example", &to, 1, "s",
		"x\n", "MX.Company.example", INT64_C(1795891621123), "mroute-summary" };
	struct envelope env = { .recipient = "ann@company.example" };
	struct buf b = BUF_INIT, again = BUF_INIT;
	struct message *m, *other;

	(void)state;
	compose_alternative(&c, "<p>x</p>", NULL, 0, &b);
	compose_alternative(&c, "<p>x</p>", NULL, 0, &again);
	m = message_read(buf_slice(&b), &env, &cfg, NULL);
	other = message_read(buf_slice(&again), &env, &cfg, NULL);
	for (size_t i = 0; i < NELEM(fields); i++)
		assert_true(slice_eq_str(named(m, fields[i].name), fields[i].want));
	assert_false(slice_eq(named(m, "message-id"), named(other, "message-id")));
	assert_int_equal(message_values(m, &(struct field_ref){ .id = FIELD_HEADER,
	    .header = SLICE_LIT("precedence") })->n, 0);
	message_free(&m);
	message_free(&other);
	buf_release(&b);
	buf_release(&again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comes_back),
		cmocka_unit_test(test_long_lines_are_broken),
		cmocka_unit_test(test_alternative_is_read_by_others),
		cmocka_unit_test(test_fields_of_a_series),
	};

	return cmocka_run_group_tests_name("compose", tests, NULL, NULL);
}
