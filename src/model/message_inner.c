/* SPDX-License-Identifier: MIT */
/* What a colleague passes on: below a note of his, or attached. */
#include "model/message_impl.h"

#include "model/address.h"
#include "model/decode.h"
#include "model/domain.h"
#include "model/inner.h"

enum { ATTACHED_MAX = 20 };		/* messages whose header is read */

/* The mail server we trust says that the domain of From did not send it. */
static bool
is_forged(struct message *m)
{
	const struct field_ref dmarc = { .id = FIELD_DMARC };
	const struct values *v = message_values(m, &dmarc);

	return v->n > 0 && slice_eq_str(v->v[0].text.fold, "fail");
}

bool
message_is_staff(struct message *m)
{
	const struct field_ref domain = { .id = FIELD_FROM_DOMAIN };
	const struct values *v = message_values(m, &domain);

	if (m->env->sender[0] == '\0' || message_is_form(m) || is_forged(m))
		return false;
	for (size_t i = 0; m->alias != NULL && v->n > 0 && i < m->alias->n_staff; i++)
		if (domain_covers(slice_str(m->alias->staff[i]), v->v[0].text.orig))
			return true;
	return false;
}

/* A list of slices while it grows. */
struct pile {
	struct slice *s;
	size_t n, cap;
};

static void
pile_add(struct message *m, struct pile *p, struct slice s)
{
	if (slice_trim(s).len == 0)
		return;
	p->s = arena_grow(m->arena, p->s, p->n, &p->cap, sizeof *p->s);
	p->s[p->n++] = s;
}

struct piles {
	struct pile from, subject, text;
	bool capped;
};

/* Below "Forwarded message" in a text of the colleague's own. */
static void
read_below(struct message *m, struct piles *to)
{
	for (size_t i = 0; i < m->body.n_text; i++) {
		const struct body_text *t = &m->body.text[i];
		struct inner in[INNER_DEEP];
		size_t n = 0;

		if (t->main && t->message == MIME_NO_PARENT)
			n = inner_read(m->arena, t->forwarded, in);
		for (size_t k = 0; k < n; k++) {
			pile_add(m, &to->from, in[k].from);
			pile_add(m, &to->subject, in[k].subject);
			pile_add(m, &to->text, in[k].text);
		}
	}
}

static void
read_attached_header(struct message *m, struct slice section, struct piles *to)
{
	const struct config_limits *lim = &m->cfg->limits;
	const struct header_field *f;
	struct header_list headers;
	struct mailbox *mb;
	size_t at = 0;

	header_scan(m->arena, section, lim->headers, lim->header_size, &headers);
	to->capped |= headers.capped;
	if ((f = header_next(&headers, "From", &at)) != NULL && !f->cut &&
	    address_list(m->arena, f->raw, &mb, &to->capped) > 0)
		pile_add(m, &to->from, mb[0].address);
	at = 0;
	if ((f = header_next(&headers, "Subject", &at)) != NULL)
		pile_add(m, &to->subject, decode_words(m->arena, f->raw));
}

static void
read_attached(struct message *m, struct piles *to)
{
	const struct body *b = &m->body;

	to->capped |= b->n_inside > ATTACHED_MAX;
	for (size_t i = 0; i < b->n_inside && i < ATTACHED_MAX; i++)
		read_attached_header(m, m->mime.part[b->inside[i]].message, to);
	for (size_t i = 0; i < b->n_text; i++)
		if (b->text[i].main && b->text[i].message != MIME_NO_PARENT)
			pile_add(m, &to->text, b->text[i].text);
}

void
message_read_inner(struct message *m)
{
	struct piles p = { .from = { NULL, 0, 0 } };

	if (!m->staff)
		return;
	read_below(m, &p);
	read_attached(m, &p);
	m->inner = (struct inner_list){ p.from.s, p.subject.s, p.text.s,
	    p.from.n, p.subject.n, p.text.n, p.capped };
}
