/* SPDX-License-Identifier: MIT */
#include "net/base64.h"

enum { LINE_BYTES = 57 };		/* make 76 characters */

/* Four characters for up to three bytes. */
static void
add_group(struct buf *out, struct slice s)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t v = (uint32_t)(unsigned char)s.ptr[0] << 16;
	char four[4];

	if (s.len > 1)
		v |= (uint32_t)(unsigned char)s.ptr[1] << 8;
	if (s.len > 2)
		v |= (unsigned char)s.ptr[2];
	four[0] = digit[v >> 18];
	four[1] = digit[v >> 12 & 63];
	four[2] = s.len > 1 ? digit[v >> 6 & 63] : '=';
	four[3] = s.len > 2 ? digit[v & 63] : '=';
	buf_add(out, four, sizeof four);
}

void
base64_add(struct buf *out, struct slice s)
{
	/*
	 * All at once: what is encoded may be a secret, and a buf that grows
	 * leaves copies behind.
	 */
	buf_reserve(out, (s.len + 2) / 3 * 4);
	for (size_t i = 0; i < s.len; i += 3)
		add_group(out, slice_sub(s, i, i + 3));
}

void
base64_add_lines(struct buf *out, struct slice s)
{
	buf_reserve(out, (s.len + 2) / 3 * 4 + (s.len / LINE_BYTES + 1) * 2);
	for (size_t i = 0; i < s.len; i += LINE_BYTES) {
		base64_add(out, slice_sub(s, i, i + LINE_BYTES));
		buf_add(out, "\r\n", 2);
	}
}
