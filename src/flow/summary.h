/* SPDX-License-Identifier: MIT */
/*
 * summary - what happened in a period, for people who do not see the terminal:
 * gathered once as plain values, then written as text, as a page, as mail and
 * as JSON.  docs/summary.md defines every number.
 *
 * How much it tells of people is decided here, by `people` of mroute.conf, so
 * that no writer can tell more: what must not be told is not in the struct.
 *
 *	full	addresses, subjects, captured values
 *	domains	domains for addresses; words of subjects only where two or more
 *		senders used them; no captured email, phone or address
 *	none	counts; no domains, no words, no captured values
 *
 * Texts come from mail and may hold anything that is valid UTF-8 without control
 * characters: writers escape and cut them.
 */
#ifndef FLOW_SUMMARY_H
#define FLOW_SUMMARY_H

#include <jansson.h>

#include "base/calendar.h"
#include "model/config.h"
#include "state/stats.h"
#include "state/store.h"

enum {
	SUMMARY_TREND = 12,		/* periods, this one and those before */
	USUAL_LEAST = 3,
};

struct summary_route {
	const char *name;		/* "leads"; "fallback" */
	const char *title;		/* of the rules in force; else the name */
	bool gone;			/* the rules in force have no such route */
	bool otherwise;			/* the route for what no rule claims */
	uint64_t now, before;
	uint64_t trend[SUMMARY_TREND];	/* oldest first, now the last */
	uint64_t would_be;		/* observed: would have come here */
};

/* Messages that no rule claimed and whose wording is alike. */
struct summary_group {
	uint64_t n;
	const char *words;		/* what they share: "press release"; "" not told */
	const char *line;		/* to paste: `+20  any has "press release"`; "" none */
	const char *route;		/* where the line would go best; "" no idea */
	const char *sample[3];		/* people full: "ann@x.example: Subject" */
	size_t n_sample;
	const char *id[3];		/* messages, shortened, for `mroute explain` */
	size_t n_id;
	uint64_t elsewhere;		/* messages that the rules sent to other routes, and
					   whose subject has the words */
};

struct summary_line {
	const char *route, *id, *text;
	uint64_t held, won, decisive, unknown;
	int64_t last_ms;		/* when it last held; 0 never */
	const char *last;		/* that for people: "3 Sep 2026", "never" */
	const char *reason;		/* of unknown */
};

struct summary_value {
	const char *value;
	uint64_t n;
};

struct summary_domain {
	const char *name;
	uint64_t n;
	bool fresh;			/* had not written before */
};

struct summary_field {			/* values captured by one field of a route */
	const char *route, *name;
	uint64_t n;			/* messages with a value */
	struct summary_value *value;	/* most first; not more than 30 */
	size_t n_value;
	uint64_t hidden;		/* of n: `people` keeps their value back */
};

enum summary_tone { TONE_GOOD, TONE_LOOK, TONE_BAD };

struct summary_alarm {
	const char *name;		/* "server" */
	uint64_t n;
	int64_t last_ms;
	const char *text;		/* of the newest */
	int64_t over_ms;		/* since when its cause is gone; 0 it is not */
	int64_t longest_ms;		/* of those that are over */
	const char *over;		/* over_ms for people: "Tue 17 Nov 10:14"; "" */
};

/* One sentence of the first screen: what it is, and what to do about it. */
struct summary_note {
	enum summary_tone tone;
	const char *text;		/* "2 deliveries were given up: said \"no such user\"" */
	const char *todo;		/* a command to copy, or "" */
};

struct summary {
	const char *key;		/* "2026-W47": names the period */
	const char *title;		/* "Mon 16 Nov to Sun 22 Nov 2026" */
	const char *hostname, *zone;
	struct period period, before;
	int64_t made_ms;
	bool unfinished;		/* the period is not over yet */
	bool ahead;			/* ... and has not even begun; nothing came */
	bool first;			/* the records begin in this period: nothing before */
	bool before_partial;		/* the records begin in the period before */
	bool empty;			/* no message came */
	bool observing;			/* some alias only observes */
	enum config_people people;

