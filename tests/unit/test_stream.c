/* SPDX-License-Identifier: MIT */
/*
 * The stream under both protocols: whom it believes, and where it connects.
 * What it does to servers that drip, flood or fall silent is in test_smtp.c
 * and test_imap.c.
 */
#include "net/stream.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/un.h>
#include <time.h>

#include <cmocka.h>

#include "net/imap.h"
#include "net/smtp.h"
#include "tempdir.h"
#include "tlspeer.h"

#define SAY(t)		{ PEER_SAY, t }
#define HEAR(t)		{ PEER_HEAR, t }
#define TLS(cert)	{ PEER_TLS, cert }
#define END		{ PEER_END, NULL }
#define SMTP_LOGIN	SAY("250-x\r\n250 AUTH PLAIN\r\n"), HEAR("AUTH PLAIN "), \
			SAY("235 in\r\n"), HEAR("QUIT")
#define IMAP_CAPS(n)	HEAR(n " CAPABILITY\r\n"), \
			SAY("* CAPABILITY IMAP4rev1\r\n" n " OK done\r\n")

static const struct config_limits limits = {
	.connect_timeout = 5000,
	.command_timeout = 5000,
	.data_timeout = 5000,
};

static const char secret[] = "sesame42";
static const char secret64[] = "c2VzYW1lNDI";

static struct config_server
server(const char *host, unsigned port, enum config_tls tls)
{
	return (struct config_server){ .name = "x", .host = host, .port = port,
	    .tls = tls, .user = "u", .password_file = "password", .prefix = "",
	    .ca_file = "ca.pem" };
}

/* Did the server get in, and did it hear the secret? */
static bool
told_secret(const char *heard)
{
	return strstr(heard, secret) != NULL || strstr(heard, "AUTH") != NULL ||
	    strstr(heard, secret64) != NULL || strstr(heard, "LOGIN") != NULL;
}

static int
try_smtp(const struct config_server *srv, struct outcome *o)
{
	struct smtp *s = NULL;
	int r = smtp_open(srv, &limits, "test.example", &s, o);

	smtp_close(&s);
	return r;
}

static int
try_imap(const struct config_server *srv, struct outcome *o)
{
	struct imap *im = NULL;
	int r = imap_open(srv, &limits, &im, o);

	imap_close(&im);
	return r;
}

