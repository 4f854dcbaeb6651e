/* SPDX-License-Identifier: MIT */
#include "state/door.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "base/file.h"
#include "state/spoolfile.h"
#include "tempdir.h"

#define ID	"01KB6YV3E2Q4T7X9Z0A1B2C3D4"

enum { HOUR = 3600000 };

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
make_spool(void)
{
	char format[DOOR_FORMAT_SIZE];

	assert_int_equal(mkdir("spool", 0700), 0);
	assert_int_equal(mkdir("spool/tmp", 0700), 0);
	assert_int_equal(mkdir("spool/new", 0700), 0);
	door_format(HOUR, format);
	write_file("spool/FORMAT", format);
}

static struct door
open_door(void)
{
	struct door d = DOOR_INIT;
	struct err e = ERR_INIT;

	if (door_open("spool", &d, &e) < 0)
		fail_msg("%s", e.text);
	return d;
}

/* ---- which spool is one ---- */

static void
good_spool_opens(void **state)
{
	AUTO(door_close) struct door d = DOOR_INIT;
	struct err e = ERR_INIT;

	(void)state;
	make_spool();
	assert_int_equal(door_open("spool//", &d, &e), 0);
	assert_int_equal(d.max_silence_ms, HOUR);
	assert_true(d.made_ms > 0);
}

static void
break_owner(void)
{
	assert_int_equal(chown("spool", 65534, 65534), 0);
}

static void
break_owner_of_new(void)
{
	assert_int_equal(chown("spool/new", 65534, 65534), 0);
}

static void
break_owner_of_format(void)
{
	assert_int_equal(chown("spool/FORMAT", 65534, 65534), 0);
}

static void
break_absent(void)
{
	assert_int_equal(rename("spool", "elsewhere"), 0);
}

static void
break_link(void)
{
	break_absent();
	assert_int_equal(symlink("elsewhere", "spool"), 0);
}

static void
break_file(void)
{
	break_absent();
	write_file("spool", "x");
}

static void
break_mode(void)
{
	assert_int_equal(chmod("spool", 0750), 0);
}

static void
break_mode_of_tmp(void)
{
	assert_int_equal(chmod("spool/tmp", 0777), 0);
}

static void
break_new_absent(void)
{
	assert_int_equal(rmdir("spool/new"), 0);
}

static void
break_new_link(void)
{
	assert_int_equal(rename("spool/new", "spool/other"), 0);
	assert_int_equal(symlink("other", "spool/new"), 0);
}

static void
break_tmp_link(void)
{
	assert_int_equal(rename("spool/tmp", "spool/other"), 0);
	assert_int_equal(symlink("other", "spool/tmp"), 0);
}

static void
break_format_absent(void)
{
	assert_int_equal(unlink("spool/FORMAT"), 0);
}

static void
break_format_link(void)
{
	assert_int_equal(rename("spool/FORMAT", "spool/other"), 0);
	assert_int_equal(symlink("other", "spool/FORMAT"), 0);
}

static void
break_format_fifo(void)
{
	break_format_absent();
	assert_int_equal(mkfifo("spool/FORMAT", 0600), 0);
}

static void
break_format_directory(void)
{
	break_format_absent();
	assert_int_equal(mkdir("spool/FORMAT", 0700), 0);
}

static void
other_spools_are_refused(void **state)
{
	static const struct {
		const char *label;
		void (*break_it)(void);
		enum err_kind want;
		const char *text;
		bool as_root;
	} cases[] = {
		{ "not there", break_absent, ERR_ABSENT, "No such file", false },
		{ "a link", break_link, ERR_CONFIG, "symbolic link", false },
		{ "a file", break_file, ERR_CONFIG, "no directory", false },
		{ "mode", break_mode, ERR_CONFIG, "chmod 700", false },
		{ "owner", break_owner, ERR_CONFIG, "run this as its owner", true },
		{ "mode of tmp", break_mode_of_tmp, ERR_CONFIG, "chmod 700", false },
		{ "owner of new", break_owner_of_new, ERR_CONFIG, "'new'", true },
		{ "no new", break_new_absent, ERR_ABSENT, "'new'", false },
		{ "new a link", break_new_link, ERR_CONFIG, "'new'", false },
		{ "tmp a link", break_tmp_link, ERR_CONFIG, "'tmp'", false },
		{ "no FORMAT", break_format_absent, ERR_ABSENT, "mroute init", false },
		{ "FORMAT a link", break_format_link, ERR_TEMP, "FORMAT", false },
		{ "FORMAT a FIFO", break_format_fifo, ERR_DATA, "FORMAT", false },
		{ "FORMAT a directory", break_format_directory, ERR_TEMP, "FORMAT",
		    false },
		{ "owner of FORMAT", break_owner_of_format, ERR_DATA, "FORMAT", true },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct door d = DOOR_INIT;
		struct err e = ERR_INIT;
		void *dir = NULL;

		if (cases[i].as_root && geteuid() != 0)
			continue;
		assert_int_equal(tempdir_setup(&dir), 0);
		make_spool();
		cases[i].break_it();
		if (door_open("spool", &d, &e) == 0)
			fail_msg("accepted: %s", cases[i].label);
		if (e.kind != cases[i].want || strstr(e.text, cases[i].text) == NULL)
			fail_msg("%s: kind %d, '%s'", cases[i].label, (int)e.kind,
			    e.text);
		assert_int_equal(tempdir_teardown(&dir), 0);
	}
	(void)state;
}

