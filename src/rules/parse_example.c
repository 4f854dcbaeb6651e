/* SPDX-License-Identifier: MIT */
/* Messages that stand beside the rules to show what they do. */
#include "base/utf8.h"
#include "base/xalloc.h"
#include "model/envelope.h"
#include "rules/parse_impl.h"

struct draft_example {
	struct example ex;
	struct buf header, body;
	bool has_file, has_type;
	const char **field, **value;	/* of expect */
	size_t n_expect, cap_field, cap_value;
};

static void
draft_release(struct draft_example *d)
{
	buf_release(&d->header);
	buf_release(&d->body);
}

/* "Subject: Hello": the length of the name; 0 when it is no header field. */
static size_t
header_name_len(struct slice s)
{
	size_t n = slice_find(s, ':');

	if (n == SIZE_MAX)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (s.ptr[i] <= 0x20 || s.ptr[i] >= 0x7F)
			return 0;
	return n;
}

static void
example_header(struct parser *ps, struct draft_example *d, size_t name_len)
{
	struct token t;

	if (!lex_rest(&ps->lex, &t))
		return;
	if (slice_eq_case(slice_sub(t.text, 0, name_len),
	    slice_str("Content-Type")))
		d->has_type = true;
	buf_add_slice(&d->header, slice_sub(t.text, 0, name_len));
	buf_add_str(&d->header, ": ");
	buf_add_slice(&d->header,
	    slice_trim(slice_sub(t.text, name_len + 1, t.text.len)));
	buf_add_char(&d->header, '\n');
}

static void
example_text(struct parser *ps, struct draft_example *d)
{
	struct token t;

	if (!lex_rest(&ps->lex, &t))
		return;
	t.text = slice_sub(t.text, slice_starts(t.text, "| ") ? 2 : 1,
	    t.text.len);
	buf_add_slice(&d->body, t.text);
	buf_add_char(&d->body, '\n');
}

static void
example_envelope(struct parser *ps, const struct token *word, const char **out)
{
	bool from = slice_eq_str(word->text, "envelope-from");
	struct token t;

	if (!lex_rest(&ps->lex, &t)) {
		parse_missing(ps, word, from ?
		    "envelope-from ADDRESS, or <> for a bounce" :
		    "envelope-to ADDRESS");
		return;
	}
	if (from && slice_eq_str(t.text, "<>"))
		t.text = slice_make("", 0);
	else if (!address_valid(t.text.ptr, t.text.len)) {
		diag_error(ps->diag, "MR035", &t.span,
		    "'" SLICE_FMT "' is not a mail address", SLICE_ARG(t.text));
		return;
	}
	*out = arena_strndup(ps->arena, t.text.ptr, t.text.len);
}

static void
example_expect(struct parser *ps, struct draft_example *d,
    const struct token *word)
{
	struct token t;
	struct slice name, value;
	size_t at;

	if (!lex_rest(&ps->lex, &t)) {
		parse_missing(ps, word, "expect FIELD = VALUE");
		return;
	}
	at = slice_find(t.text, '=');
	name = slice_trim(slice_sub(t.text, 0, at));
	value = at == SIZE_MAX ? slice_make("", 0) :
	    slice_trim(slice_sub(t.text, at + 1, t.text.len));
	if (at == SIZE_MAX || !lex_is_name(name)) {
		diag_error(ps->diag, "MR047", &t.span,
		    "'expect' does not say which field and what value");
		diag_hint(ps->diag, "write: expect FIELD = VALUE");
		return;
	}
	d->field = arena_grow(ps->arena, d->field, d->n_expect, &d->cap_field,
	    sizeof *d->field);
	d->value = arena_grow(ps->arena, d->value, d->n_expect, &d->cap_value,
	    sizeof *d->value);
	d->field[d->n_expect] = arena_strndup(ps->arena, name.ptr, name.len);
	d->value[d->n_expect] = arena_strndup(ps->arena, value.ptr, value.len);
	d->n_expect++;
}

/* A path that stays below the rule directory. */
static bool
is_inside(struct slice path)
{
	struct slice rest = path, part;

	while (slice_next(&rest, '/', &part))
		if (part.len == 0 || slice_eq_str(part, "..") ||
		    slice_eq_str(part, "."))
			return false;
	return path.len > 0;
}

static void
example_file(struct parser *ps, struct draft_example *d, const struct token *word)
{
	struct slice bytes = { NULL, 0 };
	const char *shown;
	struct token t;

	if (!lex_rest(&ps->lex, &t)) {
		parse_missing(ps, word, "file mail/NAME.eml");
		return;
	}
	if (d->has_file || d->header.len > 0 || d->body.len > 0) {
		diag_error(ps->diag, "MR045", &word->span,
		    "this example has a message already");
		diag_hint(ps->diag, "'file' in an example names its message; "
		    "actions of the route stand above its examples");
		return;
	}
	d->has_file = true;
	if (!is_inside(t.text) || !ps->lookup(ps->arg,
	    arena_strndup(ps->arena, t.text.ptr, t.text.len), &bytes, &shown)) {
		diag_error(ps->diag, "MR046", &t.span,
		    "there is no readable message '" SLICE_FMT "'",
		    SLICE_ARG(t.text));
		diag_hint(ps->diag, "the path is relative to the rule directory: "
		    "mail/NAME.eml");
		return;
	}
	d->ex.message = arena_slice(ps->arena, bytes);
}

