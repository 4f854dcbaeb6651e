/* SPDX-License-Identifier: MIT */
/*
 * mroute init DIR: an instance that works at once and needs no server.
 *
 *	DIR/mroute.conf   written last: with it the instance is complete
 *	DIR/rules/        a copy of the pack, with its lists
 *	DIR/mail/TEAM/    a Maildir for each team
 *	DIR/spool/
 *
 * Nothing that is there is overwritten.  As root, `--owner USER` gives spool
 * and mail to the user that will run the engine; what a person edits stays
 * root's, so that the engine cannot change its own rules.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/table.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/place.h"

enum {
	RULE_FILE_MAX = 1 << 20,
	MAX_SILENCE_MS = 3600 * 1000,	/* the default of mroute.conf */
};

/* The teams that the pack forwards to; the piles are those that nobody reads. */
static const struct {
	const char *name, *what;
} teams[] = {
	{ "press-team", "reporters and their deadlines" },
	{ "hiring-team", "applications" },
	{ "partner-team", "sponsorship and partnerships" },
	{ "events-team", "talks, meetups, booths" },
	{ "web-team", "what is broken on the website" },
	{ "support-team", "help with the product, feedback, thanks" },
	{ "content-team", "guest posts, corrections of articles and lessons" },
	{ "sales-team", "prices, quotes, demos, licences for teams" },
	{ "swag-team", "stickers and shirts" },
	{ "security-team", "reports of vulnerabilities" },
	{ "legal-team", "privacy, copyright, trademarks, courts" },
	{ "mail-admins", "bounces and automatic replies" },
	{ "front-desk", "everything that no rule claims" },
	{ "newsletter-pile", "newsletters that somebody subscribed to" },
	{ "vendor-pile", "companies that want to sell something" },
	{ "spam-pile", "scams and phishing" },
};

struct init_opts {
	const char *owner;
	const char *spool;
};

struct init {
	const struct init_opts *opts;
	char *dir;			/* absolute */
	char *spool, *mail;
	uid_t uid;			/* with give: who gets spool and mail */
	gid_t gid;
	bool give;
};

static void
init_release(struct init *in)
{
	xfree(&in->dir);
	xfree(&in->spool);
	xfree(&in->mail);
}

/* Between these two we make what the owner will have to write. */
static int
as_owner(const struct init *in, struct err *e)
{
	if (in->give && (setegid(in->gid) < 0 || seteuid(in->uid) < 0))
		return err_errno(e, ERR_TEMP, "cannot become '%s'", in->opts->owner);
	return 0;
}

static void
as_ourselves(const struct init *in)
{
	if (in->give && (seteuid(0) < 0 || setegid(0) < 0))
		bug("cannot become root again");
}

/* Make a directory that belongs to the owner, in one that may be root's. */
static int
make_owned(const struct init *in, const char *path, struct err *e)
{
	if (dir_make(AT_FDCWD, path, 0700, e) < 0)
		return -1;
	if (in->give && lchown(path, in->uid, in->gid) < 0)
		return err_errno(e, ERR_TEMP, "cannot give '%s' to '%s'", path,
		    in->opts->owner);
	return 0;
}

static int
make_spool(const struct init *in, struct err *e)
{
	int r;

	if (make_owned(in, in->spool, e) < 0 || as_owner(in, e) < 0)
		return -1;
	r = spool_create(in->spool, MAX_SILENCE_MS, e);
	as_ourselves(in);
	return r;
}

static int
make_maildir(const char *mail, const char *team, struct err *e)
{
	static const char *const below[] = { "", "/tmp", "/new", "/cur" };
	AUTO(buf_release) struct buf path = BUF_INIT;

	for (size_t i = 0; i < NELEM(below); i++) {
		buf_reset(&path);
		buf_addf(&path, "%s/%s%s", mail, team, below[i]);
		if (dir_make(AT_FDCWD, buf_str(&path), 0700, e) < 0)
			return -1;
	}
	return 0;
}

static int
make_mail(const struct init *in, struct err *e)
{
	int r = 0;

	if (make_owned(in, in->mail, e) < 0 || as_owner(in, e) < 0)
		return -1;
	for (size_t i = 0; i < NELEM(teams) && r == 0; i++)
		r = make_maildir(in->mail, teams[i].name, e);
	as_ourselves(in);
	return r;
}

/* Copy the files of one directory whose names end so. */
static int
copy_files(const char *from, const char *to, const char *suffix, struct err *e)
{
	AUTO(names_release) struct names names = { NULL, 0 };
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	AUTO(fd_close) int source = -1;
	AUTO(fd_close) int target = -1;

	if (dir_make(AT_FDCWD, to, 0755, e) < 0
	    || dir_open(AT_FDCWD, from, &source, e) < 0
	    || dir_open(AT_FDCWD, to, &target, e) < 0
	    || dir_names(source, ".", &names, e) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (!slice_ends_case(slice_str(names.name[i]), suffix))
			continue;
		buf_reset(&bytes);
		if (file_read(source, names.name[i], RULE_FILE_MAX, &bytes, e) < 0
		    || file_replace(target, names.name[i], buf_slice(&bytes), 0644, e) < 0)
			return -1;
	}
	return 0;
}

