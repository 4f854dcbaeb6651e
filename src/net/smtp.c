/* SPDX-License-Identifier: MIT */
#include "net/smtp.h"

#include <libetpan/mailsmtp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "net/base64.h"
#include "net/sasl.h"
#include "net/secret.h"
#include "net/smtpsay.h"
#include "net/stream.h"

/* libetpan.so has these two, its installed headers do not. */
int mailsmtp_send_command(mailsmtp *session, char *command);
int mailsmtp_read_response(mailsmtp *session);

enum {
	REPLY_MAX = 16384,		/* bytes of one reply */
	COMMAND_MAX = 512,		/* RFC 5321, 4.5.3.1.4, with CRLF */
	AUTH_MAX = 12288,		/* RFC 4954, section 4: base64 and CRLF */
	QUIT_TIME = 5000,		/* ms */
	NO_REPLY = 0,			/* in place of a reply code */
};

struct smtp {
	mailsmtp *session;
	struct stream *stream;
	struct smtp_caps caps;
	int64_t command_time, data_time;
	char place[sizeof ((struct outcome *)0)->place];	/* "host:port" */
	bool begun;			/* a transaction that needs RSET first */
};

/* Read the next reply: its code, 200 to 599, or NO_REPLY with the stream broken. */
static int
read_reply(struct smtp *s)
{
	int code = mailsmtp_read_response(s->session);

	if (stream_why(s->stream) == NULL && code >= 200 && code <= 599)
		return code;
	stream_break(s->stream, "the server's reply is not SMTP");
	return NO_REPLY;
}

/* Say something and read the reply. */
static int
talk(struct smtp *s, const struct buf *command)
{
	stream_limit(s->stream, s->command_time, REPLY_MAX);
	/* A reply nobody asked for would be taken for the next one. */
	if (stream_unread(s->stream))
		stream_break(s->stream, "the server spoke before its turn");
	/* It is only read; its type is older than const. */
	if (mailsmtp_send_command(s->session, command->ptr) < 0) {
		stream_break(s->stream, "cannot send");
		return NO_REPLY;
	}
	return read_reply(s);
}

static int
talk_str(struct smtp *s, const char *command)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	buf_set(&b, command);
	return talk(s, &b);
}

/* What the server said last: its lines in one, without the codes. */
static struct slice
reply_text(const struct smtp *s)
{
	return slice_trim(slice_str(s->session->response));
}

static bool
is_class(int code, int class)
{
	return code / 100 == class;
}

/*
 * Not about this message or address but about how we came in (RFC 4954): a
 * person must mend the configuration, and then it works.
 */
static bool
is_about_login(int code)
{
	return code == 530 || code == 534 || code == 535 || code == 538;
}

/* The outcome of a reply that was not the one hoped for; step names it. */
static void
set_refused(struct smtp *s, int code, const char *step, struct outcome *o)
{
	enum outcome_class class = OUTCOME_TEMP;
	struct slice text = reply_text(s);

	if (code == NO_REPLY) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s: %s: %s", s->place, step,
		    stream_why(s->stream));
		o->broken = true;
		return;
	}
	if (is_class(code, 5) && !is_about_login(code))
		class = OUTCOME_PERM;
	outcome_set(o, class, code, "%s: %s: %d " SLICE_FMT, s->place, step, code,
	    SLICE_ARG(text));
	/* 421 is its last word; what is neither 4xx nor 5xx makes no sense here. */
	if (code == 421 || !(is_class(code, 4) || is_class(code, 5))) {
		stream_break(s->stream, "the server ended the conversation");
		o->broken = true;
	}
}

static int
say_hello(struct smtp *s, const char *hostname, bool plain_will_do,
    struct outcome *o)
{
	AUTO(buf_release) struct buf hello = BUF_INIT;
	int code;

	buf_addf(&hello, "EHLO %s\r\n", hostname);
	code = talk(s, &hello);
	if (is_class(code, 2)) {
		smtp_caps_parse(slice_str(s->session->response), &s->caps);
		return 0;
	}
	/* A server from before 1995: fine where nothing more is needed. */
	if (is_class(code, 5) && plain_will_do) {
		s->caps = (struct smtp_caps){ 0 };
		buf_reset(&hello);
		buf_addf(&hello, "HELO %s\r\n", hostname);
		if (is_class(code = talk(s, &hello), 2))
			return 0;
	}
	set_refused(s, code, "EHLO", o);
	return -1;
}

