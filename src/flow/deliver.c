/* SPDX-License-Identifier: MIT */
/*
 * Effects on their way.
 *
 *            lease                 delivered
 *   READY ----------> LEASED --------------------> DONE
 *     ^                 |  \______________________> FAILED + a substitute
 *     |   temporary,    |     permanent, or too old
 *     +--uncertain, ----+
 *        engine restart
 *
 * Every arrow is recorded before its step is taken (READY → LEASED) or before
 * the next one is (all others): P4.
 */
#include "flow/engine_impl.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/file.h"

/* ---- destinations ---- */

static char *
destination_key(const struct effect *ef)
{
	switch (ef->kind) {
	case EFFECT_SMTP:
		return xstrdup("smtp");
	case EFFECT_IMAP:
	case EFFECT_STORE:
		return xasprintf("%s:%s", effect_kind_name(ef->kind), ef->server);
	case EFFECT_MAILDIR:
		return xasprintf("maildir:%s", ef->target);
	case EFFECT_FALLBACK:
		return xstrdup("fallback");
	case EFFECT_N:
		break;
	}
	bug("effect kind %d", (int)ef->kind);
}

static struct destination *
destination_for(struct engine *en, const struct effect *ef)
{
	AUTO(xfree) char *key = destination_key(ef);
	struct destination *d;

	LIST_FOREACH(d, &en->dest, link)
		if (strcmp(d->key, key) == 0)
			return d;
	d = xcalloc(1, sizeof *d);
	d->key = xstrdup(key);
	TAILQ_INIT(&d->queue);
	LIST_INSERT_HEAD(&en->dest, d, link);
	return d;
}

static void
stop_sender(struct engine *en, struct destination *d)
{
	if (d->sender == NULL)
		return;
	sender_stop(&d->sender);
	d->finishing = false;
	d->stale = false;
	en->n_sender--;
}

/* ---- slots ---- */

static void
queue_slot(struct engine *en, struct slot *s)
{
	heap_take(&en->waiting, &s->wait);
	s->where = SLOT_QUEUED;
	TAILQ_INSERT_TAIL(&s->dest->queue, s, link);
}

static void
delay_slot(struct engine *en, struct slot *s, int64_t delay_ms)
{
	s->where = SLOT_WAITING;
	heap_put(&en->waiting, &s->wait, clock_mono_ms() + delay_ms);
}

struct slot *
deliver_keep(struct message_job *job, const struct effect *ef)
{
	struct slot *s = xcalloc(1, sizeof *s);

	s->job = job;
	s->where = SLOT_FINAL;
	s->effect = *ef;
	s->effect.server = arena_strdup(job->arena, ef->server);
	s->effect.target = arena_strdup(job->arena, ef->target);
	s->effect.last = arena_strdup(job->arena, ef->last != NULL ? ef->last : "");
	job->slot = xreallocarray(job->slot, job->n_slot + 1, sizeof(*job->slot));
	job->slot[job->n_slot++] = s;
	return s;
}

void
deliver_start(struct engine *en, struct slot *s, int64_t delay_ms)
{
	s->dest = destination_for(en, &s->effect);
	delay_slot(en, s, delay_ms);
}

void
deliver_add(struct engine *en, struct message_job *job, const struct effect *ef)
{
	deliver_start(en, deliver_keep(job, ef), 0);
}

static void
detach_slot(struct engine *en, struct slot *s)
{
	switch (s->where) {
	case SLOT_FINAL:
		break;
	case SLOT_WAITING:
		heap_take(&en->waiting, &s->wait);
		break;
	case SLOT_QUEUED:
		TAILQ_REMOVE(&s->dest->queue, s, link);
		break;
	case SLOT_SENDING:
		bug("an effect is dropped while it is being sent");
	}
	s->where = SLOT_FINAL;
}

void
deliver_drop(struct engine *en, struct message_job *job)
{
	for (size_t i = 0; i < job->n_slot; i++) {
		detach_slot(en, job->slot[i]);
		free(job->slot[i]);
	}
	free(job->slot);
	job->slot = NULL;
	job->n_slot = 0;
}

bool
deliver_is_sending(const struct message_job *job)
{
	for (size_t i = 0; i < job->n_slot; i++)
		if (job->slot[i]->where == SLOT_SENDING)
			return true;
	return false;
}

