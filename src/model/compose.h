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

#include "base/arena.h"
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

/* An image that the HTML names as cid:NAME@hostname. */
struct compose_image {
	const char *name;		/* letters, digits, '-' */
	const char *type;		/* "image/png" */
	struct slice bytes;
};

/*
 * multipart/alternative: body, and HTML with its images (multipart/related, RFC 2387;
 * Content-ID RFC 2392).  "cid:NAME" in html must be written by compose_cid().
 */
void compose_alternative(const struct compose_mail *c, const char *html,
    const struct compose_image *image, size_t n_image, struct buf *out);

/* The Content-ID of an image without its brackets; in a. */
const char *compose_cid(struct arena *a, const struct compose_mail *c, const char *name);

#endif
