/* SPDX-License-Identifier: MIT */
/* Captures as values: what is understood, and what is better left as written. */
#include "model_help.h"

#include "model/typed.h"

#include "base/utf8.h"
#include "manual.h"

/* Of a message sent on Friday, 28 May 2027. */
#define SENT	"Fri, 28 May 2027 10:00:00 +0200"

static const struct {
	enum typed type;
	const char *text, *want;
} cases[] = {
	{ TYPED_EMAIL, "jane@x.example", "jane@x.example" },
	{ TYPED_EMAIL, "Jane Roe <Jane.Roe@X.Example>.", "jane.roe@x.example" },
	{ TYPED_EMAIL, "mailto:jane@x.example?subject=a", "jane@x.example" },
	{ TYPED_EMAIL, "write to jane@x.example, please", "jane@x.example" },
	{ TYPED_EMAIL, "jane@bücher.example", "jane@xn--bcher-kva.example" },
	{ TYPED_EMAIL, "jane＠x.example", "jane@x.example" },
	{ TYPED_EMAIL, "jane@localhost", "" },
	{ TYPED_EMAIL, "jane at x.example", "" },
	{ TYPED_EMAIL, "@x.example", "" },
	{ TYPED_EMAIL, "jane@", "" },
	{ TYPED_EMAIL, "jane@-.example", "" },
	{ TYPED_EMAIL, "", "" },

	{ TYPED_PHONE, "+1 (555) 123-4567", "+15551234567" },
	{ TYPED_PHONE, "555.123.4567", "5551234567" },
	{ TYPED_PHONE, "0049 30 123456", "+4930123456" },
	{ TYPED_PHONE, "+49 (0) 30 / 12 34 56-7", "+49301234567" },
	{ TYPED_PHONE, "(030) 123456", "030123456" },
	{ TYPED_PHONE, "Tel.: 030 123456", "030123456" },
	{ TYPED_PHONE, "030 123456 ext. 12", "030123456;ext=12" },
	{ TYPED_PHONE, "555 123 4567 x89", "5551234567;ext=89" },
	{ TYPED_PHONE, "030 123456 until noon", "030123456" },
	{ TYPED_PHONE, "＋４９ ３０ １２３４５６", "+4930123456" },
	{ TYPED_PHONE, "030 123456 or 030 654321", "" },
	{ TYPED_PHONE, "1234", "" },
	{ TYPED_PHONE, "+1234567890123456", "" },
	{ TYPED_PHONE, "1-800-FLOWERS", "" },
	{ TYPED_PHONE, "+", "" },
	{ TYPED_PHONE, "none", "" },

	{ TYPED_URL, "https://X.Example/A?b#c", "https://x.example/A?b#c" },
	{ TYPED_URL, "HTTP://x.example", "http://x.example" },
	{ TYPED_URL, "www.x.example.", "https://www.x.example" },
	{ TYPED_URL, "see <x.example/a>", "" },
	{ TYPED_URL, "<x.example/a>", "https://x.example/a" },
	{ TYPED_URL, "see www.x.example/a, please", "https://www.x.example/a" },
	{ TYPED_URL, "see https://x.example:8080/a).", "https://x.example:8080/a" },
	{ TYPED_URL, "https://bücher.example/ü", "https://xn--bcher-kva.example/ü" },
	{ TYPED_URL, "ftp://x.example/a", "ftp://x.example/a" },
	{ TYPED_URL, "https://user:pw@x.example/", "" },
	{ TYPED_URL, "https://x.example:/", "" },
	{ TYPED_URL, "https://", "" },
	{ TYPED_URL, "javascript:alert(1)", "" },
	{ TYPED_URL, "localhost", "" },
	{ TYPED_URL, "jane@x.example", "" },

	{ TYPED_DATE, "2027-05-03", "2027-05-03" },
	{ TYPED_DATE, "2027/5/3 10:00", "2027-05-03" },
	{ TYPED_DATE, "20270503", "2027-05-03" },
	{ TYPED_DATE, "3.5.2027", "2027-05-03" },
	{ TYPED_DATE, "03. 05. 27", "2027-05-03" },
	{ TYPED_DATE, "3.5.95", "1995-05-03" },
	{ TYPED_DATE, "13/5/2027", "2027-05-13" },
	{ TYPED_DATE, "5/13/2027", "2027-05-13" },
	{ TYPED_DATE, "5/5/2027", "2027-05-05" },
	{ TYPED_DATE, "3/5/2027", "" },
	{ TYPED_DATE, "3-5-2027", "" },
	{ TYPED_DATE, "13/13/2027", "" },
	{ TYPED_DATE, "31.4.2027", "" },
	{ TYPED_DATE, "29.2.2027", "" },
	{ TYPED_DATE, "29.2.2028", "2028-02-29" },
	{ TYPED_DATE, "3.5.1827", "" },
	{ TYPED_DATE, "3.5.202", "" },
	{ TYPED_DATE, "Monday, 3 May 2027 at 10 am", "2027-05-03" },
	{ TYPED_DATE, "the 3rd of May, 2027", "2027-05-03" },
	{ TYPED_DATE, "May 3rd, 2027", "2027-05-03" },
	{ TYPED_DATE, "May 3-5, 2027", "2027-05-03" },
	{ TYPED_DATE, "3–5 May 2027", "2027-05-03" },
	{ TYPED_DATE, "Sept. 30, 2027", "2027-09-30" },
	{ TYPED_DATE, "3 May '27", "2027-05-03" },
	{ TYPED_DATE, "Mon, 3 May 2027 10:00:00 +0200", "2027-05-03" },
	{ TYPED_DATE, "Montag, den 3. Mai 2027", "2027-05-03" },
	{ TYPED_DATE, "12. März 2027", "2027-03-12" },
	{ TYPED_DATE, "mar. 4 mai 2027", "2027-05-04" },
	{ TYPED_DATE, "1er août 2027", "2027-08-01" },
	{ TYPED_DATE, "3 de mayo de 2027", "2027-05-03" },
	{ TYPED_DATE, "3 de março de 2027", "2027-03-03" },
	{ TYPED_DATE, "1º maggio 2027", "2027-05-01" },
	{ TYPED_DATE, "3 mei 2027 om 10 uur", "2027-05-03" },
	{ TYPED_DATE, "3 maja 2027 r.", "2027-05-03" },
	{ TYPED_DATE, "3 мая 2027 г.", "2027-05-03" },
	{ TYPED_DATE, "2027年5月3日（月）", "2027-05-03" },
	{ TYPED_DATE, "5月3号", "2028-05-03" },
	{ TYPED_DATE, "28 May", "2027-05-28" },
	{ TYPED_DATE, "27 May", "2028-05-27" },
	{ TYPED_DATE, "3 June 10:00", "2027-06-03" },
	{ TYPED_DATE, "29 February", "2028-02-29" },
	{ TYPED_DATE, "May 2027", "" },
	{ TYPED_DATE, "next Friday", "" },
	{ TYPED_DATE, "32 May 2027", "" },
	{ TYPED_DATE, "99999999999999999999", "" },
	{ TYPED_DATE, "", "" },

	{ TYPED_MONEY, "$7,200", "USD 7200.00" },
	{ TYPED_MONEY, "7.200 €", "EUR 7200.00" },
	{ TYPED_MONEY, "7 200 EUR", "EUR 7200.00" },
	{ TYPED_MONEY, "7\u00A0200 EUR", "EUR 7200.00" },
	{ TYPED_MONEY, "5k", "5000.00" },
	{ TYPED_MONEY, "€5k", "EUR 5000.00" },
	{ TYPED_MONEY, "5k€", "EUR 5000.00" },
	{ TYPED_MONEY, "US$ 7,200.50", "USD 7200.50" },
	{ TYPED_MONEY, "1.234.567,89 Euro", "EUR 1234567.89" },
	{ TYPED_MONEY, "CHF 1'234.5", "CHF 1234.50" },
	{ TYPED_MONEY, "EUR 5.000,-", "EUR 5000.00" },
	{ TYPED_MONEY, "$500 CAD", "CAD 500.00" },
	{ TYPED_MONEY, "$500 for 2 posts", "USD 500.00" },
	{ TYPED_MONEY, "0.500 €", "EUR 0.50" },
	{ TYPED_MONEY, "7.255k USD", "USD 7255.00" },
	{ TYPED_MONEY, "1,5 Mio. €", "EUR 1500000.00" },
	{ TYPED_MONEY, "$1.5 million", "USD 1500000.00" },
	{ TYPED_MONEY, "$2m", "USD 2000000.00" },
	{ TYPED_MONEY, "$2 may do", "USD 2.00" },
	{ TYPED_MONEY, "1.999 $", "USD 1999.00" },
	{ TYPED_MONEY, "$1.9999", "USD 2.00" },
	{ TYPED_MONEY, "50万円", "JPY 500000.00" },
	{ TYPED_MONEY, "５０００元", "CNY 5000.00" },
	{ TYPED_MONEY, "300 тыс. руб.", "RUB 300000.00" },
	{ TYPED_MONEY, "2 500 zł", "PLN 2500.00" },
	{ TYPED_MONEY, "R$ 5.000,00", "BRL 5000.00" },
	{ TYPED_MONEY, "£250", "GBP 250.00" },
	{ TYPED_MONEY, "about 300", "300.00" },
	{ TYPED_MONEY, "we could try 500", "500.00" },
	{ TYPED_MONEY, "5 mil euros", "" },
	{ TYPED_MONEY, "$5,000-7,000", "" },
	{ TYPED_MONEY, "5 to 7k €", "" },
	{ TYPED_MONEY, "$500 or €400", "" },
	{ TYPED_MONEY, "2 or 3", "" },
	{ TYPED_MONEY, "$99999999999999", "" },
	{ TYPED_MONEY, "a fair price", "" },
	{ TYPED_MONEY, "", "" },

	{ TYPED_TEXT, "$7,200", "$7,200" },
};

