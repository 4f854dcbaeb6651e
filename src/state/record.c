/* SPDX-License-Identifier: MIT */
#include "state/record.h"

#include <string.h>

#include "base/utf8.h"
#include "base/xalloc.h"

/*
 * Every value of a record is a line in one of the tables below; cleaning,
 * encoding and decoding walk them, so the three cannot disagree.
 */
enum member_kind {
	M_STR,			/* const char *; limit is the longest, in bytes */
	M_LINES,		/* the same, line ends stay */
	M_CHARS,		/* char[limit] */
	M_SLICE,		/* struct slice of text; limit as M_STR */
	M_I64, M_U64, M_INT, M_UINT, M_U32, M_BOOL,
	M_ENUM,			/* below limit */
};

struct member {
	enum member_kind kind;
	size_t offset;
	size_t limit;
};

#define M(kind, type, name, limit)	{ kind, offsetof(type, name), limit }

enum { NAME = 200, LINE = 1000, ADDRESS = ADDR_MAX, DIGEST = 64, OUTCOME = 600,
	OPENING = MESSAGE_OPENING_MAX };

static const struct member envelope_members[] = {
	M(M_ENUM, struct envelope, kind, ENVELOPE_OWN + 1),
	M(M_CHARS, struct envelope, id, ULID_SIZE),
	M(M_I64, struct envelope, received_ms, 0),
	M(M_CHARS, struct envelope, sender, ADDR_SIZE),
	M(M_CHARS, struct envelope, recipient, ADDR_SIZE),
	M(M_CHARS, struct envelope, original_recipient, ADDR_SIZE),
	M(M_CHARS, struct envelope, queue_id, QUEUE_ID_SIZE),
	M(M_CHARS, struct envelope, client, CLIENT_SIZE),
	M(M_U64, struct envelope, declared_size, 0),
	M(M_CHARS, struct envelope, own_key, OWN_KEY_SIZE),
};

static const struct member identity_members[] = {
	M(M_SLICE, struct message_identity, message_id, LINE),
	M(M_SLICE, struct message_identity, references, LINE),
	M(M_SLICE, struct message_identity, from, LINE),
	M(M_SLICE, struct message_identity, from_address, ADDRESS),
	M(M_SLICE, struct message_identity, author, ADDRESS),
	M(M_SLICE, struct message_identity, subject, LINE),
	M(M_SLICE, struct message_identity, date, NAME),
	M(M_BOOL, struct message_identity, needs_smtputf8, 0),
	M(M_BOOL, struct message_identity, has_8bit, 0),
	M(M_SLICE, struct message_identity, opening, OPENING),
};
enum { IDENTITY_MEMBERS_1 = 9 };	/* of these up to version 1 */

static const struct member plan_members[] = {
	M(M_STR, struct plan, route, NAME),
	M(M_STR, struct plan, title, NAME),
	M(M_ENUM, struct plan, by, BY_N),
	M(M_INT, struct plan, points, 0),
	M(M_INT, struct plan, needs, 0),
	M(M_INT, struct plan, margin, 0),
	M(M_STR, struct plan, runner_up, NAME),
	M(M_INT, struct plan, runner_up_points, 0),
	M(M_INT, struct plan, runner_up_needs, 0),
	M(M_STR, struct plan, would_be, NAME),
	M(M_ENUM, struct plan, would_be_by, BY_N),
	M(M_STR, struct plan, why, LINE),
	M(M_BOOL, struct plan, keep, 0),
	M(M_I64, struct plan, keep_originals, 0),
	M(M_U32, struct plan, facts, 0),
};

static const struct member field_members[] = {
	M(M_STR, struct plan_field, name, NAME),
	M(M_STR, struct plan_field, value, LINE),
	M(M_BOOL, struct plan_field, missing, 0),
	M(M_ENUM, struct plan_field, type, TYPED_N),
	M(M_STR, struct plan_field, text, LINE),
};
enum { FIELD_MEMBERS_0 = 3 };		/* of these in version 0 */

static const struct member effect_members[] = {
	M(M_UINT, struct effect, n, 0),
	M(M_ENUM, struct effect, kind, EFFECT_N),
	M(M_STR, struct effect, server, NAME),
	M(M_STR, struct effect, target, 4096),
	M(M_ENUM, struct effect, state, EFFECT_STATE_N),
	M(M_BOOL, struct effect, uncertain, 0),
	M(M_BOOL, struct effect, substitute, 0),
	M(M_UINT, struct effect, attempts, 0),
	M(M_I64, struct effect, created_ms, 0),
	M(M_I64, struct effect, next_ms, 0),
	M(M_I64, struct effect, ended_ms, 0),
	M(M_STR, struct effect, last, OUTCOME),
};

