/* SPDX-License-Identifier: MIT */
/*
 * I7: records become rows.  Each function writes absolute values, so that a list
 * of records entered twice in the same order leaves what it left before: the
 * journal may be taken in again after a crash.
 */
#include "state/db.h"

#include <string.h>

#include "base/xalloc.h"
#include "state/db_stmt.h"

static const char *
kind_name(enum envelope_kind k)
{
	switch (k) {
	case ENVELOPE_MAIL:
		return "mail";
	case ENVELOPE_OWN:
		return "own";
	}
	bug("db: envelope kind %d", (int)k);
}

static struct slice
own_rcpt(struct arena *a, const struct envelope *env)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	for (size_t i = 0; i < env->n_own_rcpt; i++) {
		if (i > 0)
			buf_add_char(&b, '\n');
		buf_add_str(&b, env->own_rcpt[i]);
	}
	return arena_slice(a, buf_slice(&b));
}

/* A new row, or what was not known before of an old one. */
static enum db_result
put_envelope(struct db *db, const struct envelope *env, int64_t at_ms,
    uint64_t size, const char *sha256, enum message_state state, bool lost)
{
	AUTO(arena_free) struct arena *a = arena_new();
	enum db_result rc;

	rc = DB_RUN(db, "INSERT INTO messages (id, kind, received_ms, sender,"
	    " recipient, original_recipient, queue_id, client, declared_size,"
	    " own_key, own_rcpt, size, sha256, state, changed_ms, lost)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
	    " ?14, ?15, ?16)"
	    " ON CONFLICT (id) DO UPDATE SET size = excluded.size,"
	    " sha256 = excluded.sha256 WHERE excluded.sha256 <> ''",
	    V_TEXT(env->id), V_TEXT(kind_name(env->kind)), V_INT(env->received_ms),
	    V_TEXT(env->sender), V_TEXT(env->recipient),
	    V_TEXT(env->original_recipient), V_TEXT(env->queue_id),
	    V_TEXT(env->client), V_INT(env->declared_size), V_TEXT(env->own_key),
	    V_SLICE(own_rcpt(a, env)), V_INT(size), V_TEXT(sha256),
	    V_TEXT(message_state_name(state)), V_INT(at_ms), V_INT(lost));
	if (rc != DB_OK || env->own_key[0] == '\0')
		return rc;
	return DB_RUN(db, "INSERT INTO own_keys (own_key, id) VALUES (?1, ?2)"
	    " ON CONFLICT DO NOTHING", V_TEXT(env->own_key), V_TEXT(env->id));
}

static enum db_result
apply_message(struct db *db, const struct record *r)
{
	const struct record_message *m = &r->u.message;
	const struct message_identity *id = m->identity;
	enum db_result rc;

	rc = put_envelope(db, m->env, r->at_ms, m->size, m->sha256,
	    MESSAGE_ACTIVE, false);
	if (rc != DB_OK || id == NULL)
		return rc;
	return DB_RUN(db, "UPDATE messages SET message_id = ?2, refs = ?3,"
	    " from_header = ?4, from_address = ?5, author = ?6, subject = ?7,"
	    " date = ?8, smtputf8 = ?9, eightbit = ?10 WHERE id = ?1",
	    V_TEXT(m->env->id), V_SLICE(id->message_id), V_SLICE(id->references),
	    V_SLICE(id->from), V_SLICE(id->from_address), V_SLICE(id->author),
	    V_SLICE(id->subject), V_SLICE(id->date), V_INT(id->needs_smtputf8),
	    V_INT(id->has_8bit));
}

enum db_result
db_adopt(struct db *db, const struct envelope *env, uint64_t size,
    enum message_state state, bool lost)
{
	return put_envelope(db, env, env->received_ms, size, "", state, lost);
}

static enum db_result
put_effect(struct db *db, const char *id, unsigned seq, const struct effect *f)
{
	return DB_RUN(db, "INSERT INTO effects (id, n, seq, kind, server, target,"
	    " state, uncertain, substitute, attempts, created_ms, next_ms,"
	    " ended_ms, last)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
	    " ON CONFLICT (id, n) DO UPDATE SET kind = ?4, server = ?5,"
	    " target = ?6, state = ?7, uncertain = ?8, substitute = ?9,"
	    " attempts = ?10, created_ms = ?11, next_ms = ?12, ended_ms = ?13,"
	    " last = ?14",
	    V_TEXT(id), V_INT(f->n), V_INT(seq), V_TEXT(effect_kind_name(f->kind)),
	    V_TEXT(f->server), V_TEXT(f->target), V_TEXT(effect_state_name(f->state)),
	    V_INT(f->uncertain), V_INT(f->substitute), V_INT(f->attempts),
	    V_INT(f->created_ms), V_INT(f->next_ms), V_INT(f->ended_ms),
	    V_TEXT(f->last));
}

