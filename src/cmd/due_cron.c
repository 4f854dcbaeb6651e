/* SPDX-License-Identifier: MIT */
/* Does cron start the summary? */
#include <fcntl.h>

#include "base/file.h"
#include "cmd/due.h"

enum { CRON_MAX = 1 << 16 };		/* bytes of a file that are read */

static bool
starts_summary(struct slice text)
{
	struct slice line;

	while (slice_next(&text, '\n', &line)) {
		line = slice_trim(line);
		if (!slice_starts(line, "#") &&
		    slice_find_slice(line, SLICE_LIT("mroute")) < line.len &&
		    (slice_find_slice(line, SLICE_LIT("summary --due")) < line.len ||
		    slice_find_slice(line, SLICE_LIT("summary --mail")) < line.len))
			return true;
	}
	return false;
}

static bool
file_starts_summary(const char *path)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct err e = ERR_INIT;

	return file_read(AT_FDCWD, path, CRON_MAX, &text, &e) == 0 &&
	    starts_summary(buf_slice(&text));
}

const char *
due_cron(struct arena *a, const char *dir)
{
	static const char *const places[] = { "cron.d", "cron.daily" };
	const char *path = arena_printf(a, "%s/crontab", dir);

	if (file_starts_summary(path))
		return path;
	for (size_t i = 0; i < NELEM(places); i++) {
		AUTO(names_release) struct names names = { NULL, 0 };
		struct err e = ERR_INIT;

		path = arena_printf(a, "%s/%s", dir, places[i]);
		if (dir_names(AT_FDCWD, path, &names, &e) < 0)
			continue;
		for (size_t k = 0; k < names.n; k++) {
			const char *file = arena_printf(a, "%s/%s", path, names.name[k]);

			if (file_starts_summary(file))
				return file;
		}
	}
	return NULL;
}
