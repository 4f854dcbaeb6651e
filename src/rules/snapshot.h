/* SPDX-License-Identifier: MIT */
/*
 * snapshot - all bytes that decide where mail goes in one block: the deciding
 * config as text and, for each set of rule directories, its rule files, the
 * lists and the example messages that those name.
 *
 *	"mroute-policy 1\n"
 *	string	the deciding config
 *	u32	number of sets; each:
 *		u32	number of files; each: string name, string bytes
 *	u32	number of aliases; each: u32 number of its set
 *
 * Names are relative to the set ("20-press.rules", "lists/newsrooms.txt"), so
 * that the same files give the same bytes wherever the program was started.
 * Files are in byte order of their names.
 */
#ifndef RULES_SNAPSHOT_H
#define RULES_SNAPSHOT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/config.h"

struct diag;

struct source {
	const char *name;		/* in its set */
	const char *shown;		/* in diagnostics: the path from here */
	struct slice bytes;
};

/* Directories that are read as one, later ones over earlier ones. */
struct source_set {
	const char *const *dir;		/* NULL when it came from a snapshot */
	size_t n_dir;
	struct source *file;		/* sorted by name */
	size_t n_file, cap_file;
	bool broken;			/* something could not be read */
};

struct sources {
	struct arena *arena;		/* all of it; not owned */
	struct diag *diag;		/* for files that can't be read; or NULL */
	struct slice config;
	struct source_set *set;
	size_t n_set;
	uint32_t *set_of_alias;
	size_t n_alias;
};

bool source_is_rules(const char *name);

/*
 * Read the rule files of every alias.  What can't be read goes to diag, and
 * the result is false.  Lists and examples are read by sources_find().
 */
NODISCARD bool sources_read(struct sources *src, const struct config *cfg);

/*
 * The file of that name in the set; read from its directories when it was not
 * asked for before.  NULL when there is none.
 */
const struct source *sources_find(struct sources *src, struct source_set *set,
    const char *name);

void snapshot_encode(const struct sources *src, struct buf *out);

/* The strings point into the bytes given, or into src->arena. */
NODISCARD int snapshot_decode(struct slice bytes, struct sources *src,
    struct err *e);

#endif
