/* SPDX-License-Identifier: MIT */
#include "base/crc32.h"

uint32_t
crc32_update(uint32_t crc, const void *p, size_t n)
{
	const unsigned char *s = p;

	crc = ~crc;
	while (n-- > 0) {
		crc ^= *s++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xEDB88320U & (0U - (crc & 1U)));
	}
	return ~crc;
}
