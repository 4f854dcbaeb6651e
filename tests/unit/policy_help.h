/* SPDX-License-Identifier: MIT */
/*
 * policy_help - a policy from texts: mroute.conf and rules/10.rules are
 * written into the test's directory (tempdir.h) and loaded.
 */
#ifndef TESTS_POLICY_HELP_H
#define TESTS_POLICY_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "model/envelope.h"
#include "rules/policy.h"
#include "rules/ruleset.h"
#include "tempdir.h"

static inline void
put_file(const char *name, const char *text)
{
	AUTO(fd_close) int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || fd_write_all(fd, text, strlen(text)) < 0)
		fail_msg("cannot write '%s'", name);
}

static inline void
print_diag(const struct diag *d)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	diag_print(d, false, &b);
	if (b.len > 0)
		print_message("%s", buf_str(&b));
}

static inline struct policy *
make_policy(const char *conf, const char *rules)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(config_free) struct config *cfg = NULL;
	AUTO(xfree) char *cwd = getcwd(NULL, 0);
	AUTO(xfree) char *path = xasprintf("%s/mroute.conf", cwd);
	struct policy *p = NULL;
	struct err e = ERR_INIT;

	(void)mkdir("rules", 0700);
	(void)mkdir("rules/lists", 0700);
	put_file("mroute.conf", conf);
	put_file("rules/10.rules", rules);
	if (config_parse(slice_str(conf), path, d, &cfg, &e) < 0 ||
	    policy_load(cfg, d, &p, &e) < 0) {
		print_diag(d);
		fail_msg("%s", e.text);
	}
	return p;
}

static inline struct envelope
mail_to(const char *recipient)
{
	struct envelope env = { .kind = ENVELOPE_MAIL,
	    .sender = "jane@dailyplanet.example" };

	snprintf(env.recipient, sizeof env.recipient, "%s", recipient);
	return env;
}

#endif
