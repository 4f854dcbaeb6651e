/* SPDX-License-Identifier: MIT */
#include "cmd/csv.h"

#include <inttypes.h>

#include "base/utf8.h"

/* A comma unless this is the first cell of its line. */
static void
begin_cell(struct buf *out)
{
	if (out->len > 0 && out->ptr[out->len - 1] != '\n')
		buf_add_char(out, ',');
}

/* What some spreadsheets skip before they look whether it is a formula. */
static bool
is_skipped(uint32_t c)
{
	return c == ' ' || c == '"' || c == 0x00A0 || c == 0x00AD || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200D) || c == 0x202F || c == 0x205F || c == 0x2060 ||
	    c == 0x3000 || c == 0xFEFF;
}

/* Would a spreadsheet calculate it?  Also for the wide forms of these characters. */
static bool
is_formula(struct slice s)
{
	size_t taken;

	while (s.len > 0 && is_skipped(utf8_next(s, &taken)))
		s = slice_sub(s, taken, s.len);
	if (s.len == 0)
		return false;
	switch (utf8_next(s, &taken)) {
	case '=': case '+': case '-': case '@':
	case 0xFF1D: case 0xFF0B: case 0xFF0D: case 0xFF20:
		return true;
	default:
		return false;
	}
}

/*
 * Where the comma is the decimal sign a spreadsheet takes the semicolon for what
 * parts cells, and our quotes for text: each semicolon may begin a cell.
 */
static void
add_quoted(struct buf *out, struct slice s)
{
	if (is_formula(s))
		buf_add_char(out, '\'');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '"')
			buf_add_char(out, '"');
		buf_add_char(out, s.ptr[i]);
		if (s.ptr[i] == ';' && is_formula(slice_sub(s, i + 1, s.len)))
			buf_add_char(out, '\'');
	}
}

void
csv_text(struct buf *out, const char *text)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;

	utf8_clean(&clean, slice_str(text), false);
	begin_cell(out);
	/*
	 * Always in quotes: an empty first cell must not look like a line that
	 * was not begun, and text stays text for programs that look at quotes.
	 */
	buf_add_char(out, '"');
	add_quoted(out, buf_slice(&clean));
	buf_add_char(out, '"');
}

void
csv_number(struct buf *out, int64_t n)
{
	begin_cell(out);
	buf_addf(out, "%" PRId64, n);
}

void
csv_tenths(struct buf *out, int64_t n)
{
	begin_cell(out);
	buf_addf(out, "%s%" PRId64 ".%d", n < 0 ? "-" : "", (n < 0 ? -n : n) / 10,
	    (int)((n < 0 ? -n : n) % 10));
}

void
csv_end(struct buf *out)
{
	buf_add_str(out, "\r\n");
}
