/* SPDX-License-Identifier: MIT */
/*
 * conf - find and load mroute.conf for a command: the file that -c names, else
 * $MROUTE_CONF, ./mroute.conf, /etc/mroute/mroute.conf.  Mistakes in it are
 * printed to stderr with their places.
 */
#ifndef CMD_CONF_H
#define CMD_CONF_H

#include "base/buf.h"
#include "cmd/cmd.h"
#include "model/config.h"

/*
 * text, when not NULL, gets the file's bytes.  ERR_CONFIG also when there is
 * no file at all.
 */
NODISCARD int conf_load(const struct cmd_call *call, struct config **out,
    struct buf *text, struct err *e);

/* The same; with mistakes, too, *out has what config_parse_all_can() understood. */
NODISCARD int conf_load_all_can(const struct cmd_call *call, struct config **out,
    struct err *e);

/* Print what d collected to stderr, in colour when that is a terminal. */
void conf_print_diag(const struct cmd_call *call, const struct diag *d);

#endif
