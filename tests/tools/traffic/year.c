/* SPDX-License-Identifier: MIT */
#include "year.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "dice.h"

enum { HOURS = YEAR_DAYS * 24 };

struct slot {				/* an hour */
	int64_t begin;
	uint64_t before;		/* weights of all slots before */
};

struct year {
	struct tm first;
	unsigned campaign_day, outage_day;
	struct slot slot[HOURS + 1];
	size_t at;			/* where year_moment() was last */
};

static const uint64_t of_weekday[7] = { 15, 100, 112, 108, 104, 88, 22 };	/* from Sunday */
static const uint64_t of_hour[24] = {
	6, 5, 4, 4, 5, 8, 16, 38, 74, 104, 112, 106,
	82, 92, 108, 104, 94, 76, 54, 40, 30, 22, 14, 9,
};

/* Percent of what a usual day has, from one day of the year to another. */
static const struct season {
	int from, to;			/* month * 100 + day */
	uint64_t percent;
} seasons[] = {
	{ 101, 106, 30 },
	{ 501, 501, 35 },
	{ 715, 831, 68 },
	{ 1003, 1003, 50 },
	{ 1224, 1231, 18 },
};

static struct tm
tm_of(const struct year *y, unsigned day, int hour)
{
	struct tm t = y->first;

	t.tm_mday += (int)day;
	t.tm_hour = hour;
	t.tm_isdst = -1;
	return t;
}

static int64_t
ms_of(const struct year *y, unsigned day, int hour)
{
	struct tm t = tm_of(y, day, hour);

	return (int64_t)mktime(&t) * 1000;
}

/* The first Monday from that day on. */
static unsigned
monday_from(const struct year *y, unsigned day)
{
	for (;; day++) {
		struct tm t = tm_of(y, day, 12);

		mktime(&t);
		if (t.tm_wday == 1)
			return day;
	}
}

static bool
in_campaign(const struct year *y, unsigned day)
{
	return day >= y->campaign_day && day < y->campaign_day + 7;
}

static uint64_t
weight_of_day(const struct year *y, unsigned day, unsigned campaign)
{
	struct tm t = tm_of(y, day, 12);
	uint64_t w;
	int date;

	mktime(&t);
	date = (t.tm_mon + 1) * 100 + t.tm_mday;
	w = of_weekday[t.tm_wday] * (700 + 600 * day / YEAR_DAYS);	/* it grows */
	for (size_t i = 0; i < NELEM(seasons); i++)
		if (date >= seasons[i].from && date <= seasons[i].to)
			w = w * seasons[i].percent / 100;
	return in_campaign(y, day) ? w * (100 + campaign) / 100 : w;
}

int
year_new(const char *zone, const char *from, unsigned campaign, uint64_t seed,
    struct year **out, struct err *e)
{
	struct year *y = xcalloc(1, sizeof *y);
	struct dice dice = { seed };
	uint64_t sum = 0, weight = 0;

	setenv("TZ", zone, 1);
	tzset();
	if (strptime(from, "%Y-%m-%d", &y->first) == NULL) {
		free(y);
		return err_set(e, ERR_USAGE, "'%s' is no date", from);
	}
	y->campaign_day = monday_from(y, YEAR_CAMPAIGN);
	y->outage_day = monday_from(y, YEAR_OUTAGE) + 1;
	for (unsigned i = 0; i <= HOURS; i++) {
		y->slot[i].begin = ms_of(y, i / 24, (int)(i % 24));
		y->slot[i].before = sum;
		if (i % 24 == 0)
			weight = weight_of_day(y, i / 24, campaign) *
			    (84 + dice_below(&dice, 33)) / 100;
		sum += weight * of_hour[i % 24];
	}
	/* An hour that the clock skips has no time for mail. */
	for (unsigned i = HOURS; i > 0; i--)
		if (y->slot[i].begin <= y->slot[i - 1].begin)
			y->slot[i].before = y->slot[i - 1].before;
	*out = y;
	return 0;
}

void
year_free(struct year **y)
{
	free(*y);
	*y = NULL;
}

void
year_moment(struct year *y, uint64_t i, uint64_t n, unsigned jitter, struct moment *out)
{
	uint64_t sum = y->slot[HOURS].before;
	uint64_t at = (i * 1000 + jitter) * (sum / 1000) / n;
	const struct slot *s;
	int64_t length;

	if (y->slot[y->at].before > at)
		y->at = 0;
	while (y->at + 1 < HOURS && y->slot[y->at + 1].before <= at)
		y->at++;
	s = &y->slot[y->at];
	length = s[1].begin - s->begin;
	out->ms = s->begin + (int64_t)((uint64_t)length * (at - s->before) /
	    MAX(s[1].before - s->before, 1U));
	out->day = (unsigned)(y->at / 24);
	out->campaign = in_campaign(y, out->day);
}

int64_t
year_day(const struct year *y, unsigned day)
{
	return ms_of(y, day, 0);
}

int64_t
year_begin(const struct year *y)
{
	return year_day(y, 0);
}

int64_t
year_end(const struct year *y)
{
	return year_day(y, YEAR_DAYS);
}

int64_t
year_outage_begin(const struct year *y)
{
	return ms_of(y, y->outage_day, 6);
}

int64_t
year_outage_end(const struct year *y)
{
	return ms_of(y, y->outage_day + 2, 6);
}
