/* SPDX-License-Identifier: MIT */
/*
 * record - one change to the records, made fit for keeping, and as bytes.
 *
 * Text from mail and from servers is untrusted.  record_clean() gives a copy
 * in which every text is valid UTF-8 without control characters, no longer
 * than its limit, and never NULL; that copy goes to the database and to the
 * journal alike, so that both say the same.
 *
 * The encoded form is the journal's only.  record_decode() trusts nothing: a
 * length, a count or an enum that cannot be makes it fail.
 */
#ifndef STATE_RECORD_H
#define STATE_RECORD_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "state/store.h"

enum {
	RECORD_TRACE_MAX = 16 << 20,
	RECORD_SNAPSHOT_MAX = 32 << 20,
	RECORD_LIST_MAX = 10000,	/* effects, fields or lines of one decision */
	/* Of the encoded form; 0 had no types of fields, 1 no lines and no opening. */
	RECORD_VERSION = 2,
};

/* A cleaned copy of n records; in a, but snapshots are borrowed. */
struct record *record_clean(struct arena *a, const struct record *r, size_t n);

/* The same for an envelope by itself, in place. */
void record_clean_envelope(struct envelope *env);

/* r must be clean. */
void record_encode(const struct record *r, struct buf *out);

/*
 * Take one record off the front of *in; it lives in a, snapshots in *in.  The
 * journal of an older mroute has records of an older version.
 */
NODISCARD int record_decode(struct arena *a, struct slice *in, unsigned version,
    struct record *out, struct err *e);

#endif