/*
 * An effect of a decision.  One of the same number and place is there only
 * when the records of the message were lost and its effects went on since:
 * what is known of it stands.
 */
static enum db_result
put_first_effect(struct db *db, const char *id, unsigned seq, bool lost,
    const struct effect *f)
{
	struct effect first = *f;
	enum db_result rc;
	bool same;
	{
		AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT 1"
		    " FROM effects WHERE id = ?1 AND n = ?2 AND kind = ?3"
		    " AND server = ?4 AND target = ?5",
		    V_TEXT(id), V_INT(f->n), V_TEXT(effect_kind_name(f->kind)),
		    V_TEXT(f->server), V_TEXT(f->target));

		same = db_step(q, &rc);
	}
	if (same || rc != DB_OK)
		return rc;
	if (lost)
		first.uncertain = true;
	return put_effect(db, id, seq, &first);
}

static enum db_result
put_decision(struct db *db, const struct record *r)
{
	const struct record_decision *d = &r->u.decision;
	const struct plan *p = d->plan;

	return DB_RUN(db, "INSERT INTO decisions (id, seq, at_ms, digest, route,"
	    " title, decided_by, points, needs, margin, runner_up,"
	    " runner_up_points, runner_up_needs, would_be, would_be_by, why, keep,"
	    " keep_originals, facts)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
	    " ?14, ?15, ?16, ?17, ?18, ?19)",
	    V_TEXT(r->id), V_INT(d->seq), V_INT(r->at_ms), V_TEXT(d->digest),
	    V_TEXT(p->route), V_TEXT(p->title), V_TEXT(decided_by_name(p->by)),
	    V_INT(p->points), V_INT(p->needs), V_INT(p->margin),
	    V_TEXT(p->runner_up), V_INT(p->runner_up_points),
	    V_INT(p->runner_up_needs), V_TEXT(p->would_be),
	    V_TEXT(p->would_be[0] == '\0' ? "" : decided_by_name(p->would_be_by)),
	    V_TEXT(p->why), V_INT(p->keep), V_INT(p->keep_originals),
	    V_INT(p->facts));
}

static enum db_result
put_fields(struct db *db, const struct record *r)
{
	const struct plan *p = r->u.decision.plan;
	enum db_result rc = DB_OK;

	for (size_t i = 0; i < p->n_field && rc == DB_OK; i++)
		rc = DB_RUN(db, "INSERT INTO fields (id, seq, n, name, value, missing,"
		    " type, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		    V_TEXT(r->id), V_INT(r->u.decision.seq), V_INT(i + 1),
		    V_TEXT(p->field[i].name), V_TEXT(p->field[i].value),
		    V_INT(p->field[i].missing),
		    V_TEXT(typed_table[p->field[i].type].name),
		    V_TEXT(p->field[i].text));
	return rc;
}

/* Is there a decision of this number?  *same: this one, entered before. */
static enum db_result
look_for_decision(struct db *db, const struct record *r, bool *there, bool *same)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc, "SELECT at_ms"
	    " FROM decisions WHERE id = ?1 AND seq = ?2",
	    V_TEXT(r->id), V_INT(r->u.decision.seq));

	*there = db_step(q, &rc);
	*same = *there && db_int(q, 0) == r->at_ms;
	return rc;
}

/*
 * I13: take an older decision of the same number away: the engine could not read it
 * and decided again, which it does only when no effect had begun.  *gone false:
 * one had, so the older one stands (P3).
 */
static enum db_result
remove_unbegun(struct db *db, const struct record *r, bool *gone)
{
	const struct db_value key[] = { V_TEXT(r->id), V_INT(r->u.decision.seq) };
	enum db_result rc;
	{
		AUTO(db_done) sqlite3_stmt *q = db_ask(db, "SELECT 1 FROM effects"
		    " WHERE id = ?1 AND seq = ?2"
		    " AND (state <> 'ready' OR attempts > 0)", key, 2, &rc);

		*gone = !db_step(q, &rc);
	}
	if (rc != DB_OK || !*gone)
		return rc;
	rc = db_run(db, "DELETE FROM effects WHERE id = ?1 AND seq = ?2", key, 2);
	if (rc != DB_OK)
		return rc;
	return db_run(db, "DELETE FROM decisions WHERE id = ?1 AND seq = ?2", key, 2);
}

