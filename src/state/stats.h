/* SPDX-License-Identifier: MIT */
/*
 * stats - what the records say about a period: the numbers of `mroute summary`
 * and `mroute stats`.  docs/summary.md defines each.
 *
 * Only mail counts (kind mail, not our own), by the time it was received, each
 * message once, with its newest decision.  What came a second time and was
 * recognised (BY_REDELIVERY) is no message, and has a number of its own.  Nothing
 * here reads a trace or an original: a question costs what its period holds, not
 * what the records hold.  What waits in the journal is counted as well.
 *
 * Results live in the arena given.  Lists are sorted as said; max 0: all.
 */
#ifndef STATE_STATS_H
#define STATE_STATS_H

#include "base/arena.h"
#include "base/calendar.h"
#include "base/err.h"
#include "model/plan.h"
#include "state/store.h"

/* ---- messages: one pass over periods that follow each other ---- */

enum {
	STATS_SPANS_MAX = 64,
	STATS_DELAYS = 12,
	STATS_DOMAINS_MAX = 100000,	/* told apart; those that come first */
	STATS_VALUES_MAX = 20000,	/* the same of captured values */
};

/* Upper ends of the classes of the delay, ms; the last one is open (INT64_MAX). */
extern const int64_t stats_delay_limit[STATS_DELAYS];

struct stats_route {
	const char *name;		/* "": the fallback Maildir */
	uint64_t *n;			/* by span, oldest first */
	/* Of the last span: */
	uint64_t by[BY_N];
	uint64_t would_be;		/* observed: mail that would have come here */
};

struct stats_domain {
	const char *name;		/* of the author's address, lower case; "" none */
	uint64_t n;
	bool fresh;			/* not one message in all records before the last span */
};

struct stats_messages {
	size_t n_span;
	uint64_t *total;		/* by span, oldest first */
	uint64_t *triage;		/* of total: stats_is_triage() of what decided it */
	struct stats_route *route;	/* most in the last span first, then by name */
	size_t n_route;
	/* Of the last span: */
	uint64_t by[BY_N];
	uint64_t undecided;		/* no decision yet */
	uint64_t redelivered;		/* beside the total: came again, was recognised */
	uint64_t active, held;		/* as of now */
	uint64_t hour[7][24];		/* weekday from Monday, hour in the zone */
	uint64_t delivered;		/* all effects are final */
	/*
	 * Receipt to the end of the last effect, the first time that all were final;
	 * nearest rank; 0 when delivered is 0.  Exact to the millisecond below a
	 * minute, to the second below a day, to the minute above (cut off); median and
	 * percentile are never more than 60 days.
	 */
	int64_t median_ms, p95_ms, longest_ms;
	uint64_t delay[STATS_DELAYS];	/* delivered, by class */
	struct stats_domain *domain;	/* most first, then by name */
	size_t n_domain;
	uint64_t domain_rest;		/* messages of domains beyond STATS_DOMAINS_MAX */
	int64_t first_ms;		/* the oldest message of all records; 0 none */
};

struct stats_query {
	struct calendar *zone;
	const struct period *span;	/* oldest first, without gaps */
	size_t n_span;
	bool domains;			/* want them */
};

NODISCARD int stats_messages(struct store *st, struct arena *a,
    const struct stats_query *q, struct stats_messages *out, struct err *e);

/* When the oldest message of all records was received; 0 none was. */
NODISCARD int stats_first(struct store *st, int64_t *first_ms, struct err *e);

/* ---- lines ---- */

struct stats_line {
	const char *route, *hash;	/* what makes it the same line */
	const char *id;			/* "press.3", as it was last seen */
	const char *text;
	uint64_t held;			/* messages where it was yes */
	uint64_t won;			/* ... that went to its route; observed: would have */
	uint64_t decisive;		/* ... and would not have gone there without it */
	uint64_t unknown;		/* messages where it could not be told */
	const char *reason;		/* the newest reason for that, or "" */
	int64_t last_ms;		/* when it last held, ever, to a minute; 0 never */
};
/*
 * Lines that held or were unknown in the period; most decisive, won, held first.
 * When a person decides, the lines of the decision before it still held.
 */
