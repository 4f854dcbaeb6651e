/* SPDX-License-Identifier: MIT */
#include "flow/chart_impl.h"

#include "base/utf8.h"
#include "base/xalloc.h"

#define TEXT_OTHERS	"others"

enum { CLEAN_BYTES = 400 };		/* of a text; marks have room for that */

/* What is no character for XML or for cairo becomes a blank. */
static const char *
clean(struct arena *a, const char *text, size_t columns)
{
	AUTO(buf_release) struct buf safe = BUF_INIT;
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct slice s;
	uint32_t c;
	size_t n, len = 0;

	while (text != NULL && len < (size_t)4 * CLEAN_BYTES && text[len] != '\0')
		len++;
	utf8_clean(&safe, utf8_cut(slice_make(text, len), CLEAN_BYTES), false);
	for (s = buf_slice(&safe); s.len > 0; s = slice_sub(s, n, s.len)) {
		c = utf8_next(s, &n);
		utf8_put(&out, (c & 0xFFFE) == 0xFFFE ? ' ' : c);
	}
	s = slice_trim(utf8_cut(buf_slice(&out), CLEAN_BYTES));
	return text_cut_columns(a, arena_strndup(a, s.len > 0 ? s.ptr : "", s.len), columns);
}

/* Of a series that stays: the values from label `from` on. */
static void
add_line(struct chart *c, const struct chart_series *s, size_t from)
{
	struct line *l = &c->line[c->n_line++];

	l->name = clean(c->arena, s->name, CHART_NAME_MOST);
	l->colour = s->colour <= CHART_COLOURS ? s->colour : 0;
	l->value = arena_calloc(c->arena, c->n_label, sizeof *l->value);
	for (size_t i = 0; i < c->n_label; i++) {
		l->value[i] = MIN(s->value[from + i], CHART_VALUE_MOST);
		l->total = sum_capped(l->total, l->value[i]);
	}
}

static void
add_to_others(struct chart *c, struct line *others, const struct line *l)
{
	for (size_t i = 0; i < c->n_label; i++)
		others->value[i] = sum_capped(others->value[i], l->value[i]);
	others->total = sum_capped(others->total, l->total);
}

/* How many are larger; of equals, the first counts as larger. */
static size_t
rank(const struct chart *c, size_t which)
{
	const struct line *w = &c->line[which], *l;
	size_t n = 0;

	for (l = c->line; l < c->line + c->n_line; l++)
		if (l->colour != 0 && (l->total > w->total || (l->total == w->total && l < w)))
			n++;
	return n;
}

/*
 * As many series as there are colours keep theirs; the smallest of the rest, and all
 * that are grey, become one.  A grey one that is alone keeps its name.
 */
static void
fold(struct chart *c)
{
	struct line others = { .name = TEXT_OTHERS };
	struct line *kept = arena_calloc(c->arena, c->n_line + 1, sizeof *kept);
	size_t n = 0, grey = 0;

	others.value = arena_calloc(c->arena, c->n_label, sizeof *others.value);
	for (size_t i = 0; i < c->n_line; i++) {
		if (c->line[i].colour != 0 && rank(c, i) < CHART_COLOURS) {
			kept[n++] = c->line[i];
			continue;
		}
		add_to_others(c, &others, &c->line[i]);
		others.name = grey++ == 0 && c->line[i].colour == 0 ? c->line[i].name :
		    TEXT_OTHERS;
	}
	if (grey > 0)
		kept[n++] = others;
	c->line = kept;
	c->n_line = n;
}

/* Two series of one colour can't be told apart: the second gets a free one. */
static void
settle_colours(struct chart *c)
{
	unsigned used = 0, free_one;

	for (size_t i = 0; i < c->n_line; i++) {
		struct line *l = &c->line[i];

		if (l->colour == 0)
			continue;
		if ((used & 1U << l->colour) != 0) {
			for (free_one = 1; (used & 1U << free_one) != 0;)
				free_one++;
			l->colour = free_one;
		}
		used |= 1U << l->colour;
	}
}

static void
take_data(struct chart *c, const struct chart_data *d)
{
	bool rows = d->kind == CHART_BARS, one = rows || d->kind == CHART_HISTOGRAM;
	size_t most = rows ? CHART_ROWS_MOST : d->kind == CHART_HEAT ? CHART_CELLS_MOST :
	    CHART_LABELS_MOST;
	size_t series = d->kind == CHART_HEAT ? MIN(d->n_series, CHART_ROWS_MOST) :
	    one ? MIN(d->n_series, 1) : d->n_series;
	/* A ranked list is read from its beginning, time from its end. */
	size_t from = !rows && d->n_label > most ? d->n_label - most : 0;

	c->n_label = MIN(d->n_label, most);
	c->label = arena_calloc(c->arena, c->n_label, sizeof *c->label);
	for (size_t i = 0; i < c->n_label; i++)
		c->label[i] = clean(c->arena, d->label[from + i], CHART_NAME_MOST);
	c->line = arena_calloc(c->arena, series, sizeof *c->line);
	for (size_t i = 0; i < series; i++)
		add_line(c, &d->series[i], from);
	if (rows) {
		c->before = d->before;
		c->left_out = d->n_label - c->n_label;
	}
	if (d->kind == CHART_HEAT)
		c->left_out = d->n_series - series;
	if (d->kind == CHART_STACKED || d->kind == CHART_MULTIPLES) {
		fold(c);
		settle_colours(c);
	}
}

