/* SPDX-License-Identifier: MIT */
/* What did not work at once, gathered by place and words; events. */
#include "state/stats_impl.h"

#include <stdlib.h>
#include <string.h>

#include "state/store_impl.h"

/* ---- attempts ---- */

struct group {
	struct stats_trouble t;
	const char *key;
	int code;
	int64_t text_ms;
	struct kept { char *s; size_t room; } text, target;
	GHashTable *id;			/* messages: a hash of each */
};

struct troubles {
	struct arena *a;
	const struct sources *s;
	const struct db *db;
	GHashTable *group;
	struct group *last;		/* what is said a thousand times in a row */
	struct buf key;
};

static void
troubles_release(struct troubles *t)
{
	GHashTableIter it;
	gpointer value;

	if (t->group != NULL) {
		g_hash_table_iter_init(&it, t->group);
		while (g_hash_table_iter_next(&it, NULL, &value))
			g_hash_table_destroy(((struct group *)value)->id);
		g_hash_table_destroy(t->group);
	}
	buf_release(&t->key);
}

static bool
is_word_end(char c)
{
	return c == ' ' || c == ',' || c == ';' || c == '<' || c == '>' || c == '[' ||
	    c == ']' || c == '(' || c == ')' || c == ':' || c == '"' || c == '\0';
}

/*
 * A word that has a digit in it is a number, an address or the name of one mail:
 * what differs in such words alone is said of the same thing.
 */
static void
add_words(struct buf *b, const char *s)
{
	while (*s != '\0') {
		size_t n = 0;
		bool digit = false;

		for (; !is_word_end(s[n]); n++)
			digit |= s[n] >= '0' && s[n] <= '9';
		if (digit)
			buf_add_char(b, '#');
		else
			buf_add(b, s, n);
		s += n;
		if (*s != '\0')
			buf_add_char(b, *s++);
	}
}

static bool
is_of(const struct group *g, const struct db_trouble *t)
{
	return g->t.failed == t->failed && g->code == t->code && g->t.text != NULL &&
	    strcmp(g->t.text, t->text) == 0 && strcmp(g->t.server, t->server) == 0 &&
	    strcmp(effect_kind_name(g->t.kind), t->kind) == 0;
}

static struct group *
group_of(struct troubles *all, const struct db_trouble *t)
{
	int kind = effect_kind_find(slice_str(t->kind));
	struct group *g;

	if (all->last != NULL && is_of(all->last, t))
		return all->last;
	buf_reset(&all->key);
	buf_addf(&all->key, "%d\t%s\t%s\t%d\t", t->failed, t->kind, t->server, t->code);
	add_words(&all->key, t->text);
	if ((g = g_hash_table_lookup(all->group, buf_str(&all->key))) != NULL)
		return g;
	g = arena_calloc(all->a, 1, sizeof *g);
	g->key = arena_strdup(all->a, buf_str(&all->key));
	g->t = (struct stats_trouble){ .failed = t->failed,
	    .kind = kind >= 0 ? (enum effect_kind)kind : EFFECT_FALLBACK,
	    .server = arena_strdup(all->a, t->server), .first_ms = t->at_ms };
	g->code = t->code;
	g->text_ms = INT64_MIN;
	g->id = g_hash_table_new(g_direct_hash, g_direct_equal);
	g_hash_table_insert(all->group, (gpointer)(uintptr_t)g->key, g);
	return g;
}

/* Two ids of one hash among thousands do not happen. */
static gpointer
id_hash(const char *id)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *id != '\0'; id++)
		h = (h ^ (unsigned char)*id) * UINT64_C(1099511628211);
	return (gpointer)(uintptr_t)h;
}

/* In place of the one before: each try may have another id in its words. */
static const char *
keep(struct arena *a, struct kept *k, const char *text)
{
	size_t size = strlen(text) + 1;

	if (size > k->room) {
		k->room = 2 * size;
		k->s = arena_alloc(a, k->room);
	}
	memcpy(k->s, text, size);
	return k->s;
}

static void
count_trouble(void *arg, const struct db_trouble *t)
{
	struct troubles *all = arg;
	struct group *g;

	if (sources_skip(all->s, all->db, t->id))
		return;
	g = all->last = group_of(all, t);
	g->t.tries++;
	g->t.first_ms = MIN(g->t.first_ms, t->at_ms);
	g->t.last_ms = MAX(g->t.last_ms, t->at_ms);
	g_hash_table_add(g->id, id_hash(t->id));
	if (t->at_ms < g->text_ms)
		return;
	g->text_ms = t->at_ms;
	g->t.text = keep(all->a, &g->text, t->text);
	g->t.target = keep(all->a, &g->target, t->target);
}

static int
by_weight(const void *a, const void *b)
{
	const struct group *x = *(struct group *const *)a, *y = *(struct group *const *)b;

	if (x->t.failed != y->t.failed)
		return x->t.failed ? -1 : 1;
	if (x->t.messages != y->t.messages)
		return x->t.messages > y->t.messages ? -1 : 1;
	if (x->t.last_ms != y->t.last_ms)
		return x->t.last_ms > y->t.last_ms ? -1 : 1;
	return strcmp(x->key, y->key);
}

