/* SPDX-License-Identifier: MIT */
#include "net/maildir.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "tempdir.h"

static const struct maildir_options private_mode = { 0700, NULL };
static const int64_t received_ms = INT64_C(1795891621500);

static void
deliver(const char *mailbox, const char *id, bool look, struct outcome *o)
{
	memset(o, 0x55, sizeof *o);
	maildir_deliver("M", mailbox, &private_mode, id, SLICE_LIT("A: b\n\nhi\n"),
	    received_ms, look, o);
}

/* The only name in a directory, or NULL when there are none or more. */
static const char *
only_name(const char *dir)
{
	static char name[256];
	struct dirent *d;
	unsigned n = 0;
	DIR *dp = opendir(dir);

	assert_non_null(dp);
	while ((d = readdir(dp)) != NULL)
		if (d->d_name[0] != '.') {
			snprintf(name, sizeof name, "%s", d->d_name);
			n++;
		}
	closedir(dp);
	return n == 1 ? name : NULL;
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void
a_message_arrives_whole(void **state)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	struct outcome o;
	struct err e = ERR_INIT;
	struct stat st;

	(void)state;
	deliver(NULL, "01ABC.1", false, &o);
	assert_int_equal(o.class, OUTCOME_DONE);
	assert_int_equal(strncmp(o.place, "M/new/1795891621.01ABC.1.", 25), 0);
	assert_int_equal(file_read(AT_FDCWD, o.place, 100, &bytes, &e), 0);
	assert_string_equal(buf_str(&bytes), "A: b\n\nhi\n");
	assert_int_equal(stat(o.place, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_mtim.tv_sec, 1795891621);
	assert_int_equal(st.st_nlink, 1);
	assert_null(only_name("M/tmp"));
	assert_null(only_name("M/cur"));
}

/* A second try of the same effect, whatever became of the first. */
static void
the_same_effect_is_there_once(void **state)
{
	struct outcome o;
	char first[256];

	(void)state;
	deliver("", "01ABC.1", false, &o);
	snprintf(first, sizeof first, "%s", o.place);

	/* nobody has looked into the mailbox yet: it replaces the first */
	deliver("", "01ABC.1", false, &o);
	assert_int_equal(o.class, OUTCOME_DONE);
	assert_string_equal(o.place, first);
	assert_non_null(only_name("M/new"));

	/* looked for in new/ */
	deliver("", "01ABC.1", true, &o);
	assert_int_equal(o.class, OUTCOME_DONE);
	assert_string_equal(o.text, "was there already");
	assert_string_equal(o.place, first);
	assert_non_null(only_name("M/new"));

	/* read by now, and so in cur/ with flags */
	assert_int_equal(rename(first, "M/cur/1795891621.01ABC.1.h,S=9:2,S"), 0);
	deliver("", "01ABC.1", true, &o);
	assert_int_equal(o.class, OUTCOME_DONE);
	assert_string_equal(o.place, "M/cur/1795891621.01ABC.1.h,S=9:2,S");
	assert_null(only_name("M/new"));

	/* other effects are other messages */
	deliver("", "01ABC.11", true, &o);
	assert_string_equal(o.text, "written");
	deliver("", "01ABC.2", true, &o);
	assert_string_equal(o.text, "written");
}

static void
an_earlier_crash_is_no_obstacle(void **state)
{
	struct outcome o;
	char left[300];
	int fd;

	(void)state;
	deliver("", "01ABC.1", false, &o);
	snprintf(left, sizeof left, "M/tmp/%s", strrchr(o.place, '/') + 1);
	assert_int_equal(rename(o.place, left), 0);
	fd = open(left, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_true(fd >= 0);
	close(fd);
	deliver("", "01ABC.1", true, &o);
	assert_int_equal(o.class, OUTCOME_DONE);
	assert_null(only_name("M/tmp"));
	assert_non_null(only_name("M/new"));
}

static void
folders_are_named_as_in_maildirpp(void **state)
{
	static const struct {
		const char *mailbox, *dir;	/* NULL: PERM */
	} cases[] = {
		{ "INBOX", "M" },
		{ "inbox", "M" },
		{ "Triage", "M/.Triage" },
		{ "Triage/Press", "M/.Triage.Press" },
		{ "INBOX/Sent", "M/.Sent" },
		{ "B\xc3\xbcro/R&D", "M/.B&APw-ro.R&-D" },
		{ "v1.2", "M/.v1.2" },
		{ "a b", "M/.a b" },
		{ "..", NULL },
		{ "../x", NULL },
		{ "a/../b", NULL },
		{ "a//b", NULL },
		{ "/a", NULL },
		{ "a/", NULL },
		{ "a.", NULL },
		{ ".a", NULL },
		{ "INBOX/", NULL },
		{ "a\nb", NULL },
		{ "a\xff", NULL },
		{ "1234567890123456789012345678901234567890123456789012345678901234"
		  "1234567890123456789012345678901234567890123456789012345678901234"
		  "1234567890123456789012345678901234567890123456789012345678901234"
		  "123456789", NULL },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		char new[300], mark[300];
		struct outcome o;

		deliver(cases[i].mailbox, "01ABC.1", false, &o);
		if (cases[i].dir == NULL) {
			if (o.class != OUTCOME_PERM)
				fail_msg("'%s' in '%s'", cases[i].mailbox, o.place);
			continue;
		}
		snprintf(new, sizeof new, "%s/new/", cases[i].dir);
		snprintf(mark, sizeof mark, "%s/maildirfolder", cases[i].dir);
		if (o.class != OUTCOME_DONE ||
		    strncmp(o.place, new, strlen(new)) != 0 ||
		    (access(mark, F_OK) == 0) != (strlen(cases[i].dir) > 1))
			fail_msg("'%s' in '%s': %s", cases[i].mailbox, o.place,
			    o.text);
	}
	assert_int_equal(access("x", F_OK), -1);
}

static void
modes_and_group_are_as_configured(void **state)
{
	struct maildir_options opt = { 02770, NULL };
	struct group *g = getgrgid(getegid());
	mode_t mask = umask(0077);
	struct outcome o;
	struct stat st;

	(void)state;
	if (geteuid() == 0)
		g = getgrnam("mail");	/* one that is not our own */
	assert_non_null(g);
	opt.group = g->gr_name;
	maildir_deliver("G", "A", &opt, "01ABC.1", SLICE_LIT("x\n"), received_ms,
	    false, &o);
	umask(mask);
	assert_int_equal(o.class, OUTCOME_DONE);
	assert_int_equal(mode_of("G"), 02770);
	assert_int_equal(mode_of("G/.A"), 02770);
	assert_int_equal(mode_of("G/.A/new"), 02770);
	assert_int_equal(mode_of(o.place), 0660);
	assert_int_equal(stat(o.place, &st), 0);
	assert_int_equal(st.st_gid, g->gr_gid);

	/* what is there already is left as it is */
	assert_int_equal(chmod("G", 0700), 0);
	maildir_deliver("G", "A", &opt, "01ABC.2", SLICE_LIT("x\n"), received_ms,
	    false, &o);
	assert_int_equal(o.class, OUTCOME_DONE);
	assert_int_equal(mode_of("G"), 0700);

	opt.group = "no-such-group";
	maildir_deliver("G", "A", &opt, "01ABC.3", SLICE_LIT("x\n"), received_ms,
	    false, &o);
	assert_int_equal(o.class, OUTCOME_TEMP);
}

static void
trouble_is_temporary_and_leaves_nothing(void **state)
{
	static const struct {
		const char *label, *make;
	} cases[] = {
		{ "the root is a file", ": >M" },
		{ "the root's parent is not there", "ln -s nowhere/M M" },
		{ "new/ is a file", "mkdir M; : >M/new" },
		{ "new/ is a symbolic link", "mkdir M E; ln -s ../E M/new" },
		{ "tmp/ is a symbolic link", "mkdir M E; ln -s ../E M/tmp" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct outcome o;
		int status;
		pid_t pid = fork();

		if (pid == 0) {
			execl("/bin/sh", "sh", "-c", cases[i].make, NULL);
			_exit(127);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		deliver("", "01ABC.1", false, &o);
		if (o.class != OUTCOME_TEMP || o.place[0] != '\0')
			fail_msg("%s: %s '%s'", cases[i].label,
			    outcome_class_name(o.class), o.text);
		if (access("E", F_OK) == 0)
			assert_null(only_name("E"));
		nftw("E", tempdir_remove_one, 16, FTW_DEPTH | FTW_PHYS);
		nftw("M", tempdir_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	}
}

static void
odd_ids_are_refused(void **state)
{
	static const char *const ids[] = { "", "a/b", "../x", "a b", "a:b", "a\n" };

	(void)state;
	for (size_t i = 0; i < NELEM(ids); i++) {
		struct outcome o;

		deliver("", ids[i], false, &o);
		assert_int_equal(o.class, OUTCOME_PERM);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, tempdir_setup, tempdir_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_message_arrives_whole),
		TEST(the_same_effect_is_there_once),
		TEST(an_earlier_crash_is_no_obstacle),
		TEST(folders_are_named_as_in_maildirpp),
		TEST(modes_and_group_are_as_configured),
		TEST(trouble_is_temporary_and_leaves_nothing),
		TEST(odd_ids_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
