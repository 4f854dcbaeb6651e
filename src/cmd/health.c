/* SPDX-License-Identifier: MIT */
#include "cmd/health.h"

static const struct {
	const char *name;
	enum style style;
} kinds[] = {
	[HEALTH_FINE] = { "fine", STYLE_GOOD },
	[HEALTH_ATTENTION] = { "attention", STYLE_WARN },
	[HEALTH_BROKEN] = { "broken", STYLE_BAD },
};

const char *
health_name(enum health h)
{
	return kinds[h].name;
}

enum style
health_style(enum health h)
{
	return kinds[h].style;
}
