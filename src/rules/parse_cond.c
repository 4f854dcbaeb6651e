/* SPDX-License-Identifier: MIT */
/* Conditions: [FIELD] PREDICATE VALUE. */
#include "model/domain.h"
#include "model/facts.h"
#include "rules/parse_impl.h"

static const char line_form[] = "FIELD PREDICATE VALUE, as in: subject has "
    "interview";

/* What people write who come from elsewhere. */
static const struct {
	const char *word, *ours;
} elsewhere[] = {
	{ "contains", "has" }, { "includes", "has" }, { "have", "has" },
	{ "matches", "~" }, { "regex", "~" }, { "=~", "~" }, { "like", "has" },
	{ "=", "is" }, { "==", "is" }, { "equals", "is" }, { "are", "is" },
	{ "!=", "is not" }, { "<>", "is not" }, { "isn't", "is not" },
	{ "exists", "present" }, { "missing", "absent" }, { "=<", "<=" },
	{ "=>", ">=" }, { "has-not", "!~" },
};

/* Without outer blanks, inner ones single. */
static const char *
squeeze(struct arena *a, struct slice s)
{
	char *out = arena_alloc(a, s.len + 1);
	size_t n = 0;

	s = slice_trim(s);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i] == '\t' ? ' ' : s.ptr[i];

		if (c != ' ' || out[n - 1] != ' ')
			out[n++] = c;
	}
	return out;
}

/* The predicate that the first or *both words are, or -1. */
int
parse_predicate(struct slice one, struct slice two, bool *both)
{
	int found = -1;

	*both = false;
	for (int i = 0; i < PRED_N; i++) {
		struct slice name = slice_str(predicate_name((enum predicate)i));
		size_t blank = slice_find(name, ' ');

		if (blank == SIZE_MAX) {
			if (slice_eq(name, one) && !*both)
				found = i;
		} else if (slice_eq(slice_sub(name, 0, blank), one) &&
		    slice_eq(slice_sub(name, blank + 1, name.len), two)) {
			*both = true;
			found = i;
		}
	}
	return found;
}

/* The next word without taking it; empty at the end. */
static struct slice
peek_word(const struct lex *lx)
{
	struct lex ahead = *lx;
	struct token t;

	return lex_word(&ahead, &t) ? t.text : slice_make("", 0);
}

bool
parse_is_condition(struct slice words)
{
	struct slice word[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
	bool both;
	size_t n = 0;

	for (size_t i = 0; i < words.len && n < NELEM(word); n++) {
		size_t from = i;

		while (i < words.len && words.ptr[i] != ' ' && words.ptr[i] != '\t')
			i++;
		word[n] = slice_sub(words, from, i);
		while (i < words.len && (words.ptr[i] == ' ' || words.ptr[i] == '\t'))
			i++;
	}
	if (parse_predicate(word[0], word[1], &both) >= 0)
		return true;
	return (field_find(word[0]) >= 0 || slice_starts(word[0], "header:")) &&
	    parse_predicate(word[1], word[2], &both) >= 0;
}

static bool
is_header_name(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] <= 0x20 || s.ptr[i] >= 0x7F || s.ptr[i] == ':')
			return false;
	return s.len > 0 && s.len <= 100;
}

static bool
parse_field_ref(struct parser *ps, const struct token *t, struct field_ref *out)
{
	static const char prefix[] = "header:";
	const char *near;
	int id;

	if (slice_starts_case(t->text, prefix)) {
		struct slice name = slice_sub(t->text, strlen(prefix), t->text.len);
		char *lower = arena_strndup(ps->arena, name.ptr, name.len);

		if (!is_header_name(name)) {
			diag_error(ps->diag, "MR058", &t->span,
			    "'" SLICE_FMT "' is not the name of a header field",
			    SLICE_ARG(name));
			diag_hint(ps->diag, "write it without blank and colon: "
			    "header:NAME");
			return false;
		}
		for (char *p = lower; *p != '\0'; p++)
			if (*p >= 'A' && *p <= 'Z')
				*p = (char)(*p + 32);
		out->id = FIELD_HEADER;
		out->header = slice_make(lower, name.len);
		return true;
	}
	if ((id = field_find(t->text)) >= 0) {
		out->id = (enum field_id)id;
		return true;
	}
	diag_error(ps->diag, "MR012", &t->span, "unknown field '" SLICE_FMT "'",
	    SLICE_ARG(t->text));
	if (slice_eq_str(t->text, "header"))
		diag_hint(ps->diag, "write the name with it: header:NAME");
	else if (fact_find(t->text) >= 0)
		diag_hint(ps->diag, "it is a fact; write: is " SLICE_FMT,
		    SLICE_ARG(t->text));
	else if ((near = field_nearest(t->text)) != NULL)
		diag_hint(ps->diag, "did you mean '%s'?", near);
	else
		diag_hint(ps->diag, "see mroute.rules(5) for the fields; other "
		    "header fields are header:NAME");
	return false;
}

