/* SPDX-License-Identifier: MIT */
/*
 * when - times as people type them: "30d", "2h", "2026-11-20",
 * "2026-11-20 10:30", "2026-11-20T10:30:59", "today", "yesterday", "monday",
 * "this week", "last week", "this month", "last month".
 */
#ifndef CMD_WHEN_H
#define CMD_WHEN_H

#include "base/base.h"
#include "base/calendar.h"
#include "base/err.h"

/*
 * The wall time that text means by the clock of c (NULL: the system's).  A span
 * (s, min, h, d, w) lies before now.  A day, week or month is its first moment, or
 * with end the first moment after it; a minute likewise; a second is that moment.  The name of a
 * weekday is the last such day, today counts.
 */
NODISCARD int when_parse(struct calendar *c, const char *text, int64_t now_ms,
    bool end, int64_t *out, struct err *e);

#endif
