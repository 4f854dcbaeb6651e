/* SPDX-License-Identifier: MIT */
#include "model/typed_impl.h"

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "model/address.h"
#include "model/domain.h"
#include "model/text.h"

enum {
	PHONE_LEAST = 5, PHONE_MOST = 15,	/* digits; E.164 has 15 at most */
	EXTENSION_MOST = 6,
};

const struct typed_def typed_table[TYPED_N] = {
	[TYPED_TEXT] = { "text", "Daily Planet", "Daily Planet",
	    "As it was written." },
	[TYPED_EMAIL] = { "email", "Jane@B\u00FCcher.example", "jane@xn--bcher-kva.example",
	    "A mail address, in lower case, its domain as A-label." },
	[TYPED_PHONE] = { "phone", "+49 (0)30 / 123 456-7", "+49301234567",
	    "A telephone number, 5 to 15 digits without what parts them. + stays, "
	    "00 in front becomes +; an extension follows as ;ext=12." },
	[TYPED_URL] = { "url", "www.X.example/press", "https://www.x.example/press",
	    "The address of a web page, with https:// when no scheme was given; "
	    "its domain in lower case, as A-label." },
	[TYPED_DATE] = { "date", "3. Mai 2027", "2027-05-03",
	    "A day, in numbers or with the name of the month in the languages "
	    "that we read. 3.5.2027 is in May; 3/5/2027 could be March or May "
	    "and has no value, 13/5/2027 has. A day without a year is the next "
	    "one after the message's date." },
	[TYPED_MONEY] = { "money", "7.200 \u20AC", "EUR 7200.00",
	    "An amount with two decimals behind the code of its currency, when "
	    "one is given: $ is USD. A dot or comma in front of three digits "
	    "parts thousands; k, thousand, m, million and their like are "
	    "multiplied. A range has no value." },
};

int
typed_find(struct slice name)
{
	for (int i = 0; i < TYPED_N; i++)
		if (slice_eq_str(name, typed_table[i].name))
			return i;
	return -1;
}

const char *
typed_nearest(struct slice name)
{
	const char *words[TYPED_N];

	for (int i = TYPED_TEXT + 1; i < TYPED_N; i++)
		words[i - 1] = typed_table[i].name;
	words[TYPED_N - 1] = NULL;
	return diag_nearest(name, words);
}

static const struct slice nothing = { "", 0 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- email ---- */

static struct slice
read_email(struct arena *a, struct slice s)
{
	struct slice address = address_in(a, s);
	size_t at = slice_find(address, '@');
	struct slice domain;

	if (at == SIZE_MAX)
		return nothing;
	domain = slice_sub(address, at + 1, address.len);
	if (slice_find(domain, '.') == SIZE_MAX || domain_normal(a, domain) == NULL)
		return nothing;
	return address;
}

/* ---- phone ---- */

/* ";ext=12" of "ext. 12", "x12", "Durchwahl 12"; false: something else is there. */
static bool
read_extension(struct slice s, struct buf *b)
{
	static const char *const words[] = { "extension", "ext", "x", "#", "durchwahl",
		"dw", "poste", "int", "доб", NULL };
	size_t i = 0, n = 0;

	s = slice_trim(s);
	for (i = 0; words[i] != NULL && !slice_starts(s, words[i]); i++)
		;
	if (words[i] != NULL) {
		s = slice_sub(s, strlen(words[i]), s.len);
		while (s.len > 0 && strchr(" .:", s.ptr[0]) != NULL)
			s = slice_sub(s, 1, s.len);
		while (n < s.len && is_digit(s.ptr[n]))
			n++;
		if (n > 0 && n <= EXTENSION_MOST) {
			buf_add_str(b, ";ext=");
			buf_add_slice(b, slice_sub(s, 0, n));
			s = slice_sub(s, n, s.len);
		}
	}
	for (i = 0; i < s.len; i++)
		if (is_digit(s.ptr[i]))
			return false;
	return true;
}

static struct slice
read_phone(struct arena *a, struct slice s)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	size_t at = 0, digits = 0;
	bool abroad = false;

	while (at < s.len && !is_digit(s.ptr[at]) && s.ptr[at] != '+')
		at++;
	for (; at < s.len; at++) {
		char c = s.ptr[at];

		/* "+49 (0)30": the zero is for calls from inside the country. */
		if (abroad && slice_starts(slice_sub(s, at, s.len), "(0)")) {
			at += 2;
			continue;
		}
		if (c == '+' && b.len == 0)
			abroad = true;
		else if (is_digit(c))
			digits++;
		else if (strchr(" -./()", c) == NULL)
			break;
		if (c == '+' || is_digit(c))
			buf_add_char(&b, c);
		if (digits == 2 && slice_eq_str(buf_slice(&b), "00")) {
			buf_set(&b, "+");
			abroad = true;
			digits = 0;
		}
	}
	if (digits < PHONE_LEAST || digits > PHONE_MOST ||
	    !read_extension(slice_sub(s, at, s.len), &b))
		return nothing;
	return arena_slice(a, buf_slice(&b));
}

