/* SPDX-License-Identifier: MIT */
/*
 * zone - the offset of a time zone at each moment: GLib's GTimeZone, asked for
 * the stretch of time around a moment in which the offset stays.
 *
 * GLib reads the rule of Europe/Dublin, which alone has its winter as the
 * daylight-saving time, wrongly for the years after 2037, where the entries of
 * its file end.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <glib.h>

#include "base/base.h"

/* Seconds since 1970, [from, to); no longer than a few days to each side. */
struct zone_stretch {
	int64_t from, to;
	int offset_s;			/* east of UTC */
};

struct zone_stretch zone_at(GTimeZone *zone, int64_t second);

#endif
