/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/file.h"
#include "manual.h"
#include "model/config.h"
#include "mutate.h"
#include "tempdir.h"

static char *root;			/* of the source tree */

/* Every key, none with its default. */
static const char everything[] =
    "hostname mx.company.example\n"
    "alias marketing@Company.example, press@company.example\n"
    "  rules rules /etc/mroute/more\n"
    "  bounce-address Bounces@company.example\n"
    "  owner Boss@company.example\n"
    "  margin 20\n"
    "  store archive\n"
    "  staff Company.example,\n"
    "        b\xC3\xBC" "cher.example\n"
    "  staff third.example\n"
    "  form Web@company.example\n"
    "  observe yes\n"
    "alias *\n"
    "  rules ./other//rules\n"
    "team press-team\n"
    "  members Ann@company.example maildir:mail/press\n"
    "  members bob@company.example\n"
    "smtp\n"
    "  host smtp.company.example\n"
    "  port 587\n"
    "  tls implicit\n"
    "  auth xoauth2\n"
    "  user mroute\n"
    "  token-command /usr/bin/token \"a b\" c\n"
    "  ca-file ca.pem\n"
    "imap archive\n"
    "  host 127.0.0.1\n"
    "  port 1143\n"
    "  tls none\n"
    "  auth plain\n"
    "  user u v\n"
    "  password-file /etc/mroute/pass word\n"
    "  prefix INBOX.\n"
    "  ca-file /etc/ssl/own.pem\n"
    "imap second\n"
    "  host imap.company.example\n"
    "  user u\n"
    "  password-command /usr/bin/pass mail\n"
    "imap third\n"
    "  maildir store\n"
    "spool\n"
    "  path spool\n"
    "  keep-originals 30d\n"
    "  keep-records 365d\n"
    "  max-silence 0\n"
    "  maildir-mode 02770\n"
    "  maildir-group staff\n"
    "limits\n"
    "  message-size 10M\n"
    "  headers 500\n"
    "  header-size 8k\n"
    "  parts 100\n"
    "  depth 10\n"
    "  body-window 64k\n"
    "  examine-memory 256M\n"
    "  examine-time 5s\n"
    "  match-limit 5000\n"
    "  connect-timeout 1s\n"
    "  command-timeout 2s\n"
    "  data-timeout 3s\n"
    "  retry-first 100ms\n"
    "  retry-longest 1h\n"
    "  lifetime 2w\n"
    "  min-tries 3\n"
    "  uncertain-wait 10ms\n"
    "  alarm-interval 2h\n"
    "  scan-interval 1s\n"
    "trust\n"
    "  authserv-id mx.company.example\n"
    "summary\n"
    "  to Ann@company.example bob@company.example\n"
    "  to carol@company.example\n"
    "  from Summary@company.example\n"
    "  time-zone America/New_York\n"
    "  people none\n"
    "  send month\n"
    "  month-day 22\n";

static struct config *
parse(const char *text)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct config *cfg = NULL;
	struct err e = ERR_INIT;

	if (config_parse(slice_str(text), "/etc/mroute/mroute.conf", d, &cfg,
	    &e) < 0 || diag_warnings(d) > 0) {
		diag_print(d, false, &out);
		fail_msg("%s", buf_str(&out));
	}
	return cfg;
}

