/* SPDX-License-Identifier: MIT */
#include "model/domain.h"

#include "base/xalloc.h"

#include <glib.h>

enum { DOMAIN_MAX = 253, LABEL_MAX = 63 };

static bool
is_label(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!g_ascii_isalnum(s.ptr[i]) && s.ptr[i] != '-' &&
		    s.ptr[i] != '_')
			return false;
	return s.len > 0 && s.len <= LABEL_MAX && s.ptr[0] != '-' &&
	    s.ptr[s.len - 1] != '-';
}

static bool
is_domain(struct slice s)
{
	struct slice label;

	if (s.len > DOMAIN_MAX)
		return false;
	while (slice_next(&s, '.', &label))
		if (!is_label(label))
			return false;
	return true;
}

const char *
domain_normal(struct arena *a, struct slice name)
{
	AUTO(xfree) char *text = NULL;
	const char *out = NULL;
	char *ascii;
	size_t n;

	if (name.len == 0 || name.len > 4 * DOMAIN_MAX)
		return NULL;
	if (name.ptr[name.len - 1] == '.')
		name.len--;
	text = xstrndup(name.ptr, name.len);
	if ((ascii = g_hostname_to_ascii(text)) == NULL)
		return NULL;
	n = strlen(ascii);
	if (n > 0 && is_domain(slice_make(ascii, n))) {
		char *lower = arena_strndup(a, ascii, n);

		for (size_t i = 0; i < n; i++)
			lower[i] = g_ascii_tolower(lower[i]);
		out = lower;
	}
	g_free(ascii);
	return out;
}

bool
domain_covers(struct slice domain, struct slice name)
{
	if (slice_eq(domain, name))
		return true;
	return name.len > domain.len && name.ptr[name.len - domain.len - 1] == '.' &&
	    slice_eq(slice_sub(name, name.len - domain.len, name.len), domain);
}
