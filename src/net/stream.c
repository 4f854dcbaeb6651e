/* SPDX-License-Identifier: MIT */
#include "net/stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <libetpan/mailstream.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/xalloc.h"

enum {
	MAIL_BUFFER = 8192,
	FIRST_BUDGET = 16384,
	SLOWEST = 32,			/* bytes a ms that a peer must take */
};

/* Where the bytes that came last stand, for what we refuse (see check). */
enum guard_state { GUARD_LINE, GUARD_START, GUARD_COUNT, GUARD_CLOSED };

struct stream {
	int fd;
	bool local;			/* loopback or Unix socket */
	int64_t deadline;		/* monotonic ms */
	int64_t longest_wait;		/* ms */
	size_t budget;			/* bytes the server may still send */
	bool broken, broke_writing;
	char why[200];
	enum guard_state guard;
	size_t literal;			/* number between '{' and '}' */
	gnutls_session_t tls;
	gnutls_certificate_credentials_t cred;
	char *tls_host;			/* GnuTLS keeps a pointer to it */
	bool verified;
	mailstream *mail;		/* NULL once libetpan has closed it */
};

void
stream_break(struct stream *s, const char *why)
{
	if (s->broken)
		return;
	s->broken = true;
	snprintf(s->why, sizeof s->why, "%.*s", (int)sizeof s->why - 1, why);
}

/* Wait until fd is ready; -1, and the stream broken, at the deadline. */
static int
wait_for(struct stream *s, short events)
{
	int64_t end = MIN(s->deadline, clock_mono_ms() + s->longest_wait);

	for (;;) {
		int64_t left = end - clock_mono_ms();
		struct pollfd p = { s->fd, events, 0 };
		int r;

		if (left <= 0) {
			stream_break(s, "timed out");
			return -1;
		}
		r = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		if (r > 0)
			return 0;
		if (r < 0 && errno != EINTR) {
			stream_break(s, strerror(errno));
			return -1;
		}
	}
}

/* GnuTLS stopped in the middle: wait for what it needs; -1 when that is over. */
static int
wait_tls(struct stream *s, ssize_t r)
{
	if (r != GNUTLS_E_AGAIN && r != GNUTLS_E_INTERRUPTED) {
		stream_break(s, gnutls_strerror((int)r));
		return -1;
	}
	return wait_for(s,
	    gnutls_record_get_direction(s->tls) ? POLLOUT : POLLIN);
}

static int
wait_plain(struct stream *s, short events)
{
	if (errno == EINTR)
		return 0;
	if (errno != EAGAIN) {
		stream_break(s, strerror(errno));
		return -1;
	}
	return wait_for(s, events);
}

/*
 * No server says an empty line, and libetpan reads in front of its buffer
 * when one does; for a literal it takes memory at the server's word.
 */
static void
check(struct stream *s, const char *p, size_t n)
{
	for (; n > 0; p++, n--) {
		if (*p == '\n') {
			if (s->guard == GUARD_START)
				stream_break(s, "the server sent an empty line");
			if (s->guard == GUARD_CLOSED && s->literal > s->budget)
				stream_break(s, "the server announced too large a"
				    " literal");
			s->guard = GUARD_START;
		} else if (*p == '\r') {
			continue;		/* "\r\n" is an empty line as well */
		} else if (*p == '{') {
			s->guard = GUARD_COUNT;
			s->literal = 0;
		} else if (s->guard == GUARD_COUNT && *p >= '0' && *p <= '9') {
			if (s->literal < SIZE_MAX / 20)
				s->literal = s->literal * 10 + (size_t)(*p - '0');
		} else if (s->guard == GUARD_COUNT && *p == '}') {
			s->guard = GUARD_CLOSED;
		} else if (s->guard != GUARD_COUNT || *p != '+') {
			s->guard = GUARD_LINE;
		}
	}
}

