/* SPDX-License-Identifier: MIT */
/*
 * Mails made to use up time, memory or stack.  Each is
 * read in a child that has what an examiner has: 512 MB of memory, 10 s of
 * processor, a stack of 1 MB even.  It must come out with what a sane reader
 * would tell, and say over-limit where it did not look at everything.
 */
#include "model_help.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#ifndef WITH_ASAN
#define WITH_ASAN 0
#endif

static void
repeat(struct buf *b, const char *piece, size_t n)
{
	size_t start = b->len, all = n * strlen(piece);

	buf_reserve(b, all);
	buf_add_str(b, piece);
	while (b->len - start < all)
		buf_add(b, b->ptr + start, MIN(b->len - start, all - (b->len - start)));
}

static bool
is_over_limit(const struct message *m)
{
	return (message_facts(m, NULL) & FACT_BIT(FACT_OVER_LIMIT)) != 0;
}

static int64_t
number(struct message *m, enum field_id id)
{
	return field(m, id)->v[0].number;
}

/* ---- B1 ---- */

static void
make_nested_multiparts(struct buf *b)
{
	buf_add_str(b, "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n");
	for (int i = 0; i < 60000; i++)
		buf_addf(b, "--b\nContent-Type: multipart/mixed; boundary=b%d\n\n", i);
}

static void
make_nested_messages(struct buf *b)
{
	buf_add_str(b, "Subject: s\n");
	repeat(b, "Content-Type: message/rfc822\n\n", 100000);
}

static void
make_many_parts(struct buf *b)
{
	buf_add_str(b, "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n");
	repeat(b, "--b\n\nx\n", 200000);
	buf_add_str(b, "--b--\n");
}

static void
make_large_header(struct buf *b)
{
	buf_add_str(b, "X-Large: ");
	repeat(b, "0123456789", 500000);
	buf_add_str(b, "\nSubject: s\n\nbody\n");
}

static void
make_many_headers(struct buf *b)
{
	buf_add_str(b, "Subject: s\n");
	repeat(b, "a: b\n", 1000000);
	buf_add_str(b, "\nbody\n");
}

static void
make_open_boundaries(struct buf *b)
{
	buf_add_str(b, "Subject: s\nContent-Type: multipart/mixed; boundary=b0\n\n");
	for (int i = 1; i < 1000; i++)
		buf_addf(b, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n",
		    i - 1, i);
	repeat(b, "--\n", 1000000);
}

static void
make_many_addresses(struct buf *b)
{
	buf_add_str(b, "Subject: s\nTo: ");
	for (int i = 0; i < 100000; i++)
		buf_addf(b, "a%d@x.example,\n ", i);
	buf_add_str(b, "z@x.example\n\nbody\n");
}

static void
make_many_references(struct buf *b)
{
	buf_add_str(b, "Subject: s\nReferences: ");
	repeat(b, "<a@b>\n ", 500000);
	buf_add_str(b, "\n\nbody\n");
}

static void
make_large_part(struct buf *b)
{
	buf_add_str(b, "Subject: s\nContent-Type: application/pdf\n"
	    "Content-Transfer-Encoding: base64\n\n");
	repeat(b, "SGVsbG8sIHdvcmxkSGVsbG8sIHdvcmxkSGVsbG8sIHdvcmxkSGVsbG8sIHdvcmxk\n",
	    900000);
}

static void
make_large_text(struct buf *b)
{
	buf_add_str(b, "Subject: s\n\nI'm a reporter. ");
	repeat(b, "word ", 1000000);
}

/* ---- B2 ---- */

static void
make_nested_groups(struct buf *b)
{
	static const char *const names[] = { "To", "From", "Cc", "Reply-To", "Sender",
		"Bcc", "Resent-To" };

	for (size_t i = 0; i < NELEM(names); i++) {
		buf_addf(b, "%s: ", names[i]);
		repeat(b, "a:", 50000);
		buf_add_char(b, '\n');
	}
	buf_add_str(b, "Subject: s\n\nbody\n");
}

