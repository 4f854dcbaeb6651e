/* SPDX-License-Identifier: MIT */
/* Needless phrases and facts that are paid twice: MR064, MR065. */
#include <glib.h>
#include <stdlib.h>

#include "rules/cover.h"
#include "rules/lint_impl.h"
#include "rules/overlap.h"

/* ---- needless phrases ---- */

/*
 * A phrase is needless when in each condition that it is part of, by itself or
 * through a set, another one finds all that it does.  So a phrase of a set is
 * only told of when no line would miss it.
 */
struct use {
	const struct phrase *phrase;
	size_t number;			/* in order of first sight: of equal ones */
	unsigned conds;			/* that have it */
	unsigned needless;		/* of them: where another one covers it */
	const struct phrase *by;	/* that one, somewhere */
	const struct cond *last;	/* seen in this one: count it once */
};

struct uses {
	struct lint *l;
	GHashTable *of;			/* phrase -> its use */
	struct use **list;
	size_t n, cap;
};

static struct use *
use_of(struct uses *u, const struct phrase *p)
{
	struct use *use = g_hash_table_lookup(u->of, p);

	if (use != NULL)
		return use;
	use = arena_alloc(u->l->arena, sizeof *use);
	use->phrase = p;
	use->number = u->n;
	g_hash_table_insert(u->of, (gpointer)(uintptr_t)p, use);
	u->list = arena_grow(u->l->arena, u->list, u->n, &u->cap,
	    sizeof(struct use *));
	u->list[u->n++] = use;
	return use;
}

struct asked {
	struct uses *u;
	const struct use *of;
	const struct phrase *by;
};

/* Of two that find the same the one that was seen first stays. */
static bool
take_better(void *arg, const struct phrase *p, size_t tag)
{
	struct asked *ask = arg;

	(void)tag;
	if (p == ask->of->phrase || (cover_holds(ask->of->phrase, p) &&
	    use_of(ask->u, p)->number > ask->of->number))
		return false;
	ask->by = p;
	return true;
}

static void
look_at_cond(struct uses *u, const struct cond *c)
{
	AUTO(cover_free) struct cover *cover = cover_new();

	for (size_t i = 0; i < c->n_phrase; i++) {
		struct use *use = use_of(u, c->phrase[i]);

		if (use->last != c)
			cover_add(cover, c->phrase[i], 0);
		use->last = c;
	}
	for (size_t i = 0; i < c->n_phrase; i++) {
		struct use *use = use_of(u, c->phrase[i]);
		struct asked ask = { .u = u, .of = use };

		if (use->last != c)
			continue;
		use->last = NULL;
		use->conds++;
		cover_each(cover, use->phrase, take_better, &ask);
		if (ask.by == NULL)
			continue;
		use->needless++;
		use->by = ask.by;
	}
}

static int
by_place(const void *a, const void *b)
{
	const struct span *x = phrase_place((*(struct use *const *)a)->phrase);
	const struct span *y = phrase_place((*(struct use *const *)b)->phrase);
	int d = strcmp(x->file, y->file);

	if (d != 0)
		return d;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->col < y->col ? -1 : x->col > y->col;
}

static void
tell_needless(struct lint *l, const struct use *use)
{
	const struct span *at = phrase_place(use->phrase);
	const char *place = lint_place(l, phrase_place(use->by), at);
	struct slice text = phrase_text(use->phrase), by = phrase_text(use->by);

	if (slice_eq(text, by)) {
		diag_warn(l->diag, "MR064", at, "'" SLICE_FMT
		    "' stands here twice", SLICE_ARG(text));
		diag_hint(l->diag, "the first is in %s", place);
		return;
	}
	diag_warn(l->diag, "MR064", at, "'" SLICE_FMT "' is needless: '" SLICE_FMT
	    "' in %s finds it, too", SLICE_ARG(text), SLICE_ARG(by), place);
	diag_hint(l->diag, "remove one of the two");
}

void
lint_needless_phrases(struct lint *l)
{
	struct uses u = {
		.l = l, .of = g_hash_table_new(g_direct_hash, g_direct_equal),
	};

	for (size_t i = 0; i < l->rs->n_set; i++)
		for (size_t j = 0; j < l->rs->set[i].n_phrase; j++)
			(void)use_of(&u, l->rs->set[i].phrase[j]);
	for (size_t i = 0; i < l->rs->n_line; i++)
		for (size_t j = 0; j < l->rs->line[i]->n_cond; j++)
			if (l->rs->line[i]->cond[j].n_phrase > 0)
				look_at_cond(&u, &l->rs->line[i]->cond[j]);
	if (u.n > 0)
		qsort(u.list, u.n, sizeof(struct use *), by_place);
	for (size_t i = 0; i < u.n; i++)
		if (u.list[i]->conds > 0 && u.list[i]->needless == u.list[i]->conds)
			tell_needless(l, u.list[i]);
	g_hash_table_destroy(u.of);
}

