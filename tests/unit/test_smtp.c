/* SPDX-License-Identifier: MIT */
#include "net/smtp.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "peer.h"
#include "tempdir.h"

#define SAY(t)		{ PEER_SAY, t }
#define HEAR(t)		{ PEER_HEAR, t }
#define BODY		{ PEER_BODY, "" }
#define STALL		{ PEER_STALL, "" }
#define HELLO		SAY("220 stub\r\n"), HEAR("EHLO test.example\r\n"), \
			SAY("250-stub\r\n250 SIZE 100000\r\n")
#define UP_TO_RCPT	HELLO, HEAR("MAIL FROM:<a@b.example>"), SAY("250 ok\r\n"), \
			HEAR("RCPT TO:<c@d.example>"), SAY("250 ok\r\n")
#define UP_TO_RCPT_ANY	SAY("220 stub\r\n"), HEAR("EHLO"), SAY("250 stub\r\n"), \
			HEAR("MAIL"), SAY("250 ok\r\n"), HEAR("RCPT"), SAY("250 ok\r\n")
#define UP_TO_DATA	UP_TO_RCPT, HEAR("DATA\r\n"), SAY("354 go\r\n")

enum { STEPS_MAX = 24 };

static const struct config_limits limits = {
	.connect_timeout = 5000,
	.command_timeout = 5000,
	.data_timeout = 5000,
};

/* Where the time is to run out. */
static const struct config_limits short_limits = {
	.connect_timeout = 5000,
	.command_timeout = 250,
	.data_timeout = 250,
};

static struct config_server
server(unsigned port)
{
	return (struct config_server){ .name = "smtp", .host = "127.0.0.1",
	    .port = port, .tls = TLS_NONE };
}

/* One message to one address, whatever the peer does. */
static void
deliver(const struct config_server *srv, struct slice message, bool in_time,
    struct outcome *o)
{
	struct smtp *s = NULL;

	memset(o, 0x55, sizeof *o);
	if (smtp_open(srv, in_time ? &limits : &short_limits, "test.example", &s, o) < 0)
		return;
	smtp_send(s, "a@b.example", "c@d.example", message, false, false, o);
	smtp_close(&s);
}

