/* SPDX-License-Identifier: MIT */
#include "rules/page.h"

#include "base/utf8.h"

void
page_put(struct page *pg, enum style style, struct slice s)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;

	if (s.len == 0)
		return;
	utf8_clean(&clean, s, false);
	style_add(pg->out, style, buf_slice(&clean), pg->colour);
	pg->at += utf8_width(buf_slice(&clean));
}

void
page_put_str(struct page *pg, enum style style, const char *s)
{
	page_put(pg, style, slice_str(s));
}

void
page_pad(struct page *pg, size_t column)
{
	size_t n = column > pg->at ? column - pg->at : 1;

	for (size_t i = 0; i < n; i++)
		buf_add_char(pg->out, ' ');
	pg->at += n;
}

void
page_newline(struct page *pg)
{
	buf_add_char(pg->out, '\n');
	pg->at = 0;
}

void
page_label(struct page *pg, const char *name)
{
	page_pad(pg, 2);
	page_put_str(pg, STYLE_DIM, name);
	page_pad(pg, PAGE_LABEL);
}

size_t
page_room(const struct page *pg)
{
	if (pg->columns == 0)
		return SIZE_MAX / 2;
	return pg->columns > pg->at ? pg->columns - pg->at : 0;
}

static void
continue_at(struct page *pg, size_t column)
{
	page_newline(pg);
	if (column > 0)
		page_pad(pg, column);
}

/* As much of a word as fits on this line and those below it. */
static void
put_word(struct page *pg, enum style style, struct slice word, size_t column)
{
	while (page_room(pg) >= PAGE_LEAST_ROOM && utf8_width(word) > page_room(pg)) {
		struct slice part = utf8_cut_width(word, page_room(pg));

		page_put(pg, style, part);
		continue_at(pg, column);
		word = slice_sub(word, part.len, word.len);
	}
	page_put(pg, style, word);
}

void
page_put_wrapped(struct page *pg, enum style style, const char *text)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;
	size_t column = pg->at;
	struct slice rest, word;
	bool first = true;

	utf8_clean(&clean, slice_str(text), false);
	rest = buf_slice(&clean);
	while (slice_next(&rest, ' ', &word)) {
		if (word.len == 0)
			continue;
		if (!first && utf8_width(word) + 1 > page_room(pg))
			continue_at(pg, column);
		else if (!first)
			page_pad(pg, pg->at + 1);
		put_word(pg, style, word, column);
		first = false;
	}
}

void
page_put_within(struct page *pg, enum style style, struct slice s, size_t room)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;

	utf8_clean(&clean, s, false);
	if (utf8_width(buf_slice(&clean)) <= room) {
		page_put(pg, style, buf_slice(&clean));
		return;
	}
	page_put(pg, style, utf8_cut_width(buf_slice(&clean), room - 1));
	page_put(pg, style, SLICE_LIT(PAGE_ELLIPSIS));
}

void
page_put_cut(struct page *pg, enum style style, struct slice s)
{
	page_put_within(pg, style, s, MAX(page_room(pg), (size_t)PAGE_LEAST_ROOM));
}
