/* SPDX-License-Identifier: MIT */
/*
 * policy - everything that decides where mail goes, loaded together and
 * immutable: the deciding part of mroute.conf and the rule set of each alias.
 *
 * It is made from a snapshot: one block of bytes that holds the deciding
 * config as text and every rule and list file with its name.  The snapshot's
 * SHA-256 is the digest that a decision is recorded with.  The engine sends
 * the same snapshot to its examiners, keeps it as SPOOL/rules.good and in the
 * database; so what was in force can always be read again.
 */
#ifndef RULES_POLICY_H
#define RULES_POLICY_H

#include "base/diag.h"
#include "base/digest.h"
#include "model/config.h"

enum { SNAPSHOT_MAX = 32 << 20 };

struct policy;
struct ruleset;			/* rules/ruleset.h */

/*
 * Read the rule directories that cfg names, and their lists.  All mistakes of
 * all files go to d.  -1 when there was an error; nothing is kept then.
 */
NODISCARD int policy_load(const struct config *cfg, struct diag *d,
    struct policy **out, struct err *e);

/* The same from a snapshot, without touching a file. */
NODISCARD int policy_from_snapshot(struct slice snapshot, struct diag *d,
    struct policy **out, struct err *e);
void policy_free(struct policy **p);

const char *policy_digest(const struct policy *p);
struct slice policy_snapshot(const struct policy *p);

/* The deciding part of the config, parsed back; lives as long as the policy. */
const struct config *policy_config(const struct policy *p);

/* The rule set of alias number i of policy_config(). */
const struct ruleset *policy_ruleset(const struct policy *p, size_t i);

/*
 * A cheap look at whether the files on disk changed since the last look:
 * names, inodes, sizes, times of all rule directories and of the config file,
 * as a digest.  Two looks that agree, 2 s apart, make a reload.
 */
void policy_stamp(const struct config *cfg, char out[DIGEST_SIZE]);

#endif
