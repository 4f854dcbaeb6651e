/* SPDX-License-Identifier: MIT */
#include "state/spool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "tempdir.h"

enum { HOUR = 3600000 };

/* ---- help ---- */

static struct err why;

#define OK(call)	do {						\
		if ((call) < 0)						\
			fail_msg("%s: %s", #call, why.text);		\
	} while (0)

#define FAILS(want, call)	do {					\
		why = (struct err)ERR_INIT;				\
		if ((call) >= 0)					\
			fail_msg("%s succeeded", #call);		\
		if (why.kind != (want) || why.text[0] == '\0')		\
			fail_msg("%s: kind %d, '%s'", #call, (int)why.kind, \
			    why.text);					\
	} while (0)

static struct spool *
make_spool(void)
{
	struct spool *sp = NULL;

	OK(spool_create("spool", HOUR, &why));
	OK(spool_open("spool", &sp, &why));
	return sp;
}

static struct envelope
own(const char *key)
{
	struct envelope env = { .kind = ENVELOPE_OWN, .n_own_rcpt = 2,
	    .own_rcpt = { "ann@acme.example", "bob@acme.example" } };

	snprintf(env.own_key, sizeof env.own_key, "%s", key);
	return env;
}

/* A message of a day; its id. */
static void
put(struct spool *sp, char id[ULID_SIZE])
{
	struct envelope env = own("summary:2026-W47");

	OK(spool_submit_own(sp, &env, SLICE_LIT("Subject: x\n\nhello\n"), &why));
	memcpy(id, env.id, ULID_SIZE);
}

static void
write_file(const char *path, struct slice bytes)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
	assert_int_equal(fclose(f), 0);
}

static bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static char *
in_new(const char *id)
{
	static char path[64];

	snprintf(path, sizeof path, "spool/new/%s", id);
	return path;
}

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

/* ---- where messages are ---- */

