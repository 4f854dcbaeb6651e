/* SPDX-License-Identifier: MIT */
/*
 * netsend - deliver one message by src/net alone, and say how it ended: for
 * the tests against real servers.
 *
 *	netsend [options] smtp HOST PORT FROM TO <message
 *	netsend [options] append HOST PORT MAILBOX ID <message
 *	netsend [options] find HOST PORT MAILBOX ID
 *	netsend [options] maildir ROOT MAILBOX ID <message
 *
 *	-t none|starttls|implicit   -c CA-FILE   -u USER -p PASSWORD-FILE
 *	-x prefix   -m mode (octal)   -g group   -l (look first)
 *
 * It prints class, code, broken, text, place, a line each; the message gets
 * the line X-Mroute-Id: ID.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "net/dress.h"
#include "net/imap.h"
#include "net/maildir.h"
#include "net/smtp.h"

enum { MESSAGE_MAX = 200 << 20 };

static const struct config_limits limits = {
	.connect_timeout = 10000,
	.command_timeout = 20000,
	.data_timeout = 20000,
};

struct options {
	struct config_server srv;
	struct maildir_options maildir;
	bool look;
};

static void __attribute__((noreturn))
usage(void)
{
	fputs("usage: see the top of tests/tools/netsend.c\n", stderr);
	exit(2);
}

static enum config_tls
tls_named(const char *name)
{
	static const char *const names[] = {
		[TLS_NONE] = "none",
		[TLS_STARTTLS] = "starttls",
		[TLS_IMPLICIT] = "implicit",
	};

	for (size_t i = 0; i < NELEM(names); i++)
		if (strcmp(name, names[i]) == 0)
			return (enum config_tls)i;
	usage();
}

static void
parse_options(int argc, char **argv, struct options *opt)
{
	int c;

	*opt = (struct options){ .srv = { .name = "test", .prefix = "" },
	    .maildir = { 0700, NULL } };
	while ((c = getopt(argc, argv, "+t:c:u:p:x:m:g:l")) != -1) {
		switch (c) {
		case 't':
			opt->srv.tls = tls_named(optarg);
			break;
		case 'c':
			opt->srv.ca_file = optarg;
			break;
		case 'u':
			opt->srv.user = optarg;
			break;
		case 'p':
			opt->srv.password_file = optarg;
			break;
		case 'x':
			opt->srv.prefix = optarg;
			break;
		case 'm':
			opt->maildir.mode = (unsigned)strtoul(optarg, NULL, 8);
			break;
		case 'g':
			opt->maildir.group = optarg;
			break;
		case 'l':
			opt->look = true;
			break;
		default:
			usage();
		}
	}
}

/* The message at stdin, dressed. */
static void
read_message(const char *id, enum dress_form form, struct buf *out)
{
	const struct dress_line line = { "X-Mroute-Id", id };
	AUTO(buf_release) struct buf raw = BUF_INIT;
	struct err e = ERR_INIT;
	bool wrapped;

	if (fd_slurp(0, "stdin", MESSAGE_MAX, &raw, &e) < 0 ||
	    dress_message(buf_slice(&raw), &line, 1, form, out, &wrapped, &e) < 0) {
		fprintf(stderr, "netsend: %s\n", e.text);
		exit(2);
	}
}

static void
send_smtp(const struct config_server *srv, char **arg, struct outcome *o)
{
	AUTO(buf_release) struct buf m = BUF_INIT;
	struct smtp *s = NULL;
	bool has_8bit = false;

	read_message("01ABC.1", DRESS_CRLF, &m);
	for (size_t i = 0; i < m.len && !has_8bit; i++)
		has_8bit = (m.ptr[i] & 0x80) != 0;
	if (smtp_open(srv, &limits, "test.example", &s, o) < 0)
		return;
	smtp_send(s, arg[0], arg[1], buf_slice(&m), has_8bit, false, o);
	smtp_close(&s);
}

static void
talk_imap(const struct config_server *srv, bool find, char **arg, struct outcome *o)
{
	AUTO(buf_release) struct buf m = BUF_INIT;
	struct imap *im = NULL;

	if (!find)
		read_message(arg[1], DRESS_CRLF, &m);
	if (imap_open(srv, &limits, &im, o) < 0)
		return;
	if (find)
		imap_find(im, arg[0], arg[1], o);
	else
		imap_append(im, arg[0], buf_slice(&m), INT64_C(1795891621000), o);
	imap_close(&im);
}

static void
write_maildir(const struct options *opt, char **arg, struct outcome *o)
{
	AUTO(buf_release) struct buf m = BUF_INIT;

	read_message(arg[2], DRESS_RAW, &m);
	maildir_deliver(arg[0], arg[1], &opt->maildir, arg[2], buf_slice(&m),
	    INT64_C(1795891621000), opt->look, o);
}

int
main(int argc, char **argv)
{
	struct options opt;
	struct outcome o;
	const char *verb;

	parse_options(argc, argv, &opt);
	argv += optind;
	argc -= optind;
	if (argc < 4)
		usage();
	verb = argv[0];
	opt.srv.host = argv[1];
	opt.srv.port = (unsigned)strtoul(argv[2], NULL, 10);
	if (strcmp(verb, "maildir") == 0)
		write_maildir(&opt, argv + 1, &o);
	else if (argc < 5)
		usage();
	else if (strcmp(verb, "smtp") == 0)
		send_smtp(&opt.srv, argv + 3, &o);
	else if (strcmp(verb, "append") == 0 || strcmp(verb, "find") == 0)
		talk_imap(&opt.srv, verb[0] == 'f', argv + 3, &o);
	else
		usage();
	printf("class=%s\ncode=%d\nbroken=%d\ntext=%s\nplace=%s\n",
	    outcome_class_name(o.class), o.code, o.broken, o.text, o.place);
	return 0;
}
