/* SPDX-License-Identifier: MIT */
/*
 * jsonout - JSON as every command prints it: built piece by piece, one line,
 * keys sorted, UTF-8 without control characters (docs/json.md).
 *
 * No value is ever NULL: jansson gives that only when there is no memory or for
 * text that is not UTF-8, and setting it then fails.  That is a bug of ours.
 */
#ifndef RULES_JSONOUT_H
#define RULES_JSONOUT_H

#include <stdio.h>

#include <jansson.h>

#include "base/slice.h"

/* Set and append; the value is taken. */
void jsonout_put(json_t *object, const char *key, json_t *value);
void jsonout_push(json_t *array, json_t *value);

/* Any bytes as a string.  jsonout_or_null(): NULL and "" give null. */
json_t *jsonout_slice(struct slice s);
json_t *jsonout_text(const char *s);
json_t *jsonout_or_null(const char *s);

/* ISO 8601, UTC; 0 gives null. */
json_t *jsonout_time(int64_t wall_ms);

/* As text, to be given to free(); and as a line on f, which takes the value. */
char *jsonout_dump(const json_t *o);
void jsonout_line(json_t *o, FILE *f);

#endif
