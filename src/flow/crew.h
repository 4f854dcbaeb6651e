/* SPDX-License-Identifier: MIT */
/*
 * crew - examiners at work side by side, some for each of several policies,
 * for a command that has many messages to look at (P6, P10).
 *
 * A task is the caller's, and so is all it points to; it stays where it is
 * until it is done.  Tasks are begun in the order given and may be done in
 * another.  One on which an examiner died or was late twice is done without
 * findings, as in the engine.
 */
#ifndef FLOW_CREW_H
#define FLOW_CREW_H

#include <sys/queue.h>

#include "flow/examiner.h"

struct crew;

struct crew_task {
	size_t policy;			/* which of crew_open() */
	const struct envelope *env;
	int fd;				/* the message is bytes [offset, … of it */
	uint64_t offset, size;
	struct arena *arena;		/* takes the findings */

	bool done;			/* and then: */
	struct findings *findings;	/* NULL: given up; why says why */
	const char *why;

	unsigned tries;			/* the crew's own */
	TAILQ_ENTRY(crew_task) link;
};

/* The policies must outlive the crew.  Nothing is started yet. */
struct crew *crew_open(const struct policy *const *policy, size_t n_policy,
    size_t processes);
void crew_close(struct crew **c);

void crew_give(struct crew *c, struct crew_task *t);

/*
 * Wait until a task is done that was not, or also_fd (-1: none) is readable;
 * at once when there is no task.  -1: no examiner can be started.
 */
NODISCARD int crew_wait(struct crew *c, int also_fd, struct err *e);

#endif
