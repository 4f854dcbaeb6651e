/* SPDX-License-Identifier: MIT */
/* mroute log: what came, where it went and why; or all that happened to one message. */
#include <string.h>

#include "base/clock.h"
#include "cmd/cmd.h"
#include "cmd/records.h"
#include "cmd/story.h"
#include "cmd/when.h"
#include "rules/jsonout.h"

struct log_opts {
	const char *route, *sender, *subject, *recipient, *id, *queue_id;
	const char *since, *until, *limit;
	bool json;
};

static const struct opt log_opts[] = {
	OPT_STRING(0, "route", "ROUTE", struct log_opts, route,
	    "only what went to this route"),
	OPT_STRING(0, "sender", "TEXT", struct log_opts, sender,
	    "an address, or part of sender, From or author"),
	OPT_STRING(0, "subject", "TEXT", struct log_opts, subject,
	    "part of the subject"),
	OPT_STRING(0, "recipient", "TEXT", struct log_opts, recipient,
	    "an address it came to, or part of one"),
	OPT_STRING(0, "since", "TIME", struct log_opts, since,
	    "30d, 2h, 2026-11-28, today ..."),
	OPT_STRING(0, "until", "TIME", struct log_opts, until, "the same"),
	OPT_STRING(0, "id", "ID", struct log_opts, id, "the beginning of an id"),
	OPT_STRING(0, "queue-id", "ID", struct log_opts, queue_id,
	    "the id in Postfix' log"),
	OPT_STRING('n', "limit", "N", struct log_opts, limit,
	    "at most so many; 0: all"),
	OPT_FLAG(0, "json", struct log_opts, json, "one JSON object a line"),
	OPT_END
};

enum { LIMIT = 20 };

static const struct table_column columns[] = {
	{ "TIME", false, false },
	{ "ID", false, false },
	{ "FROM", false, true },
	{ "SUBJECT", false, true },
	{ "ROUTE", false, true },
	{ "BY", false, false },
	{ "STATE", false, false },
};

/* Without year and BY: in 80 columns there would be 8 each for who and what. */
static const struct table_column narrow_columns[] = {
	{ "TIME", false, false },
	{ "ID", false, false },
	{ "FROM", false, true },
	{ "SUBJECT", false, true },
	{ "ROUTE", false, true },
	{ "STATE", false, false },
};
enum { NARROW = 100 };

struct log {
	const struct records *rec;
	struct table *table;		/* NULL: JSON */
	bool narrow;			/* its columns */
	unsigned n;
};

static int
read_filter(const struct log_opts *o, struct store_filter *f, struct err *e)
{
	int64_t now = clock_wall_ms();
	uint64_t limit = o->json ? 0 : LIMIT;

	*f = (struct store_filter){
		.route = o->route, .sender = o->sender, .subject = o->subject,
		.recipient = o->recipient, .id = o->id, .queue_id = o->queue_id,
	};
	if (o->since != NULL && when_parse(NULL, o->since, now, false, &f->since_ms, e) < 0)
		return -1;
	if (o->until != NULL && when_parse(NULL, o->until, now, true, &f->until_ms, e) < 0)
		return -1;
	if (o->limit != NULL && (!slice_to_u64(slice_str(o->limit), &limit) ||
	    limit > UINT32_MAX))
		return err_set(e, ERR_USAGE, "--limit takes a number");
	f->limit = (unsigned)limit;
	return 0;
}

static void
add_row(struct log *l, const struct store_row *row)
{
	AUTO(arena_free) struct arena *a = arena_new();
	char time[RECORDS_TIME_SIZE];
	enum style style;
	const char *fate = records_fate(a, row, &style);

	records_time(row->env.received_ms, time);
	/* Seconds are for `log ID`. */
	time[strlen("2026-11-28 18:47")] = '\0';
	table_add(l->table, STYLE_DIM, l->narrow ? time + strlen("2026-") : time);
	table_add(l->table, STYLE_PLAIN, arena_strndup(a, row->env.id,
	    store_short_id(l->rec->st, row->env.id)));
	table_add(l->table, STYLE_PLAIN, records_sender(row));
	table_add(l->table, STYLE_PLAIN, records_subject(row));
	table_add(l->table, STYLE_NAME, row->route[0] != '\0' ? row->route :
	    row->title[0] != '\0' ? row->title : "-");
	if (!l->narrow)
		table_add(l->table, STYLE_PLAIN, row->decided_by[0] != '\0' ?
		    row->decided_by : "-");
	table_add(l->table, style, fate);
}

static bool
show_row(void *arg, const struct store_row *row)
{
	struct log *l = arg;

	l->n++;
	if (l->table != NULL)
		add_row(l, row);
	else
		jsonout_line(records_row_json(row), stdout);
	return true;
}

static int
list(const struct cmd_call *call, const struct records *rec,
    const struct store_filter *f, struct err *e)
{
	const struct log_opts *o = call->opts;
	AUTO(table_free) struct table *table = NULL;
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct log l = { .rec = rec,
		.narrow = call->columns > 0 && call->columns < NARROW };

	if (!o->json)
		l.table = table = l.narrow ?
		    table_new(narrow_columns, NELEM(narrow_columns)) :
		    table_new(columns, NELEM(columns));
	if (rec->st != NULL && store_each(rec->st, f, show_row, &l, e) < 0)
		return cmd_fail(e);
	if (l.n == 0) {
		if (!o->json)
			fputs("nothing found\n", stderr);
		return CMD_FINDINGS;
	}
	if (table != NULL) {
		table_render(table, call->columns, call->colour, &out);
		fputs(buf_str(&out), stdout);
		if (f->limit > 0 && l.n == f->limit && o->limit == NULL)
			fprintf(stderr, "the newest %u; --limit 0 shows all\n", l.n);
	}
	return CMD_OK;
}

static int
cmd_log_main(struct cmd_call *call)
{
	const struct log_opts *o = call->opts;
	AUTO(records_close) struct records rec = { .cfg = NULL };
	struct store_filter f;
	struct err e = ERR_INIT;
	char id[ULID_SIZE];

	if (read_filter(o, &f, &e) < 0)
		return cmd_usage(call, "%s", e.text);
	if (records_open(call, &rec, &e) < 0)
		return cmd_fail(&e);
	if (call->argc == 0)
		return list(call, &rec, &f, &e);
	if (records_resolve(&rec, call->argv[0], id, &e) < 0 ||
	    story_show(call, rec.st, id, o->json, &e) < 0)
		return cmd_fail(&e);
	return CMD_OK;
}

const struct cmd cmd_log = {
	.name = "log",
	.operands = "[ID]",
	.max = 1,
	.summary = "what came, where it went and why",
	.details =
	    "The newest messages first; options narrow the list, and all of them must\n"
	    "hold. With ID: everything that happened to that message, in order. ID is\n"
	    "a unique beginning of a message id, a Postfix queue id, or a Message-ID.\n"
	    "The status is 1 when nothing is found.",
	.opts = log_opts,
	.opts_size = sizeof(struct log_opts),
	.run = cmd_log_main,
};
