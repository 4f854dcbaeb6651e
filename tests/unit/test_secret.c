/* SPDX-License-Identifier: MIT */
#include "net/secret.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tempdir.h"

static const char path[] = "password";

static void
write_file(const char *text, size_t n, mode_t mode)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
a_file_gives_its_line(void **state)
{
	static char huge[9000];
	const struct {
		const char *label, *text;
		size_t n;
		mode_t mode;
		const char *want;		/* NULL: refused */
	} cases[] = {
		{ "with a line end", "sesame\n", 7, 0600, "sesame" },
		{ "without", "sesame", 6, 0600, "sesame" },
		{ "with CRLF", "sesame\r\n", 8, 0600, "sesame" },
		{ "blanks count", " se same \n", 10, 0600, " se same " },
		{ "readable by the group", "sesame\n", 7, 0640, "sesame" },
		{ "8192 bytes", huge, 8192, 0600, huge },
		{ "8193 bytes", huge, 8193, 0600, NULL },
		{ "empty", "", 0, 0600, NULL },
		{ "an empty line", "\n", 1, 0600, NULL },
		{ "two lines", "sesame\nmore\n", 12, 0600, NULL },
		{ "a NUL", "ses\0ame\n", 8, 0600, NULL },
		{ "readable by others", "sesame\n", 7, 0644, NULL },
		{ "only by others", "sesame\n", 7, 0604, NULL },
		{ "writable by the group", "sesame\n", 7, 0660, NULL },
	};

	(void)state;
	memset(huge, 'x', sizeof huge);
	for (size_t i = 0; i < NELEM(cases); i++) {
		const struct config_server srv = { .name = "smtp", .user = "u",
		    .password_file = path };
		AUTO(secret_wipe) struct buf out = BUF_INIT;
		struct err e = ERR_INIT;
		int r;

		write_file(cases[i].text, cases[i].n, cases[i].mode);
		r = secret_get(&srv, &out, &e);
		if ((r == 0) != (cases[i].want != NULL) ||
		    (r == 0 && strncmp(buf_str(&out), cases[i].want, out.len) != 0) ||
		    (r < 0 && strstr(e.text, "sesame") != NULL))
			fail_msg("%s: %d '%s'", cases[i].label, r, e.text);
	}
}

static void
only_a_regular_file_of_ours_will_do(void **state)
{
	const struct config_server srv = { .name = "smtp", .user = "u",
	    .password_file = path };
	AUTO(secret_wipe) struct buf out = BUF_INIT;
	struct err e = ERR_INIT;

	(void)state;
	unlink(path);
	assert_int_equal(secret_get(&srv, &out, &e), -1);
	assert_int_equal(e.kind, ERR_ABSENT);

	/* Nobody writes into it: it must not be waited for. */
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(secret_get(&srv, &out, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);

	if (geteuid() == 0) {
		write_file("sesame\n", 7, 0600);
		assert_int_equal(chown(path, 65534, 0), 0);
		assert_int_equal(secret_get(&srv, &out, &e), -1);
		assert_int_equal(e.kind, ERR_CONFIG);
	}
}

static int
run(const char *script, struct buf *out, struct err *e)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	const struct config_server srv = { .name = "smtp", .user = "u",
	    .password_command = argv };

	return secret_get(&srv, out, e);
}

/* Is there such a process, and no zombie that nobody has waited for yet? */
static bool
runs(int pid)
{
	char name[32], line[512] = "";
	const char *state;
	FILE *f;

	snprintf(name, sizeof name, "/proc/%d/stat", pid);
	if ((f = fopen(name, "re")) == NULL)
		return false;
	if (fgets(line, sizeof line, f) == NULL)
		line[0] = '\0';
	fclose(f);
	state = strrchr(line, ')');
	return state != NULL && state[1] == ' ' && state[2] != 'Z';
}

static void
a_command_gives_its_line(void **state)
{
	static const struct {
		const char *label, *script, *want;	/* NULL: refused */
	} cases[] = {
		{ "a line", "echo sesame", "sesame" },
		{ "in pieces", "printf ses; printf ame", "sesame" },
		{ "what it says last counts", "printf se; exec 3>&1; printf same >&3",
		    "sesame" },
		{ "stderr is not ours", "echo sesame; echo secret >&2", "sesame" },
		{ "no environment", "echo x${HOME-}${USER-}${LANG-}${MROUTE_X-}", "x" },
		{ "but a PATH", "echo $PATH | tr -d '\\n' | cut -c1-9", "/usr/loca" },
		{ "no input", "read x; echo \"<$x>\"", "<>" },
		{ "no other descriptors", "ls /proc/self/fd | tr -d '\\n'", "0123" },
		{ "signals are as usual", "(kill -PIPE $(exec sh -c 'echo $PPID');"
		    " echo no); echo yes", "yes" },
		{ "a child that stays is not waited for",
		    "tail -f /dev/null & echo sesame", "sesame" },
		{ "failed", "echo sesame; exit 3", NULL },
		{ "killed", "echo sesame; kill -9 $$", NULL },
		{ "silent", "true", NULL },
		{ "too much", "yes sesame", NULL },
		{ "two lines", "echo sesame; echo more", NULL },
	};

	(void)state;
	setenv("MROUTE_X", "1", 1);
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(secret_wipe) struct buf out = BUF_INIT;
		struct err e = ERR_INIT;
		int64_t start = clock_mono_ms();
		int r = run(cases[i].script, &out, &e);

		if ((r == 0) != (cases[i].want != NULL) ||
		    (r == 0 && strcmp(buf_str(&out), cases[i].want) != 0) ||
		    (r < 0 && strstr(e.text, "sesame") != NULL))
			fail_msg("%s: %d '%s' '%s'", cases[i].label, r,
			    buf_str(&out), e.text);
		assert_true(clock_mono_ms() - start < 10000);
	}
}

