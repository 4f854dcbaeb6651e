/* SPDX-License-Identifier: MIT */
/*
 * parse_impl - what the files of the rule parser share.  Nobody else includes
 * this.
 *
 *   parse.c          files, statements, phrases, route, otherwise
 *   parse_line.c     + - never always and
 *   parse_cond.c     [FIELD] PREDICATE VALUE
 *   parse_action.c   forward, file, maildir, keep, field, and simple values
 *   parse_example.c  example
 *   parse_list.c     lists/NAME
 *   parse_check.c    what must hold between the parts
 *   parse_build.c    drafts become the rule set
 *   parse_outline.c  what one file says, whatever it looks like
 *   fmt*.c           one way to lay it out
 *
 * Parsing makes drafts, since a phrase set or a capture may stand further
 * down or in another file.  A statement that is wrong is reported and left
 * out; the next one is looked at all the same.
 */
#ifndef RULES_PARSE_IMPL_H
#define RULES_PARSE_IMPL_H

#include "base/lex.h"
#include "rules/ruleset.h"

struct draft_cond {
	struct cond c;
	const char *text;		/* normalised */
	struct token *item;		/* has: phrases and @sets */
	size_t n_item;
};

struct draft_line {
	struct line l;
	char head[16];			/* "+40", "never" ... */
	struct draft_cond *cond;
	size_t n_cond, cap_cond;
};

/* What may stand once in a route. */
enum once { ONCE_TITLE, ONCE_OWNER, ONCE_NEEDS, ONCE_ORIGINALS, ONCE_KEEP, ONCE_N };

struct draft_route {
	struct route r;
	struct span once[ONCE_N];	/* line 0: not given */
	struct draft_line *line;
	size_t n_line, cap_line;
	struct action *action;
	size_t n_action, cap_action;
	struct capture_field *field;
	size_t n_field, cap_field;
	struct example *example;
	size_t n_example, cap_example;
};

struct draft_set {
	struct phrase_set s;		/* its phrases when done */
	struct token *item;
	size_t n_item;
	enum { SET_RAW, SET_OPEN, SET_DONE } state;
};

struct parser {
	struct ruleset *rs;
	struct arena *arena;		/* the rule set's */
	struct diag *diag;
	struct lex lex;
	ruleset_lookup *lookup;
	void *arg;
	const struct config *cfg;
	const struct config_alias *alias;
	bool names_known;		/* teams and stores can be checked */
	bool teams_unchecked;		/* one was named and could not be */
	bool incomplete;		/* a file was refused: what it has is missing */

	struct draft_route **route;
	size_t n_route, cap_route;
	struct draft_route *here;	/* the route being read, or NULL */
	bool and_may_follow;		/* the last statement was evidence */
	bool after_example;
	bool after_list;		/* the last statement has one */
	bool has_version;		/* of this file */
	bool told_version;

	struct draft_set **set;
	size_t n_set, cap_set;
	struct list **list;
	size_t n_list, cap_list;
	size_t cap_regex;
	size_t n_line;			/* of the whole set */
	size_t n_phrase;		/* spread out, of all sets and lines */
	struct token otherwise;		/* text "" : not given */
};

/* parse.c */
bool parse_missing(struct parser *ps, const struct token *word, const char *form);
bool parse_once(struct parser *ps, enum once which, const struct token *word);
void parse_one_file(struct parser *ps, const struct rule_file *file);
/* For the lexer: is this line a statement, rather than more of a list? */
bool parse_is_statement(struct slice line);
struct draft_set *parse_find_set(const struct parser *ps, struct slice name);

/* parse_line.c: word is the first word of the statement. */
bool parse_is_points(struct slice word);
void parse_points(struct parser *ps, const struct token *word);
void parse_never(struct parser *ps, const struct token *word);
void parse_always(struct parser *ps, const struct token *word);
void parse_and(struct parser *ps, const struct token *word);

/*
 * parse_cond.c: does a condition begin with these words?  And which predicate
 * is the word, or it and the next one (*both), or -1?
 */
bool parse_is_condition(struct slice words);
int parse_predicate(struct slice one, struct slice two, bool *both);
void parse_cond(struct parser *ps, struct draft_cond *dc, const struct token *word);

/* parse_action.c */
void parse_title(struct parser *ps, const struct token *word);
void parse_owner(struct parser *ps, const struct token *word);
void parse_needs(struct parser *ps, const struct token *word);
void parse_keep_originals(struct parser *ps, const struct token *word);
void parse_forward(struct parser *ps, const struct token *word);
void parse_file(struct parser *ps, const struct token *word);
void parse_maildir(struct parser *ps, const struct token *word);
void parse_keep(struct parser *ps, const struct token *word);
void parse_field(struct parser *ps, const struct token *word);

/* parse_example.c */
void parse_example(struct parser *ps, const struct token *word);
/* Does this line belong to the example above it? */
bool parse_is_example_line(struct slice line);
/* Step over lines of a message whose example a mistake has ended. */
void parse_example_skip(struct parser *ps);

/* parse_list.c: NULL when there is no such list (reported). */
const struct list *parse_list(struct parser *ps, const struct token *name);

/* parse_check.c; clean: nothing was wrong so far, so that warnings make sense. */
void parse_check_routes(struct parser *ps, bool clean);

/*
 * parse_outline.c: what the file says, as text that does not depend on its
 * layout and has no line numbers.  False when it has errors of its own;
 * whether other files have what it names is not looked at.
 */
NODISCARD bool parse_outline(const struct rule_file *file, struct diag *d,
    struct buf *out);

/* parse_build.c */
void parse_build_sets(struct parser *ps);
void parse_build_routes(struct parser *ps);

#endif
