/* SPDX-License-Identifier: MIT */
/* mroute.conf: sections, and keys in them, one a line. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/edit.h"
#include "base/xalloc.h"
#include "model/config_impl.h"

enum { SECTIONS_MAX = 2000 };

static int
section_find(struct slice word)
{
	for (int i = SECTION_TOP + 1; i < SECTION_N; i++)
		if (slice_eq_str(word, section_table[i].name))
			return i;
	return -1;
}

/* For the lexer: a list does not go on with a line that begins like this. */
static bool
is_statement(struct slice line)
{
	size_t n = 0;
	struct slice word;

	while (n < line.len && line.ptr[n] != ' ' && line.ptr[n] != '\t')
		n++;
	word = slice_sub(line, 0, n);
	if (section_find(word) >= 0)
		return true;
	for (size_t i = 0; i < key_count; i++)
		if (slice_eq_str(word, key_table[i].key))
			return true;
	return false;
}

/* Where the section's values go; the arrays move when they grow. */
static void *
section_base(struct config_parser *ps, const struct section *s)
{
	struct config *cfg = ps->cfg;

	switch (s->id) {
	case SECTION_TOP:
	case SECTION_TRUST:
		return cfg;
	case SECTION_ALIAS:
		return &cfg->alias[s->index];
	case SECTION_TEAM:
		return &cfg->team[s->index];
	case SECTION_SMTP:
		return &cfg->smtp;
	case SECTION_IMAP:
		return &cfg->imap[s->index];
	case SECTION_SPOOL:
		return &cfg->spool;
	case SECTION_LIMITS:
		return &cfg->limits;
	case SECTION_SUMMARY:
		return &cfg->summary;
	case SECTION_N:
		break;
	}
	bug("config: no such section");
}

static struct section *
section_add(struct config_parser *ps, enum section_id id, struct span at)
{
	struct section *s;

	ps->section = arena_grow(ps->cfg->arena, ps->section, ps->n_section,
	    &ps->cap_section, sizeof *ps->section);
	s = &ps->section[ps->n_section++];
	*s = (struct section){ .id = id, .span = at };
	return s;
}

static const struct section *
section_twin(const struct config_parser *ps, enum section_id id)
{
	for (size_t i = 0; i < ps->n_section; i++)
		if (ps->section[i].id == id)
			return &ps->section[i];
	return NULL;
}

static void
report_twice(struct config_parser *ps, const struct token *t, unsigned line)
{
	diag_error(ps->diag, "MR104", &t->span,
	    "'" SLICE_FMT "' stands twice", SLICE_ARG(t->text));
	diag_hint(ps->diag, "the first is in line %u", line);
}

/* The addresses behind `alias`. */
static void
parse_alias_names(struct config_parser *ps, struct config_alias *al)
{
	struct arena *a = ps->cfg->arena;
	const char **list = NULL;
	size_t cap = 0;
	struct token t;

	while (lex_name(&ps->lex, &t)) {
		if (slice_eq_str(t.text, "*")) {
			al->any = true;
			continue;
		}
		if (!value_is_address(t.text)) {
			diag_error(ps->diag, "MR110", &t.span,
			    "'" SLICE_FMT "' is not a mail address",
			    SLICE_ARG(t.text));
			continue;
		}
		list = arena_grow(a, list, al->n_address, &cap, sizeof *list);
		list[al->n_address++] = value_lower(a, t.text);
	}
	al->address = list;
}

static void
begin_alias(struct config_parser *ps, const struct token *word)
{
	struct config *cfg = ps->cfg;
	struct config_alias *al;
	struct section *s;

	cfg->alias = arena_grow(cfg->arena, cfg->alias, cfg->n_alias,
	    &ps->cap_alias, sizeof *cfg->alias);
	al = &cfg->alias[cfg->n_alias];
	*al = (struct config_alias){ .line = (int)word->span.line };
	value_defaults(cfg, SECTION_ALIAS, al);
	parse_alias_names(ps, al);
	if (al->any && al->n_address > 0) {
		diag_error(ps->diag, "MR110", &word->span,
		    "'*' stands alone or not at all");
		diag_hint(ps->diag, "write the addresses in a section of their own");
	}
	s = section_add(ps, SECTION_ALIAS, word->span);
	s->index = cfg->n_alias++;
}

