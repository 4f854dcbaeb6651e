/* SPDX-License-Identifier: MIT */
/*
 * Days, weeks and months of time zones.  What is expected was counted by hand from
 * the calendar, with times in UTC; thousands of times more are compared with Python.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/calendar.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/command.h"
#include "base/xalloc.h"

/* The next number in a text, over what stands before it. */
static long long
number(const char **text)
{
	char *end;
	long long n;

	*text += strcspn(*text, "-0123456789");
	n = strtoll(*text, &end, 10);
	assert_ptr_not_equal(end, *text);
	*text = end;
	return n;
}

/* "2026-11-16T00:00:00" of UTC, by libc. */
static int64_t
utc(const char *text)
{
	struct tm tm = { .tm_isdst = 0 };

	tm.tm_year = (int)number(&text) - 1900;
	text++;				/* "-" */
	tm.tm_mon = (int)number(&text) - 1;
	text++;
	tm.tm_mday = (int)number(&text);
	tm.tm_hour = (int)number(&text);
	tm.tm_min = (int)number(&text);
	tm.tm_sec = (int)number(&text);
	return (int64_t)timegm(&tm) * 1000;
}

static const char *
text_of(int64_t ms)
{
	static char buf[4][CLOCK_ISO_SIZE];
	static unsigned next;
	char *out = buf[next++ % 4];

	clock_iso(ms, out);
	out[19] = '\0';
	return out;
}

static struct calendar *
zone(const char *name)
{
	struct calendar *c = NULL;
	struct err e = ERR_INIT;

	if (calendar_open(name, &c, &e) < 0)
		fail_msg("%s", e.text);
	assert_string_equal(calendar_zone(c), name);
	return c;
}

static void
assert_time(int64_t got, const char *want, const char *label)
{
	if (got != utc(want))
		fail_msg("%s: %s instead of %s", label, text_of(got), want);
}

/* ---- moments ---- */

static const struct {
	const char *zone, *at;		/* UTC */
	const char *want;		/* date, time, weekday, ISO week, offset */
} moments[] = {
	{ "UTC", "1970-01-01T00:00:00", "1970-01-01 00:00:00 3 1970-W01 +0" },
	{ "UTC", "1969-12-31T23:59:59", "1969-12-31 23:59:59 2 1970-W01 +0" },
	/* ISO weeks across New Year */
	{ "UTC", "2020-12-31T12:00:00", "2020-12-31 12:00:00 3 2020-W53 +0" },
	{ "UTC", "2021-01-03T23:59:59", "2021-01-03 23:59:59 6 2020-W53 +0" },
	{ "UTC", "2021-01-04T00:00:00", "2021-01-04 00:00:00 0 2021-W01 +0" },
	{ "UTC", "2026-12-31T00:00:00", "2026-12-31 00:00:00 3 2026-W53 +0" },
	{ "UTC", "2027-01-01T00:00:00", "2027-01-01 00:00:00 4 2026-W53 +0" },
	{ "UTC", "2027-01-04T00:00:00", "2027-01-04 00:00:00 0 2027-W01 +0" },
	{ "UTC", "2024-12-30T00:00:00", "2024-12-30 00:00:00 0 2025-W01 +0" },
	{ "UTC", "2024-02-29T12:00:00", "2024-02-29 12:00:00 3 2024-W09 +0" },
	{ "UTC", "2100-02-28T23:59:59", "2100-02-28 23:59:59 6 2100-W08 +0" },
	{ "UTC", "2100-03-01T00:00:00", "2100-03-01 00:00:00 0 2100-W09 +0" },
	/* New Year comes to Berlin before it comes to UTC */
	{ "Europe/Berlin", "2026-12-31T23:00:00", "2027-01-01 00:00:00 4 2026-W53 +3600" },
	/* the clocks change */
	{ "Europe/Berlin", "2026-03-29T00:59:59", "2026-03-29 01:59:59 6 2026-W13 +3600" },
	{ "Europe/Berlin", "2026-03-29T01:00:00", "2026-03-29 03:00:00 6 2026-W13 +7200" },
	{ "Europe/Berlin", "2026-10-25T00:59:59", "2026-10-25 02:59:59 6 2026-W43 +7200" },
	{ "Europe/Berlin", "2026-10-25T01:00:00", "2026-10-25 02:00:00 6 2026-W43 +3600" },
	{ "America/New_York", "2026-03-08T06:59:59", "2026-03-08 01:59:59 6 2026-W10 -18000" },
	{ "America/New_York", "2026-03-08T07:00:00", "2026-03-08 03:00:00 6 2026-W10 -14400" },
	{ "America/New_York", "2026-11-01T05:59:59", "2026-11-01 01:59:59 6 2026-W44 -14400" },
	{ "America/New_York", "2026-11-01T06:00:00", "2026-11-01 01:00:00 6 2026-W44 -18000" },
	/* by the rule behind the last entry of a file */
	{ "Europe/Berlin", "2090-03-26T00:59:59", "2090-03-26 01:59:59 6 2090-W12 +3600" },
	{ "Europe/Berlin", "2090-03-26T01:00:00", "2090-03-26 03:00:00 6 2090-W12 +7200" },
	/* whose rule calls winter the exception */
	/* half hours */
	{ "Asia/Kolkata", "2026-11-15T18:29:59", "2026-11-15 23:59:59 6 2026-W46 +19800" },
	{ "Asia/Kolkata", "2026-11-15T18:30:00", "2026-11-16 00:00:00 0 2026-W47 +19800" },
	{ "Australia/Lord_Howe", "2026-07-01T00:00:00", "2026-07-01 10:30:00 2 2026-W27 +37800" },
	{ "Australia/Lord_Howe", "2026-01-01T00:00:00", "2026-01-01 11:00:00 3 2026-W01 +39600" },
	{ "Pacific/Apia", "2011-12-30T09:59:59", "2011-12-29 23:59:59 3 2011-W52 -36000" },
	{ "Pacific/Apia", "2011-12-30T10:00:00", "2011-12-31 00:00:00 5 2011-W52 +50400" },
};

