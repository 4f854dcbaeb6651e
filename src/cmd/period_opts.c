/* SPDX-License-Identifier: MIT */
#include "cmd/period_opts.h"

#include <string.h>

#include "cmd/when.h"

static int
read_week(const char *text, struct calendar *zone, int64_t now_ms,
    struct period *out, struct err *e)
{
	*out = period_last_week(zone, now_ms);
	if (strcmp(text, "last") == 0)
		return 0;
	if (strcmp(text, "this") != 0)
		return period_parse_week(zone, text, out, e);
	*out = period_before(zone, out, -1);
	return 0;
}

static int
read_month(const char *text, struct calendar *zone, int month_day, int64_t now_ms,
    struct period *out, struct err *e)
{
	*out = period_last_month(zone, now_ms, month_day);
	if (strcmp(text, "last") == 0)
		return 0;
	if (strcmp(text, "this") != 0)
		return period_parse_month(zone, text, month_day, out, e);
	*out = period_before(zone, out, -1);
	return 0;
}

static int
read_span(const struct period_opts *o, struct calendar *zone, int64_t now_ms,
    struct period *out, struct err *e)
{
	*out = (struct period){ .kind = PERIOD_SPAN, .to_ms = now_ms, .month_day = 1 };
	if (o->since == NULL)
		return err_set(e, ERR_USAGE, "--until wants --since as well");
	if (when_parse(zone, o->since, now_ms, false, &out->from_ms, e) < 0 ||
	    (o->until != NULL &&
	    when_parse(zone, o->until, now_ms, true, &out->to_ms, e) < 0))
		return -1;
	if (out->from_ms >= out->to_ms)
		return err_set(e, ERR_USAGE, o->until != NULL ?
		    "--since is not before --until" : "--since is still to come");
	return 0;
}

int
period_opts_read(const struct period_opts *o, struct calendar *zone, int month_day,
    int64_t now_ms, struct period *out, struct err *e)
{
	bool span = o->since != NULL || o->until != NULL;

	if ((o->week != NULL) + (o->month != NULL) + span > 1)
		return err_set(e, ERR_USAGE, "one of --week, --month, and --since with "
		    "--until");
	if (o->month != NULL)
		return read_month(o->month, zone, month_day, now_ms, out, e);
	if (span)
		return read_span(o, zone, now_ms, out, e);
	return read_week(o->week != NULL ? o->week : "last", zone, now_ms, out, e);
}
