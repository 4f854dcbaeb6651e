/* SPDX-License-Identifier: MIT */
/*
 * mutf7 - modified UTF-7 (RFC 3501, 5.1.3), in which mailbox names travel in
 * IMAP and stand on disk in Maildir++.
 */
#ifndef NET_MUTF7_H
#define NET_MUTF7_H

#include "base/base.h"
#include "base/buf.h"
#include "base/slice.h"

/* Append the name; -1, and nothing of use, for bad UTF-8 or control bytes. */
NODISCARD int mutf7_encode(struct slice utf8, struct buf *out);

#endif