static const struct member line_members[] = {
	M(M_STR, struct record_line, route, NAME),
	M(M_STR, struct record_line, hash, NAME),
	M(M_STR, struct record_line, id, NAME),
	M(M_STR, struct record_line, text, LINE),
	M(M_BOOL, struct record_line, unknown, 0),
	M(M_STR, struct record_line, reason, NAME),
	M(M_INT, struct record_line, points, 0),
	M(M_BOOL, struct record_line, decisive, 0),
};

static const struct member message_members[] = {
	M(M_STR, struct record_message, sha256, DIGEST),
	M(M_U64, struct record_message, size, 0),
};

static const struct member decision_members[] = {
	M(M_UINT, struct record_decision, seq, 0),
	M(M_STR, struct record_decision, digest, DIGEST),
	M(M_LINES, struct record_decision, trace_json, RECORD_TRACE_MAX),
};

static const struct member attempt_members[] = {
	M(M_UINT, struct record_attempt, effect, 0),
	M(M_UINT, struct record_attempt, attempt, 0),
	M(M_BOOL, struct record_attempt, ended, 0),
	M(M_STR, struct record_attempt, outcome, NAME),
	M(M_INT, struct record_attempt, code, 0),
	M(M_STR, struct record_attempt, text, OUTCOME),
	M(M_STR, struct record_attempt, place, OUTCOME),
};

/* Those that stand in the union itself. */
static const struct member ruleset_members[] = {
	M(M_STR, struct record, u.ruleset.digest, DIGEST),
};
static const struct member state_members[] = {
	M(M_ENUM, struct record, u.state, MESSAGE_STATE_N),
};
static const struct member event_members[] = {
	M(M_STR, struct record, u.event.name, NAME),
	M(M_STR, struct record, u.event.text, LINE),
};
static const struct member looked_members[] = {
	M(M_UINT, struct record, u.looked, 0),
};

/* Of a record, besides those that a message and a decision point to. */
#define AT(table, member)	{ table, NELEM(table), offsetof(struct record, member) }
static const struct {
	const struct member *members;
	size_t n, offset;
} own_members[RECORD_N] = {
	[RECORD_RULESET] = AT(ruleset_members, type),
	[RECORD_EFFECT] = AT(effect_members, u.effect),
	[RECORD_ATTEMPT] = AT(attempt_members, u.attempt),
	[RECORD_STATE] = AT(state_members, type),
	[RECORD_EVENT] = AT(event_members, type),
	[RECORD_LOOKED] = AT(looked_members, type),
};

_Static_assert(sizeof(enum record_type) == 4 && sizeof(int) == 4, "M_ENUM, M_INT");

#define WALK(fn, arg, table, object)	fn(arg, table, NELEM(table), object)
#define WALK_OWN(fn, arg, r) \
	fn(arg, own_members[(r)->type].members, own_members[(r)->type].n, \
	    (void *)((uintptr_t)(r) + own_members[(r)->type].offset))

/* ---- cleaning ---- */

static bool
is_clean(struct slice s, bool lines)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c >= 0x7f || (c < 0x20 && !(lines && c == '\n')))
			return false;
	}
	return true;
}

/* Valid UTF-8 of at most max bytes; a NUL follows it. */
static struct slice
clean_text(struct arena *a, struct slice s, size_t max, bool lines)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	/* Cleaning can make a text three times as long: cut before and after. */
	s = utf8_cut(s, max);
	if (is_clean(s, lines))
		return arena_slice(a, s);
	utf8_clean(&b, s, lines);
	return arena_slice(a, utf8_cut(buf_slice(&b), max));
}

static void
clean_members(struct arena *a, const struct member *m, size_t n, void *object)
{
	for (size_t i = 0; i < n; i++, m++) {
		void *p = (char *)object + m->offset;
		const char **str = p;
		struct slice *slice = p, s;

		switch (m->kind) {
		case M_STR:
		case M_LINES:
			*str = clean_text(a, slice_str(*str), m->limit,
			    m->kind == M_LINES).ptr;
			break;
		case M_CHARS:
			s = clean_text(a, slice_str(p), m->limit - 1, false);
			memcpy(p, s.ptr, s.len + 1);
			break;
		case M_SLICE:
			*slice = clean_text(a, *slice, m->limit, false);
			break;
		case M_I64:
		case M_U64:
		case M_INT:
		case M_UINT:
		case M_U32:
		case M_BOOL:
		case M_ENUM:
			break;
		}
	}
}

