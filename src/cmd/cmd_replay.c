/* SPDX-License-Identifier: MIT */
/*
 * mroute replay: past mail through other rules.
 *
 * Before and after are made by the same functions from the same message (P10),
 * so that only the rules differ.
 */
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/conf.h"
#include "cmd/judge.h"
#include "cmd/replay.h"

enum { STATUS_INTERRUPTED = 130 };	/* as a shell says of SIGINT */

static const struct opt replay_opts[] = {
	OPT_STRING('r', "rules", "NEW", struct replay_opts, rules,
	    "the other rules: DIR, DIR:DIR, or a configuration"),
	OPT_STRING(0, "since", "TIME", struct replay_opts, since,
	    "mail in the spool since then; 30d by default"),
	OPT_FLAG(0, "recorded", struct replay_opts, recorded,
	    "before: what was decided then, not today's rules"),
	OPT_FLAG('d', "diff", struct replay_opts, diff,
	    "show each change with the lines that came and went"),
	OPT_STRING(0, "to", "ADDRESS", struct replay_opts, to,
	    "the recipient of MAILBOX mail, instead of what it says"),
	OPT_STRING(0, "from", "ADDRESS", struct replay_opts, from,
	    "its envelope sender; <> for a bounce"),
	OPT_FLAG(0, "json", struct replay_opts, json,
	    "one JSON object a line: each change, then counts"),
	OPT_END
};

static void
replay_release(struct replay *r)
{
	replay_release_items(r);
	crew_close(&r->crew);
	fd_close(&r->signal_fd);
	table_free(&r->table);
	for (size_t i = 0; i < SIDES; i++)
		policy_free(&r->policy[i]);
	records_close(&r->rec);
	config_free(&r->cfg);
	arena_free(&r->arena);
}

/* ---- the two rule sets ---- */

static int
load_policy(struct replay *r, const struct config *cfg, size_t side, struct err *e)
{
	AUTO(diag_free) struct diag *d = diag_new();

	if (policy_load(cfg, d, &r->policy[side], e) == 0)
		return 0;
	conf_print_diag(r->call, d);
	return err_prefix(e, "the rules %s", side == BEFORE ? "of today" : "to try");
}

static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int
load_new(struct replay *r, struct err *e)
{
	AUTO(config_free) struct config *cfg = NULL;
	struct cmd_common common = *r->call->common;
	struct cmd_call call = *r->call;

	if (!is_file(r->opts->rules)) {
		/* The rules of today are loaded, and need it no more. */
		if (config_replace_rules(r->cfg, r->opts->rules, e) < 0)
			return -1;
		return load_policy(r, r->cfg, AFTER, e);
	}
	common.config = r->opts->rules;
	call.common = &common;
	if (conf_load(&call, &cfg, NULL, e) < 0)
		return -1;
	return load_policy(r, cfg, AFTER, e);
}

static int
load(struct replay *r, struct err *e)
{
	if (conf_load(r->call, &r->cfg, NULL, e) < 0 ||
	    (!r->opts->recorded && load_policy(r, r->cfg, BEFORE, e) < 0) ||
	    load_new(r, e) < 0)
		return -1;
	if (!r->opts->recorded && digest_equal(policy_digest(r->policy[BEFORE]),
	    policy_digest(r->policy[AFTER])))
		cmd_warn("note: these are the rules of today (%.8s)",
		    policy_digest(r->policy[AFTER]));
	return 0;
}

/* ---- the command ---- */

/* From now on SIGINT is read, so that what is there can be shown. */
static int
catch_interrupt(struct replay *r, struct err *e)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	r->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (r->signal_fd < 0 || sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return err_errno(e, ERR_TEMP, "cannot look out for signals");
	return 0;
}

static int
run(struct replay *r, struct err *e)
{
	const struct policy *policy[SIDES];
	size_t first = r->opts->recorded ? AFTER : BEFORE;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	for (size_t i = 0; i < SIDES; i++)
		policy[i] = r->policy[i];
	if (catch_interrupt(r, e) < 0)
		return -1;
	r->crew = crew_open(policy + first, SIDES - first,
	    cores > 0 ? (size_t)cores : 1);
	replay_show_start(r);
	if (r->call->argc > 0)
		replay_mailboxes(r);
	else {
		struct config *cfg = r->cfg;

		r->cfg = NULL;
		if (records_open_for(cfg, &r->rec, e) < 0 ||
		    replay_spool(r, e) < 0)
			return -1;
	}
	if (!r->trouble)
		replay_show_end(r);
	return 0;
}

static const char *
wrong_use(const struct replay *r)
{
	const struct replay_opts *o = r->opts;

	if (o->rules == NULL)
		return "--rules is missing: which other rules?";
	if (o->diff && o->json)
		return "--diff and --json exclude each other";
	if (r->call->argc == 0 && (o->to != NULL || o->from != NULL))
		return "--to and --from are for a MAILBOX; the spool knows both";
	if (r->call->argc > 0 && (o->since != NULL || o->recorded))
		return "--since and --recorded are for the spool, not for a MAILBOX";
	if (o->to != NULL && !judge_is_address(o->to, false))
		return "--to takes a mail address";
	if (o->from != NULL && !judge_is_address(o->from, true))
		return "--from takes a mail address, or <>";
	return NULL;
}

static int
cmd_replay_main(struct cmd_call *call)
{
	AUTO(replay_release) struct replay r = { .call = call, .opts = call->opts,
	    .arena = arena_new(), .signal_fd = -1 };
	const char *wrong = wrong_use(&r);
	struct err e = ERR_INIT;

	if (wrong != NULL)
		return cmd_usage(call, "%s", wrong);
	if (load(&r, &e) < 0 || run(&r, &e) < 0) {
		(void)cmd_fail(&e);
		return CMD_TROUBLE;
	}
	if (r.interrupted)
		return STATUS_INTERRUPTED;
	if (r.trouble || r.failed > 0)
		return CMD_TROUBLE;
	return r.changed > 0 ? CMD_FINDINGS : CMD_OK;
}

const struct cmd cmd_replay = {
	.name = "replay",
	.operands = "[MAILBOX...]",
	.min = 0,
	.max = CMD_ANY,
	.summary = "run past mail through other rules, and show what changes",
	.details =
	    "The mail is what the spool has kept, or MAILBOX: a file, an mbox, a\n"
	    "Maildir, a directory, or - for standard input. Each message is decided by\n"
	    "today's rules and by NEW, a rule directory (DIR:DIR: later ones override),\n"
	    "or a configuration. Nothing is sent or stored. The status is 0 when no\n"
	    "decision changes, 1 when one does, 2 when something could not be done, 130\n"
	    "when it was interrupted; then the table shows what there was so far.",
	.opts = replay_opts,
	.opts_size = sizeof(struct replay_opts),
	.run = cmd_replay_main,
};
