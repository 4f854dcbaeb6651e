/* SPDX-License-Identifier: MIT */
/*
 * when - times as people type them: "30d", "2h", "2026-11-20",
 * "2026-11-20 10:30", "today", "yesterday".
 */
#ifndef CMD_WHEN_H
#define CMD_WHEN_H

#include "base/base.h"
#include "base/err.h"

/*
 * The wall time that text means, local time.  A span (s, min, h, d, w) lies
 * before now.  A day is its first moment, or with end the first moment
 * after it; a minute likewise.
 */
NODISCARD int when_parse(const char *text, int64_t now_ms, bool end, int64_t *out,
    struct err *e);

#endif
