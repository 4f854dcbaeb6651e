/* SPDX-License-Identifier: MIT */
/* A summary as JSON: docs/json.md lists the keys. */
#include "flow/summary.h"
#include "rules/jsonout.h"

static json_t *
number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *
texts(const char *const *text, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		jsonout_push(a, jsonout_text(text[i]));
	return a;
}

static json_t *
numbers(const uint64_t *v, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		jsonout_push(a, number(v[i]));
	return a;
}

static json_t *
period(const struct period *p)
{
	json_t *o = json_object();

	jsonout_put(o, "from", jsonout_time(p->from_ms));
	jsonout_put(o, "to", jsonout_time(p->to_ms));
	return o;
}

static json_t *
notes(const struct summary *s)
{
	static const char *const tones[] = { [TONE_GOOD] = "good", [TONE_LOOK] = "look",
		[TONE_BAD] = "bad" };
	json_t *a = json_array();

	for (size_t i = 0; i < s->n_note; i++) {
		json_t *o = json_object();

		jsonout_put(o, "tone", jsonout_text(tones[s->note[i].tone]));
		jsonout_put(o, "text", jsonout_text(s->note[i].text));
		jsonout_put(o, "todo", jsonout_or_null(s->note[i].todo));
		jsonout_push(a, o);
	}
	return a;
}

static json_t *
routes(const struct summary *s)
{
	json_t *a = json_array();

	for (size_t i = 0; i < s->n_route; i++) {
		const struct summary_route *r = &s->route[i];
		json_t *o = json_object();

		jsonout_put(o, "route", jsonout_text(r->name));
		jsonout_put(o, "title", jsonout_text(r->title));
		jsonout_put(o, "gone", json_boolean(r->gone));
		jsonout_put(o, "otherwise", json_boolean(r->otherwise));
		jsonout_put(o, "messages", number(r->now));
		jsonout_put(o, "before", number(r->before));
		jsonout_put(o, "would_be", number(r->would_be));
		jsonout_put(o, "trend", numbers(r->trend + SUMMARY_TREND - s->n_trend,
		    s->n_trend));
		jsonout_push(a, o);
	}
	return a;
}

static json_t *
trend(const struct summary *s)
{
	json_t *a = json_array();

	for (size_t i = SUMMARY_TREND - s->n_trend; i < SUMMARY_TREND; i++) {
		json_t *o = json_object();

		jsonout_put(o, "period", jsonout_text(s->trend_name[i]));
		jsonout_put(o, "messages", number(s->trend_total[i]));
		jsonout_push(a, o);
	}
	return a;
}

static json_t *
hours(const struct summary *s)
{
	json_t *a = json_array();

	for (size_t i = 0; i < NELEM(s->hour); i++)
		jsonout_push(a, numbers(s->hour[i], NELEM(s->hour[i])));
	return a;
}

static json_t *
delays(const struct summary *s)
{
	json_t *o = json_object(), *classes = json_array();

	for (size_t i = 0; i < STATS_DELAYS; i++) {
		json_t *c = json_object();

		jsonout_put(c, "up_to_ms", stats_delay_limit[i] == INT64_MAX ?
		    json_null() : json_integer(stats_delay_limit[i]));
		jsonout_put(c, "messages", number(s->delay[i]));
		jsonout_push(classes, c);
	}
	jsonout_put(o, "delivered", number(s->delivered));
	jsonout_put(o, "median_ms", s->delivered == 0 ? json_null() :
	    json_integer(s->median_ms));
	jsonout_put(o, "p95_ms", s->delivered == 0 ? json_null() :
	    json_integer(s->p95_ms));
	jsonout_put(o, "longest_ms", s->delivered == 0 ? json_null() :
	    json_integer(s->longest_ms));
	jsonout_put(o, "classes", classes);
	return o;
}

