/* SPDX-License-Identifier: MIT */
#include "flow/examiner.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/xalloc.h"
#include "flow/channel.h"
#include "flow/proc.h"
#include "flow/sandbox.h"
#include "flow/wire.h"
#include "rules/match.h"

/*
 *	engine                      examiner
 *	'P' memory, fd of snapshot  ->   enters the sandbox, parses the rules
 *	                            <-   'p' digest
 *	'M' job, fd of message      ->   examines
 *	                            <-   'f' findings
 */
enum { START_TIME = 30000, CPU_SECONDS = 10 };

struct examiner {
	const struct policy *policy;
	struct proc proc;
	struct channel ch;
	enum { STARTING, IDLE, BUSY } state;
	bool close;			/* jobs ask for close findings */
	int64_t deadline;
};

int
examiner_start(const struct policy *p, int lock_fd, struct examiner **out,
    struct err *e)
{
	struct slice snapshot = policy_snapshot(p);
	AUTO(buf_release) struct buf body = BUF_INIT;
	AUTO(fd_close) int mem = memfd_create("policy", MFD_CLOEXEC);
	struct examiner *ex;

	if (mem < 0 || fd_write_all(mem, snapshot.ptr, snapshot.len) < 0)
		return err_errno(e, ERR_TEMP, "cannot hand the rules to an examiner");
	ex = xcalloc(1, sizeof *ex);
	if (proc_start(ROLE_EXAMINER, lock_fd, &ex->proc, e) < 0) {
		free(ex);
		return -1;
	}
	channel_init(&ex->ch, ex->proc.fd, FINDINGS_SIZE_MAX);
	ex->policy = p;
	ex->deadline = clock_mono_ms() + START_TIME;
	buf_put_u64(&body, policy_config(p)->limits.examine_memory);
	if (channel_send_now(&ex->ch, 'P', buf_slice(&body), mem, e) < 0) {
		examiner_stop(&ex);
		return -1;
	}
	*out = ex;
	return 0;
}

void
examiner_stop(struct examiner **ex)
{
	if (*ex == NULL)
		return;
	proc_end(&(*ex)->proc);
	channel_release(&(*ex)->ch);
	free(*ex);
	*ex = NULL;
}

int
examiner_fd(const struct examiner *ex)
{
	return ex->ch.fd;
}

int64_t
examiner_deadline(const struct examiner *ex)
{
	return ex->deadline;
}

bool
examiner_ready(const struct examiner *ex)
{
	return ex->state == IDLE;
}

void
examiner_look_closely(struct examiner *ex)
{
	ex->close = true;
}

int
examiner_send(struct examiner *ex, const struct envelope *env, int fd,
    uint64_t offset, uint64_t size, struct err *e)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	const struct examine_job job = { *env, offset, size, ex->close };

	if (ex->state != IDLE)
		bug("an examiner got a job while it had one");
	wire_put_examine(&body, &job);
	if (channel_send_now(&ex->ch, 'M', buf_slice(&body), fd, e) < 0)
		return -1;
	ex->state = BUSY;
	ex->deadline = clock_mono_ms() +
	    policy_config(ex->policy)->limits.examine_time;
	return 0;
}

static enum examiner_event
failed(struct err *e, const char *text)
{
	err_set(e, ERR_TEMP, "%s", text);
	return EXAMINER_FAILED;
}

enum examiner_event
examiner_pump(struct examiner *ex, struct arena *a, struct findings **out,
    struct err *e)
{
	struct frame f;
	int r = channel_poll(&ex->ch, &f, e);

