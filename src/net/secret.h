/* SPDX-License-Identifier: MIT */
/*
 * secret - a password or token from the file or the command that the config
 * names.  A file must not be readable by others and belong to us or root; a
 * command is run without a shell, with an empty environment but PATH, its
 * output is at most 8 kB, and it is killed after 30 s.  Nothing is logged.
 */
#ifndef NET_SECRET_H
#define NET_SECRET_H

#include "base/buf.h"
#include "base/err.h"
#include "model/config.h"

/* The last line end goes.  Wipe with secret_wipe. */
NODISCARD int secret_get(const struct config_server *srv, struct buf *out,
    struct err *e);

/* The same with another time for a command. */
NODISCARD int secret_get_within(const struct config_server *srv, int64_t timeout_ms,
    struct buf *out, struct err *e);
void secret_wipe(struct buf *secret);

/*
 * Does a text from outside repeat a part of the secret (8 bytes in a row, or
 * all of a shorter one)?  Then it must not be shown.
 */
bool secret_shows(struct slice text, struct slice secret);

#endif
