/* SPDX-License-Identifier: MIT */
#include "model/decode.h"

#include "base/buf.h"
#include "model/header.h"
#include "model/text.h"

enum { WORD_CHARSET_MAX = 64 };

static struct slice
keep(struct arena *a, struct buf *b)
{
	struct slice s = arena_slice(a, buf_slice(b));

	buf_release(b);
	return s;
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Words with blanks between them are no base64: a footer that a list added. */
static bool
is_prose(struct slice line)
{
	line = slice_trim(line);
	return slice_find(line, ' ') != SIZE_MAX;
}

struct group {
	uint32_t bits;
	unsigned n;			/* of characters in it */
};

static void
group_end(struct group *g, struct buf *b)
{
	if (g->n >= 2)
		buf_add_char(b, (char)(g->bits >> (6 * g->n - 8)));
	if (g->n >= 3)
		buf_add_char(b, (char)(g->bits >> (6 * g->n - 16)));
	if (g->n == 4)
		buf_add_char(b, (char)g->bits);
	*g = (struct group){ 0, 0 };
}

static void
base64_line(struct slice line, struct group *g, struct buf *b, size_t *padded)
{
	for (size_t i = 0; i < line.len; i++) {
		int v = base64_value(line.ptr[i]);

		if (line.ptr[i] == '=') {
			group_end(g, b);
			*padded = MIN(*padded, b->len);
		}
		if (v < 0)
			continue;
		g->bits = g->bits << 6 | (uint32_t)v;
		if (++g->n == 4)
			group_end(g, b);
	}
}

struct slice
decode_base64(struct arena *a, struct slice in, size_t max, bool *cut, size_t *joint)
{
	struct buf b = BUF_INIT;
	struct group g = { 0, 0 };
	size_t padded = SIZE_MAX;

	buf_reserve(&b, MIN(in.len / 4 * 3 + 3, max + 3));
	while (in.len > 0) {
		size_t end = slice_find(in, '\n');
		/* A line of any length, in pieces that are not too long. */
		size_t n = MIN(end == SIZE_MAX ? in.len : end + 1, (size_t)4096);
		struct slice line = slice_sub(in, 0, n);

		if (padded != SIZE_MAX && is_prose(line))
			break;
		base64_line(line, &g, &b, &padded);
		in = slice_sub(in, n, in.len);
		if (b.len > max)
			break;
	}
	group_end(&g, &b);
	if (b.len > max) {
		b.len = max;
		if (cut != NULL)
			*cut = true;
	}
	if (joint != NULL)
		*joint = MIN(padded, b.len);
	return keep(a, &b);
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that the two digits at the front of s give, or -1. */
static int
hex_byte(struct slice s)
{
	int high, low;

	if (s.len < 2)
		return -1;
	high = hex_value(s.ptr[0]);
	low = hex_value(s.ptr[1]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Length of what is left of a line after its soft break, or 0: "=  \r\n". */
static size_t
soft_break(struct slice after)
{
	size_t i = 0;

	while (i < after.len && (after.ptr[i] == ' ' || after.ptr[i] == '\t' ||
	    after.ptr[i] == '\r'))
		i++;
	if (i < after.len && after.ptr[i] == '\n')
		return i + 1;
	return i == after.len && i > 0 ? i : 0;
}

struct slice
decode_qp(struct arena *a, struct slice in, size_t max, bool *cut)
{
	struct buf b = BUF_INIT;
	size_t solid = 0;		/* without the blanks at a line's end */

	for (size_t i = 0; i < in.len && solid <= max; i++) {
		struct slice after = slice_sub(in, i + 1, in.len);
		char c = in.ptr[i];
		size_t skip;
		int byte;

		if (c == '\n') {
			bool cr = i > 0 && in.ptr[i - 1] == '\r';

			b.len = solid;
			if (cr)
				buf_add_char(&b, '\r');
		}
		if (c == '=' && (byte = hex_byte(after)) >= 0) {
			buf_add_char(&b, (char)byte);
			solid = b.len;
			i += 2;
			continue;
		}
		if (c == '=' && after.len == 0)
			break;
		if (c == '=' && (skip = soft_break(after)) > 0) {
			solid = b.len;
			i += skip;
			continue;
		}
		buf_add_char(&b, c);
		if (c != ' ' && c != '\t' && c != '\r')
			solid = b.len;
	}
	if (b.len > max) {
		b.len = max;
		*cut = true;
	}
	return keep(a, &b);
}

/* One encoded word: =?charset*language?B?text?= */
struct word {
	struct slice charset, text;
	bool base64;
	size_t len;			/* of all of it */
};

static bool
word_at(struct slice s, struct word *w)
{
	size_t q1, q2, end, star;
	struct slice rest;

	if (!slice_starts(s, "=?"))
		return false;
	rest = slice_sub(s, 2, s.len);
	q1 = slice_find(slice_sub(rest, 0, WORD_CHARSET_MAX + 1), '?');
	if (q1 == SIZE_MAX || q1 == 0)
		return false;
	w->charset = slice_sub(rest, 0, q1);
	if (slice_find(w->charset, ' ') != SIZE_MAX)
		return false;
	if ((star = slice_find(w->charset, '*')) != SIZE_MAX)
		w->charset = slice_sub(w->charset, 0, star);
	rest = slice_sub(rest, q1 + 1, rest.len);
	q2 = slice_find(rest, '?');
	if (q2 != 1 || strchr("bBqQ", rest.ptr[0]) == NULL)
		return false;
	w->base64 = rest.ptr[0] == 'b' || rest.ptr[0] == 'B';
	rest = slice_sub(rest, 2, rest.len);
	end = slice_find(rest, '?');
	/* A '?' that should have been encoded and is not. */
	while (end != SIZE_MAX && end + 1 < rest.len && rest.ptr[end + 1] != '=') {
		size_t next = slice_find(slice_sub(rest, end + 1, rest.len), '?');

		if (w->base64 || rest.ptr[end + 1] == '?' || next == SIZE_MAX)
			return false;
		end += 1 + next;
	}
	if (end == SIZE_MAX || end + 1 >= rest.len)
		return false;
	w->text = slice_sub(rest, 0, end);
	w->len = (size_t)(rest.ptr + end + 2 - s.ptr);
	return true;
}

static void
word_bytes(struct arena *a, const struct word *w, struct buf *out)
{
	if (w->base64) {
		buf_add_slice(out, decode_base64(a, w->text, w->text.len, NULL, NULL));
		return;
	}
	for (size_t i = 0; i < w->text.len; i++) {
		int byte = w->text.ptr[i] == '=' ?
		    hex_byte(slice_sub(w->text, i + 1, w->text.len)) : -1;

		if (byte >= 0) {
			buf_add_char(out, (char)byte);
			i += 2;
		} else
			buf_add_char(out,
			    w->text.ptr[i] == '_' ? ' ' : w->text.ptr[i]);
	}
}

static void
add_decoded(struct arena *a, struct slice bytes, const char *charset, struct buf *out)
{
	struct slice s;

	if (bytes.len == 0)
		return;
	s = text_decode(a, bytes, charset, NULL);
	for (size_t i = 0; i < s.len; i++)
		buf_add_char(out, s.ptr[i] == '\n' || s.ptr[i] == '\r' ||
		    s.ptr[i] == '\0' ? ' ' : s.ptr[i]);
}

static size_t
count_blanks(struct slice s)
{
	size_t i = 0;

	while (i < s.len && (s.ptr[i] == ' ' || s.ptr[i] == '\t'))
		i++;
	return i;
}

/*
 * The words from w on that follow each other, charset alike, as one: some
 * mailers cut between the bytes of a character.  Returns their length.
 */
static size_t
decode_run(struct arena *a, struct slice s, struct word w, struct buf *out)
{
	const char *charset = arena_strndup(a, w.charset.ptr, w.charset.len);
	struct buf bytes = BUF_INIT;
	size_t len = 0;

	for (;;) {
		struct word next;
		struct slice rest;
		size_t blanks;

		word_bytes(a, &w, &bytes);
		len += w.len;
		rest = slice_sub(s, len, s.len);
		blanks = count_blanks(rest);
		if (!word_at(slice_sub(rest, blanks, rest.len), &next))
			break;
		len += blanks;
		if (!slice_eq_case(next.charset, w.charset))
			break;
		w = next;
	}
	add_decoded(a, buf_slice(&bytes), charset, out);
	buf_release(&bytes);
	return len;
}

struct slice
decode_words(struct arena *a, struct slice raw)
{
	struct slice s = header_unfold(a, raw);
	struct buf out = BUF_INIT;
	size_t at = 0, done = 0;
	struct word w;

	while (at < s.len) {
		struct slice rest = slice_sub(s, at, s.len);
		size_t next = slice_find_slice(rest, SLICE_LIT("=?"));

		if (next == SIZE_MAX)
			break;
		at += next;
		if (!word_at(slice_sub(s, at, s.len), &w)) {
			at += 2;
			continue;
		}
		add_decoded(a, slice_sub(s, done, at), NULL, &out);
		at += decode_run(a, slice_sub(s, at, s.len), w, &out);
		done = at;
	}
	add_decoded(a, slice_sub(s, done, s.len), NULL, &out);
	return keep(a, &out);
}
