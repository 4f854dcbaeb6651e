/* SPDX-License-Identifier: MIT */
#include "base/slice.h"

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

struct slice
slice_sub(struct slice s, size_t from, size_t to)
{
	to = MIN(to, s.len);
	from = MIN(from, to);
	/* The empty slice may have no pointer, to which nothing may be added. */
	return (struct slice){ from > 0 ? s.ptr + from : s.ptr, to - from };
}

bool
slice_eq(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool
slice_eq_str(struct slice a, const char *b)
{
	return slice_eq(a, slice_str(b));
}

bool
slice_eq_case(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

bool
slice_starts(struct slice s, const char *prefix)
{
	return slice_eq_str(slice_sub(s, 0, strlen(prefix)), prefix);
}

bool
slice_starts_case(struct slice s, const char *prefix)
{
	return slice_eq_case(slice_sub(s, 0, strlen(prefix)), slice_str(prefix));
}

bool
slice_ends_case(struct slice s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.len >= n &&
	    slice_eq_case(slice_sub(s, s.len - n, s.len), slice_str(suffix));
}

size_t
slice_find(struct slice s, char c)
{
	const char *p = s.len > 0 ? memchr(s.ptr, c, s.len) : NULL;

	return p != NULL ? (size_t)(p - s.ptr) : SIZE_MAX;
}

size_t
slice_find_slice(struct slice s, struct slice needle)
{
	const char *p;

	if (needle.len == 0)
		return 0;
	p = s.len > 0 ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
	return p != NULL ? (size_t)(p - s.ptr) : SIZE_MAX;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice
slice_trim(struct slice s)
{
	while (s.len > 0 && is_blank(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool
slice_next(struct slice *rest, char sep, struct slice *piece)
{
	size_t at;

	if (rest->ptr == NULL)
		return false;
	at = slice_find(*rest, sep);
	if (at == SIZE_MAX) {
		*piece = *rest;
		*rest = (struct slice){ NULL, 0 };
		return true;
	}
	*piece = slice_sub(*rest, 0, at);
	*rest = slice_sub(*rest, at + 1, rest->len);
	return true;
}

bool
slice_to_u64(struct slice s, uint64_t *out)
{
	uint64_t n = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		if (__builtin_mul_overflow(n, (uint64_t)10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(s.ptr[i] - '0'), &n))
			return false;
	}
	*out = n;
	return true;
}
