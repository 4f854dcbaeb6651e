/* SPDX-License-Identifier: MIT */
/*
 * spool_impl - what spool.c and spool_message.c share; nobody else.
 */
#ifndef STATE_SPOOL_IMPL_H
#define STATE_SPOOL_IMPL_H

#include "state/door.h"
#include "state/spool.h"

struct spool {
	struct door door;
	char *path;
	uid_t owner;
};

#endif
