/* SPDX-License-Identifier: MIT */
#include "model/header.h"

/* RFC 5322, 2.1.1: a line has at most 998 characters, and so has a name. */
enum { NAME_MAX_LEN = 998 };

struct scan {
	struct slice bytes;
	size_t at;
	char eol;			/* '\n', or '\r' when there is no '\n' at all */
};

/* The line at s->at with its end; s->at moves behind it. */
static struct slice
next_line(struct scan *s)
{
	struct slice rest = slice_sub(s->bytes, s->at, s->bytes.len);
	size_t end = slice_find(rest, s->eol);
	struct slice line = slice_sub(rest, 0, end == SIZE_MAX ? rest.len : end + 1);

	s->at += line.len;
	return line;
}

static struct slice
peek_line(const struct scan *s)
{
	struct scan ahead = *s;

	return next_line(&ahead);
}

static bool
is_empty_line(struct slice line)
{
	return line.len == 0 || line.ptr[0] == '\n' ||
	    (line.ptr[0] == '\r' && (line.len == 1 || line.ptr[1] == '\n'));
}

static bool
is_continuation(struct slice line)
{
	return line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
}

/* Length of the name in "Name: value" or "Name : value"; 0 when it is none. */
static size_t
name_length(struct slice line, size_t *colon)
{
	size_t n = 0, i;

	while (n < line.len && n <= NAME_MAX_LEN && line.ptr[n] > 0x20 &&
	    line.ptr[n] < 0x7F && line.ptr[n] != ':')
		n++;
	for (i = n; i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t'); i++)
		;
	if (n > NAME_MAX_LEN || i == line.len || line.ptr[i] != ':')
		return 0;
	*colon = i;
	return n;
}

static bool
is_field(struct slice line)
{
	size_t colon;

	return name_length(line, &colon) > 0;
}

static bool
is_from_line(struct slice line)
{
	return slice_starts(line, "From ") || slice_starts(line, ">From ");
}

/*
 * A line that is no field: a broken mailer's leftover when more fields follow
 * at once, else the body that began without an empty line.
 */
static bool
begins_body(const struct scan *s)
{
	struct slice next = peek_line(s);

	return !is_field(next) && !is_continuation(next);
}

/* Empty lines in front of the first field: a broken mailbox, not a body. */
static void
skip_leading_lines(struct scan *s)
{
	struct scan ahead = *s;

	while (ahead.at < ahead.bytes.len && slice_trim(peek_line(&ahead)).len == 0)
		next_line(&ahead);
	if (is_field(peek_line(&ahead)))
		*s = ahead;
}

/*
 * Does the next line go on with the field?  One that should be folded and is
 * not does as well: "Content-Type: multipart/mixed;" and then "boundary=x".
 */
static bool
goes_on(const struct scan *s, size_t value)
{
	struct slice next = peek_line(s), so_far;

	if (is_continuation(next))
		return true;
	if (is_empty_line(next) || is_field(next) || slice_starts(next, "--"))
		return false;
	so_far = slice_trim(slice_sub(s->bytes, value, s->at));
	return slice_ends_case(so_far, ";") && slice_find(next, '=') != SIZE_MAX;
}

void
header_scan(struct arena *a, struct slice bytes, size_t max_fields, size_t max_size,
    struct header_list *out)
{
	struct scan s = { bytes, 0, '\n' };
	size_t cap = 0;

	*out = (struct header_list){ .body_offset = bytes.len };
	if (slice_find(bytes, '\n') == SIZE_MAX && slice_find(bytes, '\r') != SIZE_MAX)
		s.eol = '\r';
	if (slice_starts(bytes, "From ")) {
		next_line(&s);
		out->from_line = true;
	}
	skip_leading_lines(&s);
	while (s.at < bytes.len) {
		size_t start = s.at, n, colon = 0;
		struct slice line = next_line(&s), raw;

		if (is_empty_line(line)) {
			out->body_offset = s.at;
			return;
		}
		n = name_length(line, &colon);
		if (n == 0) {
			if (is_continuation(line) || is_from_line(line) ||
			    !begins_body(&s))
				continue;
			out->body_offset = start;
			return;
		}
		while (goes_on(&s, start + colon + 1))
			next_line(&s);
		raw = slice_sub(bytes, start + colon + 1, s.at);
		if (out->n == max_fields) {
			out->dropped = out->capped = true;
			continue;
		}
		out->capped |= raw.len > max_size;
		out->field = arena_grow(a, out->field, out->n, &cap,
		    sizeof *out->field);
		out->field[out->n++] = (struct header_field){
			.name = slice_sub(line, 0, n),
			.raw = slice_sub(raw, 0, max_size),
			.offset = start,
			.cut = raw.len > max_size,
		};
	}
}

const struct header_field *
header_next(const struct header_list *l, const char *name, size_t *at)
{
	while (*at < l->n) {
		const struct header_field *f = &l->field[(*at)++];

		if (slice_eq_case(f->name, slice_str(name)))
			return f;
	}
	return NULL;
}

struct slice
header_unfold(struct arena *a, struct slice raw)
{
	char *p;
	size_t n = 0;

	raw = slice_trim(raw);
	p = arena_alloc(a, raw.len + 1);
	for (size_t i = 0; i < raw.len; i++) {
		char c = raw.ptr[i];

		if (c == '\r' || c == '\n')
			continue;
		p[n++] = c == '\0' ? ' ' : c;
	}
	return slice_trim(slice_make(p, n));
}
