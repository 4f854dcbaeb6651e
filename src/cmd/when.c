/* SPDX-License-Identifier: MIT */
#include "cmd/when.h"

#include "base/slice.h"

static const struct {
	const char *unit;
	int64_t ms;
} units[] = {
	{ "s", 1000 }, { "min", 60000 }, { "m", 60000 }, { "h", 3600000 },
	{ "d", 86400000 }, { "w", 7 * (int64_t)86400000 },
};

enum { SPAN_MAX = 1000000 };

/* "30d", "30 d" */
static bool
parse_span(struct slice s, int64_t now_ms, int64_t *out)
{
	size_t digits = 0;
	uint64_t n;

	while (digits < s.len && s.ptr[digits] >= '0' && s.ptr[digits] <= '9')
		digits++;
	if (!slice_to_u64(slice_sub(s, 0, digits), &n) || n > SPAN_MAX)
		return false;
	s = slice_trim(slice_sub(s, digits, s.len));
	for (size_t i = 0; i < NELEM(units); i++)
		if (slice_eq_str(s, units[i].unit)) {
			*out = now_ms - (int64_t)n * units[i].ms;
			return true;
		}
	return false;
}

/* n digits off the front, then sep (NUL: nothing). */
static bool
take_number(struct slice *s, size_t n, char sep, int *out)
{
	uint64_t v;

	if (s->len < n || !slice_to_u64(slice_sub(*s, 0, n), &v))
		return false;
	*s = slice_sub(*s, n, s->len);
	*out = (int)v;
	if (sep == '\0')
		return true;
	if (s->len == 0 || s->ptr[0] != sep)
		return false;
	*s = slice_sub(*s, 1, s->len);
	return true;
}

/* "2026-11-28"; false also for a day that there is not. */
static bool
take_day(struct calendar *c, struct slice *s, struct calendar_time *out)
{
	int year, month, day;

	if (!take_number(s, 4, '-', &year) || !take_number(s, 2, '-', &month) ||
	    !take_number(s, 2, '\0', &day) || year < 1970 || month < 1 || month > 12 ||
	    day < 1)
		return false;
	calendar_split(c, calendar_day(c, year, month, day), out);
	/* The 31st of June would be the 1st of July. */
	return out->year == year && out->month == month && out->day == day;
}

static int64_t
day_of(struct calendar *c, const struct calendar_time *t, int days)
{
	return calendar_day(c, t->year, t->month, t->day + days);
}

/* That minute of the clock; one that is skipped is as far behind the gap. */
static int64_t
minute_of(struct calendar *c, const struct calendar_time *day, int hour, int minute)
{
	int64_t at = day_of(c, day, 0) + (hour * 60 + minute) * (int64_t)60000;
	struct calendar_time got;
	int64_t off;

	calendar_split(c, at, &got);
	off = day->offset_s - got.offset_s;
	return at + off * 1000;
}

static bool
parse_date(struct calendar *c, struct slice s, bool end, int64_t *out)
{
	struct calendar_time day;
	int hour, minute, second = -1;

	if (!take_day(c, &s, &day))
		return false;
	if (s.len == 0) {
		*out = day_of(c, &day, end ? 1 : 0);
		return true;
	}
	if (s.ptr[0] != ' ' && s.ptr[0] != 'T')
		return false;
	s = slice_sub(s, 1, s.len);
	if (!take_number(&s, 2, ':', &hour) || !take_number(&s, 2, '\0', &minute))
		return false;
	if (s.len > 0 && s.ptr[0] == ':') {
		s = slice_sub(s, 1, s.len);
		if (!take_number(&s, 2, '\0', &second))
			return false;
	}
	if (s.len > 0 || hour > 23 || minute > 59 || second > 59)
		return false;
	*out = minute_of(c, &day, hour, minute) +
	    (second >= 0 ? second * 1000 : end ? 60000 : 0);
	return true;
}

static const char *const weekdays[] = { "monday", "tuesday", "wednesday", "thursday",
	"friday", "saturday", "sunday" };

static bool
parse_word(struct calendar *c, struct slice s, int64_t now_ms, bool end, int64_t *out)
{
	/* Days from today, to the beginning and to the end. */
	struct { const char *word; int from, to; } days[] = {
		{ "today", 0, 1 }, { "yesterday", -1, 0 },
		{ "this week", 0, 7 }, { "last week", -7, 0 },
	};
	struct calendar_time t;

	calendar_split(c, now_ms, &t);
	for (size_t i = 0; i < NELEM(days); i++)
		if (slice_eq_case(s, slice_str(days[i].word))) {
			bool week = i >= 2;

			*out = day_of(c, &t, (week ? -t.weekday : 0) +
			    (end ? days[i].to : days[i].from));
			return true;
		}
	for (int i = 0; i < 7; i++)
		if (slice_eq_case(s, slice_str(weekdays[i]))) {
			*out = day_of(c, &t, -((t.weekday - i + 7) % 7) + (end ? 1 : 0));
			return true;
		}
	for (int i = 0; i < 2; i++)
		if (slice_eq_case(s, slice_str(i == 0 ? "this month" : "last month"))) {
			*out = calendar_day(c, t.year, t.month - i + (end ? 1 : 0), 1);
			return true;
		}
	return false;
}

int
when_parse(struct calendar *c, const char *text, int64_t now_ms, bool end, int64_t *out,
    struct err *e)
{
	AUTO(calendar_close) struct calendar *system = NULL;
	struct slice s = slice_trim(slice_str(text));

	if (c == NULL && calendar_open(NULL, &system, e) < 0)
		return -1;
	if (c == NULL)
		c = system;
	if (parse_word(c, s, now_ms, end, out) || parse_date(c, s, end, out) ||
	    parse_span(s, now_ms, out))
		return 0;
	return err_set(e, ERR_USAGE, "'%s' is no time: write 30d, 2h, 2026-11-28, "
	    "'2026-11-28 18:00', yesterday, monday or 'last week'", text);
}
