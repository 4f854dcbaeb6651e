/* SPDX-License-Identifier: MIT */
/*
 * findings - what the examiner tells about one message under one rule set:
 * facts, identity, the state of every line, quotes and captures.  No points
 * and no decision: those are made by decide() outside of the sandbox.
 *
 * findings_decode() trusts nothing: lengths, counts and enums are checked
 * against the limits here, it takes memory only for what has arrived, and it
 * fails rather than guesses.  findings_encode() cuts what is longer than the
 * limits, and leaves quotes out once they take FINDINGS_QUOTES_MAX together,
 * so that what it writes can always be read.
 *
 * Findings may be close: then they also tell what each line looked at and
 * which of its conditions failed.  `mroute explain` asks for that; live mail
 * does without.
 */
#ifndef MODEL_FINDINGS_H
#define MODEL_FINDINGS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "model/facts.h"
#include "model/message.h"
#include "model/typed.h"

enum tri { TRI_NO, TRI_YES, TRI_UNKNOWN };

enum {
	FINDINGS_LINES_MAX = 20000,
	FINDINGS_SNIPPET_MAX = 200,	/* bytes, cut between characters */
	FINDINGS_FIELD_MAX = 80,
	FINDINGS_REASON_MAX = 80,
	FINDINGS_CAPTURE_MAX = 500,
	FINDINGS_NAME_MAX = 64,		/* of a capture */
	FINDINGS_CAPTURES_MAX = 1000,
	FINDINGS_READINGS_MAX = 1000,
	FINDINGS_IDENTITY_MAX = 1000,	/* each string of it */
	FINDINGS_SEEN_MAX = 1000,	/* fields */
	FINDINGS_QUOTES_MAX = 3 << 20,	/* matched and snippets, all lines */
	FINDINGS_SIZE_MAX = 8 << 20,	/* encoded */
};

struct finding {			/* of one line, by its number in the rule set */
	enum tri state;
	struct slice field;		/* "subject": which value the quote is from */
	struct slice matched;		/* the words that matched, from the original */
	struct slice snippet;		/* them in their sentence */
	uint32_t at;			/* where in the snippet they begin */
	struct slice reason;		/* unknown: which limit */
	/*
	 * Close: the condition, from 0, that made it no, or the first that made
	 * it unknown.  Nobody has compared it with how many the line has.
	 */
	uint8_t stopped;
};

struct seen {				/* a field that the rules look at */
	struct slice field;		/* "from.domain", "header:x-mailer" */
	uint32_t n;			/* values; 0: it is absent */
	uint32_t words;			/* in all of them */
	bool capped;			/* not all of it was looked at */
	struct slice excerpt;		/* the first value, cut; more after " | " */
};

struct capture {
	uint32_t line;			/* number of the line in the rule set */
	struct slice name;
	struct slice value;		/* from the original, blanks collapsed */
};

struct reading {			/* a capture as the type that a field has */
	uint32_t line;			/* of the capture, with its name */
	struct slice name;
	enum typed type;
	struct slice value;		/* "USD 7200.00" */
};

struct findings {
	char policy_digest[DIGEST_SIZE];	/* the rules these are for */
	uint32_t alias;			/* index in config; UINT32_MAX none */
	uint32_t facts;
	uint32_t facts_unknown;
	uint64_t size;			/* of the message */
	struct message_identity id;
	struct finding *line;		/* one for each line of the alias' rule set */
	size_t n_line;
	struct capture *capture;
	size_t n_capture;
	struct reading *reading;	/* of captures that were understood */
	size_t n_reading;
	bool close;
	struct seen *seen;		/* close: each field once */
	size_t n_seen;
};

/* The first capture of that name, of lines [first, last] that hold; or NULL. */
const struct capture *findings_capture(const struct findings *f, size_t first,
    size_t last, struct slice name);

/* What it is as that type; "" when it was not understood. */
struct slice findings_reading(const struct findings *f, const struct capture *c,
    enum typed type);

void findings_encode(const struct findings *f, struct buf *out);

/* All of it is copied: *out lives in a and does not point into `in`. */
NODISCARD int findings_decode(struct arena *a, struct slice in,
    struct findings **out, struct err *e);

#endif
