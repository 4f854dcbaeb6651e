/* SPDX-License-Identifier: MIT */
#include "cmd/cmd.h"

#include <sys/stat.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/table.h"
#include "base/utf8.h"
#include "base/xalloc.h"

const struct opt cmd_common_opts[] = {
	OPT_STRING('c', "config", "FILE", struct cmd_common, config,
	    "the configuration, instead of looking for one"),
	OPT_CHOICE(0, "color", "auto|always|never", struct cmd_common, color,
	    "auto: on a terminal, unless NO_COLOR is set"),
	OPT_FLAG('h', "help", struct cmd_common, help, "show this"),
	OPT_END
};

const struct cmd *
cmd_find(const char *name)
{
	for (size_t i = 0; cmd_list[i] != NULL; i++)
		if (strcmp(cmd_list[i]->name, name) == 0)
			return cmd_list[i];
	return NULL;
}

/* Names of files and words of servers are in it: they can't move the cursor. */
PRINTF(2, 0)
static void
say(const char *who, const char *fmt, va_list ap)
{
	AUTO(buf_release) struct buf text = BUF_INIT, clean = BUF_INIT;

	buf_vaddf(&text, fmt, ap);
	utf8_clean(&clean, buf_slice(&text), true);
	/* What was printed so far comes first, also where both go to one file. */
	fflush(stdout);
	fprintf(stderr, "%s: %s\n", who, buf_str(&clean));
}

void
cmd_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("mroute", fmt, ap);
	va_end(ap);
}

int
cmd_fail(const struct err *e)
{
	cmd_warn("%s", e->text);
	switch (e->kind) {
	case ERR_NONE:
		bug("cmd_fail() without an error");
	case ERR_ABSENT:
		return CMD_FINDINGS;
	case ERR_TEMP:
	case ERR_DATA:
	case ERR_CONFIG:
	case ERR_USAGE:
		break;
	}
	return CMD_TROUBLE;
}

int
cmd_usage(const struct cmd_call *call, const char *fmt, ...)
{
	AUTO(buf_release) struct buf who = BUF_INIT;
	va_list ap;

	buf_addf(&who, "mroute %s", call->cmd->name);
	va_start(ap, fmt);
	say(buf_str(&who), fmt, ap);
	va_end(ap);
	fprintf(stderr, "`mroute help %s` shows how it is used\n", call->cmd->name);
	return CMD_TROUBLE;
}

void
cmd_say_step(const struct cmd_call *call, const char *what, const char *why)
{
	AUTO(buf_release) struct buf line = BUF_INIT;

	buf_add_str(&line, "  ");
	style_add(&line, STYLE_NAME, slice_str(what), call->colour);
	printf("%s\n      %s\n", buf_str(&line), why);
}

/* Lines that are too long for a terminal are broken at blanks. */
static void
add_wrapped(struct buf *out, const char *text)
{
	enum { WIDTH = 78 };
	struct slice rest = slice_str(text), line;
	size_t cut;

	while (slice_next(&rest, '\n', &line)) {
		while (line.len > WIDTH) {
			cut = WIDTH;
			while (cut > 0 && line.ptr[cut] != ' ')
				cut--;
			if (cut == 0)
				break;
			buf_add_slice(out, slice_sub(line, 0, cut));
			buf_add_char(out, '\n');
			line = slice_sub(line, cut + 1, line.len);
		}
		if (line.len > 0 || rest.len > 0) {
			buf_add_slice(out, line);
			buf_add_char(out, '\n');
		}
	}
}

void
cmd_help_text(const struct cmd *c, struct buf *out)
{
	buf_addf(out, "usage: mroute %s [OPTION...]%s%s\n\n%s\n", c->name,
	    c->operands != NULL ? " " : "", c->operands != NULL ? c->operands : "",
	    c->summary);
	if (c->details != NULL) {
		buf_add_char(out, '\n');
		add_wrapped(out, c->details);
	}
	buf_add_str(out, "\noptions:\n");
	opts_help(c->opts, out);
	opts_help(cmd_common_opts, out);
}

int
cmd_become_owner(const char *spool_path, struct err *e)
{
	const struct passwd *pw;
	struct stat st;

	if (geteuid() != 0)
		return 0;
	if (lstat(spool_path, &st) < 0)
		return err_errno(e, errno == ENOENT ? ERR_CONFIG : ERR_TEMP,
		    "cannot look at the spool '%s'", spool_path);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_DATA, "the spool '%s' is not a directory",
		    spool_path);
	if (st.st_uid == 0)
		return 0;

	/* The groups are what `maildir-group` needs; nameless owners have one. */
	errno = 0;
	pw = getpwuid(st.st_uid);
	if (pw != NULL ? initgroups(pw->pw_name, pw->pw_gid) < 0 :
			 setgroups(1, &st.st_gid) < 0)
		return err_errno(e, ERR_TEMP, "cannot take the groups of uid %ju",
		    (uintmax_t)st.st_uid);
	if (setgid(pw != NULL ? pw->pw_gid : st.st_gid) < 0 || setuid(st.st_uid) < 0)
		return err_errno(e, ERR_TEMP, "cannot become uid %ju",
		    (uintmax_t)st.st_uid);
	if (setuid(0) == 0)
		bug("root again after giving it up");
	return 0;
}
