/* SPDX-License-Identifier: MIT */
/*
 * Housekeeping: the sign of life that the door looks at, originals and records
 * that have been kept long enough, the disk's free space, left-overs in tmp/.
 */
#include "flow/engine_impl.h"

#include "rules/ruleset.h"

enum {
	PURGE_AT_ONCE = 50,		/* then mail has its turn */
	PURGE_PAUSE = 500,		/* ms until the next so many */
	EXPIRED_AT_ONCE = 500,
};

void
house_look(struct engine *en)
{
	const char *why = NULL;
	bool usable = store_usable(en->store, &why);

	if (!usable)
		alarm_raise(en, "database", NULL, "the database is not in use (%s): "
		    "records go to the journal, mail goes out", why);
	else if (!en->store_was_usable) {
		log_event(LOG_NOTICE, "database-in-use", NULL);
		en->scan_wanted = true;
	}
	en->store_was_usable = usable;
	reload_look(en);
	alarm_look(en);
}

/* ---- purge ---- */

/* How long the originals of one route are kept; the spool's time by default. */
static int64_t
keep_of(const struct engine *en, const char *route)
{
	const struct config *cfg;
	int64_t keep = en->cfg->spool.keep_originals;

	if (en->policy == NULL || route == NULL)
		return keep;
	cfg = policy_config(en->policy);
	for (size_t i = 0; i < cfg->n_alias; i++) {
		const struct route *r = ruleset_find(policy_ruleset(en->policy, i),
		    route);

		if (r != NULL && r->keep_originals >= 0)
			return r->keep_originals;
	}
	return keep;
}

static int64_t
shortest_keep(const struct engine *en)
{
	int64_t keep = en->cfg->spool.keep_originals;
	const struct config *cfg;

	if (en->policy == NULL)
		return keep;
	cfg = policy_config(en->policy);
	for (size_t i = 0; i < cfg->n_alias; i++) {
		const struct ruleset *rs = policy_ruleset(en->policy, i);

		for (size_t k = 0; k < rs->n_route; k++)
			if (rs->route[k].keep_originals >= 0)
				keep = MIN(keep, rs->route[k].keep_originals);
	}
	return keep;
}

struct purge {
	struct engine *en;
	int64_t now, shortest;
	unsigned removed;
	bool for_space;			/* until enough is free, whatever the age */
};

static bool
purge_one(struct purge *p, const char *id, const char *why)
{
	const struct record r[] = {
		{ RECORD_STATE, p->now, id, { .state = MESSAGE_PURGED } },
		{ RECORD_EVENT, p->now, id, { .event = { "purged", why } } },
	};
	struct err e = ERR_INIT;

	if (store_commit(p->en->store, r, NELEM(r), &e) < 0 ||
	    spool_remove(p->en->spool, SPOOL_DONE, id, &e) < 0) {
		alarm_raise(p->en, "purge", NULL, "cannot purge message %s: %s", id,
		    e.text);
		return false;
	}
	p->removed++;
	return true;
}

static bool
purge_look(void *arg, const char *id, int64_t received_ms)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct purge *p = arg;
	struct store_row row = { 0 };
	struct err e = ERR_INIT;

	if (p->removed >= PURGE_AT_ONCE)
		return false;
	if (p->for_space) {
		if (spool_free_percent(p->en->spool) >= FREE_LOW)
			return false;
		return purge_one(p, id, "the disk was nearly full");
	}
	if (p->now - received_ms < p->shortest)
		return false;		/* oldest first: the rest is younger */
	if (store_get(p->en->store, a, id, &row, &e) < 0)
		row.route = NULL;
	if (p->now - received_ms >= keep_of(p->en, row.route))
		return purge_one(p, id, "kept long enough");
	return true;
}

static void
purge(struct engine *en, bool for_space)
{
	struct purge p = { en, clock_wall_ms(), shortest_keep(en), 0, for_space };
	struct err e = ERR_INIT;

	if (spool_each_done(en->spool, purge_look, &p, &e) < 0)
		alarm_raise(en, "purge", NULL, "%s", e.text);
	if (p.removed > 0)
		log_event(LOG_INFO, "purged", "messages", log_num(p.removed), "why",
		    for_space ? "space" : "age", NULL);
	if (p.removed < PURGE_AT_ONCE)
		return;
	if (for_space)
		en->next_minute = clock_mono_ms() + PURGE_PAUSE;
	else
		en->next_hour = clock_mono_ms() + PURGE_PAUSE;
}

static void
purge_records(struct engine *en)
{
	AUTO(arena_free) struct arena *a = arena_new();
	int64_t now = clock_wall_ms();
	const char **id;
	struct err e = ERR_INIT;

	if (en->cfg->spool.keep_records == 0)
		return;
	if (store_expired(en->store, a, now - en->cfg->spool.keep_records,
	    EXPIRED_AT_ONCE, &id, &e) < 0) {
		alarm_raise(en, "purge", NULL, "%s", e.text);
		return;
	}
	for (; *id != NULL; id++) {
		const struct record r = { RECORD_PURGE, now, *id, { .looked = 0 } };

		/* The record goes when the original has gone, not before. */
		if (spool_where(en->spool, *id) == SPOOL_NOWHERE &&
		    store_commit(en->store, &r, 1, &e) < 0)
			return;
	}
}

/* ---- the clock ---- */

void
house_minute(struct engine *en)
{
	int free_percent = spool_free_percent(en->spool);
	struct err e = ERR_INIT;

	if (spool_touch_alive(en->spool, &e) < 0)
		alarm_raise(en, "alive", NULL, "%s", e.text);
	if (free_percent < FREE_LOW) {
		alarm_raise(en, "disk", NULL, "only %d %% of the disk below %s is "
		    "free: the oldest originals in done/ are removed; below 5 %% new "
		    "mail stays with Postfix", free_percent, spool_path(en->spool));
		purge(en, true);
	}
}

void
house_hour(struct engine *en)
{
	spool_sweep_tmp(en->spool);
	purge(en, false);
	purge_records(en);
}
