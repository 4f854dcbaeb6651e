/* SPDX-License-Identifier: MIT */
/*
 * life - what becomes of a message: the decision, each try to deliver it, what
 * a person corrects, as records like those of the engine; and the same once
 * more as plain values, for who counts (truth.h).
 */
#ifndef TRAFFIC_LIFE_H
#define TRAFFIC_LIFE_H

#include "batch.h"
#include "letter.h"
#include "rulebook.h"
#include "year.h"

enum { LIFE_LINES_MAX = 24, LIFE_EVENTS_MAX = 24 };

struct life_line {
	const struct line *line;
	const char *route;
	int points;
	bool unknown;
	bool decisive;			/* its route won, and would not have without it */
};

struct life {
	char id[ULID_SIZE];
	enum rulebook_age age;
	int64_t received_ms;
	bool undecided;			/* at the end of the year */
	enum message_state state;
	bool unread;			/* its examiner died: nothing is known of it */
	unsigned seq;
	enum decided_by by;		/* of the newest decision */
	const char *route;		/* the same; "" the fallback Maildir */
	const char *would_be;
	const char *best;
	struct life_line line[LIFE_LINES_MAX];	/* of the first decision */
	size_t n_line;
	const char *field_name;		/* captured by the newest decision, or NULL */
	int64_t done_ms;		/* all effects final for the first time; 0 not yet */
	int64_t failed_ms[4];		/* effects that were given up */
	size_t n_failed;
	size_t fallbacks;		/* effects */
	struct { int64_t at_ms; bool perm; } trouble[64];	/* tries that did not do it */
	size_t n_trouble;
	struct { int64_t at_ms; const char *name; } event[LIFE_EVENTS_MAX];
	size_t n_event;
};

struct world {
	struct dice dice;
	struct year *year;
	struct rulebook rules;
	struct batch batch;
	bool lean;			/* no traces, no originals that are purged */
	int64_t alarm_mailed_ms;
	uint64_t n_own;
};

/* Its records go into the world's batch; names in out live as long as that. */
void life_of(struct world *w, const struct letter *l, const struct moment *when,
    struct life *out);

/* What the engine tells of itself; by time, n of them at out. */
struct life_event {
	int64_t at_ms;
	const char *name, *text;	/* text NULL: the digest of `age` */
	enum rulebook_age age;
};
enum { LIFE_ENGINE_EVENTS = 64 };
size_t life_engine(const struct world *w, struct life_event out[LIFE_ENGINE_EVENTS]);

#endif
