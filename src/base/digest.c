/* SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include <glib.h>

struct digest {
	GChecksum *sum;
};

static void
take(char out[DIGEST_SIZE], const char *hex)
{
	memcpy(out, hex, DIGEST_LEN);
	out[DIGEST_LEN] = '\0';
}

struct digest *
digest_new(void)
{
	struct digest *d = g_new0(struct digest, 1);

	d->sum = g_checksum_new(G_CHECKSUM_SHA256);
	return d;
}

void
digest_free(struct digest **d)
{
	if (*d == NULL)
		return;
	g_checksum_free((*d)->sum);
	g_free(*d);
	*d = NULL;
}

void
digest_add(struct digest *d, struct slice s)
{
	const size_t piece = 1U << 30;		/* GLib counts in gssize */

	while (s.len > 0) {
		size_t n = MIN(s.len, piece);

		g_checksum_update(d->sum, (const guchar *)s.ptr, (gssize)n);
		s = slice_sub(s, n, s.len);
	}
}

void
digest_end(struct digest *d, char out[DIGEST_SIZE])
{
	take(out, g_checksum_get_string(d->sum));
}

void
digest_slice(struct slice s, char out[DIGEST_SIZE])
{
	AUTO(digest_free) struct digest *d = digest_new();

	digest_add(d, s);
	digest_end(d, out);
}

void
digest_hmac(struct slice key, struct slice s, char out[DIGEST_SIZE])
{
	GHmac *h = g_hmac_new(G_CHECKSUM_SHA256, (const guchar *)key.ptr, key.len);

	g_hmac_update(h, (const guchar *)s.ptr, (gssize)s.len);
	take(out, g_hmac_get_string(h));
	g_hmac_unref(h);
}

bool
digest_equal(const char *a, const char *b)
{
	size_t n = strlen(a);
	unsigned diff = 0;

	if (strlen(b) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		diff |= (unsigned)(unsigned char)(a[i] ^ b[i]);
	return diff == 0;
}
