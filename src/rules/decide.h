/* SPDX-License-Identifier: MIT */
/*
 * decide - findings and what is known of the past become a plan.  Pure: no
 * clock, no file, no database.  The order is mroute.rules(5), DECISION.
 */
#ifndef RULES_DECIDE_H
#define RULES_DECIDE_H

#include "model/envelope.h"
#include "model/plan.h"
#include "rules/policy.h"

struct past {
	bool loop;			/* the caller verified a loop (see why_loop) */
	const char *why_loop;		/* "Delivered-To names marketing@…", or NULL */
};

/*
 * Why this message has been here before, or NULL: a second Delivered-To that
 * names its recipient, too many Received, our own mark (NULL: not known).
 */
const char *decide_loop(struct arena *a, const struct envelope *env,
    const struct findings *f, const char *mark);

/*
 * findings NULL: the examiner gave up on the message; then `otherwise` of the
 * envelope's alias, decided_by examiner.  The examiner is not trusted:
 * findings that decide_fits() says no to are as good as none.
 * No alias for the recipient, a bounce-address as recipient, a loop: effect
 * fallback.  Kind own: effects to its recipients.  past may be NULL: empty.
 * The plan lives in a and points into policy and findings.
 */
struct plan *decide(struct arena *a, const struct policy *p,
    const struct envelope *env, const struct findings *f, const struct past *past);

/* Is this an address of ours: of an alias (any, with `alias *`), or a bounce-address? */
bool decide_is_ours(const struct policy *p, const char *recipient);

/* Are these findings for this policy, alias and rule set? */
bool decide_fits(const struct policy *p, const struct envelope *env,
    const struct findings *f);

/* The plan that sends a message to this route because a person said so. */
struct plan *decide_person(struct arena *a, const struct policy *p,
    const struct envelope *env, const struct findings *f, const char *route,
    struct err *e);

/*
 * The actions of `otherwise` for this envelope as effects (for an effect that
 * failed for good); n 0 when there is no alias.
 */
size_t decide_otherwise_effects(struct arena *a, const struct policy *p,
    const struct envelope *env, struct plan_effect **out);

#endif
