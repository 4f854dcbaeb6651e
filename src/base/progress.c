/* SPDX-License-Identifier: MIT */
#include "base/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

enum { INTERVAL = 500 };		/* ms, also before the first time */

bool
progress_wanted(bool stdout_busy)
{
	return isatty(STDERR_FILENO) == 1 &&
	    !(stdout_busy && isatty(STDOUT_FILENO) == 1);
}

void
progress_start(struct progress *pg, const char *unit, uint64_t total, bool wanted)
{
	int64_t now = clock_mono_ms();

	*pg = (struct progress){ .unit = unit, .total = total, .started = now,
	    .last = now, .wanted = wanted };
}

void
progress_text(const struct progress *pg, uint64_t done, int64_t elapsed_ms,
    struct buf *out)
{
	double rate = (double)done * 1000.0 / (double)MAX(elapsed_ms, (int64_t)1);

	buf_addf(out, "%" PRIu64, done);
	if (pg->total > 0)
		buf_addf(out, " of %" PRIu64, pg->total);
	buf_addf(out, " %s, %.*f/s", pg->unit, rate < 10.0 ? 1 : 0, rate);
	if (pg->total > 0 && done > 0)
		buf_addf(out, ", %.0f s left", pg->total > done ?
		    (double)(pg->total - done) / rate : 0.0);
}

void
progress_show(struct progress *pg, uint64_t done)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	int64_t now;

	if (!pg->wanted)
		return;
	now = clock_mono_ms();
	if (now - pg->last < INTERVAL)
		return;
	pg->last = now;
	pg->shown = true;
	progress_text(pg, done, now - pg->started, &line);
	fprintf(stderr, "\r%s\x1b[K", buf_str(&line));
	fflush(stderr);
}

void
progress_end(struct progress *pg)
{
	if (pg->shown)
		fputs("\r\x1b[K", stderr);
	pg->shown = false;
}