static void
test_moments(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(moments); i++) {
		AUTO(calendar_close) struct calendar *c = zone(moments[i].zone);
		struct calendar_time t;
		char got[128];

		calendar_split(c, utc(moments[i].at), &t);
		(void)snprintf(got, sizeof got,
		    "%04d-%02d-%02d %02d:%02d:%02d %d %04d-W%02d %+d", t.year,
		    t.month, t.day, t.hour, t.minute, t.second, t.weekday,
		    t.week_year, t.week, t.offset_s);
		if (strcmp(got, moments[i].want) != 0)
			fail_msg("%s %s: %s instead of %s", moments[i].zone,
			    moments[i].at, got, moments[i].want);
	}
}

/* What is remembered of one day does not leak into the next question. */
static void
test_order_is_the_same(void **state)
{
	AUTO(calendar_close) struct calendar *c = zone("Europe/Berlin");
	struct calendar_time t, again;

	(void)state;
	for (int64_t ms = utc("2026-10-24T20:00:00"); ms < utc("2026-10-26T02:00:00");
	    ms += 7 * 60 * 1000) {
		AUTO(calendar_close) struct calendar *fresh = zone("Europe/Berlin");

		calendar_split(c, ms + 999, &t);
		calendar_split(fresh, ms, &again);
		assert_memory_equal(&t, &again, sizeof t);
	}
}

static void
test_clock_gone_mad(void **state)
{
	AUTO(calendar_close) struct calendar *c = zone("Europe/Berlin");
	struct calendar_time t;

	(void)state;
	calendar_split(c, INT64_MAX, &t);
	assert_int_equal(t.year, 9999);
	calendar_split(c, INT64_MIN, &t);
	assert_int_equal(t.year, 1);
}

/* ---- days ---- */

