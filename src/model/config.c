/* SPDX-License-Identifier: MIT */
#include "model/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/lex.h"
#include "base/xalloc.h"
#include "model/config_impl.h"
#include "model/envelope.h"

void
config_free(struct config **cfg)
{
	struct arena *a;

	if (*cfg == NULL)
		return;
	a = (*cfg)->arena;		/* the struct itself lives in it */
	arena_free(&a);
	*cfg = NULL;
}

int
config_find(const char *option, char **path_out, struct err *e)
{
	static const char *const usual[] = {
		"mroute.conf", "/etc/mroute/mroute.conf",
	};
	const char *env = getenv("MROUTE_CONF");

	if (option == NULL && env != NULL && env[0] != '\0')
		option = env;
	if (option != NULL) {
		*path_out = xstrdup(option);
		return 0;
	}
	for (size_t i = 0; i < NELEM(usual); i++) {
		if (access(usual[i], F_OK) == 0) {
			*path_out = xstrdup(usual[i]);
			return 0;
		}
		if (errno != ENOENT && errno != ENOTDIR)
			return err_errno(e, ERR_CONFIG, "cannot look at '%s'",
			    usual[i]);
	}
	return err_set(e, ERR_ABSENT, "no configuration: there is no '%s' here and "
	    "no '%s'; go where one is, name it with -c or MROUTE_CONF, or make one "
	    "with 'mroute init DIR'", usual[0], usual[1]);
}

int
config_load(const char *path, struct diag *d, struct config **out, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	/* A little more than the lexer takes: it says so in its own words. */
	if (file_read(AT_FDCWD, path, 2 * LEX_FILE_MAX, &text, e) < 0)
		return -1;
	return config_parse(buf_slice(&text), path, d, out, e);
}

/* A path of the command line. */
static const char *
path_from_here(struct arena *a, struct slice path)
{
	AUTO(xfree) char *cwd = slice_starts(path, "/") ? NULL : getcwd(NULL, 0);

	return config_path(a, cwd != NULL ? cwd : "", path);
}

/* "DIR:DIR" of the command line, absolute. */
static const char *const *
rule_directories(struct arena *a, const char *dirs, size_t *n_out)
{
	struct slice rest = slice_str(dirs), dir;
	const char **rules = NULL;
	size_t n = 0, cap = 0;

	while (slice_next(&rest, ':', &dir)) {
		if (dir.len == 0)
			continue;
		rules = arena_grow(a, rules, n, &cap, sizeof *rules);
		rules[n++] = path_from_here(a, dir);
	}
	*n_out = n;
	return rules;
}

struct config *
config_for_rules(const char *dirs)
{
	struct config *cfg = config_default();

	cfg->alias = arena_alloc(cfg->arena, sizeof *cfg->alias);
	cfg->n_alias = 1;
	value_defaults(cfg, SECTION_ALIAS, &cfg->alias[0]);
	cfg->alias[0].any = true;
	cfg->alias[0].rules = rule_directories(cfg->arena, dirs,
	    &cfg->alias[0].n_rules);
	cfg->rules_only = cfg->rules_given = true;
	return cfg;
}

static bool
same_rules(const struct config_alias *a, const struct config_alias *b)
{
	if (a->n_rules != b->n_rules)
		return false;
	for (size_t i = 0; i < a->n_rules; i++)
		if (strcmp(a->rules[i], b->rules[i]) != 0)
			return false;
	return true;
}

int
config_replace_rules(struct config *cfg, const char *dirs, struct err *e)
{
	const char *const *rules;
	size_t n;

	for (size_t i = 1; i < cfg->n_alias; i++)
		if (!same_rules(&cfg->alias[0], &cfg->alias[i]))
			return err_set(e, ERR_USAGE, "the aliases of '%s' have "
			    "different rules: name a configuration instead of '%s'",
			    cfg->path, dirs);
	rules = rule_directories(cfg->arena, dirs, &n);
	cfg->rules_given = true;
	for (size_t i = 0; i < cfg->n_alias; i++) {
		cfg->alias[i].rules = rules;
		cfg->alias[i].n_rules = n;
	}
	return 0;
}

static const struct config_alias *
alias_named(const struct config *cfg, const char *address)
{
	if (address[0] == '\0')
		return NULL;
	for (size_t i = 0; i < cfg->n_alias; i++)
		for (size_t j = 0; j < cfg->alias[i].n_address; j++)
			if (address_equal(cfg->alias[i].address[j], address))
				return &cfg->alias[i];
	return NULL;
}

const struct config_alias *
config_alias_for(const struct config *cfg, const char *recipient,
    const char *original_recipient)
{
	const char *names[] = {
		recipient, original_recipient != NULL ? original_recipient : "",
	};
	const struct config_alias *al;
	char bare[ADDR_SIZE];

	for (size_t i = 0; i < NELEM(names); i++)
		if ((al = alias_named(cfg, names[i])) != NULL)
			return al;
	for (size_t i = 0; i < NELEM(names); i++) {
		address_untag(names[i], bare, NULL);
		if ((al = alias_named(cfg, bare)) != NULL)
			return al;
	}
	for (size_t i = 0; i < cfg->n_alias; i++)
		if (cfg->alias[i].any)
			return &cfg->alias[i];
	return NULL;
}

const struct config_team *
config_team_find(const struct config *cfg, const char *name)
{
	for (size_t i = 0; i < cfg->n_team; i++)
		if (strcmp(cfg->team[i].name, name) == 0)
			return &cfg->team[i];
	return NULL;
}

const struct config_server *
config_imap_find(const struct config *cfg, const char *name)
{
	for (size_t i = 0; i < cfg->n_imap; i++)
		if (strcmp(cfg->imap[i].name, name) == 0)
			return &cfg->imap[i];
	return NULL;
}