static const struct {
	const char *label;
	struct peer_step script[STEPS_MAX];
	enum outcome_class class;
	int code;
	bool broken;
	const char *text;
} refusals[] = {
	{ "accepted", { UP_TO_DATA, BODY, SAY("250 2.0.0 queued as X\r\n") },
	    OUTCOME_DONE, 250, false, "250 2.0.0 queued as X" },
	{ "greeting 4xx", { SAY("450 busy\r\n") },
	    OUTCOME_TEMP, 450, true, "greeting: 450 busy" },
	{ "greeting 5xx is about us, not the message",
	    { SAY("554 go away\r\n") },
	    OUTCOME_TEMP, 554, true, "greeting: 554 go away" },
	{ "EHLO 4xx", { SAY("220 hi\r\n"), HEAR("EHLO"), SAY("451 later\r\n") },
	    OUTCOME_TEMP, 451, true, "EHLO: 451 later" },
	{ "EHLO and HELO 5xx", { SAY("220 hi\r\n"), HEAR("EHLO"),
	    SAY("502 what?\r\n"), HEAR("HELO test.example\r\n"),
	    SAY("550 no\r\n") }, OUTCOME_TEMP, 550, true, "EHLO: 550 no" },
	{ "HELO will do", { SAY("220 hi\r\n"), HEAR("EHLO"),
	    SAY("502 what?\r\n"), HEAR("HELO test.example\r\n"),
	    SAY("250 hi\r\n"), HEAR("MAIL FROM:<a@b.example>\r\n"),
	    SAY("250 ok\r\n"), HEAR("RCPT TO:<c@d.example>\r\n"),
	    SAY("250 ok\r\n"), HEAR("DATA"), SAY("354 go\r\n"), BODY,
	    SAY("250 done\r\n") }, OUTCOME_DONE, 250, false, "250 done" },
	{ "MAIL 4xx", { HELLO, HEAR("MAIL"), SAY("452 4.3.1 full\r\n") },
	    OUTCOME_TEMP, 452, false, "MAIL: 452 4.3.1 full" },
	{ "MAIL 5xx", { HELLO, HEAR("MAIL"), SAY("550 5.7.1 no\r\n") },
	    OUTCOME_PERM, 550, false, "MAIL: 550 5.7.1 no" },
	{ "a login is wanted", { HELLO, HEAR("MAIL"),
	    SAY("530 5.7.0 authenticate\r\n") },
	    OUTCOME_TEMP, 530, false, "MAIL: 530 5.7.0 authenticate" },
	{ "RCPT 4xx, two lines", { HELLO, HEAR("MAIL"), SAY("250 ok\r\n"),
	    HEAR("RCPT"), SAY("450-4.2.0 grey\r\n450 4.2.0 listed\r\n") },
	    OUTCOME_TEMP, 450, false, "RCPT: 450 4.2.0 grey 4.2.0 listed" },
	{ "RCPT 5xx", { HELLO, HEAR("MAIL"), SAY("250 ok\r\n"), HEAR("RCPT"),
	    SAY("550 5.1.1 unknown\r\n") },
	    OUTCOME_PERM, 550, false, "RCPT: 550 5.1.1 unknown" },
	{ "RCPT 251 is a yes", { HELLO, HEAR("MAIL"), SAY("250 ok\r\n"),
	    HEAR("RCPT"), SAY("251 will forward\r\n"), HEAR("DATA"),
	    SAY("354 go\r\n"), BODY, SAY("250 done\r\n") },
	    OUTCOME_DONE, 250, false, "250 done" },
	{ "DATA 4xx", { UP_TO_RCPT, HEAR("DATA"), SAY("451 not now\r\n") },
	    OUTCOME_TEMP, 451, false, "DATA: 451 not now" },
	{ "DATA 5xx", { UP_TO_RCPT, HEAR("DATA"), SAY("554 no\r\n") },
	    OUTCOME_PERM, 554, false, "DATA: 554 no" },
	{ "DATA 250 makes no sense", { UP_TO_RCPT, HEAR("DATA"),
	    SAY("250 ok\r\n") }, OUTCOME_TEMP, 250, true, "DATA: 250 ok" },
	{ "end of data 4xx", { UP_TO_DATA, BODY, SAY("452 4.2.2 full\r\n") },
	    OUTCOME_TEMP, 452, false, "end of data: 452 4.2.2 full" },
	{ "end of data 5xx", { UP_TO_DATA, BODY, SAY("554 5.6.0 spam\r\n") },
	    OUTCOME_PERM, 554, false, "end of data: 554 5.6.0 spam" },
	{ "another 2xx counts too", { UP_TO_DATA, BODY, SAY("200 fine\r\n") },
	    OUTCOME_DONE, 200, false, "200 fine" },
	{ "421 to MAIL", { HELLO, HEAR("MAIL"), SAY("421 bye\r\n") },
	    OUTCOME_TEMP, 421, true, "MAIL: 421 bye" },
	{ "421 to the data", { UP_TO_DATA, BODY, SAY("421 bye\r\n") },
	    OUTCOME_TEMP, 421, true, "end of data: 421 bye" },
	{ "silence at first", { STALL }, OUTCOME_TEMP, 0, true, "timed out" },
	{ "silence after MAIL", { HELLO, HEAR("MAIL"), STALL },
	    OUTCOME_TEMP, 0, true, "MAIL: timed out" },
	{ "silence after the data", { UP_TO_DATA, BODY, STALL },
	    OUTCOME_UNCERTAIN, 0, true, "timed out" },
	{ "gone at once", { SAY("") }, OUTCOME_TEMP, 0, true,
	    "greeting: the server closed the connection" },
	{ "gone after MAIL", { HELLO, HEAR("MAIL") },
	    OUTCOME_TEMP, 0, true, "MAIL: the server closed the connection" },
	{ "gone after the data", { UP_TO_DATA, BODY },
	    OUTCOME_UNCERTAIN, 0, true, "the server closed the connection" },
	{ "cut reply after the data", { UP_TO_DATA, BODY, SAY("250 o") },
	    OUTCOME_UNCERTAIN, 0, true, "the server closed the connection" },
	{ "nonsense after the data", { UP_TO_DATA, BODY, SAY("OK!\r\n") },
	    OUTCOME_UNCERTAIN, 0, true, "the server's reply is not SMTP" },
	{ "nonsense after MAIL", { HELLO, HEAR("MAIL"), SAY("hello\r\n") },
	    OUTCOME_TEMP, 0, true, "the server's reply is not SMTP" },
	{ "four digits", { HELLO, HEAR("MAIL"), SAY("2500 ok\r\n") },
	    OUTCOME_TEMP, 0, true, "the server's reply is not SMTP" },
	{ "a reply nobody asked for", { HELLO, HEAR("MAIL"),
	    SAY("250 ok\r\n250 ok\r\n250 ok\r\n"), STALL },
	    OUTCOME_TEMP, 0, true, "the server spoke before its turn" },
	{ "control characters are gone", { HELLO, HEAR("MAIL"),
	    SAY("550 no\x1b[31m\t\x01\x80yes\r\n") },
	    OUTCOME_PERM, 550, false, "MAIL: 550 no [31m  \xef\xbf\xbdyes" },
};

