/* SPDX-License-Identifier: MIT */
#include "net/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/command.h"
#include "base/file.h"

enum {
	SECRET_MAX = 8192,
	SHOWN_MAX = 8,			/* this much in a row gives it away */
	COMMAND_TIME = 30000,		/* ms */
};

void
secret_wipe(struct buf *secret)
{
	if (secret->ptr != NULL)
		explicit_bzero(secret->ptr, secret->cap);
	buf_release(secret);
}

bool
secret_shows(struct slice text, struct slice secret)
{
	size_t n = MIN(secret.len, (size_t)SHOWN_MAX);

	if (n == 0)
		return false;
	for (size_t i = 0; i + n <= secret.len; i++)
		if (slice_find_slice(text, slice_sub(secret, i, i + n)) != SIZE_MAX)
			return true;
	return false;
}

/* Room for all of it at once: a buf that grows would leave copies behind. */
static void
secret_begin(struct buf *out)
{
	secret_wipe(out);
	buf_reserve(out, SECRET_MAX + 1);
}

/*
 * What is there now goes to the end of out.  1: there may be more, 0: end of
 * file, -1: errno, or EFBIG when it gets too long.
 */
static int
take(int fd, struct buf *out)
{
	ssize_t n = fd_read(fd, out->ptr + out->len, SECRET_MAX + 1 - out->len);

	if (n < 0)
		return -1;
	out->len += (size_t)n;
	out->ptr[out->len] = '\0';
	if (out->len > SECRET_MAX) {
		errno = EFBIG;
		return -1;
	}
	return n > 0;
}

/* One line, not empty. */
static int
finish(struct buf *out, const char *source, struct err *e)
{
	if (out->len > 0 && out->ptr[out->len - 1] == '\n')
		out->len--;
	if (out->len > 0 && out->ptr[out->len - 1] == '\r')
		out->len--;
	out->ptr[out->len] = '\0';
	if (out->len == 0)
		return err_set(e, ERR_CONFIG, "the secret from '%s' is empty", source);
	for (size_t i = 0; i < out->len; i++)
		if (out->ptr[i] == '\0' || out->ptr[i] == '\n' || out->ptr[i] == '\r')
			return err_set(e, ERR_CONFIG,
			    "the secret from '%s' is more than one line", source);
	return 0;
}

static int
from_file(const char *path, struct buf *out, struct err *e)
{
	AUTO(fd_close) int fd = -1;
	struct stat st;
	int more;

	/* O_NONBLOCK: a FIFO in the place of the file must not hang us. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return err_errno(e, errno == ENOENT ? ERR_ABSENT : ERR_TEMP,
		    "cannot open '%s'", path);
	if (fstat(fd, &st) < 0)
		return err_errno(e, ERR_TEMP, "cannot look at '%s'", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_CONFIG, "'%s' is not a regular file", path);
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return err_set(e, ERR_CONFIG,
		    "'%s' must belong to root or to the user that mroute runs as",
		    path);
	if (st.st_mode & (S_IRWXO | S_IWGRP))
		return err_set(e, ERR_CONFIG, "'%s' can be read or changed by others:"
		    " chmod 0640 or stricter", path);
	secret_begin(out);
	while ((more = take(fd, out)) > 0)
		;
	if (more < 0 && errno == EFBIG)
		return err_set(e, ERR_CONFIG, "'%s' is larger than %d bytes", path,
		    SECRET_MAX);
	if (more < 0)
		return err_errno(e, ERR_TEMP, "cannot read '%s'", path);
	return finish(out, path, e);
}

static int
from_command(const char *const *argv, int64_t timeout_ms, struct buf *out,
    struct err *e)
{
	int status;

	secret_wipe(out);
	if (command_run(argv, timeout_ms, SECRET_MAX, out, &status, e) < 0)
		return -1;
	if (status != 0)
		return err_set(e, ERR_TEMP, "'%s' ended with status %d", argv[0],
		    status);
	return finish(out, argv[0], e);
}

int
secret_get_within(const struct config_server *srv, int64_t timeout_ms,
    struct buf *out, struct err *e)
{
	int r;

	if (srv->auth == AUTH_XOAUTH2 && srv->token_command != NULL)
		r = from_command(srv->token_command, timeout_ms, out, e);
	else if (srv->password_file != NULL)
		r = from_file(srv->password_file, out, e);
	else if (srv->password_command != NULL)
		r = from_command(srv->password_command, timeout_ms, out, e);
	else
		r = err_set(e, ERR_CONFIG, "'%s' has a user, but no %s",
		    srv->name, srv->auth == AUTH_XOAUTH2 ? "token-command" :
		    "password-file or password-command");
	if (r < 0)
		secret_wipe(out);
	return r;
}

int
secret_get(const struct config_server *srv, struct buf *out, struct err *e)
{
	return secret_get_within(srv, COMMAND_TIME, out, e);
}
