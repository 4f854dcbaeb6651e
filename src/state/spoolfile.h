/* SPDX-License-Identifier: MIT */
/*
 * spoolfile - the form of a message in the spool: one file with the envelope
 * in front and the bytes as they came behind it.  libc only: the door writes
 * it, the engine and the commands read it.
 *
 *	mroute-message 1 00000124 0000000000000a41 bb763e27
 *	kind 4 mail
 *	id 26 01KB6YV3E2Q4T7X9Z0A1B2C3D4
 *	received 13 1795892821123
 *	sender 18 jane@paper.example
 *	recipient 21 press@company.example
 *	original-recipient 0_
 *	queue-id 15 4Zb1Qk0Cz9z1xyz
 *	client 9 192.0.2.7
 *	declared-size 4 2633
 *	own-key 0_
 *	END
 *
 * (`_` is a blank: these values are empty.)  The first line has a fixed width:
 * version, length of all that stands in front of the message, length of the
 * message, and the CRC-32 of the lines behind it up to END and then of the
 * line's first 44 bytes; all but the version in lower-case hex.  It is filled
 * in last, so a file whose writer was stopped is not a message.  Then each
 * value once and in this order: key, length of the value in bytes, value, LF.
 * A value may hold any byte but NUL: only its length ends it.  In a message of
 * kind own, `own-rcpt` follows own-key, once for each recipient.
 * There is one way to write an envelope, and the reader accepts no other.
 */
#ifndef STATE_SPOOLFILE_H
#define STATE_SPOOLFILE_H

#include "base/err.h"
#include "base/slice.h"
#include "model/envelope.h"

enum {
	SPOOLFILE_LINE = 52,		/* the first line, with its LF */
	SPOOLFILE_HEADER_MAX = 16384,
};

/*
 * Put the envelope at out, with a first line that is not filled in yet.
 * Returns the length; *crc is for spoolfile_seal().
 */
size_t spoolfile_encode(const struct envelope *env, char out[SPOOLFILE_HEADER_MAX],
    uint32_t *crc);

/* The first line of a file with a header of this length and size message bytes. */
void spoolfile_seal(size_t header, uint64_t size, uint32_t crc,
    char out[SPOOLFILE_LINE]);

/*
 * Read the envelope of a whole file; the message begins at *offset.  ERR_DATA
 * when anything at all is not as written above, or too long or short.
 */
NODISCARD int spoolfile_decode(struct slice file, struct envelope *env,
    size_t *offset, struct err *e);

#endif
