/* SPDX-License-Identifier: MIT */
#include "model/quote_impl.h"

#include "base/buf.h"

enum {
	JOIN_LINES = 4,			/* an attribution can be broken that often */
	JOIN_MAX = 500,
	BLOCK_LINES = 8,		/* of From:, Sent:, To: ... */
	LINE_LOOK = 400,		/* bytes of a line that are looked at */
};

struct slice
quote_fold(struct cutter *c, struct slice s)
{
	return slice_trim(text_fold(c->scratch, slice_sub(s, 0, LINE_LOOK)));
}

bool
quote_has(struct slice s, const char *words)
{
	return slice_find_slice(s, slice_str(words)) != SIZE_MAX;
}

bool
quote_starts_any(struct slice s, const char *const *list)
{
	for (; *list != NULL; list++)
		if (slice_starts(s, *list))
			return true;
	return false;
}

bool
quote_has_any(struct slice s, const char *const *list)
{
	for (; *list != NULL; list++)
		if (quote_has(s, *list))
			return true;
	return false;
}

bool
quote_is_rule(struct slice s)
{
	s = slice_trim(s);
	if (s.len < 10)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != '_')
			return false;
	return true;
}

void
quote_cut(struct cutter *c, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		c->line[i].cut = true;
}

struct slice
quote_unmarked(struct slice s)
{
	s = slice_sub(s, slice_find(s, '>') + 1, s.len);
	return slice_starts(s, " ") ? slice_sub(s, 1, s.len) : s;
}

static bool
has_digit(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
			return true;
	return false;
}

/* ---- attributions: "On 3 May 2026, Jane Roe wrote:" ---- */

/* How one begins, and the verb that must follow; both folded. */
static const struct attribution {
	const char *begin, *verb;
} attributions[] = {
	{ "on ", " wrote:" }, { "on ", " wrote :" }, { "at ", " wrote:" },
	{ "am ", " schrieb" }, { "den ", " skrev" }, { "op ", " schreef" },
	{ "op ", " geschreven" }, { "no dia ", " escreveu" },
	{ "le ", " a écrit" }, { "el ", " escribió" },
	{ "em ", " escreveu" }, { "il ", " ha scritto" },
	{ "w dniu ", " napisał" }, { "w dniu ", " pisze" },
	{ "dnia ", " napisał" }, { "wiadomość napisana przez ", " w dniu " },
	{ "于", "写道" }, { "於", "寫道" },
};

/* Verbs by themselves: enough where marked lines follow. */
static const char *const verbs[] = {
	"wrote:", "writes:", "wrote :", "schrieb", "skrev", "schreef",
	"a écrit", "escribió", "escreveu", "ha scritto", "napisał",
	"pisze:", "пишет:",
	"написал",
	"писал", "写道", "寫道",
	"書きました", "のメール", NULL,
};

/* A line that begins with a date of these needs no other beginning. */
static const char *const dated[] = {
	" wrote:", " schrieb", " a écrit", " escribió", " escreveu",
	" ha scritto", " schreef", " napisał", " skrev",
	" пишет:", " написал",
	"写道", "寫道", "書きました", "のメール", NULL,
};

bool
quote_ends_in_colon(struct slice s)
{
	s = slice_trim(s);
	return slice_ends_case(s, ":") || slice_ends_case(s, "\uFF1A");
}

/* Months and days of the year in Japanese: 2026年5月3日(日) 10:00 Jane <j@x>: */
static bool
is_kanji_date(struct slice s)
{
	return quote_has(s, "年") && quote_has(s, "月") && quote_has(s, "日") &&
	    (quote_has(s, "@") || quote_has(s, "写道") || quote_has(s, "寫道"));
}

static bool
is_strict(struct slice s)
{
	if (!has_digit(s))
		return false;
	for (size_t i = 0; i < NELEM(attributions); i++)
		if (slice_starts(s, attributions[i].begin) &&
		    quote_has(s, attributions[i].verb))
			return true;
	if (s.ptr[0] >= '0' && s.ptr[0] <= '9' && quote_has_any(s, dated))
		return true;
	return is_kanji_date(s);
}

/*
 * In front of marked lines: a verb; or, whatever the language, an address and a
 * date.  Of two lines the first must look like a part of that, and not like the
 * end of what the writer says.
 */
static bool
is_loose(struct slice joined, struct slice first, size_t lines)
{
	first = slice_trim(first);
	if (lines > 2 || (lines == 2 && (first.len == 0 ||
	    strchr(".?!:", first.ptr[first.len - 1]) != NULL ||
	    !(has_digit(first) || quote_has(first, "@") || quote_has(first, "<")))))
		return false;
	return quote_has_any(joined, verbs) || (has_digit(joined) && quote_has(joined, "@"));
}

/* "<jane@x.example" that the next line closes: "> wrote:" is no quote then. */
static bool
is_open_bracket(struct slice s)
{
	size_t at = slice_find(s, '<'), last = SIZE_MAX;

	while (at != SIZE_MAX && at < s.len) {
		size_t next = slice_find(slice_sub(s, at + 1, s.len), '<');

		last = at;
		at = next == SIZE_MAX ? SIZE_MAX : at + 1 + next;
	}
	return last != SIZE_MAX &&
	    slice_find(slice_sub(s, last, s.len), '>') == SIZE_MAX;
}

