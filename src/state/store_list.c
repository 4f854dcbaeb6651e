/* SPDX-License-Identifier: MIT */
/*
 * What the commands ask, answered from database and journal together: ids, lists of
 * messages, and all that happened to one.
 */
#include "state/store.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "state/store_impl.h"

enum { PAGE = 256, MANY = 6, DAY_MS = 24 * 60 * 60 * 1000 };

/* Ids of both databases that the word can mean, each once. */
static enum db_result
candidates(struct store *st, struct arena *a, const char *word, const char **ids,
    size_t *n)
{
	struct db *dbs[] = { st->side, store_main(st) };

	*n = 0;
	for (size_t k = 0; k < NELEM(dbs); k++) {
		const char **found;
		enum db_result rc;

		if (dbs[k] == NULL)
			continue;
		if ((rc = db_resolve(dbs[k], a, word, MANY, &found)) != DB_OK)
			return rc;
		for (; *found != NULL && *n < MANY; found++) {
			bool seen = false;

			for (size_t i = 0; i < *n; i++)
				seen |= strcmp(ids[i], *found) == 0;
			if (!seen)
				ids[(*n)++] = *found;
		}
	}
	return DB_OK;
}

int
store_resolve(struct store *st, const char *word, char id_out[ULID_SIZE],
    struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf list = BUF_INIT;
	const char *ids[MANY];
	size_t n;

	if (store_answer(st, candidates(st, a, word, ids, &n), e) < 0)
		return -1;
	if (n == 0)
		return err_set(e, ERR_ABSENT,
		    "no message has '%s' as the beginning of its id, as its "
		    "queue id or as its Message-ID", word);
	if (n == 1) {
		snprintf(id_out, ULID_SIZE, "%s", ids[0]);
		return 0;
	}
	for (size_t i = 0; i < n && i < MANY - 1; i++)
		buf_addf(&list, "%s%s", i > 0 ? ", " : "", ids[i]);
	return err_set(e, ERR_USAGE, "'%s' can mean several messages: %s%s", word,
	    buf_str(&list), n == MANY ? ", ..." : "");
}

size_t
store_short_id(struct store *st, const char *id)
{
	struct db *dbs[] = { st->side, store_main(st) };
	size_t longest = 9, shared;

	/*
	 * Ten characters are the time: shorter ones are not taken even when
	 * they are unique now, since tomorrow's ids would share them.
	 */
	for (size_t i = 0; i < NELEM(dbs); i++)
		if (dbs[i] != NULL &&
		    db_shared_prefix(dbs[i], id, &shared) == DB_OK)
			longest = MAX(longest, shared);
	return MIN(longest + 1, (size_t)ULID_LEN);
}

/* One of the two databases, a page at a time. */
struct cursor {
	struct db *db;
	struct store_row *row;
	size_t n, at;
	char last[ULID_SIZE];
	bool end;
};

static enum db_result
cursor_fill(struct cursor *c, struct arena *a, const struct store_filter *flt)
{
	enum db_result rc;

	if (c->db == NULL || c->end || c->at < c->n)
		return DB_OK;
	rc = db_list(c->db, a, flt, c->last[0] != '\0' ? c->last : NULL, PAGE,
	    &c->row, &c->n);
	c->at = 0;
	c->end = rc != DB_OK || c->n < PAGE;
	if (c->n > 0)
		memcpy(c->last, c->row[c->n - 1].env.id, ULID_SIZE);
	return rc;
}

static const struct store_row *
cursor_row(const struct cursor *c)
{
	return c->at < c->n ? &c->row[c->at] : NULL;
}

/* Does it ask for what older records do not have? */
static bool
asks_for_lines(const struct store_filter *flt)
{
	return flt->domain != NULL || flt->decided_by != NULL || flt->line != NULL;
}

