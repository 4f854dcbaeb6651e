/* SPDX-License-Identifier: MIT */
#include "model/message.h"

#include <glib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "model/address.h"
#include "model/authres.h"
#include "model/body.h"
#include "model/decode.h"
#include "model/detect.h"
#include "model/header.h"
#include "model/mime.h"

enum {
	IDENTITY_MAX = 1000,		/* bytes of each of its values */
	START_MAX = 900,		/* characters of text in `start` */
	REFERENCES_MAX = 200,
	LOOP_MARK_LEN = 64,
};

/* The values of one header:NAME that was asked for. */
struct by_name {
	struct by_name *next;
	struct slice name;
	struct values values;
};

struct message {
	struct arena *arena;
	struct slice bytes;
	const struct envelope *env;
	const struct config *cfg;
	const struct config_alias *alias;
	struct header_list headers;
	struct mime mime;
	struct body body;
	struct message_identity identity;
	uint32_t facts, facts_unknown;
	struct values value[FIELD_N];
	bool done[FIELD_N];
	struct by_name *by_name;
};

/* Values while they are collected. */
struct list {
	struct message *m;
	struct value *v;
	size_t n, cap;
	bool capped;
};

static void
add_text(struct list *l, struct slice s)
{
	l->v = arena_grow(l->m->arena, l->v, l->n, &l->cap, sizeof *l->v);
	l->v[l->n++] = (struct value){ .text = text_make(l->m->arena, s) };
}

static void
add_number(struct list *l, int64_t n)
{
	char *s = arena_printf(l->m->arena, "%lld", (long long)n);

	add_text(l, slice_str(s));
	l->v[l->n - 1].number = n;
}

static void
add_values(struct list *l, const struct values *from)
{
	for (size_t i = 0; i < from->n; i++) {
		l->v = arena_grow(l->m->arena, l->v, l->n, &l->cap, sizeof *l->v);
		l->v[l->n++] = from->v[i];
	}
	l->capped |= from->capped;
}

/* ---- fields of the header section ---- */

static void
header_values(struct list *l, const char *name)
{
	const struct header_field *f;
	size_t at = 0;

	while ((f = header_next(&l->m->headers, name, &at)) != NULL) {
		add_text(l, decode_words(l->m->arena, f->raw));
		l->capped |= f->cut;
	}
	l->capped |= l->m->headers.dropped;
}

enum mailbox_part { PART_WHOLE, PART_NAME, PART_ADDRESS, PART_DOMAIN };

static struct slice
whole_mailbox(struct arena *a, const struct mailbox *mb)
{
	struct buf b = BUF_INIT;
	struct slice s;

	buf_add_slice(&b, mb->name);
	if (mb->name.len > 0 && mb->address.len > 0)
		buf_add_char(&b, ' ');
	if (mb->address.len > 0) {
		buf_add_str(&b, mb->name.len > 0 ? "<" : "");
		buf_add_slice(&b, mb->address);
		buf_add_str(&b, mb->name.len > 0 ? ">" : "");
	}
	s = arena_slice(a, buf_slice(&b));
	buf_release(&b);
	return s;
}

static void
mailbox_values(struct list *l, const char *name, enum mailbox_part part)
{
	const struct header_field *f;
	size_t at = 0;

	while ((f = header_next(&l->m->headers, name, &at)) != NULL) {
		struct mailbox *mb;
		size_t n = address_list(l->m->arena, f->raw, &mb, &l->capped);

		l->capped |= f->cut;
		for (size_t i = 0; i < n; i++) {
			struct slice s = { "", 0 };

			switch (part) {
			case PART_WHOLE:
				s = whole_mailbox(l->m->arena, &mb[i]);
				break;
			case PART_NAME:
				s = mb[i].name;
				break;
			case PART_ADDRESS:
				s = mb[i].address;
				break;
			case PART_DOMAIN:
				s = mb[i].domain;
				break;
			}
			if (s.len > 0)
				add_text(l, s);
		}
	}
	l->capped |= l->m->headers.dropped;
}

/* Is this mail one of a web form that the alias declares? */
static bool
is_form(struct message *m)
{
	const struct field_ref from = { .id = FIELD_FROM_ADDRESS };
	const struct values *v = message_values(m, &from);

	for (size_t i = 0; m->alias != NULL && i < m->alias->n_form; i++)
		for (size_t k = 0; k < v->n; k++)
			if (slice_eq_case(v->v[k].text.orig,
			    slice_str(m->alias->form[i])))
				return true;
	return false;
}

