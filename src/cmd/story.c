/* SPDX-License-Identifier: MIT */
#include "cmd/story_impl.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/pager.h"
#include "cmd/records.h"
#include "cmd/trace.h"
#include "rules/jsonout.h"

static struct step *
add(struct story *s, int64_t at_ms, enum style style, const char *what,
    const char *text)
{
	struct step *p;

	s->step = arena_grow(s->a, s->step, s->n, &s->cap, sizeof *s->step);
	p = &s->step[s->n];
	*p = (struct step){ .at_ms = at_ms, .order = s->n++, .style = style,
	    .what = what, .text = text };
	return p;
}

static void
add_received(struct story *s)
{
	const struct envelope *env = &s->row.env;
	char size[RECORDS_SPAN_SIZE];

	records_size(s->row.size, size);
	if (env->kind == ENVELOPE_OWN) {
		add(s, env->received_ms, STYLE_PLAIN, "written", arena_printf(s->a,
		    "our own mail '%s', %s", env->own_key, size));
		return;
	}
	add(s, env->received_ms, STYLE_PLAIN, "received", arena_printf(s->a,
	    "from <%s> for %s, %s%s%s%s%s", env->sender, env->recipient, size,
	    env->queue_id[0] != '\0' ? ", queue id " : "", env->queue_id,
	    env->client[0] != '\0' ? ", client " : "", env->client));
}

/* What a decision weighed; NULL when that cannot be read any more. */
static const struct plan *
plan_of(const struct story *s, unsigned seq)
{
	struct store_row row;
	struct err e = ERR_INIT;

	if (seq == s->row.seq)
		return trace_plan(s->a, &s->row);
	return store_get_decision(s->st, s->a, s->row.env.id, seq, &row, &e) == 0 ?
	    trace_plan(s->a, &row) : NULL;
}