static int
go_tls(struct smtp *s, const struct config_server *srv, int64_t timeout,
    struct outcome *o)
{
	struct err e = ERR_INIT;

	if (stream_tls(s->stream, srv->host, srv->ca_file, timeout, &e) == 0)
		return 0;
	outcome_set(o, OUTCOME_TEMP, 0, "%s: %s", s->place, e.text);
	return -1;
}

static int
start_tls(struct smtp *s, const struct config_server *srv, int64_t timeout,
    struct outcome *o)
{
	int code;

	if (!s->caps.starttls) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s: the server offers no STARTTLS",
		    s->place);
		return -1;
	}
	if ((code = talk_str(s, "STARTTLS\r\n")) != 220) {
		set_refused(s, code, "STARTTLS", o);
		return -1;
	}
	return go_tls(s, srv, timeout, o);
}

/* One exchange of a login: say it, forget it, 334 or 235 expected. */
static int
talk_secret(struct smtp *s, const char *front, const struct buf *secret)
{
	AUTO(secret_wipe) struct buf line = BUF_INIT;
	int code;

	buf_reserve(&line, strlen(front) + secret->len + 2);
	buf_add_str(&line, front);
	buf_add_slice(&line, buf_slice(secret));
	buf_add_str(&line, "\r\n");
	code = talk(s, &line);
	stream_forget(s->stream);
	return code;
}

/* "AUTH MECH answer", or without where the line gets too long (RFC 4954). */
static int
talk_auth(struct smtp *s, const char *mech, const struct buf *answer)
{
	AUTO(buf_release) struct buf front = BUF_INIT;
	int code;

	buf_addf(&front, "AUTH %s ", mech);
	if (front.len + answer->len + 2 <= COMMAND_MAX)
		return talk_secret(s, front.ptr, answer);
	buf_addf(&front, "\r\n");
	if ((code = talk(s, &front)) == 334)
		code = talk_secret(s, "", answer);
	return code;
}

static int
talk_login(struct smtp *s, const char *user, struct slice password)
{
	AUTO(buf_release) struct buf name = BUF_INIT;
	AUTO(secret_wipe) struct buf word = BUF_INIT;
	int code;

	base64_add(&name, slice_str(user));
	base64_add(&word, password);
	if ((code = talk_str(s, "AUTH LOGIN\r\n")) == 334 &&
	    (code = talk_secret(s, "", &name)) == 334)
		code = talk_secret(s, "", &word);
	return code;
}

/* Hide a text in which the server repeats what we said. */
static void
set_login_refused(struct smtp *s, int code, struct slice secret,
    struct slice answer, struct outcome *o)
{
	struct slice text = reply_text(s);

	if (code != NO_REPLY &&
	    (secret_shows(text, secret) || secret_shows(text, answer)))
		outcome_set(o, OUTCOME_TEMP, code, "%s: login refused: %d (the text"
		    " is not shown: it repeats the secret)", s->place, code);
	else
		set_refused(s, code, "login refused", o);
}

static int
log_in(struct smtp *s, const struct config_server *srv, struct outcome *o)
{
	AUTO(secret_wipe) struct buf secret = BUF_INIT;
	AUTO(secret_wipe) struct buf answer = BUF_INIT;
	bool token = srv->auth == AUTH_XOAUTH2;
	struct err e = ERR_INIT;
	int code;

	if (!stream_private(s->stream)) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s: no login: a secret goes only"
		    " over TLS or to this machine", s->place);
		return -1;
	}
	if (token ? !s->caps.auth_xoauth2 :
	    !s->caps.auth_plain && !s->caps.auth_login) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s: no login: the server does not"
		    " offer AUTH %s", s->place, token ? "XOAUTH2" : "PLAIN");
		return -1;
	}
	if (secret_get(srv, &secret, &e) < 0) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s: no login: %s", s->place, e.text);
		return -1;
	}
	if (token)
		sasl_xoauth2(srv->user, buf_slice(&secret), &answer);
	else if (s->caps.auth_plain)
		sasl_plain(srv->user, buf_slice(&secret), &answer);
	else
		base64_add(&answer, buf_slice(&secret));
	if (answer.len + 2 > AUTH_MAX) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s: no login: the secret is too"
		    " long", s->place);
		return -1;
	}
	if (token || s->caps.auth_plain)
		code = talk_auth(s, token ? "XOAUTH2" : "PLAIN", &answer);
	else
		code = talk_login(s, srv->user, buf_slice(&secret));
	if (code == 334)		/* it explains its no; then comes the no */
		code = talk_str(s, token ? "\r\n" : "*\r\n");
	if (code == 235)
		return 0;
	set_login_refused(s, code, buf_slice(&secret), buf_slice(&answer), o);
	return -1;
}

