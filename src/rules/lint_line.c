/* SPDX-License-Identifier: MIT */
/* Lines that can never matter: MR060 to MR063, MR070. */
#include <glib.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/facts.h"
#include "rules/cover.h"
#include "rules/lint_impl.h"
#include "rules/overlap.h"

/* ---- conditions that contradict each other ---- */

/* Holds only when the field has a value. */
static bool
needs_value(enum predicate p)
{
	return p == PRED_HAS || p == PRED_MATCH || p == PRED_IS || p == PRED_IN ||
	    p == PRED_PRESENT;
}

static bool
has_word(const struct cond *c, struct slice word)
{
	for (size_t i = 0; i < c->n_word; i++)
		if (slice_eq(c->word[i], word))
			return true;
	return false;
}

/* The least and the most that a comparison lets through. */
static void
number_range(const struct cond *c, int64_t *low, int64_t *high)
{
	*low = c->pred == PRED_GE ? c->number : c->pred == PRED_GT ?
	    c->number + (c->number < INT64_MAX) : 0;
	*high = c->pred == PRED_LE ? c->number : c->pred == PRED_LT ?
	    c->number - 1 : INT64_MAX;
}

static bool
number_fits(const struct cond *c, int64_t n)
{
	int64_t low, high;
	bool among = false;

	if (c->pred != PRED_IS && c->pred != PRED_IS_NOT) {
		number_range(c, &low, &high);
		return n >= low && n <= high;
	}
	for (size_t i = 0; i < c->n_word; i++)
		among |= c->word_number[i] == n;
	return among == (c->pred == PRED_IS);
}

static bool
numbers_clash(const struct cond *a, const struct cond *b)
{
	int64_t low[2], high[2];

	if (a->pred == PRED_IS) {
		for (size_t i = 0; i < a->n_word; i++)
			if (number_fits(b, a->word_number[i]))
				return false;
		return true;
	}
	if (a->pred == PRED_IS_NOT || b->pred == PRED_IS || b->pred == PRED_IS_NOT)
		return false;
	number_range(a, &low[0], &high[0]);
	number_range(b, &low[1], &high[1]);
	return MAX(low[0], low[1]) > MIN(high[0], high[1]);
}

/* The words of `is` against what the same field must not be, or be else. */
static bool
words_clash(const struct cond *is, const struct cond *other)
{
	bool single = !field_table[is->field.id].many;

	for (size_t i = 0; i < is->n_word; i++) {
		bool clash = false;

		if (other->pred == PRED_IS_NOT)
			clash = has_word(other, is->word[i]);
		else if (other->pred == PRED_NOT_IN)
			clash = list_find(other->list, is->word[i]) != NULL;
		else if (other->pred == PRED_IS && single)
			clash = !has_word(other, is->word[i]);
		else if (other->pred == PRED_IN && single)
			clash = list_find(other->list, is->word[i]) == NULL;
		if (!clash)
			return false;
	}
	return is->n_word > 0;
}

/* Can these two never hold together?  Asked both ways round. */
static bool
clash(const struct cond *a, const struct cond *b)
{
	if (a->facts || b->facts)
		return a->facts && b->facts && a->pred == PRED_IS &&
		    b->pred == PRED_IS_NOT && (a->fact_mask & ~b->fact_mask) == 0;
	if (cond_is_number(a) && a->field.id == FIELD_ATTACHMENTS &&
	    (b->field.id == FIELD_ATTACHMENT ||
	    b->field.id == FIELD_ATTACHMENT_TYPE) && needs_value(b->pred)) {
		const struct cond some = { .field = a->field, .pred = PRED_GT };

		return numbers_clash(a, &some);
	}
	if (!field_ref_same(&a->field, &b->field))
		return false;
	if (cond_is_number(a))
		return numbers_clash(a, b);
	if (b->pred == PRED_ABSENT && needs_value(a->pred))
		return true;
	if (a->pred == PRED_IS)
		return words_clash(a, b);
	if (a->pred == PRED_MATCH && b->pred == PRED_NOT_MATCH)
		return slice_eq(lint_pattern_text(a), lint_pattern_text(b));
	return a->pred == PRED_IN && b->pred == PRED_NOT_IN && a->list == b->list;
}

static bool
check_clash(struct lint *l, const struct line *line)
{
	for (size_t i = 0; i < line->n_cond; i++)
		for (size_t j = 0; j < i; j++) {
			const struct cond *a = &line->cond[i], *b = &line->cond[j];

			if (!clash(a, b) && !clash(b, a))
				continue;
			diag_warn(l->diag, "MR061", &a->span,
			    "this never holds together with '%s'", b->text);
			diag_hint(l->diag, "so the whole line never counts; "
			    "remove it, or one of the two");
			return true;
		}
	return false;
}

