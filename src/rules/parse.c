/* SPDX-License-Identifier: MIT */
/* Rule files: statements, and what stands outside of routes. */
#include "base/edit.h"
#include "rules/parse_impl.h"

static void parse_version(struct parser *ps, const struct token *word);
static void parse_phrases(struct parser *ps, const struct token *word);
static void parse_route(struct parser *ps, const struct token *word);
static void parse_otherwise(struct parser *ps, const struct token *word);
static void parse_not_yet(struct parser *ps, const struct token *word);

static const struct statement {
	const char *word;
	bool in_route;
	void (*parse)(struct parser *ps, const struct token *word);
} statements[] = {
	{ "version", false, parse_version },
	{ "phrases", false, parse_phrases },
	{ "route", false, parse_route },
	{ "otherwise", false, parse_otherwise },
	{ "title", true, parse_title },
	{ "owner", true, parse_owner },
	{ "needs", true, parse_needs },
	{ "keep-originals", true, parse_keep_originals },
	{ "forward", true, parse_forward },
	{ "file", true, parse_file },
	{ "maildir", true, parse_maildir },
	{ "keep", true, parse_keep },
	{ "never", true, parse_never },
	{ "always", true, parse_always },
	{ "and", true, parse_and },
	{ "field", true, parse_field },
	{ "example", true, parse_example },
	{ "reply", true, parse_not_yet },
	{ "post", true, parse_not_yet },
};

static const struct statement *
statement_find(struct slice word)
{
	for (size_t i = 0; i < NELEM(statements); i++)
		if (slice_eq_str(word, statements[i].word))
			return &statements[i];
	return NULL;
}

/* Cut the first word off *s. */
static struct slice
cut_word(struct slice *s)
{
	size_t n = 0;
	struct slice word;

	while (n < s->len && s->ptr[n] != ' ' && s->ptr[n] != '\t')
		n++;
	word = slice_sub(*s, 0, n);
	*s = slice_trim(slice_sub(*s, n, s->len));
	return word;
}

/*
 * For the lexer: is this line, on which a list would go on, rather a statement
 * of its own?  Words that begin ordinary phrases ("and", "never", "keep") only
 * count together with what must follow them.
 */
bool
parse_is_statement(struct slice line)
{
	struct slice rest = line, word = cut_word(&rest), next;
	const struct statement *st;

	if (parse_is_points(word))
		return true;
	if ((st = statement_find(word)) == NULL)
		return false;
	if (st->parse == parse_never || st->parse == parse_always ||
	    st->parse == parse_and)
		return parse_is_condition(rest);
	next = cut_word(&rest);
	if (st->parse == parse_route || st->parse == parse_otherwise)
		return lex_is_name(next) && rest.len == 0;
	if (st->parse == parse_phrases)
		return slice_starts(rest, "=");
	if (st->parse == parse_keep)
		return next.len == 0;
	if (st->parse == parse_example)
		return slice_eq_str(next, "yes") || slice_eq_str(next, "no");
	if (st->parse == parse_field)
		return slice_find(rest, '{') != SIZE_MAX;
	if (st->parse == parse_needs || st->parse == parse_version ||
	    st->parse == parse_keep_originals)
		return next.len > 0 && next.ptr[0] >= '0' && next.ptr[0] <= '9';
	return slice_find(line, ',') == SIZE_MAX;
}

bool
parse_missing(struct parser *ps, const struct token *word, const char *form)
{
	struct span at = lex_here(&ps->lex);

	diag_error(ps->diag, "MR016", &at, "something is missing after '"
	    SLICE_FMT "'", SLICE_ARG(word->text));
	diag_hint(ps->diag, "write: %s", form);
	return false;
}

bool
parse_once(struct parser *ps, enum once which, const struct token *word)
{
	struct span *first = &ps->here->once[which];

	if (first->line == 0) {
		*first = word->span;
		return true;
	}
	diag_error(ps->diag, "MR034", &word->span, "'" SLICE_FMT
	    "' stands twice in route '%s'", SLICE_ARG(word->text),
	    ps->here->r.name);
	diag_hint(ps->diag, "the first is in line %u", first->line);
	return false;
}

static void
parse_version(struct parser *ps, const struct token *word)
{
	struct token number;

	if (ps->has_version) {
		diag_error(ps->diag, "MR010", &word->span,
		    "'version' stands twice in this file");
		return;
	}
	ps->has_version = true;
	if (!lex_rest(&ps->lex, &number)) {
		parse_missing(ps, word, "version 1");
		return;
	}
	if (!slice_eq_str(number.text, "1")) {
		diag_error(ps->diag, "MR010", &number.span,
		    "version '" SLICE_FMT "' is not known",
		    SLICE_ARG(number.text));
		diag_hint(ps->diag, "this mroute reads version 1");
	}
}

