/* SPDX-License-Identifier: MIT */
/* What a colleague passes on: each file of tests/mail-forwards, and attached. */
#include "model_help.h"

#include <fcntl.h>

#include "base/file.h"

#define SHAPES	"tests/mail-forwards"
#define MARK	"\n=== inner ===\n"

static const char *const domains[] = { "company.example" };
static const char *const forms[] = { "form@company.example" };
static const struct config_alias staff = { .staff = domains, .n_staff = 1,
    .form = forms, .n_form = 1 };

static struct message *
read_mail(const char *mail, const struct config_alias *alias)
{
	return message_read(slice_str(mail), &test_envelope, &test_config, alias);
}

static void
assert_field(const char *label, struct message *m, enum field_id id, const char *want)
{
	assert_slice(arena_printf(arena, "%s, %s", label, field_table[id].name),
	    slice_str(joined(m, field(m, id))), want);
}

static char *
keep(struct slice s)
{
	return arena_strndup(arena, s.ptr, s.len);
}

static void
check_shape(const char *name)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	AUTO(buf_release) struct buf mail = BUF_INIT;
	struct err e = ERR_INIT;
	struct slice s, want, from, subject, empty;
	struct message *m;
	size_t mark;

	if (file_read(AT_FDCWD, arena_printf(arena, "%s/%s", SHAPES, name), 1 << 20,
	    &file, &e) < 0)
		fail_msg("%s", e.text);
	s = buf_slice(&file);
	if ((mark = slice_find_slice(s, SLICE_LIT(MARK))) == SIZE_MAX)
		fail_msg("%s: no line '=== inner ==='", name);
	want = slice_sub(s, mark + strlen(MARK), s.len);
	if (!slice_next(&want, '\n', &from) || !slice_next(&want, '\n', &subject) ||
	    !slice_next(&want, '\n', &empty) || empty.len > 0)
		fail_msg("%s: address, subject, empty line, text", name);
	buf_add_str(&mail, "From: Ann <ann@company.example>\n");
	buf_add_slice(&mail, slice_sub(s, 0, mark + 1));
	m = read_mail(buf_str(&mail), &staff);
	assert_field(name, m, FIELD_INNER_FROM, keep(from));
	assert_field(name, m, FIELD_INNER_SUBJECT, keep(subject));
	assert_field(name, m, FIELD_INNER_TEXT, keep(want));
	/* Rules that ask for the text see it as well. */
	if (slice_find_slice(slice_str(joined(m, field(m, FIELD_TEXT))),
	    slice_trim(slice_sub(want, 0, slice_find(want, '\n')))) == SIZE_MAX)
		fail_msg("%s: text does not have it: %s", name,
		    joined(m, field(m, FIELD_TEXT)));
	message_free(&m);
}

static void
test_shapes(void **state)
{
	struct err e = ERR_INIT;
	struct names names = { NULL, 0 };
	unsigned n = 0;

	(void)state;
	if (dir_names(AT_FDCWD, SHAPES, &names, &e) < 0)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < names.n; i++) {
		if (strcmp(names.name[i], "README.md") == 0)
			continue;
		check_shape(names.name[i]);
		n++;
	}
	names_release(&names);
	assert_true(n >= 65);
}

#define ANN	"From: Ann <ann@company.example>\nSubject: Fwd: Press\n"
#define NOTE	"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nFor you?\n--b\n" \
		"Content-Type: message/rfc822\n"
#define JANE	"From: Jane Roe <Jane@DailyPlanet.example>\n" \
		"Subject: =?utf-8?Q?Inter?= =?utf-8?Q?view?=\n"
#define BELOW	"\n---------- Forwarded message ---------\n"

