/* SPDX-License-Identifier: MIT */
/*
 * skeleton - what is shown to GMime of a message; see mime.h.
 *
 *	MIME-Version: 1.0                    ours
 *	Content-Type: multipart/mixed; …     each field on one line, cleaned, cut
 *	                                     the empty line
 *	x                                    stands for a content    <- a place
 *	--boundary                           any line that begins with --  <- a place
 *	Content-Type: text/plain
 *
 *	x
 *	--boundary--
 *
 * Each line that begins with -- counts, be it a boundary or a signature mark,
 * and what follows it as a header section: if GMime takes it for a part, it is
 * shown the right fields, and if not, nothing is lost, since contents are read
 * from the message.
 */
#ifndef MODEL_SKELETON_H
#define MODEL_SKELETON_H

#include "base/arena.h"
#include "base/buf.h"
#include "model/header.h"

enum {
	SKELETON_MAX = 1 << 20,		/* bytes */
	SKELETON_LINES_MAX = 16384,	/* that begin with -- */
	SKELETON_FIELD_MAX = 8192,	/* bytes of one field */
	SKELETON_LINE_MAX = 200,	/* RFC 2046: a boundary has at most 70 */
};

struct place {
	size_t shown;			/* offset in the skeleton */
	size_t real;			/* offset in the message */
	bool content;			/* begins a content; else a line with -- */
};

struct skeleton {
	struct buf text;
	struct place *place;		/* in order */
	size_t n;
	bool capped;			/* ends before the message does */
};

void skeleton_make(struct arena *a, struct slice bytes, const struct header_list *top,
    struct skeleton *out);

#endif