static int
copy_rules(const struct init *in, const char *pack, struct err *e)
{
	AUTO(xfree) char *to = path_join(in->dir, "rules");
	AUTO(xfree) char *lists = path_join(to, "lists");
	AUTO(xfree) char *pack_lists = path_join(pack, "lists");

	if (copy_files(pack, to, ".rules", e) < 0)
		return -1;
	return copy_files(pack_lists, lists, ".txt", e);
}

static void
render_conf(const struct init *in, struct buf *out)
{
	const bool inside = in->opts->spool == NULL;

	buf_add_str(out,
	    "# mroute.conf: whose mail is sorted, by which rules, and who gets it.\n"
	    "# See mroute.conf(5).  Paths are relative to this file.  After a change:\n"
	    "# mroute check\n"
	    "\n"
	    "# The shared address.  Put your own here.\n"
	    "alias marketing@company.example\n"
	    "  rules    rules\n"
	    "\n"
	    "  # Send everything to the `otherwise` route and only record what would\n"
	    "  # have been decided: a careful way to begin.\n"
	    "  # observe  yes\n"
	    "\n"
	    "  # Who is told when something goes wrong:\n"
	    "  # owner    postmaster@company.example\n"
	    "\n"
	    "  # The envelope sender of what is forwarded.  Needed as soon as a team\n"
	    "  # has an address instead of a Maildir.\n"
	    "  # bounce-address  marketing-bounces@company.example\n"
	    "\n"
	    "# Who gets what a rule forwards.  A member is an address or a Maildir;\n"
	    "# each member gets a copy.\n");
	for (size_t i = 0; i < NELEM(teams); i++)
		buf_addf(out, "\n# %s\nteam %s\n  members  maildir:%s/%s\n",
		    teams[i].what, teams[i].name, inside ? "mail" : in->mail,
		    teams[i].name);
	buf_addf(out,
	    "\n"
	    "# The server that takes what is forwarded to addresses.\n"
	    "# smtp\n"
	    "#   host     127.0.0.1\n"
	    "\n"
	    "# Whose Authentication-Results are believed when a rule asks for spf,\n"
	    "# dkim or dmarc: the name that your own server writes there.\n"
	    "# trust\n"
	    "#   authserv-id  mx.company.example\n"
	    "\n"
	    "# Who gets the report of each week by mail, once mroute-summary.timer is\n"
	    "# enabled; `mroute summary` shows it at any time.\n"
	    "# summary\n"
	    "#   to         ann@company.example\n"
	    "#   time-zone  Europe/Berlin\n"
	    "\n"
	    "# Where messages wait, and where they and the records are kept.\n"
	    "spool\n"
	    "  path     %s\n", inside ? "spool" : in->spool);
}

static int
write_conf(const struct init *in, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(fd_close) int dir = -1;

	render_conf(in, &text);
	if (dir_open(AT_FDCWD, in->dir, &dir, e) < 0)
		return -1;
	return file_replace(dir, "mroute.conf", buf_slice(&text), 0644, e);
}

static int
refuse_if_there(const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) == 0)
		return err_set(e, ERR_USAGE,
		    "'%s' is there already; nothing was changed", path);
	if (errno != ENOENT)
		return err_errno(e, ERR_TEMP, "cannot look at '%s'", path);
	return 0;
}

/* Nothing of ours may be there; all of that is looked at before the first write. */
static int
check_free(const struct init *in, struct err *e)
{
	AUTO(xfree) char *conf = path_join(in->dir, "mroute.conf");
	AUTO(xfree) char *rules = path_join(in->dir, "rules");

	if (in->opts->spool != NULL && strpbrk(in->spool, " \t\n,") != NULL)
		return err_set(e, ERR_USAGE, "a path with a blank or a comma cannot "
		    "stand in mroute.conf: '%s'", in->spool);
	if (refuse_if_there(conf, e) < 0 || refuse_if_there(rules, e) < 0
	    || refuse_if_there(in->spool, e) < 0)
		return -1;
	return refuse_if_there(in->mail, e);
}

static char *
absolute(const char *path)
{
	AUTO(xfree) char *cwd = path[0] == '/' ? NULL : getcwd(NULL, 0);

	return cwd != NULL ? path_join(cwd, path) : xstrdup(path);
}

static int
find_owner(struct init *in, struct err *e)
{
	const struct passwd *pw;

	if (in->opts->owner == NULL)
		return 0;
	if (geteuid() != 0)
		return err_set(e, ERR_USAGE, "only root can give the spool to "
		    "somebody else; run this as '%s' instead", in->opts->owner);
	if ((pw = getpwnam(in->opts->owner)) == NULL)
		return err_set(e, ERR_USAGE, "there is no user '%s'",
		    in->opts->owner);
	in->uid = pw->pw_uid;
	in->gid = pw->pw_gid;
	in->give = pw->pw_uid != 0;
	return 0;
}

