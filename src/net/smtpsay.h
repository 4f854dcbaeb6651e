/* SPDX-License-Identifier: MIT */
/*
 * smtpsay - the texts of SMTP (RFC 5321): what a server offers, and addresses
 * as they stand in a command.  Without a connection, so that it can be tested
 * on any bytes.
 */
#ifndef NET_SMTPSAY_H
#define NET_SMTPSAY_H

#include "base/buf.h"
#include "base/slice.h"

struct smtp_caps {
	bool starttls, eightbitmime, smtputf8, dsn, size;
	bool auth_plain, auth_login, auth_xoauth2;
	uint64_t size_max;		/* 0: no limit told */
};

/*
 * The reply to EHLO, one keyword with its parameters a line, the codes gone.
 * The first line greets and counts for nothing.
 */
void smtp_caps_parse(struct slice reply, struct smtp_caps *out);

/*
 * Append an address as it stands between < and >: a local part that is no
 * dot-atom is quoted.  addr is Postfix' internal form or already quoted.  -1
 * when it can't be said in a command (model/envelope.h: address_valid).
 */
NODISCARD int smtp_path(const char *addr, struct buf *out);

/* Has it bytes that need SMTPUTF8? */
bool smtp_path_utf8(const char *addr);

#endif
