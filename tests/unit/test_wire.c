/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "flow/channel.h"
#include "flow/wire.h"

static void
fill_send(struct send_job *j)
{
	*j = (struct send_job){ .kind = EFFECT_IMAP, .received_ms = 1234567890123,
	    .offset = 77, .size = 1 << 30, .look = true,
	    .n_line = 2 };
	snprintf(j->server, sizeof j->server, "mail");
	snprintf(j->target, sizeof j->target, "Triage/Pr\xc3\xa9sse");
	snprintf(j->from, sizeof j->from, "bounce@company.example");
	snprintf(j->mroute_id, sizeof j->mroute_id, "01ARZ3NDEKTSV4RRFFQ69G5FAV.3");
	snprintf(j->line[0].name, sizeof j->line[0].name, "X-Mroute-Id");
	snprintf(j->line[0].value, sizeof j->line[0].value, "x");
	snprintf(j->line[1].name, sizeof j->line[1].name, "X-Mroute-Route");
}

static void
jobs_come_back_as_they_went(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT, again = BUF_INIT;
	struct send_job in, out;

	(void)state;
	fill_send(&in);
	wire_put_send(&b, &in);
	assert_true(wire_get_send(buf_slice(&b), &out));
	wire_put_send(&again, &out);
	assert_int_equal(b.len, again.len);
	assert_memory_equal(b.ptr, again.ptr, b.len);
	assert_string_equal(out.target, in.target);
	assert_true(out.look);
}

static void
an_examiner_is_told_how_close_to_look(void **state)
{
	struct examine_job j = { .offset = 5, .size = 7 };

	(void)state;
	for (int close = 0; close < 2; close++) {
		AUTO(buf_release) struct buf b = BUF_INIT;
		struct examine_job out;

		j.close = close == 1;
		wire_put_examine(&b, &j);
		assert_true(wire_get_examine(buf_slice(&b), &out));
		assert_int_equal(out.close, close);
		assert_int_equal(out.size, 7);
		b.ptr[b.len - 1] = 2;
		assert_false(wire_get_examine(buf_slice(&b), &out));
	}
}

/* Every cut and every trailing byte is refused: none is taken for another. */
static void
cut_or_longer_frames_are_refused(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT, r = BUF_INIT, x = BUF_INIT;
	struct send_job job;
	struct send_result result = { .opened = true };
	struct examine_job examine = { .size = 5 };

	(void)state;
	fill_send(&job);
	wire_put_send(&b, &job);
	wire_put_result(&r, &result);
	wire_put_examine(&x, &examine);
	for (size_t n = 0; n < b.len; n++)
		assert_false(wire_get_send(slice_sub(buf_slice(&b), 0, n), &job));
	for (size_t n = 0; n < r.len; n++)
		assert_false(wire_get_result(slice_sub(buf_slice(&r), 0, n), &result));
	for (size_t n = 0; n < x.len; n++)
		assert_false(wire_get_examine(slice_sub(buf_slice(&x), 0, n),
		    &examine));
	buf_add_char(&b, 'x');
	buf_add_char(&r, 'x');
	buf_add_char(&x, 'x');
	assert_false(wire_get_send(buf_slice(&b), &job));
	assert_false(wire_get_result(buf_slice(&r), &result));
	assert_false(wire_get_examine(buf_slice(&x), &examine));
}

static void
enums_and_strings_are_checked(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT, r = BUF_INIT;
	struct send_job job;
	struct send_result result = { .outcome = { .text = "ok" } };

	(void)state;
	fill_send(&job);
	wire_put_send(&b, &job);
	b.ptr[0] = (char)EFFECT_N;
	assert_false(wire_get_send(buf_slice(&b), &job));
	b.ptr[0] = 0;
	b.ptr[5] = '\0';		/* a NUL inside "mail" */
	assert_false(wire_get_send(buf_slice(&b), &job));
	wire_put_result(&r, &result);
	r.ptr[0] = (char)OUTCOME_N;
	assert_false(wire_get_result(buf_slice(&r), &result));
}

struct pair {
	struct channel a, b;
};

static void
open_pair(struct pair *p, size_t max)
{
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
	channel_init(&p->a, fd[0], max);
	channel_init(&p->b, fd[1], max);
}

static void
frames_arrive_whole_with_their_descriptor(void **state)
{
	AUTO(fd_close) int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct err e = ERR_INIT;
	struct frame f;
	struct pair p;

	(void)state;
	open_pair(&p, 100);
	assert_int_equal(channel_poll(&p.b, &f, &e), 0);
	assert_int_equal(channel_send(&p.a, 'x', SLICE_LIT("one"), null, &e), 0);
	assert_int_equal(channel_send_now(&p.a, 'y', SLICE_LIT(""), -1, &e), 0);
	assert_int_equal(channel_wait(&p.b, &f, &e), 1);
	assert_int_equal(f.type, 'x');
	assert_true(slice_eq_str(f.body, "one"));
	assert_true(f.fd >= 0 && f.fd != null);
	fd_close(&f.fd);
	assert_int_equal(channel_poll(&p.b, &f, &e), 1);
	assert_int_equal(f.type, 'y');
	assert_int_equal(f.body.len, 0);
	assert_int_equal(f.fd, -1);
	channel_release(&p.a);
	assert_int_equal(channel_poll(&p.b, &f, &e), -1);
	assert_int_equal(channel_wait(&p.b, &f, &e), 0);
	channel_release(&p.b);
}

static void
a_frame_longer_than_allowed_breaks_the_channel(void **state)
{
	struct err e = ERR_INIT;
	struct frame f;
	struct pair p;

	(void)state;
	open_pair(&p, 4);
	assert_int_equal(channel_send(&p.a, 'x', SLICE_LIT("four!"), -1, &e), 0);
	assert_int_equal(channel_poll(&p.b, &f, &e), -1);
	channel_release(&p.a);
	channel_release(&p.b);
}

/* The engine must not wait for a child that does not read. */
static void
sending_now_does_not_wait(void **state)
{
	static char big[CHANNEL_SEND_MAX];
	struct err e = ERR_INIT;
	struct pair p;
	int sent = 0;

	(void)state;
	open_pair(&p, sizeof big);
	while (sent < 1000 && channel_send_now(&p.a, 'x',
	    slice_make(big, sizeof big), -1, &e) == 0)
		sent++;
	assert_true(sent < 1000);
	assert_int_equal(channel_send_now(&p.a, 'x', slice_make(big, sizeof big + 1),
	    -1, &e), -1);
	channel_release(&p.a);
	channel_release(&p.b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jobs_come_back_as_they_went),
		cmocka_unit_test(an_examiner_is_told_how_close_to_look),
		cmocka_unit_test(cut_or_longer_frames_are_refused),
		cmocka_unit_test(enums_and_strings_are_checked),
		cmocka_unit_test(frames_arrive_whole_with_their_descriptor),
		cmocka_unit_test(a_frame_longer_than_allowed_breaks_the_channel),
		cmocka_unit_test(sending_now_does_not_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