/* Only a server that proves to be the one we mean gets a login. */
static void
only_a_proven_server_gets_a_login(void **state)
{
	static const struct {
		const char *label, *cert, *host, *ca;
		const char *text;		/* of the refusal; NULL: gets in */
	} cases[] = {
		{ "good, by name", "good", "localhost", "ca.pem", NULL },
		{ "good, by address", "good", "127.0.0.1", "ca.pem", NULL },
		{ "TLS 1.2", "tls1.2", "localhost", "ca.pem", NULL },
		{ "TLS 1.1", "tls1.1", "localhost", "ca.pem", "TLS: " },
		{ "self-signed", "self-signed", "localhost", "ca.pem",
		    "issuer is unknown" },
		{ "another issuer of the same name", "other-issuer", "localhost",
		    "ca.pem", "TLS: The certificate is NOT trusted" },
		{ "another name", "wrong-name", "localhost", "ca.pem",
		    "does not match" },
		{ "another address", "wrong-name", "127.0.0.1", "ca.pem",
		    "does not match" },
		{ "no address in it", "good-name", "127.0.0.1", "ca.pem",
		    "does not match" },
		{ "expired", "expired", "localhost", "ca.pem", "expired" },
		{ "not yet valid", "from-tomorrow", "localhost", "ca.pem",
		    "not yet" },
		{ "the system does not know the issuer", "good", "localhost", NULL,
		    "TLS: " },
		{ "no authorities", "good", "localhost", "/dev/null",
		    "no certificate authorities in '/dev/null'" },
		{ "authorities that are not there", "good", "localhost",
		    "nowhere.pem", "no certificate authorities in 'nowhere.pem'" },
	};
	enum { IMPLICIT_SMTP, STARTTLS_SMTP, IMPLICIT_IMAP, STARTTLS_IMAP, WAYS };

	(void)state;
	for (size_t i = 0; i < NELEM(cases) * WAYS; i++) {
		size_t c = i / WAYS;
		const struct peer_step scripts[WAYS][16] = {
			[IMPLICIT_SMTP] = { TLS(cases[c].cert), SAY("220 x\r\n"),
			    HEAR("EHLO"), SMTP_LOGIN, END },
			[STARTTLS_SMTP] = { SAY("220 x\r\n"), HEAR("EHLO"),
			    SAY("250-x\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n"),
			    HEAR("STARTTLS\r\n"), SAY("220 go\r\n"),
			    TLS(cases[c].cert), HEAR("EHLO"), SMTP_LOGIN, END },
			[IMPLICIT_IMAP] = { TLS(cases[c].cert), SAY("* OK hi\r\n"),
			    IMAP_CAPS("1"), HEAR("2 LOGIN"), SAY("2 OK in\r\n"),
			    HEAR("3 LIST"), SAY("3 OK x\r\n"), HEAR("4 LOGOUT"),
			    END },
			[STARTTLS_IMAP] = { SAY("* OK hi\r\n"), HEAR("1 CAP"),
			    SAY("* CAPABILITY IMAP4rev1 STARTTLS\r\n1 OK x\r\n"),
			    HEAR("2 STARTTLS\r\n"), SAY("2 OK go\r\n"),
			    TLS(cases[c].cert), IMAP_CAPS("3"),
			    HEAR("4 LOGIN"), SAY("4 OK in\r\n"), HEAR("5 LIST"),
			    SAY("5 OK x\r\n"), HEAR("6 LOGOUT"), END },
		};
		size_t way = i % WAYS;
		struct peer p = peer_start(scripts[way]);
		struct config_server srv = server(cases[c].host, p.port,
		    way == STARTTLS_SMTP || way == STARTTLS_IMAP ? TLS_STARTTLS :
		    TLS_IMPLICIT);
		struct outcome o = { .text = "" };
		bool good = cases[c].text == NULL;
		char *heard;
		int r;

		srv.ca_file = cases[c].ca;
		r = way >= IMPLICIT_IMAP ? try_imap(&srv, &o) : try_smtp(&srv, &o);
		if (peer_end(&p, &heard) != 0 || (r == 0) != good ||
		    told_secret(heard) != good ||
		    (!good && (o.class != OUTCOME_TEMP ||
		    strstr(o.text, cases[c].text) == NULL)))
			fail_msg("%s, way %zu: %d '%s' after '%s'", cases[c].label,
			    way, r, o.text, heard);
		free(heard);
	}
}

