/* SPDX-License-Identifier: MIT */
#include "model/skeleton.h"

#include "model/decode.h"

enum {
	SECTION_FIELDS_MAX = 1000,	/* of one header section; the rest is dropped */
	SECTION_MAX = 1 << 20,		/* bytes of one; what follows counts as body */
	CHAIN_MAX = 50,			/* messages that are nothing but a message */
};

struct maker {
	struct arena *arena;
	struct arena *scratch;		/* for one line with -- and what follows */
	struct slice bytes;
	struct skeleton *out;
	size_t cap;			/* of out->place */
	size_t at;			/* in bytes */
	size_t lines;			/* with -- so far */
	bool digest;			/* a multipart/digest is about */
};

static void
add_place(struct maker *m, size_t real, bool content)
{
	struct skeleton *s = m->out;

	s->place = arena_grow(m->arena, s->place, s->n, &m->cap, sizeof *s->place);
	s->place[s->n++] = (struct place){ s->text.len, real, content };
}

static void
add_field(struct maker *m, const char *name, struct slice raw)
{
	struct buf *b = &m->out->text;

	raw = header_unfold(m->scratch, slice_sub(raw, 0, SKELETON_FIELD_MAX));
	buf_addf(b, "%s: ", name);
	buf_add_slice(b, raw);
	buf_add_char(b, '\n');
}

/*
 * The fields that GMime needs, the first of each as most readers have it.
 * True when another header section follows: this one is of a message, or says
 * nothing and is of a part where message is the default.
 */
static bool
add_section(struct maker *m, const struct header_list *l, bool message)
{
	static const char *const wanted[] = { "Content-Type",
		"Content-Transfer-Encoding", "Content-Disposition", "Content-ID" };

	for (size_t i = 0; i < NELEM(wanted); i++) {
		size_t at = 0;
		const struct header_field *f = header_next(l, wanted[i], &at);

		if (f == NULL)
			continue;
		add_field(m, wanted[i], f->raw);
		if (i == 0) {
			struct slice type = decode_token(m->scratch,
			    slice_sub(f->raw, 0, SKELETON_FIELD_MAX));

			message = slice_starts(type, "message/");
			if (slice_eq_str(type, "multipart/digest"))
				m->digest = true;
		}
	}
	buf_add_char(&m->out->text, '\n');
	return message;
}

/* Offset of the next line at or after `from` that begins with --. */
static size_t
find_dashes(struct slice bytes, size_t from)
{
	struct slice rest = slice_sub(bytes, from, bytes.len);
	size_t next;

	if (slice_starts(rest, "--") && (from == 0 || bytes.ptr[from - 1] == '\n'))
		return from;
	next = slice_find_slice(rest, SLICE_LIT("\n--"));
	return next == SIZE_MAX ? SIZE_MAX : from + next + 1;
}

static size_t
line_end(struct slice bytes, size_t from)
{
	size_t n = slice_find(slice_sub(bytes, from, bytes.len), '\n');

	return n == SIZE_MAX ? bytes.len : from + n + 1;
}

/* The header section at m->at, which a line with -- ends as well. */
static void
read_section(struct maker *m, struct header_list *out)
{
	struct slice s = slice_sub(m->bytes, m->at, m->at + SECTION_MAX);
	size_t dashes = find_dashes(s, 0);

	header_scan(m->scratch, slice_sub(s, 0, dashes), SECTION_FIELDS_MAX,
	    SKELETON_FIELD_MAX, out);
	m->at += out->body_offset;
}

/* Sections from this one on while each is of a message, and the content. */
static void
add_chain(struct maker *m, const struct header_list *first, bool message)
{
	struct header_list section = *first;

	message = add_section(m, &section, message);
	for (int i = 0; message && i < CHAIN_MAX; i++) {
		/* For GMime message/delivery-status and others are contents. */
		add_place(m, m->at, true);
		read_section(m, &section);
		message = add_section(m, &section, false);
	}
	add_place(m, m->at, true);
	buf_add_str(&m->out->text, "x\n");
}

/* A line with -- into the skeleton, unless it is too long for a boundary. */
static bool
add_dashes(struct maker *m)
{
	size_t end = line_end(m->bytes, m->at);
	struct slice line = slice_trim(slice_sub(m->bytes, m->at, end));
	size_t real = m->at;

	m->at = end;
	if (line.len > SKELETON_LINE_MAX || slice_find(line, '\0') != SIZE_MAX)
		return false;
	add_place(m, real, false);
	buf_add_slice(&m->out->text, line);
	buf_add_char(&m->out->text, '\n');
	return true;
}

void
skeleton_make(struct arena *a, struct slice bytes, const struct header_list *top,
    struct skeleton *out)
{
	struct maker m = { .arena = a, .bytes = bytes, .out = out };
	struct header_list section;

	*out = (struct skeleton){ .text = BUF_INIT };
	m.at = top->body_offset;
	m.scratch = arena_new();
	buf_add_str(&out->text, "MIME-Version: 1.0\n");
	add_chain(&m, top, false);
	while ((m.at = find_dashes(bytes, m.at)) != SIZE_MAX) {
		if (m.lines++ == SKELETON_LINES_MAX || out->text.len > SKELETON_MAX) {
			out->capped = true;
			break;
		}
		if (!add_dashes(&m))
			continue;
		arena_free(&m.scratch);
		m.scratch = arena_new();
		read_section(&m, &section);
		add_chain(&m, &section, m.digest);
	}
	arena_free(&m.scratch);
}
