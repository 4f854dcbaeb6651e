/* SPDX-License-Identifier: MIT */
/*
 * buf - bytes that grow.  The bytes are followed by a NUL that is not counted,
 * so that buf.ptr is a C string when no NUL was put in; a buf that was never
 * written has ptr NULL: buf_str() gives "" then.
 *
 * struct buf b = BUF_INIT; ... buf_release(&b), or AUTO(buf_release).
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "base/base.h"
#include "base/slice.h"

struct buf {
	char *ptr;
	size_t len;
	size_t cap;
};

#define BUF_INIT { NULL, 0, 0 }

void buf_release(struct buf *b);
void buf_reset(struct buf *b);			/* empty, memory kept */
void buf_reserve(struct buf *b, size_t more);

void buf_add(struct buf *b, const void *p, size_t n);
void buf_add_str(struct buf *b, const char *s);
void buf_add_slice(struct buf *b, struct slice s);
void buf_add_char(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_vaddf(struct buf *b, const char *fmt, va_list ap) PRINTF(2, 0);

/* Replace what is in it. */
void buf_set(struct buf *b, const char *s);

const char *buf_str(const struct buf *b);
struct slice buf_slice(const struct buf *b);

/* The memory as a C string that the caller frees; b is empty afterwards. */
char *buf_detach(struct buf *b);

/*
 * Length-prefixed binary values, for records between our own processes and
 * in the journal: 32 and 64 bits little-endian; a string is a u32 and bytes.
 */
void buf_put_u8(struct buf *b, uint8_t v);
void buf_put_u32(struct buf *b, uint32_t v);
void buf_put_u64(struct buf *b, uint64_t v);
void buf_put_slice(struct buf *b, struct slice s);

/*
 * The reading side: each takes its value off the front of *in.  False when
 * there is not enough, or it is none, or a string is longer than max; *in is then
 * unchanged.
 */
NODISCARD bool slice_get_u8(struct slice *in, uint8_t *out);
NODISCARD bool slice_get_bool(struct slice *in, bool *out);	/* 0 or 1 */
NODISCARD bool slice_get_u32(struct slice *in, uint32_t *out);
NODISCARD bool slice_get_u64(struct slice *in, uint64_t *out);
NODISCARD bool slice_get_slice(struct slice *in, size_t max, struct slice *out);

#endif
