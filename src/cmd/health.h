/* SPDX-License-Identifier: MIT */
/*
 * health - how bad it is, the same for status and doctor: the worst of what
 * was looked at is the exit status.
 */
#ifndef CMD_HEALTH_H
#define CMD_HEALTH_H

#include "base/table.h"
#include "cmd/records.h"

enum health {
	HEALTH_FINE = CMD_OK,
	HEALTH_ATTENTION = CMD_FINDINGS,	/* a person should look */
	HEALTH_BROKEN = CMD_TROUBLE,		/* it does not work */
};

const char *health_name(enum health h);		/* "fine", "attention", "broken" */
enum style health_style(enum health h);

/* "2026-11-28 18:47:01, 3 min ago" */
const char *health_ago(struct arena *a, int64_t now, int64_t ms);

/* The engine: does it run, or was `run --once` here lately? */
struct health_engine {
	enum health health;
	const char *text, *todo;	/* todo: "" nothing */
	bool runs;
	int64_t since_ms;		/* when it was started; 0 it does not run */
	int64_t alive_ms;		/* its last sign of life; 0 never */
};
NODISCARD int health_engine(struct arena *a, const struct records *rec,
    int64_t now, struct health_engine *out, struct err *e);

/* The newest event of that name; false, and the empty one, when there is none. */
bool health_event(struct arena *a, const struct records *rec, const char *name,
    struct store_event *out);

#endif
