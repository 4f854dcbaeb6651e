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
#include "model/findings.h"
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

/* "press.1 press.2? ...": these lines hold, those with ? are unknown. */
static inline struct findings *
found(struct arena *a, const struct policy *p, const struct envelope *env,
    const char *lines)
{
	const struct config *cfg = policy_config(p);
	const struct config_alias *al = config_alias_for(cfg, env->recipient, "");
	struct findings *f = arena_alloc(a, sizeof *f);
	const struct ruleset *rs;
	struct slice rest = slice_str(lines), word;

	memcpy(f->policy_digest, policy_digest(p), DIGEST_SIZE);
	f->alias = UINT32_MAX;
	if (al == NULL)
		return f;
	f->alias = (uint32_t)(al - cfg->alias);
	rs = policy_ruleset(p, f->alias);
	f->n_line = rs->n_line;
	f->line = arena_calloc(a, f->n_line, sizeof *f->line);
	while (slice_next(&rest, ' ', &word)) {
		bool unknown = slice_ends_case(word, "?"), known = false;

		if (word.len == 0)
			continue;

		word.len -= unknown ? 1 : 0;
		for (size_t i = 0; i < rs->n_line; i++)
			if (slice_eq_str(word, rs->line[i]->id)) {
				f->line[i].state = unknown ? TRI_UNKNOWN : TRI_YES;
				if (unknown)
					f->line[i].reason = SLICE_LIT("match limit");
				known = true;
			}
		if (!known)
			fail_msg("no line " SLICE_FMT, SLICE_ARG(word));
	}
	return f;
}

#endif
