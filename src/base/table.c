/* SPDX-License-Identifier: MIT */
#include "base/table.h"

#include <sys/ioctl.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "base/xalloc.h"

enum {
	COLUMNS_MAX = 16,
	FLEXIBLE_LEAST = 8,	/* a flexible column is not made narrower */
	GAP = 2,
};

struct cell {
	enum style style;
	struct slice text;
	size_t width;
};

struct table {
	struct arena *arena;
	const struct table_column *column;
	size_t n_column;
	struct cell *cell;
	size_t n_cell, cap;
};

void
style_add(struct buf *out, enum style style, struct slice text, bool colour)
{
	static const char *const codes[] = {
		[STYLE_PLAIN] = "", [STYLE_BOLD] = "1", [STYLE_DIM] = "2",
		[STYLE_NAME] = "36", [STYLE_GOOD] = "32", [STYLE_WARN] = "33",
		[STYLE_BAD] = "31",
	};

	if (!colour || style == STYLE_PLAIN) {
		buf_add_slice(out, text);
		return;
	}
	buf_addf(out, "\033[%sm", codes[style]);
	buf_add_slice(out, text);
	buf_add_str(out, "\033[0m");
}

bool
colour_wanted(enum colour_when when, int fd)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	switch (when) {
	case COLOUR_ALWAYS:
		return true;
	case COLOUR_NEVER:
		return false;
	case COLOUR_AUTO:
		break;
	}
	if (none != NULL && none[0] != '\0')
		return false;
	return term != NULL && strcmp(term, "dumb") != 0 && isatty(fd) == 1;
}

unsigned
terminal_columns(int fd)
{
	const char *given = getenv("COLUMNS");
	struct winsize size;
	uint64_t n;

	if (isatty(fd) != 1)
		return 0;
	if (given != NULL && slice_to_u64(slice_str(given), &n) && n > 0 && n < 10000)
		return (unsigned)n;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

struct table *
table_new(const struct table_column *columns, size_t n)
{
	struct table *t;

	if (n == 0 || n > COLUMNS_MAX)
		bug("a table of %zu columns", n);
	t = xcalloc(1, sizeof *t);
	t->arena = arena_new();
	t->column = columns;
	t->n_column = n;
	return t;
}

void
table_free(struct table **t)
{
	if (*t == NULL)
		return;
	arena_free(&(*t)->arena);
	xfree(t);
}

void
table_add(struct table *t, enum style style, const char *text)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;
	struct cell *c;

	utf8_clean(&clean, slice_str(text != NULL ? text : ""), false);
	t->cell = arena_grow(t->arena, t->cell, t->n_cell, &t->cap, sizeof *t->cell);
	c = &t->cell[t->n_cell++];
	c->style = style;
	c->text = arena_slice(t->arena, buf_slice(&clean));
	c->width = utf8_width(c->text);
}

/* How wide each column wants to be, and then how wide it may be. */
static void
measure(const struct table *t, unsigned columns, size_t width[COLUMNS_MAX])
{
	size_t total = 0, widest;

	for (size_t i = 0; i < t->n_column; i++)
		width[i] = utf8_width(slice_str(t->column[i].title));
	for (size_t row = 0; row < t->n_cell; row += t->n_column)
		for (size_t i = 0; i < t->n_column && row + i < t->n_cell; i++)
			width[i] = MAX(width[i], t->cell[row + i].width);
	for (size_t i = 0; i < t->n_column; i++)
		total += width[i] + (i > 0 ? GAP : 0);

	while (columns > 0 && total > columns) {
		widest = SIZE_MAX;
		for (size_t i = 0; i < t->n_column; i++)
			if (t->column[i].flexible && width[i] > FLEXIBLE_LEAST
			    && (widest == SIZE_MAX || width[i] > width[widest]))
				widest = i;
		if (widest == SIZE_MAX)
			return;
		width[widest]--;
		total--;
	}
}

static void
pad(struct buf *out, size_t n)
{
	while (n-- > 0)
		buf_add_char(out, ' ');
}

static void
render_cell(const struct table *t, size_t column, const struct cell *c, size_t width,
    bool colour, struct buf *out)
{
	AUTO(buf_release) struct buf cut = BUF_INIT;
	struct slice text = c->text;
	size_t used = c->width;

	if (used > width) {
		buf_add_slice(&cut, utf8_cut_width(text, width - 1));
		buf_add_str(&cut, "\xe2\x80\xa6");
		text = buf_slice(&cut);
		used = utf8_width(text);
	}
	if (t->column[column].right)
		pad(out, width - used);
	if (text.len > 0)
		style_add(out, c->style, text, colour);
	if (!t->column[column].right && column + 1 < t->n_column)
		pad(out, width - used);
	if (column + 1 < t->n_column)
		pad(out, GAP);
}

static void
end_line(struct buf *out, size_t start)
{
	while (out->len > start && out->ptr[out->len - 1] == ' ')
		out->len--;
	buf_add_char(out, '\n');
}

void
table_render(const struct table *t, unsigned columns, bool colour, struct buf *out)
{
	size_t width[COLUMNS_MAX], start = out->len;
	struct cell title;

	measure(t, columns, width);
	for (size_t i = 0; i < t->n_column; i++) {
		title.style = STYLE_BOLD;
		title.text = slice_str(t->column[i].title);
		title.width = utf8_width(title.text);
		render_cell(t, i, &title, width[i], colour, out);
	}
	end_line(out, start);
	for (size_t row = 0; row < t->n_cell; row += t->n_column) {
		start = out->len;
		for (size_t i = 0; i < t->n_column && row + i < t->n_cell; i++)
			render_cell(t, i, &t->cell[row + i], width[i], colour, out);
		end_line(out, start);
	}
}
