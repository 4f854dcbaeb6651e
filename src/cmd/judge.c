/* SPDX-License-Identifier: MIT */
#include "cmd/judge.h"

#include <string.h>

#include "cmd/conf.h"
#include "model/guess.h"
#include "rules/ruleset.h"

/* For `alias *`: an address that belongs to nobody (RFC 2606). */
#define ANYBODY	"anybody@example.invalid"

int
judge_rules(const struct cmd_call *call, const char *dir, struct config **cfg,
    struct policy **policy, struct err *e)
{
	AUTO(diag_free) struct diag *d = diag_new();

	if (dir != NULL)
		*cfg = config_for_rules(dir);
	else if (conf_load(call, cfg, NULL, e) < 0)
		return -1;
	if (policy_load(*cfg, d, policy, e) == 0)
		return 0;
	conf_print_diag(call, d);	/* the rest is for `mroute check` */
	return -1;
}

bool
judge_has_route(const struct policy *p, const char *name)
{
	for (size_t i = 0; i < policy_config(p)->n_alias; i++)
		if (ruleset_find(policy_ruleset(p, i), name) != NULL)
			return true;
	return false;
}

bool
judge_is_address(const char *s, bool or_null)
{
	return (or_null && strcmp(s, "<>") == 0) ||
	    (strchr(s, '@') != NULL && address_valid(s, strlen(s)));
}

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

void
judge_envelope(const struct policy *p, struct slice bytes, const char *to,
    const char *from, struct envelope *out)
{
	*out = (struct envelope){ .kind = ENVELOPE_MAIL };
	if (from != NULL)
		set_address(out->sender, from);
	else
		guess_sender(bytes, out->sender);
	if (to != NULL)
		set_address(out->recipient, to);
	else if (!guess_recipient(bytes, out->recipient) ||
	    !decide_is_ours(p, out->recipient))
		set_address(out->recipient, first_address(policy_config(p)));
}

void
judge_release(struct judge *j)
{
	examiner_stop(&j->examiner);
}

struct findings *
judge_examine(struct judge *j, struct arena *a, const struct envelope *env,
    const struct mailfile *m)
{
	struct findings *f = NULL;
	struct err e = ERR_INIT;

	for (int i = 0; i < EXAMINER_TRIES; i++) {
		if (j->examiner == NULL &&
		    examiner_start(j->policy, -1, &j->examiner, &e) < 0) {
			j->trouble = true;
			break;
		}
		if (j->close)
			examiner_look_closely(j->examiner);
		if (examiner_ask(j->examiner, env, m->fd, m->offset,
		    m->bytes.len, a, &f, &e) == 0)
			return f;
		examiner_stop(&j->examiner);
	}
	cmd_warn("'%s': %s", m->name, e.text);
	return NULL;
}

struct plan *
judge_decide(struct arena *a, const struct policy *p, const struct envelope *env,
    const struct findings *f)
{
	struct past past = { 0 };

	if (f != NULL)
		past.why_loop = decide_loop(a, env, f, NULL);
	past.loop = past.why_loop != NULL;
	return decide(a, p, env, f, &past);
}
