/* SPDX-License-Identifier: MIT */
/*
 * typed - what a capture is when its field has a type: the words of the mail
 * as a value that can be compared, counted and asked for by SQL.  One table of
 * the types; the parser, the manual and their tests walk it.
 *
 * Nothing is guessed: text that could mean two things has no value, and is
 * shown as it was written.
 */
#ifndef MODEL_TYPED_H
#define MODEL_TYPED_H

#include "base/arena.h"
#include "base/slice.h"

/* The journal keeps the number: a new one comes last. */
enum typed {
	TYPED_TEXT,			/* as written; not a word of the language */
	TYPED_EMAIL, TYPED_PHONE, TYPED_URL, TYPED_DATE, TYPED_MONEY,
	TYPED_N
};

struct typed_def {
	const char *name;		/* "money" */
	const char *written;		/* an example: "$7,200" */
	const char *value;		/* what it gives: "USD 7200.00" */
	const char *doc;		/* for the manual */
};
extern const struct typed_def typed_table[TYPED_N];

/* The type of that name, or -1. */
int typed_find(struct slice name);

/* The nearest name for "did you mean", or NULL. */
const char *typed_nearest(struct slice name);

/*
 * The value; "" when the text is not understood.  sent is the message's field
 * Date, or "": a day without a year is the next one after it.
 */
struct slice typed_read(struct arena *a, enum typed type, struct slice text,
    struct slice sent);

#endif
