/* SPDX-License-Identifier: MIT */
#include "model/decode.h"

#include "base/buf.h"
#include "model/header.h"
#include "model/text.h"

enum { PIECES_MAX = 100, PARAMS_MAX = 200 };

/* One `name=value` as written; name may end in *, *0 or *0*. */
struct param {
	struct slice name, value;
	bool quoted;
};

static size_t
skip_comment(struct slice s, size_t at)
{
	size_t depth = 0;

	for (; at < s.len; at++) {
		if (s.ptr[at] == '\\')
			at++;
		else if (s.ptr[at] == '(')
			depth++;
		else if (s.ptr[at] == ')' && --depth == 0)
			return at + 1;
	}
	return s.len;
}

static size_t
skip_blanks(struct slice s, size_t at)
{
	while (at < s.len) {
		if (s.ptr[at] == '(')
			at = skip_comment(s, at);
		else if (s.ptr[at] == ' ' || s.ptr[at] == '\t')
			at++;
		else
			break;
	}
	return at;
}

/* A quoted string, *at behind the first quote; only \" and \\ are escapes. */
static struct slice
quoted_string(struct arena *a, struct slice s, size_t *at)
{
	struct buf b = BUF_INIT;
	struct slice out;

	for (; *at < s.len && s.ptr[*at] != '"'; ++*at) {
		char c = s.ptr[*at];

		if (c == '\\' && *at + 1 < s.len &&
		    (s.ptr[*at + 1] == '"' || s.ptr[*at + 1] == '\\'))
			c = s.ptr[++*at];
		buf_add_char(&b, c);
	}
	out = arena_slice(a, buf_slice(&b));
	buf_release(&b);
	if (*at < s.len)
		++*at;
	return out;
}

/* The next parameter after a `;`, *at behind it. */
static bool
next_param(struct arena *a, struct slice s, size_t *at, struct param *p)
{
	size_t start, end;

	while (*at < s.len && s.ptr[*at] != ';') {
		if (s.ptr[*at] == '"') {
			++*at;
			quoted_string(a, s, at);
		} else
			++*at;
	}
	if (*at >= s.len)
		return false;
	start = *at = skip_blanks(s, *at + 1);
	while (*at < s.len && s.ptr[*at] != '=' && s.ptr[*at] != ';')
		++*at;
	p->name = slice_trim(slice_sub(s, start, *at));
	p->value = slice_make("", 0);
	p->quoted = false;
	if (*at >= s.len || s.ptr[*at] == ';')
		return true;
	start = *at = skip_blanks(s, *at + 1);
	if (*at < s.len && s.ptr[*at] == '"') {
		++*at;
		p->value = quoted_string(a, s, at);
		p->quoted = true;
		return true;
	}
	/* Unquoted, and by the standard without blanks; many have them. */
	for (end = start; end < s.len && s.ptr[end] != ';'; end++)
		;
	*at = end;
	p->value = slice_trim(slice_sub(s, start, end));
	return true;
}

/* "name", "name*", "name*3", "name*3*": the piece's number, -1 when another. */
static int
piece_number(struct slice full, const char *name, bool *encoded, bool *whole)
{
	size_t n = strlen(name);
	uint64_t number;

	*encoded = false;
	*whole = true;
	if (!slice_starts_case(full, name))
		return -1;
	full = slice_sub(full, n, full.len);
	if (full.len == 0)
		return 0;
	if (full.ptr[0] != '*')
		return -1;
	if (full.ptr[full.len - 1] == '*') {
		*encoded = true;
		full = slice_sub(full, 0, full.len - 1);
		if (full.len == 0)
			return 0;
	}
	*whole = false;
	full = slice_sub(full, 1, full.len);
	if (!slice_to_u64(full, &number) || number >= PIECES_MAX)
		return -1;
	return (int)number;
}

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *p;

	if (c >= 'A' && c <= 'F')
		c = (char)(c + 32);
	p = c != '\0' ? strchr(digits, c) : NULL;
	return p != NULL ? (int)(p - digits) : -1;
}

static void
percent_decode(struct slice s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++) {
		int high = -1, low = -1;

		if (s.ptr[i] == '%' && i + 2 < s.len) {
			high = hex_digit(s.ptr[i + 1]);
			low = hex_digit(s.ptr[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			buf_add_char(out, (char)(high * 16 + low));
			i += 2;
		} else
			buf_add_char(out, s.ptr[i]);
	}
}

/* charset'language'text: takes the front off. */
static const char *
take_charset(struct arena *a, struct slice *s)
{
	size_t q1 = slice_find(*s, '\''), q2;
	const char *charset;

	if (q1 == SIZE_MAX)
		return NULL;
	q2 = slice_find(slice_sub(*s, q1 + 1, s->len), '\'');
	if (q2 == SIZE_MAX)
		return NULL;
	charset = q1 > 0 ? arena_strndup(a, s->ptr, q1) : NULL;
	*s = slice_sub(*s, q1 + q2 + 2, s->len);
	return charset;
}

struct pieces {
	struct slice text[PIECES_MAX];
	bool there[PIECES_MAX], encoded[PIECES_MAX];
};

static struct slice
join_pieces(struct arena *a, struct pieces *p)
{
	const char *charset = NULL;
	struct buf b = BUF_INIT;
	struct slice out;

	for (size_t i = 0; i < PIECES_MAX && p->there[i]; i++) {
		if (p->encoded[i]) {
			if (i == 0)
				charset = take_charset(a, &p->text[i]);
			percent_decode(p->text[i], &b);
		} else
			buf_add_slice(&b, p->text[i]);
	}
	out = text_decode(a, buf_slice(&b), charset, NULL);
	buf_release(&b);
	return out;
}

bool
decode_param(struct arena *a, struct slice raw, const char *name, struct slice *out)
{
	struct slice s = header_unfold(a, raw), plain = { NULL, 0 };
	struct pieces p = { .there = { false } };
	struct param q;
	size_t at = 0, n = 0;

	while (n++ < PARAMS_MAX && next_param(a, s, &at, &q)) {
		bool encoded, whole;
		int i = piece_number(q.name, name, &encoded, &whole);

		if (i < 0)
			continue;
		if (whole && !encoded) {
			if (plain.ptr == NULL)
				plain = q.value;
		} else if (!p.there[i]) {
			p.there[i] = true;
			p.encoded[i] = encoded;
			p.text[i] = q.value;
		}
	}
	if (p.there[0])
		*out = join_pieces(a, &p);
	else if (plain.ptr != NULL)
		*out = decode_words(a, plain);
	else
		return false;
	return true;
}

struct slice
decode_token(struct arena *a, struct slice raw)
{
	struct slice s = header_unfold(a, raw);
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0, at = skip_blanks(s, 0);

	while (at < s.len && s.ptr[at] != ';') {
		char c = s.ptr[at];
		size_t next = skip_blanks(s, at + 1);

		p[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
		/* "text / plain" is one, "text/plain charset=x" is two. */
		if (next > at + 1 && c != '/' && next < s.len && s.ptr[next] != '/')
			break;
		at = next;
	}
	return slice_make(p, n);
}