/* The name of a route, set or field; NULL when it is missing or wrong. */
static const char *
parse_name(struct parser *ps, const struct token *word, const char *form,
    struct token *name)
{
	if (!lex_word(&ps->lex, name)) {
		parse_missing(ps, word, form);
		return NULL;
	}
	if (!lex_is_name(name->text)) {
		diag_error(ps->diag, "MR022", &name->span,
		    "'" SLICE_FMT "' is not a name", SLICE_ARG(name->text));
		diag_hint(ps->diag, "a name is made of a-z, 0-9, '-' and '_', at "
		    "most %d of them; write: %s", LEX_NAME_MAX, form);
		return NULL;
	}
	return arena_strndup(ps->arena, name->text.ptr, name->text.len);
}

struct draft_set *
parse_find_set(const struct parser *ps, struct slice name)
{
	for (size_t i = 0; i < ps->n_set; i++)
		if (slice_eq_str(name, ps->set[i]->s.name))
			return ps->set[i];
	return NULL;
}

static void
parse_phrases(struct parser *ps, const struct token *word)
{
	static const char form[] = "phrases NAME = PHRASE, PHRASE";
	const struct draft_set *twin = NULL;
	struct draft_set *set;
	struct token name, item;
	const char *text;
	size_t cap = 0;

	ps->here = NULL;
	if ((text = parse_name(ps, word, form, &name)) != NULL)
		twin = parse_find_set(ps, name.text);
	if (twin != NULL) {
		diag_error(ps->diag, "MR024", &name.span,
		    "the phrases '%s' stand twice", text);
		diag_hint(ps->diag, "the first are in %s, line %u",
		    twin->s.span.file, twin->s.span.line);
	}
	if (!lex_word(&ps->lex, &item) || !slice_eq_str(item.text, "=")) {
		if (text != NULL)
			parse_missing(ps, &name, form);
		return;
	}
	set = arena_alloc(ps->arena, sizeof *set);
	*set = (struct draft_set){ .s = { .name = text, .span = name.span } };
	ps->after_list = true;
	while (lex_item(&ps->lex, &item)) {
		set->item = arena_grow(ps->arena, set->item, set->n_item, &cap,
		    sizeof *set->item);
		set->item[set->n_item++] = item;
	}
	if (text == NULL || twin != NULL)
		return;
	if (ps->n_set == RULESET_SETS_MAX) {
		diag_error(ps->diag, "MR054", &name.span,
		    "more than %d sets of phrases", RULESET_SETS_MAX);
		return;
	}
	ps->set = arena_grow(ps->arena, ps->set, ps->n_set, &ps->cap_set,
	    sizeof(struct draft_set *));
	ps->set[ps->n_set++] = set;
}

static void
parse_route(struct parser *ps, const struct token *word)
{
	struct draft_route *rt = arena_alloc(ps->arena, sizeof *rt);
	struct token name = *word;
	const char *text = parse_name(ps, word, "route NAME", &name);

	if (text != NULL)
		lex_end(&ps->lex);
	rt->r.name = text != NULL ? text : "";
	rt->r.title = rt->r.name;
	rt->r.needs = 50;
	rt->r.keep_originals = -1;
	rt->r.span = name.span;
	ps->here = rt;
	for (size_t i = 0; i < ps->n_route && text != NULL; i++) {
		if (strcmp(ps->route[i]->r.name, text) != 0)
			continue;
		diag_error(ps->diag, "MR023", &name.span,
		    "route '%s' stands twice", text);
		diag_hint(ps->diag, "the first is in %s, line %u",
		    ps->route[i]->r.span.file, ps->route[i]->r.span.line);
		return;
	}
	if (ps->n_route == RULESET_ROUTES_MAX) {
		diag_error(ps->diag, "MR054", &name.span, "more than %d routes",
		    RULESET_ROUTES_MAX);
		return;
	}
	ps->route = arena_grow(ps->arena, ps->route, ps->n_route, &ps->cap_route,
	    sizeof(struct draft_route *));
	ps->route[ps->n_route++] = rt;
}

static void
parse_otherwise(struct parser *ps, const struct token *word)
{
	struct token name;

	ps->here = NULL;
	if (parse_name(ps, word, "otherwise ROUTE", &name) == NULL)
		return;
	lex_end(&ps->lex);
	if (ps->otherwise.text.len > 0) {
		diag_error(ps->diag, "MR051", &word->span,
		    "'otherwise' stands twice");
		diag_hint(ps->diag, "the first is in %s, line %u",
		    ps->otherwise.span.file, ps->otherwise.span.line);
		return;
	}
	ps->otherwise = name;
}

static void
parse_not_yet(struct parser *ps, const struct token *word)
{
	diag_error(ps->diag, "MR018", &word->span,
	    "'" SLICE_FMT "' is not there yet", SLICE_ARG(word->text));
	diag_hint(ps->diag, "this version has forward, file, maildir and keep");
}

/* What text programs make of a minus sign. */
static bool
begins_with_dash(struct slice word)
{
	static const char *const dashes[] = {
		"\xE2\x80\x90", "\xE2\x80\x91", "\xE2\x80\x92",	/* hyphens */
		"\xE2\x80\x93", "\xE2\x80\x94", "\xE2\x88\x92",	/* dashes, minus */
	};

	for (size_t i = 0; i < NELEM(dashes); i++)
		if (slice_starts(word, dashes[i]))
			return true;
	return false;
}

