/* SPDX-License-Identifier: MIT */
#include "base/opts.h"

#include <getopt.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/xalloc.h"

enum { OPTS_MAX = 64 };

/* Where getopt_long() looks, and which of our options each entry is. */
struct reader {
	struct option longs[OPTS_MAX + 1];
	char shorts[2 + 2 * OPTS_MAX + 1];
	const struct opt *opt[OPTS_MAX];
	void *values[OPTS_MAX];
	int n;
};

static void
reader_add(struct reader *r, const struct opt *o, void *values)
{
	size_t len = strlen(r->shorts);

	if (r->n == OPTS_MAX)
		bug("more than %d options", OPTS_MAX);
	r->longs[r->n] = (struct option){ o->name,
		o->kind == OPT_KIND_FLAG ? no_argument : required_argument, NULL, 0 };
	r->opt[r->n] = o;
	r->values[r->n] = values;
	r->n++;
	if (o->letter != 0) {
		r->shorts[len++] = o->letter;
		if (o->kind != OPT_KIND_FLAG)
			r->shorts[len++] = ':';
		r->shorts[len] = '\0';
	}
}

static void
reader_init(struct reader *r, const struct opt_set *set, size_t n_set,
    enum opts_order order)
{
	memset(r, 0, sizeof *r);
	r->shorts[0] = order == OPTS_LEADING ? '+' : ':';
	if (order == OPTS_LEADING)
		r->shorts[1] = ':';
	for (size_t i = 0; i < n_set; i++)
		for (const struct opt *o = set[i].opts;
		     o != NULL && o->kind != OPT_KIND_END; o++)
			reader_add(r, o, set[i].values);
}

/* The entry that the letter belongs to, or -1. */
static int
reader_letter(const struct reader *r, int letter)
{
	for (int i = 0; i < r->n; i++)
		if (letter != 0 && r->opt[i]->letter == letter)
			return i;
	return -1;
}

/* Which word of "auto|always|never" this is, or -1. */
static int
choice_find(const char *words, const char *given)
{
	struct slice rest = slice_str(words), word;

	for (int i = 0; slice_next(&rest, '|', &word); i++)
		if (slice_eq_str(word, given))
			return i;
	return -1;
}

static int
opt_store(const struct opt *o, void *values, const char *given, struct err *e)
{
	char *at = (char *)values + o->offset;
	int choice;

	switch (o->kind) {
	case OPT_KIND_END:
		break;
	case OPT_KIND_FLAG:
		*(bool *)(void *)at = true;
		break;
	case OPT_KIND_STRING:
		*(const char **)(void *)at = given;
		break;
	case OPT_KIND_NUMBER:
		if (!slice_to_u64(slice_str(given), (uint64_t *)(void *)at))
			return err_set(e, ERR_USAGE,
			    "option '--%s' needs a number, not '%s'", o->name, given);
		break;
	case OPT_KIND_CHOICE:
		if ((choice = choice_find(o->value, given)) < 0)
			return err_set(e, ERR_USAGE,
			    "option '--%s' must be one of %s, not '%s'", o->name,
			    o->value, given);
		*(int *)(void *)at = choice;
		break;
	}
	return 0;
}

/* How many long names begin with this one, and the first of them. */
static int
reader_long(const struct reader *r, struct slice name, const struct opt **out)
{
	int n = 0;

	for (int i = 0; i < r->n; i++) {
		if (strncmp(r->opt[i]->name, name.ptr, name.len) != 0)
			continue;
		if (n++ == 0)
			*out = r->opt[i];
	}
	return n;
}

/* The long option that was perhaps meant, or NULL. */
static const char *
nearest_long(const struct reader *r, struct slice name)
{
	const char *names[OPTS_MAX + 1] = { NULL };

	for (int i = 0; i < r->n; i++)
		names[i] = r->opt[i]->name;
	return diag_nearest(name, names);
}

/* getopt_long() gave up on this word: say why, in our words. */
static int
refuse(const struct reader *r, bool no_value, const char *word, struct err *e)
{
	const struct opt *o = NULL;
	struct slice rest = slice_str(word), name;
	const char *near;
	int n;

	if (strncmp(word, "--", 2) != 0) {
		n = reader_letter(r, optopt);
		if (no_value && n >= 0)
			return err_set(e, ERR_USAGE, "option '-%c' needs %s", optopt,
			    r->opt[n]->value);
		return err_set(e, ERR_USAGE, "unknown option '-%c'", optopt);
	}
	(void)slice_next(&rest, '=', &name);
	name = slice_sub(name, 2, name.len);
	n = reader_long(r, name, &o);
	if (n > 1)
		return err_set(e, ERR_USAGE, "option '%s' could be more than one", word);
	if (n == 1 && no_value)
		return err_set(e, ERR_USAGE, "option '--%s' needs %s", o->name, o->value);
	if (n == 1)
		return err_set(e, ERR_USAGE, "option '--%s' takes no value", o->name);
	near = nearest_long(r, name);
	return err_set(e, ERR_USAGE, "unknown option '%s'%s%s%s", word,
	    near != NULL ? "; did you mean '--" : "", near != NULL ? near : "",
	    near != NULL ? "'?" : "");
}

int
opts_parse(const struct opt_set *set, size_t n_set, enum opts_order order,
    int argc, char **argv, int *first, struct err *e)
{
	struct reader r;
	int c, i, at, which;

	reader_init(&r, set, n_set, order);
	optind = 0;		/* glibc: start anew, and look at shorts[0] */
	opterr = 0;
	for (;;) {
		at = optind > 0 ? optind : 1;
		which = -1;
		c = getopt_long(argc, argv, r.shorts, r.longs, &which);
		if (c == -1)
			break;
		if (c == '?' || c == ':') {
			/* The word is the one just passed over. */
			i = optind > at ? optind - 1 : at;
			return refuse(&r, c == ':', argv[i < argc ? i : argc - 1], e);
		}
		i = which >= 0 ? which : reader_letter(&r, c);
		if (i < 0)
			bug("getopt_long gave %d", c);
		if (opt_store(r.opt[i], r.values[i], optarg, e) < 0)
			return -1;
	}
	*first = optind;
	return 0;
}

void
opts_help(const struct opt *opts, struct buf *out)
{
	enum { DOC_COLUMN = 26 };
	size_t start, len;

	for (const struct opt *o = opts; o != NULL && o->kind != OPT_KIND_END; o++) {
		start = out->len;
		if (o->letter != 0)
			buf_addf(out, "  -%c, --%s", o->letter, o->name);
		else
			buf_addf(out, "      --%s", o->name);
		if (o->value != NULL)
			buf_addf(out, " %s", o->value);
		len = out->len - start;
		if (len + 2 > DOC_COLUMN)
			buf_addf(out, "\n%*s", DOC_COLUMN, "");
		else
			buf_addf(out, "%*s", (int)(DOC_COLUMN - len), "");
		buf_addf(out, "%s\n", o->doc);
	}
}
