/* SPDX-License-Identifier: MIT */
#include "base/zone.h"

enum { AROUND = 3 * 86400 };

static int
interval_at(GTimeZone *zone, int64_t second)
{
	return g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, second);
}

/* The first second of (outside, inside] from where it is inside's interval. */
static int64_t
edge(GTimeZone *zone, int64_t outside, int64_t inside, int interval)
{
	int64_t step = outside < inside ? 1 : -1;

	while (inside - outside != step) {
		int64_t middle = outside + (inside - outside) / 2;

		if (interval_at(zone, middle) == interval)
			inside = middle;
		else
			outside = middle;
	}
	return inside;
}

struct zone_stretch
zone_at(GTimeZone *zone, int64_t second)
{
	int interval = interval_at(zone, second);
	struct zone_stretch s = { second - AROUND, second + AROUND,
	    g_time_zone_get_offset(zone, interval) };

	/* GLib numbers the stretches, and does not say where one ends. */
	if (interval_at(zone, s.from) != interval)
		s.from = edge(zone, s.from, second, interval);
	if (interval_at(zone, s.to) != interval)
		s.to = edge(zone, s.to, second, interval) + 1;
	return s;
}