/* ---- what `never` and `always` with a single condition settle ---- */

/*
 * Conditions each of which settles the matter alone.  A line settles nothing
 * new when one of its conditions holds only where one of these does.
 */
struct veto {
	const struct line *fact[FACT_N];	/* the first that asks for it */
	GHashTable *text;		/* of a condition -> line */
	struct cover *has[FIELD_N];	/* phrases; the tag is in line */
	const struct line **line;
	struct arena *arena;
	size_t n, cap;
};

struct veto *
lint_veto_new(void)
{
	struct veto *v = xcalloc(1, sizeof *v);

	v->arena = arena_new();
	v->text = g_hash_table_new(g_str_hash, g_str_equal);
	return v;
}

void
lint_veto_free(struct veto **v)
{
	if (*v == NULL)
		return;
	for (size_t i = 0; i < FIELD_N; i++)
		cover_free(&(*v)->has[i]);
	g_hash_table_destroy((*v)->text);
	arena_free(&(*v)->arena);
	free(*v);
	*v = NULL;
}

static void
veto_add(struct veto *v, const struct line *line)
{
	const struct cond *c = &line->cond[0];

	if (line->n_cond != 1)
		return;
	if (g_hash_table_lookup(v->text, c->text) == NULL)
		g_hash_table_insert(v->text, (gpointer)(uintptr_t)c->text,
		    (gpointer)(uintptr_t)line);
	for (unsigned i = 0; i < FACT_N && c->facts && c->pred == PRED_IS; i++)
		if ((c->fact_mask & FACT_BIT(i)) != 0 && v->fact[i] == NULL)
			v->fact[i] = line;
	if (c->facts || c->pred != PRED_HAS || c->field.id == FIELD_HEADER)
		return;
	if (v->has[c->field.id] == NULL)
		v->has[c->field.id] = cover_new();
	v->line = arena_grow(v->arena, v->line, v->n, &v->cap,
	    sizeof(struct line *));
	v->line[v->n] = line;
	for (size_t i = 0; i < c->n_phrase; i++)
		cover_add(v->has[c->field.id], c->phrase[i], v->n);
	v->n++;
}

static bool
take_tag(void *arg, const struct phrase *p, size_t tag)
{
	size_t *out = arg;

	(void)p;
	*out = tag;
	return true;
}

/* Each phrase of the condition is found by one of the vetoes: by which first? */
static const struct line *
phrases_settled(const struct veto *v, const struct cond *c)
{
	size_t first = SIZE_MAX;

	for (size_t i = 0; i < c->n_phrase; i++) {
		size_t tag = SIZE_MAX;

		for (int f = 0; f < FIELD_N && tag == SIZE_MAX; f++) {
			const struct field_ref field = { .id = (enum field_id)f };

			if (v->has[f] != NULL && overlap_within(&c->field, &field))
				cover_each(v->has[f], c->phrase[i], take_tag, &tag);
		}
		if (tag == SIZE_MAX)
			return NULL;
		first = MIN(first, tag);
	}
	return first != SIZE_MAX ? v->line[first] : NULL;
}

static const struct line *
facts_settled(const struct veto *v, const struct cond *c)
{
	const struct line *first = NULL;

	for (unsigned i = 0; i < FACT_N; i++) {
		if ((c->fact_mask & FACT_BIT(i)) == 0)
			continue;
		if (v->fact[i] == NULL)
			return NULL;
		if (first == NULL || v->fact[i]->number < first->number)
			first = v->fact[i];
	}
	return first;
}

/* `present` settles what holds only with a value. */
static const struct line *
presence_settled(const struct veto *v, const struct cond *c)
{
	struct slice name;

	if (!needs_value(c->pred))
		return NULL;
	name = field_ref_name(v->arena, &c->field);
	return g_hash_table_lookup(v->text, arena_printf(v->arena,
	    SLICE_FMT " present", SLICE_ARG(name)));
}

/* A line that holds whenever this one does, or NULL. */
static const struct line *
settled_by(const struct veto *v, const struct line *line)
{
	for (size_t i = 0; i < line->n_cond; i++) {
		const struct cond *c = &line->cond[i];
		const struct line *by = g_hash_table_lookup(v->text, c->text);

		if (by == NULL && c->facts)
			by = c->pred == PRED_IS ? facts_settled(v, c) : NULL;
		else if (by == NULL) {
			by = presence_settled(v, c);
			if (by == NULL && c->pred == PRED_HAS)
				by = phrases_settled(v, c);
		}
		if (by != NULL)
			return by;
	}
	return NULL;
}