/* Never 0: libetpan would take what it has for a whole line. */
static ssize_t
low_read(mailstream_low *low, void *p, size_t n)
{
	struct stream *s = low->data;
	ssize_t got;

	if (s->broken)
		return -1;
	if (s->budget == 0) {
		stream_break(s, "the server sends too much");
		return -1;
	}
	if (clock_mono_ms() >= s->deadline) {
		stream_break(s, "timed out");
		return -1;
	}
	n = MIN(n, s->budget);
	for (;;) {
		if (s->tls != NULL)
			got = gnutls_record_recv(s->tls, p, n);
		else
			got = recv(s->fd, p, n, 0);
		if (got >= 0)
			break;
		if ((s->tls != NULL ? wait_tls(s, got) : wait_plain(s, POLLIN)) < 0)
			return -1;
	}
	if (got == 0) {
		stream_break(s, "the server closed the connection");
		return -1;
	}
	s->budget -= (size_t)got;
	check(s, p, (size_t)got);
	return s->broken ? -1 : got;
}

/*
 * All of it or -1, never less: libetpan does not notice a short write inside a
 * line longer than its buffer, and would end a message that has lost bytes.
 */
static ssize_t
low_write(mailstream_low *low, const void *p, size_t n)
{
	struct stream *s = low->data;
	const char *at = p;
	size_t left = n;

	while (!s->broken && left > 0) {
		ssize_t put;

		if (clock_mono_ms() >= s->deadline) {
			stream_break(s, "timed out");
			break;
		}
		/* After E_AGAIN GnuTLS wants the same call again: it gets it. */
		if (s->tls != NULL)
			put = gnutls_record_send(s->tls, at, left);
		else
			put = send(s->fd, at, left, MSG_NOSIGNAL);
		if (put >= 0) {
			at += put;
			left -= (size_t)put;
		} else if ((s->tls != NULL ? wait_tls(s, put) :
		    wait_plain(s, POLLOUT)) < 0)
			break;
	}
	if (left > 0) {
		s->broke_writing = true;
		return -1;
	}
	return (ssize_t)n;
}

static int
low_close(mailstream_low *low)
{
	struct stream *s = low->data;

	if (s->tls != NULL) {
		/* Without waiting: what counted has been answered. */
		if (!s->broken)
			gnutls_bye(s->tls, GNUTLS_SHUT_WR);
		gnutls_deinit(s->tls);
		s->tls = NULL;
	}
	if (s->cred != NULL)
		gnutls_certificate_free_credentials(s->cred);
	s->cred = NULL;
	fd_close(&s->fd);
	stream_break(s, "closed");
	return 0;
}

static void
low_free(mailstream_low *low)
{
	struct stream *s = low->data;

	s->mail = NULL;
	free(low);
}

static int
low_get_fd(mailstream_low *low)
{
	struct stream *s = low->data;

	return s->fd;
}

static mailstream_low_driver driver = {
	.mailstream_read = low_read,
	.mailstream_write = low_write,
	.mailstream_close = low_close,
	.mailstream_get_fd = low_get_fd,
	.mailstream_free = low_free,
};

static bool
is_loopback(const struct sockaddr *sa)
{
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof in);
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	}
	if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof in6);
		return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr) ||
		    (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr) &&
		    in6.sin6_addr.s6_addr[12] == 127);
	}
	return sa->sa_family == AF_UNIX;
}

/* One address, within timeout_ms: 0, or -1 with the reason in s->why. */
static int
connect_one(struct stream *s, const struct sockaddr *sa, socklen_t len,
    int64_t timeout_ms)
{
	int error = 0;
	socklen_t size = sizeof error;

	fd_close(&s->fd);
	s->broken = false;
	stream_limit(s, timeout_ms, FIRST_BUDGET);
	s->fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0) {
		stream_break(s, strerror(errno));
		return -1;
	}
	if (connect(s->fd, sa, len) < 0) {
		if (errno != EINPROGRESS) {
			stream_break(s, strerror(errno));
			return -1;
		}
		if (wait_for(s, POLLOUT) < 0)
			return -1;
		if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
			error = errno;
		if (error != 0) {
			stream_break(s, strerror(error));
			return -1;
		}
	}
	s->local = is_loopback(sa);
	return 0;
}

