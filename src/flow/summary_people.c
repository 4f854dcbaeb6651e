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
	"firstname", "lastname", "surname",
};

enum { PHONE_DIGITS = 7 };

static bool
in_local(char c)
{
	return (unsigned char)c > ' ' && strchr("<>(),;:[]\"'=|", c) == NULL;
}

static bool
in_domain(char c)
{
	return g_ascii_isalnum(c) || c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

/* Where the part before the @ begins; a quoted one may hold anything. */
static size_t
local_start(struct slice s, size_t at, size_t least)
{
	size_t from = at;

	if (from > least && s.ptr[from - 1] == '"') {
		for (from--; from > least; from--)
			if (s.ptr[from - 1] == '"')
				return from - 1;
		return least;
	}
	while (from > least && in_local(s.ptr[from - 1]))
		from--;
	return from;
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
		size_t from, to = at + 1;

		if (s.ptr[at] != '@' || (from = local_start(s, at, done)) == at)
			continue;
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

/* An address or a phone number, though its field is of type text. */
static bool
looks_personal(struct slice s)
{
	unsigned digits = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '@')
			return true;
		digits += g_ascii_isdigit(s.ptr[i]) ? 1 : 0;
	}
	return digits >= PHONE_DIGITS;
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
	for (size_t i = 0; i < NELEM(personal); i++)
		if (g_ascii_strcasecmp(v->name, personal[i]) == 0)
			return false;
	if (strcmp(v->type, "date") == 0 || strcmp(v->type, "money") == 0)
		return true;
	return !looks_personal(slice_str(v->value));
}
