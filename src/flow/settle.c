/* SPDX-License-Identifier: MIT */
/* A plan becomes records and effects, in one transaction (P3). */
#include "flow/engine_impl.h"

#include <stdlib.h>

#include "rules/earned.h"
#include "rules/explain.h"
#include "rules/ruleset.h"
#include "state/stats.h"

static void
log_decided(const struct envelope *env, const struct plan *p, const char *digest)
{
	char short_digest[13];

	snprintf(short_digest, sizeof short_digest, "%.12s", digest);
	log_event(LOG_INFO, "decided", "id", env->id, "queue", env->queue_id,
	    "from", env->sender, "to", env->recipient, "route", p->route,
	    "by", decided_by_name(p->by), "points", log_num(p->points),
	    "margin", p->runner_up[0] != '\0' ? log_num(p->margin) : NULL,
	    "runner-up", p->runner_up[0] != '\0' ? p->runner_up : NULL,
	    "would-be", p->would_be[0] != '\0' ? p->would_be : NULL,
	    "effects", log_num((int64_t)p->n_effect), "rules", short_digest, NULL);
}

/* The plan's effects as records, numbered behind those that are there. */
static struct effect *
plan_effects(const struct plan *p, const struct message_job *job, size_t *n)
{
	struct effect *list = arena_calloc(job->arena, p->n_effect + 1, sizeof *list);
	unsigned number = 0;

	*n = 0;
	for (size_t i = 0; i < job->n_slot; i++)
		number = MAX(number, job->slot[i]->effect.n);
	for (size_t i = 0; i < p->n_effect; i++) {
		const struct plan_effect *pe = &p->effect[i];
		bool done = false;

		/* Decided again: what is delivered there already stays so. */
		for (size_t k = 0; k < job->n_slot && !done; k++) {
			const struct effect *old = &job->slot[k]->effect;

			done = old->state == EFFECT_DONE && old->kind == pe->kind &&
			    strcmp(old->server, pe->server) == 0 &&
			    strcmp(old->target, pe->target) == 0;
		}
		if (done)
			continue;
		list[(*n)++] = (struct effect){
			.n = ++number, .kind = pe->kind,
			.server = arena_strdup(job->arena, pe->server),
			.target = arena_strdup(job->arena, pe->target),
			.state = EFFECT_READY, .created_ms = clock_wall_ms(),
			.last = "",
		};
	}
	return list;
}

static char *
trace_text(const struct envelope *env, const struct plan *p,
    const struct findings *f, const char *digest)
{
	const struct explain_input in = { NULL, env->id, digest, p, f };
	json_t *trace = explain_trace(&in);
	char *text = trace != NULL ? json_dumps(trace, JSON_COMPACT) : NULL;

	json_decref(trace);
	return text != NULL ? text : xstrdup("{}");
}

/* The lines that the message met, for the records. */
static struct record_line *
plan_lines(struct arena *a, const struct engine *en, const struct plan *p,
    const struct findings *f, size_t *n)
{
	const struct config_alias *alias;
	struct record_line *list;
	struct earned *earned;

	*n = 0;
	if (en->policy == NULL || f == NULL || f->alias == UINT32_MAX ||
	    p->n_trace == 0)
		return NULL;
	alias = &policy_config(en->policy)->alias[f->alias];
	*n = earned_lines(a, policy_ruleset(en->policy, f->alias), alias->margin, p,
	    &earned);
	list = arena_calloc(a, *n, sizeof *list);
	for (size_t i = 0; i < *n; i++) {
		const struct plan_line *l = earned[i].line;

		list[i] = (struct record_line){
			.route = earned[i].route, .hash = l->hash, .id = l->id,
			.text = l->text, .unknown = l->state == TRI_UNKNOWN,
			.reason = l->state == TRI_UNKNOWN ?
			    arena_slice(a, l->reason).ptr : "",
			.points = l->points, .decisive = earned[i].decisive,
		};
	}
	return list;
}

/* The record of the message: how its text begins is kept of what no rule claimed. */
static struct record
first_record(const struct record *r, const struct plan *p, struct message_identity *id)
{
	struct record first = *r;

	if (r->u.message.identity == NULL || stats_is_triage(p->by))
		return first;
	*id = *r->u.message.identity;
	id->opening = slice_make("", 0);
	first.u.message.identity = id;
	return first;
}

/* What an earlier decision wanted and nobody has begun. */
static size_t
supersede(const struct message_job *job, struct record *r)
{
	size_t n = 0;

	for (size_t i = 0; i < job->n_slot; i++) {
		struct effect ef = job->slot[i]->effect;

		if (ef.state != EFFECT_READY && ef.state != EFFECT_LEASED)
			continue;
		ef.state = EFFECT_FAILED;
		ef.ended_ms = clock_wall_ms();
		ef.last = "superseded by a new decision";
		r[n++] = (struct record){ RECORD_EFFECT, ef.ended_ms, job->id,
		    { .effect = ef } };
	}
	return n;
}

int
settle_plan(struct engine *en, struct message_job *job, const struct envelope *env,
    const struct plan *p, const struct findings *f, const struct record *first,
    struct err *e)
{
	const char *digest = en->policy != NULL ? policy_digest(en->policy) : "";
	AUTO(xfree) char *trace = trace_text(env, p, f, digest);
	AUTO(xfree) struct record *r = xcalloc(job->n_slot + 3, sizeof *r);
	AUTO(arena_free) struct arena *a = arena_new();
	struct message_identity id;
	size_t n = 0, n_effect, n_line;
	const struct record_line *line = plan_lines(a, en, p, f, &n_line);
	struct effect *ef = plan_effects(p, job, &n_effect);
	bool final = n_effect == 0, lost = store_lost(en->store, job->id);

	if (first != NULL)
		r[n++] = first_record(first, p, &id);
	n += supersede(job, r + n);
	r[n++] = (struct record){ RECORD_DECISION, clock_wall_ms(), job->id,
	    { .decision = { job->seq + 1, digest, p, trace, ef, n_effect,
	    line, n_line } } };
	r[n++] = (struct record){ RECORD_STATE, clock_wall_ms(), job->id,
	    { .state = final ? MESSAGE_FINAL : MESSAGE_ACTIVE } };
	if (store_commit(en->store, r, n, e) < 0)
		return -1;
	deliver_drop(en, job);
	job->seq++;
	job->phase = JOB_ACTIVE;
	job->route = arena_strdup(job->arena, p->route);
	memcpy(job->queue_id, env->queue_id, sizeof job->queue_id);
	log_decided(env, p, digest);
	/* Records were lost: what was done before is uncertain, or known better. */
	if (lost)
		return intake_activate(en, job, e);
	for (size_t i = 0; i < n_effect; i++)
		deliver_add(en, job, &ef[i]);
	if (final)
		deliver_finish(en, job);
	return 0;
}
