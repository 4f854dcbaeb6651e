/* SPDX-License-Identifier: MIT */
/*
 * letter - what a message is about, and who wrote it: a table of routes with
 * subjects, captured values and wordings, and a crowd of senders.
 */
#ifndef TRAFFIC_LETTER_H
#define TRAFFIC_LETTER_H

#include "base/arena.h"
#include "dice.h"
#include "year.h"

enum {
	LETTER_VALUES_MAX = 16,		/* of a field */
	LETTER_DOMAINS = 600,		/* that write again and again */
};

struct topic {
	const char *route;		/* of the pack; the last one is otherwise */
	const char *was;		/* its name before YEAR_RENAMED, or NULL */
	uint32_t weight;
	uint32_t in_campaign;		/* weight in the campaign week */
	const char *to;			/* who gets it */
	const char *also;		/* and who else, or NULL */
	const char *subject[6];		/* with %c company, %n number, %p product, %t town */
	const char *field;		/* captured, or NULL */
	const char *value[LETTER_VALUES_MAX];
};
extern const struct topic topics[];
extern const size_t n_topic;

/* By how many percent the campaign makes a day heavier. */
unsigned letter_campaign(void);

struct letter {
	size_t topic;			/* what it is about; n_topic - 1 nothing known */
	size_t domain;			/* below LETTER_DOMAINS; else a new one */
	bool new_domain;
	const char *domain_name;
	const char *name, *address;
	const char *subject, *opening;
	const char *phrase;		/* that others use as well, or NULL */
	const char *value;		/* of the topic's field; "" not found */
	size_t value_number;
};

struct crowd {
	uint64_t new_domains;		/* so far */
};

/* Text lives in a. */
void letter_write(struct crowd *c, struct dice *d, struct arena *a,
    const struct moment *when, struct letter *out);

/* The name of a domain that writes again and again; in a. */
const char *letter_domain(struct arena *a, size_t i);

#endif