static void
aliases_and_teams_are_read(void **state)
{
	AUTO(config_free) struct config *cfg = parse(everything);
	const struct config_alias *al = &cfg->alias[0];
	const struct config_team *team = &cfg->team[0];

	(void)state;
	assert_string_equal(cfg->path, "/etc/mroute/mroute.conf");
	assert_string_equal(cfg->hostname, "mx.company.example");
	assert_int_equal(cfg->n_alias, 2);
	assert_int_equal(al->n_address, 2);
	assert_string_equal(al->address[0], "marketing@company.example");
	assert_string_equal(al->address[1], "press@company.example");
	assert_false(al->any);
	assert_int_equal(al->n_rules, 2);
	assert_string_equal(al->rules[0], "/etc/mroute/rules");
	assert_string_equal(al->rules[1], "/etc/mroute/more");
	assert_string_equal(al->bounce_address, "Bounces@company.example");
	assert_string_equal(al->owner, "Boss@company.example");
	assert_int_equal(al->margin, 20);
	assert_string_equal(al->store, "archive");
	assert_int_equal(al->n_staff, 3);
	assert_string_equal(al->staff[0], "company.example");
	assert_string_equal(al->staff[1], "xn--bcher-kva.example");
	assert_string_equal(al->staff[2], "third.example");
	assert_int_equal(al->n_form, 1);
	assert_string_equal(al->form[0], "web@company.example");
	assert_true(al->observe);
	assert_int_equal(al->line, 2);

	assert_true(cfg->alias[1].any);
	assert_int_equal(cfg->alias[1].n_address, 0);
	assert_int_equal(cfg->alias[1].margin, 15);
	assert_false(cfg->alias[1].observe);
	assert_string_equal(cfg->alias[1].rules[0], "/etc/mroute/other/rules");

	assert_ptr_equal(config_team_find(cfg, "press-team"), team);
	assert_null(config_team_find(cfg, "press"));
	assert_int_equal(team->n_member, 3);
	assert_int_equal(team->member[0].kind, TARGET_ADDRESS);
	assert_string_equal(team->member[0].value, "Ann@company.example");
	assert_int_equal(team->member[1].kind, TARGET_MAILDIR);
	assert_string_equal(team->member[1].value, "/etc/mroute/mail/press");
	assert_string_equal(team->member[2].value, "bob@company.example");
	assert_string_equal(cfg->authserv_id, "mx.company.example");
}

static void
servers_are_read(void **state)
{
	AUTO(config_free) struct config *cfg = parse(everything);
	const struct config_server *s = &cfg->smtp;

	(void)state;
	assert_string_equal(s->name, "smtp");
	assert_string_equal(s->host, "smtp.company.example");
	assert_int_equal(s->port, 587);
	assert_int_equal(s->tls, TLS_IMPLICIT);
	assert_int_equal(s->auth, AUTH_XOAUTH2);
	assert_string_equal(s->user, "mroute");
	assert_string_equal(s->token_command[0], "/usr/bin/token");
	assert_string_equal(s->token_command[1], "a b");
	assert_string_equal(s->token_command[2], "c");
	assert_null(s->token_command[3]);
	assert_null(s->password_file);
	assert_string_equal(s->ca_file, "/etc/mroute/ca.pem");

	assert_int_equal(cfg->n_imap, 3);
	s = config_imap_find(cfg, "archive");
	assert_string_equal(s->host, "127.0.0.1");
	assert_int_equal(s->port, 1143);
	assert_int_equal(s->tls, TLS_NONE);
	assert_int_equal(s->auth, AUTH_PLAIN);
	assert_string_equal(s->user, "u v");
	assert_string_equal(s->password_file, "/etc/mroute/pass word");
	assert_string_equal(s->prefix, "INBOX.");
	s = config_imap_find(cfg, "second");
	assert_int_equal(s->port, 993);
	assert_int_equal(s->tls, TLS_IMPLICIT);
	assert_string_equal(s->password_command[1], "mail");
	assert_string_equal(s->prefix, "");
	s = config_imap_find(cfg, "third");
	assert_string_equal(s->maildir, "/etc/mroute/store");
	assert_null(s->host);
	assert_null(config_imap_find(cfg, "fourth"));
}

