/* SPDX-License-Identifier: MIT */
/*
 * Amounts as people write them: a number with its currency on either side, and
 * a word that multiplies it behind it.
 */
#include "model/typed_impl.h"

#include <string.h>

#include "base/base.h"

enum {
	AMOUNTS_MAX = 20,
	DIGITS_MOST = 13,
	RANGE_GAP = 4,			/* bytes: "to", "bis", "до" */
};

/* Words for currencies, folded; longer ones first where they begin alike. */
static const struct {
	const char *word, *code;
} currencies[] = {
	{ "us$", "USD" }, { "usd", "USD" }, { "dollars", "USD" }, { "dollar", "USD" },
	{ "ca$", "CAD" }, { "c$", "CAD" }, { "cad", "CAD" },
	{ "au$", "AUD" }, { "a$", "AUD" }, { "aud", "AUD" },
	{ "nz$", "NZD" }, { "nzd", "NZD" }, { "hk$", "HKD" }, { "hkd", "HKD" },
	{ "s$", "SGD" }, { "sgd", "SGD" }, { "mx$", "MXN" }, { "mxn", "MXN" },
	{ "r$", "BRL" }, { "brl", "BRL" }, { "reais", "BRL" }, { "$", "USD" },
	{ "€", "EUR" }, { "euros", "EUR" }, { "euro", "EUR" }, { "eur", "EUR" },
	{ "евро", "EUR" }, { "ユーロ", "EUR" }, { "欧元", "EUR" },
	{ "£", "GBP" }, { "gbp", "GBP" }, { "pounds", "GBP" }, { "pound", "GBP" },
	{ "cn¥", "CNY" }, { "¥", "JPY" }, { "jpy", "JPY" }, { "yen", "JPY" },
	{ "円", "JPY" }, { "cny", "CNY" }, { "rmb", "CNY" }, { "yuan", "CNY" },
	{ "元", "CNY" }, { "人民币", "CNY" },
	{ "chf", "CHF" }, { "sfr", "CHF" }, { "franken", "CHF" },
	{ "zł", "PLN" }, { "złotych", "PLN" }, { "pln", "PLN" },
	{ "₽", "RUB" }, { "руб", "RUB" }, { "рублей", "RUB" }, { "rub", "RUB" },
	{ "₹", "INR" }, { "inr", "INR" }, { "rs", "INR" }, { "rupees", "INR" },
	{ "sek", "SEK" }, { "nok", "NOK" }, { "dkk", "DKK" }, { "czk", "CZK" },
	{ "kč", "CZK" }, { "huf", "HUF" }, { "uah", "UAH" }, { "₴", "UAH" },
	{ "₺", "TRY" }, { "krw", "KRW" }, { "₩", "KRW" }, { "₪", "ILS" },
	{ "zar", "ZAR" },
};

/* factor 0: it could mean two things ("mil" is a thousand, or a million). */
static const struct {
	const char *word;
	int64_t factor;
} factors[] = {
	{ "k", 1000 }, { "thousand", 1000 }, { "tsd", 1000 }, { "tausend", 1000 },
	{ "mille", 1000 }, { "mila", 1000 }, { "duizend", 1000 }, { "tys", 1000 },
	{ "tysięcy", 1000 }, { "тыс", 1000 }, { "тысяч", 1000 }, { "千", 1000 },
	{ "万", 10000 }, { "萬", 10000 }, { "百万", 1000000 },
	{ "億", 100000000 }, { "亿", 100000000 },
	{ "m", 1000000 }, { "mm", 1000000 }, { "mio", 1000000 }, { "mln", 1000000 },
	{ "million", 1000000 }, { "millions", 1000000 }, { "millionen", 1000000 },
	{ "millón", 1000000 }, { "millones", 1000000 }, { "milhão", 1000000 },
	{ "milhões", 1000000 }, { "milione", 1000000 }, { "milioni", 1000000 },
	{ "miljoen", 1000000 }, { "milion", 1000000 }, { "miliony", 1000000 },
	{ "milionów", 1000000 }, { "млн", 1000000 }, { "миллион", 1000000 },
	{ "миллиона", 1000000 }, { "миллионов", 1000000 },
	{ "bn", 1000000000 }, { "mrd", 1000000000 }, { "млрд", 1000000000 },
	{ "mil", 0 }, { "billion", 0 }, { "billions", 0 },
};

struct amount {
	size_t from, to;		/* of the text, with its words */
	const char *code;		/* or NULL */
	int64_t cents;			/* -1: not understood */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ASCII, or the first byte of a Latin, Greek or Cyrillic letter; no €, no £. */
static bool
is_letter(char c)
{
	unsigned char u = (unsigned char)c;

	return (c >= 'a' && c <= 'z') || (u >= 0xC3 && u <= 0xDF);
}

/* ---- the number ---- */

/* Three digits and no fourth: what a blank parts from those in front. */
static bool
is_group(struct slice s)
{
	for (size_t i = 0; i < 3; i++)
		if (i >= s.len || !is_digit(s.ptr[i]))
			return false;
	return s.len == 3 || !is_digit(s.ptr[3]);
}

static size_t
number_end(struct slice s, size_t at)
{
	while (at < s.len) {
		struct slice rest = slice_sub(s, at + 1, s.len);

		if (is_digit(s.ptr[at]) ||
		    (strchr(".,'", s.ptr[at]) != NULL && rest.len > 0 &&
		    is_digit(rest.ptr[0])) ||
		    (s.ptr[at] == ' ' && is_group(rest)))
			at++;
		else
			break;
	}
	return at;
}

/*
 * Where the decimals begin: behind the last of several kinds of signs; one
 * sign by itself parts thousands when three digits follow, unless a factor
 * follows ("7.255k").
 */
static size_t
decimals_at(struct slice s, bool multiplied)
{
	size_t last = SIZE_MAX, n[2] = { 0, 0 }, behind;

	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '.' || s.ptr[i] == ',') {
			n[s.ptr[i] == ',']++;
			last = i;
		}
	if (last == SIZE_MAX)
		return s.len;
	behind = s.len - last - 1;
	if (n[0] > 0 && n[1] > 0)
		return n[s.ptr[last] == ','] == 1 ? last + 1 : s.len;
	if (n[0] + n[1] > 1 || (behind == 3 && !multiplied && s.ptr[0] != '0'))
		return s.len;
	return last + 1;
}

