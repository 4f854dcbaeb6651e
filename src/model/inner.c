/* SPDX-License-Identifier: MIT */
#include "model/inner.h"

#include "base/buf.h"
#include "model/address.h"
#include "model/detect.h"
#include "model/quote_impl.h"

enum {
	HEADER_LINES = 20,		/* of the block above the text */
	OTHER_LABEL = 40,		/* "Reply-To:" and what it is in other languages */
};

/* What stands behind the colon, without the stars of bold type. */
static struct slice
value_of(struct slice line)
{
	size_t colon = slice_find(line, ':');
	size_t wide = slice_find_slice(line, SLICE_LIT("\uFF1A"));

	if (wide < colon)
		line = slice_sub(line, wide + strlen("\uFF1A"), line.len);
	else
		line = slice_sub(line, colon + 1, line.len);
	line = slice_trim(line);
	while (slice_starts(line, "*"))
		line = slice_trim(slice_sub(line, 1, line.len));
	return line;
}

/* A field that we do not know ends the one above; "To: a,\n b" goes on. */
static bool
is_other_label(struct slice s)
{
	size_t colon = slice_find(slice_sub(s, 0, OTHER_LABEL), ':');

	return colon != SIZE_MAX;
}

static void
take_field(struct arena *a, enum quote_label label, struct slice value,
    struct inner *out)
{
	if (label == LABEL_FROM && out->from.len == 0)
		out->from = address_in(a, value);
	if (label == LABEL_SUBJECT && out->subject.len == 0)
		out->subject = value;
}

/* A line without a label: is it the rest of the one above? */
static bool
goes_on(struct cutter *c, size_t at, size_t end)
{
	struct slice above = at > 0 ? slice_trim(c->line[at - 1].text) :
	    slice_make("", 0);

	if (slice_ends_case(above, ",") || slice_ends_case(above, ";") ||
	    slice_starts(c->line[at].text, " "))
		return true;
	for (; at < end && !c->line[at].blank; at++)
		if (quote_label(c, &c->line[at]) != LABEL_NONE)
			return true;
	return false;
}

/* The block at this line into *out; returns the line behind it. */
static size_t
read_block(struct arena *a, struct cutter *c, size_t at, struct inner *out)
{
	enum quote_label above = LABEL_NONE;
	size_t end = MIN(c->n, at + HEADER_LINES);

	for (; at < end; at++) {
		const struct line *l = &c->line[at];
		enum quote_label label = quote_label(c, l);
		size_t next = quote_next_full(c, at);

		/* An empty line ends it, unless a mail program set them apart. */
		if (l->blank && (next == c->n ||
		    quote_label(c, &c->line[next]) == LABEL_NONE))
			break;
		if (l->blank)
			continue;
		if (label == LABEL_NONE && (above == LABEL_NONE || !goes_on(c, at, end)))
			break;
		if (label != LABEL_NONE)
			take_field(a, label, value_of(l->text), out);
		else if (above == LABEL_SUBJECT && !is_other_label(l->text))
			out->subject = slice_str(arena_printf(a, SLICE_FMT " " SLICE_FMT,
			    SLICE_ARG(out->subject), SLICE_ARG(slice_trim(l->text))));
		else if (above == LABEL_FROM && !is_other_label(l->text))
			take_field(a, LABEL_FROM, l->text, out);
		if (label != LABEL_NONE)
			above = label;
	}
	return at;
}

/* Lines that stand in the marks of a quote, without these. */
static struct slice
without_marks(struct arena *a, const struct cutter *c, size_t from)
{
	struct buf b = BUF_INIT;
	struct slice s;

	for (size_t i = from; i < c->n; i++) {
		buf_add_slice(&b, c->line[i].marked ? quote_unmarked(c->line[i].text) :
		    c->line[i].text);
		buf_add_char(&b, '\n');
	}
	s = arena_slice(a, buf_slice(&b));
	buf_release(&b);
	return s;
}

/* One message; returns what it passes on itself. */
static struct slice
read_one(struct arena *a, struct slice forwarded, struct inner *out)
{
	struct cutter c = { .scratch = arena_new() };
	struct text_cut cut;
	size_t at = 0;

	*out = (struct inner){ { "", 0 }, { "", 0 }, { "", 0 } };
	quote_split(&c, forwarded);
	if (c.n > 0 && quote_label(&c, &c.line[0]) == LABEL_NONE)
		at = quote_next_full(&c, 1);	/* behind the announcement */
	if (at < c.n && c.line[at].marked) {
		forwarded = without_marks(a, &c, at);
		c.n = at = 0;
		c.line = NULL;
		quote_split(&c, forwarded);
		at = quote_next_full(&c, 0);
	}
	at = read_block(a, &c, at, out);
	forwarded = at < c.n ? slice_sub(forwarded,
	    (size_t)(c.line[at].text.ptr - forwarded.ptr), forwarded.len) :
	    slice_make("", 0);
	cut = text_cut_quotes(a, forwarded,
	    detect_forward_subject(text_fold(a, out->subject)));
	out->text = cut.text;
	arena_free(&c.scratch);
	return cut.forwarded;
}

size_t
inner_read(struct arena *a, struct slice forwarded, struct inner out[INNER_DEEP])
{
	size_t n = 0;

	while (n < INNER_DEEP && forwarded.len > 0)
		forwarded = read_one(a, forwarded, &out[n++]);
	return n;
}
