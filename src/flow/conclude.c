/* SPDX-License-Identifier: MIT */
/*
 * How an attempt ended, and what follows: the arrow that the effect takes (see
 * deliver.c), its record, a substitute for what failed for good, the log line.
 */
#include "flow/engine_impl.h"

#include "base/file.h"

/* Doubling from retry-first to retry-longest, and up to a quarter more by chance. */
int64_t
deliver_backoff(const struct config_limits *l, unsigned attempts)
{
	int64_t delay = l->retry_first;

	for (unsigned i = 1; i < attempts && delay < l->retry_longest; i++)
		delay *= 2;
	delay = MIN(delay, l->retry_longest);
	return delay + (int64_t)(g_random_double() * (double)delay / 4);
}

bool
deliver_too_old(const struct engine *en, const struct destination *d,
    const struct effect *ef)
{
	return ef->kind != EFFECT_FALLBACK &&
	    clock_wall_ms() - ef->created_ms > en->cfg->limits.lifetime &&
	    MAX(ef->attempts, d->failures) >= en->cfg->limits.min_tries;
}

static unsigned
next_number(const struct message_job *job)
{
	unsigned n = 0;

	for (size_t i = 0; i < job->n_slot; i++)
		n = MAX(n, job->slot[i]->effect.n);
	return n + 1;
}

/*
 * Does an effect go there, or did one?  The fallback never fails: one that has
 * was superseded by a new decision, and is there no more.
 */
static bool
has_target(const struct message_job *job, const struct plan_effect *pe)
{
	for (size_t i = 0; i < job->n_slot; i++) {
		const struct effect *ef = &job->slot[i]->effect;

		if (ef->kind == EFFECT_FALLBACK && ef->state == EFFECT_FAILED)
			continue;
		if (ef->kind == pe->kind && strcmp(ef->server, pe->server) == 0 &&
		    strcmp(ef->target, pe->target) == 0)
			return true;
	}
	return false;
}

enum { SUBSTITUTES_MAX = 40, RESULT_RECORDS = SUBSTITUTES_MAX + 4 };

/*
 * What takes the place of an effect that failed for good: those of otherwise,
 * or the fallback Maildir when it was one of them itself.
 */
static size_t
substitutes(struct engine *en, const struct slot *s, const struct envelope *env,
    struct arena *a, struct effect out[SUBSTITUTES_MAX])
{
	static const struct plan_effect fallback = { EFFECT_FALLBACK, "", "" };
	struct plan_effect *pe = NULL;
	unsigned number = next_number(s->job);
	size_t n_pe = 0, n = 0;

	if (!s->effect.substitute && en->policy != NULL &&
	    env->kind == ENVELOPE_MAIL)
		n_pe = decide_otherwise_effects(a, en->policy, env, &pe);
	for (size_t i = 0; i < n_pe && n < SUBSTITUTES_MAX - 1; i++)
		if (!has_target(s->job, &pe[i])) {
			out[n] = (struct effect){ .n = number + (unsigned)n,
			    .kind = pe[i].kind, .server = pe[i].server,
			    .target = pe[i].target };
			n++;
		}
	if (n == 0 && !has_target(s->job, &fallback)) {
		out[0] = (struct effect){ .n = number, .kind = EFFECT_FALLBACK,
		    .server = "", .target = "" };
		n = 1;
	}
	for (size_t i = 0; i < n; i++) {
		out[i].state = EFFECT_READY;
		out[i].substitute = true;
		out[i].created_ms = clock_wall_ms();
		out[i].last = "";
	}
	return n;
}

static void
log_outcome(const struct slot *s, const struct send_result *r, const char *event,
    int64_t retry_ms)
{
	const struct effect *ef = &s->effect;
	AUTO(xfree) char *id = xasprintf("%s.%u", s->job->id, ef->n);

	log_event(ef->state == EFFECT_FAILED ? LOG_WARNING : LOG_INFO, event,
	    "id", id, "queue", s->job->queue_id, "route", s->job->route,
	    "to", effect_kind_name(ef->kind), "server",
	    ef->server[0] != '\0' ? ef->server : NULL,
	    "target", ef->target[0] != '\0' ? ef->target : NULL,
	    "try", log_num(ef->attempts),
	    "code", r->outcome.code != 0 ? log_num(r->outcome.code) : NULL,
	    "place", r->outcome.place[0] != '\0' ? r->outcome.place : NULL,
	    "wrapped", r->wrapped ? "yes" : NULL,
	    "says", r->outcome.text[0] != '\0' ? r->outcome.text : NULL,
	    "retry", retry_ms >= 0 ? log_num(retry_ms / 1000) : NULL, NULL);
}

