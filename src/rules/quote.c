/* SPDX-License-Identifier: MIT */
#include "rules/quote.h"

#include "base/utf8.h"

enum { AROUND = 2 * FINDINGS_SNIPPET_MAX };	/* bytes looked at on each side */

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Append s cleaned; blanks at the end of b and the front of s are one. */
static void
add_clean(struct buf *b, struct slice s)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;

	utf8_clean(&clean, s, false);
	for (size_t i = 0; i < clean.len; i++) {
		if (!is_blank(clean.ptr[i]))
			buf_add_char(b, clean.ptr[i]);
		else if (b->len > 0 && b->ptr[b->len - 1] != ' ')
			buf_add_char(b, ' ');
	}
}

struct slice
quote_clean(struct arena *a, struct slice s, size_t max)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	/* What is cut off below needs no cleaning; blanks may be dropped. */
	add_clean(&b, utf8_cut(slice_trim(s), 16 * max));
	return arena_slice(a, slice_trim(utf8_cut(buf_slice(&b), max)));
}

/* Does a sentence end before at: a stop and a blank, or an empty line? */
static bool
ends_before(struct slice s, size_t at)
{
	char c = s.ptr[at - 1];

	if (c == '\n')
		for (size_t i = at - 1; i > 0 && is_blank(s.ptr[i - 1]); i--)
			if (s.ptr[i - 1] == '\n')
				return true;
	if (at < 2 || !is_blank(c))
		return false;
	return s.ptr[at - 2] == '.' || s.ptr[at - 2] == '!' ||
	    s.ptr[at - 2] == '?';
}

static size_t
sentence_start(struct slice s, size_t from)
{
	size_t at = from, least = from > AROUND ? from - AROUND : 0;

	while (at > least && !ends_before(s, at))
		at--;
	while (at < from && ((unsigned char)s.ptr[at] & 0xC0) == 0x80)
		at++;
	return at;
}

static size_t
sentence_end(struct slice s, size_t to)
{
	size_t at = to, most = s.len - to > AROUND ? to + AROUND : s.len;

	while (at < most && (at == to || !ends_before(s, at)))
		at++;
	return to + utf8_cut(slice_sub(s, to, s.len), at - to).len;
}

/* The last max bytes of s, from the front of a word where there is one. */
static struct slice
last_words(struct slice s, size_t max)
{
	size_t at = s.len > max ? s.len - max : 0;

	if (at == 0)
		return s;
	while (at < s.len && ((unsigned char)s.ptr[at] & 0xC0) == 0x80)
		at++;
	for (size_t i = at; i < s.len; i++)
		if (s.ptr[i] == ' ')
			return slice_sub(s, i + 1, s.len);
	return slice_sub(s, at, s.len);
}

static struct slice
first_words(struct slice s, size_t max)
{
	struct slice cut = utf8_cut(s, max);

	if (cut.len == s.len)
		return s;
	for (size_t i = cut.len; i > 0; i--)
		if (cut.ptr[i - 1] == ' ')
			return slice_sub(cut, 0, i - 1);
	return cut;
}

void
quote_words(struct arena *a, struct slice text, size_t from, size_t to,
    struct finding *f)
{
	AUTO(buf_release) struct buf left = BUF_INIT, right = BUF_INIT;
	AUTO(buf_release) struct buf b = BUF_INIT;
	size_t room, left_max;

	while (from < to && is_blank(text.ptr[from]))
		from++;
	while (to > from && is_blank(text.ptr[to - 1]))
		to--;
	f->matched = quote_clean(a, slice_sub(text, from, to),
	    FINDINGS_SNIPPET_MAX);
	add_clean(&left, slice_sub(text, sentence_start(text, from), from));
	add_clean(&right, slice_sub(text, to, sentence_end(text, to)));
	if (to < text.len && is_blank(text.ptr[to]) && right.len > 0) {
		/* add_clean() drops blanks at the front of a buffer. */
		AUTO(buf_release) struct buf rest = right;

		right = (struct buf)BUF_INIT;
		buf_add_char(&right, ' ');
		buf_add_slice(&right, buf_slice(&rest));
	}
	room = FINDINGS_SNIPPET_MAX - f->matched.len;
	left_max = MAX(room / 2, room - MIN(room, right.len));
	buf_add_slice(&b, last_words(buf_slice(&left), left_max));
	f->at = (uint32_t)b.len;
	buf_add_slice(&b, f->matched);
	buf_add_slice(&b, first_words(buf_slice(&right),
	    FINDINGS_SNIPPET_MAX - b.len));
	f->snippet = arena_slice(a, buf_slice(&b));
	while (f->snippet.len > f->at + f->matched.len &&
	    f->snippet.ptr[f->snippet.len - 1] == ' ')
		f->snippet.len--;
}
