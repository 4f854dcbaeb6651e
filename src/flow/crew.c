/* SPDX-License-Identifier: MIT */
#include "flow/crew.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/xalloc.h"

enum {
	STARTS = 3,			/* that may fail in a row */
	CREW_MAX = 64,
};

struct seat {
	size_t policy;
	struct examiner *examiner;	/* NULL: not started */
	struct crew_task *task;		/* NULL: idle or starting */
};

struct crew {
	const struct policy *const *policy;
	struct seat seat[CREW_MAX];
	size_t n_seat;
	TAILQ_HEAD(, crew_task) waiting;
	unsigned failures;		/* starts in a row */
	bool again;			/* one failed: try the next at once */
	bool news;			/* a task was done */
};

struct crew *
crew_open(const struct policy *const *policy, size_t n_policy, size_t processes)
{
	struct crew *c = xcalloc(1, sizeof *c);

	c->policy = policy;
	/* Each policy has as many, and one at least. */
	c->n_seat = MIN(MAX((processes + n_policy - 1) / n_policy, (size_t)1) *
	    n_policy, (size_t)CREW_MAX);
	for (size_t i = 0; i < c->n_seat; i++)
		c->seat[i].policy = i % n_policy;
	TAILQ_INIT(&c->waiting);
	return c;
}

void
crew_close(struct crew **c)
{
	if (*c == NULL)
		return;
	for (size_t i = 0; i < (*c)->n_seat; i++)
		examiner_stop(&(*c)->seat[i].examiner);
	free(*c);
	*c = NULL;
}

void
crew_give(struct crew *c, struct crew_task *t)
{
	t->done = false;
	t->findings = NULL;
	t->tries = 0;
	TAILQ_INSERT_TAIL(&c->waiting, t, link);
}

static void
task_done(struct crew *c, struct crew_task *t)
{
	t->done = true;
	c->news = true;
}

/* The examiner is dead, late or wrong: so is this try of its task. */
static int
seat_failed(struct crew *c, struct seat *s, const struct err *why, struct err *e)
{
	struct crew_task *t = s->task;

	examiner_stop(&s->examiner);
	s->task = NULL;
	if (t == NULL) {
		c->again = true;
		if (++c->failures < STARTS)
			return 0;
		return err_set(e, ERR_TEMP, "no examiner can be started: %s",
		    why->text);
	}
	t->why = arena_strdup(t->arena, why->text);
	if (++t->tries < EXAMINER_TRIES)
		TAILQ_INSERT_HEAD(&c->waiting, t, link);
	else
		task_done(c, t);
	return 0;
}

static struct crew_task *
next_for(struct crew *c, size_t policy)
{
	struct crew_task *t;

	TAILQ_FOREACH(t, &c->waiting, link)
		if (t->policy == policy)
			break;
	return t;
}

/* Start it, or give it what waits. */
static int
seat_feed(struct crew *c, struct seat *s, struct err *e)
{
	struct crew_task *t = next_for(c, s->policy);
	struct err why = ERR_INIT;

	if (t == NULL || s->task != NULL)
		return 0;
	if (s->examiner == NULL)
		return examiner_start(c->policy[s->policy], -1, &s->examiner,
		    &why) < 0 ? seat_failed(c, s, &why, e) : 0;
	if (!examiner_ready(s->examiner))
		return 0;
	TAILQ_REMOVE(&c->waiting, t, link);
	s->task = t;
	if (examiner_send(s->examiner, t->env, t->fd, t->offset, t->size, &why) < 0)
		return seat_failed(c, s, &why, e);
	return 0;
}

static int
seat_event(struct crew *c, struct seat *s, struct err *e)
{
	AUTO(arena_free) struct arena *none = s->task == NULL ? arena_new() : NULL;
	struct crew_task *t = s->task;
	struct findings *f = NULL;
	struct err why = ERR_INIT;

	switch (examiner_pump(s->examiner, t != NULL ? t->arena : none, &f, &why)) {
	case EXAMINER_NOTHING:
		return 0;
	case EXAMINER_READY:
		c->failures = 0;
		return 0;
	case EXAMINER_FINDINGS:
		t->findings = f;
		s->task = NULL;
		task_done(c, t);
		return 0;
	case EXAMINER_FAILED:
		break;
	}
	return seat_failed(c, s, &why, e);
}

/* How long until the first deadline, for poll(2). */
static int
time_left(const struct crew *c)
{
	int64_t first = INT64_MAX, now = clock_mono_ms();

	if (c->again)
		return 0;
	for (size_t i = 0; i < c->n_seat; i++)
		if (c->seat[i].examiner != NULL &&
		    examiner_deadline(c->seat[i].examiner) != 0)
			first = MIN(first, examiner_deadline(c->seat[i].examiner));
	return first == INT64_MAX ? -1 : first <= now ? 0 :
	    (int)MIN(first - now + 1, (int64_t)60000);
}

/* One poll of all of them; true when also_fd has something. */
static int
look_round(struct crew *c, int also_fd, bool *also, struct err *e)
{
	struct pollfd p[CREW_MAX + 1];

	for (size_t i = 0; i < c->n_seat; i++)
		p[i] = (struct pollfd){ c->seat[i].examiner != NULL ?
		    examiner_fd(c->seat[i].examiner) : -1, POLLIN, 0 };
	p[c->n_seat] = (struct pollfd){ also_fd, POLLIN, 0 };
	if (poll(p, c->n_seat + 1, time_left(c)) < 0 && errno != EINTR)
		return err_errno(e, ERR_TEMP, "cannot wait for the examiners");
	c->again = false;
	*also = p[c->n_seat].revents != 0;
	for (size_t i = 0; i < c->n_seat; i++)
		if (c->seat[i].examiner != NULL &&
		    seat_event(c, &c->seat[i], e) < 0)
			return -1;
	return 0;
}

static bool
any_task(const struct crew *c)
{
	for (size_t i = 0; i < c->n_seat; i++)
		if (c->seat[i].task != NULL)
			return true;
	return !TAILQ_EMPTY(&c->waiting);
}

int
crew_wait(struct crew *c, int also_fd, struct err *e)
{
	bool also = false;

	c->news = false;
	while (!also && !c->news && any_task(c)) {
		for (size_t i = 0; i < c->n_seat; i++)
			if (seat_feed(c, &c->seat[i], e) < 0)
				return -1;
		if (!c->news && look_round(c, also_fd, &also, e) < 0)
			return -1;
	}
	return 0;
}
