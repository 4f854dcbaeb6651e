/* SPDX-License-Identifier: MIT */
#include "state/door.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include "state/spoolfile.h"

static const char format_text[] = "mroute spool 1\nowner %u\nmax-silence-ms %" PRId64 "\n";

/* ---- the spool ---- */

static int64_t
mtime_ms(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
}

static int
not_ours(const char *name, uid_t owner, struct err *e)
{
	return err_set(e, ERR_CONFIG,
	    "'%s' belongs to uid %u and we are uid %u: run this as its owner", name,
	    (unsigned)owner, (unsigned)geteuid());
}

static int
cannot_open_dir(int dirfd, const char *name, struct err *e)
{
	int why = errno;
	struct stat st;

	/* Closed to us as it should be: then say whose it is. */
	if (why == EACCES && fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_uid != geteuid())
		return not_ours(name, st.st_uid, e);
	if (why == ENOTDIR || why == ELOOP)
		return err_set(e, ERR_CONFIG,
		    "'%s' is a symbolic link, or no directory", name);
	errno = why;
	return err_errno(e, why == ENOENT ? ERR_ABSENT : ERR_TEMP,
	    "cannot open directory '%s'", name);
}

int
door_open_dir(int dirfd, const char *name, int *out, struct err *e)
{
	struct stat st;
	int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return cannot_open_dir(dirfd, name, e);
	if (fstat(fd, &st) < 0) {
		err_errno(e, ERR_TEMP, "cannot look at '%s'", name);
	} else if (st.st_uid != geteuid()) {
		not_ours(name, st.st_uid, e);
	} else if ((st.st_mode & 0777) != 0700) {
		err_set(e, ERR_CONFIG, "'%s' has mode %04o: it must be 0700 (chmod 700)",
		    name, (unsigned)st.st_mode & 0777);
	} else {
		*out = fd;
		return 0;
	}
	close(fd);
	return -1;
}

/* The directory itself, not what a link of that name points to. */
static int
open_top(const char *path, int *out, struct err *e)
{
	char name[PATH_MAX];
	size_t len = strlen(path);

	/* With a slash at its end the kernel follows the link all the same. */
	while (len > 1 && path[len - 1] == '/')
		len--;
	if (len == 0 || len >= sizeof name)
		return err_set(e, ERR_CONFIG,
		    "the spool's path is empty or too long");
	memcpy(name, path, len);
	name[len] = '\0';
	return door_open_dir(AT_FDCWD, name, out, e);
}

size_t
door_format(int64_t max_silence_ms, char out[DOOR_FORMAT_SIZE])
{
	return (size_t)snprintf(out, DOOR_FORMAT_SIZE, format_text,
	    (unsigned)geteuid(), max_silence_ms);
}

/* Read max-silence out of text that must be what door_format() writes. */
static int
parse_format(const char *text, size_t len, int64_t *max_silence_ms, struct err *e)
{
	static const char key[] = "\nmax-silence-ms ";
	const char *value = strstr(text, key);
	char want[DOOR_FORMAT_SIZE];

	if (value == NULL)
		return err_set(e, ERR_DATA, "FORMAT is damaged");
	errno = 0;
	*max_silence_ms = strtoll(value + sizeof key - 1, NULL, 10);
	if (errno != 0 || *max_silence_ms < 0 ||
	    door_format(*max_silence_ms, want) != len || memcmp(want, text, len) != 0)
		return err_set(e, ERR_DATA,
		    "FORMAT is damaged, of another version, or names another owner");
	return 0;
}

static int
read_format(struct door *d, struct err *e)
{
	char text[DOOR_FORMAT_SIZE];
	struct stat st;
	ssize_t len = -1;
	int fd;

	/* O_NONBLOCK: a FIFO of that name must not hang us. */
	fd = openat(d->dir, "FORMAT", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return err_set(e, ERR_ABSENT,
		    "no FORMAT in it, so it is no spool: `mroute init` makes one");
	if (fd < 0)
		return err_errno(e, ERR_TEMP, "cannot open FORMAT");
	if (fstat(fd, &st) == 0)
		len = read(fd, text, sizeof text - 1);
	close(fd);
	if (len < 0)
		return err_errno(e, ERR_TEMP, "cannot read FORMAT");
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_DATA, "FORMAT is not a regular file");
	if (st.st_uid != geteuid())
		return err_set(e, ERR_DATA, "it belongs to uid %u, and FORMAT in it to "
		    "uid %u: one user owns all of it (chown -R)",
		    (unsigned)geteuid(), (unsigned)st.st_uid);
	text[len] = '\0';
	d->made_ms = mtime_ms(&st);
	return parse_format(text, (size_t)len, &d->max_silence_ms, e);
}

int
door_open(const char *path, struct door *out, struct err *e)
{
	AUTO(door_close) struct door d = DOOR_INIT;

	if (open_top(path, &d.dir, e) < 0)
		return -1;
	if (read_format(&d, e) < 0 || door_open_dir(d.dir, "tmp", &d.tmp, e) < 0 ||
	    door_open_dir(d.dir, "new", &d.new, e) < 0)
		return err_prefix(e, "spool '%s'", path);
	*out = d;
	d = (struct door)DOOR_INIT;
	return 0;
}

void
door_close(struct door *d)
{
	if (d->dir >= 0)
		close(d->dir);
	if (d->tmp >= 0)
		close(d->tmp);
	if (d->new >= 0)
		close(d->new);
	*d = (struct door)DOOR_INIT;
}

