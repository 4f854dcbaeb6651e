/* SPDX-License-Identifier: MIT */
#include "model/mime.h"

#include "model/decode.h"
#include "model/skeleton.h"

#include <gmime/gmime.h>

struct reader {
	struct arena *arena;
	struct slice bytes;
	const struct skeleton *skeleton;
	size_t max_parts;
	unsigned max_depth;
	size_t cap;
	struct mime *out;
	int childless;			/* multipart without a part, or NO_PART */
};

enum {
	NO_PART = -1,
	PROSE_LOOK = 1000,		/* bytes of a content that are looked at */
	PROSE_BLANKS = 3,
};

/* The first place at or behind this offset in the skeleton, or NULL. */
static const struct place *
place_from(const struct skeleton *s, size_t shown)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->place[middle].shown < shown)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->n ? &s->place[low] : NULL;
}

/*
 * GMime's bounds of a content, taken back to the message.  The content begins
 * at the place of its "x"; it ends where the line begins that GMime took for a
 * boundary, less the line end in front, which belongs to the boundary.
 */
static struct slice
real_content(const struct reader *r, size_t shown_start, size_t shown_end)
{
	const struct place *from = place_from(r->skeleton, shown_start);
	const struct place *to = place_from(r->skeleton, MAX(shown_end, shown_start + 1));
	size_t end;

	if (from == NULL)
		return slice_make("", 0);
	end = to != NULL ? to->real : r->bytes.len;
	if (to != NULL && end > from->real && r->bytes.ptr[end - 1] == '\n') {
		end--;
		if (end > from->real && r->bytes.ptr[end - 1] == '\r')
			end--;
	}
	return slice_sub(r->bytes, from->real, end);
}

static void
bounds_of(GMimeObject *o, size_t *start, size_t *end)
{
	GMimeDataWrapper *w = GMIME_IS_PART(o) ?
	    g_mime_part_get_content(GMIME_PART(o)) : NULL;
	GMimeStream *st = w != NULL ? g_mime_data_wrapper_get_stream(w) : NULL;

	*start = *end = SIZE_MAX;
	if (st != NULL && st->bound_start >= 0) {
		*start = (size_t)st->bound_start;
		*end = st->bound_end < 0 ? SIZE_MAX : (size_t)st->bound_end;
	}
}

/* Where an object's header section begins in the skeleton; SIZE_MAX unknown. */
static size_t
header_offset(GMimeObject *o)
{
	GMimeHeaderList *l = g_mime_object_get_header_list(o);
	gint64 at = l != NULL && g_mime_header_list_get_count(l) > 0 ?
	    g_mime_header_get_offset(g_mime_header_list_get_header_at(l, 0)) : -1;

	return at < 0 ? SIZE_MAX : (size_t)at;
}

static struct slice
raw_header(const struct reader *r, GMimeObject *o, const char *name)
{
	GMimeHeaderList *l = g_mime_object_get_header_list(o);
	GMimeHeader *h = l != NULL ? g_mime_header_list_get_header(l, name) : NULL;
	const char *raw = h != NULL ? g_mime_header_get_raw_value(h) : NULL;

	return raw != NULL ? arena_slice(r->arena, slice_trim(slice_str(raw))) :
	    slice_make("", 0);
}

static enum mime_encoding
encoding_of(const struct reader *r, GMimeObject *o)
{
	struct slice e = decode_token(r->arena,
	    raw_header(r, o, "Content-Transfer-Encoding"));

	if (slice_eq_str(e, "base64") || slice_eq_str(e, "b"))
		return MIME_BASE64;
	if (slice_eq_str(e, "quoted-printable") || slice_eq_str(e, "q"))
		return MIME_QP;
	return MIME_AS_IS;
}

/* Blanks between words: it says base64, but nobody encoded it. */
static bool
is_prose(struct slice s)
{
	size_t blanks = 0;

	s = slice_sub(s, 0, PROSE_LOOK);
	for (size_t i = 1; i + 1 < s.len; i++)
		blanks += s.ptr[i] == ' ' && g_ascii_isalpha(s.ptr[i - 1]) &&
		    g_ascii_isalpha(s.ptr[i + 1]);
	return blanks >= PROSE_BLANKS;
}

static bool
is_type(struct slice s)
{
	size_t slash = slice_find(s, '/');

	for (size_t i = 0; i < s.len; i++)
		if (i != slash && !g_ascii_isalnum(s.ptr[i]) &&
		    strchr("!#$&^_.+-", s.ptr[i]) == NULL)
			return false;
	return slash != SIZE_MAX && slash > 0 && slash + 1 < s.len;
}

