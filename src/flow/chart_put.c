/* SPDX-License-Identifier: MIT */
#include "flow/chart_put.h"

#include <math.h>

#include "base/utf8.h"

enum {
	BLOCK_LOW = 0x2581,		/* one eighth high ... 0x2588 full */
	BLOCK_LEFT = 0x2590,		/* less n: n eighths wide */
};

void
put_blanks(struct canvas *s, size_t n)
{
	while (n-- > 0)
		buf_add_char(s->out, ' ');
}

void
put_end(struct canvas *s)
{
	while (s->out->len > 0 && s->out->ptr[s->out->len - 1] == ' ')
		s->out->len--;
	buf_add_char(s->out, '\n');
}

/* Of a terminal that knows eight: what a series looks like. */
void
put_series(struct canvas *s, unsigned colour, struct slice text)
{
	static const char *const code[CHART_COLOURS + 1] = {
		"90", "36", "33", "32", "35", "31", "34", "37",
	};

	if (s->colour && text.len > 0)
		buf_addf(s->out, "\033[%sm", code[colour]);
	buf_add_slice(s->out, text);
	if (s->colour && text.len > 0)
		buf_add_str(s->out, "\033[0m");
}

/* A text that may have been cut: in ASCII the ellipsis is a tilde. */
void
put_text(struct canvas *s, enum style style, struct slice text)
{
	const struct slice ellipsis = SLICE_LIT("\xe2\x80\xa6");
	AUTO(buf_release) struct buf ascii = BUF_INIT;
	size_t at;

	while (s->ascii && (at = slice_find_slice(text, ellipsis)) != SIZE_MAX) {
		buf_add_slice(&ascii, slice_sub(text, 0, at));
		buf_add_char(&ascii, '~');
		text = slice_sub(text, at + ellipsis.len, text.len);
	}
	buf_add_slice(&ascii, text);
	style_add(s->out, style, buf_slice(&ascii), s->colour);
}

void
put_cell(struct canvas *s, enum style style, const char *text, size_t columns, bool right)
{
	const char *cut = text_cut_columns(s->c->arena, text, columns);
	size_t used = utf8_width(slice_str(cut));

	if (right)
		put_blanks(s, columns - used);
	if (used > 0)
		put_text(s, style, slice_str(cut));
	if (!right)
		put_blanks(s, columns - used);
}

void
put_number(struct canvas *s, enum style style, uint64_t v, size_t columns)
{
	char number[NUMBER_SIZE];

	put_cell(s, style, number_text(v, number), columns, true);
}

void
put_wrapped(struct canvas *s, enum style style, const char *text)
{
	struct slice rest = slice_str(text), line;
	size_t at;

	while (rest.len > 0) {
		line = utf8_cut_width(rest, s->columns);
		if (line.len == 0)
			return;
		if (line.len < rest.len) {
			for (at = line.len; at > 0 && rest.ptr[at] != ' ';)
				at--;
			if (at > 0)
				line.len = at;
		}
		put_text(s, style, line);
		put_end(s);
		rest = slice_trim(slice_sub(rest, line.len, rest.len));
	}
}

size_t
put_eighths(uint64_t v, uint64_t most, size_t columns)
{
	double share = most > 0 ? (double)v / (double)most : 0;
	size_t n = (size_t)lround(share * (double)(columns * PUT_EIGHTHS));

	return v > 0 ? MAX(n, 1) : 0;
}

size_t
put_eighths_as_bar(size_t n, bool ascii, struct buf *bar)
{
	size_t whole = n / PUT_EIGHTHS, part = n % PUT_EIGHTHS;

	if (ascii) {
		whole = n == 0 ? 0 : MAX((n + PUT_EIGHTHS / 2) / PUT_EIGHTHS, 1);
		part = 0;
	}
	for (size_t i = 0; i < whole; i++) {
		if (ascii)
			buf_add_char(bar, '#');
		else
			utf8_put(bar, BLOCK_LOW + PUT_EIGHTHS - 1);
	}
	if (part > 0)
		utf8_put(bar, (uint32_t)(BLOCK_LEFT - part));
	return whole + (part > 0);
}

void
chart_bar(uint64_t value, uint64_t most, unsigned columns, bool ascii, struct buf *out)
{
	put_eighths_as_bar(put_eighths(MIN(value, most), most, columns), ascii, out);
}

void
put_bar(struct canvas *s, unsigned colour, uint64_t v, uint64_t most, size_t columns)
{
	AUTO(buf_release) struct buf bar = BUF_INIT;
	size_t used = put_eighths_as_bar(put_eighths(v, most, columns), s->ascii, &bar);

	put_series(s, colour, buf_slice(&bar));
	put_blanks(s, columns - used);
}

size_t
label_columns(const struct chart *c, size_t most)
{
	size_t w = 0;

	for (size_t i = 0; i < c->n_label; i++)
		w = MAX(w, utf8_width(slice_str(c->label[i])));
	return MIN(w, most);
}

size_t
name_columns(const struct chart *c, size_t most)
{
	size_t w = 0;

	for (size_t k = 0; k < c->n_line; k++)
		w = MAX(w, utf8_width(slice_str(c->line[k].name)));
	return MIN(w, most);
}

size_t
number_columns(const uint64_t *v, size_t n)
{
	char number[NUMBER_SIZE];
	size_t w = 1;

	for (size_t i = 0; i < n; i++)
		w = MAX(w, strlen(number_text(v[i], number)));
	return w;
}

void
put_height(struct buf *out, uint64_t v, uint64_t most, bool ascii)
{
	size_t steps = ascii ? 9 : PUT_EIGHTHS;
	double share = most > 0 ? (double)v / (double)most : 0;
	size_t n = (size_t)lround(share * (double)steps);

	n = v > 0 ? MAX(n, 1) : 0;
	if (ascii)
		buf_add_char(out, (char)('0' + n));
	else
		utf8_put(out, (uint32_t)(BLOCK_LOW + MAX(n, 1) - 1));
}

void
chart_spark(const uint64_t *value, size_t n, bool ascii, struct buf *out)
{
	uint64_t most = 0;

	for (size_t i = 0; i < n; i++)
		most = MAX(most, value[i]);
	for (size_t i = 0; i < n; i++)
		put_height(out, value[i], most, ascii);
}
