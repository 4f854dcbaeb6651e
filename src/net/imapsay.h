/* SPDX-License-Identifier: MIT */
/*
 * imapsay - the texts of IMAP (RFC 3501): the line that ends a response,
 * strings and mailbox names in commands.  Without a connection, so that it
 * can be tested on any bytes.
 */
#ifndef NET_IMAPSAY_H
#define NET_IMAPSAY_H

#include "base/buf.h"
#include "base/slice.h"

enum imap_status { IMAP_OK, IMAP_NO, IMAP_BAD };

struct imap_reply {
	enum imap_status status;
	struct slice text;		/* "NO [CODE] words", as it came */
	struct slice code;		/* CODE, or empty */
	struct slice args;		/* what follows it inside the brackets */
};

/* The last "TAG OK|NO|BAD ..." line of a response; false when it has none. */
bool imap_reply_parse(struct slice response, int tag, struct imap_reply *out);

/*
 * Of what a server refuses, hardly anything stays refused: quota, locks, load
 * and logins come right again.  Some codes say otherwise (RFC 5530, RFC 4469):
 * the name is impossible, the right is missing, the message is too large.
 */
bool imap_reply_permanent(const struct imap_reply *r);

/* There is no such mailbox. */
bool imap_reply_missing(const struct imap_reply *r);

/* The UID that APPENDUID (RFC 4315) tells, or 0. */
uint64_t imap_reply_uid(const struct imap_reply *r);

/* Can it stand in a quoted string?  Then append it as one. */
bool imap_quotable(struct slice s);
void imap_quote(struct buf *out, struct slice s);

/*
 * A/B as the server calls it: prefix, its delimiter for each '/' ('\0': it
 * has none), modified UTF-7.  The delimiter in a name divides too, as it does
 * for every client.  False when no mailbox can have that name.
 */
bool imap_mailbox(const char *prefix, char delimiter, const char *mailbox,
    struct buf *out);

/*
 * LOGIN, or with a token AUTHENTICATE XOAUTH2.  Both must be quotable.  The
 * caller wipes it (secret_wipe).
 */
void imap_login_command(const char *user, struct slice secret, bool is_token,
    struct buf *out);

/* APPEND without flags, up to and with the count of the literal. */
void imap_append_command(const struct buf *name, int64_t received_ms, size_t size,
    struct buf *out);

/* The command that looks for one X-Mroute-Id; false when it is no such id. */
bool imap_search(const char *mroute_id, struct buf *out);

#endif
