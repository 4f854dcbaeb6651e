/* SPDX-License-Identifier: MIT */
/*
 * envelope - what is known of a message besides its bytes: the SMTP envelope
 * (RFC 5321, 2.3.1) as Postfix told it, and our own id.
 *
 * A plain value; libc only, since the door fills it.  Addresses are in
 * Postfix' internal form (unquoted), without angle brackets.
 */
#ifndef MODEL_ENVELOPE_H
#define MODEL_ENVELOPE_H

#include "base/base.h"
#include "base/ulid.h"

enum {
	ADDR_MAX = 254,		/* RFC 5321, 4.5.3.1.3, less the brackets */
	ADDR_SIZE = 255,
	QUEUE_ID_SIZE = 64,
	CLIENT_SIZE = 128,
	OWN_KEY_SIZE = 128,
	OWN_RCPT_MAX = 32,
};

/* How the key of an alarm begins; no two have one key. */
#define OWN_ALARM	"alarm:"
#define OWN_SUMMARY	"summary:"

enum envelope_kind {
	ENVELOPE_MAIL,		/* came from outside: examined, decided, delivered */
	ENVELOPE_OWN,		/* made by us: goes to own_rcpt as it is */
};

struct envelope {
	enum envelope_kind kind;
	char id[ULID_SIZE];
	int64_t received_ms;			/* wall clock */
	char sender[ADDR_SIZE];			/* "" is the null sender */
	char recipient[ADDR_SIZE];
	char original_recipient[ADDR_SIZE];	/* "" when not told */
	char queue_id[QUEUE_ID_SIZE];		/* "" when not told */
	char client[CLIENT_SIZE];		/* address of the SMTP client, or "" */
	uint64_t declared_size;			/* Postfix' ${size}; 0 unknown */
	char own_key[OWN_KEY_SIZE];		/* kind own: "summary:2026-W47": sent once */
	char own_rcpt[OWN_RCPT_MAX][ADDR_SIZE];
	size_t n_own_rcpt;
};

/*
 * May this text be used as an address on a command line of SMTP?  No byte
 * below 0x21 (so no blank) and no 0x7F, no angle bracket, length 1 to
 * ADDR_MAX.  An address with a blank in a quoted local part is refused with it.
 */
bool address_valid(const char *addr, size_t len);

/* The part behind the last '@'; "" when there is none.  Points into addr. */
const char *address_domain(const char *addr);

/* Same address: domain by ASCII case, local part by ASCII case too (E6). */
bool address_equal(const char *a, const char *b);

/*
 * The address without what follows the first '+' of its local part
 * (Postfix' recipient_delimiter); the tag, without '+', goes to tag when that
 * is not NULL.  Both outputs are at least ADDR_SIZE bytes.
 */
void address_untag(const char *addr, char *out, char *tag);

#endif
