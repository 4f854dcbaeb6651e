/* SPDX-License-Identifier: MIT */
#include "net/imap.h"

#include <libetpan/mailimap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "net/mutf7.h"
#include "net/sasl.h"
#include "net/secret.h"
#include "net/stream.h"

enum {
	/*
	 * Bytes of one response.  libetpan's parser recurses: 60 kB of '('
	 * end its stack (LIBRARIES A4).
	 */
	RESPONSE_MAX = 16384,
	LOGOUT_TIME = 5000,		/* ms */
	SLOWEST = 32,			/* bytes a ms that a peer must take */
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
	struct slice reply;		/* "NO [CODE] text", until the next command */
	struct slice code;		/* CODE alone, or empty */
};

/*
 * Find "TAG OK|NO|BAD ..." in the lines of the response that libetpan has
 * just parsed: it keeps neither the difference of NO and BAD nor most codes.
 */
static bool
find_tagged(struct imap *im)
{
	struct slice rest = slice_make(im->session->imap_stream_buffer->str,
	    im->session->imap_stream_buffer->len), line;
	size_t end;
	char tag[16];

	snprintf(tag, sizeof tag, "%d ", im->session->imap_tag);
	im->reply = im->code = (struct slice){ NULL, 0 };
	while (slice_next(&rest, '\n', &line))
		if (slice_starts(line, tag))
			im->reply = slice_trim(slice_sub(line, strlen(tag),
			    line.len));
	if ((end = slice_find(im->reply, '[')) != SIZE_MAX && end <= 4) {
		struct slice code = slice_sub(im->reply, end + 1, im->reply.len);

		for (end = 0; end < code.len && code.ptr[end] != ']' &&
		    code.ptr[end] != ' '; )
			end++;
		im->code = slice_sub(code, 0, end);
	}
	return im->reply.len > 0;
}

/* What libetpan's result and the tagged line make together. */
static enum answer
judge(struct imap *im, int r)
{
	im->reply = im->code = (struct slice){ NULL, 0 };
	if (stream_why(im->stream) == NULL && find_tagged(im)) {
		if (r == MAILIMAP_NO_ERROR && slice_starts_case(im->reply, "OK"))
			return ANSWER_OK;
		if ((r == MAILIMAP_NO_ERROR || r == MAILIMAP_ERROR_APPEND) &&
		    slice_starts_case(im->reply, "NO"))
			return ANSWER_NO;
		if (r == MAILIMAP_ERROR_PROTOCOL &&
		    slice_starts_case(im->reply, "BAD"))
			return ANSWER_BAD;
	}
	stream_break(im->stream, "the server's response is not IMAP");
	im->reply = im->code = (struct slice){ NULL, 0 };
	return ANSWER_LOST;
}

static bool
say(struct imap *im, struct slice text)
{
	mailstream *m = stream_mail(im->stream);

	if (mailstream_write(m, text.ptr, text.len) >= 0 && mailstream_flush(m) == 0)
		return true;
	stream_break(im->stream, "cannot send");
	return false;
}

/*
 * Send one command, without tag and CRLF, and read the response; what it
 * carries is in the session then.  A challenge is answered by an empty line:
 * the server wants to explain a refusal.
 */
static enum answer
command(struct imap *im, const struct buf *text)
{
	struct mailimap_response *response = NULL;
	int r;

	stream_limit(im->stream, im->command_time, RESPONSE_MAX);
	if (mailimap_send_current_tag(im->session) != MAILIMAP_NO_ERROR ||
	    !say(im, buf_slice(text)) || !say(im, SLICE_LIT("\r\n")) ||
	    mailimap_read_line(im->session) == NULL)
		return judge(im, MAILIMAP_ERROR_STREAM);
	if (im->session->imap_stream_buffer->str[0] == '+' &&
	    !say(im, SLICE_LIT("\r\n")))
		return judge(im, MAILIMAP_ERROR_STREAM);
	r = mailimap_parse_response(im->session, &response);
	if (r == MAILIMAP_NO_ERROR)
		mailimap_response_free(response);
	return judge(im, r);
}

static enum answer
command_str(struct imap *im, const char *text)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	buf_set(&b, text);
	return command(im, &b);
}

/* A quoted string (RFC 3501, 4.3); the caller has made sure of no CR and LF. */
static void
add_quoted(struct buf *out, struct slice s)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '"' || s.ptr[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, s.ptr[i]);
	}
	buf_add_char(out, '"');
}

