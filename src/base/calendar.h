/* SPDX-License-Identifier: MIT */
/*
 * calendar - days, ISO weeks and months of a time zone, as wall time.
 *
 * A period is [from_ms, to_ms).  It is counted in days of the calendar, never
 * in multiples of 24 hours: the week in which the clocks change has 167 or 169
 * hours and still seven days.  Where a day begins in a gap of the clock
 * (00:00 is skipped), it begins with the first moment that there is.
 * Weeks begin on Monday and are numbered as ISO 8601 does: the week with the
 * year's first Thursday is week 1, so that 2027-01-01 lies in 2026-W53.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

struct calendar;

/*
 * zone: an IANA name ("Europe/Berlin"); NULL or "": the system's, which TZ of the
 * environment or /etc/localtime names.  ERR_CONFIG when there is no such zone: it is
 * never taken for UTC.
 */
NODISCARD int calendar_open(const char *zone, struct calendar **out, struct err *e);
void calendar_close(struct calendar **c);

/* "Europe/Berlin"; of the system's zone its name where that can be told, else "+01:00". */
const char *calendar_zone(const struct calendar *c);

struct calendar_time {
	int year, month, day;		/* 1 ... */
	int hour, minute, second;
	int weekday;			/* 0 Monday ... 6 Sunday */
	int week, week_year;		/* ISO 8601 */
	int offset_s;			/* east of UTC */
};
/* "Mon" ..., by weekday; "January" ..., by month - 1, of which three letters are short. */
extern const char calendar_weekday[7][4];
extern const char calendar_month[12][10];

/*
 * Fast for times that follow each other: it keeps the day it was asked last.  What lies
 * outside of the years 1 to 9999 is taken for the first or the last day of them.
 */
void calendar_split(struct calendar *c, int64_t wall_ms, struct calendar_time *out);

/* The first moment of that day; days past the end of a month count on. */
int64_t calendar_day(struct calendar *c, int year, int month, int day);

enum period_kind { PERIOD_WEEK, PERIOD_MONTH, PERIOD_SPAN };

struct period {
	enum period_kind kind;
	int64_t from_ms, to_ms;		/* [from, to) */
	int month_day;			/* PERIOD_MONTH: the day it begins; 1 the calendar's */
};

/* "2026-W47", "2026-11", "2026-W5" also as 2026-W05.  ERR_USAGE says what is wrong. */
NODISCARD int period_parse_week(struct calendar *c, const char *text,
    struct period *out, struct err *e);

/*
 * With month_day d > 1 the month 2026-11 is the one that ends in November: from
 * 2026-10-d up to and without 2026-11-d.  A day that a month does not have is its
 * last.
 */
NODISCARD int period_parse_month(struct calendar *c, const char *text, int month_day,
    struct period *out, struct err *e);

/* The last whole week, the last whole month before now. */
struct period period_last_week(struct calendar *c, int64_t now_ms);
struct period period_last_month(struct calendar *c, int64_t now_ms, int month_day);

/*
 * n periods before that one (after it, n < 0): weeks, months; a span of whole days
 * moves by as many days, another one by its length.
 */
struct period period_before(struct calendar *c, const struct period *p, int n);

/*
 * "2026-W47", "2026-11", "2026-11-03/2026-11-17" (the last day is in it); of a span
 * that is not of whole days "2026-11-03T10:00:00/2026-11-17T12:30:00".
 */
enum { PERIOD_NAME_SIZE = 48 };
void period_name(struct calendar *c, const struct period *p, char out[PERIOD_NAME_SIZE]);

/* For people: "Mon 16 Nov to Sun 22 Nov 2026"; "November 2026" from its first day on. */
void period_title(struct calendar *c, const struct period *p, struct buf *out);

/* Days of the calendar that the period touches; at least 1. */
unsigned period_days(struct calendar *c, const struct period *p);

#endif