static enum db_result
put_whole_decision(struct db *db, const struct record *r)
{
	const struct record_decision *d = &r->u.decision;
	struct db_known known;
	enum db_result rc;

	if ((rc = db_known(db, r->id, &known)) != DB_OK ||
	    (rc = put_decision(db, r)) != DB_OK || (rc = put_fields(db, r)) != DB_OK)
		return rc;
	if (d->trace_json[0] != '\0')
		rc = DB_RUN(db, "INSERT INTO traces (id, seq, json) VALUES (?1, ?2, ?3)",
		    V_TEXT(r->id), V_INT(d->seq), V_TEXT(d->trace_json));
	for (size_t i = 0; i < d->n_effect && rc == DB_OK; i++)
		rc = put_first_effect(db, r->id, d->seq, known.lost, &d->effect[i]);
	if (rc != DB_OK)
		return rc;
	return DB_RUN(db, "UPDATE messages SET seq = ?2, route = ?3"
	    " WHERE id = ?1 AND seq <= ?2",
	    V_TEXT(r->id), V_INT(d->seq), V_TEXT(d->plan->route));
}

/* A decision goes in whole, and once (P3). */
static enum db_result
apply_decision(struct db *db, const struct record *r)
{
	bool there, same, gone = true;
	enum db_result rc;

	rc = look_for_decision(db, r, &there, &same);
	if (rc != DB_OK || same)
		return rc;
	if (there && (rc = remove_unbegun(db, r, &gone)) != DB_OK)
		return rc;
	return gone ? put_whole_decision(db, r) : DB_OK;
}

/* One that no decision named (a substitute) belongs to the newest. */
static enum db_result
apply_effect(struct db *db, const struct record *r)
{
	struct db_known known;
	enum db_result rc;

	if ((rc = db_known(db, r->id, &known)) != DB_OK)
		return rc;
	return put_effect(db, r->id, known.seq, &r->u.effect);
}

static enum db_result
apply_attempt(struct db *db, const struct record *r)
{
	const struct record_attempt *t = &r->u.attempt;

	if (!t->ended)
		return DB_RUN(db, "INSERT INTO attempts (id, effect, attempt,"
		    " began_ms) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
		    V_TEXT(r->id), V_INT(t->effect), V_INT(t->attempt),
		    V_INT(r->at_ms));
	return DB_RUN(db, "INSERT INTO attempts (id, effect, attempt, began_ms,"
	    " ended_ms, outcome, code, text, place)"
	    " VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8)"
	    " ON CONFLICT (id, effect, attempt) DO UPDATE SET ended_ms = ?4,"
	    " outcome = ?5, code = ?6, text = ?7, place = ?8",
	    V_TEXT(r->id), V_INT(t->effect), V_INT(t->attempt), V_INT(r->at_ms),
	    V_TEXT(t->outcome), V_INT(t->code), V_TEXT(t->text), V_TEXT(t->place));
}

static enum db_result
apply_event(struct db *db, const struct record *r)
{
	/* An event has no number of its own: the same one is the same one. */
	return DB_RUN(db, "INSERT INTO events (at_ms, id, name, text)"
	    " SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM events"
	    " WHERE id = ?2 AND at_ms = ?1 AND name = ?3 AND text = ?4)",
	    V_INT(r->at_ms), V_TEXT(r->id), V_TEXT(r->u.event.name),
	    V_TEXT(r->u.event.text));
}

static enum db_result
apply_purge(struct db *db, const struct record *r)
{
	enum db_result rc;

	if (r->id[0] == '\0')
		return DB_RUN(db, "DELETE FROM events WHERE id = '' AND at_ms < ?1",
		    V_INT(r->at_ms));
	/* Decisions, effects and the rest go with it (ON DELETE CASCADE). */
	rc = DB_RUN(db, "DELETE FROM messages WHERE id = ?1", V_TEXT(r->id));
	if (rc != DB_OK)
		return rc;
	return DB_RUN(db, "DELETE FROM events WHERE id = ?1", V_TEXT(r->id));
}

static enum db_result
apply_row(struct db *db, const struct record *r)
{
	switch (r->type) {
	case RECORD_RULESET:
		return DB_RUN(db, "INSERT INTO rule_sets (digest, first_ms,"
		    " snapshot) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
		    V_TEXT(r->u.ruleset.digest), V_INT(r->at_ms),
		    V_BLOB(r->u.ruleset.snapshot));
	case RECORD_MESSAGE:
		return apply_message(db, r);
	case RECORD_DECISION:
		return apply_decision(db, r);
	case RECORD_EFFECT:
		return apply_effect(db, r);
	case RECORD_ATTEMPT:
		return apply_attempt(db, r);
	case RECORD_STATE:
		return DB_RUN(db, "UPDATE messages SET state = ?2, changed_ms = ?3"
		    " WHERE id = ?1", V_TEXT(r->id),
		    V_TEXT(message_state_name(r->u.state)), V_INT(r->at_ms));
	case RECORD_EVENT:
		return apply_event(db, r);
	case RECORD_LOOKED:
		return DB_RUN(db, "UPDATE messages SET looked = ?2 WHERE id = ?1",
		    V_TEXT(r->id), V_INT(r->u.looked));
	case RECORD_PURGE:
		return apply_purge(db, r);
	case RECORD_N:
		break;
	}
	bug("db: record type %d", (int)r->type);
}

