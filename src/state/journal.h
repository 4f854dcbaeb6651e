/* SPDX-License-Identifier: MIT */
/*
 * journal - records that wait to enter the database, in one file.
 *
 * An entry is what one store_commit() was given: all of it counts or none.
 * journal_append() returns 0 only when the entry is on the disk (fdatasync).
 *
 * The file, numbers little-endian:
 *
 *	"mroute journal 1\n"  ULID  "\n"	a new ULID each time it is begun
 *	entry *
 *
 *	entry:    "MRJE"  u32 length of payload  u32 CRC-32 of payload  payload
 *	payload:  u32 number of records, in its top byte the version of
 *	          their form (record.h), then for each:
 *	          u8 1: the message was in no record before   record (record.h)
 *
 * A crash in the middle of a write leaves a torn entry at the end.  Its
 * journal_append() never returned, so it promised nothing: it is cut off by
 * the next writer and not seen by readers.  Damage before the end (a bad
 * disk) loses the entries it hits: what comes behind is found by its "MRJE",
 * and journal_damaged() says how many gaps there are.
 */
#ifndef STATE_JOURNAL_H
#define STATE_JOURNAL_H

#include "base/base.h"
#include "base/err.h"
#include "state/record.h"

struct journal;

/* The largest entry: a snapshot and a trace fit in it with room to spare. */
enum { JOURNAL_ENTRY_MAX = 128 << 20 };

/*
 * Open dirfd/name.  A writer cuts a torn end off; the file need not be there
 * and is made by the first journal_append().  A reader gets ERR_ABSENT then.
 */
NODISCARD int journal_open(int dirfd, const char *name, bool write,
    struct journal **out, struct err *e);
void journal_close(struct journal **j);

uint64_t journal_entries(const struct journal *j);
unsigned journal_damaged(const struct journal *j);

/* r must be clean; fresh has a flag for each record, or is NULL. */
NODISCARD int journal_append(struct journal *j, const struct record *r,
    const bool *fresh, size_t n, struct err *e);

/*
 * Every entry in order, until f returns false.  What f is given lives for the
 * call only.  An entry that cannot be decoded counts as damage.
 */
typedef bool journal_entry(void *arg, const struct record *r, const bool *fresh,
    size_t n);
NODISCARD int journal_each(struct journal *j, journal_entry *f, void *arg,
    struct err *e);

/* Empty it, durably: 0 only when no crash can bring the entries back. */
NODISCARD int journal_clear(struct journal *j, struct err *e);

/*
 * A reader: is the file still the one that was opened, with at least the
 * entries seen?  False once the writer has emptied it.
 */
bool journal_same(const struct journal *j);

#endif
