/* SPDX-License-Identifier: MIT */
#include "flow/sender.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/xalloc.h"
#include "flow/channel.h"
#include "flow/proc.h"
#include "model/smtputf8.h"
#include "net/imap.h"
#include "net/maildir.h"
#include "net/smtp.h"

/*
 *	engine                      sender
 *	'C' path, fd of mroute.conf ->   parses it
 *	'J' job, fd of message      ->   connects if need be, delivers
 *	                            <-   'r' result
 *	'T' job without a message   ->   connects, logs in, ends the connection
 *	                            <-   'r' result
 */
enum { CONF_MAX = 4 << 20, JOB_SLACK = 30000, COMMANDS = 8,
	FINISH_TIME = 5000, TRY_TIME = 5000 };

struct sender {
	struct proc proc;
	struct channel ch;
	int64_t deadline;
	int64_t job_time;
	bool busy;			/* has a job, its result is to come */
};

int
sender_start(const struct config *cfg, struct slice conf, int lock_fd,
    struct sender **out, struct err *e)
{
	AUTO(fd_close) int mem = memfd_create("conf", MFD_CLOEXEC);
	const struct config_limits *l = &cfg->limits;
	struct sender *s;

	if (mem < 0 || fd_write_all(mem, conf.ptr, conf.len) < 0)
		return err_errno(e, ERR_TEMP, "cannot hand mroute.conf to a sender");
	s = xcalloc(1, sizeof *s);
	if (proc_start(ROLE_SENDER, lock_fd, &s->proc, e) < 0) {
		free(s);
		return -1;
	}
	channel_init(&s->ch, s->proc.fd, 8192);
	/* The child keeps its own deadlines; this one is for when it can't. */
	s->job_time = l->connect_timeout * 2 + l->command_timeout * COMMANDS +
	    l->data_timeout * 2 + JOB_SLACK;
	if (channel_send_now(&s->ch, 'C', slice_str(cfg->path), mem, e) < 0) {
		sender_stop(&s);
		return -1;
	}
	*out = s;
	return 0;
}

void
sender_stop(struct sender **s)
{
	if (*s == NULL)
		return;
	proc_end(&(*s)->proc);
	channel_release(&(*s)->ch);
	free(*s);
	*s = NULL;
}

void
sender_finish(struct sender *s)
{
	shutdown(s->ch.fd, SHUT_WR);
	s->deadline = clock_mono_ms() + FINISH_TIME;
}

void
sender_wait_end(const struct sender *s, int64_t until)
{
	struct pollfd p = { s->ch.fd, POLLIN, 0 };
	int64_t left = until - clock_mono_ms();

	(void)!poll(&p, 1, left > 0 ? (int)left : 0);
}

int
sender_fd(const struct sender *s)
{
	return s->ch.fd;
}

int64_t
sender_deadline(const struct sender *s)
{
	return s->deadline;
}

int
sender_send(struct sender *s, const struct send_job *job, int fd, struct err *e)
{
	AUTO(buf_release) struct buf body = BUF_INIT;

	wire_put_send(&body, job);
	if (channel_send_now(&s->ch, 'J', buf_slice(&body), fd, e) < 0)
		return -1;
	s->deadline = clock_mono_ms() + s->job_time;
	s->busy = true;
	return 0;
}

int
sender_try(struct sender *s, enum effect_kind kind, const char *server,
    struct err *e)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct send_job job = { .kind = kind };

	snprintf(job.server, sizeof job.server, "%s", server);
	wire_put_send(&body, &job);
	if (channel_send_now(&s->ch, 'T', buf_slice(&body), -1, e) < 0)
		return -1;
	/* A connection, a greeting, TLS, a login. */
	s->deadline = clock_mono_ms() + 4 * TRY_TIME;
	s->busy = true;
	return 0;
}

enum sender_event
sender_pump(struct sender *s, struct send_result *out, struct err *e)
{
	struct frame f;
	int r = channel_poll(&s->ch, &f, e);

	if (r < 0) {
		err_set(e, ERR_TEMP, "the sender died");
		return SENDER_FAILED;
	}
	if (r == 0) {
		if (s->deadline == 0 || clock_mono_ms() < s->deadline)
			return SENDER_NOTHING;
		err_set(e, ERR_TEMP, "the sender took too long");
		return SENDER_FAILED;
	}
	fd_close(&f.fd);
	if (f.type != 'r' || !s->busy || !wire_get_result(f.body, out)) {
		err_set(e, ERR_TEMP, "the sender sent something unexpected");
		return SENDER_FAILED;
	}
	s->deadline = 0;
	s->busy = false;
	return SENDER_RESULT;
}

