/* SPDX-License-Identifier: MIT */
#include "cmd/stats_views.h"

#include <stdio.h>
#include <string.h>

/* Tenths of a percent, rounded; -1 of nothing. */
static int64_t
share(uint64_t n, uint64_t of)
{
	return of == 0 ? -1 : (int64_t)((n * 2000 + of) / (2 * of));
}

static int
count(struct stats_run *r, const struct period *span, size_t n, bool domains,
    struct stats_messages *out, struct err *e)
{
	const struct stats_query q = { .zone = r->zone, .span = span, .n_span = n,
	    .domains = domains };

	return stats_messages(r->st, r->a, &q, out, e);
}

/* ---- route, by, domain ---- */

static const struct sheet_column route_columns[] = {
	{ "route", "ROUTE", SHEET_TEXT, true },
	{ "messages", "MESSAGES", SHEET_COUNT, false },
	{ "share", "SHARE", SHEET_TENTHS, false },
	{ "before", "BEFORE", SHEET_COUNT, false },
	{ "by_rules", "BY RULES", SHEET_COUNT, false },
	{ "by_person", "BY PERSON", SHEET_COUNT, false },
	{ "triage", "TRIAGE", SHEET_COUNT, false },
	{ "would_be", NULL, SHEET_COUNT, false },
};

static int
fill_routes(struct stats_run *r, struct err *e)
{
	const struct period span[] = { period_before(r->zone, &r->period, 1), r->period };
	struct stats_messages m;

	if (count(r, span, NELEM(span), false, &m, e) < 0)
		return -1;
	for (size_t i = 0; i < m.n_route; i++) {
		const struct stats_route *route = &m.route[i];

		if (route->n[0] + route->n[1] + route->would_be == 0)
			continue;
		sheet_text(r->sheet, STYLE_NAME, route->name[0] != '\0' ? route->name :
		    ROUTE_FALLBACK);
		sheet_number(r->sheet, (int64_t)route->n[1]);
		sheet_number(r->sheet, share(route->n[1], m.total[1]));
		sheet_number(r->sheet, (int64_t)route->n[0]);
		sheet_number(r->sheet, (int64_t)stats_sum(route->by, stats_is_routed));
		sheet_number(r->sheet, (int64_t)route->by[BY_PERSON]);
		sheet_number(r->sheet, (int64_t)stats_sum(route->by, stats_is_triage));
		sheet_number(r->sheet, (int64_t)route->would_be);
	}
	return 0;
}

static const struct sheet_column by_columns[] = {
	{ "by", "DECIDED BY", SHEET_TEXT, true },
	{ "messages", "MESSAGES", SHEET_COUNT, false },
	{ "share", "SHARE", SHEET_TENTHS, false },
};

static int
fill_by(struct stats_run *r, struct err *e)
{
	struct stats_messages m;

	if (count(r, &r->period, 1, false, &m, e) < 0)
		return -1;
	for (unsigned i = 0; i <= BY_N; i++) {
		uint64_t n = i < BY_N ? m.by[i] : m.undecided;

		if (n == 0)
			continue;
		sheet_text(r->sheet, STYLE_PLAIN, i < BY_N ?
		    decided_by_name((enum decided_by)i) : "undecided");
		sheet_number(r->sheet, (int64_t)n);
		sheet_number(r->sheet, share(n, m.total[0]));
	}
	/* Beside the messages, so no share of them. */
	if (m.redelivered > 0) {
		sheet_text(r->sheet, STYLE_DIM, decided_by_name(BY_REDELIVERY));
		sheet_number(r->sheet, (int64_t)m.redelivered);
		sheet_number(r->sheet, -1);
	}
	return 0;
}

static const struct sheet_column domain_columns[] = {
	{ "domain", "DOMAIN", SHEET_TEXT, true },
	{ "messages", "MESSAGES", SHEET_COUNT, false },
	{ "share", "SHARE", SHEET_TENTHS, false },
	{ "new", "", SHEET_YES, false },
};

static int
fill_domains(struct stats_run *r, struct err *e)
{
	struct stats_messages m;

	if (count(r, &r->period, 1, true, &m, e) < 0)
		return -1;
	for (size_t i = 0; i < m.n_domain; i++) {
		sheet_text(r->sheet, STYLE_PLAIN, m.domain[i].name[0] != '\0' ?
		    m.domain[i].name : "(no address)");
		sheet_number(r->sheet, (int64_t)m.domain[i].n);
		sheet_number(r->sheet, share(m.domain[i].n, m.total[0]));
		sheet_number(r->sheet, m.domain[i].fresh);
	}
	return 0;
}

