/* SPDX-License-Identifier: MIT */
#include "model/message_impl.h"

#include <glib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "model/smtputf8.h"

enum {
	IDENTITY_MAX = 1000,		/* bytes of each value */
	REFERENCES_MAX = 200,
	LOOP_MARK_LEN = 64,
};

static struct slice
clean(struct arena *a, struct slice s)
{
	struct buf b = BUF_INIT;
	struct slice out;

	utf8_clean(&b, slice_sub(s, 0, 4 * IDENTITY_MAX), false);
	out = arena_slice(a, utf8_cut(slice_trim(buf_slice(&b)), IDENTITY_MAX));
	buf_release(&b);
	return out;
}

/* One blank for each run of blanks, none at the ends. */
static struct slice
without_runs(struct arena *a, struct slice s, size_t max)
{
	struct buf b = BUF_INIT, cleaned = BUF_INIT;
	struct slice rest, word, out;

	/* What is cut off here is more than can be seen of it, but for long runs. */
	utf8_clean(&cleaned, slice_sub(s, 0, 16 * max), false);
	rest = buf_slice(&cleaned);
	while (b.len <= max && slice_next(&rest, ' ', &word)) {
		if (word.len > 0 && b.len > 0)
			buf_add_char(&b, ' ');
		buf_add_slice(&b, word);
	}
	out = arena_slice(a, slice_trim(utf8_cut(buf_slice(&b), max)));
	buf_release(&b);
	buf_release(&cleaned);
	return out;
}

/* The first text that says something. */
static struct slice
opening(struct message *m)
{
	const struct body *b = &m->body;

	for (size_t i = 0; i < b->n_text; i++) {
		struct slice s = without_runs(m->arena, slice_trim(b->text[i].text),
		    MESSAGE_OPENING_MAX);

		if (s.len > 0)
			return s;
	}
	return slice_make("", 0);
}

static struct slice
first_value(struct message *m, enum field_id id)
{
	const struct values *v = message_values(m, &(struct field_ref){ .id = id });

	return v->n > 0 ? clean(m->arena, v->v[0].text.orig) : slice_make("", 0);
}

/* The next <…> of s at or after *at; with no blank in it. */
static bool
next_id(struct slice s, size_t *at, struct slice *out)
{
	while (*at < s.len) {
		size_t open = slice_find(slice_sub(s, *at, s.len), '<'), n;
		struct slice rest;

		if (open == SIZE_MAX)
			break;
		*at += open;
		rest = slice_sub(s, *at, s.len);
		for (n = 1; n < rest.len && rest.ptr[n] != '>' && rest.ptr[n] != '<' &&
		    (unsigned char)rest.ptr[n] > 0x20; n++)
			;
		*at += n;
		if (n < rest.len && rest.ptr[n] == '>' && n > 1) {
			*out = slice_sub(rest, 0, n + 1);
			++*at;
			return true;
		}
	}
	return false;
}

/* References + In-Reply-To without repetition; when too many, the last ones. */
static struct slice
references(struct message *m)
{
	static const char *const names[] = { "References", "In-Reply-To" };
	struct slice id[REFERENCES_MAX], s;
	struct buf b = BUF_INIT;
	size_t n = 0, first;

	for (size_t i = 0; i < NELEM(names); i++) {
		const struct header_field *f;
		size_t at = 0;

		while ((f = header_next(&m->headers, names[i], &at)) != NULL) {
			size_t pos = 0;

			while (n < REFERENCES_MAX && next_id(f->raw, &pos, &s)) {
				bool seen = false;

				for (size_t k = 0; k < n && !seen; k++)
					seen = slice_eq(id[k], s);
				if (!seen)
					id[n++] = s;
			}
		}
	}
	for (first = n; first > 0; first--) {
		if (b.len + id[first - 1].len + 1 > IDENTITY_MAX)
			break;
		b.len += id[first - 1].len + 1;
	}
	b.len = 0;
	for (size_t i = first; i < n; i++) {
		if (b.len > 0)
			buf_add_char(&b, ' ');
		buf_add_slice(&b, id[i]);
	}
	s = clean(m->arena, buf_slice(&b));
	buf_release(&b);
	return s;
}

static struct slice
message_id(struct message *m)
{
	size_t at = 0, pos = 0;
	const struct header_field *f = header_next(&m->headers, "Message-Id", &at);
	struct slice id;

	if (f == NULL)
		return slice_make("", 0);
	if (next_id(f->raw, &pos, &id))
		return clean(m->arena, id);
	return clean(m->arena, header_unfold(m->arena, f->raw));
}

static bool
names_recipient(const struct message *m, struct slice raw)
{
	char address[ADDR_SIZE];
	struct slice s = slice_trim(raw);

	if (s.len == 0 || s.len >= sizeof address || slice_find(s, '\0') != SIZE_MAX)
		return false;
	memcpy(address, s.ptr, s.len);
	address[s.len] = '\0';
	return address_equal(address, m->env->recipient);
}

/* Loops: the top line is our own Postfix' for this delivery. */
static bool
delivered_to_us(const struct message *m)
{
	const struct header_field *f;
	size_t at = 0;
	bool own = true;

	while ((f = header_next(&m->headers, "Delivered-To", &at)) != NULL) {
		if (!own && names_recipient(m, f->raw))
			return true;
		own = false;
	}
	return false;
}

static void
loop_marks(struct message *m, struct message_identity *id)
{
	const struct header_field *f;
	size_t at = 0;

	while ((f = header_next(&m->headers, "X-Mroute-Loop", &at)) != NULL) {
		struct slice s = slice_trim(f->raw);
		bool hex = s.len == LOOP_MARK_LEN;

		for (size_t i = 0; i < s.len && hex; i++)
			hex = g_ascii_isxdigit(s.ptr[i]);
		if (hex && id->n_loop_mark < NELEM(id->loop_mark))
			id->loop_mark[id->n_loop_mark++] = s;
	}
}

static bool
has_8bit(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((signed char)s.ptr[i] < 0)
			return true;
	return false;
}

void
message_read_identity(struct message *m)
{
	struct message_identity *id = &m->identity;
	const struct header_field *f;
	size_t at = 0;

	id->message_id = message_id(m);
	id->references = references(m);
	id->from = first_value(m, FIELD_FROM);
	id->from_address = first_value(m, FIELD_FROM_ADDRESS);
	id->author = first_value(m, FIELD_AUTHOR);
	id->subject = first_value(m, FIELD_SUBJECT);
	f = header_next(&m->headers, "Date", &at);
	if (f != NULL)
		id->date = clean(m->arena, header_unfold(m->arena, f->raw));
	id->opening = opening(m);
	for (at = 0; header_next(&m->headers, "Received", &at) != NULL;)
		id->received++;
	id->delivered_to_us = delivered_to_us(m);
	loop_marks(m, id);
	id->needs_smtputf8 = smtputf8_needed(&m->headers);
	id->has_8bit = has_8bit(m->bytes);
}
