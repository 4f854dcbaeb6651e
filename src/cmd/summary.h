/* SPDX-License-Identifier: MIT */
/*
 * summary - what the files of cmd_summary share: the period's numbers, and the
 * mail that is made of them.
 */
#ifndef CMD_SUMMARY_H
#define CMD_SUMMARY_H

#include "cmd/period_opts.h"
#include "cmd/records.h"
#include "flow/summary.h"

struct summary_opts {
	struct period_opts period;
	const char *html, *to;
	bool json, mail, again, due, no_pager;
};

/* All that a summary of any period is made from. */
struct summary_run {
	const struct cmd_call *call;
	struct arena *a;
	struct records rec;
	struct calendar *zone;
	struct policy *policy;		/* in force; NULL none */
	int64_t now_ms;
};

/* Gather the numbers of a period; in run->a. */
NODISCARD int summary_make(struct summary_run *run, const struct period *p,
    struct summary **out, struct err *e);

/*
 * Put the summary of a period into the spool, as mail, unless it was sent or
 * waits there: then it says so, but not when quiet.
 */
NODISCARD int summary_send(struct summary_run *run, const struct period *p, bool quiet,
    struct err *e);

/* The same for each summary that is due now; silent where nothing is to be done. */
NODISCARD int summary_send_due(struct summary_run *run, struct err *e);

#endif
