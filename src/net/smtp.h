/* SPDX-License-Identifier: MIT */
/*
 * smtp - one connection to an SMTP server (RFC 5321), one recipient a
 * transaction.  libetpan moves the bytes; greeting, EHLO, AUTH, MAIL and RCPT
 * are ours: its EHLO hangs on a tab, and it cuts commands at 513 bytes.  A
 * password goes only over verified TLS or to a loopback address or Unix
 * socket (P8).
 */
#ifndef NET_SMTP_H
#define NET_SMTP_H

#include "base/slice.h"
#include "model/config.h"
#include "net/outcome.h"

struct smtp;

/* 0, or -1 with the outcome, which is TEMP then: no message was looked at. */
NODISCARD int smtp_open(const struct config_server *srv,
    const struct config_limits *limits, const char *hostname, struct smtp **out,
    struct outcome *o);

/*
 * Send one message (CRLF form from dress_message) to one address.  from ""
 * is the null sender.  8BITMIME is asked for when has_8bit and offered;
 * needs_smtputf8 without the server's SMTPUTF8 is OUTCOME_PERM with a text
 * that says so.  Where DSN is offered, from wants to hear of failures and of
 * nothing else: NEVER would let a server behind this one lose it in silence.
 * After an outcome with broken set, close.
 */
void smtp_send(struct smtp *s, const char *from, const char *to,
    struct slice message, bool has_8bit, bool needs_smtputf8, struct outcome *o);

/* QUIT when the connection still works. */
void smtp_close(struct smtp **s);

#endif
