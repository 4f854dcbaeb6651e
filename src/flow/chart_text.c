/* SPDX-License-Identifier: MIT */
/* A chart in the columns of a terminal, kind by kind. */
#include "base/utf8.h"
#include "flow/chart_put.h"

enum {
	GAP = 2,
	COLUMNS_LEAST = 30,
	NAME_LEAST = 6,
	BAR_LEAST = 12,
};

/* ---- CHART_STACKED: the sum as a bar, and a column of numbers for each series ---- */

enum { SERIES_NAME = 12, SERIES_MOST = CHART_COLOURS + 1 };

struct stack {
	size_t label, bar, total;
	size_t shown;			/* series with a column */
	size_t width[SERIES_MOST];
	uint64_t *rest;			/* of those without; NULL there are none */
	size_t rest_width;
};

static void
fit_stack(struct canvas *s, struct stack *t)
{
	const struct chart *c = s->c;
	size_t used;

	t->label = label_columns(c, s->columns / 4);
	t->total = MAX(number_columns(c->sum, c->n_label), sizeof "total" - 1);
	t->rest = arena_calloc(c->arena, c->n_label, sizeof *t->rest);
	for (size_t k = 0; k < c->n_line; k++) {
		size_t name = utf8_width(slice_str(c->line[k].name));

		t->width[k] = MAX(number_columns(c->line[k].value, c->n_label),
		    MIN(name, SERIES_NAME));
	}
	for (t->shown = c->n_line;; t->shown--) {
		for (size_t i = 0; t->shown < c->n_line && i < c->n_label; i++)
			t->rest[i] = sum_capped(t->rest[i], c->line[t->shown].value[i]);
		t->rest_width = MAX(number_columns(t->rest, c->n_label), sizeof "others" - 1);
		used = t->label + GAP + GAP + t->total;
		for (size_t k = 0; k < t->shown; k++)
			used += GAP + t->width[k];
		if (t->shown < c->n_line)
			used += GAP + t->rest_width;
		if (used + BAR_LEAST <= s->columns || t->shown == 0)
			break;
	}
	/* Without names, others say nothing. */
	if (t->shown == 0)
		used = t->label + GAP + GAP + t->total;
	if (t->shown == c->n_line || t->shown == 0)
		t->rest = NULL;
	t->bar = s->columns > used ? s->columns - used : 1;
}

/* The series of a label one behind the other, each in its colour. */
static void
put_stack(struct canvas *s, size_t label, size_t columns)
{
	const struct chart *c = s->c;
	size_t all = put_eighths(c->sum[label], c->most_sum, columns), from = 0, to;
	uint64_t below = 0;
	size_t used = 0;

	for (size_t k = 0; k < c->n_line; k++) {
		AUTO(buf_release) struct buf bar = BUF_INIT;

		below = sum_capped(below, c->line[k].value[label]);
		to = below == c->sum[label] ? all :
		    (put_eighths(below, c->most_sum, columns) + PUT_EIGHTHS / 2) /
		    PUT_EIGHTHS * PUT_EIGHTHS;
		to = MIN(to, all);
		if (to > from) {
			used += put_eighths_as_bar(to - from, s->ascii, &bar);
			put_series(s, c->line[k].colour, buf_slice(&bar));
			from = to;
		}
	}
	put_blanks(s, columns > used ? columns - used : 0);
}

static void
put_stack_heading(struct canvas *s, const struct stack *t)
{
	const struct chart *c = s->c;

	put_blanks(s, t->label + GAP + t->bar + GAP);
	put_cell(s, STYLE_BOLD, "total", t->total, true);
	for (size_t k = 0; k < t->shown; k++) {
		const char *name = text_cut_columns(c->arena, c->line[k].name, t->width[k]);

		put_blanks(s, GAP + t->width[k] - utf8_width(slice_str(name)));
		put_series(s, c->line[k].colour, slice_str(name));
	}
	if (t->rest != NULL) {
		put_blanks(s, GAP);
		put_cell(s, STYLE_DIM, "others", t->rest_width, true);
	}
	put_end(s);
}