static void
spool_and_limits_are_read(void **state)
{
	AUTO(config_free) struct config *cfg = parse(everything);
	const struct config_limits *l = &cfg->limits;

	(void)state;
	assert_string_equal(cfg->spool.path, "/etc/mroute/spool");
	assert_int_equal(cfg->spool.keep_originals, INT64_C(30) * 86400000);
	assert_int_equal(cfg->spool.keep_records, INT64_C(365) * 86400000);
	assert_int_equal(cfg->spool.max_silence, 0);
	assert_int_equal(cfg->spool.maildir_mode, 02770);
	assert_string_equal(cfg->spool.maildir_group, "staff");
	assert_int_equal(l->message_size, 10 << 20);
	assert_int_equal(l->headers, 500);
	assert_int_equal(l->header_size, 8192);
	assert_int_equal(l->parts, 100);
	assert_int_equal(l->depth, 10);
	assert_int_equal(l->body_window, 65536);
	assert_int_equal(l->examine_memory, 256 << 20);
	assert_int_equal(l->examine_time, 5000);
	assert_int_equal(l->match_limit, 5000);
	assert_int_equal(l->connect_timeout, 1000);
	assert_int_equal(l->command_timeout, 2000);
	assert_int_equal(l->data_timeout, 3000);
	assert_int_equal(l->retry_first, 100);
	assert_int_equal(l->retry_longest, 3600000);
	assert_int_equal(l->lifetime, 14 * 86400000);
	assert_int_equal(l->min_tries, 3);
	assert_int_equal(l->uncertain_wait, 10);
	assert_int_equal(l->alarm_interval, 7200000);
	assert_int_equal(l->scan_interval, 1000);
}

static void
summary_is_read(void **state)
{
	AUTO(config_free) struct config *cfg = parse(everything);
	AUTO(config_free) struct config *both = parse("alias *\nrules r\nsummary\n"
	    "send month, week\npeople full\n");
	const struct config_summary *s = &cfg->summary;

	(void)state;
	assert_int_equal(s->n_to, 3);
	assert_string_equal(s->to[0], "Ann@company.example");
	assert_string_equal(s->to[2], "carol@company.example");
	assert_string_equal(s->from, "Summary@company.example");
	assert_string_equal(s->time_zone, "America/New_York");
	assert_int_equal(s->people, PEOPLE_NONE);
	assert_false(s->week);
	assert_true(s->month);
	assert_int_equal(s->month_day, 22);
	assert_true(both->summary.week && both->summary.month);
	assert_int_equal(both->summary.people, PEOPLE_FULL);
	assert_int_equal(both->summary.n_to, 0);
}

static void
defaults(void **state)
{
	AUTO(config_free) struct config *cfg = config_default();
	const struct config_limits *l = &cfg->limits;
	char host[256] = "";

	(void)state;
	gethostname(host, sizeof host - 1);
	assert_string_equal(cfg->hostname, host);
	assert_int_equal(cfg->n_alias, 0);
	assert_string_equal(cfg->smtp.host, "127.0.0.1");
	assert_int_equal(cfg->smtp.port, 25);
	assert_int_equal(cfg->smtp.tls, TLS_NONE);
	assert_null(cfg->smtp.user);
	assert_string_equal(cfg->spool.path, "/var/spool/mroute");
	assert_int_equal(cfg->spool.keep_originals, INT64_C(90) * 86400000);
	assert_int_equal(cfg->spool.keep_records, 0);
	assert_int_equal(cfg->spool.max_silence, 3600000);
	assert_int_equal(cfg->spool.maildir_mode, 0700);
	assert_null(cfg->spool.maildir_group);
	assert_null(cfg->authserv_id);
	assert_int_equal(cfg->summary.n_to, 0);
	assert_null(cfg->summary.from);
	assert_null(cfg->summary.time_zone);
	assert_int_equal(cfg->summary.people, PEOPLE_DOMAINS);
	assert_true(cfg->summary.week);
	assert_false(cfg->summary.month);
	assert_int_equal(cfg->summary.month_day, 1);
	assert_int_equal(l->message_size, 64 << 20);
	assert_int_equal(l->headers, 1000);
	assert_int_equal(l->header_size, 16384);
	assert_int_equal(l->parts, 2000);
	assert_int_equal(l->depth, 50);
	assert_int_equal(l->body_window, 262144);
	assert_int_equal(l->examine_memory, 512 << 20);
	assert_int_equal(l->examine_time, 20000);
	assert_int_equal(l->match_limit, 100000);
	assert_int_equal(l->connect_timeout, 30000);
	assert_int_equal(l->command_timeout, 60000);
	assert_int_equal(l->data_timeout, 600000);
	assert_int_equal(l->retry_first, 60000);
	assert_int_equal(l->retry_longest, 14400000);
	assert_int_equal(l->lifetime, 432000000);
	assert_int_equal(l->min_tries, 10);
	assert_int_equal(l->uncertain_wait, 300000);
	assert_int_equal(l->alarm_interval, 3600000);
	assert_int_equal(l->scan_interval, 30000);
}