static void
unknown_predicate(struct parser *ps, const struct token *t)
{
	const char *names[PRED_N + 1];
	const char *near = NULL;

	for (int i = 0; i < PRED_N; i++)
		names[i] = predicate_name((enum predicate)i);
	names[PRED_N] = NULL;
	diag_error(ps->diag, "MR013", &t->span, "unknown predicate '" SLICE_FMT
	    "'", SLICE_ARG(t->text));
	for (size_t i = 0; i < NELEM(elsewhere); i++)
		if (slice_eq_str(t->text, elsewhere[i].word))
			near = elsewhere[i].ours;
	if (near == NULL)
		near = diag_nearest(t->text, names);
	if (near != NULL) {
		diag_hint(ps->diag, "did you mean '%s'?", near);
		return;
	}
	for (int i = PRED_N - 1; i >= 0; i--)
		if (strchr("~!<>", names[i][0]) != NULL &&
		    slice_starts(t->text, names[i])) {
			diag_hint(ps->diag, "write a blank behind '%s'", names[i]);
			return;
		}
	diag_hint(ps->diag, "there are: has ~ !~ is, is not, in, not in, present, "
	    "absent, < <= > >=");
}

/* After the field: the predicate; -1 when there is none (reported). */
static int
take_predicate(struct parser *ps, const struct token *t)
{
	struct token second;
	bool both;
	int pred = parse_predicate(t->text, peek_word(&ps->lex), &both);

	if (pred < 0) {
		unknown_predicate(ps, t);
		return -1;
	}
	if (both)
		(void)lex_word(&ps->lex, &second);
	return pred;
}

static bool
predicate_allowed(struct parser *ps, const struct token *at, enum field_id id,
    enum predicate pred)
{
	AUTO(buf_release) struct buf list = BUF_INIT;
	uint32_t allowed = field_predicates(id);

	if ((allowed & PRED_BIT(pred)) != 0)
		return true;
	for (int i = 0; i < PRED_N; i++)
		if ((allowed & PRED_BIT(i)) != 0)
			buf_addf(&list, "%s%s", list.len > 0 ? ", " : "",
			    predicate_name((enum predicate)i));
	diag_error(ps->diag, "MR014", &at->span,
	    "'%s' does not go with '%s'", field_table[id].name,
	    predicate_name(pred));
	diag_hint(ps->diag, "it goes with: %s", buf_str(&list));
	return false;
}

/* All items of a list as tokens; their text goes to out, normalised. */
static size_t
parse_items(struct parser *ps, struct token **item, struct buf *out)
{
	size_t n = 0, cap = 0;
	struct token t;

	*item = NULL;
	ps->after_list = true;
	while (lex_item(&ps->lex, &t)) {
		*item = arena_grow(ps->arena, *item, n, &cap, sizeof **item);
		(*item)[n] = t;
		buf_addf(out, "%s %s", n > 0 ? "," : "",
		    squeeze(ps->arena, t.text));
		n++;
	}
	return n;
}

static void
parse_facts(struct parser *ps, struct draft_cond *dc, const struct token *item,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int fact = fact_find(item[i].text);
		const char *near;

		if (fact >= 0) {
			dc->c.fact_mask |= FACT_BIT(fact);
			continue;
		}
		diag_error(ps->diag, "MR017", &item[i].span,
		    "unknown fact '" SLICE_FMT "'", SLICE_ARG(item[i].text));
		if ((near = fact_nearest(item[i].text)) != NULL)
			diag_hint(ps->diag, "did you mean '%s'?", near);
		else
			diag_hint(ps->diag, "see mroute.rules(5) for the facts; a "
			    "field stands in front of 'is'");
	}
}

