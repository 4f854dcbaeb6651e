/* SPDX-License-Identifier: MIT */
/* letter_words - the words that letters are made of. */
#ifndef TRAFFIC_LETTER_WORDS_H
#define TRAFFIC_LETTER_WORDS_H

#include "base/base.h"

/* What several people ask in words that are alike; each has a phrase in common. */
struct wording {
	const char *phrase;		/* lower case: what they share */
	const char *subject[3], *opening[3];
};
extern const struct wording wordings[];
extern const size_t n_wording;

extern const char *const word_first[], *const word_second[], *const word_name[],
    *const word_surname[], *const word_product[], *const word_town[], *const word_any[];
extern const size_t n_word_first, n_word_second, n_word_name, n_word_surname,
    n_word_product, n_word_town, n_word_any;

#endif
