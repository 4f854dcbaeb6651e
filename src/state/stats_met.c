/* SPDX-License-Identifier: MIT */
/* Lines of rules and captured values: what messages met, by how many did. */
#include "state/stats_impl.h"

#include <stdlib.h>
#include <string.h>

#include "state/store_impl.h"

/* ---- lines ---- */

enum { LINES_MAX = 1 << 20 };

struct lines {
	struct arena *a;
	const struct sources *s;
	struct db *db;			/* the one that is read */
	GHashTable *by_name;		/* "route\thash": the same line in both */
	struct stats_line **by_number;	/* of db */
	size_t cap;
};

static void
lines_release(struct lines *l)
{
	if (l->by_name != NULL)
		g_hash_table_destroy(l->by_name);
}

static void
put_number(struct lines *l, int64_t number, struct stats_line *line)
{
	if (number < 0 || number >= LINES_MAX)
		return;
	while ((size_t)number >= l->cap) {
		size_t cap = 2 * l->cap + 256;
		struct stats_line **more = arena_calloc(l->a, cap,
		    sizeof(struct stats_line *));

		if (l->cap > 0)
			memcpy(more, l->by_number, l->cap * sizeof *more);
		l->by_number = more;
		l->cap = cap;
	}
	l->by_number[number] = line;
}

/* The database is older than what waits in the journal: that says the last word. */
static void
take_line(void *arg, const struct db_line *from)
{
	struct lines *l = arg;
	const char *name = arena_printf(l->a, "%s\t%s", from->route, from->hash);
	struct stats_line *line = g_hash_table_lookup(l->by_name, name);

	if (line == NULL) {
		line = arena_calloc(l->a, 1, sizeof *line);
		line->route = arena_strdup(l->a, from->route);
		line->hash = arena_strdup(l->a, from->hash);
		line->reason = "";
		g_hash_table_insert(l->by_name, (gpointer)(uintptr_t)name, line);
	}
	line->id = arena_strdup(l->a, from->id);
	line->text = arena_strdup(l->a, from->text);
	if (from->reason[0] != '\0')
		line->reason = arena_strdup(l->a, from->reason);
	line->last_ms = MAX(line->last_ms, from->last_ms);
	put_number(l, from->line, line);
}

static void
count_met(void *arg, const char *id, const char *route, const struct db_fired *f,
    size_t n)
{
	struct lines *l = arg;

	if (sources_skip(l->s, l->db, id))
		return;
	for (size_t i = 0; i < n; i++) {
		struct stats_line *line;
		bool won;

		if (f[i].line < 0 || (size_t)f[i].line >= l->cap ||
		    (line = l->by_number[f[i].line]) == NULL)
			continue;
		won = !f[i].unknown && strcmp(line->route, route) == 0;
		line->unknown += f[i].unknown;
		line->held += !f[i].unknown;
		line->won += won;
		line->decisive += won && f[i].decisive;
	}
}

static int
by_worth(const void *a, const void *b)
{
	const struct stats_line *x = a, *y = b;

	if (x->decisive != y->decisive)
		return x->decisive > y->decisive ? -1 : 1;
	if (x->won != y->won)
		return x->won > y->won ? -1 : 1;
	if (x->held != y->held)
		return x->held > y->held ? -1 : 1;
	if (x->unknown != y->unknown)
		return x->unknown > y->unknown ? -1 : 1;
	return strcmp(x->id, y->id) != 0 ? strcmp(x->id, y->id) :
	    strcmp(x->hash, y->hash);
}

static void
list_lines(struct lines *l, struct stats_line **out, size_t *n)
{
	GHashTableIter it;
	gpointer value;

	*out = arena_calloc(l->a, g_hash_table_size(l->by_name), sizeof **out);
	g_hash_table_iter_init(&it, l->by_name);
	while (g_hash_table_iter_next(&it, NULL, &value)) {
		struct stats_line *line = value;

		if (line->held == 0 && line->unknown == 0)
			continue;
		if (line->unknown == 0)
			line->reason = "";
		(*out)[(*n)++] = *line;
	}
	qsort(*out, *n, sizeof **out, by_worth);
}

int
stats_lines(struct store *st, struct arena *a, const struct period *p,
    struct stats_line **out, size_t *n, struct err *e)
{
	AUTO(sources_release) struct sources s = SOURCES_INIT;
	AUTO(lines_release) struct lines l = { .a = a, .s = &s };

