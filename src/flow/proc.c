/* SPDX-License-Identifier: MIT */
#include "flow/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "flow/examiner.h"
#include "flow/sender.h"

static const struct {
	const char *name;		/* argv[1]: no user would type it */
	int (*main)(void);
} roles[] = {
	[ROLE_EXAMINER] = { "(examiner)", examiner_main },
	[ROLE_SENDER] = { "(sender)", sender_main },
};

enum { EXAMINER_STACK = 64 << 20 };

/* Move a descriptor out of the way of 0 to 4. */
static int
move_up(int fd)
{
	if ((fd = fcntl(fd, F_DUPFD, 10)) < 0)
		_exit(75);
	return fd;
}

static void
move_to(int fd, int place)
{
	if (dup2(fd, place) < 0)
		_exit(75);
}

/* Between fork and exec: system calls only. */
static NORETURN void
become_child(enum proc_role role, int sock, int lock_fd, pid_t parent)
{
	static char name[] = "mroute";
	char *argv[] = { name, NULL, NULL };
	char *envp[] = { NULL };
	struct rlimit stack = { EXAMINER_STACK, EXAMINER_STACK };
	sigset_t none;
	int null;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(75);
	/* The stack's limit shapes the address space, so it is set before exec. */
	if (role == ROLE_EXAMINER && setrlimit(RLIMIT_STACK, &stack) < 0)
		_exit(75);
	if ((null = open("/dev/null", O_RDWR)) < 0)
		_exit(75);
	null = move_up(null);
	sock = move_up(sock);
	if (lock_fd >= 0)
		lock_fd = move_up(lock_fd);
	move_to(null, STDIN_FILENO);
	move_to(null, STDOUT_FILENO);
#ifndef __SANITIZE_ADDRESS__		/* a sanitizer's report is wanted */
	move_to(null, STDERR_FILENO);
#endif
	move_to(sock, PROC_CHANNEL_FD);
	if (lock_fd >= 0)
		move_to(lock_fd, PROC_LOCK_FD);
	if (close_range(lock_fd >= 0 ? PROC_LOCK_FD + 1 : PROC_CHANNEL_FD + 1,
	    ~0U, 0) < 0)
		_exit(75);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	argv[1] = (char *)(uintptr_t)roles[role].name;
	execve("/proc/self/exe", argv, envp);
	_exit(75);
}

int
proc_start(enum proc_role role, int lock_fd, struct proc *out, struct err *e)
{
	pid_t parent = getpid(), pid;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_errno(e, ERR_TEMP, "cannot make a socket pair");
	pid = fork();
	if (pid < 0) {
		err_errno(e, ERR_TEMP, "cannot start a process");
		fd_close(&pair[0]);
		fd_close(&pair[1]);
		return -1;
	}
	if (pid == 0)
		become_child(role, pair[1], lock_fd, parent);
	fd_close(&pair[1]);
	*out = (struct proc){ pid, pair[0] };
	return 0;
}

void
proc_end(struct proc *p)
{
	if (p->pid > 0) {
		kill(p->pid, SIGKILL);
		while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	p->pid = 0;
}

bool
proc_is_child(int argc, char **argv, int *status)
{
	if (argc != 2)
		return false;
	for (size_t i = 0; i < NELEM(roles); i++)
		if (strcmp(argv[1], roles[i].name) == 0) {
			*status = roles[i].main();
			return true;
		}
	return false;
}
