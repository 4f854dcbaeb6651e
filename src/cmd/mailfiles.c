/* SPDX-License-Identifier: MIT */
#include "cmd/mailfiles.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"

enum { DEPTH_MAX = 32 };		/* of directories */

struct list {
	struct arena *a;
	const char **name;
	size_t n, cap;
	uint64_t failed;
	bool quiet;			/* who counts complains of nothing */
};

/* ---- which files ---- */

static void
add_file(struct list *l, const char *path)
{
	l->name = arena_grow(l->a, l->name, l->n, &l->cap, sizeof *l->name);
	l->name[l->n++] = arena_strdup(l->a, path);
}

static bool
is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool
is_maildir(const char *dir)
{
	AUTO(xfree) char *cur = path_join(dir, "cur");
	AUTO(xfree) char *new = path_join(dir, "new");

	return is_directory(cur) && is_directory(new);
}

/* Links to directories are not followed: they may lead round in circles. */
static bool
is_link_to_directory(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode) && is_directory(path);
}

/*
 * In a directory a FIFO would be waited for, and a device read, for ever: they
 * are for who names them.
 */
static bool
is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static void
add_found(struct list *l, const char *path)
{
	if (!is_special(path)) {
		add_file(l, path);
		return;
	}
	if (!l->quiet)
		cmd_warn("'%s' is not a regular file", path);
	l->failed++;
}

static void
add_directory(struct list *l, const char *dir, int depth)
{
	AUTO(names_release) struct names names = { NULL, 0 };
	bool maildir = is_maildir(dir);
	struct err e = ERR_INIT;

	if (depth > DEPTH_MAX ||
	    dir_names(AT_FDCWD, dir, &names, &e) < 0) {
		if (!l->quiet)
			cmd_warn("%s", depth > DEPTH_MAX ?
			    "directories are nested too deep" : e.text);
		l->failed++;
		return;
	}
	for (size_t i = 0; i < names.n; i++) {
		AUTO(xfree) char *path = xasprintf("%s/%s", dir, names.name[i]);

		if (names.name[i][0] == '.' || is_link_to_directory(path) ||
		    (maildir && strcmp(names.name[i], "tmp") == 0))
			continue;
		if (is_directory(path))
			add_directory(l, path, depth + 1);
		else if (!maildir)	/* beside cur/ and new/ lies no mail */
			add_found(l, path);
	}
}

static void
add_operand(struct list *l, const char *operand)
{
	size_t before = l->n;
	uint64_t failed = l->failed;

	if (strcmp(operand, "-") == 0 || !is_directory(operand)) {
		add_file(l, operand);
		return;
	}
	add_directory(l, operand, 0);
	if (l->n == before && l->failed == failed) {
		if (!l->quiet)
			cmd_warn("no messages in '%s'", operand);
		l->failed++;
	}
}

/* ---- one file ---- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * "From x@y Sat Nov 28 18:47:01 2026": a time and a year set it apart from a
 * sentence that begins so.
 */
static bool
is_from_line(struct slice line)
{
	bool time = false, year = false;

	if (!slice_starts(line, "From "))
		return false;
	for (size_t i = 5; i + 5 <= line.len; i++) {
		const char *p = line.ptr + i;

		time |= p[2] == ':' && is_digit(p[0]) && is_digit(p[1]) &&
		    is_digit(p[3]) && is_digit(p[4]);
		year |= time && p[0] == ' ' && is_digit(p[1]) && is_digit(p[2]) &&
		    is_digit(p[3]) && is_digit(p[4]);
	}
	return time && year;
}

static struct slice
line_at(struct slice s, size_t at)
{
	struct slice rest = slice_sub(s, at, s.len);
	size_t end = slice_find(rest, '\n');

	return slice_sub(rest, 0, end == SIZE_MAX ? rest.len : end + 1);
}

static bool
is_empty_line(struct slice line)
{
	return slice_eq_str(line, "\n") || slice_eq_str(line, "\r\n");
}

bool
mbox_next(struct slice *rest, struct slice *message)
{
	size_t start, at;
	bool empty = false;

	if (rest->len == 0)
		return false;
	if (!slice_starts(*rest, "From ")) {
		*message = *rest;
		*rest = slice_sub(*rest, rest->len, rest->len);
		return true;
	}
	start = line_at(*rest, 0).len;
	for (at = start; at < rest->len;) {
		struct slice line = line_at(*rest, at);

		if (empty && is_from_line(line))
			break;
		empty = is_empty_line(line);
		at += line.len;
	}
	*message = slice_sub(*rest, start, at);
	/* The empty line in front of the next one is the mbox' own. */
	if (at < rest->len || empty) {
		if (message->len > 0 && message->ptr[message->len - 1] == '\n')
			message->len--;
		if (message->len > 0 && message->ptr[message->len - 1] == '\r')
			message->len--;
	}
	*rest = slice_sub(*rest, at, rest->len);
	return true;
}

