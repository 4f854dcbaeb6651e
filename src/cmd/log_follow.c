/* SPDX-License-Identifier: MIT */
/*
 * mroute log --follow: messages as they come and as their state changes.
 *
 * Nothing tells a reader what a commit changed, so it looks again: when
 * inotify saw a write to the database, its WAL or the journal, and now and then
 * in case a write was missed.  Each look opens the records, asks and closes
 * them again: no transaction of ours keeps the WAL from being reused, and a
 * database that was replaced, or a journal that is in use, is seen as well.
 *
 * A look takes what entered or was met by an event since the last one, what waits,
 * and what waited at the last one; a fingerprint tells whether there is something to say.
 */
#include <sys/inotify.h>
#include <sys/signalfd.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crc32.h"
#include "base/file.h"
#include "base/xalloc.h"
#include "cmd/health.h"
#include "cmd/log.h"
#include "rules/page.h"

enum {
	TAIL = 10,			/* messages shown before the first new one */
	IDLE_MS = 2000,			/* a look at least that often */
	SETTLE_MS = 20,			/* a write is seen before its commit is done */
	REST = 4,			/* rest so many times as long as a look took */
	KNOWN_MAX = 20000,		/* of those that are over, the oldest go */
	EVENTS = 50,
	ENGINE_BACK_MS = 10000,		/* a restart is done by then */
};

struct known {
	char id[ULID_SIZE];
	uint32_t print;
	bool open;			/* active, held */
	unsigned look;			/* in which it was met last */
};

struct follow {
	const struct cmd_call *call;
	const struct log_opts *opts;
	struct records *rec;
	const struct store_filter *filter;
	bool plain;			/* no filter: events of the engine, too */
	struct known *known;		/* by id */
	size_t n, cap;
	unsigned look;
	struct store_mark mark;
	bool marked;			/* mark is known */
	int64_t event_ms;		/* the newest one that was told */
	int64_t gone_ms;		/* since when no engine runs (monotonic), or 0 */
	struct arena *a;		/* of this look */
	const char **line;		/* newest first */
	size_t n_line, cap_line;
	int signal_fd, watch_fd;
};

/* ---- what is known of a message ---- */

static uint32_t
fingerprint(const struct store_row *row)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	buf_addf(&b, "%u %u", row->seq, (unsigned)(row->state == MESSAGE_PURGED ?
	    MESSAGE_FINAL : row->state));
	/* That a try began is no news; how it ended is. */
	for (size_t i = 0; i < row->n_effect; i++) {
		const struct effect *ef = &row->effect[i];
		bool leased = ef->state == EFFECT_LEASED;

		buf_addf(&b, " %u %u %u", ef->n, (unsigned)(leased ? EFFECT_READY :
		    ef->state), ef->attempts - leased);
	}
	return crc32_update(0, b.ptr, b.len);
}

/* Where it is, or would be. */
static size_t
find(const struct follow *f, const char *id)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(f->known[mid].id, id) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* True when that is news. */
static bool
learn(struct follow *f, const struct store_row *row)
{
	size_t at = find(f, row->env.id);
	uint32_t print = fingerprint(row);
	bool fresh = at == f->n || strcmp(f->known[at].id, row->env.id) != 0;
	struct known *k;
	bool news;

	if (fresh) {
		if (f->n == f->cap) {
			f->cap = f->cap > 0 ? 2 * f->cap : 64;
			f->known = xreallocarray(f->known, f->cap, sizeof *f->known);
		}
		memmove(&f->known[at + 1], &f->known[at],
		    (f->n - at) * sizeof *f->known);
		f->n++;
	}
	k = &f->known[at];
	news = fresh || k->print != print;
	memcpy(k->id, row->env.id, ULID_SIZE);
	k->print = print;
	k->open = row->state == MESSAGE_ACTIVE || row->state == MESSAGE_HELD;
	k->look = f->look;
	return news;
}

static void
forget_old(struct follow *f)
{
	size_t left = 0, over = f->n > KNOWN_MAX ? f->n - KNOWN_MAX : 0;

	for (size_t i = 0; i < f->n; i++)
		if (f->known[i].open || over == 0)
			f->known[left++] = f->known[i];
		else
			over--;
	f->n = left;
}

/* ---- what is to be said ---- */

static void
keep_line(struct follow *f, struct buf *line)
{
	f->line = arena_grow(f->a, f->line, f->n_line, &f->cap_line, sizeof *f->line);
	f->line[f->n_line++] = arena_strndup(f->a, line->ptr, line->len);
}

static bool
add_row(struct follow *f, const struct store_row *row, int64_t at_ms)
{
	AUTO(buf_release) struct buf line = BUF_INIT;

	log_rows_line(f->call, f->opts, f->rec, row, at_ms, &line);
	keep_line(f, &line);
	return true;
}

static bool
show_match(void *arg, const struct store_row *row)
{
	return add_row(arg, row, clock_wall_ms());
}