/* ---- the lines of a route ---- */

bool
lint_capture_used(const struct route *r, const char *group)
{
	AUTO(xfree) char *braced = xasprintf("{%s}", group);

	for (size_t i = 0; i < r->n_field; i++)
		if (strstr(r->field[i].template, braced) != NULL)
			return true;
	return false;
}

static bool
feeds_a_field(const struct route *r, const struct line *line)
{
	for (size_t i = 0; i < line->n_cond; i++) {
		const struct cond *c = &line->cond[i];
		unsigned number;

		for (size_t k = 0; c->regex != NULL && k < regex_groups(c->regex);
		    k++)
			if (lint_capture_used(r, regex_group_name(c->regex, k,
			    &number)))
				return true;
	}
	return false;
}

static bool
check_worth(struct lint *l, const struct route *r, const struct line *line)
{
	if (line->kind != LINE_POINTS || line->points != 0 ||
	    feeds_a_field(r, line))
		return false;
	diag_warn(l->diag, "MR060", &line->span, "this line is worth nothing");
	diag_hint(l->diag, "0 points make sense only for a pattern whose capture a "
	    "field shows; give it points, or remove it");
	return true;
}

/* The conditions of a line as one text: all but its first word. */
static const char *
conditions(const struct line *line)
{
	const char *blank = strchr(line->text, ' ');

	return blank != NULL ? blank + 1 : line->text;
}

static bool
check_twin(struct lint *l, GHashTable *seen, const struct line *line)
{
	const struct line *twin = g_hash_table_lookup(seen, conditions(line));

	if (twin == NULL) {
		g_hash_table_insert(seen, (gpointer)(uintptr_t)conditions(line),
		    (gpointer)(uintptr_t)line);
		return false;
	}
	diag_warn(l->diag, "MR063", &line->span,
	    "this line asks for the same as %s",
	    lint_place(l, &twin->span, &line->span));
	diag_hint(l->diag, twin->kind == LINE_POINTS && line->kind == LINE_POINTS ?
	    "make one line of the two, with the points of both" :
	    "keep the one that is meant");
	return true;
}

static bool
check_settled(struct lint *l, const struct veto *v, const char *word,
    const struct line *line)
{
	const struct line *by = settled_by(v, line);

	if (by == NULL)
		return false;
	diag_warn(l->diag, "MR062", &line->span, "this line never matters: where "
	    "it holds, '%s' in %s does, too", word,
	    lint_place(l, &by->span, &line->span));
	diag_hint(l->diag, "remove it, or make that one narrower");
	return true;
}

/* An `always` of an earlier route, which no `never` holds back, comes first. */
static bool
check_always(struct lint *l, const struct veto *always, const struct line *line)
{
	const struct line *by;

	if (line->kind != LINE_ALWAYS || (by = settled_by(always, line)) == NULL)
		return false;
	diag_warn(l->diag, "MR070", &line->span, "this 'always' never wins: %s "
	    "takes that mail first, by %s", by->id,
	    lint_place(l, &by->span, &line->span));
	diag_hint(l->diag, "of several routes the first in file order wins");
	return true;
}

void
lint_lines(struct lint *l, const struct route *r, struct veto *always)
{
	AUTO(lint_veto_free) struct veto *never = lint_veto_new();
	AUTO(lint_veto_free) struct veto *own = lint_veto_new();
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	bool may_fail = false;

	for (size_t i = 0; i < r->n_line; i++)
		if (r->line[i].kind == LINE_NEVER) {
			may_fail = true;
			veto_add(never, &r->line[i]);
		} else if (r->line[i].kind == LINE_ALWAYS)
			veto_add(own, &r->line[i]);
	for (size_t i = 0; i < r->n_line; i++) {
		const struct line *line = &r->line[i];
		bool points = line->kind == LINE_POINTS;

		l->dead[line->number] = check_clash(l, line) ||
		    (line->kind != LINE_NEVER &&
		    check_settled(l, never, "never", line));
		if (l->dead[line->number])
			continue;
		if (!check_worth(l, r, line) &&
		    !(points && check_settled(l, own, "always", line)) &&
		    !check_always(l, always, line))
			(void)check_twin(l, seen, line);
	}
	for (size_t i = 0; i < r->n_line && !may_fail; i++)
		if (r->line[i].kind == LINE_ALWAYS)
			veto_add(always, &r->line[i]);
	g_hash_table_destroy(seen);
}
