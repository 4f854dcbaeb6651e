/* SPDX-License-Identifier: MIT */
#include "state/spoolfile.h"

#include <string.h>

#include "base/crc32.h"

/* "mroute-message 1 ", then lengths and checksum at these offsets. */
static const char magic[] = "mroute-message 1 ";

enum {
	AT_HEADER = sizeof magic - 1,
	HEADER_DIGITS = 8,
	AT_SIZE = AT_HEADER + HEADER_DIGITS + 1,
	SIZE_DIGITS = 16,
	AT_CRC = AT_SIZE + SIZE_DIGITS + 1,
	CRC_DIGITS = 8,
	NUM_SIZE = 21,			/* decimal digits of 64 bits and a NUL */
};
_Static_assert(AT_CRC + CRC_DIGITS + 1 == SPOOLFILE_LINE, "first line");
/* Beside its value, a line has a key, a length and three separators. */
_Static_assert(SPOOLFILE_LINE + sizeof(struct envelope) + (12 + OWN_RCPT_MAX) * 48 <
    SPOOLFILE_HEADER_MAX, "any envelope fits");

static const char *const kinds[] = {
	[ENVELOPE_MAIL] = "mail",
	[ENVELOPE_OWN] = "own",
};

/* ---- writing ---- */

static char *
put(char *p, const char *s, size_t n)
{
	memcpy(p, s, n);
	return p + n;
}

static const char *
decimal(uint64_t v, char out[NUM_SIZE])
{
	char *p = out + NUM_SIZE - 1;

	*p = '\0';
	do
		*--p = (char)('0' + v % 10);
	while ((v /= 10) > 0);
	return p;
}

static char *
put_text(char *p, const char *key, const char *value)
{
	size_t len = strlen(value);
	char digits[NUM_SIZE];
	const char *n = decimal(len, digits);

	p = put(p, key, strlen(key));
	*p++ = ' ';
	p = put(p, n, strlen(n));
	*p++ = ' ';
	p = put(p, value, len);
	*p++ = '\n';
	return p;
}

static char *
put_number(char *p, const char *key, uint64_t v)
{
	char digits[NUM_SIZE];

	return put_text(p, key, decimal(v, digits));
}

size_t
spoolfile_encode(const struct envelope *env, char out[SPOOLFILE_HEADER_MAX],
    uint32_t *crc)
{
	int64_t received = env->received_ms;
	char *p = out;

	memset(p, '-', SPOOLFILE_LINE - 1);
	p += SPOOLFILE_LINE - 1;
	*p++ = '\n';
	p = put_text(p, "kind", kinds[env->kind]);
	p = put_text(p, "id", env->id);
	p = put_number(p, "received", received < 0 ? 0 : (uint64_t)received);
	p = put_text(p, "sender", env->sender);
	p = put_text(p, "recipient", env->recipient);
	p = put_text(p, "original-recipient", env->original_recipient);
	p = put_text(p, "queue-id", env->queue_id);
	p = put_text(p, "client", env->client);
	p = put_number(p, "declared-size", env->declared_size);
	p = put_text(p, "own-key", env->own_key);
	if (env->kind == ENVELOPE_OWN)
		for (size_t i = 0; i < MIN(env->n_own_rcpt, OWN_RCPT_MAX); i++)
			p = put_text(p, "own-rcpt", env->own_rcpt[i]);
	p = put(p, "END\n", 4);
	*crc = crc32_update(0, out + SPOOLFILE_LINE,
	    (size_t)(p - out) - SPOOLFILE_LINE);
	return (size_t)(p - out);
}

static char *
put_hex(char *p, uint64_t v, int digits)
{
	for (int i = digits - 1; i >= 0; i--) {
		p[i] = "0123456789abcdef"[v & 15];
		v >>= 4;
	}
	return p + digits;
}

void
spoolfile_seal(size_t header, uint64_t size, uint32_t crc, char out[SPOOLFILE_LINE])
{
	char *p = put(out, magic, sizeof magic - 1);

	p = put_hex(p, header, HEADER_DIGITS);
	*p++ = ' ';
	p = put_hex(p, size, SIZE_DIGITS);
	*p++ = ' ';
	p = put_hex(p, crc32_update(crc, out, AT_CRC), CRC_DIGITS);
	*p = '\n';
}

/* ---- reading ---- */

static bool
get_hex(const char *p, int digits, uint64_t *out)
{
	uint64_t v = 0;

	for (int i = 0; i < digits; i++) {
		if (p[i] >= '0' && p[i] <= '9')
			v = v << 4 | (uint64_t)(p[i] - '0');
		else if (p[i] >= 'a' && p[i] <= 'f')
			v = v << 4 | (uint64_t)(p[i] - 'a' + 10);
		else
			return false;
	}
	*out = v;
	return true;
}

/* A decimal number without leading zeros. */
static bool
get_decimal(struct slice s, uint64_t *out)
{
	if (s.len == 0 || (s.len > 1 && s.ptr[0] == '0'))
		return false;
	return slice_to_u64(s, out);
}

