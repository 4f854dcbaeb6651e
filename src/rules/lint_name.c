/* SPDX-License-Identifier: MIT */
/* Captures, sets and list entries that nobody needs: MR066, MR067, MR068. */
#include <stdlib.h>

#include "base/xalloc.h"
#include "rules/lint_impl.h"

/* Does the pattern itself refer to its group: \k<name>, (?P=name), (?&name)? */
static bool
refers_to(struct slice pattern, const char *group)
{
	static const char *const forms[] = {
		"\\k<%s>", "\\k{%s}", "\\k'%s'", "\\g{%s}", "(?P=%s)", "(?&%s)",
		"(?P>%s)", "(?(<%s>)", "(?(%s)",
	};
	AUTO(buf_release) struct buf b = BUF_INIT;

	for (size_t i = 0; i < NELEM(forms); i++) {
		const char *at = strstr(forms[i], "%s");

		buf_reset(&b);
		buf_add(&b, forms[i], (size_t)(at - forms[i]));
		buf_add_str(&b, group);
		buf_add_str(&b, at + 2);
		if (slice_find_slice(pattern, buf_slice(&b)) != SIZE_MAX)
			return true;
	}
	return false;
}

/* The place of "<name>" in the source, else that of the condition. */
static struct span
place_of_group(const struct cond *c, const char *group)
{
	AUTO(xfree) char *named = xasprintf("<%s>", group);
	struct span at = c->span;
	size_t from = slice_find_slice(at.text, slice_str(named));

	if (from != SIZE_MAX) {
		at.col = (unsigned)from + 2;
		at.len = (unsigned)strlen(group);
	}
	return at;
}

static void
check_groups(struct lint *l, const struct route *r, const struct cond *c)
{
	for (size_t i = 0; i < regex_groups(c->regex); i++) {
		unsigned number;
		const char *group = regex_group_name(c->regex, i, &number);
		struct span at = place_of_group(c, group);

		if ((c->pred == PRED_MATCH && lint_capture_used(r, group)) ||
		    refers_to(lint_pattern_text(c), group))
			continue;
		if (c->pred != PRED_MATCH) {
			diag_warn(l->diag, "MR066", &at,
			    "'%s' never captures anything behind !~", group);
			diag_hint(l->diag, "use (?:...) for a group without a name");
			continue;
		}
		diag_warn(l->diag, "MR066", &at, "nothing shows what '%s' captures",
		    group);
		diag_hint(l->diag, "add to route '%s': field %s {%s}; or use "
		    "(?:...) for a group without a name", r->name, group, group);
	}
}

void
lint_captures(struct lint *l, const struct route *r)
{
	for (size_t i = 0; i < r->n_line; i++)
		for (size_t j = 0; j < r->line[i].n_cond; j++)
			if (r->line[i].cond[j].regex != NULL)
				check_groups(l, r, &r->line[i].cond[j]);
}

/* An empty set is there to be filled in by a site. */
void
lint_sets(struct lint *l)
{
	for (size_t i = 0; i < l->rs->n_set; i++) {
		const struct phrase_set *set = &l->rs->set[i];

		if (set->used || set->n_phrase == 0)
			continue;
		diag_warn(l->diag, "MR067", &set->span,
		    "no line uses the phrases '%s'", set->name);
		diag_hint(l->diag, "write @%s where a line of a route has phrases, "
		    "or remove them", set->name);
	}
}

/* The entry that covers the value, of equal ones that which stands first. */
static const struct list_entry *
find_first(const struct list *list, struct slice value)
{
	const struct list_entry *e = list_find(list, value);

	while (e > list->entry && slice_eq(e[-1].text, e->text))
		e--;
	return e;
}

/* The entry that makes this one needless, or NULL: an equal one above, a domain. */
static const struct list_entry *
covered_by(const struct list *list, const struct list_entry *e)
{
	const struct list_entry *by = find_first(list, e->text);
	size_t at = slice_find(e->text, '@');

	if (by != e)
		return by;
	if (at == SIZE_MAX)
		at = slice_find(e->text, '.');
	return at == SIZE_MAX ? NULL :
	    find_first(list, slice_sub(e->text, at + 1, e->text.len));
}

static int
by_line(const void *a, const void *b)
{
	const struct list_entry *x = *(const struct list_entry *const *)a;
	const struct list_entry *y = *(const struct list_entry *const *)b;

	return x->span.line < y->span.line ? -1 : x->span.line > y->span.line;
}

static void
check_entries(struct lint *l, const struct list *list)
{
	const struct list_entry **e = arena_calloc(l->arena, list->n,
	    sizeof(struct list_entry *)), *by;

	for (size_t i = 0; i < list->n; i++)
		e[i] = &list->entry[i];
	qsort(e, list->n, sizeof(struct list_entry *), by_line);
	for (size_t i = 0; i < list->n; i++) {
		if ((by = covered_by(list, e[i])) == NULL)
			continue;
		if (slice_eq(by->text, e[i]->text)) {
			diag_warn(l->diag, "MR068", &e[i]->span, "'" SLICE_FMT
			    "' stands here twice", SLICE_ARG(e[i]->text));
			diag_hint(l->diag, "the first is in line %u", by->span.line);
			continue;
		}
		diag_warn(l->diag, "MR068", &e[i]->span, "'" SLICE_FMT
		    "' is needless: '" SLICE_FMT "' in line %u covers it",
		    SLICE_ARG(e[i]->text), SLICE_ARG(by->text), by->span.line);
		diag_hint(l->diag, "a domain covers its subdomains and their "
		    "addresses; remove one of the two");
	}
}

/* Each list once, though many lines may name it. */
void
lint_lists(struct lint *l)
{
	const struct list **seen = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < l->rs->n_line; i++)
		for (size_t j = 0; j < l->rs->line[i]->n_cond; j++) {
			const struct list *list = l->rs->line[i]->cond[j].list;
			size_t k = 0;

			while (k < n && seen[k] != list)
				k++;
			if (list == NULL || k < n)
				continue;
			seen = arena_grow(l->arena, seen, n, &cap,
			    sizeof(struct list *));
			seen[n++] = list;
			check_entries(l, list);
		}
}
