/* SPDX-License-Identifier: MIT */
/*
 * summary_say - numbers as every form of the summary writes them: text, page,
 * mail and subject say the same figure in the same letters.  ASCII only.
 *
 * Results live in the arena given, or are constant.
 */
#ifndef FLOW_SUMMARY_SAY_H
#define FLOW_SUMMARY_SAY_H

#include "base/arena.h"

/* "1,204" */
const char *say_count(struct arena *a, uint64_t n);

/* "1 message", "1,204 messages" */
const char *say_of(struct arena *a, uint64_t n, const char *one, const char *many);

/*
 * "91 %", rounded to the nearest; but all is said of all only and none of none
 * only: "over 99 %", "under 1 %".  "-" where there is nothing to share.
 */
const char *say_share(struct arena *a, uint64_t part, uint64_t whole);

/* "+14", "-3", "0" */
const char *say_change(struct arena *a, uint64_t now, uint64_t before);

/*
 * A span of time, rounded up, so that "half within 2 s" holds: "0.1 s" (the least),
 * "1.9 s", "2 s", "119 s", "3 min" (121 s), "47 h", "2 d".
 */
const char *say_span(struct arena *a, int64_t ms);

struct summary;

/* "38 more than the week before", "as many as the week before" */
const char *say_compared(struct arena *a, const struct summary *s, uint64_t now,
    uint64_t before);

/* A command about its period: "mroute summary --json --week 2026-W47". */
const char *say_command(struct arena *a, const struct summary *s, const char *words);

/* The one that lists all of them: "mroute stats domain --week 2026-W47". */
const char *say_stats(struct arena *a, const struct summary *s, const char *what);

/* Was most of it only observed?  Then shares of what was routed would only say so. */
bool say_observed(const struct summary *s);

/* What is told of the machine, with n in front or beside it; those of 0 are left out. */
enum { SAY_EVENTS = 5 };
struct say_event {
	uint64_t n;
	const char *what;		/* "starts of the engine" */
};
size_t say_events(const struct summary *s, struct say_event out[SAY_EVENTS]);

/* How an alarm went on, and its text: "over since Tue 17 Nov 10:14: disk full"; or "". */
struct summary_alarm;
const char *say_alarm(struct arena *a, const struct summary_alarm *al);

/* What the numbers are, for who has no documentation: a term and the rest of its sentence. */
enum { SAY_TERMS = 5 };
extern const struct say_term {
	const char *term, *is;
} say_terms[SAY_TERMS];

/* "week", "month", "period": of what kind its period is. */
const char *say_unit(const struct summary *s);

#endif
