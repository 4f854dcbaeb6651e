/* SPDX-License-Identifier: MIT */
#include "base/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/xalloc.h"
#include "base/zone.h"

#define ZONES		"/usr/share/zoneinfo"

enum { DAY_S = 86400, ZONE_NAME_MAX = 64,
	YEAR_MIN = 1, YEAR_MAX = 9999,
	OFFSETS_MAX = 28 * 3600 };	/* no clock is further from UTC */

struct calendar {
	GTimeZone *zone;
	char *name;

	/* The piece of a day that was asked last: [from, to), one offset. */
	int64_t from, to;
	int64_t local_midnight;		/* seconds of the clock, where that day begins */
	struct calendar_time day;	/* hour, minute, second are not kept */
};

/* ---- which zone ---- */

/* As IANA makes names; nothing that leads out of the directory. */
static bool
is_zone_name(const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_+-/");

	return n > 0 && n == strlen(name) && n <= ZONE_NAME_MAX && name[0] != '/' &&
	    name[n - 1] != '/' && strstr(name, "//") == NULL;
}

static bool
is_utc(const char *name)
{
	return strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0;
}

static const char *
zones_directory(void)
{
	const char *dir = getenv("TZDIR");	/* as libc does */

	return dir != NULL && dir[0] == '/' ? dir : ZONES;
}

/* GLib takes rules ("CET-1CEST") and offsets for names as well. */
static bool
has_file(const char *name)
{
	AUTO(xfree) char *path = xasprintf("%s/%s", zones_directory(), name);
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int
load_name(const char *name, GTimeZone **out, struct err *e)
{
	if (is_utc(name))			/* needs no file */
		*out = g_time_zone_new_utc();
	else if (is_zone_name(name) && has_file(name))
		*out = g_time_zone_new_identifier(name);
	if (*out != NULL)
		return 0;
	if (access(zones_directory(), F_OK) < 0)
		return err_set(e, ERR_CONFIG, "time zone '%s' cannot be read: there "
		    "is no '%s' here; install the package tzdata", name,
		    zones_directory());
	return err_set(e, ERR_CONFIG, "time zone '%s' is not known: names are those "
	    "of files in '%s', as Europe/Berlin", name, zones_directory());
}

/* TZ: a name, the path of a file, or a rule; with or without a colon before it. */
static int
load_environment(const char *tz, GTimeZone **out, struct err *e)
{
	if (tz[0] == ':')
		tz++;
	*out = tz[0] == '\0' ? g_time_zone_new_utc() : g_time_zone_new_identifier(tz);
	return *out != NULL ? 0 : err_set(e, ERR_CONFIG, "TZ of the environment: "
	    "time zone '%s' is not known", tz);
}

/* What GLib calls it, without the directory; where that is no name, its offset now. */
static char *
name_of(GTimeZone *zone)
{
	const char *id = g_time_zone_get_identifier(zone);
	const char *inside = strstr(id, "/zoneinfo/");
	int minutes;

	if (inside != NULL)
		id = inside + strlen("/zoneinfo/");
	if (is_utc(id) || (is_zone_name(id) && has_file(id)))
		return xstrdup(id);
	minutes = zone_at(zone, clock_wall_ms() / 1000).offset_s / 60;
	return minutes == 0 ? xstrdup("UTC") : xasprintf("%c%02d:%02d",
	    minutes < 0 ? '-' : '+', abs(minutes) / 60, abs(minutes) % 60);
}

int
calendar_open(const char *zone, struct calendar **out, struct err *e)
{
	AUTO(calendar_close) struct calendar *c = xcalloc(1, sizeof *c);
	const char *tz = getenv("TZ");

	if (zone != NULL && zone[0] != '\0') {
		if (load_name(zone, &c->zone, e) < 0)
			return -1;
		c->name = xstrdup(zone);
	} else if (tz != NULL) {
		if (load_environment(tz, &c->zone, e) < 0)
			return -1;
	} else {
		c->zone = g_time_zone_new_local();
	}
	if (c->name == NULL)
		c->name = name_of(c->zone);
	*out = c;
	c = NULL;
	return 0;
}

void
calendar_close(struct calendar **c)
{
	if (*c == NULL)
		return;
	if ((*c)->zone != NULL)
		g_time_zone_unref((*c)->zone);
	free((*c)->name);
	free(*c);
	*c = NULL;
}

const char *
calendar_zone(const struct calendar *c)
{
	return c->name;
}

/* ---- moments and days ---- */

static void
remember_day(struct calendar *c, int64_t second)
{
	struct zone_stretch s = zone_at(c->zone, second);
	int64_t days = floor_div(second + s.offset_s, DAY_S);
	int64_t thursday = days - civil_weekday(days) + 3;
	int month, day;

	c->local_midnight = days * DAY_S;
	c->from = MAX(s.from, c->local_midnight - s.offset_s);
	c->to = MIN(s.to, c->local_midnight - s.offset_s + DAY_S);
	c->day = (struct calendar_time){ .weekday = civil_weekday(days),
		.offset_s = s.offset_s };
	civil_date(days, &c->day.year, &c->day.month, &c->day.day);
	civil_date(thursday, &c->day.week_year, &month, &day);
	c->day.week = (int)((thursday - civil_days(c->day.week_year, 1, 1)) / 7) + 1;
}

void
calendar_split(struct calendar *c, int64_t wall_ms, struct calendar_time *out)
{
	int64_t second = floor_div(wall_ms, 1000);
	int into;

	/* A clock that says more is broken: the day next to it will do. */
	second = MAX(second, civil_days(YEAR_MIN, 1, 2) * DAY_S);
	second = MIN(second, civil_days(YEAR_MAX, 12, 30) * DAY_S);
	if (second < c->from || second >= c->to)
		remember_day(c, second);
	into = (int)(second + c->day.offset_s - c->local_midnight);
	*out = c->day;
	out->hour = into / 3600;
	out->minute = into / 60 % 60;
	out->second = into % 60;
}

/*
 * The first moment at which the clock shows that second or more: so a midnight that
 * is skipped is where the clock stands after the gap, and of one that comes twice
 * it is the first.
 */
static int64_t
first_moment(const struct calendar *c, int64_t local)
{
	int64_t at = local - OFFSETS_MAX;

	for (;;) {
		struct zone_stretch s = zone_at(c->zone, at);
		int64_t wanted = MAX(at, local - s.offset_s);

		if (wanted < s.to)
			return wanted;
		at = s.to;
	}
}

int64_t
calendar_day(struct calendar *c, int year, int month, int day)
{
	return first_moment(c, civil_days(year, month, day) * DAY_S) * 1000;
}
