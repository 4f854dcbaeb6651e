/* SPDX-License-Identifier: MIT */
/*
 * fmt - one way to lay out a rule file.
 *
 *	route press
 *	  title    Press and media enquiries
 *	  forward  press-team
 *
 *	  # What it is about
 *	  +40  subject      has  interview request, media enquir*,
 *	                         press pass*
 *	  +50  from.domain  in   lists/newsrooms.txt
 *	       and dmarc    is   pass
 *	  never  is         bounce, auto-reply
 *
 * Columns are those of the route: a longer field moves the predicates of all
 * its lines.  Lists break where the author broke them; a line that would be
 * longer than FMT_COLUMNS is filled anew from there on, and a list that moves
 * far to the left is filled anew as a whole.  Comments and single
 * blank lines stay where they are, what is said stays as it is: a file that
 * went through says the same (parse_outline), and going through once more
 * changes nothing.
 */
#ifndef RULES_FMT_H
#define RULES_FMT_H

#include "base/buf.h"
#include "base/diag.h"

enum { FMT_COLUMNS = 88 };

/*
 * The file anew; name is for diagnostics.  -1 when it has errors of its own:
 * they are in d then, and out is empty.
 */
NODISCARD int fmt_file(const char *name, struct slice bytes, struct diag *d,
    struct buf *out);

#endif