static void
each_refusal_has_its_outcome(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(refusals); i++) {
		struct peer p = peer_start(refusals[i].script);
		struct config_server srv = server(p.port);
		struct outcome o;
		char *heard;

		deliver(&srv, SLICE_LIT("Subject: x\r\n\r\nhi\r\n"),
		    strstr(refusals[i].text, "timed out") == NULL, &o);
		if (peer_end(&p, &heard) != 0 || o.class != refusals[i].class ||
		    o.code != refusals[i].code || o.broken != refusals[i].broken ||
		    strstr(o.text, refusals[i].text) == NULL)
			fail_msg("%s: %s %d %s '%s'", refusals[i].label,
			    outcome_class_name(o.class), o.code,
			    o.broken ? "broken" : "whole", o.text);
		free(heard);
	}
}

/* What makes other clients hang, grow or die. */
static void
hostile_servers_cost_little_time_and_memory(void **state)
{
	static const struct {
		const char *label;
		struct peer_step script[STEPS_MAX];
		const char *text;
	} cases[] = {
		{ "a tab in the AUTH list", { SAY("220 x\r\n"), HEAR("EHLO"),
		    SAY("250-x\r\n250 AUTH \tPLAIN\r\n"), HEAR("MAIL"),
		    SAY("451 fine\r\n") }, "451 fine" },
		{ "an endless greeting line", { { PEER_FLOOD, "220 aaaaaaaaaaaaaaaa" } },
		    "sends too much" },
		{ "endless 250- lines", { SAY("220 x\r\n"), HEAR("EHLO"),
		    { PEER_FLOOD, "250-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n" } },
		    "sends too much" },
		{ "a byte now and then", { SAY("220 x\r\n"), HEAR("EHLO"),
		    { PEER_DRIP, "250-AAAAAAAAA\r\n" } }, "timed out" },
		{ "empty lines", { SAY("220 x\r\n"), HEAR("EHLO"), SAY("\r\n\r\n") },
		    "empty line" },
		{ "a bare line feed", { SAY("220 x\r\n"), HEAR("EHLO"), SAY("\n") },
		    "empty line" },
		{ "a reset", { SAY("220 x\r\n"), HEAR("EHLO"), { PEER_RESET, "" } },
		    "EHLO: " },
		{ "a huge code", { SAY("220 x\r\n"), HEAR("EHLO"),
		    SAY("99999999999999999999 x\r\n") }, "EHLO: " },
		{ "a code that says: go on", { SAY("220 x\r\n"), HEAR("EHLO"),
		    SAY("4346 x\r\n") }, "EHLO: " },
		{ "a negative code", { SAY("220 x\r\n"), HEAR("EHLO"),
		    SAY("-250 x\r\n") }, "EHLO: " },
	};

	long before = peak_kb();

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct peer p = peer_start(cases[i].script);
		struct config_server srv = server(p.port);
		int64_t start = clock_mono_ms();
		struct outcome o;
		char *heard;

		deliver(&srv, SLICE_LIT("\r\n"),
		    strstr(cases[i].text, "timed out") == NULL, &o);
		peer_end(&p, &heard);
		free(heard);
		if (o.class != OUTCOME_TEMP || strstr(o.text, cases[i].text) == NULL)
			fail_msg("%s: %s '%s'", cases[i].label,
			    outcome_class_name(o.class), o.text);
		if (clock_mono_ms() - start > 3000)
			fail_msg("%s: took %d ms", cases[i].label,
			    (int)(clock_mono_ms() - start));
	}
	assert_true(peak_kb() - before < 32768);
}

