/* SPDX-License-Identifier: MIT */
/*
 * replay - what the files of mroute replay share.  Nobody else includes it.
 *
 *	cmd_replay.c	options, the two rule sets, the exit status
 *	replay_mail.c	where the messages come from: spool or mailboxes
 *	replay_run.c	messages and examiners: begun, done, in order
 *	replay_show.c	table, diff, JSON, counts
 *
 * Memory does not grow with the number of messages: a window of them is in
 * work, and of those that are done only the changed ones are kept, at most
 * REPLAY_ROWS, for the table.
 */
#ifndef CMD_REPLAY_H
#define CMD_REPLAY_H

#include "base/progress.h"
#include "cmd/cmd.h"
#include "cmd/records.h"
#include "flow/crew.h"
#include "rules/compare.h"

enum {
	REPLAY_WINDOW = 32,		/* messages begun and not shown yet */
	REPLAY_ROWS = 10000,		/* of the table */
};

enum { BEFORE, AFTER, SIDES };

struct replay_opts {
	const char *rules, *since, *to, *from;
	bool recorded, diff, json;
};

struct replay_item {			/* one message in the window */
	struct arena *arena;
	struct envelope env;
	const char *name;		/* its id, or "a.mbox[3]" */
	int fd;
	uint64_t offset, size;
	const struct plan *recorded;	/* the side before; NULL: examined */
	struct crew_task task[SIDES];
};

struct replay_count {			/* of one route */
	const char *route;
	uint64_t n[SIDES];
};

struct replay {
	const struct cmd_call *call;
	const struct replay_opts *opts;
	struct arena *arena;
	struct config *cfg;		/* NULL once the records have it */
	struct records rec;		/* spool only */
	struct policy *policy[SIDES];
	struct crew *crew;
	int signal_fd;
	struct progress progress;

	struct replay_item item[REPLAY_WINDOW];	/* a ring, in order */
	size_t first, n_item;

	bool interrupted;		/* SIGINT: what is there is shown */
	bool trouble;			/* no examiner; stderr says why */
	uint64_t total;			/* 0: not known */
	uint64_t judged, changed;
	uint64_t given_up;		/* of those judged: no examiner survived it */
	uint64_t purged, undecided, repeated;	/* left out, and why */
	uint64_t failed;		/* could not be read; stderr says which */

	struct table *table;		/* NULL: diff or JSON */
	bool narrow;			/* its columns */
	uint64_t listed;
	struct replay_count *count;	/* sorted by route */
	size_t n_count, cap_count;
};

/* replay_mail.c: all messages, to their end or to r->interrupted or trouble. */
void replay_mailboxes(struct replay *r);
NODISCARD int replay_spool(struct replay *r, struct err *e);

/*
 * replay_run.c: the next free item, emptied, NULL when it is over (interrupted,
 * trouble).  What it was filled with is begun by replay_begin(), which owns the
 * descriptor then; replay_drop() gives it back.  replay_finish() waits for all that was begun.
 */
struct replay_item *replay_next(struct replay *r);
void replay_begin(struct replay *r, struct replay_item *it);
void replay_drop(struct replay *r, struct replay_item *it);
void replay_finish(struct replay *r);
void replay_release_items(struct replay *r);

/* How many of the total are behind us, judged or left out. */
uint64_t replay_behind(const struct replay *r);

/* replay_show.c */
void replay_show_start(struct replay *r);
void replay_show(struct replay *r, const struct replay_item *it,
    const struct compare_side side[SIDES]);
void replay_show_end(struct replay *r);

#endif
