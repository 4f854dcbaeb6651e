/* SPDX-License-Identifier: MIT */
/*
 * phrase - what `has` looks for (mroute.rules(5), PHRASES): folded words, blanks
 * flexible (a run of blanks and line ends is one), a border only where the
 * phrase ends in a letter or digit, and none inside Han, Kana, Thai.  `*` at
 * an end of a word stands for any letters and digits, or none.
 */
#ifndef RULES_PHRASE_H
#define RULES_PHRASE_H

#include "base/arena.h"
#include "base/diag.h"
#include "model/text.h"
#include "rules/trigram.h"

struct phrase;

/* Letters and digits, and the marks that belong to them: what words are made of. */
bool phrase_is_letter(uint32_t code_point);

/* Of a script that does not set words apart by blanks: no border is asked for. */
bool phrase_is_borderless(uint32_t code_point);

/* NULL with *error set (static text) when the phrase makes no sense ("*"). */
struct phrase *phrase_compile(struct arena *a, struct slice text, const char **error);

/* The words as written, and where: whoever compiles a phrase says so. */
struct slice phrase_text(const struct phrase *p);
void phrase_set_place(struct phrase *p, const struct span *at);
const struct span *phrase_place(const struct phrase *p);

/* First match in t->fold; from/to are offsets in fold.  Linear time. */
bool phrase_find(const struct phrase *p, const struct text *t, size_t *from,
    size_t *to);

/* False: phrase_find() finds nothing in the text whose set this is. */
bool phrase_may_occur(const struct phrase *p, const struct trigrams *t);

/*
 * A text that p finds, with a letter that no phrase has for each `*`: another
 * phrase that finds this, too, finds all that p does.  Only fold is filled in.
 */
struct text phrase_sample(struct arena *a, const struct phrase *p);

/*
 * The next piece of p that stands as it is in all that p finds: words between
 * two stars, one blank between them.  *at begins with 0; false at the end.
 */
bool phrase_next_piece(struct arena *a, const struct phrase *p, size_t *at,
    struct slice *out);

#endif
