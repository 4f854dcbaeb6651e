/* SPDX-License-Identifier: MIT */
#include "cmd/place.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/command.h"
#include "base/file.h"

/* A rule pack: a directory with a rule file in it. */
static bool
is_pack(const char *path)
{
	struct names names = { NULL, 0 };
	struct err e = ERR_INIT;
	bool found = false;

	if (dir_names(AT_FDCWD, path, &names, &e) < 0)
		return false;
	for (size_t i = 0; i < names.n; i++)
		if (slice_ends_case(slice_str(names.name[i]), ".rules"))
			found = true;
	names_release(&names);
	return found;
}

int
place_rules(struct buf *out, struct err *e)
{
	/* From PREFIX/bin; from build/; from build/san/. */
	static const char *const beside[] = {
		"/../share/mroute/rules", "/../rules", "/../../rules",
	};
	const char *share = getenv("MROUTE_SHARE");
	AUTO(buf_release) struct buf own = BUF_INIT;

	buf_reset(out);
	if (share != NULL && share[0] != '\0') {
		buf_addf(out, "%s/rules", share);
		if (is_pack(buf_str(out)))
			return 0;
		return err_set(e, ERR_ABSENT, "no rules in '%s', which "
		    "MROUTE_SHARE names", buf_str(out));
	}
	if (!command_own_directory(&own))
		return err_set(e, ERR_ABSENT, "cannot tell where mroute is "
		    "installed; set MROUTE_SHARE to the directory that holds rules/");
	for (size_t i = 0; i < NELEM(beside); i++) {
		buf_reset(out);
		buf_addf(out, "%s%s", buf_str(&own), beside[i]);
		if (is_pack(buf_str(out)))
			return 0;
	}
	return err_set(e, ERR_ABSENT, "the rules that ship with mroute are not in "
	    "'%s%s'; set MROUTE_SHARE to the directory that holds rules/",
	    buf_str(&own), beside[0]);
}

void
place_deliver(struct buf *out)
{
	if (!command_beside("mroute-deliver", out))
		buf_set(out, "mroute-deliver");
}