static void
sum_up(struct chart *c)
{
	c->sum = arena_calloc(c->arena, c->n_label, sizeof *c->sum);
	for (size_t k = 0; k < c->n_line; k++)
		for (size_t i = 0; i < c->n_label; i++) {
			c->sum[i] = sum_capped(c->sum[i], c->line[k].value[i]);
			c->most = MAX(c->most, c->line[k].value[i]);
		}
	for (size_t i = 0; i < c->n_label; i++) {
		c->most_sum = MAX(c->most_sum, c->sum[i]);
		if (c->before != NULL)
			c->most = MAX(c->most, MIN(c->before[i], CHART_VALUE_MOST));
	}
}

const char *
chart_nothing(const struct chart *c)
{
	if (c->n_label == 0 || c->n_line == 0)
		return "There is nothing to show.";
	return c->most == 0 ? "Every value is 0." : NULL;
}

/* "; most in W45: 510" */
static void
tell_most(const struct chart *c, struct buf *out)
{
	char number[NUMBER_SIZE];
	size_t at = 0;

	for (size_t i = 0; i < c->n_label; i++)
		if (c->sum[i] > c->sum[at])
			at = i;
	buf_addf(out, "; most in %s: %s", c->label[at], number_text(c->sum[at], number));
}

static void
tell_cells(const struct chart *c, struct buf *out)
{
	char number[NUMBER_SIZE];
	size_t row = 0, at = 0;

	for (size_t k = 0; k < c->n_line; k++)
		for (size_t i = 0; i < c->n_label; i++)
			if (c->line[k].value[i] > c->line[row].value[at]) {
				row = k;
				at = i;
			}
	buf_addf(out, "; most in %s, %s: %s", c->line[row].name, c->label[at],
	    number_text(c->line[row].value[at], number));
}

/* "; of W47: press 40, leads 38" */
static void
tell_last(const struct chart *c, struct buf *out)
{
	char number[NUMBER_SIZE];

	buf_addf(out, "; in %s: ", c->label[c->n_label - 1]);
	for (size_t k = 0; k < c->n_line; k++)
		buf_addf(out, "%s%s %s", k > 0 ? ", " : "", c->line[k].name,
		    number_text(c->line[k].value[c->n_label - 1], number));
}

static void
tell_rows(const struct chart *c, struct buf *out)
{
	char number[NUMBER_SIZE];
	size_t n = MIN(c->n_label, 3);

	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s%s %s", i > 0 ? ", " : ": ", c->label[i],
		    number_text(c->sum[i], number));
	if (c->n_label > n)
		buf_addf(out, " and %zu more", c->n_label - n);
}

static const char *
tell(const struct chart *c)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	const char *nothing = chart_nothing(c);

	buf_add_str(&out, c->title);
	if (nothing != NULL) {
		buf_addf(&out, ". %s", nothing);
		return arena_strdup(c->arena, buf_str(&out));
	}
	if (c->kind != CHART_BARS && c->kind != CHART_HEAT && c->n_label > 1)
		buf_addf(&out, ", %s to %s", c->label[0], c->label[c->n_label - 1]);
	switch (c->kind) {
	case CHART_STACKED:
		tell_most(c, &out);
		tell_last(c, &out);
		break;
	case CHART_MULTIPLES:
		tell_last(c, &out);
		break;
	case CHART_HEAT:
		tell_cells(c, &out);
		break;
	case CHART_HISTOGRAM:
		tell_most(c, &out);
		break;
	case CHART_BARS:
		tell_rows(c, &out);
		break;
	}
	buf_add_char(&out, '.');
	return arena_strdup(c->arena, buf_str(&out));
}

static void
lay_out(struct chart *c)
{
	switch (c->kind) {
	case CHART_STACKED:
	case CHART_HISTOGRAM:
		layout_columns(c);
		break;
	case CHART_MULTIPLES:
		layout_multiples(c);
		break;
	case CHART_HEAT:
		layout_heat(c);
		break;
	case CHART_BARS:
		layout_bars(c);
		break;
	}
}

struct chart *
chart_new(struct arena *a, const struct chart_data *d, unsigned width)
{
	struct chart *c = arena_calloc(a, 1, sizeof *c);

	c->arena = a;
	c->kind = d->kind;
	c->width = (int)MIN(MAX(width, CHART_WIDTH_LEAST), CHART_WIDTH_MOST) * CHART_UNIT;
	c->title = clean(a, d->title, 120);
	c->x_title = clean(a, d->x_title, 80);
	c->y_title = clean(a, d->y_title, 80);
	c->note = clean(a, d->note, 240);
	take_data(c, d);
	sum_up(c);
	c->alt = tell(c);
	lay_out(c);
	if (c->height > CHART_HEIGHT_MOST * CHART_UNIT || c->n_mark > CHART_MARKS_MOST)
		bug("a chart of %d tenths and %zu marks", c->height, c->n_mark);
	return c;
}

unsigned
chart_width(const struct chart *c)
{
	return (unsigned)c->width / CHART_UNIT;
}

unsigned
chart_height(const struct chart *c)
{
	return (unsigned)(c->height + CHART_UNIT - 1) / CHART_UNIT;
}

const char *
chart_alt(const struct chart *c)
{
	return c->alt;
}
