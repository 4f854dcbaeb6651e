/* SPDX-License-Identifier: MIT */
/*
 * command - run another program and read what it writes.
 *
 * Without a shell, with an empty environment but PATH, /dev/null as its error
 * output and, unless it is fed, as its input, in a session of its own.  It, and
 * all that it started, is killed when its time is over.
 */
#ifndef BASE_COMMAND_H
#define BASE_COMMAND_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

/*
 * argv ends in NULL.  0: it ended by itself, *status says how, and out has what
 * it wrote, at most max bytes.  out's memory does not move while it is filled,
 * so that a caller who must wipe it can.
 */
NODISCARD int command_run(const char *const *argv, int64_t timeout_ms, size_t max,
    struct buf *out, int *status, struct err *e);

/* The same, with those bytes as its input. */
NODISCARD int command_feed(const char *const *argv, struct slice input,
    int64_t timeout_ms, size_t max, struct buf *out, int *status, struct err *e);

/* The directory of the running program, without "/" at its end. */
bool command_own_directory(struct buf *out);

/*
 * Where a program of ours is: in PREFIX/libexec/mroute of the PREFIX/bin that we run
 * from, or beside us.  False: neither.
 */
bool command_beside(const char *name, struct buf *out);

#endif