	if (r < 0)
		return failed(e, "the examiner died");
	if (r == 0 && ex->deadline != 0 && clock_mono_ms() >= ex->deadline)
		return failed(e, "the examiner took too long");
	if (r == 0)
		return EXAMINER_NOTHING;
	fd_close(&f.fd);
	if (ex->state == STARTING && f.type == 'p' &&
	    slice_eq_str(f.body, policy_digest(ex->policy))) {
		ex->state = IDLE;
		ex->deadline = 0;
		return EXAMINER_READY;
	}
	if (ex->state == BUSY && f.type == 'f') {
		if (findings_decode(a, f.body, out, e) < 0)
			return EXAMINER_FAILED;
		if (!digest_equal((*out)->policy_digest, policy_digest(ex->policy)))
			return failed(e, "the findings are for other rules");
		ex->state = IDLE;
		ex->deadline = 0;
		return EXAMINER_FINDINGS;
	}
	return failed(e, "the examiner sent something unexpected");
}

static enum examiner_event
wait_event(struct examiner *ex, struct arena *a, struct findings **out,
    struct err *e)
{
	enum examiner_event ev;

	while ((ev = examiner_pump(ex, a, out, e)) == EXAMINER_NOTHING) {
		struct pollfd p = { ex->ch.fd, POLLIN, 0 };
		int64_t left = ex->deadline - clock_mono_ms();

		if (poll(&p, 1, left > 0 ? (int)MIN(left + 1, 60000) : 0) < 0 &&
		    errno != EINTR)
			return failed(e, "cannot wait for the examiner");
	}
	return ev;
}

int
examiner_ask(struct examiner *ex, const struct envelope *env, int fd,
    uint64_t offset, uint64_t size, struct arena *a, struct findings **out,
    struct err *e)
{
	if (ex->state == STARTING && wait_event(ex, a, out, e) != EXAMINER_READY)
		return -1;
	if (examiner_send(ex, env, fd, offset, size, e) < 0)
		return -1;
	return wait_event(ex, a, out, e) == EXAMINER_FINDINGS ? 0 : -1;
}

/* ---- the child ---- */

static int
child_load(struct channel *ch, struct policy **out)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf snapshot = BUF_INIT;
	struct err e = ERR_INIT;
	struct frame f;
	uint64_t memory;
	int r;

	if (channel_wait(ch, &f, &e) <= 0 || f.type != 'P' || f.fd < 0 ||
	    !slice_get_u64(&f.body, &memory))
		return -1;
	if (sandbox_enter(memory, &e) < 0)
		return -1;
	if (lseek(f.fd, 0, SEEK_SET) < 0 ||
	    fd_slurp(f.fd, "policy", SNAPSHOT_MAX, &snapshot, &e) < 0)
		return -1;
	fd_close(&f.fd);
	r = policy_from_snapshot(buf_slice(&snapshot), d, out, &e);
	if (r < 0)
		return -1;
	return channel_send(ch, 'p', slice_str(policy_digest(*out)), -1, &e);
}

static int
child_examine(struct channel *ch, const struct policy *p, struct frame *f)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out = BUF_INIT;
	AUTO(file_unmap) struct slice map = { NULL, 0 };
	struct err e = ERR_INIT;
	struct examine_job job;
	struct slice bytes;

	if (f->type != 'M' || f->fd < 0 || !wire_get_examine(f->body, &job) ||
	    file_map(f->fd, "message", &map, &e) < 0)
		return -1;
	fd_close(&f->fd);
	if (job.offset > map.len || job.size > map.len - job.offset)
		return -1;
	sandbox_cpu(CPU_SECONDS);
	bytes = slice_make(map.ptr != NULL ? map.ptr + job.offset : NULL,
	    (size_t)job.size);
	findings_encode(job.close ? examine_closely(a, bytes, &job.env, p) :
	    examine(a, bytes, &job.env, p), &out);
	return channel_send(ch, 'f', buf_slice(&out), -1, &e);
}

int
examiner_main(void)
{
	struct policy *p = NULL;
	struct err e = ERR_INIT;
	struct channel ch;
	struct frame f;

	channel_init(&ch, PROC_CHANNEL_FD, CHANNEL_SEND_MAX);
	if (child_load(&ch, &p) < 0)
		_exit(75);
	while (channel_wait(&ch, &f, &e) == 1)
		if (child_examine(&ch, p, &f) < 0)
			_exit(75);
	_exit(0);
}
