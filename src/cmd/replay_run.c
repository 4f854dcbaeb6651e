/* SPDX-License-Identifier: MIT */
/* mroute replay: messages and examiners. */
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/judge.h"
#include "cmd/replay.h"

uint64_t
replay_behind(const struct replay *r)
{
	return r->judged + r->purged + r->undecided + r->repeated + r->failed;
}

static void
item_release(struct replay_item *it)
{
	fd_close(&it->fd);
	arena_free(&it->arena);
}

void
replay_release_items(struct replay *r)
{
	for (; r->n_item > 0; r->n_item--) {
		item_release(&r->item[r->first]);
		r->first = (r->first + 1) % REPLAY_WINDOW;
	}
}

static bool
item_done(const struct replay_item *it)
{
	return (it->recorded != NULL || it->task[BEFORE].done) &&
	    it->task[AFTER].done;
}

static void
conclude(struct replay *r, const struct replay_item *it)
{
	struct compare_side side[SIDES];

	for (int i = 0; i < SIDES; i++) {
		if (i == BEFORE && it->recorded != NULL) {
			side[i] = (struct compare_side){ it->recorded, NULL, NULL };
			continue;
		}
		side[i] = (struct compare_side){ judge_decide(it->arena,
		    r->policy[i], &it->env, it->task[i].findings),
		    r->policy[i], it->task[i].findings };
	}
	if (it->task[AFTER].findings == NULL) {
		progress_end(&r->progress);
		cmd_warn("'%s': %s", it->name, it->task[AFTER].why);
		r->given_up++;
	}
	r->judged++;
	replay_show(r, it, side);
}

/* The oldest ones that are done, so that they are shown in their order. */
static void
conclude_first(struct replay *r)
{
	while (r->n_item > 0 && item_done(&r->item[r->first])) {
		conclude(r, &r->item[r->first]);
		item_release(&r->item[r->first]);
		r->first = (r->first + 1) % REPLAY_WINDOW;
		r->n_item--;
	}
	progress_show(&r->progress, replay_behind(r));
}

static void
wait_for_some(struct replay *r)
{
	struct signalfd_siginfo info;
	struct err e = ERR_INIT;

	if (crew_wait(r->crew, r->signal_fd, &e) < 0) {
		progress_end(&r->progress);
		cmd_warn("%s", e.text);
		r->trouble = true;
	}
	if (read(r->signal_fd, &info, sizeof info) > 0)
		r->interrupted = true;
	else if (!r->trouble)
		conclude_first(r);
}

static bool
is_over(const struct replay *r)
{
	return r->interrupted || r->trouble;
}

struct replay_item *
replay_next(struct replay *r)
{
	struct replay_item *it;

	while (!is_over(r) && r->n_item == REPLAY_WINDOW)
		wait_for_some(r);
	if (is_over(r))
		return NULL;
	it = &r->item[(r->first + r->n_item) % REPLAY_WINDOW];
	*it = (struct replay_item){ .arena = arena_new(), .fd = -1 };
	r->n_item++;
	return it;
}

void
replay_begin(struct replay *r, struct replay_item *it)
{
	for (size_t i = 0; i < SIDES; i++) {
		if (i == BEFORE && it->recorded != NULL)
			continue;
		it->task[i] = (struct crew_task){
		    .policy = r->opts->recorded ? 0 : i, .env = &it->env,
		    .fd = it->fd, .offset = it->offset, .size = it->size,
		    .arena = it->arena };
		crew_give(r->crew, &it->task[i]);
	}
}

void
replay_drop(struct replay *r, struct replay_item *it)
{
	item_release(it);
	r->n_item--;			/* it was the last one */
}

void
replay_finish(struct replay *r)
{
	while (!is_over(r) && r->n_item > 0)
		wait_for_some(r);
	progress_end(&r->progress);
}
