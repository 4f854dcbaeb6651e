/* SPDX-License-Identifier: MIT */
/*
 * mroute new route NAME: a rule file to begin with, commented, which `mroute
 * check` takes as it is.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lex.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/conf.h"
#include "rules/policy.h"
#include "rules/ruleset.h"

struct new_opts {
	const char *dir;
};

struct new_route {
	struct cmd_call *call;
	const char *name;
	struct diag *diag;
	struct config *cfg;		/* as loaded: with what was not decided by */
	struct policy *policy;
	size_t alias;			/* whose rules it joins */
	char *dir;			/* where the file goes */
	char *path;			/* of the file */
};

static void
new_release(struct new_route *nw)
{
	policy_free(&nw->policy);
	config_free(&nw->cfg);
	diag_free(&nw->diag);
	xfree(&nw->dir);
	xfree(&nw->path);
}

static const struct opt new_opts[] = {
	OPT_STRING(0, "dir", "DIR", struct new_opts, dir,
	    "write it into this rule directory"),
	OPT_END
};

static bool
same_directory(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	    x.st_ino == y.st_ino;
}

/* The first alias that reads its rules from there, or false. */
static bool
find_alias(struct new_route *nw, const char *dir)
{
	for (size_t i = 0; i < nw->cfg->n_alias; i++)
		for (size_t j = 0; j < nw->cfg->alias[i].n_rules; j++)
			if (same_directory(nw->cfg->alias[i].rules[j], dir)) {
				nw->alias = i;
				return true;
			}
	return false;
}

/*
 * The rules that the route joins: those of the first alias; with --dir those
 * of the alias that has it, else the directory alone, without a configuration.
 */
static int
load_rules(struct new_route *nw, const char *dir, struct err *e)
{
	struct err unread = ERR_INIT;

	if (conf_load(nw->call, &nw->cfg, NULL, dir != NULL ? &unread : e) < 0) {
		if (dir == NULL)
			return -1;
		nw->cfg = config_for_rules(dir);
	} else if (dir != NULL && !find_alias(nw, dir)) {
		config_free(&nw->cfg);
		nw->cfg = config_for_rules(dir);
	}
	if (dir == NULL) {
		const struct config_alias *al = &nw->cfg->alias[0];

		dir = al->rules[al->n_rules - 1];
	}
	nw->dir = xstrdup(dir);
	return policy_load(nw->cfg, nw->diag, &nw->policy, e);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* The number that a file's name begins with, and its digits; 0 digits: none. */
static unsigned
number_of(const char *path, size_t *digits)
{
	const char *base = base_name(path);

	*digits = strspn(base, "0123456789");
	return *digits > 0 && *digits < 6 ? (unsigned)strtoul(base, NULL, 10) : 0;
}

/* Behind the other routes, in front of `otherwise`: the next ten if it fits. */
static void
choose_number(const struct ruleset *rs, struct buf *out)
{
	size_t digits, others;
	unsigned end = number_of(rs->route[rs->otherwise].span.file, &digits);
	unsigned last = 0, n;

	if (end == 0)
		return;			/* they are not numbered */
	for (size_t i = 0; i < rs->n_route; i++) {
		n = number_of(rs->route[i].span.file, &others);
		if (n < end)
			last = MAX(last, n);
	}
	n = (last / 10 + 1) * 10;
	if (n >= end)
		n = last + 1 < end ? last + 1 : last;
	buf_addf(out, "%0*u-", (int)digits, n);
}

/* In another of the directories its name would switch that file off, or it. */
static int
check_free(const char *dir, const char *file, struct err *e)
{
	AUTO(xfree) char *path = path_join(dir, file);
	struct stat st;

	if (lstat(path, &st) == 0)
		return err_set(e, ERR_USAGE, "'%s' is there already", path);
	return 0;
}

static int
choose_path(struct new_route *nw, struct err *e)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	const struct ruleset *rs = policy_ruleset(nw->policy, nw->alias);
	const struct config_alias *al = &nw->cfg->alias[nw->alias];
	const struct route *twin = ruleset_find(rs, nw->name);

	if (twin != NULL)
		return err_set(e, ERR_USAGE, "there is a route '%s' already: %s, "
		    "line %u", nw->name, twin->span.file, twin->span.line);
	choose_number(rs, &file);
	buf_addf(&file, "%s.rules", nw->name);
	for (size_t i = 0; i < al->n_rules; i++)
		if (check_free(al->rules[i], buf_str(&file), e) < 0)
			return -1;
	nw->path = path_join(nw->dir, buf_str(&file));
	return 0;
}

/* Its mail goes where that of no route goes, until somebody chooses. */
static void
put_action(const struct new_route *nw, const struct ruleset *rs, struct buf *out)
{
	const struct route *r = &rs->route[rs->otherwise];
	const struct action *a = &r->action[0];

	for (size_t i = r->n_action; i-- > 0;)
		if (r->action[i].kind == ACTION_FORWARD_TEAM ||
		    r->action[i].kind == ACTION_FORWARD_ADDRESS)
			a = &r->action[i];
	switch (a->kind) {
	case ACTION_FORWARD_TEAM:
	case ACTION_FORWARD_ADDRESS:
		buf_addf(out, "  forward  %s\n", a->value);
		return;
	case ACTION_FILE:
		buf_addf(out, "  file     %s%s%s\n", a->store != NULL ? a->store : "",
		    a->store != NULL ? ":" : "", a->value);
		return;
	case ACTION_MAILDIR:
		buf_addf(out, "  maildir  %s\n", a->value);
		return;
	case ACTION_KEEP:
		break;
	}
	if (nw->cfg->n_team > 0)
		buf_addf(out, "  forward  %s\n", nw->cfg->team[0].name);
	else
		buf_add_str(out, "  keep\n");
}