static bool
all_final(const struct message_job *job)
{
	for (size_t i = 0; i < job->n_slot; i++)
		if (job->slot[i]->where != SLOT_FINAL)
			return false;
	return true;
}

void
deliver_finish(struct engine *en, struct message_job *job)
{
	struct err e = ERR_INIT;

	if (job->phase != JOB_ACTIVE || !all_final(job))
		return;
	if (spool_move(en->spool, SPOOL_NEW, SPOOL_DONE, job->id, &e) < 0 &&
	    e.kind != ERR_ABSENT)
		alarm_raise(en, "spool", NULL, "%s", e.text);
	intake_forget(en, job);
}

size_t
deliver_retry(struct engine *en, struct message_job *job)
{
	struct destination *d;
	size_t n = 0;

	LIST_FOREACH(d, &en->dest, link)
		if (job == NULL)
			d->not_before = 0;
	for (size_t i = en->waiting.n; i-- > 0;) {
		struct slot *s = (struct slot *)en->waiting.entry[i];

		if (job != NULL && s->job != job)
			continue;
		heap_take(&en->waiting, &s->wait);
		s->wait.due = 0;
		s->dest->not_before = 0;
		queue_slot(en, s);
		i = en->waiting.n;	/* the heap moved */
		n++;
	}
	return n;
}

/* ---- outcomes ---- */

/* Doubling from retry-first to retry-longest, and up to a quarter more by chance. */
static int64_t
backoff(const struct config_limits *l, unsigned attempts)
{
	int64_t delay = l->retry_first;

	for (unsigned i = 1; i < attempts && delay < l->retry_longest; i++)
		delay *= 2;
	delay = MIN(delay, l->retry_longest);
	return delay + (int64_t)(g_random_double() * (double)delay / 4);
}

static bool
too_old(const struct engine *en, const struct effect *ef)
{
	return ef->kind != EFFECT_FALLBACK &&
	    clock_wall_ms() - ef->created_ms > en->cfg->limits.lifetime &&
	    ef->attempts >= en->cfg->limits.min_tries;
}

static unsigned
next_number(const struct message_job *job)
{
	unsigned n = 0;

	for (size_t i = 0; i < job->n_slot; i++)
		n = MAX(n, job->slot[i]->effect.n);
	return n + 1;
}

