/* SPDX-License-Identifier: MIT */
/*
 * ulid - names that sort by the time they were made: 48 bits of milliseconds
 * and 80 random bits, as 26 characters of Crockford's base 32, capital
 * letters.  libc only.  Source: the ULID specification (github.com/ulid/spec).
 */
#ifndef BASE_ULID_H
#define BASE_ULID_H

#include "base/base.h"

enum { ULID_LEN = 26, ULID_SIZE = 27 };

/* -1 when the kernel gives no random bytes (errno is set). */
NODISCARD int ulid_make(int64_t wall_ms, char out[ULID_SIZE]);

/* Exactly 26 characters of the alphabet; the first is 0 to 7: 48 bits of time. */
bool ulid_valid(const char *s);

/* The time in it; 0 when it is not valid. */
int64_t ulid_ms(const char *s);

#endif
