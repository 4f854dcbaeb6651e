/* SPDX-License-Identifier: MIT */
/* mroute summary: what happened in a week, a month or any time, for people. */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/xalloc.h"
#include "cmd/pager.h"
#include "cmd/summary.h"
#include "rules/jsonout.h"
#include "rules/policy.h"

static const struct opt summary_opts[] = {
	PERIOD_OPTS(struct summary_opts),
	OPT_STRING(0, "html", "FILE", struct summary_opts, html,
	    "write it as a page; '-': to stdout"),
	OPT_FLAG(0, "json", struct summary_opts, json, "its numbers as one JSON object"),
	OPT_FLAG(0, "mail", struct summary_opts, mail,
	    "send it by mail, once for each period"),
	OPT_STRING(0, "to", "ADDRESS,...", struct summary_opts, to,
	    "to these, in place of those of mroute.conf"),
	OPT_FLAG(0, "again", struct summary_opts, again, "also when it was sent before"),
	OPT_FLAG(0, "due", struct summary_opts, due,
	    "send what mroute.conf wants sent by now; for timers"),
	OPT_FLAG(0, "no-pager", struct summary_opts, no_pager,
	    "all at once, also on a terminal"),
	OPT_END
};

enum { PAGE_MODE = 0644 };		/* less the umask */

/* What makes no sense together: why, or NULL. */
static const char *
contradiction(const struct summary_opts *o)
{
	bool period = o->period.week != NULL || o->period.month != NULL ||
	    o->period.since != NULL || o->period.until != NULL;

	if (o->due && (period || o->html != NULL || o->json || o->again))
		return "--due knows by itself what to send";
	if (o->json && o->html != NULL && strcmp(o->html, "-") == 0)
		return "either the page or JSON on stdout";
	if (o->again && !o->mail)
		return "--again goes with --mail";
	if (o->to != NULL && !o->mail && !o->due)
		return "--to goes with --mail";
	return NULL;
}

/* ---- what it is made from ---- */

static void
run_release(struct summary_run *run)
{
	policy_free(&run->policy);
	calendar_close(&run->zone);
	records_close(&run->rec);
	arena_free(&run->a);
}

/* The rules that the engine decides by; without them there are no titles. */
static void
load_policy(struct summary_run *run)
{
	AUTO(xfree) char *good = path_join(run->rec.cfg->spool.path, "rules.good");
	AUTO(buf_release) struct buf snapshot = BUF_INIT;
	AUTO(diag_free) struct diag *d = diag_new();
	struct err e = ERR_INIT;

	if (file_read(AT_FDCWD, good, SNAPSHOT_MAX, &snapshot, &e) < 0 ||
	    policy_from_snapshot(buf_slice(&snapshot), d, &run->policy, &e) < 0)
		run->policy = NULL;
}

static int
run_open(const struct cmd_call *call, struct summary_run *run, struct err *e)
{
	if (records_open(call, &run->rec, e) < 0 ||
	    calendar_open(run->rec.cfg->summary.time_zone, &run->zone, e) < 0)
		return -1;
	load_policy(run);
	return 0;
}

int
summary_make(struct summary_run *run, const struct period *p, struct summary **out,
    struct err *e)
{
	if (run->rec.st == NULL)
		return err_set(e, ERR_ABSENT, "nothing was recorded yet: the engine has "
		    "not run in '%s'", run->rec.cfg->spool.path);
	return summary_gather(run->rec.st, run->a, run->zone, run->rec.cfg, run->policy,
	    p, run->now_ms, out, e);
}

/* ---- where it goes ---- */

/* Does who looks at it see more than ASCII? */
static bool
speaks_utf8(void)
{
	locale_t here = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool utf8;

	if (here == (locale_t)0)
		return false;
	utf8 = strcmp(nl_langinfo_l(CODESET, here), "UTF-8") == 0;
	freelocale(here);
	return utf8;
}

static void
show_text(const struct cmd_call *call, const struct summary *s)
{
	const struct summary_opts *o = call->opts;
	AUTO(buf_release) struct buf out = BUF_INIT;

	summary_text(s, call->columns, call->colour, !speaks_utf8(), &out);
	pager_show(call, buf_slice(&out), !o->no_pager);
}

/*
 * /dev/stdout and the like: a link to what this process has open.  It may be a plain
 * file by now, but no other must take the link's place.  -1: it is none.
 */