/* Cut while we write: the message has no end, so it can't be accepted. */
static void
a_cut_in_the_data_is_not_uncertain(void **state)
{
	static const struct {
		const char *label;
		struct peer_step script[STEPS_MAX];
	} cases[] = {
		{ "reset", { UP_TO_RCPT_ANY, HEAR("DATA"), SAY("354 go\r\n"),
		    HEAR("A\r\n"), { PEER_RESET, "" } } },
		{ "no longer read", { UP_TO_RCPT_ANY, HEAR("DATA"),
		    SAY("354 go\r\n"), HEAR("A\r\n"), { PEER_PAUSE, "" } } },
	};
	static char big[12 << 20];

	(void)state;
	memset(big, 'A', sizeof big);	/* one line far longer than any buffer */
	big[1] = '\r';
	big[2] = '\n';
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct peer p = peer_start(cases[i].script);
		struct config_server srv = server(p.port);
		struct outcome o;
		char *heard;

		deliver(&srv, slice_make(big, sizeof big), false, &o);
		peer_end(&p, &heard);
		if (o.class != OUTCOME_TEMP || !o.broken)
			fail_msg("%s: %s '%s'", cases[i].label,
			    outcome_class_name(o.class), o.text);
		/* Not one byte of an end came after it. */
		assert_null(strstr(heard, "\r\n.\r\n"));
		assert_null(strstr(heard, "QUIT"));
		free(heard);
	}
}

#define L(s)	{ "" s, sizeof(s) - 1 }

static void
the_bytes_are_exact(void **state)
{
	static const struct {
		const char *label;
		struct slice message, wire;
	} cases[] = {
		{ "plain", L("A: b\r\n\r\nhi\r\n"),
		    L("A: b\r\n\r\nhi\r\n.\r\n") },
		{ "dots", L(".\r\n..\r\n.a\r\n"),
		    L("..\r\n...\r\n..a\r\n.\r\n") },
		{ "no line end at the end", L("A: b\r\n\r\nhi"),
		    L("A: b\r\n\r\nhi\r\n.\r\n") },
		{ "empty lines at the end", L("A: b\r\n\r\n\r\n\r\n"),
		    L("A: b\r\n\r\n\r\n\r\n.\r\n") },
		{ "one dot and no line end", L("."),
		    L("..\r\n.\r\n") },
		{ "8 bits", L("\xff\xfe \xc3\xa4\r\n"),
		    L("\xff\xfe \xc3\xa4\r\n.\r\n") },
		{ "NUL", L("A: b\r\n\r\na\0b\r\n"),
		    L("A: b\r\n\r\na\0b\r\n.\r\n") },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		static const struct peer_step script[] = { UP_TO_DATA, BODY,
		    SAY("250 ok\r\n"), { PEER_END, NULL } };
		struct peer p = peer_start(script);
		struct config_server srv = server(p.port);
		const char *data;
		struct outcome o;
		char *heard;

		deliver(&srv, cases[i].message, true, &o);
		assert_int_equal(peer_end(&p, &heard), 0);
		assert_int_equal(o.class, OUTCOME_DONE);
		data = strstr(heard, "DATA\r\n");
		assert_non_null(data);
		/* QUIT follows at once, or has not been read any more */
		if (memcmp(data + 6, cases[i].wire.ptr, cases[i].wire.len) != 0)
			fail_msg("%s: sent '%s'", cases[i].label, data + 6);
		free(heard);
	}
}

