/* SPDX-License-Identifier: MIT */
/*
 * accuracy - how good rules are on mail whose route is known; `make accuracy`.
 *
 *	accuracy [OPTION...] HOLDOUT
 *
 *	-r 'DIR...'    rule directories as in mroute.conf: later ones override
 *	-v             why each message went elsewhere
 *	--json         for programs: see show.h
 *	--right PERCENT  --routed PERCENT  --lost N  --unseen N
 *
 * Two sets of mail are counted apart: the `example yes` of the rules, and
 * HOLDOUT/ROUTE/NAME.eml, on which the rules were never tuned.  The last four
 * options are limits for HOLDOUT.  The status is 1 when one is missed, 2 when
 * nothing could be counted.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accuracy/show.h"
#include "accuracy/tally.h"
#include "base/file.h"
#include "base/opts.h"
#include "base/table.h"
#include "base/xalloc.h"
#include "model/guess.h"
#include "rules/decide.h"
#include "rules/example.h"
#include "rules/match.h"
#include "rules/policy.h"

enum { MESSAGE_MAX = 16 << 20 };

#define RECIPIENT	"marketing@company.example"

/* The site that the held-out mail was written to. */
#define SITE		"alias " RECIPIENT "\n" \
			"  rules %s\n" \
			"  staff company.example\n" \
			"trust\n" \
			"  authserv-id mail.company.example\n"

/* ---- the two sets ---- */

static void
decide_examples(struct tally *t, const struct policy *p)
{
	const struct ruleset *rs = policy_ruleset(p, 0);

	for (size_t i = 0; i < rs->n_route; i++)
		for (size_t k = 0; k < rs->route[i].n_example; k++) {
			AUTO(arena_free) struct arena *a = arena_new();
			const struct example *ex = &rs->route[i].example[k];
			const struct plan *plan = ex->yes ?
			    example_decide(a, p, 0, ex) : NULL;

			if (plan != NULL)
				tally_add(t, arena_printf(a, "%s:%u %s",
				    ex->span.file, ex->span.line, ex->title),
				    rs->route[i].name, plan);
		}
	tally_sum(t);
}

static int
decide_message(struct tally *t, const struct policy *p, int dir, const char *route,
    const char *file, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	struct envelope env = { .kind = ENVELOPE_MAIL, .recipient = RECIPIENT };
	struct past past = { 0 };
	struct findings *f;

	if (file_read(dir, file, MESSAGE_MAX, &bytes, e) < 0)
		return -1;
	guess_sender(buf_slice(&bytes), env.sender);
	f = examine(a, buf_slice(&bytes), &env, p);
	past.why_loop = decide_loop(a, &env, f, NULL);
	past.loop = past.why_loop != NULL;
	tally_add(t, arena_printf(a, "%s/%s", route, file), route,
	    decide(a, p, &env, f, &past));
	return 0;
}

static bool
is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
decide_directory(struct tally *t, const struct policy *p, const char *holdout,
    const char *route, struct err *e)
{
	AUTO(xfree) char *path = path_join(holdout, route);
	AUTO(names_release) struct names files = { NULL, 0 };
	AUTO(fd_close) int dir = -1;

	if (!is_directory(path))
		return 0;		/* README.md */
	if (dir_open(AT_FDCWD, path, &dir, e) < 0 ||
	    dir_names(dir, ".", &files, e) < 0)
		return -1;
	for (size_t i = 0; i < files.n; i++)
		if (slice_ends_case(slice_str(files.name[i]), ".eml") &&
		    decide_message(t, p, dir, route, files.name[i], e) < 0)
			return -1;
	return 0;
}

static int
decide_holdout(struct tally *t, const struct policy *p, const char *holdout,
    struct err *e)
{
	AUTO(names_release) struct names routes = { NULL, 0 };

	if (dir_names(AT_FDCWD, holdout, &routes, e) < 0)
		return -1;
	for (size_t i = 0; i < routes.n; i++)
		if (decide_directory(t, p, holdout, routes.name[i], e) < 0)
			return -1;
	tally_sum(t);
	if (t->n_result == 0)
		return err_set(e, ERR_DATA, "no messages in '%s/ROUTE/*.eml'",
		    holdout);
	return 0;
}

/* ---- the program ---- */

struct options {
	bool verbose, json;
	int color;
	const char *rules, *right, *routed, *lost, *unseen;
};

