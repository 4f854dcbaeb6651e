/* SPDX-License-Identifier: MIT */
#include "net/maildir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/utf8.h"
#include "net/mutf7.h"

enum {
	FOLDER_MAX = 200,	/* bytes of ".A.B"; file systems take 255 */
	HOST_MAX_LEN = 64,
	NAME_SIZE = 256,
};

/* One delivery under way.  What tmp names goes away with it. */
struct delivery {
	struct buf path;	/* the Maildir, for texts */
	int dir, tmp, new;	/* descriptors of it and of what is in it */
	bool has_group;
	gid_t group;
	unsigned mode;
	char name[NAME_SIZE];
	bool in_tmp;
};

static void
delivery_release(struct delivery *d)
{
	if (d->in_tmp)
		unlinkat(d->tmp, d->name, 0);
	d->in_tmp = false;
	fd_close(&d->tmp);
	fd_close(&d->new);
	fd_close(&d->dir);
	buf_release(&d->path);
}

static int
find_group(struct delivery *d, const char *name, struct err *e)
{
	struct group *g;

	if (name == NULL)
		return 0;
	errno = 0;
	if ((g = getgrnam(name)) == NULL)
		return err_set(e, ERR_TEMP, "there is no group '%s'%s%s", name,
		    errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
	d->has_group = true;
	d->group = g->gr_gid;
	return 0;
}

/*
 * Open at/name, making it when it is not there; then *made is set.  Mode and
 * group are set by hand: the umask must not have a say.
 */
static int
open_or_make(struct delivery *d, int at, const char *name, int flags, int *out,
    bool *made, struct err *e)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);

	if (fd < 0 && errno == ENOENT) {
		if (mkdirat(at, name, 0700) == 0)
			*made = true;
		else if (errno != EEXIST)
			return err_errno(e, ERR_TEMP, "cannot make directory '%s'",
			    name);
		fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
		if (fd >= 0 && *made &&
		    ((d->has_group && fchown(fd, (uid_t)-1, d->group) < 0) ||
		    fchmod(fd, (mode_t)d->mode) < 0)) {
			close(fd);
			return err_errno(e, ERR_TEMP,
			    "cannot set mode or group of '%s'", name);
		}
	}
	if (fd < 0)
		return err_errno(e, ERR_TEMP, "cannot open directory '%s'", name);
	*out = fd;
	return 0;
}

/* Sync the directory that the root of the Maildir stands in. */
static int
sync_parent(const char *path, struct err *e)
{
	AUTO(fd_close) int fd = -1;
	AUTO(buf_release) struct buf up = BUF_INIT;

	buf_addf(&up, "%s/..", path);
	fd = open(up.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, ERR_TEMP, "cannot open directory '%s'", up.ptr);
	return dir_sync(fd, path, e);
}

/*
 * Open the Maildir, making what is missing.  A directory that was made is
 * known to the disk before anything is delivered into it.
 */
static int
open_maildir(struct delivery *d, const char *root, const char *folder,
    struct err *e)
{
	AUTO(fd_close) int top = -1, cur = -1;
	bool made_top = false, made_dir = false, made_sub = false;

	buf_set(&d->path, root);
	/* The root is the admin's choice and may be a symbolic link. */
	if (open_or_make(d, AT_FDCWD, root, 0, &top, &made_top, e) < 0)
		return -1;
	if (folder[0] == '\0') {
		d->dir = top;
		top = -1;
	} else {
		buf_addf(&d->path, "/%s", folder);
		if (open_or_make(d, top, folder, O_NOFOLLOW, &d->dir, &made_dir,
		    e) < 0)
			return -1;
	}
	if (open_or_make(d, d->dir, "cur", O_NOFOLLOW, &cur, &made_sub, e) < 0 ||
	    open_or_make(d, d->dir, "new", O_NOFOLLOW, &d->new, &made_sub, e) < 0 ||
	    open_or_make(d, d->dir, "tmp", O_NOFOLLOW, &d->tmp, &made_sub, e) < 0)
		return -1;
	if (made_dir) {
		/* Maildir++ marks a folder by an empty file. */
		AUTO(fd_close) int mark = openat(d->dir, "maildirfolder",
		    O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
		    (mode_t)(d->mode & 0666));

		if (mark < 0)
			return err_errno(e, ERR_TEMP, "cannot create '%s/%s'",
			    d->path.ptr, "maildirfolder");
	}
	if ((made_sub && dir_sync(d->dir, d->path.ptr, e) < 0) ||
	    (made_dir && dir_sync(top, d->path.ptr, e) < 0) ||
	    (made_top && sync_parent(root, e) < 0))
		return -1;
	return 0;
}

