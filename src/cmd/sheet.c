/* SPDX-License-Identifier: MIT */
#include "cmd/sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/xalloc.h"
#include "cmd/csv.h"
#include "rules/jsonout.h"

enum { COLUMNS_MAX = 16, SHORT = 40 };

struct cell {
	const char *text;		/* NULL: a number */
	enum style style;
	int64_t n;
};

struct sheet {
	struct arena *arena;
	const struct sheet_column *column;
	size_t n_column;
	struct calendar *zone;
	struct cell *cell;
	size_t n_cell, cap;
};

struct sheet *
sheet_new(const struct sheet_column *columns, size_t n, struct calendar *zone)
{
	struct sheet *s = xcalloc(1, sizeof *s);

	if (n == 0 || n > COLUMNS_MAX)
		bug("a sheet of %zu columns", n);
	s->arena = arena_new();
	s->column = columns;
	s->n_column = n;
	s->zone = zone;
	return s;
}

void
sheet_free(struct sheet **s)
{
	if (*s == NULL)
		return;
	arena_free(&(*s)->arena);
	xfree(s);
}

static struct cell *
next_cell(struct sheet *s)
{
	s->cell = arena_grow(s->arena, s->cell, s->n_cell, &s->cap, sizeof *s->cell);
	s->cell[s->n_cell] = (struct cell){ .text = NULL };
	return &s->cell[s->n_cell++];
}

void
sheet_text(struct sheet *s, enum style style, const char *text)
{
	struct cell *c = next_cell(s);

	c->text = arena_strdup(s->arena, text);
	c->style = style;
}

void
sheet_number(struct sheet *s, int64_t n)
{
	next_cell(s)->n = n;
}

size_t
sheet_rows(const struct sheet *s)
{
	return s->n_cell / s->n_column;
}

static size_t
rows_shown(const struct sheet *s, size_t most)
{
	return most > 0 ? MIN(sheet_rows(s), most) : sheet_rows(s);
}

/* ---- for people ---- */

static void
moment(const struct sheet *s, int64_t ms, bool seconds, char out[SHORT])
{
	struct calendar_time t;
	int n;

	calendar_split(s->zone, ms, &t);
	n = snprintf(out, SHORT, "%04d-%02d-%02d %02d:%02d", t.year, t.month, t.day,
	    t.hour, t.minute);
	if (seconds)
		snprintf(out + n, SHORT - (size_t)n, ":%02d", t.second);
}

/* "850 ms", "2.1 s", "12 min", "3.4 h", "2.0 d" */
static void
span(int64_t ms, char out[SHORT])
{
	static const struct { int64_t ms, from; const char *unit; } units[] = {
		{ 86400000, 172800000, "d" }, { 3600000, 7200000, "h" },
		{ 60000, 120000, "min" }, { 1000, 1000, "s" },
	};

	for (size_t i = 0; i < NELEM(units); i++) {
		int64_t tenths = 10 * ms / units[i].ms;

		if (ms < units[i].from)
			continue;
		if (tenths < 100)
			snprintf(out, SHORT, "%" PRId64 ".%" PRId64 " %s", tenths / 10,
			    tenths % 10, units[i].unit);
		else
			snprintf(out, SHORT, "%" PRId64 " %s", tenths / 10, units[i].unit);
		return;
	}
	snprintf(out, SHORT, "%" PRId64 " ms", ms);
}

static void
cell_words(const struct sheet *s, const struct sheet_column *col,
    const struct cell *c, char out[SHORT])
{
	out[0] = '\0';
	if (c->n < 0)
		return;
	switch (col->kind) {
	case SHEET_TEXT:
		break;
	case SHEET_COUNT:
		snprintf(out, SHORT, "%" PRId64, c->n);
		break;
	case SHEET_MS:
		span(c->n, out);
		break;
	case SHEET_TIME:
		if (c->n > 0)
			moment(s, c->n, false, out);
		break;
	case SHEET_TENTHS:
		snprintf(out, SHORT, "%" PRId64 ".%" PRId64 " %%", c->n / 10, c->n % 10);
		break;
	case SHEET_YES:
		snprintf(out, SHORT, "%s", c->n > 0 ? col->key : "");
		break;
	}
}

