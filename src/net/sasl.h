/* SPDX-License-Identifier: MIT */
/*
 * sasl - what a client says at a login, in base64: PLAIN (RFC 4616) and
 * XOAUTH2.  The caller wipes it (secret_wipe).
 */
#ifndef NET_SASL_H
#define NET_SASL_H

#include "base/buf.h"
#include "base/slice.h"

void sasl_plain(const char *user, struct slice password, struct buf *out);
void sasl_xoauth2(const char *user, struct slice token, struct buf *out);

#endif
