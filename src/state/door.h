/* SPDX-License-Identifier: MIT */
/*
 * door - the way into the spool: what mroute-deliver and the engine share.
 * libc only, no memory from the heap.
 *
 * A message is written to tmp/ID and renamed into new/ID.  door_commit() is the
 * promise (P1): once it has returned 0 no crash and no full disk loses the
 * message.  Until then the sender still has its copy, and dropping ours is the
 * right answer to every error.
 *
 *	door_begin	tmp/ID is there, and flock()ed as long as we live
 *	door_copy, door_write	the bytes
 *	door_sync	the file is whole and on the disk
 *	door_commit	its name in new/ is on the disk
 *	door_end	one that was not committed leaves no trace
 *
 * A spool is a directory of mode 0700 that belongs to us, with tmp/ and new/ of the same
 * kind and a file FORMAT of three lines:
 *
 *	mroute spool 1
 *	owner 998
 *	max-silence-ms 3600000
 *
 * No name in it may be a symbolic link.
 */
#ifndef STATE_DOOR_H
#define STATE_DOOR_H

#include "base/err.h"
#include "model/envelope.h"

#include <sys/types.h>

enum {
	DOOR_CHUNK = 65536,
	DOOR_FREE_PERCENT = 5,		/* less free space: nothing comes in */
	DOOR_FORMAT_SIZE = 128,		/* FORMAT's text and a NUL */
};

/* A larger message is refused. */
#define DOOR_MESSAGE_MAX	((uint64_t)1 << 30)

/* ---- the spool ---- */

struct door {
	int dir, tmp, new;		/* descriptors of directories */
	int64_t max_silence_ms;		/* 0: a silent engine does not matter */
	int64_t made_ms;		/* when FORMAT was written */
};
#define DOOR_INIT { -1, -1, -1, 0, 0 }

/*
 * ERR_ABSENT: no such directory, or no FORMAT in it.  ERR_CONFIG: not ours, or not 0700.
 * ERR_DATA: FORMAT is not as above.  ERR_TEMP: the system failed.
 */
NODISCARD int door_open(const char *path, struct door *out, struct err *e);
void door_close(struct door *d);

/* Open a directory of the spool and see that it is ours and closed to others. */
NODISCARD int door_open_dir(int dirfd, const char *name, int *out, struct err *e);

/* FORMAT's text for a spool of ours; returns its length. */
size_t door_format(int64_t max_silence_ms, char out[DOOR_FORMAT_SIZE]);

/*
 * Is there an engine?  ERR_TEMP when `alive` was not touched for max-silence;
 * a spool that never had an engine counts from FORMAT's time.
 */
NODISCARD int door_check_alive(const struct door *d, int64_t now_ms, struct err *e);

/*
 * Percent of the file system's blocks or inodes, what is scarcer, that are
 * free for us once `more` bytes are written; 100 when it does not say.
 */
int door_free_percent(int dirfd, uint64_t more);

/* Wake the engine, if there is one.  Never waits. */
void door_poke(int dirfd);

/* ---- one message ---- */

/* Large: static, or allocated. */
struct door_entry {
	const struct door *door;	/* NULL: nothing to end */
	int fd;
	bool committed;
	char id[ULID_SIZE];
	uint64_t size;			/* bytes of the message so far */
	uint64_t lines;			/* LFs in them */
	size_t header;			/* length of the envelope in front */
	uint32_t crc;
	bool flushed;			/* the envelope is in the file, not in chunk */
	size_t used;
	char chunk[DOOR_CHUNK];		/* not written yet */
};

/* The entry gets env->id, which the caller has made. */
NODISCARD int door_begin(const struct door *d, const struct envelope *env,
    struct door_entry *out, struct err *e);

/* All that fd has to say, up to its end. */
NODISCARD int door_copy(struct door_entry *en, int fd, struct err *e);
NODISCARD int door_write(struct door_entry *en, const char *p, size_t n,
    struct err *e);

NODISCARD int door_sync(struct door_entry *en, struct err *e);
NODISCARD int door_commit(struct door_entry *en, struct err *e);

/* Safe in a signal handler; of one that was committed nothing is touched. */
void door_end(struct door_entry *en);

#endif