/* ---- the child ---- */

struct outlet {				/* what is open, and to where */
	const struct config *cfg;
	struct smtp *smtp;
	struct imap *imap;
};

static void
close_outlet(struct outlet *o)
{
	smtp_close(&o->smtp);
	imap_close(&o->imap);
}

/*
 * A server may end a connection that was kept for the next message whenever it
 * likes, and many do after some messages or seconds.  That says nothing about
 * the message, which waits for no retry then.  TEMP: it has not been taken.
 */
static bool
kept_too_long(bool kept, struct send_result *r)
{
	if (!kept || !r->outcome.broken || r->outcome.class != OUTCOME_TEMP)
		return false;
	*r = (struct send_result){ .wrapped = r->wrapped };
	return true;
}

static bool
any_8bit(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] > 127)
			return true;
	return false;
}

static bool
needs_smtputf8(const struct config_limits *l, struct slice message)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct header_list list;

	header_scan(a, message, l->headers, l->header_size, &list);
	return smtputf8_needed(&list);
}

static void
deliver_smtp(struct outlet *o, const struct send_job *job, struct slice message,
    struct send_result *r)
{
	bool kept = o->smtp != NULL, high = any_8bit(message);

	if (!kept && smtp_open(&o->cfg->smtp, &o->cfg->limits,
	    o->cfg->hostname, &o->smtp, &r->outcome) < 0)
		return;
	r->opened = true;
	smtp_send(o->smtp, job->from, job->target, message, high,
	    high && needs_smtputf8(&o->cfg->limits, message), &r->outcome);
	if (kept_too_long(kept, r)) {
		smtp_close(&o->smtp);
		deliver_smtp(o, job, message, r);
	}
}

static void
deliver_imap(struct outlet *o, const struct config_server *srv,
    const struct send_job *job, struct slice message, struct send_result *r)
{
	bool kept = o->imap != NULL;

	if (!kept && imap_open(srv, &o->cfg->limits, &o->imap, &r->outcome) < 0)
		return;
	r->opened = true;
	if (job->look)
		imap_find(o->imap, job->target, job->mroute_id, &r->outcome);
	/* Not there (or not looked for): PERM.  Else it is, or cannot be told. */
	if (!job->look || r->outcome.class == OUTCOME_PERM)
		imap_append(o->imap, job->target, message, job->received_ms,
		    &r->outcome);
	if (kept_too_long(kept, r)) {
		imap_close(&o->imap);
		deliver_imap(o, srv, job, message, r);
	}
}

static void
deliver_maildir(const struct outlet *o, const char *root, const char *mailbox,
    const struct send_job *job, struct slice message, struct send_result *r)
{
	const struct maildir_options opt = { o->cfg->spool.maildir_mode,
	    o->cfg->spool.maildir_group };

	maildir_deliver(root, mailbox, &opt, job->mroute_id, message,
	    job->received_ms, job->look, &r->outcome);
	/*
	 * A Maildir that takes nothing is as a server that is down; in a store
	 * it may be a single folder.
	 */
	r->opened = job->kind == EFFECT_STORE || r->outcome.class != OUTCOME_TEMP;
}

static void
deliver(struct outlet *o, const struct send_job *job, struct slice message,
    struct send_result *r)
{
	const struct config_server *srv = config_imap_find(o->cfg, job->server);

	switch (job->kind) {
	case EFFECT_SMTP:
		deliver_smtp(o, job, message, r);
		return;
	case EFFECT_IMAP:
	case EFFECT_STORE:
		if (srv == NULL || (srv->maildir != NULL) !=
		    (job->kind == EFFECT_STORE)) {
			outcome_set(&r->outcome, OUTCOME_PERM, 0,
			    "mroute.conf has no store '%s' any more", job->server);
			return;
		}
		if (job->kind == EFFECT_IMAP)
			deliver_imap(o, srv, job, message, r);
		else
			deliver_maildir(o, srv->maildir, job->target, job,
			    message, r);
		return;
	case EFFECT_MAILDIR:
	case EFFECT_FALLBACK:		/* the engine put the path in */
		deliver_maildir(o, job->target, NULL, job, message, r);
		return;
	case EFFECT_N:
		break;
	}
	bug("sender: effect kind %d", (int)job->kind);
}

