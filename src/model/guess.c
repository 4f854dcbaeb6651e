/* SPDX-License-Identifier: MIT */
#include "model/guess.h"

#include "model/header.h"

enum { FIELDS_MAX = 1000, FIELD_MAX = 16384 };

/*
 * The address in a header value: what stands in angle brackets outside of
 * quotes, else the first word with an @.
 */
static struct slice
find_address(struct slice value)
{
	struct slice rest = value, word;
	bool quoted = false;

	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '\\' && quoted)
			i++;
		else if (value.ptr[i] == '"')
			quoted = !quoted;
		else if (value.ptr[i] == '<' && !quoted) {
			rest = slice_sub(value, i + 1, value.len);
			return slice_trim(slice_sub(rest, 0, slice_find(rest, '>')));
		}
	}
	while (slice_next(&rest, ' ', &word)) {
		while (word.len > 0 && word.ptr[word.len - 1] == ',')
			word.len--;
		if (slice_find(word, '@') != SIZE_MAX)
			return word;
	}
	return (struct slice){ NULL, 0 };
}

/* The address of the first field of that name; false when there is no field. */
static bool
field_address(struct arena *a, const struct header_list *l, const char *name,
    char out[ADDR_SIZE])
{
	size_t at = 0;
	const struct header_field *f = header_next(l, name, &at);
	struct slice addr;

	out[0] = '\0';
	if (f == NULL)
		return false;
	addr = find_address(header_unfold(a, f->raw));
	if (addr.len > 0 && address_valid(addr.ptr, addr.len)) {
		memcpy(out, addr.ptr, addr.len);
		out[addr.len] = '\0';
	}
	return true;
}

void
guess_sender(struct slice bytes, char out[ADDR_SIZE])
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct header_list l;

	header_scan(a, bytes, FIELDS_MAX, FIELD_MAX, &l);
	if (!field_address(a, &l, "Return-Path", out))
		(void)field_address(a, &l, "From", out);
}

bool
guess_recipient(struct slice bytes, char out[ADDR_SIZE])
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct header_list l;

	header_scan(a, bytes, FIELDS_MAX, FIELD_MAX, &l);
	return (field_address(a, &l, "X-Original-To", out) && out[0] != '\0') ||
	    (field_address(a, &l, "Delivered-To", out) && out[0] != '\0');
}
