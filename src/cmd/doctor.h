/* SPDX-License-Identifier: MIT */
/*
 * doctor - what the files of mroute doctor share.  Nobody else includes it.
 *
 *	cmd_doctor.c	the table of checks, and the configuration
 *	doctor_postfix.c	Postfix in front of us
 *	doctor_spool.c	spool, engine, records, queue, examiner, clock
 *	doctor_rules.c	rules, examples, what is in force, the site's words
 *	doctor_places.c	where mail goes: addresses, Maildirs, servers, secrets
 *	doctor_summary.c	who gets the summary, and what starts it
 */
#ifndef CMD_DOCTOR_H
#define CMD_DOCTOR_H

#include "cmd/health.h"
#include "rules/policy.h"

struct doctor {
	const struct cmd_call *call;
	struct arena *a;
	struct config *cfg;		/* NULL: it could not be read */
	struct buf conf;		/* its text */
	struct records rec;		/* sp NULL: the spool can't be opened */
	struct policy *policy;		/* NULL: the rules are broken */
	int64_t now;

	const char *check;		/* the one that is at work */
	unsigned said;			/* findings of it */
	enum health worst;
	unsigned count[HEALTH_BROKEN + 1];
	struct buf text;
	json_t *list;
};

/*
 * What the check at work has found; todo is what to do next, a command to type
 * where there is one, or "".
 */
void doctor_say(struct doctor *d, enum health h, const char *todo,
    const char *fmt, ...) PRINTF(4, 5);

void doctor_postfix(struct doctor *d);

void doctor_spool(struct doctor *d);
void doctor_disk(struct doctor *d);
void doctor_engine(struct doctor *d);
void doctor_records(struct doctor *d);
void doctor_queue(struct doctor *d);
void doctor_examiner(struct doctor *d);
void doctor_clock(struct doctor *d);

void doctor_rules(struct doctor *d);
void doctor_examples(struct doctor *d);
void doctor_in_force(struct doctor *d);
void doctor_words(struct doctor *d);

void doctor_addresses(struct doctor *d);
void doctor_maildirs(struct doctor *d);
void doctor_secrets(struct doctor *d);
void doctor_servers(struct doctor *d);

void doctor_summary(struct doctor *d);

#endif
