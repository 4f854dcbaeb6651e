/* SPDX-License-Identifier: MIT */
/*
 * text - one decoded value in the three forms that rules need.
 *
 *   orig  as decoded, valid UTF-8: what is quoted and captured
 *   norm  mroute.rules(5): NFKC, quotes and dashes made plain, each Unicode
 *         blank a space, soft hyphens, zero-width characters and variation
 *         selectors gone; line ends stay as \n: what patterns (~) see
 *   fold  norm, case-folded: what phrases (has) see
 *
 * norm_map[i] is the offset in orig of what became norm byte i; it has
 * norm.len + 1 entries, the last orig.len.  fold_map goes from fold to orig.
 * Everything belongs to the arena.
 */
#ifndef MODEL_TEXT_H
#define MODEL_TEXT_H

#include "base/arena.h"
#include "base/slice.h"

struct text {
	struct slice orig;
	struct slice norm;
	struct slice fold;
	const uint32_t *norm_map;
	const uint32_t *fold_map;
};

/* orig must be valid UTF-8, shorter than 4 GiB. */
struct text text_make(struct arena *a, struct slice orig);

/* The bytes of orig that norm (fold) bytes [from, to) came from. */
struct slice text_orig_of_norm(const struct text *t, size_t from, size_t to);
struct slice text_orig_of_fold(const struct text *t, size_t from, size_t to);

/* Words as people count them; of Han and Kana two characters make one. */
int64_t text_words(struct slice s);

/* Only the fold form of a phrase or a value that rules compare with. */
struct slice text_fold(struct arena *a, struct slice s);

/*
 * To UTF-8.  Order: a declared charset that decodes cleanly (latin1 counts as
 * windows-1252), valid UTF-8 without ESC, ISO-2022-JP by its escapes, UTF-8
 * with a few bad bytes, uchardet from 100 bytes on, the declared charset after
 * all when little of it is wrong, windows-1252.  Never fails; *how tells which
 * step decided (static text) and may be NULL.
 */
struct slice text_decode(struct arena *a, struct slice bytes, const char *charset,
    const char **how);

/*
 * Cut a plain-text body, lines ending in LF, into what the writer wrote and
 * what he did not write now: quotes with their attribution (the usual mail
 * programs in eleven languages), signature, closing disclaimer; that all is in
 * quoted.  Below the line that announces a forwarded message all is text: it is
 * what the writer wants us to read.  With forward set (the subject says so) an
 * Outlook header block announces one too.  See `text` in mroute.rules(5).
 */
struct text_cut {
	struct slice text;		/* new text */
	struct slice quoted;
	struct slice forwarded;		/* of body, see inner.h; or "" */
	bool has_quote;			/* a quote, not only a signature */
	bool has_forward;
};
struct text_cut text_cut_quotes(struct arena *a, struct slice body, bool forward);

/* RFC 3676: join the flowed lines. */
struct slice text_unflow(struct arena *a, struct slice body, bool delsp);

#endif