	/* the first screen */
	enum summary_tone tone;		/* the worst of the notes */
	struct summary_note *note;	/* most important first; at least one */
	size_t n_note;
	uint64_t total, total_before;
	uint64_t by_rules;		/* routed without a person: always, points, thread */
	uint64_t by_person;		/* a person decided or corrected */
	uint64_t triage;		/* left to otherwise: stats_is_triage() */
	uint64_t other;			/* total less the three: loops, no alias ... */
	uint64_t observed;		/* of other: an alias only observed them ... */
	uint64_t would_be;		/* ... and they would have found a route */
	uint64_t redelivered;		/* beside the total: came again, was recognised */
	uint64_t waiting, held;		/* of the period, as of now */
	uint64_t delivered;
	int64_t median_ms, p95_ms, longest_ms;
	uint64_t failed;		/* messages with a delivery given up in the period */

	/*
	 * What is usual: the median of the whole periods before this one, when the
	 * records have at least USUAL_LEAST of them.
	 */
	size_t n_usual;			/* how many; 0: nothing is usual yet */
	uint64_t usual_total;
	unsigned usual_triage;		/* per cent; of those with mail */

	struct summary_route *route;	/* most first; those with nothing in all 12 left out */
	size_t n_route;
	char trend_name[SUMMARY_TREND][16];	/* "W36" ... "W47" */
	uint64_t trend_total[SUMMARY_TREND];
	size_t n_trend;			/* periods since the records began, at least 1 */
	uint64_t hour[7][24];
	uint64_t delay[STATS_DELAYS];

	struct stats_trouble *trouble;
	size_t n_trouble;
	struct summary_group *group;	/* most first */
	size_t n_group;
	uint64_t ungrouped;		/* triage that is like nothing else */
	struct summary_domain *domain;	/* top */
	size_t n_domain;
	uint64_t domains;		/* how many in all */
	uint64_t fresh_domains;
	const char **fresh;		/* names of new ones with most mail, at most 10 */
	size_t n_fresh;
	struct summary_line *earned;	/* most decisive first */
	size_t n_earned;
	struct summary_line *idle;	/* in force for 90 days and never held in them */
	size_t n_idle, idle_total;
	int64_t idle_since_ms;		/* 90 days before the end; 0: records too young */
	const char *idle_since;		/* that for people: "24 Aug 2026"; "" */
	struct summary_line *unsure;	/* slow or unknown */
	size_t n_unsure;
	struct summary_field *field;
	size_t n_field;
	uint64_t examiner_failed, fallbacks, retries, restarts;
	struct summary_alarm *alarm;	/* by name */
	size_t n_alarm;
};

/*
 * Gather it; in a.  policy: the rules in force (titles, idle lines, routes),
 * NULL when there are none.  Memory and time depend on what the period and the
 * 11 before it hold.
 */
struct policy;
NODISCARD int summary_gather(struct store *st, struct arena *a, struct calendar *zone,
    const struct config *cfg, const struct policy *policy, const struct period *p,
    int64_t now_ms, struct summary **out, struct err *e);

/* For a terminal of that many columns; 0: 80 and no limit for nobody's eyes. */
void summary_text(const struct summary *s, unsigned columns, bool colour, bool ascii,
    struct buf *out);

/* docs/json.md */
json_t *summary_json(const struct summary *s);

/* One self-contained page. */
void summary_page(const struct summary *s, struct buf *out);

/* The charts of a summary, the same for page, mail and terminal. */
enum summary_chart { SUMMARY_VOLUME, SUMMARY_TRENDS, SUMMARY_HOURS, SUMMARY_DELAYS,
	SUMMARY_CHARTS };
struct chart;
struct chart_data;
const struct chart_data *summary_chart_data(const struct summary *s, struct arena *a,
    enum summary_chart which);
struct chart *summary_chart(const struct summary *s, struct arena *a,
    enum summary_chart which, unsigned width);

/*
 * The width that charts of mail are drawn for; they are shown up to a fifth wider, so that
 * they can be read on a telephone as well.  Images have two pixels for each of it.
 */
enum { SUMMARY_MAIL_CHART = 460 };

/* What an HTML body refers to as cid:NAME. */
struct summary_image {
	const char *cid;		/* "volume" */
	struct buf png;
};

/*
 * The HTML of the mail: tables, inline CSS, 600 px.  Of images[i] (SUMMARY_CHARTS of
 * them) those with bytes are shown; the others as cells of a table alone.
 */
void summary_mail_html(const struct summary *s, const struct summary_image *images,
    struct buf *out);

/* "mroute: week 2026-W47, 412 messages, 91 % routed" ; no text of any mail in it. */
const char *summary_subject(const struct summary *s, struct arena *a);

#endif
