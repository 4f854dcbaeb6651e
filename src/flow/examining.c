/* SPDX-License-Identifier: MIT */
/* The pending messages and the examiners that look at them. */
#include "flow/engine_impl.h"

#include "base/digest.h"

static void
examiner_trouble(struct engine *en, size_t i, const char *why)
{
	struct message_job *job = en->examining[i];

	examiner_stop(&en->examiner[i]);
	en->examining[i] = NULL;
	if (job == NULL) {
		en->examiner_failures++;
		en->examiner_not_before = clock_mono_ms() +
		    MIN(60000, 500 << MIN(en->examiner_failures, 7U));
		alarm_raise(en, "examiner", NULL, "an examiner did not start: %s", why);
		return;
	}
	job->examine_fails++;
	log_event(LOG_WARNING, "examiner-failed", "id", job->id, "why", why, "try",
	    log_num(job->examine_fails), NULL);
	engine_event(en, job->id, "examiner-failed", why);
	if (job->examine_fails < EXAMINER_TRIES)
		intake_put_pending(en, job, true);
	else
		intake_decide(en, job, NULL);
}

void
examining_event(struct engine *en, size_t i)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct message_job *job = en->examining[i];
	struct findings *f = NULL;
	struct err e = ERR_INIT;

	switch (examiner_pump(en->examiner[i], a, &f, &e)) {
	case EXAMINER_NOTHING:
		return;
	case EXAMINER_READY:
		en->examiner_failures = 0;
		return;
	case EXAMINER_FINDINGS:
		en->examining[i] = NULL;
		intake_decide(en, job, f);
		return;
	case EXAMINER_FAILED:
		examiner_trouble(en, i, e.text);
		return;
	}
}

void
examining_stop(struct engine *en)
{
	for (size_t i = 0; i < en->n_examiner; i++) {
		examiner_stop(&en->examiner[i]);
		if (en->examining[i] != NULL)
			intake_put_pending(en, en->examining[i], true);
		en->examining[i] = NULL;
	}
	en->examiner_failures = 0;
	en->examiner_not_before = 0;
}

static bool
any_examining(const struct engine *en)
{
	for (size_t i = 0; i < en->n_examiner; i++)
		if (en->examining[i] != NULL)
			return true;
	return false;
}

bool
examining_busy(const struct engine *en)
{
	return any_examining(en) ||
	    (en->policy != NULL && !TAILQ_EMPTY(&en->pending));
}

/*
 * Before a look at a message it is counted, so that one that kills us is seen.
 * Once for each engine: further looks of ours, after an examiner's death or
 * with new rules, are no deaths.
 */
static int
count_look(struct engine *en, struct message_job *job, struct err *e)
{
	const struct record r = { RECORD_LOOKED, clock_wall_ms(), job->id,
	    { .looked = job->looked + 1 } };

	if (job->counted)
		return 0;
	if (store_commit(en->store, &r, 1, e) < 0)
		return -1;
	job->looked++;
	job->counted = true;
	return 0;
}

/* An engine that ends when it is told to did not die on what it looked at. */
void
examining_uncount(struct engine *en)
{
	GHashTableIter it;
	gpointer value;

	g_hash_table_iter_init(&it, en->job);
	while (g_hash_table_iter_next(&it, NULL, &value)) {
		struct message_job *job = value;
		const struct record r = { RECORD_LOOKED, clock_wall_ms(), job->id,
		    { .looked = job->looked - 1 } };
		struct err e = ERR_INIT;

		if (!job->counted || job->phase == JOB_ACTIVE)
			continue;
		if (store_commit(en->store, &r, 1, &e) < 0)
			log_event(LOG_ERR, "not-recorded", "what", "looked", "why",
			    e.text, NULL);
	}
}

/*
 * I16: of two messages with one key the first counts.  An alarm does not wait for
 * records that can't tell: they are what it may be about, and only we, who have
 * the lock, make alarms.
 */
static int
own_is_known(struct engine *en, const struct envelope *env, char first[ULID_SIZE])
{
	struct err e = ERR_INIT;
	int known = store_find_own(en->store, env->own_key, env->id, first, &e);

	if (known >= 0)
		return known;
	if (strncmp(env->own_key, OWN_ALARM, strlen(OWN_ALARM)) == 0)
		return 0;
	log_event(LOG_NOTICE, "waits", "id", env->id, "key", env->own_key, "why",
	    e.text, NULL);
	return -1;
}

/* Mail that we made ourselves is not examined.  first "": it is no second one. */
static const struct plan *
own_plan(struct arena *a, const struct envelope *env, const char *first)
{
	struct plan *p = arena_calloc(a, 1, sizeof *p);
	struct plan_effect *ef = arena_calloc(a, env->n_own_rcpt + 1, sizeof *ef);

	*p = (struct plan){ .route = "(own)", .title = "our own mail", .by = BY_OWN,
	    .runner_up = "", .would_be = "", .why = "made by mroute itself",
	    .keep_originals = -1, .effect = ef };
	if (first[0] != '\0') {
		p->why = arena_printf(a, "already sent as %s", first);
		return p;
	}
	p->n_effect = env->n_own_rcpt;
	for (size_t i = 0; i < env->n_own_rcpt; i++)
		ef[i] = (struct plan_effect){ EFFECT_SMTP, "", env->own_rcpt[i] };
	return p;
}

