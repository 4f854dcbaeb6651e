/* SPDX-License-Identifier: MIT */
/*
 * The form: "MRF1", then the members in their order; counts are u32, strings
 * a u32 and bytes (base/buf.h).  Both ends are the same program, so there is
 * one version; optional is only what close findings have in addition.
 */
#include "model/findings.h"

#include "base/utf8.h"

enum {
	MAGIC = 0x3146524D,		/* "MRF1" */
	LINE_LEAST = 1 + 4 * 5,		/* bytes a line takes at least */
	CAPTURE_LEAST = 3 * 4,
	READING_LEAST = 3 * 4 + 1,
	SEEN_LEAST = 4 * 4 + 1,
	FACTS_ALL = (1 << FACT_N) - 1,
};

/* 80 + 80 for each line, quotes, captures, fields and identity fit in the whole. */
_Static_assert(FINDINGS_LINES_MAX * (LINE_LEAST + FINDINGS_FIELD_MAX +
    FINDINGS_REASON_MAX + 1) + FINDINGS_QUOTES_MAX + FINDINGS_CAPTURES_MAX *
    (CAPTURE_LEAST + FINDINGS_NAME_MAX + FINDINGS_CAPTURE_MAX) +
    FINDINGS_READINGS_MAX * (READING_LEAST + FINDINGS_NAME_MAX +
    FINDINGS_CAPTURE_MAX) +
    FINDINGS_SEEN_MAX * (SEEN_LEAST + FINDINGS_FIELD_MAX +
    FINDINGS_SNIPPET_MAX) + (1 << 16) < FINDINGS_SIZE_MAX,
    "encoded findings can outgrow FINDINGS_SIZE_MAX");

static void
put_cut(struct buf *out, struct slice s, size_t max)
{
	buf_put_slice(out, utf8_cut(s, max));
}

static void
encode_identity(const struct message_identity *id, struct buf *out)
{
	const struct slice text[] = { id->message_id, id->references, id->from,
	    id->from_address, id->author, id->subject, id->date };

	for (size_t i = 0; i < NELEM(text); i++)
		put_cut(out, text[i], FINDINGS_IDENTITY_MAX);
	put_cut(out, id->opening, MESSAGE_OPENING_MAX);
	buf_put_u32(out, id->received);
	buf_put_u8(out, id->delivered_to_us);
	buf_put_u8(out, id->needs_smtputf8);
	buf_put_u8(out, id->has_8bit);
	buf_put_u8(out, (uint8_t)id->n_loop_mark);
	for (size_t i = 0; i < id->n_loop_mark; i++)
		buf_put_slice(out, id->loop_mark[i]);
}

static void
encode_readings(const struct findings *f, struct buf *out)
{
	size_t n = MIN(f->n_reading, (size_t)FINDINGS_READINGS_MAX);

	buf_put_u32(out, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		buf_put_u32(out, f->reading[i].line);
		put_cut(out, f->reading[i].name, FINDINGS_NAME_MAX);
		buf_put_u8(out, (uint8_t)f->reading[i].type);
		put_cut(out, f->reading[i].value, FINDINGS_CAPTURE_MAX);
	}
}

static void
encode_seen(const struct findings *f, struct buf *out)
{
	size_t n = MIN(f->n_seen, (size_t)FINDINGS_SEEN_MAX);

	for (size_t i = 0; i < f->n_line; i++)
		buf_put_u8(out, f->line[i].stopped);
	buf_put_u32(out, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		put_cut(out, f->seen[i].field, FINDINGS_FIELD_MAX);
		buf_put_u32(out, f->seen[i].n);
		buf_put_u32(out, f->seen[i].words);
		buf_put_u8(out, f->seen[i].capped);
		put_cut(out, f->seen[i].excerpt, FINDINGS_SNIPPET_MAX);
	}
}

