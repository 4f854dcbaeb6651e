/* SPDX-License-Identifier: MIT */
/*
 * pastmail - one message that was decided: its record, the rule set of that
 * time, and what its lines looked at.
 *
 * The record is what was decided and why, and nothing here changes it.  What
 * the lines looked at is not recorded: while the original is in the spool it is
 * examined again, under the same rules, to see that.
 */
#ifndef CMD_PASTMAIL_H
#define CMD_PASTMAIL_H

#include "cmd/records.h"
#include "rules/account.h"

struct pastmail {
	/*
	 * With the decision that is explained: the newest one that a person did
	 * not make, or else the newest.
	 */
	struct store_row row;
	const struct plan *plan;	/* as recorded */
	const char *corrected;		/* the route that a person chose then, or NULL */

	struct policy *policy;		/* of then; NULL: why_no_rules */
	const char *why_no_rules;
	struct spool_message message;
	bool kept;			/* the original is there, in message */

	const struct findings *again;	/* close; NULL: why_no_values */
	const char *why_no_values;
	const char *differs;		/* lines that come out otherwise now; or NULL */
	const struct account *account;	/* NULL: no rules were asked, or they are lost */
};
#define PASTMAIL_INIT { .message = SPOOL_MESSAGE_INIT }

/* ERR_ABSENT: there is none, or it is not decided yet.  Strings live in a. */
NODISCARD int pastmail_open(const struct records *rec, struct arena *a,
    const char *id, struct pastmail *out, struct err *e);
void pastmail_close(struct pastmail *pm);

#endif
