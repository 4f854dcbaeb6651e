/* SPDX-License-Identifier: MIT */
#include "base/ulid.h"

#include <string.h>
#include <sys/random.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum { TIME_CHARS = 10, RANDOM_CHARS = 16 };

int
ulid_make(int64_t wall_ms, char out[ULID_SIZE])
{
	unsigned char random[RANDOM_CHARS];
	uint64_t t = wall_ms < 0 ? 0 : (uint64_t)wall_ms & 0xffffffffffffULL;

	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		return -1;
	for (int i = TIME_CHARS - 1; i >= 0; i--) {
		out[i] = alphabet[t & 31];
		t >>= 5;
	}
	for (int i = 0; i < RANDOM_CHARS; i++)
		out[TIME_CHARS + i] = alphabet[random[i] & 31];
	out[ULID_LEN] = '\0';
	return 0;
}

bool
ulid_valid(const char *s)
{
	for (int i = 0; i < ULID_LEN; i++)
		if (s[i] == '\0' || strchr(alphabet, s[i]) == NULL)
			return false;
	return s[ULID_LEN] == '\0' && s[0] <= '7';
}

int64_t
ulid_ms(const char *s)
{
	uint64_t t = 0;

	if (!ulid_valid(s))
		return 0;
	for (int i = 0; i < TIME_CHARS; i++)
		t = t << 5 | (uint64_t)(strchr(alphabet, s[i]) - alphabet);
	return (int64_t)t;
}
