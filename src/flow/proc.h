/* SPDX-License-Identifier: MIT */
/*
 * proc - our own program started anew as a child with a role.
 *
 * Never a bare fork: a child that parses mail or speaks to servers must not
 * inherit the database, secrets or memory of the engine.  It gets descriptor
 * 3, its end of a socket pair, 4, the spool's lock (when there is one: so a
 * new engine starts only when the old one's children are gone), /dev/null as
 * 0 to 2, an empty environment, and dies with its parent (PDEATHSIG=KILL).
 */
#ifndef FLOW_PROC_H
#define FLOW_PROC_H

#include <sys/types.h>

#include "base/err.h"

enum proc_role { ROLE_EXAMINER, ROLE_SENDER };

enum { PROC_CHANNEL_FD = 3, PROC_LOCK_FD = 4 };

struct proc {
	pid_t pid;
	int fd;				/* the parent's end, close-on-exec */
};

/* lock_fd -1: no lock to inherit. */
NODISCARD int proc_start(enum proc_role role, int lock_fd, struct proc *out,
    struct err *e);

/* Kill it if it still runs, and reap it; the descriptor is not closed. */
void proc_end(struct proc *p);

/*
 * main() calls this first.  When the process was started by proc_start() it
 * becomes that child and *status is what main must return.
 */
bool proc_is_child(int argc, char **argv, int *status);

#endif
