/* SPDX-License-Identifier: MIT */
#include "rules/why.h"

#include <string.h>

#include "base/buf.h"

#define OBSERVED	"only observing; it would have been "

enum { LINES_NAMED = 3 };

static const char *
plural(int n)
{
	return n == 1 || n == -1 ? "" : "s";
}

/* "next content, 30" or "next content, 90 of 100 needed". */
static void
add_runner_up(struct buf *b, const struct plan *plan)
{
	if (plan->runner_up[0] == '\0') {
		buf_add_str(b, "no other route has points");
		return;
	}
	buf_addf(b, "next %s, %d", plan->runner_up, plan->runner_up_points);
	if (plan->runner_up_points < plan->runner_up_needs)
		buf_addf(b, " of %d needed", plan->runner_up_needs);
}

/* The line that made its route the one: the first `always` that holds. */
static void
add_always(struct buf *b, const struct plan *plan, const char *route)
{
	for (size_t i = 0; i < plan->n_trace; i++) {
		const struct plan_route *r = &plan->trace[i];

		if (r->name != route)
			continue;
		for (size_t k = 0; k < r->n_line; k++)
			if (r->line[k].kind == 'a' &&
			    r->line[k].state == TRI_YES) {
				buf_addf(b, "%s says always", r->line[k].id);
				return;
			}
	}
}

bool
why_unknown_matters(const struct plan_route *r)
{
	if (r->highest > 0)
		return true;
	for (size_t i = 0; i < r->n_line; i++)
		if (r->line[i].kind == 'a')
			return true;
	return false;
}

/* "press.2 (match limit), press.4 (step limit) and 3 more". */
static void
add_unknown(struct buf *b, const struct plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_trace; i++)
		for (size_t k = 0; k < plan->trace[i].n_line; k++) {
			const struct plan_line *l = &plan->trace[i].line[k];

			if (l->state != TRI_UNKNOWN ||
			    !why_unknown_matters(&plan->trace[i]) ||
			    ++n > LINES_NAMED)
				continue;
			buf_addf(b, "%s%s (" SLICE_FMT ")", n > 1 ? ", " : "",
			    l->id, SLICE_ARG(l->reason));
		}
	if (n > LINES_NAMED)
		buf_addf(b, " and %zu more", n - LINES_NAMED);
	buf_add_str(b, " could not be judged, and the route hangs on it");
}

/* The line that keeps a route out which has points; NULL when none does. */
static const struct plan_line *
find_never(const struct plan *plan, const char **route)
{
	for (size_t i = 0; i < plan->n_trace; i++) {
		const struct plan_route *r = &plan->trace[i];

		if (!r->never || (r->known <= 0 && !r->always))
			continue;
		*route = r->name;
		for (size_t k = 0; k < r->n_line; k++)
			if (r->line[k].kind == 'n' &&
			    r->line[k].state == TRI_YES)
				return &r->line[k];
	}
	return NULL;
}

static void
add_below_needs(struct buf *b, const struct plan *plan)
{
	const struct plan_line *never;
	const char *route;

	if (plan->best[0] != '\0') {
		buf_addf(b, "no route reached its needs; nearest %s, %d of %d",
		    plan->best, plan->points, plan->needs);
		if (plan->runner_up[0] != '\0') {
			buf_add_str(b, "; ");
			add_runner_up(b, plan);
		}
	} else if ((never = find_never(plan, &route)) != NULL)
		buf_addf(b, "%s says never, and no route but %s has points",
		    never->id, route);
	else
		buf_add_str(b, "no route has points");
}

static void
add_margin(struct buf *b, const struct plan *plan, int margin)
{
	buf_addf(b, "%s has %d point%s of %d needed, but %s has %d", plan->best,
	    plan->points, plural(plan->points), plan->needs, plan->runner_up,
	    plan->runner_up_points);
	if (plan->runner_up_points < plan->runner_up_needs)
		buf_addf(b, " of %d needed", plan->runner_up_needs);
	buf_addf(b, ": closer than the margin of %d", margin);
}

static void
add_reason(struct buf *b, const struct plan *plan, enum decided_by by,
    const char *route, int margin)
{
	switch (by) {
	case BY_ALWAYS:
		add_always(b, plan, route);
		break;
	case BY_POINTS:
		buf_addf(b, "%d point%s of %d needed; ", plan->points,
		    plural(plan->points), plan->needs);
		add_runner_up(b, plan);
		break;
	case BY_MARGIN:
		add_margin(b, plan, margin);
		break;
	case BY_BELOW_NEEDS:
		add_below_needs(b, plan);
		break;
	case BY_UNKNOWN:
		add_unknown(b, plan);
		break;
	case BY_REDELIVERY:
	case BY_LOOP:
	case BY_THREAD:
	case BY_EXAMINER:
	case BY_PERSON:
	case BY_OBSERVE:
	case BY_NO_ALIAS:
	case BY_BOUNCE_ADDRESS:
	case BY_OWN:
	case BY_N:
		break;			/* not made by the rules */
	}
}

const char *
why_rules(struct arena *a, const struct plan *plan, int margin)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	if (plan->by == BY_OBSERVE) {
		buf_addf(&b, OBSERVED "%s: ", plan->would_be);
		add_reason(&b, plan, plan->would_be_by, plan->would_be, margin);
	} else
		add_reason(&b, plan, plan->by, plan->route, margin);
	return arena_strdup(a, buf_str(&b));
}

const char *
why_observed(const struct plan *plan)
{
	size_t name = strlen(plan->would_be), at = strlen(OBSERVED);

	if (plan->by != BY_OBSERVE || strncmp(plan->why, OBSERVED, at) != 0 ||
	    strncmp(plan->why + at, plan->would_be, name) != 0 ||
	    strncmp(plan->why + at + name, ": ", 2) != 0)
		return NULL;
	return plan->why + at + name + 2;
}
