/* SPDX-License-Identifier: MIT */
#include "net/imapsay.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "net/mutf7.h"
#include "net/sasl.h"
#include "net/secret.h"

static const struct {
	const char *word;
	enum imap_status status;
} statuses[] = {
	{ "OK", IMAP_OK },
	{ "NO", IMAP_NO },
	{ "BAD", IMAP_BAD },
};

/* The first word of s, which ends at a blank or at end. */
static struct slice
first_word(struct slice s, char end)
{
	size_t i = 0;

	while (i < s.len && s.ptr[i] != ' ' && s.ptr[i] != end)
		i++;
	return slice_sub(s, 0, i);
}

static bool
parse_line(struct slice line, struct imap_reply *out)
{
	struct slice word = first_word(line, '\r'), rest;
	size_t end;

	for (size_t i = 0; i < NELEM(statuses); i++) {
		if (!slice_eq_case(word, slice_str(statuses[i].word)))
			continue;
		*out = (struct imap_reply){ .status = statuses[i].status,
		    .text = slice_trim(line) };
		rest = slice_trim(slice_sub(line, word.len, line.len));
		if (slice_starts(rest, "[") &&
		    (end = slice_find(rest, ']')) != SIZE_MAX) {
			rest = slice_sub(rest, 1, end);
			out->code = first_word(rest, ']');
			out->args = slice_trim(slice_sub(rest, out->code.len,
			    rest.len));
		}
		return true;
	}
	return false;
}

bool
imap_reply_parse(struct slice response, int tag, struct imap_reply *out)
{
	struct slice line;
	char start[16];
	bool found = false;

	snprintf(start, sizeof start, "%d ", tag);
	*out = (struct imap_reply){ .status = IMAP_BAD };
	while (slice_next(&response, '\n', &line))
		if (slice_starts(line, start))
			found = parse_line(slice_sub(line, strlen(start), line.len),
			    out);
	return found;
}

static bool
code_in(const struct imap_reply *r, const char *const *codes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq_case(r->code, slice_str(codes[i])))
			return r->status == IMAP_NO;
	return false;
}

bool
imap_reply_permanent(const struct imap_reply *r)
{
	static const char *const codes[] = { "CANNOT", "NOPERM", "TOOBIG" };

	return code_in(r, codes, NELEM(codes));
}

bool
imap_reply_missing(const struct imap_reply *r)
{
	static const char *const codes[] = { "TRYCREATE", "NONEXISTENT" };

	return code_in(r, codes, NELEM(codes));
}

uint64_t
imap_reply_uid(const struct imap_reply *r)
{
	struct slice rest = r->args, validity, uid;
	uint64_t n;

	if (r->status != IMAP_OK || !slice_eq_case(r->code, SLICE_LIT("APPENDUID")) ||
	    !slice_next(&rest, ' ', &validity) || !slice_next(&rest, ' ', &uid) ||
	    !slice_to_u64(uid, &n) || n > UINT32_MAX)
		return 0;
	return n;
}

bool
imap_quotable(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7F)
			return false;
	return true;
}

void
imap_quote(struct buf *out, struct slice s)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '"' || s.ptr[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, s.ptr[i]);
	}
	buf_add_char(out, '"');
}

bool
imap_mailbox(const char *prefix, char delimiter, const char *mailbox,
    struct buf *out)
{
	AUTO(buf_release) struct buf full = BUF_INIT;
	struct slice rest = slice_str(mailbox), piece;

	buf_reset(out);
	if (slice_eq_case(rest, SLICE_LIT("INBOX"))) {
		buf_set(out, "INBOX");
		return true;
	}
	while (slice_next(&rest, '/', &piece))
		if (piece.len == 0)
			return false;
	buf_add_str(&full, prefix);
	buf_add_str(&full, mailbox);
	for (size_t i = 0; delimiter != '\0' && i < full.len; i++)
		if (full.ptr[i] == '/')
			full.ptr[i] = delimiter;
	return mutf7_encode(buf_slice(&full), out) == 0;
}

void
imap_login_command(const char *user, struct slice secret, bool is_token,
    struct buf *out)
{
	AUTO(secret_wipe) struct buf answer = BUF_INIT;

	secret_wipe(out);
	if (is_token) {
		sasl_xoauth2(user, secret, &answer);
		buf_reserve(out, answer.len + 32);
		buf_add_str(out, "AUTHENTICATE XOAUTH2 ");
		buf_add_slice(out, buf_slice(&answer));
		return;
	}
	/* Room once, see secret.c: each byte may need a backslash. */
	buf_reserve(out, 2 * (strlen(user) + secret.len) + 16);
	buf_add_str(out, "LOGIN ");
	imap_quote(out, slice_str(user));
	buf_add_char(out, ' ');
	imap_quote(out, secret);
}

void
imap_append_command(const struct buf *name, int64_t received_ms, size_t size,
    struct buf *out)
{
	char date[CLOCK_RFC5322_SIZE];

	/* "Sat, 28 Nov 2026 18:47:01 +0000" has all that is needed. */
	clock_rfc5322(received_ms, date);
	date[7] = date[11] = '-';
	buf_reset(out);
	buf_add_str(out, "APPEND ");
	imap_quote(out, buf_slice(name));
	buf_addf(out, " () \"%s\" {%zu}", date + 5, size);
}

/*
 * SEARCH looks for a part of the value, so that ID.1 is found in ID.12 too:
 * rule out what has one more digit.
 */
bool
imap_search(const char *mroute_id, struct buf *out)
{
	static const char key[] = "HEADER X-Mroute-Id";
	size_t n = strspn(mroute_id, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz.-");

	buf_reset(out);
	if (n == 0 || n > 64 || mroute_id[n] != '\0')
		return false;
	buf_addf(out, "UID SEARCH %s \"%s\"", key, mroute_id);
	for (int digit = 0; digit <= 9; digit++)
		buf_addf(out, " NOT %s \"%s%d\"", key, mroute_id, digit);
	return true;
}
