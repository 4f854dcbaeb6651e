/* SPDX-License-Identifier: MIT */
#include "spool_help.h"

#include "base/clock.h"

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
	snprintf(env.own_rcpt[1], ADDR_SIZE, "two words@acme.example");
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

#define TEST(f)	cmocka_unit_test_setup_teardown(f, tempdir_setup, tempdir_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
