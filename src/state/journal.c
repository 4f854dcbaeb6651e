/* SPDX-License-Identifier: MIT */
#include "state/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crc32.h"
#include "base/file.h"
#include "base/ulid.h"
#include "base/xalloc.h"

static const char title[] = "mroute journal 1\n";
static const char magic[] = "MRJE";

enum {
	TITLE_LEN = sizeof title - 1,
	FAMILY_LEN = TITLE_LEN - 2,		/* without the version */
	START = TITLE_LEN + ULID_LEN + 1,	/* of the first entry */
	MAGIC_LEN = sizeof magic - 1,
	HEAD = MAGIC_LEN + 8,
	WINDOW = 65536,
	VERSION_SHIFT = 24,			/* of it, above the number of records */
	RECORDS_MAX = (1 << VERSION_SHIFT) - 1,
};

struct journal {
	int dirfd;
	char *name;
	bool write;
	int fd;				/* -1: not there yet */
	off_t end;			/* after the last good entry; 0: no title */
	uint64_t entries;
	unsigned damaged;
	char start[START];		/* the title with its ULID, as read */
};

void
journal_close(struct journal **j)
{
	if (*j == NULL)
		return;
	fd_close(&(*j)->fd);
	free((*j)->name);
	free(*j);
	*j = NULL;
}

uint64_t
journal_entries(const struct journal *j)
{
	return j->entries;
}

unsigned
journal_damaged(const struct journal *j)
{
	return j->damaged;
}

/* ---- reading ---- */

/* n bytes at off: 1, 0 when the file ends before, -1 with errno. */
static int
read_at(int fd, void *p, size_t n, off_t off)
{
	char *to = p;

	while (n > 0) {
		ssize_t got = pread(fd, to, n, off);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return (int)got;
		to += got;
		off += got;
		n -= (size_t)got;
	}
	return 1;
}

/* The payload of a good entry at off: 1; 0 no good entry; -1 with errno. */
static int
read_entry(int fd, off_t off, off_t size, struct buf *payload)
{
	char head[HEAD];
	struct slice s;
	uint32_t len = 0, crc = 0;
	int rc;

	if (size - off < HEAD)
		return 0;
	if ((rc = read_at(fd, head, sizeof head, off)) <= 0)
		return rc;
	if (memcmp(head, magic, MAGIC_LEN) != 0)
		return 0;
	s = slice_make(head + MAGIC_LEN, HEAD - MAGIC_LEN);
	if (!slice_get_u32(&s, &len) || !slice_get_u32(&s, &crc) ||
	    len > JOURNAL_ENTRY_MAX || (off_t)len > size - off - HEAD)
		return 0;
	buf_reset(payload);
	buf_reserve(payload, len);
	if ((rc = read_at(fd, payload->ptr, len, off + HEAD)) <= 0 && len > 0)
		return rc;
	payload->len = len;
	payload->ptr[len] = '\0';
	return crc32_update(0, payload->ptr, len) == crc;
}

/* The next good entry at or behind off; size when there is none; -1 errno. */
static off_t
find_entry(int fd, off_t off, off_t size, struct buf *payload)
{
	char window[WINDOW];
	int rc;

	while (size - off >= HEAD) {
		size_t n = (size_t)MIN((off_t)sizeof window, size - off);
		struct slice s = slice_make(window, n);
		size_t at;

		if ((rc = read_at(fd, window, n, off)) <= 0)
			return rc < 0 ? -1 : size;
		at = slice_find_slice(s, slice_make(magic, MAGIC_LEN));
		if (at == SIZE_MAX) {
			/* A mark may lie across the end of the window. */
			off += (off_t)(n - (MAGIC_LEN - 1));
			continue;
		}
		off += (off_t)at;
		if ((rc = read_entry(fd, off, size, payload)) != 0)
			return rc < 0 ? -1 : off;
		off++;
	}
	return size;
}

/*
 * Walk the file.  f (may be NULL) gets each payload, false stops; *end is
 * behind the last good entry.
 */