static void
write_stacked(struct canvas *s)
{
	const struct chart *c = s->c;
	struct stack t = { 0 };

	fit_stack(s, &t);
	put_stack_heading(s, &t);
	for (size_t i = 0; i < c->n_label; i++) {
		put_cell(s, STYLE_PLAIN, c->label[i], t.label, false);
		put_blanks(s, GAP);
		if (s->colour)
			put_stack(s, i, t.bar);
		else
			put_bar(s, 0, c->sum[i], c->most_sum, t.bar);
		put_blanks(s, GAP);
		put_number(s, STYLE_BOLD, c->sum[i], t.total);
		for (size_t k = 0; k < t.shown; k++) {
			put_blanks(s, GAP);
			put_number(s, STYLE_PLAIN, c->line[k].value[i], t.width[k]);
		}
		if (t.rest != NULL) {
			put_blanks(s, GAP);
			put_number(s, STYLE_PLAIN, t.rest[i], t.rest_width);
		}
		put_end(s);
	}
}

/* ---- CHART_MULTIPLES, CHART_HEAT: heights, one for each value ---- */

struct grid {
	size_t name;
	size_t from;			/* first label that is shown */
	size_t cell;			/* columns of one */
	size_t all;			/* of all cells */
};

static void
fit_grid(const struct canvas *s, struct grid *g, size_t behind, size_t cell_most)
{
	size_t room;

	g->name = name_columns(s->c, MAX(s->columns / 4, NAME_LEAST));
	room = s->columns - g->name - GAP - behind;
	g->cell = MIN(MAX(room / s->c->n_label, 1), cell_most);
	g->from = s->c->n_label > room ? s->c->n_label - room : 0;
	g->all = (s->c->n_label - g->from) * g->cell;
}

static void
put_heights(struct canvas *s, const struct grid *g, const struct line *l, bool zero_is_dot)
{
	AUTO(buf_release) struct buf heights = BUF_INIT;
	/* Two digits beside each other would be a number. */
	size_t blank = g->cell > 2 || (s->ascii && g->cell > 1);

	for (size_t i = g->from; i < s->c->n_label; i++) {
		for (size_t k = 0; k + blank < g->cell; k++) {
			if (zero_is_dot && l->value[i] == 0)
				buf_add_str(&heights, s->ascii ? "." : "\xc2\xb7");
			else
				put_height(&heights, l->value[i], s->c->most, s->ascii);
		}
		for (size_t k = 0; k < blank; k++)
			buf_add_char(&heights, ' ');
	}
	put_series(s, s->c->kind == CHART_HEAT ? 1 : l->colour, buf_slice(&heights));
}

/* As many labels above the cells as have room; of hours every third. */
static void
put_grid_labels(struct canvas *s, const struct grid *g)
{
	const struct chart *c = s->c;
	size_t at = 0, w, every = c->n_label == 24 ? 3 : 1;

	put_blanks(s, g->name + GAP);
	for (size_t i = g->from; i < c->n_label; i++) {
		size_t start = (i - g->from) * g->cell;

		w = utf8_width(slice_str(c->label[i]));
		if (i % every != 0 || start < at + (at > 0) || start + w > g->all)
			continue;
		put_blanks(s, start - at);
		style_add(s->out, STYLE_DIM, slice_str(c->label[i]), s->colour);
		at = start + w;
	}
	put_blanks(s, g->all - at);
}

static void
write_heat(struct canvas *s)
{
	const struct chart *c = s->c;
	size_t total = sizeof "total" - 1;
	struct grid g;

	for (size_t k = 0; k < c->n_line; k++)
		total = MAX(total, number_columns(&c->line[k].total, 1));
	fit_grid(s, &g, GAP + total, 3);
	put_grid_labels(s, &g);
	put_blanks(s, GAP);
	put_cell(s, STYLE_DIM, "total", total, true);
	put_end(s);
	for (size_t k = 0; k < c->n_line; k++) {
		put_cell(s, STYLE_PLAIN, c->line[k].name, g.name, false);
		put_blanks(s, GAP);
		put_heights(s, &g, &c->line[k], true);
		put_blanks(s, GAP);
		put_number(s, STYLE_BOLD, c->line[k].total, total);
		put_end(s);
	}
}

static uint64_t
most_of(const struct chart *c, const struct line *l)
{
	uint64_t most = 0;

	for (size_t i = 0; i < c->n_label; i++)
		most = MAX(most, l->value[i]);
	return most;
}

/* "W36 ... W47" above the lines, as far as there is room. */
static void
put_span(struct canvas *s, const struct grid *g)
{
	const char *first = s->c->label[g->from], *last = s->c->label[s->c->n_label - 1];
	size_t a = utf8_width(slice_str(first)), b = utf8_width(slice_str(last));

	put_blanks(s, g->name + GAP);
	if (s->c->n_label - g->from < 2 || a + 1 + b > g->all) {
		put_cell(s, STYLE_DIM, last, g->all, true);
		return;
	}
	style_add(s->out, STYLE_DIM, slice_str(first), s->colour);
	put_blanks(s, g->all - a - b);
	style_add(s->out, STYLE_DIM, slice_str(last), s->colour);
}