void
findings_encode(const struct findings *f, struct buf *out)
{
	size_t quotes = 0;

	buf_put_u32(out, MAGIC);
	buf_put_slice(out, slice_str(f->policy_digest));
	buf_put_u32(out, f->alias);
	buf_put_u32(out, f->facts);
	buf_put_u32(out, f->facts_unknown);
	buf_put_u64(out, f->size);
	encode_identity(&f->id, out);
	buf_put_u32(out, (uint32_t)f->n_line);
	for (size_t i = 0; i < f->n_line; i++) {
		const struct finding *l = &f->line[i];
		size_t room;

		quotes += MIN(l->matched.len, (size_t)FINDINGS_SNIPPET_MAX) +
		    MIN(l->snippet.len, (size_t)FINDINGS_SNIPPET_MAX);
		room = quotes <= FINDINGS_QUOTES_MAX ? FINDINGS_SNIPPET_MAX : 0;
		buf_put_u8(out, (uint8_t)l->state);
		put_cut(out, l->field, FINDINGS_FIELD_MAX);
		put_cut(out, l->matched, room);
		put_cut(out, l->snippet, room);
		buf_put_u32(out, l->at <= MIN(l->snippet.len, room) ? l->at : 0);
		put_cut(out, l->reason, FINDINGS_REASON_MAX);
	}
	buf_put_u32(out, (uint32_t)MIN(f->n_capture, (size_t)FINDINGS_CAPTURES_MAX));
	for (size_t i = 0; i < f->n_capture && i < FINDINGS_CAPTURES_MAX; i++) {
		buf_put_u32(out, f->capture[i].line);
		put_cut(out, f->capture[i].name, FINDINGS_NAME_MAX);
		put_cut(out, f->capture[i].value, FINDINGS_CAPTURE_MAX);
	}
	encode_readings(f, out);
	buf_put_u8(out, f->close);
	if (f->close)
		encode_seen(f, out);
}

/* A string in the arena's memory, NUL behind it. */
static bool
get_text(struct arena *a, struct slice *in, size_t max, struct slice *out)
{
	struct slice s;

	if (!slice_get_slice(in, max, &s))
		return false;
	*out = arena_slice(a, s);
	return true;
}

static bool
is_hex_digest(struct slice s)
{
	if (s.len != DIGEST_LEN)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') ||
		    (s.ptr[i] >= 'a' && s.ptr[i] <= 'f')))
			return false;
	return true;
}

static bool
decode_identity(struct arena *a, struct slice *in, struct message_identity *id)
{
	struct slice *const text[] = { &id->message_id, &id->references,
	    &id->from, &id->from_address, &id->author, &id->subject, &id->date };
	uint8_t n;

	for (size_t i = 0; i < NELEM(text); i++)
		if (!get_text(a, in, FINDINGS_IDENTITY_MAX, text[i]))
			return false;
	if (!get_text(a, in, MESSAGE_OPENING_MAX, &id->opening) ||
	    !slice_get_u32(in, &id->received) ||
	    !slice_get_bool(in, &id->delivered_to_us) ||
	    !slice_get_bool(in, &id->needs_smtputf8) || !slice_get_bool(in, &id->has_8bit) ||
	    !slice_get_u8(in, &n) || n > NELEM(id->loop_mark))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!get_text(a, in, DIGEST_LEN, &id->loop_mark[i]) ||
		    !is_hex_digest(id->loop_mark[i]))
			return false;
	id->n_loop_mark = n;
	return true;
}

static bool
decode_lines(struct arena *a, struct slice *in, struct findings *f)
{
	uint32_t n;
	uint8_t state;

	if (!slice_get_u32(in, &n) || n > FINDINGS_LINES_MAX ||
	    n > in->len / LINE_LEAST)
		return false;
	f->line = arena_calloc(a, n, sizeof *f->line);
	f->n_line = n;
	for (size_t i = 0; i < n; i++) {
		struct finding *l = &f->line[i];

		if (!slice_get_u8(in, &state) || state > TRI_UNKNOWN ||
		    !get_text(a, in, FINDINGS_FIELD_MAX, &l->field) ||
		    !get_text(a, in, FINDINGS_SNIPPET_MAX, &l->matched) ||
		    !get_text(a, in, FINDINGS_SNIPPET_MAX, &l->snippet) ||
		    !slice_get_u32(in, &l->at) || l->at > l->snippet.len ||
		    !get_text(a, in, FINDINGS_REASON_MAX, &l->reason))
			return false;
		l->state = (enum tri)state;
	}
	return true;
}

static bool
decode_captures(struct arena *a, struct slice *in, struct findings *f)
{
	uint32_t n;

	if (!slice_get_u32(in, &n) || n > FINDINGS_CAPTURES_MAX ||
	    n > in->len / CAPTURE_LEAST)
		return false;
	f->capture = arena_calloc(a, n, sizeof *f->capture);
	f->n_capture = n;
	for (size_t i = 0; i < n; i++) {
		struct capture *c = &f->capture[i];

		if (!slice_get_u32(in, &c->line) || c->line >= f->n_line ||
		    !get_text(a, in, FINDINGS_NAME_MAX, &c->name) ||
		    !get_text(a, in, FINDINGS_CAPTURE_MAX, &c->value))
			return false;
	}
	return true;
}