static int
walk(struct journal *j, off_t size, bool (*f)(void *arg, struct slice payload),
    void *arg, off_t *end, struct err *e)
{
	AUTO(buf_release) struct buf payload = BUF_INIT;
	off_t off = START, next;

	j->entries = 0;
	j->damaged = 0;
	*end = MIN((off_t)START, size);
	while (off < size) {
		next = find_entry(j->fd, off, size, &payload);
		if (next < 0)
			return err_errno(e, ERR_TEMP, "cannot read '%s'", j->name);
		if (next == size)
			return 0;	/* a torn end */
		if (next > off)
			j->damaged++;
		j->entries++;
		off = next + HEAD + (off_t)payload.len;
		*end = off;
		if (f != NULL && !f(arg, buf_slice(&payload)))
			return 0;
	}
	return 0;
}

static int
look(struct journal *j, struct err *e)
{
	struct stat st;
	int rc;

	if (fstat(j->fd, &st) < 0)
		return err_errno(e, ERR_TEMP, "cannot look at '%s'", j->name);
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		return err_set(e, ERR_DATA, "'%s' is not a plain file of ours",
		    j->name);
	j->end = 0;
	if ((rc = read_at(j->fd, j->start, START, 0)) < 0)
		return err_errno(e, ERR_TEMP, "cannot read '%s'", j->name);
	if (rc == 0) {
		/* Empty, or torn within the title: no entry can be in it. */
		memset(j->start, 0, START);
		return 0;
	}
	if (memcmp(j->start, title, TITLE_LEN) != 0 &&
	    memcmp(j->start, title, FAMILY_LEN) == 0)
		return err_set(e, ERR_CONFIG, "'%s' was made by another version "
		    "of mroute", j->name);
	return walk(j, st.st_size, NULL, NULL, &j->end, e);
}

/* ---- opening ---- */

static int
cut(struct journal *j, struct err *e)
{
	if (ftruncate(j->fd, j->end) < 0 || fsync(j->fd) < 0)
		return err_errno(e, ERR_TEMP, "cannot cut '%s'", j->name);
	return 0;
}

int
journal_open(int dirfd, const char *name, bool write, struct journal **out,
    struct err *e)
{
	AUTO(journal_close) struct journal *j = xcalloc(1, sizeof *j);
	struct stat st;

	*out = NULL;
	j->dirfd = dirfd;
	j->name = xstrdup(name);
	j->write = write;
	j->fd = openat(dirfd, name, (write ? O_RDWR : O_RDONLY) | O_NOFOLLOW |
	    O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (j->fd < 0 && (errno != ENOENT || !write))
		return err_errno(e, errno == ENOENT ? ERR_ABSENT : ERR_TEMP,
		    "cannot open '%s'", name);
	if (j->fd >= 0) {
		if (look(j, e) < 0)
			return -1;
		if (write && fstat(j->fd, &st) == 0 && st.st_size > j->end &&
		    cut(j, e) < 0)
			return -1;
	}
	*out = j;
	j = NULL;
	return 0;
}

bool
journal_same(const struct journal *j)
{
	char start[START];
	struct stat st;

	if (j->fd < 0 || fstat(j->fd, &st) < 0 || st.st_nlink != 1 ||
	    st.st_size < j->end)
		return false;
	if (j->end == 0)
		return st.st_size == 0;
	return read_at(j->fd, start, START, 0) == 1 &&
	    memcmp(start, j->start, START) == 0;
}

/* ---- writing ---- */

static int
create(struct journal *j, struct err *e)
{
	j->fd = openat(j->dirfd, j->name,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (j->fd < 0)
		return err_errno(e, ERR_TEMP, "cannot create '%s'", j->name);
	if (dir_sync(j->dirfd, j->name, e) < 0) {
		fd_close(&j->fd);
		unlinkat(j->dirfd, j->name, 0);
		return -1;
	}
	return 0;
}

static int
add_title(struct journal *j, struct buf *out, struct err *e)
{
	char id[ULID_SIZE];

	if (ulid_make(clock_wall_ms(), id) < 0)
		return err_errno(e, ERR_TEMP, "no random bytes for '%s'", j->name);
	buf_addf(out, "%s%s\n", title, id);
	memcpy(j->start, out->ptr, START);
	return 0;
}

static void
add_entry(struct buf *out, const struct record *r, const bool *fresh, size_t n)
{
	AUTO(buf_release) struct buf payload = BUF_INIT;

	buf_put_u32(&payload, (uint32_t)n | RECORD_VERSION << VERSION_SHIFT);
	for (size_t i = 0; i < n; i++) {
		buf_put_u8(&payload, fresh != NULL && fresh[i]);
		record_encode(&r[i], &payload);
	}
	if (payload.len > JOURNAL_ENTRY_MAX)
		bug("journal: an entry of %zu bytes", payload.len);
	buf_add(out, magic, MAGIC_LEN);
	buf_put_u32(out, (uint32_t)payload.len);
	buf_put_u32(out, crc32_update(0, payload.ptr, payload.len));
	buf_add(out, payload.ptr, payload.len);
}

static int
write_at(int fd, const char *p, size_t n, off_t off)
{
	while (n > 0) {
		ssize_t put = pwrite(fd, p, n, off);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			if (put == 0)
				errno = ENOSPC;
			return -1;
		}
		p += put;
		off += put;
		n -= (size_t)put;
	}
	return 0;
}

int
journal_append(struct journal *j, const struct record *r, const bool *fresh,
    size_t n, struct err *e)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT;