static void
port_and_tls_follow_each_other(void **state)
{
	static const struct {
		const char *text;
		unsigned port;
		enum config_tls tls;
	} cases[] = {
		{ "smtp\n", 25, TLS_NONE },
		{ "smtp\nhost localhost\n", 25, TLS_NONE },
		{ "smtp\nhost ::1\n", 25, TLS_NONE },
		{ "smtp\nhost a.example\n", 25, TLS_STARTTLS },
		{ "smtp\nport 1025\n", 1025, TLS_STARTTLS },
		{ "smtp\nport 465\n", 465, TLS_IMPLICIT },
		{ "smtp\nhost a.example\ntls implicit\n", 465, TLS_IMPLICIT },
		{ "smtp\nhost a.example\ntls starttls\n", 25, TLS_STARTTLS },
		{ "smtp\nhost a.example\ntls none\n", 25, TLS_NONE },
		{ "smtp\nhost a.example\nport 465\ntls starttls\n", 465,
		    TLS_STARTTLS },
		{ "imap s\nhost a.example\n", 993, TLS_IMPLICIT },
		{ "imap s\nhost a.example\nport 143\n", 143, TLS_STARTTLS },
		{ "imap s\nhost a.example\nport 993\n", 993, TLS_IMPLICIT },
		{ "imap s\nhost a.example\ntls starttls\n", 143, TLS_STARTTLS },
		{ "imap s\nhost a.example\ntls implicit\n", 993, TLS_IMPLICIT },
		{ "imap s\nhost 127.0.0.1\nport 1143\ntls none\n", 1143,
		    TLS_NONE },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		bool imap = strncmp(cases[i].text, "imap", 4) == 0;
		AUTO(xfree) char *text = xasprintf("alias *\nrules r\n%s%s",
		    cases[i].text, imap ? "user u\npassword-file p\n" : "");
		AUTO(config_free) struct config *cfg = parse(text);
		const struct config_server *s = imap ? &cfg->imap[0] : &cfg->smtp;

		if (s->port != cases[i].port || s->tls != cases[i].tls)
			fail_msg("%s: %u %d", cases[i].text, s->port, s->tls);
	}
}

static void
an_alias_is_found_as_postfix_says_it(void **state)
{
	static const struct {
		const char *recipient, *original;
		int want;		/* index; -1 none */
	} cases[] = {
		{ "a@x.example", "", 0 },
		{ "A@X.Example", "", 0 },
		{ "a+tag@x.example", "", 0 },
		{ "b+c@x.example", "", 1 },		/* itself an alias */
		{ "b+d@x.example", "", 2 },
		{ "deliver@local", "a@x.example", 0 },
		{ "b@x.example", "a@x.example", 2 },	/* recipient first */
		{ "b+z@x.example", "a@x.example", 0 },	/* exact before untagged */
		{ "z@x.example", "b+z@x.example", 2 },
		{ "z@x.example", "y@x.example", -1 },
		{ "", "", -1 },
	};
	AUTO(config_free) struct config *cfg = parse("alias a@x.example\nrules r\n"
	    "alias b+c@x.example\nrules r\nalias b@x.example\nrules r\n");
	AUTO(config_free) struct config *any = parse("alias *\nrules r\n"
	    "alias a@x.example\nrules r\n");

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		const struct config_alias *al = config_alias_for(cfg,
		    cases[i].recipient, cases[i].original);

		if (al != (cases[i].want < 0 ? NULL : &cfg->alias[cases[i].want]))
			fail_msg("%s %s", cases[i].recipient, cases[i].original);
	}
	assert_ptr_equal(config_alias_for(any, "a@x.example", NULL), &any->alias[1]);
	assert_ptr_equal(config_alias_for(any, "b@x.example", NULL), &any->alias[0]);
}

