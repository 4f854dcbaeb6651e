/* SPDX-License-Identifier: MIT */
#include "net/imap.h"

#include <libetpan/mailimap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "net/imapsay.h"
#include "net/secret.h"
#include "net/stream.h"

enum {
	/*
	 * Bytes of one response.  libetpan's parser recurses: 60 kB of '('
	 * end its stack, 30 kB do not.
	 */
	RESPONSE_MAX = 16384,
	LOGOUT_TIME = 5000,		/* ms */
};

/* How a command was answered. */
enum answer {
	ANSWER_OK,
	ANSWER_NO,
	ANSWER_BAD,
	ANSWER_LOST,			/* not at all; the stream is broken */
};

struct imap {
	mailimap *session;
	struct stream *stream;
	int64_t command_time, data_time;
	char *prefix;
	char delimiter;			/* '\0': the server has no hierarchy */
	char place[256];		/* "host:port" */
	struct imap_reply reply;	/* valid until the next command */
};

/*
 * What libetpan's result and the tagged line of the response, which is still
 * in its buffer, make together: it keeps neither NO and BAD apart nor most
 * codes.
 */
static enum answer
judge(struct imap *im, int r)
{
	struct slice response = slice_make(im->session->imap_stream_buffer->str,
	    im->session->imap_stream_buffer->len);

	if (stream_why(im->stream) == NULL &&
	    imap_reply_parse(response, im->session->imap_tag, &im->reply)) {
		if (r == MAILIMAP_NO_ERROR && im->reply.status == IMAP_OK)
			return ANSWER_OK;
		if (r == MAILIMAP_NO_ERROR && im->reply.status == IMAP_NO)
			return ANSWER_NO;
		if (r == MAILIMAP_ERROR_PROTOCOL && im->reply.status == IMAP_BAD)
			return ANSWER_BAD;
	}
	stream_break(im->stream, "the server's response is not IMAP");
	im->reply = (struct imap_reply){ .status = IMAP_BAD };
	return ANSWER_LOST;
}

/* Send text and CRLF, with what is in the buffer before them. */
static bool
say(struct imap *im, struct slice text)
{
	mailstream *m = stream_mail(im->stream);

	if (mailstream_write(m, text.ptr, text.len) >= 0 &&
	    mailstream_write(m, "\r\n", 2) >= 0 && mailstream_flush(m) == 0)
		return true;
	stream_break(im->stream, "cannot send");
	return false;
}

/* Parse the response whose first line has been read. */
static enum answer
parse(struct imap *im)
{
	struct mailimap_response *response = NULL;
	int r = mailimap_parse_response(im->session, &response);

	if (r == MAILIMAP_NO_ERROR)
		mailimap_response_free(response);
	return judge(im, r);
}

/*
 * Send one command, without tag and CRLF, and read the response; what it
 * carries is in the session then.  A challenge is answered by an empty line:
 * the server wants to explain a refusal.
 */
static enum answer
command(struct imap *im, const struct buf *text)
{
	const char *line;

	stream_limit(im->stream, im->command_time, RESPONSE_MAX);
	if (mailimap_send_current_tag(im->session) != MAILIMAP_NO_ERROR ||
	    !say(im, buf_slice(text)) ||
	    (line = mailimap_read_line(im->session)) == NULL ||
	    (line[0] == '+' && !say(im, SLICE_LIT(""))))
		return judge(im, MAILIMAP_ERROR_STREAM);
	return parse(im);
}

static enum answer
command_str(struct imap *im, const char *text)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	buf_set(&b, text);
	return command(im, &b);
}

/* The outcome of an answer that was not OK; step names the command. */
static void
set_refused(struct imap *im, enum answer a, const char *step, struct outcome *o)
{
	if (a == ANSWER_LOST) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s: %s: %s", im->place, step,
		    stream_why(im->stream));
		o->broken = true;
		return;
	}
	outcome_set(o, imap_reply_permanent(&im->reply) ? OUTCOME_PERM :
	    OUTCOME_TEMP, 0, "%s: %s: " SLICE_FMT, im->place, step,
	    SLICE_ARG(im->reply.text));
}