static void
author_values(struct list *l)
{
	const struct field_ref reply = { .id = FIELD_REPLY_TO };
	const struct field_ref from = { .id = FIELD_FROM_ADDRESS };
	const struct values *v = NULL;

	if (is_form(l->m))
		v = message_values(l->m, &reply);
	if (v == NULL || v->n == 0)
		v = message_values(l->m, &from);
	add_values(l, v);
}

/* "Announcements <announce.lists.example>" */
static void
list_id_values(struct list *l)
{
	const struct header_field *f;
	size_t at = 0;

	while ((f = header_next(&l->m->headers, "List-Id", &at)) != NULL) {
		struct slice s = decode_words(l->m->arena, f->raw);
		size_t open = slice_find(s, '<');

		if (open != SIZE_MAX)
			s = slice_sub(s, open + 1, s.len);
		s = slice_trim(slice_sub(s, 0, slice_find(s, '>')));
		if (s.len > 0)
			add_text(l, address_domain_ascii(l->m->arena, s));
	}
	l->capped |= l->m->headers.dropped;
}

static void
result_values(struct list *l, enum auth_method method)
{
	struct auth_results *r = arena_alloc(l->m->arena, sizeof *r);

	authres_read(l->m->arena, &l->m->headers, l->m->cfg->authserv_id, r);
	/* Of several signatures any may pass; the others have one result. */
	for (size_t i = 0; i < r->n[method] && (i == 0 || method == AUTH_DKIM); i++)
		add_text(l, r->result[method][i]);
	if (r->n[method] == 0)
		add_text(l, SLICE_LIT("none"));
}

/* ---- envelope ---- */

static void
address_value(struct list *l, const char *address)
{
	struct mailbox *mb;
	bool cut = false;

	if (address[0] == '\0')
		return;
	/* In Postfix' internal form there are no quotes and no names. */
	if (address_list(l->m->arena, slice_str(address), &mb, &cut) == 1 &&
	    mb->address.len > 0)
		add_text(l, mb->address);
	else
		add_text(l, text_decode(l->m->arena, slice_str(address), NULL, NULL));
}

static void
tag_value(struct list *l)
{
	char bare[ADDR_SIZE], tag[ADDR_SIZE];
	const char *const from[] = { l->m->env->recipient,
		l->m->env->original_recipient };

	for (size_t i = 0; i < NELEM(from) && l->n == 0; i++) {
		address_untag(from[i], bare, tag);
		if (tag[0] != '\0')
			add_text(l, text_decode(l->m->arena, slice_str(tag), NULL, NULL));
	}
}

/* ---- the body ---- */

enum body_form { FORM_TEXT, FORM_BODY, FORM_QUOTED };

static void
body_values(struct list *l, enum body_form form)
{
	const struct body *b = &l->m->body;

	for (size_t i = 0; i < b->n_text; i++) {
		struct slice s = form == FORM_TEXT ? b->text[i].text :
		    form == FORM_BODY ? b->text[i].visible : b->text[i].quoted;

		if (slice_trim(s).len > 0)
			add_text(l, s);
	}
	l->capped |= b->text_capped;
}

/* The first so many characters, counting no blanks at the front. */
static struct slice
first_characters(struct slice s, size_t max)
{
	size_t at = 0, n;

	while (at < s.len && max-- > 0) {
		utf8_next(slice_sub(s, at, s.len), &n);
		at += n;
	}
	return slice_sub(s, 0, at);
}

static void
start_values(struct list *l)
{
	const struct field_ref subject = { .id = FIELD_SUBJECT };
	const struct field_ref text = { .id = FIELD_TEXT };
	const struct values *v = message_values(l->m, &text);

	add_values(l, message_values(l->m, &subject));
	for (size_t i = 0; i < v->n; i++)
		add_text(l, first_characters(v->v[i].text.orig, START_MAX));
}

static bool
is_cjk(uint32_t cp)
{
	return (cp >= 0x3040 && cp <= 0x30FF) || (cp >= 0x3400 && cp <= 0x9FFF) ||
	    (cp >= 0x20000 && cp <= 0x3FFFD);
}

/* Words as people count them; of Han and Kana two characters make one. */
static int64_t
count_words(struct slice s)
{
	int64_t words = 0, cjk = 0;
	bool inside = false;
	size_t n;

	for (; s.len > 0; s = slice_sub(s, n, s.len)) {
		uint32_t cp = utf8_next(s, &n);
		bool letter = cp < 0x80 ? g_ascii_isalnum((char)cp) :
		    g_unichar_isalnum(cp) || g_unichar_ismark(cp);

		if (letter && is_cjk(cp)) {
			cjk++;
			inside = false;
			continue;
		}
		words += letter && !inside;
		/* Don't, e-mail and 3.5 are one. */
		inside = letter || (inside && (cp == '\'' || cp == '-' || cp == '.' ||
		    cp == 0x2019));
	}
	return words + (cjk + 1) / 2;
}