int
store_each(struct store *st, const struct store_filter *flt,
    bool (*f)(void *arg, const struct store_row *row), void *arg, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct cursor main = { .db = store_main(st) }, side = { .db = st->side };
	unsigned left = flt->limit;

	if (main.db == NULL && side.db == NULL)
		return store_cannot(st, e);
	if (asks_for_lines(flt) && main.db != NULL &&
	    store_knows_lines(st, main.db, e) < 0)
		return -1;
	for (;;) {
		const struct store_row *m, *s;

		/* Both pages are used up: their memory goes. */
		if (main.at == main.n && side.at == side.n) {
			arena_free(&a);
			a = arena_new();
		}
		if (store_answer(st, cursor_fill(&main, a, flt), e) < 0 ||
		    store_answer(st, cursor_fill(&side, a, flt), e) < 0)
			return -1;
		m = cursor_row(&main);
		s = cursor_row(&side);
		if (m == NULL && s == NULL)
			return 0;
		if (s == NULL || (m != NULL && strcmp(m->env.id, s->env.id) > 0)) {
			main.at++;
			if (side_has(st, m->env.id) != SIDE_NO)
				continue;
		} else {
			if (m != NULL && strcmp(m->env.id, s->env.id) == 0)
				main.at++;
			side.at++;
			m = s;
		}
		if (!f(arg, m))
			return 0;
		if (left > 0 && --left == 0)
			return 0;
	}
}

int
store_get_decision(struct store *st, struct arena *a, const char *id, unsigned seq,
    struct store_row *out, struct err *e)
{
	struct db *db = store_db_of(st, id);
	enum db_result rc;

	if (db == NULL)
		return store_cannot(st, e);
	rc = db_get(db, a, id, seq, out);
	if (store_answer(st, rc, e) < 0)
		return -1;
	return rc == DB_NONE ? err_set(e, ERR_ABSENT, "there is no message '%s'", id) : 0;
}

int
store_get(struct store *st, struct arena *a, const char *id, struct store_row *out,
    struct err *e)
{
	return store_get_decision(st, a, id, 0, out, e);
}

/* Two lists, newest first, as one. */
static void
merge_events(struct arena *a, struct store_event **out, size_t *n,
    const struct store_event *more, size_t n_more, unsigned limit)
{
	struct store_event *all = arena_calloc(a, *n + n_more, sizeof *all);
	size_t i = 0, j = 0, k = 0;

	while (i < *n || j < n_more)
		if (j == n_more || (i < *n && (*out)[i].at_ms > more[j].at_ms))
			all[k++] = (*out)[i++];
		else
			all[k++] = more[j++];
	*out = all;
	*n = limit > 0 ? MIN(k, (size_t)limit) : k;
}

int
store_events(struct store *st, struct arena *a, const char *id, unsigned limit,
    struct store_event **out, size_t *n, struct err *e)
{
	struct db *db = id != NULL ? store_db_of(st, id) : store_main(st);
	bool aside = id == NULL && st->side != NULL;
	struct store_event *more;
	size_t n_more;

	*out = NULL;
	*n = 0;
	if (db == NULL && !aside)
		return store_cannot(st, e);
	if (db != NULL && store_answer(st, db_events(db, a, id, limit, out, n), e) < 0)
		return -1;
	if (aside) {
		if (store_answer(st, db_events(st->side, a, NULL, limit, &more,
		    &n_more), e) < 0)
			return -1;
		merge_events(a, out, n, more, n_more, limit);
	}
	return 0;
}

int
store_find_event(struct store *st, struct arena *a, const char *name,
    struct store_event *out, struct err *e)
{
	struct db *dbs[] = { st->side, store_main(st) };
	bool found = false;

	for (size_t i = 0; i < NELEM(dbs); i++) {
		struct store_event one;
		enum db_result rc = DB_NONE;

		if (dbs[i] != NULL)
			rc = db_find_event(dbs[i], a, name, &one);
		if (store_answer(st, rc, e) < 0)
			return -1;
		if (rc == DB_OK && (!found || one.at_ms > out->at_ms)) {
			*out = one;
			found = true;
		}
	}
	return found ? 0 : err_set(e, ERR_ABSENT, "no event '%s'", name);
}

int
store_decisions(struct store *st, struct arena *a, const char *id,
    struct store_decision **out, size_t *n, struct err *e)
{
	struct db *db = store_db_of(st, id);

	if (db == NULL)
		return store_cannot(st, e);
	return store_answer(st, db_decisions(db, a, id, out, n), e);
}

int
store_attempts(struct store *st, struct arena *a, const char *id,
    struct store_attempt **out, size_t *n, struct err *e)
{
	struct db *db = store_db_of(st, id);

