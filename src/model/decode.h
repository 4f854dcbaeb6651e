/* SPDX-License-Identifier: MIT */
/*
 * decode - transfer encodings, encoded words and parameters as mail readers
 * understand them, not as the standards would have them written: what a reader
 * sees, rules must see.
 *
 * Nothing fails: what makes no sense stands as it is.  Results live in the arena.
 */
#ifndef MODEL_DECODE_H
#define MODEL_DECODE_H

#include "base/arena.h"
#include "base/slice.h"

/*
 * RFC 2045, 6.8; what is not of the alphabet is skipped and padding ends a
 * group, not the text.  At most max bytes come out; *cut is set when there
 * would have been more, and left alone else.  *joint gets the length of what
 * was decoded up to the first padding: what comes behind may be rubbish, and is
 * better not read as one text with it.  Both may be NULL.
 */
struct slice decode_base64(struct arena *a, struct slice in, size_t max, bool *cut,
    size_t *joint);

/* RFC 2045, 6.7; an `=` that begins nothing is itself. */
struct slice decode_qp(struct arena *a, struct slice in, size_t max, bool *cut);

/*
 * An unstructured header value: unfolded, each encoded word (RFC 2047) decoded
 * by itself, blanks between two of them gone, raw 8-bit text guessed; valid
 * UTF-8 without line ends.
 */
struct slice decode_words(struct arena *a, struct slice raw);

/*
 * Parameters of Content-Type and Content-Disposition (RFC 2045, 2231).
 * decode_param() gives the value of the first one of that name, from its
 * pieces where it has such, as UTF-8; false when there is none.
 */
bool decode_param(struct arena *a, struct slice raw, const char *name,
    struct slice *out);

/* What stands in front of the parameters, in lower case, without comments. */
struct slice decode_token(struct arena *a, struct slice raw);

#endif
