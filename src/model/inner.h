/* SPDX-License-Identifier: MIT */
/*
 * inner - the message inside a text that passes it on: below "Forwarded
 * message", "Begin forwarded message:" or a block of From:, Sent:, To:,
 * Subject: stand its header fields as the mail program wrote them, and its text.
 */
#ifndef MODEL_INNER_H
#define MODEL_INNER_H

#include "base/arena.h"
#include "base/slice.h"

enum { INNER_DEEP = 4 };		/* one that was passed on, and on, and on */

struct inner {
	struct slice from;		/* the bare address, or "" */
	struct slice subject;		/* or "" */
	struct slice text;		/* without quotes, signature, disclaimer */
};

/*
 * The messages in what text_cut.forwarded holds, the outer one first; the text
 * of each has those inside of it.  At most INNER_DEEP; returns how many.
 */
size_t inner_read(struct arena *a, struct slice forwarded,
    struct inner out[INNER_DEEP]);

#endif
