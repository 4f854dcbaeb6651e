/* SPDX-License-Identifier: MIT */
/*
 * xalloc - memory that is there or the process ends.
 *
 * Running out of memory is not an error that callers handle: the process logs
 * and exits with the status that xalloc_exit_status() set (75 at first, so
 * that a mail process which forgot to choose makes Postfix try again).
 * Sizes are checked: a product that overflows counts as out of memory.
 */
#ifndef BASE_XALLOC_H
#define BASE_XALLOC_H

#include "base/base.h"

void xalloc_exit_status(int status);

void *xmalloc(size_t size);			/* size 0 gives a pointer too */
void *xcalloc(size_t n, size_t size);
void *xreallocarray(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) PRINTF(1, 2);

/* AUTO(xfree) char *p: free(p) at the end of its scope. */
void xfree(void *pointer_to_pointer);

/* A bug of ours: log the text (say which invariant) and abort. */
NORETURN void bug(const char *fmt, ...) PRINTF(1, 2);

#endif
