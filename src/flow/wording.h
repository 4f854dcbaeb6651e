/* SPDX-License-Identifier: MIT */
/*
 * wording - short texts that say alike: groups by the phrases they share, for
 * messages that no rule claimed, and the phrase that would catch a group.
 *
 * A phrase is 1 to 5 words that follow each other (2 to 10 signs where a script has
 * no blanks), compared as rules compare them (rules/phrase.h): `any has PHRASE`
 * holds for every text of its group.  Words that any mail has ("hello", "please",
 * Re:, numbers) make no group, nor does whom a letter greets.
 *
 * Of all phrases the one that says most about most texts makes the first group, then
 * the one that does so for the texts left, until none is shared any more.  More words
 * say more, and so do words in subjects; many texts of one sender weigh as one.
 * Deterministic; time grows with the number of words, not with its square.
 */
#ifndef FLOW_WORDING_H
#define FLOW_WORDING_H

#include "base/arena.h"
#include "base/slice.h"

struct wording_text {
	struct slice subject, opening;	/* any may be empty */
	struct slice sender;		/* who: to count different ones */
};

struct wording_group {
	const char *phrase;		/* as most of its texts write it, lower case */
	bool in_subject;		/* most have it in the subject */
	bool all_in_subject;		/* all have */
	size_t *text;			/* indexes, ascending */
	size_t n_text;
	size_t senders;			/* different ones */
};

/* Words apart. */
struct wording_apart {
	const char *const *own;		/* ours (the company, the alias): no phrase */
	size_t n_own;			/* begins or ends with one */
	const char *const *name;	/* of people: in no phrase at all */
	size_t n_name;
};

/*
 * Groups of at least two texts, of three where one word is all they share; largest
 * first.  Each text is in one at most.
 */
void wording_groups(struct arena *a, const struct wording_text *text, size_t n,
    const struct wording_apart *apart, struct wording_group **out, size_t *n_out);

#endif
