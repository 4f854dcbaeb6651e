/* SPDX-License-Identifier: MIT */
/*
 * measure - what a command costs: measure COMMAND [ARG...]
 *
 * Prints `US CPU RSS READS KB STATUS` on one line: wall time and processor time in
 * microseconds, the peak of its memory in KB, read calls and what they read in KB, and
 * its exit status. What
 * the command prints goes to /dev/null. Small itself, since a child's peak starts
 * with what its parent had.
 */
#include <sys/resource.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long long
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static long long
cpu_us(const struct rusage *use)
{
	return (long long)(use->ru_utime.tv_sec + use->ru_stime.tv_sec) * 1000000 +
	    use->ru_utime.tv_usec + use->ru_stime.tv_usec;
}

/* A child that has ended and was not waited for still tells. */
static long long
io_of(pid_t pid, const char *name)
{
	char path[64], line[128];
	long long value = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/io", (int)pid);
	if ((f = fopen(path, "re")) == NULL)
		return -1;
	while (fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtoll(line + strlen(name), NULL, 10);
	fclose(f);
	return value;
}

static void
run(char **argv)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	dup2(null, STDOUT_FILENO);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

int
main(int argc, char **argv)
{
	long long begin = now_us(), reads, bytes;
	struct rusage use;
	siginfo_t info;
	int status;
	pid_t pid;

	if (argc < 2 || (pid = fork()) < 0)
		return 2;
	if (pid == 0)
		run(argv + 1);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	begin = now_us() - begin;
	reads = io_of(pid, "syscr: ");
	bytes = io_of(pid, "rchar: ");
	if (wait4(pid, &status, 0, &use) != pid)
		return 2;
	status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
	printf("%lld %lld %ld %lld %lld %d\n", begin, cpu_us(&use), use.ru_maxrss, reads,
	    bytes / 1024, status);
	return 0;
}