/* What is asked for follows from what is offered. */
static void
extensions_are_used_where_offered(void **state)
{
	static const struct {
		const char *label, *offer;
		const char *from, *to;
		bool has_8bit, utf8;
		const char *mail, *rcpt;	/* NULL: nothing may be sent */
	} cases[] = {
		{ "nothing offered", "250 stub\r\n", "a@b.example", "c@d.example",
		    true, false, "MAIL FROM:<a@b.example>\r\n",
		    "RCPT TO:<c@d.example>\r\n" },
		{ "all of it", "250-stub\r\n250-SIZE 1000\r\n250-8BITMIME\r\n"
		    "250-DSN\r\n250 SMTPUTF8\r\n", "a@b.example", "c@d.example",
		    true, false, "MAIL FROM:<a@b.example> SIZE=6 BODY=8BITMIME\r\n",
		    "RCPT TO:<c@d.example> NOTIFY=FAILURE\r\n" },
		{ "nobody to notify", "250-stub\r\n250 DSN\r\n", "",
		    "c@d.example", false, false, "MAIL FROM:<>\r\n",
		    "RCPT TO:<c@d.example> NOTIFY=NEVER\r\n" },
		{ "seven bits need no 8BITMIME", "250-stub\r\n250 8bitmime\r\n",
		    "", "c@d.example", false, false, "MAIL FROM:<>\r\n",
		    "RCPT TO:<c@d.example>\r\n" },
		{ "UTF-8 header", "250-stub\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
		    "", "c@d.example", true, true,
		    "MAIL FROM:<> BODY=8BITMIME SMTPUTF8\r\n",
		    "RCPT TO:<c@d.example>\r\n" },
		{ "UTF-8 address", "250-stub\r\n250 SMTPUTF8\r\n",
		    "", "j\xc3\xbcrgen@d.example", false, false,
		    "MAIL FROM:<> SMTPUTF8\r\n",
		    "RCPT TO:<j\xc3\xbcrgen@d.example>\r\n" },
		{ "no SMTPUTF8", "250-stub\r\n250 8BITMIME\r\n", "", "c@d.example",
		    true, true, NULL, NULL },
		{ "no SMTPUTF8 for an address", "250 stub\r\n", "",
		    "j\xc3\xbcrgen@d.example", false, false, NULL, NULL },
		{ "too large", "250-stub\r\n250 SIZE 5\r\n", "", "c@d.example",
		    false, false, NULL, NULL },
		{ "SIZE 0 is no limit", "250-stub\r\n250 SIZE 0\r\n", "",
		    "c@d.example", false, false, "MAIL FROM:<> SIZE=6\r\n",
		    "RCPT TO:<c@d.example>\r\n" },
		{ "a command in an address", "250 stub\r\n", "",
		    "c@d.example>\r\nRSET", false, false, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		const struct peer_step taken[] = { SAY("220 x\r\n"), HEAR("EHLO"),
		    SAY(cases[i].offer), HEAR(cases[i].mail), SAY("250 ok\r\n"),
		    HEAR(cases[i].rcpt), SAY("250 ok\r\n"), HEAR("DATA"),
		    SAY("354 go\r\n"), BODY, SAY("250 ok\r\n"), HEAR("QUIT\r\n"),
		    { PEER_END, NULL } };
		const struct peer_step refused[] = { SAY("220 x\r\n"),
		    HEAR("EHLO"), SAY(cases[i].offer), HEAR("QUIT\r\n"),
		    { PEER_END, NULL } };
		bool ok = cases[i].mail != NULL;
		struct peer p = peer_start(ok ? taken : refused);
		struct config_server srv = server(p.port);
		struct smtp *s = NULL;
		struct outcome o;
		char *heard;

		assert_int_equal(smtp_open(&srv, &limits, "test.example", &s, &o), 0);
		smtp_send(s, cases[i].from, cases[i].to, SLICE_LIT("A: b\r\n"),
		    cases[i].has_8bit, cases[i].utf8, &o);
		smtp_close(&s);
		if (peer_end(&p, &heard) != 0 || o.broken ||
		    o.class != (ok ? OUTCOME_DONE : OUTCOME_PERM))
			fail_msg("%s: %s '%s' after '%s'", cases[i].label,
			    outcome_class_name(o.class), o.text, heard);
		free(heard);
	}
}

static void
one_connection_carries_many(void **state)
{
	static const struct peer_step script[] = {
		HELLO, HEAR("MAIL"), SAY("250 ok\r\n"), HEAR("RCPT TO:<no@"),
		SAY("550 no\r\n"),
		/* after a failure the transaction is put back, after success not */
		HEAR("RSET\r\n"), SAY("250 ok\r\n"),
		HEAR("MAIL"), SAY("250 ok\r\n"), HEAR("RCPT TO:<one@"),
		SAY("250 ok\r\n"), HEAR("DATA"), SAY("354 go\r\n"), BODY,
		SAY("250 one\r\n"),
		HEAR("MAIL"), SAY("250 ok\r\n"), HEAR("RCPT TO:<two@"),
		SAY("250 ok\r\n"), HEAR("DATA"), SAY("354 go\r\n"), BODY,
		SAY("250 two\r\n"), HEAR("QUIT\r\n"), { PEER_END, NULL } };
	struct peer p = peer_start(script);
	struct config_server srv = server(p.port);
	struct slice m = SLICE_LIT("A: b\r\n");
	struct smtp *s = NULL;
	struct outcome o;
	char *heard;

	(void)state;
	assert_int_equal(smtp_open(&srv, &limits, "test.example", &s, &o), 0);
	smtp_send(s, "", "no@d.example", m, false, false, &o);
	assert_int_equal(o.class, OUTCOME_PERM);
	smtp_send(s, "", "one@d.example", m, false, false, &o);
	assert_string_equal(o.text, "250 one");
	smtp_send(s, "", "two@d.example", m, false, false, &o);
	assert_string_equal(o.text, "250 two");
	smtp_close(&s);
	assert_int_equal(peer_end(&p, &heard), 0);
	free(heard);
}

static const char password[] = "password";	/* the file */

static void
set_password(const char *secret)
{
	int fd = open(password, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, secret, strlen(secret)), strlen(secret));
	close(fd);
}

