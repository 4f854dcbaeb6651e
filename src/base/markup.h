/* SPDX-License-Identifier: MIT */
/*
 * markup - HTML, XML and SVG in which text stays text.
 *
 * The format is ours and goes out as it stands; what fills it is data and can
 * never become markup, in an element and within quotes alike: it is cleaned
 * (utf8_clean: no control characters, no characters that turn the direction),
 * made valid XML, and < > & " ' are escaped.
 *
 *	markup_add(out, "<td class=\"%s\"><bdi>%.80s</bdi></td>", class, subject);
 *
 * Text of strangers that stands among ours belongs in <bdi>: letters that run
 * from right to left move what is beside them otherwise.
 */
#ifndef BASE_MARKUP_H
#define BASE_MARKUP_H

#include <stdarg.h>

#include "base/base.h"
#include "base/buf.h"
#include "base/slice.h"

/*
 * Knows %s, %d, %u, %ld, %lu, %zu, %f, %.Nf and %%, which is what the compiler
 * checks too; %.Ns cuts at N characters (from 1 on), the last one an ellipsis then.
 */
void markup_add(struct buf *out, const char *fmt, ...) PRINTF(2, 3);
void markup_vadd(struct buf *out, const char *fmt, va_list ap) PRINTF(2, 0);

/* One text, cut at so many characters; 0: no limit. */
void markup_text(struct buf *out, struct slice s, size_t max);

#endif