static int
connect_unix(struct stream *s, const char *path, int64_t timeout_ms,
    struct err *e)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof un.sun_path)
		return err_set(e, ERR_TEMP, "the path of socket '%s' is too long",
		    path);
	memcpy(un.sun_path, path, strlen(path) + 1);
	if (connect_one(s, (const struct sockaddr *)&un, sizeof un, timeout_ms) < 0)
		return err_set(e, ERR_TEMP, "cannot connect to '%s': %s", path,
		    s->why);
	return 0;
}

static int
connect_tcp(struct stream *s, const char *host, unsigned port,
    int64_t timeout_ms, struct err *e)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_NUMERICSERV }, *list, *a;
	int64_t deadline;
	char service[12];
	int r, n = 0, ok = -1;

	snprintf(service, sizeof service, "%u", port);
	if ((r = getaddrinfo(host, service, &hints, &list)) != 0)
		return err_set(e, ERR_TEMP, "cannot resolve '%s': %s", host,
		    r == EAI_SYSTEM ? strerror(errno) : gai_strerror(r));
	for (a = list; a != NULL; a = a->ai_next)
		n++;
	deadline = clock_mono_ms() + timeout_ms;
	for (a = list; a != NULL && ok < 0; a = a->ai_next, n--) {
		int64_t left = deadline - clock_mono_ms();

		if (left <= 0)
			break;
		ok = connect_one(s, a->ai_addr, a->ai_addrlen, left / n);
	}
	freeaddrinfo(list);
	if (ok < 0)
		return err_set(e, ERR_TEMP, "cannot connect to '%s' port %u: %s",
		    host, port, s->broken ? s->why : "timed out");
	return 0;
}

int
stream_open(const char *host, unsigned port, int64_t timeout_ms,
    struct stream **out, struct err *e)
{
	AUTO(stream_close) struct stream *s = xcalloc(1, sizeof *s);
	mailstream_low *low;

	s->fd = -1;
	s->guard = GUARD_START;
	if ((host[0] == '/' ? connect_unix(s, host, timeout_ms, e) :
	    connect_tcp(s, host, port, timeout_ms, e)) < 0)
		return -1;
	if ((low = mailstream_low_new(s, &driver)) == NULL)
		return err_set(e, ERR_TEMP, "no memory for a connection");
	if ((s->mail = mailstream_new(low, MAIL_BUFFER)) == NULL) {
		free(low);
		return err_set(e, ERR_TEMP, "no memory for a connection");
	}
	*out = s;
	s = NULL;
	return 0;
}

/* Everything that must be set before the handshake; a GnuTLS code. */
static int
tls_prepare(struct stream *s, const char *host, const char *ca_file)
{
	unsigned char ip[sizeof(struct in6_addr)];
	int r;

	if ((r = gnutls_certificate_allocate_credentials(&s->cred)) < 0)
		return r;
	if (ca_file != NULL)
		r = gnutls_certificate_set_x509_trust_file(s->cred, ca_file,
		    GNUTLS_X509_FMT_PEM);
	else
		r = gnutls_certificate_set_x509_system_trust(s->cred);
	if (r <= 0)
		return r < 0 ? r : GNUTLS_E_NO_CERTIFICATE_FOUND;
	if ((r = gnutls_init(&s->tls,
	    GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL)) < 0 ||
	    (r = gnutls_priority_set_direct(s->tls, "NORMAL:-VERS-ALL:"
	    "+VERS-TLS1.3:+VERS-TLS1.2:%PROFILE_MEDIUM", NULL)) < 0 ||
	    (r = gnutls_credentials_set(s->tls, GNUTLS_CRD_CERTIFICATE,
	    s->cred)) < 0)
		return r;
	if (inet_pton(AF_INET, host, ip) != 1 &&
	    inet_pton(AF_INET6, host, ip) != 1 &&
	    (r = gnutls_server_name_set(s->tls, GNUTLS_NAME_DNS, host,
	    strlen(host))) < 0)
		return r;
	/* Chain, dates and name, checked before the handshake ends. */
	s->tls_host = xstrdup(host);
	gnutls_session_set_verify_cert(s->tls, s->tls_host, 0);
	gnutls_transport_set_int(s->tls, s->fd);
	gnutls_handshake_set_timeout(s->tls, GNUTLS_INDEFINITE_TIMEOUT);
	return 0;
}