static void
test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++)
		assert_slice(arena_printf(arena, "%s '%s'",
		    typed_table[cases[i].type].name, cases[i].text),
		    typed_read(arena, cases[i].type, slice_str(cases[i].text),
		    SLICE_LIT(SENT)), cases[i].want);
}

/* Without the date of the message there is no year. */
static void
test_no_date(void **state)
{
	static const char *const sent[] = { "", "yesterday", "Fri, 99 May 2027", "28 May" };

	(void)state;
	for (size_t i = 0; i < NELEM(sent); i++)
		assert_slice(sent[i], typed_read(arena, TYPED_DATE, SLICE_LIT("3 May"),
		    slice_str(sent[i])), "");
}

/* The table's own examples are true, and the manual has them. */
static void
test_table(void **state)
{
	AUTO(buf_release) struct buf page = BUF_INIT;

	(void)state;
	manual_read(".", "mroute.rules.5", &page);
	for (int i = 0; i < TYPED_N; i++) {
		const struct typed_def *t = &typed_table[i];

		assert_int_equal(typed_find(slice_str(t->name)), i);
		assert_slice(t->name, typed_read(arena, (enum typed)i,
		    slice_str(t->written), SLICE_LIT(SENT)), t->value);
		if (i == TYPED_TEXT)
			continue;
		manual_has(&page, t->name);
		manual_has(&page, t->doc);
	}
	assert_int_equal(typed_find(SLICE_LIT("Money")), -1);
	assert_string_equal(typed_nearest(SLICE_LIT("mony")), "money");
	assert_null(typed_nearest(SLICE_LIT("Dear")));
}

/* Whatever is captured: valid, one line, not longer than what it came from can make. */
static void
test_any_bytes(void **state)
{
	static const char *const pieces[] = { "7", "5", "2027", ".", ",", "/", "-", " ",
		"May", "3rd", "$", "€", "k", "+", "(0)", "00", "@", "x.example", "https://",
		"www.", ":", "?", "年", "月", "日", "'", "ext", "\u200B", "\u0301", "\uFF17",
		"\n", "999999999", "mil", "to" };
	unsigned seed = 3;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		AUTO(arena_free) struct arena *a = arena_new();
		struct buf b = BUF_INIT;

		for (int i = 0; i < 12; i++) {
			seed = seed * 1103515245U + 12345U;
			buf_add_str(&b, pieces[(seed >> 16) % NELEM(pieces)]);
		}
		for (int t = TYPED_EMAIL; t < TYPED_N; t++) {
			struct slice got = typed_read(a, (enum typed)t, buf_slice(&b),
			    buf_slice(&b));

			assert_true(utf8_valid(got));
			assert_true(got.len < 200);
			assert_int_equal(slice_find(got, '\n'), SIZE_MAX);
		}
		buf_release(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_no_date),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests_name("typed", tests, arena_setup, arena_teardown);
}