static bool
parse_number(struct parser *ps, enum field_id id, const struct token *t,
    int64_t *out)
{
	bool size = field_table[id].type == FIELD_TYPE_SIZE;
	uint64_t n = 0;

	if ((size ? lex_size(t->text, &n) : slice_to_u64(t->text, &n)) &&
	    n <= INT64_MAX) {
		*out = (int64_t)n;
		return true;
	}
	diag_error(ps->diag, "MR029", &t->span,
	    "'" SLICE_FMT "' is not a %s", SLICE_ARG(t->text),
	    size ? "size" : "number");
	diag_hint(ps->diag, "write: %s %s", field_table[id].name,
	    size ? "> 2M, or a number of bytes" : "> 3");
	return false;
}

static bool
is_result(struct slice s)
{
	/* RFC 8601, 2.7, and "bestguesspass", which is not standard. */
	static const char *const results[] = {
		"none", "pass", "fail", "softfail", "neutral", "policy",
		"temperror", "permerror", "bestguesspass",
	};

	for (size_t i = 0; i < NELEM(results); i++)
		if (slice_eq_case(s, slice_str(results[i])))
			return true;
	return false;
}

/* Folded, the domain of an address as A-labels. */
static struct slice
address_of(struct arena *a, struct slice s)
{
	const char *domain;
	size_t at = 0;

	s = text_fold(a, s);
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '@')
			at = i + 1;
	if (at == 0 ||
	    (domain = domain_normal(a, slice_sub(s, at, s.len))) == NULL)
		return s;
	return slice_str(arena_printf(a, SLICE_FMT "%s",
	    SLICE_ARG(slice_sub(s, 0, at)), domain));
}

/* The form in which a word of `is` is compared; empty when it makes no sense. */
static struct slice
word_of(struct parser *ps, enum field_id id, const struct token *t)
{
	const char *domain;

	if (field_table[id].type == FIELD_TYPE_RESULT && !is_result(t->text)) {
		diag_error(ps->diag, "MR030", &t->span,
		    "'" SLICE_FMT "' is not a result of %s", SLICE_ARG(t->text),
		    field_table[id].name);
		diag_hint(ps->diag, "results are: none, pass, fail, softfail, "
		    "neutral, policy, temperror, permerror");
		return slice_make("", 0);
	}
	if (field_table[id].type == FIELD_TYPE_DOMAIN &&
	    (domain = domain_normal(ps->arena, t->text)) != NULL)
		return slice_str(domain);
	if (field_table[id].type == FIELD_TYPE_ADDRESS)
		return address_of(ps->arena, t->text);
	return text_fold(ps->arena, t->text);
}

static void
parse_words(struct parser *ps, struct draft_cond *dc, const struct token *item,
    size_t n)
{
	enum field_id id = dc->c.field.id;
	struct slice *word = arena_calloc(ps->arena, n, sizeof *word);
	int64_t *number = arena_calloc(ps->arena, n, sizeof *number);
	bool numbers = field_table[id].type == FIELD_TYPE_NUMBER ||
	    field_table[id].type == FIELD_TYPE_SIZE;

	for (size_t i = 0; i < n; i++) {
		word[i] = word_of(ps, id, &item[i]);
		if (numbers)
			(void)parse_number(ps, id, &item[i], &number[i]);
	}
	dc->c.word = word;
	dc->c.word_number = numbers ? number : NULL;
	dc->c.n_word = n;
}

static void
parse_pattern(struct parser *ps, struct draft_cond *dc, const struct token *t)
{
	struct ruleset *rs = ps->rs;
	struct regex *re = NULL;
	char error[256] = "";
	size_t at = 0;

	if (regex_compile(t->text, &re, error, &at) < 0) {
		size_t from = t->span.col - 1 + MIN(at, t->text.len);
		struct span here = lex_span(&ps->lex, from, from);

		diag_error(ps->diag, "MR028", &here, "bad pattern: %s", error);
		if (slice_starts(t->text, "*"))
			diag_hint(ps->diag, "'*' for any letters is for 'has'; in a "
			    "pattern write \\w*");
		return;
	}
	rs->regex = arena_grow(ps->arena, rs->regex, rs->n_regex, &ps->cap_regex,
	    sizeof(struct regex *));
	rs->regex[rs->n_regex++] = re;
	dc->c.regex = re;
}