NODISCARD int stats_lines(struct store *st, struct arena *a, const struct period *p,
    struct stats_line **out, size_t *n, struct err *e);

/* Fills in last_ms of n lines, which are told by route and hash. */
NODISCARD int stats_lines_last(struct store *st, struct stats_line *line, size_t n,
    struct err *e);

/*
 * Since when it is recorded which lines hold: the first message that met one; 0 none did.
 * Records of an older mroute begin earlier.
 */
NODISCARD int stats_lines_since(struct store *st, int64_t *first_ms, struct err *e);

/* The rule set in force at that time; "" when there was none yet. */
NODISCARD int stats_ruleset_at(struct store *st, int64_t at_ms,
    char digest[DIGEST_SIZE], struct err *e);

/* ---- captured fields ---- */

struct stats_value {
	const char *route, *name, *type;
	const char *value;		/* as its type; as written when not understood */
	uint64_t n;			/* messages */
};
/*
 * By route, name; then most first; at most max values of each field.  Of a message that
 * a person sent elsewhere nothing counts: nothing was captured for where it went.
 * When there are more than STATS_VALUES_MAX values those that come first are told.
 */
NODISCARD int stats_values(struct store *st, struct arena *a, const struct period *p,
    size_t max, struct stats_value **out, size_t *n, struct err *e);

/* ---- trouble ---- */

struct stats_trouble {
	bool failed;			/* given up; else put off and tried again */
	enum effect_kind kind;
	const char *server;		/* as in the effect */
	const char *target;		/* one of them, when there are several */
	const char *text;		/* the server's words, of the newest */
	uint64_t messages, tries;
	int64_t first_ms, last_ms;
};
/* Messages, each once, in however many places and words. */
struct stats_troubled {
	uint64_t failed, put_off;
};

/*
 * What did not work at once in the period (by the time it happened), gathered by place,
 * code and words, where words with a digit in them (numbers, addresses, ids) are all
 * alike.  Failed ones first, then most messages.  An effect that a new decision
 * superseded was not given up.  sum may be NULL.
 */
NODISCARD int stats_troubles(struct store *st, struct arena *a, const struct period *p,
    size_t max, struct stats_trouble **out, size_t *n, struct stats_troubled *sum,
    struct err *e);

struct stats_event {
	const char *name;		/* "alarm.server", "examiner-failed" */
	uint64_t n;
	int64_t last_ms;
	const char *text;		/* of the newest */
};
/* Alarms, deaths of examiners, engine starts, rules loaded or broken ...; by name. */
NODISCARD int stats_events(struct store *st, struct arena *a, const struct period *p,
    struct stats_event **out, size_t *n, struct err *e);

struct stats_alarm {
	int64_t over_ms;		/* since when its cause is gone; 0: it is not */
	int64_t longest_ms;		/* of those that are over: from the alarm to that */
};
/* How alarms of that name ("server") in the period went on, until today. */
NODISCARD int stats_alarm(struct store *st, const char *name, const struct period *p,
    struct stats_alarm *out, struct err *e);

/* Effects of the fallback Maildir for messages of the period. */
NODISCARD int stats_fallbacks(struct store *st, const struct period *p,
    uint64_t *out, struct err *e);

/* ---- messages that no rule claimed ---- */

/* Did the rules leave it to otherwise? (below-needs, margin, unknown, examiner) */
bool stats_is_triage(enum decided_by by);

/* Did the rules route it, without a person? (always, points, thread) */
bool stats_is_routed(enum decided_by by);

/* How many of them are of that kind. */
uint64_t stats_sum(const uint64_t by[BY_N], bool (*which)(enum decided_by));

struct stats_open {
	const char *id;
	int64_t received_ms;
	const char *author;		/* address */
	const char *subject;
	const char *opening;		/* how its text begins; "" not kept */
	enum decided_by by;
	const char *best;		/* route with most points, "" none */
};
/* Newest first, at most max (0: 2000). */
NODISCARD int stats_triage(struct store *st, struct arena *a, const struct period *p,
    size_t max, struct stats_open **out, size_t *n, struct err *e);

#endif