static int
add_decisions(struct story *s, struct err *e)
{
	struct store_decision *d;
	size_t n;

	if (store_decisions(s->st, s->a, s->row.env.id, &d, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct step *p = add(s, d[i].at_ms, STYLE_NAME, "decided",
		    arena_printf(s->a, "%s by %s: %s%s%s%s%.8s%s",
		    d[i].route[0] != '\0' ? d[i].route : ROUTE_FALLBACK,
		    d[i].decided_by, d[i].why,
		    d[i].would_be[0] != '\0' ? "; would be " : "", d[i].would_be,
		    d[i].digest[0] != '\0' ? " (rules " : "", d[i].digest,
		    d[i].digest[0] != '\0' ? ")" : ""));

		p->plan = plan_of(s, d[i].seq);
		if (d[i].captured[0] != '\0')
			add(s, d[i].at_ms, STYLE_PLAIN, "captured", d[i].captured);
	}
	return 0;
}

static const struct effect *
effect_of(const struct story *s, unsigned n)
{
	for (size_t i = 0; i < s->row.n_effect; i++)
		if (s->row.effect[i].n == n)
			return &s->row.effect[i];
	return NULL;
}

static enum style
outcome_style(const char *outcome)
{
	if (strcmp(outcome, "done") == 0)
		return STYLE_GOOD;
	return strcmp(outcome, "perm") == 0 ? STYLE_BAD : STYLE_WARN;
}

static void
add_attempt(struct story *s, const struct store_attempt *t)
{
	const struct effect *f = effect_of(s, t->effect);
	const char *place = f != NULL ? records_place(s->a, f) : "?";
	struct step *p;

	p = add(s, t->began_ms, STYLE_PLAIN, "try", arena_printf(s->a,
	    "%u.%u  %s", t->effect, t->attempt, place));
	p->effect = t->effect;
	p->attempt = t->attempt;
	if (t->ended_ms == 0)
		return;
	p = add(s, t->ended_ms, outcome_style(t->outcome), t->outcome,
	    arena_printf(s->a, "%u.%u  %s%s%s", t->effect, t->attempt, t->text,
	    t->place[0] != '\0' ? "; " : "", t->place));
	p->effect = t->effect;
	p->attempt = t->attempt;
}

static int
add_attempts(struct story *s, struct err *e)
{
	struct store_attempt *t;
	size_t n;

	if (store_attempts(s->st, s->a, s->row.env.id, &t, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		add_attempt(s, &t[i]);
	return 0;
}

static int
add_events(struct story *s, struct err *e)
{
	struct store_event *v;
	size_t n;

	if (store_events(s->st, s->a, s->row.env.id, 0, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		add(s, v[i].at_ms, STYLE_PLAIN, v[i].name, v[i].text);
	return 0;
}

/* What no attempt tells: given up without one, or still to come. */
static void
add_effects(struct story *s)
{
	for (size_t i = 0; i < s->row.n_effect; i++) {
		const struct effect *f = &s->row.effect[i];
		const char *place = records_place(s->a, f);
		char time[RECORDS_TIME_SIZE];

		if (f->state == EFFECT_FAILED)
			add(s, f->ended_ms, STYLE_BAD, "given up", arena_printf(s->a,
			    "%u    %s: %s", f->n, place, f->last))->effect = f->n;
		if (f->state != EFFECT_READY)
			continue;
		records_time(f->next_ms, time);
		add(s, INT64_MAX, STYLE_WARN, "waits", arena_printf(s->a,
		    "%u    %s%s%s", f->n, place, time[0] != '\0' ? ", next try " : "",
		    time))->effect = f->n;
	}
}

/* When the last delivery was over; 0: not yet, or there was none. */
static int64_t
ended_ms(const struct store_row *row)
{
	int64_t at = 0;

	for (size_t i = 0; i < row->n_effect; i++) {
		if (row->effect[i].ended_ms == 0)
			return 0;
		at = MAX(at, row->effect[i].ended_ms);
	}
	return at;
}

static void
add_end(struct story *s)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	int64_t ended = ended_ms(&s->row), took = ended - s->row.env.received_ms;
	char span[RECORDS_SPAN_SIZE];
	enum style style;

	buf_add_str(&b, records_fate(s->a, &s->row, &style));
	if (ended != 0 && took < 1000) {
		buf_addf(&b, ", %lld ms after it came", (long long)MAX(took, (int64_t)0));
	} else if (ended != 0) {
		records_span(took, span);
		buf_addf(&b, ", %s after it came", span);
	}
	if (s->row.would_be[0] != '\0')
		buf_addf(&b, "; only observed, it would be %s", s->row.would_be);
	if (s->row.state == MESSAGE_PURGED)
		buf_add_str(&b, "; the original is not kept any more");
	add(s, INT64_MAX, style, message_state_name(s->row.state),
	    arena_strdup(s->a, buf_str(&b)));
}

static int
by_time(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* ---- showing ---- */

static void
show_text(const struct cmd_call *call, const struct story *s, bool paged)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	story_text(call, s, &out);
	pager_show(call, buf_slice(&out), paged);
}

static void
show_json(const struct story *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct step *p = &s->step[i];
		json_t *o = json_object();

		jsonout_put(o, "v", json_integer(1));
		jsonout_put(o, "id", jsonout_or_null(s->row.env.id));
		jsonout_put(o, "at", p->at_ms == INT64_MAX ? json_null() :
		    jsonout_time(p->at_ms));
		jsonout_put(o, "after_ms", p->at_ms == INT64_MAX ? json_null() :
		    json_integer(p->at_ms - s->row.env.received_ms));
		jsonout_put(o, "what", jsonout_or_null(p->what));
		jsonout_put(o, "text", jsonout_or_null(p->text));
		jsonout_put(o, "effect", p->effect > 0 ? json_integer(p->effect) :
		    json_null());
		jsonout_put(o, "attempt", p->attempt > 0 ?
		    json_integer(p->attempt) : json_null());
		jsonout_line(o, stdout);
	}
}

int
story_show(const struct cmd_call *call, struct store *st, const char *id, bool json,
    bool paged, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct story s = { .a = a, .st = st };

	if (store_get(st, a, id, &s.row, e) < 0)
		return -1;
	add_received(&s);
	if (add_events(&s, e) < 0 || add_decisions(&s, e) < 0 ||
	    add_attempts(&s, e) < 0)
		return -1;
	add_effects(&s);
	add_end(&s);
	qsort(s.step, s.n, sizeof *s.step, by_time);
	if (json)
		show_json(&s);
	else
		show_text(call, &s, paged);
	return 0;
}
