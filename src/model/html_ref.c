/* SPDX-License-Identifier: MIT */
#include "model/html_ref.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "model/html_entities.h"

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* HTML, 13.2.5.80: numbers 128 to 159 mean windows-1252. */
static uint32_t
remap(uint32_t n)
{
	static const uint16_t table[32] = {
		0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
		0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
		0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
		0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
	};

	if (n >= 128 && n < 160)
		return table[n - 128];
	return n == 0 ? 0xFFFD : n;
}

static int
digit(char c, bool hex)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (hex && c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return hex && c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static size_t
numeric(struct slice s, struct buf *out)
{
	bool hex = s.len > 2 && (s.ptr[2] == 'x' || s.ptr[2] == 'X');
	size_t start = hex ? 3 : 2, i;
	uint32_t n = 0;

	for (i = start; i < s.len && digit(s.ptr[i], hex) >= 0; i++)
		if (n <= 0x10FFFF)
			n = n * (hex ? 16 : 10) + (uint32_t)digit(s.ptr[i], hex);
	if (i == start)
		return 0;
	utf8_put(out, remap(n));
	return i < s.len && s.ptr[i] == ';' ? i + 1 : i;
}

struct key {
	const char *ptr;
	size_t len;
};

static int
compare(const void *k, const void *elem)
{
	const struct key *key = k;
	const char *name = ((const struct html_entity *)elem)->name;
	int diff = strncmp(key->ptr, name, key->len);

	return diff != 0 ? diff : name[key->len] == '\0' ? 0 : -1;
}

static size_t
named(struct slice s, bool attribute, struct buf *out)
{
	char name[HTML_ENTITY_NAME_MAX + 1];
	size_t n = 0;

	while (n < HTML_ENTITY_NAME_MAX && n + 1 < s.len && is_alnum(s.ptr[n + 1])) {
		name[n] = s.ptr[n + 1];
		n++;
	}
	if (n < HTML_ENTITY_NAME_MAX && n + 1 < s.len && s.ptr[n + 1] == ';')
		name[n++] = ';';
	for (; n >= 2; n--) {
		struct key key = { name, n };
		const struct html_entity *e = bsearch(&key, html_entities,
		    html_entities_n, sizeof *html_entities, compare);
		char next = n + 1 < s.len ? s.ptr[n + 1] : '\0';

		if (e == NULL)
			continue;
		if (attribute && name[n - 1] != ';' && (next == '=' || is_alnum(next)))
			return 0;
		utf8_put(out, e->cp[0]);
		if (e->cp[1] != 0)
			utf8_put(out, e->cp[1]);
		return n + 1;
	}
	return 0;
}

size_t
html_ref(struct slice s, bool attribute, struct buf *out)
{
	if (s.len > 2 && s.ptr[1] == '#')
		return numeric(s, out);
	return named(s, attribute, out);
}

void
html_unescape(struct slice s, bool attribute, struct buf *out)
{
	while (s.len > 0) {
		size_t amp = slice_find(s, '&'), n;

		buf_add_slice(out, slice_sub(s, 0, amp));
		if (amp == SIZE_MAX)
			break;
		s = slice_sub(s, amp, s.len);
		n = html_ref(s, attribute, out);
		if (n == 0) {
			buf_add_char(out, '&');
			n = 1;
		}
		s = slice_sub(s, n, s.len);
	}
}
