/* SPDX-License-Identifier: MIT */
/*
 * From new/ to a decision.
 *
 *	name in new/ ─► pending ─► examining ─► decided (recorded) ─► active
 *	                   ▲            │ examiner died or late: once more,
 *	                   └────────────┘ then `otherwise`, by examiner
 */
#include "flow/engine_impl.h"

#include <stdlib.h>

#include "base/digest.h"
#include "net/maildir.h"

struct message_job *
intake_job(struct engine *en, const char *id)
{
	return g_hash_table_lookup(en->job, id);
}

struct message_job *
intake_new_job(struct engine *en, const char *id)
{
	struct message_job *job = xcalloc(1, sizeof *job);

	memcpy(job->id, id, ULID_LEN);
	job->arena = arena_new();
	job->phase = JOB_ACTIVE;	/* in no queue */
	g_hash_table_insert(en->job, job->id, job);
	return job;
}

void
intake_forget(struct engine *en, struct message_job *job)
{
	if (job->phase == JOB_PENDING)
		TAILQ_REMOVE(&en->pending, job, link);
	for (size_t i = 0; i < en->n_examiner; i++)
		if (en->examining[i] == job)
			bug("a message is forgotten while it is examined");
	deliver_drop(en, job);
	g_hash_table_remove(en->job, job->id);
	arena_free(&job->arena);
	free(job);
}

void
intake_put_pending(struct engine *en, struct message_job *job, bool first)
{
	job->phase = JOB_PENDING;
	if (first)
		TAILQ_INSERT_HEAD(&en->pending, job, link);
	else
		TAILQ_INSERT_TAIL(&en->pending, job, link);
}

/* ---- what lies in new/ ---- */

/* A message with a decision: its effects go on where they were. */
static void
take_up(struct engine *en, const char *id)
{
	struct message_job *job = intake_new_job(en, id);
	struct err e = ERR_INIT;

	job->phase = JOB_ACTIVE;
	if (intake_activate(en, job, &e) < 0) {
		alarm_raise(en, "records", NULL, "cannot read what is to be done "
		    "with message %s: %s", id, e.text);
		intake_forget(en, job);
	}
}

static void
see(struct engine *en, const char *id)
{
	struct message_job *job;
	unsigned looked = 0;

	if (intake_job(en, id) != NULL)
		return;
	switch (store_known(en->store, id, &looked)) {
	case STORE_UNSURE:
		/* What nobody began to deliver can't happen twice. */
		if (spool_has_begun(en->spool, id))
			return;		/* the next scan asks again */
		looked = 0;
		break;
	case STORE_DECIDED:
		take_up(en, id);
		return;
	case STORE_UNKNOWN:
	case STORE_UNDECIDED:
		break;
	}
	if (looked >= LOOKS_MAX) {
		intake_hold(en, id, "the engine died on it twice", true);
		return;
	}
	job = intake_new_job(en, id);
	job->looked = looked;
	intake_put_pending(en, job, false);
}

void
intake_scan(struct engine *en)
{
	struct names names = { NULL, 0 };
	struct err e = ERR_INIT;

	en->scan_wanted = false;
	en->last_scan = clock_mono_ms();
	if (spool_list(en->spool, SPOOL_NEW, &names, &e) < 0) {
		alarm_raise(en, "spool", NULL, "%s", e.text);
		return;
	}
	for (size_t i = 0; i < names.n; i++)
		see(en, names.name[i]);
	names_release(&names);
}

/* ---- hold ---- */

/* What can be saved of a message goes to the fallback Maildir as well. */
static void
copy_to_fallback(struct engine *en, const char *id)
{
	AUTO(xfree) char *root = path_join(spool_path(en->spool), "fallback");
	AUTO(xfree) char *name = xasprintf("%s.0", id);
	AUTO(buf_release) struct buf raw = BUF_INIT;
	struct maildir_options opt = { en->cfg->spool.maildir_mode,
	    en->cfg->spool.maildir_group };
	struct spool_message m = SPOOL_MESSAGE_INIT;
	struct outcome o = { 0 };
	struct err e = ERR_INIT;

	if (spool_read(en->spool, SPOOL_HOLD, id, &m, &e) == 0)
		buf_add_slice(&raw, m.raw);
	else {
		/* Damaged: the file as it is is better than nothing. */
		AUTO(xfree) char *path = xasprintf("hold/%s", id);

		if (file_read_own(spool_dirfd(en->spool), path, SIZE_MAX / 2, &raw,
		    &e) < 0)
			buf_addf(&raw, "Subject: message %s cannot be read\n\n%s\n",
			    id, e.text);
	}
	maildir_deliver(root, NULL, &opt, name, buf_slice(&raw), ulid_ms(id), true,
	    &o);
	spool_message_release(&m);
	if (o.class != OUTCOME_DONE)
		alarm_raise(en, "fallback", NULL, "no copy of held message %s in "
		    "the fallback Maildir: %s", id, o.text);
}

