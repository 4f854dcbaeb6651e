/* SPDX-License-Identifier: MIT */
#include "rulebook.h"

#include <stdio.h>
#include <string.h>

#include "base/xalloc.h"
#include "letter.h"
#include "rules/snapshot.h"

/* The first line `find` becomes `put`. */
static struct slice
with_line(struct arena *a, struct slice text, const char *find, const char *put)
{
	AUTO(xfree) char *line = xasprintf("\n%s\n", find);
	AUTO(buf_release) struct buf b = BUF_INIT;
	const char *at = memmem(text.ptr, text.len, line, strlen(line));

	if (at == NULL)
		return text;
	buf_add(&b, text.ptr, (size_t)(at - text.ptr) + 1);
	buf_add_str(&b, put);
	at += strlen(line) - 1;
	buf_add(&b, at, text.len - (size_t)(at - text.ptr));
	return arena_slice(a, buf_slice(&b));
}

static void
age_names(struct arena *a, struct source_set *set)
{
	for (size_t i = 0; i < n_topic; i++) {
		const char *find = arena_printf(a, "route %s", topics[i].route);

		for (size_t k = 0; topics[i].was != NULL && k < set->n_file; k++)
			set->file[k].bytes = with_line(a, set->file[k].bytes, find,
			    arena_printf(a, "route %s", topics[i].was));
	}
}

static int
aged(struct rulebook *rb, enum rulebook_age age, struct diag *d, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	struct sources src = { .arena = a, .diag = d };

	if (snapshot_decode(policy_snapshot(rb->policy[RULES_NOW]), &src, e) < 0)
		return -1;
	for (size_t i = 0; i < src.n_set; i++)
		age_names(a, &src.set[i]);
	if (age == RULES_OBSERVING)
		src.config = with_line(a, src.config, "observe no", "observe yes");
	snapshot_encode(&src, &bytes);
	return policy_from_snapshot(buf_slice(&bytes), d, &rb->policy[age], e);
}

int
rulebook_open(const struct config *cfg, struct rulebook *out, struct err *e)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf text = BUF_INIT;

	*out = (struct rulebook){ .policy = { NULL } };
	if (policy_load(cfg, d, &out->policy[RULES_NOW], e) == 0 &&
	    aged(out, RULES_OLD_NAMES, d, e) == 0 && aged(out, RULES_OBSERVING, d, e) == 0)
		return 0;
	diag_print(d, false, &text);
	fputs(buf_str(&text), stderr);
	return -1;
}

void
rulebook_close(struct rulebook *rb)
{
	for (size_t i = 0; i < RULES_N; i++)
		policy_free(&rb->policy[i]);
}

const char *
rulebook_name(enum rulebook_age age, size_t topic)
{
	const struct topic *t = &topics[topic];

	return age != RULES_NOW && t->was != NULL ? t->was : t->route;
}

const struct route *
rulebook_route(const struct rulebook *rb, enum rulebook_age age, size_t topic)
{
	const struct route *r = ruleset_find(policy_ruleset(rb->policy[age], 0),
	    rulebook_name(age, topic));

	if (r == NULL)
		bug("traffic: the rules have no route '%s'", rulebook_name(age, topic));
	return r;
}
