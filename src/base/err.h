/* SPDX-License-Identifier: MIT */
/*
 * err - why something outside of us did not work.
 *
 * A function that can fail returns -1 and fills a struct err with a kind and a
 * text that is complete enough to print: what failed first, lower case, the
 * subject in quotes, no full stop.  Only cmd turns a kind into an exit status.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/base.h"

enum err_kind {
	ERR_NONE,
	ERR_TEMP,	/* may work later: disk full, locked, not reachable */
	ERR_DATA,	/* what we read is not what it must be */
	ERR_CONFIG,	/* rules or configuration are wrong */
	ERR_USAGE,	/* the caller asked for something that makes no sense */
	ERR_ABSENT,	/* what was asked for is not there */
};

struct err {
	enum err_kind kind;
	char text[1024];
};

#define ERR_INIT { ERR_NONE, "" }

/* Both return -1, so that a function can end with them. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...) PRINTF(3, 4);

/* The same, with ": " and the text of errno behind it. */
int err_errno(struct err *e, enum err_kind kind, const char *fmt, ...) PRINTF(3, 4);

/* Put words and ": " in front of a text that is there. */
int err_prefix(struct err *e, const char *fmt, ...) PRINTF(2, 3);

#endif
