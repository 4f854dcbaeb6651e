/* SPDX-License-Identifier: MIT */
/*
 * mroute test: what the rules on disk would do with a message, and why.
 *
 * The message goes the way of live mail (P10): through an examiner process
 * and decide().  Nothing is sent or stored.
 */
#include <string.h>

#include "base/progress.h"
#include "base/table.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/inforce.h"
#include "cmd/judge.h"
#include "rules/explain.h"
#include "rules/jsonout.h"
#include "rules/policy.h"

struct test_opts {
	const char *rules, *to, *from, *expect;
	bool json;
};

static const struct opt test_opts[] = {
	OPT_STRING('r', "rules", "DIR", struct test_opts, rules,
	    "judge by the rules in DIR (DIR:DIR) alone"),
	OPT_STRING(0, "to", "ADDRESS", struct test_opts, to,
	    "the recipient, instead of what the message says"),
	OPT_STRING(0, "from", "ADDRESS", struct test_opts, from,
	    "the envelope sender; <> for a bounce"),
	OPT_STRING(0, "expect", "ROUTE", struct test_opts, expect,
	    "status 1 when a message goes to another route"),
	OPT_FLAG(0, "json", struct test_opts, json,
	    "one JSON object a line for each message"),
	OPT_END
};

struct test {
	const struct cmd_call *call;
	const struct test_opts *opts;
	struct config *cfg;
	struct policy *policy;
	struct judge judge;
	struct progress progress;
	uint64_t shown, missed;
};

static void
test_release(struct test *t)
{
	judge_release(&t->judge);
	policy_free(&t->policy);
	config_free(&t->cfg);
}

/* ---- the rules ---- */

static int
load(struct test *t, struct err *e)
{
	if (judge_rules(t->call, t->opts->rules, &t->cfg, &t->policy, e) < 0)
		return -1;
	t->judge.policy = t->policy;
	if (t->opts->rules == NULL)
		inforce_note(t->cfg->spool.path, t->policy);
	return 0;
}

/* ---- one message ---- */

static void
show_json(const struct test *t, const struct explain_input *in, bool good)
{
	json_t *o = explain_json(in);

	if (t->opts->expect != NULL) {
		jsonout_put(o, "expected", jsonout_text(t->opts->expect));
		jsonout_put(o, "as_expected", json_boolean(good));
	}
	jsonout_line(o, stdout);
}

static void
show_text(const struct test *t, const struct explain_input *in, bool good)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	if (t->shown > 0)
		buf_add_char(&b, '\n');
	explain_text(in, t->call->colour, t->call->columns, &b);
	if (t->opts->expect != NULL && !good) {
		AUTO(xfree) char *text = xasprintf("  Expected  %s\n",
		    t->opts->expect);

		style_add(&b, STYLE_BAD, slice_str(text), t->call->colour);
	}
	fputs(buf_str(&b), stdout);
}

static bool
test_message(void *arg, const struct mailfile *m)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct test *t = arg;
	struct envelope env;
	struct explain_input in = { .file = m->name,
	    .digest = policy_digest(t->policy) };
	bool good;

	judge_envelope(t->policy, m->bytes, t->opts->to, t->opts->from, &env);
	in.findings = judge_examine(&t->judge, a, &env, m);
	if (t->judge.trouble)
		return false;
	in.plan = judge_decide(a, t->policy, &env, in.findings);
	good = t->opts->expect == NULL ||
	    strcmp(plan_route(in.plan), t->opts->expect) == 0;
	if (t->opts->json)
		show_json(t, &in, good);
	else
		show_text(t, &in, good);
	progress_show(&t->progress, ++t->shown);
	if (!good)
		t->missed++;
	return true;
}

/* ---- the command ---- */

static void
start_progress(struct test *t)
{
	bool wanted = progress_wanted(true);

	progress_start(&t->progress, "messages", wanted ?
	    mailfiles_count(t->call->argv, t->call->argc) : 0, wanted);
}

static int
cmd_test_main(struct cmd_call *call)
{
	AUTO(test_release) struct test t = { .call = call, .opts = call->opts };
	const struct test_opts *o = t.opts;
	struct mailfiles_count count;
	struct err e = ERR_INIT;

	if (o->rules != NULL && call->common->config != NULL)
		return cmd_usage(call, "-c and -r exclude each other");
	if (o->to != NULL && !judge_is_address(o->to, false))
		return cmd_usage(call, "'%s' is not a mail address", o->to);
	if (o->from != NULL && !judge_is_address(o->from, true))
		return cmd_usage(call, "'%s' is not a mail address", o->from);
	if (load(&t, &e) < 0) {
		(void)cmd_fail(&e);
		return CMD_TROUBLE;	/* also when there is no configuration */
	}
	if (o->expect != NULL && !judge_has_route(t.policy, o->expect))
		return cmd_usage(call, "no route is named '%s'", o->expect);
	start_progress(&t);
	mailfiles_each(call->argv, call->argc, test_message, &t, &count);
	progress_end(&t.progress);
	if (t.judge.trouble || count.failed > 0)
		return CMD_TROUBLE;
	if (t.missed > 0 && t.shown > 1)
		cmd_warn("%ju of %ju messages go to another route than '%s'",
		    (uintmax_t)t.missed, (uintmax_t)t.shown, o->expect);
	return t.missed > 0 ? CMD_FINDINGS : CMD_OK;
}

const struct cmd cmd_test = {
	.name = "test",
	.operands = "MSG...",
	.min = 1,
	.max = CMD_ANY,
	.summary = "show what the rules would do with a message, and why",
	.details =
	    "MSG is a file, an mbox, a Maildir, a directory, or - for standard input.\n"
	    "Nothing is sent or stored. The recipient is the address of ours that\n"
	    "X-Original-To or Delivered-To of the message names, else that of the\n"
	    "first alias; the sender is that of Return-Path, else of From.\n"
	    "The status is 0 when all were judged, 1 when one goes elsewhere than\n"
	    "--expect says, 2 when usage, configuration or rules are wrong or a\n"
	    "message could not be read.",
	.opts = test_opts,
	.opts_size = sizeof(struct test_opts),
	.run = cmd_test_main,
};
