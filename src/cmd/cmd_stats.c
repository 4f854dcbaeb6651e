/* SPDX-License-Identifier: MIT */
/* mroute stats: what the summary is made of, for questions of one's own. */
#include <string.h>

#include "base/clock.h"
#include "cmd/cmd.h"
#include "cmd/pager.h"
#include "cmd/period_opts.h"
#include "cmd/records.h"
#include "cmd/stats_views.h"

struct stats_opts {
	struct period_opts period;
	const char *limit;
	bool all, json, csv, no_pager;
};

static const struct opt stats_opts[] = {
	PERIOD_OPTS(struct stats_opts),
	OPT_FLAG(0, "all", struct stats_opts, all, "all that the records hold"),
	OPT_STRING('n', "limit", "N", struct stats_opts, limit,
	    "at most so many rows; 0: all"),
	OPT_FLAG(0, "json", struct stats_opts, json, "one JSON object a row"),
	OPT_FLAG(0, "csv", struct stats_opts, csv, "a table for spreadsheets"),
	OPT_FLAG(0, "no-pager", struct stats_opts, no_pager,
	    "all at once, also on a terminal"),
	OPT_END
};

static bool
names_period(const struct period_opts *o)
{
	return o->week != NULL || o->month != NULL || o->since != NULL ||
	    o->until != NULL;
}

/* From the first message on. */
static int
all_time(struct stats_run *r, int64_t now, struct err *e)
{
	int64_t first = 0;

	if (r->st != NULL && stats_first(r->st, &first, e) < 0)
		return -1;
	r->period = (struct period){ .kind = PERIOD_SPAN, .month_day = 1,
	    .from_ms = first > 0 ? MIN(first, now - 1) : now - 1, .to_ms = now };
	return 0;
}

static int
read_period(struct stats_run *r, const struct stats_opts *o, struct err *e)
{
	int64_t now = clock_wall_ms();

	if (o->all && names_period(&o->period))
		return err_set(e, ERR_USAGE, "--all is every period: it takes no other");
	if (!o->all)
		return period_opts_read(&o->period, r->zone, r->cfg->summary.month_day, now,
		    &r->period, e);
	return all_time(r, now, e);
}

/* ---- showing ---- */

static size_t
most_rows(const struct stats_view *v, const struct stats_opts *o, uint64_t limit)
{
	if (o->limit != NULL)
		return limit;
	return o->json || o->csv ? 0 : v->most;
}

static void
show_table(const struct cmd_call *call, const struct stats_run *r,
    const struct stats_view *v, size_t most, struct buf *out)
{
	AUTO(buf_release) struct buf title = BUF_INIT;

	buf_addf(&title, "%s, ", v->title);
	period_title(r->zone, &r->period, &title);
	style_add(out, STYLE_DIM, buf_slice(&title), call->colour);
	buf_add_str(out, "\n\n");
	sheet_table(r->sheet, most, call->columns, call->colour, out);
}

static int
nothing(const struct stats_run *r, const struct stats_opts *o)
{
	AUTO(buf_release) struct buf title = BUF_INIT;

	period_title(r->zone, &r->period, &title);
	if (!o->json && !o->csv)
		fprintf(stderr, "nothing to count, %s%s\n", buf_str(&title),
		    !o->all && !names_period(&o->period) ?
		    "; --week this and --since 7d look at what came since" : "");
	return CMD_FINDINGS;
}

static int
show(const struct cmd_call *call, const struct stats_run *r,
    const struct stats_view *v, uint64_t limit)
{
	const struct stats_opts *o = call->opts;
	AUTO(buf_release) struct buf out = BUF_INIT;
	size_t most = most_rows(v, o, limit), rows = sheet_rows(r->sheet);

	if (rows == 0)
		return nothing(r, o);
	if (o->json)
		sheet_json(r->sheet, most, v->name, &r->period, &out);
	else if (o->csv)
		sheet_csv(r->sheet, most, &out);
	else
		show_table(call, r, v, most, &out);
	pager_show(call, buf_slice(&out), !o->json && !o->csv && !o->no_pager);
	if (!o->json && !o->csv && o->limit == NULL && most > 0 && rows > most)
		fprintf(stderr, "the first %zu of %zu; --limit 0 shows all\n", most, rows);
	return CMD_OK;
}

static void
run_release(struct stats_run *r)
{
	sheet_free(&r->sheet);
	calendar_close(&r->zone);
	arena_free(&r->a);
}

static int
unknown_view(const struct cmd_call *call, const char *name)
{
	AUTO(buf_release) struct buf all = BUF_INIT;

	for (size_t i = 0; i < n_stats_views; i++)
		buf_addf(&all, "%s%s", i > 0 ? ", " : "", stats_views[i].name);
	return cmd_usage(call, "'%s': it can be %s", name, buf_str(&all));
}

static int
cmd_stats_main(struct cmd_call *call)
{
	const struct stats_opts *o = call->opts;
	const char *name = call->argc > 0 ? call->argv[0] : stats_views[0].name;
	const struct stats_view *v = stats_view_find(name);
	AUTO(records_close) struct records rec = { .cfg = NULL };
	AUTO(run_release) struct stats_run r = { .a = arena_new() };
	struct err e = ERR_INIT;
	uint64_t limit = 0;

	if (v == NULL)
		return unknown_view(call, name);
	if (o->json && o->csv)
		return cmd_usage(call, "either --json or --csv");
	if (o->limit != NULL && !slice_to_u64(slice_str(o->limit), &limit))
		return cmd_usage(call, "--limit takes a number");
	if (records_open(call, &rec, &e) < 0)
		return cmd_fail(&e);
	r.cfg = rec.cfg;
	r.st = rec.st;
	if (calendar_open(rec.cfg->summary.time_zone, &r.zone, &e) < 0)
		return cmd_fail(&e);
	if (read_period(&r, o, &e) < 0)
		return e.kind == ERR_USAGE ? cmd_usage(call, "%s", e.text) : cmd_fail(&e);
	r.sheet = sheet_new(v->column, v->n_column, r.zone);
	if (r.st != NULL && v->fill(&r, &e) < 0)
		return cmd_fail(&e);
	return show(call, &r, v, limit);
}

const struct cmd cmd_stats = {
	.name = "stats",
	.operands = "[WHAT]",
	.max = 1,
	.words = "route|by|domain|line|hour|day|week|month|delay|field|trouble|event",
	.summary = "what the summary is made of: counts of a period",
	.details =
	    "WHAT is route (when nothing is said), by, domain, line, hour, day, week,\n"
	    "month, delay, field, trouble or event. The period is the last whole week\n"
	    "unless options say another, by the time zone of the configuration, so that\n"
	    "the numbers are those of `mroute summary`. The status is 1 when there is\n"
	    "nothing to count.",
	.opts = stats_opts,
	.opts_size = sizeof(struct stats_opts),
	.run = cmd_stats_main,
};
