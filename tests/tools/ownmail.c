/* SPDX-License-Identifier: MIT */
/*
 * ownmail - put a message of our own into a spool, for the tests of what the
 * engine makes of two with one key.
 *
 *	ownmail SPOOL KEY RECIPIENT <message
 *
 * It prints the id.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "state/spool.h"

enum { MESSAGE_MAX = 1 << 20 };

int
main(int argc, char *argv[])
{
	AUTO(spool_close) struct spool *sp = NULL;
	AUTO(buf_release) struct buf message = BUF_INIT;
	struct envelope env = { .kind = ENVELOPE_OWN, .n_own_rcpt = 1 };
	struct err e = ERR_INIT;
	char chunk[4096];
	ssize_t n;

	if (argc != 4) {
		(void)fprintf(stderr, "usage: ownmail SPOOL KEY RECIPIENT <message\n");
		return 2;
	}
	while (message.len < MESSAGE_MAX &&
	    (n = fd_read(STDIN_FILENO, chunk, sizeof chunk)) > 0)
		buf_add(&message, chunk, (size_t)n);
	(void)snprintf(env.own_key, sizeof env.own_key, "%s", argv[2]);
	(void)snprintf(env.own_rcpt[0], sizeof env.own_rcpt[0], "%s", argv[3]);
	(void)snprintf(env.recipient, sizeof env.recipient, "%s", argv[3]);
	if (spool_open(argv[1], &sp, &e) < 0 ||
	    spool_submit_own(sp, &env, buf_slice(&message), &e) < 0) {
		(void)fprintf(stderr, "ownmail: %s\n", e.text);
		return 1;
	}
	spool_poke(sp);
	(void)printf("%s\n", env.id);
	return 0;
}
