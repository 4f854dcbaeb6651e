/* SPDX-License-Identifier: MIT */
#include "rules/policy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/xalloc.h"
#include "rules/ruleset.h"
#include "rules/snapshot.h"

struct policy {
	struct arena *arena;
	struct config *cfg;		/* the deciding part, parsed back */
	struct buf snapshot;
	char digest[DIGEST_SIZE];
	struct ruleset **of_alias;	/* two aliases may share one */
	struct ruleset **owned;
	size_t n_owned;
};

void
policy_free(struct policy **p)
{
	if (*p == NULL)
		return;
	for (size_t i = 0; i < (*p)->n_owned; i++)
		ruleset_free(&(*p)->owned[i]);
	config_free(&(*p)->cfg);
	buf_release(&(*p)->snapshot);
	arena_free(&(*p)->arena);
	free(*p);
	*p = NULL;
}

static struct policy *
policy_new(void)
{
	struct policy *p = xcalloc(1, sizeof *p);

	p->arena = arena_new();
	return p;
}

struct lookup {
	struct sources *src;
	struct source_set *set;
};

static bool
look_up(void *arg, const char *name, struct slice *bytes, const char **shown)
{
	const struct lookup *l = arg;
	const struct source *s = sources_find(l->src, l->set, name);

	if (s == NULL)
		return false;
	*bytes = s->bytes;
	*shown = s->shown;
	return true;
}

static int
parse_set(struct sources *src, struct source_set *set, const struct config *cfg,
    const struct config_alias *al, struct diag *d, struct ruleset **out)
{
	struct lookup l = { src, set };
	struct rule_file *file = arena_calloc(src->arena, set->n_file,
	    sizeof *file);
	size_t n = 0;

	for (size_t i = 0; i < set->n_file; i++)
		if (source_is_rules(set->file[i].name))
			file[n++] = (struct rule_file){
				.name = set->file[i].shown,
				.bytes = set->file[i].bytes,
			};
	return ruleset_parse(file, n, look_up, &l, cfg, al, d, out);
}

/* What the check of a rule set asks of an alias is the same for both. */
static bool
alike(const struct config_alias *a, const struct config_alias *b)
{
	return (a->store == NULL) == (b->store == NULL) &&
	    (a->bounce_address == NULL) == (b->bounce_address == NULL);
}

/* checked: against teams and stores, which a snapshot was once before. */
static bool
parse_all(struct policy *p, struct sources *src, const struct config *cfg,
    bool checked, struct diag *d)
{
	bool ok = true;

	p->of_alias = arena_calloc(p->arena, cfg->n_alias,
	    sizeof(struct ruleset *));
	p->owned = arena_calloc(p->arena, cfg->n_alias, sizeof(struct ruleset *));
	for (size_t i = 0; i < cfg->n_alias; i++) {
		const struct config_alias *al = &cfg->alias[i];
		uint32_t s = src->set_of_alias[i];

		for (size_t j = 0; j < i && p->of_alias[i] == NULL; j++)
			if (src->set_of_alias[j] == s &&
			    (!checked || alike(al, &cfg->alias[j])))
				p->of_alias[i] = p->of_alias[j];
		/* What can't be read whole would show mistakes that are none. */
		if (p->of_alias[i] != NULL || src->set[s].broken)
			continue;
		if (parse_set(src, &src->set[s], cfg, checked ? al : NULL, d,
		    &p->of_alias[i]) < 0)
			ok = false;
		else
			p->owned[p->n_owned++] = p->of_alias[i];
	}
	return ok;
}

/* The config is kept as what its recorded text says. */
static int
keep_config(struct policy *p, struct slice text, struct err *e)
{
	AUTO(diag_free) struct diag *quiet = diag_new();

	if (config_parse(text, "-", quiet, &p->cfg, e) < 0)
		return err_prefix(e, "cannot record the configuration");
	return 0;
}

static int
fail(const struct diag *d, struct err *e)
{
	AUTO(buf_release) struct buf first = BUF_INIT;

	diag_first(d, &first);
	return err_set(e, ERR_CONFIG, "%s", buf_str(&first));
}

