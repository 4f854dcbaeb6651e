/* SPDX-License-Identifier: MIT */
/*
 * domain - names of domains in the one form in which they are compared: A-labels
 * (RFC 5891), lower case, no dot at the end.
 */
#ifndef MODEL_DOMAIN_H
#define MODEL_DOMAIN_H

#include "base/arena.h"
#include "base/slice.h"

/* NULL when it is not the name of a domain. */
const char *domain_normal(struct arena *a, struct slice name);

/* Is it this domain, or one below it?  Both normal. */
bool domain_covers(struct slice domain, struct slice name);

#endif
