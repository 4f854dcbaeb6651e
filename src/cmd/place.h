/* SPDX-License-Identifier: MIT */
/*
 * place - where our own files are: found from the running program, so that an
 * installed mroute, one under another prefix and one in a checkout need not
 * be told.
 */
#ifndef CMD_PLACE_H
#define CMD_PLACE_H

#include "base/buf.h"
#include "base/err.h"

/*
 * The rule pack that ships: $MROUTE_SHARE/rules, else PREFIX/share/mroute/rules
 * beside PREFIX/bin/mroute, else rules/ of the checkout that BUILD/mroute is
 * in.  ERR_ABSENT says where it was looked for.
 */
NODISCARD int place_rules(struct buf *out, struct err *e);

/* mroute-deliver: PREFIX/libexec/mroute or beside us; else only its name. */
void place_deliver(struct buf *out);

#endif
