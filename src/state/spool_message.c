/* SPDX-License-Identifier: MIT */
/* The messages of a spool: where they are, reading, moving, our own. */
#include "state/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "state/spool_impl.h"
#include "state/spoolfile.h"

enum {
	DAY_LEN = 10,			/* "2026-11-28" */
	PATH_SIZE = sizeof "done/2026-11-28/" + ULID_LEN,
};

static const char *const where_name[] = {
	[SPOOL_NEW] = "new",
	[SPOOL_DONE] = "done",
	[SPOOL_HOLD] = "hold",
};

/* ---- where messages are ---- */

/* The day of receipt, as id tells it. */
static void
day_of(const char *id, char out[DAY_LEN + 1])
{
	char iso[CLOCK_ISO_SIZE];

	clock_iso(ulid_ms(id), iso);
	memcpy(out, iso, DAY_LEN);
	out[DAY_LEN] = '\0';
}

/* The directory, below the spool, of a message that is there. */
static void
dir_of(enum spool_where w, const char *id, char out[PATH_SIZE])
{
	char day[DAY_LEN + 1];

	if (w == SPOOL_NOWHERE)
		bug("spool: nowhere has no directory");
	day_of(id, day);
	snprintf(out, PATH_SIZE, w == SPOOL_DONE ? "done/%s" : "%s",
	    w == SPOOL_DONE ? day : where_name[w]);
}

static void
path_of(enum spool_where w, const char *id, char out[PATH_SIZE])
{
	size_t n;

	dir_of(w, id, out);
	n = strlen(out);
	snprintf(out + n, PATH_SIZE - n, "/%.26s", id);
}

static int
check_id(const char *id, struct err *e)
{
	if (!ulid_valid(id))
		return err_set(e, ERR_USAGE, "'%.40s' is not an id", id);
	return 0;
}

enum spool_where
spool_where(struct spool *sp, const char *id)
{
	char path[PATH_SIZE];
	struct stat st;

	if (!ulid_valid(id))
		return SPOOL_NOWHERE;
	for (int w = SPOOL_NEW; w < SPOOL_NOWHERE; w++) {
		path_of((enum spool_where)w, id, path);
		if (fstatat(sp->door.dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
			return (enum spool_where)w;
	}
	return SPOOL_NOWHERE;
}

/* Drop the names that are no ids. */
static void
keep_ids(struct names *n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n->n; i++) {
		if (ulid_valid(n->name[i]))
			n->name[kept++] = n->name[i];
		else
			free(n->name[i]);
	}
	n->n = kept;
}

int
spool_list(struct spool *sp, enum spool_where w, struct names *out, struct err *e)
{
	if (w != SPOOL_NEW && w != SPOOL_HOLD)
		bug("spool: only new/ and hold/ can be listed");
	if (dir_names(sp->door.dir, where_name[w], out, e) < 0)
		return -1;
	keep_ids(out);
	return 0;
}

static bool
is_day(const char *name)
{
	static const char form[] = "0000-00-00";

	for (size_t i = 0; i < sizeof form; i++)
		if (form[i] == '0' ? name[i] < '0' || name[i] > '9' :
		    name[i] != form[i])
			return false;
	return true;
}

int
spool_each_done(struct spool *sp,
    bool (*f)(void *arg, const char *id, int64_t received_ms), void *arg,
    struct err *e)
{
	AUTO(names_release) struct names days = { NULL, 0 };

	if (dir_names(sp->door.dir, "done", &days, e) < 0)
		return -1;
	for (size_t i = 0; i < days.n; i++) {
		AUTO(names_release) struct names ids = { NULL, 0 };
		char path[PATH_SIZE];

		if (!is_day(days.name[i]))
			continue;
		snprintf(path, sizeof path, "done/%s", days.name[i]);
		if (dir_names(sp->door.dir, path, &ids, e) < 0) {
			if (e->kind == ERR_ABSENT)
				continue;
			return -1;
		}
		keep_ids(&ids);
		for (size_t k = 0; k < ids.n; k++)
			if (!f(arg, ids.name[k], ulid_ms(ids.name[k])))
				return 0;
	}
	return 0;
}

/* ---- reading ---- */

int
spool_read_fd(int fd, const char *name, struct spool_message *out, struct err *e)
{
	AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;
	struct stat st;
	size_t offset;

	if (fstat(fd, &st) < 0)
		return err_errno(e, ERR_TEMP, "cannot look at '%s'", name);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_DATA, "'%s' is not a regular file", name);
	if (st.st_nlink > 1)
		return err_set(e, ERR_DATA, "'%s' has %lu links", name,
		    (unsigned long)st.st_nlink);
	if (file_map(fd, name, &m.map, e) < 0)
		return -1;
	if (spoolfile_decode(m.map, &m.env, &offset, e) < 0)
		return err_prefix(e, "'%s' is damaged", name);
	if ((m.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3)) < 0)
		return err_errno(e, ERR_TEMP, "cannot duplicate a descriptor");
	m.offset = offset;
	m.raw = slice_sub(m.map, offset, m.map.len);
	m.size = m.raw.len;
	*out = m;
	m = (struct spool_message)SPOOL_MESSAGE_INIT;
	return 0;
}

int
spool_read(struct spool *sp, enum spool_where w, const char *id,
    struct spool_message *out, struct err *e)
{
	AUTO(fd_close) int fd = -1;
	char path[PATH_SIZE];