/* Is a capability among what the server told last? */
static bool
has_cap(const struct imap *im, const char *name)
{
	const struct mailimap_connection_info *info =
	    im->session->imap_connection_info;
	struct slice want = slice_str(name), have;

	if (info == NULL || info->imap_capability == NULL)
		return false;
	for (clistiter *i = clist_begin(info->imap_capability->cap_list); i != NULL;
	    i = clist_next(i)) {
		const struct mailimap_capability *c = clist_content(i);

		have = slice_str(c->cap_data.cap_name);
		if (c->cap_type == MAILIMAP_CAPABILITY_AUTH_TYPE ?
		    slice_starts_case(want, "AUTH=") &&
		    slice_eq_case(slice_sub(want, 5, want.len), have) :
		    slice_eq_case(want, have))
			return true;
	}
	return false;
}

/* Ask anew; what was told before (in the clear, perhaps) no longer counts. */
static int
ask_caps(struct imap *im, struct outcome *o)
{
	struct mailimap_connection_info *info = im->session->imap_connection_info;
	enum answer a;

	if (info != NULL && info->imap_capability != NULL) {
		mailimap_capability_data_free(info->imap_capability);
		info->imap_capability = NULL;
	}
	if ((a = command_str(im, "CAPABILITY")) == ANSWER_OK)
		return 0;
	set_refused(im, a, "CAPABILITY", o);
	return -1;
}

static int
go_tls(struct imap *im, const struct config_server *srv, int64_t timeout,
    struct outcome *o)
{
	struct err e = ERR_INIT;

	if (stream_tls(im->stream, srv->host, srv->ca_file, timeout, &e) == 0)
		return 0;
	outcome_set(o, OUTCOME_TEMP, 0, "%s: %s", im->place, e.text);
	return -1;
}

static int
start_tls(struct imap *im, const struct config_server *srv, int64_t timeout,
    struct outcome *o)
{
	enum answer a;

	if (ask_caps(im, o) < 0)
		return -1;
	if (!has_cap(im, "STARTTLS")) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s: the server offers no STARTTLS",
		    im->place);
		return -1;
	}
	if ((a = command_str(im, "STARTTLS")) != ANSWER_OK) {
		set_refused(im, a, "STARTTLS", o);
		return -1;
	}
	return go_tls(im, srv, timeout, o);
}

/* Why no login can be tried, or NULL. */
static const char *
no_login(const struct imap *im, const struct config_server *srv)
{
	if (srv->user == NULL)
		return "the server wants one and no user is configured";
	if (!stream_private(im->stream))
		return "a secret goes only over TLS or to this machine";
	if (srv->auth == AUTH_XOAUTH2 && !has_cap(im, "AUTH=XOAUTH2"))
		return "the server does not offer AUTH=XOAUTH2";
	if (srv->auth == AUTH_PLAIN && has_cap(im, "LOGINDISABLED"))
		return "the server does not take passwords here (LOGINDISABLED)";
	return NULL;
}

static int
log_in(struct imap *im, const struct config_server *srv, struct outcome *o)
{
	AUTO(secret_wipe) struct buf secret = BUF_INIT;
	AUTO(secret_wipe) struct buf text = BUF_INIT;
	const char *why;
	struct err e = ERR_INIT;
	enum answer a;

	if (ask_caps(im, o) < 0)
		return -1;
	if ((why = no_login(im, srv)) != NULL) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s: no login: %s", im->place, why);
		return -1;
	}
	if (secret_get(srv, &secret, &e) < 0) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s: no login: %s", im->place, e.text);
		return -1;
	}
	if (!imap_quotable(slice_str(srv->user)) ||
	    !imap_quotable(buf_slice(&secret))) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s: no login: user or secret has a"
		    " control character", im->place);
		return -1;
	}
	imap_login_command(srv->user, buf_slice(&secret),
	    srv->auth == AUTH_XOAUTH2, &text);
	a = command(im, &text);
	stream_forget(im->stream);
	if (a == ANSWER_OK)
		return 0;
	if (secret_shows(im->reply.text, buf_slice(&secret)) ||
	    secret_shows(im->reply.text, buf_slice(&text)))
		outcome_set(o, OUTCOME_TEMP, 0, "%s: login refused (the text is not"
		    " shown: it repeats the secret)", im->place);
	else
		set_refused(im, a, "login refused", o);
	return -1;
}

