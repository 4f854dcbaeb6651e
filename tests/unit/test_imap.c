/* SPDX-License-Identifier: MIT */
#include "net/imap.h"

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
#define LITERAL		{ PEER_LITERAL, "" }
#define STALL		{ PEER_STALL, "" }
#define CAPS		HEAR("1 CAPABILITY\r\n"), \
			SAY("* CAPABILITY IMAP4rev1 UIDPLUS\r\n1 OK done\r\n")
#define LOGGED_IN	SAY("* OK hi\r\n"), CAPS, \
			HEAR("2 LOGIN \"user\" \"pa\\\"ss\"\r\n"), SAY("2 OK in\r\n")
#define IN		LOGGED_IN, HEAR("3 LIST \"\" \"\"\r\n"), \
			SAY("* LIST (\\Noselect) \".\" \"\"\r\n3 OK done\r\n")
#define APPEND		IN, HEAR("4 APPEND \"Triage.Press\" () " \
			"\"28-Nov-2026 18:47:01 +0000\" {12}\r\n")
#define MISSING		APPEND, SAY("4 NO [TRYCREATE] no such mailbox\r\n"), \
			HEAR("5 CREATE \"Triage.Press\"\r\n")
#define BYE		HEAR("")

enum { STEPS_MAX = 32 };

static const int64_t received_ms = INT64_C(1795891621000);

static const char password[] = "password";	/* the file */

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
	return (struct config_server){ .name = "imap", .host = "127.0.0.1",
	    .port = port, .tls = TLS_NONE, .user = "user", .prefix = "",
	    .password_file = password };
}

/* In a directory of our own, with a password file in it. */
static int
setup(void **state)
{
	int fd;

	if (tempdir_setup(state) < 0)
		return -1;
	fd = open(password, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "pa\"ss\n", 6) != 6)
		return -1;
	return close(fd);
}

static void
file_one(const struct config_server *srv, bool in_time, struct outcome *o)
{
	struct imap *im = NULL;

	memset(o, 0x55, sizeof *o);
	if (imap_open(srv, in_time ? &limits : &short_limits, &im, o) < 0)
		return;
	imap_append(im, "Triage/Press", SLICE_LIT("A: b\r\n\r\nhi\r\n"), received_ms,
	    o);
	imap_close(&im);
}

