/* SPDX-License-Identifier: MIT */
/* When which fact is true of a mail, and when it is not. */
#include "model_help.h"

#define NULL_SENDER	""
#define PERSON		"jane@dailyplanet.example"
#define DSN(action)							\
	"From: MAILER-DAEMON@x.example\nSubject: Report\n"			\
	"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" \
	"--b\n\nHi\n--b\nContent-Type: message/delivery-status\n\n"		\
	"Reporting-MTA: dns; x.example\n\nFinal-Recipient: rfc822; a@b.example\n" \
	"Action: " action "\nStatus: 5.1.1\n--b--\n"

static const struct {
	const char *label, *sender, *mail, *want;
} cases[] = {
	{ "nothing", PERSON, "Subject: Hello\n\nHello.\n", "" },

	{ "bounce: DSN failed", NULL_SENDER, DSN("failed"), "bounce " },
	{ "bounce: DSN delayed", NULL_SENDER, DSN("delayed"), "bounce " },
	{ "no bounce: DSN delivered", NULL_SENDER, DSN("delivered"), "" },
	{ "no bounce: DSN relayed", NULL_SENDER, DSN("relayed (to x)"), "" },
	{ "bounce: Exim", NULL_SENDER, "From: Mail Delivery System <Mailer-Daemon@x.example>\n"
	    "X-Failed-Recipients: a@b.example\nAuto-Submitted: auto-replied\n"
	    "Subject: Mail delivery failed\n\nThis message was created automatically\n",
	    "bounce " },
	{ "bounce: qmail", NULL_SENDER, "From: MAILER-DAEMON@x.example\n"
	    "Subject: failure notice\n\nHi. This is the qmail-send program at x.example.\n"
	    "I'm afraid I wasn't able to deliver your message.\n", "bounce " },
	{ "bounce: Exchange", NULL_SENDER, "From: postmaster@x.example\n"
	    "Subject: Undeliverable: Offer\n\nYour message did not reach the following "
	    "recipients.\n", "bounce " },
	{ "bounce: null sender and words", NULL_SENDER, "From: system@x.example\n"
	    "Subject: Undelivered mail\n\nYour mail could not be delivered.\n", "bounce " },
	{ "bounce: German", NULL_SENDER, "From: Postmaster@x.example\n"
	    "Subject: Unzustellbar: Anfrage\n\nIhre Nachricht wurde nicht zugestellt.\n",
	    "bounce " },
	{ "no bounce: words of a person", PERSON, "From: " PERSON "\n"
	    "Subject: Undelivered mail\n\nYour mail could not be delivered, did you "
	    "change something.\n", "" },
	{ "no bounce: null sender alone", NULL_SENDER, "From: a@x.example\n"
	    "Subject: Hello\n\nHello.\n", "" },
	{ "no bounce: the postmaster writes", PERSON, "From: postmaster@x.example\n"
	    "Subject: Your DNS\n\nPlease look at your zone.\n", "" },
	{ "no bounce: receipt", NULL_SENDER, "From: MAILER-DAEMON@x.example\n"
	    "Subject: Delivery receipt\nContent-Type: multipart/report; "
	    "report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b--\n", "" },
	{ "no bounce: complaint", NULL_SENDER, "From: MAILER-DAEMON@x.example\n"
	    "Subject: undeliverable\nContent-Type: multipart/report; "
	    "report-type=feedback-report; boundary=b\n\n--b\n\nspam\n--b--\n", "" },

	{ "auto-reply: RFC 3834", PERSON, "Auto-Submitted: auto-replied\n"
	    "Subject: Re: Hello\n\nI am away.\n", "auto-reply " },
	{ "auto-reply: with parameter", PERSON, "Auto-Submitted: Auto-Replied (vacation)\n"
	    "Subject: x\n\nx\n", "auto-reply " },
	{ "auto-reply: X-Autoreply", PERSON, "X-Autoreply: yes\nSubject: x\n\nx\n",
	    "auto-reply " },
	{ "no auto-reply: X-Autoreply no", PERSON, "X-Autoreply: no\nSubject: x\n\nx\n", "" },
	{ "auto-reply: Precedence", PERSON, "Precedence: auto_reply\nSubject: x\n\nx\n",
	    "auto-reply " },
	{ "auto-reply: Exchange", PERSON, "Auto-Submitted: auto-generated\n"
	    "X-Auto-Response-Suppress: All\nSubject: Automatic reply: Offer\n\nx\n",
	    "auto-reply " },
	{ "auto-reply: Exchange in German", PERSON, "X-Auto-Response-Suppress: All\n"
	    "Subject: Automatische Antwort: Angebot\n\nx\n", "auto-reply " },
	{ "no auto-reply: suppression alone", PERSON, "X-Auto-Response-Suppress: All\n"
	    "Subject: Offer\n\nx\n", "" },
	{ "no auto-reply: subject alone", PERSON, "Subject: Out of office: who answers\n\n"
	    "x\n", "" },
	{ "no auto-reply: generated, no answer", PERSON, "Auto-Submitted: auto-generated\n"
	    "Subject: Your invoice\n\nx\n", "" },
	{ "no auto-reply: Auto-Submitted no", PERSON, "Auto-Submitted: no\nSubject: x\n\nx\n",
	    "" },

	{ "list", PERSON, "List-Id: <a.lists.example>\nSubject: x\n\nx\n", "list " },
	{ "bulk: unsubscribe", PERSON, "List-Unsubscribe: <x>\nSubject: x\n\nx\n", "bulk " },
	{ "bulk: precedence", PERSON, "Precedence: Bulk\nSubject: x\n\nx\n", "bulk " },
	{ "list and bulk", PERSON, "List-Post: <x>\nPrecedence: list\nSubject: x\n\nx\n",
	    "list bulk " },
	{ "spam: flag", PERSON, "X-Spam-Flag: YES\nSubject: x\n\nx\n", "spam " },
	{ "spam: status", PERSON, "X-Spam-Status: Yes, score=9\nSubject: x\n\nx\n", "spam " },
	{ "no spam", PERSON, "X-Spam-Flag: NO\nX-Spam-Status: No, score=1\n\nx\n", "" },

	{ "reply: In-Reply-To", PERSON, "In-Reply-To: <a@b>\nSubject: x\n\nx\n", "reply " },
	{ "reply: subject and quote", PERSON, "Subject: Re: x\n\nYes.\n> Well.\n", "reply " },
	{ "reply: AW:", PERSON, "Subject: AW: x\n\nJa.\n> Nun.\n", "reply " },
	{ "no reply: subject alone", PERSON, "Subject: Re: x\n\nbuy\n", "" },
	{ "no reply: Regarding", PERSON, "Subject: Regarding: x\n\n> a\n", "" },
	{ "forward: subject", PERSON, "Subject: Fwd: x\n\nSee below.\n", "forward " },
	{ "forward: numbered", PERSON, "Subject: FW[2]: x\n\nSee below.\n", "forward " },
	{ "forward: not a reply", PERSON, "In-Reply-To: <a@b>\nSubject: WG: x\n\nx\n",
	    "forward " },
	{ "forward: text", PERSON, "Subject: x\n\nSee:\n\n---------- Forwarded message "
	    "---------\nFrom: a\n\nb\n", "forward " },
	{ "forward: attached", PERSON, "Subject: x\nContent-Type: multipart/mixed; boundary=b"
	    "\n\n--b\n\nx\n--b\nContent-Type: message/rfc822\n\nSubject: y\n\ny\n--b--",
	    "forward " },

	{ "calendar", PERSON, "Subject: x\nContent-Type: text/calendar; method=REQUEST\n\n"
	    "BEGIN:VCALENDAR\n", "calendar " },
	{ "calendar: file", PERSON, "Subject: x\nContent-Type: application/octet-stream; "
	    "name=Invite.ICS\n\nx", "calendar " },
	{ "encrypted: PGP/MIME", PERSON, "Subject: x\nContent-Type: multipart/encrypted; "
	    "boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nx\n--b--",
	    "encrypted " },
	{ "encrypted: S/MIME", PERSON, "Subject: x\nContent-Type: application/pkcs7-mime; "
	    "smime-type=enveloped-data; name=smime.p7m\n\nx", "encrypted " },
	{ "encrypted: inline", PERSON, "Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nabc\n",
	    "encrypted " },
	{ "signed: MIME", PERSON, "Subject: x\nContent-Type: multipart/signed; boundary=b\n\n"
	    "--b\n\nx\n--b\nContent-Type: application/pgp-signature\n\nx\n--b--", "signed " },
	{ "signed: opaque", PERSON, "Subject: x\nContent-Type: application/pkcs7-mime; "
	    "smime-type=signed-data\n\nx", "signed " },
	{ "signed: inline", PERSON, "Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\n\nabc\n",
	    "signed " },

	{ "question", PERSON, "Subject: x\n\nCan we talk?\n", "question " },
	{ "question in the subject", PERSON, "Subject: Interview?\n\nx\n", "question " },
	{ "question: wide mark", PERSON, "Subject: =?utf-8?B?44GL77yf?=\n\nx\n", "question " },
	{ "no question: in a link", PERSON, "Subject: x\n\nhttps://x.example/?a=b\n", "" },
	{ "no question: quoted", PERSON, "Subject: x\n\nNo.\n> Can we?\n", "" },

	{ "obfuscated: zero width", PERSON,
	    "Subject: sp\u200Bons\u200Bor\n\nx\n", "obfuscated " },
	{ "obfuscated: mixed scripts", PERSON, "Subject: sроnsor\n\nx\n",
	    "obfuscated " },
	{ "obfuscated: set apart", PERSON, "Subject: x\n\nS P O N S O R now\n", "obfuscated " },
	{ "obfuscated: set apart by dots", PERSON, "Subject: x\n\nv.i.a.g.r.a\n",
	    "obfuscated " },
	{ "not obfuscated: soft hyphens", PERSON,
	    "Subject: spon\u00ADsor\u00ADship inter\u00ADview\n\nx\n", "" },
	{ "not obfuscated: one by copying", PERSON, "Subject: spon\u200Bsor\n\nx\n", "" },
	{ "not obfuscated: Russian and English words", PERSON,
	    "Subject: IT пресса USB-разъем\n\nx\n",
	    "" },
	{ "not obfuscated: Persian joiner", PERSON,
	    "Subject: \u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 "
	    "\u0646\u0645\u06CC\u200C\u0634\u0648\u062F\n\nx\n", "" },
	{ "not obfuscated: a list of letters", PERSON, "Subject: a b c d\n\nx\n", "" },
	{ "not obfuscated: units", PERSON, "Subject: 5 µm and 3 kΩ\n\nx\n", "" },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct envelope env = { .recipient = "marketing@company.example" };
		struct message *m;

		memcpy(env.sender, cases[i].sender, strlen(cases[i].sender) + 1);
		m = message_read(slice_str(cases[i].mail), &env, &test_config, NULL);
		assert_slice(cases[i].label, slice_str(facts_of(m)), cases[i].want);
		message_free(&m);
	}
}

static void
test_table(void **state)
{
	(void)state;
	for (int i = 0; i < FACT_N; i++) {
		const struct fact_def *f = &fact_table[i];
		size_t n;

		assert_non_null(f->name);
		assert_int_equal(fact_find(slice_str(f->name)), i);
		n = strlen(f->doc);
		assert_true(n > 20 && f->doc[n - 1] == '.');
	}
	assert_int_equal(fact_find(SLICE_LIT("Bounce")), -1);
	assert_int_equal(fact_find(SLICE_LIT("")), -1);
	assert_string_equal(fact_nearest(SLICE_LIT("auto-repyl")), "auto-reply");
	assert_null(fact_nearest(SLICE_LIT("xyzzy")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("facts", tests, arena_setup, arena_teardown);
}
