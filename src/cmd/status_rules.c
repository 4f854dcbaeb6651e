/* SPDX-License-Identifier: MIT */
/* mroute status: the rules in force, and alarms. */
#include <string.h>

#include "cmd/inforce.h"
#include "cmd/status.h"
#include "rules/jsonout.h"

enum {
	DAY = 86400000,
	EVENTS_MAX = 2000,
	FILES_SHOWN = 8,
};

/* ---- rules ---- */

struct rules {
	struct inforce in;
	struct policy *disk;		/* NULL: error says why */
	const char *error;
	struct store_event loaded, broken;
};

/* Load what is on disk, as the engine would. */
static void
load_disk(struct status *s, struct rules *r)
{
	AUTO(diag_free) struct diag *d = diag_new();
	struct err e = ERR_INIT;

	r->error = "";
	if (s->no_config == NULL && policy_load(s->rec.cfg, d, &r->disk, &e) < 0)
		r->error = arena_strdup(s->a, e.text);
	inforce_look(s->a, s->rec.cfg->spool.path, r->disk, &r->in);
}

static void
report_rules(struct status *s, const struct rules *r, bool runs)
{
	bool good = r->in.digest[0] != '\0', bad = r->error[0] != '\0';

	if (!good)
		status_report(s, bad ? HEALTH_BROKEN : HEALTH_ATTENTION, "rules",
		    "none were ever in force");
	else if (digest_equal(r->in.digest, r->loaded.text))
		status_report(s, HEALTH_FINE, "rules", arena_printf(s->a,
		    "%.8s in force since %s", r->in.digest,
		    status_ago(s, r->loaded.at_ms)));
	else
		status_report(s, HEALTH_FINE, "rules", arena_printf(s->a,
		    "%.8s in force", r->in.digest));
	if (bad)
		status_report(s, good ? HEALTH_ATTENTION : HEALTH_BROKEN, "",
		    arena_printf(s->a, "those on disk are broken%s%s: %s; 'mroute "
		    "check' shows all of it", r->broken.at_ms > r->loaded.at_ms ?
		    " since " : "", r->broken.at_ms > r->loaded.at_ms ?
		    status_ago(s, r->broken.at_ms) : "", r->error));
	else if (r->in.differs)
		status_report(s, HEALTH_FINE, "", arena_printf(s->a,
		    "on disk %.8s: %s; %s", policy_digest(r->disk),
		    drift_text(s->a, &r->in.drift, FILES_SHOWN), runs ?
		    "the engine takes that within seconds" :
		    "the engine takes that when it runs again"));
	else if (good && r->disk != NULL)
		status_report(s, HEALTH_FINE, "", "the files on disk are the same");
}

static json_t *
change_json(const char *file, const char *change)
{
	json_t *o = json_object();

	jsonout_put(o, "file", jsonout_or_null(file));
	jsonout_put(o, "change", json_string(change));
	return o;
}

static json_t *
drift_json(const struct drift *d)
{
	json_t *list = json_array(), *lines, *o;

	for (size_t i = 0; i < d->n_file; i++)
		jsonout_push(list, change_json(d->file[i].name,
		    drift_kind_name(d->file[i].kind)));
	if (d->n_gone + d->n_came == 0)
		return list;
	o = change_json("mroute.conf", drift_kind_name(DRIFT_CHANGED));
	jsonout_put(o, "gone", lines = json_array());
	for (size_t i = 0; i < d->n_gone; i++)
		jsonout_push(lines, jsonout_or_null(d->gone[i]));
	jsonout_put(o, "came", lines = json_array());
	for (size_t i = 0; i < d->n_came; i++)
		jsonout_push(lines, jsonout_or_null(d->came[i]));
	jsonout_push(list, o);
	return list;
}

