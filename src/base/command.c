/* SPDX-License-Identifier: MIT */
#include "base/command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

/* A command that runs; ended in any case when it goes out of scope. */
struct command {
	pid_t pid;			/* 0: none */
	int pidfd;			/* readable once it has ended */
	int out;			/* its standard output */
};

/* In the child, after fork: only async-signal-safe calls until exec. */
NORETURN static void
run_child(const char *const *argv, int in, int out, pid_t parent)
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
	    dup2(in >= 0 ? in : null, 0) < 0 || dup2(null, 2) < 0 ||
	    close_range(3, ~0U, 0) < 0)
		_exit(127);
	environ = env;
	/* argv is not changed by exec; its type is older than const. */
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static int
command_start(const char *const *argv, int in, struct command *c, struct err *e)
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
		run_child(argv, in, p[1], parent);
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
command_drain(struct pollfd *p, const char *name, size_t max, struct buf *out,
    struct err *e)
{
	while (p->fd >= 0) {
		/* There is room for one byte more than may come. */
		ssize_t n = fd_read(p->fd, out->ptr + out->len, max + 1 - out->len);

		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return err_errno(e, ERR_TEMP, "cannot read from '%s'", name);
		if (n == 0)
			p->fd = -1;
		out->len += (size_t)n;
		out->ptr[out->len] = '\0';
		if (out->len > max)
			return err_set(e, ERR_CONFIG, "'%s' wrote more than %zu bytes",
			    name, max);
	}
	return 0;
}

/*
 * Read until the command itself has ended: a child of its that keeps the pipe
 * open is not waited for.
 */
static int
command_read(const struct command *c, const char *name, int64_t timeout_ms,
    size_t max, struct buf *out, struct err *e)
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
		if (command_drain(&p[1], name, max, out, e) < 0)
			return -1;
	}
	return 0;
}

/* Run it with that descriptor as its input; -1: nothing. */
static int
command_do(const char *const *argv, int in, int64_t timeout_ms, size_t max,
    struct buf *out, int *status, struct err *e)
{
	AUTO(command_end) struct command c = { 0, -1, -1 };
	siginfo_t info = { 0 };

	/* Room for all of it at once: a buf that grows leaves copies behind. */
	buf_reset(out);
	buf_reserve(out, max + 2);
	if (command_start(argv, in, &c, e) < 0 ||
	    command_read(&c, argv[0], timeout_ms, max, out, e) < 0)
		return -1;
	if (waitid(P_PIDFD, (id_t)c.pidfd, &info, WEXITED | WNOWAIT) < 0)
		return err_errno(e, ERR_TEMP, "cannot wait for '%s'", argv[0]);
	if (info.si_code != CLD_EXITED)
		return err_set(e, ERR_TEMP, "'%s' was killed by signal %d", argv[0],
		    info.si_status);
	if (info.si_status == 127)
		return err_set(e, ERR_TEMP, "'%s' could not be run", argv[0]);
	*status = info.si_status;
	return 0;
}

int
command_run(const char *const *argv, int64_t timeout_ms, size_t max,
    struct buf *out, int *status, struct err *e)
{
	return command_do(argv, -1, timeout_ms, max, out, status, e);
}

int
command_feed(const char *const *argv, struct slice input, int64_t timeout_ms,
    size_t max, struct buf *out, int *status, struct err *e)
{
	/* A file in memory: it can't fill up as a pipe does, nor raise SIGPIPE. */
	AUTO(fd_close) int in = memfd_create("input", MFD_CLOEXEC);

	if (in < 0 || fd_write_all(in, input.ptr, input.len) < 0 ||
	    lseek(in, 0, SEEK_SET) < 0)
		return err_errno(e, ERR_TEMP, "cannot write the input of '%s'", argv[0]);
	return command_do(argv, in, timeout_ms, max, out, status, e);
}

bool
command_own_directory(struct buf *out)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);

	if (n <= 0 || (size_t)n >= sizeof path)
		return false;
	while (n > 0 && path[n - 1] != '/')
		n--;
	buf_reset(out);
	buf_add(out, path, n > 1 ? (size_t)n - 1 : (size_t)n);
	return true;
}

bool
command_beside(const char *name, struct buf *out)
{
	static const char *const beside[] = { "/../libexec/mroute/", "/" };
	AUTO(buf_release) struct buf path = BUF_INIT;
	char real[PATH_MAX];

	for (size_t i = 0; i < NELEM(beside) && command_own_directory(&path); i++) {
		buf_add_str(&path, beside[i]);
		buf_add_str(&path, name);
		if (access(buf_str(&path), X_OK) == 0 &&
		    realpath(buf_str(&path), real) != NULL) {
			buf_set(out, real);
			return true;
		}
	}
	return false;
}
