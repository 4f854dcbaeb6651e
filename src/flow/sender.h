/* SPDX-License-Identifier: MIT */
/*
 * sender - the process that delivers to one destination, one effect at a
 * time, and keeps its connection for what waits.
 *
 * It gets the text of mroute.conf, reads the secrets that names, and knows
 * nothing of the database.  What a server does to it costs at most this
 * process: the engine kills it at the job's deadline.
 */
#ifndef FLOW_SENDER_H
#define FLOW_SENDER_H

#include "base/err.h"
#include "flow/wire.h"
#include "model/config.h"

struct sender;

/* conf: the text that cfg was parsed from; both outlive the call only. */
NODISCARD int sender_start(const struct config *cfg, struct slice conf, int lock_fd,
    struct sender **out, struct err *e);
void sender_stop(struct sender **s);

/* It closes its connection properly and ends: SENDER_FAILED follows soon. */
void sender_finish(struct sender *s);

/* Wait until it is gone, or until then (mono ms). */
void sender_wait_end(const struct sender *s, int64_t until);

int sender_fd(const struct sender *s);
int64_t sender_deadline(const struct sender *s);	/* mono ms; 0: idle */

NODISCARD int sender_send(struct sender *s, const struct send_job *job, int fd,
    struct err *e);

/*
 * Only connect, greet, and log in where the configuration has a user, with
 * short deadlines, and end the connection: for `mroute doctor`.  kind is SMTP
 * or IMAP; server as in a job.  The result is opened, or has the reason.
 */
NODISCARD int sender_try(struct sender *s, enum effect_kind kind,
    const char *server, struct err *e);

enum sender_event {
	SENDER_NOTHING,
	SENDER_RESULT,
	SENDER_FAILED,			/* dead or late: what it did is uncertain */
};
enum sender_event sender_pump(struct sender *s, struct send_result *out,
    struct err *e);

/* The child itself: see proc.h. */
int sender_main(void);

#endif
