/* SPDX-License-Identifier: MIT */
/*
 * charset - from the character sets that mail is written in to UTF-8.
 *
 * Only names of our table reach iconv(3): what a mail declares never chooses
 * a conversion module.
 */
#ifndef MODEL_CHARSET_H
#define MODEL_CHARSET_H

#include "base/buf.h"
#include "base/slice.h"

/* The name for charset_convert() of a label as declared, or NULL. */
const char *charset_find(struct slice label);

/*
 * Append bytes as UTF-8, U+FFFD for what is wrong; returns how many places
 * were wrong.  A character that is cut off at the very end is left out and
 * counts for nothing: texts are read up to a limit.
 */
size_t charset_convert(struct slice bytes, const char *name, struct buf *out);

#endif
