/* SPDX-License-Identifier: MIT */
/* What each field of a rule sees of a mail. */
#include "model_help.h"

#define HEAD	"From: Jane Roe <jane@dailyplanet.example>\n"
#define ALT	"Content-Type: multipart/alternative; boundary=b\n\n"
#define MIXED	"Content-Type: multipart/mixed; boundary=b\n\n"

static const struct {
	const char *label;
	enum field_id field;
	const char *mail, *want;
} cases[] = {
	{ "subject", FIELD_SUBJECT, "Subject: Press\n\n", "Press" },
	{ "subject is decoded", FIELD_SUBJECT, "Subject: =?utf-8?Q?Gr=C3=BC?=\n\n",
	    "Gr\u00FC" },
	{ "subject, padded words (B3)", FIELD_SUBJECT,
	    "Subject: =?utf-8?B?SGk=?= =?utf-8?B?dGhlcmU=?=\n\n", "Hithere" },
	{ "each subject (B3)", FIELD_SUBJECT, "Subject: a\nsubject: b\n\n", "a|b" },
	{ "NUL in a subject (B3)", FIELD_SUBJECT, "Subject: a@b\n\n", "a b" },
	{ "bare CR in a subject (B3)", FIELD_SUBJECT, "Subject: a\rInjected: yes\n\n",
	    "aInjected: yes" },
	{ "blank in front of the colon (B3)", FIELD_SUBJECT, "Subject : a\n\n", "a" },
	{ "no subject", FIELD_SUBJECT, "To: x\n\n", "" },
	{ "empty subject", FIELD_SUBJECT, "Subject:\n\n", "" },

	{ "from", FIELD_FROM, HEAD "\n", "Jane Roe <jane@dailyplanet.example>" },
	{ "from, address alone", FIELD_FROM, "From: j@x.example\n\n", "j@x.example" },
	{ "from, two authors", FIELD_FROM_ADDRESS, "From: a@x.example, B <b@y.example>\n\n",
	    "a@x.example|b@y.example" },
	{ "from, two fields", FIELD_FROM_ADDRESS,
	    "From: a@x.example\nFrom: b@y.example\n\n", "a@x.example|b@y.example" },
	{ "from.name", FIELD_FROM_NAME, HEAD "\n", "Jane Roe" },
	{ "from.name, none", FIELD_FROM_NAME, "From: j@x.example\n\n", "" },
	{ "from.domain", FIELD_FROM_DOMAIN, "From: J@X.EXAMPLE.\n\n", "x.example" },
	{ "from.domain in A-labels", FIELD_FROM_DOMAIN, "From: j@b\u00FCcher.example\n\n",
	    "xn--bcher-kva.example" },
	{ "an address in the name is none", FIELD_FROM_ADDRESS,
	    "From: \"ceo@company.example\" <evil@x.example>\n\n", "evil@x.example" },
	{ "reply-to", FIELD_REPLY_TO, "Reply-To: A <a@x.example>\n\n", "a@x.example" },
	{ "author", FIELD_AUTHOR, HEAD "Reply-To: a@x.example\n\n",
	    "jane@dailyplanet.example" },
	{ "author of a form", FIELD_AUTHOR,
	    "From: form@company.example\nReply-To: a@x.example\n\n", "a@x.example" },
	{ "author of a form without Reply-To", FIELD_AUTHOR,
	    "From: Form@Company.Example\n\n", "form@company.example" },
	{ "author of another form, in capitals", FIELD_AUTHOR,
	    "From: Jobs <JOBS-Form@Company.example>\nReply-To: a@x.example\n\n",
	    "a@x.example" },
	{ "author of a form with a tag", FIELD_AUTHOR,
	    "From: form+press@company.example\nReply-To: a@x.example\n\n", "a@x.example" },
	{ "author of what only looks like a form", FIELD_AUTHOR,
	    "From: form@company.example.evil.example\nReply-To: a@x.example\n\n",
	    "form@company.example.evil.example" },
	{ "a form's name in another's mail", FIELD_AUTHOR,
	    "From: \"form@company.example\" <b@x.example>\nReply-To: a@x.example\n\n",
	    "b@x.example" },
	{ "authors of a form", FIELD_AUTHOR, "From: form@company.example\n"
	    "Reply-To: A <a@x.example>, b@y.example\n\n", "a@x.example|b@y.example" },
	{ "a form's empty Reply-To", FIELD_AUTHOR,
	    "From: form@company.example\nReply-To:\n\n", "form@company.example" },
	{ "a form's Reply-To that is none", FIELD_AUTHOR,
	    "From: form@company.example\nReply-To: \"\" <>\n\n", "form@company.example" },
	{ "to", FIELD_TO, "To: a@x.example, Friends: b@y.example;\nTo: c@z.example\n\n",
	    "a@x.example|b@y.example|c@z.example" },
	{ "cc", FIELD_CC, "Cc: A <a@x.example>\n\n", "a@x.example" },
	{ "recipient", FIELD_RECIPIENT, "\n", "marketing+fair@company.example" },
	{ "recipient.tag", FIELD_RECIPIENT_TAG, "\n", "fair" },
	{ "sender", FIELD_SENDER, "\n", "bounces@dailyplanet.example" },
	{ "list-id", FIELD_LIST_ID, "List-Id: News <News.Lists.Example>\n\n",
	    "news.lists.example" },
	{ "list-id without brackets", FIELD_LIST_ID, "List-Id: news.lists.example\n\n",
	    "news.lists.example" },

	{ "text", FIELD_TEXT, "Subject: s\n\nHello.\n", "Hello.\n" },
	{ "text without quote and signature", FIELD_TEXT,
	    "Subject: s\n\nYes.\n\nOn 3 May 2027, Bob wrote:\n> Well?\n\n-- \nJane\n",
	    "Yes.\n" },
	{ "quoted", FIELD_QUOTED, "S: s\n\nYes.\n> Well?\n", "> Well?\n" },
	{ "body is all of it", FIELD_BODY, "S: s\n\nYes.\n> Well?\n", "Yes.\n> Well?\n" },
	{ "CRLF", FIELD_TEXT, "S: s\r\n\r\na\r\nb\r\n", "a\nb\n" },
	{ "CR alone", FIELD_TEXT, "S: s\r\ra\rb\r", "a\nb\n" },
	{ "no line end", FIELD_TEXT, "S: s\n\nHello", "Hello\n" },
	{ "no text", FIELD_TEXT, "S: s\n\n", "" },
	{ "base64 goes on after padding (B3)", FIELD_TEXT,
	    "Content-Transfer-Encoding: base64\n\nSGVsbG8=\nIHNlY3JldA==\n",
	    "Hello secret\n" },
	{ "rubbish behind base64", FIELD_TEXT, "Content-Transfer-Encoding: base64\n"
	    "Content-Type: text/plain; charset=utf-8\n\nR3LDvMOfZQ==\nxyz\n",
	    "Grüße\u00C7,\n" },
	{ "says base64, is none", FIELD_TEXT, "Content-Transfer-Encoding: base64\n\n"
	    "I am a reporter\n", "I am a reporter\n" },
	{ "quoted-printable", FIELD_TEXT, "Content-Transfer-Encoding: Quoted-Printable\n"
	    "Content-Type: text/plain; charset=utf-8\n\ninter=\nview Gr=C3=BC=\n",
	    "interview Gr\u00FC\n" },
	{ "charset", FIELD_TEXT, "Content-Type: text/plain; charset=koi8-r\n\n"
	    "\xD0\xD2\xC5\xD3\xD3\xC1\n", "\u043F\u0440\u0435\u0441\u0441\u0430\n" },
	{ "flowed", FIELD_TEXT, "Content-Type: text/plain; format=flowed\n\n"
	    "press \ninterview\n", "press interview\n" },
	{ "HTML", FIELD_TEXT, "Content-Type: text/html\n\n<p>in<b>ter</b>view</p>",
	    "interview\n" },
	{ "HTML that names its charset", FIELD_TEXT, "Content-Type: text/html\n\n"
	    "<meta charset=\"koi8-r\"><p>\xD0\xD2\xC5\xD3\xD3\xC1",
	    "пресса\n" },
	{ "the part's charset counts more", FIELD_TEXT,
	    "Content-Type: text/html; charset=utf-8\n\n<meta charset=koi8-r><p>ü", "ü\n" },
	{ "hidden", FIELD_HIDDEN,
	    "Content-Type: text/html\n\n<p>a<i style='display:none'>b</i>", "b" },
	{ "hidden does not count as text", FIELD_BODY,
	    "Content-Type: text/html\n\n<p>a<i style='display:none'>b</i>", "a\n" },
	{ "alternative that says the same", FIELD_TEXT, ALT
	    "--b\n\nHello, you\n--b\nContent-Type: text/html\n\n<p>Hello, <b>you</b>\n--b--",
	    "Hello, you\n" },
	{ "alternative that says more", FIELD_TEXT, ALT
	    "--b\n\nHello, you\n--b\nContent-Type: text/html\n\n<p>Hello, press\n--b--",
	    "Hello, you\n|Hello, press\n" },
	{ "alternative that says nothing", FIELD_TEXT, ALT
	    "--b\n\n\n--b\nContent-Type: text/html\n\n<p>Hello, press\n--b--",
	    "Hello, press\n" },
	{ "HTML in front", FIELD_TEXT, ALT
	    "--b\nContent-Type: text/html\n\n<p>Hello, you\n--b\n\nHello, you\n--b--",
	    "Hello, you\n" },
	{ "texts in a row", FIELD_TEXT, MIXED "--b\n\none\n--b\n\ntwo\n--b--",
	    "one\n|two\n" },
	{ "text attached is none", FIELD_TEXT, MIXED
	    "--b\n\none\n--b\nContent-Disposition: attachment\n\ntwo\n--b--", "one\n" },
	{ "preamble and epilogue are none", FIELD_TEXT, MIXED
	    "pre\n--b\n\none\n--b--\nepi\n", "one\n" },
	{ "message inside is none", FIELD_TEXT, MIXED
	    "--b\n\none\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\ntwo\n--b--",
	    "one\n" },
	{ "type that makes no sense is text", FIELD_TEXT, "Content-Type: ;;x\n\nHello\n",
	    "Hello\n" },
	{ "multipart without a boundary is text", FIELD_TEXT,
	    "Content-Type: multipart/mixed\n\nHello\n", "Hello\n" },
	{ "boundary that does not occur", FIELD_TEXT,
	    "Content-Type: multipart/mixed; boundary=x\n\n--y\n\nHello\n",
	    "--y\n\nHello\n" },
	{ "one such inside", FIELD_TEXT, MIXED
	    "--b\nContent-Type: multipart/alternative; boundary=x\n\nHello\n--b\n\nyou\n"
	    "--b--\n", "Hello\n|you\n" },
	{ "dashes in a text", FIELD_TEXT, MIXED "--b\n\none\n-- two\nContent-Type: x\n\n"
	    "three\n--b--", "one\n-- two\nContent-Type: x\n\nthree\n" },
	{ "boundary that is a part of another", FIELD_TEXT,
	    "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	    "Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\none\n--bb--\n--b\n\n"
	    "two\n--b--\n", "one\n|two\n" },
	{ "empty part", FIELD_TEXT, MIXED "--b\n\n--b\n\ntwo\n--b--", "two\n" },

	{ "links of HTML", FIELD_LINKS, "Content-Type: text/html\n\n"
	    "<a href='https://x.example/a'>y</a>", "https://x.example/a" },
	{ "links of text", FIELD_LINKS, "S: s\n\nSee https://x.example/a, (www.y.example).\n",
	    "https://x.example/a|www.y.example" },
	{ "attachment", FIELD_ATTACHMENT, MIXED "--b\n\none\n--b\n"
	    "Content-Type: application/pdf; name=cv.pdf\n\nx\n--b--", "cv.pdf" },
	{ "attachment with a path", FIELD_ATTACHMENT,
	    "Content-Disposition: attachment; filename=\"C:\\x\\..\\cv.pdf\"\n\nx", "cv.pdf" },
	{ "attachment, RFC 2231", FIELD_ATTACHMENT,
	    "Content-Disposition: attachment; filename*=utf-8''L%C3%A4bel.pdf\n\nx",
	    "L\u00E4bel.pdf" },
	{ "attachment, RFC 2231 in pieces", FIELD_ATTACHMENT,
	    "Content-Disposition: attachment;\n filename*1=bel;\n filename*0*=utf-8''L%C3%A4;\n"
	    " filename*2*=%2Epdf\n\nx", "L\u00E4bel.pdf" },
	{ "attachment, an encoded word", FIELD_ATTACHMENT, "Content-Disposition: attachment; "
	    "filename=\"=?utf-8?B?TMOkYmVsLnBkZg==?=\"\n\nx", "L\u00E4bel.pdf" },
	{ "attachment, several encoded words", FIELD_ATTACHMENT,
	    "Content-Disposition: attachment;\n filename=\"=?utf-8?Q?L=C3=A4?=\n"
	    " =?iso-8859-1?Q?bel=2Epdf?=\"\n\nx", "L\u00E4bel.pdf" },
	{ "attachment that is named twice", FIELD_ATTACHMENT,
	    "Content-Type: text/plain; name=a.txt\n"
	    "Content-Disposition: attachment; filename=b.exe\n\nx", "b.exe" },
	{ "attachment without a name", FIELD_ATTACHMENT,
	    "Content-Disposition: attachment\n\nx", "" },
	{ "attachment without a name counts", FIELD_ATTACHMENTS,
	    "Content-Disposition: attachment\n\nx", "1" },
	{ "winmail.dat", FIELD_ATTACHMENT, MIXED "--b\n\none\n--b\n"
	    "Content-Type: application/ms-tnef; name=\"winmail.dat\"\n\nx\n--b--",
	    "winmail.dat" },
	{ "attachment.type", FIELD_ATTACHMENT_TYPE, "Content-Type: Application/PDF\n\nx",
	    "application/pdf" },
	{ "message inside is attached", FIELD_ATTACHMENT_TYPE, MIXED
	    "--b\nContent-Type: message/rfc822\n\nSubject: x\n\ntwo\n--b--",
	    "message/rfc822" },
	{ "what is attached to it is not", FIELD_ATTACHMENTS, MIXED
	    "--b\nContent-Type: message/rfc822\n\nContent-Type: application/pdf\n\ntwo\n--b--",
	    "1" },
	{ "a picture of HTML is not", FIELD_ATTACHMENTS,
	    "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n"
	    "x\n--b\nContent-Type: image/png\nContent-ID: <1>\n\nx\n--b--", "0" },
	{ "a signature is not", FIELD_ATTACHMENTS,
	    "Content-Type: multipart/signed; boundary=b\n\n--b\n\nx\n--b\n"
	    "Content-Type: application/pgp-signature; name=s.asc\n\nx\n--b--", "0" },
	{ "none", FIELD_ATTACHMENTS, "S: s\n\nx", "0" },
	{ "any", FIELD_ANY, "Subject: s\n\nHello\n", "s|Hello\n" },
	{ "start", FIELD_START, "Subject: s\n\nHello\n", "s|Hello\n" },
	{ "words", FIELD_WORDS, "Subject: not these\n\nI don't know the 3.5 e-mails.\n", "6" },
	{ "words without quotes", FIELD_WORDS, "S: s\n\none two\n> three\n", "2" },
	{ "words of one form", FIELD_WORDS, ALT "--b\n\none two more\n--b\n"
	    "Content-Type: text/html\n\none two three\n--b--", "3" },
	{ "words of Japanese", FIELD_WORDS,
	    "Content-Type: text/plain; charset=utf-8\n\n\u65E5\u672C\u8A9E\u3067\n", "2" },
	{ "size", FIELD_SIZE, "Subject: s\n\n12345", "17" },

	{ "no trust, no result", FIELD_DMARC, "S: s\n\n", "none" },
	{ "result", FIELD_DMARC, "Authentication-Results: mx.company.example;\n"
	    " dmarc=Pass (p=reject) header.from=x.example; spf=fail\n\n", "pass" },
	{ "result of another server", FIELD_DMARC,
	    "Authentication-Results: mx.evil.example; dmarc=pass\n\n", "none" },
	{ "topmost counts", FIELD_SPF, "Authentication-Results: mx.company.example 1; "
	    "spf=fail smtp.mailfrom=x\nReceived: by mx\n"
	    "Authentication-Results: mx.company.example; spf=pass\n\n", "fail" },
	{ "a forged one below does not add", FIELD_DKIM,
	    "Authentication-Results: mx.company.example; spf=fail\nReceived: by mx\n"
	    "Authentication-Results: mx.company.example; dkim=pass\n\n", "none" },
	{ "two fields of one server", FIELD_DKIM,
	    "Authentication-Results: mx.company.example; spf=pass\n"
	    "Authentication-Results: mx.company.example; dkim=fail reason=\"x; dkim=pass\";"
	    " dkim=pass\nReceived: by mx\n\n", "fail|pass" },
	{ "result in a comment", FIELD_SPF,
	    "Authentication-Results: mx.company.example (; spf=pass); none\n\n", "none" },
};