/* The name behind `team` and `imap`; "" when there is no good one. */
static const char *
parse_section_name(struct config_parser *ps, const struct token *word,
    struct token *name)
{
	if (!lex_word(&ps->lex, name)) {
		diag_error(ps->diag, "MR105", &word->span,
		    "'" SLICE_FMT "' needs a name", SLICE_ARG(word->text));
		return "";
	}
	if (!lex_is_name(name->text)) {
		diag_error(ps->diag, "MR111", &name->span,
		    "'" SLICE_FMT "' is not a name", SLICE_ARG(name->text));
		diag_hint(ps->diag, "a name is made of a-z, 0-9, '-' and '_', at "
		    "most %d of them", LEX_NAME_MAX);
		return "";
	}
	lex_end(&ps->lex);
	return arena_strndup(ps->cfg->arena, name->text.ptr, name->text.len);
}

static void
begin_team(struct config_parser *ps, const struct token *word)
{
	struct config *cfg = ps->cfg;
	struct token name = *word;
	const char *text = parse_section_name(ps, word, &name);
	const struct config_team *twin = config_team_find(cfg, text);
	struct section *s;

	if (twin != NULL && text[0] != '\0')
		report_twice(ps, &name, (unsigned)twin->line);
	cfg->team = arena_grow(cfg->arena, cfg->team, cfg->n_team, &ps->cap_team,
	    sizeof *cfg->team);
	cfg->team[cfg->n_team] = (struct config_team){
		.name = text,
		.line = (int)word->span.line,
	};
	s = section_add(ps, SECTION_TEAM, name.span);
	s->index = cfg->n_team++;
}

static void
begin_imap(struct config_parser *ps, const struct token *word)
{
	struct config *cfg = ps->cfg;
	struct token name = *word;
	const char *text = parse_section_name(ps, word, &name);
	const struct config_server *twin = config_imap_find(cfg, text);
	struct config_server *srv;
	struct section *s;

	if (twin != NULL && text[0] != '\0')
		report_twice(ps, &name, (unsigned)twin->line);
	cfg->imap = arena_grow(cfg->arena, cfg->imap, cfg->n_imap, &ps->cap_imap,
	    sizeof *cfg->imap);
	srv = &cfg->imap[cfg->n_imap];
	*srv = (struct config_server){
		.name = text,
		.prefix = "",
		.line = (int)word->span.line,
	};
	value_defaults(cfg, SECTION_IMAP, srv);
	s = section_add(ps, SECTION_IMAP, name.span);
	s->index = cfg->n_imap++;
}

static void
begin_section(struct config_parser *ps, enum section_id id,
    const struct token *word)
{
	const struct section *twin;

	switch (id) {
	case SECTION_ALIAS:
		begin_alias(ps, word);
		return;
	case SECTION_TEAM:
		begin_team(ps, word);
		return;
	case SECTION_IMAP:
		begin_imap(ps, word);
		return;
	case SECTION_SMTP: case SECTION_SPOOL: case SECTION_LIMITS:
	case SECTION_TRUST: case SECTION_SUMMARY: case SECTION_TOP: case SECTION_N:
		break;
	}
	if ((twin = section_twin(ps, id)) != NULL)
		report_twice(ps, word, twin->span.line);
	section_add(ps, id, word->span);
	if (id == SECTION_SMTP)
		ps->cfg->smtp.line = (int)word->span.line;
	lex_end(&ps->lex);
}

/* Say to which other sections the key belongs; false when to none. */
static bool
hint_elsewhere(struct config_parser *ps, struct slice word)
{
	AUTO(buf_release) struct buf where = BUF_INIT;

	for (size_t i = 0; i < key_count; i++) {
		if (!slice_eq_str(word, key_table[i].key))
			continue;
		if (key_table[i].section == SECTION_TOP) {
			diag_hint(ps->diag, "it stands before the first section");
			return true;
		}
		buf_addf(&where, "%s'%s'", where.len > 0 ? " or " : "",
		    section_table[key_table[i].section].name);
	}
	if (where.len > 0)
		diag_hint(ps->diag, "it belongs into a section %s",
		    buf_str(&where));
	return where.len > 0;
}

static void
unknown_key(struct config_parser *ps, enum section_id id, const struct token *word)
{
	struct edit_nearest near = edit_begin(word->text);

	if (id == SECTION_TOP)
		diag_error(ps->diag, "MR101", &word->span,
		    "unknown section '" SLICE_FMT "'", SLICE_ARG(word->text));
	else
		diag_error(ps->diag, "MR102", &word->span,
		    "unknown key '" SLICE_FMT "' in section '%s'",
		    SLICE_ARG(word->text), section_table[id].name);
	if (hint_elsewhere(ps, word->text))
		return;
	for (size_t i = 0; i < key_count; i++)
		if (key_table[i].section == id)
			edit_offer(&near, key_table[i].key);
	for (size_t i = SECTION_TOP + 1; i < SECTION_N; i++)
		edit_offer(&near, section_table[i].name);
	if (near.best != NULL)
		diag_hint(ps->diag, "did you mean '%s'?", near.best);
	else
		diag_hint(ps->diag, "see mroute.conf(5) for the sections and "
		    "their keys");
}

