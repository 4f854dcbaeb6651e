/* SPDX-License-Identifier: MIT */
/* mroute queue: what waits and why; deliver it now, stop it, let it go on. */
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/conf.h"
#include "cmd/records.h"
#include "flow/ctl.h"
#include "rules/jsonout.h"

struct queue_opts {
	const char *to;
	bool json;
};

static const struct opt queue_opts[] = {
	OPT_STRING(0, "to", "ROUTE", struct queue_opts, to,
	    "release: send it to this route"),
	OPT_FLAG(0, "json", struct queue_opts, json,
	    "list: one JSON object a line"),
	OPT_END
};

/* ---- list ---- */

static const struct table_column columns[] = {
	{ "ID", false, false },
	{ "AGE", true, false },
	{ "FROM", false, true },
	{ "STATE", false, false },
	{ "TO", false, true },
	{ "TRIES", true, false },
	{ "NEXT", true, false },
	{ "WHY", false, true },
};

struct queue {
	const struct records *rec;
	struct table *table;		/* NULL: JSON */
	int64_t now;
	unsigned n;
};

/* The first cells of a line: which message. */
static void
add_message(struct queue *q, struct arena *a, const struct envelope *env,
    const char *from)
{
	size_t len = q->rec->st != NULL ? store_short_id(q->rec->st, env->id) :
	    ULID_LEN;
	char age[RECORDS_SPAN_SIZE];

	records_span(q->now - env->received_ms, age);
	table_add(q->table, STYLE_PLAIN, arena_strndup(a, env->id, len));
	table_add(q->table, STYLE_PLAIN, age);
	table_add(q->table, STYLE_PLAIN, from);
}

static void
add_state(struct queue *q, enum style style, const char *state, const char *why)
{
	table_add(q->table, style, state);
	table_add(q->table, STYLE_PLAIN, "");
	table_add(q->table, STYLE_PLAIN, "");
	table_add(q->table, STYLE_PLAIN, "");
	table_add(q->table, STYLE_PLAIN, why);
}

static void
add_effect(struct queue *q, struct arena *a, const struct effect *f)
{
	char next[RECORDS_SPAN_SIZE] = "now";

	if (f->state == EFFECT_READY && f->next_ms > q->now)
		records_span(f->next_ms - q->now, next);
	table_add(q->table, STYLE_WARN, f->state == EFFECT_LEASED ? "sending" :
	    f->uncertain ? "uncertain" : "waits");
	table_add(q->table, STYLE_PLAIN, records_place(a, f));
	table_add(q->table, STYLE_PLAIN, arena_printf(a, "%u", f->attempts));
	table_add(q->table, STYLE_PLAIN, f->state == EFFECT_LEASED ? "" : next);
	table_add(q->table, STYLE_PLAIN, f->last);
}

/* Why it is held: the newest event that says so. */
static const char *
why_held(struct queue *q, struct arena *a, const char *id)
{
	struct store_event *v = NULL;
	const char *why = "";
	struct err e = ERR_INIT;
	size_t n = 0;

	if (store_events(q->rec->st, a, id, 0, &v, &n, &e) < 0)
		return why;
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].name, "held") == 0)
			why = v[i].text;
	return why;
}

static void
add_lines(struct queue *q, const struct store_row *row)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const char *from = records_sender(row);
	bool any = false;

	if (row->state == MESSAGE_HELD) {
		add_message(q, a, &row->env, from);
		add_state(q, STYLE_BAD, "held", why_held(q, a, row->env.id));
		return;
	}
	for (size_t i = 0; i < row->n_effect; i++) {
		const struct effect *f = &row->effect[i];

		if (f->state != EFFECT_READY && f->state != EFFECT_LEASED)
			continue;
		add_message(q, a, &row->env, from);
		add_effect(q, a, f);
		any = true;
	}
	if (any)
		return;
	add_message(q, a, &row->env, from);
	add_state(q, STYLE_WARN, row->seq == 0 ? "undecided" : "ending", "");
}

static bool
show_row(void *arg, const struct store_row *row)
{
	struct queue *q = arg;

	q->n++;
	if (q->table != NULL)
		add_lines(q, row);
	else
		jsonout_line(records_row_json(row), stdout);
	return true;
}

/* In new/, and no record knows it yet: the engine has not come to it. */
static void
show_unseen(struct queue *q, const char *id)
{
	AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;
	AUTO(arena_free) struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct store_row row;

	if (q->rec->st != NULL && store_get(q->rec->st, a, id, &row, &e) == 0)
		return;
	if (spool_read(q->rec->sp, SPOOL_NEW, id, &m, &e) < 0)
		return;			/* just gone, or the engine will hold it */
	row = (struct store_row){ .env = m.env, .state = MESSAGE_ACTIVE,
	    .message_id = "", .from = "", .author = "", .subject = "", .size = m.size,
	    .sha256 = "", .route = "", .title = "", .decided_by = "",
	    .runner_up = "", .would_be = "", .would_be_by = "", .digest = "",
	    .why = "", .trace_json = "" };
	q->n++;
	if (q->table == NULL) {
		jsonout_line(records_row_json(&row), stdout);
		return;
	}
	add_message(q, a, &m.env, records_sender(&row));
	add_state(q, STYLE_WARN, "not seen yet", "");
}