static bool
has_target(const struct message_job *job, const struct plan_effect *pe)
{
	for (size_t i = 0; i < job->n_slot; i++)
		if (job->slot[i]->effect.kind == pe->kind &&
		    strcmp(job->slot[i]->effect.server, pe->server) == 0 &&
		    strcmp(job->slot[i]->effect.target, pe->target) == 0)
			return true;
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
		if (!has_target(s->job, &pe[i]))
			out[n++] = (struct effect){ .n = number + (unsigned)n,
			    .kind = pe[i].kind, .server = pe[i].server,
			    .target = pe[i].target };
	if (n == 0 && !has_target(s->job, &fallback))
		out[n++] = (struct effect){ .n = number, .kind = EFFECT_FALLBACK,
		    .server = "", .target = "" };
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
	*delay = backoff(&en->cfg->limits, ef.attempts);
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
		ef.state = too_old(en, &ef) ? EFFECT_FAILED : EFFECT_READY;
		break;
	case OUTCOME_TEMP:
	case OUTCOME_N:
		ef.state = too_old(en, &ef) ? EFFECT_FAILED : EFFECT_READY;
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

/* Record how the attempt ended and take the arrow; false: try again later. */
static bool
conclude(struct engine *en, struct destination *d, const struct send_result *r)
{
	AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;
	AUTO(arena_free) struct arena *a = arena_new();
	struct slot *s = d->sending;
	struct message_job *job = s->job;
	struct effect sub[SUBSTITUTES_MAX];
	struct record rec[RESULT_RECORDS];
	size_t n = 0, n_sub = 0;
	int64_t delay, now = clock_wall_ms();
	struct effect ef = next_state(en, s, r, &delay);
	struct err e = ERR_INIT;

	/* The envelope says what otherwise is; without the file: fallback only. */
	if (spool_read(en->spool, SPOOL_NEW, job->id, &m, &e) < 0)
		m.env.kind = ENVELOPE_OWN;
	rec[n++] = (struct record){ RECORD_ATTEMPT, now, job->id, { .attempt = {
	    ef.n, ef.attempts, true, outcome_class_name(r->outcome.class),
	    r->outcome.code, r->outcome.text, r->outcome.place } } };
	rec[n++] = (struct record){ RECORD_EFFECT, now, job->id, { .effect = ef } };
	if (r->wrapped)
		rec[n++] = (struct record){ RECORD_EVENT, now, job->id,
		    { .event = { "wrapped", "a bare CR: sent as message/rfc822" } } };
	if (ef.state == EFFECT_FAILED)
		n_sub = substitutes(en, s, &m.env, a, sub);
	for (size_t i = 0; i < n_sub; i++)
		rec[n++] = (struct record){ RECORD_EFFECT, now, job->id,
		    { .effect = sub[i] } };
	if (ef.state != EFFECT_READY && n_sub == 0 && others_final(s))
		rec[n++] = (struct record){ RECORD_STATE, now, job->id,
		    { .state = MESSAGE_FINAL } };
	if (store_commit(en->store, rec, n, &e) < 0) {
		alarm_raise(en, "records", NULL, "cannot record how message %s "
		    "went out: %s", job->id, e.text);
		return false;
	}
	d->sending = NULL;
	s->effect = ef;
	s->effect.last = arena_strdup(job->arena, ef.last);
	s->where = SLOT_FINAL;
	log_outcome(s, r, ef.state == EFFECT_DONE ? "delivered" :
	    ef.state == EFFECT_FAILED ? "failed" : "deferred",
	    ef.state == EFFECT_READY ? delay : -1);
	if (ef.state == EFFECT_READY)
		delay_slot(en, s, delay);
	for (size_t i = 0; i < n_sub; i++)
		deliver_add(en, job, &sub[i]);
	alarm_for_outcome(en, s, &m.env, r);
	deliver_finish(en, job);
	return true;
}

/* The server could not be reached: what else waits for it need not try. */
static void
mind_the_server(struct engine *en, struct destination *d, const struct send_result *r)
{
	if (r->opened || r->outcome.class == OUTCOME_DONE) {
		d->failures = 0;
		d->not_before = 0;
		return;
	}
	d->failures++;
	d->not_before = clock_mono_ms() + MIN(backoff(&en->cfg->limits, d->failures),
	    (int64_t)SERVER_PAUSE_MAX);
	if (d->failures == 1)
		alarm_raise(en, "server", NULL, "%s cannot be used: %s; mail for it "
		    "waits and is tried again ('mroute queue' shows it)", d->key,
		    r->outcome.text);
}

static void
end_attempt(struct engine *en, struct destination *d, const struct send_result *r)
{
	mind_the_server(en, d, r);
	if (d->stale)
		stop_sender(en, d);
	if (conclude(en, d, r))
		return;
	d->unrecorded = xcalloc(1, sizeof *d->unrecorded);
	*d->unrecorded = *r;
}

void
deliver_sender_event(struct engine *en, struct destination *d)
{
	struct send_result r = { 0 };
	struct err e = ERR_INIT;

	switch (sender_pump(d->sender, &r, &e)) {
	case SENDER_NOTHING:
		return;
	case SENDER_RESULT:
		d->idle_since = clock_mono_ms();
		end_attempt(en, d, &r);
		return;
	case SENDER_FAILED:
		stop_sender(en, d);
		if (d->sending == NULL || d->unrecorded != NULL)
			return;
		log_event(LOG_WARNING, "sender-failed", "to", d->key, "why", e.text,
		    NULL);
		outcome_set(&r.outcome, OUTCOME_UNCERTAIN, 0, "%s", e.text);
		r.opened = true;
		end_attempt(en, d, &r);
		return;
	}
}

/* ---- sending ---- */

static bool
any_8bit(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] > 127)
			return true;
	return false;
}

/* The header section: up to the first empty line. */
static struct slice
head_of(struct slice raw)
{
	size_t lf = slice_find_slice(raw, SLICE_LIT("\n\n"));
	size_t crlf = slice_find_slice(raw, SLICE_LIT("\n\r\n"));

	return slice_sub(raw, 0, MIN(lf, crlf));
}