static const struct {
	const char *zone;
	int year, month, day;
	const char *want;
} days[] = {
	{ "UTC", 2026, 11, 16, "2026-11-16T00:00:00" },
	{ "UTC", 2026, 11, 31, "2026-12-01T00:00:00" },
	{ "UTC", 2026, 13, 1, "2027-01-01T00:00:00" },
	{ "UTC", 2028, 2, 30, "2028-03-01T00:00:00" },
	{ "UTC", 2028, 3, 0, "2028-02-29T00:00:00" },
	{ "Europe/Berlin", 2026, 3, 29, "2026-03-28T23:00:00" },
	{ "Europe/Berlin", 2026, 3, 30, "2026-03-29T22:00:00" },
	{ "Europe/Berlin", 2026, 10, 26, "2026-10-25T23:00:00" },
	{ "America/New_York", 2026, 11, 2, "2026-11-02T05:00:00" },
	{ "Asia/Kolkata", 2026, 11, 16, "2026-11-15T18:30:00" },
	/* 00:00 is skipped: the day begins at 01:00 */
	{ "America/Sao_Paulo", 2018, 11, 4, "2018-11-04T03:00:00" },
	{ "Asia/Beirut", 2026, 3, 29, "2026-03-28T22:00:00" },
	/* 00:00 comes twice: with the first */
	{ "America/Havana", 2026, 11, 1, "2026-11-01T04:00:00" },
	/* 23:00 of the day before comes twice */
	{ "America/Sao_Paulo", 2018, 2, 18, "2018-02-18T03:00:00" },
	/* there is no such day: with the next */
	{ "Pacific/Apia", 2011, 12, 29, "2011-12-29T10:00:00" },
	{ "Pacific/Apia", 2011, 12, 30, "2011-12-30T10:00:00" },
	{ "Pacific/Apia", 2011, 12, 31, "2011-12-30T10:00:00" },
};

static void
test_days(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(days); i++) {
		AUTO(calendar_close) struct calendar *c = zone(days[i].zone);

		assert_time(calendar_day(c, days[i].year, days[i].month,
		    days[i].day), days[i].want, days[i].zone);
	}
}

/* The first second of a day whose midnight is skipped is 01:00. */
static void
test_skipped_midnight_is_shown(void **state)
{
	static const char *const zones[] = { "America/Sao_Paulo", "Asia/Beirut" };
	static const int date[][3] = { { 2018, 11, 4 }, { 2026, 3, 29 } };

	(void)state;
	for (size_t i = 0; i < NELEM(zones); i++) {
		AUTO(calendar_close) struct calendar *c = zone(zones[i]);
		int64_t at = calendar_day(c, date[i][0], date[i][1], date[i][2]);
		struct calendar_time t;

		calendar_split(c, at, &t);
		assert_int_equal(t.day, date[i][2]);
		assert_int_equal(t.hour, 1);
		calendar_split(c, at - 1, &t);
		assert_int_equal(t.day, date[i][2] == 29 ? 28 : 3);
		assert_int_equal(t.hour, 23);
	}
}

/* ---- periods ---- */

