/* SPDX-License-Identifier: MIT */
/*
 * hits - lines of rules that counted, as a person reads them: points, id, what
 * was looked at, and the words that matched in their sentence, in columns and
 * cut to the page.
 *
 *	+40 press.1  subject has "Interview request": your remote manifesto
 *	+25 press.7  text has    …Daily Planet, and "on deadline" for a story…
 */
#ifndef RULES_HITS_H
#define RULES_HITS_H

#include "model/plan.h"
#include "rules/page.h"

/* Lines of one or several routes that are shown together. */
struct hits {
	const struct plan_line **line;
	size_t n, cap;
	bool captures;			/* show what they captured */
};
void hits_release(struct hits *h);

/* Add the lines of r that want() says yes to; NULL: all. */
void hits_take(struct hits *h, const struct plan_route *r,
    bool (*want)(const struct plan_line *l));

/* never and always, then from most points to least, then what was not judged. */
void hits_sort(struct hits *h);

/*
 * A row for each from this column on; of more than `most` the last ones share
 * a row that only names them.
 */
void hits_put(const struct hits *h, struct page *pg, size_t column, size_t most);

/* ---- the parts of a row ---- */

/* "+40", "never", "-60?": with a mark when it is not known to hold. */
void hits_points(const struct plan_line *l, struct buf *out);
enum style hits_style(const struct plan_line *l);

/*
 * What the line looked at and found, from here to the end of the page:
 * "subject has", padded to so many columns, and the words.
 */
void hits_put_found(struct page *pg, const struct plan_line *l, size_t head);

/* Columns for the heads of these lines: the widest that is not too wide. */
size_t hits_head_width(const struct hits *h);

/* "outlet = Daily Planet": behind what stands on the page, or below at column. */
void hits_put_captures(struct page *pg, const struct plan_line *l, size_t column);

#endif
