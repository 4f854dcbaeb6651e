/* SPDX-License-Identifier: MIT */
/*
 * progress - how far a long job is, on one line of stderr that is written
 * over: "4200 of 10000 messages, 1180/s, 5 s left".
 *
 * Nothing is shown in the first half second, and nothing at all where stderr
 * is no terminal.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include "base/base.h"
#include "base/buf.h"

struct progress {
	const char *unit;		/* "messages" */
	uint64_t total;			/* 0: not known */
	int64_t started, last;		/* mono ms */
	bool wanted, shown;
};

/*
 * Would it be shown?  stdout_busy: the job prints while it goes on, so not
 * where both are the same screen.
 */
bool progress_wanted(bool stdout_busy);

void progress_start(struct progress *pg, const char *unit, uint64_t total,
    bool wanted);

/* Call it as often as you like: the line changes twice a second. */
void progress_show(struct progress *pg, uint64_t done);

/* Wipe the line, before anything else is printed. */
void progress_end(struct progress *pg);

/* What the line says after that time; for progress_show() and its test. */
void progress_text(const struct progress *pg, uint64_t done, int64_t elapsed_ms,
    struct buf *out);

#endif