/* A message that has news: shown when it passes the filter as it is now. */
static bool
meet(void *arg, const struct store_row *row)
{
	struct follow *f = arg;
	struct store_filter one = *f->filter;
	struct err e = ERR_INIT;

	if (!learn(f, row))
		return true;
	if (f->plain)
		return add_row(f, row, clock_wall_ms());
	one.id = row->env.id;
	one.limit = 1;
	/* What cannot be read now is met again. */
	(void)!store_each(f->rec->st, &one, show_match, f, &e);
	return true;
}

static bool
remember(void *arg, const struct store_row *row)
{
	(void)learn(arg, row);
	return true;
}

/* ---- the engine ---- */

static void
add_event(struct follow *f, const struct store_event *v)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct page pg = { .out = &line, .colour = f->call->colour,
	    .columns = f->call->columns };
	bool alarm = slice_starts(slice_str(v->name), EVENT_ALARM);
	bool digest = strcmp(v->name, EVENT_RULES_LOADED) == 0;
	char time[RECORDS_TIME_SIZE];

	records_time(v->at_ms, time);
	page_put_str(&pg, STYLE_DIM, time + strlen("2026-11-28 "));
	page_pad(&pg, pg.at + 2);
	page_put_str(&pg, alarm ? STYLE_BAD : STYLE_DIM, v->name);
	page_pad(&pg, pg.at + 2);
	page_put_cut(&pg, STYLE_DIM, slice_make(v->text, strnlen(v->text,
	    digest ? 8 : SIZE_MAX)));
	page_newline(&pg);
	keep_line(f, &line);
}

/*
 * Did the engine end, and no other begin?  One that runs by a timer ("once")
 * comes and goes: nobody waits for its end.
 */
static bool
engine_gone(struct follow *f)
{
	struct store_event start, stop;

	return health_event(f->a, f->rec, EVENT_ENGINE_STOP, &stop) &&
	    health_event(f->a, f->rec, EVENT_ENGINE_START, &start) &&
	    stop.at_ms >= start.at_ms && strcmp(start.text, "once") != 0;
}

static void
look_at_events(struct follow *f, bool tell)
{
	struct store_event *v;
	struct err e = ERR_INIT;
	int64_t told = f->event_ms;
	size_t n;

	if (store_events(f->rec->st, f->a, NULL, EVENTS, &v, &n, &e) < 0)
		return;
	for (size_t i = 0; i < n && v[i].at_ms > told; i++) {
		f->event_ms = MAX(f->event_ms, v[i].at_ms);
		if (tell && f->plain && !f->opts->json && !f->opts->csv)
			add_event(f, &v[i]);
	}
	if (tell && f->event_ms > told)
		f->gone_ms = engine_gone(f) ? clock_mono_ms() : 0;
}

/* ---- a look ---- */

/* The records as they are now; false when there are none, or none to be read. */
static bool
reopen(struct follow *f)
{
	struct err e = ERR_INIT;

	store_close(&f->rec->st);
	if (store_open(f->rec->sp, STORE_READ, &f->rec->st, &e) == 0)
		return true;
	/* Of records that are still to be made all is news. */
	f->marked |= e.kind == ERR_ABSENT;
	return false;
}

/* What waited at the last look and does not any more. */
static int
look_at_ended(struct follow *f, struct err *e)
{
	for (size_t i = 0; i < f->n; i++) {
		struct store_row row;

		if (!f->known[i].open || f->known[i].look == f->look)
			continue;
		if (store_get(f->rec->st, f->a, f->known[i].id, &row, e) == 0)
			meet(f, &row);
		else if (e->kind == ERR_ABSENT)
			f->known[i].open = false;	/* purged */
		else
			return -1;
	}
	return 0;
}

static int
look_at_rows(struct follow *f, bool (*met)(void *, const struct store_row *),
    struct err *e)
{
	const struct store_filter waiting = { .waiting_only = true };
	struct store_filter fresh = { .after = &f->mark };
	struct store_mark now;
	struct err none = ERR_INIT;
	bool known = store_mark(f->rec->st, &now, &none) == 0;

	/* Another database, or the first we see of this one: its past is no news. */
	if (known && (!f->marked || now.message < f->mark.message ||
	    now.event < f->mark.event))
		f->mark = now;
	if (store_each(f->rec->st, &fresh, met, f, e) < 0 ||
	    store_each(f->rec->st, &waiting, met, f, e) < 0)
		return -1;
	if (known)
		f->mark = now;
	f->marked |= known;
	return look_at_ended(f, e);
}

static void
print_lines(struct follow *f)
{
	while (f->n_line > 0)
		fputs(f->line[--f->n_line], stdout);
	fflush(stdout);
}

static void
look(struct follow *f, bool first)
{
	struct err e = ERR_INIT;

	f->look++;
	f->a = arena_new();
	f->line = NULL;
	f->n_line = f->cap_line = 0;
	if (reopen(f)) {
		look_at_events(f, !first);
		if (first)
			(void)!look_at_rows(f, remember, &e);
		else
			(void)!look_at_rows(f, meet, &e);
		forget_old(f);
	}
	store_close(&f->rec->st);
	print_lines(f);
	arena_free(&f->a);
}

