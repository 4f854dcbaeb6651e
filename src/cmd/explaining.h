/* SPDX-License-Identifier: MIT */
/*
 * explaining - what the files of mroute explain share.  Nobody else includes it.
 *
 *	cmd_explain.c	options, the rules of today, messages in files
 *	explain_past.c	past mail, and what today's rules make of it
 */
#ifndef CMD_EXPLAINING_H
#define CMD_EXPLAINING_H

#include "cmd/cmd.h"
#include "cmd/judge.h"
#include "cmd/records.h"
#include "rules/account.h"

struct explain_opts {
	const char *rules, *to, *from, *route;
	bool now, json;
};

/* Of a loop, a bounce-address, our own mail, an examiner that gave up. */
#define EXPLAINING_NOT_ASKED	"their lines were not asked: this came before"

struct explaining {
	const struct cmd_call *call;
	const struct explain_opts *opts;
	struct config *cfg;		/* today's; NULL: not read yet */
	struct policy *policy;
	struct judge judge;		/* by today's rules */
	struct records rec;
	bool rec_open;
	uint64_t shown;
};

/* Have the rules of today in x->policy and x->judge. */
NODISCARD int explaining_load(struct explaining *x, struct err *e);

/* ERR_USAGE when these rules have no route that --route names. */
NODISCARD int explaining_route(const struct explaining *x, const struct policy *p,
    struct err *e);

/* The account of a plan by these rules; NULL when they were not asked. */
struct account *explaining_account(struct arena *a, const struct policy *p,
    const struct envelope *env, const struct plan *plan, const struct findings *f);

/* A decision with its account, which may be NULL. */
json_t *explaining_json(const struct explaining *x, const struct explain_input *in,
    const struct account *ac);

/* An empty line between messages. */
void explaining_begin(struct explaining *x, struct buf *out);

/* A row of the page: "  Decided   2026-11-28 18:47:01, by points". */
void explaining_row(const struct explaining *x, struct buf *out, const char *name,
    const char *text);

/* explain_past.c: the message that a person means by word. */
NODISCARD int explain_past(struct explaining *x, const char *word, struct err *e);

#endif