static const struct opt table[] = {
	OPT_FLAG('v', "verbose", struct options, verbose,
	    "why each message went elsewhere"),
	OPT_FLAG(0, "json", struct options, json, "one JSON object for each set"),
	OPT_CHOICE(0, "color", "auto|always|never", struct options, color,
	    "colour on stdout"),
	OPT_STRING('r', "rules", "DIR...", struct options, rules,
	    "rule directories, a blank between them"),
	OPT_STRING(0, "right", "PERCENT", struct options, right,
	    "at least so much of what is routed must be right"),
	OPT_STRING(0, "routed", "PERCENT", struct options, routed,
	    "at least so much must be routed"),
	OPT_STRING(0, "lost", "N", struct options, lost, "at most so many lost"),
	OPT_STRING(0, "unseen", "N", struct options, unseen,
	    "at most so many about security that nobody sees"),
	OPT_END
};

static int
load(const char *rules, struct config **cfg, struct policy **p, struct err *e)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf out = BUF_INIT;
	AUTO(xfree) char *text = xasprintf(SITE, rules);
	int r = config_parse(slice_str(text), "accuracy.conf", d, cfg, e);

	if (r == 0) {
		(*cfg)->rules_only = true;	/* whichever teams they name */
		r = policy_load(*cfg, d, p, e);
	}
	if (r == 0 || diag_errors(d) == 0)
		return r;
	diag_print(d, false, &out);
	fputs(buf_str(&out), stderr);
	return err_set(e, ERR_CONFIG, "nothing is counted by rules with errors");
}

/* 0 kept, 1 missed, 2 no number.  A limit that is not given, or empty, is none. */
static int
check_limit(const char *name, const char *limit, double is, bool most)
{
	char *end;
	double number;

	if (limit == NULL || limit[0] == '\0')
		return 0;
	number = strtod(limit, &end);
	if (*end != '\0') {
		fprintf(stderr, "accuracy: '%s' is not a number for --%s\n", limit,
		    name);
		return 2;
	}
	if (most ? is <= number : is >= number)
		return 0;
	fprintf(stderr, "accuracy: %s is %.1f; at %s %s is wanted\n", name, is,
	    most ? "most" : "least", limit);
	return 1;
}

static int
check_limits(const struct options *o, const struct totals *sum)
{
	const int status[] = {
		check_limit("right", o->right,
		    tally_share(sum->right, sum->routed), false),
		check_limit("routed", o->routed,
		    tally_share(sum->covered, sum->wanted), false),
		check_limit("lost", o->lost, sum->lost, true),
		check_limit("unseen", o->unseen, sum->unseen, true),
	};
	int worst = 0;

	for (size_t i = 0; i < NELEM(status); i++)
		worst = MAX(worst, status[i]);
	return worst;
}

static int
fail(const struct err *e)
{
	fprintf(stderr, "accuracy: %s\n", e->text);
	return 2;
}

int
main(int argc, char **argv)
{
	AUTO(config_free) struct config *cfg = NULL;
	AUTO(policy_free) struct policy *p = NULL;
	AUTO(tally_release) struct tally examples = { NULL }, holdout = { NULL };
	struct options o = { .rules = "rules" };
	struct opt_set set = { table, &o };
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct err e = ERR_INIT;
	bool colour;
	int first;

	if (opts_parse(&set, 1, OPTS_MIXED, argc, argv, &first, &e) < 0)
		return fail(&e);
	if (argc - first != 1) {
		fputs("usage: accuracy [-v] [--json] [--rules 'DIR...'] HOLDOUT\n",
		    stderr);
		return 2;
	}
	if (load(o.rules, &cfg, &p, &e) < 0)
		return fail(&e);
	tally_init(&examples, "examples", policy_ruleset(p, 0));
	tally_init(&holdout, argv[first], policy_ruleset(p, 0));
	decide_examples(&examples, p);
	if (decide_holdout(&holdout, p, argv[first], &e) < 0)
		return fail(&e);
	colour = colour_wanted((enum colour_when)o.color, STDOUT_FILENO);
	if (o.json) {
		show_json(&examples, &out);
		show_json(&holdout, &out);
	} else {
		show_text(&examples, o.verbose, colour, &out);
		show_text(&holdout, o.verbose, colour, &out);
	}
	fputs(buf_str(&out), stdout);
	return check_limits(&o, &holdout.sum);
}