void
intake_hold(struct engine *en, const char *id, const char *why, bool copy)
{
	const struct record r[] = {
		{ RECORD_STATE, clock_wall_ms(), id, { .state = MESSAGE_HELD } },
		{ RECORD_EVENT, clock_wall_ms(), id, { .event = { "held", why } } },
	};
	struct err e = ERR_INIT;

	if (store_commit(en->store, r, NELEM(r), &e) < 0 ||
	    spool_move(en->spool, SPOOL_NEW, SPOOL_HOLD, id, &e) < 0) {
		alarm_raise(en, "hold", NULL, "cannot hold message %s: %s", id,
		    e.text);
		return;
	}
	log_event(LOG_WARNING, "held", "id", id, "why", why, NULL);
	if (copy)
		copy_to_fallback(en, id);
	alarm_raise(en, "hold", NULL, "message %s is held: %s; look at it with "
	    "'mroute show %s', then 'mroute queue release %s'", id, why, id, id);
}

/* ---- decided before ---- */

/* As slots that rest: an engine's decision or a person makes them go on. */
void
intake_load_effects(struct message_job *job, const struct store_row *row)
{
	job->seq = row->seq;
	job->route = arena_strdup(job->arena, row->route != NULL ? row->route : "");
	memcpy(job->queue_id, row->env.queue_id, sizeof job->queue_id);
	for (size_t i = 0; i < row->n_effect; i++)
		deliver_keep(job, &row->effect[i]);
}

/* How long a loaded effect has to wait. */
static int64_t
remaining_delay(const struct engine *en, struct effect *ef)
{
	int64_t delay = ef->next_ms - clock_wall_ms();

	/* The old engine's children are gone: the lock says so. */
	if (ef->state == EFFECT_LEASED) {
		ef->state = EFFECT_READY;
		ef->uncertain = true;
		return ef->kind == EFFECT_IMAP ? en->cfg->limits.uncertain_wait : 0;
	}
	if (delay > en->cfg->limits.retry_longest * 5 / 4)
		return 0;		/* the clock was set */
	return MAX(delay, 0);
}

int
intake_activate(struct engine *en, struct message_job *job, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct store_row row = { 0 };

	if (store_get(en->store, a, job->id, &row, e) < 0)
		return -1;
	intake_load_effects(job, &row);
	for (size_t i = 0; i < job->n_slot; i++) {
		struct slot *s = job->slot[i];

		if (s->effect.state == EFFECT_READY ||
		    s->effect.state == EFFECT_LEASED)
			deliver_start(en, s, remaining_delay(en, &s->effect));
	}
	deliver_finish(en, job);
	return 0;
}

/* ---- deciding ---- */

/* The value that marks mail of this spool to this recipient (X-Mroute-Loop). */
void
intake_loop_mark(const struct engine *en, const char *recipient, char out[DIGEST_SIZE])
{
	AUTO(xfree) char *lower = g_ascii_strdown(recipient, -1);

	digest_hmac(slice_str(en->key), slice_str(lower), out);
}

static const char *
owner_of(const struct engine *en, const struct envelope *env)
{
	const struct config_alias *alias = config_alias_for(en->cfg, env->recipient,
	    env->original_recipient);

	return alias != NULL ? alias->owner : NULL;
}

static void
alarm_for_plan(struct engine *en, const struct envelope *env,
    const struct plan *p, const char *loop)
{
	const char *owner = owner_of(en, env);

	if (loop != NULL)
		alarm_raise(en, "loop", owner, "message %s to %s came back to us "
		    "(%s); it is in the fallback Maildir. Look for a team or an "
		    "address that forwards to %s", env->id, env->recipient, loop,
		    env->recipient);
	else if (p->by == BY_NO_ALIAS)
		alarm_raise(en, "no-alias", owner, "message %s is for %s, which no "
		    "alias section of mroute.conf names; it is in the fallback "
		    "Maildir", env->id, env->recipient);
	else if (p->by == BY_BOUNCE_ADDRESS)
		alarm_raise(en, "bounce", owner, "message %s came to the "
		    "bounce-address %s; it is in the fallback Maildir: a forward "
		    "was refused later", env->id, env->recipient);
	else if (p->by == BY_EXAMINER)
		alarm_raise(en, "examiner", owner, "message %s could not be "
		    "examined and went to '%s'", env->id, p->route);
}

