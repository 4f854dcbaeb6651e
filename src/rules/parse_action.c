/* SPDX-License-Identifier: MIT */
/* What a route does, and the single values in it. */
#include "base/edit.h"
#include "model/envelope.h"
#include "rules/parse_impl.h"

enum { MAILBOX_MAX = 200, FIELD_TEXT_MAX = 500 };

static bool
is_address(struct slice s)
{
	size_t at = slice_find(s, '@');

	return address_valid(s.ptr, s.len) && at != SIZE_MAX && at > 0 &&
	    s.ptr[s.len - 1] != '@';
}

static const char *
copy(struct parser *ps, struct slice s)
{
	return arena_strndup(ps->arena, s.ptr, s.len);
}

void
parse_title(struct parser *ps, const struct token *word)
{
	struct token t;

	if (!lex_rest(&ps->lex, &t))
		parse_missing(ps, word, "title TEXT");
	else if (parse_once(ps, ONCE_TITLE, word))
		ps->here->r.title = copy(ps, t.text);
}

void
parse_owner(struct parser *ps, const struct token *word)
{
	struct token t;

	if (!lex_rest(&ps->lex, &t)) {
		parse_missing(ps, word, "owner ADDRESS");
		return;
	}
	if (!is_address(t.text)) {
		diag_error(ps->diag, "MR035", &t.span,
		    "'" SLICE_FMT "' is not a mail address", SLICE_ARG(t.text));
		return;
	}
	if (parse_once(ps, ONCE_OWNER, word))
		ps->here->r.owner = copy(ps, t.text);
}

void
parse_needs(struct parser *ps, const struct token *word)
{
	struct token t;
	uint64_t n;

	if (!lex_rest(&ps->lex, &t)) {
		parse_missing(ps, word, "needs N");
		return;
	}
	if (!slice_to_u64(t.text, &n) || n < 1 || n > 1000) {
		diag_error(ps->diag, "MR040", &t.span,
		    "'" SLICE_FMT "' is not a number from 1 to 1000",
		    SLICE_ARG(t.text));
		return;
	}
	if (parse_once(ps, ONCE_NEEDS, word))
		ps->here->r.needs = (int)n;
}

void
parse_keep_originals(struct parser *ps, const struct token *word)
{
	struct token t;
	int64_t ms;

	if (!lex_rest(&ps->lex, &t)) {
		parse_missing(ps, word, "keep-originals TIME");
		return;
	}
	if (!lex_time(t.text, &ms)) {
		diag_error(ps->diag, "MR041", &t.span,
		    "'" SLICE_FMT "' is not a time", SLICE_ARG(t.text));
		diag_hint(ps->diag, "write a number and a unit: 12h, 30d, 2w");
		return;
	}
	if (parse_once(ps, ONCE_ORIGINALS, word))
		ps->here->r.keep_originals = ms;
}

static void
add_action(struct parser *ps, enum action_kind kind, const char *store,
    const char *value, struct span at)
{
	struct draft_route *rt = ps->here;

	rt->action = arena_grow(ps->arena, rt->action, rt->n_action,
	    &rt->cap_action, sizeof *rt->action);
	rt->action[rt->n_action++] = (struct action){
		.kind = kind,
		.store = store,
		.value = value,
		.span = at,
	};
}

static void
unknown_team(struct parser *ps, const struct token *t)
{
	struct edit_nearest near = edit_begin(t->text);

	for (size_t i = 0; i < ps->cfg->n_team; i++)
		edit_offer(&near, ps->cfg->team[i].name);
	diag_error(ps->diag, "MR036", &t->span, "no team is named '" SLICE_FMT "'",
	    SLICE_ARG(t->text));
	if (near.best != NULL)
		diag_hint(ps->diag, "did you mean '%s'?", near.best);
	else
		diag_hint(ps->diag, "teams stand in mroute.conf: team " SLICE_FMT,
		    SLICE_ARG(t->text));
}

static void
forward_to(struct parser *ps, const struct token *t)
{
	const char *value = copy(ps, t->text);

	if (slice_find(t->text, '@') != SIZE_MAX) {
		if (is_address(t->text))
			add_action(ps, ACTION_FORWARD_ADDRESS, NULL, value, t->span);
		else
			diag_error(ps->diag, "MR035", &t->span,
			    "'" SLICE_FMT "' is not a mail address",
			    SLICE_ARG(t->text));
		return;
	}
	if (!lex_is_name(t->text)) {
		diag_error(ps->diag, "MR035", &t->span,
		    "'" SLICE_FMT "' is neither an address nor a team",
		    SLICE_ARG(t->text));
		return;
	}
	if (!ps->names_known)
		ps->teams_unchecked = true;
	else if (config_team_find(ps->cfg, value) == NULL)
		unknown_team(ps, t);
	add_action(ps, ACTION_FORWARD_TEAM, NULL, value, t->span);
}

