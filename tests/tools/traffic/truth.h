/* SPDX-License-Identifier: MIT */
/*
 * truth - what was made, counted while it is made and not from the records: by
 * week and by month of the wall clock, as JSON.  Tests compare what mroute says with it.
 *
 *	weeks, months	"2026-W47", "2026-11": an object each
 *	  total, undecided, delivered, failed, fallbacks;
 *	  redelivered	came a second time: in no other number
 *	  routes, by, would_be	how many messages, by name; newest decision
 *	  hours		[weekday from Monday][hour]
 *	  delays	ms, sorted: receipt to the end of the last effect
 *	  active, held	at the end of the year
 *	  domains, fresh	messages by domain; those never seen before
 *	  lines		"ROUTE HASH": held, won (its route, or observed would have), decisive,
 *			unknown; what a person decides later takes no line away
 *	  fields	"ROUTE NAME": messages by value; the route as of lines
 *	  wordings	of what no rule claimed, by phrase; "" alone
 *	  temp, perm	tries that did not do it, by the time they ended
 *	  late, lost	messages with such tries; with an effect that was given up
 *	  events	by name, by their own time
 */
#ifndef TRAFFIC_TRUTH_H
#define TRAFFIC_TRUTH_H

#include "letter.h"
#include "life.h"

struct truth;

struct truth *truth_new(void);
void truth_free(struct truth **t);

void truth_add(struct truth *t, const struct letter *in, const struct life *l);
void truth_event(struct truth *t, int64_t at_ms, const char *name);

NODISCARD int truth_write(struct truth *t, const char *path, struct err *e);

#endif