void
sheet_table(const struct sheet *s, size_t most, unsigned columns, bool colour,
    struct buf *out)
{
	struct table_column shown[COLUMNS_MAX];
	AUTO(table_free) struct table *t = NULL;
	size_t n = 0;

	for (size_t i = 0; i < s->n_column; i++)
		if (s->column[i].title != NULL)
			shown[n++] = (struct table_column){ s->column[i].title,
			    s->column[i].kind == SHEET_COUNT ||
			    s->column[i].kind == SHEET_MS ||
			    s->column[i].kind == SHEET_TENTHS, s->column[i].flexible };
	t = table_new(shown, n);
	for (size_t row = 0; row < rows_shown(s, most); row++)
		for (size_t i = 0; i < s->n_column; i++) {
			const struct cell *c = &s->cell[row * s->n_column + i];
			char words[SHORT];

			if (s->column[i].title == NULL)
				continue;
			cell_words(s, &s->column[i], c, words);
			table_add(t, c->text != NULL ? c->style : c->n == 0 ? STYLE_DIM :
			    STYLE_PLAIN, c->text != NULL ? c->text : words);
		}
	table_render(t, columns, colour, out);
}

/* ---- for programs ---- */

static void
add_csv(const struct sheet *s, const struct sheet_column *col, const struct cell *c,
    struct buf *out)
{
	char time[SHORT] = "";

	if (c->text != NULL || c->n < 0) {
		csv_text(out, c->text != NULL ? c->text : "");
		return;
	}
	switch (col->kind) {
	case SHEET_TEXT:
	case SHEET_COUNT:
	case SHEET_MS:
		csv_number(out, c->n);
		break;
	case SHEET_TIME:
		if (c->n > 0)
			moment(s, c->n, true, time);
		csv_text(out, time);
		break;
	case SHEET_TENTHS:
		csv_tenths(out, c->n);
		break;
	case SHEET_YES:
		csv_text(out, c->n > 0 ? "yes" : "no");
		break;
	}
}

void
sheet_csv(const struct sheet *s, size_t most, struct buf *out)
{
	for (size_t i = 0; i < s->n_column; i++)
		csv_text(out, s->column[i].key);
	csv_end(out);
	for (size_t row = 0; row < rows_shown(s, most); row++) {
		for (size_t i = 0; i < s->n_column; i++)
			add_csv(s, &s->column[i], &s->cell[row * s->n_column + i], out);
		csv_end(out);
	}
}

static json_t *
cell_json(const struct sheet_column *col, const struct cell *c)
{
	if (c->text != NULL)
		return jsonout_or_null(c->text);
	if (c->n < 0)
		return json_null();
	switch (col->kind) {
	case SHEET_TEXT:
	case SHEET_COUNT:
	case SHEET_MS:
	case SHEET_TENTHS:
		break;
	case SHEET_TIME:
		return jsonout_time(c->n);
	case SHEET_YES:
		return json_boolean(c->n > 0);
	}
	return json_integer((json_int_t)c->n);
}

/* A share is a whole number there: 13.8 would be 13.800000000000001 for some. */
static void
put_cell(json_t *o, const struct sheet_column *col, const struct cell *c)
{
	AUTO(buf_release) struct buf key = BUF_INIT;

	buf_addf(&key, "%s%s", col->key, col->kind == SHEET_TENTHS ? "_permille" : "");
	jsonout_put(o, buf_str(&key), cell_json(col, c));
}

static void
add_json(json_t *o, struct buf *out)
{
	char *text = jsonout_dump(o);

	buf_addf(out, "%s\n", text);
	free(text);
	json_decref(o);
}

void
sheet_json(const struct sheet *s, size_t most, const char *what,
    const struct period *p, struct buf *out)
{
	char name[PERIOD_NAME_SIZE];

	period_name(s->zone, p, name);
	for (size_t row = 0; row < rows_shown(s, most); row++) {
		json_t *o = json_object();

		jsonout_put(o, "v", json_integer(1));
		jsonout_put(o, "what", json_string(what));
		jsonout_put(o, "period", json_string(name));
		jsonout_put(o, "from", jsonout_time(p->from_ms));
		jsonout_put(o, "to", jsonout_time(p->to_ms));
		for (size_t i = 0; i < s->n_column; i++)
			put_cell(o, &s->column[i], &s->cell[row * s->n_column + i]);
		add_json(o, out);
	}
}