void
record_clean_envelope(struct envelope *env)
{
	AUTO(arena_free) struct arena *a = arena_new();

	WALK(clean_members, a, envelope_members, env);
	env->n_own_rcpt = MIN(env->n_own_rcpt, (size_t)OWN_RCPT_MAX);
	for (size_t i = 0; i < env->n_own_rcpt; i++) {
		struct slice s = clean_text(a, slice_str(env->own_rcpt[i]),
		    ADDR_MAX, false);

		memcpy(env->own_rcpt[i], s.ptr, s.len + 1);
	}
}

static void
clean_message(struct arena *a, struct record_message *m)
{
	struct envelope *env = arena_alloc(a, sizeof *env);
	struct message_identity *id;

	*env = *m->env;
	record_clean_envelope(env);
	m->env = env;
	WALK(clean_members, a, message_members, m);
	if (m->identity == NULL)
		return;
	id = arena_alloc(a, sizeof *id);
	*id = *m->identity;
	WALK(clean_members, a, identity_members, id);
	m->identity = id;
}

static void
clean_decision(struct arena *a, struct record_decision *d)
{
	static const char too_long[] = "{\"v\":1,\"cut\":true}";
	struct plan *plan = arena_alloc(a, sizeof *plan);
	struct record_line *line;
	struct effect *effect;

	if (d->trace_json != NULL && strlen(d->trace_json) > RECORD_TRACE_MAX)
		d->trace_json = too_long;
	WALK(clean_members, a, decision_members, d);

	*plan = *d->plan;
	WALK(clean_members, a, plan_members, plan);
	plan->n_field = MIN(plan->n_field, (size_t)RECORD_LIST_MAX);
	plan->field = arena_calloc(a, plan->n_field, sizeof plan->field[0]);
	for (size_t i = 0; i < plan->n_field; i++) {
		plan->field[i] = d->plan->field[i];
		WALK(clean_members, a, field_members, &plan->field[i]);
	}
	d->plan = plan;

	if (d->n_effect > RECORD_LIST_MAX)
		bug("record: %zu effects of one decision", d->n_effect);
	effect = arena_calloc(a, d->n_effect, sizeof *effect);
	for (size_t i = 0; i < d->n_effect; i++) {
		effect[i] = d->effect[i];
		WALK(clean_members, a, effect_members, &effect[i]);
	}
	d->effect = effect;

	d->n_line = MIN(d->n_line, (size_t)RECORD_LIST_MAX);
	line = arena_calloc(a, d->n_line, sizeof *line);
	for (size_t i = 0; i < d->n_line; i++) {
		line[i] = d->line[i];
		WALK(clean_members, a, line_members, &line[i]);
	}
	d->line = line;
}

static void
clean_one(struct arena *a, struct record *r)
{
	if (r->type >= RECORD_N)
		bug("record: no such type %d", (int)r->type);
	r->id = clean_text(a, slice_str(r->id), ULID_LEN, false).ptr;
	WALK_OWN(clean_members, a, r);
	if (r->type == RECORD_MESSAGE)
		clean_message(a, &r->u.message);
	else if (r->type == RECORD_DECISION)
		clean_decision(a, &r->u.decision);
	else if (r->type == RECORD_RULESET &&
	    r->u.ruleset.snapshot.len > RECORD_SNAPSHOT_MAX)
		bug("record: a snapshot of %zu bytes", r->u.ruleset.snapshot.len);
}

struct record *
record_clean(struct arena *a, const struct record *r, size_t n)
{
	struct record *out = arena_calloc(a, n, sizeof *out);

	for (size_t i = 0; i < n; i++) {
		out[i] = r[i];
		clean_one(a, &out[i]);
	}
	return out;
}

/* ---- encoding ---- */