static struct config
config_of_cases(void)
{
	struct config cfg = test_config;

	cfg.authserv_id = "mx.company.example";
	return cfg;
}

static void
test_fields(void **state)
{
	static const char *const forms[] = { "form@company.example",
	    "jobs-form@company.example" };
	const struct config_alias alias = { .form = forms, .n_form = NELEM(forms) };
	struct config cfg = config_of_cases();
	struct envelope env = { .sender = "bounces@dailyplanet.example",
	    .recipient = "marketing+fair@company.example" };

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		char *mail = arena_strdup(arena, cases[i].mail);
		size_t n = strlen(mail);
		struct message *m;

		/* In the case with a NUL an @ stands for it. */
		if (strncmp(cases[i].label, "NUL", 3) == 0)
			*strchr(mail, '@') = '\0';
		m = message_read(slice_make(mail, n), &env, &cfg, &alias);
		assert_slice(cases[i].label,
		    slice_str(joined(m, field(m, cases[i].field))), cases[i].want);
		message_free(&m);
	}
}

static void
test_headers_by_name(void **state)
{
	struct message *m = message_read(SLICE_LIT("X-A: 1\nx-a: =?utf-8?Q?=32?=\n\n"),
	    &test_envelope, &test_config, NULL);
	const struct field_ref f = { FIELD_HEADER, SLICE_LIT("x-a") };
	const struct field_ref none = { FIELD_HEADER, SLICE_LIT("x-b") };
	const struct values *v = message_values(m, &f);

	(void)state;
	assert_slice("each", slice_str(joined(m, v)), "1|2");
	assert_ptr_equal(message_values(m, &f), v);
	assert_int_equal(message_values(m, &none)->n, 0);
	message_free(&m);
}

