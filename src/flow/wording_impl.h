/* SPDX-License-Identifier: MIT */
/* Between the two files of wording, and for its test: texts as words. */
#ifndef FLOW_WORDING_IMPL_H
#define FLOW_WORDING_IMPL_H

#include <glib.h>

#include "flow/wording.h"
#include "model/text.h"

enum { WORDING_FIELD_BYTES = 400 };	/* of a field that are looked at */

enum word_kind {
	WORD_BREAK,		/* no phrase reaches across: end of a sentence, a number */
	WORD_FILLER,		/* any mail has it: no phrase begins or ends with it */
	WORD_PLAIN,
	WORD_SIGN,		/* one character of a script without blanks */
};

struct word {
	enum word_kind kind;
	bool in_subject;
	uint32_t number;		/* equal words have the same; 0 WORD_BREAK */
	uint32_t letters;
	uint32_t from, to;		/* where it is in the fold form of its field */
	uint32_t text;			/* whose it is */
};

/* A text's two fields are kept folded: phrases are cut out of them. */
struct words {
	struct arena *arena;
	GHashTable *numbers;		/* struct slice -> number */
	GHashTable *filler, *name;	/* struct slice, sets */
	struct word *word;		/* text after text, a break behind each field */
	size_t n, cap;
};

void words_open(struct words *w, struct arena *a, const struct wording_apart *apart);
void words_close(struct words *w);

/* Add the words of one field. */
void words_add(struct words *w, struct slice field, uint32_t text, bool in_subject);

/* wording_groups(); returns how often something was looked at. */
uint64_t wording_groups_steps(struct arena *a, const struct wording_text *text, size_t n,
    const struct wording_apart *apart, struct wording_group **out, size_t *n_out);

#endif