/* What can't be mapped (standard input, a pipe) goes to memory first. */
static int
copy_to_memory(int from, const char *name, struct err *e)
{
	AUTO(fd_close) int fd = memfd_create("mroute-message", MFD_CLOEXEC);
	char chunk[65536];
	ssize_t n;
	int out;

	if (fd < 0)
		return err_errno(e, ERR_TEMP, "cannot keep '%s' in memory", name);
	while ((n = fd_read(from, chunk, sizeof chunk)) > 0)
		if (fd_write_all(fd, chunk, (size_t)n) < 0)
			return err_errno(e, ERR_TEMP,
			    "cannot keep '%s' in memory", name);
	if (n < 0)
		return err_errno(e, ERR_TEMP, "cannot read '%s'", name);
	out = fd;
	fd = -1;
	return out;
}

static int
open_file(const char *name, struct err *e)
{
	AUTO(fd_close) int fd = -1;
	struct stat st;
	int out;

	if (strcmp(name, "-") == 0)
		return copy_to_memory(STDIN_FILENO, name, e);
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_errno(e, errno == ENOENT ? ERR_ABSENT : ERR_TEMP,
		    "cannot open '%s'", name);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return copy_to_memory(fd, name, e);
	out = fd;
	fd = -1;
	return out;
}

struct walk {
	bool (*f)(void *arg, const struct mailfile *m);
	void *arg;
	struct mailfiles_count *count;
};

/*
 * An mbox may be larger than memory, and need not stay there behind us: gives
 * back whole pages of bytes from *kept on, a megabyte at a time.
 */
static void
give_back(struct slice bytes, size_t *kept, size_t behind)
{
	size_t pages = behind & ~((size_t)sysconf(_SC_PAGESIZE) - 1);

	if (pages < *kept + (1 << 20))
		return;
	(void)madvise((char *)(uintptr_t)bytes.ptr + *kept, pages - *kept,
	    MADV_DONTNEED);
	*kept = pages;
}

/* All messages of one file; false stops. */
static bool
each_message(struct walk *w, const char *name, int fd, struct slice bytes)
{
	struct slice rest = bytes, message;
	struct mailfile m = { name, bytes, fd, 0 };
	size_t kept = 0;
	unsigned n = 0;

	if (!slice_starts(bytes, "From ")) {
		w->count->messages++;
		return w->f(w->arg, &m);
	}
	while (mbox_next(&rest, &message)) {
		AUTO(xfree) char *shown = xasprintf("%s[%u]", name, ++n);

		m.name = n == 1 && rest.len == 0 ? name : shown;
		m.bytes = message;
		m.offset = (uint64_t)(message.ptr - bytes.ptr);
		w->count->messages++;
		if (!w->f(w->arg, &m))
			return false;
		give_back(bytes, &kept, (size_t)m.offset);
	}
	return true;
}

/* A file is mapped; another program may make it shorter meanwhile. */
NORETURN static void
became_shorter(int sig)
{
	static const char text[] = "mroute: a file became shorter while it was read; "
	    "try again with a copy of it\n";

	(void)sig;
	(void)!write(STDERR_FILENO, text, sizeof text - 1);
	_exit(CMD_TROUBLE);
}

static void
catch_shorter(void)
{
	struct sigaction sa = { .sa_handler = became_shorter };

	sigaction(SIGBUS, &sa, NULL);
}

static bool
each_file(struct walk *w, const char *name)
{
	AUTO(file_unmap) struct slice bytes = { NULL, 0 };
	AUTO(fd_close) int fd = -1;
	struct err e = ERR_INIT;

	fd = open_file(name, &e);
	if (fd >= 0 && file_map(fd, name, &bytes, &e) == 0)
		return each_message(w, name, fd, bytes);
	cmd_warn("%s", e.text);
	w->count->failed++;
	return true;
}

/* ---- all of them ---- */

static void
list_operands(struct list *l, char *const *operand, int n)
{
	for (int i = 0; i < n; i++)
		add_operand(l, operand[i]);
}

void
mailfiles_each(char *const *operand, int n,
    bool (*f)(void *arg, const struct mailfile *m), void *arg,
    struct mailfiles_count *out)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct list l = { .a = a };
	struct walk w = { f, arg, out };

	*out = (struct mailfiles_count){ 0, 0 };
	catch_shorter();
	list_operands(&l, operand, n);
	out->failed = l.failed;
	for (size_t i = 0; i < l.n; i++)
		if (!each_file(&w, l.name[i]))
			break;
}

static bool
count_one(void *arg, const struct mailfile *m)
{
	(void)arg;
	(void)m;
	return true;
}

uint64_t
mailfiles_count(char *const *operand, int n)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct list l = { .a = a, .quiet = true };
	struct mailfiles_count count = { 0, 0 };
	struct walk w = { count_one, NULL, &count };

	catch_shorter();
	list_operands(&l, operand, n);
	for (size_t i = 0; i < l.n; i++) {
		AUTO(file_unmap) struct slice bytes = { NULL, 0 };
		AUTO(fd_close) int fd = -1;
		struct err e = ERR_INIT;
		struct stat st;

		if (strcmp(l.name[i], "-") == 0 || stat(l.name[i], &st) < 0 ||
		    !S_ISREG(st.st_mode))
			return 0;
		fd = open_file(l.name[i], &e);
		if (fd >= 0 && file_map(fd, l.name[i], &bytes, &e) == 0)
			(void)each_message(&w, l.name[i], fd, bytes);
	}
	return count.messages;
}
