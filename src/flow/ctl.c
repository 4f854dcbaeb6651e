/* SPDX-License-Identifier: MIT */
#include "flow/ctl.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/ulid.h"
#include "base/xalloc.h"
#include "flow/engine.h"
#include "state/spool.h"

/* The answer, when it is there: 1, 0 not yet, -1 the request was refused. */
static int
look_for_answer(struct spool *sp, const char *path, struct buf *answer, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct slice s;

	if (file_read_own(spool_dirfd(sp), path, CTL_REQUEST_MAX * 4, &text, e) < 0)
		return e->kind == ERR_ABSENT ? 0 : -1;
	(void)unlinkat(spool_dirfd(sp), path, 0);
	s = slice_trim(buf_slice(&text));
	if (slice_starts(s, "ok")) {
		buf_add_slice(answer, slice_trim(slice_sub(s, 2, s.len)));
		return 1;
	}
	s = slice_trim(slice_sub(s, 2, s.len));
	return err_set(e, ERR_USAGE, SLICE_FMT, SLICE_ARG(s));
}

static int
wait_for_answer(struct spool *sp, const char *path, int watch, struct buf *answer,
    struct err *e)
{
	int64_t deadline = clock_mono_ms() + CTL_ANSWER_WAIT;
	int found;

	while ((found = look_for_answer(sp, path, answer, e)) == 0) {
		struct pollfd p = { watch, POLLIN, 0 };
		int64_t left = deadline - clock_mono_ms();
		char events[4096];

		if (left <= 0)
			return err_set(e, ERR_TEMP, "the engine did not answer; it "
			    "carries the request out when it comes to it");
		if (poll(&p, 1, (int)left) > 0)
			(void)!read(watch, events, sizeof events);
	}
	return found < 0 ? -1 : 0;
}

static int
ask_engine(struct spool *sp, const char *request, struct buf *answer, struct err *e)
{
	AUTO(xfree) char *dir = path_join(spool_path(sp), "ctl");
	AUTO(xfree) char *req = NULL;
	AUTO(xfree) char *ans = NULL;
	AUTO(fd_close) int watch = inotify_init1(IN_CLOEXEC);
	char id[ULID_SIZE];

	if (ulid_make(clock_wall_ms(), id) < 0)
		return err_errno(e, ERR_TEMP, "no random bytes");
	if (watch < 0 || inotify_add_watch(watch, dir, IN_MOVED_TO | IN_CREATE) < 0)
		return err_errno(e, ERR_TEMP, "cannot watch '%s'", dir);
	req = xasprintf("%s.req", id);
	ans = xasprintf("ctl/%s.ans", id);
	if (spool_ctl_put(sp, req, slice_str(request), e) < 0)
		return -1;
	spool_poke(sp);
	return wait_for_answer(sp, ans, watch, answer, e);
}

/* Is an engine there?  1 yes, 0 no, -1 error. */
static int
engine_runs(struct spool *sp, struct err *e)
{
	AUTO(fd_close) int lock = -1;
	int got = spool_lock(sp, &lock, e);

	return got < 0 ? -1 : !got;
}

int
ctl_do(struct config **cfg, struct slice conf, const char *request,
    struct buf *answer, struct err *e)
{
	AUTO(spool_close) struct spool *sp = NULL;
	AUTO(engine_close) struct engine *en = NULL;
	struct config *mine;
	int runs;

	if (strlen(request) >= CTL_REQUEST_MAX)
		return err_set(e, ERR_USAGE, "the request is too long");
	if (spool_open((*cfg)->spool.path, &sp, e) < 0 ||
	    (runs = engine_runs(sp, e)) < 0)
		return -1;
	if (runs)
		return ask_engine(sp, request, answer, e);
	mine = *cfg;
	*cfg = NULL;
	if (engine_open(mine, conf, &en, e) < 0 ||
	    engine_request(en, slice_str(request), answer, e) < 0)
		return -1;
	if (!slice_starts(slice_str(request), "hold "))
		buf_add_str(answer, "; no engine runs: 'mroute run' does the rest");
	return 0;
}