/* ---- url ---- */

/* Where an address begins, and how long its scheme is with "://". */
static size_t
find_url(struct slice s, size_t *scheme)
{
	static const char *const begins[] = { "https://", "http://", "ftp://", "www." };

	*scheme = 0;
	for (size_t i = 0; i < s.len; i++)
		for (size_t k = 0; k < NELEM(begins); k++)
			if (slice_starts_case(slice_sub(s, i, s.len), begins[k])) {
				*scheme = begins[k][0] == 'w' ? 0 : strlen(begins[k]);
				return i;
			}
	for (size_t i = 0; i < s.len; i++)
		if (strchr("<([\"' ", s.ptr[i]) == NULL)
			return i;
	return s.len;
}

static size_t
url_length(struct slice s)
{
	size_t n = 0;

	while (n < s.len && (unsigned char)s.ptr[n] > ' ' && s.ptr[n] != 0x7F &&
	    strchr("<>\"", s.ptr[n]) == NULL)
		n++;
	while (n > 0 && strchr(".,;:!?)]}'*_", s.ptr[n - 1]) != NULL)
		n--;
	return n;
}

static struct slice
read_url(struct arena *a, struct slice s)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct slice host, port;
	size_t scheme, n = 0;
	const char *domain;

	s = slice_sub(s, find_url(s, &scheme), s.len);
	s = slice_sub(s, 0, url_length(s));
	for (size_t i = 0; i < scheme; i++)
		buf_add_char(&b, (char)(s.ptr[i] | 0x20));
	if (scheme == 0)
		buf_add_str(&b, "https://");
	s = slice_sub(s, scheme, s.len);
	while (n < s.len && strchr("/?#:", s.ptr[n]) == NULL)
		n++;
	host = slice_sub(s, 0, n);
	s = slice_sub(s, n, s.len);
	for (n = 0; n < s.len && s.ptr[0] == ':' && (n == 0 || is_digit(s.ptr[n])); n++)
		;
	port = slice_sub(s, 0, n);
	s = slice_sub(s, n, s.len);
	domain = domain_normal(a, host);
	if (domain == NULL || strchr(domain, '.') == NULL || port.len == 1 ||
	    (s.len > 0 && strchr("/?#", s.ptr[0]) == NULL))
		return nothing;
	buf_add_str(&b, domain);
	buf_add_slice(&b, port);
	buf_add_slice(&b, s);
	return arena_slice(a, buf_slice(&b));
}

struct slice
typed_read(struct arena *a, enum typed type, struct slice text, struct slice sent)
{
	struct text t = text_make(a, text);

	switch (type) {
	case TYPED_EMAIL:
		return read_email(a, t.norm);
	case TYPED_PHONE:
		return read_phone(a, t.fold);
	case TYPED_URL:
		return read_url(a, text);
	case TYPED_DATE:
		return typed_date(a, t.fold, text_fold(a, sent));
	case TYPED_MONEY:
		return typed_money(a, t.fold);
	case TYPED_TEXT:
	case TYPED_N:
		break;
	}
	return text;
}
