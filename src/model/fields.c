/* SPDX-License-Identifier: MIT */
#include "model/fields.h"

#include "base/diag.h"

const struct field_def field_table[FIELD_N] = {
	[FIELD_SUBJECT] = { "subject", FIELD_TYPE_TEXT, true, NULL,
	    "Interview request",
	    "The subject, decoded; each, should there be several. An empty one is "
	    "none." },
	[FIELD_FROM] = { "from", FIELD_TYPE_TEXT, true, NULL,
	    "Jane Roe <jane@dailyplanet.example>",
	    "Name and address of each author in From." },
	[FIELD_FROM_NAME] = { "from.name", FIELD_TYPE_TEXT, true, NULL, "Jane Roe",
	    "The display name of each author in From." },
	[FIELD_FROM_ADDRESS] = { "from.address", FIELD_TYPE_ADDRESS, true, NULL,
	    "jane@dailyplanet.example",
	    "The bare address of each author in From, lower case." },
	[FIELD_FROM_DOMAIN] = { "from.domain", FIELD_TYPE_DOMAIN, true, NULL,
	    "dailyplanet.example",
	    "The domain of each author in From." },
	[FIELD_REPLY_TO] = { "reply-to", FIELD_TYPE_ADDRESS, true, NULL,
	    "desk@dailyplanet.example",
	    "Where answers should go: the bare addresses of Reply-To." },
	[FIELD_AUTHOR] = { "author", FIELD_TYPE_ADDRESS, true, NULL,
	    "jane@dailyplanet.example",
	    "Who wrote it: Reply-To for mail of a declared web form, else From." },
	[FIELD_TO] = { "to", FIELD_TYPE_ADDRESS, true, NULL, "press@company.example",
	    "The bare addresses in To." },
	[FIELD_CC] = { "cc", FIELD_TYPE_ADDRESS, true, NULL, "ceo@company.example",
	    "The bare addresses in Cc." },
	[FIELD_RECIPIENT] = { "recipient", FIELD_TYPE_ADDRESS, false, NULL,
	    "marketing@company.example",
	    "The address the message was delivered to (envelope)." },
	[FIELD_RECIPIENT_TAG] = { "recipient.tag", FIELD_TYPE_TEXT, false, NULL,
	    "spring-fair",
	    "What follows the + of the address it was delivered to." },
	[FIELD_SENDER] = { "sender", FIELD_TYPE_ADDRESS, false, NULL,
	    "bounces@dailyplanet.example",
	    "The envelope sender; absent for the null sender of bounces." },
	[FIELD_HEADER] = { "header", FIELD_TYPE_TEXT, true, NULL,
	    "header:X-Mailer",
	    "Every header field of that name, decoded." },
	[FIELD_LIST_ID] = { "list-id", FIELD_TYPE_DOMAIN, true, NULL,
	    "announce.lists.example",
	    "The name of the mailing list, from List-Id." },
	[FIELD_TEXT] = { "text", FIELD_TYPE_TEXT, true, NULL,
	    "I'm a reporter on deadline",
	    "What the writer wrote: the visible body without quotes, signatures "
	    "and disclaimers." },
	[FIELD_BODY] = { "body", FIELD_TYPE_TEXT, true, NULL, "on deadline",
	    "All of the visible body." },
	[FIELD_QUOTED] = { "quoted", FIELD_TYPE_TEXT, true, NULL, "you wrote",
	    "What was cut off from text: quotes, signatures, disclaimers." },
	[FIELD_HIDDEN] = { "hidden", FIELD_TYPE_TEXT, true, NULL, "unsubscribe",
	    "Text of HTML that a reader does not see." },
	[FIELD_LINKS] = { "links", FIELD_TYPE_TEXT, true, NULL,
	    "https://company.example/careers",
	    "The targets of links in HTML, and addresses of web pages in plain text." },
	[FIELD_ATTACHMENT] = { "attachment", FIELD_TYPE_TEXT, true, NULL, "cv.pdf",
	    "The name of each attachment." },
	[FIELD_ATTACHMENT_TYPE] = { "attachment.type", FIELD_TYPE_TEXT, true, NULL,
	    "application/pdf",
	    "The declared media type of each attachment." },
	[FIELD_ATTACHMENTS] = { "attachments", FIELD_TYPE_NUMBER, false, NULL, "2",
	    "How many attachments there are." },
	[FIELD_ANY] = { "any", FIELD_TYPE_TEXT, true, NULL, "press kit",
	    "Subject and text together: what most lines want." },
	[FIELD_START] = { "start", FIELD_TYPE_TEXT, true, NULL, "media enquiry",
	    "Subject and the first 900 characters of text: what the writer came for." },
	[FIELD_WORDS] = { "words", FIELD_TYPE_NUMBER, false, "words", "300",
	    "How many words text has." },
	[FIELD_SIZE] = { "size", FIELD_TYPE_SIZE, false, "bytes", "2M",
	    "The size of the whole message." },
	[FIELD_SPF] = { "spf", FIELD_TYPE_RESULT, true, NULL, "pass",
	    "The SPF result of the mail server we trust, or none." },
	[FIELD_DKIM] = { "dkim", FIELD_TYPE_RESULT, true, NULL, "pass",
	    "The DKIM result of the mail server we trust, or none." },
	[FIELD_DMARC] = { "dmarc", FIELD_TYPE_RESULT, true, NULL, "pass",
	    "The DMARC result of the mail server we trust, or none." },
	[FIELD_INNER_FROM] = { "inner.from", FIELD_TYPE_ADDRESS, true, NULL,
	    "jane@dailyplanet.example",
	    "The address of who wrote the message that a colleague passes on." },
	[FIELD_INNER_SUBJECT] = { "inner.subject", FIELD_TYPE_TEXT, true, NULL,
	    "Interview request",
	    "The subject of the message that a colleague passes on." },
	[FIELD_INNER_TEXT] = { "inner.text", FIELD_TYPE_TEXT, true, NULL,
	    "I'm a reporter on deadline",
	    "The new text of the message that a colleague passes on, without the "
	    "colleague's own." },
};