void
parse_forward(struct parser *ps, const struct token *word)
{
	bool any = false;
	struct token t;

	for (; lex_name(&ps->lex, &t); any = true)
		forward_to(ps, &t);
	if (!any)
		parse_missing(ps, word, "forward ADDRESS or TEAM");
}

/* Parts with something in them, and nothing that servers take for more. */
static bool
is_mailbox(struct slice s)
{
	struct slice rest = s, part;

	if (s.len > MAILBOX_MAX || slice_starts(s, "#") || slice_starts(s, "~"))
		return false;
	while (slice_next(&rest, '/', &part)) {
		if (part.len == 0 || part.len != slice_trim(part).len ||
		    slice_eq_str(part, ".") || slice_eq_str(part, ".."))
			return false;
		if (slice_find(part, '*') != SIZE_MAX ||
		    slice_find(part, '%') != SIZE_MAX)
			return false;
	}
	return s.len > 0;
}

static void
unknown_store(struct parser *ps, const struct token *t, struct slice name)
{
	struct edit_nearest near = edit_begin(name);

	for (size_t i = 0; i < ps->cfg->n_imap; i++)
		edit_offer(&near, ps->cfg->imap[i].name);
	diag_error(ps->diag, "MR038", &t->span, "no store is named '" SLICE_FMT
	    "'", SLICE_ARG(name));
	if (near.best != NULL)
		diag_hint(ps->diag, "did you mean '%s'?", near.best);
	else
		diag_hint(ps->diag, "stores stand in mroute.conf: imap " SLICE_FMT,
		    SLICE_ARG(name));
}

void
parse_file(struct parser *ps, const struct token *word)
{
	struct slice store, mailbox;
	const char *name = NULL;
	struct token t;
	size_t colon;

	if (!lex_rest(&ps->lex, &t)) {
		parse_missing(ps, word, "file MAILBOX, or file STORE:MAILBOX");
		return;
	}
	colon = slice_find(t.text, ':');
	store = slice_sub(t.text, 0, colon == SIZE_MAX ? 0 : colon);
	mailbox = colon == SIZE_MAX ? t.text :
	    slice_sub(t.text, colon + 1, t.text.len);
	if (!is_mailbox(mailbox)) {
		diag_error(ps->diag, "MR037", &t.span,
		    "'" SLICE_FMT "' is not the name of a mailbox",
		    SLICE_ARG(mailbox));
		diag_hint(ps->diag, "write it like Triage/Press: no empty parts, "
		    "no '*' and no '%%', at most %d bytes", MAILBOX_MAX);
		return;
	}
	if (colon != SIZE_MAX)
		name = copy(ps, store);
	if (!ps->names_known)
		ps->teams_unchecked = true;
	else if (name != NULL && config_imap_find(ps->cfg, name) == NULL)
		unknown_store(ps, &t, store);
	else if (name == NULL && ps->alias->store == NULL) {
		diag_error(ps->diag, "MR038", &t.span,
		    "it is not said in which store '" SLICE_FMT "' is",
		    SLICE_ARG(mailbox));
		diag_hint(ps->diag, "write file STORE:" SLICE_FMT
		    ", or 'store NAME' in the alias section of mroute.conf",
		    SLICE_ARG(mailbox));
	}
	add_action(ps, ACTION_FILE, name, copy(ps, mailbox), t.span);
}

void
parse_maildir(struct parser *ps, const struct token *word)
{
	struct slice rest, part;
	struct token t;

	if (!lex_rest(&ps->lex, &t)) {
		parse_missing(ps, word, "maildir /PATH");
		return;
	}
	rest = t.text;
	while (slice_next(&rest, '/', &part))
		if (slice_eq_str(part, "..") || !slice_starts(t.text, "/")) {
			diag_error(ps->diag, "MR039", &t.span,
			    "'" SLICE_FMT "' is not an absolute path",
			    SLICE_ARG(t.text));
			diag_hint(ps->diag, "write it from '/', without '..'; or "
			    "forward to a team with the member maildir:PATH");
			return;
		}
	add_action(ps, ACTION_MAILDIR, NULL, copy(ps, t.text), t.span);
}

