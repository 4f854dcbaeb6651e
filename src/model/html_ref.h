/* SPDX-License-Identifier: MIT */
/*
 * html_ref - one character reference: &eacute; &#233; &#xE9; and what people
 * write for it.
 */
#ifndef MODEL_HTML_REF_H
#define MODEL_HTML_REF_H

#include "base/buf.h"
#include "base/slice.h"

/*
 * s begins with '&'.  Append what it stands for and return its length; 0 when
 * it is no reference.  In an attribute a name without ';' is none when a
 * letter, a digit or '=' follows: href="?a=1&copy=2".
 */
size_t html_ref(struct slice s, bool attribute, struct buf *out);

/* Append text with its references resolved. */
void html_unescape(struct slice s, bool attribute, struct buf *out);

#endif