/* Whatever is said in the clear does not lead round TLS. */
static void
there_is_no_way_round_starttls(void **state)
{
	static const struct {
		const char *label;
		bool imap;
		struct peer_step script[16];
		const char *text;
	} cases[] = {
		{ "SMTP: not offered", false, { SAY("220 x\r\n"), HEAR("EHLO"),
		    SAY("250-x\r\n250 AUTH PLAIN\r\n"), HEAR("QUIT\r\n") },
		    "offers no STARTTLS" },
		{ "SMTP: refused", false, { SAY("220 x\r\n"), HEAR("EHLO"),
		    SAY("250-x\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n"),
		    HEAR("STARTTLS"), SAY("454 not now\r\n"), HEAR("QUIT\r\n") },
		    "STARTTLS: 454 not now" },
		{ "SMTP: HELO instead", false, { SAY("220 x\r\n"), HEAR("EHLO"),
		    SAY("502 what?\r\n"), HEAR("QUIT\r\n") }, "EHLO: 502" },
		{ "SMTP: a reply slipped in with the 220", false,
		    { SAY("220 x\r\n"), HEAR("EHLO"),
		    SAY("250-x\r\n250 STARTTLS\r\n"), HEAR("STARTTLS"),
		    SAY("220 go\r\n250-x\r\n250 AUTH PLAIN\r\n"), TLS("good"),
		    HEAR("EHLO"), SMTP_LOGIN }, "the server spoke before its turn" },
		{ "SMTP: a reply in the place of TLS", false,
		    { SAY("220 x\r\n"), HEAR("EHLO"),
		    SAY("250-x\r\n250 STARTTLS\r\n"), HEAR("STARTTLS"),
		    SAY("220 go\r\n"), { PEER_DRIP, "250 AUTH PLAIN\r\n" } },
		    "TLS: " },
		{ "IMAP: not offered", true, { SAY("* OK hi\r\n"), IMAP_CAPS("1"),
		    HEAR("2 LOGOUT") }, "offers no STARTTLS" },
		{ "IMAP: refused", true, { SAY("* OK hi\r\n"), HEAR("1 CAP"),
		    SAY("* CAPABILITY IMAP4rev1 STARTTLS\r\n1 OK x\r\n"),
		    HEAR("2 STARTTLS"), SAY("2 NO not now\r\n"), HEAR("3 LOGOUT") },
		    "STARTTLS: NO not now" },
		{ "IMAP: logged in already", true, { SAY("* PREAUTH hi\r\n"),
		    HEAR("1 LOGOUT") }, "PREAUTH" },
		{ "IMAP: responses slipped in with the OK", true,
		    { SAY("* OK hi\r\n"), HEAR("1 CAP"),
		    SAY("* CAPABILITY IMAP4rev1 STARTTLS\r\n1 OK x\r\n"),
		    HEAR("2 STARTTLS"), SAY("2 OK go\r\n* CAPABILITY IMAP4rev1\r\n"
		    "3 OK x\r\n4 OK in\r\n"), TLS("good"), IMAP_CAPS("3") },
		    "the server spoke before its turn" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct peer p = peer_start(cases[i].script);
		struct config_server srv = server("localhost", p.port, TLS_STARTTLS);
		struct outcome o = { .text = "" };
		char *heard;
		int r = cases[i].imap ? try_imap(&srv, &o) : try_smtp(&srv, &o);

		if (peer_end(&p, &heard) != 0 || r == 0 || told_secret(heard) ||
		    o.class != OUTCOME_TEMP || strstr(o.text, cases[i].text) == NULL)
			fail_msg("%s: %d '%s' after '%s'", cases[i].label, r, o.text,
			    heard);
		free(heard);
	}
}

/* What TLS carries is cut off where the peer stops, and known to be. */
static void
a_cut_in_tls_is_noticed(void **state)
{
	static const struct peer_step script[] = { TLS("good"), SAY("220 x\r\n"),
	    HEAR("EHLO"), SAY("250-x\r\n250"), { PEER_RESET, "" }, END };
	struct peer p = peer_start(script);
	struct config_server srv = server("localhost", p.port, TLS_IMPLICIT);
	struct outcome o;
	char *heard;

	(void)state;
	assert_int_equal(try_smtp(&srv, &o), -1);
	assert_non_null(strstr(o.text, "EHLO: "));
	peer_end(&p, &heard);
	assert_false(told_secret(heard));
	free(heard);
}

/* In a network of our own, whose only address beside loopback is this. */
#define FAR	"192.0.2.1"

static bool
far_network(void)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd;

	if (unshare(geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return false;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ifr.ifr_flags = IFF_UP;
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr) < 0)
		return false;
	inet_pton(AF_INET, FAR, &in.sin_addr);
	snprintf(ifr.ifr_name, sizeof ifr.ifr_name, "lo:1");
	memcpy(&ifr.ifr_addr, &in, sizeof in);
	if (ioctl(fd, SIOCSIFADDR, &ifr) < 0)
		return false;
	close(fd);
	return true;
}