static void
make_groups_inside(struct buf *b)
{
	buf_add_str(b, "Subject: s\nContent-Type: multipart/digest; boundary=b\n\n--b\n\n"
	    "Subject: inner\nTo: ");
	repeat(b, "a:", 500000);
	buf_add_str(b, "\n\nbody\n--b\nContent-Type: message/rfc822\n\nTo: ");
	repeat(b, "a:", 500000);
	buf_add_str(b, "\n\nbody\n--b--\n");
}

/* g_mime_multipart_get_boundary() would never return from this one. */
static void
make_endless_boundary(struct buf *b)
{
	buf_add_str(b, "Subject: s\nContent-Type: multipart/mixed; ");
	repeat(b, "n", 71);
	buf_add_str(b, "=\"\xC3\xA4\xC3\xA4\xC3\xA4\"\n\nbody\n");
}

static void
make_comments(struct buf *b)
{
	buf_add_str(b, "Subject: s\nContent-Type: ");
	repeat(b, "(", 100000);
	buf_add_str(b, "\nMIME-Version: ");
	repeat(b, "(", 100000);
	buf_add_str(b, "\n\nbody\n");
}

/* ---- text ---- */

static void
make_html(struct buf *b)
{
	buf_add_str(b, "Subject: s\nContent-Type: text/html\n\n");
	repeat(b, "<div><blockquote><span style='display:none'>a", 400000);
}

/* Text that takes three times its size, and of which nothing is left. */
static void
make_empty_html(struct buf *b)
{
	buf_add_str(b, "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n");
	for (int i = 0; i < 20; i++) {
		buf_add_str(b, "--b\nContent-Type: text/html; charset=windows-1252\n\n<!--");
		repeat(b, "\x80\x99", 1000000);
		buf_add_str(b, "-->\n");
	}
}

static void
make_marks(struct buf *b)
{
	buf_add_str(b, "Subject: s\nContent-Type: text/plain; charset=utf-8\n\na");
	repeat(b, "\xCC\x81\xCC\xA3", 1000000);
}

static void
make_expanding(struct buf *b)
{
	buf_add_str(b, "Subject: s\nContent-Type: text/plain; charset=utf-8\n\n");
	repeat(b, "\xEF\xB7\xBA", 30000);
}

static void
make_encoded_words(struct buf *b)
{
	buf_add_str(b, "Subject: s\nSubject: ");
	repeat(b, "=?utf-8?B?SGk=?=\n ", 500000);
	buf_add_str(b, "\nSubject: ");
	repeat(b, "=?a?Q?b", 500000);
	buf_add_str(b, "\n\nbody\n");
}

static void
make_parameters(struct buf *b)
{
	buf_add_str(b, "Subject: s\nContent-Type: application/x-y");
	for (int i = 0; i < 100000; i++)
		buf_addf(b, ";\n name*%d=a", i);
	buf_add_str(b, "\n\nbody\n");
}

static void
make_alternatives(struct buf *b)
{
	buf_add_str(b, "Subject: s\nContent-Type: multipart/alternative; boundary=b\n\n");
	for (int i = 0; i < 1900; i++)
		buf_addf(b, "--b\nContent-Type: text/%s\n\n%d\n",
		    i % 2 == 0 ? "plain" : "html", i);
	buf_add_str(b, "--b--\n");
}

