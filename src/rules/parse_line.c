/* SPDX-License-Identifier: MIT */
/* Lines of evidence: +N -N never always, and their ands. */
#include <stdio.h>

#include "model/findings.h"
#include "rules/parse_impl.h"

enum { POINTS_MAX = 1000 };

bool
parse_is_points(struct slice word)
{
	return word.len >= 2 && (word.ptr[0] == '+' || word.ptr[0] == '-') &&
	    word.ptr[1] >= '0' && word.ptr[1] <= '9';
}

static struct draft_cond *
add_cond(struct parser *ps, struct draft_line *dl)
{
	dl->cond = arena_grow(ps->arena, dl->cond, dl->n_cond, &dl->cap_cond,
	    sizeof *dl->cond);
	return &dl->cond[dl->n_cond++];
}

static void
add_line(struct parser *ps, const struct token *word, enum line_kind kind,
    int points)
{
	struct draft_route *rt = ps->here;
	struct draft_line *dl;

	if (ps->n_line == FINDINGS_LINES_MAX) {
		diag_error(ps->diag, "MR054", &word->span,
		    "more than %d lines of evidence", FINDINGS_LINES_MAX);
		return;
	}
	ps->n_line++;
	rt->line = arena_grow(ps->arena, rt->line, rt->n_line, &rt->cap_line,
	    sizeof *rt->line);
	dl = &rt->line[rt->n_line++];
	dl->l.kind = kind;
	dl->l.points = points;
	dl->l.span = lex_span(&ps->lex, word->span.col - 1, ps->lex.line.len);
	if (kind == LINE_POINTS)
		snprintf(dl->head, sizeof dl->head, "%c%d", word->text.ptr[0],
		    points < 0 ? -points : points);
	else
		snprintf(dl->head, sizeof dl->head, "%s",
		    kind == LINE_NEVER ? "never" : "always");
	parse_cond(ps, add_cond(ps, dl), word);
}

void
parse_points(struct parser *ps, const struct token *word)
{
	struct slice digits = slice_sub(word->text, 1, word->text.len);
	uint64_t n = 0;

	if (!slice_to_u64(digits, &n) || n > POINTS_MAX) {
		diag_error(ps->diag, "MR019", &word->span,
		    "'" SLICE_FMT "' is not a number of points",
		    SLICE_ARG(word->text));
		diag_hint(ps->diag, "write +N or -N with N from 0 to %d",
		    POINTS_MAX);
		n = 0;
	}
	add_line(ps, word, LINE_POINTS, word->text.ptr[0] == '-' ? -(int)n : (int)n);
}

void
parse_never(struct parser *ps, const struct token *word)
{
	add_line(ps, word, LINE_NEVER, 0);
}

void
parse_always(struct parser *ps, const struct token *word)
{
	add_line(ps, word, LINE_ALWAYS, 0);
}

void
parse_and(struct parser *ps, const struct token *word)
{
	struct draft_route *rt = ps->here;
	struct draft_line lost = { .n_cond = 0 }, *dl = &lost;

	if (ps->and_may_follow && rt->n_line > 0)
		dl = &rt->line[rt->n_line - 1];
	else if (!ps->and_may_follow) {
		diag_error(ps->diag, "MR021", &word->span,
		    "no evidence stands directly above this 'and'");
		diag_hint(ps->diag, "'and' belongs to the +, -, never or always "
		    "line above it");
	}
	if (dl->n_cond == LINE_CONDS_MAX) {
		diag_error(ps->diag, "MR054", &word->span,
		    "more than %d conditions in one line", LINE_CONDS_MAX);
		return;
	}
	parse_cond(ps, add_cond(ps, dl), word);
}