/* ---- hour, delay ---- */

static const struct sheet_column hour_columns[] = {
	{ "hour", "HOUR", SHEET_TEXT, false },
	{ "monday", "MON", SHEET_COUNT, false },
	{ "tuesday", "TUE", SHEET_COUNT, false },
	{ "wednesday", "WED", SHEET_COUNT, false },
	{ "thursday", "THU", SHEET_COUNT, false },
	{ "friday", "FRI", SHEET_COUNT, false },
	{ "saturday", "SAT", SHEET_COUNT, false },
	{ "sunday", "SUN", SHEET_COUNT, false },
	{ "messages", "ALL", SHEET_COUNT, false },
};

static int
fill_hours(struct stats_run *r, struct err *e)
{
	struct stats_messages m;
	char name[16];

	if (count(r, &r->period, 1, false, &m, e) < 0)
		return -1;
	if (m.total[0] == 0)
		return 0;
	for (int h = 0; h < 24; h++) {
		uint64_t all = 0;

		snprintf(name, sizeof name, "%02d:00", h);
		sheet_text(r->sheet, STYLE_PLAIN, name);
		for (int d = 0; d < 7; d++) {
			sheet_number(r->sheet, (int64_t)m.hour[d][h]);
			all += m.hour[d][h];
		}
		sheet_number(r->sheet, (int64_t)all);
	}
	return 0;
}

static const struct sheet_column delay_columns[] = {
	{ "from_ms", "FROM", SHEET_MS, false },
	{ "to_ms", "TO", SHEET_MS, false },
	{ "messages", "MESSAGES", SHEET_COUNT, false },
	{ "share", "SHARE", SHEET_TENTHS, false },
};

static int
fill_delays(struct stats_run *r, struct err *e)
{
	struct stats_messages m;
	int64_t from = 0;

	if (count(r, &r->period, 1, false, &m, e) < 0)
		return -1;
	for (size_t i = 0; i < STATS_DELAYS && m.delivered > 0; i++) {
		int64_t to = stats_delay_limit[i];

		sheet_number(r->sheet, from);
		sheet_number(r->sheet, to == INT64_MAX ? -1 : to);
		sheet_number(r->sheet, (int64_t)m.delay[i]);
		sheet_number(r->sheet, share(m.delay[i], m.delivered));
		from = to;
	}
	return 0;
}

/* ---- day, week, month ---- */

#define SPAN_COLUMNS(key, title) \
	{ key, title, SHEET_TEXT, false }, \
	{ "messages", "MESSAGES", SHEET_COUNT, false }, \
	{ "by_rules", "BY RULES", SHEET_COUNT, false }, \
	{ "by_person", "BY PERSON", SHEET_COUNT, false }, \
	{ "triage", "TRIAGE", SHEET_COUNT, false }, \
	{ "delivered", "DELIVERED", SHEET_COUNT, false }, \
	{ "median_ms", "MEDIAN", SHEET_MS, false }, \
	{ "p95_ms", "95 %", SHEET_MS, false }

static const struct sheet_column day_columns[] = { SPAN_COLUMNS("day", "DAY") };
static const struct sheet_column week_columns[] = { SPAN_COLUMNS("week", "WEEK") };
static const struct sheet_column month_columns[] = { SPAN_COLUMNS("month", "MONTH") };

static int
fill_span(struct stats_run *r, const char *name, const struct period *p, struct err *e)
{
	struct stats_messages m;

	if (count(r, p, 1, false, &m, e) < 0)
		return -1;
	sheet_text(r->sheet, STYLE_NAME, name);
	sheet_number(r->sheet, (int64_t)m.total[0]);
	sheet_number(r->sheet, (int64_t)stats_sum(m.by, stats_is_routed));
	sheet_number(r->sheet, (int64_t)m.by[BY_PERSON]);
	sheet_number(r->sheet, (int64_t)stats_sum(m.by, stats_is_triage));
	sheet_number(r->sheet, (int64_t)m.delivered);
	sheet_number(r->sheet, m.delivered > 0 ? m.median_ms : -1);
	sheet_number(r->sheet, m.delivered > 0 ? m.p95_ms : -1);
	return 0;
}