/* What was not looked at is said where it matters, and only there. */
static void
test_limits_are_told(void **state)
{
	struct config cfg = test_config;
	struct message *m;
	uint32_t unknown;

	(void)state;
	cfg.limits.header_size = 10;
	m = message_read(SLICE_LIT("Subject: 0123456789\nTo: a@b\n\ntext\n"),
	    &test_envelope, &cfg, NULL);
	assert_true(field(m, FIELD_SUBJECT)->capped);
	assert_true(field(m, FIELD_ANY)->capped);
	assert_false(field(m, FIELD_TO)->capped);
	assert_false(field(m, FIELD_TEXT)->capped);
	assert_slice("fact", slice_str(facts_of(m)), "over-limit ");
	message_free(&m);

	cfg = test_config;
	cfg.limits.headers = 2;
	m = message_read(SLICE_LIT("A: 1\nB: 2\nList-Id: <c>\n\ntext\n"),
	    &test_envelope, &cfg, NULL);
	assert_true(field(m, FIELD_SUBJECT)->capped);
	assert_false(field(m, FIELD_TEXT)->capped);
	message_facts(m, &unknown);
	assert_true(unknown & FACT_BIT(FACT_LIST));
	assert_false(unknown & FACT_BIT(FACT_CALENDAR));
	message_free(&m);

	cfg = test_config;
	cfg.limits.body_window = 8;
	m = message_read(SLICE_LIT("A: 1\n\n0123456\u00FC9 is this a question?\n"),
	    &test_envelope, &cfg, NULL);
	assert_slice("cut between characters",
	    slice_str(joined(m, field(m, FIELD_TEXT))), "0123456\n (capped)");
	assert_true(field(m, FIELD_WORDS)->capped);
	assert_false(field(m, FIELD_SUBJECT)->capped);
	message_facts(m, &unknown);
	assert_true(unknown & FACT_BIT(FACT_QUESTION));
	assert_false(unknown & FACT_BIT(FACT_LIST));
	message_free(&m);

	cfg = test_config;
	cfg.limits.depth = 1;
	m = message_read(SLICE_LIT(MIXED "--b\nContent-Type: multipart/mixed; boundary=c\n\n"
	    "--c\n\ndeep\n--c--\n--b--\n"), &test_envelope, &cfg, NULL);
	assert_true(field(m, FIELD_TEXT)->capped);
	assert_true(field(m, FIELD_ATTACHMENTS)->capped);
	message_free(&m);

	cfg = test_config;
	cfg.limits.message_size = 10;
	m = message_read(SLICE_LIT("Subject: yes\n\ntext\n"), &test_envelope, &cfg, NULL);
	assert_slice("header", slice_str(joined(m, field(m, FIELD_SUBJECT))), "yes");
	assert_slice("text", slice_str(joined(m, field(m, FIELD_TEXT))), " (capped)");
	assert_slice("fact", slice_str(facts_of(m)), "over-limit ");
	message_free(&m);
}

