/* SPDX-License-Identifier: MIT */
#include "model/plan.h"

static const char *const by_names[BY_N] = {
	[BY_REDELIVERY] = "redelivery",
	[BY_LOOP] = "loop",
	[BY_THREAD] = "thread",
	[BY_ALWAYS] = "always",
	[BY_POINTS] = "points",
	[BY_MARGIN] = "margin",
	[BY_BELOW_NEEDS] = "below-needs",
	[BY_UNKNOWN] = "unknown",
	[BY_EXAMINER] = "examiner",
	[BY_PERSON] = "person",
	[BY_OBSERVE] = "observe",
	[BY_NO_ALIAS] = "no-alias",
	[BY_BOUNCE_ADDRESS] = "bounce-address",
	[BY_OWN] = "own",
};

static const char *const kind_names[EFFECT_N] = {
	[EFFECT_SMTP] = "smtp",
	[EFFECT_IMAP] = "imap",
	[EFFECT_STORE] = "store",
	[EFFECT_MAILDIR] = "maildir",
	[EFFECT_FALLBACK] = "fallback",
};

const char *
decided_by_name(enum decided_by by)
{
	return by_names[by];
}

enum decided_by
decided_by_find(const char *name)
{
	enum decided_by by = 0;

	while (by < BY_N && strcmp(by_names[by], name) != 0)
		by++;
	return by;
}

const char *
effect_kind_name(enum effect_kind k)
{
	return kind_names[k];
}

int
effect_kind_find(struct slice name)
{
	for (int k = 0; k < EFFECT_N; k++)
		if (slice_eq_str(name, kind_names[k]))
			return k;
	return -1;
}

const char *
plan_route(const struct plan *p)
{
	return p->by == BY_OBSERVE ? p->would_be : p->route;
}

const struct plan_route *
plan_trace_of(const struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->n_trace; i++)
		if (strcmp(p->trace[i].name, name) == 0)
			return &p->trace[i];
	return NULL;
}