/* The part of piece that lies in the period; false when there is none. */
static bool
cut_to(const struct period *whole, struct period *piece)
{
	piece->from_ms = MAX(piece->from_ms, whole->from_ms);
	piece->to_ms = MIN(piece->to_ms, whole->to_ms);
	return piece->from_ms < piece->to_ms;
}

static int
fill_days(struct stats_run *r, struct err *e)
{
	struct calendar_time t;
	char name[48];

	calendar_split(r->zone, r->period.from_ms, &t);
	for (int i = 0;; i++) {
		struct period day = { .kind = PERIOD_SPAN, .month_day = 1,
		    .from_ms = calendar_day(r->zone, t.year, t.month, t.day + i),
		    .to_ms = calendar_day(r->zone, t.year, t.month, t.day + i + 1) };
		struct calendar_time at;

		if (day.from_ms >= r->period.to_ms)
			return 0;
		calendar_split(r->zone, day.from_ms, &at);
		snprintf(name, sizeof name, "%04d-%02d-%02d", at.year, at.month, at.day);
		if (cut_to(&r->period, &day) && fill_span(r, name, &day, e) < 0)
			return -1;
	}
}

/* Periods of one kind, from the one that holds the beginning on. */
static int
fill_periods(struct stats_run *r, struct period p, struct err *e)
{
	char name[PERIOD_NAME_SIZE];

	while (p.to_ms <= r->period.from_ms)
		p = period_before(r->zone, &p, -1);
	for (; p.from_ms < r->period.to_ms; p = period_before(r->zone, &p, -1)) {
		struct period piece = p;

		period_name(r->zone, &p, name);
		if (cut_to(&r->period, &piece) && fill_span(r, name, &piece, e) < 0)
			return -1;
	}
	return 0;
}

static int
fill_weeks(struct stats_run *r, struct err *e)
{
	return fill_periods(r, period_last_week(r->zone, r->period.from_ms), e);
}

static int
fill_months(struct stats_run *r, struct err *e)
{
	return fill_periods(r, period_last_month(r->zone, r->period.from_ms,
	    r->cfg->summary.month_day), e);
}

/* ---- line, field ---- */

static const struct sheet_column line_columns[] = {
	{ "line", "LINE", SHEET_TEXT, false },
	{ "route", NULL, SHEET_TEXT, false },
	{ "hash", NULL, SHEET_TEXT, false },
	{ "held", "HELD", SHEET_COUNT, false },
	{ "won", "WON", SHEET_COUNT, false },
	{ "decisive", "DECISIVE", SHEET_COUNT, false },
	{ "unknown", "UNKNOWN", SHEET_COUNT, false },
	{ "last", NULL, SHEET_TIME, false },
	{ "text", "TEXT", SHEET_TEXT, true },
	{ "reason", NULL, SHEET_TEXT, false },
};