static void
what_decides_is_written_and_read_back(void **state)
{
	AUTO(config_free) struct config *cfg = parse(everything);
	AUTO(config_free) struct config *back = NULL;
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf one = BUF_INIT, two = BUF_INIT;
	struct err e = ERR_INIT;

	(void)state;
	config_render_deciding(cfg, &one);
	assert_int_equal(config_parse(buf_slice(&one), "-", d, &back, &e), 0);
	config_render_deciding(back, &two);
	assert_string_equal(buf_str(&one), buf_str(&two));
	assert_string_equal(back->path, "-");
	assert_int_equal(back->n_alias, cfg->n_alias);
	assert_string_equal(back->alias[0].staff[1], cfg->alias[0].staff[1]);
	assert_string_equal(back->team[0].member[1].value,
	    cfg->team[0].member[1].value);
	assert_int_equal(back->limits.body_window, cfg->limits.body_window);
	assert_int_equal(back->limits.retry_first, 60000);	/* not deciding */
	assert_int_equal(back->n_imap, 3);
	assert_null(config_imap_find(back, "archive")->maildir);
	assert_string_equal(config_imap_find(back, "third")->maildir,
	    "/etc/mroute/store");
	/* Nothing of servers and secrets is in it. */
	assert_null(strstr(buf_str(&one), "pass"));
	assert_null(strstr(buf_str(&one), "smtp"));
	assert_null(strstr(buf_str(&one), "127.0.0.1"));
}

static void
paths_with_blanks_and_quotes_survive(void **state)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(config_free) struct config *cfg = NULL;
	AUTO(config_free) struct config *back = NULL;
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(config_parse(SLICE_LIT("alias *\nrules r \"a b\"\n"
	    "team t\nmembers \"maildir:m, n\"\n"), "/my \"dir\"\\x/mroute.conf", d,
	    &cfg, &e), 0);
	assert_string_equal(cfg->alias[0].rules[1], "/my \"dir\"\\x/a b");
	config_render_deciding(cfg, &text);
	assert_int_equal(config_parse(buf_slice(&text), "-", d, &back, &e), 0);
	assert_string_equal(back->alias[0].rules[0], "/my \"dir\"\\x/r");
	assert_string_equal(back->alias[0].rules[1], "/my \"dir\"\\x/a b");
	assert_string_equal(back->team[0].member[0].value, "/my \"dir\"\\x/m, n");
}

static void
the_file_is_found_in_this_order(void **state)
{
	AUTO(xfree) char *a = NULL;
	AUTO(xfree) char *b = NULL;
	AUTO(xfree) char *c = NULL;
	AUTO(config_free) struct config *cfg = NULL;
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(xfree) char *cwd = getcwd(NULL, 0);
	AUTO(fd_close) int here = -1;
	AUTO(xfree) char *want = xasprintf("%s/sub/rules", cwd);
	struct err e = ERR_INIT;

	(void)state;
	unsetenv("MROUTE_CONF");
	assert_int_equal(dir_open(AT_FDCWD, ".", &here, &e), 0);
	assert_int_equal(file_replace(here, "mroute.conf",
	    SLICE_LIT("alias *\nrules sub/rules\n"), 0600, &e), 0);
	assert_int_equal(config_find(NULL, &a, &e), 0);
	assert_string_equal(a, "mroute.conf");
	assert_int_equal(config_load(a, d, &cfg, &e), 0);
	assert_string_equal(cfg->alias[0].rules[0], want);
	setenv("MROUTE_CONF", "/x/y", 1);
	assert_int_equal(config_find(NULL, &b, &e), 0);
	assert_string_equal(b, "/x/y");
	assert_int_equal(config_find("z", &c, &e), 0);
	assert_string_equal(c, "z");
	unsetenv("MROUTE_CONF");
	config_free(&cfg);
	assert_int_equal(config_load("absent.conf", d, &cfg, &e), -1);
	assert_int_equal(e.kind, ERR_ABSENT);
}