static void
encode_members(struct buf *b, const struct member *m, size_t n, const void *object)
{
	for (size_t i = 0; i < n; i++, m++) {
		const char *p = (const char *)object + m->offset;
		const char *str;
		struct slice s;
		uint64_t u64;
		uint32_t u32;
		bool flag;

		switch (m->kind) {
		case M_STR:
		case M_LINES:
			memcpy(&str, p, sizeof str);
			buf_put_slice(b, slice_str(str));
			break;
		case M_CHARS:
			buf_put_slice(b, slice_str(p));
			break;
		case M_SLICE:
			memcpy(&s, p, sizeof s);
			buf_put_slice(b, s);
			break;
		case M_I64:
		case M_U64:
			memcpy(&u64, p, sizeof u64);
			buf_put_u64(b, u64);
			break;
		case M_INT:
		case M_UINT:
		case M_U32:
		case M_ENUM:
			memcpy(&u32, p, sizeof u32);
			buf_put_u32(b, u32);
			break;
		case M_BOOL:
			memcpy(&flag, p, sizeof flag);
			buf_put_u8(b, flag);
			break;
		}
	}
}

static void
encode_message(const struct record_message *m, struct buf *out)
{
	WALK(encode_members, out, envelope_members, m->env);
	buf_put_u32(out, (uint32_t)m->env->n_own_rcpt);
	for (size_t i = 0; i < m->env->n_own_rcpt; i++)
		buf_put_slice(out, slice_str(m->env->own_rcpt[i]));
	WALK(encode_members, out, message_members, m);
	buf_put_u8(out, m->identity != NULL);
	if (m->identity != NULL)
		WALK(encode_members, out, identity_members, m->identity);
}

static void
encode_decision(const struct record_decision *d, struct buf *out)
{
	WALK(encode_members, out, decision_members, d);
	WALK(encode_members, out, plan_members, d->plan);
	buf_put_u32(out, (uint32_t)d->plan->n_field);
	for (size_t i = 0; i < d->plan->n_field; i++)
		WALK(encode_members, out, field_members, &d->plan->field[i]);
	buf_put_u32(out, (uint32_t)d->n_effect);
	for (size_t i = 0; i < d->n_effect; i++)
		WALK(encode_members, out, effect_members, &d->effect[i]);
	buf_put_u32(out, (uint32_t)d->n_line);
	for (size_t i = 0; i < d->n_line; i++)
		WALK(encode_members, out, line_members, &d->line[i]);
}

void
record_encode(const struct record *r, struct buf *out)
{
	buf_put_u8(out, (uint8_t)r->type);
	buf_put_u64(out, (uint64_t)r->at_ms);
	buf_put_slice(out, slice_str(r->id));
	WALK_OWN(encode_members, out, r);
	if (r->type == RECORD_MESSAGE)
		encode_message(&r->u.message, out);
	else if (r->type == RECORD_DECISION)
		encode_decision(&r->u.decision, out);
	else if (r->type == RECORD_RULESET)
		buf_put_slice(out, r->u.ruleset.snapshot);
}

/* ---- decoding ---- */

struct reader {
	struct arena *arena;
	struct slice in;
	unsigned version;
	bool bad;
};

/* A text with a NUL behind it; one with a NUL in it was not written by us. */
static struct slice
read_text(struct reader *rd, size_t max)
{
	struct slice s = { NULL, 0 };

	if (!slice_get_slice(&rd->in, max, &s) || slice_find(s, '\0') != SIZE_MAX)
		rd->bad = true;
	return rd->bad ? (struct slice){ "", 0 } : arena_slice(rd->arena, s);
}

static uint32_t
read_u32(struct reader *rd, uint32_t max)
{
	uint32_t v = 0;

	if (!slice_get_u32(&rd->in, &v) || v > max) {
		rd->bad = true;
		return 0;
	}
	return v;
}

static uint64_t
read_u64(struct reader *rd)
{
	uint64_t v = 0;

	if (!slice_get_u64(&rd->in, &v))
		rd->bad = true;
	return v;
}

static bool
read_bool(struct reader *rd)
{
	bool v = false;

	if (!slice_get_bool(&rd->in, &v))
		rd->bad = true;
	return v;
}

static void
decode_members(struct reader *rd, const struct member *m, size_t n, void *object)
{
	for (size_t i = 0; i < n; i++, m++) {
		char *p = (char *)object + m->offset;
		const char *str;
		struct slice s;
		uint64_t u64;
		uint32_t u32;
		bool flag;

		switch (m->kind) {
		case M_STR:
		case M_LINES:
			str = read_text(rd, m->limit).ptr;
			memcpy(p, &str, sizeof str);
			break;
		case M_CHARS:
			s = read_text(rd, m->limit - 1);
			memcpy(p, s.ptr, s.len + 1);
			break;
		case M_SLICE:
			s = read_text(rd, m->limit);
			memcpy(p, &s, sizeof s);
			break;
		case M_I64:
		case M_U64:
			u64 = read_u64(rd);
			memcpy(p, &u64, sizeof u64);
			break;
		case M_INT:
		case M_UINT:
		case M_U32:
			u32 = read_u32(rd, UINT32_MAX);
			memcpy(p, &u32, sizeof u32);
			break;
		case M_ENUM:
			u32 = read_u32(rd, (uint32_t)m->limit - 1);
			memcpy(p, &u32, sizeof u32);
			break;
		case M_BOOL:
			flag = read_bool(rd);
			memcpy(p, &flag, sizeof flag);
			break;
		}
	}
}