	if (check_id(id, e) < 0)
		return -1;
	path_of(w, id, path);
	fd = openat(sp->door.dir, path,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, errno == ENOENT ? ERR_ABSENT :
		    errno == ELOOP || errno == ENXIO ? ERR_DATA : ERR_TEMP,
		    "cannot open '%s'", path);
	if (spool_read_fd(fd, path, out, e) < 0)
		return -1;
	if (strcmp(out->env.id, id) != 0) {
		spool_message_release(out);
		return err_set(e, ERR_DATA, "'%s' is damaged: it has another id",
		    path);
	}
	return 0;
}

void
spool_message_release(struct spool_message *m)
{
	file_unmap(&m->map);
	fd_close(&m->fd);
	m->raw = (struct slice){ NULL, 0 };
}

int
spool_mark_begun(struct spool_message *m, struct err *e)
{
	if (fchmod(m->fd, S_IRWXU) < 0)
		return err_errno(e, ERR_TEMP, "cannot mark message '%s'", m->env.id);
	return 0;
}

bool
spool_has_begun(struct spool *sp, const char *id)
{
	AUTO(xfree) char *path = xasprintf("new/%s", id);
	struct stat st;

	/* What can't be looked at counts as begun: that is the careful answer. */
	return fstatat(spool_dirfd(sp), path, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    (st.st_mode & S_IXUSR) != 0;
}

/* ---- moving and removing ---- */

/* Open the directory for w, making a day of done/ when it is not there. */
static int
open_target(struct spool *sp, enum spool_where w, const char *id, int *out,
    struct err *e)
{
	AUTO(fd_close) int done = -1;
	char path[PATH_SIZE];

	dir_of(w, id, path);
	if (w != SPOOL_DONE)
		return door_open_dir(sp->door.dir, path, out, e);
	if (door_open_dir(sp->door.dir, path, out, e) == 0)
		return 0;
	if (e->kind != ERR_ABSENT)
		return -1;
	if (dir_make(sp->door.dir, path, 0700, e) < 0 ||
	    door_open_dir(sp->door.dir, "done", &done, e) < 0 ||
	    dir_sync(done, path, e) < 0)
		return -1;
	return door_open_dir(sp->door.dir, path, out, e);
}

/*
 * The new name reaches the disk before the old one's absence does: a power
 * cut in between may leave both or the old one, never none.
 */
int
spool_move(struct spool *sp, enum spool_where from, enum spool_where to,
    const char *id, struct err *e)
{
	AUTO(fd_close) int source = -1;
	AUTO(fd_close) int target = -1;
	char path[PATH_SIZE];

	if (check_id(id, e) < 0)
		return -1;
	if (from == to)
		return 0;
	dir_of(from, id, path);
	if (door_open_dir(sp->door.dir, path, &source, e) < 0 ||
	    open_target(sp, to, id, &target, e) < 0)
		return -1;
	if (renameat(source, id, target, id) < 0)
		return err_errno(e, errno == ENOENT ? ERR_ABSENT : ERR_TEMP,
		    "cannot move '%s' from %s/ to %s/", id, where_name[from],
		    where_name[to]);
	if (dir_sync(target, id, e) < 0)
		return -1;
	return dir_sync(source, id, e);
}

int
spool_remove(struct spool *sp, enum spool_where w, const char *id, struct err *e)
{
	char path[PATH_SIZE];

	if (check_id(id, e) < 0)
		return -1;
	path_of(w, id, path);
	if (unlinkat(sp->door.dir, path, 0) < 0)
		return err_errno(e, errno == ENOENT ? ERR_ABSENT : ERR_TEMP,
		    "cannot remove '%s'", path);
	/* A day goes with its last message; one that is not empty stays. */
	if (w == SPOOL_DONE) {
		dir_of(w, id, path);
		(void)unlinkat(sp->door.dir, path, AT_REMOVEDIR);
	}
	return 0;
}

/* ---- what we put in ourselves ---- */

static void
entry_free(struct door_entry **en)
{
	if (*en != NULL)
		door_end(*en);
	free(*en);
	*en = NULL;
}

static int
check_own(const struct envelope *env, struct err *e)
{
	if (env->kind != ENVELOPE_OWN || env->own_key[0] == '\0' ||
	    env->n_own_rcpt == 0 || env->n_own_rcpt > OWN_RCPT_MAX)
		return err_set(e, ERR_USAGE,
		    "a message of our own needs a key and 1 to %d recipients",
		    OWN_RCPT_MAX);
	for (size_t i = 0; i < env->n_own_rcpt; i++)
		if (!address_valid(env->own_rcpt[i], strlen(env->own_rcpt[i])))
			return err_set(e, ERR_USAGE, "'%s' is not an address",
			    env->own_rcpt[i]);
	return 0;
}

int
spool_submit_own(struct spool *sp, struct envelope *env, struct slice message,
    struct err *e)
{
	AUTO(entry_free) struct door_entry *en = NULL;

	if (check_own(env, e) < 0)
		return -1;
	env->received_ms = clock_wall_ms();
	if (ulid_make(env->received_ms, env->id) < 0)
		return err_errno(e, ERR_TEMP, "no random bytes");
	en = xcalloc(1, sizeof *en);
	if (door_begin(&sp->door, env, en, e) < 0 ||
	    door_write(en, message.ptr, message.len, e) < 0 ||
	    door_sync(en, e) < 0)
		return -1;
	return door_commit(en, e);
}
