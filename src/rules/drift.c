/* SPDX-License-Identifier: MIT */
#include "rules/drift.h"

#include <string.h>

#include "rules/snapshot.h"

static const char *const kind_names[] = {
	[DRIFT_CHANGED] = "changed",
	[DRIFT_ADDED] = "added",
	[DRIFT_REMOVED] = "removed",
};

const char *
drift_kind_name(enum drift_kind k)
{
	return kind_names[k];
}

struct work {
	struct arena *a;
	struct sources before, after;
	struct drift_file *file;
	size_t n_file, cap_file;
};

/* ---- files ---- */

/* The first address of an alias section, "alias ADDRESS ..." in the text. */
static struct slice
alias_address(struct slice config, size_t number)
{
	struct slice line, word;

	while (slice_next(&config, '\n', &line)) {
		if (!slice_starts(line, "alias ") || number-- > 0)
			continue;
		line = slice_sub(line, strlen("alias "), line.len);
		(void)slice_next(&line, ' ', &word);
		return word;
	}
	return SLICE_LIT("?");
}

static void
add_file(struct work *w, enum drift_kind kind, size_t alias, const char *name)
{
	struct slice address;

	if (w->before.n_set > 1 || w->after.n_set > 1) {
		address = alias_address(w->after.config, alias);
		name = arena_printf(w->a, SLICE_FMT ": %s", SLICE_ARG(address), name);
	}
	w->file = arena_grow(w->a, w->file, w->n_file, &w->cap_file,
	    sizeof *w->file);
	w->file[w->n_file++] = (struct drift_file){ kind, name };
}

/* Both are sorted by name. */
static void
compare_sets(struct work *w, size_t alias, const struct source_set *b,
    const struct source_set *n)
{
	size_t i = 0, j = 0;

	while (i < b->n_file || j < n->n_file) {
		int order = i == b->n_file ? 1 : j == n->n_file ? -1 :
		    strcmp(b->file[i].name, n->file[j].name);

		if (order < 0)
			add_file(w, DRIFT_REMOVED, alias, b->file[i++].name);
		else if (order > 0)
			add_file(w, DRIFT_ADDED, alias, n->file[j++].name);
		else {
			if (!slice_eq(b->file[i].bytes, n->file[j].bytes))
				add_file(w, DRIFT_CHANGED, alias, n->file[j].name);
			i++;
			j++;
		}
	}
}

static bool
compared_before(const struct work *w, size_t alias)
{
	for (size_t i = 0; i < alias; i++)
		if (w->before.set_of_alias[i] == w->before.set_of_alias[alias] &&
		    w->after.set_of_alias[i] == w->after.set_of_alias[alias])
			return true;
	return false;
}

/* ---- the configuration ---- */

static bool
has_line(struct slice text, struct slice want)
{
	struct slice line;

	while (slice_next(&text, '\n', &line))
		if (slice_eq(line, want))
			return true;
	return false;
}

/* The lines of one that the other does not have. */
static size_t
lines_only_in(struct arena *a, struct slice one, struct slice other,
    const char *const **out)
{
	const char **lines = NULL;
	size_t n = 0, cap = 0;
	struct slice line;

	while (slice_next(&one, '\n', &line)) {
		if (line.len == 0 || has_line(other, line))
			continue;
		lines = arena_grow(a, lines, n, &cap, sizeof *lines);
		lines[n++] = arena_strndup(a, line.ptr, line.len);
	}
	*out = lines;
	return n;
}

int
drift_find(struct arena *a, struct slice before, struct slice after,
    struct drift *out, struct err *e)
{
	struct work w = { .a = a, .before = { .arena = a }, .after = { .arena = a } };

	if (snapshot_decode(before, &w.before, e) < 0 ||
	    snapshot_decode(after, &w.after, e) < 0)
		return -1;
	/* An alias that came or went is told by the configuration. */
	for (size_t i = 0; i < MIN(w.before.n_alias, w.after.n_alias); i++)
		if (!compared_before(&w, i))
			compare_sets(&w, i, &w.before.set[w.before.set_of_alias[i]],
			    &w.after.set[w.after.set_of_alias[i]]);
	*out = (struct drift){ .file = w.file, .n_file = w.n_file };
	out->n_gone = lines_only_in(a, w.before.config, w.after.config, &out->gone);
	out->n_came = lines_only_in(a, w.after.config, w.before.config, &out->came);
	return 0;
}

const char *
drift_text(struct arena *a, const struct drift *d, size_t max)
{
	const char *s = "", *sep = "";
	size_t shown = MIN(d->n_file, max);

	for (size_t i = 0; i < shown; i++, sep = ", ")
		s = arena_printf(a, "%s%s%s %s", s, sep, d->file[i].name,
		    drift_kind_name(d->file[i].kind));
	if (shown < d->n_file) {
		s = arena_printf(a, "%s%s%zu more file%s", s, sep, d->n_file - shown,
		    d->n_file - shown == 1 ? "" : "s");
		sep = ", ";
	}
	if (d->n_came > 0)
		s = arena_printf(a, "%s%smroute.conf changed (%s%s)", s, sep,
		    d->came[0], d->n_came > 1 ? ", ..." : "");
	else if (d->n_gone > 0)
		s = arena_printf(a, "%s%smroute.conf changed (no '%s'%s)", s, sep,
		    d->gone[0], d->n_gone > 1 ? ", ..." : "");
	return s;
}
