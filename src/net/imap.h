/* SPDX-License-Identifier: MIT */
/*
 * imap - one connection to an IMAP server (RFC 3501, 4315 UIDPLUS), for
 * APPEND.  The mailbox name is A/B in UTF-8: prefix and hierarchy delimiter
 * of the server are applied, then modified UTF-7 (net/mutf7.h).
 *
 * What a server refuses is TEMP, but for what will not get better: BAD to the
 * message, an impossible name, a missing right, a message too large.
 */
#ifndef NET_IMAP_H
#define NET_IMAP_H

#include "base/slice.h"
#include "model/config.h"
#include "net/outcome.h"

struct imap;

/* 0, or -1 with the outcome, which is TEMP then: no message was looked at. */
NODISCARD int imap_open(const struct config_server *srv,
    const struct config_limits *limits, struct imap **out, struct outcome *o);

/*
 * APPEND (CRLF form) without \Seen, with received_ms as internal date.  A
 * missing mailbox (TRYCREATE) is created, subscribed, and tried once more.
 */
void imap_append(struct imap *im, const char *mailbox, struct slice message,
    int64_t received_ms, struct outcome *o);

/*
 * Is a message with this X-Mroute-Id there?  DONE with its place: yes.
 * PERM: no (or no such mailbox).  TEMP: could not be told.
 */
void imap_find(struct imap *im, const char *mailbox, const char *mroute_id,
    struct outcome *o);

void imap_close(struct imap **im);

#endif
