/* SPDX-License-Identifier: MIT */
#include "rules/fmt_impl.h"

#include "base/xalloc.h"

/* The lines as the lexer counts them: no BOM, no CR. */
static void
split_lines(struct fmt_source *src, struct slice bytes)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;
	struct slice rest, line;

	if (slice_starts(bytes, "\xEF\xBB\xBF"))
		bytes = slice_sub(bytes, 3, bytes.len);
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.ptr[i] != '\r')
			buf_add_char(&clean, bytes.ptr[i]);
	rest = arena_slice(src->arena, buf_slice(&clean));
	while (slice_next(&rest, '\n', &line)) {
		src->line = arena_grow(src->arena, src->line, src->n_line,
		    &src->cap_line, sizeof *src->line);
		src->line[src->n_line++] = line;
	}
}

static struct slice
take_word(struct lex *lx)
{
	struct token t;

	return lex_word(lx, &t) ? t.text : slice_make("", 0);
}

static struct slice
take_rest(struct lex *lx)
{
	struct token t;

	return lex_rest(lx, &t) ? t.text : slice_make("", 0);
}

/* As it stands in the file: quotes are part of it. */
static void
take_list(struct fmt_source *src, struct lex *lx, struct fmt_statement *st,
    bool (*next)(struct lex *, struct token *))
{
	struct token t;

	while (next(lx, &t)) {
		t.text = slice_sub(t.span.text, t.span.col - 1,
		    t.span.col - 1 + t.span.len);
		st->item = arena_grow(src->arena, st->item, st->n_item,
		    &st->cap_item, sizeof *st->item);
		st->item[st->n_item++] = t;
	}
}

static void
read_condition(struct fmt_source *src, struct lex *lx, struct fmt_statement *st)
{
	struct slice one = take_word(lx);
	struct lex ahead = *lx;
	bool both;
	int pred = parse_predicate(one, take_word(&ahead), &both);

	if (pred < 0) {
		st->field = one;
		one = take_word(lx);
		ahead = *lx;
		pred = parse_predicate(one, take_word(&ahead), &both);
	}
	if (pred < 0)
		bug("fmt: '" SLICE_FMT "' is no predicate", SLICE_ARG(one));
	st->pred = predicate_name((enum predicate)pred);
	if (both)
		(void)take_word(lx);
	if (pred == PRED_HAS || pred == PRED_IS || pred == PRED_IS_NOT)
		take_list(src, lx, st, lex_item);
	else
		st->rest = take_rest(lx);
}

/* A statement that is no text of an example; word is its first. */
static void
read_statement(struct fmt_source *src, struct lex *lx, struct fmt_statement *st)
{
	static const char *const top[] = { "version", "route", "otherwise" };

	st->word = take_word(lx);
	st->kind = FMT_SIMPLE;
	for (size_t i = 0; i < NELEM(top); i++)
		if (slice_eq_str(st->word, top[i]))
			st->kind = FMT_TOP;
	if (parse_is_points(st->word) || slice_eq_str(st->word, "never") ||
	    slice_eq_str(st->word, "always"))
		st->kind = FMT_LINE;
	else if (slice_eq_str(st->word, "and"))
		st->kind = FMT_AND;
	else if (slice_eq_str(st->word, "forward"))
		st->kind = FMT_NAMES;
	else if (slice_eq_str(st->word, "phrases"))
		st->kind = FMT_PHRASES;
	else if (slice_eq_str(st->word, "field"))
		st->kind = FMT_FIELD;
	else if (slice_eq_str(st->word, "example"))
		st->kind = FMT_EXAMPLE;
	switch (st->kind) {
	case FMT_LINE:
	case FMT_AND:
		read_condition(src, lx, st);
		return;
	case FMT_NAMES:
		take_list(src, lx, st, lex_name);
		return;
	case FMT_PHRASES:
		st->word = take_word(lx);
		(void)take_word(lx);	/* = */
		take_list(src, lx, st, lex_item);
		return;
	case FMT_FIELD:
	case FMT_EXAMPLE:
		st->word = take_word(lx);
		break;
	case FMT_TOP:
	case FMT_SIMPLE:
	case FMT_TEXT:
		break;
	}
	st->rest = take_rest(lx);
}

void
fmt_read(struct fmt_source *src, const char *name, struct slice bytes)
{
	AUTO(diag_free) struct diag *quiet = diag_new();
	bool in_example = false;
	struct lex lx;

	split_lines(src, bytes);
	lex_open(&lx, src->arena, name, bytes, quiet);
	lx.is_statement = parse_is_statement;
	while (lex_line(&lx)) {
		struct fmt_statement st = { .first = lx.number };
		struct slice line = slice_sub(lx.line, lx.at, lx.line.len);

		if (in_example && parse_is_example_line(line)) {
			st.kind = FMT_TEXT;
			st.rest = take_rest(&lx);
		} else {
			read_statement(src, &lx, &st);
			in_example = st.kind == FMT_EXAMPLE;
		}
		st.last = lx.number;
		src->st = arena_grow(src->arena, src->st, src->n, &src->cap,
		    sizeof *src->st);
		src->st[src->n++] = st;
	}
}
