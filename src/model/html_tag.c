/* SPDX-License-Identifier: MIT */
#include "model/html_tag.h"

#include "model/html_ref.h"

enum { STYLE_MAX = 4096 };

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t
skip_blanks(struct slice s, size_t at)
{
	while (at < s.len && is_blank(s.ptr[at]))
		at++;
	return at;
}

static size_t
behind(struct slice s, size_t from, const char *what)
{
	size_t at = slice_find_slice(slice_sub(s, from, s.len), slice_str(what));

	return at == SIZE_MAX ? s.len : from + at + strlen(what);
}

static size_t
comment_length(struct slice s)
{
	size_t plain, bang;

	if (!slice_starts(s, "<!--"))
		return behind(s, 1, ">");
	if (slice_starts(s, "<!-->"))
		return 5;
	if (slice_starts(s, "<!--->"))
		return 6;
	plain = behind(s, 4, "-->");
	bang = behind(slice_sub(s, 0, plain), 4, "--!>");
	return MIN(plain, bang);
}

static void
keep_attribute(struct html_tag *t, struct slice name, struct slice value)
{
	static const struct slice empty = { "", 0 };
	const struct {
		const char *name;
		struct slice *to;
	} kept[] = {
		{ "style", &t->style }, { "class", &t->class }, { "href", &t->href },
		{ "action", &t->href }, { "alt", &t->alt }, { "type", &t->type },
		{ "color", &t->color }, { "bgcolor", &t->bgcolor },
		{ "background", &t->background },
	};

	for (size_t i = 0; i < NELEM(kept); i++)
		/* The first one counts. */
		if (slice_eq_case(name, slice_str(kept[i].name)) &&
		    kept[i].to->ptr == NULL)
			*kept[i].to = value.ptr != NULL ? value : empty;
	if (slice_eq_case(name, SLICE_LIT("hidden")))
		t->hidden_attr = true;
}

/* One attribute at `at`; returns what is behind it. */
static size_t
read_attribute(struct slice s, size_t at, struct html_tag *t)
{
	size_t start = at, end, next;
	struct slice name, value = { NULL, 0 };

	/* A '=' in front belongs to the name. */
	at++;
	while (at < s.len && !is_blank(s.ptr[at]) && s.ptr[at] != '=' &&
	    s.ptr[at] != '>' && s.ptr[at] != '/')
		at++;
	name = slice_sub(s, start, at);
	next = skip_blanks(s, at);
	if (next < s.len && s.ptr[next] == '=') {
		at = skip_blanks(s, next + 1);
		if (at < s.len && (s.ptr[at] == '"' || s.ptr[at] == '\'')) {
			end = slice_find(slice_sub(s, at + 1, s.len), s.ptr[at]);
			end = end == SIZE_MAX ? s.len : at + 1 + end;
			value = slice_sub(s, at + 1, end);
			at = MIN(end + 1, s.len);
		} else {
			for (end = at; end < s.len && !is_blank(s.ptr[end]) &&
			    s.ptr[end] != '>'; end++)
				;
			value = slice_sub(s, at, end);
			at = end;
		}
	}
	keep_attribute(t, name, value);
	return at;
}

static void
read_tag(struct slice s, size_t at, struct html_tag *t)
{
	size_t n = 0;

	for (; at < s.len && !is_blank(s.ptr[at]) && s.ptr[at] != '/' &&
	    s.ptr[at] != '>'; at++) {
		char c = s.ptr[at];

		if (n < sizeof t->name - 1)
			t->name[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	t->name[n] = '\0';
	for (;;) {
		at = skip_blanks(s, at);
		if (at >= s.len)
			break;
		if (s.ptr[at] == '>') {
			at++;
			break;
		}
		at = s.ptr[at] == '/' ? at + 1 : read_attribute(s, at, t);
	}
	t->len = at;
}

void
html_tag_read(struct slice s, struct html_tag *out)
{
	char c = s.len > 1 ? s.ptr[1] : '\0';
	char d = s.len > 2 ? s.ptr[2] : '\0';

	*out = (struct html_tag){ .kind = HTML_TEXT, .len = 1 };
	if (is_letter(c)) {
		out->kind = HTML_START;
		read_tag(s, 1, out);
	} else if (c == '/' && is_letter(d)) {
		out->kind = HTML_END;
		read_tag(s, 2, out);
	} else if (c == '!' || c == '?' || (c == '/' && d != '\0')) {
		out->kind = HTML_COMMENT;
		out->len = comment_length(s);
	}
}

void
html_plain_style(struct slice style, struct buf *out)
{
	struct buf b = BUF_INIT;

	html_unescape(slice_sub(style, 0, STYLE_MAX), true, &b);
	for (size_t i = 0; i < b.len; i++) {
		char c = b.ptr[i];

		if (!is_blank(c))
			buf_add_char(out, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
	}
	buf_release(&b);
}

/* Is the declaration at the front, its value ending there? */
static bool
declares(struct slice piece, const char *declaration)
{
	size_t n = strlen(declaration);

	return slice_starts(piece, declaration) &&
	    (piece.len == n || piece.ptr[n] == '!');
}

/* "font-size:0", "0px", "0.0em", but neither "0.9em" nor "08px". */
static bool
is_zero(struct slice piece, const char *property)
{
	size_t i = strlen(property), digits = 0;

	if (!slice_starts(piece, property))
		return false;
	for (; i < piece.len && (piece.ptr[i] == '0' || piece.ptr[i] == '.'); i++)
		digits += piece.ptr[i] == '0';
	return digits > 0 && (i == piece.len || piece.ptr[i] < '1' || piece.ptr[i] > '9');
}

enum html_sight
html_style_sight(struct slice style)
{
	enum html_sight sight = HTML_INHERIT;
	struct buf b = BUF_INIT;
	struct slice rest, piece;

	html_plain_style(style, &b);
	rest = buf_slice(&b);
	while (sight != HTML_HIDDEN && slice_next(&rest, ';', &piece)) {
		if (declares(piece, "display:none") ||
		    declares(piece, "visibility:hidden") ||
		    declares(piece, "visibility:collapse") ||
		    declares(piece, "mso-hide:all") ||
		    is_zero(piece, "max-height:") || is_zero(piece, "opacity:"))
			sight = HTML_HIDDEN;
		else if (is_zero(piece, "font-size:"))
			sight = HTML_NO_FONT;
		else if (slice_starts(piece, "font-size:") ||
		    slice_starts(piece, "font:"))
			sight = HTML_FONT;
	}
	buf_release(&b);
	return sight;
}

bool
html_style_has(struct slice style, const char *declaration)
{
	struct buf b = BUF_INIT;
	struct slice rest, piece;
	bool has = false;

	html_plain_style(style, &b);
	rest = buf_slice(&b);
	while (!has && slice_next(&rest, ';', &piece))
		has = declares(piece, declaration);
	buf_release(&b);
	return has;
}
