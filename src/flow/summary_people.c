/* SPDX-License-Identifier: MIT */
/*
 * How much of people a summary holds.  What `people` keeps back never gets into the
 * struct, so that no writer can tell it.
 */
#include <glib.h>
#include <string.h>

#include "flow/summary_impl.h"

/* Fields of rules whose values are a person, whatever type they have. */
static const char *const personal[] = {
	"name", "person", "contact", "author", "sender", "who", "from", "address",
	"phone", "mobile", "email", "mail", "signature", "applicant", "candidate",
	"firstname", "lastname", "surname", "fullname", "username",
};

/* The same as a part of a field's name: "applicant-name", "contact_phone", ... */
static const char *const personal_part[] = {
	"person", "contact", "author", "sender", "phone", "mobile", "email", "signature",
	"applicant", "candidate", "firstname", "lastname", "surname",
};

/* ... and beside "name": a "company-name" is none of a person. */
static const char *const personal_kind[] = {
	"full", "first", "last", "given", "family", "middle", "your", "my", "real",
	"display", "user", "writer", "reporter", "owner", "speaker", "customer",
};

enum { PHONE_DIGITS = 7 };

/* How long the sign at this place is that parts an address; 0: there is none. */
static size_t
at_sign(struct slice s, size_t at)
{
	static const char *const others[] = { "%40", "\xEF\xBC\xA0", "\xEF\xB9\xAB" };

	if (s.ptr[at] == '@')
		return 1;
	if (s.ptr[at] != '%' && s.ptr[at] != '\xEF')	/* of all bytes of all values */
		return 0;
	for (size_t i = 0; i < NELEM(others); i++)
		if (slice_starts(slice_sub(s, at, s.len), others[i]))
			return strlen(others[i]);
	return 0;
}

/* What it is made of (RFC 5322, 3.2.3), and more that some accept. */
static bool
in_local(char c)
{
	return (unsigned char)c > ' ' && strchr("<>(),;:[]\"", c) == NULL;
}