	*out = NULL;
	*n = 0;
	if (sources_open(st, a, &s, e) < 0)
		return -1;
	l.by_name = g_hash_table_new(g_str_hash, g_str_equal);
	for (int i = 0; i < 2; i++) {
		l.db = i == 0 ? s.main : s.side;
		l.cap = 0;
		if (l.db != NULL && (store_answer(st, db_each_line(l.db, take_line, &l),
		    e) < 0 || store_answer(st, db_each_met(l.db, p->from_ms, p->to_ms,
		    count_met, &l), e) < 0))
			return -1;
	}
	list_lines(&l, out, n);
	return 0;
}

/* ---- captured values ---- */

struct captured {
	struct arena *a;
	const struct sources *s;
	const struct db *db;
	GHashTable *value;		/* a struct stats_value is its own key */
};

static void
captured_release(struct captured *c)
{
	if (c->value != NULL)
		g_hash_table_destroy(c->value);
}

static guint
value_hash(gconstpointer p)
{
	const struct stats_value *v = p;

	return g_str_hash(v->route) ^ g_str_hash(v->name) * 31 ^
	    g_str_hash(v->value) * 1009;
}

static gboolean
value_equal(gconstpointer a, gconstpointer b)
{
	const struct stats_value *x = a, *y = b;

	return strcmp(x->route, y->route) == 0 && strcmp(x->name, y->name) == 0 &&
	    strcmp(x->type, y->type) == 0 && strcmp(x->value, y->value) == 0;
}

static void
count_value(void *arg, const struct db_field *f)
{
	struct captured *c = arg;
	struct stats_value key = { f->route, f->name, f->type, f->value, 1 };
	struct stats_value *v;

	if (sources_skip(c->s, c->db, f->id))
		return;
	if ((v = g_hash_table_lookup(c->value, &key)) != NULL) {
		v->n++;
		return;
	}
	if (g_hash_table_size(c->value) >= STATS_VALUES_MAX)
		return;
	v = arena_alloc(c->a, sizeof *v);
	*v = (struct stats_value){ arena_strdup(c->a, f->route),
	    arena_strdup(c->a, f->name), arena_strdup(c->a, f->type),
	    arena_strdup(c->a, f->value), 1 };
	g_hash_table_add(c->value, v);
}

static int
by_field(const struct stats_value *x, const struct stats_value *y)
{
	int r = strcmp(x->route, y->route);

	return r != 0 ? r : strcmp(x->name, y->name);
}

static int
by_field_and_most(const void *a, const void *b)
{
	const struct stats_value *x = a, *y = b;
	int r = by_field(x, y);

	if (r != 0)
		return r;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	r = strcmp(x->value, y->value);
	return r != 0 ? r : strcmp(x->type, y->type);
}

static void
list_values(struct captured *c, size_t max, struct stats_value **out, size_t *n)
{
	size_t all = 0, of_field = 0;
	GHashTableIter it;
	gpointer value;

	*out = arena_calloc(c->a, g_hash_table_size(c->value), sizeof **out);
	g_hash_table_iter_init(&it, c->value);
	while (g_hash_table_iter_next(&it, &value, NULL))
		(*out)[all++] = *(const struct stats_value *)value;
	qsort(*out, all, sizeof **out, by_field_and_most);
	for (size_t i = 0; i < all; i++) {
		if (i > 0 && by_field(&(*out)[i], &(*out)[i - 1]) != 0)
			of_field = 0;
		if (max == 0 || of_field++ < max)
			(*out)[(*n)++] = (*out)[i];
	}
}

int
stats_values(struct store *st, struct arena *a, const struct period *p, size_t max,
    struct stats_value **out, size_t *n, struct err *e)
{
	AUTO(sources_release) struct sources s = SOURCES_INIT;
	AUTO(captured_release) struct captured c = { .a = a, .s = &s };
	struct db *db;

	*out = NULL;
	*n = 0;
	if (sources_open(st, a, &s, e) < 0)
		return -1;
	c.value = g_hash_table_new(value_hash, value_equal);
	for (int i = 0; i < 2; i++) {
		c.db = db = i == 0 ? s.main : s.side;
		if (db != NULL && store_answer(st, db_each_field(db, p->from_ms,
		    p->to_ms, count_value, &c), e) < 0)
			return -1;
	}
	list_values(&c, max, out, n);
	return 0;
}
