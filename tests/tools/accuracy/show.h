/* SPDX-License-Identifier: MIT */
/*
 * show - a tally for people and for programs.
 */
#ifndef ACCURACY_SHOW_H
#define ACCURACY_SHOW_H

#include "base/buf.h"
#include "tally.h"

/*
 * A table of the routes, one of what was taken for what, and the totals.
 * Which messages went wrong, and what was left to `otherwise`, is told only
 * with verbose: who looks closely at held-out mail writes rules for it.
 */
void show_text(const struct tally *t, bool verbose, bool colour, struct buf *out);

/*
 * One object on a line: v, set, the totals by their names in struct totals,
 * right_percent, routed_percent, routes[{route, mail, routed, right, lost, got,
 * decided{ROUTE: n}}], elsewhere[{message, wanted, got, decided_by, why}].
 */
void show_json(const struct tally *t, struct buf *out);

#endif