static json_t *
troubles(const struct summary *s)
{
	json_t *a = json_array();

	for (size_t i = 0; i < s->n_trouble; i++) {
		const struct stats_trouble *t = &s->trouble[i];
		json_t *o = json_object();

		jsonout_put(o, "failed", json_boolean(t->failed));
		jsonout_put(o, "kind", jsonout_text(effect_kind_name(t->kind)));
		jsonout_put(o, "server", jsonout_or_null(t->server));
		jsonout_put(o, "target", jsonout_or_null(t->target));
		jsonout_put(o, "text", jsonout_or_null(t->text));
		jsonout_put(o, "messages", number(t->messages));
		jsonout_put(o, "tries", number(t->tries));
		jsonout_put(o, "first", jsonout_time(t->first_ms));
		jsonout_put(o, "last", jsonout_time(t->last_ms));
		jsonout_push(a, o);
	}
	return a;
}

static json_t *
groups(const struct summary *s)
{
	json_t *a = json_array();

	for (size_t i = 0; i < s->n_group; i++) {
		const struct summary_group *g = &s->group[i];
		json_t *o = json_object();

		jsonout_put(o, "messages", number(g->n));
		jsonout_put(o, "words", jsonout_or_null(g->words));
		jsonout_put(o, "line", jsonout_or_null(g->line));
		jsonout_put(o, "route", jsonout_or_null(g->route));
		jsonout_put(o, "elsewhere", number(g->elsewhere));
		jsonout_put(o, "samples", texts(g->sample, g->n_sample));
		jsonout_put(o, "ids", texts(g->id, g->n_id));
		jsonout_push(a, o);
	}
	return a;
}

static json_t *
domains(const struct summary *s)
{
	json_t *o = json_object(), *top = json_array();

	for (size_t i = 0; i < s->n_domain; i++) {
		json_t *d = json_object();

		jsonout_put(d, "domain", jsonout_text(s->domain[i].name));
		jsonout_put(d, "messages", number(s->domain[i].n));
		jsonout_put(d, "new", json_boolean(s->domain[i].fresh));
		jsonout_push(top, d);
	}
	jsonout_put(o, "number", number(s->domains));
	jsonout_put(o, "new", number(s->fresh_domains));
	jsonout_put(o, "top", top);
	jsonout_put(o, "newest", texts(s->fresh, s->n_fresh));
	return o;
}

static json_t *
lines(const struct summary_line *l, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *o = json_object();

		jsonout_put(o, "route", jsonout_text(l[i].route));
		jsonout_put(o, "id", jsonout_text(l[i].id));
		jsonout_put(o, "text", jsonout_or_null(l[i].text));
		jsonout_put(o, "held", number(l[i].held));
		jsonout_put(o, "won", number(l[i].won));
		jsonout_put(o, "decisive", number(l[i].decisive));
		jsonout_put(o, "unknown", number(l[i].unknown));
		jsonout_put(o, "last", jsonout_time(l[i].last_ms));
		jsonout_put(o, "reason", jsonout_or_null(l[i].reason));
		jsonout_push(a, o);
	}
	return a;
}

static json_t *
idle(const struct summary *s)
{
	json_t *o = json_object();

	jsonout_put(o, "since", jsonout_time(s->idle_since_ms));
	jsonout_put(o, "number", number(s->idle_total));
	jsonout_put(o, "lines", lines(s->idle, s->n_idle));
	return o;
}

static json_t *
fields(const struct summary *s)
{
	json_t *a = json_array();

	for (size_t i = 0; i < s->n_field; i++) {
		const struct summary_field *f = &s->field[i];
		json_t *o = json_object(), *values = json_array();

		for (size_t k = 0; k < f->n_value; k++) {
			json_t *v = json_object();

			jsonout_put(v, "value", jsonout_text(f->value[k].value));
			jsonout_put(v, "messages", number(f->value[k].n));
			jsonout_push(values, v);
		}
		jsonout_put(o, "route", jsonout_text(f->route));
		jsonout_put(o, "field", jsonout_text(f->name));
		jsonout_put(o, "messages", number(f->n));
		jsonout_put(o, "values", values);
		jsonout_put(o, "hidden", number(f->hidden));
		jsonout_push(a, o);
	}
	return a;
}