static void
parse_value(struct parser *ps, struct draft_cond *dc, const struct token *pred,
    bool known, struct buf *text)
{
	enum field_id id = dc->c.field.id;
	struct token *item, t;
	size_t n;

	switch (dc->c.pred) {
	case PRED_PRESENT:
	case PRED_ABSENT:
		lex_end(&ps->lex);
		return;
	case PRED_HAS:
	case PRED_IS:
	case PRED_IS_NOT:
		if ((n = parse_items(ps, &item, text)) == 0)
			parse_missing(ps, pred, line_form);
		else if (dc->c.facts)
			parse_facts(ps, dc, item, n);
		else if (dc->c.pred == PRED_HAS) {
			dc->item = item;
			dc->n_item = n;
		} else if (known)
			parse_words(ps, dc, item, n);
		return;
	case PRED_MATCH: case PRED_NOT_MATCH: case PRED_IN: case PRED_NOT_IN:
	case PRED_LT: case PRED_LE: case PRED_GT: case PRED_GE:
	case PRED_N:
		break;
	}
	if (!lex_rest(&ps->lex, &t)) {
		parse_missing(ps, pred, line_form);
		return;
	}
	buf_add_char(text, ' ');
	buf_add_slice(text, t.text);
	if (dc->c.pred == PRED_MATCH || dc->c.pred == PRED_NOT_MATCH)
		parse_pattern(ps, dc, &t);
	else if (dc->c.pred == PRED_IN || dc->c.pred == PRED_NOT_IN)
		dc->c.list = parse_list(ps, &t);
	else if (known)
		(void)parse_number(ps, id, &t, &dc->c.number);
}

/* Step over the value of a line that can't be understood. */
static void
skip_value(struct parser *ps)
{
	struct token t;

	if (ps->lex.line.len > 0 &&
	    slice_trim(ps->lex.line).ptr[slice_trim(ps->lex.line).len - 1] == ',')
		while (lex_item(&ps->lex, &t))
			;
}

void
parse_cond(struct parser *ps, struct draft_cond *dc, const struct token *word)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	bool known = true, both;
	struct token first, pred;
	int p;

	if (!lex_word(&ps->lex, &first)) {
		parse_missing(ps, word, line_form);
		return;
	}
	dc->c.span = lex_span(&ps->lex, first.span.col - 1, ps->lex.line.len);
	pred = first;
	if (parse_predicate(first.text, peek_word(&ps->lex), &both) < 0) {
		known = parse_field_ref(ps, &first, &dc->c.field);
		buf_add_str(&text, known ? field_table[dc->c.field.id].name : "");
		if (known && dc->c.field.id == FIELD_HEADER)
			buf_addf(&text, ":" SLICE_FMT,
			    SLICE_ARG(dc->c.field.header));
		buf_add_char(&text, ' ');
		if (!lex_word(&ps->lex, &pred)) {
			if (known)
				parse_missing(ps, &first, line_form);
			return;
		}
	} else
		dc->c.facts = true;
	if (!known && parse_predicate(pred.text, peek_word(&ps->lex), &both) < 0) {
		skip_value(ps);		/* one report is enough */
		return;
	}
	if ((p = take_predicate(ps, &pred)) < 0) {
		skip_value(ps);
		return;
	}
	dc->c.pred = (enum predicate)p;
	buf_add_str(&text, predicate_name(dc->c.pred));
	if (dc->c.facts && dc->c.pred != PRED_IS && dc->c.pred != PRED_IS_NOT) {
		diag_error(ps->diag, "MR015", &pred.span,
		    "a field is missing in front of '%s'",
		    predicate_name(dc->c.pred));
		diag_hint(ps->diag, "write what is looked at: subject %s ...",
		    predicate_name(dc->c.pred));
		dc->c.facts = known = false;
	} else if (known && !dc->c.facts)
		known = predicate_allowed(ps, &pred, dc->c.field.id, dc->c.pred);
	parse_value(ps, dc, &pred, known, &text);
	dc->text = arena_strdup(ps->arena, buf_str(&text));
}
