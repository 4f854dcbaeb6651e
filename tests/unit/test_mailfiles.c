/* SPDX-License-Identifier: MIT */
/* Which messages operands name, and the envelope that is guessed for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "cmd/cmd.h"
#include "cmd/mailfiles.h"
#include "model/guess.h"
#include "tempdir.h"

/* Part of main.c: the frame of the command line looks at it. */
const struct cmd *const cmd_list[] = { NULL };

#define FROM	"From a@b.example Sat Nov 28 18:47:01 2026\n"

static const struct {
	const char *label, *mbox;
	const char *want[4];
} boxes[] = {
	{ "no mbox", "Subject: x\n\nFrom here on\n",
	    { "Subject: x\n\nFrom here on\n" } },
	{ "one", FROM "Subject: x\n\ntext\n", { "Subject: x\n\ntext\n" } },
	{ "two", FROM "Subject: x\n\ntext\n\n" FROM "Subject: y\n\nmore\n\n",
	    { "Subject: x\n\ntext\n", "Subject: y\n\nmore\n" } },
	{ "CRLF", "From x Sat Nov 28 18:47:01 2026\r\nS: x\r\n\r\nt\r\n\r\n"
	    "From y Sat Nov 28 18:47:01 2026\r\nS: y\r\n",
	    { "S: x\r\n\r\nt\r\n", "S: y\r\n" } },
	{ "a sentence is no separator",
	    FROM "S: x\n\ntext\n\nFrom here on I will\n\n" FROM "S: y\n\n",
	    { "S: x\n\ntext\n\nFrom here on I will\n", "S: y\n" } },
	{ "nor one without an empty line", FROM "S: x\n\ntext\n" FROM "more\n",
	    { "S: x\n\ntext\n" FROM "more\n" } },
	{ "time zone", "From x Sat Nov 28 18:47:01 +0100 2026\nS: x\n\n"
	    "From x Sat Nov 28 18:47 2026 +0100\nS: y\n",
	    { "S: x\n", "S: y\n" } },
	{ "separator only", FROM, { "" } },
	{ "empty", "", { NULL } },
};

static void
cuts_an_mbox(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(boxes); i++) {
		struct slice rest = slice_str(boxes[i].mbox), m;
		size_t n = 0;

		while (mbox_next(&rest, &m)) {
			if (n == 4 || boxes[i].want[n] == NULL ||
			    !slice_eq_str(m, boxes[i].want[n]))
				fail_msg("%s: message %zu is '" SLICE_FMT "'",
				    boxes[i].label, n + 1, SLICE_ARG(m));
			n++;
		}
		if (n < 4 && boxes[i].want[n] != NULL)
			fail_msg("%s: %zu messages", boxes[i].label, n);
	}
}

