/* SPDX-License-Identifier: MIT */
/*
 * Gathering: one pass over the twelve periods for all that is counted by message,
 * then a question for each of the other parts.
 */
#include "flow/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/summary_impl.h"
#include "flow/summary_say.h"

/* ---- small things that several parts want ---- */

static int
by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The middle one; of an even number the mean of both, half up.  Sorts them. */
static uint64_t
median_of(uint64_t *value, size_t n)
{
	if (n == 0)
		return 0;
	qsort(value, n, sizeof *value, by_value);
	if (n % 2 != 0)
		return value[n / 2];
	return value[n / 2 - 1] + (value[n / 2] - value[n / 2 - 1] + 1) / 2;
}

const char *
gather_date(const struct gather *g, int64_t at_ms)
{
	struct calendar_time t;

	if (at_ms == 0)
		return "never";
	calendar_split(g->zone, at_ms, &t);
	return arena_printf(g->a, "%d %.3s %d", t.day, calendar_month[t.month - 1], t.year);
}

const char *
gather_moment(const struct gather *g, int64_t at_ms)
{
	struct calendar_time t;

	calendar_split(g->zone, at_ms, &t);
	return arena_printf(g->a, "%s %d %.3s %02d:%02d", calendar_weekday[t.weekday], t.day,
	    calendar_month[t.month - 1], t.hour, t.minute);
}

const struct route *
gather_route(const struct gather *g, const char *name, bool *otherwise)
{
	const struct route *found = NULL;

	*otherwise = false;
	if (g->policy == NULL)
		return NULL;
	for (size_t i = 0; i < policy_config(g->policy)->n_alias; i++) {
		const struct ruleset *rs = policy_ruleset(g->policy, i);
		const struct route *r = ruleset_find(rs, name);

		if (r == NULL)
			continue;
		if (found == NULL)
			found = r;
		*otherwise = *otherwise || r == &rs->route[rs->otherwise];
	}
	return found;
}

/* ---- the periods ---- */

static void
name_span(struct gather *g, const struct period *p, char out[16])
{
	char name[PERIOD_NAME_SIZE];
	struct calendar_time t;

	period_name(g->zone, p, name);
	switch (p->kind) {
	case PERIOD_WEEK:
		/* "2026-W47" */
		snprintf(out, 16, "%.4s", strchr(name, 'W') != NULL ?
		    strchr(name, 'W') : name);
		return;
	case PERIOD_MONTH:
		/* A month is named after the one it ends in. */
		calendar_split(g->zone, p->to_ms - 1, &t);
		snprintf(out, 16, "%.3s", calendar_month[t.month - 1]);
		return;
	case PERIOD_SPAN:
		calendar_split(g->zone, p->from_ms, &t);
		snprintf(out, 16, "%d %.3s", t.day, calendar_month[t.month - 1]);
		return;
	}
}

static void
set_period(struct gather *g, const struct period *p)
{
	AUTO(buf_release) struct buf title = BUF_INIT;
	char name[PERIOD_NAME_SIZE];
	struct summary *s = g->s;

	for (int i = 0; i < SUMMARY_TREND; i++) {
		g->span[i] = period_before(g->zone, p, SUMMARY_TREND - 1 - i);
		name_span(g, &g->span[i], s->trend_name[i]);
	}
	g->span[SUMMARY_TREND - 1] = *p;
	period_name(g->zone, p, name);
	period_title(g->zone, p, &title);
	s->key = arena_strdup(g->a, name);
	s->title = arena_strdup(g->a, buf_str(&title));
	s->hostname = g->cfg->hostname;
	s->zone = arena_strdup(g->a, calendar_zone(g->zone));
	s->period = *p;
	s->before = g->span[SUMMARY_TREND - 2];
	s->made_ms = g->now_ms;
	s->unfinished = g->now_ms < p->to_ms;
	s->people = g->cfg->summary.people;
	for (size_t i = 0; i < g->cfg->n_alias; i++)
		s->observing = s->observing || g->cfg->alias[i].observe;
}

/* ---- what is counted by message ---- */

static void
set_totals(struct gather *g)
{
	struct summary *s = g->s;
	const struct stats_messages *m = &g->m;

	s->n_trend = 0;
	for (size_t i = 0; i < SUMMARY_TREND; i++) {
		s->trend_total[i] = m->total[i];
		if (m->first_ms != 0 && m->first_ms < g->span[i].to_ms)
			s->n_trend++;
	}
	s->n_trend = MAX(s->n_trend, 1);
	s->first = s->n_trend == 1;
	s->before_partial = !s->first && m->first_ms > s->before.from_ms;
	s->total = m->total[SUMMARY_TREND - 1];
	s->total_before = m->total[SUMMARY_TREND - 2];
	s->empty = s->total == 0;
	s->ahead = s->empty && g->now_ms < s->period.from_ms;
	s->by_rules = stats_sum(m->by, stats_is_routed);
	s->by_person = m->by[BY_PERSON];
	s->observed = m->by[BY_OBSERVE];
	s->triage = stats_sum(m->by, stats_is_triage);
	s->other = s->total - s->by_rules - s->by_person - s->triage;
	s->redelivered = m->redelivered;
	s->waiting = m->active;
	s->held = m->held;
	s->delivered = m->delivered;
	s->median_ms = m->median_ms;
	s->p95_ms = m->p95_ms;
	s->longest_ms = m->longest_ms;
	memcpy(s->hour, m->hour, sizeof s->hour);
	memcpy(s->delay, m->delay, sizeof s->delay);
}

