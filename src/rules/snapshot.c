/* SPDX-License-Identifier: MIT */
#include "rules/snapshot.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/lex.h"
#include "base/xalloc.h"
#include "rules/policy.h"

enum { FILES_MAX = 4096, NAME_MAX_BYTES = 4096 };

static const char magic[] = "mroute-policy 1\n";

bool
source_is_rules(const char *name)
{
	return name[0] != '.' && strchr(name, '/') == NULL &&
	    slice_ends_case(slice_str(name), ".rules");
}

/* The path as somebody would write it here. */
static const char *
path_from_here(struct arena *a, const char *path)
{
	AUTO(xfree) char *cwd = getcwd(NULL, 0);
	size_t n = cwd != NULL ? strlen(cwd) : 0;

	if (n > 1 && strncmp(path, cwd, n) == 0 && path[n] == '/')
		path += n + 1;
	return arena_strdup(a, path);
}

static size_t
find_at(const struct source_set *set, const char *name, bool *found)
{
	size_t i;

	*found = false;
	for (i = 0; i < set->n_file; i++) {
		int d = strcmp(set->file[i].name, name);

		if (d >= 0) {
			*found = d == 0;
			break;
		}
	}
	return i;
}

/* The place of that name in the order; a new one is empty. */
static struct source *
put(struct sources *src, struct source_set *set, const char *name)
{
	bool found;
	size_t i = find_at(set, name, &found);

	if (found)
		return &set->file[i];
	set->file = arena_grow(src->arena, set->file, set->n_file,
	    &set->cap_file, sizeof *set->file);
	memmove(&set->file[i + 1], &set->file[i],
	    (set->n_file - i) * sizeof *set->file);
	set->n_file++;
	set->file[i] = (struct source){ .name = arena_strdup(src->arena, name) };
	return &set->file[i];
}

/* The rule files that are in force get their path in shown. */
static bool
list_dirs(struct sources *src, struct source_set *set)
{
	AUTO(names_release) struct names names = { NULL, 0 };
	struct err e = ERR_INIT;
	bool ok = true;

	for (size_t i = 0; i < set->n_dir; i++) {
		struct span at = {
			.file = path_from_here(src->arena, set->dir[i]),
		};

		names_release(&names);
		if (dir_names(AT_FDCWD, at.file, &names, &e) < 0) {
			diag_error(src->diag, "MR008", &at, "%s", e.text);
			ok = false;
			continue;
		}
		for (size_t j = 0; j < names.n; j++) {
			if (!source_is_rules(names.name[j]))
				continue;
			put(src, set, names.name[j])->shown = arena_printf(
			    src->arena, "%s/%s", at.file, names.name[j]);
			if (set->n_file <= FILES_MAX)
				continue;
			diag_error(src->diag, "MR054", &at,
			    "more than %d rule files", FILES_MAX);
			return false;
		}
		if (ok && set->n_file == 0 && i + 1 == set->n_dir) {
			diag_error(src->diag, "MR057", &at,
			    "there is no file *.rules in this directory");
			ok = false;
		}
	}
	return ok;
}

static int
read_path(struct sources *src, const char *path, struct source *out, struct err *e)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT;

	/* A little more than the lexer takes: it says so in its own words. */
	if (file_read(AT_FDCWD, path, 2 * LEX_FILE_MAX, &bytes, e) < 0)
		return -1;
	out->bytes = arena_slice(src->arena, buf_slice(&bytes));
	out->shown = path;
	return 0;
}

static bool
read_set(struct sources *src, struct source_set *set)
{
	struct err e = ERR_INIT;
	bool ok = list_dirs(src, set);

	for (size_t i = 0; i < set->n_file; i++) {
		struct span at = { .file = set->file[i].shown };

		if (read_path(src, at.file, &set->file[i], &e) < 0) {
			diag_error(src->diag, "MR008", &at, "%s", e.text);
			ok = false;
		}
	}
	return ok;
}

static bool
same_dirs(const struct source_set *set, const struct config_alias *al)
{
	if (set->n_dir != al->n_rules)
		return false;
	for (size_t i = 0; i < set->n_dir; i++)
		if (strcmp(set->dir[i], al->rules[i]) != 0)
			return false;
	return true;
}