static int
list(const struct cmd_call *call, struct err *e)
{
	const struct queue_opts *o = call->opts;
	const struct store_filter waiting = { .waiting_only = true };
	AUTO(records_close) struct records rec = { .cfg = NULL };
	AUTO(names_release) struct names names = { NULL, 0 };
	AUTO(table_free) struct table *table = NULL;
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct queue q = { .rec = &rec, .now = clock_wall_ms() };

	if (records_open(call, &rec, e) < 0)
		return cmd_fail(e);
	if (!o->json)
		q.table = table = table_new(columns, NELEM(columns));
	if (rec.st != NULL && store_each(rec.st, &waiting, show_row, &q, e) < 0)
		return cmd_fail(e);
	if (spool_list(rec.sp, SPOOL_NEW, &names, e) < 0)
		return cmd_fail(e);
	for (size_t i = names.n; i > 0; i--)
		show_unseen(&q, names.name[i - 1]);
	if (table == NULL)
		return CMD_OK;
	if (q.n == 0) {
		puts("nothing waits");
		return CMD_OK;
	}
	table_render(table, call->columns, call->colour, &out);
	fputs(buf_str(&out), stdout);
	return CMD_OK;
}

/* ---- what changes something ---- */

static int
ask(const struct cmd_call *call, const char *request, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(buf_release) struct buf answer = BUF_INIT;
	struct config *cfg = NULL;
	int r;

	if (conf_load(call, &cfg, &text, e) < 0)
		return cmd_fail(e);
	r = cmd_become_owner(cfg->spool.path, e);
	if (r == 0)
		r = ctl_do(&cfg, buf_slice(&text), request, &answer, e);
	config_free(&cfg);
	if (r < 0)
		return cmd_fail(e);
	printf("%s\n", buf_str(&answer));
	return CMD_OK;
}

static bool
is_one_word(const char *s)
{
	return s[0] != '\0' && strpbrk(s, " \t\r\n") == NULL;
}

static int
cmd_queue_main(struct cmd_call *call)
{
	const struct queue_opts *o = call->opts;
	const char *verb = call->argc > 0 ? call->argv[0] : "list";
	const char *id = call->argc > 1 ? call->argv[1] : NULL;
	AUTO(xfree) char *request = NULL;
	struct err e = ERR_INIT;
	bool release = strcmp(verb, "release") == 0;

	if (o->to != NULL && (!release || !is_one_word(o->to)))
		return cmd_usage(call, "--to ROUTE goes with release");
	if (strcmp(verb, "list") == 0) {
		if (id != NULL)
			return cmd_usage(call, "list takes no operand");
		return list(call, &e);
	}
	if (!release && strcmp(verb, "retry") != 0 && strcmp(verb, "hold") != 0)
		return cmd_usage(call, "'%s' is none of list, retry, hold, release",
		    verb);
	if (o->json)
		return cmd_usage(call, "--json goes with list");
	if (id == NULL || !is_one_word(id))
		return cmd_usage(call, "%s needs an ID%s", verb,
		    strcmp(verb, "retry") == 0 ? " or `all`" : "");
	if (strcmp(id, "all") == 0 && strcmp(verb, "retry") != 0)
		return cmd_usage(call, "`all` goes with retry");
	request = xasprintf("%s %s%s%s", verb, id, o->to != NULL ? " " : "",
	    o->to != NULL ? o->to : "");
	return ask(call, request, &e);
}

const struct cmd cmd_queue = {
	.name = "queue",
	.operands = "[list | retry ID|all | hold ID | release ID]",
	.max = 2,
	.words = "list|retry|hold|release",
	.summary = "what waits and why; deliver it now, stop it, let it go on",
	.details =
	    "list     what waits, newest first: each delivery with the last answer and\n"
	    "         the time to the next try (this is what it does without a word)\n"
	    "retry    deliver it now; `all`: everything that waits\n"
	    "hold     stop a message until a person has looked at it\n"
	    "release  decide a held message again, or send it to the route of --to\n\n"
	    "ID is a unique beginning of a message id, a Postfix queue id, or a\n"
	    "Message-ID.",
	.opts = queue_opts,
	.opts_size = sizeof(struct queue_opts),
	.run = cmd_queue_main,
};