static void
words_value(struct list *l)
{
	int64_t words = 0;

	for (size_t i = 0; i < l->m->body.n_text; i++)
		if (l->m->body.text[i].main)
			words += count_words(l->m->body.text[i].text);
	add_number(l, words);
	l->capped |= l->m->body.text_capped;
}

static void
slice_values(struct list *l, const struct slice *s, size_t n, bool capped)
{
	for (size_t i = 0; i < n; i++)
		add_text(l, s[i]);
	l->capped |= capped;
}

static void
attachment_values(struct list *l, bool type)
{
	const struct body *b = &l->m->body;

	for (size_t i = 0; i < b->n_attachment; i++) {
		struct slice s = type ? b->attachment[i].type : b->attachment[i].name;

		if (s.len > 0)
			add_text(l, s);
	}
	l->capped |= b->attachments_capped;
}

static void
compute(struct list *l, enum field_id id)
{
	struct message *m = l->m;

	switch (id) {
	case FIELD_SUBJECT:
		header_values(l, "Subject");
		break;
	case FIELD_FROM:
		mailbox_values(l, "From", PART_WHOLE);
		break;
	case FIELD_FROM_NAME:
		mailbox_values(l, "From", PART_NAME);
		break;
	case FIELD_FROM_ADDRESS:
		mailbox_values(l, "From", PART_ADDRESS);
		break;
	case FIELD_FROM_DOMAIN:
		mailbox_values(l, "From", PART_DOMAIN);
		break;
	case FIELD_REPLY_TO:
		mailbox_values(l, "Reply-To", PART_ADDRESS);
		break;
	case FIELD_AUTHOR:
		author_values(l);
		break;
	case FIELD_TO:
		mailbox_values(l, "To", PART_ADDRESS);
		break;
	case FIELD_CC:
		mailbox_values(l, "Cc", PART_ADDRESS);
		break;
	case FIELD_RECIPIENT:
		address_value(l, m->env->recipient);
		break;
	case FIELD_RECIPIENT_TAG:
		tag_value(l);
		break;
	case FIELD_SENDER:
		address_value(l, m->env->sender);
		break;
	case FIELD_LIST_ID:
		list_id_values(l);
		break;
	case FIELD_TEXT:
		body_values(l, FORM_TEXT);
		break;
	case FIELD_BODY:
		body_values(l, FORM_BODY);
		break;
	case FIELD_QUOTED:
		body_values(l, FORM_QUOTED);
		break;
	case FIELD_HIDDEN:
		slice_values(l, m->body.hidden, m->body.n_hidden, m->body.text_capped);
		break;
	case FIELD_LINKS:
		slice_values(l, m->body.link, m->body.n_link,
		    m->body.links_capped || m->body.text_capped);
		break;
	case FIELD_ATTACHMENT:
		attachment_values(l, false);
		break;
	case FIELD_ATTACHMENT_TYPE:
		attachment_values(l, true);
		break;
	case FIELD_ATTACHMENTS:
		add_number(l, (int64_t)m->body.n_attachment);
		l->capped = m->body.attachments_capped;
		break;
	case FIELD_ANY:
		add_values(l, message_values(m, &(struct field_ref){ .id = FIELD_SUBJECT }));
		add_values(l, message_values(m, &(struct field_ref){ .id = FIELD_TEXT }));
		break;
	case FIELD_START:
		start_values(l);
		break;
	case FIELD_WORDS:
		words_value(l);
		break;
	case FIELD_SIZE:
		add_number(l, (int64_t)m->bytes.len);
		break;
	case FIELD_SPF:
		result_values(l, AUTH_SPF);
		break;
	case FIELD_DKIM:
		result_values(l, AUTH_DKIM);
		break;
	case FIELD_DMARC:
		result_values(l, AUTH_DMARC);
		break;
	case FIELD_HEADER:
	case FIELD_N:
		bug("message: field %d has no values of its own", (int)id);
	}
}