int
door_check_alive(const struct door *d, int64_t now_ms, struct err *e)
{
	int64_t last = d->made_ms;
	struct stat st;

	if (d->max_silence_ms == 0)
		return 0;
	if (fstatat(d->dir, "alive", &st, AT_SYMLINK_NOFOLLOW) == 0)
		last = mtime_ms(&st);
	else if (errno != ENOENT)
		return err_errno(e, ERR_TEMP, "cannot look at 'alive'");
	if (now_ms - last > d->max_silence_ms)
		return err_set(e, ERR_TEMP,
		    "no engine for %" PRId64 " s: start `mroute run`",
		    (now_ms - last) / 1000);
	return 0;
}

int
door_free_percent(int dirfd, uint64_t more)
{
	uint64_t percent = 100;
	struct statvfs v;

	if (fstatvfs(dirfd, &v) < 0 || v.f_blocks == 0 || v.f_frsize == 0)
		return 100;
	more = MIN(more / v.f_frsize, v.f_bavail);
	percent = (v.f_bavail - more) * 100 / v.f_blocks;
	/* Some file systems have no fixed number of inodes and say 0. */
	if (v.f_files > 0)
		percent = MIN(percent, v.f_favail * 100 / v.f_files);
	return (int)MIN(percent, 100);
}

void
door_poke(int dirfd)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	/* By descriptor: a spool's path may be longer than sun_path. */
	snprintf(to.sun_path, sizeof to.sun_path, "/proc/self/fd/%d/poke", dirfd);
	(void)!sendto(fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL,
	    (const struct sockaddr *)&to, sizeof to);
	close(fd);
}

/* ---- one message ---- */

int
door_begin(const struct door *d, const struct envelope *env,
    struct door_entry *out, struct err *e)
{
	out->door = NULL;
	memcpy(out->id, env->id, sizeof out->id);
	out->committed = out->flushed = false;
	out->size = out->lines = 0;
	out->fd = openat(d->tmp, out->id,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (out->fd < 0)
		return err_errno(e, ERR_TEMP, "cannot create 'tmp/%s'", out->id);
	out->door = d;
	if (flock(out->fd, LOCK_EX | LOCK_NB) < 0)
		return err_errno(e, ERR_TEMP, "cannot lock 'tmp/%s'", out->id);
	out->header = out->used = spoolfile_encode(env, out->chunk, &out->crc);
	return 0;
}

static int
write_all(struct door_entry *en, const char *p, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t put = write(en->fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_errno(e, ERR_TEMP, "cannot write 'tmp/%s'", en->id);
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

static int
flush(struct door_entry *en, struct err *e)
{
	if (write_all(en, en->chunk, en->used, e) < 0)
		return -1;
	en->used = 0;
	en->flushed = true;
	return 0;
}

/* n more bytes of the message stand in chunk. */
static int
took(struct door_entry *en, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		en->lines += en->chunk[en->used + i] == '\n';
	en->used += n;
	en->size += n;
	if (en->size > DOOR_MESSAGE_MAX)
		return err_set(e, ERR_DATA, "the message is larger than %" PRIu64
		    " bytes", DOOR_MESSAGE_MAX);
	return en->used == sizeof en->chunk ? flush(en, e) : 0;
}

int
door_copy(struct door_entry *en, int fd, struct err *e)
{
	for (;;) {
		ssize_t n = read(fd, en->chunk + en->used, sizeof en->chunk - en->used);

		if (n == 0)
			return 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(e, ERR_TEMP, "cannot read the message");
		if (took(en, (size_t)n, e) < 0)
			return -1;
	}
}

int
door_write(struct door_entry *en, const char *p, size_t n, struct err *e)
{
	while (n > 0) {
		size_t part = MIN(n, sizeof en->chunk - en->used);

		memcpy(en->chunk + en->used, p, part);
		p += part;
		n -= part;
		if (took(en, part, e) < 0)
			return -1;
	}
	return 0;
}

int
door_sync(struct door_entry *en, struct err *e)
{
	char line[SPOOLFILE_LINE];

	spoolfile_seal(en->header, en->size, en->crc, line);
	if (!en->flushed)
		memcpy(en->chunk, line, sizeof line);
	else if (pwrite(en->fd, line, sizeof line, 0) != (ssize_t)sizeof line)
		return err_errno(e, ERR_TEMP, "cannot write 'tmp/%s'", en->id);
	if (flush(en, e) < 0)
		return -1;
	if (fsync(en->fd) < 0)
		return err_errno(e, ERR_TEMP, "cannot sync 'tmp/%s'", en->id);
	return 0;
}

/*
 * After the rename and before the directory is on the disk we can't know
 * what a crash leaves; the engine may have the message already.  So a failure
 * here touches nothing: the sender keeps its copy, and at worst the message comes again, which
 * is recognised (P3).
 */
int
door_commit(struct door_entry *en, struct err *e)
{
	if (renameat(en->door->tmp, en->id, en->door->new, en->id) < 0)
		return err_errno(e, ERR_TEMP, "cannot move 'tmp/%s' to new/", en->id);
	en->committed = true;
	if (fsync(en->door->new) < 0)
		return err_errno(e, ERR_TEMP, "cannot sync new/");
	return 0;
}

void
door_end(struct door_entry *en)
{
	if (en->door == NULL)
		return;
	if (!en->committed)
		unlinkat(en->door->tmp, en->id, 0);
	close(en->fd);
	en->door = NULL;
}