static bool
code_is(const struct imap *im, const char *code)
{
	return slice_eq_case(im->code, slice_str(code));
}

/*
 * Of what a server refuses, hardly anything stays refused: quota, locks, load
 * and logins come right again.  These codes say otherwise (RFC 5530, 4469):
 * the name is impossible, the right is missing, the message is too large.
 */
static bool
is_permanent(const struct imap *im)
{
	return code_is(im, "CANNOT") || code_is(im, "NOPERM") ||
	    code_is(im, "TOOBIG");
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
	outcome_set(o, a == ANSWER_NO && is_permanent(im) ? OUTCOME_PERM :
	    OUTCOME_TEMP, 0, "%s: %s: " SLICE_FMT, im->place, step,
	    SLICE_ARG(im->reply));
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

/* Can it stand in a quoted string? */
static bool
quotable(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7F)
			return false;
	return true;
}

/* The command that logs in; it is a secret as well. */
static void
login_command(const struct config_server *srv, struct slice secret, struct buf *out)
{
	AUTO(secret_wipe) struct buf answer = BUF_INIT;

	secret_wipe(out);
	if (srv->auth == AUTH_XOAUTH2) {
		sasl_xoauth2(srv->user, secret, &answer);
		buf_reserve(out, answer.len + 32);
		buf_add_str(out, "AUTHENTICATE XOAUTH2 ");
		buf_add_slice(out, buf_slice(&answer));
	} else {
		/* Room once, see secret.c: each byte may need a backslash. */
		buf_reserve(out, 2 * (strlen(srv->user) + secret.len) + 16);
		buf_add_str(out, "LOGIN ");
		add_quoted(out, slice_str(srv->user));
		buf_add_char(out, ' ');
		add_quoted(out, secret);
	}
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
	if (!quotable(slice_str(srv->user)) || !quotable(buf_slice(&secret))) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s: no login: user or secret has a"
		    " control character", im->place);
		return -1;
	}
	login_command(srv, buf_slice(&secret), &text);
	a = command(im, &text);
	stream_forget(im->stream);
	if (a == ANSWER_OK) {
		im->session->imap_state = MAILIMAP_STATE_AUTHENTICATED;
		return 0;
	}
	if (secret_shows(im->reply, buf_slice(&secret)) ||
	    secret_shows(im->reply, buf_slice(&text)))
		outcome_set(o, OUTCOME_TEMP, 0, "%s: login refused (the text is not"
		    " shown: it repeats the secret)", im->place);
	else
		set_refused(im, a, "login refused", o);
	return -1;
}

/* The greeting: 1 logged in already, 0 not, -1 with the outcome. */
static int
read_greeting(struct imap *im, struct outcome *o)
{
	struct slice line;
	int r;

	stream_limit(im->stream, im->command_time, RESPONSE_MAX);
	r = mailimap_connect(im->session, stream_mail(im->stream));
	line = slice_trim(slice_make(im->session->imap_stream_buffer->str,
	    im->session->imap_stream_buffer->len));
	if (r == MAILIMAP_NO_ERROR_AUTHENTICATED && slice_starts_case(line,
	    "* PREAUTH"))
		return 1;
	if (r == MAILIMAP_NO_ERROR_NON_AUTHENTICATED && slice_starts_case(line,
	    "* OK"))
		return 0;
	if (stream_why(im->stream) != NULL)
		set_refused(im, ANSWER_LOST, "greeting", o);
	else
		outcome_set(o, OUTCOME_TEMP, 0, "%s: greeting: " SLICE_FMT,
		    im->place, SLICE_ARG(line));
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

/*
 * A/B as the server calls it: prefix, its delimiter for each '/', modified
 * UTF-7.  The delimiter in a name divides too, as it does for every client.
 */
static bool
mailbox_name(const struct imap *im, const char *mailbox, struct buf *out)
{
	AUTO(buf_release) struct buf full = BUF_INIT;
	struct slice rest = slice_str(mailbox), piece;

	if (slice_eq_case(rest, SLICE_LIT("INBOX"))) {
		buf_set(out, "INBOX");
		return true;
	}
	while (slice_next(&rest, '/', &piece))
		if (piece.len == 0)
			return false;
	buf_add_str(&full, im->prefix);
	buf_add_str(&full, mailbox);
	for (size_t i = 0; im->delimiter != '\0' && i < full.len; i++)
		if (full.ptr[i] == '/')
			full.ptr[i] = im->delimiter;
	return mutf7_encode(buf_slice(&full), out) == 0;
}

static enum answer
command_on(struct imap *im, const char *verb, const struct buf *name)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	buf_addf(&text, "%s ", verb);
	add_quoted(&text, buf_slice(name));
	return command(im, &text);
}

