/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"

void
fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

ssize_t
fd_read(int fd, void *p, size_t n)
{
	ssize_t got;

	do
		got = read(fd, p, n);
	while (got < 0 && errno == EINTR);
	return got;
}

int
fd_write_all(int fd, const void *p, size_t n)
{
	const char *s = p;

	while (n > 0) {
		ssize_t put = write(fd, s, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		if (put == 0) {
			errno = ENOSPC;
			return -1;
		}
		s += put;
		n -= (size_t)put;
	}
	return 0;
}

int
fd_slurp(int fd, const char *name, size_t max, struct buf *out, struct err *e)
{
	char chunk[16384];
	ssize_t got;

	buf_reset(out);
	while ((got = fd_read(fd, chunk, sizeof chunk)) > 0) {
		if ((size_t)got > max - out->len)
			return err_set(e, ERR_DATA,
			    "'%s' is larger than %zu bytes", name, max);
		buf_add(out, chunk, (size_t)got);
	}
	if (got < 0)
		return err_errno(e, ERR_TEMP, "cannot read '%s'", name);
	return 0;
}

/* O_NONBLOCK: a FIFO in the place of a file must not hang us. */
static int
read_regular(int dirfd, const char *path, int flags, nlink_t links, size_t max,
    struct buf *out, struct err *e)
{
	AUTO(fd_close) int fd = openat(dirfd, path,
	    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
	struct stat st;

	if (fd < 0)
		return err_errno(e, errno == ENOENT ? ERR_ABSENT : ERR_TEMP,
		    "cannot open '%s'", path);
	if (fstat(fd, &st) < 0)
		return err_errno(e, ERR_TEMP, "cannot look at '%s'", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_DATA, "'%s' is not a regular file", path);
	if (st.st_nlink > links)
		return err_set(e, ERR_DATA, "'%s' has more than one link", path);
	return fd_slurp(fd, path, max, out, e);
}

int
file_read(int dirfd, const char *path, size_t max, struct buf *out, struct err *e)
{
	return read_regular(dirfd, path, 0, (nlink_t)-1, max, out, e);
}

int
file_read_own(int dirfd, const char *path, size_t max, struct buf *out,
    struct err *e)
{
	return read_regular(dirfd, path, O_NOFOLLOW, 1, max, out, e);
}

/* like: whose owner it gets, or NULL. */
static int
write_tmp(int fd, const char *tmp, struct slice bytes, const struct stat *like,
    struct err *e)
{
	if (like != NULL && fchown(fd, like->st_uid, like->st_gid) < 0)
		return err_errno(e, ERR_TEMP, "cannot give '%s' its owner", tmp);
	if (fd_write_all(fd, bytes.ptr, bytes.len) < 0)
		return err_errno(e, ERR_TEMP, "cannot write '%s'", tmp);
	if (fsync(fd) < 0)
		return err_errno(e, ERR_TEMP, "cannot sync '%s'", tmp);
	return 0;
}

static int
replace(int dirfd, const char *name, struct slice bytes, unsigned mode,
    const struct stat *like, struct err *e)
{
	AUTO(xfree) char *tmp = xasprintf("%s.tmp", name);
	AUTO(fd_close) int fd = -1;
	int rc;

	if (unlinkat(dirfd, tmp, 0) < 0 && errno != ENOENT)
		return err_errno(e, ERR_TEMP, "cannot remove '%s'", tmp);
	fd = openat(dirfd, tmp,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, (mode_t)mode);
	if (fd < 0)
		return err_errno(e, ERR_TEMP, "cannot create '%s'", tmp);
	rc = write_tmp(fd, tmp, bytes, like, e);
	if (rc == 0 && renameat(dirfd, tmp, dirfd, name) < 0)
		rc = err_errno(e, ERR_TEMP, "cannot rename '%s' to '%s'", tmp, name);
	if (rc == 0)
		return dir_sync(dirfd, name, e);
	/* Nobody would look for what is in it. */
	(void)unlinkat(dirfd, tmp, 0);
	return rc;
}

int
file_replace(int dirfd, const char *name, struct slice bytes, unsigned mode,
    struct err *e)
{
	return replace(dirfd, name, bytes, mode, NULL, e);
}

int
file_replace_like(int dirfd, const char *name, struct slice bytes,
    const struct stat *like, struct err *e)
{
	return replace(dirfd, name, bytes, like->st_mode & 0777,
	    geteuid() == 0 ? like : NULL, e);
}

int
dir_sync(int dirfd, const char *name, struct err *e)
{
	if (fsync(dirfd) < 0)
		return err_errno(e, ERR_TEMP, "cannot sync the directory of '%s'",
		    name);
	return 0;
}

int
dir_make(int dirfd, const char *name, unsigned mode, struct err *e)
{
	if (mkdirat(dirfd, name, (mode_t)mode) < 0 && errno != EEXIST)
		return err_errno(e, ERR_TEMP, "cannot make directory '%s'", name);
	return 0;
}

int
dir_open(int dirfd, const char *name, int *out, struct err *e)
{
	int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return err_errno(e, errno == ENOENT ? ERR_ABSENT : ERR_TEMP,
		    "cannot open directory '%s'", name);
	*out = fd;
	return 0;
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
dir_names(int dirfd, const char *path, struct names *out, struct err *e)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *d;
	size_t cap = 0;
	DIR *dir;

	*out = (struct names){ NULL, 0 };
	if (fd < 0)
		return err_errno(e, errno == ENOENT ? ERR_ABSENT : ERR_TEMP,
		    "cannot open directory '%s'", path);
	if ((dir = fdopendir(fd)) == NULL) {
		close(fd);
		return err_errno(e, ERR_TEMP, "cannot read directory '%s'", path);
	}
	for (errno = 0; (d = readdir(dir)) != NULL; errno = 0) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		if (out->n == cap) {
			cap = cap == 0 ? 16 : cap * 2;
			out->name = xreallocarray(out->name, cap,
			    sizeof out->name[0]);
		}
		out->name[out->n++] = xstrdup(d->d_name);
	}
	if (errno != 0) {
		err_errno(e, ERR_TEMP, "cannot read directory '%s'", path);
		closedir(dir);
		names_release(out);
		return -1;
	}
	closedir(dir);
	if (out->n > 0)
		qsort(out->name, out->n, sizeof out->name[0], by_bytes);
	return 0;
}

void
names_release(struct names *n)
{
	for (size_t i = 0; i < n->n; i++)
		free(n->name[i]);
	free(n->name);
	*n = (struct names){ NULL, 0 };
}

int
file_map(int fd, const char *name, struct slice *out, struct err *e)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) < 0)
		return err_errno(e, ERR_TEMP, "cannot look at '%s'", name);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_DATA, "'%s' is not a regular file", name);
	if (st.st_size == 0) {
		*out = (struct slice){ NULL, 0 };
		return 0;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_errno(e, ERR_TEMP, "cannot map '%s'", name);
	*out = (struct slice){ p, (size_t)st.st_size };
	return 0;
}

void
file_unmap(struct slice *s)
{
	if (s->len > 0)
		munmap((void *)(uintptr_t)s->ptr, s->len);
	*s = (struct slice){ NULL, 0 };
}

char *
path_join(const char *dir, const char *name)
{
	if (name[0] == '/' || dir[0] == '\0' || strcmp(dir, ".") == 0)
		return xstrdup(name);
	return xasprintf("%s/%s", dir, name);
}