static void
test_start_is_900_characters(void **state)
{
	struct buf b = BUF_INIT;
	struct message *m;
	const struct values *v;

	(void)state;
	buf_add_str(&b, "Content-Type: text/plain; charset=utf-8\n\n");
	for (int i = 0; i < 1000; i++)
		buf_add_str(&b, "\u00FC");
	m = message_read(buf_slice(&b), &test_envelope, &test_config, NULL);
	v = field(m, FIELD_START);
	assert_int_equal(v->n, 1);
	assert_int_equal(v->v[0].text.orig.len, 1800);
	message_free(&m);
	buf_release(&b);
}

static void
test_identity(void **state)
{
	const struct message_identity *id;
	struct message *m = message_read(SLICE_LIT(
	    "Delivered-To: marketing@company.example\n"
	    "Received: a\nReceived: b\n"
	    "X-Mroute-Loop: 0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef\n"
	    "X-Mroute-Loop: short\n"
	    "Message-ID:\n <1@x.example>\n"
	    "References: <a@x> <b@x>\n <a@x>\nIn-Reply-To: <c@x> (of Bob)\n"
	    "From: =?utf-8?Q?J=C3=A4ne?= <J@x.example>\nSubject: a\tb\x01=?utf-8?Q?=0Ac?=\n"
	    "Date: Mon, 3 May 2027 10:00:00 +0200\n\nGr\xFC\n"),
	    &test_envelope, &test_config, NULL);

	(void)state;
	id = message_identity(m);
	assert_slice("id", id->message_id, "<1@x.example>");
	assert_slice("references", id->references, "<a@x> <b@x> <c@x>");
	assert_slice("from", id->from, "J\u00E4ne <j@x.example>");
	assert_slice("from_address", id->from_address, "j@x.example");
	assert_slice("author", id->author, "j@x.example");
	assert_slice("subject", id->subject, "a b  c");
	assert_slice("date", id->date, "Mon, 3 May 2027 10:00:00 +0200");
	assert_slice("opening", id->opening, "Gr\u00FC");
	assert_int_equal(id->received, 2);
	assert_int_equal(id->n_loop_mark, 1);
	assert_false(id->delivered_to_us);
	assert_false(id->needs_smtputf8);
	assert_true(id->has_8bit);
	message_free(&m);

	m = message_read(SLICE_LIT("Delivered-To: other@company.example\n"
	    "Delivered-To: MARKETING@company.example\nSubject: Gr\u00FC\n\n"),
	    &test_envelope, &test_config, NULL);
	assert_true(message_identity(m)->delivered_to_us);
	assert_false(message_identity(m)->needs_smtputf8);
	assert_slice("no id", message_identity(m)->message_id, "");
	message_free(&m);
}