int
policy_load(const struct config *cfg, struct diag *d, struct policy **out,
    struct err *e)
{
	AUTO(policy_free) struct policy *p = policy_new();
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct sources src = { .arena = arena, .diag = d };
	bool ok;

	ok = sources_read(&src, cfg);
	if (!parse_all(p, &src, cfg, true, d) || !ok)
		return fail(d, e);
	config_render_deciding(cfg, &text);
	src.config = buf_slice(&text);
	snapshot_encode(&src, &p->snapshot);
	if (p->snapshot.len > SNAPSHOT_MAX)
		return err_set(e, ERR_CONFIG,
		    "rules, lists and example messages are larger than %d MB",
		    SNAPSHOT_MAX >> 20);
	digest_slice(buf_slice(&p->snapshot), p->digest);
	if (keep_config(p, src.config, e) < 0)
		return -1;
	*out = p;
	p = NULL;
	return 0;
}

int
policy_from_snapshot(struct slice snapshot, struct diag *d, struct policy **out,
    struct err *e)
{
	AUTO(policy_free) struct policy *p = policy_new();
	AUTO(arena_free) struct arena *arena = arena_new();
	struct sources src = { .arena = arena, .diag = d };

	buf_add_slice(&p->snapshot, snapshot);
	digest_slice(snapshot, p->digest);
	if (snapshot_decode(buf_slice(&p->snapshot), &src, e) < 0 ||
	    keep_config(p, src.config, e) < 0)
		return -1;
	if (p->cfg->n_alias != src.n_alias)
		return err_set(e, ERR_DATA, "the recorded rule set is damaged");
	if (!parse_all(p, &src, p->cfg, false, d))
		return fail(d, e);
	*out = p;
	p = NULL;
	return 0;
}

const char *
policy_digest(const struct policy *p)
{
	return p->digest;
}

struct slice
policy_snapshot(const struct policy *p)
{
	return buf_slice(&p->snapshot);
}

const struct config *
policy_config(const struct policy *p)
{
	return p->cfg;
}

const struct ruleset *
policy_ruleset(const struct policy *p, size_t i)
{
	return p->of_alias[i];
}

/* One line for a file: whatever changes when its bytes do. */
static void
stamp_file(struct digest *dg, const char *dir, const char *name)
{
	AUTO(xfree) char *path = path_join(dir, name);
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct stat st;

	if (stat(path, &st) < 0)
		buf_addf(&line, "%s: %d\n", path, errno);
	else
		buf_addf(&line, "%s %ju %ju %jd %jd.%09ld %jd.%09ld\n", path,
		    (uintmax_t)st.st_dev, (uintmax_t)st.st_ino,
		    (intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec,
		    st.st_mtim.tv_nsec, (intmax_t)st.st_ctim.tv_sec,
		    st.st_ctim.tv_nsec);
	digest_add(dg, buf_slice(&line));
}

static void
stamp_dir(struct digest *dg, const char *dir)
{
	AUTO(names_release) struct names names = { NULL, 0 };
	struct err e = ERR_INIT;

	if (dir_names(AT_FDCWD, dir, &names, &e) < 0) {
		digest_add(dg, slice_str(e.text));
		return;
	}
	for (size_t i = 0; i < names.n; i++)
		stamp_file(dg, dir, names.name[i]);
}

void
policy_stamp(const struct config *cfg, char out[DIGEST_SIZE])
{
	static const char *const below[] = { "lists", "mail" };
	AUTO(digest_free) struct digest *dg = digest_new();

	stamp_file(dg, "", cfg->path);
	for (size_t i = 0; i < cfg->n_alias; i++)
		for (size_t j = 0; j < cfg->alias[i].n_rules; j++) {
			const char *dir = cfg->alias[i].rules[j];

			stamp_dir(dg, dir);
			for (size_t k = 0; k < NELEM(below); k++) {
				AUTO(xfree) char *sub = path_join(dir, below[k]);

				stamp_dir(dg, sub);
			}
		}
	digest_end(dg, out);
}