static int
make_instance(struct init *in, struct err *e)
{
	AUTO(buf_release) struct buf pack = BUF_INIT;

	if (find_owner(in, e) < 0 || place_rules(&pack, e) < 0
	    || check_free(in, e) < 0)
		return -1;
	if (dir_make(AT_FDCWD, in->dir, 0755, e) < 0 || make_spool(in, e) < 0
	    || make_mail(in, e) < 0 || copy_rules(in, buf_str(&pack), e) < 0)
		return -1;
	return write_conf(in, e);
}

static void
say_made(const struct init *in)
{
	static const struct table_column columns[] = {
		{ "made", false, false }, { "", false, false },
	};
	static const char *const what[] = {
		"/mroute.conf", "whose mail is sorted, and who gets it",
		"/rules/", "the rules, to be made your own",
	};
	AUTO(table_free) struct table *t = table_new(columns, NELEM(columns));
	AUTO(buf_release) struct buf text = BUF_INIT;

	for (size_t i = 0; i < NELEM(what); i += 2) {
		buf_set(&text, in->dir);
		buf_add_str(&text, what[i]);
		table_add(t, STYLE_PLAIN, buf_str(&text));
		table_add(t, STYLE_PLAIN, what[i + 1]);
	}
	buf_set(&text, in->mail);
	buf_add_char(&text, '/');
	table_add(t, STYLE_PLAIN, buf_str(&text));
	table_add(t, STYLE_PLAIN, "a Maildir for each team");
	buf_set(&text, in->spool);
	buf_add_char(&text, '/');
	table_add(t, STYLE_PLAIN, buf_str(&text));
	table_add(t, STYLE_PLAIN, "where mail waits, and the records");
	buf_reset(&text);
	table_render(t, 0, false, &text);
	fputs(buf_str(&text), stdout);
}

/* What there is now, and what to type next. */
static void
say_next(const struct init *in, const struct cmd_call *call)
{
	AUTO(buf_release) struct buf line = BUF_INIT, deliver = BUF_INIT;
	const char *me = program_invocation_name;

	say_made(in);
	puts("\nnext:");
	buf_addf(&line, "%s -c %s/mroute.conf check", me, in->dir);
	cmd_say_step(call, buf_str(&line), "are rules and configuration right?");
	buf_reset(&line);
	buf_addf(&line, "%s -c %s/mroute.conf test MAIL.eml", me, in->dir);
	cmd_say_step(call, buf_str(&line), "where would this mail go, and why?");
	buf_reset(&line);
	place_deliver(&deliver);
	if (in->give)	/* mroute becomes the owner by itself, this does not */
		buf_addf(&line, "sudo -u %s ", in->opts->owner);
	buf_addf(&line, "%s -s %s -f SENDER -- marketing@company.example <MAIL.eml",
	    buf_str(&deliver), in->spool);
	cmd_say_step(call, buf_str(&line), "take a mail in, as Postfix will");
	buf_reset(&line);
	buf_addf(&line, "%s -c %s/mroute.conf run --once", me, in->dir);
	cmd_say_step(call, buf_str(&line), "decide and deliver what waits");
	if (geteuid() == 0 && !in->give)
		cmd_warn("spool and mail belong to root, and so will the engine; "
		    "for real mail give them to a user of its own with --owner");
}

static int
init_run(struct cmd_call *call)
{
	AUTO(init_release) struct init in = { .opts = call->opts };
	struct err e = ERR_INIT;

	in.dir = absolute(call->argv[0]);
	in.spool = in.opts->spool != NULL ? absolute(in.opts->spool)
					  : path_join(in.dir, "spool");
	in.mail = path_join(in.opts->spool != NULL ? in.spool : in.dir, "mail");
	umask(022);
	if (make_instance(&in, &e) < 0) {
		cmd_fail(&e);
		return CMD_TROUBLE;
	}
	say_next(&in, call);
	return CMD_OK;
}

static const struct opt init_opts[] = {
	OPT_STRING(0, "owner", "USER", struct init_opts, owner,
	    "as root: give spool and mail to this user"),
	OPT_STRING(0, "spool", "PATH", struct init_opts, spool,
	    "put spool and mail here instead of in DIR"),
	OPT_END
};

const struct cmd cmd_init = {
	.name = "init",
	.operands = "DIR",
	.min = 1,
	.max = 1,
	.summary = "make an instance: configuration, rules, spool, Maildirs",
	.details =
	    "The instance answers for marketing@company.example and needs no server:\n"
	    "each team is a Maildir below DIR/mail. Nothing that is there is\n"
	    "overwritten.",
	.opts = init_opts,
	.opts_size = sizeof(struct init_opts),
	.run = init_run,
};