static void
parse_key(struct config_parser *ps, const struct token *word)
{
	struct section *s = &ps->section[ps->n_section - 1];
	size_t i = key_find(s->id, word->text);
	const struct key_def *k;

	if (i == SIZE_MAX) {
		unknown_key(ps, s->id, word);
		return;
	}
	k = &key_table[i];
	if (s->key[i].line != 0 && (k->flags & KEY_REPEATS) == 0) {
		diag_error(ps->diag, "MR103", &word->span,
		    "'%s' stands twice in this section", k->key);
		diag_hint(ps->diag, "the first is in line %u", s->key[i].line);
		return;
	}
	s->key[i] = word->span;
	if (value_read(ps, k, section_base(ps, s)) && k->offset_n == 0)
		s->key[i] = lex_span(&ps->lex, word->span.col - 1,
		    ps->lex.line.len);
}

static void
parse_lines(struct config_parser *ps)
{
	struct token word;
	int id;

	section_add(ps, SECTION_TOP, (struct span){ .file = ps->lex.file });
	while (lex_line(&ps->lex) && lex_word(&ps->lex, &word)) {
		if ((id = section_find(word.text)) >= 0) {
			if (ps->n_section > SECTIONS_MAX) {
				diag_error(ps->diag, "MR121", &word.span,
				    "more than %d sections", SECTIONS_MAX);
				return;
			}
			begin_section(ps, (enum section_id)id, &word);
		} else
			parse_key(ps, &word);
	}
}

/* dirname of an absolute path to the file; "" for text without a file. */
static const char *
dir_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return "";
	return slash == path ? "/" : arena_strndup(a, path, (size_t)(slash - path));
}

/* Has it a part ".."?  What that is, only the file system knows. */
static bool
goes_up(const char *path)
{
	struct slice rest = slice_str(path), part;

	while (slice_next(&rest, '/', &part))
		if (slice_eq_str(part, ".."))
			return true;
	return false;
}

/* However it was written: paths in the file are compared with those of others. */
static const char *
absolute(struct arena *a, const char *path)
{
	AUTO(xfree) char *dir = NULL;
	const char *slash = strrchr(path, '/');

	if (strcmp(path, "-") == 0)
		return "-";
	if (slash != NULL && goes_up(path) && (dir = realpath(arena_strndup(a, path,
	    (size_t)(slash - path)), NULL)) != NULL)
		path = slash + 1;
	else if (path[0] != '/')
		dir = getcwd(NULL, 0);
	return config_path(a, dir != NULL ? dir : "", slice_str(path));
}

struct config *
config_default(void)
{
	struct arena *a = arena_new();
	struct config *cfg = arena_alloc(a, sizeof *cfg);
	char host[256] = "";

	cfg->arena = a;
	cfg->path = "-";
	if (gethostname(host, sizeof host - 1) < 0 || host[0] == '\0')
		memcpy(host, "localhost", sizeof "localhost");
	cfg->hostname = arena_strdup(a, host);
	value_defaults(cfg, SECTION_SMTP, &cfg->smtp);
	value_defaults(cfg, SECTION_SPOOL, &cfg->spool);
	value_defaults(cfg, SECTION_LIMITS, &cfg->limits);
	value_defaults(cfg, SECTION_SUMMARY, &cfg->summary);
	cfg->smtp.name = "smtp";
	cfg->smtp.host = "127.0.0.1";
	cfg->smtp.port = 25;
	cfg->smtp.tls = TLS_NONE;
	cfg->smtp.prefix = "";
	return cfg;
}

int
config_parse_all_can(struct slice text, const char *path, struct diag *d,
    struct config **out, struct err *e)
{
	struct config *cfg = config_default();
	AUTO(buf_release) struct buf first = BUF_INIT;
	struct config_parser ps = { .cfg = cfg, .diag = d };
	unsigned before = diag_seen(d);

	cfg->path = absolute(cfg->arena, path);
	ps.dir = dir_of(cfg->arena, cfg->path);
	lex_open(&ps.lex, cfg->arena, path, text, d);
	ps.lex.is_statement = is_statement;
	parse_lines(&ps);
	config_finish(&ps);
	*out = cfg;
	if (diag_seen(d) == before)
		return 0;
	diag_first(d, &first);
	return err_set(e, ERR_CONFIG, "%s", buf_str(&first));
}

int
config_parse(struct slice text, const char *path, struct diag *d,
    struct config **out, struct err *e)
{
	AUTO(config_free) struct config *cfg = NULL;

	if (config_parse_all_can(text, path, d, &cfg, e) < 0)
		return -1;
	*out = cfg;
	cfg = NULL;
	return 0;
}
