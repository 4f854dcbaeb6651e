/* SPDX-License-Identifier: MIT */
/*
 * html_entities - named character references: the table, and the look-up by
 * the rule of HTML, 13.2.5.73: the longest name that is there.
 */
#ifndef MODEL_HTML_ENTITIES_H
#define MODEL_HTML_ENTITIES_H

#include "base/base.h"

enum { HTML_ENTITY_NAME_MAX = 32 };

struct html_entity {
	const char *name;		/* "amp;", or "amp" */
	uint32_t cp[2];			/* the second is 0 with most */
};
extern const struct html_entity html_entities[];
extern const size_t html_entities_n;

#endif