/*
 * What a leaf says that it is; RFC 2045, 5.2: when that makes no sense it is
 * text.  Of others, and of what says nothing, GMime knows the kind.
 */
static struct slice
type_of(const struct reader *r, GMimeObject *o, struct slice field)
{
	GMimeContentType *ct = g_mime_object_get_content_type(o);
	struct slice declared = decode_token(r->arena, field);
	char *s;

	if (is_type(declared))
		return declared;
	if (GMIME_IS_PART(o) && field.len > 0)
		return SLICE_LIT("text/plain");
	s = arena_printf(r->arena, "%s/%s",
	    ct != NULL ? g_mime_content_type_get_media_type(ct) : "text",
	    ct != NULL ? g_mime_content_type_get_media_subtype(ct) : "plain");
	for (char *p = s; *p != '\0'; p++)
		*p = g_ascii_tolower(*p);
	return slice_str(s);
}

/* A part of the walk: what waits with the index of its parent. */
struct step {
	GMimeObject *object;
	int parent;
	unsigned depth;
	bool inner;
};

struct stack {
	struct step *step;
	size_t n, cap;
};

static void
push(struct reader *r, struct stack *st, GMimeObject *o, int parent, unsigned depth,
    bool inner)
{
	if (o == NULL)
		return;
	if (depth > r->max_depth) {
		r->out->capped = true;
		return;
	}
	st->step = arena_grow(r->arena, st->step, st->n, &st->cap, sizeof *st->step);
	st->step[st->n++] = (struct step){ o, parent, depth, inner };
}

/*
 * A multipart without a part (no boundary, or none that occurs) is shown by
 * readers as the text it is.
 */
static void
begin_childless(struct reader *r, GMimeObject *o)
{
	struct mime_part *p = &r->out->part[r->out->n - 1];
	size_t at = header_offset(o);
	const struct place *from = at != SIZE_MAX ? place_from(r->skeleton, at) : NULL;

	p->kind = MIME_LEAF;
	p->type = SLICE_LIT("text/plain");
	if (from != NULL) {
		p->content = slice_sub(r->bytes, from->real, r->bytes.len);
		r->childless = (int)r->out->n - 1;
	}
}

/* It ends in front of the part that comes next. */
static void
end_childless(struct reader *r, GMimeObject *next)
{
	struct mime_part *p;
	const struct place *to;
	size_t at = header_offset(next), start, end;

	if (at == SIZE_MAX)
		bounds_of(next, &at, &end);
	if (r->childless == NO_PART || at == SIZE_MAX)
		return;
	p = &r->out->part[r->childless];
	to = place_from(r->skeleton, at);
	start = (size_t)(p->content.ptr - r->bytes.ptr);
	while (to != NULL && to > r->skeleton->place && (to->shown >= at || to->content))
		to--;
	if (to != NULL && to->real >= start)
		p->content = slice_sub(r->bytes, start, to->real);
	r->childless = NO_PART;
}

/*
 * A message inside: its header section begins at the place in front of its
 * first field, or, when the skeleton shows none, of its content.
 */
static struct slice
message_inside(const struct reader *r, GMimeObject *o)
{
	GMimeMessage *msg = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
	GMimeObject *root = msg != NULL ? g_mime_message_get_mime_part(msg) : NULL;
	const struct place *from;
	size_t at, end;

	if (root == NULL)
		return slice_make("", 0);
	if ((at = header_offset(root)) != SIZE_MAX)
		from = place_from(r->skeleton, at);
	else {
		bounds_of(root, &at, &end);
		from = at != SIZE_MAX ? place_from(r->skeleton, at) : NULL;
		if (from != NULL && from > r->skeleton->place)
			from--;
	}
	return from == NULL || !from->content ? slice_make("", 0) :
	    slice_sub(r->bytes, from->real, r->bytes.len);
}

static void
push_children(struct reader *r, struct stack *st, const struct step *s, int self)
{
	if (GMIME_IS_MULTIPART(s->object)) {
		GMimeMultipart *mp = GMIME_MULTIPART(s->object);

		for (int i = g_mime_multipart_get_count(mp); i-- > 0;)
			push(r, st, g_mime_multipart_get_part(mp, i), self,
			    s->depth + 1, s->inner);
	} else if (GMIME_IS_MESSAGE_PART(s->object)) {
		GMimeMessage *msg =
		    g_mime_message_part_get_message(GMIME_MESSAGE_PART(s->object));

		if (msg != NULL)
			push(r, st, g_mime_message_get_mime_part(msg), self,
			    s->depth + 1, true);
	}
}