static int
child_deliver(struct channel *ch, struct outlet *o, struct frame *f)
{
	AUTO(file_unmap) struct slice map = { NULL, 0 };
	AUTO(buf_release) struct buf message = BUF_INIT, out = BUF_INIT;
	struct dress_line line[WIRE_LINES_MAX];
	struct send_result r = { 0 };
	struct err e = ERR_INIT;
	struct send_job job;
	bool crlf;

	if (f->type != 'J' || f->fd < 0 || !wire_get_send(f->body, &job) ||
	    file_map(f->fd, "message", &map, &e) < 0)
		return -1;
	fd_close(&f->fd);
	if (job.offset > map.len || job.size > map.len - job.offset)
		return -1;
	for (size_t i = 0; i < job.n_line; i++)
		line[i] = (struct dress_line){ job.line[i].name, job.line[i].value };
	crlf = job.kind == EFFECT_SMTP || job.kind == EFFECT_IMAP;
	if (dress_message(slice_make(map.ptr != NULL ? map.ptr + job.offset : NULL,
	    (size_t)job.size), line, job.n_line, crlf ? DRESS_CRLF : DRESS_RAW,
	    &message, &r.wrapped, &e) < 0)
		outcome_set(&r.outcome, OUTCOME_PERM, 0, "%s", e.text);
	else
		deliver(o, &job, buf_slice(&message), &r);
	if (r.outcome.broken || !r.opened)
		close_outlet(o);
	wire_put_result(&out, &r);
	return channel_send(ch, 'r', buf_slice(&out), -1, &e);
}

static int
child_try(struct channel *ch, const struct outlet *o, const struct frame *f)
{
	struct config_limits limits = o->cfg->limits;
	AUTO(smtp_close) struct smtp *smtp = NULL;
	AUTO(imap_close) struct imap *imap = NULL;
	AUTO(buf_release) struct buf out = BUF_INIT;
	const struct config_server *srv;
	struct send_result r = { 0 };
	struct err e = ERR_INIT;
	struct send_job job;

	if (!wire_get_send(f->body, &job))
		return -1;
	limits.connect_timeout = MIN(limits.connect_timeout, (int64_t)TRY_TIME);
	limits.command_timeout = MIN(limits.command_timeout, (int64_t)TRY_TIME);
	srv = config_imap_find(o->cfg, job.server);
	if (job.kind == EFFECT_SMTP)
		r.opened = smtp_open(&o->cfg->smtp, &limits, o->cfg->hostname, &smtp,
		    &r.outcome) == 0;
	else if (srv != NULL && srv->maildir == NULL)
		r.opened = imap_open(srv, &limits, &imap, &r.outcome) == 0;
	else
		return -1;
	wire_put_result(&out, &r);
	return channel_send(ch, 'r', buf_slice(&out), -1, &e);
}

static int
child_job(struct channel *ch, struct outlet *o, struct frame *f)
{
	return f->type == 'T' ? child_try(ch, o, f) : child_deliver(ch, o, f);
}

static int
child_load(struct channel *ch, struct config **out)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf conf = BUF_INIT;
	AUTO(xfree) char *path = NULL;
	struct err e = ERR_INIT;
	struct frame f;

	if (channel_wait(ch, &f, &e) <= 0 || f.type != 'C' || f.fd < 0)
		return -1;
	path = xstrndup(f.body.ptr, f.body.len);
	if (lseek(f.fd, 0, SEEK_SET) < 0 ||
	    fd_slurp(f.fd, "mroute.conf", CONF_MAX, &conf, &e) < 0)
		return -1;
	fd_close(&f.fd);
	return config_parse(buf_slice(&conf), path, d, out, &e);
}

int
sender_main(void)
{
	struct outlet o = { NULL, NULL, NULL };
	struct config *cfg = NULL;
	struct err e = ERR_INIT;
	struct channel ch;
	struct frame f;

	signal(SIGPIPE, SIG_IGN);
	channel_init(&ch, PROC_CHANNEL_FD, CHANNEL_SEND_MAX);
	if (child_load(&ch, &cfg) < 0)
		_exit(75);
	o.cfg = cfg;
	while (channel_wait(&ch, &f, &e) == 1)
		if (child_job(&ch, &o, &f) < 0)
			_exit(75);
	close_outlet(&o);
	_exit(0);
}