	if (!j->write)
		bug("journal: a reader writes");
	if (j->fd < 0 && create(j, e) < 0)
		return -1;
	if (j->end == 0 && add_title(j, &bytes, e) < 0)
		return -1;
	add_entry(&bytes, r, fresh, n);
	if (write_at(j->fd, bytes.ptr, bytes.len, j->end) < 0 ||
	    fdatasync(j->fd) < 0) {
		err_errno(e, ERR_TEMP, "cannot write '%s'", j->name);
		/*
		 * It did not happen, so it must not come back.  Where even this
		 * fails the next entry is written over it, at the same place.
		 */
		(void)!ftruncate(j->fd, j->end);
		return -1;
	}
	j->end += (off_t)bytes.len;
	j->entries++;
	return 0;
}

int
journal_clear(struct journal *j, struct err *e)
{
	if (j->fd < 0)
		return 0;
	if (ftruncate(j->fd, 0) < 0 || fsync(j->fd) < 0)
		return err_errno(e, ERR_TEMP, "cannot empty '%s'", j->name);
	j->end = 0;
	j->entries = 0;
	j->damaged = 0;
	return 0;
}

/* ---- entries ---- */

struct each {
	journal_entry *f;
	void *arg;
	unsigned damaged;
};

static bool
decode_entry(struct arena *a, struct slice in, struct record **r, bool **fresh,
    uint32_t *n)
{
	struct err e = ERR_INIT;
	unsigned version;

	if (!slice_get_u32(&in, n))
		return false;
	version = *n >> VERSION_SHIFT;
	*n &= RECORDS_MAX;
	/* A record takes more than 8 bytes: a count that cannot be is damage. */
	if (version > RECORD_VERSION || *n > in.len / 8)
		return false;
	*r = arena_calloc(a, *n, sizeof **r);
	*fresh = arena_calloc(a, *n, sizeof **fresh);
	for (uint32_t i = 0; i < *n; i++) {
		if (!slice_get_bool(&in, &(*fresh)[i]) ||
		    record_decode(a, &in, version, &(*r)[i], &e) < 0)
			return false;
	}
	return in.len == 0;
}

static bool
give_entry(void *arg, struct slice payload)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct each *each = arg;
	struct record *r;
	bool *fresh;
	uint32_t n;

	if (!decode_entry(a, payload, &r, &fresh, &n)) {
		each->damaged++;
		return true;
	}
	return each->f(each->arg, r, fresh, n);
}

int
journal_each(struct journal *j, journal_entry *f, void *arg, struct err *e)
{
	struct each each = { f, arg, 0 };
	uint64_t entries = j->entries;
	off_t end;

	if (j->fd < 0 || j->end == 0)
		return 0;
	if (walk(j, j->end, give_entry, &each, &end, e) < 0)
		return -1;
	j->damaged += each.damaged;
	/* f may have stopped early. */
	j->entries = MAX(entries, j->entries);
	return 0;
}