/* The number in hundredths, times the factor; -1 when it is too large. */
static int64_t
cents_of(struct slice s, int64_t factor)
{
	size_t point = decimals_at(s, factor > 1), digits = 0;
	int64_t n = 0, scale = 1, cents;

	for (size_t i = 0; i < s.len; i++) {
		if (!is_digit(s.ptr[i]))
			continue;
		if (++digits > DIGITS_MOST)
			return -1;
		n = n * 10 + (s.ptr[i] - '0');
		if (i >= point)
			scale *= 10;
	}
	if (factor < 1 || __builtin_mul_overflow(n, 100 * factor, &cents))
		return -1;
	return (cents + scale / 2) / scale;
}

/* ---- the words around it ---- */

static size_t
skip_blank(struct slice s, size_t at)
{
	return at < s.len && s.ptr[at] == ' ' ? at + 1 : at;
}

/* "m" is not the front of "may". */
static bool
is_word(struct slice s, size_t at, const char *word)
{
	size_t end = at + strlen(word);

	return slice_starts(slice_sub(s, at, s.len), word) &&
	    (!is_letter(word[0]) || end >= s.len || !is_letter(s.ptr[end]));
}

static int64_t
factor_behind(struct slice s, size_t *at)
{
	size_t from = skip_blank(s, *at), longest = 0;
	int64_t factor = 1;

	for (size_t i = 0; i < NELEM(factors); i++)
		if (strlen(factors[i].word) > longest &&
		    is_word(s, from, factors[i].word)) {
			longest = strlen(factors[i].word);
			factor = factors[i].factor;
		}
	if (longest > 0)
		*at = from + longest;
	/* "тыс.", "Mio." */
	if (longest > 1 && *at < s.len && s.ptr[*at] == '.')
		++*at;
	return factor;
}

static const char *
currency_behind(struct slice s, size_t *at)
{
	size_t from = skip_blank(s, *at);

	for (size_t i = 0; i < NELEM(currencies); i++)
		if (is_word(s, from, currencies[i].word)) {
			*at = from + strlen(currencies[i].word);
			return currencies[i].code;
		}
	return NULL;
}

static const char *
currency_before(struct slice s, size_t *at)
{
	size_t end = *at > 0 && s.ptr[*at - 1] == ' ' ? *at - 1 : *at;

	for (size_t i = 0; i < NELEM(currencies); i++) {
		size_t n = strlen(currencies[i].word);

		if (n > end || !is_word(slice_sub(s, 0, end), end - n,
		    currencies[i].word) || (end > n && is_letter(s.ptr[end - n - 1]) &&
		    is_letter(currencies[i].word[0])))
			continue;
		*at = end - n;
		return currencies[i].code;
	}
	return NULL;
}

static void
read_amount(struct slice s, size_t from, struct amount *out)
{
	size_t end = number_end(s, from);
	struct slice digits = slice_sub(s, from, end);
	int64_t factor = factor_behind(s, &end);
	const char *before, *behind;

	out->from = from;
	out->cents = cents_of(digits, factor);
	before = currency_before(s, &out->from);
	behind = currency_behind(s, &end);
	out->to = end;
	/* "$500 CAD": the code is the better word. */
	out->code = behind != NULL ? behind : before;
}

static bool
is_range(const struct amount *a, const struct amount *next)
{
	return next->from <= a->to + RANGE_GAP;
}

struct slice
typed_money(struct arena *a, struct slice s)
{
	struct amount all[AMOUNTS_MAX];
	const struct amount *found = NULL;
	size_t n = 0, coded = 0;

	for (size_t at = 0; at < s.len && n < AMOUNTS_MAX; at++)
		if (is_digit(s.ptr[at])) {
			read_amount(s, at, &all[n]);
			at = all[n++].to - 1;
		}
	for (size_t i = 0; i < n; i++)
		coded += all[i].code != NULL;
	if (coded > 1 || (coded == 0 && n != 1))
		return slice_make("", 0);
	for (size_t i = 0; i < n; i++)
		if (coded == 0 || all[i].code != NULL) {
			found = &all[i];
			if ((i > 0 && is_range(&all[i - 1], found)) ||
			    (i + 1 < n && is_range(found, &all[i + 1])))
				return slice_make("", 0);
		}
	if (found->cents < 0)
		return slice_make("", 0);
	return slice_str(arena_printf(a, "%s%s%lld.%02d",
	    found->code != NULL ? found->code : "", found->code != NULL ? " " : "",
	    (long long)(found->cents / 100), (int)(found->cents % 100)));
}