/* ---- one fact that two lines of a route pay for ---- */

/*
 * Only phrases that are the same count.  A narrow one with points of its own
 * beside a wide one (`gold sponsor`, `sponsor*`) is how rules say that more was
 * found.
 */
enum { TWINS_MAX = 100 };		/* lines with one phrase that are looked at */

struct place {				/* a line that has a phrase */
	size_t line;			/* index in the route */
	const struct place *next;	/* further up */
};

struct shared {				/* with one line above */
	size_t lower;			/* counted for this line */
	unsigned n;
	struct slice first;
};

struct paying {
	struct lint *l;
	const struct route *r;
	GHashTable *places;		/* what a phrase finds -> its places */
	struct shared *with;		/* by index of the line above */
};

static bool
pays_for_phrases(const struct line *line)
{
	return line->kind == LINE_POINTS && line->points > 0 &&
	    !line->cond[0].facts && line->cond[0].pred == PRED_HAS;
}

/*
 * Whether both can be paid: the fields show the same words, and what else the
 * lines ask for is the same.  With other conditions it is another fact; lines
 * that are the same are told of by MR063.
 */
static bool
can_both_pay(const struct line *a, const struct line *b)
{
	if (a->n_cond != b->n_cond ||
	    strcmp(a->cond[0].text, b->cond[0].text) == 0 ||
	    !overlap_fields(&a->cond[0].field, &b->cond[0].field))
		return false;
	for (size_t i = 1; i < a->n_cond; i++)
		if (strcmp(a->cond[i].text, b->cond[i].text) != 0)
			return false;
	return true;
}

/* Count the phrase for each line above that pays for it; then it is here, too. */
static void
look_at_phrase(struct paying *pay, size_t lower, const struct phrase *p)
{
	const char *key = phrase_sample(pay->l->arena, p).fold.ptr;
	struct place *here = arena_alloc(pay->l->arena, sizeof *here);
	unsigned tries = TWINS_MAX;

	*here = (struct place){ lower, g_hash_table_lookup(pay->places, key) };
	g_hash_table_insert(pay->places, (gpointer)(uintptr_t)key, here);
	for (const struct place *at = here->next; at != NULL && tries-- > 0;
	    at = at->next) {
		struct shared *sh = &pay->with[at->line];

		if (at->line == lower)
			return;		/* twice in this line */
		if (!can_both_pay(&pay->r->line[at->line], &pay->r->line[lower]))
			continue;
		if (sh->n == 0 || sh->lower != lower)
			*sh = (struct shared){ .lower = lower,
			    .first = phrase_text(p) };
		sh->n++;
	}
}

static void
tell_shared(struct lint *l, const struct line *line, const struct line *above,
    const struct shared *sh)
{
	const char *more = "";

	if (sh->n > 1)
		more = arena_printf(l->arena, " and %u more", sh->n - 1);
	diag_warn(l->diag, "MR065", &line->span, "this line pays again for what "
	    "%s pays for: '" SLICE_FMT "'%s",
	    lint_place(l, &above->span, &line->span), SLICE_ARG(sh->first), more);
	diag_hint(l->diag, "one fact should pay once: take what both have out of "
	    "one line, or let them look at subject and at text");
}

/* Of the lines above it is told which one shares most. */
static void
look_at_line(struct paying *pay, size_t lower)
{
	const struct line *line = &pay->r->line[lower];
	const struct shared *most = NULL;

	for (size_t j = 0; j < line->cond[0].n_phrase; j++)
		look_at_phrase(pay, lower, line->cond[0].phrase[j]);
	for (size_t i = 0; i < lower; i++)
		if (pay->with[i].n > 0 && pay->with[i].lower == lower &&
		    (most == NULL || pay->with[i].n > most->n))
			most = &pay->with[i];
	if (most != NULL)
		tell_shared(pay->l, line, &pay->r->line[most - pay->with], most);
}

void
lint_paid_twice(struct lint *l, const struct route *r)
{
	struct paying pay = {
		.l = l, .r = r,
		.places = g_hash_table_new(g_str_hash, g_str_equal),
		.with = arena_calloc(l->arena, r->n_line, sizeof *pay.with),
	};

	for (size_t i = 0; i < r->n_line; i++)
		if (pays_for_phrases(&r->line[i]))
			look_at_line(&pay, i);
	g_hash_table_destroy(pay.places);
}
