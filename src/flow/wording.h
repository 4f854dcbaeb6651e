/* SPDX-License-Identifier: MIT */
/*
 * wording - short texts that say alike: groups by the phrases they share, for
 * messages that no rule claimed, and the phrase that would catch a group.
 *
 * A phrase is 1 to 5 words that follow each other, compared as rules compare
 * them (rules/phrase.h).  A group's phrase is one that most of its texts have and hardly a
 * text outside of it; words that any mail has ("hello", "please", Re:, numbers) make no
 * group.  Deterministic; texts of one sender count as one sender.  Time grows
 * with the number of words, not with its square.
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
	size_t *text;			/* indexes, ascending */
	size_t n_text;
	size_t senders;			/* different ones */
};

/* Groups of at least two texts, largest first; each text is in one at most. */
void wording_groups(struct arena *a, const struct wording_text *text, size_t n,
    struct wording_group **out, size_t *n_out);

#endif