static int
fill_lines(struct stats_run *r, struct err *e)
{
	struct stats_line *l;
	size_t n;

	if (stats_lines(r->st, r->a, &r->period, &l, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		sheet_text(r->sheet, STYLE_NAME, l[i].id);
		sheet_text(r->sheet, STYLE_PLAIN, l[i].route);
		sheet_text(r->sheet, STYLE_PLAIN, l[i].hash);
		sheet_number(r->sheet, (int64_t)l[i].held);
		sheet_number(r->sheet, (int64_t)l[i].won);
		sheet_number(r->sheet, (int64_t)l[i].decisive);
		sheet_number(r->sheet, (int64_t)l[i].unknown);
		sheet_number(r->sheet, l[i].last_ms);
		sheet_text(r->sheet, STYLE_PLAIN, l[i].text);
		sheet_text(r->sheet, STYLE_PLAIN, l[i].reason);
	}
	return 0;
}

static const struct sheet_column field_columns[] = {
	{ "route", "ROUTE", SHEET_TEXT, false },
	{ "field", "FIELD", SHEET_TEXT, false },
	{ "type", NULL, SHEET_TEXT, false },
	{ "value", "VALUE", SHEET_TEXT, true },
	{ "messages", "MESSAGES", SHEET_COUNT, false },
};

static int
fill_fields(struct stats_run *r, struct err *e)
{
	struct stats_value *v;
	size_t n;

	if (stats_values(r->st, r->a, &r->period, 0, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		sheet_text(r->sheet, STYLE_NAME, v[i].route);
		sheet_text(r->sheet, STYLE_PLAIN, v[i].name);
		sheet_text(r->sheet, STYLE_PLAIN, v[i].type);
		sheet_text(r->sheet, STYLE_PLAIN, v[i].value);
		sheet_number(r->sheet, (int64_t)v[i].n);
	}
	return 0;
}

/* ---- trouble, event ---- */

static const struct sheet_column trouble_columns[] = {
	{ "what", "WHAT", SHEET_TEXT, false },
	{ "kind", NULL, SHEET_TEXT, false },
	{ "server", NULL, SHEET_TEXT, false },
	{ "target", "PLACE", SHEET_TEXT, true },
	{ "messages", "MESSAGES", SHEET_COUNT, false },
	{ "tries", "TRIES", SHEET_COUNT, false },
	{ "first", NULL, SHEET_TIME, false },
	{ "last", NULL, SHEET_TIME, false },
	{ "text", "WORDS", SHEET_TEXT, true },
};

static int
fill_troubles(struct stats_run *r, struct err *e)
{
	struct stats_trouble *t;
	size_t n;

	if (stats_troubles(r->st, r->a, &r->period, 0, &t, &n, NULL, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		sheet_text(r->sheet, t[i].failed ? STYLE_BAD : STYLE_WARN, t[i].failed ?
		    "failed" : "put off");
		sheet_text(r->sheet, STYLE_PLAIN, effect_kind_name(t[i].kind));
		sheet_text(r->sheet, STYLE_PLAIN, t[i].server);
		sheet_text(r->sheet, STYLE_PLAIN, t[i].target);
		sheet_number(r->sheet, (int64_t)t[i].messages);
		sheet_number(r->sheet, (int64_t)t[i].tries);
		sheet_number(r->sheet, t[i].first_ms);
		sheet_number(r->sheet, t[i].last_ms);
		sheet_text(r->sheet, STYLE_PLAIN, t[i].text);
	}
	return 0;
}

static const struct sheet_column event_columns[] = {
	{ "event", "EVENT", SHEET_TEXT, false },
	{ "times", "TIMES", SHEET_COUNT, false },
	{ "last", "LAST", SHEET_TIME, false },
	{ "text", "TEXT", SHEET_TEXT, true },
};

static int
fill_events(struct stats_run *r, struct err *e)
{
	struct stats_event *v;
	size_t n;

	if (stats_events(r->st, r->a, &r->period, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool alarm = slice_starts(slice_str(v[i].name), EVENT_ALARM);

		sheet_text(r->sheet, alarm ? STYLE_BAD : STYLE_PLAIN, v[i].name);
		sheet_number(r->sheet, (int64_t)v[i].n);
		sheet_number(r->sheet, v[i].last_ms);
		sheet_text(r->sheet, STYLE_PLAIN, v[i].text);
	}
	return 0;
}

/* ---- all of them ---- */

#define COLUMNS(c)	c, NELEM(c)

enum { SOME = 25 };

const struct stats_view stats_views[] = {
	{ "route", "mail by route", COLUMNS(route_columns), fill_routes, 0 },
	{ "by", "mail by what decided", COLUMNS(by_columns), fill_by, 0 },
	{ "domain", "domains that wrote", COLUMNS(domain_columns), fill_domains, SOME },
	{ "line", "lines of the rules", COLUMNS(line_columns), fill_lines, SOME },
	{ "hour", "mail by hour", COLUMNS(hour_columns), fill_hours, 0 },
	{ "day", "mail by day", COLUMNS(day_columns), fill_days, 0 },
	{ "week", "mail by week", COLUMNS(week_columns), fill_weeks, 0 },
	{ "month", "mail by month", COLUMNS(month_columns), fill_months, 0 },
	{ "delay", "from receipt to delivery", COLUMNS(delay_columns), fill_delays, 0 },
	{ "field", "what was captured", COLUMNS(field_columns), fill_fields, SOME },
	{ "trouble", "deliveries that did not work at once", COLUMNS(trouble_columns),
	    fill_troubles, SOME },
	{ "event", "what else happened", COLUMNS(event_columns), fill_events, 0 },
};
const size_t n_stats_views = NELEM(stats_views);

const struct stats_view *
stats_view_find(const char *name)
{
	for (size_t i = 0; i < NELEM(stats_views); i++)
		if (strcmp(stats_views[i].name, name) == 0)
			return &stats_views[i];
	return NULL;
}
