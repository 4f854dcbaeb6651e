/* SPDX-License-Identifier: MIT */
/*
 * cover - which phrases find all that another one finds: `sponsor*` covers
 * `sponsorship`, `press` covers `press kit`.
 *
 * The phrases are kept by a piece of their text that every find must have, so
 * that of many thousand only a few are tried.  At most COVER_TRIES are tried
 * for one question: where a great many phrases are alike, an answer may be
 * missed, but none is wrong.
 */
#ifndef RULES_COVER_H
#define RULES_COVER_H

#include "rules/phrase.h"

enum { COVER_TRIES = 200 };

struct cover;

struct cover *cover_new(void);
void cover_free(struct cover **c);

/* tag is the caller's; the phrase is borrowed. */
void cover_add(struct cover *c, const struct phrase *p, size_t tag);

/*
 * Call take() for phrases that cover this one, itself among them when it was
 * added, until take() says that it is enough.
 */
typedef bool cover_take(void *arg, const struct phrase *p, size_t tag);
void cover_each(struct cover *c, const struct phrase *of, cover_take *take,
    void *arg);

/* Does p find all that q finds? */
bool cover_holds(const struct phrase *p, const struct phrase *q);

/* Places looked at and phrases tried so far: for tests of the cost. */
uint64_t cover_steps(const struct cover *c);

#endif
