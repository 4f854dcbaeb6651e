/* SPDX-License-Identifier: MIT */
/*
 * mime - the parts of a message, found with GMime.  With compose.c the only
 * user of GMime.
 *
 * GMime never sees the message.  It sees a skeleton that we copy out of it:
 * of each header section the Content fields alone, of the bodies only the lines
 * that could be boundaries.  That is all it needs to tell the structure, and it
 * has no address to recurse on, no endless field and no thousand parts too many
 * (stack, quadratic time): the skeleton's size is bounded, whatever the message is.
 * Offsets in the skeleton are taken back to the message; contents are slices
 * of the bytes given.
 */
#ifndef MODEL_MIME_H
#define MODEL_MIME_H

#include "base/arena.h"
#include "model/header.h"

enum mime_kind { MIME_LEAF, MIME_MULTIPART, MIME_MESSAGE };
enum mime_encoding { MIME_AS_IS, MIME_BASE64, MIME_QP };

enum { MIME_NO_PARENT = -1 };

struct mime_part {
	enum mime_kind kind;
	enum mime_encoding encoding;
	struct slice type;		/* "text/plain", lower case */
	struct slice content_type;	/* value of the field, for decode_param() */
	struct slice disposition;	/* the same */
	struct slice id;		/* Content-ID, or "" */
	struct slice content;		/* as it stands in the message; leaf */
	struct slice message;		/* message: its header section, and what follows */
	int parent;			/* index, or MIME_NO_PARENT */
	unsigned depth;			/* 0 the message itself */
	bool inner;			/* belongs to a message inside of this one */
};

struct mime {
	struct mime_part *part;		/* parents before their children */
	size_t n;
	bool capped;			/* there is more than we looked at */
};

/* top is what header_scan() made of bytes. */
void mime_read(struct arena *a, struct slice bytes, const struct header_list *top,
    size_t max_parts, unsigned max_depth, struct mime *out);

/* The content without its transfer encoding; see decode_base64() for the rest. */
struct slice mime_content(struct arena *a, const struct mime_part *p, size_t max,
    bool *cut, size_t *joint);

#endif