static json_t *
alarms(const struct summary *s)
{
	json_t *a = json_array();

	for (size_t i = 0; i < s->n_alarm; i++) {
		json_t *o = json_object();

		jsonout_put(o, "name", jsonout_text(s->alarm[i].name));
		jsonout_put(o, "number", number(s->alarm[i].n));
		jsonout_put(o, "last", jsonout_time(s->alarm[i].last_ms));
		jsonout_put(o, "over_since", jsonout_time(s->alarm[i].over_ms));
		jsonout_put(o, "text", jsonout_or_null(s->alarm[i].text));
		jsonout_push(a, o);
	}
	return a;
}

static json_t *
usual(const struct summary *s)
{
	json_t *o;

	if (s->n_usual == 0)
		return json_null();
	o = json_object();
	jsonout_put(o, "periods", number(s->n_usual));
	jsonout_put(o, "messages", number(s->usual_total));
	jsonout_put(o, "triage_percent", number(s->usual_triage));
	return o;
}

static void
put_numbers(const struct summary *s, json_t *o)
{
	const struct {
		const char *key;
		uint64_t n;
	} all[] = {
		{ "messages", s->total }, { "by_rules", s->by_rules },
		{ "by_person", s->by_person }, { "triage", s->triage },
		{ "other", s->other }, { "observed", s->observed },
		{ "would_be", s->would_be }, { "redelivered", s->redelivered },
		{ "waiting", s->waiting },
		{ "held", s->held }, { "failed", s->failed }, { "retries", s->retries },
		{ "fallbacks", s->fallbacks }, { "examiner_failed", s->examiner_failed },
		{ "restarts", s->restarts }, { "ungrouped", s->ungrouped },
	};

	for (size_t i = 0; i < NELEM(all); i++)
		jsonout_put(o, all[i].key, number(all[i].n));
	jsonout_put(o, "messages_before", s->n_trend > 1 ? number(s->total_before) :
	    json_null());
}

static void
put_flags(const struct summary *s, json_t *o)
{
	static const char *const people[] = { [PEOPLE_FULL] = "full",
		[PEOPLE_DOMAINS] = "domains", [PEOPLE_NONE] = "none" };

	jsonout_put(o, "people", jsonout_text(people[s->people]));
	jsonout_put(o, "unfinished", json_boolean(s->unfinished));
	jsonout_put(o, "first", json_boolean(s->first));
	jsonout_put(o, "empty", json_boolean(s->empty));
	jsonout_put(o, "observing", json_boolean(s->observing));
}

json_t *
summary_json(const struct summary *s)
{
	json_t *o = json_object();

	jsonout_put(o, "v", json_integer(1));
	jsonout_put(o, "key", jsonout_text(s->key));
	jsonout_put(o, "title", jsonout_text(s->title));
	jsonout_put(o, "hostname", jsonout_text(s->hostname));
	jsonout_put(o, "zone", jsonout_text(s->zone));
	jsonout_put(o, "made", jsonout_time(s->made_ms));
	jsonout_put(o, "period", period(&s->period));
	put_flags(s, o);
	put_numbers(s, o);
	jsonout_put(o, "notes", notes(s));
	jsonout_put(o, "usual", usual(s));
	jsonout_put(o, "routes", routes(s));
	jsonout_put(o, "trend", trend(s));
	jsonout_put(o, "hours", hours(s));
	jsonout_put(o, "delay", delays(s));
	jsonout_put(o, "troubles", troubles(s));
	jsonout_put(o, "groups", groups(s));
	jsonout_put(o, "domains", domains(s));
	jsonout_put(o, "lines", lines(s->earned, s->n_earned));
	jsonout_put(o, "idle", idle(s));
	jsonout_put(o, "unsure", lines(s->unsure, s->n_unsure));
	jsonout_put(o, "fields", fields(s));
	jsonout_put(o, "alarms", alarms(s));
	return o;
}
