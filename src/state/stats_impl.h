/* SPDX-License-Identifier: MIT */
/*
 * stats_impl - what the files of stats share; for stats*.c only.
 *
 * Two databases are counted, as store_impl.h tells: a message that `side` has is
 * counted from there alone.
 */
#ifndef STATE_STATS_IMPL_H
#define STATE_STATS_IMPL_H

#include <glib.h>

#include "state/db_stats.h"
#include "state/stats.h"

struct sources {
	struct store *st;
	struct db *main, *side;		/* NULL: there is none; one there is */
	const char **aside;		/* ids that side has */
	size_t n_aside;
	GHashTable *is_aside;		/* the same as a set */
};
#define SOURCES_INIT	{ .st = NULL }

/* ERR_TEMP: they cannot be read, or were made by an older mroute. */
NODISCARD int sources_open(struct store *st, struct arena *a, struct sources *out,
    struct err *e);
void sources_release(struct sources *s);

/* Is this row, of that database, to be left out? */
bool sources_skip(const struct sources *s, const struct db *db, const char *id);

#endif
