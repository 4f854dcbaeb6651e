/* SPDX-License-Identifier: MIT */
/*
 * quote - words from a message as they are shown: control characters gone,
 * runs of blanks and line ends one blank, and in their sentence.
 */
#ifndef RULES_QUOTE_H
#define RULES_QUOTE_H

#include "model/findings.h"

/* s so cleaned, at most max bytes of it. */
struct slice quote_clean(struct arena *a, struct slice s, size_t max);

/*
 * Fill matched, snippet and at of f: bytes [from, to) of text and what stands
 * around them, up to the ends of the sentence, FINDINGS_SNIPPET_MAX at most.
 */
void quote_words(struct arena *a, struct slice text, size_t from, size_t to,
    struct finding *f);

#endif
