/* SPDX-License-Identifier: MIT */
/*
 * Killed at, or failed in, each system call that makes something durable: the
 * records end the same.  The calls are caught in this program, also those that
 * SQLite makes; each run is a process of its own.
 */
#include "store_help.h"

#include <errno.h>
#include <sys/syscall.h>

/* ---- the calls ---- */

enum fault { FAULT_NONE, FAULT_KILL, FAULT_EIO, FAULT_ENOSPC };

static enum fault fault;
static unsigned fault_at;		/* the how many-th call; 0 never */
static unsigned calls;

enum { KILLED = 42 };

/* True: the call fails, errno is set. */
static bool
hit(void)
{
	calls++;
	if (fault == FAULT_NONE || calls != fault_at)
		return false;
	if (fault == FAULT_KILL)
		_exit(KILLED);
	errno = fault == FAULT_EIO ? EIO : ENOSPC;
	return true;
}

/* Seen by libsqlite3 in place of those of libc. */
#define SEEN	__attribute__((visibility("default")))
SEEN ssize_t pwrite(int fd, const void *p, size_t n, off_t at);
SEEN ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at);
SEEN int fsync(int fd);
SEEN int fdatasync(int fd);
SEEN int ftruncate(int fd, off_t n);
SEEN int ftruncate64(int fd, off64_t n);
SEEN int renameat(int from, const char *a, int to, const char *b);

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	return hit() ? -1 : (ssize_t)syscall(SYS_pwrite64, fd, p, n, at);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return pwrite(fd, p, n, at);
}

/* The real ones are left out: a process that dies needs no disk. */
int
fsync(int fd)
{
	(void)fd;
	return hit() ? -1 : 0;
}

int
fdatasync(int fd)
{
	return fsync(fd);
}

int
ftruncate(int fd, off_t n)
{
	return hit() ? -1 : (int)syscall(SYS_ftruncate, fd, n);
}

int
ftruncate64(int fd, off64_t n)
{
	return ftruncate(fd, n);
}

int
renameat(int from, const char *a, int to, const char *b)
{
	return hit() ? -1 : (int)syscall(SYS_renameat, from, a, to, b);
}

/* ---- what is done ---- */

enum { MESSAGES = 2, STEP = 9 };

/* Every record of MESSAGES lives; a commit that fails is made again. */
static void
work(struct fixture *f, struct store *st)
{
	for (unsigned i = 0; i < MESSAGES; i++) {
		size_t n, tries = 0;
		struct record *r = sample_life(f->a, sample_id(f->a, T(i), i + 1), &n);

		for (size_t k = 0; k < n; k += STEP)
			while (store_commit(st, &r[k], MIN(n - k, (size_t)STEP), &E) < 0)
				if (++tries > 3)
					_exit(1);
		(void)usable(st);
	}
}

/* Half of it waits in the journal, since somebody had locked the database. */
static void
prepare_journal(struct fixture *f)
{
	struct other o = other_begin(f);
	struct store *st = open_store(f, STORE_WRITE);
	size_t n;
	struct record *r = sample_life(f->a, sample_id(f->a, T(0), 1), &n);

	OK(store_commit(st, r, 4, &E));
	other_run(&o, "BEGIN IMMEDIATE");
	for (size_t k = 4; k < n; k += 4)
		OK(store_commit(st, &r[k], MIN(n - k, (size_t)4), &E));
	store_close(&st);
	other_end(&o);
	assert_true(read_file(f, "journal").len > 0);
}

static void
run_journal(struct fixture *f)
{
	struct store *st = open_store(f, STORE_WRITE);

	work(f, st);
	store_close(&st);
}

static void
check_journal(struct fixture *f, const char *want)
{
	AUTO(xfree) char *got = dump_db(f->db_path);

	assert_string_equal(got, want);
}

/* A message in done/, one in new/, and a database that is none. */
static char done[ULID_SIZE], waiting[ULID_SIZE];

static void
prepare_damage(struct fixture *f)
{
	struct store *st = open_store(f, STORE_WRITE);
	FILE *out;

	put_own(f, "done", done);
	put_own(f, "waiting", waiting);
	OK(spool_move(f->sp, SPOOL_NEW, SPOOL_DONE, done, &E));
	work(f, st);
	store_close(&st);
	out = fopen(f->db_path, "r+");
	assert_non_null(out);
	for (int i = 0; i < 1000; i++)
		fputs("no page ", out);
	fclose(out);
}

static void
run_damage(struct fixture *f)
{
	struct store *st = NULL;

	/* A start that fails is made again, as systemd would. */
	while (store_open(f->sp, STORE_WRITE, &st, &E) < 0)
		if (fault == FAULT_NONE)
			_exit(1);
	for (int i = 0; i < 4; i++)
		(void)usable(st);
	store_close(&st);
}

