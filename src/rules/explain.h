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

/* Keys: see docs/json.md. */
json_t *explain_json(const struct explain_input *in);

/* The display of mroute test; columns is the width, 0 for unlimited. */
void explain_text(const struct explain_input *in, bool colour, unsigned columns,
    struct buf *out);

/* The same without the lines of the rules. */
void explain_brief(const struct explain_input *in, bool colour, unsigned columns,
    struct buf *out);

/*
 * The trace that is stored with a decision: every route with its totals and
 * every line that was yes or unknown.  The part of explain_json() that is not
 * in the record's own columns.
 */
json_t *explain_trace(const struct explain_input *in);

/* One line of a trace. */
json_t *explain_line(const struct plan_line *l);

/* Who wrote it, when that is not From: the Reply-To of a web form; or "". */
struct slice explain_author(const struct message_identity *id);

#endif