static const struct {
	const char *label;
	struct peer_step script[STEPS_MAX];
	enum outcome_class class;
	bool broken;
	const char *text, *place;
} answers[] = {
	{ "appended", { APPEND, SAY("+ go\r\n"), LITERAL,
	    SAY("4 OK [APPENDUID 38505 17] done\r\n") },
	    OUTCOME_DONE, false, "OK [APPENDUID 38505 17] done",
	    "UID 17 of Triage/Press" },
	{ "appended, no UIDPLUS", { APPEND, SAY("+ go\r\n"), LITERAL,
	    SAY("4 OK done\r\n") }, OUTCOME_DONE, false, "OK done",
	    "Triage/Press" },
	{ "news in between", { APPEND, SAY("+ go\r\n"), LITERAL,
	    SAY("* 5 EXISTS\r\n* 1 RECENT\r\n* OK still here\r\n4 OK done\r\n") },
	    OUTCOME_DONE, false, "OK done", "Triage/Press" },
	{ "created first", { MISSING, SAY("5 OK made\r\n"),
	    HEAR("6 SUBSCRIBE \"Triage.Press\"\r\n"), SAY("6 OK x\r\n"),
	    HEAR("7 APPEND"), SAY("+ go\r\n"), LITERAL,
	    SAY("7 OK [APPENDUID 1 2] done\r\n") },
	    OUTCOME_DONE, false, "OK", "UID 2 of Triage/Press" },
	{ "created, but not subscribed", { MISSING, SAY("5 OK made\r\n"),
	    HEAR("6 SUBSCRIBE"), SAY("6 NO won't\r\n"), HEAR("7 APPEND"),
	    SAY("+ go\r\n"), LITERAL, SAY("7 OK done\r\n") },
	    OUTCOME_DONE, false, "OK done", "Triage/Press" },
	{ "created by somebody else", { MISSING,
	    SAY("5 NO [ALREADYEXISTS] it is there\r\n"), HEAR("6 APPEND"),
	    SAY("+ go\r\n"), LITERAL, SAY("6 OK done\r\n") },
	    OUTCOME_DONE, false, "OK done", "Triage/Press" },
	{ "can't be created", { MISSING, SAY("5 NO [CANNOT] odd name\r\n"),
	    HEAR("6 APPEND"), SAY("6 NO [TRYCREATE] none\r\n") },
	    OUTCOME_PERM, false, "CREATE: NO [CANNOT] odd name", "" },
	{ "can't be created now", { MISSING, SAY("5 NO disk full\r\n"),
	    HEAR("6 APPEND"), SAY("6 NO [TRYCREATE] none\r\n") },
	    OUTCOME_TEMP, false, "CREATE: NO disk full", "" },
	{ "over quota", { APPEND,
	    SAY("4 NO [OVERQUOTA] Quota exceeded\r\n") },
	    OUTCOME_TEMP, false, "APPEND: NO [OVERQUOTA] Quota exceeded", "" },
	{ "over quota after the data", { APPEND, SAY("+ go\r\n"), LITERAL,
	    SAY("4 NO [OVERQUOTA] Quota exceeded\r\n") },
	    OUTCOME_TEMP, false, "APPEND: NO [OVERQUOTA] Quota exceeded", "" },
	{ "no without a reason", { APPEND, SAY("4 NO sorry\r\n") },
	    OUTCOME_TEMP, false, "APPEND: NO sorry", "" },
	{ "no right", { APPEND, SAY("4 NO [NOPERM] not yours\r\n") },
	    OUTCOME_PERM, false, "APPEND: NO [NOPERM] not yours", "" },
	{ "too large", { APPEND, SAY("4 NO [TOOBIG] too big\r\n") },
	    OUTCOME_PERM, false, "APPEND: NO [TOOBIG] too big", "" },
	{ "BAD", { APPEND, SAY("+ go\r\n"), LITERAL,
	    SAY("4 BAD NUL in literal\r\n") },
	    OUTCOME_PERM, false, "APPEND: BAD NUL in literal", "" },
	{ "BYE as greeting", { SAY("* BYE overloaded\r\n") },
	    OUTCOME_TEMP, true, "greeting: * BYE overloaded", "" },
	{ "nonsense as greeting", { SAY("220 smtp here\r\n") },
	    OUTCOME_TEMP, true, "greeting: 220 smtp here", "" },
	{ "gone at once", { SAY("") }, OUTCOME_TEMP, true,
	    "greeting: the server closed the connection", "" },
	{ "silent", { STALL }, OUTCOME_TEMP, true, "greeting: timed out", "" },
	{ "BYE to LOGIN", { SAY("* OK hi\r\n"), CAPS, HEAR("2 LOGIN"),
	    SAY("* BYE going down\r\n") }, OUTCOME_TEMP, true, "login", "" },
	{ "login refused", { SAY("* OK hi\r\n"), CAPS, HEAR("2 LOGIN"),
	    SAY("2 NO [AUTHENTICATIONFAILED] no\r\n") }, OUTCOME_TEMP, true,
	    "login refused: NO [AUTHENTICATIONFAILED] no", "" },
	{ "login repeated to us", { SAY("* OK hi\r\n"), CAPS,
	    HEAR("2 LOGIN"), SAY("2 NO 'pa\"ss' is wrong\r\n") },
	    OUTCOME_TEMP, true, "it repeats the secret", "" },
	{ "no passwords", { SAY("* OK hi\r\n"), HEAR("1 CAPABILITY"),
	    SAY("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n1 OK x\r\n") },
	    OUTCOME_TEMP, true, "LOGINDISABLED", "" },
	{ "OK, but no capabilities", { SAY("* OK hi\r\n"),
	    HEAR("1 CAPABILITY"), SAY("1 OK none\r\n"), HEAR("2 LOGIN"),
	    SAY("2 NO no\r\n") }, OUTCOME_TEMP, true, "login refused: NO no",
	    "" },
	{ "logged in by greeting", { SAY("* PREAUTH hi\r\n"),
	    HEAR("1 LIST \"\" \"\""), SAY("1 OK x\r\n"),
	    HEAR("2 APPEND \"Triage/Press\" "), SAY("+ go\r\n"), LITERAL,
	    SAY("2 OK done\r\n") }, OUTCOME_DONE, false, "OK done",
	    "Triage/Press" },
	{ "no hierarchy", { LOGGED_IN, HEAR("3 LIST"),
	    SAY("* LIST (\\Noselect) NIL \"\"\r\n3 OK done\r\n"),
	    HEAR("4 APPEND \"Triage/Press\" "), SAY("+ go\r\n"), LITERAL,
	    SAY("4 OK done\r\n") }, OUTCOME_DONE, false, "OK done",
	    "Triage/Press" },
	{ "silence before the data", { APPEND, STALL },
	    OUTCOME_TEMP, true, "APPEND: timed out", "" },
	{ "gone before the data", { APPEND }, OUTCOME_TEMP, true,
	    "APPEND: the server closed the connection", "" },
	{ "reset in the data", { APPEND, SAY("+ go\r\n"), HEAR("A: b\r\n"),
	    { PEER_RESET, "" } }, OUTCOME_UNCERTAIN, true, "APPEND: ", "" },
	{ "silence after the data", { APPEND, SAY("+ go\r\n"), LITERAL, STALL },
	    OUTCOME_UNCERTAIN, true, "APPEND: timed out", "" },
	{ "gone after the data", { APPEND, SAY("+ go\r\n"), LITERAL },
	    OUTCOME_UNCERTAIN, true,
	    "APPEND: the server closed the connection", "" },
	{ "BYE after the data", { APPEND, SAY("+ go\r\n"), LITERAL,
	    SAY("* BYE sorry\r\n") }, OUTCOME_UNCERTAIN, true, "APPEND: ", "" },
	{ "another's tag after the data", { APPEND, SAY("+ go\r\n"), LITERAL,
	    SAY("99 OK done\r\n"), STALL }, OUTCOME_UNCERTAIN, true,
	    "APPEND: ", "" },
	{ "news before the invitation", { APPEND, SAY("* 5 EXISTS\r\n"),
	    SAY("* 1 RECENT\r\n+ go\r\n"), LITERAL, SAY("4 OK done\r\n") },
	    OUTCOME_DONE, false, "OK done", "Triage/Press" },
	{ "news without end", { APPEND, { PEER_FLOOD, "* 5 EXISTS\r\n" } },
	    OUTCOME_TEMP, true, "sends too much", "" },
	{ "OK before the data", { APPEND, SAY("4 OK [APPENDUID 1 1] done\r\n") },
	    OUTCOME_TEMP, true, "APPEND: ", "" },
};