static void
put_line(struct send_job *job, const char *name, const char *value)
{
	snprintf(job->line[job->n_line].name, sizeof job->line[0].name, "%s", name);
	snprintf(job->line[job->n_line].value, sizeof job->line[0].value, "%s", value);
	job->n_line++;
}

static void
fill_job(const struct engine *en, const struct slot *s,
    const struct spool_message *m, struct send_job *job)
{
	const struct effect *ef = &s->effect;
	const struct config_alias *alias = config_alias_for(en->cfg,
	    m->env.recipient, m->env.original_recipient);
	AUTO(xfree) char *lower = g_ascii_strdown(m->env.recipient, -1);
	AUTO(xfree) char *fallback = path_join(spool_path(en->spool), "fallback");
	char mark[DIGEST_SIZE];

	*job = (struct send_job){ .kind = ef->kind, .received_ms = m->env.received_ms,
	    .offset = m->offset, .size = m->size, .look = ef->uncertain };
	snprintf(job->server, sizeof job->server, "%s", ef->server);
	snprintf(job->target, sizeof job->target, "%s",
	    ef->kind == EFFECT_FALLBACK ? fallback : ef->target);
	snprintf(job->mroute_id, sizeof job->mroute_id, "%s.%u", s->job->id, ef->n);
	/* Null stays null; else bounces come to us and not to a stranger (P7). */
	if (m->env.kind == ENVELOPE_OWN)
		snprintf(job->from, sizeof job->from, "%s", m->env.sender);
	else if (m->env.sender[0] != '\0' && alias != NULL &&
	    alias->bounce_address != NULL)
		snprintf(job->from, sizeof job->from, "%s", alias->bounce_address);
	job->has_8bit = any_8bit(m->raw);
	job->needs_smtputf8 = job->has_8bit && any_8bit(head_of(m->raw));
	digest_hmac(slice_str(en->key), slice_str(lower), mark);
	put_line(job, "X-Mroute-Id", job->mroute_id);
	put_line(job, "X-Mroute-Route", s->job->route);
	put_line(job, "X-Mroute-Loop", mark);
}

static void
gone(struct engine *en, struct destination *d, const char *why)
{
	struct send_result r = { .opened = true };

	outcome_set(&r.outcome, OUTCOME_PERM, 0, "%s", why);
	end_attempt(en, d, &r);
}

/* Lease the first in the queue and give it to the sender. */
static void
send_next(struct engine *en, struct destination *d)
{
	AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;
	struct slot *s = TAILQ_FIRST(&d->queue);
	struct effect ef = s->effect;
	int64_t now = clock_wall_ms();
	struct send_job job;
	struct err e = ERR_INIT;

	ef.state = EFFECT_LEASED;
	ef.attempts++;
	ef.next_ms = 0;
	const struct record r[] = {
		{ RECORD_EFFECT, now, s->job->id, { .effect = ef } },
		{ RECORD_ATTEMPT, now, s->job->id, { .attempt = {
		    ef.n, ef.attempts, false, "", 0, "", "" } } },
	};
	if (store_commit(en->store, r, NELEM(r), &e) < 0) {
		alarm_raise(en, "records", NULL, "message %s waits: %s", s->job->id,
		    e.text);
		d->not_before = clock_mono_ms() + 1000;
		return;
	}
	TAILQ_REMOVE(&d->queue, s, link);
	s->effect = ef;
	s->where = SLOT_SENDING;
	d->sending = s;
	if (spool_read(en->spool, SPOOL_NEW, s->job->id, &m, &e) < 0) {
		gone(en, d, e.text);
		return;
	}
	fill_job(en, s, &m, &job);
	if (sender_send(d->sender, &job, m.fd, &e) < 0) {
		stop_sender(en, d);
		struct send_result res = { .opened = true };
		outcome_set(&res.outcome, OUTCOME_TEMP, 0, "%s", e.text);
		end_attempt(en, d, &res);
	}
}

static bool
can_send(const struct engine *en, const struct destination *d, int64_t now)
{
	return d->sending == NULL && !d->finishing && now >= d->not_before &&
	    !TAILQ_EMPTY(&d->queue) && !en->stopping &&
	    (d->sender != NULL || en->n_sender < SENDERS_MAX);
}

