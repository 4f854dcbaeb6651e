/* SPDX-License-Identifier: MIT */
#include "flow/summary_say.h"

#include <inttypes.h>

#include "flow/summary.h"

const char *
say_count(struct arena *a, uint64_t n)
{
	char out[32];		/* 20 digits, 6 separators */
	char *p = out + sizeof out - 1;
	unsigned digits = 0;

	*p = '\0';
	do {
		if (digits > 0 && digits % 3 == 0)
			*--p = ',';
		*--p = (char)('0' + n % 10);
		n /= 10;
		digits++;
	} while (n > 0);
	return arena_strdup(a, p);
}

const char *
say_of(struct arena *a, uint64_t n, const char *one, const char *many)
{
	return arena_printf(a, "%s %s", say_count(a, n), n == 1 ? one : many);
}

const char *
say_share(struct arena *a, uint64_t part, uint64_t whole)
{
	unsigned percent;

	if (whole == 0)
		return "-";
	if (part == 0)
		return "0 %";
	if (part >= whole)
		return "100 %";
	percent = (unsigned)(100.0 * (double)part / (double)whole + 0.5);
	if (percent < 1)
		return "under 1 %";
	if (percent > 99)
		return "over 99 %";
	return arena_printf(a, "%u %%", percent);
}

const char *
say_change(struct arena *a, uint64_t now, uint64_t before)
{
	if (now == before)
		return "0";
	return now > before ? arena_printf(a, "+%s", say_count(a, now - before))
			    : arena_printf(a, "-%s", say_count(a, before - now));
}

const char *
say_span(struct arena *a, int64_t ms)
{
	static const struct {
		int64_t ms, most;	/* more of it are said in the next */
		const char *unit;
	} units[] = {
		{ 1000, 119, "s" }, { 60000, 119, "min" }, { 3600000, 47, "h" },
		{ 86400000, INT64_MAX, "d" },
	};
	int64_t tenths = ms > 0 ? (ms - 1) / 100 + 1 : 1, n;
	size_t i = 0;

	if (tenths < 100 && tenths % 10 != 0)
		return arena_printf(a, "%" PRId64 ".%" PRId64 " s", tenths / 10,
		    tenths % 10);
	while ((n = (ms - 1) / units[i].ms + 1) > units[i].most)
		i++;
	return arena_printf(a, "%s %s", say_count(a, (uint64_t)n), units[i].unit);
}

const char *
say_compared(struct arena *a, const struct summary *s, uint64_t now, uint64_t before)
{
	const char *partial = s->before_partial ? ", when the records began" : "";

	if (s->unfinished)
		return arena_printf(a, "so far; %s in the whole %s before%s",
		    say_count(a, before), say_unit(s), partial);
	if (now == before)
		return arena_printf(a, "as many as the %s before%s", say_unit(s), partial);
	return arena_printf(a, "%s %s than the %s before%s",
	    say_count(a, now > before ? now - before : before - now),
	    now > before ? "more" : "fewer", say_unit(s), partial);
}

const char *
say_command(struct arena *a, const struct summary *s, const char *words)
{
	struct slice rest = slice_str(s->key), first = { "", 0 };

	switch (s->period.kind) {
	case PERIOD_WEEK:
		return arena_printf(a, "mroute %s --week %s", words, s->key);
	case PERIOD_MONTH:
		return arena_printf(a, "mroute %s --month %s", words, s->key);
	case PERIOD_SPAN:
		break;
	}
	(void)slice_next(&rest, '/', &first);
	return arena_printf(a, "mroute %s --since " SLICE_FMT " --until " SLICE_FMT,
	    words, SLICE_ARG(first), SLICE_ARG(rest));
}

const char *
say_stats(struct arena *a, const struct summary *s, const char *what)
{
	return say_command(a, s, arena_printf(a, "stats %s", what));
}

bool
say_observed(const struct summary *s)
{
	return s->observed * 2 > s->total;
}

const struct say_term say_terms[SAY_TERMS] = {
	{ "Messages", "mail that came in these days, each once, as it was decided last; what "
	    "came a second time is not counted" },
	{ "Routed without a person", "decided by the rules alone" },
	{ "Left to a person", "no rule was sure of it, so that it went where all such mail "
	    "goes" },
	{ "Delivered within", "the time from receipt to the end of the last delivery, with "
	    "every try" },
	{ "Usual", "the middle one of up to 11 of these periods before" },
};

size_t
say_events(const struct summary *s, struct say_event out[SAY_EVENTS])
{
	const struct {
		uint64_t n;
		const char *one, *many;
	} all[SAY_EVENTS] = {
		{ s->redelivered, "message came a second time, and was delivered once",
		    "messages came a second time, and were delivered once" },
		{ s->examiner_failed, "failure of the program that reads mail",
		    "failures of the program that reads mail" },
		{ s->fallbacks, "message in the fallback Maildir",
		    "messages in the fallback Maildir" },
		{ s->retries, "message not delivered at once, and put off",
		    "messages not delivered at once, and put off" },
		/* One start alone is nothing to tell. */
		{ s->restarts > 1 ? s->restarts : 0, "", "starts of the engine" },
	};
	size_t n = 0;

	for (size_t i = 0; i < SAY_EVENTS; i++)
		if (all[i].n > 0)
			out[n++] = (struct say_event){ all[i].n, all[i].n == 1 ?
			    all[i].one : all[i].many };
	return n;
}

const char *
say_alarm(struct arena *a, const struct summary_alarm *al)
{
	if (al->over_ms == 0)
		return al->text;
	return arena_printf(a, "over since %s%s%s", al->over, al->text[0] != '\0' ?
	    ": " : "", al->text);
}

const char *
say_unit(const struct summary *s)
{
	static const char *const names[] = { [PERIOD_WEEK] = "week",
		[PERIOD_MONTH] = "month", [PERIOD_SPAN] = "period" };

	return names[s->period.kind];
}
