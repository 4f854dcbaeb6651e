/* SPDX-License-Identifier: MIT */
#include "model/message_impl.h"

#include "model/detect.h"

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
		.over_limit = too_large || m->headers.capped || m->mime.capped ||
		    m->body.text_capped || m->body.links_capped ||
		    m->body.attachments_capped,
	};
	const struct values *from;

	from = message_values(m, &(struct field_ref){ .id = FIELD_FROM_ADDRESS });
	e.from_address = from->n > 0 ? from->v[0].text.orig : slice_make("", 0);
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
	m->staff = message_is_staff(m);
	body_read(a, &m->mime, lim->body_window, is_forward_subject(m), m->staff,
	    &m->body);
	message_read_inner(m);
	read_facts(m, too_large);
	message_read_identity(m);
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
