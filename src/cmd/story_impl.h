/* SPDX-License-Identifier: MIT */
/*
 * story_impl - what the files of story share.  Nobody else includes it.
 *
 *	story.c		what happened, in order; JSON
 *	story_text.c	the same for people
 */
#ifndef CMD_STORY_IMPL_H
#define CMD_STORY_IMPL_H

#include "base/table.h"
#include "cmd/story.h"
#include "model/plan.h"

struct step {
	int64_t at_ms;			/* INT64_MAX: how it is now */
	size_t order;			/* of those at the same time */
	enum style style;
	const char *what, *text;
	unsigned effect, attempt;	/* 0: of none */
	const struct plan *plan;	/* of a decision: its lines can be shown */
};

struct story {
	struct arena *a;
	struct store *st;
	struct store_row row;
	struct step *step;		/* by time */
	size_t n, cap;
};

void story_text(const struct cmd_call *call, const struct story *s, struct buf *out);

#endif