#define ZEROS	"0000000000000000000000000000000000000000"

static void
odd_format_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"mroute spool 1\n",
		"mroute spool 2\nowner 0\nmax-silence-ms 1\n",
		"mroute spool 1\nowner 4000000000\nmax-silence-ms 1\n",
		"mroute spool 1\nowner OWNER\nmax-silence-ms \n",
		"mroute spool 1\nowner OWNER\nmax-silence-ms -1\n",
		"mroute spool 1\nowner OWNER\nmax-silence-ms 01\n",
		"mroute spool 1\nowner OWNER\nmax-silence-ms 1",
		"mroute spool 1\nowner OWNER\nmax-silence-ms 1\nmore 1\n",
		"mroute spool 1\nowner OWNER\nmax-silence-ms 1 \n",
		"mroute spool 1\r\nowner OWNER\r\nmax-silence-ms 1\r\n",
		"mroute spool 1\nowner OWNER\nmax-silence-ms 9223372036854775808\n",
		"mroute spool 1\nowner OWNER\nmax-silence-ms " ZEROS ZEROS ZEROS "1\n",
	};

	(void)state;
	make_spool();
	for (size_t i = 0; i < NELEM(cases); i++) {
		const char *owner = strstr(cases[i], "OWNER");
		struct door d = DOOR_INIT;
		struct err e = ERR_INIT;
		char text[512];

		if (owner == NULL)
			snprintf(text, sizeof text, "%s", cases[i]);
		else
			snprintf(text, sizeof text, "%.*s%u%s",
			    (int)(owner - cases[i]), cases[i], (unsigned)geteuid(),
			    owner + 5);
		write_file("spool/FORMAT", text);
		if (door_open("spool", &d, &e) == 0)
			fail_msg("accepted: %s", text);
		assert_int_equal(e.kind, ERR_DATA);
	}
}

static void
silence_counts_from_the_last_sign_of_life(void **state)
{
	AUTO(door_close) struct door d = DOOR_INIT;
	struct err e = ERR_INIT;
	struct timespec at[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = 1000000 } };

	(void)state;
	make_spool();
	d = open_door();
	/* Never an engine: from the time the spool was made. */
	assert_int_equal(door_check_alive(&d, d.made_ms + HOUR, &e), 0);
	assert_int_equal(door_check_alive(&d, d.made_ms + HOUR + 1, &e), -1);
	assert_int_equal(e.kind, ERR_TEMP);
	/* An engine that was alive: from that time, however new FORMAT is. */
	write_file("spool/alive", "");
	assert_int_equal(utimensat(AT_FDCWD, "spool/alive", at, 0), 0);
	assert_int_equal(door_check_alive(&d, 1000000000 + HOUR, &e), 0);
	assert_int_equal(door_check_alive(&d, 1000000000 + HOUR + 1, &e), -1);
	/* The clock was set back. */
	assert_int_equal(door_check_alive(&d, 999000000, &e), 0);
	/* 0 switches it off. */
	d.max_silence_ms = 0;
	assert_int_equal(door_check_alive(&d, INT64_MAX, &e), 0);
}

static void
free_space_counts_what_is_to_come(void **state)
{
	AUTO(door_close) struct door d = DOOR_INIT;

	(void)state;
	make_spool();
	d = open_door();
	assert_in_range(door_free_percent(d.dir, 0), 0, 100);
	assert_int_equal(door_free_percent(d.dir, UINT64_MAX), 0);
	assert_int_equal(door_free_percent(-1, 0), 100);
}

