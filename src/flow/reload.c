/* SPDX-License-Identifier: MIT */
/*
 * The rules and the configuration in force.
 *
 * A set that loads is kept as SPOOL/rules.good, synced, before it is used.  A
 * set that does not load changes nothing: what was in force stays, at start
 * that is rules.good; without one, mail waits.  Files are taken when two looks
 * at them, two seconds apart, agree, so that a half-written one is not.
 */
#include "flow/engine_impl.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/file.h"

static const char good_name[] = "rules.good";

enum { CONF_MAX = 4 << 20 };

/* Make it durable, record it, use it.  The old policy goes. */
static int
put_in_force(struct engine *en, struct policy *p, struct err *e)
{
	const struct record r[] = {
		{ RECORD_RULESET, clock_wall_ms(), NULL, { .ruleset = {
		    policy_digest(p), policy_snapshot(p) } } },
		{ RECORD_EVENT, clock_wall_ms(), NULL, { .event = {
		    EVENT_RULES_LOADED, policy_digest(p) } } },
	};

	if (file_replace(spool_dirfd(en->spool), good_name, policy_snapshot(p), 0600,
	    e) < 0 || store_commit(en->store, r, NELEM(r), e) < 0)
		return -1;
	examining_stop(en);
	policy_free(&en->policy);
	en->policy = p;
	en->policy_is_old = false;
	en->disk_is_broken = false;
	log_event(LOG_NOTICE, "rules-loaded", "rules", policy_digest(p), NULL);
	return 0;
}

static void
use_last_good(struct engine *en)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf snapshot = BUF_INIT;
	struct err e = ERR_INIT;

	if (file_read_own(spool_dirfd(en->spool), good_name, SNAPSHOT_MAX, &snapshot,
	    &e) < 0 ||
	    policy_from_snapshot(buf_slice(&snapshot), d, &en->policy, &e) < 0) {
		alarm_raise(en, "rules", NULL, "no rule set can be used (%s): mail "
		    "waits in the spool. Mend what 'mroute check' shows", e.text);
		return;
	}
	en->policy_is_old = true;
	log_event(LOG_WARNING, "rules-last-good", "rules",
	    policy_digest(en->policy), NULL);
	engine_event(en, NULL, "rules.last-good", policy_digest(en->policy));
}

static const char *
any_owner(const struct config *cfg)
{
	for (size_t i = 0; i < cfg->n_alias; i++)
		if (cfg->alias[i].owner != NULL)
			return cfg->alias[i].owner;
	return NULL;
}

static void
broken(struct engine *en, const struct diag *d, const struct err *e)
{
	AUTO(buf_release) struct buf first = BUF_INIT;

	if (diag_errors(d) > 0)
		diag_first(d, &first);
	else
		buf_set(&first, e->text);
	engine_event(en, NULL, EVENT_RULES_BROKEN, buf_str(&first));
	en->disk_is_broken = true;
	alarm_raise(en, "rules", any_owner(en->cfg), "the rules on disk are broken "
	    "and not in use: %s; 'mroute check' shows all of it", buf_str(&first));
}

/* The change that broke them was taken back: what is in force is on disk again. */
static void
mended(struct engine *en)
{
	if (!en->disk_is_broken)
		return;
	en->disk_is_broken = false;
	engine_event(en, NULL, EVENT_RULES_MENDED, policy_digest(en->policy));
	log_event(LOG_NOTICE, "rules-mended", "rules", policy_digest(en->policy), NULL);
}

static void
load_policy(struct engine *en)
{
	AUTO(diag_free) struct diag *d = diag_new();
	struct policy *p = NULL;
	struct err e = ERR_INIT;

	if (policy_load(en->cfg, d, &p, &e) < 0) {
		broken(en, d, &e);
		if (en->policy == NULL)
			use_last_good(en);
		return;
	}
	if (en->policy != NULL && !en->policy_is_old &&
	    strcmp(policy_digest(en->policy), policy_digest(p)) == 0) {
		policy_free(&p);	/* touched, not changed */
		mended(en);
		return;
	}
	if (put_in_force(en, p, &e) < 0) {
		policy_free(&p);
		alarm_raise(en, "rules", any_owner(en->cfg),
		    "a rule set could not be put in force: %s", e.text);
		en->stamp_loaded[0] = '\0';	/* the next look tries again */
	}
}

/*
 * A changed mroute.conf; a broken one, or one for another spool, is not taken.
 * -1: what is on disk is not in force, and an alarm says why.
 */
static int
load_config(struct engine *en)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct config *cfg = NULL;
	struct err e = ERR_INIT;

	if (file_read(AT_FDCWD, en->cfg->path, CONF_MAX, &text, &e) < 0) {
		alarm_raise(en, "config", any_owner(en->cfg), "%s", e.text);
		return -1;
	}
	if (slice_eq(buf_slice(&text), slice_make(en->conf, en->conf_len)))
		return 0;
	if (config_parse(buf_slice(&text), en->cfg->path, d, &cfg, &e) < 0) {
		AUTO(buf_release) struct buf first = BUF_INIT;

		diag_first(d, &first);
		alarm_raise(en, "config", any_owner(en->cfg), "mroute.conf is broken "
		    "and not in use: %s", buf_str(&first));
		return -1;
	}
	if (strcmp(cfg->spool.path, en->cfg->spool.path) != 0) {
		alarm_raise(en, "config", any_owner(en->cfg), "mroute.conf names "
		    "another spool, '%s': restart mroute to use it",
		    cfg->spool.path);
		config_free(&cfg);
		return -1;
	}
	free(en->conf);
	en->conf_len = text.len;
	en->conf = buf_detach(&text);
	config_free(&en->cfg);
	en->cfg = cfg;
	deliver_config_changed(en);
	if (spool_set_max_silence(en->spool, cfg->spool.max_silence, &e) < 0)
		alarm_raise(en, "spool", NULL, "%s", e.text);
	log_event(LOG_NOTICE, "config-loaded", "file", cfg->path, NULL);
	return 0;
}

void
reload_now(struct engine *en)
{
	en->config_is_broken = load_config(en) < 0;
	policy_stamp(en->cfg, en->stamp_loaded);
	memcpy(en->stamp_seen, en->stamp_loaded, sizeof en->stamp_seen);
	load_policy(en);
}

void
reload_first(struct engine *en)
{
	policy_stamp(en->cfg, en->stamp_loaded);
	memcpy(en->stamp_seen, en->stamp_loaded, sizeof en->stamp_seen);
	load_policy(en);
}

void
reload_look(struct engine *en)
{
	char stamp[DIGEST_SIZE];

	policy_stamp(en->cfg, stamp);
	if (strcmp(stamp, en->stamp_seen) != 0)
		memcpy(en->stamp_seen, stamp, sizeof stamp);
	else if (strcmp(stamp, en->stamp_loaded) != 0)
		reload_now(en);
}
