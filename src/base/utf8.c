/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

enum { REPLACEMENT = 0xFFFD };

static bool
is_tail(struct slice s, size_t at)
{
	return at < s.len && ((unsigned char)s.ptr[at] & 0xC0) == 0x80;
}

uint32_t
utf8_next(struct slice s, size_t *taken)
{
	unsigned char c = (unsigned char)s.ptr[0];
	uint32_t cp, least;
	size_t n;

	*taken = 1;
	if (c < 0x80)
		return c;
	if (c >= 0xC2 && c <= 0xDF) {
		n = 2;
		cp = c & 0x1FU;
		least = 0x80;
	} else if ((c & 0xF0) == 0xE0) {
		n = 3;
		cp = c & 0x0FU;
		least = 0x800;
	} else if (c >= 0xF0 && c <= 0xF4) {
		n = 4;
		cp = c & 0x07U;
		least = 0x10000;
	} else
		return REPLACEMENT;
	for (size_t i = 1; i < n; i++) {
		if (!is_tail(s, i))
			return REPLACEMENT;
		cp = cp << 6 | ((unsigned char)s.ptr[i] & 0x3FU);
	}
	if (cp < least || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		return REPLACEMENT;
	*taken = n;
	return cp;
}

void
utf8_put(struct buf *b, uint32_t cp)
{
	char c[4];
	size_t n;

	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = REPLACEMENT;
	if (cp < 0x80) {
		c[0] = (char)cp;
		n = 1;
	} else if (cp < 0x800) {
		c[0] = (char)(0xC0 | cp >> 6);
		c[1] = (char)(0x80 | (cp & 0x3F));
		n = 2;
	} else if (cp < 0x10000) {
		c[0] = (char)(0xE0 | cp >> 12);
		c[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		c[2] = (char)(0x80 | (cp & 0x3F));
		n = 3;
	} else {
		c[0] = (char)(0xF0 | cp >> 18);
		c[1] = (char)(0x80 | (cp >> 12 & 0x3F));
		c[2] = (char)(0x80 | (cp >> 6 & 0x3F));
		c[3] = (char)(0x80 | (cp & 0x3F));
		n = 4;
	}
	buf_add(b, c, n);
}

bool
utf8_valid(struct slice s)
{
	size_t n;

	while (s.len > 0) {
		/* U+FFFD itself is three valid bytes. */
		if (utf8_next(s, &n) == REPLACEMENT && n == 1)
			return false;
		s = slice_sub(s, n, s.len);
	}
	return true;
}

struct slice
utf8_cut(struct slice s, size_t max)
{
	if (s.len <= max)
		return s;
	while (max > 0 && is_tail(s, max))
		max--;
	return slice_sub(s, 0, max);
}

static bool
is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) ||
	    (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) ||
	    cp == 0x200E || cp == 0x200F || cp == 0x061C ||
	    cp == 0x2028 || cp == 0x2029;
}

void
utf8_clean(struct buf *b, struct slice s, bool keep_lines)
{
	size_t n;

	for (; s.len > 0; s = slice_sub(s, n, s.len)) {
		uint32_t cp = utf8_next(s, &n);

		if (cp == '\n' && keep_lines)
			buf_add_char(b, '\n');
		else if (is_control(cp))
			buf_add_char(b, ' ');
		else
			utf8_put(b, cp);
	}
}

/* Code points in [first, last], sorted. */
struct range {
	uint32_t first, last;
};

static const struct range zero[] = {
	{ 0x0300, 0x036F }, { 0x0483, 0x0489 }, { 0x0591, 0x05BD },
	{ 0x0610, 0x061A }, { 0x064B, 0x065F }, { 0x0E31, 0x0E31 },
	{ 0x0E34, 0x0E3A }, { 0x0E47, 0x0E4E }, { 0x1AB0, 0x1AFF },
	{ 0x1DC0, 0x1DFF }, { 0x200B, 0x200D }, { 0x20D0, 0x20FF },
	{ 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F }, { 0xFEFF, 0xFEFF },
	{ 0xE0100, 0xE01EF },
};

static const struct range wide[] = {
	{ 0x1100, 0x115F }, { 0x231A, 0x231B }, { 0x2329, 0x232A },
	{ 0x23E9, 0x23EC }, { 0x25FD, 0x25FE }, { 0x2614, 0x2615 },
	{ 0x2648, 0x2653 }, { 0x26A1, 0x26A1 }, { 0x26BD, 0x26BE },
	{ 0x2705, 0x2705 }, { 0x270A, 0x270B }, { 0x2728, 0x2728 },
	{ 0x274C, 0x274C }, { 0x2753, 0x2755 }, { 0x2757, 0x2757 },
	{ 0x2795, 0x2797 }, { 0x2B1B, 0x2B1C }, { 0x2B50, 0x2B50 },
	{ 0x2E80, 0x303E }, { 0x3041, 0x33FF }, { 0x3400, 0x4DBF },
	{ 0x4E00, 0x9FFF }, { 0xA000, 0xA4CF }, { 0xAC00, 0xD7A3 },
	{ 0xF900, 0xFAFF }, { 0xFE30, 0xFE6F }, { 0xFF00, 0xFF60 },
	{ 0xFFE0, 0xFFE6 }, { 0x1F300, 0x1F64F }, { 0x1F680, 0x1F6FF },
	{ 0x1F900, 0x1F9FF }, { 0x1FA70, 0x1FAFF }, { 0x20000, 0x3FFFD },
};

static bool
in_ranges(const struct range *r, size_t n, uint32_t cp)
{
	for (size_t i = 0; i < n && r[i].first <= cp; i++)
		if (cp <= r[i].last)
			return true;
	return false;
}

static size_t
width_of(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	if (in_ranges(zero, NELEM(zero), cp))
		return 0;
	return in_ranges(wide, NELEM(wide), cp) ? 2 : 1;
}

size_t
utf8_width(struct slice s)
{
	size_t n, width = 0;

	for (; s.len > 0; s = slice_sub(s, n, s.len))
		width += width_of(utf8_next(s, &n));
	return width;
}

struct slice
utf8_cut_width(struct slice s, size_t columns)
{
	size_t at = 0, n;

	while (at < s.len) {
		size_t w = width_of(utf8_next(slice_sub(s, at, s.len), &n));

		if (w > columns)
			break;
		columns -= w;
		at += n;
	}
	return slice_sub(s, 0, at);
}
