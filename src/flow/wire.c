/* SPDX-License-Identifier: MIT */
#include "flow/wire.h"

static void
put_str(struct buf *b, const char *s)
{
	buf_put_slice(b, slice_str(s));
}

/* A C string of at most size - 1 bytes without a NUL in it. */
static bool
get_str(struct slice *in, char *out, size_t size)
{
	struct slice s;

	if (!slice_get_slice(in, size - 1, &s) || slice_find(s, '\0') != SIZE_MAX)
		return false;
	if (s.len > 0)
		memcpy(out, s.ptr, s.len);
	out[s.len] = '\0';
	return true;
}

static bool
get_ms(struct slice *in, int64_t *out)
{
	uint64_t v;

	if (!slice_get_u64(in, &v) || v > INT64_MAX)
		return false;
	*out = (int64_t)v;
	return true;
}

void
wire_put_examine(struct buf *b, const struct examine_job *j)
{
	put_str(b, j->env.id);
	buf_put_u64(b, (uint64_t)j->env.received_ms);
	put_str(b, j->env.sender);
	put_str(b, j->env.recipient);
	put_str(b, j->env.original_recipient);
	put_str(b, j->env.queue_id);
	put_str(b, j->env.client);
	buf_put_u64(b, j->env.declared_size);
	buf_put_u64(b, j->offset);
	buf_put_u64(b, j->size);
	buf_put_u8(b, j->close);
}

bool
wire_get_examine(struct slice in, struct examine_job *j)
{
	*j = (struct examine_job){ .env = { .kind = ENVELOPE_MAIL } };
	return get_str(&in, j->env.id, sizeof j->env.id) &&
	    get_ms(&in, &j->env.received_ms) &&
	    get_str(&in, j->env.sender, sizeof j->env.sender) &&
	    get_str(&in, j->env.recipient, sizeof j->env.recipient) &&
	    get_str(&in, j->env.original_recipient,
	    sizeof j->env.original_recipient) &&
	    get_str(&in, j->env.queue_id, sizeof j->env.queue_id) &&
	    get_str(&in, j->env.client, sizeof j->env.client) &&
	    slice_get_u64(&in, &j->env.declared_size) &&
	    slice_get_u64(&in, &j->offset) && slice_get_u64(&in, &j->size) &&
	    slice_get_bool(&in, &j->close) && in.len == 0;
}

void
wire_put_send(struct buf *b, const struct send_job *j)
{
	buf_put_u8(b, (uint8_t)j->kind);
	put_str(b, j->server);
	put_str(b, j->target);
	put_str(b, j->from);
	put_str(b, j->mroute_id);
	buf_put_u8(b, (uint8_t)j->n_line);
	for (size_t i = 0; i < j->n_line; i++) {
		put_str(b, j->line[i].name);
		put_str(b, j->line[i].value);
	}
	buf_put_u64(b, (uint64_t)j->received_ms);
	buf_put_u64(b, j->offset);
	buf_put_u64(b, j->size);
	buf_put_u8(b, j->look);
}

bool
wire_get_send(struct slice in, struct send_job *j)
{
	uint8_t kind, n;

	*j = (struct send_job){ 0 };
	if (!slice_get_u8(&in, &kind) || kind >= EFFECT_N ||
	    !get_str(&in, j->server, sizeof j->server) ||
	    !get_str(&in, j->target, sizeof j->target) ||
	    !get_str(&in, j->from, sizeof j->from) ||
	    !get_str(&in, j->mroute_id, sizeof j->mroute_id) ||
	    !slice_get_u8(&in, &n) || n > WIRE_LINES_MAX)
		return false;
	j->kind = (enum effect_kind)kind;
	for (j->n_line = 0; j->n_line < n; j->n_line++)
		if (!get_str(&in, j->line[j->n_line].name,
		    sizeof j->line[0].name) ||
		    !get_str(&in, j->line[j->n_line].value,
		    sizeof j->line[0].value))
			return false;
	return get_ms(&in, &j->received_ms) && slice_get_u64(&in, &j->offset) &&
	    slice_get_u64(&in, &j->size) && slice_get_bool(&in, &j->look) &&
	    in.len == 0;
}

void
wire_put_result(struct buf *b, const struct send_result *r)
{
	buf_put_u8(b, (uint8_t)r->outcome.class);
	buf_put_u32(b, (uint32_t)r->outcome.code);
	buf_put_u8(b, r->outcome.broken);
	put_str(b, r->outcome.text);
	put_str(b, r->outcome.place);
	buf_put_u8(b, r->opened);
	buf_put_u8(b, r->wrapped);
}

bool
wire_get_result(struct slice in, struct send_result *r)
{
	uint8_t class;
	uint32_t code;

	*r = (struct send_result){ 0 };
	if (!slice_get_u8(&in, &class) || class >= OUTCOME_N ||
	    !slice_get_u32(&in, &code) || code > 999)
		return false;
	r->outcome.class = (enum outcome_class)class;
	r->outcome.code = (int)code;
	return slice_get_bool(&in, &r->outcome.broken) &&
	    get_str(&in, r->outcome.text, sizeof r->outcome.text) &&
	    get_str(&in, r->outcome.place, sizeof r->outcome.place) &&
	    slice_get_bool(&in, &r->opened) && slice_get_bool(&in, &r->wrapped) && in.len == 0;
}
