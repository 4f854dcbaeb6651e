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
#include "state/stats.h"

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
	/* After a loss, what lies in done/ was sent: it counts before what waits. */
	return DB_RUN(db, "INSERT INTO own_keys (own_key, id) VALUES (?1, ?2)"
	    " ON CONFLICT (own_key) DO UPDATE SET id = ?2 WHERE ?3 AND EXISTS"
	    " (SELECT 1 FROM messages WHERE id = own_keys.id AND lost)",
	    V_TEXT(env->own_key), V_TEXT(env->id), V_INT(state == MESSAGE_FINAL));
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
	    " date = ?8, smtputf8 = ?9, eightbit = ?10, opening = ?11,"
	    " domain = " DB_DOMAIN_OF("?6") " WHERE id = ?1",
	    V_TEXT(m->env->id), V_SLICE(id->message_id), V_SLICE(id->references),
	    V_SLICE(id->from), V_SLICE(id->from_address), V_SLICE(id->author),
	    V_SLICE(id->subject), V_SLICE(id->date), V_INT(id->needs_smtputf8),
	    V_INT(id->has_8bit), V_SLICE(id->opening));
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

/* ---- the lines that held ---- */

/*
 * A line is written again only when something of it is news: one that holds in
 * every message need not be touched by each, so last_ms goes on by minutes.
 */
enum db_result
db_put_line(struct db *db, const struct record_line *l, int64_t first_ms,
    int64_t last_ms)
{
	return DB_RUN(db, "INSERT INTO lines (route, hash, id, text, reason, first_ms,"
	    " last_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
	    " ON CONFLICT (route, hash) DO UPDATE SET id = ?3, text = ?4,"
	    " reason = iif(?5 <> '', ?5, reason), first_ms = min(first_ms, ?6),"
	    " last_ms = max(last_ms, ?7) WHERE id <> ?3 OR text <> ?4"
	    " OR (?5 <> '' AND reason <> ?5) OR ?6 < first_ms"
	    " OR ?7 >= last_ms + 60000",
	    V_TEXT(l->route), V_TEXT(l->hash), V_TEXT(l->id), V_TEXT(l->text),
	    V_TEXT(l->reason), V_INT(first_ms), V_INT(last_ms));
}

enum db_result
db_put_fired(struct db *db, const char *id, unsigned seq, const struct record_line *l)
{
	return DB_RUN(db, "INSERT INTO fired (id, seq, line, unknown, points, decisive)"
	    " SELECT ?1, ?2, line, ?5, ?6, ?7 FROM lines"
	    " WHERE route = ?3 AND hash = ?4 ON CONFLICT DO NOTHING",
	    V_TEXT(id), V_INT(seq), V_TEXT(l->route), V_TEXT(l->hash),
	    V_INT(l->unknown), V_INT(l->points), V_INT(l->decisive));
}

static enum db_result
read_received(struct db *db, const char *id, int64_t *out)
{
	enum db_result rc;
	AUTO(db_done) sqlite3_stmt *q = DB_ASK(db, &rc,
	    "SELECT received_ms FROM messages WHERE id = ?1", V_TEXT(id));

	*out = db_step(q, &rc) ? db_int(q, 0) : 0;
	return rc;
}

static enum db_result
put_lines(struct db *db, const struct record *r)
{
	const struct record_decision *d = &r->u.decision;
	enum db_result rc = DB_OK;
	int64_t at = 0;

	if (d->n_line > 0)
		rc = read_received(db, r->id, &at);
	for (size_t i = 0; i < d->n_line && rc == DB_OK; i++) {
		const struct record_line *l = &d->line[i];

		rc = db_put_line(db, l, at, l->unknown ? 0 : at);
		if (rc == DB_OK)
			rc = db_put_fired(db, r->id, d->seq, l);
	}
	return rc;
}

/* ---- decisions ---- */

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
	    (rc = put_decision(db, r)) != DB_OK ||
	    (rc = put_fields(db, r)) != DB_OK || (rc = put_lines(db, r)) != DB_OK)
		return rc;
	if (d->trace_json[0] != '\0')
		rc = DB_RUN(db, "INSERT INTO traces (id, seq, json) VALUES (?1, ?2, ?3)",
		    V_TEXT(r->id), V_INT(d->seq), V_TEXT(d->trace_json));
	for (size_t i = 0; i < d->n_effect && rc == DB_OK; i++)
		rc = put_first_effect(db, r->id, d->seq, known.lost, &d->effect[i]);
	return rc;
}

/*
 * The message's row says what its newest decision says.  How a text begins is
 * kept only of what no rule claimed: the record of the message, which comes before
 * and may come again, has it in any case.
 */
static enum db_result
put_newest(struct db *db, const struct record *r)
{
	const struct plan *p = r->u.decision.plan;

	return DB_RUN(db, "UPDATE messages SET seq = ?2, route = ?3, decided_by = ?4,"
	    " would_be = ?5, opening = iif(?6, opening, '')"
	    " WHERE id = ?1 AND seq <= ?2",
	    V_TEXT(r->id), V_INT(r->u.decision.seq), V_TEXT(p->route),
	    V_TEXT(decided_by_name(p->by)), V_TEXT(p->would_be),
	    V_INT(stats_is_triage(p->by)));
}

/* A decision goes in whole, and once (P3). */
static enum db_result
apply_decision(struct db *db, const struct record *r)
{
	bool there, same, gone = true;
	enum db_result rc;

	rc = look_for_decision(db, r, &there, &same);
	if (rc != DB_OK)
		return rc;
	if (there && !same && (rc = remove_unbegun(db, r, &gone)) != DB_OK)
		return rc;
	if (!gone)
		return DB_OK;
	if (!same && (rc = put_whole_decision(db, r)) != DB_OK)
		return rc;
	return put_newest(db, r);
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

/*
 * Its deliveries ended when the last effect did.  Only the first time counts: a
 * person may send it elsewhere weeks later.
 */
static enum db_result
apply_state(struct db *db, const struct record *r)
{
	enum db_result rc;

	rc = DB_RUN(db, "UPDATE messages SET state = ?2, changed_ms = ?3"
	    " WHERE id = ?1", V_TEXT(r->id),
	    V_TEXT(message_state_name(r->u.state)), V_INT(r->at_ms));
	if (rc != DB_OK || r->u.state != MESSAGE_FINAL)
		return rc;
	return DB_RUN(db, "UPDATE messages SET done_ms = coalesce((SELECT"
	    " nullif(max(ended_ms), 0) FROM effects WHERE id = ?1), ?2)"
	    " WHERE id = ?1 AND done_ms = 0", V_TEXT(r->id), V_INT(r->at_ms));
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
		return apply_state(db, r);
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
