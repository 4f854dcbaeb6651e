/* SPDX-License-Identifier: MIT */
/*
 * pager - long output a screen at a time, as git shows it.
 *
 * $MROUTE_PAGER, else $PAGER, else less; "" and "cat" mean none.  It gets
 * LESS=FRX and LV=-c unless these are set.  A command of plain words is run as it stands;
 * one with quotes, pipes or variables in it is given to sh -c.  Both come from
 * the environment of the one who typed the command, never from a file or a mail.
 *
 * Nothing is started when stdout is no terminal, when that is dumb, or when all
 * of it fits on the screen.
 */
#ifndef CMD_PAGER_H
#define CMD_PAGER_H

#include "base/slice.h"
#include "cmd/cmd.h"

/* Show text on stdout; with paged false, or when no pager can be run, as it is. */
void pager_show(const struct cmd_call *call, struct slice text, bool paged);

/* Must the words of a pager be read by a shell?  For tests. */
bool pager_needs_shell(const char *command);

#endif
