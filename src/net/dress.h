/* SPDX-License-Identifier: MIT */
/*
 * dress - a message as it goes out: our lines on top, the original below.
 *
 * P5: the original is never re-serialised.  For SMTP and IMAP every LF or
 * CRLF becomes CRLF and nothing else changes; a message with a bare CR is
 * wrapped as a base64 message/rfc822 part (wrapped is set), with copies of
 * From, Subject and the like around it for the reader; a leading mbox `From `
 * line is not sent.  For Maildir the raw bytes follow as they are, without a
 * leading `From ` line.  The lines on top are checked: only printable ASCII
 * gets in through their values (ERR_DATA).  A message that begins with a blank
 * gets one more line, X-Mroute-Note, so that it does not continue ours.
 */
#ifndef NET_DRESS_H
#define NET_DRESS_H

#include "base/buf.h"
#include "base/err.h"

enum dress_form { DRESS_CRLF, DRESS_RAW };

struct dress_line {
	const char *name;		/* "X-Mroute-Id" */
	const char *value;
};

/*
 * header: our lines, prepended in order.  out holds the finished message;
 * *wrapped tells whether the original had to be wrapped.
 */
NODISCARD int dress_message(struct slice raw, const struct dress_line *line,
    size_t n_line, enum dress_form form, struct buf *out, bool *wrapped,
    struct err *e);

#endif
