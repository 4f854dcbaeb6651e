/* SPDX-License-Identifier: MIT */
/*
 * quote_impl - a body as lines, each kept or cut; for quote*.c alone.
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

void quote_cut(struct cutter *c, size_t from, size_t to);

/* Cut signatures, "Sent from my phone" and disclaimers out of what is kept. */
void quote_cut_endings(struct cutter *c);

#endif
