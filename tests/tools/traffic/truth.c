/* SPDX-License-Identifier: MIT */
#include "truth.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/xalloc.h"
#include "model/plan.h"

struct truth {
	json_t *weeks, *months;
	json_t *seen;			/* domains: the periods in which they came first */
};

enum { PERIODS = 2, NAME_SIZE = 64 };

/* ---- counters ---- */

static json_t *
child(json_t *o, const char *key, json_t *(*make)(void))
{
	json_t *c = json_object_get(o, key);

	if (c == NULL)
		json_object_set_new(o, key, c = make());
	return c;
}

static json_t *
zero(void)
{
	return json_integer(0);
}

static void
count(json_t *o, const char *key)
{
	json_t *n = child(o, key, zero);

	json_integer_set(n, json_integer_value(n) + 1);
}

static void
count_in(json_t *o, const char *what, const char *key)
{
	count(child(o, what, json_object), key);
}

static json_t *
hours(void)
{
	json_t *week = json_array();

	for (int d = 0; d < 7; d++) {
		json_t *row = json_array();

		for (int h = 0; h < 24; h++)
			json_array_append_new(row, json_integer(0));
		json_array_append_new(week, row);
	}
	return week;
}

/* The week and the month in which that was. */
static void
periods(struct truth *t, int64_t ms, json_t *out[PERIODS], struct tm *tm)
{
	static const char *const numbers[] = { "total", "undecided", "delivered", "failed",
	    "fallbacks", "active", "held", "temp", "perm", "late", "lost", "redelivered" };
	static const char *const objects[] = { "routes", "by", "would_be", "domains",
	    "lines", "fields", "wordings", "events" };
	time_t s = (time_t)(ms / 1000);
	char name[NAME_SIZE];

	localtime_r(&s, tm);
	strftime(name, sizeof name, "%G-W%V", tm);
	out[0] = child(t->weeks, name, json_object);
	strftime(name, sizeof name, "%Y-%m", tm);
	out[1] = child(t->months, name, json_object);
	for (size_t p = 0; p < PERIODS; p++) {
		if (json_object_size(out[p]) > 0)
			continue;
		for (size_t i = 0; i < NELEM(numbers); i++)
			child(out[p], numbers[i], zero);
		for (size_t i = 0; i < NELEM(objects); i++)
			child(out[p], objects[i], json_object);
		child(out[p], "delays", json_array);
		child(out[p], "fresh", json_array);
		child(out[p], "hours", hours);
	}
}

struct truth *
truth_new(void)
{
	struct truth *t = xcalloc(1, sizeof *t);

	t->weeks = json_object();
	t->months = json_object();
	t->seen = json_object();
	return t;
}

void
truth_free(struct truth **t)
{
	if (*t == NULL)
		return;
	json_decref((*t)->weeks);
	json_decref((*t)->months);
	json_decref((*t)->seen);
	free(*t);
	*t = NULL;
}

/* ---- a message ---- */

/* Observed: where it would have gone. */
static const char *
went_to(const struct life *l)
{
	return l->would_be[0] != '\0' ? l->would_be : l->route;
}

static void
add_line(json_t *lines, const struct life *l, const struct life_line *x)
{
	char key[NAME_SIZE];
	json_t *o;
	bool won = !x->unknown && strcmp(x->route, went_to(l)) == 0;

	snprintf(key, sizeof key, "%s %s", x->route, x->line->hash);
	o = child(lines, key, json_object);
	if (json_object_size(o) == 0)
		json_object_set_new(o, "id", json_string(x->line->id));
	count(o, x->unknown ? "unknown" : "held");
	if (won)
		count(o, "won");
	if (won && x->decisive)
		count(o, "decisive");
}

static void
add_hour(json_t *hours, const struct tm *tm)
{
	json_t *n = json_array_get(json_array_get(hours, (size_t)(tm->tm_wday + 6) % 7),
	    (size_t)tm->tm_hour);

	json_integer_set(n, json_integer_value(n) + 1);
}

/* New in a week is who was never seen before that week: its first message says so. */
static void
add_domain(json_t *o, const char *domain, const json_t *first)
{
	json_t *domains = child(o, "domains", json_object);

	if (o == first && json_object_get(domains, domain) == NULL && domain[0] != '\0')
		json_array_append_new(child(o, "fresh", json_array), json_string(domain));
	count(domains, domain);
}