static const struct {
	const char *label, *mail;
	const char *from, *subject, *inner, *text;
} cases[] = {
	{ "attached", ANN NOTE "\n" JANE "\nMay I call?\n-- \nJane\n--b--\n",
	    "jane@dailyplanet.example", "Interview", "May I call?\n",
	    "For you?\n|May I call?\n" },
	{ "attached, Content fields first", ANN NOTE "\nContent-Type: text/plain\n" JANE
	    "\nMay I call?\n--b--\n",
	    "jane@dailyplanet.example", "Interview", "May I call?\n",
	    "For you?\n|May I call?\n" },
	{ "attached, with a part of its own", ANN NOTE "\n" JANE
	    "Content-Type: multipart/alternative; boundary=c\n\n--c\n\nMay I call?\n"
	    "--c\nContent-Type: text/html\n\n<p>May I call?\n--c--\n--b--\n",
	    "jane@dailyplanet.example", "Interview", "May I call?\n",
	    "For you?\n|May I call?\n" },
	{ "attached, without a text", ANN NOTE "\n" JANE "\n--b--\n",
	    "jane@dailyplanet.example", "Interview", "", "For you?\n" },
	{ "attached, as a file", ANN NOTE "Content-Disposition: attachment; "
	    "filename=x.eml\n\n" JANE "\nMay I call?\n--b--\n",
	    "jane@dailyplanet.example", "Interview", "May I call?\n",
	    "For you?\n|May I call?\n" },
	{ "two attached", ANN NOTE "\n" JANE "\nMay I call?\n--b\n"
	    "Content-Type: message/rfc822\n\nFrom: bob@x.example\n\nAnd I?\n--b--\n",
	    "jane@dailyplanet.example|bob@x.example", "Interview",
	    "May I call?\n|And I?\n", "For you?\n|May I call?\n|And I?\n" },
	{ "a report's message is sealed", ANN
	    "Content-Type: multipart/report; boundary=b\n\n--b\n\nNot sent.\n--b\n"
	    "Content-Type: message/rfc822\n\n" JANE "\nMay I call?\n--b--\n",
	    "", "", "", "Not sent.\n" },
	{ "of a part of the company", "From: ann@mail.company.example\n" BELOW
	    "From: j@x.example\nSubject: Hi\n\nMay I?\n",
	    "j@x.example", "Hi", "May I?\n", NULL },
	{ "of nobody we know", "From: ann@xcompany.example\n" BELOW
	    "From: j@x.example\nSubject: Hi\n\nMay I?\n", "", "", "", NULL },
	{ "attached by nobody we know", "From: ann@x.example\n" NOTE "\n" JANE
	    "\nMay I call?\n--b--\n", "", "", "", "For you?\n" },
	{ "passed on twice", ANN BELOW "From: bob@company.example\nSubject: Fwd: Hi\n\n"
	    "Ann?\n" BELOW "From: j@x.example\nSubject: Hi\n\nMay I?\n",
	    "bob@company.example|j@x.example", "Fwd: Hi|Hi",
	    "Ann?\n\n---------- Forwarded message ---------\nFrom: j@x.example\n"
	    "Subject: Hi\n\nMay I?\n|May I?\n", NULL },
	{ "passed on for ever", ANN BELOW BELOW BELOW BELOW BELOW BELOW "May I?\n",
	    "", "", NULL, NULL },
	{ "no fields", ANN BELOW "\nMay I?\n", "", "", "May I?\n", NULL },
	{ "a name alone", ANN BELOW "From: Jane Roe\nSubject: Hi\n\nMay I?\n",
	    "", "Hi", "May I?\n", NULL },
	{ "nothing below", ANN BELOW, "", "", "", NULL },
	{ "an answer passes nothing on", "From: ann@company.example\nSubject: Re: Hi\n\n"
	    "Yes.\n\nFrom: j@x.example\nSent: Monday\nSubject: Hi\n\nMay I?\n",
	    "", "", "", "Yes.\n" },
	{ "no header that could be one", ANN BELOW "From: @ @@ <>\nSubject:\n\nMay I?\n",
	    "", "", "May I?\n", NULL },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct message *m = read_mail(cases[i].mail, &staff);

		assert_field(cases[i].label, m, FIELD_INNER_FROM, cases[i].from);
		assert_field(cases[i].label, m, FIELD_INNER_SUBJECT, cases[i].subject);
		if (cases[i].inner != NULL)
			assert_field(cases[i].label, m, FIELD_INNER_TEXT, cases[i].inner);
		if (cases[i].text != NULL)
			assert_field(cases[i].label, m, FIELD_TEXT, cases[i].text);
		message_free(&m);
	}
}

