/* SPDX-License-Identifier: MIT */
/*
 * html_tag - one tag out of HTML, as browsers cut it (HTML, 13.2.5), and what
 * its style says about being seen.
 */
#ifndef MODEL_HTML_TAG_H
#define MODEL_HTML_TAG_H

#include "base/buf.h"
#include "base/slice.h"

enum { HTML_NAME_MAX = 24 };

enum html_markup {
	HTML_TEXT,			/* the '<' is just a character */
	HTML_COMMENT,			/* comments, <!…>, <?…>, </ …> */
	HTML_START,
	HTML_END,
};

struct html_tag {
	enum html_markup kind;
	char name[HTML_NAME_MAX];	/* lower case, cut */
	size_t len;			/* of all of it */
	bool hidden_attr;
	struct slice style, class, href, alt, type;	/* raw; ptr NULL: not there */
	struct slice color, bgcolor, background;
};

/* s begins with '<'.  What has no end takes all that is left. */
void html_tag_read(struct slice s, struct html_tag *out);

enum html_sight {
	HTML_INHERIT,
	HTML_HIDDEN,			/* with all that is in it */
	HTML_NO_FONT,			/* its text has no size; children may give one */
	HTML_FONT,			/* gives a size */
};
enum html_sight html_style_sight(struct slice style);

/* A style without blanks, in lower case, references resolved. */
void html_plain_style(struct slice style, struct buf *out);

/* A block quote that is no quote but indents: style="border:none". */
bool html_style_has(struct slice style, const char *declaration);

#endif
