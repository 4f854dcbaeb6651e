/* SPDX-License-Identifier: MIT */
/* mroute log --route: is there such a route at all? */
#include <fcntl.h>
#include <string.h>

#include "base/edit.h"
#include "base/file.h"
#include "base/xalloc.h"
#include "cmd/log.h"
#include "rules/policy.h"
#include "rules/ruleset.h"

static bool
take_one(void *arg, const struct store_row *row)
{
	(void)row;
	*(bool *)arg = true;
	return false;
}

static bool
in_records(const struct records *rec, const char *route)
{
	const struct store_filter f = { .route = route, .limit = 1 };
	struct err e = ERR_INIT;
	bool found = false;

	/* What can't be asked is no reason to call it unknown. */
	return rec->st != NULL &&
	    (store_each(rec->st, &f, take_one, &found, &e) < 0 || found);
}

/* The rules that the engine decides by; NULL none. */
static struct policy *
load_in_force(const struct records *rec)
{
	AUTO(xfree) char *good = path_join(rec->cfg->spool.path, "rules.good");
	AUTO(buf_release) struct buf snapshot = BUF_INIT;
	AUTO(diag_free) struct diag *d = diag_new();
	struct policy *p = NULL;
	struct err e = ERR_INIT;

	if (file_read(AT_FDCWD, good, SNAPSHOT_MAX, &snapshot, &e) < 0 ||
	    policy_from_snapshot(buf_slice(&snapshot), d, &p, &e) < 0)
		return NULL;
	return p;
}

/* Says whether the rules have it; if not, what comes near. */
static bool
in_rules(const struct policy *p, const char *route, struct edit_nearest *near)
{
	for (size_t i = 0; i < policy_config(p)->n_alias; i++) {
		const struct ruleset *rs = policy_ruleset(p, i);

		for (size_t k = 0; k < rs->n_route; k++) {
			if (strcmp(rs->route[k].name, route) == 0)
				return true;
			edit_offer(near, rs->route[k].name);
		}
	}
	return false;
}

bool
log_route_unknown(const struct records *rec, const char *route, struct arena *a,
    const char **nearest)
{
	AUTO(policy_free) struct policy *p = NULL;
	struct edit_nearest near = edit_begin(slice_str(route));

	if (strcmp(route, ROUTE_FALLBACK) == 0 || in_records(rec, route) ||
	    (p = load_in_force(rec)) == NULL || in_rules(p, route, &near))
		return false;
	*nearest = near.best != NULL ? arena_strdup(a, near.best) : NULL;
	return true;
}