static int
open_already(const char *path)
{
	struct stat link, there, st;

	if (lstat(path, &link) < 0 || !S_ISLNK(link.st_mode) || stat(path, &there) < 0)
		return -1;
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (fstat(fd, &st) == 0 && st.st_dev == there.st_dev &&
		    st.st_ino == there.st_ino)
			return fd;
	return -1;
}

/* A pipe, a device: nothing that another file may take the place of. */
static int
write_stream(const char *path, struct slice page, struct err *e)
{
	AUTO(fd_close) int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_errno(e, ERR_TEMP, "cannot write '%s'", path);
	/* Another was put there since it was looked at: nothing is written over it. */
	if (S_ISREG(st.st_mode))
		return err_set(e, ERR_TEMP, "'%s' has become a file; try again", path);
	if (fd_write_all(fd, page.ptr, page.len) < 0)
		return err_errno(e, ERR_TEMP, "cannot write '%s'", path);
	return 0;
}

/* So that whoever serves the page has the old one or the new one, never a part. */
static int
write_file(const char *path, struct slice page, struct err *e)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	AUTO(xfree) char *dir = slash == NULL ? xstrdup(".") :
	    xstrndup(path, (size_t)(slash - path) + 1);
	AUTO(fd_close) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_errno(e, ERR_TEMP, "cannot open directory '%s'", dir);
	if (name[0] == '\0')
		return err_set(e, ERR_USAGE, "'%s' is a directory", path);
	return file_replace(fd, name, page, PAGE_MODE, e);
}

static int
write_page(const char *path, const struct summary *s, struct err *e)
{
	AUTO(buf_release) struct buf page = BUF_INIT;
	struct stat st;
	int fd = open_already(path), rc = 0;

	summary_page(s, &page);
	if (strcmp(path, "-") == 0) {
		fwrite(page.ptr, 1, page.len, stdout);
	} else if (fd >= 0) {
		fflush(stdout);
		if (fd_write_all(fd, page.ptr, page.len) < 0)
			rc = err_errno(e, ERR_TEMP, "cannot write '%s'", path);
	} else if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		rc = write_stream(path, buf_slice(&page), e);
	} else {
		rc = write_file(path, buf_slice(&page), e);
	}
	/* Root became the spool's owner. */
	if (rc < 0 && errno == EACCES)
		return err_prefix(e, "the owner of the spool writes it; "
		    "--html - >'%s' writes it as you", path);
	return rc;
}

static int
put_out(struct summary_run *run, const struct period *p, struct err *e)
{
	const struct summary_opts *o = run->call->opts;
	struct summary *s;

	if (o->html != NULL || o->json || !o->mail) {
		if (summary_make(run, p, &s, e) < 0)
			return -1;
		if (o->html != NULL && write_page(o->html, s, e) < 0)
			return -1;
		if (o->json)
			jsonout_line(summary_json(s), stdout);
		else if (o->html == NULL)
			show_text(run->call, s);
	}
	return o->mail ? summary_send(run, p, false, e) : 0;
}

static int
cmd_summary_main(struct cmd_call *call)
{
	const struct summary_opts *o = call->opts;
	AUTO(run_release) struct summary_run run = { .call = call, .a = arena_new(),
		.now_ms = clock_wall_ms() };
	const char *wrong = contradiction(o);
	struct period p;
	struct err e = ERR_INIT;

	if (wrong != NULL)
		return cmd_usage(call, "%s", wrong);
	if (run_open(call, &run, &e) < 0)
		return cmd_fail(&e);
	if (o->due)
		return summary_send_due(&run, &e) < 0 ? cmd_fail(&e) : CMD_OK;
	if (period_opts_read(&o->period, run.zone, run.rec.cfg->summary.month_day,
	    run.now_ms, &p, &e) < 0)
		return cmd_usage(call, "%s", e.text);
	return put_out(&run, &p, &e) < 0 ? cmd_fail(&e) : CMD_OK;
}

const struct cmd cmd_summary = {
	.name = "summary",
	.summary = "what came in a week or a month, with charts; also by mail",
	.details =
	    "Without a period: the last whole week. --mail sends it to those whom the\n"
	    "section summary of mroute.conf names, once for each period; --again sends\n"
	    "one more. --due is for timers: it sends what that section wants sent once\n"
	    "a week or a month is over, and is silent when there is nothing to do.",
	.opts = summary_opts,
	.opts_size = sizeof(struct summary_opts),
	.run = cmd_summary_main,
};
