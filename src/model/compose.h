/* SPDX-License-Identifier: MIT */
/*
 * compose - mail that we write ourselves: alarms, later the summary.  With
 * mime.c the only user of GMime.
 *
 * What comes out has LF line ends, is 7-bit, no line is longer than 998, and
 * it says that a program wrote it, so that no other program answers (RFC 3834).
 * Texts may hold anything (they quote mail): no line end of theirs gets into a
 * header field, and what is not UTF-8 is replaced.
 */
#ifndef MODEL_COMPOSE_H
#define MODEL_COMPOSE_H

#include "base/buf.h"

struct compose_mail {
	const char *from_name;		/* or NULL */
	const char *from;		/* addresses are address_valid() */
	const char *to;
	const char *subject;
	const char *body;		/* lines end in LF */
	const char *hostname;		/* for the Message-ID */
	int64_t date_ms;
};

/* Append the message. */
void compose_text(const struct compose_mail *c, struct buf *out);

#endif