static void
write_multiples(struct canvas *s)
{
	const struct chart *c = s->c;
	size_t last = sizeof "last" - 1, most = sizeof "most" - 1;
	struct grid g;

	for (size_t k = 0; k < c->n_line; k++) {
		last = MAX(last, number_columns(&c->line[k].value[c->n_label - 1], 1));
		most = MAX(most, number_columns(c->line[k].value, c->n_label));
	}
	fit_grid(s, &g, 2 * GAP + last + most, 2);
	put_span(s, &g);
	put_blanks(s, GAP);
	put_cell(s, STYLE_DIM, "last", last, true);
	put_blanks(s, GAP);
	put_cell(s, STYLE_DIM, "most", most, true);
	put_end(s);
	for (size_t k = 0; k < c->n_line; k++) {
		const struct line *l = &c->line[k];

		put_cell(s, STYLE_PLAIN, l->name, g.name, false);
		put_blanks(s, GAP);
		put_heights(s, &g, l, false);
		put_blanks(s, GAP);
		put_number(s, STYLE_BOLD, l->value[c->n_label - 1], last);
		put_blanks(s, GAP);
		put_number(s, STYLE_DIM, most_of(c, l), most);
		put_end(s);
	}
}

/* ---- CHART_HISTOGRAM, CHART_BARS ---- */

static void
write_rows(struct canvas *s)
{
	const struct chart *c = s->c;
	size_t label = label_columns(c, s->columns * 2 / 5);
	size_t number = number_columns(c->sum, c->n_label), before = 0, bar;

	if (c->before != NULL) {
		before = MAX(number_columns(c->before, c->n_label), sizeof "before" - 1);
		number = MAX(number, sizeof "now" - 1);
	}
	bar = s->columns - label - GAP - GAP - number - (before > 0 ? GAP + before : 0);
	if (before > 0) {
		put_blanks(s, label + GAP + bar + GAP);
		put_cell(s, STYLE_DIM, "now", number, true);
		put_blanks(s, GAP);
		put_cell(s, STYLE_DIM, "before", before, true);
		put_end(s);
	}
	for (size_t i = 0; i < c->n_label; i++) {
		put_cell(s, STYLE_PLAIN, c->label[i], label, c->kind == CHART_HISTOGRAM);
		put_blanks(s, GAP);
		put_bar(s, 1, c->sum[i], c->most_sum, bar);
		put_blanks(s, GAP);
		put_number(s, STYLE_BOLD, c->sum[i], number);
		if (before > 0) {
			put_blanks(s, GAP);
			put_number(s, STYLE_DIM, c->before[i], before);
		}
		put_end(s);
	}
}

static void
put_title(struct canvas *s)
{
	const struct chart *c = s->c;
	size_t title = utf8_width(slice_str(c->title)), y = utf8_width(slice_str(c->y_title));

	if (title > 0 && y > 0 && title + GAP + y <= s->columns) {
		style_add(s->out, STYLE_BOLD, slice_str(c->title), s->colour);
		put_blanks(s, GAP);
		put_wrapped(s, STYLE_DIM, c->y_title);
		return;
	}
	put_wrapped(s, STYLE_BOLD, c->title);
	put_wrapped(s, STYLE_DIM, c->y_title);
}

void
chart_text(const struct chart *c, unsigned columns, bool colour, bool ascii,
    struct buf *out)
{
	struct canvas s = { c, out, columns == 0 ? 80 : MAX(columns, COLUMNS_LEAST),
	    colour, ascii };
	const char *nothing = chart_nothing(c);

	put_title(&s);
	if (c->n_label > 0 && c->n_line > 0)
		switch (c->kind) {
		case CHART_STACKED:
			write_stacked(&s);
			break;
		case CHART_MULTIPLES:
			write_multiples(&s);
			break;
		case CHART_HEAT:
			write_heat(&s);
			put_wrapped(&s, STYLE_DIM, c->x_title);
			break;
		case CHART_HISTOGRAM:
		case CHART_BARS:
			write_rows(&s);
			break;
		}
	if (c->left_out > 0)
		put_wrapped(&s, STYLE_DIM, arena_printf(c->arena, "and %zu more", c->left_out));
	if (nothing != NULL)
		put_wrapped(&s, STYLE_PLAIN, nothing);
	put_wrapped(&s, STYLE_DIM, c->note);
}
