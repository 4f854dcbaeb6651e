/* SPDX-License-Identifier: MIT */
/*
 * spool - the directory of messages we have promised to deliver, as the engine
 * and the commands see it.  The door (state/door.h) writes it.
 *
 *	FORMAT      "mroute spool 1", owner, max-silence (written by spool_create)
 *	tmp/ID      being written by a door; not ours
 *	new/ID      ours (P1); decided or not: the records know
 *	done/YYYY-MM-DD/ID   all effects final; day of receipt, UTC
 *	hold/ID     a person must look
 *	ctl/        requests of commands (tmp, sync, rename)
 *	fallback/   Maildir, last resort
 *	lock alive poke key rules.good journal mroute.db
 *
 * A file has the envelope with a checksum and then the raw bytes, as
 * state/spoolfile.h says.  spool_read() refuses what is cut, damaged, not a
 * regular file, or has more than one link.
 */
#ifndef STATE_SPOOL_H
#define STATE_SPOOL_H

#include "base/err.h"
#include "base/file.h"
#include "model/envelope.h"

struct spool;

enum spool_where { SPOOL_NEW, SPOOL_DONE, SPOOL_HOLD, SPOOL_NOWHERE };

/*
 * Make the directories, FORMAT and key of a new spool owned by us.  The
 * directory may be there, but no spool in it (ERR_USAGE).
 */
NODISCARD int spool_create(const char *path, int64_t max_silence_ms, struct err *e);

/*
 * Check FORMAT, owner and mode, and open.  Errors are those of door_open(): a
 * spool of somebody else is ERR_CONFIG, for root too, who must become its
 * owner first.
 */
NODISCARD int spool_open(const char *path, struct spool **out, struct err *e);
void spool_close(struct spool **sp);
const char *spool_path(const struct spool *sp);
int spool_dirfd(const struct spool *sp);
uid_t spool_owner(const struct spool *sp);

/* Bring FORMAT's max-silence in line with the config. */
NODISCARD int spool_set_max_silence(struct spool *sp, int64_t ms, struct err *e);

/*
 * The engine's lock: an flock() that lasts as long as a copy of *fd is open
 * somewhere.  1 got it, 0 somebody else has it, -1 error.  *fd is
 * close-on-exec: who wants a child to share the lock passes it on.
 */
NODISCARD int spool_lock(struct spool *sp, int *fd, struct err *e);

/* Touch alive. */
NODISCARD int spool_touch_alive(struct spool *sp, struct err *e);

/* When alive was touched last, wall ms; 0 never. */
int64_t spool_alive_ms(struct spool *sp);

/*
 * The datagram socket that doors and commands poke, not blocking; bound anew,
 * so only who has the lock may listen.
 */
NODISCARD int spool_listen(struct spool *sp, int *fd, struct err *e);
void spool_poke(struct spool *sp);

/* Secret of this spool for the keyed loop mark; 64 hex digits. */
NODISCARD int spool_key(struct spool *sp, char out[65], struct err *e);

/* Ids in new/ or hold/, sorted; names that are no ids are skipped. */
NODISCARD int spool_list(struct spool *sp, enum spool_where w, struct names *out,
    struct err *e);

/* Where a message is; the day in done/ follows from the id's time. */
enum spool_where spool_where(struct spool *sp, const char *id);

struct spool_message {
	struct envelope env;
	int fd;				/* read-only, at offset 0 */
	uint64_t offset, size;		/* of the raw bytes in the file */
	struct slice map;		/* the whole file, mapped */
	struct slice raw;		/* the raw bytes in map */
};
#define SPOOL_MESSAGE_INIT { .fd = -1 }

/* ERR_ABSENT not there, ERR_DATA damaged, ERR_TEMP may work later. */
NODISCARD int spool_read(struct spool *sp, enum spool_where w, const char *id,
    struct spool_message *out, struct err *e);
void spool_message_release(struct spool_message *m);

/*
 * Parse the spool file behind a descriptor (the examiner gets only that).  fd
 * stays the caller's: the message gets a duplicate.
 */
NODISCARD int spool_read_fd(int fd, const char *name, struct spool_message *out,
    struct err *e);

/*
 * Mark that an effect of this message in new/ is about to begin, by the x bit
 * of its file: while the records can't be read, what is not marked may be
 * decided afresh and nothing happens twice.  Not synced: after a power cut
 * the records say it.
 */
NODISCARD int spool_mark_begun(struct spool_message *m, struct err *e);
bool spool_has_begun(struct spool *sp, const char *id);

/* Rename and sync both directories; a day of done/ is made as needed. */
NODISCARD int spool_move(struct spool *sp, enum spool_where from,
    enum spool_where to, const char *id, struct err *e);

/* Remove a message for good (purge), and its day of done/ with the last one. */
NODISCARD int spool_remove(struct spool *sp, enum spool_where w, const char *id,
    struct err *e);

/*
 * Messages in done/, oldest first: calls f until it returns false.  f may move
 * or remove its message.
 */
NODISCARD int spool_each_done(struct spool *sp,
    bool (*f)(void *arg, const char *id, int64_t received_ms), void *arg,
    struct err *e);

/* Unlink what lies in tmp/ for over an hour and no door has locked. */
void spool_sweep_tmp(struct spool *sp);

/* Percent of the file system that is free for us; see door_free_percent(). */
int spool_free_percent(struct spool *sp);

/*
 * Write a message of kind own: complete, synced, in new/.  env->id is filled
 * in.  The caller has made sure that the key is new.
 */
NODISCARD int spool_submit_own(struct spool *sp, struct envelope *env,
    struct slice message, struct err *e);

/* Requests: one line each; see flow/ctl.h. */
NODISCARD int spool_ctl_put(struct spool *sp, const char *name, struct slice text,
    struct err *e);

#endif
