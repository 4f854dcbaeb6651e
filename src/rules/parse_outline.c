/* SPDX-License-Identifier: MIT */
/* What one rule file says, without its layout: for comparing two layouts. */
#include "rules/parse_impl.h"

/* Lists and example messages are other files: any will do. */
static bool
anything(void *arg, const char *name, struct slice *bytes, const char **shown)
{
	(void)arg;
	*bytes = slice_make("", 0);
	*shown = name;
	return true;
}

/* A string in its own brackets, so that two don't run into one. */
static void
put(struct buf *b, const char *s)
{
	buf_addf(b, "%zu[%s]", s != NULL ? strlen(s) : 0, s != NULL ? s : "");
}

static void
put_slice(struct buf *b, struct slice s)
{
	buf_addf(b, "%zu[", s.len);
	buf_add_slice(b, s);
	buf_add_char(b, ']');
}

static void
put_line(struct buf *b, const struct draft_line *dl)
{
	put(b, dl->head);
	for (size_t i = 0; i < dl->n_cond; i++) {
		const struct draft_cond *dc = &dl->cond[i];

		put(b, dc->text);
		for (size_t j = 0; j < dc->n_item; j++)
			put_slice(b, dc->item[j].text);
		for (size_t j = 0; j < dc->c.n_word; j++)
			put_slice(b, dc->c.word[j]);
	}
	buf_add_char(b, '\n');
}

static void
put_example(struct buf *b, const struct example *ex)
{
	buf_addf(b, "example %d ", ex->yes);
	put(b, ex->title);
	put(b, ex->envelope_from);
	put(b, ex->envelope_to);
	put_slice(b, ex->message);
	for (size_t i = 0; i < ex->n_expect; i++) {
		put(b, ex->expect_field[i]);
		put(b, ex->expect_value[i]);
	}
	buf_add_char(b, '\n');
}

static void
put_route(struct buf *b, const struct draft_route *rt)
{
	const struct route *r = &rt->r;

	put(b, r->name);
	put(b, r->title);
	put(b, r->owner);
	buf_addf(b, "needs %d originals %lld\n", r->needs,
	    (long long)r->keep_originals);
	for (size_t i = 0; i < rt->n_line; i++)
		put_line(b, &rt->line[i]);
	for (size_t i = 0; i < rt->n_action; i++) {
		buf_addf(b, "action %d ", (int)rt->action[i].kind);
		put(b, rt->action[i].store);
		put(b, rt->action[i].value);
	}
	for (size_t i = 0; i < rt->n_field; i++) {
		buf_addf(b, "field %d ", (int)rt->field[i].type);
		put(b, rt->field[i].name);
		put(b, rt->field[i].template);
	}
	for (size_t i = 0; i < rt->n_example; i++)
		put_example(b, &rt->example[i]);
}

static void
put_all(struct buf *b, const struct parser *ps)
{
	for (size_t i = 0; i < ps->n_set; i++) {
		put(b, ps->set[i]->s.name);
		for (size_t j = 0; j < ps->set[i]->n_item; j++)
			put_slice(b, ps->set[i]->item[j].text);
		buf_add_char(b, '\n');
	}
	for (size_t i = 0; i < ps->n_route; i++)
		put_route(b, ps->route[i]);
	put_slice(b, ps->otherwise.text);
}

bool
parse_outline(const struct rule_file *file, struct diag *d, struct buf *out)
{
	AUTO(ruleset_free) struct ruleset *rs = NULL;
	struct arena *arena = arena_new();
	unsigned before = diag_seen(d);
	struct parser ps = { .arena = arena, .diag = d, .lookup = anything };

	rs = arena_alloc(arena, sizeof *rs);
	rs->arena = arena;
	ps.rs = rs;
	parse_one_file(&ps, file);
	if (diag_seen(d) != before)
		return false;
	put_all(out, &ps);
	return true;
}