static const struct {
	const char *zone, *text;
	int month_day;			/* 0: a week */
	const char *from, *to;		/* NULL: refused, and to is what it says */
	const char *name, *title;
	unsigned days;
} periods[] = {
	{ "UTC", "2026-W47", 0, "2026-11-16T00:00:00", "2026-11-23T00:00:00",
	    "2026-W47", "Mon 16 Nov to Sun 22 Nov 2026", 7 },
	{ "UTC", "2026-W5", 0, "2026-01-26T00:00:00", "2026-02-02T00:00:00",
	    "2026-W05", "Mon 26 Jan to Sun 1 Feb 2026", 7 },
	{ "UTC", "2026-w05", 0, "2026-01-26T00:00:00", "2026-02-02T00:00:00",
	    "2026-W05", "Mon 26 Jan to Sun 1 Feb 2026", 7 },
	{ "UTC", "2026-W01", 0, "2025-12-29T00:00:00", "2026-01-05T00:00:00",
	    "2026-W01", "Mon 29 Dec 2025 to Sun 4 Jan 2026", 7 },
	{ "UTC", "2020-W53", 0, "2020-12-28T00:00:00", "2021-01-04T00:00:00",
	    "2020-W53", "Mon 28 Dec 2020 to Sun 3 Jan 2021", 7 },
	{ "UTC", "2026-W53", 0, "2026-12-28T00:00:00", "2027-01-04T00:00:00",
	    "2026-W53", "Mon 28 Dec 2026 to Sun 3 Jan 2027", 7 },
	/* 167 and 169 hours */
	{ "Europe/Berlin", "2026-W13", 0, "2026-03-22T23:00:00", "2026-03-29T22:00:00",
	    "2026-W13", "Mon 23 Mar to Sun 29 Mar 2026", 7 },
	{ "Europe/Berlin", "2026-W43", 0, "2026-10-18T22:00:00", "2026-10-25T23:00:00",
	    "2026-W43", "Mon 19 Oct to Sun 25 Oct 2026", 7 },
	{ "America/New_York", "2026-W10", 0, "2026-03-02T05:00:00", "2026-03-09T04:00:00",
	    "2026-W10", "Mon 2 Mar to Sun 8 Mar 2026", 7 },
	{ "America/New_York", "2026-W44", 0, "2026-10-26T04:00:00", "2026-11-02T05:00:00",
	    "2026-W44", "Mon 26 Oct to Sun 1 Nov 2026", 7 },
	/* six days only */
	{ "Pacific/Apia", "2011-W52", 0, "2011-12-26T10:00:00", "2012-01-01T10:00:00",
	    "2011-W52", "Mon 26 Dec 2011 to Sun 1 Jan 2012", 6 },
	{ "UTC", "2025-W53", 0, NULL, "2025 has the weeks 1 to 52", NULL, NULL, 0 },
	{ "UTC", "2026-W54", 0, NULL, "2026 has the weeks 1 to 53", NULL, NULL, 0 },
	{ "UTC", "2026-W0", 0, NULL, "there is no week", NULL, NULL, 0 },
	{ "UTC", "2026-W", 0, NULL, "write it as 2026-W47", NULL, NULL, 0 },
	{ "UTC", "2026-47", 0, NULL, "write it as 2026-W47", NULL, NULL, 0 },
	{ "UTC", "2026-W471", 0, NULL, "write it as 2026-W47", NULL, NULL, 0 },
	{ "UTC", "26-W47", 0, NULL, "write it as 2026-W47", NULL, NULL, 0 },
	{ "UTC", "", 0, NULL, "write it as 2026-W47", NULL, NULL, 0 },

	{ "UTC", "2026-11", 1, "2026-11-01T00:00:00", "2026-12-01T00:00:00",
	    "2026-11", "November 2026", 30 },
	{ "UTC", "2028-2", 1, "2028-02-01T00:00:00", "2028-03-01T00:00:00",
	    "2028-02", "February 2028", 29 },
	{ "UTC", "2026-12", 1, "2026-12-01T00:00:00", "2027-01-01T00:00:00",
	    "2026-12", "December 2026", 31 },
	{ "Europe/Berlin", "2026-03", 1, "2026-02-28T23:00:00", "2026-03-31T22:00:00",
	    "2026-03", "March 2026", 31 },
	{ "UTC", "2026-11", 22, "2026-10-22T00:00:00", "2026-11-22T00:00:00",
	    "2026-11", "Thu 22 Oct to Sat 21 Nov 2026", 31 },
	{ "UTC", "2026-01", 22, "2025-12-22T00:00:00", "2026-01-22T00:00:00",
	    "2026-01", "Mon 22 Dec 2025 to Wed 21 Jan 2026", 31 },
	/* a day that a month does not have is its last */
	{ "UTC", "2026-02", 29, "2026-01-29T00:00:00", "2026-02-28T00:00:00",
	    "2026-02", "Thu 29 Jan to Fri 27 Feb 2026", 30 },
	{ "UTC", "2028-02", 29, "2028-01-29T00:00:00", "2028-02-29T00:00:00",
	    "2028-02", "Sat 29 Jan to Mon 28 Feb 2028", 31 },
	{ "UTC", "2026-03", 30, "2026-02-28T00:00:00", "2026-03-30T00:00:00",
	    "2026-03", "Sat 28 Feb to Sun 29 Mar 2026", 30 },
	{ "UTC", "2026-12", 31, "2026-11-30T00:00:00", "2026-12-31T00:00:00",
	    "2026-12", "Mon 30 Nov to Wed 30 Dec 2026", 31 },
	{ "UTC", "2026-13", 1, NULL, "they are 1 to 12", NULL, NULL, 0 },
	{ "UTC", "2026-0", 1, NULL, "they are 1 to 12", NULL, NULL, 0 },
	{ "UTC", "2026-W11", 1, NULL, "write it as 2026-11", NULL, NULL, 0 },
	{ "UTC", "November", 1, NULL, "write it as 2026-11", NULL, NULL, 0 },
};

