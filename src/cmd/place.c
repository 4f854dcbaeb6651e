/* SPDX-License-Identifier: MIT */
#include "cmd/place.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

/* The directory of the running program, without "/" at its end. */
static bool
own_directory(struct buf *out)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);

	if (n <= 0 || (size_t)n >= sizeof path)
		return false;
	while (n > 0 && path[n - 1] != '/')
		n--;
	buf_reset(out);
	buf_add(out, path, n > 1 ? (size_t)n - 1 : (size_t)n);
	return true;
}

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
	if (!own_directory(&own))
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
	static const char *const beside[] = {
		"/../libexec/mroute/mroute-deliver", "/mroute-deliver",
	};
	AUTO(buf_release) struct buf own = BUF_INIT;
	char real[PATH_MAX];

	for (size_t i = 0; own_directory(&own) && i < NELEM(beside); i++) {
		buf_add_str(&own, beside[i]);
		if (access(buf_str(&own), X_OK) == 0
		    && realpath(buf_str(&own), real) != NULL) {
			buf_set(out, real);
			return;
		}
	}
	buf_set(out, "mroute-deliver");
}
