/* SPDX-License-Identifier: MIT */
#include "rules/seen.h"

#include "rules/quote.h"

/* All values in one excerpt: "interview | Hello, I'm a reporter". */
static void
take_excerpt(struct arena *a, const struct values *vs, struct seen *out)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	for (size_t i = 0; i < vs->n; i++) {
		struct slice orig = vs->v[i].text.orig;

		out->words += (uint32_t)text_words(orig);
		if (b.len > FINDINGS_SNIPPET_MAX)
			continue;
		buf_add_str(&b, i > 0 ? " | " : "");
		buf_add_slice(&b, quote_clean(a, orig, FINDINGS_SNIPPET_MAX));
	}
	out->excerpt = quote_clean(a, buf_slice(&b), FINDINGS_SNIPPET_MAX);
}

static void
see_field(struct arena *a, struct message *m, const struct cond *c,
    struct findings *f, size_t *cap)
{
	struct slice name = field_ref_name(a, &c->field);
	const struct values *vs;

	for (size_t i = 0; i < f->n_seen; i++)
		if (slice_eq(f->seen[i].field, name))
			return;
	if (f->n_seen >= FINDINGS_SEEN_MAX)
		return;
	vs = message_values(m, &c->field);
	f->seen = arena_grow(a, f->seen, f->n_seen, cap, sizeof *f->seen);
	f->seen[f->n_seen] = (struct seen){ .field = name, .n = (uint32_t)vs->n,
	    .capped = vs->capped };
	take_excerpt(a, vs, &f->seen[f->n_seen++]);
}

void
seen_fields(struct arena *a, struct message *m, const struct ruleset *rs,
    struct findings *f)
{
	size_t cap = 0;

	f->close = true;
	for (size_t i = 0; i < rs->n_line; i++)
		for (size_t k = 0; k < rs->line[i]->n_cond; k++)
			if (!rs->line[i]->cond[k].facts)
				see_field(a, m, &rs->line[i]->cond[k], f, &cap);
}