bool
sources_read(struct sources *src, const struct config *cfg)
{
	bool ok = true;

	src->set = arena_calloc(src->arena, cfg->n_alias, sizeof *src->set);
	src->set_of_alias = arena_calloc(src->arena, cfg->n_alias,
	    sizeof *src->set_of_alias);
	src->n_alias = cfg->n_alias;
	for (size_t i = 0; i < cfg->n_alias; i++) {
		const struct config_alias *al = &cfg->alias[i];
		size_t s = 0;

		while (s < src->n_set && !same_dirs(&src->set[s], al))
			s++;
		src->set_of_alias[i] = (uint32_t)s;
		if (s < src->n_set)
			continue;
		src->set[s].dir = al->rules;
		src->set[s].n_dir = al->n_rules;
		src->n_set++;
		src->set[s].broken = !read_set(src, &src->set[s]);
		ok = ok && !src->set[s].broken;
	}
	return ok;
}

const struct source *
sources_find(struct sources *src, struct source_set *set, const char *name)
{
	bool found;
	size_t place = find_at(set, name, &found);

	if (found)
		return &set->file[place];
	for (size_t i = set->n_dir; i-- > 0;) {
		const char *path = arena_printf(src->arena, "%s/%s",
		    path_from_here(src->arena, set->dir[i]), name);
		struct source file = { .name = NULL };
		struct span at = { .file = path };
		struct err e = ERR_INIT;
		struct source *s;

		if (read_path(src, path, &file, &e) == 0) {
			s = put(src, set, name);
			s->bytes = file.bytes;
			s->shown = file.shown;
			return s;
		}
		if (e.kind != ERR_ABSENT) {
			diag_error(src->diag, "MR008", &at, "%s", e.text);
			return NULL;
		}
	}
	return NULL;
}

void
snapshot_encode(const struct sources *src, struct buf *out)
{
	buf_add_str(out, magic);
	buf_put_slice(out, src->config);
	buf_put_u32(out, (uint32_t)src->n_set);
	for (size_t i = 0; i < src->n_set; i++) {
		const struct source_set *set = &src->set[i];

		buf_put_u32(out, (uint32_t)set->n_file);
		for (size_t j = 0; j < set->n_file; j++) {
			buf_put_slice(out, slice_str(set->file[j].name));
			buf_put_slice(out, set->file[j].bytes);
		}
	}
	buf_put_u32(out, (uint32_t)src->n_alias);
	for (size_t i = 0; i < src->n_alias; i++)
		buf_put_u32(out, src->set_of_alias[i]);
}

static int
bad(struct err *e)
{
	return err_set(e, ERR_DATA, "the recorded rule set is damaged");
}

static int
decode_set(struct slice *in, struct sources *src, struct source_set *set,
    struct err *e)
{
	struct slice name, bytes;
	uint32_t n;

	/* Each file takes 8 bytes at least. */
	if (!slice_get_u32(in, &n) || n > in->len / 8)
		return bad(e);
	set->file = arena_calloc(src->arena, n, sizeof *set->file);
	for (uint32_t i = 0; i < n; i++) {
		struct source *f = &set->file[i];

		if (!slice_get_slice(in, NAME_MAX_BYTES, &name) ||
		    !slice_get_slice(in, SNAPSHOT_MAX, &bytes))
			return bad(e);
		f->name = arena_strndup(src->arena, name.ptr, name.len);
		f->shown = f->name;
		f->bytes = bytes;
		/* sources_find() relies on the order. */
		if (strlen(f->name) != name.len ||
		    (i > 0 && strcmp(set->file[i - 1].name, f->name) >= 0))
			return bad(e);
		set->n_file++;
	}
	return 0;
}

int
snapshot_decode(struct slice in, struct sources *src, struct err *e)
{
	uint32_t n;

	if (in.len > SNAPSHOT_MAX || !slice_starts(in, magic))
		return bad(e);
	in = slice_sub(in, strlen(magic), in.len);
	if (!slice_get_slice(&in, LEX_FILE_MAX, &src->config) ||
	    !slice_get_u32(&in, &n) || n > in.len / 4)
		return bad(e);
	src->set = arena_calloc(src->arena, n, sizeof *src->set);
	src->n_set = n;
	for (uint32_t i = 0; i < n; i++)
		if (decode_set(&in, src, &src->set[i], e) < 0)
			return -1;
	if (!slice_get_u32(&in, &n) || n != in.len / 4 || in.len % 4 != 0)
		return bad(e);
	src->set_of_alias = arena_calloc(src->arena, n, sizeof(uint32_t));
	src->n_alias = n;
	for (uint32_t i = 0; i < n; i++)
		if (!slice_get_u32(&in, &src->set_of_alias[i]) ||
		    src->set_of_alias[i] >= src->n_set)
			return bad(e);
	return 0;
}