/*
 * "Triage/Press" to ".Triage.Press"; "" for INBOX.  False when it names no
 * folder.  A dot in a name divides as well: that is how Maildir++ reads it.
 */
static bool
folder_name(const char *mailbox, struct buf *out)
{
	AUTO(buf_release) struct buf coded = BUF_INIT;
	struct slice rest = slice_str(mailbox), piece;

	buf_set(out, "");
	if (slice_eq_case(rest, SLICE_LIT("INBOX")))
		return true;
	if (slice_starts_case(rest, "INBOX/"))
		rest = slice_sub(rest, 6, rest.len);
	if (mutf7_encode(rest, &coded) < 0)
		return false;
	for (size_t i = 0; i < coded.len; i++)
		if (coded.ptr[i] == '/')
			coded.ptr[i] = '.';
	for (rest = buf_slice(&coded); slice_next(&rest, '.', &piece); ) {
		if (piece.len == 0)
			return false;
		buf_add_char(out, '.');
		buf_add_slice(out, piece);
	}
	return out->len > 0 && out->len <= FOLDER_MAX &&
	    (coded.len == 0 || coded.ptr[coded.len - 1] != '.');
}

static bool
id_valid(const char *id)
{
	size_t n = strspn(id, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz.-");

	return n > 0 && n <= 64 && id[n] == '\0';
}

/*
 * SECONDS.ID.HOST,S=SIZE: always the same for one effect, so that a second
 * write of a message nobody has touched yet replaces the first.
 */
static void
make_name(char out[NAME_SIZE], int64_t received_ms, const char *id, size_t size)
{
	char host[HOST_MAX_LEN + 1];

	if (gethostname(host, sizeof host) < 0 || host[0] == '\0')
		memcpy(host, "localhost", sizeof "localhost");
	host[sizeof host - 1] = '\0';
	for (char *p = host; *p != '\0'; p++)
		if (*p == '/' || *p == ':' || *p == ',' || *p <= ' ' || *p >= 0x7F)
			*p = '_';
	snprintf(out, NAME_SIZE, "%lld.%s.%s,S=%zu",
	    (long long)(received_ms / 1000), id, host, size);
}

/* Does a file name stand for this effect? */
static bool
name_has_id(const char *name, const char *id)
{
	size_t n = strlen(id);
	const char *dot = strchr(name, '.');

	return dot != NULL && strncmp(dot + 1, id, n) == 0 && dot[1 + n] == '.';
}

/*
 * Look for a copy in one directory: 1 found (its name in d->name), 0 not, -1
 * error.  A copy counts once its directory is synced: whoever wrote it may
 * have been killed just before.
 */
static int
look_in(struct delivery *d, const char *sub, const char *id, struct err *e)
{
	int fd = openat(d->dir, sub, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent *entry = NULL;
	DIR *dir;
	int r = 0;

	if (fd < 0 || (dir = fdopendir(fd)) == NULL) {
		err_errno(e, ERR_TEMP, "cannot open directory '%s/%s'",
		    d->path.ptr, sub);
		fd_close(&fd);
		return -1;
	}
	for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0)
		if (name_has_id(entry->d_name, id))
			break;
	if (entry != NULL) {
		snprintf(d->name, sizeof d->name, "%s", entry->d_name);
		r = dir_sync(fd, sub, e) < 0 ? -1 : 1;
	} else if (errno != 0)
		r = err_errno(e, ERR_TEMP, "cannot read directory '%s/%s'",
		    d->path.ptr, sub);
	closedir(dir);
	return r;
}

/* new/ before cur/: readers move messages that way, so none slips past us. */
static int
look_for(struct delivery *d, const char *id, const char **sub, struct err *e)
{
	static const char *const subs[] = { "new", "cur" };

	for (size_t i = 0; i < NELEM(subs); i++) {
		int r = look_in(d, subs[i], id, e);

		*sub = subs[i];
		if (r != 0)
			return r;
	}
	return 0;
}

/* The message in tmp/, complete and synced. */
static int
write_tmp(struct delivery *d, struct slice message, int64_t received_ms,
    struct err *e)
{
	AUTO(fd_close) int fd = -1;
	struct timespec t[2];

	/* What an earlier try of this effect has left. */
	if (unlinkat(d->tmp, d->name, 0) < 0 && errno != ENOENT)
		return err_errno(e, ERR_TEMP, "cannot remove '%s/tmp/%s'",
		    d->path.ptr, d->name);
	fd = openat(d->tmp, d->name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_errno(e, ERR_TEMP, "cannot create '%s/tmp/%s'",
		    d->path.ptr, d->name);
	d->in_tmp = true;
	if (fd_write_all(fd, message.ptr, message.len) < 0)
		return err_errno(e, ERR_TEMP, "cannot write '%s/tmp/%s'",
		    d->path.ptr, d->name);
	if ((d->has_group && fchown(fd, (uid_t)-1, d->group) < 0) ||
	    fchmod(fd, (mode_t)(d->mode & 0666)) < 0)
		return err_errno(e, ERR_TEMP, "cannot set mode or group of '%s/tmp/%s'",
		    d->path.ptr, d->name);
	/* IMAP servers show this as the date of arrival. */
	t[0] = t[1] = (struct timespec){ .tv_sec = received_ms / 1000,
	    .tv_nsec = received_ms % 1000 * 1000000 };
	if (futimens(fd, t) < 0)
		return err_errno(e, ERR_TEMP, "cannot set the time of '%s/tmp/%s'",
		    d->path.ptr, d->name);
	if (fsync(fd) < 0)
		return err_errno(e, ERR_TEMP, "cannot sync '%s/tmp/%s'",
		    d->path.ptr, d->name);
	return 0;
}

static void
set_place(struct outcome *o, const struct delivery *d, const char *sub)
{
	int n = snprintf(o->place, sizeof o->place, "%s/%s/%s", d->path.ptr, sub,
	    d->name);

	/* The name tells most: it has the id. */
	if (n < 0 || (size_t)n >= sizeof o->place)
		snprintf(o->place, sizeof o->place, "%s", d->name);
}

void
maildir_deliver(const char *root, const char *mailbox,
    const struct maildir_options *opt, const char *mroute_id,
    struct slice message, int64_t received_ms, bool look, struct outcome *o)
{
	AUTO(delivery_release) struct delivery d = { .dir = -1, .tmp = -1,
	    .new = -1, .mode = opt->mode, .path = BUF_INIT };
	AUTO(buf_release) struct buf folder = BUF_INIT;
	struct err e = ERR_INIT;
	const char *sub = "new";
	int found = 0;

	if (!id_valid(mroute_id)) {
		outcome_set(o, OUTCOME_PERM, 0, "'%s' is no effect id", mroute_id);
		return;
	}
	if (!folder_name(mailbox != NULL && mailbox[0] != '\0' ? mailbox : "INBOX",
	    &folder)) {
		outcome_set(o, OUTCOME_PERM, 0, "'%s' can't be the name of a folder",
		    mailbox);
		return;
	}
	if (find_group(&d, opt->group, &e) < 0 ||
	    open_maildir(&d, root, folder.ptr, &e) < 0 ||
	    (look && (found = look_for(&d, mroute_id, &sub, &e)) < 0)) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s", e.text);
		return;
	}
	if (found > 0) {
		outcome_set(o, OUTCOME_DONE, 0, "was there already");
		set_place(o, &d, sub);
		return;
	}
	make_name(d.name, received_ms, mroute_id, message.len);
	if (write_tmp(&d, message, received_ms, &e) < 0) {
		outcome_set(o, OUTCOME_TEMP, 0, "%s", e.text);
		return;
	}
	if (renameat(d.tmp, d.name, d.new, d.name) < 0) {
		err_errno(&e, ERR_TEMP, "cannot move '%s' into '%s/new'", d.name,
		    d.path.ptr);
		outcome_set(o, OUTCOME_TEMP, 0, "%s", e.text);
		return;
	}
	d.in_tmp = false;
	/* It is there for readers, but perhaps not after a crash: look again. */
	if (dir_sync(d.new, d.name, &e) < 0) {
		outcome_set(o, OUTCOME_UNCERTAIN, 0, "%s", e.text);
		return;
	}
	outcome_set(o, OUTCOME_DONE, 0, "written");
	set_place(o, &d, "new");
}
