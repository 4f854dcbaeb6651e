/* SPDX-License-Identifier: MIT */
/*
 * plan - a decision and what follows from it: made by decide(), stored, shown
 * by `test` and carried out by the engine.  A plain value in an arena.
 */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

#include "base/arena.h"
#include "base/slice.h"
#include "model/findings.h"

enum decided_by {
	BY_REDELIVERY, BY_LOOP, BY_THREAD, BY_ALWAYS, BY_POINTS, BY_MARGIN,
	BY_BELOW_NEEDS, BY_UNKNOWN, BY_EXAMINER, BY_PERSON, BY_OBSERVE,
	BY_NO_ALIAS, BY_BOUNCE_ADDRESS, BY_OWN,
	BY_N
};
const char *decided_by_name(enum decided_by by);	/* "below-needs" */
enum decided_by decided_by_find(const char *name);	/* BY_N: none of them */

/* What people call the route "": the fallback Maildir. */
#define ROUTE_FALLBACK	"fallback"

enum effect_kind { EFFECT_SMTP, EFFECT_IMAP, EFFECT_STORE, EFFECT_MAILDIR, EFFECT_FALLBACK,
	EFFECT_N };
const char *effect_kind_name(enum effect_kind k);	/* "smtp" ... */
int effect_kind_find(struct slice name);		/* or -1 */

struct plan_effect {
	enum effect_kind kind;
	const char *server;		/* imap, store: section name; else "" */
	const char *target;		/* address; mailbox A/B; Maildir path; "" fallback */
};

struct plan_line {			/* one that counted */
	const char *id;			/* "press.3" */
	const char *hash;		/* 8 hex digits */
	char kind;			/* '+', '-', 'n'ever, 'a'lways */
	int points;			/* with its sign; 0 for never, always */
	const char *text;		/* the line as written */
	enum tri state;
	struct slice field, matched, snippet, reason;
	uint32_t at;			/* where in the snippet the words begin */
	const struct capture *capture;
	size_t n_capture;
};

struct plan_route {			/* the trace: every route */
	const char *name;
	int known;			/* total of the lines that hold */
	int lowest, highest;		/* the same, unknown lines both ways */
	int needs;
	bool never, always;		/* held */
	struct plan_line *line;		/* yes and unknown lines */
	size_t n_line;
};

struct plan_field {
	const char *name;
	enum typed type;
	const char *text;		/* as written; "" with missing */
	const char *value;		/* as its type; "" also when not understood */
	bool missing;
};

struct plan {
	const char *route;		/* "" for the fallback */
	const char *title;
	enum decided_by by;
	const char *best;		/* the route with most points; "" none has any */
	int points;			/* of that one; when it wins, it is route */
	int needs;			/* of the same */
	int margin;			/* distance to the runner-up; 0 without one */
	const char *runner_up;		/* "" none */
	int runner_up_points;
	int runner_up_needs;
	const char *would_be;		/* observe: the route without it; else "" */
	enum decided_by would_be_by;
	const char *why;		/* one sentence for people */
	bool keep;			/* action keep */
	int64_t keep_originals;		/* ms; -1: the spool's */
	struct plan_route *trace;
	size_t n_trace;
	struct plan_field *field;
	size_t n_field;
	const char **action;		/* as written: "forward press-team" */
	size_t n_action;
	struct plan_effect *effect;
	size_t n_effect;
	uint32_t facts;
};

/* The route that it is for; with observe the one it would have gone to. */
const char *plan_route(const struct plan *p);

/* The trace of the route of that name, or NULL. */
const struct plan_route *plan_trace_of(const struct plan *p, const char *name);

#endif