/* From the connection to a server that takes mail from us. */
static int
greet(struct smtp *s, const struct config_server *srv,
    const struct config_limits *limits, const char *hostname, struct outcome *o)
{
	int64_t timeout = limits->connect_timeout;
	bool plain = srv->tls == TLS_NONE && srv->user == NULL;
	int code;

	if (srv->tls == TLS_IMPLICIT && go_tls(s, srv, timeout, o) < 0)
		return -1;
	stream_limit(s->stream, s->command_time, REPLY_MAX);
	if ((code = read_reply(s)) != 220) {
		set_refused(s, code, "greeting", o);
		return -1;
	}
	if (say_hello(s, hostname, plain, o) < 0)
		return -1;
	/* What it said before TLS may have been said by somebody else. */
	if (srv->tls == TLS_STARTTLS && (start_tls(s, srv, timeout, o) < 0 ||
	    say_hello(s, hostname, plain, o) < 0))
		return -1;
	return srv->user != NULL ? log_in(s, srv, o) : 0;
}

/* A name that can stand in EHLO. */
static bool
hostname_valid(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789.-_[]:");

	return n > 0 && n <= 255 && name[n] == '\0';
}

int
smtp_open(const struct config_server *srv, const struct config_limits *limits,
    const char *hostname, struct smtp **out, struct outcome *o)
{
	AUTO(smtp_close) struct smtp *s = xcalloc(1, sizeof *s);
	struct err e = ERR_INIT;

	s->command_time = limits->command_timeout;
	s->data_time = limits->data_timeout;
	if (srv->host[0] == '/')
		snprintf(s->place, sizeof s->place, "%s", srv->host);
	else
		snprintf(s->place, sizeof s->place, "%s:%u", srv->host, srv->port);
	if (stream_open(srv->host, srv->port, limits->connect_timeout, &s->stream,
	    &e) < 0) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s", e.text);
		o->broken = true;
		return -1;
	}
	if ((s->session = mailsmtp_new(0, NULL)) == NULL) {
		outcome_set(o, OUTCOME_TEMP, 0, "no memory for a connection");
		o->broken = true;
		return -1;
	}
	s->session->stream = stream_mail(s->stream);
	if (greet(s, srv, limits, hostname_valid(hostname) ? hostname : "localhost",
	    o) < 0) {
		/* Whatever it said: no message has been looked at yet. */
		o->class = OUTCOME_TEMP;
		o->broken = true;
		return -1;
	}
	*out = s;
	s = NULL;
	return 0;
}

/* MAIL and RCPT.  False with the outcome. */
static bool
begin(struct smtp *s, const char *from, const char *to, size_t size,
    bool has_8bit, bool utf8, struct outcome *o)
{
	AUTO(buf_release) struct buf mail = BUF_INIT;
	AUTO(buf_release) struct buf rcpt = BUF_INIT;
	int code;

	buf_set(&mail, "MAIL FROM:<");
	if (from[0] != '\0' && smtp_path(from, &mail) < 0) {
		outcome_set(o, OUTCOME_PERM, 0, "'%s' can't be a sender", from);
		return false;
	}
	buf_add_str(&mail, ">");
	if (s->caps.size)
		buf_addf(&mail, " SIZE=%zu", size);
	/* Where it is not offered the bytes go as they are all the same (P5). */
	if (has_8bit && s->caps.eightbitmime)
		buf_add_str(&mail, " BODY=8BITMIME");
	if (utf8)
		buf_add_str(&mail, " SMTPUTF8");
	buf_add_str(&mail, "\r\n");

	buf_set(&rcpt, "RCPT TO:<");
	if (smtp_path(to, &rcpt) < 0) {
		outcome_set(o, OUTCOME_PERM, 0, "'%s' can't be a recipient", to);
		return false;
	}
	buf_add_str(&rcpt, !s->caps.dsn ? ">\r\n" : from[0] != '\0' ?
	    "> NOTIFY=FAILURE\r\n" : "> NOTIFY=NEVER\r\n");

	s->begun = true;
	if (!is_class(code = talk(s, &mail), 2)) {
		set_refused(s, code, "MAIL", o);
		return false;
	}
	if (!is_class(code = talk(s, &rcpt), 2)) {
		set_refused(s, code, "RCPT", o);
		return false;
	}
	return true;
}

