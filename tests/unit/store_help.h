/* SPDX-License-Identifier: MIT */
/*
 * store_help - what the tests of the store share besides records.h.
 */
#ifndef TESTS_STORE_HELP_H
#define TESTS_STORE_HELP_H

#include "records.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>

static UNUSED struct store *
open_store(struct fixture *f, enum store_mode mode)
{
	struct store *st = NULL;

	OK(store_open(f->sp, mode, &st, &E));
	return st;
}

static UNUSED bool
usable(struct store *st)
{
	const char *why;

	return store_usable(st, &why);
}

static UNUSED void
put_own(struct fixture *f, const char *key, char id[ULID_SIZE])
{
	struct envelope env = { .kind = ENVELOPE_OWN, .n_own_rcpt = 1,
	    .own_rcpt = { "ann@company.example" } };

	snprintf(env.own_key, sizeof env.own_key, "%s", key);
	OK(spool_submit_own(f->sp, &env, SLICE_LIT("Subject: x\n\nx\n"), &E));
	memcpy(id, env.id, ULID_SIZE);
}

static UNUSED struct slice
read_file(struct fixture *f, const char *name)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	OK(file_read(spool_dirfd(f->sp), name, 64 << 20, &b, &E));
	return arena_slice(f->a, buf_slice(&b));
}

static UNUSED unsigned
count_names(struct fixture *f, const char *prefix)
{
	AUTO(names_release) struct names names = { NULL, 0 };
	unsigned n = 0;

	OK(dir_names(spool_dirfd(f->sp), ".", &names, &E));
	for (size_t i = 0; i < names.n; i++)
		n += strncmp(names.name[i], prefix, strlen(prefix)) == 0;
	return n;
}

/* ---- another process that has the database ---- */

struct other {
	pid_t pid;
	int fd;
};

static UNUSED void
other_main(struct fixture *f, int fd)
{
	sqlite3 *db = NULL;
	char text[256];
	ssize_t n;

	while ((n = read(fd, text, sizeof text - 1)) > 0) {
		bool ok;

		text[n] = '\0';
		ok = (db != NULL || sqlite3_open(f->db_path, &db) == SQLITE_OK) &&
		    sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
		if (write(fd, ok ? "+" : "-", 1) != 1)
			break;
	}
	sqlite3_close(db);
	_exit(0);
}

/*
 * Start it before the test opens the database: SQLite in a child of fork()
 * would take our locks for its own.
 */
static UNUSED struct other
other_begin(struct fixture *f)
{
	struct other o;
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends),
	    0);
	fflush(NULL);
	o.pid = fork();
	assert_true(o.pid >= 0);
	if (o.pid == 0) {
		close(ends[1]);
		other_main(f, ends[0]);
	}
	close(ends[0]);
	o.fd = ends[1];
	return o;
}

/* Was one of our own with that key seen, or can that not be told? */
static UNUSED bool
may_have_own(struct store *st, const char *key)
{
	char first[ULID_SIZE];
	struct err e = ERR_INIT;

	return store_find_own(st, key, "", first, &e) != 0;
}

/* Run these statements in it; what they take it holds until other_end(). */
static UNUSED void
other_run(struct other *o, const char *text)
{
	char c = '-';

	assert_int_equal(write(o->fd, text, strlen(text)), strlen(text));
	assert_int_equal(read(o->fd, &c, 1), 1);
	assert_int_equal(c, '+');
}

static UNUSED void
other_end(struct other *o)
{
	int status;

	close(o->fd);
	assert_int_equal(waitpid(o->pid, &status, 0), o->pid);
	assert_int_equal(status, 0);
}

#endif
