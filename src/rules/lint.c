/* SPDX-License-Identifier: MIT */
#include "rules/lint_impl.h"

const char *
lint_place(struct lint *l, const struct span *at, const struct span *from)
{
	if (strcmp(at->file, from->file) == 0)
		return arena_printf(l->arena, "line %u", at->line);
	return arena_printf(l->arena, "%s, line %u", at->file, at->line);
}

/* MR055 once more, for what the parser did not know of: lines that never hold. */
static void
check_reach(struct lint *l, const struct route *r)
{
	int all = 0, alive = 0;

	for (size_t i = 0; i < r->n_line; i++) {
		const struct line *line = &r->line[i];

		if (line->kind == LINE_ALWAYS && !l->dead[line->number])
			return;
		all += MAX(line->points, 0);
		if (!l->dead[line->number])
			alive += MAX(line->points, 0);
	}
	if (alive >= r->needs || all < r->needs)
		return;
	diag_warn(l->diag, "MR055", &r->span,
	    "route '%s' can never reach the %d points it needs", r->name, r->needs);
	diag_hint(l->diag, "without the lines that can never hold, all together "
	    "give %d", alive);
}

void
lint_run(const struct ruleset *rs, struct diag *d)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(lint_veto_free) struct veto *always = lint_veto_new();
	struct lint l = {
		.rs = rs, .diag = d, .arena = arena,
		.dead = arena_calloc(arena, rs->n_line, sizeof(bool)),
	};

	lint_needless_phrases(&l);
	lint_sets(&l);
	for (size_t i = 0; i < rs->n_route; i++) {
		lint_lines(&l, &rs->route[i], always);
		lint_paid_twice(&l, &rs->route[i]);
		lint_captures(&l, &rs->route[i]);
		if (i != rs->otherwise)
			check_reach(&l, &rs->route[i]);
	}
	lint_patterns(&l);
	lint_lists(&l);
}
