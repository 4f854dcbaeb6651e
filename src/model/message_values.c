/* SPDX-License-Identifier: MIT */
#include "model/message_impl.h"

#include <glib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "model/address.h"
#include "model/authres.h"
#include "model/decode.h"

enum { START_MAX = 900 };		/* characters of text in `start` */

/* Values while they are collected. */
struct list {
	struct message *m;
	struct value *v;
	size_t n, cap;
	bool capped;
};

/* Where the values of a field come from. */
struct source {
	void (*read)(struct list *l, const struct source *s);
	const char *header;
	int part;			/* of what is read; an enum of its reader */
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

/* "Subject:" with nothing behind it is what mail without a subject has. */
static void
read_subject(struct list *l, const struct source *src)
{
	size_t n = 0;

	header_values(l, src->header);
	for (size_t i = 0; i < l->n; i++)
		if (slice_trim(l->v[i].text.norm).len > 0)
			l->v[n++] = l->v[i];
	l->n = n;
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
read_mailboxes(struct list *l, const struct source *src)
{
	const struct header_field *f;
	size_t at = 0;

	while ((f = header_next(&l->m->headers, src->header, &at)) != NULL) {
		struct mailbox *mb;
		size_t n = address_list(l->m->arena, f->raw, &mb, &l->capped);

		l->capped |= f->cut;
		for (size_t i = 0; i < n; i++) {
			struct slice s = { "", 0 };

			switch ((enum mailbox_part)src->part) {
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

/* The same address, what follows a + in it apart. */
static bool
is_sender_of(const char *form, struct slice address)
{
	char whole[ADDR_SIZE], bare[ADDR_SIZE];

	if (address.len >= sizeof whole || slice_find(address, '\0') != SIZE_MAX)
		return false;
	memcpy(whole, address.ptr, address.len);
	whole[address.len] = '\0';
	address_untag(whole, bare, NULL);
	return address_equal(form, whole) || address_equal(form, bare);
}

bool
message_is_form(struct message *m)
{
	const struct field_ref from = { .id = FIELD_FROM_ADDRESS };
	const struct values *v = message_values(m, &from);

	for (size_t i = 0; m->alias != NULL && i < m->alias->n_form; i++)
		for (size_t k = 0; k < v->n; k++)
			if (is_sender_of(m->alias->form[i], v->v[k].text.orig))
				return true;
	return false;
}

static void
read_author(struct list *l, const struct source *src UNUSED)
{
	const struct field_ref reply = { .id = FIELD_REPLY_TO };
	const struct field_ref from = { .id = FIELD_FROM_ADDRESS };
	const struct values *v = NULL;

	if (message_is_form(l->m))
		v = message_values(l->m, &reply);
	if (v == NULL || v->n == 0)
		v = message_values(l->m, &from);
	add_values(l, v);
}

/* "Announcements <announce.lists.example>" */
static void
read_list_id(struct list *l, const struct source *src)
{
	const struct header_field *f;
	size_t at = 0;

	while ((f = header_next(&l->m->headers, src->header, &at)) != NULL) {
		struct slice s = decode_words(l->m->arena, f->raw);
		size_t open = slice_find(s, '<');

		if (open != SIZE_MAX)
			s = slice_sub(s, open + 1, s.len);
		s = slice_trim(slice_sub(s, 0, slice_find(s, '>')));
		if (s.len > 0)
			add_text(l, address_domain_ascii(l->m->arena, s));
		l->capped |= f->cut;
	}
	l->capped |= l->m->headers.dropped;
}

static void
read_result(struct list *l, const struct source *src)
{
	const enum auth_method method = (enum auth_method)src->part;
	struct auth_results *r = arena_alloc(l->m->arena, sizeof *r);

	authres_read(l->m->arena, &l->m->headers, l->m->cfg->authserv_id, r);
	/* Of several signatures any may pass; the others have one result. */
	for (size_t i = 0; i < r->n[method] && (i == 0 || method == AUTH_DKIM); i++)
		add_text(l, r->result[method][i]);
	if (r->n[method] == 0)
		add_text(l, SLICE_LIT("none"));
}

/* ---- envelope ---- */

/* In Postfix' internal form: no quotes, no name. */
static void
address_value(struct list *l, const char *address)
{
	if (address[0] != '\0')
		add_text(l, address_normal(l->m->arena, slice_str(address)));
}

static void
read_recipient(struct list *l, const struct source *src UNUSED)
{
	address_value(l, l->m->env->recipient);
}

static void
read_sender(struct list *l, const struct source *src UNUSED)
{
	address_value(l, l->m->env->sender);
}

static void
read_tag(struct list *l, const struct source *src UNUSED)
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
read_body(struct list *l, const struct source *src)
{
	const struct body *b = &l->m->body;

	for (size_t i = 0; i < b->n_text; i++) {
		struct slice s = src->part == FORM_TEXT ? b->text[i].text :
		    src->part == FORM_BODY ? b->text[i].visible : b->text[i].quoted;

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
read_start(struct list *l, const struct source *src UNUSED)
{
	const struct field_ref subject = { .id = FIELD_SUBJECT };
	const struct field_ref text = { .id = FIELD_TEXT };
	const struct values *v = message_values(l->m, &text);

	add_values(l, message_values(l->m, &subject));
	for (size_t i = 0; i < v->n; i++)
		add_text(l, first_characters(v->v[i].text.orig, START_MAX));
}

static void
count_all_words(struct list *l, const struct source *src UNUSED)
{
	int64_t words = 0;

	for (size_t i = 0; i < l->m->body.n_text; i++)
		if (l->m->body.text[i].main)
			words += text_words(l->m->body.text[i].text);
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

enum inner_part { INNER_FROM, INNER_SUBJECT, INNER_TEXT };

static void
read_inner(struct list *l, const struct source *src)
{
	const struct inner_list *in = &l->m->inner;
	bool capped = l->m->staff && (in->capped || l->m->body.text_capped);

	switch ((enum inner_part)src->part) {
	case INNER_FROM:
		slice_values(l, in->from, in->n_from, capped);
		break;
	case INNER_SUBJECT:
		slice_values(l, in->subject, in->n_subject, capped);
		break;
	case INNER_TEXT:
		slice_values(l, in->text, in->n_text, capped);
		break;
	}
}

static void
read_hidden(struct list *l, const struct source *src UNUSED)
{
	slice_values(l, l->m->body.hidden, l->m->body.n_hidden, l->m->body.text_capped);
}

static void
read_links(struct list *l, const struct source *src UNUSED)
{
	slice_values(l, l->m->body.link, l->m->body.n_link,
	    l->m->body.links_capped || l->m->body.text_capped);
}

enum attachment_part { ATTACHMENT_NAME, ATTACHMENT_TYPE };

static void
read_attachments(struct list *l, const struct source *src)
{
	const struct body *b = &l->m->body;

	for (size_t i = 0; i < b->n_attachment; i++) {
		struct slice s = src->part == ATTACHMENT_TYPE ?
		    b->attachment[i].type : b->attachment[i].name;

		if (s.len > 0)
			add_text(l, s);
	}
	l->capped |= b->attachments_capped;
}

static void
count_attachments(struct list *l, const struct source *src UNUSED)
{
	add_number(l, (int64_t)l->m->body.n_attachment);
	l->capped = l->m->body.attachments_capped;
}

static void
read_any(struct list *l, const struct source *src UNUSED)
{
	add_values(l, message_values(l->m, &(struct field_ref){ .id = FIELD_SUBJECT }));
	add_values(l, message_values(l->m, &(struct field_ref){ .id = FIELD_TEXT }));
}

static void
read_size(struct list *l, const struct source *src UNUSED)
{
	add_number(l, (int64_t)l->m->bytes.len);
}

static const struct source sources[FIELD_N] = {
	[FIELD_SUBJECT] = { read_subject, "Subject", 0 },
	[FIELD_FROM] = { read_mailboxes, "From", PART_WHOLE },
	[FIELD_FROM_NAME] = { read_mailboxes, "From", PART_NAME },
	[FIELD_FROM_ADDRESS] = { read_mailboxes, "From", PART_ADDRESS },
	[FIELD_FROM_DOMAIN] = { read_mailboxes, "From", PART_DOMAIN },
	[FIELD_REPLY_TO] = { read_mailboxes, "Reply-To", PART_ADDRESS },
	[FIELD_AUTHOR] = { read_author, NULL, 0 },
	[FIELD_TO] = { read_mailboxes, "To", PART_ADDRESS },
	[FIELD_CC] = { read_mailboxes, "Cc", PART_ADDRESS },
	[FIELD_RECIPIENT] = { read_recipient, NULL, 0 },
	[FIELD_RECIPIENT_TAG] = { read_tag, NULL, 0 },
	[FIELD_SENDER] = { read_sender, NULL, 0 },
	[FIELD_LIST_ID] = { read_list_id, "List-Id", 0 },
	[FIELD_TEXT] = { read_body, NULL, FORM_TEXT },
	[FIELD_BODY] = { read_body, NULL, FORM_BODY },
	[FIELD_QUOTED] = { read_body, NULL, FORM_QUOTED },
	[FIELD_HIDDEN] = { read_hidden, NULL, 0 },
	[FIELD_LINKS] = { read_links, NULL, 0 },
	[FIELD_ATTACHMENT] = { read_attachments, NULL, ATTACHMENT_NAME },
	[FIELD_ATTACHMENT_TYPE] = { read_attachments, NULL, ATTACHMENT_TYPE },
	[FIELD_ATTACHMENTS] = { count_attachments, NULL, 0 },
	[FIELD_ANY] = { read_any, NULL, 0 },
	[FIELD_START] = { read_start, NULL, 0 },
	[FIELD_WORDS] = { count_all_words, NULL, 0 },
	[FIELD_SIZE] = { read_size, NULL, 0 },
	[FIELD_SPF] = { read_result, NULL, AUTH_SPF },
	[FIELD_DKIM] = { read_result, NULL, AUTH_DKIM },
	[FIELD_DMARC] = { read_result, NULL, AUTH_DMARC },
	[FIELD_INNER_FROM] = { read_inner, NULL, INNER_FROM },
	[FIELD_INNER_SUBJECT] = { read_inner, NULL, INNER_SUBJECT },
	[FIELD_INNER_TEXT] = { read_inner, NULL, INNER_TEXT },
};

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
		sources[f->id].read(&l, &sources[f->id]);
		m->value[f->id] = (struct values){ l.v, l.n, l.capped };
		m->done[f->id] = true;
	}
	return &m->value[f->id];
}
