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

/* How JSON is written everywhere: one line, keys sorted, UTF-8. */
#define EXPLAIN_DUMP	(JSON_COMPACT | JSON_SORT_KEYS)

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

/*
 * Set and append, or abort: jansson gives NULL when there is no memory, and
 * adding NULL fails too.  The value is taken.
 */
void explain_put(json_t *object, const char *key, json_t *value);
void explain_push(json_t *array, json_t *value);

/* Who wrote it, when that is not From: the Reply-To of a web form; or "". */
struct slice explain_author(const struct message_identity *id);

/* A string that is surely valid UTF-8, control characters made blank. */
json_t *explain_string(struct slice s);

#endif
