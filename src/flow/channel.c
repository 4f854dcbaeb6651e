/* SPDX-License-Identifier: MIT */
#include "flow/channel.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"

enum { HEAD = 5, CHUNK = 65536 };

void
channel_init(struct channel *c, int fd, size_t max)
{
	*c = (struct channel){ .fd = fd, .max = max, .in = BUF_INIT, .passed = -1 };
}

void
channel_release(struct channel *c)
{
	buf_release(&c->in);
	fd_close(&c->passed);
	fd_close(&c->fd);
}

/* The descriptor goes with the first bytes; the rest follows without it. */
static int
send_all(int sock, struct slice bytes, int fd, int flags, struct err *e)
{
	while (bytes.len > 0) {
		struct iovec iov = { (void *)(uintptr_t)bytes.ptr, bytes.len };
		union {
			struct cmsghdr head;
			char room[CMSG_SPACE(sizeof(int))];
		} control = { 0 };
		struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
		ssize_t n;

		if (fd >= 0) {
			struct cmsghdr *cm;

			msg.msg_control = control.room;
			msg.msg_controllen = sizeof control.room;
			cm = CMSG_FIRSTHDR(&msg);
			cm->cmsg_level = SOL_SOCKET;
			cm->cmsg_type = SCM_RIGHTS;
			cm->cmsg_len = CMSG_LEN(sizeof(int));
			memcpy(CMSG_DATA(cm), &fd, sizeof fd);
		}
		n = sendmsg(sock, &msg, MSG_NOSIGNAL | flags);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(e, ERR_TEMP, "cannot send to the other process");
		bytes = slice_sub(bytes, (size_t)n, bytes.len);
		fd = -1;
	}
	return 0;
}

static int
send_frame(struct channel *c, char type, struct slice body, int fd, int flags,
    struct err *e)
{
	AUTO(buf_release) struct buf frame = BUF_INIT;

	buf_put_u8(&frame, (uint8_t)type);
	buf_put_slice(&frame, body);
	return send_all(c->fd, buf_slice(&frame), fd, flags, e);
}

int
channel_send(struct channel *c, char type, struct slice body, int fd, struct err *e)
{
	return send_frame(c, type, body, fd, 0, e);
}

int
channel_send_now(struct channel *c, char type, struct slice body, int fd,
    struct err *e)
{
	if (body.len > CHANNEL_SEND_MAX)
		return err_set(e, ERR_DATA, "a job for another process is too long");
	return send_frame(c, type, body, fd, MSG_DONTWAIT, e);
}

enum taken { TAKEN_END = -2, TAKEN_ERROR = -1, TAKEN_NOTHING = 0, TAKEN_BYTES = 1 };

static enum taken
take_in(struct channel *c, int flags, struct err *e)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov;
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = control.room, .msg_controllen = sizeof control.room };
	ssize_t n;

	buf_reserve(&c->in, CHUNK);
	iov = (struct iovec){ c->in.ptr + c->in.len, CHUNK };
	do
		n = recvmsg(c->fd, &msg, flags | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return TAKEN_NOTHING;
	if (n < 0) {
		err_errno(e, ERR_TEMP, "cannot read from the other process");
		return TAKEN_ERROR;
	}
	for (struct cmsghdr *cm = CMSG_FIRSTHDR(&msg); cm != NULL;
	    cm = CMSG_NXTHDR(&msg, cm))
		if (cm->cmsg_level == SOL_SOCKET && cm->cmsg_type == SCM_RIGHTS &&
		    cm->cmsg_len == CMSG_LEN(sizeof(int))) {
			fd_close(&c->passed);
			memcpy(&c->passed, CMSG_DATA(cm), sizeof c->passed);
		}
	if (n == 0) {
		err_set(e, ERR_TEMP, "the other process is gone");
		return TAKEN_END;
	}
	c->in.len += (size_t)n;
	c->in.ptr[c->in.len] = '\0';
	return TAKEN_BYTES;
}

/* 1 a whole frame is in the buffer, 0 not yet, -1 too long. */
static int
whole_frame(struct channel *c, struct frame *out, struct err *e)
{
	struct slice in = buf_slice(&c->in);
	uint8_t type;
	uint32_t len;

	if (in.len < HEAD || !slice_get_u8(&in, &type) || !slice_get_u32(&in, &len))
		return 0;
	if (len > c->max)
		return err_set(e, ERR_DATA, "the other process sent %u bytes, "
		    "%zu are allowed", len, c->max);
	if (in.len < len)
		return 0;
	*out = (struct frame){ (char)type, slice_sub(in, 0, len), c->passed };
	c->passed = -1;
	c->used = HEAD + (size_t)len;
	return 1;
}

static void
drop_used(struct channel *c)
{
	if (c->used == 0)
		return;
	memmove(c->in.ptr, c->in.ptr + c->used, c->in.len - c->used + 1);
	c->in.len -= c->used;
	c->used = 0;
}

static int
next_frame(struct channel *c, int flags, struct frame *out, struct err *e)
{
	drop_used(c);
	for (;;) {
		int whole = whole_frame(c, out, e);
		enum taken taken;

		if (whole != 0)
			return whole;
		if ((taken = take_in(c, flags, e)) != TAKEN_BYTES)
			return (int)taken;
	}
}

int
channel_poll(struct channel *c, struct frame *out, struct err *e)
{
	int r = next_frame(c, MSG_DONTWAIT, out, e);

	return r < 0 ? -1 : r;
}

int
channel_wait(struct channel *c, struct frame *out, struct err *e)
{
	int r = next_frame(c, 0, out, e);

	return r == (int)TAKEN_END ? 0 : r;
}
