/* SPDX-License-Identifier: MIT */
/*
 * mroute explain: a decision both ways, line by line.
 *
 * Of a message here: as today's rules decide it, the way `mroute test` does.
 * Of past mail: as it was recorded, with the rules of that time.
 */
#include <string.h>
#include <unistd.h>

#include "cmd/explaining.h"
#include "cmd/inforce.h"
#include "rules/jsonout.h"
#include "rules/page.h"

static const struct opt explain_opts[] = {
	OPT_STRING('r', "rules", "DIR", struct explain_opts, rules,
	    "today's rules are those in DIR (DIR:DIR) alone"),
	OPT_STRING(0, "to", "ADDRESS", struct explain_opts, to,
	    "the recipient of MSG, instead of what it says"),
	OPT_STRING(0, "from", "ADDRESS", struct explain_opts, from,
	    "its envelope sender; <> for a bounce"),
	OPT_STRING(0, "route", "ROUTE", struct explain_opts, route,
	    "show the lines of this route only"),
	OPT_FLAG(0, "now", struct explain_opts, now,
	    "past mail: what today's rules make of it, beside that"),
	OPT_FLAG(0, "json", struct explain_opts, json,
	    "one JSON object a line for each message"),
	OPT_END
};

static void
explaining_release(struct explaining *x)
{
	judge_release(&x->judge);
	policy_free(&x->policy);
	config_free(&x->cfg);
	records_close(&x->rec);
}

/* ---- the rules of today ---- */

int
explaining_load(struct explaining *x, struct err *e)
{
	if (x->policy != NULL)
		return 0;
	if (judge_rules(x->call, x->opts->rules, &x->cfg, &x->policy, e) < 0) {
		if (e->kind == ERR_ABSENT)	/* of the rules, not the message */
			e->kind = ERR_CONFIG;
		return -1;
	}
	x->judge = (struct judge){ .policy = x->policy, .close = true };
	if (x->opts->rules == NULL)
		inforce_note(x->cfg->spool.path, x->policy);
	return 0;
}

int
explaining_route(const struct explaining *x, const struct policy *p, struct err *e)
{
	if (x->opts->route == NULL || judge_has_route(p, x->opts->route))
		return 0;
	return err_set(e, ERR_USAGE, "no route is named '%s'", x->opts->route);
}

struct account *
explaining_account(struct arena *a, const struct policy *p, const struct envelope *env,
    const struct plan *plan, const struct findings *f)
{
	const struct config *cfg = policy_config(p);
	const struct config_alias *alias = config_alias_for(cfg, env->recipient,
	    env->original_recipient);

	if (alias == NULL)
		return NULL;
	return account_make(a, policy_ruleset(p, (size_t)(alias - cfg->alias)),
	    alias->margin, plan, f);
}

json_t *
explaining_json(const struct explaining *x, const struct explain_input *in,
    const struct account *ac)
{
	json_t *o = explain_json(in);

	if (ac != NULL)
		account_json(ac, x->opts->route, o);
	return o;
}

void
explaining_begin(struct explaining *x, struct buf *out)
{
	if (x->shown++ > 0)
		buf_add_char(out, '\n');
}

void
explaining_row(const struct explaining *x, struct buf *out, const char *name,
    const char *text)
{
	struct page pg = { .out = out, .colour = x->call->colour,
	    .columns = x->call->columns };

	page_label(&pg, name);
	page_put_wrapped(&pg, STYLE_PLAIN, text);
	page_newline(&pg);
}

/* ---- a message here ---- */