static void
put_skeleton(const struct new_route *nw, struct buf *out)
{
	const struct ruleset *rs = policy_ruleset(nw->policy, nw->alias);
	const struct config_alias *al = &policy_config(nw->policy)->alias[nw->alias];
	const char *to = al->n_address > 0 ? al->address[0] :
	    "marketing@company.example";

	buf_addf(out,
	    "# Who writes this mail, and what they want: one or two sentences.\n"
	    "#\n"
	    "# What looks like it and is not:\n"
	    "#   - mail that another route should have, and by which words one knows it.\n"
	    "\n"
	    "version 1\n"
	    "\n"
	    "route %s\n"
	    "  title    %s\n", nw->name, nw->name);
	put_action(nw, rs, out);
	buf_addf(out,
	    "\n"
	    "  # What settles it: phrases that only this mail has.  50 points are needed.\n"
	    "  # start is the subject and the beginning of the text; * stands for any\n"
	    "  # letters.\n"
	    "  +60  start    has  %s for certain, sure sign of %s*\n"
	    "\n"
	    "  # What speaks for it, but needs something more.\n"
	    "  +30  any      has  likely phrase, word that hints at it\n"
	    "  +20  text     has  phrase that goes with it\n"
	    "\n"
	    "  # What it is not\n"
	    "  -60  any      has  phrase of other mail\n"
	    "  -60  header:List-Unsubscribe  present\n"
	    "  never  is     bounce, auto-reply\n"
	    "\n"
	    "  # Real messages say most: paste some, and change what is private.  Fifteen\n"
	    "  # that belong here and ten that look like it are a good number.\n"
	    "  example yes  A message that belongs here\n"
	    "    From: Jane Roe <jane@sender.example>\n"
	    "    To: %s\n"
	    "    Subject: This is %s for certain\n"
	    "    | Dear all,\n"
	    "    |\n"
	    "    | put a message of this kind here.\n"
	    "    |\n"
	    "    | Jane Roe\n"
	    "\n"
	    "  example no  A message that looks like it and is not\n"
	    "    From: John Doe <john@sender.example>\n"
	    "    To: %s\n"
	    "    Subject: A likely phrase alone\n"
	    "    | Dear all,\n"
	    "    |\n"
	    "    | put a message here that this route must not get.\n"
	    "    |\n"
	    "    | John Doe\n", nw->name, nw->name, to, nw->name, to);
}

static int
write_file(const struct new_route *nw, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(fd_close) int fd = -1;

	put_skeleton(nw, &text);
	fd = open(nw->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0 || fd_write_all(fd, text.ptr, text.len) < 0)
		return err_errno(e, ERR_TEMP, "cannot write '%s'", nw->path);
	return 0;
}

static void
say_next(const struct new_route *nw)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	const char *me = program_invocation_name;

	printf("%s\n\nPut your own title, phrases and examples into it, and who gets "
	    "the mail.\n\nnext:\n", nw->path);
	if (nw->cfg->rules_only)
		buf_addf(&line, "%s check %s", me, nw->dir);
	else
		buf_addf(&line, "%s -c %s check", me, nw->cfg->path);
	cmd_say_step(nw->call, buf_str(&line), "is it right, and do the examples hold?");
	buf_reset(&line);
	if (nw->cfg->rules_only)
		buf_addf(&line, "%s test -r %s MAIL.eml", me, nw->dir);
	else
		buf_addf(&line, "%s -c %s test MAIL.eml", me, nw->cfg->path);
	cmd_say_step(nw->call, buf_str(&line), "where would this mail go, and why?");
}

static int
new_main(struct cmd_call *call)
{
	AUTO(new_release) struct new_route nw = {
		.call = call, .name = call->argv[1], .diag = diag_new(),
	};
	const struct new_opts *o = call->opts;
	struct err e = ERR_INIT;

	if (strcmp(call->argv[0], "route") != 0)
		return cmd_usage(call, "'%s' can't be made; write: new route NAME",
		    call->argv[0]);
	if (!lex_is_name(slice_str(nw.name)))
		return cmd_usage(call, "'%s' is not a name: use a-z, 0-9, - and _, at "
		    "most %d of them", nw.name, LEX_NAME_MAX);
	if (load_rules(&nw, o->dir, &e) < 0) {
		conf_print_diag(call, nw.diag);
		if (diag_errors(nw.diag) > 0)
			cmd_warn("the rules that are there have errors; mend them first "
			    "(see `mroute check`)");
		else
			cmd_fail(&e);
		return CMD_TROUBLE;
	}
	if (choose_path(&nw, &e) < 0 || write_file(&nw, &e) < 0) {
		cmd_fail(&e);
		return CMD_TROUBLE;
	}
	say_next(&nw);
	return CMD_OK;
}

const struct cmd cmd_new = {
	.name = "new",
	.operands = "route NAME",
	.min = 2,
	.max = 2,
	.words = "route",
	.summary = "write a rule file for a new route to begin with",
	.details =
	    "The file goes into the last rule directory of the first alias, or into\n"
	    "DIR, with a number in front that puts it before the `otherwise` route.\n"
	    "It is right as it is: phrases and examples wait to be replaced, and its\n"
	    "mail goes where that of no route goes.\n\n"
	    "Nothing that is there is overwritten.",
	.opts = new_opts,
	.opts_size = sizeof(struct new_opts),
	.run = new_main,
};
