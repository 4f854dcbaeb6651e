/* SPDX-License-Identifier: MIT */
#include "model/envelope.h"

#include <string.h>
#include <strings.h>

bool
address_valid(const char *addr, size_t len)
{
	if (len < 1 || len > ADDR_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)addr[i];

		if (c < 0x21 || c == 0x7F || c == '<' || c == '>')
			return false;
	}
	return true;
}

const char *
address_domain(const char *addr)
{
	const char *at = strrchr(addr, '@');

	return at != NULL ? at + 1 : "";
}

bool
address_equal(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

static void
copy_cut(char *out, const char *s, size_t n)
{
	if (n > ADDR_MAX)
		n = ADDR_MAX;
	memcpy(out, s, n);
	out[n] = '\0';
}

void
address_untag(const char *addr, char *out, char *tag)
{
	const char *at = strrchr(addr, '@');
	const char *end = at != NULL ? at : addr + strlen(addr);
	const char *plus = memchr(addr, '+', (size_t)(end - addr));
	size_t local;

	if (plus == NULL || plus == addr) {
		copy_cut(out, addr, strlen(addr));
		if (tag != NULL)
			tag[0] = '\0';
		return;
	}
	local = (size_t)(plus - addr);
	copy_cut(out, addr, local);
	copy_cut(out + strlen(out), end, MIN(strlen(end), ADDR_MAX - strlen(out)));
	if (tag != NULL)
		copy_cut(tag, plus + 1, (size_t)(end - plus - 1));
}
