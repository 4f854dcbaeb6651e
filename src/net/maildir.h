/* SPDX-License-Identifier: MIT */
/*
 * maildir - delivery into a Maildir, or a folder of a Maildir++ store
 * (.A.B below the root, names in modified UTF-7).
 *
 * Written under tmp/, synced, renamed into new/, directory synced; after DONE
 * no crash loses it.  The file name follows from the effect's id, so that a
 * copy that is already there (new/ or cur/) is found and not written again,
 * and an unread one is replaced by the same bytes.  Its time is received_ms.
 * Missing directories are made with the mode and group given, but for the
 * parent of the root: what is not mounted must not be filled.
 *
 * Trouble with the file system is TEMP; a mailbox that can't be a folder's
 * name PERM; a rename that could not be synced UNCERTAIN.
 */
#ifndef NET_MAILDIR_H
#define NET_MAILDIR_H

#include "base/slice.h"
#include "model/config.h"
#include "net/outcome.h"

struct maildir_options {
	unsigned mode;			/* of directories, 0700; files get it & 0666 */
	const char *group;		/* or NULL */
};

/* look: search new/ and cur/ for mroute_id first (after an uncertain try). */
void maildir_deliver(const char *root, const char *mailbox,
    const struct maildir_options *opt, const char *mroute_id,
    struct slice message, int64_t received_ms, bool look, struct outcome *o);

#endif
