/* SPDX-License-Identifier: MIT */
/*
 * mroute status: does it work, and does a person have to do something?
 *
 * Each look at one part fills a line and says how bad it is; the worst is the
 * exit status.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cmd/conf.h"
#include "cmd/due.h"
#include "cmd/status.h"
#include "rules/jsonout.h"
#include "rules/page.h"

struct status_opts {
	bool json;
};

static const struct opt status_opts[] = {
	OPT_FLAG(0, "json", struct status_opts, json, "one JSON object"),
	OPT_END
};

enum {
	LABEL = 10,			/* columns */
	DISK_LOW = 10, DISK_FULL = 5,	/* percent: purge, and the door shuts */
	MINUTE = 60000,
	OLD_QUEUE = 60 * MINUTE,	/* waiting longer than that is worth a look */
};

void
status_report(struct status *s, enum health h, const char *label, const char *text)
{
	struct page pg = { .out = &s->text, .colour = s->call->colour,
	    .columns = s->call->columns };

	page_put_str(&pg, STYLE_DIM, label);
	page_pad(&pg, LABEL);
	page_put_wrapped(&pg, h == HEALTH_FINE ? STYLE_PLAIN : health_style(h), text);
	page_newline(&pg);
	s->worst = MAX(s->worst, h);
	s->n_todo += h != HEALTH_FINE;
}

const char *
status_ago(struct status *s, int64_t ms)
{
	return health_ago(s->a, s->now, ms);
}

/* ---- the engine ---- */

static int
look_at_engine(struct status *s, struct err *e)
{
	struct health_engine en;

	if (health_engine(s->a, &s->rec, s->now, &en, e) < 0)
		return -1;
	status_report(s, en.health, "engine", arena_printf(s->a, "%s%s%s", en.text,
	    en.todo[0] != '\0' ? ": " : "", en.todo));
	s->engine = en.runs ? "runs" : en.health != HEALTH_FINE ? "does not run" :
	    "runs now and then";	/* --once, by a timer */
	jsonout_put(s->json, "running", json_boolean(en.runs));
	jsonout_put(s->json, "since", jsonout_time(en.since_ms));
	jsonout_put(s->json, "alive", jsonout_time(en.alive_ms));
	return 0;
}

/* ---- the configuration ---- */

/* The engine that runs goes on with the one it has. */
static void
look_at_config(struct status *s)
{
	if (s->no_config != NULL)
		status_report(s, HEALTH_ATTENTION, "config", arena_printf(s->a,
		    "cannot be read, and no engine can start with it: %s; 'mroute "
		    "check' shows all of it", s->no_config));
	jsonout_put(s->json, "config_error", jsonout_or_null(s->no_config));
}

/* ---- the queue ---- */

static int
count_unseen(struct status *s, size_t *unseen, struct err *e)
{
	AUTO(names_release) struct names names = { NULL, 0 };
	struct store_row row;
	struct err none = ERR_INIT;

	*unseen = 0;
	if (spool_list(s->rec.sp, SPOOL_NEW, &names, e) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++)
		if (s->rec.st == NULL || store_get(s->rec.st, s->a, names.name[i],
		    &row, &none) < 0)
			(*unseen)++;
	return 0;
}

static void
report_queue(struct status *s, const struct store_counts *c, size_t unseen)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	int64_t age = c->oldest_active_ms > 0 ? s->now - c->oldest_active_ms : 0;
	char span[RECORDS_SPAN_SIZE];

	if (c->active > 0) {
		records_span(age, span);
		buf_addf(&b, "%llu wait%s, the oldest for %s",
		    (unsigned long long)c->active, c->active == 1 ? "s" : "", span);
	}
	if (unseen > 0)
		buf_addf(&b, "%s%zu not seen yet", b.len > 0 ? "; " : "", unseen);
	if (c->held > 0)
		buf_addf(&b, "%s%llu held for a person to look at",
		    b.len > 0 ? "; " : "", (unsigned long long)c->held);
	if (b.len == 0)
		buf_add_str(&b, "nothing waits");
	else if (c->held > 0 || age > OLD_QUEUE)
		buf_add_str(&b, ": see 'mroute queue'");
	status_report(s, c->held > 0 || age > OLD_QUEUE ? HEALTH_ATTENTION :
	    HEALTH_FINE, "queue", buf_str(&b));
	if (c->failed > 0)
		status_report(s, HEALTH_ATTENTION, "failed", arena_printf(s->a,
		    "%llu deliver%s failed for good in the last day: what they were "
		    "for went to otherwise or the fallback Maildir",
		    (unsigned long long)c->failed, c->failed == 1 ? "y" : "ies"));
}