void
parse_keep(struct parser *ps, const struct token *word)
{
	lex_end(&ps->lex);
	if (parse_once(ps, ONCE_KEEP, word))
		add_action(ps, ACTION_KEEP, NULL, "", word->span);
}

/* Each brace has its partner, and between them stands the name of a capture. */
static bool
is_template(struct slice s)
{
	struct slice rest = s, name;
	bool any = false;
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.ptr[i] == '}')
			return false;
		if (s.ptr[i] != '{')
			continue;
		while (++i < s.len && s.ptr[i] != '}')
			if (s.ptr[i] == '{')
				return false;
		if (i >= s.len)
			return false;
	}
	while (template_next(&rest, &name)) {
		any = true;
		if (name.len == 0 || name.len > 32)
			return false;
		for (i = 0; i < name.len; i++) {
			char c = name.ptr[i];

			if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
			    !(c >= '0' && c <= '9') && c != '_')
				return false;
		}
	}
	return any && s.len <= FIELD_TEXT_MAX;
}

/* A word and one capture, and nothing else: `TYPE {capture}`. */
static bool
is_word_and_capture(struct slice s, struct slice *word, struct slice *capture)
{
	size_t blank = slice_find(s, ' ');
	struct slice rest, name;

	if (blank == SIZE_MAX)
		return false;
	*word = slice_sub(s, 0, blank);
	*capture = slice_trim(slice_sub(s, blank, s.len));
	rest = *capture;
	return slice_starts(rest, "{") && template_next(&rest, &name) && rest.len == 0;
}

/*
 * Take a type off the front of a field's text.  Any other word in front of a
 * capture is text, but one that is nearly a type is a slip.
 */
static bool
take_type(struct parser *ps, struct token *text, enum typed *type)
{
	struct slice word, capture;
	const char *near;
	int found;

	*type = TYPED_TEXT;
	if (!is_word_and_capture(text->text, &word, &capture))
		return true;
	if ((found = typed_find(word)) > TYPED_TEXT) {
		*type = (enum typed)found;
		text->text = capture;
		return true;
	}
	if ((near = typed_nearest(word)) == NULL)
		return true;
	text->span.len = (unsigned)word.len;
	diag_error(ps->diag, "MR085", &text->span,
	    "'" SLICE_FMT "' is not a type of fields", SLICE_ARG(word));
	diag_hint(ps->diag, "did you mean '%s'?", near);
	return false;
}

static bool
is_new_field(struct parser *ps, const struct token *name)
{
	const struct draft_route *rt = ps->here;

	for (size_t i = 0; i < rt->n_field; i++)
		if (slice_eq_str(name->text, rt->field[i].name)) {
			diag_error(ps->diag, "MR034", &name->span, "field '"
			    SLICE_FMT "' stands twice in route '%s'",
			    SLICE_ARG(name->text), rt->r.name);
			diag_hint(ps->diag, "the first is in line %u",
			    rt->field[i].span.line);
			return false;
		}
	return true;
}

void
parse_field(struct parser *ps, const struct token *word)
{
	static const char form[] = "field NAME {capture}, or field NAME TYPE {capture}";
	struct draft_route *rt = ps->here;
	struct token name, text;
	enum typed type;

	if (!lex_word(&ps->lex, &name) || !lex_rest(&ps->lex, &text)) {
		parse_missing(ps, word, form);
		return;
	}
	if (!lex_is_name(name.text)) {
		diag_error(ps->diag, "MR022", &name.span,
		    "'" SLICE_FMT "' is not a name", SLICE_ARG(name.text));
		diag_hint(ps->diag, "a name is made of a-z, 0-9, '-' and '_'; "
		    "write: %s", form);
		return;
	}
	if (!take_type(ps, &text, &type))
		return;
	if (!is_template(text.text)) {
		diag_error(ps->diag, "MR042", &text.span,
		    "the text of field '" SLICE_FMT "' has no {capture} in it, or "
		    "a brace without its partner", SLICE_ARG(name.text));
		diag_hint(ps->diag, "a pattern names a capture by (?<name>...), "
		    "the field uses it as {name}");
		return;
	}
	if (!is_new_field(ps, &name))
		return;
	rt->field = arena_grow(ps->arena, rt->field, rt->n_field, &rt->cap_field,
	    sizeof *rt->field);
	rt->field[rt->n_field++] = (struct capture_field){
		.name = copy(ps, name.text),
		.type = type,
		.template = copy(ps, text.text),
		.span = text.span,
	};
}
