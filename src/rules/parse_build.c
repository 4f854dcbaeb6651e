/* SPDX-License-Identifier: MIT */
/* Drafts become the rule set: sets are spread out, lines numbered and named. */
#include "base/digest.h"
#include "base/edit.h"
#include "rules/parse_impl.h"

static void resolve_set(struct parser *ps, struct draft_set *set);

static void
unknown_set(struct parser *ps, const struct token *t)
{
	struct edit_nearest near = edit_begin(slice_sub(t->text, 1, t->text.len));

	for (size_t i = 0; i < ps->n_set; i++)
		edit_offer(&near, ps->set[i]->s.name);
	diag_error(ps->diag, "MR025", &t->span, "no phrases are named '"
	    SLICE_FMT "'", SLICE_ARG(slice_sub(t->text, 1, t->text.len)));
	if (near.best != NULL)
		diag_hint(ps->diag, "did you mean '@%s'?", near.best);
	else
		diag_hint(ps->diag, "write a set of that name: phrases "
		    "NAME = PHRASE, PHRASE");
}

/* The phrases of another set; n 0 when there are none (reported). */
static const struct phrase *const *
phrases_of_set(struct parser *ps, const struct token *t, size_t *n)
{
	struct draft_set *set = parse_find_set(ps,
	    slice_sub(t->text, 1, t->text.len));

	*n = 0;
	if (set == NULL) {
		unknown_set(ps, t);
		return NULL;
	}
	if (set->state == SET_OPEN) {
		diag_error(ps->diag, "MR026", &t->span,
		    "the phrases '%s' contain themselves", set->s.name);
		return NULL;
	}
	if (set->state == SET_RAW)
		resolve_set(ps, set);
	set->s.used = true;
	*n = set->s.n_phrase;
	return set->s.phrase;
}

/* In whole quotes, as mroute.conf and other languages have them. */
static bool
is_quoted(struct slice s)
{
	static const char *const marks[] = {
		"'", "\xE2\x80\x98", "\xE2\x80\x99",	/* curly ones, too */
	};
	bool begins = false, ends = false;

	if (slice_starts(s, "\"") || slice_starts(s, "\xE2\x80\x9C"))
		return true;
	for (size_t i = 0; i < NELEM(marks); i++) {
		begins |= slice_starts(s, marks[i]);
		ends |= slice_ends_case(s, marks[i]);
	}
	return begins && ends;		/* 'tis and dogs' are words */
}

/* "interview; podcast": one that parts phrases with it. */
static bool
has_semicolon(struct slice s)
{
	size_t at = slice_find(s, ';');

	return at != SIZE_MAX && (at + 1 == s.len || s.ptr[at + 1] == ' ');
}

/* What other languages have around and between phrases would never be found. */
static void
warn_of_signs(struct parser *ps, const struct token *t)
{
	if (is_quoted(t->text)) {
		diag_warn(ps->diag, "MR059", &t->span,
		    "the quotes are part of the phrase");
		diag_hint(ps->diag,
		    "a phrase is written without quotes; a comma ends it");
	}
	if (has_semicolon(t->text)) {
		diag_warn(ps->diag, "MR086", &t->span,
		    "the ';' is part of the phrase");
		diag_hint(ps->diag, "a comma stands between phrases");
	}
}

/*
 * Items become phrases.  Sets of sets grow quickly, so that what comes out is
 * counted for the whole rule set.
 */
static size_t
spread(struct parser *ps, const struct token *item, size_t n_item,
    const struct phrase ***out)
{
	const struct phrase **list = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < n_item; i++) {
		const struct token *t = &item[i];
		struct phrase *one;
		const struct phrase *single, *const *more = &single;
		const char *error = NULL;
		size_t n_more = 1;

		if (t->text.ptr[0] == '@' && slice_find(t->text, ' ') == SIZE_MAX &&
		    slice_find(t->text, '\t') == SIZE_MAX)
			more = phrases_of_set(ps, t, &n_more);
		else if ((one = phrase_compile(ps->arena, t->text, &error)) ==
		    NULL) {
			diag_error(ps->diag, "MR027", &t->span,
			    "'" SLICE_FMT "' is not a phrase: %s",
			    SLICE_ARG(t->text), error);
			continue;
		} else {
			phrase_set_place(one, &t->span);
			single = one;
			warn_of_signs(ps, t);
		}
		for (size_t j = 0; j < n_more; j++) {
			if (++ps->n_phrase > RULESET_PHRASES_MAX) {
				diag_error(ps->diag, "MR054", &t->span,
				    "more than %d phrases in all sets and lines "
				    "together", RULESET_PHRASES_MAX);
				goto out;
			}
			list = arena_grow(ps->arena, list, n, &cap,
			    sizeof(struct phrase *));
			list[n++] = more[j];
		}
	}
