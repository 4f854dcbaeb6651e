/* SPDX-License-Identifier: MIT */
#include "net/smtpsay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
capabilities_are_read_from_anything(void **state)
{
	static const struct {
		const char *reply;
		struct smtp_caps want;
	} cases[] = {
		{ "", { 0 } },
		{ "host STARTTLS", { 0 } },
		{ "host\nSTARTTLS\n8BITMIME\nSMTPUTF8\nDSN\nSIZE 10\n",
		    { true, true, true, true, true, false, false, false, 10 } },
		{ "host\nsize\nauth plain login xoauth2",
		    { .size = true, .auth_plain = true, .auth_login = true,
		      .auth_xoauth2 = true } },
		{ "host\nAUTH\t PLAIN\tLOGIN \n", { .auth_plain = true,
		    .auth_login = true } },
		{ "host\nAUTH=LOGIN\n", { .auth_login = true } },
		{ "host\nAUTH PLAINER XPLAIN\nSTARTTLSX\nXSIZE 3\n", { 0 } },
		{ "host\nSIZE 99999999999999999999999\n", { .size = true } },
		{ "host\n\n \nAUTH\n", { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct smtp_caps c, w = cases[i].want;

		smtp_caps_parse(slice_str(cases[i].reply), &c);
		if (c.starttls != w.starttls || c.eightbitmime != w.eightbitmime ||
		    c.smtputf8 != w.smtputf8 || c.dsn != w.dsn || c.size != w.size ||
		    c.auth_plain != w.auth_plain || c.auth_login != w.auth_login ||
		    c.auth_xoauth2 != w.auth_xoauth2 || c.size_max != w.size_max)
			fail_msg("'%s'", cases[i].reply);
	}
}

static void
addresses_are_quoted_where_needed(void **state)
{
	static const struct {
		const char *addr, *want;
	} cases[] = {
		{ "a@b.example", "a@b.example" },
		{ "a.b+c@d.example", "a.b+c@d.example" },
		{ "a..b@d.example", "\"a..b\"@d.example" },
		{ ".a@d.example", "\".a\"@d.example" },
		{ "a.@d.example", "\"a.\"@d.example" },
		{ "a,b@d.example", "\"a,b\"@d.example" },
		{ "a\"b@d.example", "\"a\\\"b\"@d.example" },
		{ "a\\b@d.example", "\"a\\\\b\"@d.example" },
		{ "a@b@d.example", "\"a@b\"@d.example" },
		{ "\"a@b\"@d.example", "\"a@b\"@d.example" },
		{ "\"a\"b\"@d.example", "\"\\\"a\\\"b\\\"\"@d.example" },
		{ "postmaster", "postmaster" },
		{ "j\xc3\xbcrgen@d.example", "j\xc3\xbcrgen@d.example" },
		{ "a b@d.example", NULL },
		{ "a>@d.example", NULL },
		{ "a\r\nRSET@d.example", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT;
		int r = smtp_path(cases[i].addr, &b);

		if ((r == 0) != (cases[i].want != NULL) ||
		    (r == 0 && strcmp(buf_str(&b), cases[i].want) != 0))
			fail_msg("'%s' gives '%s'", cases[i].addr, buf_str(&b));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capabilities_are_read_from_anything),
		cmocka_unit_test(addresses_are_quoted_where_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