/*
 * Of the periods before, those that the records have whole.  Days that make no whole
 * weeks are compared with nothing: a weekend is no usual Monday.
 */
static void
set_usual(struct gather *g)
{
	uint64_t total[SUMMARY_TREND], triage[SUMMARY_TREND];
	const struct stats_messages *m = &g->m;
	size_t n = 0, n_triage = 0;

	if (g->s->period.kind == PERIOD_SPAN &&
	    period_days(g->zone, &g->s->period) % 7 != 0)
		return;
	for (size_t i = 0; i + 1 < SUMMARY_TREND; i++) {
		if (m->first_ms == 0 || g->span[i].from_ms < m->first_ms)
			continue;
		total[n++] = m->total[i];
		if (m->total[i] > 0)
			triage[n_triage++] = (m->triage[i] * 200 + m->total[i]) /
			    (m->total[i] * 2);
	}
	if (n < USUAL_LEAST)
		return;
	g->s->n_usual = n;
	g->s->usual_total = median_of(total, n);
	g->s->usual_triage = (unsigned)median_of(triage, n_triage);
}

static bool
has_mail(const struct stats_route *r)
{
	for (size_t i = 0; i < SUMMARY_TREND; i++)
		if (r->n[i] > 0)
			return true;
	return r->would_be > 0;
}

static void
set_routes(struct gather *g)
{
	struct summary *s = g->s;

	s->route = arena_calloc(g->a, g->m.n_route, sizeof *s->route);
	for (size_t i = 0; i < g->m.n_route; i++) {
		const struct stats_route *r = &g->m.route[i];
		bool fallback = r->name[0] == '\0', otherwise;
		const struct route *known = gather_route(g, r->name, &otherwise);
		struct summary_route *out = &s->route[s->n_route];

		if (!has_mail(r))
			continue;
		*out = (struct summary_route){
			.name = fallback ? ROUTE_FALLBACK : r->name,
			.title = fallback ? "the fallback Maildir" :
			    known != NULL ? arena_strdup(g->a, known->title) : r->name,
			.gone = !fallback && known == NULL && g->policy != NULL,
			.otherwise = otherwise,
			.now = r->n[SUMMARY_TREND - 1],
			.before = r->n[SUMMARY_TREND - 2],
			.would_be = r->would_be,
		};
		for (size_t k = 0; k < SUMMARY_TREND; k++)
			out->trend[k] = r->n[k];
		s->would_be += otherwise ? 0 : r->would_be;
		s->n_route++;
	}
}

static int
gather_messages(struct gather *g, struct err *e)
{
	struct stats_query q = { .zone = g->zone, .span = g->span,
	    .n_span = SUMMARY_TREND, .domains = true };
	struct store_counts counts;

	if (stats_messages(g->st, g->a, &q, &g->m, e) < 0 ||
	    store_count(g->st, &counts, e) < 0)
		return -1;
	if (counts.oldest_active_ms >= g->s->period.from_ms &&
	    counts.oldest_active_ms < g->s->period.to_ms)
		g->oldest_waiting_ms = counts.oldest_active_ms;
	set_totals(g);
	set_usual(g);
	set_routes(g);
	return 0;
}

int
summary_gather(struct store *st, struct arena *a, struct calendar *zone,
    const struct config *cfg, const struct policy *policy, const struct period *p,
    int64_t now_ms, struct summary **out, struct err *e)
{
	struct gather *g = arena_alloc(a, sizeof *g);

	*g = (struct gather){ .st = st, .a = a, .zone = zone, .cfg = cfg,
	    .policy = policy, .now_ms = now_ms, .s = arena_alloc(a, sizeof *g->s) };
	set_period(g, p);
	if (gather_messages(g, e) < 0 || gather_trouble(g, e) < 0 ||
	    gather_triage(g, e) < 0 || gather_lines(g, e) < 0 ||
	    gather_values(g, e) < 0)
		return -1;
	gather_domains(g);
	gather_notes(g);
	*out = g->s;
	return 0;
}

const char *
summary_subject(const struct summary *s, struct arena *a)
{
	static const char *const kinds[] = { [PERIOD_WEEK] = "week ",
		[PERIOD_MONTH] = "month ", [PERIOD_SPAN] = "" };
	const char *name = s->period.kind == PERIOD_SPAN ? s->title : s->key;
	const char *share = s->total == 0 || say_observed(s) ? "" :
	    arena_printf(a, ", %s routed", say_share(a, s->by_rules, s->total));
	const char *bad = s->tone == TONE_BAD ? ", needs attention" : "";

	return arena_printf(a, "mroute: %s%s, %s%s%s", kinds[s->period.kind], name,
	    s->total == 0 ? "no messages" : say_of(a, s->total, "message", "messages"),
	    share, bad);
}
