/* SPDX-License-Identifier: MIT */
/*
 * config_impl - what the files of config share: the table of sections and
 * keys, and the parser's state.  Nobody else includes this.
 *
 * A key is a line in key_table: its name, where its value goes, how it is
 * read, its limits and its default as text, which is read by the same code as
 * the file.  So the manual, the defaults and the parser can't disagree.
 */
#ifndef MODEL_CONFIG_IMPL_H
#define MODEL_CONFIG_IMPL_H

#include "base/lex.h"
#include "model/config.h"

enum section_id {
	SECTION_TOP,			/* before the first section */
	SECTION_ALIAS, SECTION_TEAM, SECTION_SMTP, SECTION_IMAP, SECTION_SPOOL,
	SECTION_LIMITS, SECTION_TRUST, SECTION_SUMMARY,
	SECTION_N
};

struct section_def {
	const char *name;		/* "" for the top */
	const char *form;		/* of what follows the name, or NULL */
	const char *doc;
};
extern const struct section_def section_table[SECTION_N];

enum value_type {
	VALUE_TIME,			/* int64_t, ms */
	VALUE_SIZE,			/* uint64_t */
	VALUE_SIZE32,			/* uint32_t */
	VALUE_COUNT,			/* uint32_t */
	VALUE_NUMBER,			/* int */
	VALUE_PORT,			/* unsigned */
	VALUE_MODE,			/* unsigned, written in octal */
	VALUE_YES_NO, VALUE_TLS, VALUE_AUTH, VALUE_PART, VALUE_PEOPLE,	/* choices */
	VALUE_SEND,			/* struct config_summary: week, month */
	VALUE_TEXT,			/* the rest of the line */
	VALUE_WORD,			/* printable ASCII */
	VALUE_HOST, VALUE_NAME, VALUE_ADDRESS, VALUE_PATH, VALUE_ZONE,
	VALUE_RECIPIENTS,		/* a list, local parts as they were written */
	VALUE_ADDRESSES, VALUE_DOMAINS, VALUE_PATHS, VALUE_TARGETS,	/* lists */
	VALUE_ARGV,
};

enum {
	KEY_REPEATS = 1,		/* may stand more than once: adds */
	KEY_DECIDES = 2,		/* is in config_render_deciding() */
	KEY_COMPUTED = 4,		/* its default hangs on other keys */
	KEY_REQUIRED = 8,
};

struct key_def {
	enum section_id section;
	const char *key;
	enum value_type type;
	const char *form;		/* as in the manual */
	const char *fallback;
	size_t offset;			/* of the value in its section's struct */
	size_t offset_n;		/* of a list's count */
	uint64_t min, max;		/* of times (ms), sizes and numbers */
	unsigned flags;
	const char *doc;
};
enum { KEY_MAX = 64 };
extern const struct key_def key_table[];
extern const size_t key_count;

/* The index of a key in the table, or SIZE_MAX. */
size_t key_find(enum section_id section, struct slice name);

/* One section as it stands in the file, for what is checked at the end. */
struct section {
	enum section_id id;
	size_t index;			/* in cfg->alias, team or imap */
	struct span span;		/* of the section's word and its names */
	struct span key[KEY_MAX];	/* by index in key_table; line 0: not given */
};

struct config_parser {
	struct config *cfg;
	struct diag *diag;
	struct lex lex;
	const char *dir;		/* relative paths are relative to this */
	bool deciding;			/* only what decides: servers are names */
	struct section *section;
	size_t n_section, cap_section;
	size_t cap_alias, cap_team, cap_imap;
};

/*
 * Read the value of a key from the lexer into its section's struct.  A list
 * adds to what is there.  False when a mistake was reported.
 */
bool value_read(struct config_parser *ps, const struct key_def *k, void *base);

/* Give a struct the defaults of its section. */
void value_defaults(struct config *cfg, enum section_id section, void *base);

/* local@domain, fit for SMTP, and no comma in it. */
bool value_is_address(struct slice s);

/* A copy with A to Z in lower case. */
const char *value_lower(struct arena *a, struct slice s);

/* Defaults that hang on other keys, then what must hold between them. */
void config_finish(struct config_parser *ps);

/* An absolute path without "." and empty parts. */
const char *config_path(struct arena *a, const char *dir, struct slice path);

#endif