static void
check_period(struct calendar *c, size_t i, const struct period *p)
{
	AUTO(buf_release) struct buf title = BUF_INIT;
	char name[PERIOD_NAME_SIZE];

	assert_time(p->from_ms, periods[i].from, periods[i].text);
	assert_time(p->to_ms, periods[i].to, periods[i].text);
	period_name(c, p, name);
	assert_string_equal(name, periods[i].name);
	period_title(c, p, &title);
	assert_string_equal(buf_str(&title), periods[i].title);
	assert_int_equal(period_days(c, p), periods[i].days);
}

static void
test_periods(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(periods); i++) {
		AUTO(calendar_close) struct calendar *c = zone(periods[i].zone);
		struct period p, q;
		struct err e = ERR_INIT;
		bool week = periods[i].month_day == 0;
		int got = week ? period_parse_week(c, periods[i].text, &p, &e) :
		    period_parse_month(c, periods[i].text, periods[i].month_day, &p, &e);

		if (periods[i].from == NULL) {
			assert_int_equal(got, -1);
			assert_int_equal(e.kind, ERR_USAGE);
			if (strstr(e.text, periods[i].to) == NULL)
				fail_msg("%s", e.text);
			continue;
		}
		assert_int_equal(got, 0);
		check_period(c, i, &p);

		/* It is the last one from its end on, and until the next has ended. */
		q = week ? period_last_week(c, p.to_ms) :
		    period_last_month(c, p.to_ms, periods[i].month_day);
		check_period(c, i, &q);
		q = period_before(c, &p, -1);
		assert_int_equal(q.from_ms, p.to_ms);
		q = week ? period_last_week(c, q.to_ms - 1) :
		    period_last_month(c, q.to_ms - 1, periods[i].month_day);
		check_period(c, i, &q);

		/* 60 there and 60 back */
		q = period_before(c, &p, 60);
		q = period_before(c, &q, -60);
		check_period(c, i, &q);
		q = period_before(c, &p, 1);
		assert_int_equal(q.to_ms, p.from_ms);
	}
}

static const struct {
	const char *zone, *from, *to;	/* UTC */
	int n;
	const char *before_from, *before_to;
	const char *name, *title;
	unsigned days;
} spans[] = {
	{ "UTC", "2026-11-03T00:00:00", "2026-11-18T00:00:00", 1,
	    "2026-10-19T00:00:00", "2026-11-03T00:00:00",
	    "2026-11-03/2026-11-17", "Tue 3 Nov to Tue 17 Nov 2026", 15 },
	{ "UTC", "2026-11-03T00:00:00", "2026-11-04T00:00:00", 2,
	    "2026-11-01T00:00:00", "2026-11-02T00:00:00",
	    "2026-11-03/2026-11-03", "Tue 3 Nov 2026", 1 },
	/* ten days, whichever hours they have */
	{ "Europe/Berlin", "2026-03-27T23:00:00", "2026-04-06T22:00:00", 1,
	    "2026-03-17T23:00:00", "2026-03-27T23:00:00",
	    "2026-03-28/2026-04-06", "Sat 28 Mar to Mon 6 Apr 2026", 10 },
	/* not of days: by its length */
	{ "UTC", "2026-11-03T10:00:00", "2026-11-04T12:30:00", 1,
	    "2026-11-02T07:30:00", "2026-11-03T10:00:00",
	    "2026-11-03T10:00:00/2026-11-04T12:30:00",
	    "Tue 3 Nov 10:00 to Wed 4 Nov 2026 12:30", 2 },
	{ "UTC", "2026-11-03T10:00:00", "2026-11-03T10:00:00", 1,
	    "2026-11-03T10:00:00", "2026-11-03T10:00:00",
	    "2026-11-03T10:00:00/2026-11-03T10:00:00",
	    "Tue 3 Nov 10:00 to Tue 3 Nov 2026 10:00", 1 },
};

