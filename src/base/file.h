/* SPDX-License-Identifier: MIT */
/*
 * file - reading and writing whole things, and the one way to replace a file.
 *
 * Every path that names our own state is opened with O_NOFOLLOW and
 * O_CLOEXEC.  libc only: the door uses this too.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

#include <sys/stat.h>
#include <sys/types.h>

/* AUTO(fd_close) int fd = -1 */
void fd_close(int *fd);

/* read(2) that goes on after EINTR; 0 at the end, -1 with errno. */
ssize_t fd_read(int fd, void *p, size_t n);

/* All of it or -1 with errno. */
NODISCARD int fd_write_all(int fd, const void *p, size_t n);

/* The whole of an open file from its start, at most max bytes (ERR_DATA). */
NODISCARD int fd_slurp(int fd, const char *name, size_t max, struct buf *out,
    struct err *e);

/*
 * The whole regular file at path (relative to dirfd; AT_FDCWD allowed).
 * ERR_ABSENT when it is not there, ERR_DATA when longer than max or not a
 * regular file, ERR_TEMP otherwise.
 */
NODISCARD int file_read(int dirfd, const char *path, size_t max, struct buf *out,
    struct err *e);

/* The same for a file of our own state: no symbolic link, no second link. */
NODISCARD int file_read_own(int dirfd, const char *path, size_t max,
    struct buf *out, struct err *e);

/*
 * Replace dirfd/name by these bytes so that after a crash the old or the new
 * file is there: write name.tmp, sync, rename, sync the directory.
 */
NODISCARD int file_replace(int dirfd, const char *name, struct slice bytes,
    unsigned mode, struct err *e);

/*
 * The same, with the mode of the file that it replaces; root gives it to that
 * one's owner, who must be able to read it.
 */
NODISCARD int file_replace_like(int dirfd, const char *name, struct slice bytes,
    const struct stat *like, struct err *e);

/* Sync a directory by its descriptor. */
NODISCARD int dir_sync(int dirfd, const char *name, struct err *e);

/* mkdir that is content when the directory is there already. */
NODISCARD int dir_make(int dirfd, const char *name, unsigned mode, struct err *e);

/* Open a directory for openat() and fsync(). */
NODISCARD int dir_open(int dirfd, const char *name, int *out, struct err *e);

/* The names in a directory in byte order, "." and ".." left out. */
struct names {
	char **name;
	size_t n;
};
NODISCARD int dir_names(int dirfd, const char *path, struct names *out,
    struct err *e);
void names_release(struct names *n);

/*
 * The regular file behind fd, mapped read-only; an empty file gives the empty
 * slice.  file_unmap accepts that too.
 */
NODISCARD int file_map(int fd, const char *name, struct slice *out, struct err *e);
void file_unmap(struct slice *s);

/* "DIR/NAME", or NAME when it is absolute; the caller frees. */
char *path_join(const char *dir, const char *name);

#endif
