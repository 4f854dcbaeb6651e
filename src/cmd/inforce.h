/* SPDX-License-Identifier: MIT */
/*
 * inforce - the rules that the engine decides by, which are those that loaded
 * last (SPOOL/rules.good), and how the files on disk differ from them.
 */
#ifndef CMD_INFORCE_H
#define CMD_INFORCE_H

#include "base/digest.h"
#include "rules/drift.h"
#include "rules/policy.h"

struct inforce {
	char digest[DIGEST_SIZE];	/* "" none, or it can't be read */
	bool differs;			/* then drift says in what */
	struct drift drift;
};

/*
 * Compare with p, the policy of the files on disk; the result lives in a.
 * p may be NULL: then only the digest is read.
 */
void inforce_look(struct arena *a, const char *spool, const struct policy *p,
    struct inforce *out);

/* A note on stderr when they differ: what is shown is not what live mail gets. */
void inforce_note(const char *spool, const struct policy *p);

#endif
