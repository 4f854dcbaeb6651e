/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "rules/policy.h"
#include "rules/ruleset.h"
#include "tempdir.h"

#define PRESS	"version 1\nroute press\nkeep\nneeds 1\n+1 subject has press\n" \
		"+1 from.domain in lists/a.txt\n" \
		"example yes A\nfile mail/x.eml\n"
#define TRIAGE	"version 1\notherwise triage\nroute triage\nkeep\n"

static void
put(const char *path, const char *text)
{
	AUTO(fd_close) int fd = -1;
	AUTO(xfree) char *dir = xstrdup(path);

	for (char *p = strchr(dir, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(dir, 0700);
		*p = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
}

/* An instance: two aliases, the second with a directory over the first. */
static void
put_all(void)
{
	put("mroute.conf", "alias a@x.example\nrules rules\n"
	    "alias b@x.example\nrules rules own\nmargin 3\n"
	    "alias c@x.example\nrules rules\n");
	put("rules/10-press.rules", PRESS);
	put("rules/90-triage.rules", TRIAGE);
	put("rules/README", "not a rule file\n");
	put("rules/.hidden.rules", "not read\n");
	put("rules/10-press.rules~", "not read\n");
	put("rules/lists/a.txt", "acme.example\n");
	put("rules/mail/x.eml", "Subject: press\n\nx\n");
	put("own/lists/a.txt", "other.example\n");
	put("own/20-sales.rules",
	    "version 1\nroute sales\nkeep\nneeds 1\n+1 any has offer\n");
}

static struct config *
conf(const char *path)
{
	AUTO(diag_free) struct diag *d = diag_new();
	struct config *cfg = NULL;
	struct err e = ERR_INIT;

	if (config_load(path, d, &cfg, &e) < 0)
		fail_msg("%s", e.text);
	return cfg;
}

static struct policy *
load(const struct config *cfg)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct policy *p = NULL;
	struct err e = ERR_INIT;

	if (policy_load(cfg, d, &p, &e) < 0) {
		diag_print(d, false, &out);
		fail_msg("%s\n%s", e.text, buf_str(&out));
	}
	return p;
}

/* Load what must not load; the first report. */
static void
refuse(const char *want)
{
	AUTO(config_free) struct config *cfg = conf("mroute.conf");
	AUTO(diag_free) struct diag *d = diag_new();
	struct policy *p = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(policy_load(cfg, d, &p, &e), -1);
	assert_null(p);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_string_equal(e.text, want);
	assert_true(diag_errors(d) > 0);
}

static void
directories_are_read_as_one(void **state)
{
	AUTO(config_free) struct config *cfg = NULL;
	AUTO(policy_free) struct policy *p = NULL;
	const struct ruleset *rs;

	(void)state;
	put_all();
	cfg = conf("mroute.conf");
	p = load(cfg);
	rs = policy_ruleset(p, 0);
	assert_int_equal(rs->n_route, 2);
	assert_string_equal(rs->route[0].name, "press");
	assert_string_equal(rs->route[0].span.file, "rules/10-press.rules");
	assert_non_null(list_find(rs->line[1]->cond->list, slice_str("acme.example")));
	assert_true(slice_eq_str(rs->route[0].example[0].message,
	    "Subject: press\n\nx\n"));

	rs = policy_ruleset(p, 1);
	assert_int_equal(rs->n_route, 3);
	assert_string_equal(rs->route[1].name, "sales");
	assert_string_equal(rs->route[1].span.file, "own/20-sales.rules");
	assert_non_null(list_find(rs->line[1]->cond->list, slice_str("other.example")));
	assert_false(list_find(rs->line[1]->cond->list,
		    slice_str("acme.example")) != NULL);

	/* The third alias has the rules of the first. */
	assert_ptr_equal(policy_ruleset(p, 2), policy_ruleset(p, 0));
	assert_int_equal(policy_config(p)->alias[1].margin, 3);
}

static void
a_file_replaces_and_an_empty_one_switches_off(void **state)
{
	AUTO(config_free) struct config *cfg = NULL;
	AUTO(policy_free) struct policy *one = NULL;
	AUTO(policy_free) struct policy *two = NULL;

	(void)state;
	put_all();
	cfg = conf("mroute.conf");
	put("own/10-press.rules",
	    "version 1\nroute press\nkeep\nneeds 1\n+1 any has y\n");
	one = load(cfg);
	assert_int_equal(policy_ruleset(one, 1)->n_route, 3);
	assert_string_equal(policy_ruleset(one, 1)->line[0]->text, "+1 any has y");
	assert_string_equal(policy_ruleset(one, 0)->line[0]->text,
	    "+1 subject has press");
	put("own/10-press.rules", "");
	two = load(cfg);
	assert_int_equal(policy_ruleset(two, 1)->n_route, 2);
	assert_null(ruleset_find(policy_ruleset(two, 1), "press"));
	assert_non_null(ruleset_find(policy_ruleset(two, 0), "press"));
	assert_string_not_equal(policy_digest(one), policy_digest(two));
}

static void
same_policy(const struct policy *a, const struct policy *b)
{
	assert_string_equal(policy_digest(a), policy_digest(b));
	assert_true(slice_eq(policy_snapshot(a), policy_snapshot(b)));
	assert_int_equal(policy_config(a)->n_alias, policy_config(b)->n_alias);
	for (size_t i = 0; i < policy_config(a)->n_alias; i++) {
		const struct ruleset *x = policy_ruleset(a, i);
		const struct ruleset *y = policy_ruleset(b, i);

		assert_int_equal(x->n_route, y->n_route);
		assert_int_equal(x->n_line, y->n_line);
		assert_int_equal(x->otherwise, y->otherwise);
		for (size_t j = 0; j < x->n_line; j++) {
			assert_string_equal(x->line[j]->text, y->line[j]->text);
			assert_string_equal(x->line[j]->hash, y->line[j]->hash);
			assert_string_equal(x->line[j]->id, y->line[j]->id);
		}
	}
}

static void
a_snapshot_gives_the_same_policy(void **state)
{
	AUTO(config_free) struct config *cfg = NULL;
	AUTO(policy_free) struct policy *p = NULL;
	AUTO(policy_free) struct policy *again = NULL;
	AUTO(diag_free) struct diag *d = diag_new();
	struct err e = ERR_INIT;

	(void)state;
	put_all();
	cfg = conf("mroute.conf");
	p = load(cfg);
	/* No file is needed any more. */
	assert_int_equal(rename("rules", "gone"), 0);
	if (policy_from_snapshot(policy_snapshot(p), d, &again, &e) < 0)
		fail_msg("%s", e.text);
	same_policy(p, again);
	assert_true(list_find(policy_ruleset(again, 1)->line[1]->cond->list,
	    slice_str("other.example")));
}

/* Teams and stores were checked once; a snapshot holds no servers. */
static void
a_snapshot_with_teams_and_stores_is_read_back(void **state)
{
	AUTO(config_free) struct config *cfg = NULL;
	AUTO(policy_free) struct policy *p = NULL;
	AUTO(policy_free) struct policy *again = NULL;
	AUTO(diag_free) struct diag *d = diag_new();
	struct err e = ERR_INIT;

	(void)state;
	put("mroute.conf", "alias a@x.example\nrules rules\nstore s\n"
	    "bounce-address b@x.example\nteam t\nmembers c@y.example\n"
	    "imap s\nhost i.example\nuser u\npassword-file p\n"
	    "imap m\nmaildir tree\n");
	put("rules/1.rules", "version 1\notherwise r\nroute r\n"
	    "forward t d@y.example\nfile A/B\nfile m:C\n");
	cfg = conf("mroute.conf");
	p = load(cfg);
	assert_int_equal(policy_from_snapshot(policy_snapshot(p), d, &again, &e), 0);
	same_policy(p, again);
	assert_null(config_imap_find(policy_config(again), "s")->maildir);
	assert_non_null(config_imap_find(policy_config(again), "m")->maildir);
	assert_int_equal(config_team_find(policy_config(again), "t")->n_member, 1);
}

static void
the_digest_is_the_same_from_everywhere(void **state)
{
	AUTO(config_free) struct config *here = NULL;
	AUTO(config_free) struct config *there = NULL;
	AUTO(policy_free) struct policy *one = NULL;
	AUTO(policy_free) struct policy *two = NULL;
	AUTO(xfree) char *cwd = getcwd(NULL, 0);
	AUTO(xfree) char *path = xasprintf("%s/./mroute.conf", cwd);

	(void)state;
	put_all();
	here = conf("mroute.conf");
	one = load(here);
	assert_int_equal(chdir("/"), 0);
	there = conf(path);
	two = load(there);
	assert_int_equal(chdir(cwd), 0);
	same_policy(one, two);
}

static void
what_decides_changes_the_digest_and_nothing_else(void **state)
{
	static const struct {
		const char *path, *text;
		bool changes;
	} cases[] = {
		{ "rules/README", "other\n", false },
		{ "rules/lists/unused.txt", "x.example\n", false },
		{ "own/30.rules", "", true },
		{ "rules/lists/a.txt", "b.example\n", true },
		{ "rules/mail/x.eml", "Subject: press it\n\nx\n", true },
		{ "rules/90-triage.rules", TRIAGE "title T\n", true },
		{ "mroute.conf", "alias a@x.example\nrules rules\nalias b@x.example\n"
		    "rules rules own\nmargin 3\nalias c@x.example\nrules rules\n"
		    "spool\npath p\nlimits\nretry-first 3s\nsmtp\nport 2525\n",
		    false },
		{ "mroute.conf", "alias a@x.example\nrules rules\nalias b@x.example\n"
		    "rules rules own\nmargin 4\nalias c@x.example\nrules rules\n",
		    true },
		{ "mroute.conf", "alias a@x.example\nrules rules\nalias b@x.example\n"
		    "rules rules own\nmargin 3\nalias c@x.example\nrules rules\n"
		    "limits\nbody-window 64k\n", true },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(config_free) struct config *cfg = NULL;
		AUTO(config_free) struct config *changed = NULL;
		AUTO(policy_free) struct policy *one = NULL;
		AUTO(policy_free) struct policy *two = NULL;

		unlink("own/30.rules");
		put_all();
		cfg = conf("mroute.conf");
		one = load(cfg);
		put(cases[i].path, cases[i].text);
		changed = conf("mroute.conf");
		two = load(changed);
		if ((strcmp(policy_digest(one), policy_digest(two)) != 0) !=
		    cases[i].changes)
			fail_msg("%s, case %zu", cases[i].path, i);
	}
}

static void
damaged_snapshots_are_refused(void **state)
{
	AUTO(config_free) struct config *cfg = NULL;
	AUTO(policy_free) struct policy *p = NULL;
	AUTO(xfree) char *copy = NULL;
	struct slice s;

	(void)state;
	put_all();
	cfg = conf("mroute.conf");
	p = load(cfg);
	s = policy_snapshot(p);
	for (size_t n = 0; n < s.len; n++) {
		AUTO(diag_free) struct diag *d = diag_new();
		AUTO(policy_free) struct policy *cut = NULL;
		struct err e = ERR_INIT;

		assert_int_equal(policy_from_snapshot(slice_sub(s, 0, n), d, &cut,
		    &e), -1);
		assert_true(e.text[0] != '\0');
	}
	/* A byte changed: refused, or another digest; never a crash. */
	copy = xmalloc(s.len);
	for (size_t i = 0; i < s.len; i++) {
		AUTO(diag_free) struct diag *d = diag_new();
		AUTO(policy_free) struct policy *bad = NULL;
		struct err e = ERR_INIT;

		memcpy(copy, s.ptr, s.len);
		copy[i] = (char)(copy[i] ^ 0x81);
		if (policy_from_snapshot(slice_make(copy, s.len), d, &bad, &e) == 0)
			assert_string_not_equal(policy_digest(bad),
			    policy_digest(p));
	}
}

static void
what_cannot_be_read_is_an_error(void **state)
{
	(void)state;
	put_all();
	assert_int_equal(unlink("rules/lists/a.txt"), 0);
	refuse("rules/10-press.rules:6:19: MR032: there is no readable list "
	    "'lists/a.txt'");
	put_all();
	assert_int_equal(rename("own", "away"), 0);
	refuse("own: MR008: cannot open directory 'own': No such file or directory");
	assert_int_equal(rename("away", "own"), 0);
	assert_int_equal(mkdir("rules/50.rules", 0700), 0);
	refuse("rules/50.rules: MR008: 'rules/50.rules' is not a regular file");
	assert_int_equal(rmdir("rules/50.rules"), 0);
	assert_int_equal(mkfifo("rules/50.rules", 0700), 0);
	refuse("rules/50.rules: MR008: 'rules/50.rules' is not a regular file");
	assert_int_equal(unlink("rules/50.rules"), 0);
	assert_int_equal(symlink("nowhere", "rules/50.rules"), 0);
	refuse("rules/50.rules: MR008: cannot open 'rules/50.rules': No such file "
	    "or directory");
}

/* Three aliases have the broken file; it is told once. */
static void
a_mistake_in_shared_rules_is_told_once(void **state)
{
	AUTO(config_free) struct config *cfg = NULL;
	AUTO(diag_free) struct diag *d = diag_new();
	struct policy *p = NULL;
	struct err e = ERR_INIT;

	(void)state;
	put_all();
	put("rules/10-press.rules", PRESS "titel x\n");
	cfg = conf("mroute.conf");
	assert_int_equal(policy_load(cfg, d, &p, &e), -1);
	assert_int_equal(diag_errors(d), 1);
	assert_string_equal(e.text, "rules/10-press.rules:9:1: MR011: no statement "
	    "begins with 'titel'");
}

static void
rules_alone_are_a_policy(void **state)
{
	AUTO(config_free) struct config *cfg = NULL;
	AUTO(policy_free) struct policy *p = NULL;
	AUTO(policy_free) struct policy *again = NULL;
	AUTO(diag_free) struct diag *d = diag_new();
	struct err e = ERR_INIT;

	(void)state;
	put("r/1.rules", "version 1\notherwise a\nroute a\nforward some-team\n"
	    "file A/B\n");
	cfg = config_for_rules("r");
	assert_int_equal(policy_load(cfg, d, &p, &e), 0);
	assert_int_equal(diag_errors(d), 0);
	assert_true(policy_config(p)->alias[0].any);
	assert_int_equal(policy_config(p)->alias[0].margin, 15);
	assert_int_equal(policy_from_snapshot(policy_snapshot(p), d, &again, &e), 0);
	same_policy(p, again);
}

static void
the_stamp_sees_changes(void **state)
{
	AUTO(config_free) struct config *cfg = NULL;
	char before[DIGEST_SIZE], after[DIGEST_SIZE];
	static const char *const paths[] = {
		"mroute.conf", "rules/10-press.rules", "rules/lists/a.txt",
		"rules/mail/x.eml", "own/20-sales.rules", "own/99-new.rules",
		"own/mail/new.eml",
	};

	(void)state;
	put_all();
	cfg = conf("mroute.conf");
	policy_stamp(cfg, before);
	policy_stamp(cfg, after);
	assert_string_equal(before, after);
	for (size_t i = 0; i < NELEM(paths); i++) {
		put(paths[i], "something of another length\n");
		policy_stamp(cfg, after);
		if (strcmp(before, after) == 0)
			fail_msg("%s", paths[i]);
		memcpy(before, after, sizeof before);
	}
	assert_int_equal(unlink("own/99-new.rules"), 0);
	policy_stamp(cfg, after);
	assert_string_not_equal(before, after);
}

#define IN_TEMPDIR(f) \
	cmocka_unit_test_setup_teardown(f, tempdir_setup, tempdir_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_TEMPDIR(directories_are_read_as_one),
		IN_TEMPDIR(a_file_replaces_and_an_empty_one_switches_off),
		IN_TEMPDIR(a_snapshot_gives_the_same_policy),
		IN_TEMPDIR(a_snapshot_with_teams_and_stores_is_read_back),
		IN_TEMPDIR(the_digest_is_the_same_from_everywhere),
		IN_TEMPDIR(what_decides_changes_the_digest_and_nothing_else),
		IN_TEMPDIR(damaged_snapshots_are_refused),
		IN_TEMPDIR(what_cannot_be_read_is_an_error),
		IN_TEMPDIR(a_mistake_in_shared_rules_is_told_once),
		IN_TEMPDIR(rules_alone_are_a_policy),
		IN_TEMPDIR(the_stamp_sees_changes),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