out:
	*out = list;
	return n;
}

static void
resolve_set(struct parser *ps, struct draft_set *set)
{
	const struct phrase **list;

	set->state = SET_OPEN;
	set->s.n_phrase = spread(ps, set->item, set->n_item, &list);
	set->s.phrase = list;
	set->state = SET_DONE;
}

static void
resolve_line(struct parser *ps, struct draft_line *dl)
{
	for (size_t i = 0; i < dl->n_cond; i++) {
		struct draft_cond *dc = &dl->cond[i];
		const struct phrase **list;

		if (dc->n_item == 0)
			continue;
		dc->c.n_phrase = spread(ps, dc->item, dc->n_item, &list);
		dc->c.phrase = list;
	}
}

void
parse_build_sets(struct parser *ps)
{
	for (size_t i = 0; i < ps->n_set; i++)
		if (ps->set[i]->state == SET_RAW)
			resolve_set(ps, ps->set[i]);
	for (size_t i = 0; i < ps->n_route; i++)
		for (size_t j = 0; j < ps->route[i]->n_line; j++)
			if (ps->n_phrase <= RULESET_PHRASES_MAX)
				resolve_line(ps, &ps->route[i]->line[j]);
}

/* The line's text and its id in statistics. */
static void
name_line(struct parser *ps, const struct draft_route *rt,
    const struct draft_line *dl, struct line *l)
{
	AUTO(buf_release) struct buf text = BUF_INIT, named = BUF_INIT;
	char hex[DIGEST_SIZE];

	buf_add_str(&text, dl->head);
	for (size_t i = 0; i < dl->n_cond; i++)
		buf_addf(&text, "%s %s", i > 0 ? " and" : "", dl->cond[i].text);
	l->text = arena_strdup(ps->arena, buf_str(&text));

	buf_addf(&named, "%s\n%s", rt->r.name, l->text);
	digest_slice(buf_slice(&named), hex);
	memcpy(l->hash, hex, sizeof l->hash - 1);
	l->id = arena_printf(ps->arena, "%s.%u", rt->r.name, l->position);
}

static void
build_lines(struct parser *ps, struct draft_route *rt, const struct line **all)
{
	struct line *line = arena_calloc(ps->arena, rt->n_line, sizeof *line);

	for (size_t i = 0; i < rt->n_line; i++) {
		const struct draft_line *dl = &rt->line[i];
		struct cond *cond = arena_calloc(ps->arena, dl->n_cond,
		    sizeof *cond);

		for (size_t j = 0; j < dl->n_cond; j++) {
			cond[j] = dl->cond[j].c;
			cond[j].text = dl->cond[j].text;
		}
		line[i] = dl->l;
		line[i].cond = cond;
		line[i].n_cond = dl->n_cond;
		line[i].number = ps->rs->n_line;
		line[i].position = (unsigned)i + 1;
		name_line(ps, rt, dl, &line[i]);
		all[ps->rs->n_line++] = &line[i];
	}
	rt->r.line = line;
	rt->r.n_line = rt->n_line;
}

static void
list_sets(struct parser *ps)
{
	struct phrase_set *set = arena_calloc(ps->arena, ps->n_set, sizeof *set);

	for (size_t i = 0; i < ps->n_set; i++)
		set[i] = ps->set[i]->s;
	ps->rs->set = set;
	ps->rs->n_set = ps->n_set;
}

void
parse_build_routes(struct parser *ps)
{
	struct ruleset *rs = ps->rs;
	struct route *route = arena_calloc(ps->arena, ps->n_route, sizeof *route);
	const struct line **all = arena_calloc(ps->arena, ps->n_line,
	    sizeof(struct line *));

	for (size_t i = 0; i < ps->n_route; i++) {
		struct draft_route *rt = ps->route[i];

		build_lines(ps, rt, all);
		rt->r.action = rt->action;
		rt->r.n_action = rt->n_action;
		rt->r.field = rt->field;
		rt->r.n_field = rt->n_field;
		rt->r.example = rt->example;
		rt->r.n_example = rt->n_example;
		route[i] = rt->r;
		if (slice_eq_str(ps->otherwise.text, rt->r.name))
			rs->otherwise = i;
	}
	rs->route = route;
	rs->n_route = ps->n_route;
	rs->line = all;
	list_sets(ps);
}
