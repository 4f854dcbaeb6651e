/* SPDX-License-Identifier: MIT */
#include "rules/fmt_impl.h"

#include "base/utf8.h"
#include "base/xalloc.h"

/* Columns, from 0. */
enum {
	IN_ROUTE = 2,
	IN_EXAMPLE = 4,
	IN_PHRASES = 4,			/* where a set goes on */
	VALUE = 11,			/* of title, forward ... */
	FIELD = 7,			/* behind points; `and` begins here */
	PREDICATE = 16,			/* at least */
	PREDICATE_ROOM = 5,		/* from there to the value */
	FIELD_MAX = 11,			/* a longer one, and header:NAME, stands out */
	SHIFT_MAX = 8,			/* a list moved by more is filled anew */
	GO_ON_MAX = 50,			/* no list goes on further right */
};

struct put {
	const struct fmt_source *src;
	struct buf *out;
	size_t at;			/* column */
	size_t pred;			/* column of the route's predicates */
	bool in_route;
};

static void
put(struct put *p, struct slice s)
{
	buf_add_slice(p->out, s);
	p->at += utf8_width(s);
}

static void
put_str(struct put *p, const char *s)
{
	put(p, slice_str(s));
}

/* Blanks up to a column, so many at least. */
static void
pad(struct put *p, size_t column, size_t least)
{
	size_t n = column > p->at ? MAX(column - p->at, least) : least;

	while (n-- > 0)
		put_str(p, " ");
}

static void
end_line(struct put *p)
{
	buf_add_char(p->out, '\n');
	p->at = 0;
}

/* ---- comments and blank lines ---- */

static bool
is_comment(struct slice line)
{
	return slice_starts(slice_trim(line), "#");
}

/* The comments in lines [from, to), each on a line of its own. */
static void
put_comments(struct put *p, unsigned from, unsigned to, size_t column)
{
	for (unsigned n = from; n < to; n++) {
		struct slice line = p->src->line[n - 1];

		if (!is_comment(line))
			continue;
		pad(p, column, 0);
		put(p, slice_trim(line));
		end_line(p);
	}
}

/*
 * What stands between two statements, in lines [from, to).  A comment belongs
 * to what comes below it; one that was indented below the last line of a route
 * stays with the route.
 */
static void
put_between(struct put *p, unsigned from, unsigned to, size_t column)
{
	bool blank = false;

	for (unsigned n = from; n < to; n++) {
		struct slice line = p->src->line[n - 1];
		bool indented = line.len > 0 && line.ptr[0] != '#';

		if (is_comment(line)) {
			if (blank && p->out->len > 0)
				end_line(p);
			put_comments(p, n, n + 1, column > 0 ? column :
			    indented && p->in_route ? IN_ROUTE : 0);
		}
		blank = !is_comment(line);
	}
	if (blank && p->out->len > 0 && to <= p->src->n_line)
		end_line(p);
}

/* ---- lists ---- */

static bool
has_comments(const struct put *p, unsigned from, unsigned to)
{
	for (unsigned n = from; n < to; n++)
		if (is_comment(p->src->line[n - 1]))
			return true;
	return false;
}

/* At the beginning of a line it would be something else. */
static bool
may_begin_line(struct slice item)
{
	return !slice_starts(item, "#") && !parse_is_statement(item);
}

/* Did the lines begin so far to the right that their breaks mean nothing here? */
static bool
had_less_room(const struct fmt_statement *st, size_t column)
{
	for (size_t i = 1; i < st->n_item; i++)
		if (st->item[i].span.line != st->item[i - 1].span.line &&
		    st->item[i].span.col > column + SHIFT_MAX)
			return true;
	return false;
}

/*
 * The items; further lines begin at that column.  Once a line is full the rest
 * is filled in, up to the next comment.
 */
static void
put_list(struct put *p, const struct fmt_statement *st, size_t column)
{
	bool refill = had_less_room(st, column), filling = refill;

	for (size_t i = 0; i < st->n_item; i++) {
		const struct token *t = &st->item[i];
		unsigned above = i > 0 ? st->item[i - 1].span.line : t->span.line;
		bool comments = has_comments(p, above + 1, t->span.line);
		size_t need = 2 + utf8_width(t->text) + (i + 1 < st->n_item);

		if (comments || (t->span.line != above && !filling)) {
			put_str(p, ",");
			end_line(p);
			put_comments(p, above + 1, t->span.line, column);
			pad(p, column, 0);
			filling = refill;
		} else if (i > 0 && p->at + need > FMT_COLUMNS &&
		    may_begin_line(t->text)) {
			put_str(p, ",");
			end_line(p);
			pad(p, column, 0);
			filling = true;
		} else if (i > 0)
			put_str(p, ", ");
		put(p, t->text);
	}
}

/* ---- statements ---- */

static bool
counts_for_columns(const struct fmt_statement *st)
{
	return st->field.len <= FIELD_MAX && !slice_starts_case(st->field, "header:");
}

/* Where what follows the first word of evidence begins. */
static size_t
condition_column(const struct fmt_statement *st)
{
	if (parse_is_points(st->word))
		return MAX((size_t)FIELD, IN_ROUTE + st->word.len + 1);
	return IN_ROUTE + st->word.len + 2;
}

