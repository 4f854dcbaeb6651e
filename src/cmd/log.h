/* SPDX-License-Identifier: MIT */
/*
 * log - what the files of mroute log share.  Nobody else includes it.
 *
 *	cmd_log.c	options and filters
 *	log_rows.c	messages as a table, as CSV, as JSON, one line after another
 *	log_route.c	is there such a route?
 *	log_follow.c	--follow
 */
#ifndef CMD_LOG_H
#define CMD_LOG_H

#include "cmd/cmd.h"
#include "cmd/records.h"

struct log_opts {
	const char *route, *by, *sender, *domain, *recipient, *state, *points, *field;
	const char *line, *search, *subject, *id, *queue_id;
	const char *since, *until, *limit;
	bool follow, json, csv, no_pager;
};

/* Rows on their way out; init/release. */
struct log_rows {
	const struct cmd_call *call;
	const struct log_opts *opts;
	const struct records *rec;
	struct table *table;		/* NULL: JSON, CSV */
	bool narrow;			/* its columns */
	unsigned n;
};
void log_rows_init(struct log_rows *l, const struct cmd_call *call,
    const struct records *rec);
void log_rows_release(struct log_rows *l);

/* For store_each(); arg is the struct log_rows. */
bool log_rows_add(void *arg, const struct store_row *row);

/* Show what was kept for a table, through a pager where one is wanted. */
void log_rows_show(struct log_rows *l);

/*
 * No message of the records went there, and the rules in force have no such route;
 * *nearest (in a) is the one that may be meant, or NULL.
 */
bool log_route_unknown(const struct records *rec, const char *route, struct arena *a,
    const char **nearest);

/* One message as a line of its own: what --follow prints. */
void log_rows_line(const struct cmd_call *call, const struct log_opts *o,
    const struct records *rec, const struct store_row *row, int64_t at_ms,
    struct buf *out);
void log_rows_csv_head(const struct log_opts *o, struct buf *out);

/*
 * Print what comes until somebody or something ends it; the exit status.  plain:
 * the filter leaves nothing out, so events of the engine are shown, too.
 */
int log_follow(const struct cmd_call *call, struct records *rec,
    const struct store_filter *f, bool plain);

#endif
