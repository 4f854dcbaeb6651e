/* SPDX-License-Identifier: MIT */
#include "cmd/when.h"

#include <string.h>
#include <time.h>

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

/* Local time to wall time; the calendar's limits are checked. */
static bool
to_wall(struct tm *tm, int64_t *out)
{
	struct tm want = *tm;
	time_t t;

	tm->tm_isdst = -1;
	t = mktime(tm);
	/* mktime() turns the 31st of June into the 1st of July. */
	if (t == (time_t)-1 || tm->tm_mday != want.tm_mday ||
	    tm->tm_mon != want.tm_mon || want.tm_hour > 23 || want.tm_min > 59)
		return false;
	*out = (int64_t)t * 1000;
	return true;
}

static bool
add_days(const struct tm *day, int days, int64_t *out)
{
	struct tm tm = { .tm_year = day->tm_year, .tm_mon = day->tm_mon,
	    .tm_mday = day->tm_mday + days, .tm_isdst = -1 };
	time_t t = mktime(&tm);

	*out = (int64_t)t * 1000;
	return t != (time_t)-1;
}

static bool
parse_date(struct slice s, bool end, int64_t *out)
{
	struct tm tm = { .tm_isdst = -1 };
	int64_t start;

	if (!take_number(&s, 4, '-', &tm.tm_year) ||
	    !take_number(&s, 2, '-', &tm.tm_mon) ||
	    !take_number(&s, 2, '\0', &tm.tm_mday))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	if (s.len == 0) {
		struct tm day = tm;

		return to_wall(&tm, &start) && add_days(&day, end ? 1 : 0, out);
	}
	if (s.ptr[0] != ' ' && s.ptr[0] != 'T')
		return false;
	s = slice_sub(s, 1, s.len);
	if (!take_number(&s, 2, ':', &tm.tm_hour) ||
	    !take_number(&s, 2, '\0', &tm.tm_min) || s.len > 0 ||
	    !to_wall(&tm, out))
		return false;
	if (end)
		*out += 60000;
	return true;
}

static bool
parse_word(struct slice s, int64_t now_ms, bool end, int64_t *out)
{
	time_t now = (time_t)(now_ms / 1000);
	struct tm tm;

	if (localtime_r(&now, &tm) == NULL)
		return false;
	if (slice_eq_str(s, "today"))
		return add_days(&tm, end ? 1 : 0, out);
	if (slice_eq_str(s, "yesterday"))
		return add_days(&tm, end ? 0 : -1, out);
	return false;
}

int
when_parse(const char *text, int64_t now_ms, bool end, int64_t *out, struct err *e)
{
	struct slice s = slice_trim(slice_str(text));

	if (parse_word(s, now_ms, end, out) || parse_date(s, end, out) ||
	    parse_span(s, now_ms, out))
		return 0;
	return err_set(e, ERR_USAGE, "'%s' is no time: write 30d, 2h, 2026-11-28, "
	    "'2026-11-28 18:00', today or yesterday", text);
}
