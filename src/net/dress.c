/* SPDX-License-Identifier: MIT */
#include "net/dress.h"

#include "base/arena.h"
#include "model/header.h"
#include "net/base64.h"

enum {
	LINE_MAX_LEN = 998,	/* RFC 5322, 2.1.1, without CRLF */
	COPY_MAX = 4000,	/* of one field that the wrapping shows */
};

static const struct dress_line guard = { "X-Mroute-Note",
    "the message begins with a continuation line" };

static bool
name_valid(struct slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] <= 0x20 || name.ptr[i] >= 0x7F || name.ptr[i] == ':')
			return false;
	return name.len > 0;
}

static bool
value_valid(struct slice value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.ptr[i] < 0x20 || value.ptr[i] >= 0x7F)
			return false;
	return true;
}

/* Our lines are made by us: one that does not fit is refused, never mended. */
static int
add_line(struct buf *out, const struct dress_line *line, const char *eol,
    struct err *e)
{
	struct slice name = slice_str(line->name), value = slice_str(line->value);

	if (!name_valid(name))
		return err_set(e, ERR_DATA, "'" SLICE_FMT "' is no header name",
		    SLICE_ARG(name));
	if (!value_valid(value))
		return err_set(e, ERR_DATA,
		    "the value of '%s' is not printable ASCII", line->name);
	if (name.len + 2 + value.len > LINE_MAX_LEN)
		return err_set(e, ERR_DATA, "the value of '%s' is too long",
		    line->name);
	buf_addf(out, "%s: %s%s", line->name, line->value, eol);
	return 0;
}

static int
add_lines(struct buf *out, const struct dress_line *line, size_t n,
    struct slice rest, const char *eol, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (add_line(out, &line[i], eol, e) < 0)
			return -1;
	/*
	 * A blank at the very front would make the message's first line a
	 * continuation of our last one; let it continue a line that means
	 * nothing.
	 */
	if (n > 0 && rest.len > 0 && (rest.ptr[0] == ' ' || rest.ptr[0] == '\t'))
		return add_line(out, &guard, eol, e);
	return 0;
}

/*
 * An mbox `From ` line is not part of the message.  "From : jane@..." is: a
 * header in the old form (RFC 5322, 4.5.2).
 */
static struct slice
without_from_line(struct slice raw)
{
	size_t i = 5, end;

	if (!slice_starts(raw, "From "))
		return raw;
	while (i < raw.len && (raw.ptr[i] == ' ' || raw.ptr[i] == '\t'))
		i++;
	if (i < raw.len && raw.ptr[i] == ':')
		return raw;
	end = slice_find(raw, '\n');
	return slice_sub(raw, end == SIZE_MAX ? raw.len : end + 1, raw.len);
}

static bool
has_bare_cr(struct slice s)
{
	const char *at = s.ptr, *end = s.ptr + s.len;

	while (at < end && (at = memchr(at, '\r', (size_t)(end - at))) != NULL) {
		if (++at == end || *at != '\n')
			return true;
	}
	return false;
}

static void
add_crlf(struct buf *out, struct slice s)
{
	const char *at = s.ptr, *end = s.ptr + s.len, *lf;
	size_t lines = 0;

	for (lf = at; lf < end &&
	    (lf = memchr(lf, '\n', (size_t)(end - lf))) != NULL; lf++)
		lines++;
	buf_reserve(out, s.len + lines);
	while (at < end && (lf = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		size_t n = (size_t)(lf - at);

		if (n > 0 && lf[-1] == '\r')
			n--;
		buf_add(out, at, n);
		buf_add(out, "\r\n", 2);
		at = lf + 1;
	}
	buf_add(out, at, (size_t)(end - at));
}

/* May a field of the original stand in the wrapping as it is? */
static bool
field_clean(struct slice raw)
{
	for (size_t i = 0; i < raw.len; i++)
		if (raw.ptr[i] == '\0' || raw.ptr[i] & 0x80)
			return false;
	return raw.len <= COPY_MAX && !has_bare_cr(raw);
}

/*
 * A bare CR can't pass SMTP unchanged (libetpan, like many servers, makes it
 * a line end), so the original travels inside, byte for byte.  What a reader
 * needs to find and answer the mail is shown outside; each name once.
 */
static void
add_wrapped(struct buf *out, struct slice raw)
{
	static const char *const shown[] = { "From", "Reply-To", "To", "Cc",
	    "Subject", "Date", "Message-ID", "In-Reply-To", "References" };
	AUTO(arena_free) struct arena *a = arena_new();
	struct header_list list;

	header_scan(a, raw, 1000, COPY_MAX + 1, &list);
	for (size_t i = 0; i < NELEM(shown); i++) {
		const struct header_field *f;
		size_t at = 0;

		if ((f = header_next(&list, shown[i], &at)) == NULL ||
		    !field_clean(f->raw))
			continue;
		buf_addf(out, "%s:", shown[i]);
		add_crlf(out, slice_trim(f->raw).len > 0 ? f->raw : SLICE_LIT(" "));
		if (!slice_ends_case(f->raw, "\n"))
			buf_add_str(out, "\r\n");
	}
	buf_add_str(out, "MIME-Version: 1.0\r\n"
	    "Content-Type: message/rfc822\r\n"
	    "Content-Disposition: attachment; filename=\"original.eml\"\r\n"
	    "Content-Description: original message, wrapped because it has a bare CR\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n");
	base64_add_lines(out, raw);
}

int
dress_message(struct slice raw, const struct dress_line *line, size_t n_line,
    enum dress_form form, struct buf *out, bool *wrapped, struct err *e)
{
	size_t lf;

	buf_reset(out);
	*wrapped = false;
	raw = without_from_line(raw);
	switch (form) {
	case DRESS_RAW:
		/* Our lines end as the message's first one does. */
		lf = slice_find(raw, '\n');
		if (add_lines(out, line, n_line, raw, lf != SIZE_MAX && lf > 0 &&
		    raw.ptr[lf - 1] == '\r' ? "\r\n" : "\n", e) < 0)
			return -1;
		buf_add_slice(out, raw);
		return 0;
	case DRESS_CRLF:
		*wrapped = has_bare_cr(raw);
		if (add_lines(out, line, n_line, *wrapped ? SLICE_LIT("") : raw,
		    "\r\n", e) < 0)
			return -1;
		if (*wrapped)
			add_wrapped(out, raw);
		else
			add_crlf(out, raw);
		return 0;
	}
	return err_set(e, ERR_USAGE, "no such form of a message");
}
