/* SPDX-License-Identifier: MIT */
/*
 * fields - the vocabulary of rules: one table of every field, its type, the
 * predicates it allows, its unit and an example.  The parser walks this table,
 * and the tests that compare it with the manual and with Vim's colours.
 */
#ifndef MODEL_FIELDS_H
#define MODEL_FIELDS_H

#include "base/arena.h"
#include "base/slice.h"

enum field_id {
	FIELD_SUBJECT, FIELD_FROM, FIELD_FROM_NAME, FIELD_FROM_ADDRESS,
	FIELD_FROM_DOMAIN, FIELD_REPLY_TO, FIELD_AUTHOR, FIELD_TO, FIELD_CC,
	FIELD_RECIPIENT, FIELD_RECIPIENT_TAG, FIELD_SENDER, FIELD_HEADER,
	FIELD_LIST_ID, FIELD_TEXT, FIELD_BODY, FIELD_QUOTED, FIELD_HIDDEN,
	FIELD_LINKS, FIELD_ATTACHMENT, FIELD_ATTACHMENT_TYPE, FIELD_ATTACHMENTS,
	FIELD_ANY, FIELD_START, FIELD_WORDS, FIELD_SIZE, FIELD_SPF, FIELD_DKIM,
	FIELD_DMARC, FIELD_INNER_FROM, FIELD_INNER_SUBJECT, FIELD_INNER_TEXT,
	FIELD_N
};

enum field_type {
	FIELD_TYPE_TEXT,	/* has ~ !~ is is-not present absent */
	FIELD_TYPE_ADDRESS,	/* and: in, not in */
	FIELD_TYPE_DOMAIN,	/* and: in, not in */
	FIELD_TYPE_NUMBER,	/* < <= > >= is is-not */
	FIELD_TYPE_SIZE,	/* the same, with k and M */
	FIELD_TYPE_RESULT,	/* is, is-not: pass fail none ... */
};

enum predicate {
	PRED_HAS, PRED_MATCH, PRED_NOT_MATCH, PRED_IS, PRED_IS_NOT, PRED_IN,
	PRED_NOT_IN, PRED_PRESENT, PRED_ABSENT, PRED_LT, PRED_LE, PRED_GT, PRED_GE,
	PRED_N
};

#define PRED_BIT(p)	(UINT32_C(1) << (p))

struct field_def {
	const char *name;		/* "from.domain"; "header" takes :NAME */
	enum field_type type;
	bool many;			/* can have several values */
	const char *unit;		/* or NULL */
	const char *example;		/* a value */
	const char *doc;		/* one sentence for the manual */
};
extern const struct field_def field_table[FIELD_N];

/* What a rule line looks at. */
struct field_ref {
	enum field_id id;
	struct slice header;		/* FIELD_HEADER: the name, lower case */
};
bool field_ref_same(const struct field_ref *a, const struct field_ref *b);

/* "from.domain", "header:x-mailer"; and does this name mean the field? */
struct slice field_ref_name(struct arena *a, const struct field_ref *f);
bool field_ref_is(const struct field_ref *f, struct slice name);

/* The field of that name without header:, or -1. */
int field_find(struct slice name);
const char *field_nearest(struct slice name);

/* The predicates that a field's type allows, as PRED_BITs. */
uint32_t field_predicates(enum field_id id);

/* As written in a rule: "has", "~", "is not", "<=" ... */
const char *predicate_name(enum predicate p);

#endif