/* Record message and plan; when that can't be done the message waits. */
void
intake_settle(struct engine *en, struct message_job *job, const struct spool_message *m,
    const char *sha256, const struct plan *p, const struct findings *f,
    const char *loop)
{
	const struct record r = { RECORD_MESSAGE, clock_wall_ms(), job->id,
	    { .message = { &m->env, sha256, m->size,
	    f != NULL ? &f->id : NULL } } };
	struct err e = ERR_INIT;

	if (settle_plan(en, job, &m->env, p, f, &r, &e) < 0) {
		alarm_raise(en, "records", NULL, "message %s waits: %s", job->id,
		    e.text);
		intake_put_pending(en, job, true);
		en->examiner_not_before = clock_mono_ms() + 1000;
		return;
	}
	alarm_for_plan(en, &m->env, p, loop);
}

int
intake_settle_person(struct engine *en, struct message_job *job,
    const struct spool_message *m, const struct plan *p, struct err *e)
{
	char sha256[DIGEST_SIZE];
	const struct record r = { RECORD_MESSAGE, clock_wall_ms(), job->id,
	    { .message = { &m->env, sha256, m->size, NULL } } };

	digest_slice(m->raw, sha256);
	if (job->phase == JOB_PENDING) {
		TAILQ_REMOVE(&en->pending, job, link);
		job->phase = JOB_ACTIVE;
	}
	/* A message that was looked at has its record, with more in it. */
	return settle_plan(en, job, &m->env, p, NULL, job->seq > 0 ? NULL : &r, e);
}

/* An effect that a person wants to be tried now: true when there is something to try. */
static bool
make_ready(struct effect *ef, int64_t now)
{
	switch (ef->state) {
	case EFFECT_DONE:
	case EFFECT_STATE_N:
		return false;
	case EFFECT_FAILED:
		ef->created_ms = now;	/* its lifetime begins again */
		break;
	case EFFECT_LEASED:
		ef->uncertain = true;
		break;
	case EFFECT_READY:
		break;
	}
	ef->state = EFFECT_READY;
	ef->next_ms = 0;
	ef->ended_ms = 0;
	return true;
}

int
intake_retry(struct engine *en, struct message_job *job, size_t *n_out, struct err *e)
{
	AUTO(xfree) struct record *r = xcalloc(job->n_slot + 1, sizeof *r);
	int64_t now = clock_wall_ms();
	size_t n = 0;

	for (size_t i = 0; i < job->n_slot; i++) {
		struct effect ef = job->slot[i]->effect;

		if (make_ready(&ef, now))
			r[n++] = (struct record){ RECORD_EFFECT, now, job->id,
			    { .effect = ef } };
	}
	*n_out = n;
	if (n == 0)
		return err_set(e, ERR_USAGE, "nothing of message %s failed or waits",
		    job->id);
	r[n++] = (struct record){ RECORD_STATE, now, job->id,
	    { .state = MESSAGE_ACTIVE } };
	if (store_commit(en->store, r, n, e) < 0)
		return -1;
	for (size_t i = 0; i < job->n_slot; i++) {
		struct slot *s = job->slot[i];

		if (!make_ready(&s->effect, now))
			continue;
		deliver_rest(en, s);
		deliver_start(en, s, 0);
		s->dest->not_before = 0;
	}
	return 0;
}

/* findings NULL: the examiner gave up on it. */
void
intake_decide(struct engine *en, struct message_job *job, const struct findings *f)
{
	AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;
	AUTO(arena_free) struct arena *a = arena_new();
	char sha256[DIGEST_SIZE], mark[DIGEST_SIZE];
	struct past past = { 0 };
	struct err e = ERR_INIT;

	if (spool_read(en->spool, SPOOL_NEW, job->id, &m, &e) < 0) {
		intake_put_pending(en, job, false);
		return;			/* examining_run() sorts it out */
	}
	digest_slice(m.raw, sha256);
	intake_loop_mark(en, m.env.recipient, mark);
	if (f != NULL)
		past.why_loop = decide_loop(a, &m.env, f, mark);
	past.loop = past.why_loop != NULL;
	intake_settle(en, job, &m, sha256, decide(a, en->policy, &m.env, f, &past), f,
	    past.why_loop);
}
