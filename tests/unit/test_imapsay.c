/* SPDX-License-Identifier: MIT */
#include "net/imapsay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
the_tagged_line_is_found(void **state)
{
	static const struct {
		const char *response;
		bool found;
		enum imap_status status;
		const char *text, *code;
		bool permanent, missing;
	} cases[] = {
		{ "7 OK done\r\n", true, IMAP_OK, "OK done", "", false, false },
		{ "7 ok\r\n", true, IMAP_OK, "ok", "", false, false },
		{ "* OK x\r\n7 NO [TRYCREATE] y\r\n", true, IMAP_NO,
		    "NO [TRYCREATE] y", "TRYCREATE", false, true },
		{ "7 NO [cannot] y\r\n", true, IMAP_NO, "NO [cannot] y", "cannot",
		    true, false },
		{ "7 OK [NOPERM] odd\r\n", true, IMAP_OK, "OK [NOPERM] odd",
		    "NOPERM", false, false },
		{ "7 OK [APPENDUID 1 2] x\r\n", true, IMAP_OK,
		    "OK [APPENDUID 1 2] x", "APPENDUID", false, false },
		{ "7 BAD what\r\n", true, IMAP_BAD, "BAD what", "", false, false },
		{ "7 NO text [CANNOT]\r\n", true, IMAP_NO, "NO text [CANNOT]", "",
		    false, false },
		{ "7 NO [", true, IMAP_NO, "NO [", "", false, false },
		{ "77 OK x\r\n", false, IMAP_BAD, "", "", false, false },
		{ "7 OKAY x\r\n", false, IMAP_BAD, "", "", false, false },
		{ "* 7 OK x\r\n", false, IMAP_BAD, "", "", false, false },
		{ "", false, IMAP_BAD, "", "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct imap_reply r;
		bool found = imap_reply_parse(slice_str(cases[i].response), 7, &r);

		if (found != cases[i].found || r.status != cases[i].status ||
		    !slice_eq_str(r.text, cases[i].text) ||
		    !slice_eq_str(r.code, cases[i].code) ||
		    imap_reply_permanent(&r) != cases[i].permanent ||
		    imap_reply_missing(&r) != cases[i].missing)
			fail_msg("'%s' gives '" SLICE_FMT "'", cases[i].response,
			    SLICE_ARG(r.text));
	}
}

static void
a_mailbox_is_named_as_the_server_does(void **state)
{
	static const struct {
		const char *prefix;
		char delimiter;
		const char *mailbox, *want;
	} cases[] = {
		{ "", '/', "Triage/Press", "Triage/Press" },
		{ "", '.', "Triage/Press", "Triage.Press" },
		{ "INBOX.", '.', "Triage/Press", "INBOX.Triage.Press" },
		{ "Team/", '.', "A", "Team.A" },
		{ "", '\0', "A/B", "A/B" },
		{ "INBOX.", '.', "inbox", "INBOX" },
		{ "", '/', "B\xc3\xbcro/R&D", "B&APw-ro/R&-D" },
		{ "", '/', "a \"b\" \\", "a \"b\" \\" },
		{ "", '/', "", NULL },
		{ "", '/', "/A", NULL },
		{ "", '/', "A/", NULL },
		{ "", '/', "A//B", NULL },
		{ "", '/', "A\r\nB", NULL },
		{ "", '/', "A\xff", NULL },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT;
		bool ok = imap_mailbox(cases[i].prefix, cases[i].delimiter,
		    cases[i].mailbox, &b);

		if (ok != (cases[i].want != NULL) ||
		    (ok && strcmp(buf_str(&b), cases[i].want) != 0))
			fail_msg("'%s' gives '%s'", cases[i].mailbox, buf_str(&b));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tagged_line_is_found),
		cmocka_unit_test(a_mailbox_is_named_as_the_server_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