static bool
decode_readings(struct arena *a, struct slice *in, struct findings *f)
{
	uint32_t n;
	uint8_t type;

	if (!slice_get_u32(in, &n) || n > FINDINGS_READINGS_MAX ||
	    n > in->len / READING_LEAST)
		return false;
	f->reading = arena_calloc(a, n, sizeof *f->reading);
	f->n_reading = n;
	for (size_t i = 0; i < n; i++) {
		struct reading *r = &f->reading[i];

		if (!slice_get_u32(in, &r->line) || r->line >= f->n_line ||
		    !get_text(a, in, FINDINGS_NAME_MAX, &r->name) ||
		    !slice_get_u8(in, &type) || type >= TYPED_N ||
		    !get_text(a, in, FINDINGS_CAPTURE_MAX, &r->value))
			return false;
		r->type = (enum typed)type;
	}
	return true;
}

/* What close findings have in addition; nothing of others. */
static bool
decode_seen(struct arena *a, struct slice *in, struct findings *f)
{
	uint32_t n;

	if (!slice_get_bool(in, &f->close))
		return false;
	if (!f->close)
		return true;
	for (size_t i = 0; i < f->n_line; i++)
		if (!slice_get_u8(in, &f->line[i].stopped))
			return false;
	if (!slice_get_u32(in, &n) || n > FINDINGS_SEEN_MAX ||
	    n > in->len / SEEN_LEAST)
		return false;
	f->seen = arena_calloc(a, n, sizeof *f->seen);
	f->n_seen = n;
	for (size_t i = 0; i < n; i++) {
		struct seen *s = &f->seen[i];

		if (!get_text(a, in, FINDINGS_FIELD_MAX, &s->field) ||
		    !slice_get_u32(in, &s->n) || !slice_get_u32(in, &s->words) ||
		    !slice_get_bool(in, &s->capped) ||
		    !get_text(a, in, FINDINGS_SNIPPET_MAX, &s->excerpt))
			return false;
	}
	return true;
}

static bool
decode(struct arena *a, struct slice *in, struct findings *f)
{
	struct slice digest;
	uint32_t magic;

	if (!slice_get_u32(in, &magic) || magic != MAGIC ||
	    !slice_get_slice(in, DIGEST_LEN, &digest) || !is_hex_digest(digest))
		return false;
	memcpy(f->policy_digest, digest.ptr, DIGEST_LEN);
	return slice_get_u32(in, &f->alias) && slice_get_u32(in, &f->facts) &&
	    slice_get_u32(in, &f->facts_unknown) &&
	    ((f->facts | f->facts_unknown) & ~(uint32_t)FACTS_ALL) == 0 &&
	    slice_get_u64(in, &f->size) && decode_identity(a, in, &f->id) &&
	    decode_lines(a, in, f) && decode_captures(a, in, f) &&
	    decode_readings(a, in, f) && decode_seen(a, in, f) && in->len == 0;
}

int
findings_decode(struct arena *a, struct slice in, struct findings **out,
    struct err *e)
{
	struct findings *f = arena_alloc(a, sizeof *f);
	size_t len = in.len;

	*out = NULL;
	if (in.len > FINDINGS_SIZE_MAX)
		return err_set(e, ERR_DATA, "findings of %zu bytes are too long",
		    in.len);
	if (!decode(a, &in, f))
		return err_set(e, ERR_DATA,
		    "findings are damaged at byte %zu of %zu", len - in.len, len);
	*out = f;
	return 0;
}

const struct capture *
findings_capture(const struct findings *f, size_t first, size_t last,
    struct slice name)
{
	const struct capture *found = NULL;

	for (size_t i = 0; i < f->n_capture; i++) {
		const struct capture *c = &f->capture[i];

		if (c->line < first || c->line > last ||
		    f->line[c->line].state != TRI_YES || !slice_eq(c->name, name))
			continue;
		if (found == NULL || c->line < found->line)
			found = c;
	}
	return found;
}

struct slice
findings_reading(const struct findings *f, const struct capture *c, enum typed type)
{
	for (size_t i = 0; i < f->n_reading; i++)
		if (f->reading[i].line == c->line && f->reading[i].type == type &&
		    slice_eq(f->reading[i].name, c->name))
			return f->reading[i].value;
	return slice_make("", 0);
}
