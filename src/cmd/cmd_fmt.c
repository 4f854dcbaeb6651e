/* SPDX-License-Identifier: MIT */
/* mroute fmt: rule files in the one layout, in place or as a difference. */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lex.h"
#include "base/linediff.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/conf.h"
#include "rules/fmt.h"
#include "rules/snapshot.h"

struct fmt_opts {
	bool diff;
};

struct fmt_run {
	struct cmd_call *call;
	bool diff;
	struct diag *diag;		/* errors of the files */
	unsigned files, changed, failed;
};

static const struct opt fmt_opts[] = {
	OPT_FLAG(0, "diff", struct fmt_opts, diff,
	    "change nothing, show what would be"),
	OPT_END
};

static void
fail(struct fmt_run *run, const struct err *e)
{
	cmd_fail(e);
	run->failed++;
}

/* Of a link the file behind it is replaced, not the link. */
static int
write_back(const char *path, struct slice bytes, struct err *e)
{
	char *real = realpath(path, NULL), *slash;
	AUTO(xfree) char *owned = real;
	AUTO(fd_close) int dir = -1;
	struct stat st;

	if (real == NULL || stat(real, &st) < 0)
		return err_errno(e, ERR_TEMP, "cannot look at '%s'", path);
	slash = strrchr(real, '/');
	*slash = '\0';
	if (dir_open(AT_FDCWD, slash == real ? "/" : real, &dir, e) < 0)
		return -1;
	umask(0);			/* the mode that it has, exactly */
	return file_replace_like(dir, slash + 1, bytes, &st, e);
}

/* "-" is standard input, and the result goes to standard output. */
static void
run_file(struct fmt_run *run, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	const char *name = is_stdin ? "stdin" : path;
	AUTO(buf_release) struct buf old = BUF_INIT, new = BUF_INIT, diff = BUF_INIT;
	AUTO(xfree) char *wanted = xasprintf("%s (laid out)", name);
	struct err e = ERR_INIT;
	int r;

	run->files++;
	if (is_stdin)
		r = fd_slurp(STDIN_FILENO, name, 2 * LEX_FILE_MAX, &old, &e);
	else
		r = file_read(AT_FDCWD, path, 2 * LEX_FILE_MAX, &old, &e);
	if (r < 0) {
		fail(run, &e);
		return;
	}
	if (fmt_file(name, buf_slice(&old), run->diag, &new) < 0) {
		run->failed++;
		return;
	}
	if (is_stdin && !run->diff)
		fwrite(new.ptr, 1, new.len, stdout);
	if (slice_eq(buf_slice(&old), buf_slice(&new)))
		return;
	run->changed++;
	if (run->diff) {
		linediff(buf_slice(&old), buf_slice(&new), name, wanted,
		    run->call->colour, &diff);
		fputs(buf_str(&diff), stdout);
	} else if (!is_stdin && write_back(path, buf_slice(&new), &e) < 0)
		fail(run, &e);
	else if (!is_stdin)
		puts(path);
}

/* The rule files of a directory, not of those below. */
static void
run_directory(struct fmt_run *run, const char *dir)
{
	AUTO(names_release) struct names names = { NULL, 0 };
	struct err e = ERR_INIT;
	unsigned before = run->files;

	if (dir_names(AT_FDCWD, dir, &names, &e) < 0) {
		fail(run, &e);
		return;
	}
	for (size_t i = 0; i < names.n; i++) {
		AUTO(xfree) char *path = path_join(dir, names.name[i]);

		if (source_is_rules(names.name[i]))
			run_file(run, path);
	}
	if (run->files == before) {
		err_set(&e, ERR_USAGE, "there is no file *.rules in '%s'", dir);
		fail(run, &e);
	}
}

static void
run_operand(struct fmt_run *run, const char *path)
{
	struct err e = ERR_INIT;
	struct stat st;

	if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		run_directory(run, path);
		return;
	}
	if (strcmp(path, "-") == 0 || slice_ends_case(slice_str(path), ".rules")) {
		run_file(run, path);
		return;
	}
	err_set(&e, ERR_USAGE, "'%s' is not a rule file (*.rules)", path);
	fail(run, &e);
}

static int
fmt_main(struct cmd_call *call)
{
	const struct fmt_opts *o = call->opts;
	AUTO(diag_free) struct diag *diag = diag_new();
	struct fmt_run run = { .call = call, .diff = o->diff, .diag = diag };

	for (int i = 0; i < call->argc; i++)
		run_operand(&run, call->argv[i]);
	fflush(stdout);
	conf_print_diag(call, diag);
	if (diag_errors(diag) > 0)
		cmd_warn("files with errors stay as they are; `mroute check` tells "
		    "more about them");
	if (run.failed > 0)
		return CMD_TROUBLE;
	return run.diff && run.changed > 0 ? CMD_FINDINGS : CMD_OK;
}

const struct cmd cmd_fmt = {
	.name = "fmt",
	.operands = "FILE|DIR...",
	.min = 1,
	.max = CMD_ANY,
	.summary = "lay out rule files in the one way",
	.details =
	    "Columns are aligned, long lists are wrapped at 88 columns, several blank\n"
	    "lines become one. Comments stay, and what the rules say stays the same.\n"
	    "FILE is a rule file, which is written anew when that changes it; its name\n"
	    "is shown then. Of a DIR all rule files are taken. With - standard input\n"
	    "goes to standard output.\n\n"
	    "Files with errors are left as they are, and the status is 2. With --diff\n"
	    "the status is 1 when something would change.",
	.opts = fmt_opts,
	.opts_size = sizeof(struct fmt_opts),
	.run = fmt_main,
};