#define DIGITS		"01234567890123456789012345678901234567890123456789"
#define LONG_SECRET	DIGITS DIGITS DIGITS DIGITS DIGITS DIGITS DIGITS DIGITS

static const struct {
	const char *label;
	enum config_auth auth;
	const char *secret, *offer;
	struct peer_step script[8];
	bool in;
	const char *text;
} logins[] = {
	{ "PLAIN", AUTH_PLAIN, "pass", "250 AUTH LOGIN PLAIN\r\n",
	    { HEAR("AUTH PLAIN AHVzZXIAcGFzcw==\r\n"), SAY("235 in\r\n") },
	    true, "" },
	{ "LOGIN where there is nothing else", AUTH_PLAIN, "pass",
	    "250 AUTH LOGIN\r\n",
	    { HEAR("AUTH LOGIN\r\n"), SAY("334 VXNlcm5hbWU6\r\n"),
	      HEAR("dXNlcg==\r\n"), SAY("334 UGFzc3dvcmQ6\r\n"),
	      HEAR("cGFzcw==\r\n"), SAY("235 in\r\n") }, true, "" },
	{ "XOAUTH2", AUTH_XOAUTH2, "tok", "250 AUTH PLAIN XOAUTH2\r\n",
	    { HEAR("AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHRvawEB\r\n"),
	      SAY("235 in\r\n") }, true, "" },
	{ "XOAUTH2 refused", AUTH_XOAUTH2, "tok", "250 AUTH XOAUTH2\r\n",
	    { HEAR("AUTH XOAUTH2 "), SAY("334 eyJzdGF0dXMiOiI0MDEifQ==\r\n"),
	      HEAR("\r\n"), SAY("535 5.7.8 expired\r\n") },
	    false, "login refused: 535 5.7.8 expired" },
	{ "a password of 400 bytes is not cut", AUTH_PLAIN, LONG_SECRET,
	    "250 AUTH PLAIN\r\n",
	    { HEAR("AUTH PLAIN \r\n"), SAY("334 \r\n"),
	      HEAR("AHVzZXIAMDEyMzQ1"), SAY("235 in\r\n") }, true, "" },
	{ "refused", AUTH_PLAIN, "pass", "250 AUTH PLAIN\r\n",
	    { HEAR("AUTH PLAIN "), SAY("535 5.7.8 bad\r\n") },
	    false, "login refused: 535 5.7.8 bad" },
	{ "a 2xx that is no 235", AUTH_PLAIN, "pass", "250 AUTH PLAIN\r\n",
	    { HEAR("AUTH PLAIN "), SAY("250 hm\r\n") },
	    false, "login refused: 250 hm" },
	{ "the server repeats the password", AUTH_PLAIN, "sesame42",
	    "250 AUTH PLAIN\r\n",
	    { HEAR("AUTH PLAIN "), SAY("535 'sesame42' is wrong\r\n") },
	    false, "535 (the text is not shown: it repeats the secret)" },
	{ "the server repeats the line", AUTH_PLAIN, "sesame42",
	    "250 AUTH PLAIN\r\n",
	    { HEAR("AUTH PLAIN "), SAY("501 AUTH PLAIN AHVzZXIAc2VzYW1lNDI=\r\n") },
	    false, "501 (the text is not shown: it repeats the secret)" },
	{ "not offered", AUTH_PLAIN, "pass", "250 AUTH CRAM-MD5\r\n",
	    { HEAR("QUIT") }, false, "does not offer AUTH PLAIN" },
	{ "XOAUTH2 not offered", AUTH_XOAUTH2, "pass", "250 AUTH PLAIN\r\n",
	    { HEAR("QUIT") }, false, "does not offer AUTH XOAUTH2" },
};