/* Lines [at, end) as one. */
static struct slice
join_lines(struct cutter *c, size_t at, size_t end)
{
	struct buf b = BUF_INIT;
	struct slice s;

	for (size_t i = at; i < end; i++) {
		buf_add_slice(&b, slice_sub(c->line[i].text, 0, LINE_LOOK));
		buf_add_char(&b, ' ');
	}
	s = slice_trim(text_fold(c->scratch, slice_sub(buf_slice(&b), 0, JOIN_MAX)));
	buf_release(&b);
	return s;
}

size_t
quote_next_full(const struct cutter *c, size_t at)
{
	while (at < c->n && c->line[at].blank)
		at++;
	return at;
}

/*
 * An attribution at this line: how many lines it takes, or 0.  *open is set
 * when no marked lines follow, so that all below it is the quote.
 */
static size_t
attribution_at(struct cutter *c, size_t at, bool *open)
{
	for (size_t end = at + 1; end <= c->n && end <= at + JOIN_LINES; end++) {
		const struct line *last = &c->line[end - 1];
		bool marks;
		struct slice s;
		size_t next;

		if (last->blank || (last->marked &&
		    (end == at + 1 || !is_open_bracket(last[-1].text))))
			return 0;
		if (!quote_ends_in_colon(last->text))
			continue;
		s = join_lines(c, at, end);
		next = quote_next_full(c, end);
		marks = next < c->n && c->line[next].marked && next <= end + 1;
		*open = !marks;
		if (s.len > 0 && (is_strict(s) || (marks &&
		    is_loose(s, c->line[at].text, end - at))))
			return end - at;
		return 0;
	}
	return 0;
}

/* ---- the whole ---- */

void
quote_split(struct cutter *c, struct slice body)
{
	struct slice rest = body, piece;
	size_t cap = 0;

	while (slice_next(&rest, '\n', &piece)) {
		struct line *l;

		c->line = arena_grow(c->scratch, c->line, c->n, &cap, sizeof *c->line);
		l = &c->line[c->n++];
		l->text = piece;
		l->blank = slice_trim(piece).len == 0;
		/* ">From " is how mailboxes keep a line that begins with From. */
		l->marked = slice_starts(slice_trim(piece), ">") &&
		    !slice_starts(piece, ">From ");
	}
}

/*
 * Cut the quotes; true when there was one.  c->forward gets where a message
 * that is passed on begins: at its announcement, or at a block of header fields
 * with nothing above it.
 */
static bool
cut_marked(struct cutter *c, bool forward, bool *has_forward)
{
	bool found = false;

	for (size_t i = 0; i < c->n; i++) {
		bool open = false;
		size_t n;

		if (c->line[i].blank)
			continue;
		if (quote_forward_at(c, i) || (forward && quote_original_at(c, i))) {
			*has_forward = true;
			c->forward = MIN(c->forward, i);
			return found;
		}
		if (c->line[i].marked) {
			c->line[i].cut = true;
			found = true;
			continue;
		}
		if (quote_original_at(c, i)) {
			if (c->text_seen) {
				quote_cut(c, i, c->n);
				return true;
			}
			c->text_seen = true;
			c->forward = MIN(c->forward, i);
			continue;
		}
		n = attribution_at(c, i, &open);
		if (n == 0 || (open && !c->text_seen)) {
			c->text_seen = true;
			continue;
		}
		quote_cut(c, i, open ? c->n : i + n);
		if (open)
			return true;
		i += n - 1;
		found = true;
	}
	return found;
}

/* Apple Mail sets what it passes on in the marks of a quote: take them off. */
static void
unmark_forward(struct cutter *c)
{
	size_t first = quote_next_full(c, MIN(c->forward + 1, c->n));

	if (first == c->n || !c->line[first].marked)
		return;
	for (size_t i = c->forward; i < c->n; i++)
		if (c->line[i].marked && !c->line[i].cut) {
			c->line[i].text = quote_unmarked(c->line[i].text);
			c->line[i].blank = slice_trim(c->line[i].text).len == 0;
		}
}

static struct slice
collect(struct arena *a, const struct cutter *c, bool cut)
{
	struct buf b = BUF_INIT;
	struct slice s;
	unsigned blanks = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct line *l = &c->line[i];

		if (l->cut != cut)
			continue;
		if (l->blank) {
			blanks++;
			continue;
		}
		if (blanks > 0 && b.len > 0)
			buf_add_char(&b, '\n');
		blanks = 0;
		buf_add_slice(&b, l->text);
		buf_add_char(&b, '\n');
	}
	s = arena_slice(a, buf_slice(&b));
	buf_release(&b);
	return s;
}

struct text_cut
text_cut_quotes(struct arena *a, struct slice body, bool forward)
{
	struct cutter c = { .scratch = arena_new() };
	struct text_cut out = { .has_forward = false };

	quote_split(&c, body);
	c.forward = c.n;
	out.has_quote = cut_marked(&c, forward, &out.has_forward);
	if (c.forward < c.n)
		out.forwarded = slice_sub(body,
		    (size_t)(c.line[c.forward].text.ptr - body.ptr), body.len);
	unmark_forward(&c);
	c.text_seen = false;
	quote_cut_endings(&c);
	out.text = collect(a, &c, false);
	out.quoted = collect(a, &c, true);
	arena_free(&c.scratch);
	return out;
}
