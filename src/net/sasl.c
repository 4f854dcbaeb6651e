/* SPDX-License-Identifier: MIT */
#include "net/sasl.h"

#include "net/base64.h"
#include "net/secret.h"

/* front, the secret and back in one piece; room is taken once, see secret.c. */
static void
encode(struct slice front, struct slice secret, struct slice back, struct buf *out)
{
	AUTO(secret_wipe) struct buf all = BUF_INIT;

	buf_reserve(&all, front.len + secret.len + back.len);
	buf_add_slice(&all, front);
	buf_add_slice(&all, secret);
	buf_add_slice(&all, back);
	secret_wipe(out);
	base64_add(out, buf_slice(&all));
}

void
sasl_plain(const char *user, struct slice password, struct buf *out)
{
	AUTO(buf_release) struct buf front = BUF_INIT;

	buf_add_char(&front, '\0');		/* no other identity */
	buf_add_str(&front, user);
	buf_add_char(&front, '\0');
	encode(buf_slice(&front), password, SLICE_LIT(""), out);
}

void
sasl_xoauth2(const char *user, struct slice token, struct buf *out)
{
	AUTO(buf_release) struct buf front = BUF_INIT;

	buf_addf(&front, "user=%s\001auth=Bearer ", user);
	encode(buf_slice(&front), token, SLICE_LIT("\001\001"), out);
}