static bool
is_missing(const struct imap *im, enum answer a)
{
	return a == ANSWER_NO &&
	    (code_is(im, "TRYCREATE") || code_is(im, "NONEXISTENT"));
}

static enum answer
append_once(struct imap *im, const struct buf *name, struct slice message,
    int64_t received_ms, uint32_t *uid)
{
	time_t t = (time_t)(received_ms / 1000);
	struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
	struct mailimap_date_time *date = NULL;
	uint32_t validity = 0;
	struct tm tm;
	int r;

	if (gmtime_r(&t, &tm) != NULL && tm.tm_year >= 0 && tm.tm_year <= 8099)
		date = mailimap_date_time_new(tm.tm_mday, tm.tm_mon + 1,
		    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec, 0);
	stream_limit(im->stream,
	    im->data_time + (int64_t)(message.len / SLOWEST), RESPONSE_MAX);
	r = mailimap_uidplus_append(im->session, name->ptr, flags, date,
	    message.len > 0 ? message.ptr : "", message.len, &validity, uid);
	if (flags != NULL)
		mailimap_flag_list_free(flags);
	if (date != NULL)
		mailimap_date_time_free(date);
	return judge(im, r);
}

/*
 * The answer to APPEND is missing.  It may have been taken if all of it was
 * sent; a write that failed, or no invitation to send, says that it was not.
 */
static void
set_lost(struct imap *im, size_t sent_before, size_t size, struct outcome *o)
{
	set_refused(im, ANSWER_LOST, "APPEND", o);
	if (!stream_broke_writing(im->stream) &&
	    stream_sent(im->stream) - sent_before >= size)
		o->class = OUTCOME_UNCERTAIN;
}

static void
set_place(struct outcome *o, uint32_t uid, const char *mailbox)
{
	if (uid != 0)
		snprintf(o->place, sizeof o->place, "UID %lu of %s",
		    (unsigned long)uid, mailbox);
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
	size_t sent_before = stream_sent(im->stream);
	uint32_t uid = 0;
	enum answer a;

	if (!mailbox_name(im, mailbox, &name)) {
		outcome_set(o, OUTCOME_PERM, 0, "'%s' can't be the name of a mailbox",
		    mailbox);
		return;
	}
	a = append_once(im, &name, message, received_ms, &uid);
	if (is_missing(im, a)) {
		bool made = make_mailbox(im, &name, o);

		if (!made && o->broken)
			return;
		/* If not made by us, then perhaps by somebody else meanwhile. */
		sent_before = stream_sent(im->stream);
		a = append_once(im, &name, message, received_ms, &uid);
		if (!made && is_missing(im, a))
			return;
	}
	if (a == ANSWER_OK) {
		outcome_set(o, OUTCOME_DONE, 0, SLICE_FMT, SLICE_ARG(im->reply));
		set_place(o, uid, mailbox);
	} else if (a == ANSWER_LOST)
		set_lost(im, sent_before, message.len, o);
	else {
		set_refused(im, a, "APPEND", o);
		/* It can't read our command, and won't the next time. */
		if (a == ANSWER_BAD)
			o->class = OUTCOME_PERM;
	}
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

/*
 * SEARCH looks for a part of the value, so that ID.1 is found in ID.12 too:
 * rule out what has one more digit.
 */
static void
search_command(const char *mroute_id, struct buf *out)
{
	static const char key[] = "HEADER X-Mroute-Id";

	buf_addf(out, "UID SEARCH %s \"%s\"", key, mroute_id);
	for (int digit = 0; digit <= 9; digit++)
		buf_addf(out, " NOT %s \"%s%d\"", key, mroute_id, digit);
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

	if (!mailbox_name(im, mailbox, &name) ||
	    !quotable(slice_str(mroute_id)) || strpbrk(mroute_id, "\"\\") != NULL) {
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
	search_command(mroute_id, &search);
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
