/* SPDX-License-Identifier: MIT */
/* List files: a domain or an address a line. */
#include <stdlib.h>

#include "model/domain.h"
#include "model/envelope.h"
#include "rules/parse_impl.h"

static int
by_bytes(struct slice x, struct slice y)
{
	size_t n = MIN(x.len, y.len);
	int d = n > 0 ? memcmp(x.ptr, y.ptr, n) : 0;

	if (d != 0)
		return d;
	return x.len < y.len ? -1 : x.len > y.len;
}

/* Equal ones in the order in which they stand in the file. */
static int
by_text(const void *a, const void *b)
{
	const struct list_entry *x = a, *y = b;
	int d = by_bytes(x->text, y->text);

	return d != 0 ? d : x->span.line < y->span.line ? -1 : 1;
}

static int
by_key(const void *key, const void *entry)
{
	return by_bytes(*(const struct slice *)key,
	    ((const struct list_entry *)entry)->text);
}

static const struct list_entry *
find_equal(const struct list *l, struct slice key)
{
	return l->n > 0 ?
	    bsearch(&key, l->entry, l->n, sizeof *l->entry, by_key) : NULL;
}

static char *
lower(struct arena *a, struct slice s)
{
	char *out = arena_strndup(a, s.ptr, s.len);

	for (char *p = out; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	return out;
}

const struct list_entry *
list_find(const struct list *l, struct slice value)
{
	char low[ADDR_MAX + 1];
	const struct list_entry *found;
	struct slice domain;

	if (value.len == 0 || value.len > ADDR_MAX)
		return NULL;
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];

		low[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	domain = slice_make(low, value.len);
	if ((found = find_equal(l, domain)) != NULL)
		return found;
	/* The domain of an address; then each domain above it. */
	for (size_t i = value.len; i > 0; i--)
		if (low[i - 1] == '@') {
			domain = slice_make(low + i, value.len - i);
			break;
		}
	while (domain.len > 0) {
		size_t dot;

		if ((found = find_equal(l, domain)) != NULL)
			return found;
		if ((dot = slice_find(domain, '.')) == SIZE_MAX)
			return NULL;
		domain = slice_sub(domain, dot + 1, domain.len);
	}
	return NULL;
}

/* The form in which an entry is compared, or NULL. */
static const char *
entry_of(struct arena *a, struct slice s)
{
	size_t at = SIZE_MAX;
	const char *domain;

	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '@')
			at = i;
	if (at == SIZE_MAX)
		return domain_normal(a, s);
	if (at == 0 || !address_valid(s.ptr, s.len) ||
	    (domain = domain_normal(a, slice_sub(s, at + 1, s.len))) == NULL)
		return NULL;
	return arena_printf(a, "%s@%s", lower(a, slice_sub(s, 0, at)), domain);
}

static void
read_entries(struct parser *ps, struct list *l, const char *shown,
    struct slice bytes)
{
	struct list_entry *entry = NULL;
	size_t cap = 0;
	struct token t;
	struct lex lx;

	lex_open(&lx, ps->arena, shown, bytes, ps->diag);
	while (lex_line(&lx) && lex_word(&lx, &t)) {
		const char *text = entry_of(ps->arena, t.text);

		if (text == NULL) {
			diag_error(ps->diag, "MR033", &t.span,
			    "'" SLICE_FMT "' is neither a domain nor an address",
			    SLICE_ARG(t.text));
			if (slice_starts(t.text, "*.") ||
			    slice_starts(t.text, ".") || slice_starts(t.text, "@"))
				diag_hint(ps->diag, "write the domain alone: it "
				    "covers its subdomains");
			continue;
		}
		lex_end(&lx);
		entry = arena_grow(ps->arena, entry, l->n, &cap, sizeof *entry);
		entry[l->n++] = (struct list_entry){ slice_str(text), t.span };
	}
	if (entry != NULL)
		qsort(entry, l->n, sizeof *entry, by_text);
	l->entry = entry;
}

const struct list *
parse_list(struct parser *ps, const struct token *name)
{
	static const char prefix[] = "lists/";
	const char *text = arena_strndup(ps->arena, name->text.ptr, name->text.len);
	const char *shown = text;
	struct slice bytes, base;
	struct list *l;

	for (size_t i = 0; i < ps->n_list; i++)
		if (strcmp(ps->list[i]->name, text) == 0)
			return ps->list[i];
	base = slice_starts(name->text, prefix) ?
	    slice_sub(name->text, strlen(prefix), name->text.len) :
	    slice_make("", 0);
	if (base.len == 0 || base.ptr[0] == '.' || slice_find(base, '/') != SIZE_MAX) {
		diag_error(ps->diag, "MR031", &name->span,
		    "'" SLICE_FMT "' is not the name of a list",
		    SLICE_ARG(name->text));
		diag_hint(ps->diag, "lists lie in the directory lists beside the "
		    "rules: lists/NAME.txt");
		return NULL;
	}
	if (!ps->lookup(ps->arg, text, &bytes, &shown)) {
		diag_error(ps->diag, "MR032", &name->span,
		    "there is no readable list '%s'", text);
		diag_hint(ps->diag, "put it into the rule directory: a domain or "
		    "an address a line");
		return NULL;
	}
	l = arena_alloc(ps->arena, sizeof *l);
	l->name = text;
	read_entries(ps, l, shown, bytes);
	ps->list = arena_grow(ps->arena, ps->list, ps->n_list, &ps->cap_list,
	    sizeof(struct list *));
	ps->list[ps->n_list++] = l;
	return l;
}
