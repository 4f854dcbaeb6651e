/* SPDX-License-Identifier: MIT */
#include "cmd/inforce.h"

#include <fcntl.h>

#include "base/file.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"

void
inforce_look(struct arena *a, const char *spool, const struct policy *p,
    struct inforce *out)
{
	AUTO(xfree) char *good = path_join(spool, "rules.good");
	AUTO(buf_release) struct buf snapshot = BUF_INIT;
	struct err e = ERR_INIT;

	*out = (struct inforce){ .differs = false };
	if (file_read(AT_FDCWD, good, SNAPSHOT_MAX, &snapshot, &e) < 0)
		return;			/* no engine yet, or not ours to read */
	digest_slice(buf_slice(&snapshot), out->digest);
	if (p == NULL)
		return;
	out->differs = !digest_equal(out->digest, policy_digest(p));
	/* The bytes that drift points into live in a. */
	if (out->differs && drift_find(a, arena_slice(a, buf_slice(&snapshot)),
	    arena_slice(a, policy_snapshot(p)), &out->drift, &e) < 0)
		out->drift = (struct drift){ .n_file = 0 };
}

void
inforce_note(const char *spool, const struct policy *p)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct inforce in;

	inforce_look(a, spool, p, &in);
	if (in.differs)
		cmd_warn("note: the engine still runs other rules (%.8s) than these "
		    "(%.8s): %s", in.digest, policy_digest(p),
		    drift_text(a, &in.drift, 5));
}
