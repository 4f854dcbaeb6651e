/* SPDX-License-Identifier: MIT */
/*
 * civil - dates of the Gregorian calendar as numbers of days since 1970-01-01.
 */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include "base/base.h"

/* Months past December and days past a month's end count on; before as well. */
int64_t civil_days(int64_t year, int64_t month, int64_t day);

void civil_date(int64_t days, int *year, int *month, int *day);

/* 0 Monday ... 6 Sunday */
int civil_weekday(int64_t days);

int civil_month_length(int64_t year, int month);

/* a / b, towards minus infinity; b > 0. */
int64_t floor_div(int64_t a, int64_t b);

#endif
