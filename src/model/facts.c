/* SPDX-License-Identifier: MIT */
#include "model/facts.h"

#include "base/diag.h"

const struct fact_def fact_table[FACT_N] = {
	[FACT_BOUNCE] = { "bounce",
	    "A report that mail could not be delivered or is late: a delivery "
	    "status (RFC 3464), or a null sender together with what mail servers "
	    "write in their reports." },
	[FACT_AUTO_REPLY] = { "auto-reply",
	    "Sent by a program in answer to a message (RFC 3834): told by header "
	    "fields, never by the subject alone." },
	[FACT_LIST] = { "list",
	    "Came through a mailing list: it has List-Id, List-Post or the like." },
	[FACT_BULK] = { "bulk",
	    "Sent to many: List-Unsubscribe, Precedence bulk, list or junk, or "
	    "the mark of a mass mailer." },
	[FACT_REPLY] = { "reply",
	    "Answers another message: it has In-Reply-To or References, or a "
	    "subject with Re: above quoted text." },
	[FACT_FORWARD] = { "forward",
	    "Passes another message on: attached to it, or below a line such as "
	    "'Forwarded message', or announced by the subject with Fwd:." },
	[FACT_CALENDAR] = { "calendar",
	    "Has an invitation or another calendar entry in it." },
	[FACT_ENCRYPTED] = { "encrypted",
	    "Its text can't be read: OpenPGP or S/MIME." },
	[FACT_SIGNED] = { "signed",
	    "Has an OpenPGP or S/MIME signature (which nobody has checked)." },
	[FACT_SPAM] = { "spam",
	    "The spam filter in front of us says so: X-Spam-Flag or X-Spam-Status." },
	[FACT_QUESTION] = { "question",
	    "Its new text or its subject asks something." },
	[FACT_OBFUSCATED] = { "obfuscated",
	    "Letters are hidden from filters: zero-width characters inside words, "
	    "words that mix scripts, or l e t t e r s set apart." },
	[FACT_OVER_LIMIT] = { "over-limit",
	    "Some of it was too large, too deep or too much to be looked at." },
};

int
fact_find(struct slice name)
{
	for (int i = 0; i < FACT_N; i++)
		if (slice_eq_str(name, fact_table[i].name))
			return i;
	return -1;
}

const char *
fact_nearest(struct slice name)
{
	const char *words[FACT_N + 1];

	for (size_t i = 0; i < FACT_N; i++)
		words[i] = fact_table[i].name;
	words[FACT_N] = NULL;
	return diag_nearest(name, words);
}