static void
poke_reaches_who_listens_and_waits_for_nobody(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = "spool/poke" };
	AUTO(door_close) struct door d = DOOR_INIT;
	AUTO(fd_close) int fd = -1;
	char got[2];

	(void)state;
	make_spool();
	d = open_door();
	door_poke(d.dir);		/* nobody there */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
	for (int i = 0; i < 5000; i++)
		door_poke(d.dir);	/* nobody takes them: the queue is full soon */
	assert_int_equal(recv(fd, got, sizeof got, 0), 1);
}

/* ---- the way of a message ---- */

static struct door_entry entry;

static struct envelope
example(void)
{
	return (struct envelope){ .id = ID, .recipient = "press@company.example" };
}

static bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static void
assert_in_new(struct slice want)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	struct envelope env, put = example();
	struct err e = ERR_INIT;
	size_t offset = 0;

	if (file_read(AT_FDCWD, "spool/new/" ID, 1 << 25, &file, &e) < 0 ||
	    spoolfile_decode(buf_slice(&file), &env, &offset, &e) < 0)
		fail_msg("%s", e.text);
	assert_memory_equal(&env, &put, sizeof env);
	assert_int_equal(file.len - offset, want.len);
	if (want.len > 0)
		assert_memory_equal(file.ptr + offset, want.ptr, want.len);
}

/* Sizes around the buffer's, in pieces that never fit it. */
static void
every_byte_of_any_size_arrives(void **state)
{
	static char message[3 * DOOR_CHUNK];
	AUTO(door_close) struct door d = DOOR_INIT;
	struct envelope env = example();
	struct err e = ERR_INIT;
	size_t first, sizes[16], n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof message; i++)
		message[i] = (char)(i * 7 + i / 251);
	make_spool();
	d = open_door();
	assert_int_equal(door_begin(&d, &env, &entry, &e), 0);
	first = DOOR_CHUNK - entry.header;	/* as much as goes with the envelope */
	door_end(&entry);
	sizes[n++] = 0;
	sizes[n++] = 1;
	sizes[n++] = 2000;
	for (size_t k = first - 1; k <= first + 1; k++) {
		sizes[n++] = k;
		sizes[n++] = k + DOOR_CHUNK;
	}
	sizes[n++] = sizeof message;
	for (size_t i = 0; i < n; i++) {
		struct slice want = slice_make(message, sizes[i]);

		assert_int_equal(door_begin(&d, &env, &entry, &e), 0);
		for (size_t at = 0, part; at < sizes[i]; at += part) {
			part = MIN(sizes[i] - at, 1 + at % 40009);
			assert_int_equal(door_write(&entry, message + at, part, &e), 0);
		}
		assert_int_equal(entry.size, sizes[i]);
		assert_int_equal(door_sync(&entry, &e), 0);
		assert_int_equal(door_commit(&entry, &e), 0);
		door_end(&entry);
		assert_in_new(want);
		assert_false(exists("spool/tmp/" ID));

		write_file("message", "");
		assert_int_equal(truncate("message", 0), 0);
		AUTO(fd_close) int fd = open("message", O_RDWR | O_CLOEXEC);
		assert_int_equal(fd_write_all(fd, message, sizes[i]), 0);
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		assert_int_equal(door_begin(&d, &env, &entry, &e), 0);
		assert_int_equal(door_copy(&entry, fd, &e), 0);
		assert_int_equal(door_sync(&entry, &e), 0);
		assert_int_equal(door_commit(&entry, &e), 0);
		door_end(&entry);
		assert_in_new(want);
	}
}

static void
entry_that_is_not_committed_leaves_no_trace(void **state)
{
	AUTO(door_close) struct door d = DOOR_INIT;
	struct envelope env = example();
	struct err e = ERR_INIT;

	(void)state;
	make_spool();
	d = open_door();
	door_end(&entry);		/* the empty value */
	assert_int_equal(door_begin(&d, &env, &entry, &e), 0);
	assert_true(exists("spool/tmp/" ID));
	door_end(&entry);
	assert_false(exists("spool/tmp/" ID));
	assert_int_equal(door_begin(&d, &env, &entry, &e), 0);
	assert_int_equal(door_write(&entry, "x", 1, &e), 0);
	assert_int_equal(door_sync(&entry, &e), 0);
	door_end(&entry);
	door_end(&entry);
	assert_false(exists("spool/tmp/" ID));
	assert_false(exists("spool/new/" ID));
}

