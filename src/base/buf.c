/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"

void
buf_release(struct buf *b)
{
	free(b->ptr);
	*b = (struct buf)BUF_INIT;
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->ptr != NULL)
		b->ptr[0] = '\0';
}

void
buf_reserve(struct buf *b, size_t more)
{
	size_t need, cap;

	if (__builtin_add_overflow(b->len, more, &need) ||
	    __builtin_add_overflow(need, (size_t)1, &need))
		bug("buf: length overflows");
	if (need <= b->cap)
		return;
	cap = b->cap < 64 ? 64 : b->cap;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	b->ptr = xreallocarray(b->ptr, cap, 1);
	b->cap = cap;
	b->ptr[b->len] = '\0';
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	buf_reserve(b, n);
	if (n > 0)
		memcpy(b->ptr + b->len, p, n);
	b->len += n;
	b->ptr[b->len] = '\0';
}

void
buf_add_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_add_slice(struct buf *b, struct slice s)
{
	buf_add(b, s.ptr, s.len);
}

void
buf_add_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		bug("buf: bad format '%s'", fmt);
	buf_reserve(b, (size_t)n);
	vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

void
buf_set(struct buf *b, const char *s)
{
	buf_reset(b);
	buf_add_str(b, s);
}

const char *
buf_str(const struct buf *b)
{
	return b->ptr != NULL ? b->ptr : "";
}

struct slice
buf_slice(const struct buf *b)
{
	return (struct slice){ buf_str(b), b->len };
}

char *
buf_detach(struct buf *b)
{
	char *p;

	buf_reserve(b, 0);
	p = b->ptr;
	*b = (struct buf)BUF_INIT;
	return p;
}

void
buf_put_u8(struct buf *b, uint8_t v)
{
	buf_add(b, &v, 1);
}

void
buf_put_u32(struct buf *b, uint32_t v)
{
	unsigned char le[4];

	for (size_t i = 0; i < sizeof le; i++)
		le[i] = (unsigned char)(v >> (8 * i));
	buf_add(b, le, sizeof le);
}

void
buf_put_u64(struct buf *b, uint64_t v)
{
	buf_put_u32(b, (uint32_t)v);
	buf_put_u32(b, (uint32_t)(v >> 32));
}

void
buf_put_slice(struct buf *b, struct slice s)
{
	if (s.len > UINT32_MAX)
		bug("buf: a record's string is too long");
	buf_put_u32(b, (uint32_t)s.len);
	buf_add_slice(b, s);
}

bool
slice_get_u8(struct slice *in, uint8_t *out)
{
	if (in->len < 1)
		return false;
	*out = (uint8_t)in->ptr[0];
	*in = slice_sub(*in, 1, in->len);
	return true;
}

bool
slice_get_bool(struct slice *in, bool *out)
{
	if (in->len < 1 || (uint8_t)in->ptr[0] > 1)
		return false;
	*out = in->ptr[0] == 1;
	*in = slice_sub(*in, 1, in->len);
	return true;
}

bool
slice_get_u32(struct slice *in, uint32_t *out)
{
	uint32_t v = 0;

	if (in->len < 4)
		return false;
	for (size_t i = 0; i < 4; i++)
		v |= (uint32_t)(unsigned char)in->ptr[i] << (8 * i);
	*out = v;
	*in = slice_sub(*in, 4, in->len);
	return true;
}

bool
slice_get_u64(struct slice *in, uint64_t *out)
{
	uint32_t low, high;

	if (in->len < 8 || !slice_get_u32(in, &low) || !slice_get_u32(in, &high))
		return false;
	*out = (uint64_t)high << 32 | low;
	return true;
}

bool
slice_get_slice(struct slice *in, size_t max, struct slice *out)
{
	struct slice rest = *in;
	uint32_t n;

	if (!slice_get_u32(&rest, &n) || n > max || n > rest.len)
		return false;
	*out = slice_sub(rest, 0, n);
	*in = slice_sub(rest, n, rest.len);
	return true;
}
