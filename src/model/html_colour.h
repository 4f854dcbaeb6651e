/* SPDX-License-Identifier: MIT */
/*
 * html_colour - what colour text has, and what it stands on: white on white is
 * there for programs and not for readers.
 */
#ifndef MODEL_HTML_COLOUR_H
#define MODEL_HTML_COLOUR_H

#include "base/base.h"
#include "model/html_tag.h"

/* 0xRRGGBB, or one of these. */
enum {
	COLOUR_SAME = -1,		/* as what is around it */
	COLOUR_UNKNOWN = -2,		/* one we can't tell: a picture, a name */
	COLOUR_NONE = -3,		/* transparent */
	COLOUR_BLACK = 0x000000,
	COLOUR_WHITE = 0xFFFFFF,
};

/* The colours that a tag gives by its style and its attributes. */
struct colours {
	int32_t ink, ground;
};
struct colours html_colours(const struct html_tag *t);

/* Can nobody read it? */
bool html_colours_hide(struct colours c);

#endif
