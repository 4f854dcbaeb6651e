/* SPDX-License-Identifier: MIT */
#include "flow/summary_say.h"

#include <inttypes.h>

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
		return "< 1 %";
	if (percent > 99)
		return "> 99 %";
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
		int64_t ms;
		const char *unit;
	} units[] = {
		{ 86400000, "d" }, { 3600000, "h" }, { 60000, "min" }, { 1000, "s" },
	};

	if (ms < 0)
		ms = 0;
	for (size_t i = 0; i < NELEM(units); i++)
		if (ms >= 2 * units[i].ms)
			return arena_printf(a, "%s %s",
			    say_count(a, (uint64_t)(ms / units[i].ms)), units[i].unit);
	return arena_printf(a, "%" PRId64 ".%" PRId64 " s", ms / 1000, ms % 1000 / 100);
}