static void
test_spans(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(spans); i++) {
		AUTO(calendar_close) struct calendar *c = zone(spans[i].zone);
		AUTO(buf_release) struct buf title = BUF_INIT;
		struct period p = { PERIOD_SPAN, utc(spans[i].from),
			utc(spans[i].to), 1 };
		struct period q = period_before(c, &p, spans[i].n);
		char name[PERIOD_NAME_SIZE];

		assert_time(q.from_ms, spans[i].before_from, spans[i].name);
		assert_time(q.to_ms, spans[i].before_to, spans[i].name);
		period_name(c, &p, name);
		assert_string_equal(name, spans[i].name);
		period_title(c, &p, &title);
		assert_string_equal(buf_str(&title), spans[i].title);
		assert_int_equal(period_days(c, &p), spans[i].days);
	}
}

/* ---- which zone ---- */

static void
test_unknown_zones(void **state)
{
	static const char *const names[] = {
		"Europe/Berlim", "Mars/Olympus", "Europe", "europe/berlin ", "/etc/passwd",
		"../../etc/passwd", "Europe/../Europe/Berlin", "Europe/Berlin/", "CET-1CEST",
		"tzdata.zi", "zone.tab", "+01:00", "Europe/Berlin\n", "\xc3\xa4",
	};

	(void)state;
	for (size_t i = 0; i < NELEM(names); i++) {
		struct calendar *c = NULL;
		struct err e = ERR_INIT;

		if (calendar_open(names[i], &c, &e) == 0)
			fail_msg("'%s' is taken", names[i]);
		assert_int_equal(e.kind, ERR_CONFIG);
		assert_non_null(strstr(e.text, "is not known"));
		assert_null(c);
	}
}

static const struct {
	const char *tz, *zone;
	int offset_s;			/* in January 2026 */
} environments[] = {
	{ "Asia/Tokyo", "Asia/Tokyo", 9 * 3600 },
	{ ":Asia/Tokyo", "Asia/Tokyo", 9 * 3600 },
	{ "/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo", 9 * 3600 },
	{ "", "UTC", 0 },
	{ "JST-9", "+09:00", 9 * 3600 },
	{ "<-0330>3:30", "-03:30", -(3 * 3600 + 1800) },
};