static void
decode_message(struct reader *rd, struct record_message *m)
{
	struct envelope *env = arena_alloc(rd->arena, sizeof *env);
	struct message_identity *id;

	WALK(decode_members, rd, envelope_members, env);
	env->n_own_rcpt = read_u32(rd, OWN_RCPT_MAX);
	for (size_t i = 0; i < env->n_own_rcpt; i++) {
		struct slice s = read_text(rd, ADDR_MAX);

		memcpy(env->own_rcpt[i], s.ptr, s.len + 1);
	}
	m->env = env;
	WALK(decode_members, rd, message_members, m);
	m->identity = NULL;
	if (!read_bool(rd) || rd->bad)
		return;
	id = arena_alloc(rd->arena, sizeof *id);
	decode_members(rd, identity_members, rd->version > 1 ?
	    NELEM(identity_members) : IDENTITY_MEMBERS_1, id);
	m->identity = id;
}

static void
decode_field(struct reader *rd, struct plan_field *f)
{
	if (rd->version > 0) {
		WALK(decode_members, rd, field_members, f);
		return;
	}
	decode_members(rd, field_members, FIELD_MEMBERS_0, f);
	f->type = TYPED_TEXT;
	f->text = f->value;
}

static void
decode_record_lines(struct reader *rd, struct record_decision *d)
{
	struct record_line *line;

	d->n_line = rd->version > 1 ? read_u32(rd, RECORD_LIST_MAX) : 0;
	line = arena_calloc(rd->arena, d->n_line, sizeof *line);
	for (size_t i = 0; i < d->n_line && !rd->bad; i++)
		WALK(decode_members, rd, line_members, &line[i]);
	d->line = line;
}

static void
decode_decision(struct reader *rd, struct record_decision *d)
{
	struct plan *plan = arena_alloc(rd->arena, sizeof *plan);
	struct effect *effect;

	WALK(decode_members, rd, decision_members, d);
	WALK(decode_members, rd, plan_members, plan);
	plan->n_field = read_u32(rd, RECORD_LIST_MAX);
	plan->field = arena_calloc(rd->arena, plan->n_field, sizeof plan->field[0]);
	for (size_t i = 0; i < plan->n_field && !rd->bad; i++)
		decode_field(rd, &plan->field[i]);
	d->plan = plan;
	d->n_effect = read_u32(rd, RECORD_LIST_MAX);
	effect = arena_calloc(rd->arena, d->n_effect, sizeof *effect);
	for (size_t i = 0; i < d->n_effect && !rd->bad; i++)
		WALK(decode_members, rd, effect_members, &effect[i]);
	d->effect = effect;
	decode_record_lines(rd, d);
}

static void
decode_one(struct reader *rd, struct record *r)
{
	WALK_OWN(decode_members, rd, r);
	if (r->type == RECORD_MESSAGE)
		decode_message(rd, &r->u.message);
	else if (r->type == RECORD_DECISION)
		decode_decision(rd, &r->u.decision);
	else if (r->type == RECORD_RULESET &&
	    !slice_get_slice(&rd->in, RECORD_SNAPSHOT_MAX, &r->u.ruleset.snapshot))
		rd->bad = true;
}

int
record_decode(struct arena *a, struct slice *in, unsigned version,
    struct record *out, struct err *e)
{
	struct reader rd = { a, *in, version, false };
	uint8_t type = RECORD_N;

	*out = (struct record){ .type = RECORD_N };
	if (!slice_get_u8(&rd.in, &type) || type >= RECORD_N)
		rd.bad = true;
	else
		out->type = (enum record_type)type;
	out->at_ms = (int64_t)read_u64(&rd);
	out->id = read_text(&rd, ULID_LEN).ptr;
	if (!rd.bad)
		decode_one(&rd, out);
	if (rd.bad)
		return err_set(e, ERR_DATA, "a journal record of type %u is damaged",
		    type);
	*in = rd.in;
	return 0;
}