/* What is in the attached message counts as if it stood in the mail itself. */
static void
test_all_of_it(void **state)
{
	static const char mail[] = ANN NOTE "\n" JANE
	    "Content-Type: multipart/mixed; boundary=c\n\n--c\n\nSee https://x.example/a\n"
	    "--c\nContent-Type: application/pdf; name=cv.pdf\n\nx\n--c--\n--b--\n";
	struct message *m = read_mail(mail, &staff);

	(void)state;
	assert_field("it", m, FIELD_ATTACHMENT, "cv.pdf");
	assert_field("it", m, FIELD_LINKS, "https://x.example/a");
	assert_field("it", m, FIELD_WORDS, "6");
	assert_field("it", m, FIELD_SUBJECT, "Fwd: Press");
	assert_field("it", m, FIELD_FROM_ADDRESS, "ann@company.example");
	assert_field("it", m, FIELD_AUTHOR, "ann@company.example");
	message_free(&m);
	m = read_mail(mail, NULL);
	assert_field("no staff", m, FIELD_ATTACHMENT, "");
	assert_field("no staff", m, FIELD_LINKS, "");
	message_free(&m);
}

/* What programs of the company send: they pass nothing on, they report. */
static void
test_no_colleague(void **state)
{
	static const char mail[] = "From: Mail Delivery <mailer-daemon@company.example>\n"
	    NOTE "\n" JANE "\nMay I call?\n--b--\n";
	struct envelope bounce = test_envelope;
	struct message *m;

	(void)state;
	bounce.sender[0] = '\0';
	m = message_read(slice_str(mail), &bounce, &test_config, &staff);
	assert_field("null sender", m, FIELD_INNER_TEXT, "");
	assert_field("null sender", m, FIELD_TEXT, "For you?\n");
	message_free(&m);
	m = read_mail("From: form@company.example\n\nFrom: j@x.example\nDate: today\n"
	    "Subject: Hi\n\nMay I?\n", &staff);
	assert_field("form", m, FIELD_INNER_FROM, "");
	message_free(&m);
}

/* A stranger who writes a colleague's address into From. */
static void
test_forged(void **state)
{
	static const struct {
		const char *result, *from;
	} forged[] = {
		{ "mx.example; dmarc=fail header.from=company.example", "" },
		{ "mx.example; dkim=fail; dmarc=FAIL", "" },
		{ "mx.example; dmarc=pass", "j@x.example" },
		{ "mx.example; dmarc=none", "j@x.example" },
		{ "mx.example; spf=fail", "j@x.example" },
		{ "elsewhere.example; dmarc=fail", "j@x.example" },
	};
	struct config cfg = test_config;

	(void)state;
	cfg.authserv_id = "mx.example";
	for (size_t i = 0; i < NELEM(forged); i++) {
		struct message *m = message_read(slice_str(arena_printf(arena,
		    "Authentication-Results: %s\n" ANN BELOW
		    "From: j@x.example\nSubject: Hi\n\nMay I?\n", forged[i].result)),
		    &test_envelope, &cfg, &staff);

		assert_field(forged[i].result, m, FIELD_INNER_FROM, forged[i].from);
		message_free(&m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_all_of_it),
		cmocka_unit_test(test_no_colleague),
		cmocka_unit_test(test_forged),
	};

	return cmocka_run_group_tests_name("inner", tests, arena_setup, arena_teardown);
}
