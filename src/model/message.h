/* SPDX-License-Identifier: MIT */
/*
 * message - one mail as rules see it: parsed once, within limits, never
 * written back (P5).  mime.h finds the parts, body.h the texts in them, and
 * detect.h the facts.
 *
 * message_read() does not fail: whatever the bytes are, a message comes out,
 * with FACT_OVER_LIMIT and capped values where a limit was hit.  It must run
 * in the examiner only (P6).  All memory is the message's arena; values and
 * slices live as long as the message and may point into the bytes given.
 */
#ifndef MODEL_MESSAGE_H
#define MODEL_MESSAGE_H

#include "base/arena.h"
#include "model/config.h"
#include "model/envelope.h"
#include "model/facts.h"
#include "model/fields.h"
#include "model/text.h"

struct value {
	struct text text;		/* text, address, domain, result */
	int64_t number;			/* number, size */
};

struct values {
	const struct value *v;
	size_t n;
	bool capped;			/* not all of it was looked at: no is unknown */
};

struct message;

/*
 * bytes must live as long as the message.  alias may be NULL (no staff, no
 * forms).  limits and authserv_id come from the config.
 */
struct message *message_read(struct slice bytes, const struct envelope *env,
    const struct config *cfg, const struct config_alias *alias);
void message_free(struct message **m);

/* Never NULL; n 0 when the field is absent.  Computed once, kept. */
const struct values *message_values(struct message *m, const struct field_ref *f);

/* Facts as FACT_BITs; those in *unknown could not be told (limits). */
uint32_t message_facts(const struct message *m, uint32_t *unknown);

enum { MESSAGE_OPENING_MAX = 300 };

/*
 * What the record and the loop check want; decoded, cleaned, cut to 1000 bytes.
 * opening: without quotes, signature and what is passed on, blanks collapsed, cut to
 * MESSAGE_OPENING_MAX bytes.
 */
struct message_identity {
	struct slice message_id;	/* with its brackets, "" when absent */
	struct slice references;	/* References + In-Reply-To, ids by blanks */
	struct slice from;		/* "Jane Roe <jane@x.example>" */
	struct slice from_address;
	struct slice author;		/* address: Reply-To of forms, else From */
	struct slice subject;
	struct slice date;		/* raw value of Date */
	struct slice opening;		/* how the author's own text begins, see below */
	uint32_t received;		/* how many Received fields */
	bool delivered_to_us;		/* a second Delivered-To that names the recipient */
	struct slice loop_mark[4];	/* values of X-Mroute-Loop, 64 hex each */
	size_t n_loop_mark;
	bool needs_smtputf8;		/* an address in the header has UTF-8 */
	bool has_8bit;			/* bytes > 127 anywhere */
};
const struct message_identity *message_identity(const struct message *m);

#endif