/*
 * libetpan ends the data with CRLF . CRLF whatever the message ends with, so
 * it gets the message without its own last CRLF, and the bytes are exact.
 */
static struct slice
without_last_crlf(struct slice m)
{
	return slice_ends_case(m, "\r\n") ? slice_sub(m, 0, m.len - 2) : m;
}

static void
send_data(struct smtp *s, struct slice message, struct outcome *o)
{
	int code;

	if ((code = talk_str(s, "DATA\r\n")) != 354) {
		set_refused(s, code, "DATA", o);
		return;
	}
	stream_limit_transfer(s->stream, s->data_time, message.len, REPLY_MAX);
	message = without_last_crlf(message);
	/* Its verdict knows few codes: ours is by the class of the reply. */
	mailsmtp_data_message(s->session, message.len > 0 ? message.ptr : "",
	    message.len);
	code = s->session->response_code;
	if (stream_why(s->stream) == NULL && (code < 200 || code > 599))
		stream_break(s->stream, "the server's reply is not SMTP");
	if (stream_broke_writing(s->stream)) {
		/* Cut before the end: it can't have been accepted. */
		set_refused(s, NO_REPLY, "data", o);
		return;
	}
	if (stream_why(s->stream) != NULL)
		code = NO_REPLY;
	if (!is_class(code, 2)) {
		set_refused(s, code, "end of data", o);
		if (!is_class(code, 4) && !is_class(code, 5))
			o->class = OUTCOME_UNCERTAIN;
		return;
	}
	s->begun = false;
	outcome_set(o, OUTCOME_DONE, code, "%d " SLICE_FMT, code,
	    SLICE_ARG(reply_text(s)));
	snprintf(o->place, sizeof o->place, "%s", s->place);
}

void
smtp_send(struct smtp *s, const char *from, const char *to,
    struct slice message, bool has_8bit, bool needs_smtputf8, struct outcome *o)
{
	bool utf8 = needs_smtputf8 || smtp_path_utf8(from) || smtp_path_utf8(to);
	int code;

	if (utf8 && !s->caps.smtputf8) {
		outcome_set(o, OUTCOME_PERM, 0, "%s: the message needs SMTPUTF8, which"
		    " the server does not offer", s->place);
		return;
	}
	if (s->caps.size_max > 0 && message.len > s->caps.size_max) {
		outcome_set(o, OUTCOME_PERM, 0, "%s: the message has %zu bytes, the"
		    " server takes %llu", s->place, message.len,
		    (unsigned long long)s->caps.size_max);
		return;
	}
	if (s->begun) {
		if (!is_class(code = talk_str(s, "RSET\r\n"), 2)) {
			set_refused(s, code, "RSET", o);
			o->class = OUTCOME_TEMP;
			o->broken = true;
			return;
		}
		s->begun = false;
	}
	if (begin(s, from, to, message.len, has_8bit, utf8, o))
		send_data(s, message, o);
}

void
smtp_close(struct smtp **sp)
{
	struct smtp *s = *sp;

	if (s == NULL)
		return;
	if (s->session != NULL) {
		/* QUIT without waiting for the reply; nothing when it is broken. */
		if (s->stream != NULL)
			stream_limit(s->stream, QUIT_TIME, REPLY_MAX);
		mailsmtp_free(s->session);
	}
	stream_close(&s->stream);
	free(s);
	*sp = NULL;
}