static const struct values *
values_by_name(struct message *m, struct slice name)
{
	struct by_name *h;
	struct list l = { .m = m };

	for (h = m->by_name; h != NULL; h = h->next)
		if (slice_eq_case(h->name, name))
			return &h->values;
	h = arena_alloc(m->arena, sizeof *h);
	h->name = arena_slice(m->arena, name);
	header_values(&l, h->name.ptr);
	h->values = (struct values){ l.v, l.n, l.capped };
	h->next = m->by_name;
	m->by_name = h;
	return &h->values;
}

const struct values *
message_values(struct message *m, const struct field_ref *f)
{
	struct list l = { .m = m };

	if (f->id == FIELD_HEADER)
		return values_by_name(m, f->header);
	if (!m->done[f->id]) {
		compute(&l, f->id);
		m->value[f->id] = (struct values){ l.v, l.n, l.capped };
		m->done[f->id] = true;
	}
	return &m->value[f->id];
}

/* ---- identity ---- */

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

/* DESIGN "Loops": the top line is our own Postfix' for this delivery. */
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

static void
read_identity(struct message *m)
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
	for (at = 0; header_next(&m->headers, "Received", &at) != NULL;)
		id->received++;
	id->delivered_to_us = delivered_to_us(m);
	loop_marks(m, id);
	id->needs_smtputf8 = has_8bit(slice_sub(m->bytes, 0, m->headers.body_offset));
	id->has_8bit = id->needs_smtputf8 || has_8bit(m->bytes);
}

/* ---- reading ---- */

static bool
is_forward_subject(struct message *m)
{
	const struct values *v = message_values(m, &(struct field_ref){ .id = FIELD_SUBJECT });

	for (size_t i = 0; i < v->n; i++)
		if (detect_forward_subject(v->v[i].text.fold))
			return true;
	return false;
}

static struct text *
texts_of(struct message *m, enum field_id id, size_t *n)
{
	const struct values *v = message_values(m, &(struct field_ref){ .id = id });
	struct text *t = arena_calloc(m->arena, v->n + 1, sizeof *t);

	for (size_t i = 0; i < v->n; i++)
		t[i] = v->v[i].text;
	*n = v->n;
	return t;
}

static void
read_facts(struct message *m, bool too_large)
{
	struct evidence e = {
		.arena = m->arena,
		.headers = &m->headers,
		.env = m->env,
		.body = &m->body,
		.root_type = m->mime.n > 0 ? m->mime.part[0].type : slice_make("", 0),
		.from_address = first_value(m, FIELD_FROM_ADDRESS),
		.over_limit = too_large || m->headers.capped || m->mime.capped ||
		    m->body.text_capped || m->body.links_capped ||
		    m->body.attachments_capped,
	};

	e.subject = texts_of(m, FIELD_SUBJECT, &e.n_subject);
	e.text = texts_of(m, FIELD_TEXT, &e.n_text);
	m->facts = detect_facts(&e, &m->facts_unknown);
}

/* Lines that end in CR alone, from old programs: the same with LF. */
static struct slice
with_lf(struct arena *a, struct slice s)
{
	char *p;

	if (slice_find(s, '\n') != SIZE_MAX || slice_find(s, '\r') == SIZE_MAX)
		return s;
	p = arena_strndup(a, s.ptr, s.len);
	for (size_t i = 0; i < s.len; i++)
		if (p[i] == '\r')
			p[i] = '\n';
	return slice_make(p, s.len);
}

struct message *
message_read(struct slice bytes, const struct envelope *env, const struct config *cfg,
    const struct config_alias *alias)
{
	const struct config_limits *lim = &cfg->limits;
	struct arena *a = arena_new();
	struct message *m = arena_alloc(a, sizeof *m);
	bool too_large = bytes.len > lim->message_size;

	m->arena = a;
	m->env = env;
	m->cfg = cfg;
	m->alias = alias;
	m->bytes = too_large ? bytes : with_lf(a, bytes);
	header_scan(a, m->bytes, lim->headers, lim->header_size, &m->headers);
	if (too_large)
		m->mime.capped = true;
	else
		mime_read(a, m->bytes, &m->headers, lim->parts, lim->depth, &m->mime);
	body_read(a, &m->mime, lim->body_window, is_forward_subject(m), &m->body);
	read_facts(m, too_large);
	read_identity(m);
	return m;
}

void
message_free(struct message **m)
{
	struct arena *a;

	if (*m == NULL)
		return;
	a = (*m)->arena;
	*m = NULL;
	arena_free(&a);
}

uint32_t
message_facts(const struct message *m, uint32_t *unknown)
{
	if (unknown != NULL)
		*unknown = m->facts_unknown;
	return m->facts;
}

const struct message_identity *
message_identity(const struct message *m)
{
	return &m->identity;
}