static bool
in_domain(char c)
{
	return g_ascii_isalnum(c) || c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

/* Where a quoted string that ends at `end` begins; a \ quotes one more sign. */
static size_t
quoted_start(struct slice s, size_t end, size_t least)
{
	for (size_t from = end - 1; from > least; from--) {
		size_t quotes = 0;

		if (s.ptr[from - 1] != '"')
			continue;
		while (from - 1 - quotes > least && s.ptr[from - 2 - quotes] == '\\')
			quotes++;
		if (quotes % 2 == 0)
			return from - 1;
	}
	return least;
}

/* A comment may stand before the @, or blanks on both sides of it. */
static size_t
skip_comment(struct slice s, size_t at, size_t behind, size_t least)
{
	size_t from = at;

	if (behind < s.len && s.ptr[behind] == ' ')
		while (from > least && s.ptr[from - 1] == ' ')
			from--;
	if (from == least || s.ptr[from - 1] != ')')
		return from;
	while (from > least && s.ptr[from - 1] != '(')
		from--;
	return from > least ? from - 1 : at;
}

/*
 * Where the part before the @ begins.  Too much of a text is lost rather than too
 * little: "bounces+jane=home.example" and "o'brien" are local parts as well.
 */
static size_t
local_start(struct slice s, size_t at, size_t behind, size_t least)
{
	size_t end = skip_comment(s, at, behind, least), from = end;

	while (from > least)
		if (in_local(s.ptr[from - 1]))
			from--;
		else if (s.ptr[from - 1] == '"' && (from == end || s.ptr[from] == '.'))
			from = quoted_start(s, from, least);
		else
			break;
	return from < end ? from : at;
}

const char *
people_text(const struct gather *g, const char *text)
{
	struct slice s = slice_str(text);
	AUTO(buf_release) struct buf b = BUF_INIT;
	size_t done = 0;

	if (g->s->people == PEOPLE_FULL)
		return arena_strdup(g->a, text);
	for (size_t at = 0; at < s.len; at++) {
		size_t from, sign = at_sign(s, at), to = at + sign;

		if (sign == 0 || (from = local_start(s, at, to, done)) == at)
			continue;
		while (to < s.len && s.ptr[to] == ' ')
			to++;
		while (to < s.len && in_domain(s.ptr[to]))
			to++;
		buf_add_slice(&b, slice_sub(s, done, from));
		buf_add_str(&b, "...");
		if (g->s->people == PEOPLE_DOMAINS)
			buf_add_slice(&b, slice_sub(s, at, to));
		done = to;
		at = to - 1;
	}
	buf_add_slice(&b, slice_sub(s, done, s.len));
	return arena_strdup(g->a, buf_str(&b));
}

const char *
people_words(const struct gather *g, const char *text)
{
	return g->s->people == PEOPLE_NONE ? "" : people_text(g, text);
}

static bool
begins_path(struct slice s, size_t at)
{
	return s.ptr[at] == '/' && at + 1 < s.len && s.ptr[at + 1] != '/' &&
	    (at == 0 || strchr(" '\"(<[=", s.ptr[at - 1]) != NULL);
}

/* "/home/jane/Maildir" is a person's as much as an address: ".../Maildir". */
static void
add_path(struct buf *b, struct slice path)
{
	size_t last = 0;

	for (size_t i = 0; i + 1 < path.len; i++)
		if (path.ptr[i] == '/')
			last = i;
	if (last > 0)
		buf_add_str(b, "...");
	buf_add_slice(b, slice_sub(path, last, path.len));
}

const char *
people_said(const struct gather *g, const char *text)
{
	struct slice s = slice_str(people_words(g, text));
	AUTO(buf_release) struct buf b = BUF_INIT;
	size_t to;

	if (g->s->people == PEOPLE_FULL)
		return s.ptr;
	for (size_t at = 0; at < s.len; at = to) {
		to = at + 1;
		if (!begins_path(s, at)) {
			buf_add_char(&b, s.ptr[at]);
			continue;
		}
		while (to < s.len && strchr(" '\",;:)>]", s.ptr[to]) == NULL)
			to++;
		add_path(&b, slice_sub(s, at, to));
	}
	return arena_strdup(g->a, buf_str(&b));
}

/* An address or a phone number, though its field is of type text. */
static bool
looks_personal(struct slice s)
{
	unsigned digits = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (at_sign(s, i) > 0)
			return true;
		digits += g_ascii_isdigit(s.ptr[i]) ? 1 : 0;
	}
	return digits >= PHONE_DIGITS;
}

static bool
is_one_of(struct slice s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq_case(s, slice_str(list[i])))
			return true;
	return false;
}

/* Does the field's name say that its value is a person? */
static bool
is_personal_name(const char *field)
{
	struct slice name = slice_str(field);
	bool named = false, kind = false;
	size_t from = 0;

	if (is_one_of(name, personal, NELEM(personal)))
		return true;
	for (size_t i = 0; i <= name.len; i++) {
		struct slice part = slice_sub(name, from, i);

		if (i < name.len && name.ptr[i] != '-' && name.ptr[i] != '_')
			continue;
		if (is_one_of(part, personal_part, NELEM(personal_part)))
			return true;
		named |= slice_eq_case(part, SLICE_LIT("name"));
		kind |= is_one_of(part, personal_kind, NELEM(personal_kind));
		from = i + 1;
	}
	return named && kind;
}

bool
people_value(const struct gather *g, const struct stats_value *v)
{
	switch (g->s->people) {
	case PEOPLE_FULL:
		return true;
	case PEOPLE_NONE:
		return false;
	case PEOPLE_DOMAINS:
		break;
	}
	if (strcmp(v->type, "email") == 0 || strcmp(v->type, "phone") == 0)
		return false;
	if (is_personal_name(v->name))
		return false;
	if (strcmp(v->type, "date") == 0 || strcmp(v->type, "money") == 0)
		return true;
	return !looks_personal(slice_str(v->value));
}