static void
logins_say_what_is_offered(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(logins); i++) {
		struct peer_step script[STEPS_MAX] = { SAY("220 x\r\n"),
		    HEAR("EHLO"), SAY("250-x\r\n"), SAY(logins[i].offer) };
		struct config_server srv;
		struct smtp *s = NULL;
		struct outcome o;
		struct peer p;
		char *heard;
		int r;

		set_password(logins[i].secret);
		memcpy(script + 4, logins[i].script, sizeof logins[i].script);
		p = peer_start(script);
		srv = server(p.port);
		srv.user = "user";
		srv.auth = logins[i].auth;
		srv.password_file = password;
		r = smtp_open(&srv, &limits, "test.example", &s, &o);
		smtp_close(&s);
		if (peer_end(&p, &heard) != 0 || (r == 0) != logins[i].in ||
		    (r < 0 && (o.class != OUTCOME_TEMP ||
		    strstr(o.text, logins[i].text) == NULL)))
			fail_msg("%s: %d '%s' after '%s'", logins[i].label, r,
			    r < 0 ? o.text : "", heard);
		if (r < 0)
			assert_null(strstr(o.text, logins[i].secret));
		free(heard);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_refusal_has_its_outcome),
		cmocka_unit_test(hostile_servers_cost_little_time_and_memory),
		cmocka_unit_test(a_cut_in_the_data_is_not_uncertain),
		cmocka_unit_test(the_bytes_are_exact),
		cmocka_unit_test(extensions_are_used_where_offered),
		cmocka_unit_test(one_connection_carries_many),
		cmocka_unit_test(logins_say_what_is_offered),
	};

	return cmocka_run_group_tests(tests, tempdir_setup, tempdir_teardown);
}
