/* SPDX-License-Identifier: MIT */
/* Weeks, months and spans of a calendar. */
#include "base/calendar.h"

#include <stdio.h>
#include <string.h>

#include "base/civil.h"

enum { YEAR_FIRST = 1970, YEAR_LAST = 9998, MONTH_DAY_MAX = 31 };

const char calendar_weekday[7][4] = {
	"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun",
};
const char calendar_month[12][10] = {
	"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December",
};

/* ---- from dates ---- */

static struct calendar_time
date_at(struct calendar *c, int64_t wall_ms)
{
	struct calendar_time t;

	calendar_split(c, wall_ms, &t);
	return t;
}

static int64_t
days_at(struct calendar *c, int64_t wall_ms)
{
	struct calendar_time t = date_at(c, wall_ms);

	return civil_days(t.year, t.month, t.day);
}

static int64_t
day_begins(struct calendar *c, int64_t days)
{
	int year, month, day;

	civil_date(days, &year, &month, &day);
	return calendar_day(c, year, month, day);
}

static struct period
week_of_days(struct calendar *c, int64_t monday)
{
	return (struct period){ .kind = PERIOD_WEEK, .month_day = 1,
		.from_ms = day_begins(c, monday), .to_ms = day_begins(c, monday + 7) };
}

/* Where the month before ends and this one begins; months count on past December. */
static int64_t
month_begins(struct calendar *c, int64_t year, int64_t month, int month_day)
{
	int64_t first = civil_days(year, month, 1);
	int64_t last = civil_days(year, month + 1, 1) - 1;

	return day_begins(c, MIN(first + month_day - 1, last));
}

static struct period
month_named(struct calendar *c, int64_t year, int64_t month, int month_day)
{
	int64_t first = month_day > 1 ? month - 1 : month;

	return (struct period){ .kind = PERIOD_MONTH, .month_day = month_day,
		.from_ms = month_begins(c, year, first, month_day),
		.to_ms = month_begins(c, year, first + 1, month_day) };
}

/* The year and month that a period of a month is called by. */
static struct calendar_time
name_of_month(struct calendar *c, const struct period *p)
{
	return date_at(c, p->month_day > 1 ? p->to_ms : p->from_ms);
}

static int
valid_month_day(int month_day)
{
	return MAX(1, MIN(month_day, MONTH_DAY_MAX));
}

/* ---- what people type ---- */

static bool
read_digits(struct slice *s, size_t min, size_t max, int *out)
{
	size_t n = 0;

	*out = 0;
	for (; n < s->len && n < max && s->ptr[n] >= '0' && s->ptr[n] <= '9'; n++)
		*out = *out * 10 + (s->ptr[n] - '0');
	*s = slice_sub(*s, n, s->len);
	return n >= min;
}

static bool
read_char(struct slice *s, const char *any)
{
	if (s->len == 0 || strchr(any, s->ptr[0]) == NULL || s->ptr[0] == '\0')
		return false;
	*s = slice_sub(*s, 1, s->len);
	return true;
}

/* "2026-" and 1 or 2 digits, with one of letters before them. */
static bool
read_name(const char *text, const char *letters, int *year, int *number)
{
	struct slice s = slice_trim(slice_str(text));

	return read_digits(&s, 4, 4, year) && read_char(&s, "-") &&
	    (letters[0] == '\0' || read_char(&s, letters)) &&
	    read_digits(&s, 1, 2, number) && s.len == 0 &&
	    *year >= YEAR_FIRST && *year <= YEAR_LAST;
}

int
period_parse_week(struct calendar *c, const char *text, struct period *out,
    struct err *e)
{
	int64_t fourth, monday;
	int year, week, weeks;

	if (!read_name(text, "Ww", &year, &week))
		return err_set(e, ERR_USAGE, "'%.40s' is not a week: write it as "
		    "2026-W47", text);
	fourth = civil_days(year, 1, 4);	/* always in week 1 */
	monday = fourth - civil_weekday(fourth);
	fourth = civil_days(year + 1, 1, 4);
	weeks = (int)((fourth - civil_weekday(fourth) - monday) / 7);
	if (week < 1 || week > weeks)
		return err_set(e, ERR_USAGE, "there is no week '%.40s': %d has the "
		    "weeks 1 to %d", text, year, weeks);
	*out = week_of_days(c, monday + 7L * (week - 1));
	return 0;
}

int
period_parse_month(struct calendar *c, const char *text, int month_day,
    struct period *out, struct err *e)
{
	int year, month;

	if (!read_name(text, "", &year, &month))
		return err_set(e, ERR_USAGE, "'%.40s' is not a month: write it as "
		    "2026-11", text);
	if (month < 1 || month > 12)
		return err_set(e, ERR_USAGE, "there is no month '%.40s': they are 1 "
		    "to 12", text);
	*out = month_named(c, year, month, valid_month_day(month_day));
	return 0;
}

/* ---- the last one, and those before ---- */

