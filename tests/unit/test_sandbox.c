/* SPDX-License-Identifier: MIT */
/* P6: what the process that parses mail can't do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "base/xalloc.h"
#include "flow/sandbox.h"

enum { DENIED = 10, ALLOWED = 11, NO_SANDBOX = 12, MEMORY = 256 << 20 };

static int
denied(long r)
{
	return r < 0 && (errno == EPERM || errno == EACCES) ? DENIED : ALLOWED;
}

static int
try_socket(void)
{
	return denied(socket(AF_INET, SOCK_STREAM, 0));
}

static int
try_unix_socket(void)
{
	return denied(socket(AF_UNIX, SOCK_DGRAM, 0));
}

static int
try_connect(void)
{
	struct sockaddr sa = { .sa_family = AF_UNIX };

	return denied(connect(0, &sa, sizeof sa));
}

static int
try_exec(void)
{
	char name[] = "/bin/true";
	char *argv[] = { name, NULL };
	char *envp[] = { NULL };

	return denied(execve(name, argv, envp));
}

static int
try_fork(void)
{
	return denied(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
}

static int
try_write_open(void)
{
	return denied(open("/tmp/x", O_WRONLY));
}

static int
try_create(void)
{
	return denied(openat(AT_FDCWD, "/tmp/mroute-sandbox", O_RDONLY | O_CREAT, 0600));
}

static int
try_unlink(void)
{
	return denied(unlink("/tmp/mroute-sandbox"));
}

static int
try_rename(void)
{
	return denied(rename("/tmp/a", "/tmp/b"));
}

static int
try_kill(void)
{
	return denied(kill(getppid(), 0));
}

static int
try_signal_to_a_thread(void)
{
	return denied(syscall(SYS_tgkill, getppid(), getppid(), 0));
}

/* The kernel would send the signal to the owner when bytes come. */
static int
try_signal_by_descriptor(void)
{
	return denied(fcntl(STDERR_FILENO, F_SETOWN, getppid()));
}

static int
try_ptrace(void)
{
	return denied(syscall(SYS_ptrace, 0, 0, 0, 0));
}

static int
try_limit_of_another(void)
{
	struct rlimit r;

	return denied(syscall(SYS_prlimit64, getppid(), RLIMIT_NOFILE, NULL, &r));
}

static int
try_openat2(void)
{
	return denied(syscall(SYS_openat2, AT_FDCWD, "/etc/hostname", NULL, 0));
}

static int
try_io_uring(void)
{
	return denied(syscall(SYS_io_uring_setup, 1, NULL));
}

/* Needs Landlock; where the kernel has none this one is passed over. */
static int
try_read_elsewhere(void)
{
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 0 && errno == ENOSYS)
		return DENIED;
	return denied(open("/etc/passwd", O_RDONLY));
}

static const struct {
	const char *label;
	int (*try)(void);
} cases[] = {
	{ "socket", try_socket },
	{ "Unix socket", try_unix_socket },
	{ "connect", try_connect },
	{ "exec", try_exec },
	{ "fork", try_fork },
	{ "open for writing", try_write_open },
	{ "create", try_create },
	{ "unlink", try_unlink },
	{ "rename", try_rename },
	{ "kill", try_kill },
	{ "a signal to a thread", try_signal_to_a_thread },
	{ "a signal by a descriptor", try_signal_by_descriptor },
	{ "ptrace", try_ptrace },
	{ "limits of another process", try_limit_of_another },
	{ "openat2", try_openat2 },
	{ "io_uring", try_io_uring },
	{ "reading a file elsewhere", try_read_elsewhere },
};

/* Run f in a sandboxed child; its exit status. */
static int
in_sandbox(int (*f)(void))
{
	struct err e = ERR_INIT;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (sandbox_enter(MEMORY, &e) < 0)
			_exit(NO_SANDBOX);
		_exit(f());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void
what_parsing_does_not_need_is_denied(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		int got = in_sandbox(cases[i].try);

		if (got != DENIED)
			print_error("%s: %d\n", cases[i].label, got);
		assert_int_equal(got, DENIED);
	}
}

/* A character set that glibc loads from a file. */
static int
decode(void)
{
	char in[] = "\xa4\xa2", out[16];
	char *ip = in, *op = out;
	size_t in_left = 2, out_left = sizeof out;
	iconv_t cd = iconv_open("UTF-8", "EUC-JP");

	if (cd == (iconv_t)-1)
		return DENIED;
	if (iconv(cd, &ip, &in_left, &op, &out_left) == (size_t)-1)
		return DENIED;
	return memcmp(out, "\xe3\x81\x82", 3) == 0 ? ALLOWED : DENIED;
}

static int
allocate_and_write(void)
{
	char *p = xmalloc(1 << 20);

	memset(p, 1, 1 << 20);
	xfree(&p);
	return write(STDERR_FILENO, "", 0) == 0 ? ALLOWED : DENIED;
}

static void
what_parsing_needs_works(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(decode), ALLOWED);
	assert_int_equal(in_sandbox(allocate_and_write), ALLOWED);
}

#ifndef __SANITIZE_ADDRESS__
static int
take_too_much(void)
{
	void *p = mmap(NULL, (size_t)MEMORY * 2, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? DENIED : ALLOWED;
}

static void
memory_is_limited(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(take_too_much), DENIED);
}
#endif

static int
burn(void)
{
	sandbox_cpu(0);
	for (volatile unsigned long i = 0;; i++)
		;
	return ALLOWED;
}

static void
cpu_time_is_limited(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(burn), 1000 + SIGXCPU);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_parsing_does_not_need_is_denied),
		cmocka_unit_test(what_parsing_needs_works),
#ifndef __SANITIZE_ADDRESS__
		cmocka_unit_test(memory_is_limited),
#endif
		cmocka_unit_test(cpu_time_is_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
