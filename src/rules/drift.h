/* SPDX-License-Identifier: MIT */
/*
 * drift - how what decides has changed between two snapshots: file by file,
 * and the deciding lines of the configuration.
 *
 * "20-press.rules changed, site.rules added": for people who wonder why the
 * engine decides otherwise than the files they look at.
 */
#ifndef RULES_DRIFT_H
#define RULES_DRIFT_H

#include "base/arena.h"
#include "base/err.h"

enum drift_kind { DRIFT_CHANGED, DRIFT_ADDED, DRIFT_REMOVED };
const char *drift_kind_name(enum drift_kind k);

struct drift_file {
	enum drift_kind kind;
	/*
	 * "20-press.rules", "lists/newsrooms.txt"; where aliases have different
	 * rules "press@company.example: 20-press.rules".
	 */
	const char *name;
};

struct drift {
	const struct drift_file *file;
	size_t n_file;
	const char *const *gone;	/* lines of the configuration, as rendered */
	size_t n_gone;
	const char *const *came;
	size_t n_came;
};

/* All of it lives in a.  ERR_DATA when a snapshot is damaged. */
NODISCARD int drift_find(struct arena *a, struct slice before, struct slice after,
    struct drift *out, struct err *e);

/*
 * "20-press.rules changed, site.rules added, mroute.conf changed (margin 20)"; at most
 * max files by name, the rest as a number.  "" when nothing has changed.
 */
const char *drift_text(struct arena *a, const struct drift *d, size_t max);

#endif
