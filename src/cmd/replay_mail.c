/* SPDX-License-Identifier: MIT */
/* mroute replay: where the messages come from. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cmd/judge.h"
#include "cmd/replay.h"
#include "cmd/trace.h"
#include "cmd/when.h"

static void
start_progress(struct replay *r)
{
	progress_start(&r->progress, "messages", r->total,
	    progress_wanted(r->table == NULL));
}

/* ---- mailboxes ---- */

static bool
mailbox_message(void *arg, const struct mailfile *m)
{
	struct replay *r = arg;
	struct replay_item *it = replay_next(r);

	if (it == NULL)
		return false;
	judge_envelope(r->policy[BEFORE], m->bytes, r->opts->to, r->opts->from,
	    &it->env);
	it->name = arena_strdup(it->arena, m->name);
	/* The file may be closed before its last message is done. */
	it->fd = fcntl(m->fd, F_DUPFD_CLOEXEC, 0);
	it->offset = m->offset;
	it->size = m->bytes.len;
	replay_begin(r, it);
	return true;
}

void
replay_mailboxes(struct replay *r)
{
	struct mailfiles_count count = { .failed = 0 };

	r->total = mailfiles_count(r->call->argv, r->call->argc);
	start_progress(r);
	mailfiles_each(r->call->argv, r->call->argc, mailbox_message, r, &count);
	replay_finish(r);
	r->failed += count.failed;
}

/* ---- the spool ---- */

static bool
is_mail(const struct store_row *row)
{
	return row->env.kind == ENVELOPE_MAIL;
}

/* Rules had no say in what came a second time. */
static bool
came_again(const struct store_row *row)
{
	return strcmp(row->decided_by, decided_by_name(BY_REDELIVERY)) == 0 ||
	    strcmp(row->decided_by, decided_by_name(BY_LOOP)) == 0;
}

static bool
count_row(void *arg, const struct store_row *row)
{
	struct replay *r = arg;

	r->total += is_mail(row);
	return true;
}

static int
read_message(struct replay *r, struct replay_item *it, const char *id,
    struct err *e)
{
	AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;

	if (spool_read(r->rec.sp, spool_where(r->rec.sp, id), id, &m, e) < 0)
		return -1;
	it->env = m.env;
	it->name = arena_strdup(it->arena, id);
	it->offset = m.offset;
	it->size = m.size;
	it->fd = m.fd;
	m.fd = -1;
	return 0;
}

static int
read_decision(struct replay *r, struct replay_item *it, const char *id,
    struct err *e)
{
	struct store_row whole;

	if (store_get(r->rec.st, it->arena, id, &whole, e) < 0)
		return -1;
	it->recorded = trace_plan(it->arena, &whole);
	return 0;
}

static bool
replay_row(struct replay *r, const char *id)
{
	struct replay_item *it = replay_next(r);
	struct err e = ERR_INIT;

	if (it == NULL)
		return false;
	if (read_message(r, it, id, &e) == 0 && (!r->opts->recorded ||
	    read_decision(r, it, id, &e) == 0)) {
		replay_begin(r, it);
		return true;
	}
	replay_drop(r, it);
	progress_end(&r->progress);
	cmd_warn("message %s: %s", id, e.text);
	r->failed++;
	return true;
}

static bool
spool_row(void *arg, const struct store_row *row)
{
	struct replay *r = arg;

	if (!is_mail(row))
		return true;
	if (came_again(row))
		r->repeated++;
	else if (r->opts->recorded && row->seq == 0)
		r->undecided++;
	else if (spool_where(r->rec.sp, row->env.id) == SPOOL_NOWHERE)
		r->purged++;
	else
		return replay_row(r, row->env.id);
	return true;
}

int
replay_spool(struct replay *r, struct err *e)
{
	struct store_filter f = { .since_ms = 0 };

	if (when_parse(NULL, r->opts->since != NULL ? r->opts->since : "30d",
	    clock_wall_ms(), false, &f.since_ms, e) < 0)
		return -1;
	if (r->rec.st == NULL)
		return 0;
	if (store_each(r->rec.st, &f, count_row, r, e) < 0)
		return -1;
	start_progress(r);
	if (store_each(r->rec.st, &f, spool_row, r, e) < 0)
		return -1;
	replay_finish(r);
	return 0;
}