	if (db == NULL)
		return store_cannot(st, e);
	return store_answer(st, db_attempts(db, a, id, out, n), e);
}

static bool
count_waiting(void *arg, const struct store_row *row)
{
	struct store_counts *c = arg;

	if (row->state == MESSAGE_HELD) {
		c->held++;
		return true;
	}
	c->active++;
	/* They come newest first. */
	c->oldest_active_ms = row->env.received_ms;
	for (size_t i = 0; i < row->n_effect; i++) {
		c->ready += row->effect[i].state == EFFECT_READY;
		c->leased += row->effect[i].state == EFFECT_LEASED;
	}
	return true;
}

static unsigned
count_failed(const struct effect *f, size_t n, int64_t since)
{
	unsigned failed = 0;

	for (size_t i = 0; i < n; i++)
		failed += f[i].state == EFFECT_FAILED && f[i].ended_ms >= since;
	return failed;
}

/* What the messages in side change in the numbers of the whole table. */
static enum db_result
count_side(struct store *st, struct db *db, int64_t since, struct db_counts *all)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct db_counts aside;
	const char **ids;
	enum db_result rc;
	size_t n;

	if ((rc = db_count(st->side, since, &aside)) != DB_OK ||
	    (rc = db_meta_keys(st->side, a, &ids, &n)) != DB_OK)
		return rc;
	for (size_t i = 0; db != NULL && i < n; i++) {
		struct db_known known;
		struct effect *f = NULL;
		size_t n_f = 0;

		if ((rc = db_known(db, ids[i], &known)) == DB_NONE)
			continue;
		if (rc != DB_OK ||
		    (rc = db_effects(db, a, ids[i], &f, &n_f)) != DB_OK)
			return rc;
		all->messages--;
		all->failed -= count_failed(f, n_f, since);
	}
	all->messages += aside.messages;
	all->failed += aside.failed;
	if (strcmp(aside.last_id, all->last_id) > 0)
		memcpy(all->last_id, aside.last_id, ULID_SIZE);
	return DB_OK;
}

int
store_count(struct store *st, struct store_counts *out, struct err *e)
{
	const struct store_filter waiting = { .waiting_only = true };
	AUTO(arena_free) struct arena *a = arena_new();
	int64_t since = clock_wall_ms() - DAY_MS;
	struct db *db = store_main(st);
	struct db_counts all = { .messages = 0 };
	struct store_row last = { .state = MESSAGE_ACTIVE };
	enum db_result rc = DB_OK;

	*out = (struct store_counts){ .messages = 0 };
	if (db == NULL && st->side == NULL)
		return store_cannot(st, e);
	if (db != NULL)
		rc = db_count(db, since, &all);
	if (rc == DB_OK && st->side != NULL)
		rc = count_side(st, db, since, &all);
	if (store_answer(st, rc, e) < 0)
		return -1;
	out->messages = all.messages;
	out->failed = all.failed;
	memcpy(out->last_id, all.last_id, ULID_SIZE);
	if (st->journal != NULL)
		out->journal_entries = journal_entries(st->journal);
	if (all.last_id[0] != '\0' && store_get(st, a, all.last_id, &last, e) == 0)
		out->last_received_ms = last.env.received_ms;
	return store_each(st, &waiting, count_waiting, out, e);
}

int
store_ruleset(struct store *st, const char *digest, struct buf *out, struct err *e)
{
	struct db *db = store_main(st);
	enum db_result rc = DB_NONE;

	if (st->side != NULL)
		rc = db_ruleset(st->side, digest, out);
	if (rc == DB_NONE && db != NULL)
		rc = db_ruleset(db, digest, out);
	if (store_answer(st, rc, e) < 0)
		return -1;
	return rc == DB_NONE ? err_set(e, ERR_ABSENT,
	    "the records have no rule set '%s'", digest) : 0;
}

int
store_check(struct store *st, struct err *e)
{
	struct db *db = store_main(st);

	if (db == NULL)
		return store_cannot(st, e);
	if (db_check(db, true, e) == DB_OK)
		return 0;
	e->kind = ERR_DATA;
	return -1;
}

int
store_check_place(struct spool *sp, struct err *e)
{
	return db_check_fs(spool_dirfd(sp), spool_path(sp), e);
}
