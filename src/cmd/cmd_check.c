/* SPDX-License-Identifier: MIT */
/*
 * mroute check: is all of it right?  The configuration, the rules and lists
 * that it names, slips that do no harm, and the examples that stand beside the
 * rules, judged as live mail would be.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/lex.h"
#include "base/slice.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/conf.h"
#include "rules/example.h"
#include "rules/lint.h"
#include "rules/policy.h"
#include "rules/ruleset.h"

struct check_opts {
	bool strict;
	bool json;
};

struct check {
	struct diag *diag;
	struct config *cfg;
	struct policy *policy;
	struct example_result examples;
	size_t routes, lines;
	bool broken;			/* could not be loaded */
};

static void
check_release(struct check *ck)
{
	policy_free(&ck->policy);
	config_free(&ck->cfg);
	diag_free(&ck->diag);
}

/* The directory that a rule file is in: that is what can be checked. */
static char *
rule_directory(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return xstrdup(".");
	return xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* Does the text begin like a configuration?  An empty one does. */
static bool
looks_like_config(struct slice text)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(diag_free) struct diag *quiet = diag_new();
	size_t n;
	const struct config_key *key = config_keys(&n);
	struct token word;
	struct lex lx;

	lex_open(&lx, a, "", text, quiet);
	if (!lex_line(&lx) || !lex_word(&lx, &word))
		return true;
	for (size_t i = 0; i < n; i++)
		if (slice_eq_str(word.text, key[i].section))
			return true;
	return false;
}

/* What was given by name and is some other file gets one clear error. */
static int
refuse_other_file(const char *path, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct err unread = ERR_INIT;

	if (slice_ends_case(slice_str(path), ".conf") ||
	    file_read(AT_FDCWD, path, LEX_FILE_MAX, &text, &unread) < 0 ||
	    looks_like_config(buf_slice(&text)))
		return 0;
	return err_set(e, ERR_USAGE, "'%s' is neither a configuration nor a rule "
	    "file (*.rules)%s", path, slice_ends_case(slice_str(path), ".eml") ?
	    "; a message is judged by `mroute test`" : "");
}

/* "pack:site", and no file that is called so. */
static bool
names_several(const char *given)
{
	struct stat st;

	return strchr(given, ':') != NULL && stat(given, &st) < 0;
}

/*
 * The operand is a rule directory, several of them, a rule file in one, or a
 * configuration.
 */
static int
load(struct check *ck, const struct cmd_call *call, struct err *e)
{
	const char *given = call->argc > 0 ? call->argv[0] : NULL;
	AUTO(xfree) char *path = NULL;
	struct stat st;

	if (given != NULL && (names_several(given) ||
	    (stat(given, &st) == 0 && S_ISDIR(st.st_mode)))) {
		ck->cfg = config_for_rules(given);
		return 0;
	}
	if (given != NULL && slice_ends_case(slice_str(given), ".rules")) {
		path = rule_directory(given);
		ck->cfg = config_for_rules(path);
		return 0;
	}
	if (given != NULL && refuse_other_file(given, e) < 0)
		return -1;
	if (config_find(given != NULL ? given : call->common->config, &path, e) < 0)
		return -1;
	return config_load(path, ck->diag, &ck->cfg, e);
}

/* Aliases that share their rules hear of each slip once. */
static void
run_lint(struct check *ck)
{
	size_t n = policy_config(ck->policy)->n_alias;

	for (size_t i = 0; i < n; i++) {
		size_t j = 0;

		while (policy_ruleset(ck->policy, j) != policy_ruleset(ck->policy, i))
			j++;
		if (j == i)
			lint_run(policy_ruleset(ck->policy, i), ck->diag);
	}
}

static void
run_examples(struct check *ck)
{
	const struct config *cfg = policy_config(ck->policy);
	const struct ruleset *rs;
	struct example_result one;

	for (size_t i = 0; i < cfg->n_alias; i++) {
		memset(&one, 0, sizeof one);
		example_run(ck->policy, i, ck->diag, &one);
		ck->examples.run += one.run;
		ck->examples.failed += one.failed;
		rs = policy_ruleset(ck->policy, i);
		ck->routes += rs->n_route;
		ck->lines += rs->n_line;
	}
}

/* "1 file", "2 files" */
static void
add_count(struct buf *out, size_t n, const char *what)
{
	buf_addf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void
say_result(const struct check *ck)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	if (ck->broken) {
		add_count(&out, diag_errors(ck->diag), "error");
		buf_add_str(&out, ": this would not be used");
	} else {
		add_count(&out, ck->routes, "route");
		buf_add_str(&out, ", ");
		add_count(&out, ck->lines, "line");
		buf_add_str(&out, ", ");
		add_count(&out, ck->examples.run, "example");
		if (ck->examples.failed > 0)
			buf_addf(&out, ", %u of them decided otherwise",
			    ck->examples.failed);
		else
			buf_add_str(&out, ": all is well");
	}
	if (diag_warnings(ck->diag) > 0) {
		buf_add_str(&out, "; ");
		add_count(&out, diag_warnings(ck->diag), "warning");
	}
	puts(buf_str(&out));
}

static void
say_json(const struct check *ck)
{
	printf("{\"v\":1,\"usable\":%s,\"errors\":%u,\"warnings\":%u,"
	    "\"routes\":%zu,\"lines\":%zu,\"examples\":%u,\"failed\":%u}\n",
	    ck->broken ? "false" : "true", diag_errors(ck->diag),
	    diag_warnings(ck->diag), ck->routes, ck->lines, ck->examples.run,
	    ck->examples.failed);
}

static int
check_run(struct cmd_call *call)
{
	AUTO(check_release) struct check ck = { .diag = diag_new() };
	const struct check_opts *o = call->opts;
	struct err e = ERR_INIT;

	if (load(&ck, call, &e) < 0
	    || policy_load(ck.cfg, ck.diag, &ck.policy, &e) < 0)
		ck.broken = true;
	else {
		run_lint(&ck);
		run_examples(&ck);
	}
	conf_print_diag(call, ck.diag);
	if (ck.broken && diag_errors(ck.diag) == 0) {
		cmd_fail(&e);		/* nothing that has a place in a file */
		return CMD_TROUBLE;
	}
	if (o->json)
		say_json(&ck);
	else
		say_result(&ck);
	if (ck.broken)
		return CMD_TROUBLE;
	if (ck.examples.failed > 0 || (o->strict && diag_warnings(ck.diag) > 0))
		return CMD_FINDINGS;
	return CMD_OK;
}

static const struct opt check_opts[] = {
	OPT_FLAG(0, "strict", struct check_opts, strict,
	    "with warnings alone the status is 1, too"),
	OPT_FLAG(0, "json", struct check_opts, json, "the result as one JSON object"),
	OPT_END
};

const struct cmd cmd_check = {
	.name = "check",
	.operands = "[CONF|RULES]",
	.max = 1,
	.summary = "check configuration, rules and the examples beside them",
	.details =
	    "CONF is a configuration; RULES a rule directory (DIR:DIR: later ones\n"
	    "override) or a file in one, which is then checked without a\n"
	    "configuration. The status is 0 when all is\n"
	    "well or there are only warnings, 1 when an example is decided otherwise\n"
	    "than it says, 2 when something is wrong, so that this would not be used.\n\n"
	    "A warning tells of something that works and yet is surely a slip: a line\n"
	    "that can never matter, a phrase that another one makes needless, one\n"
	    "fact that is paid twice, a pattern that takes many steps.",
	.opts = check_opts,
	.opts_size = sizeof(struct check_opts),
	.run = check_run,
};
