/* SPDX-License-Identifier: MIT */
#include "spool_help.h"

#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "base/xalloc.h"

/* ---- making and opening ---- */

static void
new_spool_is_closed_to_others_and_complete(void **state)
{
	static const char *const dirs[] = { "spool", "spool/tmp", "spool/new",
	    "spool/done", "spool/hold", "spool/ctl", "spool/fallback",
	    "spool/fallback/tmp", "spool/fallback/new", "spool/fallback/cur" };
	static const char *const files[] = { "spool/FORMAT", "spool/key" };
	AUTO(spool_close) struct spool *sp = NULL;
	struct stat st;

	(void)state;
	umask(0);
	sp = make_spool();
	for (size_t i = 0; i < NELEM(dirs); i++) {
		assert_int_equal(lstat(dirs[i], &st), 0);
		assert_int_equal(st.st_mode, S_IFDIR | 0700);
	}
	for (size_t i = 0; i < NELEM(files); i++) {
		assert_int_equal(lstat(files[i], &st), 0);
		assert_int_equal(st.st_mode, S_IFREG | 0600);
	}
	assert_string_equal(spool_path(sp), "spool");
	assert_int_equal(spool_owner(sp), geteuid());
	assert_true(fcntl(spool_dirfd(sp), F_GETFD) & FD_CLOEXEC);
	assert_in_range(spool_free_percent(sp), 0, 100);
}

static void
directory_that_is_there_becomes_a_spool_once(void **state)
{
	AUTO(spool_close) struct spool *sp = NULL;

	(void)state;
	assert_int_equal(mkdir("spool", 0755), 0);
	write_file("spool/README.md", SLICE_LIT("ours"));
	sp = make_spool();
	assert_true(exists("spool/README.md"));
	FAILS(ERR_USAGE, spool_create("spool", HOUR, &why));
	FAILS(ERR_TEMP, spool_create("spool/README.md", HOUR, &why));
	FAILS(ERR_TEMP, spool_create("no/where", HOUR, &why));
}

static void
other_peoples_spool_is_refused_with_advice(void **state)
{
	struct spool *sp = NULL;

	(void)state;
	FAILS(ERR_ABSENT, spool_open("spool", &sp, &why));
	if (geteuid() != 0)
		return;			/* can't give anything away */
	OK(spool_create("spool", HOUR, &why));
	assert_int_equal(chown("spool", 65534, 65534), 0);
	assert_int_equal(spool_open("spool", &sp, &why), -1);
	assert_int_equal(why.kind, ERR_CONFIG);
	assert_non_null(strstr(why.text, "uid 65534"));
	assert_non_null(strstr(why.text, "run this as its owner"));

	/* One who may not even look into it hears the same. */
	assert_int_equal(chown("spool", 0, 0), 0);
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(seteuid(65534), 0);
	FAILS(ERR_CONFIG, spool_open("spool", &sp, &why));
	assert_int_equal(seteuid(0), 0);
}

static void
max_silence_follows_the_config(void **state)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(spool_close) struct spool *sp = make_spool();

	(void)state;
	OK(spool_set_max_silence(sp, 0, &why));
	OK(spool_set_max_silence(sp, 0, &why));
	spool_close(&sp);
	OK(spool_open("spool", &sp, &why));
	OK(file_read(AT_FDCWD, "spool/FORMAT", 1000, &text, &why));
	assert_non_null(strstr(text.ptr, "max-silence-ms 0\n"));
}

static void
key_is_64_digits_and_stays(void **state)
{
	AUTO(spool_close) struct spool *sp = make_spool();
	char key[65], again[65];

	(void)state;
	OK(spool_key(sp, key, &why));
	assert_int_equal(strlen(key), 64);
	assert_int_equal(strspn(key, "0123456789abcdef"), 64);
	OK(spool_key(sp, again, &why));
	assert_string_equal(key, again);
	write_file("spool/key", SLICE_LIT("short\n"));
	FAILS(ERR_DATA, spool_key(sp, key, &why));
	assert_int_equal(unlink("spool/key"), 0);
	FAILS(ERR_ABSENT, spool_key(sp, key, &why));
}

/* ---- the engine's signs of life ---- */

