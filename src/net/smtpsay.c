/* SPDX-License-Identifier: MIT */
#include "net/smtpsay.h"

#include <string.h>

#include "model/envelope.h"

/* The next word of *rest; blanks and tabs part words.  Empty at the end. */
static struct slice
next_word(struct slice *rest)
{
	struct slice s = slice_trim(*rest);
	size_t i = 0;

	while (i < s.len && s.ptr[i] != ' ' && s.ptr[i] != '\t')
		i++;
	*rest = slice_sub(s, i, s.len);
	return slice_sub(s, 0, i);
}

static void
parse_auth(struct slice mechs, struct smtp_caps *c)
{
	struct slice mech;

	while ((mech = next_word(&mechs)).len > 0) {
		if (slice_eq_case(mech, SLICE_LIT("PLAIN")))
			c->auth_plain = true;
		else if (slice_eq_case(mech, SLICE_LIT("LOGIN")))
			c->auth_login = true;
		else if (slice_eq_case(mech, SLICE_LIT("XOAUTH2")))
			c->auth_xoauth2 = true;
	}
}

static void
parse_line(struct slice line, struct smtp_caps *c)
{
	size_t i = 0;
	struct slice word, rest;

	/* "AUTH=PLAIN" is how servers before RFC 2554 said it. */
	while (i < line.len && strchr(" \t=", line.ptr[i]) == NULL)
		i++;
	word = slice_sub(line, 0, i);
	rest = slice_trim(slice_sub(line, i + 1, line.len));

	if (slice_eq_case(word, SLICE_LIT("STARTTLS")))
		c->starttls = true;
	else if (slice_eq_case(word, SLICE_LIT("8BITMIME")))
		c->eightbitmime = true;
	else if (slice_eq_case(word, SLICE_LIT("SMTPUTF8")))
		c->smtputf8 = true;
	else if (slice_eq_case(word, SLICE_LIT("DSN")))
		c->dsn = true;
	else if (slice_eq_case(word, SLICE_LIT("AUTH")))
		parse_auth(rest, c);
	else if (slice_eq_case(word, SLICE_LIT("SIZE"))) {
		c->size = true;
		if (!slice_to_u64(rest, &c->size_max))
			c->size_max = 0;
	}
}

void
smtp_caps_parse(struct slice reply, struct smtp_caps *out)
{
	struct slice line;

	*out = (struct smtp_caps){ 0 };
	if (!slice_next(&reply, '\n', &line))
		return;
	while (slice_next(&reply, '\n', &line))
		parse_line(slice_trim(line), out);
}

static bool
is_atext(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c & 0x80) != 0 ||
	    (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool
is_dot_atom(struct slice s)
{
	bool dot = true;			/* none at the front */

	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '.' ? dot : !is_atext(s.ptr[i]))
			return false;
		dot = s.ptr[i] == '.';
	}
	return s.len > 0 && !dot;
}

static bool
is_quoted(struct slice s)
{
	if (s.len < 2 || s.ptr[0] != '"' || s.ptr[s.len - 1] != '"')
		return false;
	for (size_t i = 1; i < s.len - 1; i++) {
		if (s.ptr[i] == '"')
			return false;
		if (s.ptr[i] == '\\' && ++i == s.len - 1)
			return false;
	}
	return true;
}

int
smtp_path(const char *addr, struct buf *out)
{
	struct slice all = slice_str(addr), local;
	const char *at = strrchr(addr, '@');

	if (!address_valid(addr, all.len))
		return -1;
	local = slice_sub(all, 0, at != NULL ? (size_t)(at - addr) : all.len);
	if (is_dot_atom(local) || is_quoted(local)) {
		buf_add_slice(out, all);
		return 0;
	}
	buf_add_char(out, '"');
	for (size_t i = 0; i < local.len; i++) {
		if (local.ptr[i] == '"' || local.ptr[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, local.ptr[i]);
	}
	buf_add_char(out, '"');
	buf_add_slice(out, slice_sub(all, local.len, all.len));
	return 0;
}

bool
smtp_path_utf8(const char *addr)
{
	for (; *addr != '\0'; addr++)
		if (*addr & 0x80)
			return true;
	return false;
}