static const struct plan *
redelivery_plan(struct arena *a, const char *first)
{
	struct plan *p = arena_calloc(a, 1, sizeof *p);

	*p = (struct plan){ .route = "(none)", .title = "redelivery",
	    .by = BY_REDELIVERY, .runner_up = "", .would_be = "",
	    .why = arena_printf(a, "Postfix handed over message %s again", first),
	    .keep_originals = -1 };
	return p;
}

/* Own mail and redeliveries need no examiner: true when that was it. */
static bool
settle_at_once(struct engine *en, struct message_job *job,
    const struct spool_message *m)
{
	AUTO(arena_free) struct arena *a = arena_new();
	char sha256[DIGEST_SIZE], first[ULID_SIZE] = "";
	const struct plan *p = NULL;
	struct err e = ERR_INIT;

	digest_slice(m->raw, sha256);
	if (m->env.kind == ENVELOPE_OWN)
		p = own_plan(a, &m->env,
		    own_is_known(en, &m->env, first) == 1 ? first : "");
	else if (m->env.queue_id[0] != '\0' && store_find_delivery(en->store,
	    m->env.queue_id, m->env.recipient, sha256, first, &e) == 1 &&
	    strcmp(first, job->id) != 0)
		p = redelivery_plan(a, first);
	if (p == NULL)
		return false;
	intake_settle(en, job, m, sha256, p, NULL, NULL);
	return true;
}

/* Records that can't tell now are asked again at the next scan. */
static bool
own_waits(struct engine *en, struct message_job *job, const struct spool_message *m)
{
	char first[ULID_SIZE];

	if (m->env.kind != ENVELOPE_OWN || own_is_known(en, &m->env, first) >= 0)
		return false;
	job->phase = JOB_ACTIVE;	/* in no queue */
	intake_forget(en, job);
	return true;
}

/* Give the first pending message to examiner i; false when nothing more can be done now. */
static bool
look_at_next(struct engine *en, size_t i)
{
	AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;
	struct message_job *job = TAILQ_FIRST(&en->pending);
	struct err e = ERR_INIT;

	/* One that an engine died on before is looked at alone. */
	if (job->looked > (job->counted ? 1U : 0U) && any_examining(en))
		return false;
	TAILQ_REMOVE(&en->pending, job, link);
	job->phase = JOB_EXAMINING;
	if (spool_read(en->spool, SPOOL_NEW, job->id, &m, &e) < 0) {
		job->phase = JOB_ACTIVE;	/* in no queue */
		if (e.kind == ERR_DATA)
			intake_hold(en, job->id, e.text, true);
		else if (e.kind != ERR_ABSENT)
			alarm_raise(en, "spool", NULL, "%s", e.text);
		intake_forget(en, job);
		return true;
	}
	if (own_waits(en, job, &m))
		return true;
	/* First of all: even reading it can kill us, where the disk is bad. */
	if (count_look(en, job, &e) < 0) {
		alarm_raise(en, "records", NULL, "message %s waits: %s", job->id,
		    e.text);
		intake_put_pending(en, job, true);
		en->examiner_not_before = clock_mono_ms() + 1000;
		return false;
	}
	if (settle_at_once(en, job, &m))
		return true;
	en->examining[i] = job;
	if (examiner_send(en->examiner[i], &m.env, m.fd, m.offset, m.size, &e) < 0)
		examiner_trouble(en, i, e.text);
	return true;
}

static void
start_examiner(struct engine *en, size_t i)
{
	struct err e = ERR_INIT;

	if (examiner_start(en->policy, en->lock_fd, &en->examiner[i], &e) < 0)
		examiner_trouble(en, i, e.text);
}

/* Without rules mail waits; what we made ourselves (an alarm!) does not. */
static void
send_own_only(struct engine *en)
{
	struct message_job *job, *next;

	for (job = TAILQ_FIRST(&en->pending); job != NULL; job = next) {
		AUTO(spool_message_release) struct spool_message m =
		    SPOOL_MESSAGE_INIT;
		struct err e = ERR_INIT;

		next = TAILQ_NEXT(job, link);
		if (job->peeked)
			continue;
		job->peeked = true;
		if (spool_read(en->spool, SPOOL_NEW, job->id, &m, &e) < 0 ||
		    m.env.kind != ENVELOPE_OWN)
			continue;
		TAILQ_REMOVE(&en->pending, job, link);
		job->phase = JOB_EXAMINING;
		if (!own_waits(en, job, &m))
			settle_at_once(en, job, &m);
	}
}

void
examining_run(struct engine *en)
{
	if (clock_mono_ms() < en->examiner_not_before)
		return;
	if (en->policy == NULL) {
		send_own_only(en);
		return;
	}
	for (size_t i = 0; i < en->n_examiner; i++) {
		if (en->examiner[i] == NULL && !TAILQ_EMPTY(&en->pending) &&
		    clock_mono_ms() >= en->examiner_not_before)
			start_examiner(en, i);
		while (en->examiner[i] != NULL && en->examining[i] == NULL &&
		    examiner_ready(en->examiner[i]) &&
		    !TAILQ_EMPTY(&en->pending) &&
		    clock_mono_ms() >= en->examiner_not_before)
			if (!look_at_next(en, i))
				break;
	}
}