/*
 * The column of a route's predicates: behind the longest field that has
 * points; without any, behind the longest first word.
 */
static size_t
predicate_column(const struct fmt_statement *st, size_t n)
{
	size_t fields = 0, words = 0;

	for (size_t i = 0; i < n && st[i].kind != FMT_TOP &&
	    st[i].kind != FMT_PHRASES; i++) {
		size_t column = condition_column(&st[i]);

		if (st[i].kind != FMT_LINE || !counts_for_columns(&st[i]))
			continue;
		if (st[i].field.len > 0 && parse_is_points(st[i].word))
			fields = MAX(fields, column + st[i].field.len + 2);
		else
			words = MAX(words, column + (st[i].field.len > 0 ?
			    st[i].field.len : strlen(st[i].pred)) + 2);
	}
	if (fields > 0)
		return MAX(fields, (size_t)PREDICATE);
	return words > 0 ? words : PREDICATE;
}

static void
put_condition(struct put *p, const struct fmt_statement *st)
{
	size_t value = p->pred;

	if (st->field.len > 0) {
		put(p, st->field);
		pad(p, p->pred, counts_for_columns(st) ? 1 : 2);
		value += PREDICATE_ROOM;
	}
	put_str(p, st->pred);
	if (st->n_item == 0 && st->rest.len == 0)
		return;
	pad(p, value, 2);
	put(p, st->rest);
	put_list(p, st, p->at <= GO_ON_MAX ? p->at : value);
}

static void
put_named(struct put *p, struct slice word, size_t value,
    const struct fmt_statement *st)
{
	put(p, word);
	if (st->n_item == 0 && st->rest.len == 0)
		return;
	pad(p, value, 2);
	put(p, st->rest);
	put_list(p, st, value);
}

static size_t
indent_of(enum fmt_kind kind)
{
	switch (kind) {
	case FMT_TOP:
	case FMT_PHRASES:
		return 0;
	case FMT_SIMPLE:
	case FMT_NAMES:
	case FMT_LINE:
	case FMT_FIELD:
	case FMT_EXAMPLE:
		return IN_ROUTE;
	case FMT_AND:
		return FIELD;
	case FMT_TEXT:
		return IN_EXAMPLE;
	}
	bug("fmt: kind %d", (int)kind);
}

static void
put_statement(struct put *p, const struct fmt_statement *st)
{
	pad(p, indent_of(st->kind), 0);
	switch (st->kind) {
	case FMT_TOP:
		put(p, st->word);
		pad(p, 0, 1);
		put(p, st->rest);
		break;
	case FMT_PHRASES:
		put_str(p, "phrases ");
		put(p, st->word);
		put_str(p, st->n_item > 0 ? " = " : " =");
		put_list(p, st, IN_PHRASES);
		break;
	case FMT_SIMPLE:
	case FMT_NAMES:
		put_named(p, st->word, VALUE, st);
		break;
	case FMT_LINE:
	case FMT_AND:
		put(p, st->word);
		if (st->kind == FMT_LINE)
			pad(p, condition_column(st), 1);
		else
			pad(p, 0, 1);
		put_condition(p, st);
		break;
	case FMT_FIELD:
		put_str(p, "field  ");
		put_named(p, st->word, p->pred, st);
		break;
	case FMT_EXAMPLE:
		put_str(p, "example ");
		put_named(p, st->word, 0, st);
		break;
	case FMT_TEXT:
		put(p, st->rest);
		break;
	}
	end_line(p);
}

static void
put_all(const struct fmt_source *src, struct buf *out)
{
	struct put p = { .src = src, .out = out, .pred = PREDICATE };
	unsigned next = 1;

	for (size_t i = 0; i < src->n; i++) {
		const struct fmt_statement *st = &src->st[i];

		put_between(&p, next, st->first, indent_of(st->kind));
		if (st->kind == FMT_TOP || st->kind == FMT_PHRASES) {
			p.in_route = slice_eq_str(st->word, "route") &&
			    st->kind == FMT_TOP;
			p.pred = predicate_column(st + 1, src->n - i - 1);
		}
		put_statement(&p, st);
		next = st->last + 1;
	}
	put_between(&p, next, (unsigned)src->n_line + 1, 0);
}

int
fmt_file(const char *name, struct slice bytes, struct diag *d, struct buf *out)
{
	AUTO(buf_release) struct buf before = BUF_INIT, after = BUF_INIT;
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct rule_file old = { name, bytes };
	struct fmt_source src = { .arena = arena };
	struct rule_file new = { .name = name };

	buf_reset(out);
	if (!parse_outline(&old, d, &before))
		return -1;
	fmt_read(&src, name, bytes);
	put_all(&src, out);
	new.bytes = buf_slice(out);
	/* It may have become too long: a line, or the file. */
	if (!parse_outline(&new, d, &after)) {
		buf_reset(out);
		return -1;
	}
	if (!slice_eq(buf_slice(&before), buf_slice(&after)))
		bug("fmt: '%s' would say something else", name);
	return 0;
}