static void
report_last(struct status *s, const struct store_counts *c)
{
	struct store_row row;
	struct err e = ERR_INIT;
	enum style style;

	if (c->last_id[0] == '\0' ||
	    store_get(s->rec.st, s->a, c->last_id, &row, &e) < 0) {
		status_report(s, HEALTH_FINE, "last mail", "none yet");
		return;
	}
	status_report(s, HEALTH_FINE, "last mail", arena_printf(s->a, "%s: %s%s%s, %s",
	    status_ago(s, row.env.received_ms), records_sender(&row),
	    row.seq > 0 ? " to " : "", row.route[0] != '\0' ? row.route : row.title,
	    records_fate(s->a, &row, &style)));
}

static int
look_at_queue(struct status *s, struct err *e)
{
	struct store_counts c = { .messages = 0 };
	size_t unseen;

	if ((s->rec.st != NULL && store_count(s->rec.st, &c, e) < 0) ||
	    count_unseen(s, &unseen, e) < 0)
		return -1;
	s->held = c.held;
	s->waiting = c.active + unseen;
	report_queue(s, &c, unseen);
	report_last(s, &c);
	jsonout_put(s->json, "messages", json_integer((json_int_t)c.messages));
	jsonout_put(s->json, "active", json_integer((json_int_t)c.active));
	jsonout_put(s->json, "unseen", json_integer((json_int_t)unseen));
	jsonout_put(s->json, "held", json_integer((json_int_t)c.held));
	jsonout_put(s->json, "ready", json_integer((json_int_t)c.ready));
	jsonout_put(s->json, "leased", json_integer((json_int_t)c.leased));
	jsonout_put(s->json, "failed", json_integer((json_int_t)c.failed));
	jsonout_put(s->json, "oldest", jsonout_time(c.oldest_active_ms));
	jsonout_put(s->json, "last", jsonout_time(c.last_received_ms));
	jsonout_put(s->json, "last_id", jsonout_or_null(c.last_id));
	jsonout_put(s->json, "journal_entries",
	    json_integer((json_int_t)c.journal_entries));
	return 0;
}

/* ---- database, disk ---- */

static void
look_at_database(struct status *s)
{
	AUTO(names_release) struct names names = { NULL, 0 };
	struct store_counts c = { .messages = 0 };
	const char *why = "";
	struct err e = ERR_INIT;
	size_t aside = 0;
	bool usable = s->rec.st == NULL || store_usable(s->rec.st, &why);

	if (s->no_records != NULL) {
		usable = false;
		why = s->no_records;
	}
	if (s->rec.st != NULL)
		(void)!store_count(s->rec.st, &c, &e);
	if (dir_names(spool_dirfd(s->rec.sp), ".", &names, &e) == 0)
		for (size_t i = 0; i < names.n; i++)
			aside += slice_starts(slice_str(names.name[i]),
			    "mroute.db.corrupt-") &&
			    !slice_ends_case(slice_str(names.name[i]), "-wal") &&
			    !slice_ends_case(slice_str(names.name[i]), "-shm");
	if (!usable)
		status_report(s, HEALTH_ATTENTION, "database", arena_printf(s->a,
		    "cannot be read: %s", why));
	else if (c.journal_entries > 0)
		status_report(s, HEALTH_ATTENTION, "database", arena_printf(s->a,
		    "the journal is in use: %llu entries wait to enter the database",
		    (unsigned long long)c.journal_entries));
	else if (aside > 0)
		status_report(s, HEALTH_ATTENTION, "database", arena_printf(s->a,
		    "works; %zu damaged one%s in the spool (mroute.db.corrupt-...)", aside,
		    aside == 1 ? " lies" : "s lie"));
	else
		status_report(s, HEALTH_FINE, "database", s->rec.st == NULL ? "not made yet" :
		    "works");
	jsonout_put(s->json, "database", json_boolean(usable &&
	    c.journal_entries == 0));
	jsonout_put(s->json, "database_error", jsonout_or_null(why));
	jsonout_put(s->json, "database_corrupt", json_integer((json_int_t)aside));
}

static void
look_at_disk(struct status *s)
{
	int free_percent = spool_free_percent(s->rec.sp);
	enum health h = free_percent < DISK_FULL ? HEALTH_BROKEN :
	    free_percent < DISK_LOW ? HEALTH_ATTENTION : HEALTH_FINE;

	status_report(s, h, "disk", arena_printf(s->a, "%d %% free%s", free_percent,
	    h == HEALTH_BROKEN ? ": new mail stays with Postfix" :
	    h == HEALTH_ATTENTION ? ": the oldest originals are removed" : ""));
	jsonout_put(s->json, "disk_free_percent", json_integer(free_percent));
}

/* ---- the summary ---- */