static const struct {
	const char *label, *body, *want;
} openings[] = {
	{ "blanks", "\n\n  Hello \t there,\n\n\n  I   write\n", "Hello there, I write" },
	{ "no quote, no signature", "Yes, do.\n\nOn Mon, 3 May 2027 Ann wrote:\n"
	    "> May we?\n\n-- \nJane Roe\nDaily Planet\n", "Yes, do." },
	{ "only quoted", "> May we?\n> Shall we?\n", "" },
	{ "nothing", "", "" },
	{ "controls", "a\x1b[2Jb \x07 c\n", "a [2Jb c" },
};

static void
test_opening(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct message *m;

	(void)state;
	for (size_t i = 0; i < NELEM(openings); i++) {
		buf_reset(&b);
		buf_addf(&b, "From: j@x.example\nSubject: s\n\n%s", openings[i].body);
		m = message_read(buf_slice(&b), &test_envelope, &test_config, NULL);
		assert_slice(openings[i].label, message_identity(m)->opening,
		    openings[i].want);
		message_free(&m);
	}
	buf_reset(&b);
	buf_add_str(&b, "From: j@x.example\nContent-Type: text/plain; charset=utf-8\n"
	    "Content-Transfer-Encoding: 8bit\n\nx");
	for (int i = 0; i < 10000; i++)
		buf_add_str(&b, "\u20AC");
	m = message_read(buf_slice(&b), &test_envelope, &test_config, NULL);
	/* 1 + 99 * 3: a character is not cut in two. */
	assert_int_equal(message_identity(m)->opening.len, 298);
	message_free(&m);
	buf_reset(&b);
	buf_add_str(&b, "From: j@x.example\nContent-Type: text/html\n\n"
	    "<html><head><title>t</title></head><body><p>Dear <b>all</b>,</p>"
	    "<p>we sell</p></body></html>\n");
	m = message_read(buf_slice(&b), &test_envelope, &test_config, NULL);
	assert_slice("HTML", message_identity(m)->opening, "Dear all, we sell");
	message_free(&m);
}

