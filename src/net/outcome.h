/* SPDX-License-Identifier: MIT */
/*
 * outcome - how one delivery attempt ended.  A server's "550" is an answer,
 * not an error; only what the class says decides what the engine does next.
 */
#ifndef NET_OUTCOME_H
#define NET_OUTCOME_H

#include "base/base.h"

enum outcome_class {
	OUTCOME_DONE,		/* accepted: 2xx to the final dot, tagged OK, renamed */
	OUTCOME_TEMP,		/* 4xx, cannot connect, TLS refused, login refused, full */
	OUTCOME_PERM,		/* 5xx to this address or message; will not get better */
	OUTCOME_UNCERTAIN,	/* data was sent, no answer: look before the next try */
	OUTCOME_N
};

struct outcome {
	enum outcome_class class;
	int code;		/* SMTP reply code, or 0 */
	bool broken;		/* the connection can't be used any more */
	char text[512];		/* for log and queue: cleaned, one line */
	char place[256];	/* where it is now: "UID 17 of Triage/Press", a file name */
};

/*
 * Set class, code and text, and clear the rest.  The text may hold what came
 * from outside: it is cleaned by utf8_clean() and cut.
 */
void outcome_set(struct outcome *o, enum outcome_class class, int code,
    const char *fmt, ...) PRINTF(4, 5);
const char *outcome_class_name(enum outcome_class c);

#endif
