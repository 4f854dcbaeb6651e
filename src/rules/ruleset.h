/* SPDX-License-Identifier: MIT */
/*
 * ruleset - the rules of one alias as data: routes, their lines, phrase sets,
 * lists, examples.  Made by parse.c; immutable; all in the rule set's arena.
 *
 * Lines are numbered through the whole set (line->number, from 0) in the
 * order of files and lines: that is their place in findings.
 */
#ifndef RULES_RULESET_H
#define RULES_RULESET_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/regex.h"
#include "model/config.h"
#include "model/fields.h"
#include "model/typed.h"
#include "rules/phrase.h"

struct list_entry {
	struct slice text;		/* lower case, domains as A-labels */
	struct span span;
};

struct list {				/* lists/NAME: sorted by text */
	const char *name;		/* "lists/newsrooms.txt" */
	const struct list_entry *entry;
	size_t n;
};

/*
 * The entry that covers a domain or address: equal to it, or a domain above
 * it.  NULL when there is none.
 */
const struct list_entry *list_find(const struct list *l, struct slice value);

/* [FIELD] PREDICATE VALUE */
struct cond {
	bool facts;			/* `is`/`is not` without a field */
	struct field_ref field;
	enum predicate pred;
	const struct phrase *const *phrase;	/* has: sets are spread out */
	size_t n_phrase;
	struct regex *regex;		/* ~ !~ */
	const struct slice *word;	/* is, is not: folded; domains as A-labels */
	const int64_t *word_number;	/* the same of number and size fields, else NULL */
	size_t n_word;
	uint32_t fact_mask;
	const struct list *list;	/* in, not in */
	int64_t number;			/* < <= > >= */
	const char *text;		/* normalised, see struct line */
	struct span span;
};

/* Is its field one that counts: < <= > >=, and `is` by number? */
bool cond_is_number(const struct cond *c);

enum line_kind { LINE_POINTS, LINE_NEVER, LINE_ALWAYS };

struct line {
	enum line_kind kind;
	int points;			/* signed; 0 unless LINE_POINTS */
	const struct cond *cond;	/* the line's own first, then its `and`s */
	size_t n_cond;
	size_t number;			/* in the rule set */
	unsigned position;		/* in its route, from 1 */
	const char *id;			/* "press.3" */
	char hash[9];			/* see mroute.rules(5) */
	/*
	 * Normalised, with its `and`s: "+40 subject has a, b and dmarc is pass".
	 * One blank between words, ", " between items, a list on one line,
	 * numbers in decimal; a pattern is as it was written.
	 */
	const char *text;
	struct span span;
};

enum action_kind { ACTION_FORWARD_ADDRESS, ACTION_FORWARD_TEAM, ACTION_FILE,
	ACTION_MAILDIR, ACTION_KEEP };

struct action {
	enum action_kind kind;
	const char *store;		/* file: section name, or NULL for the alias' */
	const char *value;		/* address, team, mailbox, path */
	struct span span;
};

struct capture_field {			/* field NAME TEXT with {capture} */
	const char *name;
	enum typed type;		/* field NAME TYPE {capture} */
	const char *template;		/* of a typed one the capture alone */
	struct span span;
};

/* The next {capture} of a template; false at its end. */
bool template_next(struct slice *rest, struct slice *capture);

struct example {
	bool yes;
	const char *title;
	struct slice message;		/* composed, LF */
	const char *envelope_from;	/* NULL not given */
	const char *envelope_to;
	const char *const *expect_field;	/* expect NAME = VALUE */
	const char *const *expect_value;
	size_t n_expect;
	struct span span;
};

struct route {
	const char *name;
	const char *title;		/* the name when there is none */
	const char *owner;		/* or NULL */
	int needs;
	int64_t keep_originals;		/* -1 not given */
	const struct line *line;
	size_t n_line;
	const struct action *action;
	size_t n_action;
	const struct capture_field *field;
	size_t n_field;
	const struct example *example;
	size_t n_example;
	struct span span;
};

struct phrase_set {
	const char *name;
	const struct phrase *const *phrase;	/* other sets in it are spread out */
	size_t n_phrase;
	bool used;			/* by a line or another set */
	struct span span;		/* of the name */
};

struct ruleset {
	struct arena *arena;
	const struct route *route;	/* in file order */
	size_t n_route;
	size_t otherwise;		/* index in route */
	const struct line *const *line;	/* all, by number */
	size_t n_line;
	const struct phrase_set *set;	/* in file order */
	size_t n_set;
	struct regex **regex;		/* all, to be freed with the set */
	size_t n_regex;
};

enum {
	RULESET_ROUTES_MAX = 1000,
	LINE_CONDS_MAX = 100,
	RULESET_SETS_MAX = 2000,
	RULESET_PHRASES_MAX = 1000000,	/* of all sets and lines, spread out */
};

const struct route *ruleset_find(const struct ruleset *rs, const char *name);

/* The files of a rule set, in the order they are read. */
struct rule_file {
	const char *name;		/* as shown: "rules/20-press.rules" */
	struct slice bytes;
};

/*
 * Parse.  file: the *.rules files; lists and example files (mail/x.eml) are
 * looked up by the callback, which returns false when there is none, and says
 * under which name a list is shown in diagnostics.  cfg and
 * alias say which teams and stores exist; with alias NULL (no config) names of
 * teams stay unchecked.  -1 when d got an error.
 */
typedef bool ruleset_lookup(void *arg, const char *name, struct slice *bytes,
    const char **shown);
NODISCARD int ruleset_parse(const struct rule_file *file, size_t n_file,
    ruleset_lookup *lookup, void *arg, const struct config *cfg,
    const struct config_alias *alias, struct diag *d, struct ruleset **out);
void ruleset_free(struct ruleset **rs);

/* Every diagnostic of rules, of parsing, lint and examples; see lex_codes(). */
const struct diag_code *ruleset_codes(size_t *n);

#endif