static void
test_zone_of_the_system(void **state)
{
	struct calendar *c = NULL;
	struct calendar_time t;
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < NELEM(environments); i++) {
		assert_int_equal(setenv("TZ", environments[i].tz, 1), 0);
		if (calendar_open("", &c, &e) < 0)
			fail_msg("%s: %s", environments[i].tz, e.text);
		assert_string_equal(calendar_zone(c), environments[i].zone);
		calendar_split(c, utc("2026-01-15T00:00:00"), &t);
		assert_int_equal(t.offset_s, environments[i].offset_s);
		calendar_close(&c);
	}
	assert_int_equal(setenv("TZ", "Mars/Olympus", 1), 0);
	assert_int_equal(calendar_open(NULL, &c, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_non_null(strstr(e.text, "TZ of the environment"));
	assert_int_equal(unsetenv("TZ"), 0);
	assert_int_equal(calendar_open(NULL, &c, &e), 0);
	assert_int_not_equal(calendar_zone(c)[0], '\0');
	calendar_close(&c);
}

static void
test_no_zones_installed(void **state)
{
	struct calendar *c = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(setenv("TZDIR", "/nonexistent", 1), 0);
	assert_int_equal(calendar_open("Europe/Berlin", &c, &e), -1);
	assert_non_null(strstr(e.text, "tzdata"));
	assert_int_equal(calendar_open("UTC", &c, &e), 0);
	calendar_close(&c);
	assert_int_equal(unsetenv("TZDIR"), 0);
}

/* ---- against another's code ---- */

struct theirs {
	struct calendar *c;
	unsigned splits, days;
};

static void
compare_day(struct theirs *th, const char *rest, const char *line)
{
	int year = (int)number(&rest), month, day;

	rest++;
	month = (int)number(&rest);
	rest++;
	day = (int)number(&rest);
	if (calendar_day(th->c, year, month, day) != number(&rest) * 1000)
		fail_msg("%s", line);
	th->days++;
}

static void
compare_split(struct theirs *th, const char *rest, const char *line)
{
	struct calendar_time t, w = { 0 };
	int *const field[] = { &w.year, &w.month, &w.day, &w.hour, &w.minute, &w.second,
		&w.weekday, &w.week_year, &w.week, &w.offset_s };
	int64_t second = number(&rest);

	for (size_t i = 0; i < NELEM(field); i++)
		*field[i] = (int)number(&rest);
	calendar_split(th->c, second * 1000 + 500, &t);
	if (memcmp(&t, &w, sizeof t) != 0)
		fail_msg("%s: %d-%d-%d %d:%d:%d %d", line, t.year, t.month, t.day,
		    t.hour, t.minute, t.second, t.offset_s);
	th->splits++;
}

/* "split ZONE ...", "day ZONE ...", as zones.py says */
static void
compare_line(struct theirs *th, struct slice s)
{
	AUTO(xfree) char *line = xstrndup(s.ptr, s.len), *name = NULL;
	struct slice rest = s, kind, zone_name;
	const char *values;

	assert_true(slice_next(&rest, ' ', &kind) && slice_next(&rest, ' ', &zone_name));
	values = line + (rest.ptr - s.ptr);
	if (th->c == NULL || !slice_eq_str(zone_name, calendar_zone(th->c))) {
		name = xstrndup(zone_name.ptr, zone_name.len);
		calendar_close(&th->c);
		th->c = zone(name);
	}
	if (slice_eq_str(kind, "day"))
		compare_day(th, values, line);
	else
		compare_split(th, values, line);
}

enum { THEIRS_MAX = 4 << 20, THEIRS_TIME = 300000 };

static void
test_as_zoneinfo(void **state)
{
	static const char *const there[] = { "/usr/bin/env", "python3", "-c",
		"import zoneinfo", NULL };
	static const char *const argv[] = { "/usr/bin/env", "python3",
		"tests/tools/zones.py", NULL };
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct theirs th = { .c = NULL };
	struct slice rest, line;
	struct err e = ERR_INIT;
	int status = -1;

	(void)state;
	if (command_run(there, THEIRS_TIME, THEIRS_MAX, &out, &status, &e) < 0 ||
	    status != 0) {
		print_message("# SKIPPED: no python3 with zoneinfo: time zones were "
		    "not compared with another's code\n");
		skip();
	}
	if (command_run(argv, THEIRS_TIME, THEIRS_MAX, &out, &status, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(status, 0);
	rest = buf_slice(&out);
	while (slice_next(&rest, '\n', &line))
		if (line.len > 0)
			compare_line(&th, line);
	calendar_close(&th.c);
	assert_true(th.splits > 5000);
	assert_true(th.days > 100);
}

/* Each day of 800 years, counted on by the rules that a child knows. */
static void
test_civil(void **state)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year = 1600, month = 1, day = 1;

	(void)state;
	for (int64_t n = civil_days(1600, 1, 1); year < 2400; n++) {
		bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
		int y, m, d;

		civil_date(n, &y, &m, &d);
		if (y != year || m != month || d != day || civil_days(y, m, d) != n)
			fail_msg("%d-%d-%d is %d-%d-%d", year, month, day, y, m, d);
		if (++day > length[month - 1] + (leap && month == 2)) {
			assert_int_equal(civil_month_length(year, month), day - 1);
			day = 1;
			if (++month > 12) {
				month = 1;
				year++;
			}
		}
	}
	assert_int_equal(civil_days(1970, 1, 1), 0);
	assert_int_equal(civil_weekday(civil_days(2026, 11, 16)), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_civil),
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_order_is_the_same),
		cmocka_unit_test(test_clock_gone_mad),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_skipped_midnight_is_shown),
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_unknown_zones),
		cmocka_unit_test(test_zone_of_the_system),
		cmocka_unit_test(test_no_zones_installed),
		cmocka_unit_test(test_as_zoneinfo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
