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

void
deliver_delay(struct engine *en, struct slot *s, int64_t delay_ms)
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
	job->slot = xreallocarray(job->slot, job->n_slot + 1, sizeof(struct slot *));
	job->slot[job->n_slot++] = s;
	return s;
}

void
deliver_start(struct engine *en, struct slot *s, int64_t delay_ms)
{
	s->dest = destination_for(en, &s->effect);
	deliver_delay(en, s, delay_ms);
}

void
deliver_add(struct engine *en, struct message_job *job, const struct effect *ef)
{
	deliver_start(en, deliver_keep(job, ef), 0);
}

void
deliver_rest(struct engine *en, struct slot *s)
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
		deliver_rest(en, job->slot[i]);
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

/* ---- how attempts end ---- */

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
	d->not_before = clock_mono_ms() + MIN(deliver_backoff(&en->cfg->limits, d->failures),
	    (int64_t)SERVER_PAUSE_MAX);
	/* The fallback has an alarm of its own. */
	if (d->failures == 1 && d->sending->effect.kind != EFFECT_FALLBACK)
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
	if (conclude_attempt(en, d, r))
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
	intake_loop_mark(en, m->env.recipient, mark);
	put_line(job, "X-Mroute-Id", job->mroute_id);
	put_line(job, "X-Mroute-Route", s->job->route);
	put_line(job, "X-Mroute-Loop", mark);
}

/* The file: what can't be read now may be read later, what is damaged never. */
static void
not_read(struct engine *en, struct destination *d, const struct err *e)
{
	struct send_result r = { .opened = true };

	outcome_set(&r.outcome, e->kind == ERR_TEMP ? OUTCOME_TEMP : OUTCOME_PERM, 0,
	    "%s", e->text);
	end_attempt(en, d, &r);
}

/*
 * What may be tried now.  A server that can't be used is left alone until
 * not_before; only what is given up after one last try does not wait for that.
 */
static struct slot *
next_slot(const struct engine *en, const struct destination *d, int64_t now)
{
	struct slot *s;

	if (now >= d->not_before)
		return TAILQ_FIRST(&d->queue);
	TAILQ_FOREACH(s, &d->queue, link)
		if (deliver_too_old(en, d, &s->effect))
			return s;
	return NULL;
}

/* Lease it and give it to the sender. */
static void
send_slot(struct engine *en, struct destination *d, struct slot *s)
{
	AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;
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
		d->not_ready = clock_mono_ms() + 1000;
		return;
	}
	TAILQ_REMOVE(&d->queue, s, link);
	s->effect = ef;
	s->where = SLOT_SENDING;
	d->sending = s;
	if (spool_read(en->spool, SPOOL_NEW, s->job->id, &m, &e) < 0) {
		not_read(en, d, &e);
		return;
	}
	if (spool_mark_begun(&m, &e) < 0)
		alarm_raise(en, "spool", NULL, "%s", e.text);
	fill_job(en, s, &m, &job);
	if (sender_send(d->sender, &job, m.fd, &e) < 0) {
		stop_sender(en, d);
		struct send_result res = { .opened = true };
		outcome_set(&res.outcome, OUTCOME_TEMP, 0, "%s", e.text);
		end_attempt(en, d, &res);
	}
}

static bool
is_free(const struct engine *en, const struct destination *d)
{
	return d->sending == NULL && !d->finishing && !en->stopping;
}

/* Where others wait for a place, an idle sender makes room at once. */
static int64_t
idle_until(const struct engine *en, const struct destination *d)
{
	return d->idle_since + (en->crowded ? 0 : SENDER_IDLE);
}

/* False when there is no place for one, or none could be started. */
static bool
have_sender(struct engine *en, struct destination *d, int64_t now, bool *crowded)
{
	struct err e = ERR_INIT;

	if (d->sender != NULL)
		return true;
	if (en->n_sender >= SENDERS_MAX) {
		*crowded = true;
		return false;
	}
	if (sender_start(en->cfg, slice_make(en->conf, en->conf_len), en->lock_fd,
	    &d->sender, &e) < 0) {
		alarm_raise(en, "sender", NULL, "%s", e.text);
		d->not_ready = now + 1000;
		return false;
	}
	en->n_sender++;
	return true;
}

static void
run_destination(struct engine *en, struct destination *d, int64_t now, bool *crowded)
{
	struct slot *s = NULL;

	if (d->unrecorded != NULL && conclude_attempt(en, d, d->unrecorded)) {
		free(d->unrecorded);
		d->unrecorded = NULL;
	}
	if (is_free(en, d) && now >= d->not_ready)
		s = next_slot(en, d, now);
	if (s != NULL && have_sender(en, d, now, crowded))
		send_slot(en, d, s);
	if (s == NULL && d->sender != NULL && d->sending == NULL && !d->finishing &&
	    now > idle_until(en, d)) {
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
	bool crowded = false;

	while ((first = heap_first(&en->waiting)) != NULL && first->due <= now)
		queue_slot(en, (struct slot *)first);
	for (d = LIST_FIRST(&en->dest); d != NULL; d = next) {
		next = LIST_NEXT(d, link);
		run_destination(en, d, now, &crowded);
	}
	en->crowded = crowded;
}

/* When the first in its queue may be tried. */
static int64_t
next_try(const struct engine *en, const struct destination *d, int64_t now)
{
	int64_t at = next_slot(en, d, now) != NULL ? now : d->not_before;

	at = MAX(at, d->not_ready);
	return MAX(at, now + (d->sender != NULL || en->n_sender < SENDERS_MAX ? 1 :
	    CROWDED));
}

int64_t
deliver_next(const struct engine *en)
{
	struct heap_entry *first = heap_first(&en->waiting);
	int64_t at = first != NULL ? first->due : INT64_MAX, now = clock_mono_ms();
	struct destination *d;

	LIST_FOREACH(d, &en->dest, link) {
		if (d->sender != NULL && sender_deadline(d->sender) != 0)
			at = MIN(at, sender_deadline(d->sender));
		if (d->sender != NULL && d->sending == NULL && !d->finishing)
			at = MIN(at, idle_until(en, d) + 1);
		if (d->unrecorded != NULL)
			at = MIN(at, now + 1000);
		/* One that is told to end is awaited; an engine that ends sends no more. */
		if (is_free(en, d) && !TAILQ_EMPTY(&d->queue))
			at = MIN(at, next_try(en, d, now));
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
		    (now >= d->not_ready && next_slot(en, d, now) != NULL))
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