/*
 * The greeting: 1 logged in already, 0 not, -1 with the outcome.  Not by
 * mailimap_connect(), which loses memory and all sense of a BYE.
 */
static int
read_greeting(struct imap *im, struct outcome *o)
{
	struct slice line;

	im->session->imap_stream = stream_mail(im->stream);
	im->session->imap_connection_info = mailimap_connection_info_new();
	stream_limit(im->stream, im->command_time, RESPONSE_MAX);
	if (mailimap_read_line(im->session) == NULL) {
		judge(im, MAILIMAP_ERROR_STREAM);
		set_refused(im, ANSWER_LOST, "greeting", o);
		return -1;
	}
	line = slice_trim(slice_str(im->session->imap_stream_buffer->str));
	if (slice_starts_case(line, "* PREAUTH "))
		return 1;
	if (slice_starts_case(line, "* OK "))
		return 0;
	outcome_set(o, OUTCOME_TEMP, 0, "%s: greeting: " SLICE_FMT, im->place,
	    SLICE_ARG(line));
	return -1;
}

static const struct mailimap_mailbox_list *
first_listed(const struct imap *im)
{
	const struct mailimap_response_info *info = im->session->imap_response_info;
	clistiter *i;

	if (info == NULL || info->rsp_mailbox_list == NULL ||
	    (i = clist_begin(info->rsp_mailbox_list)) == NULL)
		return NULL;
	return clist_content(i);
}

static int
ask_delimiter(struct imap *im, struct outcome *o)
{
	const struct mailimap_mailbox_list *list;
	enum answer a = command_str(im, "LIST \"\" \"\"");

	if (a != ANSWER_OK) {
		set_refused(im, a, "LIST", o);
		return -1;
	}
	if ((list = first_listed(im)) != NULL)
		im->delimiter = list->mb_delimiter;
	return 0;
}

static int
greet(struct imap *im, const struct config_server *srv,
    const struct config_limits *limits, struct outcome *o)
{
	int64_t timeout = limits->connect_timeout;
	int in;

	if (srv->tls == TLS_IMPLICIT && go_tls(im, srv, timeout, o) < 0)
		return -1;
	if ((in = read_greeting(im, o)) < 0)
		return -1;
	if (srv->tls == TLS_STARTTLS) {
		/* Logged in, STARTTLS is no longer allowed: a way round TLS. */
		if (in) {
			outcome_set(o, OUTCOME_TEMP, 0, "%s: the server greets with"
			    " PREAUTH, so that TLS can't begin", im->place);
			return -1;
		}
		if (start_tls(im, srv, timeout, o) < 0)
			return -1;
	}
	if (!in && log_in(im, srv, o) < 0)
		return -1;
	return ask_delimiter(im, o);
}

int
imap_open(const struct config_server *srv, const struct config_limits *limits,
    struct imap **out, struct outcome *o)
{
	AUTO(imap_close) struct imap *im = xcalloc(1, sizeof *im);
	struct err e = ERR_INIT;

