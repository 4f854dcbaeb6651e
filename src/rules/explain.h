/* SPDX-License-Identifier: MIT */
/*
 * explain - a plan and its trace for people (the display of `mroute test`)
 * and for machines (one JSON object; see docs/json.md).
 */
#ifndef RULES_EXPLAIN_H
#define RULES_EXPLAIN_H

#include <jansson.h>

#include "model/plan.h"

struct explain_input {
	const char *file;		/* name shown, or NULL */
	const char *id;			/* message id, or NULL */
	const char *digest;
	const struct plan *plan;
	const struct findings *findings;	/* NULL: examiner gave up */
};

/*
 * Keys at least: v file id route decided_by points margin runner_up lines fields
 * facts actions unknown digest.
 */
json_t *explain_json(const struct explain_input *in);

/* DESIGN 6, the display; columns is the width, 0 for unlimited. */
void explain_text(const struct explain_input *in, bool colour, unsigned columns,
    struct buf *out);

/* The trace that is stored with a decision (every route, every line that was yes or unknown). */
json_t *explain_trace(const struct explain_input *in);

/* A string that is surely valid UTF-8, control characters made blank. */
json_t *explain_string(struct slice s);

#endif
