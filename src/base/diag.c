/* SPDX-License-Identifier: MIT */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/edit.h"
#include "base/utf8.h"
#include "base/xalloc.h"

enum {
	TEXT_MAX = 1024,	/* bytes of one report's text or hint */
	SHOWN_MAX = 100,	/* columns of a source line that are shown */
	BEFORE_MAX = 40,	/* of them in front of the caret */
	TAB = 8,
};

struct hint {
	struct hint *next;
	const char *text;
};

struct report {
	struct report *next;		/* kept one of the same file */
	enum diag_level level;
	char code[8];
	struct file *file;
	unsigned line, col, len;
	struct slice source;
	const char *text;
	struct hint *hint, **hint_end;
};

struct file {
	struct file *next;
	const char *name;
	struct report *kept;
	unsigned errors;		/* all, also those not kept */
	unsigned warnings;		/* and notes */
};

struct diag {
	struct arena *arena;
	struct report **report;
	size_t n, cap;
	struct file *file;
	struct file **file_end;
	struct report *last;		/* takes hints; NULL when it was dropped */
	unsigned errors, warnings;
	unsigned seen;			/* errors, known ones too */
};

struct diag *
diag_new(void)
{
	struct diag *d = xcalloc(1, sizeof *d);

	d->arena = arena_new();
	d->file_end = &d->file;
	return d;
}

void
diag_free(struct diag **d)
{
	if (*d == NULL)
		return;
	arena_free(&(*d)->arena);
	free(*d);
	*d = NULL;
}

static struct file *
file_of(struct diag *d, const char *name)
{
	struct file *f;

	for (f = d->file; f != NULL; f = f->next)
		if (strcmp(f->name, name) == 0)
			return f;
	f = arena_alloc(d->arena, sizeof *f);
	f->name = arena_strdup(d->arena, name);
	*d->file_end = f;
	d->file_end = &f->next;
	return f;
}

static bool
is_known(const struct report *r)
{
	for (const struct report *k = r->file->kept; k != NULL; k = k->next)
		if (k->line == r->line && k->col == r->col &&
		    k->level == r->level && strcmp(k->code, r->code) == 0 &&
		    strcmp(k->text, r->text) == 0)
			return true;
	return false;
}

void
diag_report(struct diag *d, enum diag_level level, const char *code,
    const struct span *at, const char *fmt, ...)
{
	static const struct span nowhere;
	unsigned *count, *total;
	char text[TEXT_MAX];
	struct report *r;
	va_list ap;

	if (at == NULL)
		at = &nowhere;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);

	r = arena_alloc(d->arena, sizeof *r);
	r->level = level;
	snprintf(r->code, sizeof r->code, "%s", code);
	r->file = file_of(d, at->file != NULL ? at->file : "");
	r->line = at->line;
	r->col = at->col;
	r->len = at->len;
	r->text = text;
	r->hint_end = &r->hint;
	d->last = NULL;
	if (level == DIAG_ERROR)
		d->seen++;
	if (is_known(r))
		return;

	count = level == DIAG_ERROR ? &r->file->errors : &r->file->warnings;
	total = level == DIAG_ERROR ? &d->errors : &d->warnings;
	if (level != DIAG_NOTE)
		++*total;
	if (++*count > DIAG_PER_FILE)
		return;
	r->text = arena_strdup(d->arena, text);
	r->source = arena_slice(d->arena, at->text);
	r->next = r->file->kept;
	r->file->kept = r;
	d->report = arena_grow(d->arena, d->report, d->n, &d->cap,
	    sizeof(struct report *));
	d->report[d->n++] = r;
	d->last = r;
}

