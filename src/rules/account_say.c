/* SPDX-License-Identifier: MIT */
/* What would have changed a decision, in words. */
#include "rules/account.h"

#include <string.h>

enum { IDS_NAMED = 4 };

static const char *
route_name(const struct account *ac, size_t number)
{
	return ac->rules->route[number].name;
}

/* "press.1", "press.1 or press.3", "press.1, press.3, press.4 or 3 others" */
static void
add_ids(struct buf *b, const struct account_line *const *line, size_t n,
    const char *word)
{
	size_t named = n > IDS_NAMED ? IDS_NAMED - 1 : n;

	for (size_t i = 0; i < named; i++) {
		if (i > 0 && i + 1 == n)
			buf_addf(b, " %s ", word);
		else
			buf_add_str(b, i > 0 ? ", " : "");
		buf_add_str(b, line[i]->line->id);
	}
	if (named < n)
		buf_addf(b, " %s %zu others", word, n - named);
}

/* The lines of all routes without which another one had won, by that one. */
static size_t
lines_that_carry(const struct account *ac, size_t to, enum decided_by by,
    const struct account_line **out)
{
	size_t n = 0;

	for (size_t i = 0; i < ac->n_route; i++)
		for (size_t k = 0; k < ac->route[i].n_hit; k++) {
			const struct account_line *l = &ac->route[i].line[k];

			if (l->state == TRI_YES && l->turns && l->to == to &&
			    l->to_by == by)
				out[n++] = l;
		}
	return n;
}

static size_t
count_hits(const struct account *ac)
{
	size_t n = 0;

	for (size_t i = 0; i < ac->n_route; i++)
		n += ac->route[i].n_hit;
	return n;
}

/* "Without press.1 or press.3 it would go to triage (below-needs)." */
static void
add_what_carries(struct arena *a, struct buf *b, const struct account *ac)
{
	const struct account_line **line = arena_calloc(a, count_hits(ac) + 1,
	    sizeof(struct account_line *));
	bool any = false;

	for (size_t to = 0; to < ac->rules->n_route; to++)
		for (int by = 0; by < BY_N; by++) {
			size_t n = lines_that_carry(ac, to, (enum decided_by)by, line);

			if (n == 0)
				continue;
			buf_add_str(b, any ? " Without " : "Without ");
			add_ids(b, line, n, "or");
			buf_addf(b, " it would go to %s (%s).", route_name(ac, to),
			    decided_by_name((enum decided_by)by));
			any = true;
		}
	if (!any && count_hits(ac) > 0 && ac->tally.route != ac->rules->otherwise)
		buf_add_str(b, "Each line alone could be missing, and it would go "
		    "there all the same.");
}

/* A line that no points can beat: another's `always`, or its own `never`. */
static void
add_what_bars(struct buf *b, const struct account *ac, const struct account_route *r)
{
	const struct account_line *l = account_find(r, LINE_NEVER);
	size_t was = b->len;

	if (l != NULL && l->turns && l->to == r->number)
		buf_addf(b, "Without %s it would have won.", l->line->id);
	else if (l != NULL)
		buf_addf(b, "It would not have won without %s either.", l->line->id);
	for (size_t i = 0; i < ac->n_route && l == NULL; i++)
		if ((l = account_find(&ac->route[i], LINE_ALWAYS)) != NULL)
			buf_addf(b, "No points would do: %s says always.",
			    l->line->id);
	if (b->len == was)
		buf_add_str(b, "No points would do, for what could not be judged "
		    "may say never to it, or always to another.");
}

/* "Lacks 20 to compete, 115 to win. press.3 or press.5 would have been enough." */
static void
add_what_lacks(struct buf *b, const struct account *ac, const struct account_route *r)
{
	if (r->number == ac->rules->otherwise) {
		buf_add_str(b, "It takes what no other route gets.");
		return;
	}
	if (r->to_win < 0) {
		add_what_bars(b, ac, r);
	} else if (r->to_compete > 0 && r->to_compete < r->to_win)
		buf_addf(b, "Lacks %d to compete, %d to win.", r->to_compete,
		    r->to_win);
	else
		buf_addf(b, "Lacks %d to win.", r->to_win);
	if (r->n_enough > 0) {
		buf_add_str(b, b->len > 0 ? " " : "");
		add_ids(b, r->enough, r->n_enough, "or");
		buf_add_str(b, r->n_enough > 1 ? " alone would have been enough." :
		    " would have been enough.");
	} else if (r->n_together > 0) {
		buf_add_str(b, " No line alone would have been enough; ");
		add_ids(b, r->together, r->n_together, "and");
		buf_add_str(b, " together would.");
	} else if (r->to_win > 0)
		buf_add_str(b, r->n_line > r->n_hit ? " All its other lines together "
		    "would not have been enough." : " It has no more lines.");
}

void
account_say(const struct account *ac, const struct account_route *r, struct buf *out)
{
	AUTO(arena_free) struct arena *a = arena_new();

	if (account_has(ac, r))
		add_what_carries(a, out, ac);
	else
		add_what_lacks(out, ac, r);
}