static bool
explain_message(void *arg, const struct mailfile *m)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct explaining *x = arg;
	struct explain_input in = { .file = m->name,
	    .digest = policy_digest(x->policy) };
	const struct account *ac;
	struct envelope env;

	judge_envelope(x->policy, m->bytes, x->opts->to, x->opts->from, &env);
	in.findings = judge_examine(&x->judge, a, &env, m);
	if (x->judge.trouble)
		return false;
	in.plan = judge_decide(a, x->policy, &env, in.findings);
	ac = explaining_account(a, x->policy, &env, in.plan, in.findings);
	if (x->opts->json) {
		jsonout_line(explaining_json(x, &in, ac), stdout);
		return true;
	}
	explaining_begin(x, &b);
	explain_brief(&in, x->call->colour, x->call->columns, &b);
	if (ac == NULL)
		explaining_row(x, &b, "Rules", EXPLAINING_NOT_ASKED);
	else
		account_text(ac, x->opts->route, x->call->colour,
		    x->call->columns, &b);
	fputs(buf_str(&b), stdout);
	return true;
}

/* ---- the command ---- */

/* A file wins: an id can be written in several ways, the name of a file in one. */
static bool
is_file(const char *word)
{
	return strcmp(word, "-") == 0 || access(word, F_OK) == 0;
}

static int
check_opts(const struct cmd_call *call)
{
	const struct explain_opts *o = call->opts;
	bool files = false, ids = false;

	for (int i = 0; i < call->argc; i++)
		if (is_file(call->argv[i]))
			files = true;
		else
			ids = true;
	if (o->rules != NULL && call->common->config != NULL && !ids)
		return cmd_usage(call, "-c and -r exclude each other");
	if (o->to != NULL && !judge_is_address(o->to, false))
		return cmd_usage(call, "'%s' is not a mail address", o->to);
	if (o->from != NULL && !judge_is_address(o->from, true))
		return cmd_usage(call, "'%s' is not a mail address", o->from);
	if (ids && (o->to != NULL || o->from != NULL))
		return cmd_usage(call, "past mail has its envelope: --to and --from "
		    "are for files");
	if (ids && o->rules != NULL && !o->now)
		return cmd_usage(call, "past mail has its rules: -r is for files, or "
		    "with --now");
	if (files && o->now)
		return cmd_usage(call, "--now is for past mail; files are judged by "
		    "today's rules anyway");
	return CMD_OK;
}

/* One operand; the status. */
static int
explain_one(struct explaining *x, char *const *word)
{
	struct mailfiles_count count;
	struct err e = ERR_INIT;

	if (!is_file(*word)) {
		if (explain_past(x, *word, &e) == 0)
			return CMD_OK;
		return cmd_fail(&e);
	}
	if (explaining_load(x, &e) < 0 ||
	    explaining_route(x, x->policy, &e) < 0) {
		(void)cmd_fail(&e);
		return CMD_TROUBLE;
	}
	mailfiles_each(word, 1, explain_message, x, &count);
	return x->judge.trouble || count.failed > 0 ? CMD_TROUBLE : CMD_OK;
}

static int
cmd_explain_main(struct cmd_call *call)
{
	AUTO(explaining_release) struct explaining x = { .call = call,
	    .opts = call->opts };
	int worst = check_opts(call);

	if (worst != CMD_OK)
		return worst;
	for (int i = 0; i < call->argc; i++) {
		int status = explain_one(&x, &call->argv[i]);

		worst = MAX(worst, status);
		if (status == CMD_TROUBLE && (x.policy == NULL || x.judge.trouble))
			break;		/* no other one will do better */
	}
	return worst;
}

const struct cmd cmd_explain = {
	.name = "explain",
	.operands = "ID|MSG...",
	.min = 1,
	.max = CMD_ANY,
	.summary = "why it went there and not elsewhere, line by line",
	.details =
	    "Every route with every line: whether it held, what it looked at,\n"
	    "and what would have changed the decision.\n"
	    "MSG is a file, an mbox, a Maildir, a directory, or - for standard\n"
	    "input; today's rules decide it, as `mroute test` would.\n"
	    "ID is a message that was decided: a unique beginning of its id, a\n"
	    "Postfix queue id, or a Message-ID. It is explained by its record and\n"
	    "the rules of that time. What names a file is no ID.\n"
	    "The status is 1 when there is no such message, 2 when usage,\n"
	    "configuration or rules are wrong or a message could not be read.",
	.opts = explain_opts,
	.opts_size = sizeof(struct explain_opts),
	.run = cmd_explain_main,
};