struct period
period_last_week(struct calendar *c, int64_t now_ms)
{
	int64_t today = days_at(c, now_ms);

	return week_of_days(c, today - civil_weekday(today) - 7);
}

struct period
period_last_month(struct calendar *c, int64_t now_ms, int month_day)
{
	struct calendar_time t = date_at(c, now_ms);
	int64_t month = t.month;

	month_day = valid_month_day(month_day);
	if (month_day == 1 || now_ms < month_begins(c, t.year, t.month, month_day))
		month--;
	return month_named(c, t.year, month, month_day);
}

static bool
is_midnight(struct calendar *c, int64_t wall_ms)
{
	struct calendar_time t = date_at(c, wall_ms);

	return calendar_day(c, t.year, t.month, t.day) == wall_ms;
}

static bool
whole_days(struct calendar *c, const struct period *p)
{
	return p->from_ms < p->to_ms && is_midnight(c, p->from_ms) &&
	    is_midnight(c, p->to_ms);
}

static struct period
span_before(struct calendar *c, const struct period *p, int n)
{
	struct period q = *p;

	if (whole_days(c, p)) {
		int64_t from = days_at(c, p->from_ms), to = days_at(c, p->to_ms);

		q.from_ms = day_begins(c, from - n * (to - from));
		q.to_ms = day_begins(c, to - n * (to - from));
	} else {
		q.from_ms -= n * (p->to_ms - p->from_ms);
		q.to_ms -= n * (p->to_ms - p->from_ms);
	}
	return q;
}

struct period
period_before(struct calendar *c, const struct period *p, int n)
{
	struct calendar_time t;

	switch (p->kind) {
	case PERIOD_WEEK:
		return week_of_days(c, days_at(c, p->from_ms) - 7L * n);
	case PERIOD_MONTH:
		t = name_of_month(c, p);
		return month_named(c, t.year, t.month - n, p->month_day);
	case PERIOD_SPAN:
		break;
	}
	return span_before(c, p, n);
}

unsigned
period_days(struct calendar *c, const struct period *p)
{
	int64_t day = days_at(c, p->from_ms);
	unsigned n = 0;

	/* One that the zone skipped begins where the one after it does. */
	for (int64_t at = p->from_ms; at < p->to_ms; n++)
		do
			at = day_begins(c, ++day);
		while (days_at(c, at) > day);
	return MAX(n, 1);
}

/* ---- names ---- */

static void
moment_name(struct calendar *c, int64_t wall_ms, bool with_time, char *out, size_t size)
{
	struct calendar_time t = date_at(c, wall_ms);
	int n = snprintf(out, size, "%04d-%02d-%02d", t.year, t.month, t.day);

	if (with_time)
		(void)snprintf(out + n, size - (size_t)n, "T%02d:%02d:%02d", t.hour,
		    t.minute, t.second);
}

static void
span_name(struct calendar *c, const struct period *p, char out[PERIOD_NAME_SIZE])
{
	bool whole = whole_days(c, p);
	char from[PERIOD_NAME_SIZE / 2], to[PERIOD_NAME_SIZE / 2];

	moment_name(c, p->from_ms, !whole, from, sizeof from);
	moment_name(c, p->to_ms - whole, !whole, to, sizeof to);
	(void)snprintf(out, PERIOD_NAME_SIZE, "%s/%s", from, to);
}

void
period_name(struct calendar *c, const struct period *p, char out[PERIOD_NAME_SIZE])
{
	struct calendar_time t;

	switch (p->kind) {
	case PERIOD_WEEK:
		t = date_at(c, p->from_ms);
		(void)snprintf(out, PERIOD_NAME_SIZE, "%04d-W%02d", t.week_year, t.week);
		break;
	case PERIOD_MONTH:
		t = name_of_month(c, p);
		(void)snprintf(out, PERIOD_NAME_SIZE, "%04d-%02d", t.year, t.month);
		break;
	case PERIOD_SPAN:
		span_name(c, p, out);
		break;
	}
}

static void
add_date(struct buf *out, const struct calendar_time *t, bool year, bool clock)
{
	buf_addf(out, "%s %d %.3s", calendar_weekday[t->weekday], t->day,
	    calendar_month[t->month - 1]);
	if (year)
		buf_addf(out, " %d", t->year);
	if (clock)
		buf_addf(out, " %02d:%02d", t->hour, t->minute);
}

void
period_title(struct calendar *c, const struct period *p, struct buf *out)
{
	struct calendar_time from = date_at(c, p->from_ms), to;
	bool whole = whole_days(c, p);

	if (p->kind == PERIOD_MONTH && p->month_day == 1) {
		buf_addf(out, "%s %d", calendar_month[from.month - 1], from.year);
		return;
	}
	to = date_at(c, p->to_ms - whole);
	if (!whole || days_at(c, p->from_ms) != days_at(c, p->to_ms - 1)) {
		add_date(out, &from, from.year != to.year, !whole);
		buf_add_str(out, " to ");
	}
	add_date(out, &to, true, !whole);
}
