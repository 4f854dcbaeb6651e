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
#include "model/text.h"

struct phrase;

/* NULL with *error set (static text) when the phrase makes no sense ("*"). */
struct phrase *phrase_compile(struct arena *a, struct slice text, const char **error);

/* The words as written. */
struct slice phrase_text(const struct phrase *p);

/* First match in t->fold; from/to are offsets in fold.  Linear time. */
bool phrase_find(const struct phrase *p, const struct text *t, size_t *from,
    size_t *to);

#endif