void
diag_hint(struct diag *d, const char *fmt, ...)
{
	char text[TEXT_MAX];
	struct hint *h;
	va_list ap;

	if (d->last == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	h = arena_alloc(d->arena, sizeof *h);
	h->text = arena_strdup(d->arena, text);
	*d->last->hint_end = h;
	d->last->hint_end = &h->next;
}

unsigned
diag_errors(const struct diag *d)
{
	return d->errors;
}

unsigned
diag_seen(const struct diag *d)
{
	return d->seen;
}

unsigned
diag_warnings(const struct diag *d)
{
	return d->warnings;
}

/* Printing. */

static const struct {
	const char *name, *colour;
} levels[] = {
	[DIAG_ERROR] = { "error", "\033[1;31m" },
	[DIAG_WARNING] = { "warning", "\033[1;35m" },
	[DIAG_NOTE] = { "note", "\033[1;36m" },
};

static void
add_coloured(struct buf *out, const char *colour, const char *text)
{
	buf_addf(out, "%s%s%s", colour, text, colour[0] != '\0' ? "\033[0m" : "");
}

/* Source as it is shown: safe bytes, tabs as the blanks they stand for. */
static void
add_source(struct buf *out, struct slice s)
{
	size_t column = utf8_width(buf_slice(out));
	struct slice piece;

	for (bool first = true; slice_next(&s, '\t', &piece); first = false) {
		size_t at;

		if (!first)
			do
				buf_add_char(out, ' ');
			while (++column % TAB != 0);
		at = out->len;
		utf8_clean(out, piece, false);
		column += utf8_width(slice_sub(buf_slice(out), at, out->len));
	}
}

static void
print_source(const struct report *r, const char *colour, struct buf *out)
{
	AUTO(buf_release) struct buf line = BUF_INIT, mark = BUF_INIT;
	size_t from = r->col > 0 ? r->col - 1 : 0;
	const char *lead = "", *tail = "";
	size_t start, width;
	struct slice shown;

	add_source(&line, slice_sub(r->source, 0, from));
	start = utf8_width(buf_slice(&line));
	add_source(&line, slice_sub(r->source, from, from + r->len));
	width = utf8_width(buf_slice(&line)) - start;
	add_source(&line, slice_sub(r->source, from + r->len, r->source.len));

	/* A line may have thousands of columns: show those around the caret. */
	shown = buf_slice(&line);
	if (start + width > SHOWN_MAX && start > BEFORE_MAX) {
		struct slice drop = utf8_cut_width(shown, start - BEFORE_MAX);

		shown = slice_sub(shown, drop.len, shown.len);
		lead = "...";
		start = start - utf8_width(drop) + strlen(lead);
	}
	if (utf8_width(shown) > SHOWN_MAX) {
		shown = utf8_cut_width(shown, SHOWN_MAX);
		tail = "...";
	}
	buf_addf(out, "%5u | %s", r->line, lead);
	buf_add_slice(out, shown);
	buf_addf(out, "%s\n      | %*s", tail, (int)start, "");

	buf_add_char(&mark, '^');
	for (size_t i = 1; i < width && start + i < SHOWN_MAX + strlen(lead); i++)
		buf_add_char(&mark, '~');
	add_coloured(out, colour, buf_str(&mark));
	buf_add_char(out, '\n');
}

static void
print_report(const struct report *r, bool colour, struct buf *out)
{
	AUTO(buf_release) struct buf head = BUF_INIT;
	const char *tint = colour ? levels[r->level].colour : "";

	utf8_clean(&head, slice_str(r->file->name), false);
	if (r->line != 0)
		buf_addf(&head, ":%u:%u", r->line, r->col);
	if (head.len > 0) {
		buf_add_str(&head, ":");
		add_coloured(out, colour ? "\033[1m" : "", buf_str(&head));
		buf_add_char(out, ' ');
	}
	buf_reset(&head);
	buf_addf(&head, "%s %s:", levels[r->level].name, r->code);
	add_coloured(out, tint, buf_str(&head));
	buf_add_char(out, ' ');
	utf8_clean(out, slice_str(r->text), false);
	buf_add_char(out, '\n');
	if (r->line != 0)
		print_source(r, tint, out);
	for (const struct hint *h = r->hint; h != NULL; h = h->next) {
		buf_add_str(out, "      = ");
		utf8_clean(out, slice_str(h->text), false);
		buf_add_char(out, '\n');
	}
}

static void
print_dropped(const struct file *f, unsigned n, const char *what, struct buf *out)
{
	if (n <= DIAG_PER_FILE)
		return;
	if (f->name[0] != '\0') {
		utf8_clean(out, slice_str(f->name), false);
		buf_add_str(out, ": ");
	}
	n -= DIAG_PER_FILE;
	buf_addf(out, "%u more %s%s\n", n, what, n == 1 ? "" : "s");
}

void
diag_print(const struct diag *d, bool colour, struct buf *out)
{
	for (size_t i = 0; i < d->n; i++)
		print_report(d->report[i], colour, out);
	for (const struct file *f = d->file; f != NULL; f = f->next) {
		print_dropped(f, f->errors, "error", out);
		print_dropped(f, f->warnings, "warning", out);
	}
}

void
diag_first(const struct diag *d, struct buf *out)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct report *r = d->report[i];

		if (r->level != DIAG_ERROR)
			continue;
		if (r->file->name[0] != '\0') {
			utf8_clean(out, slice_str(r->file->name), false);
			if (r->line != 0)
				buf_addf(out, ":%u:%u", r->line, r->col);
			buf_add_str(out, ": ");
		}
		buf_addf(out, "%s: ", r->code);
		utf8_clean(out, slice_str(r->text), false);
		return;
	}
}

const char *
diag_nearest(struct slice word, const char *const *words)
{
	struct edit_nearest n = edit_begin(word);

	for (; *words != NULL; words++)
		edit_offer(&n, *words);
	return n.best;
}
