/* SPDX-License-Identifier: MIT */
/* What the tests of the model share: an arena, slices compared, a config. */
#ifndef MODEL_HELP_H
#define MODEL_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "model/message.h"

static struct arena *arena UNUSED;

static inline int
arena_setup(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static inline int
arena_teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static inline void
assert_slice(const char *label, struct slice got, const char *want)
{
	if (!slice_eq_str(got, want))
		fail_msg("%s:\n got \"" SLICE_FMT "\"\nwant \"%s\"", label,
		    SLICE_ARG(got), want);
}

/* The limits as mroute.conf(5) has them by default. */
static struct config test_config UNUSED = { .limits = { .message_size = 64 << 20,
    .headers = 1000, .header_size = 16384, .parts = 2000, .depth = 50,
    .body_window = 256 << 10 } };

static struct envelope test_envelope UNUSED = { .sender = "jane@dailyplanet.example",
    .recipient = "marketing@company.example" };

static inline const struct values *
field(struct message *m, enum field_id id)
{
	return message_values(m, &(struct field_ref){ .id = id });
}

/* All values of a field with '|' between them; U for a capped one at the end. */
static inline const char *
joined(struct message *m, const struct values *v)
{
	struct buf b = BUF_INIT;
	const char *s;

	(void)m;
	for (size_t i = 0; i < v->n; i++) {
		if (i > 0)
			buf_add_char(&b, '|');
		buf_add_slice(&b, v->v[i].text.orig);
	}
	if (v->capped)
		buf_add_str(&b, " (capped)");
	s = arena_strndup(arena, buf_str(&b), b.len);
	buf_release(&b);
	return s;
}

/* The names of the facts that hold, with a blank behind each. */
static inline const char *
facts_of(const struct message *m)
{
	struct buf b = BUF_INIT;
	uint32_t facts = message_facts(m, NULL);
	const char *s;

	for (int i = 0; i < FACT_N; i++)
		if (facts & FACT_BIT(i))
			buf_addf(&b, "%s ", fact_table[i].name);
	s = arena_strdup(arena, buf_str(&b));
	buf_release(&b);
	return s;
}

#endif
