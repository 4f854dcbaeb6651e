/* SPDX-License-Identifier: MIT */
/*
 * due - the summary by mail, for status and doctor: who gets it, which went out last,
 * which is next, and what starts `mroute summary --due`.
 */
#ifndef CMD_DUE_H
#define CMD_DUE_H

#include "base/calendar.h"
#include "cmd/health.h"

struct due {
	enum health health;		/* attention: it is late */
	const char *text, *todo;	/* todo: "" nothing */
	const char *to;			/* "ann@x.example, bob@x.example"; "" nobody */
	const char *last;		/* "2026-W47"; "" none that is known of */
	const char *last_id;
	int64_t last_ms;
	const char *next;		/* "" none */
	int64_t next_ms;		/* from then on it is due; before now: it is late */
};

/*
 * Only those to the people of mroute.conf count, not --again and --to.  Records that
 * there are not, or that cannot be read, know of none.
 */
NODISCARD int due_look(struct arena *a, const struct records *rec, int64_t now,
    struct due *out, struct err *e);

/*
 * The file of cron that has a line with "summary --due" or "summary --mail": crontab,
 * cron.d/NAME or cron.daily/NAME in dir, "/etc".  NULL: none that we can read.
 */
const char *due_cron(struct arena *a, const char *dir);

#endif