/* No login in the clear with a server that is not on this machine. */
static int
far_logins(void)
{
	static const struct {
		bool imap;
		struct peer_step script[8];
	} cases[] = {
		{ false, { SAY("220 x\r\n"), HEAR("EHLO"),
		    SAY("250-x\r\n250 AUTH PLAIN LOGIN\r\n"), HEAR("QUIT\r\n") } },
		{ true, { SAY("* OK hi\r\n"), IMAP_CAPS("1"), HEAR("2 LOGOUT\r\n") } },
	};

	if (!far_network())
		return 77;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct peer p = peer_start_at(FAR, cases[i].script);
		struct config_server srv = server(FAR, p.port, TLS_NONE);
		struct outcome o;
		char *heard;
		int r = cases[i].imap ? try_imap(&srv, &o) : try_smtp(&srv, &o);

		if (peer_end(&p, &heard) != 0 || r != -1 ||
		    o.class != OUTCOME_TEMP || told_secret(heard) ||
		    strstr(o.text, "a secret goes only over TLS") == NULL)
			return 1;
		free(heard);
	}
	return 0;
}

static void
no_secret_leaves_the_machine_in_the_clear(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0)
		_exit(far_logins());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("# no network namespace here: P8 is not tried\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Where localhost is ::1 first, the next address is tried. */
static void
a_name_is_resolved(void **state)
{
	static const struct peer_step script[] = { SAY("220 x\r\n"), END };
	struct peer p = peer_start(script);
	AUTO(stream_close) struct stream *s = NULL;
	struct err e = ERR_INIT;
	char *heard;

	(void)state;
	assert_int_equal(stream_open("localhost", p.port, 5000, &s, &e), 0);
	assert_true(stream_private(s));
	assert_null(stream_why(s));
	stream_close(&s);
	assert_int_equal(peer_end(&p, &heard), 0);
	free(heard);
}

static void
connecting_fails_with_a_reason(void **state)
{
	static const struct {
		const char *host;
		unsigned port;
		const char *text;
	} cases[] = {
		{ "127.0.0.1", 1, "cannot connect to '127.0.0.1' port 1: "
		    "Connection refused" },
		{ "::1", 1, "cannot connect to '::1' port 1: " },
		{ "", 1, "cannot" },
		{ "a..b", 1, "cannot resolve 'a..b': " },
		{ "/nowhere/socket", 0, "cannot connect to '/nowhere/socket': "
		    "No such file or directory" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(stream_close) struct stream *s = NULL;
		struct err e = ERR_INIT;

		if (stream_open(cases[i].host, cases[i].port, 5000, &s, &e) == 0 ||
		    e.kind != ERR_TEMP || strstr(e.text, cases[i].text) == NULL)
			fail_msg("'%s': '%s'", cases[i].host, e.text);
	}
}

static void
a_unix_socket_is_as_good_as_loopback(void **state)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "socket" };
	char path[sizeof un.sun_path];
	AUTO(stream_close) struct stream *s = NULL;
	struct err e = ERR_INIT;
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(listener >= 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&un, sizeof un), 0);
	assert_int_equal(listen(listener, 1), 0);
	snprintf(path, sizeof path, "%s/socket", (const char *)*state);
	assert_int_equal(stream_open(path, 0, 5000, &s, &e), 0);
	assert_true(stream_private(s));
	close(listener);
}

static int
setup(void **state)
{
	int fd;

	if (tempdir_setup(state) < 0)
		return -1;
	tlspeer_setup();
	fd = open("password", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, secret, strlen(secret)) < 0)
		return -1;
	return close(fd);
}

static int
teardown(void **state)
{
	tlspeer_teardown();
	return tempdir_teardown(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_proven_server_gets_a_login),
		cmocka_unit_test(there_is_no_way_round_starttls),
		cmocka_unit_test(no_secret_leaves_the_machine_in_the_clear),
		cmocka_unit_test(a_cut_in_tls_is_noticed),
		cmocka_unit_test(a_name_is_resolved),
		cmocka_unit_test(connecting_fails_with_a_reason),
		cmocka_unit_test(a_unix_socket_is_as_good_as_loopback),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