static void
list_troubles(struct troubles *all, size_t max, struct stats_trouble **out, size_t *n)
{
	size_t count = g_hash_table_size(all->group), i = 0;
	struct group **g = arena_calloc(all->a, count, sizeof(struct group *));
	GHashTableIter it;
	gpointer value;

	g_hash_table_iter_init(&it, all->group);
	while (g_hash_table_iter_next(&it, NULL, &value)) {
		g[i] = value;
		g[i]->t.messages = g_hash_table_size(g[i]->id);
		i++;
	}
	qsort(g, count, sizeof(struct group *), by_weight);
	*n = max > 0 ? MIN(max, count) : count;
	*out = arena_calloc(all->a, *n, sizeof **out);
	for (i = 0; i < *n; i++)
		(*out)[i] = g[i]->t;
}

/* Messages in any of the groups, each once. */
static uint64_t
count_all(struct troubles *all, bool failed)
{
	GHashTable *id = g_hash_table_new(g_direct_hash, g_direct_equal);
	GHashTableIter groups, ids;
	gpointer value, key;
	uint64_t n;

	g_hash_table_iter_init(&groups, all->group);
	while (g_hash_table_iter_next(&groups, NULL, &value)) {
		const struct group *g = value;

		g_hash_table_iter_init(&ids, g->id);
		while (g->t.failed == failed && g_hash_table_iter_next(&ids, &key, NULL))
			g_hash_table_add(id, key);
	}
	n = g_hash_table_size(id);
	g_hash_table_destroy(id);
	return n;
}

int
stats_troubles(struct store *st, struct arena *a, const struct period *p, size_t max,
    struct stats_trouble **out, size_t *n, struct stats_troubled *sum, struct err *e)
{
	AUTO(sources_release) struct sources s = SOURCES_INIT;
	AUTO(troubles_release) struct troubles all = { .a = a, .s = &s,
	    .key = BUF_INIT };
	struct db *db;

	*out = NULL;
	*n = 0;
	if (sources_open(st, a, &s, e) < 0)
		return -1;
	all.group = g_hash_table_new(g_str_hash, g_str_equal);
	for (int i = 0; i < 2; i++) {
		all.db = db = i == 0 ? s.main : s.side;
		if (db != NULL && store_answer(st, db_each_trouble(db, p->from_ms,
		    p->to_ms, count_trouble, &all), e) < 0)
			return -1;
	}
	list_troubles(&all, max, out, n);
	if (sum != NULL)
		*sum = (struct stats_troubled){ count_all(&all, true),
		    count_all(&all, false) };
	return 0;
}

/* ---- events ---- */

struct events {
	struct arena *a;
	GHashTable *name;
	uint64_t one;			/* as in stats_messages.c */
};

static void
events_release(struct events *v)
{
	if (v->name != NULL)
		g_hash_table_destroy(v->name);
}

static void
count_event(void *arg, const struct db_event *ev)
{
	struct events *v = arg;
	struct stats_event *out = g_hash_table_lookup(v->name, ev->name);

	if (out == NULL) {
		out = arena_calloc(v->a, 1, sizeof *out);
		out->name = arena_strdup(v->a, ev->name);
		out->text = "";
		g_hash_table_insert(v->name, (gpointer)(uintptr_t)out->name, out);
	}
	out->n += v->one * ev->n;
	if (ev->last_ms < out->last_ms)
		return;
	out->last_ms = ev->last_ms;
	out->text = arena_strdup(v->a, ev->text);
}

static int
by_name(const void *a, const void *b)
{
	const struct stats_event *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void
list_events(struct events *v, struct stats_event **out, size_t *n)
{
	GHashTableIter it;
	gpointer value;

	*out = arena_calloc(v->a, g_hash_table_size(v->name), sizeof **out);
	g_hash_table_iter_init(&it, v->name);
	while (g_hash_table_iter_next(&it, NULL, &value)) {
		const struct stats_event *ev = value;

		if (ev->n > 0)
			(*out)[(*n)++] = *ev;
	}
	qsort(*out, *n, sizeof **out, by_name);
}

/* Those of a message that waits in the journal are in both databases. */
static enum db_result
count_events(struct events *v, const struct sources *s, const struct period *p)
{
	enum db_result rc = DB_OK;

	v->one = 1;
	if (s->main != NULL)
		rc = db_each_event(s->main, NULL, p->from_ms, p->to_ms, count_event, v);
	v->one = -UINT64_C(1);
	for (size_t i = 0; s->main != NULL && i < s->n_aside && rc == DB_OK; i++)
		rc = db_each_event(s->main, s->aside[i], p->from_ms, p->to_ms,
		    count_event, v);
	v->one = 1;
	if (s->side != NULL && rc == DB_OK)
		rc = db_each_event(s->side, NULL, p->from_ms, p->to_ms, count_event, v);
	return rc;
}

int
stats_events(struct store *st, struct arena *a, const struct period *p,
    struct stats_event **out, size_t *n, struct err *e)
{
	AUTO(sources_release) struct sources s = SOURCES_INIT;
	AUTO(events_release) struct events v = { .a = a };

	*out = NULL;
	*n = 0;
	if (sources_open(st, a, &s, e) < 0)
		return -1;
	v.name = g_hash_table_new(g_str_hash, g_str_equal);
	if (store_answer(st, count_events(&v, &s, p), e) < 0)
		return -1;
	list_events(&v, out, n);
	return 0;
}