static const struct {
	const char *label;
	void (*make)(struct buf *b);
	bool over_limit;
	int64_t parts;			/* attachments, at most */
} bombs[] = {
	{ "60,000 multiparts in each other", make_nested_multiparts, true, 0 },
	{ "100,000 messages in each other", make_nested_messages, true, 1 },
	{ "200,000 parts", make_many_parts, true, 0 },
	{ "one header field of 5 MB", make_large_header, true, 0 },
	{ "a million header fields", make_many_headers, true, 0 },
	{ "1000 open boundaries, a million lines", make_open_boundaries, true, 0 },
	{ "100,000 addresses", make_many_addresses, true, 0 },
	{ "500,000 references", make_many_references, true, 0 },
	{ "an attachment of 5 MB", make_large_part, false, 1 },
	{ "one line of 5 MB", make_large_text, true, 0 },
	{ "groups in groups", make_nested_groups, true, 0 },
	{ "groups in groups in a message inside", make_groups_inside, false, 2 },
	{ "a parameter that GMime encodes for ever", make_endless_boundary, false, 0 },
	{ "comments in comments", make_comments, true, 0 },
	{ "HTML that nests", make_html, true, 0 },
	{ "20 HTML parts of nothing", make_empty_html, true, 0 },
	{ "a letter with two million marks", make_marks, true, 0 },
	{ "a character that becomes eighteen", make_expanding, false, 0 },
	{ "500,000 encoded words", make_encoded_words, true, 0 },
	{ "100,000 pieces of a parameter", make_parameters, true, 1 },
	{ "1900 forms of a text", make_alternatives, true, 0 },
};

static int
read_bomb(size_t i, struct slice mail)
{
	struct message *m = message_read(mail, &test_envelope, &test_config, NULL);
	bool has_subject = field(m, FIELD_SUBJECT)->n > 0 &&
	    slice_starts(field(m, FIELD_SUBJECT)->v[0].text.orig, "s");
	int bad = 0;

	for (enum field_id id = 0; id < FIELD_N; id++)
		if (id != FIELD_HEADER)
			field(m, id);
	/* What comes behind a million fields is not looked at, and that is said. */
	if (!has_subject && !field(m, FIELD_SUBJECT)->capped)
		bad |= 1;
	if (is_over_limit(m) != bombs[i].over_limit)
		bad |= 2;
	if (number(m, FIELD_ATTACHMENTS) > bombs[i].parts)
		bad |= 4;
	if (number(m, FIELD_SIZE) != (int64_t)mail.len)
		bad |= 8;
	if (bombs[i].make == make_large_text &&
	    !slice_starts(field(m, FIELD_TEXT)->v[0].text.orig, "I'm a reporter."))
		bad |= 16;
	message_free(&m);
	return bad;
}

static void
set_limits(void)
{
	const struct rlimit core = { 0, 0 }, memory = { 512 << 20, 512 << 20 },
	    time = { WITH_ASAN ? 60 : 10, WITH_ASAN ? 60 : 10 };

	/* ASan's shadow alone is larger than any limit of ours. */
	if (setrlimit(RLIMIT_CORE, &core) < 0 || setrlimit(RLIMIT_CPU, &time) < 0 ||
	    (!WITH_ASAN && setrlimit(RLIMIT_AS, &memory) < 0))
		_exit(99);
}

static void
test_bombs(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(bombs); i++) {
		struct buf b = BUF_INIT;
		int status;
		pid_t pid;

		bombs[i].make(&b);
		fflush(NULL);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			set_limits();
			_exit(read_bomb(i, buf_slice(&b)));
		}
		buf_release(&b);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (WIFSIGNALED(status))
			fail_msg("%s: killed by signal %d", bombs[i].label,
			    WTERMSIG(status));
		if (WEXITSTATUS(status) != 0)
			fail_msg("%s: %s%s%s%s%s(%d)", bombs[i].label,
			    WEXITSTATUS(status) & 1 ? "subject " : "",
			    WEXITSTATUS(status) & 2 ? "over-limit " : "",
			    WEXITSTATUS(status) & 4 ? "attachments " : "",
			    WEXITSTATUS(status) & 8 ? "size " : "",
			    WEXITSTATUS(status) & 16 ? "text " : "",
			    WEXITSTATUS(status));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bombs),
	};

	return cmocka_run_group_tests_name("bombs", tests, arena_setup, arena_teardown);
}
