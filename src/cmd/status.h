/* SPDX-License-Identifier: MIT */
/*
 * status - what the files of mroute status share.  Nobody else includes it.
 *
 *	cmd_status.c	engine, queue, database, disk
 *	status_rules.c	the rules in force, and alarms
 */
#ifndef CMD_STATUS_H
#define CMD_STATUS_H

#include "cmd/health.h"

struct status {
	const struct cmd_call *call;
	struct arena *a;
	struct records rec;
	int64_t now;
	enum health worst;
	const char *no_records;		/* why the records can't be read, or NULL */
	const char *no_config;		/* what is wrong with mroute.conf, or NULL */
	uint64_t held;			/* messages that a person must look at */
	uint64_t waiting;		/* messages that are not done, seen or not */
	const char *engine;		/* "runs", "does not run" ... */
	unsigned n_todo;		/* lines that are not fine */
	struct buf text;
	json_t *json;
};

/* One line; label "" goes on with the one above. */
void status_report(struct status *s, enum health h, const char *label,
    const char *text);

/* "2026-11-28 18:47:01, 3 min ago" */
const char *status_ago(struct status *s, int64_t ms);

void status_rules(struct status *s);
void status_alarms(struct status *s);

#endif
