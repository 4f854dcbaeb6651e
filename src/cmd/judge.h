/* SPDX-License-Identifier: MIT */
/*
 * judge - what the rules would do with a message that comes without an
 * envelope, as live mail would be treated (P10): through an examiner process
 * and decide(), the past being empty.
 */
#ifndef CMD_JUDGE_H
#define CMD_JUDGE_H

#include "cmd/cmd.h"
#include "cmd/mailfiles.h"
#include "flow/examiner.h"
#include "rules/decide.h"

/*
 * The rules to judge by: those in dir, without a configuration, or with dir
 * NULL those of the configuration.  Mistakes in them are printed to stderr with
 * their places.
 */
NODISCARD int judge_rules(const struct cmd_call *call, const char *dir,
    struct config **cfg, struct policy **policy, struct err *e);

/* A route that no rule set has can't be meant. */
bool judge_has_route(const struct policy *p, const char *name);

/* May this be given as a recipient; or, with or_null, as a sender ("<>")? */
bool judge_is_address(const char *s, bool or_null);

/*
 * An archive is full of mail that was once delivered to others: what the
 * message says of its recipient counts when that is an address of ours, else
 * it is the first one of the configuration.  to and from, when not NULL, are
 * valid addresses that count instead.
 */
void judge_envelope(const struct policy *p, struct slice bytes, const char *to,
    const char *from, struct envelope *out);

struct judge {
	const struct policy *policy;	/* not owned */
	struct examiner *examiner;	/* NULL: start one */
	bool close;			/* findings tell what lines looked at */
	bool trouble;			/* none can be started */
};
void judge_release(struct judge *j);

/*
 * NULL when the examiner gave up on the message, as in the engine; stderr
 * says so.
 */
struct findings *judge_examine(struct judge *j, struct arena *a,
    const struct envelope *env, const struct mailfile *m);

/* findings may be NULL. */
struct plan *judge_decide(struct arena *a, const struct policy *p,
    const struct envelope *env, const struct findings *f);

#endif