/* A handshake failed: tell what was wrong with the certificate, or else r. */
static int
tls_error(struct stream *s, int r, struct err *e)
{
	gnutls_datum_t text = { NULL, 0 };

	if (r == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR &&
	    gnutls_certificate_verification_status_print(
	    gnutls_session_get_verify_cert_status(s->tls), GNUTLS_CRT_X509,
	    &text, 0) == 0) {
		err_set(e, ERR_TEMP, "TLS: %s", text.data);
		gnutls_free(text.data);
		return -1;
	}
	return err_set(e, ERR_TEMP, "TLS: %s",
	    s->broken ? s->why : gnutls_strerror(r));
}

int
stream_tls(struct stream *s, const char *host, const char *ca_file,
    int64_t timeout_ms, struct err *e)
{
	int r;

	if (stream_unread(s) || s->mail->write_buffer_len != 0) {
		/* What was slipped in before TLS must not be read after it. */
		stream_break(s, "TLS: the server spoke before its turn");
		return err_set(e, ERR_TEMP, "%s", s->why);
	}
	stream_limit(s, timeout_ms, FIRST_BUDGET);
	if ((r = tls_prepare(s, host, ca_file)) < 0) {
		tls_error(s, r, e);
		if (r == GNUTLS_E_NO_CERTIFICATE_FOUND || r == GNUTLS_E_FILE_ERROR)
			err_set(e, ERR_TEMP, "TLS: no certificate authorities in"
			    " '%s'", ca_file != NULL ? ca_file :
			    "the system's trust store");
		stream_break(s, e->text);
		return -1;
	}
	while ((r = gnutls_handshake(s->tls)) < 0 && !gnutls_error_is_fatal(r)) {
		/* More may be in GnuTLS' own buffer: no wait after a warning. */
		if (r != GNUTLS_E_WARNING_ALERT_RECEIVED ||
		    clock_mono_ms() >= s->deadline)
			if (wait_tls(s, r) < 0)
				break;
	}
	if (r < 0) {
		tls_error(s, r, e);
		stream_break(s, e->text);
		return -1;
	}
	s->verified = true;
	s->guard = GUARD_START;
	return 0;
}

bool
stream_private(const struct stream *s)
{
	return s->local || (s->tls != NULL && s->verified);
}

void
stream_limit(struct stream *s, int64_t timeout_ms, size_t budget)
{
	s->deadline = clock_mono_ms() + timeout_ms;
	s->longest_wait = timeout_ms;
	s->budget = budget;
}

void
stream_limit_transfer(struct stream *s, int64_t timeout_ms, size_t size,
    size_t budget)
{
	stream_limit(s, timeout_ms, budget);
	s->deadline += (int64_t)(size / SLOWEST);
}

const char *
stream_why(const struct stream *s)
{
	return s->broken ? s->why : NULL;
}

bool
stream_broke_writing(const struct stream *s)
{
	return s->broke_writing;
}

bool
stream_unread(const struct stream *s)
{
	return s->mail != NULL && s->mail->read_buffer_len > 0;
}

void
stream_forget(struct stream *s)
{
	if (s->mail != NULL && s->mail->write_buffer_len == 0)
		explicit_bzero(s->mail->write_buffer, s->mail->buffer_max_size);
}

struct _mailstream *
stream_mail(struct stream *s)
{
	return s->mail;
}

void
stream_close(struct stream **sp)
{
	struct stream *s = *sp;

	if (s == NULL)
		return;
	if (s->mail != NULL)
		mailstream_close(s->mail);
	fd_close(&s->fd);
	free(s->tls_host);
	free(s);
	*sp = NULL;
}