#define ON_TEXT                                                                \
	(PRED_BIT(PRED_HAS) | PRED_BIT(PRED_MATCH) | PRED_BIT(PRED_NOT_MATCH) | \
	    PRED_BIT(PRED_IS) | PRED_BIT(PRED_IS_NOT) | PRED_BIT(PRED_PRESENT) | \
	    PRED_BIT(PRED_ABSENT))
#define ON_LIST	(ON_TEXT | PRED_BIT(PRED_IN) | PRED_BIT(PRED_NOT_IN))
#define ON_RESULT	(PRED_BIT(PRED_IS) | PRED_BIT(PRED_IS_NOT))
#define ON_NUMBER                                                              \
	(ON_RESULT | PRED_BIT(PRED_LT) | PRED_BIT(PRED_LE) | PRED_BIT(PRED_GT) | \
	    PRED_BIT(PRED_GE))

static const uint32_t allowed[] = {
	[FIELD_TYPE_TEXT] = ON_TEXT,
	[FIELD_TYPE_ADDRESS] = ON_LIST,
	[FIELD_TYPE_DOMAIN] = ON_LIST,
	[FIELD_TYPE_NUMBER] = ON_NUMBER,
	[FIELD_TYPE_SIZE] = ON_NUMBER,
	[FIELD_TYPE_RESULT] = ON_RESULT,
};

static const char *const predicate_names[PRED_N] = {
	[PRED_HAS] = "has",
	[PRED_MATCH] = "~",
	[PRED_NOT_MATCH] = "!~",
	[PRED_IS] = "is",
	[PRED_IS_NOT] = "is not",
	[PRED_IN] = "in",
	[PRED_NOT_IN] = "not in",
	[PRED_PRESENT] = "present",
	[PRED_ABSENT] = "absent",
	[PRED_LT] = "<",
	[PRED_LE] = "<=",
	[PRED_GT] = ">",
	[PRED_GE] = ">=",
};

int
field_find(struct slice name)
{
	for (int i = 0; i < FIELD_N; i++)
		if (i != FIELD_HEADER && slice_eq_str(name, field_table[i].name))
			return i;
	return -1;
}

const char *
field_nearest(struct slice name)
{
	const char *words[FIELD_N + 1];

	for (size_t i = 0; i < FIELD_N; i++)
		words[i] = field_table[i].name;
	words[FIELD_N] = NULL;
	return diag_nearest(name, words);
}

bool
field_ref_same(const struct field_ref *a, const struct field_ref *b)
{
	return a->id == b->id &&
	    (a->id != FIELD_HEADER || slice_eq(a->header, b->header));
}

struct slice
field_ref_name(struct arena *a, const struct field_ref *f)
{
	if (f->id != FIELD_HEADER)
		return slice_str(field_table[f->id].name);
	return slice_str(arena_printf(a, "header:" SLICE_FMT, SLICE_ARG(f->header)));
}

bool
field_ref_is(const struct field_ref *f, struct slice name)
{
	if (f->id != FIELD_HEADER)
		return slice_eq_str(name, field_table[f->id].name);
	return slice_starts(name, "header:") &&
	    slice_eq(slice_sub(name, strlen("header:"), name.len), f->header);
}

uint32_t
field_predicates(enum field_id id)
{
	return allowed[field_table[id].type];
}

const char *
predicate_name(enum predicate p)
{
	return predicate_names[p];
}