static void
a_mistake_is_one_line_in_the_log(void **state)
{
	AUTO(diag_free) struct diag *d = diag_new();
	struct config *cfg = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(config_parse(SLICE_LIT("alias *\nrules r\nmargn 3\n"),
	    "/etc/mroute.conf", d, &cfg, &e), -1);
	assert_null(cfg);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_string_equal(e.text, "/etc/mroute.conf:3:1: MR102: unknown key "
	    "'margn' in section 'alias'");
}

static void
every_key_is_in_the_test_above_and_in_the_manual(void **state)
{
	AUTO(buf_release) struct buf page = BUF_INIT;
	const struct config_key *k;
	size_t n;

	(void)state;
	manual_read(root, "mroute.conf.5", &page);
	k = config_keys(&n);
	for (size_t i = 0; i < n; i++) {
		AUTO(xfree) char *line = xasprintf("\n  %s ", k[i].key);
		AUTO(xfree) char *top = xasprintf("%s ", k[i].key);

		if (strstr(everything, line) == NULL &&
		    strncmp(everything, top, strlen(top)) != 0 &&
		    strcmp(k[i].key, "part") != 0)
			fail_msg("'%s' is not in the test", k[i].key);
		manual_has(&page, k[i].key);
		manual_has(&page, k[i].value);
		manual_has(&page, k[i].doc);
		if (k[i].fallback != NULL)
			manual_has(&page, k[i].fallback);
	}
	manual_has_codes(&page, config_codes);
	manual_has_codes(&page, lex_codes);
}

/* Whatever is in the file: a config or a report, and no crash. */
static void
mutated_files_do_no_harm(void **state)
{
	struct mutator m = mutator_begin(20261128);

	(void)state;
	for (unsigned i = 0; i < 1500; i++) {
		AUTO(buf_release) struct buf text = BUF_INIT, out = BUF_INIT;
		AUTO(diag_free) struct diag *d = diag_new();
		AUTO(config_free) struct config *cfg = NULL;
		AUTO(config_free) struct config *back = NULL;
		struct err e = ERR_INIT;

		mutate(&m, slice_str(everything), &text);
		if (config_parse(buf_slice(&text), "m.conf", d, &cfg, &e) < 0) {
			assert_true(diag_errors(d) > 0);
			diag_print(d, true, &out);
			continue;
		}
		config_render_deciding(cfg, &out);
		if (config_parse(buf_slice(&out), "-", d, &back, &e) < 0)
			fail_msg("%s:\n%s", e.text, buf_str(&out));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aliases_and_teams_are_read),
		cmocka_unit_test(servers_are_read),
		cmocka_unit_test(spool_and_limits_are_read),
		cmocka_unit_test(summary_is_read),
		cmocka_unit_test(defaults),
		cmocka_unit_test(port_and_tls_follow_each_other),
		cmocka_unit_test(an_alias_is_found_as_postfix_says_it),
		cmocka_unit_test(what_decides_is_written_and_read_back),
		cmocka_unit_test(paths_with_blanks_and_quotes_survive),
		cmocka_unit_test_setup_teardown(the_file_is_found_in_this_order,
		    tempdir_setup, tempdir_teardown),
		cmocka_unit_test(a_mistake_is_one_line_in_the_log),
		cmocka_unit_test(every_key_is_in_the_test_above_and_in_the_manual),
		cmocka_unit_test(mutated_files_do_no_harm),
	};

	root = getcwd(NULL, 0);
	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
