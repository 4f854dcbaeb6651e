/* SPDX-License-Identifier: MIT */
/*
 * examiner - the process that reads mail: sandboxed, killable, one message at
 * a time, for many messages (P6).
 *
 * The parent starts it with a policy's snapshot and sends it jobs; what comes
 * back is bytes that findings_decode() checks.  A child that dies, is late or
 * talks nonsense is killed, and the caller decides what that means for the
 * message.  `mroute test` uses the same process by the waiting form (P10).
 */
#ifndef FLOW_EXAMINER_H
#define FLOW_EXAMINER_H

#include "base/arena.h"
#include "model/findings.h"
#include "rules/policy.h"

struct examiner;

enum { EXAMINER_TRIES = 2 };	/* of one message; then `otherwise` has it */

/* The policy must outlive the examiner.  lock_fd -1: none. */
NODISCARD int examiner_start(const struct policy *p, int lock_fd,
    struct examiner **out, struct err *e);
void examiner_stop(struct examiner **ex);

/* For poll(2): readable means call examiner_pump; so does a passed deadline. */
int examiner_fd(const struct examiner *ex);
int64_t examiner_deadline(const struct examiner *ex);	/* mono ms; 0 none */
bool examiner_ready(const struct examiner *ex);		/* takes a job now */
void examiner_look_closely(struct examiner *ex);	/* findings are close from now on */

/* Give it the message [offset, offset + size) of fd; it keeps no copy of fd. */
NODISCARD int examiner_send(struct examiner *ex, const struct envelope *env,
    int fd, uint64_t offset, uint64_t size, struct err *e);

enum examiner_event {
	EXAMINER_NOTHING,
	EXAMINER_READY,			/* has loaded the policy */
	EXAMINER_FINDINGS,		/* *out is in a */
	EXAMINER_FAILED,		/* dead, late or wrong: stop it; e says why */
};
enum examiner_event examiner_pump(struct examiner *ex, struct arena *a,
    struct findings **out, struct err *e);

/* Send and wait; -1 when the examiner failed on it (stop it then). */
NODISCARD int examiner_ask(struct examiner *ex, const struct envelope *env,
    int fd, uint64_t offset, uint64_t size, struct arena *a,
    struct findings **out, struct err *e);

/* The child itself: see proc.h. */
int examiner_main(void);

#endif
