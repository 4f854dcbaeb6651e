/* SPDX-License-Identifier: MIT */
/* Parts of a summary that come as lists: what failed, who wrote, what was captured. */
#include <string.h>

#include "flow/summary_impl.h"

/* ---- trouble ---- */

static void
set_trouble(struct gather *g, struct stats_trouble *t)
{
	/* Whose it is: an address, a mailbox or a Maildir. */
	t->target = people_said(g, t->target);
	t->text = people_said(g, t->text);
}

static void
set_events(struct gather *g)
{
	static const size_t prefix = sizeof EVENT_ALARM - 1;
	struct summary *s = g->s;

	s->alarm = arena_calloc(g->a, g->n_event, sizeof *s->alarm);
	for (size_t i = 0; i < g->n_event; i++) {
		const struct stats_event *ev = &g->event[i];

		if (strcmp(ev->name, "examiner-failed") == 0)
			s->examiner_failed = ev->n;
		if (strcmp(ev->name, EVENT_ENGINE_START) == 0)
			s->restarts = ev->n;
		if (strncmp(ev->name, EVENT_ALARM, prefix) != 0)
			continue;
		s->alarm[s->n_alarm++] = (struct summary_alarm){
			.name = ev->name + prefix, .n = ev->n, .last_ms = ev->last_ms,
			.text = people_said(g, ev->text), .over = "" };
	}
}

static int
end_alarms(struct gather *g, struct err *e)
{
	for (size_t i = 0; i < g->s->n_alarm; i++) {
		struct summary_alarm *al = &g->s->alarm[i];
		struct stats_alarm end;

		if (stats_alarm(g->st, al->name, &g->s->period, &end, e) < 0)
			return -1;
		al->over_ms = end.over_ms;
		al->longest_ms = end.longest_ms;
		if (end.over_ms != 0)
			al->over = gather_moment(g, end.over_ms);
	}
	return 0;
}

int
gather_trouble(struct gather *g, struct err *e)
{
	struct summary *s = g->s;
	struct stats_troubled sum;

	if (stats_troubles(g->st, g->a, &s->period, TROUBLES_MOST, &s->trouble,
	    &s->n_trouble, &sum, e) < 0 ||
	    stats_events(g->st, g->a, &s->period, &g->event, &g->n_event, e) < 0 ||
	    stats_fallbacks(g->st, &s->period, &s->fallbacks, e) < 0)
		return -1;
	s->failed = sum.failed;
	s->retries = sum.put_off;
	for (size_t i = 0; i < s->n_trouble; i++)
		set_trouble(g, &s->trouble[i]);
	set_events(g);
	return end_alarms(g, e);
}

/* ---- who wrote ---- */

void
gather_domains(struct gather *g)
{
	struct summary *s = g->s;
	bool told = s->people != PEOPLE_NONE;

	s->domain = arena_calloc(g->a, DOMAINS_MOST, sizeof *s->domain);
	s->fresh = arena_calloc(g->a, FRESH_MOST, sizeof *s->fresh);
	for (size_t i = 0; i < g->m.n_domain; i++) {
		const struct stats_domain *d = &g->m.domain[i];

		if (d->name[0] == '\0')
			continue;
		s->domains++;
		s->fresh_domains += d->fresh ? 1 : 0;
		if (told && s->n_domain < DOMAINS_MOST)
			s->domain[s->n_domain++] = (struct summary_domain){ d->name,
			    d->n, d->fresh };
		if (told && d->fresh && s->n_fresh < FRESH_MOST)
			s->fresh[s->n_fresh++] = d->name;
	}
}

/* ---- captured ---- */

static struct summary_field *
field_of(struct gather *g, const struct stats_value *v, size_t *cap)
{
	struct summary *s = g->s;
	struct summary_field *last = s->n_field > 0 ? &s->field[s->n_field - 1] : NULL;

	if (last != NULL && strcmp(last->route, v->route) == 0 &&
	    strcmp(last->name, v->name) == 0)
		return last;
	s->field = arena_grow(g->a, s->field, s->n_field, cap, sizeof *s->field);
	last = &s->field[s->n_field++];
	*last = (struct summary_field){ .route = v->route, .name = v->name,
	    .value = arena_calloc(g->a, VALUES_MOST, sizeof *last->value) };
	return last;
}

int
gather_values(struct gather *g, struct err *e)
{
	struct stats_value *v;
	size_t n, cap = 0;

	if (stats_values(g->st, g->a, &g->s->period, 0, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct summary_field *f = field_of(g, &v[i], &cap);

		f->n += v[i].n;
		if (!people_value(g, &v[i]))
			f->hidden += v[i].n;
		else if (f->n_value < VALUES_MOST)
			f->value[f->n_value++] = (struct summary_value){ v[i].value,
			    v[i].n };
	}
	return 0;
}