/* The effect's next state by the outcome; the delay when it is READY again. */
static struct effect
next_state(const struct engine *en, const struct slot *s,
    const struct send_result *r, int64_t *delay)
{
	struct effect ef = s->effect;

	ef.last = r->outcome.text;
	ef.uncertain = r->outcome.class == OUTCOME_UNCERTAIN ||
	    (ef.uncertain && r->outcome.class == OUTCOME_TEMP);
	*delay = deliver_backoff(&en->cfg->limits, ef.attempts);
	switch (r->outcome.class) {
	case OUTCOME_DONE:
		ef.state = EFFECT_DONE;
		break;
	case OUTCOME_PERM:
		ef.state = ef.kind == EFFECT_FALLBACK ? EFFECT_READY : EFFECT_FAILED;
		break;
	case OUTCOME_UNCERTAIN:
		if (ef.kind == EFFECT_IMAP)
			*delay = MAX(*delay, en->cfg->limits.uncertain_wait);
		ef.state = deliver_too_old(en, s->dest, &ef) ? EFFECT_FAILED :
		    EFFECT_READY;
		break;
	case OUTCOME_TEMP:
	case OUTCOME_N:
		ef.state = deliver_too_old(en, s->dest, &ef) ? EFFECT_FAILED :
		    EFFECT_READY;
		break;
	}
	ef.next_ms = ef.state == EFFECT_READY ? clock_wall_ms() + *delay : 0;
	ef.ended_ms = ef.state == EFFECT_READY ? 0 : clock_wall_ms();
	return ef;
}

static bool
others_final(const struct slot *s)
{
	for (size_t i = 0; i < s->job->n_slot; i++)
		if (s->job->slot[i] != s && s->job->slot[i]->where != SLOT_FINAL)
			return false;
	return true;
}

static void
alarm_for_outcome(struct engine *en, const struct slot *s,
    const struct envelope *env, const struct send_result *r)
{
	const struct config_alias *alias = config_alias_for(en->cfg,
	    env->recipient, env->original_recipient);

	if (s->effect.state == EFFECT_FAILED)
		alarm_raise(en, "failed", alias != NULL ? alias->owner : NULL,
		    "message %s could not be delivered by %s to %s: %s; it went to "
		    "the otherwise route or the fallback Maildir instead",
		    s->job->id, effect_kind_name(s->effect.kind),
		    s->effect.target, r->outcome.text);
	else if (s->effect.kind == EFFECT_FALLBACK &&
	    s->effect.state != EFFECT_DONE)
		alarm_raise(en, "fallback", NULL, "the fallback Maildir of %s "
		    "cannot be written: %s", spool_path(en->spool), r->outcome.text);
}

/* All that the end of an attempt says, in one transaction. */
static int
record_end(struct engine *en, const struct slot *s, const struct send_result *r,
    const struct effect *ef, const struct effect *sub, size_t n_sub, struct err *e)
{
	const char *id = s->job->id;
	int64_t now = clock_wall_ms();
	struct record rec[RESULT_RECORDS];
	size_t n = 0;

	rec[n++] = (struct record){ RECORD_ATTEMPT, now, id, { .attempt = {
	    ef->n, ef->attempts, true, outcome_class_name(r->outcome.class),
	    r->outcome.code, r->outcome.text, r->outcome.place } } };
	rec[n++] = (struct record){ RECORD_EFFECT, now, id, { .effect = *ef } };
	if (r->wrapped)
		rec[n++] = (struct record){ RECORD_EVENT, now, id, { .event = {
		    "wrapped", "a bare CR: sent as message/rfc822" } } };
	for (size_t i = 0; i < n_sub; i++)
		rec[n++] = (struct record){ RECORD_EFFECT, now, id,
		    { .effect = sub[i] } };
	if (ef->state != EFFECT_READY && n_sub == 0 && others_final(s))
		rec[n++] = (struct record){ RECORD_STATE, now, id,
		    { .state = MESSAGE_FINAL } };
	return store_commit(en->store, rec, n, e);
}

static const char *
event_name(enum effect_state state)
{
	return state == EFFECT_DONE ? "delivered" :
	    state == EFFECT_FAILED ? "failed" : "deferred";
}

bool
conclude_attempt(struct engine *en, struct destination *d, const struct send_result *r)
{
	AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;
	AUTO(arena_free) struct arena *a = arena_new();
	struct slot *s = d->sending;
	struct message_job *job = s->job;
	struct effect sub[SUBSTITUTES_MAX];
	size_t n_sub = 0;
	int64_t delay;
	struct effect ef = next_state(en, s, r, &delay);
	struct err e = ERR_INIT;

	/* The envelope says what otherwise is; without the file: fallback only. */
	if (spool_read(en->spool, SPOOL_NEW, job->id, &m, &e) < 0)
		m.env.kind = ENVELOPE_OWN;
	if (ef.state == EFFECT_FAILED)
		n_sub = substitutes(en, s, &m.env, a, sub);
	if (record_end(en, s, r, &ef, sub, n_sub, &e) < 0) {
		alarm_raise(en, "records", NULL, "cannot record how message %s "
		    "went out: %s", job->id, e.text);
		return false;
	}
	d->sending = NULL;
	s->effect = ef;
	s->effect.last = arena_strdup(job->arena, ef.last);
	s->where = SLOT_FINAL;
	log_outcome(s, r, event_name(ef.state), ef.state == EFFECT_READY ? delay : -1);
	if (ef.state == EFFECT_READY)
		deliver_delay(en, s, delay);
	for (size_t i = 0; i < n_sub; i++)
		deliver_add(en, job, &sub[i]);
	alarm_for_outcome(en, s, &m.env, r);
	deliver_finish(en, job);
	return true;
}
