/* SPDX-License-Identifier: MIT */
#include "rules/overlap.h"

/*
 * Each pair stands once.  whole: the second has all of the first.  `start` is
 * cut after so many characters, perhaps inside a word, and text is put
 * together of what is left of the body: they only share words.
 */
static const struct {
	enum field_id one, other;
	bool whole;
} pairs[] = {
	{ FIELD_SUBJECT, FIELD_ANY, true },
	{ FIELD_TEXT, FIELD_ANY, true },
	{ FIELD_SUBJECT, FIELD_START, true },
	{ FIELD_START, FIELD_ANY, false },
	{ FIELD_START, FIELD_TEXT, false },
	{ FIELD_TEXT, FIELD_BODY, false },
	{ FIELD_START, FIELD_BODY, false },
	{ FIELD_ANY, FIELD_BODY, false },
	{ FIELD_QUOTED, FIELD_BODY, false },
	{ FIELD_INNER_TEXT, FIELD_TEXT, false },
	{ FIELD_INNER_TEXT, FIELD_ANY, false },
	{ FIELD_INNER_TEXT, FIELD_START, false },
	{ FIELD_INNER_TEXT, FIELD_BODY, false },
	{ FIELD_FROM_NAME, FIELD_FROM, false },
	{ FIELD_FROM_ADDRESS, FIELD_FROM, false },
	{ FIELD_FROM_DOMAIN, FIELD_FROM, false },
	{ FIELD_FROM_DOMAIN, FIELD_FROM_ADDRESS, false },
	{ FIELD_FROM_ADDRESS, FIELD_AUTHOR, false },
	{ FIELD_FROM_DOMAIN, FIELD_AUTHOR, false },
	{ FIELD_REPLY_TO, FIELD_AUTHOR, false },
	{ FIELD_INNER_SUBJECT, FIELD_SUBJECT, false },
	{ FIELD_INNER_SUBJECT, FIELD_ANY, false },
	{ FIELD_INNER_SUBJECT, FIELD_START, false },
};

bool
overlap_fields(const struct field_ref *a, const struct field_ref *b)
{
	for (size_t i = 0; i < NELEM(pairs); i++)
		if ((pairs[i].one == a->id && pairs[i].other == b->id) ||
		    (pairs[i].one == b->id && pairs[i].other == a->id))
			return true;
	return field_ref_same(a, b);
}

bool
overlap_within(const struct field_ref *a, const struct field_ref *b)
{
	for (size_t i = 0; i < NELEM(pairs); i++)
		if (pairs[i].whole && pairs[i].one == a->id &&
		    pairs[i].other == b->id)
			return true;
	return field_ref_same(a, b);
}
