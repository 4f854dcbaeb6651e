/* SPDX-License-Identifier: MIT */
/*
 * opts - command line options from one table, which also makes the help and
 * the shell completions.
 *
 *	struct test_opts { const char *rules; bool json; };
 *	static const struct opt test_opts[] = {
 *		OPT_STRING('r', "rules", "DIR", struct test_opts, rules,
 *		    "judge by the rules in DIR"),
 *		OPT_FLAG(0, "json", struct test_opts, json,
 *		    "one JSON object for each message"),
 *		OPT_END
 *	};
 *
 * Values are pointers into argv; nothing is copied.  An option given twice has
 * its last value.  getopt_long(3) does the reading, so that names may be
 * shortened and "--" ends the options.
 */
#ifndef BASE_OPTS_H
#define BASE_OPTS_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

enum opt_kind {
	OPT_KIND_END,
	OPT_KIND_FLAG,		/* bool */
	OPT_KIND_STRING,	/* const char *, NULL when not given */
	OPT_KIND_NUMBER,	/* uint64_t */
	OPT_KIND_CHOICE,	/* int: which word of value, from 0 */
};

struct opt {
	enum opt_kind kind;
	char letter;		/* 0: none */
	const char *name;
	const char *value;	/* "DIR"; "auto|always|never"; NULL for a flag */
	size_t offset;		/* of the variable in the struct of values */
	const char *doc;	/* lower case, no full stop */
};

#define OPT_FLAG(l, n, type, member, d) \
	{ OPT_KIND_FLAG, l, n, NULL, offsetof(type, member), d }
#define OPT_STRING(l, n, v, type, member, d) \
	{ OPT_KIND_STRING, l, n, v, offsetof(type, member), d }
#define OPT_NUMBER(l, n, v, type, member, d) \
	{ OPT_KIND_NUMBER, l, n, v, offsetof(type, member), d }
#define OPT_CHOICE(l, n, v, type, member, d) \
	{ OPT_KIND_CHOICE, l, n, v, offsetof(type, member), d }
#define OPT_END	{ OPT_KIND_END, 0, NULL, NULL, 0, NULL }

/* A table and the struct that its offsets mean. */
struct opt_set {
	const struct opt *opts;		/* NULL: none */
	void *values;
};

enum opts_order {
	OPTS_MIXED,		/* operands may stand among the options */
	OPTS_LEADING,		/* the first operand ends the options */
};

/*
 * Read argv[1] and on.  *first is the index of the first operand; with
 * OPTS_MIXED argv is reordered so that all operands stand there.  ERR_USAGE
 * says what is wrong and, for a slip of the pen, what was perhaps meant.
 */
NODISCARD int opts_parse(const struct opt_set *set, size_t n_set,
    enum opts_order order, int argc, char **argv, int *first, struct err *e);

/* The options of a table, one on a line, as in `mroute help test`. */
void opts_help(const struct opt *opts, struct buf *out);

#endif
