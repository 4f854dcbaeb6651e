/* SPDX-License-Identifier: MIT */
#include "flow/engine_impl.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"

enum { POLL_MAX = 4 + EXAMINERS_MAX + SENDERS_MAX, SECOND = 1000, LOOK = 2 * SECOND,
	LOCK_WAIT = 2 * SECOND, LOCK_PAUSE = 50,
	MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

static size_t
examiner_count(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : (size_t)MIN(n, (long)EXAMINERS_MAX);
}

/* A moment's patience: `mroute status` tries the lock, dying children hold it. */
static int
take_lock(struct engine *en, struct err *e)
{
	int64_t until = clock_mono_ms() + LOCK_WAIT;
	int got;

	while ((got = spool_lock(en->spool, &en->lock_fd, e)) == 0 &&
	    clock_mono_ms() < until)
		(void)!poll(NULL, 0, LOCK_PAUSE);
	if (got == 0)
		return err_set(e, ERR_TEMP, "another mroute runs on '%s'",
		    spool_path(en->spool));
	return got < 0 ? -1 : 0;
}

int
engine_open(struct config *cfg, struct slice conf, struct engine **out,
    struct err *e)
{
	struct engine *en = xcalloc(1, sizeof *en);

	en->cfg = cfg;
	en->conf = xstrndup(conf.ptr, conf.len);
	en->conf_len = conf.len;
	en->lock_fd = en->poke_fd = en->signal_fd = -1;
	en->n_examiner = examiner_count();
	en->job = g_hash_table_new(g_str_hash, g_str_equal);
	en->store_was_usable = true;
	TAILQ_INIT(&en->pending);
	LIST_INIT(&en->dest);
	if (spool_open(cfg->spool.path, &en->spool, e) < 0 ||
	    take_lock(en, e) < 0 || spool_key(en->spool, en->key, e) < 0 ||
	    spool_set_max_silence(en->spool, cfg->spool.max_silence, e) < 0 ||
	    store_open(en->spool, STORE_WRITE, &en->store, e) < 0) {
		engine_close(&en);
		return -1;
	}
	reload_first(en);
	*out = en;
	return 0;
}

static void
forget_all(struct engine *en)
{
	GList *jobs = g_hash_table_get_values(en->job);

	for (GList *l = jobs; l != NULL; l = l->next)
		intake_forget(en, l->data);
	g_list_free(jobs);
}

void
engine_close(struct engine **enp)
{
	struct engine *en = *enp;

	if (en == NULL)
		return;
	examining_stop(en);
	deliver_stop(en);
	forget_all(en);
	deliver_free(en);
	heap_release(&en->waiting);
	g_hash_table_destroy(en->job);
	policy_free(&en->policy);
	store_close(&en->store);
	fd_close(&en->poke_fd);
	fd_close(&en->signal_fd);
	fd_close(&en->lock_fd);
	spool_close(&en->spool);
	config_free(&en->cfg);
	free(en->conf);
	free(en);
	*enp = NULL;
}

/* ---- the loop ---- */

static int
listen_signals(struct engine *en, struct err *e)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 ||
	    (en->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
		return err_errno(e, ERR_TEMP, "cannot listen for signals");
	return 0;
}

static void
handle_signals(struct engine *en)
{
	struct signalfd_siginfo info;

	while (read(en->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGHUP) {
			reload_now(en);
			continue;
		}
		/* Once: end what runs.  Twice: now. */
		en->stop_at = en->stopping ? 0 : clock_mono_ms() + STOP_GRACE;
		en->stopping = true;
		log_event(LOG_NOTICE, "stopping", NULL);
	}
}

static void
handle_pokes(struct engine *en)
{
	bool poked = false;
	char byte[16];

	while (recv(en->poke_fd, byte, sizeof byte, MSG_DONTWAIT) >= 0)
		poked = true;
	if (!poked)
		return;
	en->scan_wanted = true;
}

static bool
anything_sending(const struct engine *en)
{
	struct destination *d;

	LIST_FOREACH(d, &en->dest, link)
		if (d->sending != NULL)
			return true;
	return false;
}

static int64_t
next_wakeup(const struct engine *en)
{
	int64_t now = clock_mono_ms();
	int64_t at = MIN(en->next_look, deliver_next(en));

	at = MIN(at, en->last_scan + en->cfg->limits.scan_interval);
	if (en->scan_wanted)
		at = MIN(at, en->last_scan + SCAN_PAUSE);
	if (!TAILQ_EMPTY(&en->pending) && en->examiner_not_before > now)
		at = MIN(at, en->examiner_not_before);
	for (size_t i = 0; i < en->n_examiner; i++)
		if (en->examiner[i] != NULL && examiner_deadline(en->examiner[i]) != 0)
			at = MIN(at, examiner_deadline(en->examiner[i]));
	if (en->stopping)
		at = MIN(at, en->stop_at);
	return at;
}

static void
wait_for_events(struct engine *en)
{
	struct pollfd p[POLL_MAX];
	struct destination *d;
	int64_t timeout = next_wakeup(en) - clock_mono_ms();
	size_t n = 0;

	p[n++] = (struct pollfd){ en->signal_fd, POLLIN, 0 };
	p[n++] = (struct pollfd){ en->poke_fd, POLLIN, 0 };
	for (size_t i = 0; i < en->n_examiner; i++)
		if (en->examiner[i] != NULL)
			p[n++] = (struct pollfd){ examiner_fd(en->examiner[i]),
			    POLLIN, 0 };
	LIST_FOREACH(d, &en->dest, link)
		if (d->sender != NULL && n < NELEM(p))
			p[n++] = (struct pollfd){ sender_fd(d->sender), POLLIN, 0 };
	if (poll(p, n, timeout > 0 ? (int)MIN(timeout, 60000) : 0) < 0 &&
	    errno != EINTR)
		bug("poll: %d", errno);
}

/* Every source is asked: each takes what is there and is content with nothing. */
static void
handle_events(struct engine *en)
{
	struct destination *d;

	handle_signals(en);
	handle_pokes(en);
	for (size_t i = 0; i < en->n_examiner; i++)
		if (en->examiner[i] != NULL)
			examining_event(en, i);
	LIST_FOREACH(d, &en->dest, link)
		if (d->sender != NULL)
			deliver_sender_event(en, d);
}

static void
keep_house(struct engine *en)
{
	int64_t now = clock_mono_ms();

	if (now >= en->next_look) {
		en->next_look = now + LOOK;
		house_look(en);
	}
	if (now >= en->next_minute) {
		en->next_minute = now + MINUTE;
		house_minute(en);
	}
	if (now >= en->next_hour) {
		en->next_hour = now + HOUR;
		house_hour(en);
	}
}

static void
step(struct engine *en)
{
	int64_t now = clock_mono_ms();

	keep_house(en);
	if ((en->scan_wanted && now - en->last_scan >= SCAN_PAUSE) ||
	    now - en->last_scan >= en->cfg->limits.scan_interval) {
		request_scan(en);
		intake_scan(en);
	}
	if (!en->stopping)
		examining_run(en);
	deliver_run(en);
}

static bool
finished(struct engine *en)
{
	if (en->stopping)
		return clock_mono_ms() >= en->stop_at || !anything_sending(en);
	return en->once && !en->scan_wanted && !examining_busy(en) && !deliver_busy(en);
}

int
engine_run(struct engine *en, bool once, struct err *e)
{
	en->once = once;
	en->last_scan = -(int64_t)SCAN_PAUSE;
	en->scan_wanted = true;
	if (listen_signals(en, e) < 0 ||
	    spool_listen(en->spool, &en->poke_fd, e) < 0)
		return -1;
	log_event(LOG_NOTICE, "started", "spool", spool_path(en->spool), "rules",
	    en->policy != NULL ? policy_digest(en->policy) : "none", NULL);
	engine_event(en, NULL, EVENT_ENGINE_START, once ? "once" : "");
	request_scan(en);
	for (;;) {
		step(en);
		if (finished(en))
			break;
		wait_for_events(en);
		handle_events(en);
	}
	examining_uncount(en);
	alarm_look(en);
	engine_event(en, NULL, EVENT_ENGINE_STOP, "");
	log_event(LOG_NOTICE, "stopped", NULL);
	return 0;
}
