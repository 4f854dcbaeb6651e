/* SPDX-License-Identifier: MIT */
/*
 * linediff - how one text differs from another, by lines, in the unified form
 * that patch(1) and people read.
 */
#ifndef BASE_LINEDIFF_H
#define BASE_LINEDIFF_H

#include "base/buf.h"

/*
 * Nothing is added when they are equal.  The shortest difference is looked
 * for, unless that would take a table of more than LINEDIFF_CELLS.
 */
enum { LINEDIFF_CELLS = 8 * 1000 * 1000, LINEDIFF_CONTEXT = 3 };

void linediff(struct slice a, struct slice b, const char *name_a,
    const char *name_b, bool colour, struct buf *out);

#endif
