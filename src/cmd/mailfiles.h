/* SPDX-License-Identifier: MIT */
/*
 * mailfiles - the messages that operands name: files, mbox files, Maildirs,
 * directories (with what lies below them), and "-" for standard input.
 *
 * What can't be read is reported to stderr, counted, and the rest goes on.
 * In directories names that begin with a dot are left out, and of a Maildir
 * its tmp/; order is by bytes of the names.
 */
#ifndef CMD_MAILFILES_H
#define CMD_MAILFILES_H

#include "base/slice.h"

struct mailfile {
	const char *name;		/* as shown: "a.mbox[3]" for one of several */
	struct slice bytes;		/* of the message, mapped */
	int fd;				/* a descriptor that has them ... */
	uint64_t offset;		/* ... from here on */
};

struct mailfiles_count {
	uint64_t messages, failed;	/* failed: files that could not be read */
};

/* Call f for each message; false stops. */
void mailfiles_each(char *const *operand, int n,
    bool (*f)(void *arg, const struct mailfile *m), void *arg,
    struct mailfiles_count *out);

/*
 * How many messages mailfiles_each() would find, for a progress line; 0 when
 * that can't be told without using them up (standard input, a pipe).  Nothing
 * is reported.
 */
uint64_t mailfiles_count(char *const *operand, int n);

/*
 * Cut the next message of an mbox off the front of *rest; false at the end.
 * `From ` lines and the empty line in front of each do not belong to it.
 * Bytes that do not begin with "From " are one message.
 */
bool mbox_next(struct slice *rest, struct slice *message);

#endif