static void
each_answer_has_its_outcome(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(answers); i++) {
		struct peer p = peer_start(answers[i].script);
		struct config_server srv = server(p.port);
		struct outcome o;
		char *heard;

		file_one(&srv, strstr(answers[i].text, "timed out") == NULL, &o);
		if (peer_end(&p, &heard) != 0 || o.class != answers[i].class ||
		    o.broken != answers[i].broken ||
		    strstr(o.text, answers[i].text) == NULL ||
		    strcmp(o.place, answers[i].place) != 0)
			fail_msg("%s: %s %s '%s' '%s'", answers[i].label,
			    outcome_class_name(o.class),
			    o.broken ? "broken" : "whole", o.text, o.place);
		assert_null(strstr(o.text, "pa\"ss"));
		free(heard);
	}
}

/* What makes other clients hang, grow or die. */
static void
hostile_servers_cost_little_time_and_memory(void **state)
{
	static char parens[60000], caps[5000];
	const struct {
		const char *label;
		struct peer_step script[STEPS_MAX];
		const char *text;
	} cases[] = {
		{ "60 kB of parentheses", { SAY("* OK hi\r\n"), CAPS,
		    HEAR("2 LOGIN"), SAY("* 1 FETCH (BODYSTRUCTURE "), SAY(parens),
		    SAY("\r\n2 OK x\r\n"), STALL }, "" },
		{ "a literal of 3 GB", { LOGGED_IN, HEAR("3 LIST"),
		    SAY("* LIST () \"/\" {3000000000}\r\nabc"), STALL },
		    "too large a literal" },
		{ "a literal of 3 GB in pieces", { LOGGED_IN, HEAR("3 LIST"),
		    SAY("* LIST () \"/\" {30000"), SAY("00000}\r"), SAY("\nabc"),
		    STALL }, "too large a literal" },
		{ "a literal of more digits than a number has", { LOGGED_IN,
		    HEAR("3 LIST"), SAY("* LIST () \"/\" "
		    "{99999999999999999999999999999999999999}\r\n"), STALL },
		    "too large a literal" },
		{ "endless capabilities", { SAY("* OK hi\r\n"), HEAR("1 CAP"),
		    { PEER_FLOOD, "* CAPABILITY IMAP4rev1\r\n" } },
		    "sends too much" },
		{ "an endless alert", { { PEER_FLOOD, "* OK [ALERT] AAAAAAAAAAAAA" } },
		    "sends too much" },
		{ "a byte now and then", { SAY("* OK hi\r\n"), HEAR("1 CAP"),
		    { PEER_DRIP, "* OK AAAAAAA\r\n" } }, "timed out" },
		{ "empty lines", { SAY("* OK hi\r\n"), HEAR("1 CAP"),
		    SAY("\r\n\r\n") }, "empty line" },
		{ "an empty line as greeting", { SAY("\n") }, "empty line" },
		{ "an empty status", { SAY("* OK hi\r\n"), HEAR("1 CAP"),
		    SAY("* STATUS INBOX ()\r\n1 OK x\r\n"), HEAR("2 LOGIN"),
		    SAY("2 NO x\r\n") }, "" },
		{ "a challenge without end", { SAY("* OK hi\r\n"), CAPS,
		    HEAR("2 LOGIN"), SAY("+ more\r\n"), HEAR("\r\n"),
		    SAY("+ more\r\n"), STALL }, "timed out" },
		{ "only the tag", { SAY("* OK hi\r\n"), HEAR("1 CAP"), SAY("1\r\n"),
		    STALL }, "" },
		{ "NULs", { SAY("* OK hi\r\n"), HEAR("1 CAP"), SAY("1 \x01\x02\r\n"),
		    STALL }, "" },
		{ "many capabilities", { SAY("* OK hi\r\n"), HEAR("1 CAP"),
		    SAY("* CAPABILITY IMAP4rev1"), SAY(caps), SAY("\r\n1 OK x\r\n"),
		    HEAR("2 LOGIN"), SAY("2 NO x\r\n") }, "NO x" },
	};

	long before = peak_kb();

	(void)state;
	memset(parens, '(', sizeof parens - 1);
	for (size_t i = 0; i < sizeof caps - 1; i++)
		caps[i] = i % 24 == 0 ? ' ' : 'A';
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct peer p = peer_start(cases[i].script);
		struct config_server srv = server(p.port);
		int64_t start = clock_mono_ms();
		struct outcome o;
		char *heard;

		file_one(&srv, strstr(cases[i].text, "timed out") == NULL, &o);
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

static void
a_copy_is_found_by_its_id(void **state)
{
	static const char search[] = "5 UID SEARCH HEADER X-Mroute-Id \"01ABC.1\""
	    " NOT HEADER X-Mroute-Id \"01ABC.10\"";
	const struct {
		const char *label;
		struct peer_step script[STEPS_MAX];
		enum outcome_class class;
		bool broken;
		const char *text, *place;
	} cases[] = {
		{ "there", { IN, HEAR("4 EXAMINE \"Triage.Press\"\r\n"),
		    SAY("* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* 0 RECENT\r\n"
		    "* OK [UIDVALIDITY 1] x\r\n4 OK [READ-ONLY] done\r\n"),
		    HEAR(search), SAY("* SEARCH 17\r\n5 OK done\r\n"),
		    HEAR("6 CLOSE\r\n"), SAY("6 OK x\r\n") },
		    OUTCOME_DONE, false, "is in", "UID 17 of Triage/Press" },
		{ "not there", { IN, HEAR("4 EXAMINE"), SAY("4 OK done\r\n"),
		    HEAR(search), SAY("* SEARCH\r\n5 OK done\r\n"),
		    HEAR("6 CLOSE\r\n"), SAY("6 OK x\r\n") },
		    OUTCOME_PERM, false, "is not in", "" },
		{ "no such mailbox", { IN, HEAR("4 EXAMINE"),
		    SAY("4 NO [NONEXISTENT] none\r\n") },
		    OUTCOME_PERM, false, "there is no 'Triage/Press'", "" },
		{ "no such mailbox, no codes", { IN, HEAR("4 EXAMINE"),
		    SAY("4 NO none\r\n"), HEAR("5 LIST \"\" \"Triage.Press\"\r\n"),
		    SAY("5 OK done\r\n") },
		    OUTCOME_PERM, false, "there is no 'Triage/Press'", "" },
		{ "locked", { IN, HEAR("4 EXAMINE"), SAY("4 NO [INUSE] locked\r\n"),
		    HEAR("5 LIST \"\" \"Triage.Press\"\r\n"),
		    SAY("* LIST () \".\" Triage.Press\r\n5 OK done\r\n") },
		    OUTCOME_TEMP, false, "EXAMINE: NO [INUSE] locked", "" },
		{ "can't search", { IN, HEAR("4 EXAMINE"), SAY("4 OK done\r\n"),
		    HEAR("5 UID SEARCH"), SAY("5 NO [CANNOT] not now\r\n") },
		    OUTCOME_TEMP, false, "SEARCH: NO [CANNOT] not now", "" },
		{ "gone", { IN, HEAR("4 EXAMINE"), SAY("4 OK done\r\n"),
		    HEAR("5 UID SEARCH") }, OUTCOME_TEMP, true, "SEARCH: ", "" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct peer p = peer_start(cases[i].script);
		struct config_server srv = server(p.port);
		struct imap *im = NULL;
		struct outcome o;
		char *heard;

		assert_int_equal(imap_open(&srv, &limits, &im, &o), 0);
		memset(&o, 0x55, sizeof o);
		imap_find(im, "Triage/Press", "01ABC.1", &o);
		imap_close(&im);
		if (peer_end(&p, &heard) != 0 || o.class != cases[i].class ||
		    o.broken != cases[i].broken ||
		    strstr(o.text, cases[i].text) == NULL ||
		    strcmp(o.place, cases[i].place) != 0)
			fail_msg("%s: %s %s '%s' '%s'", cases[i].label,
			    outcome_class_name(o.class),
			    o.broken ? "broken" : "whole", o.text, o.place);
		free(heard);
	}
}

static void
a_token_logs_in(void **state)
{
	static const struct {
		const char *label;
		struct peer_step script[STEPS_MAX];
		bool in;
		const char *text;
	} cases[] = {
		{ "accepted", { SAY("* OK hi\r\n"), HEAR("1 CAPABILITY"),
		    SAY("* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2\r\n1 OK x\r\n"),
		    HEAR("2 AUTHENTICATE XOAUTH2 "
		    "dXNlcj11c2VyAWF1dGg9QmVhcmVyIHBhInNzAQE=\r\n"),
		    SAY("2 OK in\r\n"), HEAR("3 LIST"), SAY("3 OK x\r\n") }, true, "" },
		{ "refused with a challenge", { SAY("* OK hi\r\n"),
		    HEAR("1 CAPABILITY"),
		    SAY("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n1 OK x\r\n"),
		    HEAR("2 AUTHENTICATE"), SAY("+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"),
		    HEAR("\r\n"), SAY("2 NO expired\r\n") }, false,
		    "login refused: NO expired" },
		{ "not offered", { SAY("* OK hi\r\n"), HEAR("1 CAPABILITY"),
		    SAY("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n1 OK x\r\n") }, false,
		    "does not offer AUTH=XOAUTH2" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct peer p = peer_start(cases[i].script);
		struct config_server srv = server(p.port);
		struct imap *im = NULL;
		struct outcome o = { .text = "" };
		char *heard;
		int r;

		srv.auth = AUTH_XOAUTH2;
		r = imap_open(&srv, &limits, &im, &o);
		imap_close(&im);
		if (peer_end(&p, &heard) != 0 || (r == 0) != cases[i].in ||
		    strstr(o.text, cases[i].text) == NULL)
			fail_msg("%s: %d '%s'", cases[i].label, r, o.text);
		free(heard);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answer_has_its_outcome),
		cmocka_unit_test(hostile_servers_cost_little_time_and_memory),
		cmocka_unit_test(a_copy_is_found_by_its_id),
		cmocka_unit_test(a_token_logs_in),
	};

	return cmocka_run_group_tests(tests, setup, tempdir_teardown);
}
