/* SPDX-License-Identifier: MIT */
/* From bytes that are not trusted. */
#include "state/record_impl.h"

#include <string.h>

#include "base/xalloc.h"

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

	WALK(decode_members, rd, record_envelope_members, env);
	env->n_own_rcpt = read_u32(rd, OWN_RCPT_MAX);
	for (size_t i = 0; i < env->n_own_rcpt; i++) {
		struct slice s = read_text(rd, ADDR_MAX);

		memcpy(env->own_rcpt[i], s.ptr, s.len + 1);
	}
	m->env = env;
	WALK(decode_members, rd, record_message_members, m);
	m->identity = NULL;
	if (!read_bool(rd) || rd->bad)
		return;
	id = arena_alloc(rd->arena, sizeof *id);
	decode_members(rd, record_identity_members.m, rd->version > 1 ?
	    record_identity_members.n : RECORD_IDENTITY_MEMBERS_1, id);
	m->identity = id;
}

static void
decode_field(struct reader *rd, struct plan_field *f)
{
	if (rd->version > 0) {
		WALK(decode_members, rd, record_field_members, f);
		return;
	}
	decode_members(rd, record_field_members.m, RECORD_FIELD_MEMBERS_0, f);
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
		WALK(decode_members, rd, record_line_members, &line[i]);
	d->line = line;
}

static void
decode_decision(struct reader *rd, struct record_decision *d)
{
	struct plan *plan = arena_alloc(rd->arena, sizeof *plan);
	struct effect *effect;

	WALK(decode_members, rd, record_decision_members, d);
	WALK(decode_members, rd, record_plan_members, plan);
	plan->n_field = read_u32(rd, RECORD_LIST_MAX);
	plan->field = arena_calloc(rd->arena, plan->n_field, sizeof plan->field[0]);
	for (size_t i = 0; i < plan->n_field && !rd->bad; i++)
		decode_field(rd, &plan->field[i]);
	d->plan = plan;
	d->n_effect = read_u32(rd, RECORD_LIST_MAX);
	effect = arena_calloc(rd->arena, d->n_effect, sizeof *effect);
	for (size_t i = 0; i < d->n_effect && !rd->bad; i++)
		WALK(decode_members, rd, record_effect_members, &effect[i]);
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
