/* SPDX-License-Identifier: MIT */
#include "rules/ruleset.h"

#include <string.h>

bool
cond_is_number(const struct cond *c)
{
	enum field_type t = field_table[c->field.id].type;

	return !c->facts && (t == FIELD_TYPE_NUMBER || t == FIELD_TYPE_SIZE);
}

const struct route *
ruleset_find(const struct ruleset *rs, const char *name)
{
	for (size_t i = 0; i < rs->n_route; i++)
		if (strcmp(rs->route[i].name, name) == 0)
			return &rs->route[i];
	return NULL;
}

bool
template_next(struct slice *rest, struct slice *capture)
{
	size_t from = slice_find(*rest, '{'), to;

	if (from == SIZE_MAX)
		return false;
	*rest = slice_sub(*rest, from + 1, rest->len);
	to = slice_find(*rest, '}');
	*capture = slice_sub(*rest, 0, to);
	*rest = slice_sub(*rest, to == SIZE_MAX ? rest->len : to + 1, rest->len);
	return true;
}

void
ruleset_free(struct ruleset **rs)
{
	struct arena *a;

	if (*rs == NULL)
		return;
	for (size_t i = 0; i < (*rs)->n_regex; i++)
		regex_free(&(*rs)->regex[i]);
	a = (*rs)->arena;		/* the struct itself lives in it */
	arena_free(&a);
	*rs = NULL;
}