/* What was there before: the newest ten, or as --since and --limit say. */
static bool
add_past(void *arg, const struct store_row *row)
{
	struct follow *f = arg;

	(void)learn(f, row);
	return add_row(f, row, row->env.received_ms);
}

static void
show_past(struct follow *f)
{
	struct store_filter past = *f->filter;
	struct err e = ERR_INIT;

	if (f->opts->limit == NULL)
		past.limit = f->opts->since != NULL ? 0 : TAIL;
	f->a = arena_new();
	if (f->rec->st != NULL && store_each(f->rec->st, &past, add_past, f, &e) < 0)
		cmd_warn("%s", e.text);
	print_lines(f);
	f->line = NULL;
	f->cap_line = 0;
	arena_free(&f->a);
}

/* ---- waiting ---- */

static int
set_up(struct follow *f, struct err *e)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	f->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	f->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (f->signal_fd < 0 || sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return err_errno(e, ERR_TEMP, "cannot look out for signals");
	/* Without inotify each look is at its time. */
	if (f->watch_fd >= 0 && inotify_add_watch(f->watch_fd,
	    spool_path(f->rec->sp), IN_MODIFY | IN_MOVED_TO) < 0)
		fd_close(&f->watch_fd);
	return 0;
}

/* Was one of the files written that hold the records? */
static bool
records_written(int fd)
{
	char buf[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	const struct inotify_event *v;
	bool written = false;
	ssize_t n;

	while ((n = read(fd, buf, sizeof buf)) > 0)
		for (ssize_t at = 0; at < n; at += (ssize_t)(sizeof *v + v->len)) {
			v = (const struct inotify_event *)(const void *)(buf + at);
			/* Of -shm readers are no less the cause. */
			written |= (v->mask & IN_Q_OVERFLOW) != 0 || (v->len > 0 &&
			    (strcmp(v->name, "mroute.db") == 0 ||
			    strcmp(v->name, "mroute.db-wal") == 0 ||
			    slice_starts(slice_str(v->name), "journal")));
		}
	return written;
}

enum waited { WAITED_LOOK, WAITED_END };

/* Until there may be news; not before the rest is over. */
static enum waited
wait_for_news(struct follow *f, int64_t rest_ms)
{
	int64_t now = clock_mono_ms(), idle = now + MAX(rest_ms, (int64_t)IDLE_MS);
	int64_t due = idle;

	for (; now < due; now = clock_mono_ms()) {
		struct pollfd p[] = {
			{ .fd = f->signal_fd, .events = POLLIN },
			{ .fd = f->watch_fd, .events = POLLIN },
			{ .fd = STDOUT_FILENO, .events = 0 },
		};

		if (poll(p, NELEM(p), (int)(due - now)) < 0 && errno != EINTR)
			return WAITED_END;
		/* Asked to end; or nobody reads any more. */
		if (p[0].revents != 0 || (p[2].revents & (POLLERR | POLLHUP)) != 0)
			return WAITED_END;
		if (p[1].revents != 0 && due == idle && records_written(f->watch_fd))
			due = MIN(idle, clock_mono_ms() +
			    MAX(rest_ms, (int64_t)SETTLE_MS));
		else if (p[1].revents != 0)
			(void)records_written(f->watch_fd);
	}
	return WAITED_LOOK;
}

/* Nothing comes while nobody works: say so before somebody waits for it. */
static void
say_no_engine(struct follow *f)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct health_engine en;
	struct err e = ERR_INIT;

	(void)reopen(f);
	if (health_engine(a, f->rec, clock_wall_ms(), &en, &e) == 0 && !en.runs)
		cmd_warn("engine: %s", en.text);
}

static void
follow_release(struct follow *f)
{
	free(f->known);
	fd_close(&f->signal_fd);
	fd_close(&f->watch_fd);
}

int
log_follow(const struct cmd_call *call, struct records *rec,
    const struct store_filter *filter, bool plain)
{
	const struct log_opts *o = call->opts;
	AUTO(follow_release) struct follow f = { .call = call, .opts = o, .rec = rec,
	    .filter = filter, .plain = plain, .signal_fd = -1,
	    .watch_fd = -1 };
	AUTO(buf_release) struct buf head = BUF_INIT;
	struct err e = ERR_INIT;

	if (set_up(&f, &e) < 0)
		return cmd_fail(&e);
	if (o->csv)
		log_rows_csv_head(o, &head);
	fputs(buf_str(&head), stdout);
	look(&f, true);
	say_no_engine(&f);
	if (reopen(&f))
		show_past(&f);
	for (;;) {
		int64_t began = clock_mono_ms();

		if (f.gone_ms != 0 && began - f.gone_ms >= ENGINE_BACK_MS) {
			cmd_warn("the engine stopped: nothing more will come");
			return CMD_OK;
		}
		look(&f, false);
		if (wait_for_news(&f, REST * (clock_mono_ms() - began)) == WAITED_END)
			return CMD_OK;
	}
}
