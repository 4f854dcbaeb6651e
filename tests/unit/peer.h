/* SPDX-License-Identifier: MIT */
/*
 * peer - a server on a loopback port that does what a script says, in a
 * process of its own, for one connection; and what it heard.
 *
 * It ends when its script does or its client goes away, at the latest after
 * ten seconds.  Its exit status is 0 when all went as in the script.
 */
#ifndef TESTS_PEER_H
#define TESTS_PEER_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum peer_op {
	PEER_END,
	PEER_SAY,		/* send text */
	PEER_HEAR,		/* read a line that must begin with text */
	PEER_BODY,		/* read mail data up to CRLF . CRLF */
	PEER_LITERAL,		/* read as many bytes as the last line's {n}, and CRLF */
	PEER_STALL,		/* say nothing until the client goes */
	PEER_PAUSE,		/* read nothing either for 600 ms, then all of it */
	PEER_DRIP,		/* text, a byte each 20 ms, over and over */
	PEER_FLOOD,		/* text, over and over */
	PEER_RESET,		/* close so that the client gets ECONNRESET */
	PEER_TLS,		/* from here in TLS, by peer_tls (tlspeer.h) */
};

struct peer_step {
	enum peer_op op;
	const char *text;
};

struct peer {
	pid_t pid;
	unsigned port;
	int log;		/* memfd: all that was heard */
};

struct peer_run {
	int fd, log;
	char line[65536];
	ssize_t (*read)(struct peer_run *r, void *p, size_t n);
	ssize_t (*send)(struct peer_run *r, const void *p, size_t n);
	void *tls;		/* tlspeer.h */
};

/* Begins TLS with the certificate named; sets read and send. */
static void (*peer_tls)(struct peer_run *r, const char *cert);

static ssize_t
peer_plain_read(struct peer_run *r, void *p, size_t n)
{
	return read(r->fd, p, n);
}

static ssize_t
peer_plain_send(struct peer_run *r, const void *p, size_t n)
{
	return send(r->fd, p, n, MSG_NOSIGNAL);
}

static void
peer_fail(const char *what, const char *text, const char *line)
{
	fprintf(stderr, "# peer: %s '%s', heard '%s'\n", what, text, line);
	_exit(3);
}

static bool
peer_byte(struct peer_run *r, char *c)
{
	if (r->read(r, c, 1) != 1)
		return false;
	if (write(r->log, c, 1) != 1)
		_exit(4);
	return true;
}

static bool
peer_line(struct peer_run *r)
{
	size_t n = 0;

	while (n < sizeof r->line - 1 && peer_byte(r, &r->line[n]))
		if (r->line[n++] == '\n')
			break;
	r->line[n] = '\0';
	return n > 0 && r->line[n - 1] == '\n';
}

static void
peer_body(struct peer_run *r)
{
	while (peer_line(r))
		if (strcmp(r->line, ".\r\n") == 0)
			return;
	_exit(5);
}

static void
peer_literal(struct peer_run *r)
{
	const char *open = strrchr(r->line, '{');
	unsigned long n = open != NULL ? strtoul(open + 1, NULL, 10) : 0;
	char c;

	for (n += 2; n > 0; n--)
		if (!peer_byte(r, &c))
			_exit(5);
}

/* True while the client is there; waits for ms. */
static bool
peer_wait(int fd, int ms)
{
	struct pollfd p = { fd, POLLIN, 0 };
	char rest[4096];

	if (poll(&p, 1, ms) <= 0)
		return true;
	return read(fd, rest, sizeof rest) > 0;
}

static bool
peer_send(struct peer_run *r, const char *text, size_t n)
{
	while (n > 0) {
		ssize_t put = r->send(r, text, n);

		if (put < 0)
			return false;
		text += put;
		n -= (size_t)put;
	}
	return true;
}

static void
peer_step(struct peer_run *r, const struct peer_step *s)
{
	struct linger hard = { 1, 0 };
	ssize_t n;

	switch (s->op) {
	case PEER_END:
		break;
	case PEER_SAY:
		peer_send(r, s->text, strlen(s->text));
		break;
	case PEER_HEAR:
		if (!peer_line(r) || strncmp(r->line, s->text, strlen(s->text)) != 0)
			peer_fail("wanted", s->text, r->line);
		break;
	case PEER_BODY:
		peer_body(r);
		break;
	case PEER_LITERAL:
		peer_literal(r);
		break;
	case PEER_STALL:
		while (peer_wait(r->fd, -1))
			;
		break;
	case PEER_PAUSE:
		poll(NULL, 0, 600);
		while ((n = read(r->fd, r->line, sizeof r->line)) > 0)
			if (write(r->log, r->line, (size_t)n) != n)
				_exit(4);
		break;
	case PEER_DRIP:
		for (size_t i = 0; peer_wait(r->fd, 20); i++)
			if (!peer_send(r, s->text + i % strlen(s->text), 1))
				break;
		break;
	case PEER_FLOOD:
		while (peer_send(r, s->text, strlen(s->text)))
			;
		break;
	case PEER_RESET:
		setsockopt(r->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
		break;
	case PEER_TLS:
		peer_tls(r, s->text);
		break;
	}
}

static void __attribute__((noreturn))
peer_serve(int listener, int log, const struct peer_step *script)
{
	static struct peer_run r;

	alarm(10);
	r.log = log;
	r.read = peer_plain_read;
	r.send = peer_plain_send;
	if ((r.fd = accept(listener, NULL, NULL)) < 0)
		_exit(2);
	close(listener);
	for (; script->op != PEER_END; script++)
		peer_step(&r, script);
	_exit(0);
}

/* Serve the script (ends with PEER_END) on a port of the given address. */
static struct peer
peer_start_at(const char *address, const struct peer_step *script)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof in;
	struct peer p = { 0, 0, memfd_create("heard", MFD_CLOEXEC) };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (inet_pton(AF_INET, address, &in.sin_addr) != 1 || p.log < 0 ||
	    listener < 0 || bind(listener, (struct sockaddr *)&in, sizeof in) < 0 ||
	    listen(listener, 1) < 0 ||
	    getsockname(listener, (struct sockaddr *)&in, &len) < 0 ||
	    (p.pid = fork()) < 0) {
		perror("# peer");
		abort();
	}
	if (p.pid == 0)
		peer_serve(listener, p.log, script);
	close(listener);
	p.port = ntohs(in.sin_port);
	return p;
}

static __attribute__((unused)) struct peer
peer_start(const struct peer_step *script)
{
	return peer_start_at("127.0.0.1", script);
}

/* Wait for its end: the exit status, 100 + signal; all it heard to be freed. */
static int
peer_end(struct peer *p, char **heard)
{
	off_t n;
	int status;

	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	n = lseek(p->log, 0, SEEK_END);
	*heard = calloc(1, (size_t)n + 1);
	if (*heard == NULL || pread(p->log, *heard, (size_t)n, 0) != n)
		abort();
	close(p->log);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

/* The most memory this process has had so far. */
static __attribute__((unused)) long
peak_kb(void)
{
	struct rusage u;

	return getrusage(RUSAGE_SELF, &u) == 0 ? u.ru_maxrss : -1;
}

#endif
