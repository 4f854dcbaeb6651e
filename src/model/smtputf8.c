/* SPDX-License-Identifier: MIT */
#include "model/smtputf8.h"

#include "base/utf8.h"

/* What ends an address, or a word of the name beside it. */
static bool
is_border(char c)
{
	return memchr(" \t\r\n<>()\",;", c, 11) != NULL;
}

static bool
is_utf8_address(struct slice word)
{
	bool high = false;

	for (size_t i = 0; i < word.len; i++)
		high = high || (signed char)word.ptr[i] < 0;
	return high && slice_find(word, '@') != SIZE_MAX && utf8_valid(word);
}

static bool
has_utf8_address(struct slice value)
{
	size_t start = 0;

	for (size_t i = 0; i <= value.len; i++) {
		if (i < value.len && !is_border(value.ptr[i]))
			continue;
		if (is_utf8_address(slice_sub(value, start, i)))
			return true;
		start = i + 1;
	}
	return false;
}

bool
smtputf8_needed(const struct header_list *l)
{
	static const char *const names[] = { "From", "Sender", "Reply-To", "To",
	    "Cc", "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc" };

	for (size_t i = 0; i < NELEM(names); i++) {
		const struct header_field *f;
		size_t at = 0;

		while ((f = header_next(l, names[i], &at)) != NULL)
			if (has_utf8_address(f->raw))
				return true;
	}
	return false;
}