static void
entry_is_locked_while_it_is_written(void **state)
{
	AUTO(door_close) struct door d = DOOR_INIT;
	AUTO(fd_close) int fd = -1;
	struct envelope env = example();
	struct err e = ERR_INIT;

	(void)state;
	make_spool();
	d = open_door();
	assert_int_equal(door_begin(&d, &env, &entry, &e), 0);
	fd = open("spool/tmp/" ID, O_RDONLY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	door_end(&entry);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
}

static void
name_that_is_taken_is_an_error(void **state)
{
	AUTO(door_close) struct door d = DOOR_INIT;
	struct envelope env = example();
	struct err e = ERR_INIT;

	(void)state;
	make_spool();
	d = open_door();
	write_file("victim", "precious");
	assert_int_equal(symlink("../../victim", "spool/tmp/" ID), 0);
	assert_int_equal(door_begin(&d, &env, &entry, &e), -1);
	assert_int_equal(e.kind, ERR_TEMP);
	door_end(&entry);
	assert_true(exists("spool/tmp/" ID));
}

static void
endless_message_is_refused(void **state)
{
	AUTO(door_close) struct door d = DOOR_INIT;
	struct envelope env = example();
	struct err e = ERR_INIT;

	(void)state;
	make_spool();
	d = open_door();
	assert_int_equal(door_begin(&d, &env, &entry, &e), 0);
	entry.size = DOOR_MESSAGE_MAX - 1;
	assert_int_equal(door_write(&entry, "x", 1, &e), 0);
	assert_int_equal(door_write(&entry, "x", 1, &e), -1);
	assert_int_equal(e.kind, ERR_DATA);
	door_end(&entry);
}

/* ---- the program ---- */

/*
 * Page faults are most of what the door costs beyond its syncs.  This build's
 * program stands beside our own directory.
 */
static void
program_starts_with_few_page_faults(void **state)
{
	static const char options[] = "-s spool -f a@b.example --queue-id Q"
	    " --original-recipient c@d.example --size 2000 -- c@d.example";
	char words[sizeof options], program[4096], *argv[16], *save = NULL;
	AUTO(buf_release) struct buf image = BUF_INIT;
	posix_spawn_file_actions_t actions;
	long fewest = LONG_MAX, limit = 20;
	struct err e = ERR_INIT;
	size_t argc = 0;
	ssize_t n;

	(void)state;
	n = readlink("/proc/self/exe", program, sizeof program - 32);
	assert_true(n > 0);
	program[n] = '\0';
	*strrchr(program, '/') = '\0';
	snprintf(strrchr(program, '/'), 32, "/mroute-deliver");
	if (file_read(AT_FDCWD, program, 1 << 22, &image, &e) < 0)
		fail_msg("%s", e.text);
	/* The C library of the system needs some more than musl. */
	if (memmem(image.ptr, image.len, "GNU C Library", 13) != NULL)
		limit = 40;

	make_spool();
	write_file("message", "");
	assert_int_equal(truncate("message", 2000), 0);
	memcpy(words, options, sizeof options);
	argv[argc++] = program;
	for (char *w = strtok_r(words, " ", &save); w != NULL;
	    w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	/* A spawned program shares our pages up to its start: none of ours count. */
	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	assert_int_equal(posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
	    "message", O_RDONLY, 0), 0);
	for (int i = 0; i < 3; i++) {
		struct rusage usage;
		int status;
		pid_t pid;

		assert_int_equal(posix_spawn(&pid, program, &actions, NULL, argv,
		    environ), 0);
		assert_int_equal(wait4(pid, &status, 0, &usage), pid);
		assert_int_equal(status, 0);
		fewest = MIN(fewest, usage.ru_minflt);
	}
	posix_spawn_file_actions_destroy(&actions);
	if (fewest > limit)
		fail_msg("%ld page faults", fewest);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, tempdir_setup, tempdir_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(good_spool_opens),
		cmocka_unit_test(other_spools_are_refused),
		TEST(odd_format_is_refused),
		TEST(silence_counts_from_the_last_sign_of_life),
		TEST(free_space_counts_what_is_to_come),
		TEST(poke_reaches_who_listens_and_waits_for_nobody),
		TEST(every_byte_of_any_size_arrives),
		TEST(entry_that_is_not_committed_leaves_no_trace),
		TEST(entry_is_locked_while_it_is_written),
		TEST(name_that_is_taken_is_an_error),
		TEST(endless_message_is_refused),
		TEST(program_starts_with_few_page_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
