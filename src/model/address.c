/* SPDX-License-Identifier: MIT */
#include "model/address.h"

#include "base/buf.h"
#include "model/decode.h"
#include "model/domain.h"
#include "model/header.h"
#include "model/text.h"

#include <glib.h>

/* One mailbox as it is read. */
struct draft {
	struct buf phrase;		/* display name, or an address without <> */
	struct buf comment;
	struct buf angle;
	bool has_angle;
};

static void
draft_reset(struct draft *d)
{
	buf_reset(&d->phrase);
	buf_reset(&d->comment);
	buf_reset(&d->angle);
	d->has_angle = false;
}

static struct slice
lower(struct arena *a, struct slice s)
{
	char *p = arena_strndup(a, s.ptr, s.len);

	for (size_t i = 0; i < s.len; i++)
		p[i] = g_ascii_tolower(p[i]);
	return slice_make(p, s.len);
}

struct slice
address_domain_ascii(struct arena *a, struct slice domain)
{
	const char *normal = domain_normal(a, slice_trim(domain));

	return normal != NULL ? slice_str(normal) : lower(a, slice_trim(domain));
}

static size_t
last_at(struct slice s)
{
	for (size_t i = s.len; i-- > 0;)
		if (s.ptr[i] == '@')
			return i;
	return SIZE_MAX;
}

/* "Jane@Bücher.example" to what lists and rules compare with. */
static void
set_address(struct arena *a, struct slice raw, struct mailbox *out)
{
	struct slice s = text_decode(a, raw, NULL, NULL), local;
	size_t at = last_at(s);
	struct buf b = BUF_INIT;

	out->domain = slice_make("", 0);
	if (at == SIZE_MAX) {
		out->address = lower(a, s);
		return;
	}
	local = slice_sub(s, 0, at);
	out->domain = address_domain_ascii(a, slice_sub(s, at + 1, s.len));
	buf_add_slice(&b, lower(a, local));
	buf_add_char(&b, '@');
	buf_add_slice(&b, out->domain);
	out->address = arena_slice(a, buf_slice(&b));
	out->domain = slice_sub(out->address, out->address.len - out->domain.len,
	    out->address.len);
	buf_release(&b);
}

struct slice
address_normal(struct arena *a, struct slice address)
{
	struct mailbox mb;

	set_address(a, address, &mb);
	return mb.address;
}

/* Blanks and control characters have no place in an address. */
static struct slice
without_blanks(struct arena *a, struct slice s)
{
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] > 0x20 && s.ptr[i] != 0x7F)
			p[n++] = s.ptr[i];
	return slice_make(p, n);
}

static bool
draft_finish(struct arena *a, struct draft *d, struct mailbox *out)
{
	struct slice phrase = slice_trim(buf_slice(&d->phrase));

	*out = (struct mailbox){ { "", 0 }, { "", 0 }, { "", 0 } };
	if (d->has_angle) {
		struct slice angle = without_blanks(a, buf_slice(&d->angle));
		size_t colon = slice_find(angle, ':');

		/* A source route: <@relay,@other:jane@x.example> */
		if (slice_starts(angle, "@") && colon != SIZE_MAX)
			angle = slice_sub(angle, colon + 1, angle.len);
		set_address(a, angle, out);
		out->name = decode_words(a, phrase.len > 0 ? phrase :
		    buf_slice(&d->comment));
	} else if (slice_find(phrase, '@') != SIZE_MAX ||
	    (phrase.len > 0 && slice_find(phrase, ' ') == SIZE_MAX)) {
		set_address(a, without_blanks(a, phrase), out);
		out->name = decode_words(a, buf_slice(&d->comment));
	} else
		out->name = decode_words(a, phrase);
	draft_reset(d);
	return out->address.len > 0 || out->name.len > 0;
}

static size_t
read_quoted(struct slice s, size_t at, struct buf *out)
{
	for (; at < s.len && s.ptr[at] != '"'; at++) {
		if (s.ptr[at] == '\\' && at + 1 < s.len)
			at++;
		buf_add_char(out, s.ptr[at]);
	}
	return at;
}

static size_t
read_comment(struct slice s, size_t at, struct buf *out)
{
	size_t depth = 1;

	for (; at < s.len; at++) {
		if (s.ptr[at] == '\\' && at + 1 < s.len)
			at++;
		else if (s.ptr[at] == '(')
			depth++;
		else if (s.ptr[at] == ')' && --depth == 0)
			break;
		buf_add_char(out, s.ptr[at]);
	}
	return at;
}

/* Up to the '>', or to a comma when that was forgotten. */
static size_t
read_angle(struct slice s, size_t at, struct buf *out)
{
	bool route = at < s.len && s.ptr[at] == '@';

	for (; at < s.len && s.ptr[at] != '>'; at++) {
		if (s.ptr[at] == ':')
			route = false;
		if (s.ptr[at] == ',' && !route)
			return at - 1;
		if (s.ptr[at] == '"') {
			size_t end;

			buf_add_char(out, '"');
			end = read_quoted(s, at + 1, out);
			at = end;
		}
		if (at < s.len)
			buf_add_char(out, s.ptr[at]);
	}
	return at;
}

size_t
address_list(struct arena *a, struct slice raw, struct mailbox **out, bool *cut)
{
	struct slice s = header_unfold(a, raw);
	struct draft d = { BUF_INIT, BUF_INIT, BUF_INIT, false };
	struct mailbox *list = NULL, one;
	size_t n = 0, cap = 0, end;
	bool quotes = true;		/* the next one has an end */

	for (size_t at = 0; at <= s.len; at++) {
		char c = at < s.len ? s.ptr[at] : ',';

		if (c == ',' || c == ';') {
			if (!draft_finish(a, &d, &one))
				continue;
			if (n == ADDRESSES_MAX) {
				*cut = true;
				break;
			}
			list = arena_grow(a, list, n, &cap, sizeof *list);
			list[n++] = one;
		} else if (c == '"' && quotes) {
			size_t len = d.phrase.len;

			end = read_quoted(s, at + 1, &d.phrase);
			quotes = end < s.len;
			if (quotes)
				at = end;
			else
				d.phrase.len = len;
		} else if (c == '(') {
			buf_reset(&d.comment);
			end = read_comment(s, at + 1, &d.comment);
			at = MIN(end, s.len - 1);
		} else if (c == '<') {
			buf_reset(&d.angle);
			d.has_angle = true;
			end = read_angle(s, at + 1, &d.angle);
			at = MIN(end, s.len - 1);
		} else if (c == ':' && !d.has_angle)
			draft_reset(&d);	/* it was the name of a group */
		else
			buf_add_char(&d.phrase, c);
	}
	buf_release(&d.phrase);
	buf_release(&d.comment);
	buf_release(&d.angle);
	*out = list;
	return n;
}

static bool
ends_address(char c)
{
	return (unsigned char)c <= ' ' || strchr("<>()[],;:?\"'*", c) != NULL;
}

/* "Jane Roe [mailto:jane@x.example]." */
struct slice
address_in(struct arena *a, struct slice text)
{
	size_t at = slice_find(text, '@'), from, to;

	if (at == SIZE_MAX)
		return slice_make("", 0);
	for (from = at; from > 0 && !ends_address(text.ptr[from - 1]); from--)
		;
	for (to = at + 1; to < text.len && !ends_address(text.ptr[to]); to++)
		;
	while (to > at + 1 && strchr(".!?", text.ptr[to - 1]) != NULL)
		to--;
	if (from == at || to == at + 1)
		return slice_make("", 0);
	return address_normal(a, slice_sub(text, from, to));
}