static void
put_file(const char *name, const char *text)
{
	AUTO(fd_close) int fd = open(name, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
}

struct seen {
	struct buf names;
	int left;			/* stop after so many */
};

/* The name, and that descriptor and bytes say the same. */
static bool
see(void *arg, const struct mailfile *m)
{
	struct seen *s = arg;
	char bytes[256];
	ssize_t n = pread(m->fd, bytes, sizeof bytes, (off_t)m->offset);

	assert_true(n >= (ssize_t)m->bytes.len);
	if (m->bytes.len > 0)
		assert_memory_equal(bytes, m->bytes.ptr, m->bytes.len);
	buf_addf(&s->names, "%s ", m->name);
	return --s->left != 0;
}

static void
names(const char *label, char *operand, const char *want, uint64_t messages,
    uint64_t failed)
{
	struct seen s = { BUF_INIT, 0 };
	struct mailfiles_count count;

	mailfiles_each(&operand, 1, see, &s, &count);
	if (mailfiles_count(&operand, 1) != messages)
		fail_msg("%s: %ju counted", label,
		    (uintmax_t)mailfiles_count(&operand, 1));
	if (strcmp(buf_str(&s.names), want) != 0 || count.messages != messages ||
	    count.failed != failed)
		fail_msg("%s: %s(%ju messages, %ju failed)", label,
		    buf_str(&s.names), (uintmax_t)count.messages,
		    (uintmax_t)count.failed);
	buf_release(&s.names);
}

static void
finds_the_messages(void **state)
{
	static char file[] = "d/b.eml", dir[] = "d", maildir[] = "m", box[] = "box",
	    none[] = "none", empty[] = "e", nothing[] = "zero";
	static const char *const dirs[] = { "d", "d/sub", "d/.hidden", "m",
		"m/cur", "m/new", "m/tmp", "e" };
	struct seen s = { BUF_INIT, 2 };
	struct mailfiles_count count;
	char *two[] = { dir, maildir };
	char dash[] = "-", *standard_input = dash;

	(void)state;
	for (size_t i = 0; i < NELEM(dirs); i++)
		assert_int_equal(mkdir(dirs[i], 0700), 0);
	put_file("d/b.eml", "b");
	put_file("d/a.eml", "a");
	put_file("d/.c.eml", "c");
	put_file("d/sub/d.eml", "d");
	put_file("d/.hidden/e.eml", "e");
	assert_int_equal(symlink("..", "d/sub/up"), 0);
	put_file("m/cur/1:2,S", "1");
	put_file("m/new/2", "2");
	put_file("m/tmp/3", "3");
	put_file("m/dovecot-uidlist", "x");
	put_file("box", FROM "S: x\n\n\n" FROM "S: y\n");
	put_file("zero", "");

	names("file", file, "d/b.eml ", 1, 0);
	names("directory", dir, "d/a.eml d/b.eml d/sub/d.eml ", 3, 0);
	names("Maildir", maildir, "m/cur/1:2,S m/new/2 ", 2, 0);
	names("mbox", box, "box[1] box[2] ", 2, 0);
	names("empty file", nothing, "zero ", 1, 0);
	names("nothing there", none, "", 0, 1);
	names("empty directory", empty, "", 0, 1);
	/* What can be read once only is not counted beforehand. */
	assert_int_equal(mailfiles_count(&standard_input, 1), 0);

	mailfiles_each(two, 2, see, &s, &count);
	assert_string_equal(buf_str(&s.names), "d/a.eml d/b.eml ");
	buf_release(&s.names);
}

static const struct {
	const char *label, *message;
	const char *sender, *recipient;	/* NULL: not told */
} guesses[] = {
	{ "Return-Path", "Return-Path: <r@x.example>\nFrom: f@x.example\n\n",
	    "r@x.example", NULL },
	{ "null sender", "Return-Path: <>\nFrom: f@x.example\n\n", "", NULL },
	{ "From", "From: \"Not <n@x.example>\" <f@x.example>\n\n", "f@x.example",
	    NULL },
	{ "bare", "From: f@x.example (Me)\n\n", "f@x.example", NULL },
	{ "folded", "From: Me\n <f@x.example>\n\n", "f@x.example", NULL },
	{ "two", "From: a@x.example, b@x.example\n\n", "a@x.example", NULL },
	{ "bad", "From: <a b@x.example>\n\n", "", NULL },
	{ "nobody", "Subject: x\n\nFrom: f@x.example\n", "", NULL },
	{ "X-Original-To", "Delivered-To: d@x.example\nX-Original-To: o@x.example\n"
	    "\n", "", "o@x.example" },
	{ "Delivered-To", "Delivered-To: d@x.example\nDelivered-To: e@x.example\n"
	    "\n", "", "d@x.example" },
	{ "empty", "", "", NULL },
};

static void
guesses_an_envelope(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(guesses); i++) {
		struct slice m = slice_str(guesses[i].message);
		char sender[ADDR_SIZE], recipient[ADDR_SIZE];
		bool told = guess_recipient(m, recipient);

		guess_sender(m, sender);
		if (strcmp(sender, guesses[i].sender) != 0 ||
		    told != (guesses[i].recipient != NULL) ||
		    (told && strcmp(recipient, guesses[i].recipient) != 0))
			fail_msg("%s: from '%s' to '%s'", guesses[i].label,
			    sender, told ? recipient : "(not told)");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_an_mbox),
		cmocka_unit_test_setup_teardown(finds_the_messages,
		    tempdir_setup, tempdir_teardown),
		cmocka_unit_test(guesses_an_envelope),
	};

	return cmocka_run_group_tests_name("mailfiles", tests, NULL, NULL);
}