/* It ends, and so does what it has started. */
static void
a_command_that_hangs_is_ended(void **state)
{
	static const char *const argv[] = { "sh", "-c",
	    "echo sesame; echo $$ >pids; (tail -f /dev/null & echo $! >>pids);"
	    " exec tail -f /dev/null", NULL };
	const struct config_server srv = { .name = "smtp", .user = "u",
	    .password_command = argv };
	AUTO(secret_wipe) struct buf out = BUF_INIT;
	struct err e = ERR_INIT;
	int64_t end;
	FILE *f;
	int pid;

	(void)state;
	assert_int_equal(secret_get_within(&srv, 1000, &out, &e), -1);
	assert_string_equal(e.text, "'sh' has not ended after 1 s");
	assert_int_equal(out.len, 0);
	assert_non_null(f = fopen("pids", "re"));
	end = clock_mono_ms() + 5000;
	for (int n = 0; n < 2; n++) {
		char line[16];

		assert_non_null(fgets(line, sizeof line, f));
		pid = (int)strtol(line, NULL, 10);
		assert_true(pid > 1);
		while (runs(pid)) {
			assert_true(clock_mono_ms() < end);
			poll(NULL, 0, 5);
		}
	}
	fclose(f);
}

static void
a_command_that_is_not_there_is_told(void **state)
{
	static const char *const argv[] = { "/nowhere/password", NULL };
	const struct config_server srv = { .name = "smtp", .user = "u",
	    .password_command = argv };
	AUTO(secret_wipe) struct buf out = BUF_INIT;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(secret_get(&srv, &out, &e), -1);
	assert_string_equal(e.text, "'/nowhere/password' could not be run");
}

/* Arguments reach the command as they are: there is no shell in between. */
static void
there_is_no_shell(void **state)
{
	static const char *const argv[] = { "printf", "%s", "$HOME;`id` \"", NULL };
	const struct config_server srv = { .name = "smtp", .user = "u",
	    .token_command = argv, .auth = AUTH_XOAUTH2 };
	AUTO(secret_wipe) struct buf out = BUF_INIT;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(secret_get(&srv, &out, &e), 0);
	assert_string_equal(buf_str(&out), "$HOME;`id` \"");
}

static void
a_secret_needs_a_source(void **state)
{
	const struct config_server srv = { .name = "smtp", .user = "u" };
	AUTO(secret_wipe) struct buf out = BUF_INIT;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(secret_get(&srv, &out, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
}

static void
a_text_that_repeats_it_is_noticed(void **state)
{
	static const struct {
		const char *text, *secret;
		bool shows;
	} cases[] = {
		{ "535 no", "sesame", false },
		{ "535 sesame is wrong", "sesame", true },
		{ "535 sesam is wrong", "sesame", false },
		{ "535 pen_sesa is wrong", "open_sesame", true },
		{ "535 n_sesame is wrong", "open_sesame", true },
		{ "535 _sesame is wrong", "open_sesame", false },
		{ "x", "x", true },
		{ "", "x", false },
		{ "x", "", false },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++)
		if (secret_shows(slice_str(cases[i].text),
		    slice_str(cases[i].secret)) != cases[i].shows)
			fail_msg("'%s'", cases[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_gives_its_line),
		cmocka_unit_test(only_a_regular_file_of_ours_will_do),
		cmocka_unit_test(a_command_gives_its_line),
		cmocka_unit_test(a_command_that_hangs_is_ended),
		cmocka_unit_test(a_command_that_is_not_there_is_told),
		cmocka_unit_test(there_is_no_shell),
		cmocka_unit_test(a_secret_needs_a_source),
		cmocka_unit_test(a_text_that_repeats_it_is_noticed),
	};

	/* What we ignore the command must not. */
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	return cmocka_run_group_tests(tests, tempdir_setup, tempdir_teardown);
}
