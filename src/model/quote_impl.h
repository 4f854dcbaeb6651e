/* SPDX-License-Identifier: MIT */
/*
 * quote_impl - a body as lines, each kept or cut; for quote*.c and inner.c.
 */
#ifndef MODEL_QUOTE_IMPL_H
#define MODEL_QUOTE_IMPL_H

#include "model/text.h"

struct line {
	struct slice text;		/* without its end */
	bool blank;
	bool marked;			/* begins with '>' */
	bool cut;
};

struct cutter {
	struct arena *scratch;
	struct line *line;
	size_t n;
	size_t forward;			/* where a message begins that is passed on; or n */
	bool text_seen;			/* something is kept above */
	unsigned signatures, disclaimers;	/* that were tried */
};

/* The front of a line as it is compared: folded, outer blanks gone. */
struct slice quote_fold(struct cutter *c, struct slice s);

/* Lists of folded words end with NULL. */
bool quote_has(struct slice s, const char *words);
bool quote_has_any(struct slice s, const char *const *list);
bool quote_starts_any(struct slice s, const char *const *list);

/* A line of nothing but underscores. */
bool quote_is_rule(struct slice s);

/* Lines of body into c, none of them cut. */
void quote_split(struct cutter *c, struct slice body);

/* The next line at or after `at` that is not blank, or c->n. */
size_t quote_next_full(const struct cutter *c, size_t at);

bool quote_ends_in_colon(struct slice s);

/* A marked line without its first mark. */
struct slice quote_unmarked(struct slice s);

/* A line of a block of header fields: "From: Jane", "*Betreff:* Anfrage". */
enum quote_label { LABEL_NONE = 0, LABEL_FROM = 1, LABEL_DATE = 2, LABEL_TO = 4,
	LABEL_SUBJECT = 8 };
enum quote_label quote_label(struct cutter *c, const struct line *l);

/*
 * Does this line announce a message that is passed on?  It may be the first of
 * lines with marks: some programs set what they pass on as if they quoted it.
 */
bool quote_forward_at(struct cutter *c, size_t at);

/* Below this line all is the message that is answered. */
bool quote_original_at(struct cutter *c, size_t at);

void quote_cut(struct cutter *c, size_t from, size_t to);

/* Cut signatures, "Sent from my phone" and disclaimers out of what is kept. */
void quote_cut_endings(struct cutter *c);

#endif
