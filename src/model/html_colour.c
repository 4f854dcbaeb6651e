/* SPDX-License-Identifier: MIT */
#include "model/html_colour.h"

#include <stdlib.h>

#include "base/buf.h"

enum { NEAR = 16 };			/* of 255, in each of red, green, blue */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Behind the '#': three digits, or six. */
static int32_t
hex_colour(struct slice s)
{
	int32_t n = 0;
	size_t len = 0;

	while (len < s.len && hex_digit(s.ptr[len]) >= 0)
		len++;
	if (len != 3 && len != 6)
		return COLOUR_UNKNOWN;
	for (size_t i = 0; i < len; i++) {
		n = n * 16 + hex_digit(s.ptr[i]);
		if (len == 3)
			n = n * 16 + hex_digit(s.ptr[i]);
	}
	return n;
}

/* "255,255,255)", "255,255,255,0.5)" */
static int32_t
rgb_colour(struct slice s)
{
	struct slice inside = slice_sub(s, 0, slice_find(s, ')')), piece;
	uint64_t part;
	int32_t n = 0;

	for (int i = 0; i < 3; i++) {
		if (!slice_next(&inside, ',', &piece) || !slice_to_u64(piece, &part) ||
		    part > 255)
			return COLOUR_UNKNOWN;
		n = n * 256 + (int32_t)part;
	}
	if (inside.len > 0)
		return slice_eq_str(inside, "0") || slice_eq_str(inside, "0.0") ?
		    COLOUR_NONE : COLOUR_UNKNOWN;
	return n;
}

/* The colour at the front of a value without blanks, in lower case. */
static int32_t
colour_of(struct slice s)
{
	static const struct {
		const char *name;
		int32_t colour;
	} names[] = {
		{ "white", COLOUR_WHITE }, { "black", COLOUR_BLACK },
		{ "transparent", COLOUR_NONE }, { "inherit", COLOUR_SAME },
		{ "none", COLOUR_SAME }, { "initial", COLOUR_SAME },
	};

	if (slice_find_slice(s, SLICE_LIT("url(")) != SIZE_MAX ||
	    slice_find_slice(s, SLICE_LIT("gradient")) != SIZE_MAX)
		return COLOUR_UNKNOWN;
	if (slice_starts(s, "#"))
		return hex_colour(slice_sub(s, 1, s.len));
	if (slice_starts(s, "rgb("))
		return rgb_colour(slice_sub(s, 4, s.len));
	if (slice_starts(s, "rgba("))
		return rgb_colour(slice_sub(s, 5, s.len));
	for (size_t i = 0; i < NELEM(names); i++)
		if (slice_starts(s, names[i].name))
			return names[i].colour;
	return COLOUR_UNKNOWN;
}

static void
take_declaration(struct slice piece, struct colours *c)
{
	static const struct {
		const char *property;
		bool ink;
	} properties[] = {
		{ "color:", true }, { "background-color:", false },
		{ "background:", false }, { "background-image:", false },
	};

	for (size_t i = 0; i < NELEM(properties); i++)
		if (slice_starts(piece, properties[i].property)) {
			int32_t n = colour_of(slice_sub(piece,
			    strlen(properties[i].property), piece.len));

			if (properties[i].ink)
				c->ink = n;
			else
				c->ground = n;
		}
}

static int32_t
attribute_colour(struct slice value)
{
	struct buf b = BUF_INIT;
	int32_t n;

	if (value.ptr == NULL)
		return COLOUR_SAME;
	html_plain_style(value, &b);
	n = colour_of(buf_slice(&b));
	if (n == COLOUR_UNKNOWN)	/* bgcolor=ffffff */
		n = hex_colour(buf_slice(&b));
	buf_release(&b);
	return n;
}

struct colours
html_colours(const struct html_tag *t)
{
	struct colours c = { attribute_colour(t->color), attribute_colour(t->bgcolor) };
	struct buf b = BUF_INIT;
	struct slice rest, piece;

	if (t->background.ptr != NULL)
		c.ground = COLOUR_UNKNOWN;
	if (t->style.ptr != NULL) {
		html_plain_style(t->style, &b);
		rest = buf_slice(&b);
		while (slice_next(&rest, ';', &piece))
			take_declaration(piece, &c);
		buf_release(&b);
	}
	if (c.ground == COLOUR_NONE)
		c.ground = COLOUR_SAME;
	return c;
}

static bool
is_near(int32_t a, int32_t b, int shift)
{
	return abs((a >> shift & 0xFF) - (b >> shift & 0xFF)) <= NEAR;
}

bool
html_colours_hide(struct colours c)
{
	if (c.ink == COLOUR_NONE)
		return true;
	return c.ink >= 0 && c.ground >= 0 && is_near(c.ink, c.ground, 0) &&
	    is_near(c.ink, c.ground, 8) && is_near(c.ink, c.ground, 16);
}
