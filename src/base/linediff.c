/* SPDX-License-Identifier: MIT */
#include "base/linediff.h"

#include "base/arena.h"
#include "base/table.h"

struct lines {
	struct slice *v;		/* each with its line end */
	size_t n, cap;
};

struct edit {
	char sign;			/* ' ', '-' or '+' */
	struct slice line;
};

struct diff {
	struct arena *arena;
	struct lines a, b;
	struct edit *edit;
	size_t n, cap;
};

static void
split(struct arena *arena, struct slice s, struct lines *out)
{
	while (s.len > 0) {
		size_t n = slice_find(s, '\n');

		n = n == SIZE_MAX ? s.len : n + 1;
		out->v = arena_grow(arena, out->v, out->n, &out->cap, sizeof *out->v);
		out->v[out->n++] = slice_sub(s, 0, n);
		s = slice_sub(s, n, s.len);
	}
}

static void
add(struct diff *d, char sign, struct slice line)
{
	d->edit = arena_grow(d->arena, d->edit, d->n, &d->cap, sizeof *d->edit);
	d->edit[d->n++] = (struct edit){ sign, line };
}

/*
 * Lines [from, to_a) and [from, to_b), by the longest common subsequence: the
 * cell of (i, j) has its length for what is left from there on.
 */
static void
compare(struct diff *d, size_t from, size_t to_a, size_t to_b)
{
	size_t n = to_a - from, m = to_b - from, i = 0, j = 0;
	bool fits = n == 0 || m == 0 || (m + 1) <= LINEDIFF_CELLS / (n + 1);
	uint32_t *cell = fits ? arena_calloc(d->arena, (n + 1) * (m + 1),
	    sizeof *cell) : NULL;
	const struct slice *a = d->a.v + from, *b = d->b.v + from;

	for (size_t x = n; fits && x-- > 0;)
		for (size_t y = m; y-- > 0;)
			cell[x * (m + 1) + y] = slice_eq(a[x], b[y]) ?
			    cell[(x + 1) * (m + 1) + y + 1] + 1 :
			    MAX(cell[(x + 1) * (m + 1) + y],
			    cell[x * (m + 1) + y + 1]);
	while (i < n || j < m) {
		if (fits && i < n && j < m && slice_eq(a[i], b[j])) {
			add(d, ' ', a[i++]);
			j++;
		} else if (i < n && (!fits || j == m ||
		    cell[(i + 1) * (m + 1) + j] >= cell[i * (m + 1) + j + 1]))
			add(d, '-', a[i++]);
		else
			add(d, '+', b[j++]);
	}
}

/* What both begin and end with is left out of the comparison. */
static void
compare_all(struct diff *d)
{
	size_t from = 0, end_a = d->a.n, end_b = d->b.n;

	while (from < end_a && from < end_b && slice_eq(d->a.v[from], d->b.v[from]))
		from++;
	while (end_a > from && end_b > from &&
	    slice_eq(d->a.v[end_a - 1], d->b.v[end_b - 1])) {
		end_a--;
		end_b--;
	}
	for (size_t i = 0; i < from; i++)
		add(d, ' ', d->a.v[i]);
	compare(d, from, end_a, end_b);
	for (size_t i = end_a; i < d->a.n; i++)
		add(d, ' ', d->a.v[i]);
}

static void
put_edit(const struct edit *e, bool colour, struct buf *out)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	enum style style = e->sign == '-' ? STYLE_BAD :
	    e->sign == '+' ? STYLE_GOOD : STYLE_PLAIN;
	bool whole = e->line.len > 0 && e->line.ptr[e->line.len - 1] == '\n';

	buf_add_char(&line, e->sign);
	buf_add_slice(&line, slice_sub(e->line, 0, e->line.len - whole));
	style_add(out, style, buf_slice(&line), colour);
	buf_add_str(out, whole ? "\n" : "\n\\ No newline at end of file\n");
}

/* The first line of a hunk and how many; of none the one above. */
static void
put_range(struct buf *out, char sign, size_t first, size_t n)
{
	buf_addf(out, "%c%zu", sign, n > 0 ? first + 1 : first);
	if (n != 1)
		buf_addf(out, ",%zu", n);
}

/* Edits [from, to), which begin at these lines of a and b. */
static void
put_hunk(const struct diff *d, size_t from, size_t to, size_t line_a, size_t line_b,
    bool colour, struct buf *out)
{
	AUTO(buf_release) struct buf head = BUF_INIT;
	size_t n_a = 0, n_b = 0;

	for (size_t i = from; i < to; i++) {
		n_a += d->edit[i].sign != '+';
		n_b += d->edit[i].sign != '-';
	}
	buf_add_str(&head, "@@ ");
	put_range(&head, '-', line_a, n_a);
	buf_add_char(&head, ' ');
	put_range(&head, '+', line_b, n_b);
	buf_add_str(&head, " @@");
	style_add(out, STYLE_DIM, buf_slice(&head), colour);
	buf_add_char(out, '\n');
	for (size_t i = from; i < to; i++)
		put_edit(&d->edit[i], colour, out);
}

/* The end of the hunk that begins with the change at edit i. */
static size_t
hunk_end(const struct diff *d, size_t i)
{
	size_t end = i, same = 0;

	for (; i < d->n && same <= 2 * (size_t)LINEDIFF_CONTEXT; i++) {
		same = d->edit[i].sign == ' ' ? same + 1 : 0;
		if (same == 0)
			end = i + 1;
	}
	return MIN(end + LINEDIFF_CONTEXT, d->n);
}

void
linediff(struct slice a, struct slice b, const char *name_a, const char *name_b,
    bool colour, struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct diff d = { .arena = arena };
	size_t line_a = 0, line_b = 0;

	if (slice_eq(a, b))
		return;
	split(arena, a, &d.a);
	split(arena, b, &d.b);
	compare_all(&d);
	buf_addf(out, "--- %s\n+++ %s\n", name_a, name_b);
	for (size_t i = 0; i < d.n;) {
		size_t before, end;

		if (d.edit[i].sign == ' ') {
			line_a++;
			line_b++;
			i++;
			continue;
		}
		before = MIN(i, (size_t)LINEDIFF_CONTEXT);
		while (before > 0 && d.edit[i - before].sign != ' ')
			before--;
		end = hunk_end(&d, i);
		put_hunk(&d, i - before, end, line_a - before, line_b - before,
		    colour, out);
		for (; i < end; i++) {
			line_a += d.edit[i].sign != '+';
			line_b += d.edit[i].sign != '-';
		}
	}
}
