/* SPDX-License-Identifier: MIT */
/*
 * base64 - RFC 4648, section 4, encoding only: for wrapped messages and for
 * what is said at a login.
 */
#ifndef NET_BASE64_H
#define NET_BASE64_H

#include "base/buf.h"
#include "base/slice.h"

/* Append s on one line. */
void base64_add(struct buf *out, struct slice s);

/* Append s as lines of 76 characters that end in CRLF (RFC 2045, 6.8). */
void base64_add_lines(struct buf *out, struct slice s);

#endif
