/* SPDX-License-Identifier: MIT */
/*
 * spool_help - a spool to test with, and calls that must or must not work.
 */
#ifndef TESTS_SPOOL_HELP_H
#define TESTS_SPOOL_HELP_H

#include "state/spool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "tempdir.h"

enum { HOUR = 3600000 };

/* Of the last call in OK or FAILS. */
static struct err why;

#define OK(call)	do {						\
		if ((call) < 0)						\
			fail_msg("%s: %s", #call, why.text);		\
	} while (0)

#define FAILS(want, call)	do {					\
		why = (struct err)ERR_INIT;				\
		if ((call) >= 0)					\
			fail_msg("%s succeeded", #call);		\
		if (why.kind != (want) || why.text[0] == '\0')		\
			fail_msg("%s: kind %d, '%s'", #call, (int)why.kind, \
			    why.text);					\
	} while (0)

static inline struct spool *
make_spool(void)
{
	struct spool *sp = NULL;

	OK(spool_create("spool", HOUR, &why));
	OK(spool_open("spool", &sp, &why));
	return sp;
}

static inline struct envelope
own(const char *key)
{
	struct envelope env = { .kind = ENVELOPE_OWN, .n_own_rcpt = 2,
	    .own_rcpt = { "ann@acme.example", "bob@acme.example" } };

	snprintf(env.own_key, sizeof env.own_key, "%s", key);
	return env;
}

/* A message of a day; its id. */
static inline void
put(struct spool *sp, char id[ULID_SIZE])
{
	struct envelope env = own("summary:2026-W47");

	OK(spool_submit_own(sp, &env, SLICE_LIT("Subject: x\n\nhello\n"), &why));
	memcpy(id, env.id, ULID_SIZE);
}

static inline void
write_file(const char *path, struct slice bytes)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
	assert_int_equal(fclose(f), 0);
}

static inline bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static inline char *
in_new(const char *id)
{
	static char path[64];

	snprintf(path, sizeof path, "spool/new/%s", id);
	return path;
}

#endif
