/* SPDX-License-Identifier: MIT */
#include "cmd/pager.h"

#include <sys/ioctl.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/utf8.h"

enum { WORDS_MAX = 16 };

bool
pager_needs_shell(const char *command)
{
	/* "LESS=R less": a variable, which is not in the words behind. */
	if (strcspn(command, "=") < strcspn(command, " "))
		return true;
	for (const char *p = command; *p != '\0'; p++)
		if ((*p < 'a' || *p > 'z') && (*p < 'A' || *p > 'Z') &&
		    (*p < '0' || *p > '9') && strchr(" _./+,:%=-", *p) == NULL)
			return true;
	return false;
}

/* The command, or NULL: none is wanted. */
static const char *
pager_command(void)
{
	static const char *const names[] = { "MROUTE_PAGER", "PAGER" };
	const char *term = getenv("TERM"), *s;

	if (term == NULL || strcmp(term, "dumb") == 0)
		return NULL;
	for (size_t i = 0; i < NELEM(names); i++)
		if ((s = getenv(names[i])) != NULL)
			return s[strspn(s, " ")] == '\0' || strcmp(s, "cat") == 0 ?
			    NULL : s;
	return "less";
}

/* Does it fit above the next prompt? */
static bool
fits(struct slice text, unsigned columns)
{
	struct winsize size;
	struct slice line;
	size_t rows = 0;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row < 2)
		return true;
	while (rows < size.ws_row && slice_next(&text, '\n', &line))
		rows += 1 + (columns > 0 && line.len > columns ?
		    utf8_width(line) / columns : 0);
	return rows < size.ws_row;
}

/* argv of a command, and how many; a shell reads what only a shell can. */
static size_t
split(struct arena *a, const char *command, const char *argv[WORDS_MAX + 1])
{
	struct slice rest = slice_str(command), word;
	size_t n = 0;

	if (pager_needs_shell(command)) {
		argv[0] = "sh";
		argv[1] = "-c";
		argv[2] = command;
		argv[3] = NULL;
		return 3;
	}
	while (n < WORDS_MAX && slice_next(&rest, ' ', &word))
		if (word.len > 0)
			argv[n++] = arena_strndup(a, word.ptr, word.len);
	argv[n] = NULL;
	return n;
}

/* 0 and its process id, or -1: it could not be started. */
static int
start(const char *command, int in, int other, pid_t *pid)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const char *argv[WORDS_MAX + 1];
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	sigset_t defaults;
	int rc;

	if (split(a, command, argv) == 0)
		return -1;
	setenv("LESS", "FRX", 0);
	setenv("LV", "-c", 0);
	if (posix_spawn_file_actions_init(&fa) != 0)
		return -1;
	if (posix_spawnattr_init(&attr) != 0) {
		posix_spawn_file_actions_destroy(&fa);
		return -1;
	}
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_adddup2(&fa, in, STDIN_FILENO);
	posix_spawn_file_actions_addclose(&fa, in);
	posix_spawn_file_actions_addclose(&fa, other);
	rc = posix_spawnp(pid, argv[0], &fa, &attr, (char *const *)(uintptr_t)argv,
	    environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&fa);
	return rc == 0 ? 0 : -1;
}

/* Whoever quits the pager has seen enough: what is left is not written. */
static void
feed(int fd, struct slice text)
{
	while (text.len > 0) {
		ssize_t n = write(fd, text.ptr, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		text = slice_sub(text, (size_t)n, text.len);
	}
}

static bool
show_paged(const char *command, struct slice text)
{
	int fds[2];
	pid_t pid;

	fflush(stdout);
	if (pipe2(fds, O_CLOEXEC) < 0)
		return false;
	/* ^C is for the pager; when it ends early the pipe breaks. */
	(void)!signal(SIGINT, SIG_IGN);
	(void)!signal(SIGPIPE, SIG_IGN);
	if (start(command, fds[0], fds[1], &pid) < 0) {
		close(fds[0]);
		close(fds[1]);
		return false;
	}
	close(fds[0]);
	feed(fds[1], text);
	close(fds[1]);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return true;
}

void
pager_show(const struct cmd_call *call, struct slice text, bool paged)
{
	const char *command;

	if (paged && isatty(STDOUT_FILENO) == 1 && !fits(text, call->columns) &&
	    (command = pager_command()) != NULL && show_paged(command, text))
		return;
	fwrite(text.ptr != NULL ? text.ptr : "", 1, text.len, stdout);
}