static void
unknown_statement(struct parser *ps, const struct token *word)
{
	struct edit_nearest near = edit_begin(word->text);

	for (size_t i = 0; i < NELEM(statements); i++)
		edit_offer(&near, statements[i].word);
	diag_error(ps->diag, "MR011", &word->span,
	    "no statement begins with '" SLICE_FMT "'", SLICE_ARG(word->text));
	if (near.best != NULL)
		diag_hint(ps->diag, "did you mean '%s'?", near.best);
	else if (slice_starts(word->text, "|"))
		diag_hint(ps->diag, "text of a message stands below 'example yes' "
		    "or 'example no'");
	else if (ps->after_example)
		diag_hint(ps->diag, "in an example, write 'Name: value' for a "
		    "header field and '| text' for a line of text");
	else if (field_find(word->text) >= 0)
		diag_hint(ps->diag, "evidence begins with its points, or with "
		    "never or always: +10 " SLICE_FMT " ...",
		    SLICE_ARG(word->text));
	else if (word->text.ptr[0] >= '0' && word->text.ptr[0] <= '9')
		diag_hint(ps->diag, "points have a sign: +10 or -10");
	else if (slice_eq_str(word->text, "+") || slice_eq_str(word->text, "-"))
		diag_hint(ps->diag, "no blank stands between the sign and the "
		    "number: " SLICE_FMT "10", SLICE_ARG(word->text));
	else if (begins_with_dash(word->text))
		diag_hint(ps->diag, "this dash is no minus sign: write -10");
	else if (ps->after_list)
		diag_hint(ps->diag, "if this goes on with the list above, that one "
		    "needs a comma at its end");
	else
		diag_hint(ps->diag, "see mroute.rules(5) for what there is");
}

static void
parse_statement(struct parser *ps, const struct token *word)
{
	bool evidence = parse_is_points(word->text);
	const struct statement *st = statement_find(word->text);

	if (!ps->has_version && !ps->told_version &&
	    (st == NULL || st->parse != parse_version)) {
		diag_error(ps->diag, "MR010", &word->span,
		    "'version 1' must come first in the file");
		diag_hint(ps->diag, "write it into a line of its own above this one");
		ps->told_version = true;
	}
	if (!evidence && st == NULL) {
		unknown_statement(ps, word);
		ps->and_may_follow = false;
		/* What follows is the rest of that message: one report is enough. */
		if (ps->after_example || slice_starts(word->text, "|"))
			parse_example_skip(ps);
		return;
	}
	ps->after_list = false;
	if ((evidence || st->in_route) && ps->here == NULL) {
		diag_error(ps->diag, "MR020", &word->span,
		    "'" SLICE_FMT "' stands outside of a route",
		    SLICE_ARG(word->text));
		diag_hint(ps->diag, "begin one above it: route NAME");
		/* Go on as if: one report is enough. */
		ps->here = arena_alloc(ps->arena, sizeof *ps->here);
		ps->here->r.name = "";
	}
	if (evidence)
		parse_points(ps, word);
	else
		st->parse(ps, word);
	ps->and_may_follow = evidence || st->parse == parse_never ||
	    st->parse == parse_always || st->parse == parse_and;
	ps->after_example = st != NULL && st->parse == parse_example;
}

void
parse_one_file(struct parser *ps, const struct rule_file *file)
{
	struct token word;

	lex_open(&ps->lex, ps->arena, file->name, file->bytes, ps->diag);
	ps->lex.is_statement = parse_is_statement;
	ps->incomplete |= ps->lex.refused;
	ps->here = NULL;
	ps->has_version = ps->told_version = false;
	ps->and_may_follow = ps->after_example = ps->after_list = false;
	while (lex_line(&ps->lex) && lex_word(&ps->lex, &word))
		parse_statement(ps, &word);
}

int
ruleset_parse(const struct rule_file *file, size_t n_file,
    ruleset_lookup *lookup, void *arg, const struct config *cfg,
    const struct config_alias *alias, struct diag *d, struct ruleset **out)
{
	AUTO(ruleset_free) struct ruleset *rs = NULL;
	struct arena *arena = arena_new();
	unsigned before = diag_seen(d);
	struct parser ps = {
		.arena = arena,
		.diag = d,
		.lookup = lookup,
		.arg = arg,
		.cfg = cfg,
		.alias = alias,
		.names_known = cfg != NULL && alias != NULL && !cfg->rules_only,
	};

	rs = arena_alloc(arena, sizeof *rs);
	rs->arena = arena;
	ps.rs = rs;
	for (size_t i = 0; i < n_file; i++)
		parse_one_file(&ps, &file[i]);
	parse_build_sets(&ps);
	parse_check_routes(&ps, diag_seen(d) == before);
	if (diag_seen(d) != before)
		return -1;
	parse_build_routes(&ps);
	*out = rs;
	rs = NULL;
	return 0;
}
