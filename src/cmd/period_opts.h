/* SPDX-License-Identifier: MIT */
/*
 * period_opts - which period `summary` and `stats` speak of: options that both
 * have, and what they mean by the calendar of the configuration.
 *
 * Without any of them: the last whole ISO week.
 */
#ifndef CMD_PERIOD_OPTS_H
#define CMD_PERIOD_OPTS_H

#include "base/calendar.h"
#include "base/opts.h"
#include "model/config.h"

struct period_opts {
	const char *week, *month, *since, *until;
};

/* NOLINTBEGIN(bugprone-macro-parentheses): offsetof() takes no parentheses. */
/* In the table of a command whose struct has a `struct period_opts period`. */
#define PERIOD_OPTS(type) \
	OPT_STRING(0, "week", "WEEK", type, period.week, \
	    "2026-W47; last, this"), \
	OPT_STRING(0, "month", "MONTH", type, period.month, \
	    "2026-11; last, this"), \
	OPT_STRING(0, "since", "TIME", type, period.since, \
	    "30d, 2026-11-20, monday, last week ..."), \
	OPT_STRING(0, "until", "TIME", type, period.until, \
	    "the same; without it: until now")
/* NOLINTEND(bugprone-macro-parentheses) */

/* month_day: of the summary section.  ERR_USAGE says what is wrong. */
NODISCARD int period_opts_read(const struct period_opts *o, struct calendar *zone,
    int month_day, int64_t now_ms, struct period *out, struct err *e);

#endif