void
status_rules(struct status *s)
{
	struct rules r = { .disk = NULL };
	bool runs = json_is_true(json_object_get(s->json, "running"));

	health_event(s->a, &s->rec, EVENT_RULES_LOADED, &r.loaded);
	health_event(s->a, &s->rec, EVENT_RULES_BROKEN, &r.broken);
	load_disk(s, &r);
	report_rules(s, &r, runs);
	jsonout_put(s->json, "rules", jsonout_or_null(r.in.digest));
	jsonout_put(s->json, "rules_since", jsonout_time(digest_equal(r.in.digest,
	    r.loaded.text) ? r.loaded.at_ms : 0));
	jsonout_put(s->json, "rules_error", jsonout_or_null(r.error));
	jsonout_put(s->json, "rules_disk", r.disk != NULL ?
	    json_string(policy_digest(r.disk)) : json_null());
	jsonout_put(s->json, "rules_changes", drift_json(&r.in.drift));
	policy_free(&r.disk);
}

/* ---- alarms ---- */

struct alarm_count {
	struct store_event last;
	unsigned n;
};

static size_t
count_alarms(struct status *s, struct alarm_count *kind, size_t max)
{
	struct store_event *v = NULL;
	struct err e = ERR_INIT;
	size_t n = 0, kinds = 0, k;

	if (s->rec.st == NULL || store_events(s->rec.st, s->a, NULL, EVENTS_MAX, &v,
	    &n, &e) < 0)
		return 0;
	for (size_t i = 0; i < n && v[i].at_ms > s->now - DAY; i++) {
		if (!slice_starts(slice_str(v[i].name), EVENT_ALARM))
			continue;
		for (k = 0; k < kinds; k++)
			if (strcmp(kind[k].last.name, v[i].name) == 0)
				break;
		if (k == max)
			continue;
		if (k == kinds) {
			/* Newest first: this is the last of its kind. */
			kind[k].last = v[i];
			kinds++;
		}
		kind[k].n++;
	}
	return kinds;
}

/* The engine saw its cause go, or we do; *over_ms 0: nobody knows when. */
static bool
is_over(struct status *s, const char *name, int64_t last_ms, int64_t *over_ms)
{
	struct store_event over;

	*over_ms = 0;
	if (strcmp(name, "hold") == 0)
		return s->held == 0;
	health_event(s->a, &s->rec,
	    arena_printf(s->a, EVENT_ALARM_OVER "%s", name), &over);
	*over_ms = over.at_ms;
	return over.at_ms >= last_ms;
}

static void
report_alarm(struct status *s, const struct alarm_count *c, bool first,
    json_t *list)
{
	const struct store_event *v = &c->last;
	const char *name = v->name + strlen(EVENT_ALARM), *when;
	int64_t over_ms;
	bool over = is_over(s, name, v->at_ms, &over_ms);
	json_t *o = json_object();

	when = c->n > 1 ? arena_printf(s->a, "%u times, last %s", c->n,
	    status_ago(s, v->at_ms)) : status_ago(s, v->at_ms);
	status_report(s, over ? HEALTH_FINE : HEALTH_ATTENTION, first ? "alarms" :
	    "", arena_printf(s->a, "%s, %s%s: %s", name, when, over ?
	    ", over now" : "", v->text));
	jsonout_put(o, "alarm", jsonout_or_null(name));
	jsonout_put(o, "n", json_integer(c->n));
	jsonout_put(o, "last", jsonout_time(v->at_ms));
	jsonout_put(o, "text", jsonout_or_null(v->text));
	jsonout_put(o, "over", json_boolean(over));
	jsonout_put(o, "over_since", jsonout_time(over ? over_ms : 0));
	jsonout_push(list, o);
}

void
status_alarms(struct status *s)
{
	struct alarm_count kind[64] = { { .n = 0 } };
	size_t n = count_alarms(s, kind, NELEM(kind));
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		report_alarm(s, &kind[i], i == 0, list);
	if (n == 0)
		status_report(s, HEALTH_FINE, "alarms", "none in the last day");
	jsonout_put(s->json, "alarms", list);
}