static void
add_decision(json_t *o, const struct letter *in, const struct life *l)
{
	char key[NAME_SIZE];

	if (l->undecided) {
		count(o, "undecided");
		return;
	}
	count_in(o, "routes", l->route);
	count_in(o, "by", decided_by_name(l->by));
	if (l->would_be[0] != '\0')
		count_in(o, "would_be", l->would_be);
	if (l->field_name != NULL) {
		snprintf(key, sizeof key, "%s %s", went_to(l), l->field_name);
		count(child(child(o, "fields", json_object), key, json_object), in->value);
	}
	if (l->by == BY_BELOW_NEEDS || l->by == BY_MARGIN || l->by == BY_UNKNOWN)
		count_in(o, "wordings", in->phrase != NULL ? in->phrase : "");
	for (size_t i = 0; i < l->n_line; i++)
		add_line(child(o, "lines", json_object), l, &l->line[i]);
}

static void
add_end(json_t *o, const struct life *l)
{
	if (l->done_ms > 0) {
		count(o, "delivered");
		json_array_append_new(child(o, "delays", json_array),
		    json_integer(l->done_ms - l->received_ms));
	}
	if (l->state == MESSAGE_ACTIVE)
		count(o, "active");
	if (l->state == MESSAGE_HELD)
		count(o, "held");
	for (size_t i = 0; i < l->fallbacks; i++)
		count(o, "fallbacks");
}

static void
add_try(json_t *at[PERIODS], json_t *last[PERIODS], const char *tries, const char *messages)
{
	for (size_t p = 0; p < PERIODS; p++) {
		count(at[p], tries);
		if (at[p] != last[p])
			count(at[p], messages);
		last[p] = at[p];
	}
}

/* By the time it happened; a message counts once in each period. */
static void
add_trouble(struct truth *t, const struct life *l)
{
	json_t *late[PERIODS] = { NULL }, *refused[PERIODS] = { NULL }, *at[PERIODS];
	struct tm tm;

	for (size_t i = 0; i < l->n_trouble; i++) {
		periods(t, l->trouble[i].at_ms, at, &tm);
		if (l->trouble[i].perm)
			add_try(at, refused, "perm", "lost");
		else
			add_try(at, late, "temp", "late");
	}
	for (size_t i = 0; i < l->n_failed; i++) {
		periods(t, l->failed_ms[i], at, &tm);
		for (size_t p = 0; p < PERIODS; p++)
			count(at[p], "failed");
	}
	for (size_t i = 0; i < l->n_event; i++)
		truth_event(t, l->event[i].at_ms, l->event[i].name);
}

void
truth_add(struct truth *t, const struct letter *in, const struct life *l)
{
	/* What killed the examiner has no author that is known. */
	const char *domain = l->unread ? "" : in->domain_name;
	json_t *first = json_object_get(t->seen, domain);
	json_t *at[PERIODS];
	struct tm tm;

	periods(t, l->received_ms, at, &tm);
	if (first == NULL) {
		json_object_set_new(t->seen, domain, first = json_array());
		for (size_t p = 0; p < PERIODS; p++)
			json_array_append(first, at[p]);
	}
	/* What came a second time is no message. */
	for (size_t p = 0; p < PERIODS && l->by == BY_REDELIVERY; p++)
		count(at[p], "redelivered");
	for (size_t p = 0; p < PERIODS && l->by != BY_REDELIVERY; p++) {
		count(at[p], "total");
		add_hour(child(at[p], "hours", hours), &tm);
		add_domain(at[p], domain, json_array_get(first, p));
		add_decision(at[p], in, l);
		add_end(at[p], l);
	}
	add_trouble(t, l);
}

void
truth_event(struct truth *t, int64_t at_ms, const char *name)
{
	json_t *at[PERIODS];
	struct tm tm;

	periods(t, at_ms, at, &tm);
	for (size_t p = 0; p < PERIODS; p++)
		count_in(at[p], "events", name);
}

/* ---- the end ---- */

static int
by_value(const void *a, const void *b)
{
	json_int_t x = json_integer_value(*(json_t *const *)a);
	json_int_t y = json_integer_value(*(json_t *const *)b);

	return (x > y) - (x < y);
}

static void
sort_delays(json_t *period)
{
	json_t *list = json_object_get(period, "delays"), *sorted = json_array();
	size_t n = json_array_size(list);
	json_t **v = xcalloc(n + 1, sizeof *v);

	for (size_t i = 0; i < n; i++)
		v[i] = json_array_get(list, i);
	qsort(v, n, sizeof *v, by_value);
	for (size_t i = 0; i < n; i++)
		json_array_append(sorted, v[i]);
	free(v);
	json_object_set_new(period, "delays", sorted);
}

int
truth_write(struct truth *t, const char *path, struct err *e)
{
	json_t *all = json_pack("{s:O, s:O}", "weeks", t->weeks, "months", t->months);
	const char *name;
	json_t *p;
	int rc;

	json_object_foreach(t->weeks, name, p)
		sort_delays(p);
	json_object_foreach(t->months, name, p)
		sort_delays(p);
	rc = json_dump_file(all, path, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(all);
	return rc == 0 ? 0 : err_set(e, ERR_TEMP, "cannot write '%s'", path);
}
