/* SPDX-License-Identifier: MIT */
/*
 * stats_views - what can be counted, a table: a new view is an entry there and a
 * function that fills its rows from state/stats.h.
 */
#ifndef CMD_STATS_VIEWS_H
#define CMD_STATS_VIEWS_H

#include "cmd/sheet.h"
#include "model/config.h"
#include "state/stats.h"

struct stats_run {
	struct store *st;
	struct calendar *zone;
	const struct config *cfg;
	struct period period;
	struct arena *a;
	struct sheet *sheet;		/* with the columns of the view */
};

struct stats_view {
	const char *name;		/* "route" */
	const char *title;		/* "mail by route" */
	const struct sheet_column *column;
	size_t n_column;
	NODISCARD int (*fill)(struct stats_run *r, struct err *e);
	size_t most;			/* rows that a table shows; 0 all */
};

extern const struct stats_view stats_views[];
extern const size_t n_stats_views;

/* By name, or NULL. */
const struct stats_view *stats_view_find(const char *name);

#endif
