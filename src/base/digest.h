/* SPDX-License-Identifier: MIT */
/*
 * digest - SHA-256 in lower-case hex (GLib's), whole or in pieces, and
 * HMAC-SHA-256 (RFC 2104) for the keyed loop mark.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/base.h"
#include "base/slice.h"

enum { DIGEST_LEN = 64, DIGEST_SIZE = 65 };

void digest_slice(struct slice s, char out[DIGEST_SIZE]);
void digest_hmac(struct slice key, struct slice s, char out[DIGEST_SIZE]);

struct digest;
struct digest *digest_new(void);
void digest_free(struct digest **d);
void digest_add(struct digest *d, struct slice s);
void digest_end(struct digest *d, char out[DIGEST_SIZE]);

/* Equal, in a time that does not tell where they differ. */
bool digest_equal(const char *a, const char *b);

#endif