static void
lock_is_for_one_and_lives_on_in_a_child(void **state)
{
	AUTO(spool_close) struct spool *sp = make_spool();
	int fd = -1, other = -1, hold[2], status;
	pid_t pid;

	(void)state;
	assert_int_equal(spool_lock(sp, &fd, &why), 1);
	assert_int_equal(spool_lock(sp, &other, &why), 0);
	assert_int_equal(other, -1);
	assert_int_equal(pipe2(hold, O_CLOEXEC), 0);
	if ((pid = fork()) == 0) {
		char c;

		close(hold[1]);
		_exit(read(hold[0], &c, 1) == 0 ? 0 : 1);
	}
	assert_true(pid > 0);
	close(fd);
	assert_int_equal(spool_lock(sp, &other, &why), 0);
	close(hold[1]);
	close(hold[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(spool_lock(sp, &other, &why), 1);
	close(other);
}

static void
alive_tells_the_time(void **state)
{
	AUTO(spool_close) struct spool *sp = make_spool();
	int64_t now = clock_wall_ms();

	(void)state;
	assert_int_equal(spool_alive_ms(sp), 0);
	OK(spool_touch_alive(sp, &why));
	/* The kernel's time for files is that of its last tick. */
	assert_in_range(spool_alive_ms(sp), now - 1000, now + 60000);
	assert_int_equal(unlink("spool/alive"), 0);
	assert_int_equal(symlink("elsewhere", "spool/alive"), 0);
	FAILS(ERR_TEMP, spool_touch_alive(sp, &why));
	assert_false(exists("spool/elsewhere"));
}

static void
poke_wakes_the_listener_however_long_the_path(void **state)
{
	static const char deep[] =
	    "a-directory-with-a-name-that-is-much-longer-than-it-would-have-to-be/"
	    "and-another-one-so-that-no-socket-address-can-hold-the-path/spool";
	AUTO(spool_close) struct spool *sp = NULL;
	AUTO(fd_close) int fd = -1;
	AUTO(fd_close) int again = -1;
	char got[4];

	(void)state;
	for (const char *s = strchr(deep, '/'); s != NULL; s = strchr(s + 1, '/')) {
		AUTO(xfree) char *parent = xstrndup(deep, (size_t)(s - deep));

		assert_int_equal(mkdir(parent, 0700), 0);
	}
	OK(spool_create(deep, HOUR, &why));
	OK(spool_open(deep, &sp, &why));
	spool_poke(sp);
	OK(spool_listen(sp, &fd, &why));
	assert_int_equal(recv(fd, got, sizeof got, 0), -1);
	spool_poke(sp);
	assert_int_equal(recv(fd, got, sizeof got, 0), 1);
	/* A new engine takes the name over from one that died. */
	OK(spool_listen(sp, &again, &why));
	spool_poke(sp);
	assert_int_equal(recv(fd, got, sizeof got, 0), -1);
	assert_int_equal(recv(again, got, sizeof got, 0), 1);
}

/* ---- requests ---- */

static void
request_appears_whole_or_not(void **state)
{
	AUTO(spool_close) struct spool *sp = make_spool();
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(names_release) struct names n = { NULL, 0 };

	(void)state;
	/* What a command left that was killed while it wrote. */
	write_file("spool/tmp/ctl.r1", SLICE_LIT("ret"));
	OK(spool_ctl_put(sp, "r1", SLICE_LIT("retry\n"), &why));
	OK(file_read(AT_FDCWD, "spool/ctl/r1", 100, &text, &why));
	assert_string_equal(text.ptr, "retry\n");
	OK(dir_names(AT_FDCWD, "spool/tmp", &n, &why));
	assert_int_equal(n.n, 0);
	FAILS(ERR_USAGE, spool_ctl_put(sp, "../new/x", SLICE_LIT("x"), &why));
	FAILS(ERR_USAGE, spool_ctl_put(sp, ".x", SLICE_LIT("x"), &why));
	FAILS(ERR_USAGE, spool_ctl_put(sp, "", SLICE_LIT("x"), &why));
}

/* ---- tmp/ ---- */

static void
make_old(const char *path, int seconds)
{
	struct timespec at[2] = { { .tv_sec = time(NULL) - seconds } };

	at[1] = at[0];
	assert_int_equal(utimensat(AT_FDCWD, path, at, AT_SYMLINK_NOFOLLOW), 0);
}

static void
only_what_is_old_and_nobodys_is_swept(void **state)
{
	AUTO(spool_close) struct spool *sp = make_spool();
	AUTO(fd_close) int fd = -1;

	(void)state;
	write_file("spool/tmp/old", SLICE_LIT("x"));
	make_old("spool/tmp/old", 3700);
	write_file("spool/tmp/young", SLICE_LIT("x"));
	make_old("spool/tmp/young", 3500);
	write_file("spool/tmp/written", SLICE_LIT("x"));
	make_old("spool/tmp/written", 100000);
	fd = open("spool/tmp/written", O_WRONLY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	write_file("victim", SLICE_LIT("x"));
	make_old("victim", 100000);
	assert_int_equal(symlink("../../victim", "spool/tmp/link"), 0);
	make_old("spool/tmp/link", 100000);

	spool_sweep_tmp(sp);
	assert_false(exists("spool/tmp/old"));
	assert_true(exists("spool/tmp/young"));
	assert_true(exists("spool/tmp/written"));
	assert_true(exists("victim"));
	fd_close(&fd);
	spool_sweep_tmp(sp);
	assert_false(exists("spool/tmp/written"));
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, tempdir_setup, tempdir_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(new_spool_is_closed_to_others_and_complete),
		TEST(directory_that_is_there_becomes_a_spool_once),
		TEST(other_peoples_spool_is_refused_with_advice),
		TEST(max_silence_follows_the_config),
		TEST(key_is_64_digits_and_stays),
		TEST(lock_is_for_one_and_lives_on_in_a_child),
		TEST(alive_tells_the_time),
		TEST(poke_wakes_the_listener_however_long_the_path),
		TEST(request_appears_whole_or_not),
		TEST(only_what_is_old_and_nobodys_is_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
