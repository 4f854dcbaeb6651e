/* SPDX-License-Identifier: MIT */
/*
 * ctl - how a command that changes something reaches the engine.
 *
 * A request is one line, `VERB WORD…`:
 *
 *	retry all | retry ID          deliver what waits now
 *	hold ID                       stop: a person wants to look
 *	release ID [ROUTE]            decide a held message again, or send it there
 *	reroute ID ROUTE              send it there too, recorded as a correction
 *
 * It is put into spool/ctl/ as NAME.req (tmp, sync, rename) and the engine is
 * poked; the engine answers with NAME.ans: `ok TEXT` or `no TEXT`.  When no
 * engine runs, the command takes the lock, does it itself, and leaves what
 * became ready to the next engine.
 */
#ifndef FLOW_CTL_H
#define FLOW_CTL_H

#include "base/buf.h"
#include "base/err.h"
#include "model/config.h"

enum { CTL_REQUEST_MAX = 1024, CTL_ANSWER_WAIT = 10000 /* ms */ };

/*
 * Carry out a request on cfg's spool; takes *cfg over when it must do it
 * itself (then *cfg is NULL).  ERR_USAGE: refused, the text says why; ERR_TEMP: the
 * engine did not answer in time and will do it when it comes to it.
 */
NODISCARD int ctl_do(struct config **cfg, struct slice conf, const char *request,
    struct buf *answer, struct err *e);

#endif