static void
list_is_sorted_and_has_only_ids(void **state)
{
	static const char *const ids[] = { "01KB6YV3E2Q4T7X9Z0A1B2C3D4",
	    "01KB6YV3E2Q4T7X9Z0A1B2C3D5", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ" };
	static const char *const others[] = { "x", ".nfs01", "ID.tmp",
	    "01kb6yv3e2q4t7x9z0a1b2c3d4", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ" };
	AUTO(spool_close) struct spool *sp = make_spool();
	AUTO(names_release) struct names n = { NULL, 0 };

	(void)state;
	OK(spool_list(sp, SPOOL_NEW, &n, &why));
	assert_int_equal(n.n, 0);
	for (size_t i = NELEM(ids); i-- > 0; )
		write_file(in_new(ids[i]), SLICE_LIT("x"));
	for (size_t i = 0; i < NELEM(others); i++)
		write_file(in_new(others[i]), SLICE_LIT("x"));
	OK(spool_list(sp, SPOOL_NEW, &n, &why));
	assert_int_equal(n.n, NELEM(ids));
	for (size_t i = 0; i < NELEM(ids); i++)
		assert_string_equal(n.name[i], ids[i]);
}

static void
message_moves_between_its_places(void **state)
{
	AUTO(spool_close) struct spool *sp = make_spool();
	char id[ULID_SIZE], iso[CLOCK_ISO_SIZE], path[80], day[40];
	struct spool_message m = SPOOL_MESSAGE_INIT;

	(void)state;
	put(sp, id);
	clock_iso(ulid_ms(id), iso);
	snprintf(day, sizeof day, "spool/done/%.10s", iso);
	snprintf(path, sizeof path, "%s/%s", day, id);
	assert_int_equal(spool_where(sp, id), SPOOL_NEW);

	OK(spool_move(sp, SPOOL_NEW, SPOOL_HOLD, id, &why));
	assert_int_equal(spool_where(sp, id), SPOOL_HOLD);
	FAILS(ERR_ABSENT, spool_move(sp, SPOOL_NEW, SPOOL_DONE, id, &why));
	OK(spool_move(sp, SPOOL_HOLD, SPOOL_NEW, id, &why));
	OK(spool_move(sp, SPOOL_NEW, SPOOL_DONE, id, &why));
	assert_int_equal(spool_where(sp, id), SPOOL_DONE);
	assert_true(exists(path));
	OK(spool_read(sp, SPOOL_DONE, id, &m, &why));
	spool_message_release(&m);
	FAILS(ERR_ABSENT, spool_read(sp, SPOOL_NEW, id, &m, &why));
	OK(spool_move(sp, SPOOL_DONE, SPOOL_NEW, id, &why));
	OK(spool_move(sp, SPOOL_NEW, SPOOL_NEW, id, &why));
	OK(spool_move(sp, SPOOL_NEW, SPOOL_DONE, id, &why));

	OK(spool_remove(sp, SPOOL_DONE, id, &why));
	assert_false(exists(day));
	assert_int_equal(spool_where(sp, id), SPOOL_NOWHERE);
	FAILS(ERR_ABSENT, spool_remove(sp, SPOOL_DONE, id, &why));
}

static void
text_that_is_no_id_is_no_path(void **state)
{
	static const char *const cases[] = { "", "..", "../FORMAT", "/etc/passwd",
	    "01KB6YV3E2Q4T7X9Z0A1B2C3D4/", "01KB6YV3E2Q4T7X9Z0A1B2C3D" };
	AUTO(spool_close) struct spool *sp = make_spool();
	struct spool_message m = SPOOL_MESSAGE_INIT;

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		assert_int_equal(spool_where(sp, cases[i]), SPOOL_NOWHERE);
		FAILS(ERR_USAGE, spool_read(sp, SPOOL_NEW, cases[i], &m, &why));
		FAILS(ERR_USAGE, spool_remove(sp, SPOOL_NEW, cases[i], &why));
		FAILS(ERR_USAGE, spool_move(sp, SPOOL_NEW, SPOOL_DONE, cases[i], &why));
	}
}

struct seen {
	char ids[4][ULID_SIZE];
	size_t n, stop_after;
	struct spool *remove_from;
};

static bool
see(void *arg, const char *id, int64_t received_ms)
{
	struct seen *s = arg;

	assert_int_equal(received_ms, ulid_ms(id));
	memcpy(s->ids[s->n++], id, ULID_SIZE);
	if (s->remove_from != NULL)
		OK(spool_remove(s->remove_from, SPOOL_DONE, id, &why));
	return s->n < s->stop_after;
}

static void
done_is_walked_from_the_oldest_on(void **state)
{
	static const char *const days[] = { "2026-11-28", "2026-11-29", "2026-12-01" };
	AUTO(spool_close) struct spool *sp = make_spool();
	struct seen all = { .stop_after = 9 }, two = { .stop_after = 2 };
	char ids[3][ULID_SIZE], path[80];

	(void)state;
	/* 2026-11-28 00:00 UTC, its last millisecond, and three days later. */
	assert_int_equal(ulid_make(1795824000000, ids[0]), 0);
	assert_int_equal(ulid_make(1795910399999 + 1, ids[1]), 0);
	assert_int_equal(ulid_make(1795824000000 + 3 * 24 * (int64_t)HOUR, ids[2]), 0);
	for (size_t i = NELEM(days); i-- > 0; ) {
		write_file(in_new(ids[i]), SLICE_LIT("x"));
		OK(spool_move(sp, SPOOL_NEW, SPOOL_DONE, ids[i], &why));
		snprintf(path, sizeof path, "spool/done/%s/%s", days[i], ids[i]);
		assert_true(exists(path));
	}
	assert_int_equal(mkdir("spool/done/lost+found", 0700), 0);
	write_file("spool/done/2026-11-28/notes", SLICE_LIT("x"));

	OK(spool_each_done(sp, see, &two, &why));
	assert_int_equal(two.n, 2);
	OK(spool_each_done(sp, see, &all, &why));
	assert_int_equal(all.n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(all.ids[i], ids[i]);

	all = (struct seen){ .stop_after = 9, .remove_from = sp };
	OK(spool_each_done(sp, see, &all, &why));
	assert_int_equal(all.n, 3);
	assert_true(exists("spool/done/2026-11-28/notes"));
	assert_false(exists("spool/done/2026-11-29"));
}

/* ---- reading ---- */

static void
message_is_read_as_it_was_put(void **state)
{
	AUTO(spool_close) struct spool *sp = make_spool();
	struct envelope env = own("summary:2026-W47");
	struct spool_message m = SPOOL_MESSAGE_INIT;
	char byte;

	(void)state;
	OK(spool_submit_own(sp, &env, SLICE_LIT("a\r\n\0b"), &why));
	assert_in_range(env.received_ms, clock_wall_ms() - 60000, clock_wall_ms());
	assert_int_equal(ulid_ms(env.id), env.received_ms);
	OK(spool_read(sp, SPOOL_NEW, env.id, &m, &why));
	assert_memory_equal(&m.env, &env, sizeof env);
	assert_int_equal(m.size, 5);
	assert_memory_equal(m.raw.ptr, "a\r\n\0b", 5);
	assert_ptr_equal(m.raw.ptr, m.map.ptr + m.offset);
	assert_int_equal(lseek(m.fd, 0, SEEK_CUR), 0);
	assert_int_equal(pread(m.fd, &byte, 1, (off_t)m.offset), 1);
	assert_int_equal(byte, 'a');
	assert_int_equal(write(m.fd, "x", 1), -1);
	spool_message_release(&m);
	spool_message_release(&m);
	assert_int_equal(m.fd, -1);
}

static void
descriptor_alone_is_enough_and_stays_the_callers(void **state)
{
	AUTO(spool_close) struct spool *sp = make_spool();
	AUTO(fd_close) int fd = -1;
	struct spool_message m = SPOOL_MESSAGE_INIT;
	char id[ULID_SIZE];

	(void)state;
	put(sp, id);
	fd = open(in_new(id), O_RDONLY | O_CLOEXEC);
	OK(spool_read_fd(fd, "the message", &m, &why));
	assert_string_equal(m.env.id, id);
	spool_message_release(&m);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
}

static void
cut_or_grown_file_is_refused(void **state)
{
	AUTO(spool_close) struct spool *sp = make_spool();
	AUTO(buf_release) struct buf file = BUF_INIT;
	struct spool_message m = SPOOL_MESSAGE_INIT;
	char id[ULID_SIZE];

	(void)state;
	put(sp, id);
	OK(file_read(AT_FDCWD, in_new(id), 100000, &file, &why));
	for (size_t n = file.len; n-- > 0; ) {
		assert_int_equal(truncate(in_new(id), (off_t)n), 0);
		FAILS(ERR_DATA, spool_read(sp, SPOOL_NEW, id, &m, &why));
	}
	buf_add_char(&file, '\n');
	write_file(in_new(id), buf_slice(&file));
	FAILS(ERR_DATA, spool_read(sp, SPOOL_NEW, id, &m, &why));
	file.len--;
	write_file(in_new(id), buf_slice(&file));
	OK(spool_read(sp, SPOOL_NEW, id, &m, &why));
	spool_message_release(&m);
	file.ptr[60] ^= 1;
	write_file(in_new(id), buf_slice(&file));
	FAILS(ERR_DATA, spool_read(sp, SPOOL_NEW, id, &m, &why));
}

static void
only_a_regular_file_with_one_name_is_a_message(void **state)
{
	AUTO(spool_close) struct spool *sp = make_spool();
	struct spool_message m = SPOOL_MESSAGE_INIT;
	char id[ULID_SIZE], other[ULID_SIZE];

	(void)state;
	put(sp, id);
	put(sp, other);
	/* Of another name, of two names, of none but a symbolic one. */
	assert_int_equal(rename(in_new(id), "kept"), 0);
	assert_int_equal(rename(in_new(other), "other"), 0);
	assert_int_equal(rename("other", in_new(id)), 0);
	FAILS(ERR_DATA, spool_read(sp, SPOOL_NEW, id, &m, &why));
	assert_int_equal(rename("kept", in_new(id)), 0);
	assert_int_equal(link(in_new(id), "second"), 0);
	FAILS(ERR_DATA, spool_read(sp, SPOOL_NEW, id, &m, &why));
	assert_int_equal(unlink(in_new(id)), 0);
	assert_int_equal(symlink("../../second", in_new(id)), 0);
	FAILS(ERR_DATA, spool_read(sp, SPOOL_NEW, id, &m, &why));
	/* Things that are no files at all; a FIFO must not hang us. */
	assert_int_equal(unlink(in_new(id)), 0);
	assert_int_equal(mkfifo(in_new(id), 0600), 0);
	FAILS(ERR_DATA, spool_read(sp, SPOOL_NEW, id, &m, &why));
	assert_int_equal(unlink(in_new(id)), 0);
	assert_int_equal(mkdir(in_new(id), 0700), 0);
	FAILS(ERR_DATA, spool_read(sp, SPOOL_NEW, id, &m, &why));
	assert_int_equal(m.fd, -1);
}

/* ---- what we put in ourselves ---- */

static void
own_message_needs_a_key_and_good_recipients(void **state)
{
	AUTO(spool_close) struct spool *sp = make_spool();
	AUTO(names_release) struct names n = { NULL, 0 };
	struct envelope env;

	(void)state;
	env = own("");
	FAILS(ERR_USAGE, spool_submit_own(sp, &env, SLICE_LIT("x"), &why));
	env = own("k");
	env.kind = ENVELOPE_MAIL;
	FAILS(ERR_USAGE, spool_submit_own(sp, &env, SLICE_LIT("x"), &why));
	env = own("k");
	env.n_own_rcpt = 0;
	FAILS(ERR_USAGE, spool_submit_own(sp, &env, SLICE_LIT("x"), &why));
	env.n_own_rcpt = OWN_RCPT_MAX + 1;
	FAILS(ERR_USAGE, spool_submit_own(sp, &env, SLICE_LIT("x"), &why));
	env = own("k");
	strcpy(env.own_rcpt[1], "two words@acme.example");
	FAILS(ERR_USAGE, spool_submit_own(sp, &env, SLICE_LIT("x"), &why));
	OK(dir_names(AT_FDCWD, "spool/new", &n, &why));
	assert_int_equal(n.n, 0);
	OK(dir_names(AT_FDCWD, "spool/tmp", &n, &why));
	assert_int_equal(n.n, 0);
}

static void
failed_own_message_leaves_no_trace(void **state)
{
	AUTO(spool_close) struct spool *sp = make_spool();
	AUTO(names_release) struct names n = { NULL, 0 };
	struct envelope env = own("k");

	(void)state;
	assert_int_equal(rmdir("spool/new"), 0);
	FAILS(ERR_TEMP, spool_submit_own(sp, &env, SLICE_LIT("x"), &why));
	OK(dir_names(AT_FDCWD, "spool/tmp", &n, &why));
	assert_int_equal(n.n, 0);
}

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
		TEST(list_is_sorted_and_has_only_ids),
		TEST(message_moves_between_its_places),
		TEST(text_that_is_no_id_is_no_path),
		TEST(done_is_walked_from_the_oldest_on),
		TEST(message_is_read_as_it_was_put),
		TEST(descriptor_alone_is_enough_and_stays_the_callers),
		TEST(cut_or_grown_file_is_refused),
		TEST(only_a_regular_file_with_one_name_is_a_message),
		TEST(own_message_needs_a_key_and_good_recipients),
		TEST(failed_own_message_leaves_no_trace),
		TEST(request_appears_whole_or_not),
		TEST(only_what_is_old_and_nobodys_is_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
