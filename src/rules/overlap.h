/* SPDX-License-Identifier: MIT */
/*
 * overlap - which fields of a message show the same words: `any` is subject and
 * text together, so that a phrase in the subject is found by both.
 */
#ifndef RULES_OVERLAP_H
#define RULES_OVERLAP_H

#include "model/fields.h"

/* Can the same words of a message be found in both? */
bool overlap_fields(const struct field_ref *a, const struct field_ref *b);

/* Is everything that stands in the first found in the second, too? */
bool overlap_within(const struct field_ref *a, const struct field_ref *b);

#endif
