/* SPDX-License-Identifier: MIT */
/*
 * crc32 - the checksum of journal records and spool headers: it finds torn
 * and damaged records, not forged ones.  libc only.
 * Polynomial 0xEDB88320 (IEEE 802.3), as in RFC 1952, section 8.
 */
#ifndef BASE_CRC32_H
#define BASE_CRC32_H

#include "base/base.h"

/* Start with 0; feed the result back in to go on. */
uint32_t crc32_update(uint32_t crc, const void *p, size_t n);

#endif
