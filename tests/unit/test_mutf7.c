/* SPDX-License-Identifier: MIT */
#include "net/mutf7.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
names_become_modified_utf7(void **state)
{
	static const struct {
		const char *utf8, *want;
	} cases[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "R&D", "R&-D" },
		{ "&", "&-" },
		{ "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
		    "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },	/* RFC 3501, 5.1.3 */
		{ "\xc3\xa4", "&AOQ-" },
		{ "\xc3\xa4\xc3\xb6\xc3\xbc", "&AOQA9gD8-" },
		{ "\xc3\xa4&", "&AOQ-&-" },
		{ "\xf0\x9f\x93\xa8", "&2D3c6A-" },		/* U+1F4E8 */
		{ "a\xc3\xa4z", "a&AOQ-z" },
		{ "\xc2\x85", NULL },
		{ "a\tb", NULL },
		{ "\x7f", NULL },
		{ "\xc3", NULL },
		{ "\xed\xa0\x80", NULL },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT;
		int r = mutf7_encode(slice_str(cases[i].utf8), &b);

		if ((r == 0) != (cases[i].want != NULL) ||
		    (r == 0 && strcmp(buf_str(&b), cases[i].want) != 0))
			fail_msg("'%s' gives '%s'", cases[i].utf8, buf_str(&b));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_modified_utf7),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
