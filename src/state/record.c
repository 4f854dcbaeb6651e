/* SPDX-License-Identifier: MIT */
/* Cleaning and encoding. */
#include "state/record_impl.h"

#include <string.h>

#include "base/utf8.h"
#include "base/xalloc.h"

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

	WALK(clean_members, a, record_envelope_members, env);
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
	WALK(clean_members, a, record_message_members, m);
	if (m->identity == NULL)
		return;
	id = arena_alloc(a, sizeof *id);
	*id = *m->identity;
	WALK(clean_members, a, record_identity_members, id);
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
	WALK(clean_members, a, record_decision_members, d);

	*plan = *d->plan;
	WALK(clean_members, a, record_plan_members, plan);
	plan->n_field = MIN(plan->n_field, (size_t)RECORD_LIST_MAX);
	plan->field = arena_calloc(a, plan->n_field, sizeof plan->field[0]);
	for (size_t i = 0; i < plan->n_field; i++) {
		plan->field[i] = d->plan->field[i];
		WALK(clean_members, a, record_field_members, &plan->field[i]);
	}
	d->plan = plan;

	if (d->n_effect > RECORD_LIST_MAX)
		bug("record: %zu effects of one decision", d->n_effect);
	effect = arena_calloc(a, d->n_effect, sizeof *effect);
	for (size_t i = 0; i < d->n_effect; i++) {
		effect[i] = d->effect[i];
		WALK(clean_members, a, record_effect_members, &effect[i]);
	}
	d->effect = effect;

	d->n_line = MIN(d->n_line, (size_t)RECORD_LIST_MAX);
	line = arena_calloc(a, d->n_line, sizeof *line);
	for (size_t i = 0; i < d->n_line; i++) {
		line[i] = d->line[i];
		WALK(clean_members, a, record_line_members, &line[i]);
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
	WALK(encode_members, out, record_envelope_members, m->env);
	buf_put_u32(out, (uint32_t)m->env->n_own_rcpt);
	for (size_t i = 0; i < m->env->n_own_rcpt; i++)
		buf_put_slice(out, slice_str(m->env->own_rcpt[i]));
	WALK(encode_members, out, record_message_members, m);
	buf_put_u8(out, m->identity != NULL);
	if (m->identity != NULL)
		WALK(encode_members, out, record_identity_members, m->identity);
}

static void
encode_decision(const struct record_decision *d, struct buf *out)
{
	WALK(encode_members, out, record_decision_members, d);
	WALK(encode_members, out, record_plan_members, d->plan);
	buf_put_u32(out, (uint32_t)d->plan->n_field);
	for (size_t i = 0; i < d->plan->n_field; i++)
		WALK(encode_members, out, record_field_members, &d->plan->field[i]);
	buf_put_u32(out, (uint32_t)d->n_effect);
	for (size_t i = 0; i < d->n_effect; i++)
		WALK(encode_members, out, record_effect_members, &d->effect[i]);
	buf_put_u32(out, (uint32_t)d->n_line);
	for (size_t i = 0; i < d->n_line; i++)
		WALK(encode_members, out, record_line_members, &d->line[i]);
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