static json_t *
summary_json(const struct config_summary *cfg, const struct due *d)
{
	json_t *o = json_object(), *to = json_array();

	for (size_t i = 0; i < cfg->n_to; i++)
		jsonout_push(to, jsonout_or_null(cfg->to[i]));
	jsonout_put(o, "to", to);
	jsonout_put(o, "last", jsonout_or_null(d->last));
	jsonout_put(o, "last_sent", jsonout_time(d->last_ms));
	jsonout_put(o, "last_id", jsonout_or_null(d->last_id));
	jsonout_put(o, "next", jsonout_or_null(d->next));
	jsonout_put(o, "next_due", jsonout_time(d->next_ms));
	return o;
}

static void
look_at_summary(struct status *s)
{
	struct err e = ERR_INIT;
	struct due d;

	/* Who gets it, and by which clock, may be what is wrong. */
	if (s->no_config != NULL) {
		jsonout_put(s->json, "summary", json_null());
		return;
	}
	if (due_look(s->a, &s->rec, s->now, &d, &e) < 0)
		status_report(s, HEALTH_ATTENTION, "summary", e.text);
	else
		status_report(s, d.health, "summary", arena_printf(s->a, "%s%s%s",
		    d.text, d.todo[0] != '\0' ? ": " : "", d.todo));
	jsonout_put(s->json, "summary", summary_json(&s->rec.cfg->summary, &d));
}

/* ---- all of it ---- */

static int
look(struct status *s, struct err *e)
{
	if (look_at_engine(s, e) < 0)
		return -1;
	look_at_config(s);
	if (look_at_queue(s, e) < 0)
		return -1;
	status_rules(s);
	look_at_database(s);
	look_at_disk(s);
	look_at_summary(s);
	status_alarms(s);
	return 0;
}

/* All of it in one line, for those who read no more. */
static const char *
headline(struct status *s)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	buf_addf(&b, "mroute %s, ", s->engine);
	if (s->waiting == 0)
		buf_add_str(&b, "nothing waits, ");
	else
		buf_addf(&b, "%llu message%s wait%s, ", (unsigned long long)s->waiting,
		    s->waiting == 1 ? "" : "s", s->waiting == 1 ? "s" : "");
	if (s->n_todo == 0)
		buf_add_str(&b, "nothing to do");
	else
		buf_addf(&b, "%u thing%s to look at", s->n_todo,
		    s->n_todo == 1 ? "" : "s");
	return arena_strdup(s->a, buf_str(&b));
}

static void
show_text(struct status *s, const char *first)
{
	AUTO(buf_release) struct buf line = BUF_INIT;

	style_add(&line, health_style(s->worst), slice_str(first), s->call->colour);
	printf("%s\n\n%s", buf_str(&line), buf_str(&s->text));
}

static void
status_release(struct status *s)
{
	records_close(&s->rec);
	arena_free(&s->a);
	buf_release(&s->text);
	json_decref(s->json);
}

static int
cmd_trouble(const struct err *e)
{
	cmd_fail(e);
	return CMD_TROUBLE;
}

static int
open_config(struct status *s, struct config **out, struct err *e)
{
	if (conf_load_all_can(s->call, out, e) == 0)
		return 0;
	if (*out == NULL)
		return -1;
	s->no_config = arena_strdup(s->a, e->text);
	return 0;
}

static int
cmd_status_main(struct cmd_call *call)
{
	const struct status_opts *o = call->opts;
	AUTO(status_release) struct status s = { .call = call, .a = arena_new(),
	    .text = BUF_INIT, .json = json_object(), .now = clock_wall_ms() };
	struct config *cfg = NULL;
	struct err e = ERR_INIT;
	const char *first;

	jsonout_put(s.json, "v", json_integer(1));
	/* What can't be read is one more thing to tell, where the spool is known. */
	if (open_config(&s, &cfg, &e) < 0)
		return cmd_trouble(&e);
	if (records_open_for(cfg, &s.rec, &e) < 0) {
		if (s.rec.sp == NULL)
			return cmd_trouble(&e);
		s.no_records = arena_strdup(s.a, e.text);
	}
	if (look(&s, &e) < 0)
		return cmd_trouble(&e);
	jsonout_put(s.json, "spool", jsonout_or_null(s.rec.cfg->spool.path));
	jsonout_put(s.json, "health", json_string(health_name(s.worst)));
	jsonout_put(s.json, "headline", json_string(first = headline(&s)));
	if (o->json)
		jsonout_line(json_incref(s.json), stdout);
	else
		show_text(&s, first);
	return (int)s.worst;		/* as CMD_OK, CMD_FINDINGS, CMD_TROUBLE */
}

const struct cmd cmd_status = {
	.name = "status",
	.summary = "does it work, and does somebody have to do something",
	.details =
	    "The status is 0 when all is well, 1 when something wants attention, 2\n"
	    "when it does not work.",
	.opts = status_opts,
	.opts_size = sizeof(struct status_opts),
	.run = cmd_status_main,
};
