/* SPDX-License-Identifier: MIT */
#include "cmd/pastmail.h"

#include <string.h>

#include "cmd/judge.h"
#include "cmd/trace.h"
#include "rules/policy.h"

void
pastmail_close(struct pastmail *pm)
{
	policy_free(&pm->policy);
	spool_message_release(&pm->message);
}

/* ---- the record ---- */

static bool
is_persons(const char *decided_by)
{
	return strcmp(decided_by, decided_by_name(BY_PERSON)) == 0;
}

/* A correction has no reasons but the person's: those of the rules stand before it. */
static int
find_decision(const struct records *rec, struct arena *a, const char *id,
    struct pastmail *pm, struct err *e)
{
	struct store_decision *d;
	size_t n;

	if (store_get(rec->st, a, id, &pm->row, e) < 0)
		return -1;
	if (pm->row.seq == 0)
		return err_set(e, ERR_ABSENT, "message %s is not decided yet", id);
	if (!is_persons(pm->row.decided_by))
		return 0;
	if (store_decisions(rec->st, a, id, &d, &n, e) < 0)
		return -1;
	for (size_t i = n; i-- > 0;)
		if (!is_persons(d[i].decided_by)) {
			pm->corrected = pm->row.route;
			return store_get_decision(rec->st, a, id, d[i].seq,
			    &pm->row, e);
		}
	return 0;
}

static void
load_rules(const struct records *rec, struct arena *a, struct pastmail *pm)
{
	AUTO(buf_release) struct buf snapshot = BUF_INIT;
	AUTO(diag_free) struct diag *d = diag_new();
	struct err e = ERR_INIT;

	if (pm->row.digest[0] == '\0')
		return;			/* no rules had a say */
	if (store_ruleset(rec->st, pm->row.digest, &snapshot, &e) < 0)
		pm->why_no_rules = "they are not in the records";
	else if (policy_from_snapshot(buf_slice(&snapshot), d, &pm->policy, &e) < 0)
		pm->why_no_rules = arena_printf(a, "this version of mroute can't "
		    "read them: %s", e.text);
}

/* ---- the original ---- */

static void
open_original(const struct records *rec, struct arena *a, struct pastmail *pm)
{
	const char *id = pm->row.env.id;
	enum spool_where w = spool_where(rec->sp, id);
	struct err e = ERR_INIT;

	if (w == SPOOL_NOWHERE)
		pm->why_no_values = "the original is not kept any more";
	else if (spool_read(rec->sp, w, id, &pm->message, &e) < 0)
		pm->why_no_values = arena_strdup(a, e.text);
	else
		pm->kept = true;
}

static const struct plan_line *
find_hit(const struct plan *p, const char *id)
{
	for (size_t i = 0; i < p->n_trace; i++)
		for (size_t k = 0; k < p->trace[i].n_line; k++)
			if (strcmp(p->trace[i].line[k].id, id) == 0)
				return &p->trace[i].line[k];
	return NULL;
}

/* "press.4, press.9": the record counts, but a reader must know. */
static const char *
name_differences(struct arena *a, const struct ruleset *rs, const struct plan *plan,
    const struct findings *again)
{
	const char *names = NULL;

	for (size_t i = 0; i < rs->n_line && i < again->n_line; i++) {
		const struct plan_line *l = find_hit(plan, rs->line[i]->id);

		if ((l != NULL ? l->state : TRI_NO) == again->line[i].state)
			continue;
		names = names == NULL ? rs->line[i]->id :
		    arena_printf(a, "%s, %s", names, rs->line[i]->id);
	}
	return names;
}

static void
examine_again(struct arena *a, struct pastmail *pm)
{
	AUTO(judge_release) struct judge j = { .policy = pm->policy,
	    .close = true };
	const struct mailfile m = { pm->row.env.id, pm->message.raw,
	    pm->message.fd, pm->message.offset };

	pm->again = judge_examine(&j, a, &pm->message.env, &m);
	if (pm->again == NULL)
		pm->why_no_values = "the examiner gave up on the original";
}

int
pastmail_open(const struct records *rec, struct arena *a, const char *id,
    struct pastmail *out, struct err *e)
{
	const struct config_alias *alias;
	const struct ruleset *rs;
	const struct config *cfg;

	if (find_decision(rec, a, id, out, e) < 0)
		return -1;
	out->plan = trace_plan(a, &out->row);
	load_rules(rec, a, out);
	open_original(rec, a, out);
	if (out->policy == NULL || out->plan->n_trace == 0)
		return 0;
	cfg = policy_config(out->policy);
	alias = config_alias_for(cfg, out->row.env.recipient,
	    out->row.env.original_recipient);
	if (alias == NULL)
		return 0;
	rs = policy_ruleset(out->policy, (size_t)(alias - cfg->alias));
	if (out->kept)
		examine_again(a, out);
	if (out->again != NULL)
		out->differs = name_differences(a, rs, out->plan, out->again);
	out->account = account_make(a, rs, alias->margin, out->plan, out->again);
	return 0;
}