static void
run_destination(struct engine *en, struct destination *d, int64_t now)
{
	struct err e = ERR_INIT;

	if (d->unrecorded != NULL && conclude(en, d, d->unrecorded)) {
		free(d->unrecorded);
		d->unrecorded = NULL;
	}
	if (can_send(en, d, now)) {
		if (d->sender == NULL) {
			if (sender_start(en->cfg, slice_make(en->conf, en->conf_len),
			    en->lock_fd, &d->sender, &e) < 0) {
				alarm_raise(en, "sender", NULL, "%s", e.text);
				d->not_before = now + 1000;
				return;
			}
			en->n_sender++;
		}
		send_next(en, d);
	}
	if (d->sender != NULL && d->sending == NULL && !d->finishing &&
	    (TAILQ_EMPTY(&d->queue) || now < d->not_before) &&
	    now - d->idle_since > SENDER_IDLE) {
		sender_finish(d->sender);	/* says QUIT, LOGOUT and ends */
		d->finishing = true;
	}
}

void
deliver_run(struct engine *en)
{
	int64_t now = clock_mono_ms();
	struct heap_entry *first;
	struct destination *d, *next;

	while ((first = heap_first(&en->waiting)) != NULL && first->due <= now)
		queue_slot(en, (struct slot *)first);
	for (d = LIST_FIRST(&en->dest); d != NULL; d = next) {
		next = LIST_NEXT(d, link);
		run_destination(en, d, now);
	}
}

int64_t
deliver_next(const struct engine *en)
{
	struct heap_entry *first = heap_first(&en->waiting);
	int64_t at = first != NULL ? first->due : INT64_MAX;
	struct destination *d;

	LIST_FOREACH(d, &en->dest, link) {
		if (d->sender != NULL && sender_deadline(d->sender) != 0)
			at = MIN(at, sender_deadline(d->sender));
		if (d->sender != NULL && d->sending == NULL && !d->finishing)
			at = MIN(at, d->idle_since + SENDER_IDLE + 1);
		if (d->unrecorded != NULL)
			at = MIN(at, clock_mono_ms() + 1000);
		if (d->sending == NULL && !TAILQ_EMPTY(&d->queue))
			at = MIN(at, MAX(d->not_before, clock_mono_ms() +
			    (en->n_sender < SENDERS_MAX ? 1 : CROWDED)));
	}
	return at;
}

bool
deliver_busy(const struct engine *en)
{
	struct heap_entry *first = heap_first(&en->waiting);
	int64_t now = clock_mono_ms();
	struct destination *d;

	if (first != NULL && first->due <= now)
		return true;
	LIST_FOREACH(d, &en->dest, link)
		if (d->sending != NULL ||
		    (!TAILQ_EMPTY(&d->queue) && now >= d->not_before))
			return true;
	return false;
}

/* The senders have the old mroute.conf: they end when they are idle. */
void
deliver_config_changed(struct engine *en)
{
	struct destination *d;

	LIST_FOREACH(d, &en->dest, link) {
		d->not_before = 0;
		d->stale = d->sender != NULL;
		if (d->sender != NULL && d->sending == NULL)
			stop_sender(en, d);
	}
}

/* Idle senders may say QUIT and LOGOUT; what is late is killed. */
static void
let_senders_end(struct engine *en)
{
	int64_t until = clock_mono_ms() + LAST_WORDS;
	struct destination *d;

	LIST_FOREACH(d, &en->dest, link)
		if (d->sender != NULL && d->sending == NULL && !d->finishing)
			sender_finish(d->sender);
	LIST_FOREACH(d, &en->dest, link)
		if (d->sender != NULL && d->sending == NULL)
			sender_wait_end(d->sender, until);
}

void
deliver_stop(struct engine *en)
{
	struct destination *d;

	let_senders_end(en);
	LIST_FOREACH(d, &en->dest, link) {
		stop_sender(en, d);
		if (d->sending != NULL)
			d->sending->where = SLOT_FINAL;
	}
}

void
deliver_free(struct engine *en)
{
	struct destination *d;

	while ((d = LIST_FIRST(&en->dest)) != NULL) {
		LIST_REMOVE(d, link);
		free(d->unrecorded);
		free(d->key);
		free(d);
	}
}
