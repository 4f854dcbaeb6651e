/* SPDX-License-Identifier: MIT */
#include "life_send.h"

#include <stdio.h>
#include <string.h>

#include "base/xalloc.h"

enum {					/* of 100,000 */
	SLOW = 1200, LATER = 1500, LATER_AGAIN = 30000, REFUSED = 60, REFUSED_AFTER = 700,
};

static const int64_t minute = 60 * 1000, longest = 4 * 3600 * 1000;

static const char down_text[] = "connect to mx.company.example[192.0.2.25]:25: "
    "Connection refused";
static const char later_text[] = "451 4.7.1 Greylisted, try again later";
static const char refused_text[] = "550 5.1.1 <%s>: Recipient address rejected: "
    "User unknown";
static const char closed_text[] = "554 5.7.1 <%s>: Relay access denied";

struct try {
	int64_t began_ms, ended_ms;
	const char *outcome;		/* "done" ... */
	int code;
	const char *text;
};

static bool
is_down(const struct world *w, int64_t at_ms)
{
	return at_ms >= year_outage_begin(w->year) && at_ms < year_outage_end(w->year);
}

static struct try
try_once(struct world *w, const struct effect *ef, unsigned number, int64_t at_ms)
{
	struct arena *a = w->batch.arena;
	struct try t = { at_ms, at_ms, "done", 250, "2.0.0 Ok: queued" };
	uint32_t x = dice_below(&w->dice, 30);
	int64_t back = year_outage_end(w->year);

	t.ended_ms += 60 + x * x + (dice_in(&w->dice, SLOW) ?
	    dice_between(&w->dice, 2000, 20000) : 0);
	if (ef->kind == EFFECT_FALLBACK) {
		t.code = 0;
		t.text = "";
	} else if (is_down(w, at_ms)) {
		t = (struct try){ at_ms, at_ms + 3, "temp", 0, down_text };
	} else if (dice_in(&w->dice, number > 1 ? LATER_AGAIN : LATER)) {
		t = (struct try){ at_ms, t.ended_ms, "temp", 451, later_text };
	} else if (!ef->substitute && dice_in(&w->dice, REFUSED)) {
		t = (struct try){ at_ms, t.ended_ms, "perm", 550,
		    arena_printf(a, refused_text, ef->target) };
	} else if (!ef->substitute && at_ms >= back && at_ms < back + 240 * minute &&
	    dice_in(&w->dice, REFUSED_AFTER)) {
		t = (struct try){ at_ms, t.ended_ms, "perm", 554,
		    arena_printf(a, closed_text, ef->target) };
	}
	return t;
}

static void
record_try(struct world *w, const struct life *l, const struct effect *ef,
    const struct try *t)
{
	struct batch *b = &w->batch;
	const char *id = arena_strdup(b->arena, l->id);
	const char *place = strcmp(t->outcome, "done") == 0 ? ef->target : "";

	batch_add(b, &(struct record){ RECORD_ATTEMPT, t->began_ms, id, { .attempt = {
	    ef->n, ef->attempts, false, "", 0, "", "" } } });
	batch_add(b, &(struct record){ RECORD_ATTEMPT, t->ended_ms, id, { .attempt = {
	    ef->n, ef->attempts, true, t->outcome, t->code, t->text, place } } });
	batch_add(b, &(struct record){ RECORD_EFFECT, t->ended_ms, id, { .effect = *ef } });
}

