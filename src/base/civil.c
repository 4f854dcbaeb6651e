/* SPDX-License-Identifier: MIT */
#include "base/civil.h"

/* A year begins in March here, so that the leap day is its last one. */
enum { DAYS_400Y = 146097, DAYS_100Y = 36524, DAYS_4Y = 1461, DAYS_YEAR = 365,
	EPOCH = 719468 };		/* 0000-03-01 to 1970-01-01 */

int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t
floor_mod(int64_t a, int64_t b)
{
	int64_t r = a % b;

	return r < 0 ? r + b : r;
}

/* Days from 1 March to the first of a month: March 0 ... February 11. */
static int64_t
month_start(int64_t month)
{
	return (153 * month + 2) / 5;
}

int64_t
civil_days(int64_t year, int64_t month, int64_t day)
{
	int64_t months = year * 12 + month - 3;	/* since March of year 0 */
	int64_t y = floor_div(months, 12);

	return y * DAYS_YEAR + floor_div(y, 4) - floor_div(y, 100) +
	    floor_div(y, 400) + month_start(floor_mod(months, 12)) + day - 1 - EPOCH;
}

void
civil_date(int64_t days, int *year, int *month, int *day)
{
	int64_t era = floor_div(days + EPOCH, DAYS_400Y);
	int64_t left = floor_mod(days + EPOCH, DAYS_400Y);
	int64_t y = (left - left / (DAYS_4Y - 1) + left / DAYS_100Y -
	    left / (DAYS_400Y - 1)) / DAYS_YEAR;
	int64_t m;

	left -= y * DAYS_YEAR + y / 4 - y / 100;
	m = (5 * left + 2) / 153;
	*day = (int)(left - month_start(m) + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(era * 400 + y + (m >= 10));
}

int
civil_weekday(int64_t days)
{
	return (int)floor_mod(days + 3, 7);	/* 1970-01-01 was a Thursday */
}

int
civil_month_length(int64_t year, int month)
{
	return (int)(civil_days(year, month + 1, 1) - civil_days(year, month, 1));
}
