/* SPDX-License-Identifier: MIT */
/*
 * compose - mail that we write ourselves: alarms, the summary.  With mime.c the
 * only user of GMime.
 *
 * What comes out has LF line ends, is 7-bit (but an address that is not), no line
 * is longer than 998, or than 78 where the text is not an alarm's, and it says that
 * a program wrote it, so that no other program answers.  Texts may hold anything
 * (they quote mail): no line end of theirs gets into a header field, and what is
 * not UTF-8 is replaced.
 */
#ifndef MODEL_COMPOSE_H
#define MODEL_COMPOSE_H

#include "base/arena.h"
#include "base/buf.h"

struct compose_mail {
	const char *from_name;		/* or NULL */
	const char *from;		/* addresses are address_valid() */
	const char *const *to;
	size_t n_to;
	const char *subject;
	const char *body;		/* lines end in LF */
	const char *hostname;		/* for the Message-ID */
	int64_t date_ms;
	const char *list;		/* "mroute-summary": one of a series; or NULL */
};

/* Append the message. */
void compose_text(const struct compose_mail *c, struct buf *out);

/* An image that the HTML names as cid:CID. */
struct compose_image {
	const char *name;		/* letters, digits, '-' */
	const char *cid;		/* compose_cid() */
	const char *type;		/* "image/png" */
	struct slice bytes;
};

/*
 * multipart/alternative: body, and HTML; where there are images it is with them in
 * a multipart/related (RFC 2387, RFC 2392).
 */
void compose_alternative(const struct compose_mail *c, const char *html,
    const struct compose_image *image, size_t n_image, struct buf *out);

/* The Content-ID of an image without its brackets; in a. */
const char *compose_cid(struct arena *a, const struct compose_mail *c, const char *name);

#endif
