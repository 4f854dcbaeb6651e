/* SPDX-License-Identifier: MIT */
/*
 * facts - what is true of a message as a whole; a bit each.
 * `is bounce` in a rule tests one.  See mroute.rules(5) for what each means.
 */
#ifndef MODEL_FACTS_H
#define MODEL_FACTS_H

#include "base/slice.h"

/* Records keep them as bits of these numbers: a new one comes last. */
enum fact {
	FACT_BOUNCE, FACT_AUTO_REPLY, FACT_LIST, FACT_BULK, FACT_REPLY,
	FACT_FORWARD, FACT_CALENDAR, FACT_ENCRYPTED, FACT_SIGNED, FACT_SPAM,
	FACT_QUESTION, FACT_OBFUSCATED, FACT_OVER_LIMIT,
	FACT_N
};

#define FACT_BIT(f)	(UINT32_C(1) << (f))

struct fact_def {
	const char *name;		/* "auto-reply" */
	const char *doc;		/* one sentence for the manual */
};
extern const struct fact_def fact_table[FACT_N];

/* The fact of that name, or -1. */
int fact_find(struct slice name);

/* The nearest name for "did you mean", or NULL. */
const char *fact_nearest(struct slice name);

#endif
