/* SPDX-License-Identifier: MIT */
/*
 * story - everything that happened to one message, in the order it happened:
 * it came, was decided, each attempt with the server's words, what was asked
 * for by people, and how it ended.
 */
#ifndef CMD_STORY_H
#define CMD_STORY_H

#include "cmd/cmd.h"
#include "state/store.h"

/* Print it: text, through a pager with paged; or JSON with one object a line. */
NODISCARD int story_show(const struct cmd_call *call, struct store *st,
    const char *id, bool json, bool paged, struct err *e);

#endif