static void
check_damage(struct fixture *f, const char *want)
{
	struct store *st = open_store(f, STORE_WRITE);
	struct store_row row;
	unsigned looked;

	(void)want;
	for (int i = 0; i < 4; i++)
		assert_true(usable(st));
	OK(store_get(st, f->a, done, &row, &E));
	assert_int_equal(row.state, MESSAGE_FINAL);
	assert_int_equal(store_known(st, waiting, &looked), STORE_UNDECIDED);
	assert_true(store_lost(st, waiting));
	assert_true(may_have_own(st, "done"));
	assert_true(count_names(f, "mroute.db.corrupt-") >= 1);
	store_close(&st);
}

/* ---- at each call ---- */

/* A copy of the spool as it was prepared. */
static void
copy_file(int from, int to, const char *name)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	AUTO(fd_close) int fd = -1;

	if (file_read(from, name, 64 << 20, &b, &E) < 0) {
		assert_int_equal(E.kind, ERR_ABSENT);
		(void)unlinkat(to, name, 0);
		return;
	}
	(void)unlinkat(to, name, 0);
	fd = openat(to, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, b.ptr, b.len), 0);
}

static void
copy_state(int from, int to)
{
	static const char *const files[] = { "mroute.db", "mroute.db-wal",
	    "mroute.db-shm", "journal" };

	for (size_t i = 0; i < NELEM(files); i++)
		copy_file(from, to, files[i]);
}

static void
forget_corrupt(struct fixture *f)
{
	AUTO(names_release) struct names names = { NULL, 0 };

	OK(dir_names(spool_dirfd(f->sp), ".", &names, &E));
	for (size_t i = 0; i < names.n; i++)
		if (strncmp(names.name[i], "mroute.db.", 10) == 0)
			(void)unlinkat(spool_dirfd(f->sp), names.name[i], 0);
}

/* In a process of its own; its status. */
static int
run(struct fixture *f, void (*scenario)(struct fixture *), enum fault what,
    unsigned at)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		calls = 0;
		fault = what;
		fault_at = at;
		scenario(f);
		_exit(calls < at ? 2 : 0);	/* 2: it never came to that */
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/*
 * Every call takes half a minute; by default only each step-th is hit, and
 * FAULT_STEP=1 in the environment hits them all.
 */
static void
at_each_call(struct fixture *f, void (*prepare)(struct fixture *),
    void (*scenario)(struct fixture *),
    void (*check)(struct fixture *, const char *), enum fault what, unsigned step)
{
	const char *all = getenv("FAULT_STEP");
	AUTO(xfree) char *want = NULL;
	AUTO(fd_close) int kept = -1;
	AUTO(xfree) char *dir = xasprintf("%s/kept", f->dir);
	int spool = spool_dirfd(f->sp);
	unsigned at, hits = 0;
	int status = 0;

	if (all != NULL && strcmp(all, "1") == 0)
		step = 1;
	prepare(f);
	OK(dir_make(AT_FDCWD, dir, 0700, &E));
	OK(dir_open(AT_FDCWD, dir, &kept, &E));
	copy_state(spool, kept);
	assert_int_equal(run(f, scenario, FAULT_NONE, 0), 0);
	want = dump_db(f->db_path);
	for (at = 1; status != 2; at += step, hits++) {
		forget_corrupt(f);
		copy_state(kept, spool);
		status = run(f, scenario, what, at);
		if (status != 0 && status != 2 && status != KILLED)
			fail_msg("call %u: status %d", at, status);
		/* What comes after it, undisturbed. */
		if (run(f, scenario, FAULT_NONE, 0) != 0)
			fail_msg("after call %u: cannot go on", at);
		check(f, want);
	}
	/* A test that hits nothing proves nothing. */
	if (hits < 10)
		fail_msg("only %u calls", hits);
}

static void
test_killed_with_journal(void **state)
{
	at_each_call(*state, prepare_journal, run_journal, check_journal, FAULT_KILL,
	    3);
}

static void
test_io_error_with_journal(void **state)
{
	at_each_call(*state, prepare_journal, run_journal, check_journal, FAULT_EIO,
	    7);
}

static void
test_full_with_journal(void **state)
{
	at_each_call(*state, prepare_journal, run_journal, check_journal,
	    FAULT_ENOSPC, 7);
}

static void
test_killed_while_healing(void **state)
{
	at_each_call(*state, prepare_damage, run_damage, check_damage, FAULT_KILL, 5);
}

static void
test_io_error_while_healing(void **state)
{
	at_each_call(*state, prepare_damage, run_damage, check_damage, FAULT_EIO, 9);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_killed_with_journal),
		TEST(test_io_error_with_journal),
		TEST(test_full_with_journal),
		TEST(test_killed_while_healing),
		TEST(test_io_error_while_healing),
	};

	return cmocka_run_group_tests_name("store_crash", tests, NULL, NULL);
}
