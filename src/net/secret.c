/* SPDX-License-Identifier: MIT */
#include "net/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

enum {
	SECRET_MAX = 8192,
	SHOWN_MAX = 8,			/* this much in a row gives it away */
	COMMAND_TIME = 30000,		/* ms */
};

/* A command that runs; ended in any case when it goes out of scope. */
struct command {
	pid_t pid;			/* 0: none */
	int pidfd;			/* readable once it has ended */
	int out;			/* its standard output */
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

/* In the child, after fork: only async-signal-safe calls until exec. */
NORETURN static void
run_child(const char *const *argv, int out, pid_t parent)
{
	static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"
	    "/usr/bin:/sbin:/bin";
	static char *env[] = { path, NULL };
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t none;
	int null;

	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &dfl, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	if ((null = open("/dev/null", O_RDWR)) < 0 || dup2(out, 1) < 0 ||
	    dup2(null, 0) < 0 || dup2(null, 2) < 0 ||
	    close_range(3, ~0U, 0) < 0)
		_exit(127);
	environ = env;
	/* argv is not changed by exec; its type is older than const. */
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static int
command_start(const char *const *argv, struct command *c, struct err *e)
{
	pid_t parent = getpid();
	int p[2];

	if (pipe2(p, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_errno(e, ERR_TEMP, "cannot run '%s'", argv[0]);
	c->out = p[0];
	/* Only our end may be non-blocking: the command knows nothing of it. */
	if (fcntl(p[1], F_SETFL, 0) < 0 || (c->pid = fork()) < 0) {
		c->pid = 0;
		close(p[1]);
		return err_errno(e, ERR_TEMP, "cannot run '%s'", argv[0]);
	}
	if (c->pid == 0)
		run_child(argv, p[1], parent);
	close(p[1]);
	if ((c->pidfd = pidfd_open(c->pid, 0)) < 0)
		return err_errno(e, ERR_TEMP, "cannot wait for '%s'", argv[0]);
	return 0;
}

/* Kill what is left of it, with all that it started, and reap it. */
static void
command_end(struct command *c)
{
	if (c->pid > 0) {
		kill(-c->pid, SIGKILL);
		kill(c->pid, SIGKILL);
		while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	fd_close(&c->pidfd);
	fd_close(&c->out);
	c->pid = 0;
}

/* All that is in the pipe now; at its end p->fd becomes -1. */
static int
command_drain(struct pollfd *p, const char *name, struct buf *out, struct err *e)
{
	while (p->fd >= 0) {
		int more = take(p->fd, out);

		if (more == 0)
			p->fd = -1;
		else if (more < 0 && errno == EAGAIN)
			return 0;
		else if (more < 0 && errno == EFBIG)
			return err_set(e, ERR_CONFIG, "'%s' wrote more than %d bytes",
			    name, SECRET_MAX);
		else if (more < 0)
			return err_errno(e, ERR_TEMP, "cannot read from '%s'", name);
	}
	return 0;
}

/*
 * Read until the command itself has ended: a child of its that keeps the pipe
 * open is not waited for.
 */
static int
command_read(const struct command *c, const char *name, int64_t timeout_ms,
    struct buf *out, struct err *e)
{
	int64_t deadline = clock_mono_ms() + timeout_ms;
	struct pollfd p[2] = { { c->pidfd, POLLIN, 0 }, { c->out, POLLIN, 0 } };
	bool ended = false;

	while (!ended) {
		int64_t left = deadline - clock_mono_ms();

		if (left <= 0)
			return err_set(e, ERR_TEMP, "'%s' has not ended after %lld s",
			    name, (long long)(timeout_ms / 1000));
		if (poll(p, NELEM(p), (int)left) < 0) {
			if (errno == EINTR)
				continue;
			return err_errno(e, ERR_TEMP, "cannot wait for '%s'", name);
		}
		/* Asked before reading: what it wrote last is then in the pipe. */
		ended = (p[0].revents & POLLIN) != 0;
		if (command_drain(&p[1], name, out, e) < 0)
			return -1;
	}
	return 0;
}

static int
from_command(const char *const *argv, int64_t timeout_ms, struct buf *out,
    struct err *e)
{
	AUTO(command_end) struct command c = { 0, -1, -1 };
	siginfo_t info = { 0 };

	secret_begin(out);
	if (command_start(argv, &c, e) < 0 ||
	    command_read(&c, argv[0], timeout_ms, out, e) < 0)
		return -1;
	if (waitid(P_PIDFD, (id_t)c.pidfd, &info, WEXITED | WNOWAIT) < 0)
		return err_errno(e, ERR_TEMP, "cannot wait for '%s'", argv[0]);
	if (info.si_code != CLD_EXITED)
		return err_set(e, ERR_TEMP, "'%s' was killed by signal %d", argv[0],
		    info.si_status);
	if (info.si_status == 127)
		return err_set(e, ERR_TEMP, "'%s' could not be run", argv[0]);
	if (info.si_status != 0)
		return err_set(e, ERR_TEMP, "'%s' ended with status %d", argv[0],
		    info.si_status);
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
