/* SPDX-License-Identifier: MIT */
/*
 * clock - the time.  Wall time for what is stored and shown, milliseconds
 * since 1970 UTC; monotonic time for deadlines, milliseconds since some start.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/base.h"

int64_t clock_wall_ms(void);
int64_t clock_mono_ms(void);

/* "2026-11-28T18:47:01.123Z": 24 characters and a NUL. */
enum { CLOCK_ISO_SIZE = 25 };
void clock_iso(int64_t wall_ms, char out[CLOCK_ISO_SIZE]);

/* RFC 5322, 3.3: "Sat, 28 Nov 2026 18:47:01 +0000". */
enum { CLOCK_RFC5322_SIZE = 40 };
void clock_rfc5322(int64_t wall_ms, char out[CLOCK_RFC5322_SIZE]);

#endif