	im->command_time = limits->command_timeout;
	im->data_time = limits->data_timeout;
	im->prefix = xstrdup(srv->prefix != NULL ? srv->prefix : "");
	if (srv->host[0] == '/')
		snprintf(im->place, sizeof im->place, "%s", srv->host);
	else
		snprintf(im->place, sizeof im->place, "%s:%u", srv->host, srv->port);
	if (stream_open(srv->host, srv->port, limits->connect_timeout, &im->stream,
	    &e) < 0) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s", e.text);
		o->broken = true;
		return -1;
	}
	if ((im->session = mailimap_new(0, NULL)) == NULL) {
		outcome_set(o, OUTCOME_TEMP, 0, "no memory for a connection");
		o->broken = true;
		return -1;
	}
	if (greet(im, srv, limits, o) < 0) {
		/* Whatever it said: no message has been looked at yet. */
		o->class = OUTCOME_TEMP;
		o->broken = true;
		return -1;
	}
	*out = im;
	im = NULL;
	return 0;
}

static enum answer
command_on(struct imap *im, const char *verb, const struct buf *name)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	buf_addf(&text, "%s ", verb);
	imap_quote(&text, buf_slice(name));
	return command(im, &text);
}

static bool
is_missing(const struct imap *im, enum answer a)
{
	return a == ANSWER_NO && imap_reply_missing(&im->reply);
}

/*
 * Wait for the invitation to send (RFC 3501, 7.5), past any news.  True when
 * it came; false with the answer when the server says no, or nothing.
 */
static bool
is_invited(struct imap *im, enum answer *a)
{
	const char *line;

	do {
		if ((line = mailimap_read_line(im->session)) == NULL) {
			*a = judge(im, MAILIMAP_ERROR_STREAM);
			return false;
		}
	} while (line[0] == '*');
	if (line[0] == '+')
		return true;
	if ((*a = parse(im)) == ANSWER_OK) {
		stream_break(im->stream, "the server thanks for what it has not got");
		*a = ANSWER_LOST;
	}
	return false;
}

/*
 * APPEND, written by ourselves: libetpan's own waits for ever when news come
 * before the invitation, and does not tell on which side of the data the
 * connection was lost.  *all_sent is whether the server can have all of it.
 */
static enum answer
append_once(struct imap *im, const struct buf *name, struct slice message,
    int64_t received_ms, bool *all_sent)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	enum answer a;

	*all_sent = false;
	imap_append_command(name, received_ms, message.len, &text);
	stream_limit(im->stream, im->command_time, RESPONSE_MAX);
	if (mailimap_send_current_tag(im->session) != MAILIMAP_NO_ERROR ||
	    !say(im, buf_slice(&text)))
		return judge(im, MAILIMAP_ERROR_STREAM);
	if (!is_invited(im, &a))
		return a;
	stream_limit_transfer(im->stream, im->data_time, message.len, RESPONSE_MAX);
	if (!say(im, message))
		return judge(im, MAILIMAP_ERROR_STREAM);
	*all_sent = true;
	if (mailimap_read_line(im->session) == NULL)
		return judge(im, MAILIMAP_ERROR_STREAM);
	return parse(im);
}

static void
set_place(struct outcome *o, uint64_t uid, const char *mailbox)
{
	if (uid != 0)
		snprintf(o->place, sizeof o->place, "UID %llu of %s",
		    (unsigned long long)uid, mailbox);
	else
		snprintf(o->place, sizeof o->place, "%s", mailbox);
}

/* CREATE and SUBSCRIBE; false with the outcome. */
static bool
make_mailbox(struct imap *im, const struct buf *name, struct outcome *o)
{
	enum answer a = command_on(im, "CREATE", name);

	if (a != ANSWER_OK) {
		set_refused(im, a, "CREATE", o);
		return false;
	}
	/* Where it can't be subscribed to it is still there. */
	if (command_on(im, "SUBSCRIBE", name) == ANSWER_LOST) {
		set_refused(im, ANSWER_LOST, "SUBSCRIBE", o);
		return false;
	}
	return true;
}

