/* SPDX-License-Identifier: MIT */
#include "state/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "state/spool_impl.h"

enum {
	KEY_BYTES = 32,
	TMP_AGE_S = 3600,
};

/* ---- making and opening ---- */

static int
make_key(int dir, struct err *e)
{
	unsigned char random[KEY_BYTES];
	char text[2 * KEY_BYTES + 2];

	if (faccessat(dir, "key", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		return err_errno(e, ERR_TEMP, "no random bytes");
	for (size_t i = 0; i < KEY_BYTES; i++)
		snprintf(text + 2 * i, 4, "%02x\n", random[i]);
	return file_replace(dir, "key", slice_str(text), 0600, e);
}

static int
write_format(int dir, int64_t max_silence_ms, struct err *e)
{
	char text[DOOR_FORMAT_SIZE];
	size_t n = door_format(max_silence_ms, text);

	return file_replace(dir, "FORMAT", slice_make(text, n), 0600, e);
}

/* FORMAT comes last: without it nobody takes the directory for a spool. */
int
spool_create(const char *path, int64_t max_silence_ms, struct err *e)
{
	static const char *const subdirs[] = { "tmp", "new", "done", "hold", "ctl",
	    "fallback", "fallback/tmp", "fallback/new", "fallback/cur" };
	AUTO(fd_close) int dir = -1;
	AUTO(fd_close) int fallback = -1;
	struct stat st;

	if (dir_make(AT_FDCWD, path, 0700, e) < 0 ||
	    dir_open(AT_FDCWD, path, &dir, e) < 0)
		return -1;
	if (faccessat(dir, "FORMAT", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return err_set(e, ERR_USAGE, "'%s' is a spool already", path);
	if (fstat(dir, &st) < 0)
		return err_errno(e, ERR_TEMP, "cannot look at '%s'", path);
	if (st.st_uid != geteuid())
		return err_set(e, ERR_CONFIG, "'%s' belongs to uid %u, not to us",
		    path, (unsigned)st.st_uid);
	if (fchmod(dir, 0700) < 0)
		return err_errno(e, ERR_TEMP, "cannot set the mode of '%s'", path);
	for (size_t i = 0; i < NELEM(subdirs); i++)
		if (dir_make(dir, subdirs[i], 0700, e) < 0)
			return -1;
	if (dir_open(dir, "fallback", &fallback, e) < 0 ||
	    dir_sync(fallback, "fallback", e) < 0 || make_key(dir, e) < 0)
		return -1;
	return write_format(dir, max_silence_ms, e);
}

int
spool_open(const char *path, struct spool **out, struct err *e)
{
	struct door door = DOOR_INIT;
	struct spool *sp;

	if (door_open(path, &door, e) < 0)
		return -1;
	sp = xcalloc(1, sizeof *sp);
	sp->door = door;
	sp->path = xstrdup(path);
	sp->owner = geteuid();
	*out = sp;
	return 0;
}

void
spool_close(struct spool **sp)
{
	if (*sp == NULL)
		return;
	door_close(&(*sp)->door);
	free((*sp)->path);
	free(*sp);
	*sp = NULL;
}

const char *
spool_path(const struct spool *sp)
{
	return sp->path;
}

int
spool_dirfd(const struct spool *sp)
{
	return sp->door.dir;
}

uid_t
spool_owner(const struct spool *sp)
{
	return sp->owner;
}

int
spool_set_max_silence(struct spool *sp, int64_t ms, struct err *e)
{
	if (sp->door.max_silence_ms == ms)
		return 0;
	if (write_format(sp->door.dir, ms, e) < 0)
		return -1;
	sp->door.max_silence_ms = ms;
	return 0;
}

/* ---- the engine's signs of life ---- */

int
spool_lock(struct spool *sp, int *fd, struct err *e)
{
	int got = openat(sp->door.dir, "lock",
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (got < 0)
		return err_errno(e, ERR_TEMP, "cannot open 'lock'");
	if (flock(got, LOCK_EX | LOCK_NB) == 0) {
		*fd = got;
		return 1;
	}
	if (errno != EWOULDBLOCK) {
		err_errno(e, ERR_TEMP, "cannot lock 'lock'");
		close(got);
		return -1;
	}
	close(got);
	return 0;
}

int
spool_touch_alive(struct spool *sp, struct err *e)
{
	AUTO(fd_close) int fd = openat(sp->door.dir, "alive",
	    O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);

	if (fd < 0 || futimens(fd, NULL) < 0)
		return err_errno(e, ERR_TEMP, "cannot touch 'alive'");
	return 0;
}

int64_t
spool_alive_ms(struct spool *sp)
{
	struct stat st;

	if (fstatat(sp->door.dir, "alive", &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
}

int
spool_listen(struct spool *sp, int *fd, struct err *e)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	AUTO(fd_close) int got = -1;

	got = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (got < 0)
		return err_errno(e, ERR_TEMP, "cannot make a socket");
	if (unlinkat(sp->door.dir, "poke", 0) < 0 && errno != ENOENT)
		return err_errno(e, ERR_TEMP, "cannot remove the old 'poke'");
	/* By descriptor: the spool's path may be longer than sun_path. */
	snprintf(at.sun_path, sizeof at.sun_path, "/proc/self/fd/%d/poke",
	    sp->door.dir);
	if (bind(got, (const struct sockaddr *)&at, sizeof at) < 0)
		return err_errno(e, ERR_TEMP, "cannot listen at 'poke'");
	*fd = got;
	got = -1;
	return 0;
}

void
spool_poke(struct spool *sp)
{
	door_poke(sp->door.dir);
}

int
spool_key(struct spool *sp, char out[65], struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(fd_close) int fd = -1;
	const size_t digits = (size_t)2 * KEY_BYTES;

	fd = openat(sp->door.dir, "key",
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, errno == ENOENT ? ERR_ABSENT : ERR_TEMP,
		    "spool '%s': cannot open 'key'", sp->path);
	if (fd_slurp(fd, "key", digits + 1, &text, e) < 0)
		return err_prefix(e, "spool '%s'", sp->path);
	if (text.len < digits || strspn(text.ptr, "0123456789abcdef") != digits)
		return err_set(e, ERR_DATA, "spool '%s': 'key' is not 64 hex digits",
		    sp->path);
	memcpy(out, text.ptr, digits);
	out[digits] = '\0';
	return 0;
}

int
spool_free_percent(struct spool *sp)
{
	return door_free_percent(sp->door.dir, 0);
}

/* ---- tmp/ ---- */

void
spool_sweep_tmp(struct spool *sp)
{
	AUTO(names_release) struct names n = { NULL, 0 };
	time_t now = time(NULL);
	struct err e = ERR_INIT;
	struct stat st;

	if (dir_names(sp->door.tmp, ".", &n, &e) < 0)
		return;
	for (size_t i = 0; i < n.n; i++) {
		AUTO(fd_close) int fd = openat(sp->door.tmp, n.name[i],
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

		if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
			continue;
		if (now - st.st_mtim.tv_sec <= TMP_AGE_S)
			continue;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			(void)unlinkat(sp->door.tmp, n.name[i], 0);
	}
}

/* ---- requests ---- */

int
spool_ctl_put(struct spool *sp, const char *name, struct slice text, struct err *e)
{
	AUTO(fd_close) int ctl = -1;
	AUTO(fd_close) int fd = -1;
	AUTO(xfree) char *tmp = xasprintf("ctl.%s", name);

	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
		return err_set(e, ERR_USAGE, "'%s' can't be a request's name", name);
	if (door_open_dir(sp->door.dir, "ctl", &ctl, e) < 0)
		return -1;
	if (unlinkat(sp->door.tmp, tmp, 0) < 0 && errno != ENOENT)
		return err_errno(e, ERR_TEMP, "cannot remove 'tmp/%s'", tmp);
	fd = openat(sp->door.tmp, tmp,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || fd_write_all(fd, text.ptr, text.len) < 0 || fsync(fd) < 0)
		return err_errno(e, ERR_TEMP, "cannot write 'tmp/%s'", tmp);
	if (renameat(sp->door.tmp, tmp, ctl, name) < 0)
		return err_errno(e, ERR_TEMP, "cannot move 'tmp/%s' to ctl/", tmp);
	return dir_sync(ctl, name, e);
}
