/* SPDX-License-Identifier: MIT */
#include "flow/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"

/* Computing in one thread, reading descriptors, dlopen() of a character set. */
static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(lseek),
	SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(recvmsg), SCMP_SYS(sendmsg),
	SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(stat),
	SCMP_SYS(lstat), SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
	SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(poll), SCMP_SYS(ppoll),
	SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap),
	SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex),
	SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(sched_yield),
	SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(getppid),
	SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
	SCMP_SYS(getegid), SCMP_SYS(getrusage), SCMP_SYS(times), SCMP_SYS(uname),
	SCMP_SYS(sysinfo), SCMP_SYS(getrlimit), SCMP_SYS(setrlimit),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
	SCMP_SYS(exit), SCMP_SYS(exit_group),
};

static int
set_limit(__rlimit_resource_t what, rlim_t value, struct err *e)
{
	struct rlimit r = { value, value };

	if (setrlimit(what, &r) < 0)
		return err_errno(e, ERR_TEMP, "cannot set a resource limit");
	return 0;
}

static int
enter_limits(uint64_t memory, struct err *e)
{
	if (set_limit(RLIMIT_CORE, 0, e) < 0 || set_limit(RLIMIT_FSIZE, 0, e) < 0 ||
	    set_limit(RLIMIT_NOFILE, 64, e) < 0)
		return -1;
#ifndef __SANITIZE_ADDRESS__		/* its shadow memory is terabytes of addresses */
	if (set_limit(RLIMIT_AS, (rlim_t)memory, e) < 0)
		return -1;
#else
	(void)memory;
#endif
	return 0;
}

/* Only reading, only where iconv's tables and modules are. */
static void
enter_landlock(void)
{
	static const char *const readable[] = { "/usr", "/lib", "/lib64" };
	const struct landlock_ruleset_attr attr = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE |
		    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
		    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |
		    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
		    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
		    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
		    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM,
	};
	AUTO(fd_close) int set = (int)syscall(SYS_landlock_create_ruleset, &attr,
	    sizeof attr, 0);

	if (set < 0)
		return;			/* an older kernel: seccomp alone */
	for (size_t i = 0; i < NELEM(readable); i++) {
		AUTO(fd_close) int fd = open(readable[i], O_PATH | O_CLOEXEC);
		struct landlock_path_beneath_attr below = {
			.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE |
			    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_EXECUTE,
			.parent_fd = fd,
		};

		if (fd >= 0)
			(void)syscall(SYS_landlock_add_rule, set,
			    LANDLOCK_RULE_PATH_BENEATH, &below, 0);
	}
	(void)syscall(SYS_landlock_restrict_self, set, 0);
}

/* Those that are allowed with some arguments only. */
static int
allow_some(scmp_filter_ctx ctx)
{
	static const int fcntls[] = { F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD,
	    F_GETFL };
	const scmp_datum_t mask = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;
	int r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
	    SCMP_A1(SCMP_CMP_MASKED_EQ, mask, O_RDONLY));

	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, mask, O_RDONLY));
	if (r == 0)			/* of this process only */
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
		    SCMP_A0(SCMP_CMP_EQ, 0, 0));
	/* abort() signals itself; the engine has our uid and must be out of reach. */
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
	/* Not F_SETOWN and F_SETSIG, which let the kernel signal anybody. */
	for (size_t i = 0; i < NELEM(fcntls) && r == 0; i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
		    SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)fcntls[i], 0));
	return r;
}

static int
enter_seccomp(struct err *e)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r = ctx == NULL ? -ENOMEM : 0;

	for (size_t i = 0; i < NELEM(allowed) && r == 0; i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	if (r == 0)
		r = allow_some(ctx);
	if (r == 0)
		r = seccomp_load(ctx);
	if (ctx != NULL)
		seccomp_release(ctx);
	if (r < 0)
		return err_set(e, ERR_TEMP, "cannot set the system call filter: %s",
		    strerror(-r));
	return 0;
}

int
sandbox_enter(uint64_t memory, struct err *e)
{
	if (enter_limits(memory, e) < 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_errno(e, ERR_TEMP, "cannot give up new privileges");
	enter_landlock();
	return enter_seccomp(e);
}

void
sandbox_cpu(unsigned seconds)
{
	struct rusage u;
	struct rlimit r;

	if (getrusage(RUSAGE_SELF, &u) < 0 || getrlimit(RLIMIT_CPU, &r) < 0)
		return;
	r.rlim_cur = (rlim_t)u.ru_utime.tv_sec + (rlim_t)u.ru_stime.tv_sec +
	    seconds + 1;
	(void)setrlimit(RLIMIT_CPU, &r);
}