void
imap_append(struct imap *im, const char *mailbox, struct slice message,
    int64_t received_ms, struct outcome *o)
{
	AUTO(buf_release) struct buf name = BUF_INIT;
	bool all_sent;
	enum answer a;

	if (!imap_mailbox(im->prefix, im->delimiter, mailbox, &name)) {
		outcome_set(o, OUTCOME_PERM, 0, "'%s' can't be the name of a mailbox",
		    mailbox);
		return;
	}
	a = append_once(im, &name, message, received_ms, &all_sent);
	if (is_missing(im, a)) {
		bool made = make_mailbox(im, &name, o);

		if (!made && o->broken)
			return;
		/* If not made by us, then perhaps by somebody else meanwhile. */
		a = append_once(im, &name, message, received_ms, &all_sent);
		if (!made && is_missing(im, a))
			return;
	}
	if (a == ANSWER_OK) {
		outcome_set(o, OUTCOME_DONE, 0, SLICE_FMT, SLICE_ARG(im->reply.text));
		set_place(o, imap_reply_uid(&im->reply), mailbox);
		return;
	}
	set_refused(im, a, "APPEND", o);
	if (a == ANSWER_LOST && all_sent)
		o->class = OUTCOME_UNCERTAIN;
	/* It can't read our command, and won't the next time. */
	if (a == ANSWER_BAD)
		o->class = OUTCOME_PERM;
}

/* A mailbox that can't be opened: is it that there is none? */
static bool
is_nowhere(struct imap *im, const struct buf *name, enum answer a)
{
	if (a != ANSWER_NO)
		return false;
	if (is_missing(im, a))
		return true;
	/* A server without codes: then its list tells. */
	return command_on(im, "LIST \"\"", name) == ANSWER_OK &&
	    first_listed(im) == NULL;
}

void
imap_find(struct imap *im, const char *mailbox, const char *mroute_id,
    struct outcome *o)
{
	AUTO(buf_release) struct buf name = BUF_INIT;
	AUTO(buf_release) struct buf search = BUF_INIT;
	const clist *found;
	uint32_t uid = 0;
	enum answer a;

	if (!imap_mailbox(im->prefix, im->delimiter, mailbox, &name) ||
	    !imap_search(mroute_id, &search)) {
		outcome_set(o, OUTCOME_PERM, 0, "'%s' can't be in '%s'", mroute_id,
		    mailbox);
		return;
	}
	if ((a = command_on(im, "EXAMINE", &name)) != ANSWER_OK) {
		set_refused(im, a, "EXAMINE", o);
		if (is_nowhere(im, &name, a))
			outcome_set(o, OUTCOME_PERM, 0, "%s: there is no '%s'",
			    im->place, mailbox);
		else
			o->class = OUTCOME_TEMP;
		o->broken = stream_why(im->stream) != NULL;
		return;
	}
	if ((a = command(im, &search)) != ANSWER_OK) {
		set_refused(im, a, "SEARCH", o);
		o->class = OUTCOME_TEMP;
		return;
	}
	found = im->session->imap_response_info != NULL ?
	    im->session->imap_response_info->rsp_search_result : NULL;
	if (found != NULL && clist_begin(found) != NULL)
		uid = *(uint32_t *)clist_content(clist_begin(found));
	/*
	 * Back to where APPEND works undisturbed: news of an open mailbox may
	 * come where libetpan waits for the invitation to send.
	 */
	a = command_str(im, "CLOSE");
	outcome_set(o, uid != 0 ? OUTCOME_DONE : OUTCOME_PERM, 0, "%s: '%s' is %s"
	    " '%s'", im->place, mroute_id, uid != 0 ? "in" : "not in", mailbox);
	if (uid != 0)
		set_place(o, uid, mailbox);
	o->broken = a == ANSWER_LOST;
}

void
imap_close(struct imap **imp)
{
	struct imap *im = *imp;

	if (im == NULL)
		return;
	if (im->session != NULL) {
		/* LOGOUT, where the connection works, and close. */
		if (im->stream != NULL)
			stream_limit(im->stream, LOGOUT_TIME, RESPONSE_MAX);
		mailimap_free(im->session);
	}
	stream_close(&im->stream);
	free(im->prefix);
	free(im);
	*imp = NULL;
}
