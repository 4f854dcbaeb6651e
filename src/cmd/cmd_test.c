/* SPDX-License-Identifier: MIT */
/*
 * mroute test: what the rules on disk would do with a message, and why.
 *
 * The message goes the way of live mail (P10): through an examiner process
 * and decide().  Nothing is sent or stored.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/table.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/conf.h"
#include "cmd/mailfiles.h"
#include "flow/examiner.h"
#include "model/guess.h"
#include "rules/decide.h"
#include "rules/explain.h"
#include "rules/policy.h"
#include "rules/ruleset.h"

/* For `alias *`: an address that belongs to nobody (RFC 2606). */
#define ANYBODY	"anybody@example.invalid"

enum { EXAMINE_TRIES = 2 };		/* as the engine */

struct test_opts {
	const char *rules, *to, *from, *expect;
	bool json;
};

static const struct opt test_opts[] = {
	OPT_STRING('r', "rules", "DIR", struct test_opts, rules,
	    "judge by the rules in DIR, without a configuration"),
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
	struct examiner *examiner;	/* NULL: start one */
	uint64_t shown, missed;
	bool trouble;			/* no examiner can be started */
};

static void
test_release(struct test *t)
{
	examiner_stop(&t->examiner);
	policy_free(&t->policy);
	config_free(&t->cfg);
}

/* ---- the rules ---- */

/* Say so when the engine decides by other rules than those on disk. */
static void
compare_with_engine(const struct test *t)
{
	AUTO(xfree) char *good = path_join(t->cfg->spool.path, "rules.good");
	AUTO(buf_release) struct buf snapshot = BUF_INIT;
	char digest[DIGEST_SIZE];
	struct err e = ERR_INIT;

	if (file_read(AT_FDCWD, good, SNAPSHOT_MAX, &snapshot, &e) < 0)
		return;			/* no engine yet, or not ours to read */
	digest_slice(buf_slice(&snapshot), digest);
	if (strcmp(digest, policy_digest(t->policy)) != 0)
		cmd_warn("note: the engine still runs other rules (%.8s) than "
		    "these (%.8s)", digest, policy_digest(t->policy));
}

static int
load(struct test *t, struct err *e)
{
	AUTO(diag_free) struct diag *d = diag_new();
	int r;

	if (t->opts->rules != NULL)
		t->cfg = config_for_rules(t->opts->rules);
	else if (conf_load(t->call, &t->cfg, NULL, e) < 0)
		return -1;
	r = policy_load(t->cfg, d, &t->policy, e);
	if (r < 0)
		conf_print_diag(t->call, d);	/* the rest is for `mroute check` */
	if (r == 0 && t->opts->rules == NULL)
		compare_with_engine(t);
	return r;
}

/* A route that no rule set has can't be meant. */
static bool
is_route(const struct test *t, const char *name)
{
	for (size_t i = 0; i < policy_config(t->policy)->n_alias; i++)
		if (ruleset_find(policy_ruleset(t->policy, i), name) != NULL)
			return true;
	return false;
}

/* ---- one message ---- */

static const char *
first_address(const struct config *cfg)
{
	for (size_t i = 0; i < cfg->n_alias; i++)
		if (cfg->alias[i].n_address > 0)
			return cfg->alias[i].address[0];
	return ANYBODY;
}

static void
set_address(char out[ADDR_SIZE], const char *address)
{
	if (strcmp(address, "<>") == 0)
		address = "";
	memcpy(out, address, strlen(address) + 1);	/* checked: fits */
}

/*
 * An archive is full of mail that was once delivered to others: what the
 * message says of its recipient counts when that is an address of ours.
 */
static void
make_envelope(const struct test *t, const struct mailfile *m, struct envelope *env)
{
	*env = (struct envelope){ .kind = ENVELOPE_MAIL };
	if (t->opts->from != NULL)
		set_address(env->sender, t->opts->from);
	else
		guess_sender(m->bytes, env->sender);
	if (t->opts->to != NULL)
		set_address(env->recipient, t->opts->to);
	else if (!guess_recipient(m->bytes, env->recipient) ||
	    !decide_is_ours(t->policy, env->recipient))
		set_address(env->recipient,
		    first_address(policy_config(t->policy)));
}

/* NULL when the examiner gave up on the message, as in the engine. */
static struct findings *
examine_message(struct test *t, struct arena *a, const struct envelope *env,
    const struct mailfile *m)
{
	struct findings *f = NULL;
	struct err e = ERR_INIT;

	for (int i = 0; i < EXAMINE_TRIES; i++) {
		if (t->examiner == NULL &&
		    examiner_start(t->policy, -1, &t->examiner, &e) < 0) {
			t->trouble = true;
			break;
		}
		if (examiner_ask(t->examiner, env, m->fd, m->offset,
		    m->bytes.len, a, &f, &e) == 0)
			return f;
		examiner_stop(&t->examiner);
	}
	cmd_warn("'%s': %s", m->name, e.text);
	return NULL;
}

static void
show_json(const struct test *t, const struct explain_input *in, bool good)
{
	json_t *o = explain_json(in);
	char *text;

	if (t->opts->expect != NULL) {
		json_object_set_new(o, "expected", explain_string(
		    slice_str(t->opts->expect)));
		json_object_set_new(o, "as_expected", json_boolean(good));
	}
	text = json_dumps(o, EXPLAIN_DUMP);
	if (text == NULL)
		bug("json: cannot be written");
	printf("%s\n", text);
	free(text);
	json_decref(o);
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
	struct past past = { 0 };
	struct envelope env;
	struct explain_input in = { .file = m->name,
	    .digest = policy_digest(t->policy) };
	const char *route;
	bool good;

	make_envelope(t, m, &env);
	in.findings = examine_message(t, a, &env, m);
	if (t->trouble)
		return false;
	if (in.findings != NULL)
		past.why_loop = decide_loop(a, &env, in.findings, NULL);
	past.loop = past.why_loop != NULL;
	in.plan = decide(a, t->policy, &env, in.findings, &past);
	route = in.plan->by == BY_OBSERVE ? in.plan->would_be : in.plan->route;
	good = t->opts->expect == NULL || strcmp(route, t->opts->expect) == 0;
	if (t->opts->json)
		show_json(t, &in, good);
	else
		show_text(t, &in, good);
	t->shown++;
	if (!good)
		t->missed++;
	return true;
}

/* ---- the command ---- */

static bool
is_address(const char *s, bool or_null)
{
	return (or_null && strcmp(s, "<>") == 0) ||
	    (strchr(s, '@') != NULL && address_valid(s, strlen(s)));
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
	if (o->to != NULL && !is_address(o->to, false))
		return cmd_usage(call, "'%s' is not a mail address", o->to);
	if (o->from != NULL && !is_address(o->from, true))
		return cmd_usage(call, "'%s' is not a mail address", o->from);
	if (load(&t, &e) < 0) {
		(void)cmd_fail(&e);
		return CMD_TROUBLE;	/* also when there is no configuration */
	}
	if (o->expect != NULL && !is_route(&t, o->expect))
		return cmd_usage(call, "no route is named '%s'", o->expect);
	mailfiles_each(call->argv, call->argc, test_message, &t, &count);
	if (t.trouble || count.failed > 0)
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