static void
add_part(struct reader *r, struct stack *st, const struct step *s)
{
	struct mime *m = r->out;
	struct mime_part *p;
	size_t start, end;

	if (m->n == r->max_parts) {
		m->capped = true;
		return;
	}
	end_childless(r, s->object);
	m->part = arena_grow(r->arena, m->part, m->n, &r->cap, sizeof *m->part);
	p = &m->part[m->n++];
	*p = (struct mime_part){
		.kind = GMIME_IS_MULTIPART(s->object) ? MIME_MULTIPART :
		    GMIME_IS_MESSAGE_PART(s->object) ? MIME_MESSAGE : MIME_LEAF,
		.encoding = encoding_of(r, s->object),
		.content_type = raw_header(r, s->object, "Content-Type"),
		.disposition = raw_header(r, s->object, "Content-Disposition"),
		.id = raw_header(r, s->object, "Content-ID"),
		.parent = s->parent,
		.depth = s->depth,
		.inner = s->inner,
	};
	p->type = type_of(r, s->object, p->content_type);
	if (p->kind == MIME_LEAF) {
		bounds_of(s->object, &start, &end);
		if (start != SIZE_MAX)
			p->content = real_content(r, start, end);
		if (p->encoding == MIME_BASE64 && is_prose(p->content))
			p->encoding = MIME_AS_IS;
	}
	if (p->kind == MIME_MESSAGE && p->encoding == MIME_AS_IS)
		p->message = message_inside(r, s->object);
	if (GMIME_IS_MULTIPART(s->object) &&
	    g_mime_multipart_get_count(GMIME_MULTIPART(s->object)) == 0)
		begin_childless(r, s->object);
	/* An encoded message is not read by readers either: it is attached. */
	if (p->kind != MIME_MESSAGE || p->encoding == MIME_AS_IS)
		push_children(r, st, s, (int)m->n - 1);
}

static void
walk(struct reader *r, GMimeObject *root)
{
	struct stack st = { NULL, 0, 0 };

	push(r, &st, root, MIME_NO_PARENT, 0, false);
	while (st.n > 0) {
		struct step s = st.step[--st.n];

		add_part(r, &st, &s);
	}
}

static GMimeMessage *
parse(struct slice text)
{
	GMimeStream *st = g_mime_stream_mem_new_with_buffer(text.ptr, text.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(st);
	GMimeMessage *msg;

	g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
	g_mime_parser_set_persist_stream(parser, TRUE);
	msg = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(st);
	return msg;
}

/* A message that GMime makes nothing of is text. */
static void
all_is_text(struct reader *r, size_t body_offset)
{
	struct mime *m = r->out;

	m->part = arena_calloc(r->arena, 1, sizeof *m->part);
	m->n = 1;
	m->part[0] = (struct mime_part){
		.type = SLICE_LIT("text/plain"),
		.content = slice_sub(r->bytes, body_offset, r->bytes.len),
		.parent = MIME_NO_PARENT,
	};
}

void
mime_read(struct arena *a, struct slice bytes, const struct header_list *top,
    size_t max_parts, unsigned max_depth, struct mime *out)
{
	struct skeleton skeleton;
	struct reader r = { a, bytes, &skeleton, max_parts, max_depth, 0, out,
		NO_PART };
	GMimeMessage *msg;

	*out = (struct mime){ NULL, 0, false };
	g_mime_init();
	skeleton_make(a, bytes, top, &skeleton);
	out->capped = skeleton.capped;
	msg = parse(buf_slice(&skeleton.text));
	if (msg != NULL) {
		walk(&r, g_mime_message_get_mime_part(msg));
		g_object_unref(msg);
	}
	if (out->n == 0)
		all_is_text(&r, top->body_offset);
	buf_release(&skeleton.text);
}

struct slice
mime_content(struct arena *a, const struct mime_part *p, size_t max, bool *cut,
    size_t *joint)
{
	struct slice s = { "", 0 };

	switch (p->encoding) {
	case MIME_BASE64:
		return decode_base64(a, p->content, max, cut, joint);
	case MIME_QP:
		s = decode_qp(a, p->content, max, cut);
		break;
	case MIME_AS_IS:
		*cut |= p->content.len > max;
		s = slice_sub(p->content, 0, max);
		break;
	}
	*joint = s.len;
	return s;
}
