/* SPDX-License-Identifier: MIT */
#include "cmd/health.h"

#include <string.h>

#include "base/file.h"

enum { HOUR = 3600000 };

static const struct {
	const char *name;
	enum style style;
} kinds[] = {
	[HEALTH_FINE] = { "fine", STYLE_GOOD },
	[HEALTH_ATTENTION] = { "attention", STYLE_WARN },
	[HEALTH_BROKEN] = { "broken", STYLE_BAD },
};

const char *
health_name(enum health h)
{
	return kinds[h].name;
}

enum style
health_style(enum health h)
{
	return kinds[h].style;
}

const char *
health_ago(struct arena *a, int64_t now, int64_t ms)
{
	char time[RECORDS_TIME_SIZE], span[RECORDS_SPAN_SIZE];

	records_time(ms, time);
	records_span(now - ms, span);
	return arena_printf(a, "%s, %s ago", time, span);
}

bool
health_event(struct arena *a, const struct records *rec, const char *name,
    struct store_event *out)
{
	struct err e = ERR_INIT;

	*out = (struct store_event){ .name = name, .id = "", .text = "" };
	return rec->st != NULL && store_find_event(rec->st, a, name, out, &e) == 0;
}

/* Somebody holds the lock; we do not keep it. */
static int
engine_runs(const struct records *rec, struct err *e)
{
	AUTO(fd_close) int lock = -1;
	int got = spool_lock(rec->sp, &lock, e);

	return got < 0 ? -1 : !got;
}

int
health_engine(struct arena *a, const struct records *rec, int64_t now,
    struct health_engine *out, struct err *e)
{
	int64_t silence = rec->cfg->spool.max_silence;
	struct store_event start;
	bool started = health_event(a, rec, EVENT_ENGINE_START, &start);
	bool once = started && strcmp(start.text, "once") == 0;
	int runs = engine_runs(rec, e);

	if (runs < 0)
		return -1;
	if (silence == 0)
		silence = HOUR;
	*out = (struct health_engine){ .health = HEALTH_FINE, .todo = "",
	    .runs = runs, .alive_ms = spool_alive_ms(rec->sp),
	    .since_ms = runs && started ? start.at_ms : 0 };
	if (runs)
		out->text = started ? arena_printf(a, "running since %s",
		    health_ago(a, now, start.at_ms)) : "running";
	else if (once && out->alive_ms != 0 && now - out->alive_ms < silence)
		out->text = arena_printf(a, "not running now; 'mroute run --once' "
		    "was here %s", health_ago(a, now, out->alive_ms));
	else {
		out->health = HEALTH_BROKEN;
		out->text = out->alive_ms == 0 ? "has never run" : arena_printf(a,
		    "does not run; last sign of life %s",
		    health_ago(a, now, out->alive_ms));
		out->todo = "start it with 'mroute run'";
	}
	return 0;
}
