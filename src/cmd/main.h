/* SPDX-License-Identifier: MIT */
/*
 * main - the command line as a whole: finds the command, reads the options,
 * calls it.  cmd_help needs the two functions below.
 */
#ifndef CMD_MAIN_H
#define CMD_MAIN_H

#include "base/buf.h"

/* What `mroute help` shows. */
void main_help(struct buf *out);

/* Say that there is no such command, and what was perhaps meant. */
int main_unknown(const char *name);

#endif
