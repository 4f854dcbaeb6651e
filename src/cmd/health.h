/* SPDX-License-Identifier: MIT */
/*
 * health - how bad it is, the same for status and doctor: the worst of what
 * was looked at is the exit status.
 */
#ifndef CMD_HEALTH_H
#define CMD_HEALTH_H

#include "base/table.h"
#include "cmd/cmd.h"

enum health {
	HEALTH_FINE = CMD_OK,
	HEALTH_ATTENTION = CMD_FINDINGS,	/* a person should look */
	HEALTH_BROKEN = CMD_TROUBLE,		/* it does not work */
};

const char *health_name(enum health h);		/* "fine", "attention", "broken" */
enum style health_style(enum health h);

#endif