/* Take "key length value LF" off the front of *in, and copy the value out. */
static bool
get_text(struct slice *in, const char *key, char *out, size_t out_size)
{
	size_t key_len = strlen(key), blank;
	struct slice rest = *in;
	uint64_t len;

	if (!slice_starts(rest, key) || rest.len == key_len ||
	    rest.ptr[key_len] != ' ')
		return false;
	rest = slice_sub(rest, key_len + 1, rest.len);
	blank = slice_find(rest, ' ');
	if (blank == SIZE_MAX || !get_decimal(slice_sub(rest, 0, blank), &len))
		return false;
	rest = slice_sub(rest, blank + 1, rest.len);
	if (len >= out_size || len >= rest.len || rest.ptr[len] != '\n')
		return false;
	if (memchr(rest.ptr, '\0', len) != NULL)
		return false;
	memcpy(out, rest.ptr, len);
	out[len] = '\0';
	*in = slice_sub(rest, len + 1, rest.len);
	return true;
}

static bool
get_number(struct slice *in, const char *key, uint64_t *out)
{
	char digits[NUM_SIZE];

	return get_text(in, key, digits, sizeof digits) &&
	    get_decimal(slice_str(digits), out);
}

static bool
get_kind(struct slice *in, enum envelope_kind *out)
{
	char word[8];

	if (!get_text(in, "kind", word, sizeof word))
		return false;
	for (size_t i = 0; i < NELEM(kinds); i++)
		if (strcmp(word, kinds[i]) == 0) {
			*out = (enum envelope_kind)i;
			return true;
		}
	return false;
}

/* The values from kind to END, and nothing behind; NULL, or what is wrong. */
static const char *
get_values(struct slice in, struct envelope *env)
{
	uint64_t received;

	if (!get_kind(&in, &env->kind))
		return "kind";
	if (!get_text(&in, "id", env->id, sizeof env->id) || !ulid_valid(env->id))
		return "id";
	if (!get_number(&in, "received", &received) || received > INT64_MAX)
		return "received";
	env->received_ms = (int64_t)received;
	if (!get_text(&in, "sender", env->sender, sizeof env->sender))
		return "sender";
	if (!get_text(&in, "recipient", env->recipient, sizeof env->recipient))
		return "recipient";
	if (!get_text(&in, "original-recipient", env->original_recipient,
	    sizeof env->original_recipient))
		return "original-recipient";
	if (!get_text(&in, "queue-id", env->queue_id, sizeof env->queue_id))
		return "queue-id";
	if (!get_text(&in, "client", env->client, sizeof env->client))
		return "client";
	if (!get_number(&in, "declared-size", &env->declared_size))
		return "declared-size";
	if (!get_text(&in, "own-key", env->own_key, sizeof env->own_key))
		return "own-key";
	while (env->kind == ENVELOPE_OWN && env->n_own_rcpt < OWN_RCPT_MAX &&
	    get_text(&in, "own-rcpt", env->own_rcpt[env->n_own_rcpt], ADDR_SIZE))
		env->n_own_rcpt++;
	if (env->kind == ENVELOPE_OWN && env->n_own_rcpt == 0)
		return "own-rcpt";
	if (!slice_eq(in, SLICE_LIT("END\n")))
		return "END";
	return NULL;
}

int
spoolfile_decode(struct slice file, struct envelope *env, size_t *offset,
    struct err *e)
{
	uint64_t header, size, crc;
	const char *wrong;
	uint32_t sum;

	if (file.len < SPOOLFILE_LINE)
		return err_set(e, ERR_DATA, "shorter than the first line");
	if (memcmp(file.ptr, magic, sizeof magic - 1) != 0)
		return err_set(e, ERR_DATA, "no finished message of version 1");
	if (!get_hex(file.ptr + AT_HEADER, HEADER_DIGITS, &header) ||
	    file.ptr[AT_SIZE - 1] != ' ' ||
	    !get_hex(file.ptr + AT_SIZE, SIZE_DIGITS, &size) ||
	    file.ptr[AT_CRC - 1] != ' ' ||
	    !get_hex(file.ptr + AT_CRC, CRC_DIGITS, &crc) ||
	    file.ptr[SPOOLFILE_LINE - 1] != '\n')
		return err_set(e, ERR_DATA, "the first line is damaged");
	if (header < SPOOLFILE_LINE || header > SPOOLFILE_HEADER_MAX)
		return err_set(e, ERR_DATA, "the first line is damaged");
	if (header > file.len || size != file.len - header)
		return err_set(e, ERR_DATA, "%zu bytes instead of %llu", file.len,
		    (unsigned long long)(header + size));
	sum = crc32_update(0, file.ptr + SPOOLFILE_LINE,
	    (size_t)header - SPOOLFILE_LINE);
	if (crc32_update(sum, file.ptr, AT_CRC) != crc)
		return err_set(e, ERR_DATA, "the checksum of the envelope is wrong");

	memset(env, 0, sizeof *env);
	wrong = get_values(slice_make(file.ptr + SPOOLFILE_LINE,
	    (size_t)header - SPOOLFILE_LINE), env);
	if (wrong != NULL)
		return err_set(e, ERR_DATA, "the envelope's %s is wrong", wrong);
	*offset = (size_t)header;
	return 0;
}