static void
test_empty(void **state)
{
	struct message *m = message_read(slice_make(NULL, 0), &test_envelope, &test_config,
	    NULL);

	(void)state;
	for (enum field_id id = 0; id < FIELD_N; id++)
		if (id != FIELD_HEADER)
			assert_non_null(field(m, id));
	assert_int_equal(message_facts(m, NULL), 0);
	message_free(&m);
}

/* Values are there whatever happens to the mail: bytes changed, gone, doubled. */
static void
test_any_bytes(void **state)
{
	static const char *const odd[] = { "\0", "\r", "\n\n", "--b", "--b--\n", ": ",
		"=?utf-8?B?", "?=", "<", "&#", "\xFF", "\x1B$B", "Content-Type: ",
		"message/rfc822\n", "base64", ";", "\"", "(", "=\n", "boundary=b" };
	struct buf mail = BUF_INIT;
	unsigned seed = 11;

	(void)state;
	for (int round = 0; round < 1500; round++) {
		struct message *m;

		buf_reset(&mail);
		seed = seed * 1103515245U + 12345U;
		buf_add_str(&mail, cases[(seed >> 16) % NELEM(cases)].mail);
		for (int i = 0; i < 6 && mail.len > 0; i++) {
			seed = seed * 1103515245U + 12345U;
			size_t at = (seed >> 8) % mail.len;
			const char *piece = odd[(seed >> 20) % NELEM(odd)];
			size_t n = MIN(MAX(strlen(piece), (size_t)1), mail.len - at);

			memcpy(mail.ptr + at, piece, n);
			if (seed % 5 == 0) {
				buf_reserve(&mail, mail.len);
				buf_add(&mail, mail.ptr, mail.len / 2);
			}
			if (seed % 7 == 0)
				mail.len = at;
		}
		m = message_read(buf_slice(&mail), &test_envelope, &test_config, NULL);
		for (enum field_id id = 0; id < FIELD_N; id++)
			if (id != FIELD_HEADER)
				assert_non_null(field(m, id));
		message_free(&m);
	}
	buf_release(&mail);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_headers_by_name),
		cmocka_unit_test(test_limits_are_told),
		cmocka_unit_test(test_start_is_900_characters),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_opening),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests_name("message", tests, arena_setup, arena_teardown);
}
