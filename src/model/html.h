/* SPDX-License-Identifier: MIT */
/*
 * html - HTML to text in one pass: no tree, fixed state, linear time.
 *
 * Script, style, title, head, xml, svg and comments go; hidden text (hidden,
 * display:none, visibility:hidden, mso-hide:all, font-size:0, max-height:0,
 * opacity:0, or in the colour of what it stands on) goes to hidden; block elements
 * break lines, td and th are set apart by a tab, li begins "- "; blockquote and the
 * reply containers of the usual mail programs are set off as "> " lines, so that text_cut_quotes()
 * sees them; link targets go to links, one each.
 * Character references: all of HTML5, and the windows-1252 remap of 128..159.
 */
#ifndef MODEL_HTML_H
#define MODEL_HTML_H

#include "base/buf.h"

enum { HTML_INPUT_MAX = 2 * 1024 * 1024, HTML_LINKS_MAX = 1000 };

struct html_out {
	struct buf visible;
	struct buf hidden;
	struct buf links;		/* each ends in \n */
	bool capped;			/* input longer than HTML_INPUT_MAX */
};

void html_to_text(struct slice html, struct html_out *out);
void html_out_release(struct html_out *out);

#endif
