/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/smtputf8.h"

static void
an_address_in_utf8_needs_it(void **state)
{
	static const struct {
		const char *label, *head;
		bool want;
	} cases[] = {
		{ "ASCII", "From: Jane <jane@paper.example>\n", false },
		{ "a local part", "From: <j\xC3\xA4ne@paper.example>\n", true },
		{ "a domain", "To: a@x.example, jane@b\xC3\xBCro.example\r\n", true },
		{ "no brackets, folded", "Cc: a@x.example,\n \xC3\xA4@x.example\n", true },
		{ "the last of many", "To: a@x.example\nTo: b@x.example\nTo: \xC3\xBC@x\n",
		  true },
		{ "a name alone", "From: J\xC3\xA4ne <jane@paper.example>\n", false },
		{ "a name beside an at", "From: \"Gr\xC3\xBC\xC3\x9F at @home\" <a@x>\n", false },
		{ "a subject", "Subject: Gr\xC3\xBC\xC3\x9F\x65@home\n", false },
		{ "a subject with an address", "Subject: \xC3\xA4@x.example\n", false },
		{ "what is not UTF-8", "From: <j\xE4ne@paper.example>\n", false },
		{ "a body", "From: a@x.example\n\nTo: \xC3\xA4@x.example\n", false },
		{ "nothing", "", false },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		struct header_list list;

		header_scan(a, slice_str(cases[i].head), 100, 1000, &list);
		if (smtputf8_needed(&list) != cases[i].want)
			fail_msg("%s", cases[i].label);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_in_utf8_needs_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
