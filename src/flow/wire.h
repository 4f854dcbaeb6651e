/* SPDX-License-Identifier: MIT */
/*
 * wire - what travels in the frames between the engine and its children, as
 * bytes.  Reading checks every length and fails rather than guesses.
 */
#ifndef FLOW_WIRE_H
#define FLOW_WIRE_H

#include "base/buf.h"
#include "model/envelope.h"
#include "model/plan.h"
#include "net/dress.h"
#include "net/outcome.h"

/* Engine to examiner: the message is bytes [offset, offset + size) of the descriptor. */
struct examine_job {
	struct envelope env;
	uint64_t offset, size;
	bool close;			/* what explain shows is wanted too */
};

void wire_put_examine(struct buf *b, const struct examine_job *j);
NODISCARD bool wire_get_examine(struct slice in, struct examine_job *j);

enum { WIRE_LINES_MAX = 8 };

/* Engine to sender: one effect.  The slices and strings belong to the frame. */
struct send_job {
	enum effect_kind kind;
	char server[64];		/* imap, store: section */
	char target[4096];		/* address, mailbox, path */
	char from[ADDR_SIZE];		/* MAIL FROM */
	char mroute_id[48];		/* "ID.N" */
	struct {
		char name[32];
		char value[256];
	} line[WIRE_LINES_MAX];
	size_t n_line;
	int64_t received_ms;
	uint64_t offset, size;
	bool look;			/* it may be there already */
};

void wire_put_send(struct buf *b, const struct send_job *j);
NODISCARD bool wire_get_send(struct slice in, struct send_job *j);

/* Sender to engine. */
struct send_result {
	struct outcome outcome;
	bool opened;			/* the server (a Maildir is one) let us in */
	bool wrapped;			/* the message had a bare CR and was wrapped */
};

void wire_put_result(struct buf *b, const struct send_result *r);
NODISCARD bool wire_get_result(struct slice in, struct send_result *r);

#endif
