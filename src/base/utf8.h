/* SPDX-License-Identifier: MIT */
/*
 * utf8 - reading and cleaning UTF-8 (RFC 3629), and how wide it is on a
 * terminal.  No GLib: own and bounded.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/base.h"
#include "base/buf.h"
#include "base/slice.h"

/*
 * The code point at the front of s and how many bytes it takes; a byte that
 * begins no valid sequence gives 0xFFFD and 1.  s must not be empty.
 */
uint32_t utf8_next(struct slice s, size_t *taken);

void utf8_put(struct buf *b, uint32_t code_point);
bool utf8_valid(struct slice s);

/* The longest part of s with at most max bytes that ends between characters. */
struct slice utf8_cut(struct slice s, size_t max);

/*
 * Append s so that it is safe to print or to store: invalid bytes become
 * U+FFFD, control characters (C0, DEL, C1, bidirectional overrides) a blank;
 * line ends stay when keep_lines.
 */
void utf8_clean(struct buf *b, struct slice s, bool keep_lines);

/* Columns on a terminal: 2 for East Asian wide and emoji, 0 for combining. */
size_t utf8_width(struct slice s);

/* The longest front part that is at most columns wide. */
struct slice utf8_cut_width(struct slice s, size_t columns);

#endif