static bool
needs_message(enum record_type t)
{
	return t == RECORD_DECISION || t == RECORD_EFFECT || t == RECORD_ATTEMPT ||
	    t == RECORD_STATE || t == RECORD_LOOKED;
}

static enum db_result
apply_one(struct db *db, const struct record *r, const struct db_missing *missing)
{
	struct db_known known;
	enum db_result rc;

	if (!needs_message(r->type))
		return apply_row(db, r);
	rc = db_known(db, r->id, &known);
	if (rc == DB_NONE && missing != NULL && missing->fill(missing->arg, db, r->id))
		rc = db_known(db, r->id, &known);
	if (rc == DB_NONE)
		return DB_OK;
	return rc == DB_OK ? apply_row(db, r) : rc;
}

enum db_result
db_apply(struct db *db, const struct record *r, size_t n,
    const struct db_missing *missing)
{
	enum db_result rc;

	if ((rc = db_save(db)) != DB_OK)
		return rc;
	for (size_t i = 0; i < n && rc == DB_OK; i++)
		rc = apply_one(db, &r[i], missing);
	return db_save_end(db, rc);
}

/* ---- copying ---- */

static const struct {
	const char *select, *insert;
	bool trace;
} copies[] = {
	{ "SELECT * FROM messages WHERE id = ?1",
	    "INSERT INTO messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
	    " ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,"
	    " ?24, ?25, ?26, ?27, ?28)", false },
	{ "SELECT * FROM decisions WHERE id = ?1",
	    "INSERT INTO decisions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
	    " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)", false },
	{ "SELECT * FROM traces WHERE id = ?1",
	    "INSERT INTO traces VALUES (?1, ?2, ?3)", true },
	{ "SELECT * FROM fields WHERE id = ?1",
	    /* One of version 1 has no types. */
	    "INSERT INTO fields VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
	    " coalesce(?7, 'text'), coalesce(?8, ?5))", false },
	{ "SELECT * FROM effects WHERE id = ?1",
	    "INSERT INTO effects VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
	    " ?11, ?12, ?13, ?14)", false },
	{ "SELECT * FROM attempts WHERE id = ?1",
	    "INSERT INTO attempts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	    false },
	{ "SELECT at_ms, id, name, text FROM events WHERE id = ?1 ORDER BY n",
	    "INSERT INTO events (at_ms, id, name, text) VALUES (?1, ?2, ?3, ?4)",
	    false },
};

static enum db_result
copy_rows(struct db *from, struct db *to, size_t i, const char *id, size_t *rows)
{
	enum db_result rc;
	const struct db_value key = V_TEXT(id);
	AUTO(db_done) sqlite3_stmt *q = db_ask(from, copies[i].select, &key, 1, &rc);

	while (db_step(q, &rc)) {
		enum db_result put;
		AUTO(db_done) sqlite3_stmt *w = db_ask(to, copies[i].insert, NULL,
		    0, &put);

		for (int c = 0; w != NULL && c < sqlite3_column_count(q); c++)
			sqlite3_bind_value(w, c + 1, sqlite3_column_value(q, c));
		db_step(w, &put);
		if (put != DB_OK)
			return put;
		(*rows)++;
	}
	return rc;
}

enum db_result
db_copy(struct db *from, struct db *to, const char *id, bool traces)
{
	enum db_result rc = DB_OK;
	size_t rows = 0;

	for (size_t i = 0; i < NELEM(copies) && rc == DB_OK; i++) {
		if (copies[i].trace && !traces)
			continue;
		rc = copy_rows(from, to, i, id, &rows);
		if (i == 0 && rows == 0 && rc == DB_OK)
			return DB_NONE;
	}
	return rc;
}

enum db_result
db_set_meta(struct db *db, const char *key, const char *value)
{
	return DB_RUN(db, "INSERT INTO meta (key, value) VALUES (?1, ?2)"
	    " ON CONFLICT (key) DO UPDATE SET value = ?2",
	    V_TEXT(key), V_TEXT(value));
}

enum db_result
db_get_meta(struct db *db, const char *key, struct buf *out)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT value FROM meta WHERE key = ?1", V_TEXT(key));

	buf_reset(out);
	if (!db_step(q, &rc))
		return rc == DB_OK ? DB_NONE : rc;
	buf_set(out, (const char *)sqlite3_column_text(q, 0));
	return DB_OK;
}

enum db_result
db_unset_meta(struct db *db, const char *key)
{
	return DB_RUN(db, "DELETE FROM meta WHERE key = ?1", V_TEXT(key));
}