/* One line of the example; false when it belongs to something else. */
static bool
example_line(struct parser *ps, struct draft_example *d)
{
	struct slice left = slice_sub(ps->lex.line, ps->lex.at,
	    ps->lex.line.len);
	size_t name_len = header_name_len(left);
	struct token word;

	if (slice_starts(left, "|") || name_len > 0) {
		if (d->has_file) {
			struct span at = lex_here(&ps->lex);

			diag_error(ps->diag, "MR045", &at,
			    "this example has a message already");
			diag_hint(ps->diag, "it has either 'file' or header fields "
			    "and text");
		}
		if (name_len > 0)
			example_header(ps, d, name_len);
		else
			example_text(ps, d);
		return true;
	}
	if (!lex_word(&ps->lex, &word))
		return false;
	if (slice_eq_str(word.text, "envelope-from"))
		example_envelope(ps, &word, &d->ex.envelope_from);
	else if (slice_eq_str(word.text, "envelope-to"))
		example_envelope(ps, &word, &d->ex.envelope_to);
	else if (slice_eq_str(word.text, "expect"))
		example_expect(ps, d, &word);
	else if (slice_eq_str(word.text, "file"))
		example_file(ps, d, &word);
	else
		return false;
	return true;
}

static bool
is_ascii(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] > 0x7E)
			return false;
	return true;
}

/* The message as it would arrive: what is not ASCII is declared. */
static void
compose(struct parser *ps, struct draft_example *d)
{
	if (d->has_file)
		return;
	if (!d->has_type && !is_ascii(buf_slice(&d->body)))
		buf_add_str(&d->header, "MIME-Version: 1.0\n"
		    "Content-Type: text/plain; charset=utf-8\n"
		    "Content-Transfer-Encoding: 8bit\n");
	buf_add_char(&d->header, '\n');
	buf_add_slice(&d->header, buf_slice(&d->body));
	d->ex.message = arena_slice(ps->arena, buf_slice(&d->header));
}

bool
parse_is_example_line(struct slice line)
{
	static const char *const words[] = { "envelope-from", "envelope-to",
		"expect", "file" };
	size_t n = 0;

	while (n < line.len && line.ptr[n] != ' ' && line.ptr[n] != '\t')
		n++;
	for (size_t i = 0; i < NELEM(words); i++)
		if (slice_eq_str(slice_sub(line, 0, n), words[i]))
			return true;
	return slice_starts(line, "|") || header_name_len(line) > 0;
}

/* Take the lines of an example from here on. */
static void
example_lines(struct parser *ps, struct draft_example *d)
{
	struct lex before;

	for (before = ps->lex; lex_line(&ps->lex) && example_line(ps, d);)
		before = ps->lex;
	ps->lex = before;
}

void
parse_example_skip(struct parser *ps)
{
	AUTO(draft_release) struct draft_example lost = { .has_file = false };

	example_lines(ps, &lost);
}

void
parse_example(struct parser *ps, const struct token *word)
{
	static const char form[] = "example yes TITLE, or example no TITLE";
	AUTO(draft_release) struct draft_example d = { .has_file = false };
	struct draft_route *rt = ps->here;
	struct token answer, title;

	d.ex.span = lex_span(&ps->lex, word->span.col - 1, ps->lex.line.len);
	d.ex.title = "";
	if (!lex_word(&ps->lex, &answer))
		parse_missing(ps, word, form);
	else if (slice_eq_str(answer.text, "yes") ||
	    slice_eq_str(answer.text, "no"))
		d.ex.yes = slice_eq_str(answer.text, "yes");
	else {
		diag_error(ps->diag, "MR044", &answer.span,
		    "an example is either 'yes' or 'no'");
		diag_hint(ps->diag, "yes: the message belongs to this route; no: "
		    "it belongs to another. Write: %s", form);
	}
	if (lex_rest(&ps->lex, &title))
		d.ex.title = arena_strndup(ps->arena, title.text.ptr,
		    title.text.len);
	example_lines(ps, &d);

	compose(ps, &d);
	d.ex.expect_field = d.field;
	d.ex.expect_value = d.value;
	d.ex.n_expect = d.n_expect;
	rt->example = arena_grow(ps->arena, rt->example, rt->n_example,
	    &rt->cap_example, sizeof *rt->example);
	rt->example[rt->n_example++] = d.ex;
}