/* A refusal is an alarm, and once an hour a mail of our own about it. */
static void
alarm_failed(struct world *w, struct life *l, const struct effect *ef, int64_t at_ms)
{
	struct batch *b = &w->batch;
	struct envelope *env;
	struct plan *p;

	life_note(w, l, at_ms, "alarm.failed", ef->last);
	if (at_ms - w->alarm_mailed_ms < 60 * minute)
		return;
	w->alarm_mailed_ms = at_ms;
	env = arena_calloc(b->arena, 1, sizeof *env);
	env->kind = ENVELOPE_OWN;
	env->received_ms = at_ms + 1;
	/* Digits alone: of its own time, and no other message has them. */
	memcpy(env->id, l->id, sizeof env->id);
	snprintf(env->id + 18, sizeof env->id - 18, "%08llu",
	    (unsigned long long)(++w->n_own % 100000000));
	snprintf(env->own_key, sizeof env->own_key, "alarm:failed:%lld",
	    (long long)(at_ms / 1000));
	snprintf(env->recipient, sizeof env->recipient, "owner@company.example");
	snprintf(env->own_rcpt[0], sizeof env->own_rcpt[0], "owner@company.example");
	env->n_own_rcpt = 1;
	p = arena_calloc(b->arena, 1, sizeof *p);
	*p = (struct plan){ .route = "(own)", .title = "our own mail",
	    .by = BY_OWN, .best = "", .runner_up = "", .would_be = "",
	    .why = "made by mroute itself", .keep_originals = -1 };
	batch_add(b, &(struct record){ RECORD_MESSAGE, at_ms + 1, env->id,
	    { .message = { env, "", 900, NULL } } });
	batch_add(b, &(struct record){ RECORD_DECISION, at_ms + 5, env->id,
	    { .decision = { .seq = 1, .digest = "", .plan = p, .trace_json = "" } } });
	batch_add(b, &(struct record){ RECORD_STATE, at_ms + 5, env->id,
	    { .state = MESSAGE_FINAL } });
}

/* Tries until it is final, or the year is over; the time when it was final, or 0. */
static int64_t
see_through(struct world *w, struct life *l, struct effect *ef, int64_t at_ms)
{
	int64_t pause = minute;

	while (at_ms < year_end(w->year) - 30000) {
		struct try t = try_once(w, ef, ++ef->attempts, at_ms);
		bool temp = strcmp(t.outcome, "temp") == 0;

		ef->last = t.text;
		ef->state = temp ? EFFECT_READY : strcmp(t.outcome, "done") == 0 ?
		    EFFECT_DONE : EFFECT_FAILED;
		ef->next_ms = temp ? t.ended_ms + pause : 0;
		ef->ended_ms = temp ? 0 : t.ended_ms;
		record_try(w, l, ef, &t);
		if (ef->state != EFFECT_DONE && l->n_trouble < NELEM(l->trouble)) {
			l->trouble[l->n_trouble].at_ms = t.ended_ms;
			l->trouble[l->n_trouble++].perm = !temp;
		}
		if (!temp)
			return t.ended_ms;
		at_ms = ef->next_ms;
		pause = MIN(2 * pause, longest);
	}
	return 0;
}

/* The effect in place of one that was given up: the front desk's. */
static int64_t
substitute(struct world *w, struct life *l, const struct effect *failed, unsigned n,
    int64_t at_ms)
{
	struct effect ef = { .n = n, .kind = EFFECT_SMTP, .server = "",
	    .target = topics[n_topic - 1].to, .substitute = true, .created_ms = at_ms,
	    .last = "" };

	if (l->n_failed < NELEM(l->failed_ms))
		l->failed_ms[l->n_failed++] = at_ms;
	batch_add(&w->batch, &(struct record){ RECORD_EFFECT, at_ms,
	    arena_strdup(w->batch.arena, l->id), { .effect = ef } });
	alarm_failed(w, l, failed, at_ms);
	return see_through(w, l, &ef, at_ms + 2);
}

void
life_send(struct world *w, struct life *l, const struct effect *ef, size_t n,
    int64_t at_ms)
{
	int64_t done = 0;
	bool all = n > 0;

	for (size_t i = 0; i < n; i++) {
		struct effect e = ef[i];
		int64_t end = see_through(w, l, &e, at_ms + 3);

		l->fallbacks += e.kind == EFFECT_FALLBACK ? 1 : 0;
		if (e.state == EFFECT_FAILED)
			end = substitute(w, l, &e, ef[n - 1].n + 1 + (unsigned)i, end);
		all = all && end > 0;
		done = MAX(done, end);
	}
	if (!all)
		return;
	l->state = MESSAGE_FINAL;
	if (l->done_ms == 0)
		l->done_ms = done;
	batch_add(&w->batch, &(struct record){ RECORD_STATE, done,
	    arena_strdup(w->batch.arena, l->id), { .state = MESSAGE_FINAL } });
}
