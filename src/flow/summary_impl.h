/* SPDX-License-Identifier: MIT */
/* Between the files that gather a summary. */
#ifndef FLOW_SUMMARY_IMPL_H
#define FLOW_SUMMARY_IMPL_H

#include "flow/summary.h"
#include "rules/policy.h"
#include "rules/ruleset.h"

enum {
	IDLE_DAYS = 90,
	LINES_MOST = 50,		/* kept of each list of lines but the idle ones */
	IDLE_MOST = 1000,
	DOMAINS_MOST = 20,
	FRESH_MOST = 10,
	GROUPS_MOST = 30,
	ROUTED_MOST = 5000,		/* newest messages whose subjects are looked at */
	SAMPLES = 3,
	VALUES_MOST = 30,
	TROUBLES_MOST = 50,
};

struct gather {
	struct store *st;
	struct arena *a;		/* of the summary */
	struct calendar *zone;
	const struct config *cfg;
	const struct policy *policy;	/* or NULL */
	int64_t now_ms;
	struct period span[SUMMARY_TREND];	/* oldest first; the last is the summary's */
	struct stats_messages m;
	struct stats_event *event;
	size_t n_event;
	int64_t oldest_waiting_ms;	/* 0: none, or none of the period */
	struct summary *s;
};

/* ---- how much is told of people ---- */

/* Addresses in a text of ours or of a server, as `people` wants them. */
const char *people_text(const struct gather *g, const char *text);

/* The same of a rule's line or of anything that may name domains: "" with none. */
const char *people_words(const struct gather *g, const char *text);

/* The same of what servers and the system said; of paths only the last name is left. */
const char *people_said(const struct gather *g, const char *text);

/* May that captured value be told? */
bool people_value(const struct gather *g, const struct stats_value *v);

/* ---- the parts; each fills its part of g->s ---- */

NODISCARD int gather_triage(struct gather *g, struct err *e);
NODISCARD int gather_lines(struct gather *g, struct err *e);
NODISCARD int gather_values(struct gather *g, struct err *e);
NODISCARD int gather_trouble(struct gather *g, struct err *e);
void gather_domains(struct gather *g);

/* Last: they look at all of it. */
void gather_notes(struct gather *g);

/* ---- what several parts want ---- */

/* The route of that name in the rules in force, or NULL; is it an otherwise route? */
const struct route *gather_route(const struct gather *g, const char *name,
    bool *otherwise);

/* "3 Sep 2026" (0: "never"); "Thu 19 Nov 14:02" */
const char *gather_date(const struct gather *g, int64_t at_ms);
const char *gather_moment(const struct gather *g, int64_t at_ms);

#endif
