/* SPDX-License-Identifier: MIT */
/*
 * engine - one process per spool that takes each message from new/ to its
 * end: examined, decided, delivered, recorded.
 *
 * It owns the lock, the database and the order of steps; it parses no mail and
 * speaks to no server itself.  engine_open() takes the lock and fails with
 * ERR_TEMP when somebody else has it.
 */
#ifndef FLOW_ENGINE_H
#define FLOW_ENGINE_H

#include "base/buf.h"
#include "base/err.h"
#include "model/config.h"

struct engine;

/*
 * conf is the text that cfg was parsed from; the engine takes cfg over (also
 * when it fails).  A rule set that does not load is no failure: the last good
 * one stays in force, or mail waits.
 */
NODISCARD int engine_open(struct config *cfg, struct slice conf,
    struct engine **out, struct err *e);
void engine_close(struct engine **en);

/*
 * Run until SIGTERM or SIGINT; with once until nothing is left to do now.
 * 0, or -1 when it had to give up.
 */
NODISCARD int engine_run(struct engine *en, bool once, struct err *e);

/*
 * Carry out one request (see ctl.h); answer gets its text.  -1 with e when it
 * was refused.  Effects are only made ready: engine_run() delivers them.
 */
NODISCARD int engine_request(struct engine *en, struct slice request,
    struct buf *answer, struct err *e);

#endif
