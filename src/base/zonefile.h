/* SPDX-License-Identifier: MIT */
/*
 * zonefile - the offset of a time zone at each moment, from a TZif file
 * (RFC 9636) and the rule at its end for all years after its last entry.
 *
 * Our own reader, because libc has one zone per process and takes a name that
 * it does not know for UTC, and GLib reads the rules of Europe/Dublin wrongly.
 */
#ifndef BASE_ZONEFILE_H
#define BASE_ZONEFILE_H

#include "base/base.h"
#include "base/err.h"
#include "base/slice.h"

struct zonefile;

/* A stretch of time in which the offset stays; seconds since 1970, [from, to). */
struct zone_stretch {
	int64_t from, to;
	int offset_s;			/* east of UTC */
};

/* The whole of a file.  ERR_DATA. */
NODISCARD int zonefile_parse(struct slice bytes, struct zonefile **out, struct err *e);

/* A POSIX rule: "CET-1CEST,M3.5.0,M10.5.0/3".  ERR_DATA. */
NODISCARD int zonefile_rule(struct slice rule, struct zonefile **out, struct err *e);

void zonefile_free(struct zonefile **z);

struct zone_stretch zonefile_at(const struct zonefile *z, int64_t second);

#endif
