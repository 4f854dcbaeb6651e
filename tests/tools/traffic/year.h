/* SPDX-License-Identifier: MIT */
/*
 * year - when mail comes: days of the calendar with their weight, hours of the
 * day, and the days that are not like others.
 *
 * The wall clock is libc's (mktime, localtime_r), not base/calendar.h: this is what
 * that is compared with.
 */
#ifndef TRAFFIC_YEAR_H
#define TRAFFIC_YEAR_H

#include <time.h>

#include "base/base.h"
#include "base/err.h"

enum { YEAR_DAYS = 365 };

/* What is special, in days since the first. */
enum {
	YEAR_OBSERVED = 14,		/* days at the start: nothing is routed yet */
	YEAR_RENAMED = 182,		/* sponsors becomes sponsorship */
	YEAR_CAMPAIGN = 280,		/* the week of the first Monday from here */
	YEAR_OUTAGE = 330,		/* Tuesday and Wednesday of that week */
};

struct moment {
	int64_t ms;
	unsigned day;			/* 0 ... YEAR_DAYS - 1 */
	bool campaign;
};

struct year;

/*
 * zone: TZ; from "YYYY-MM-DD".  campaign: by how many percent it makes a day
 * heavier.  seed: no two days are alike.
 */
NODISCARD int year_new(const char *zone, const char *from, unsigned campaign,
    uint64_t seed, struct year **out, struct err *e);
void year_free(struct year **y);

/*
 * Message i of n, never before the one before.  jitter 0 ... 999: so that mail
 * does not come by the clock.
 */
void year_moment(struct year *y, uint64_t i, uint64_t n, unsigned jitter,
    struct moment *out);

int64_t year_begin(const struct year *y);
int64_t year_end(const struct year *y);

/* The time in which nothing can be delivered. */
int64_t year_outage_begin(const struct year *y);
int64_t year_outage_end(const struct year *y);

/* Midnight of a day; days past the end count on. */
int64_t year_day(const struct year *y, unsigned day);

#endif
