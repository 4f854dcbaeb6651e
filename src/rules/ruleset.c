/* SPDX-License-Identifier: MIT */
#include "rules/ruleset.h"

#include <string.h>

const struct route *
ruleset_find(const struct ruleset *rs, const char *name)
{
	for (size_t i = 0; i < rs->n_route; i++)
		if (strcmp(rs->route[i].name, name) == 0)
			return &rs->route[i];
	return NULL;
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
