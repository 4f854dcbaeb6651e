/* SPDX-License-Identifier: MIT */
/*
 * channel - framed messages over a socket pair between the engine and one of
 * its children, a descriptor riding along where needed.
 *
 * A frame is a type byte, a 32-bit length and that many bytes.  Neither side
 * trusts the other: a frame longer than the reader's limit breaks the channel.
 * The engine never waits: it sends what fits the socket's buffer (its frames
 * are small; big things travel as a descriptor) and takes in what is there.
 * The child waits.
 */
#ifndef FLOW_CHANNEL_H
#define FLOW_CHANNEL_H

#include "base/buf.h"
#include "base/err.h"

enum { CHANNEL_SEND_MAX = 96 * 1024 };

struct frame {
	char type;
	struct slice body;		/* until the next call on the channel */
	int fd;				/* -1, or a descriptor that is now yours */
};

struct channel {
	int fd;
	size_t max;			/* longest body that is taken in */
	struct buf in;
	size_t used;			/* bytes of in that belong to the last frame */
	int passed;			/* a descriptor that came and waits, or -1 */
};

void channel_init(struct channel *c, int fd, size_t max);
void channel_release(struct channel *c);	/* closes fd */

/* Waits until it is written. */
NODISCARD int channel_send(struct channel *c, char type, struct slice body, int fd,
    struct err *e);

/* Wait for the next frame: 1 a frame, 0 the other side is gone, -1 error. */
NODISCARD int channel_wait(struct channel *c, struct frame *out, struct err *e);

/* Take what is there without waiting: 1 a frame, 0 none yet, -1 gone or bad. */
NODISCARD int channel_poll(struct channel *c, struct frame *out, struct err *e);

/* Send without waiting; -1 when it does not fit (the child is stuck) or is gone. */
NODISCARD int channel_send_now(struct channel *c, char type, struct slice body,
    int fd, struct err *e);

#endif
