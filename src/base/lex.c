/* SPDX-License-Identifier: MIT */
#include "base/lex.h"

#include "base/utf8.h"

static const struct diag_code codes[] = {
	{ "MR001", DIAG_ERROR, "the file is larger than 1 MB",
	    "The file is not read. Split it; a directory may hold many files." },
	{ "MR002", DIAG_ERROR, "this is not valid UTF-8",
	    "Save the file as UTF-8; the byte is probably Latin-1 or Windows-1252." },
	{ "MR003", DIAG_ERROR, "control character U+0007",
	    "Only tab and line ends are allowed. In a pattern write it as \\x07. "
	    "So are characters refused that turn the direction of what follows "
	    "or begin a line of their own: what a reader sees would not be what "
	    "the rules say." },
	{ "MR004", DIAG_ERROR, "the line is longer than 8192 bytes",
	    "Split a list after a comma, or keep it in a list file." },
	{ "MR005", DIAG_ERROR, "an item is missing here",
	    "Two commas, or a comma in front of the first item." },
	{ "MR006", DIAG_ERROR, "the list ends with a comma",
	    "A comma at the end of a line says that the list goes on, but an "
	    "empty line or the end of the file follows." },
	{ "MR007", DIAG_ERROR,
	    "the comma at the end of line N makes this line part of its list",
	    "The line looks like a statement of its own, so the comma is taken "
	    "for a slip. If it really is part of the list, move its first item "
	    "to the end of the line above." },
	{ "MR008", DIAG_ERROR, "cannot read 'FILE'",
	    "The file or directory is missing, not readable, or of the wrong "
	    "kind." },
	{ "MR009", DIAG_ERROR, "'WORD' does not belong here",
	    "The statement is complete before this word." },
};

const struct diag_code *
lex_codes(size_t *n)
{
	*n = NELEM(codes);
	return codes;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct span
lex_span(const struct lex *lx, size_t from, size_t to)
{
	return (struct span){
		.file = lx->file,
		.line = lx->number,
		.col = (unsigned)from + 1,
		.len = to > from ? (unsigned)(to - from) : 0,
		.text = lx->line,
	};
}

struct span
lex_here(const struct lex *lx)
{
	return lex_span(lx, lx->at, lx->at);
}

/* Take the next line off rest, whatever it holds. */
static bool
next_line(struct lex *lx)
{
	if (lx->rest.len == 0 || !slice_next(&lx->rest, '\n', &lx->line))
		return false;
	lx->number++;
	lx->at = 0;
	return true;
}

/* Also what makes a reader see other words, or others first, than we do. */
static bool
is_control(uint32_t cp)
{
	return (cp < 0x20 && cp != '\t') || (cp >= 0x7F && cp <= 0x9F) ||
	    (cp >= 0x2028 && cp <= 0x202E) || cp == 0x2066 || cp == 0x2067;
}

/* Report the first thing that is wrong with the line; make bad bytes '?'. */
static void
clean_line(struct lex *lx, char *line)
{
	size_t taken;
	bool told = false;

	for (size_t i = 0; i < lx->line.len; i += taken) {
		uint32_t cp = utf8_next(slice_sub(lx->line, i, lx->line.len),
		    &taken);
		struct span at = lex_span(lx, i, i + taken);

		if (cp == 0xFFFD && taken == 1) {
			if (!told) {
				diag_error(lx->diag, "MR002", &at,
				    "this is not valid UTF-8");
				diag_hint(lx->diag, "save the file as UTF-8");
			}
			told = true;
			line[i] = '?';
		} else if (is_control(cp)) {
			if (!told)
				diag_error(lx->diag, "MR003", &at,
				    "control character U+%04X", cp);
			told = true;
			memset(line + i, '?', taken);
		}
	}
}

/* A copy without BOM and CRs. */
static char *
copy_bytes(struct arena *a, struct slice bytes, size_t *n)
{
	char *copy;

	if (slice_starts(bytes, "\xEF\xBB\xBF"))
		bytes = slice_sub(bytes, 3, bytes.len);
	copy = arena_strndup(a, bytes.ptr, bytes.len);
	*n = 0;
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.ptr[i] != '\r')
			copy[(*n)++] = bytes.ptr[i];
	return copy;
}

void
lex_open(struct lex *lx, struct arena *a, const char *file, struct slice bytes,
    struct diag *d)
{
	char *copy;
	size_t n;

	*lx = (struct lex){
		.arena = a,
		.diag = d,
		.file = arena_strdup(a, file),
	};
	if (bytes.len > LEX_FILE_MAX) {
		struct span whole = { .file = lx->file };

		diag_error(d, "MR001", &whole, "the file is larger than 1 MB");
		lx->refused = true;
		return;
	}
	copy = copy_bytes(a, bytes, &n);
	lx->rest = slice_make(copy, n);
	while (next_line(lx)) {
		char *line = copy + (lx->line.ptr - copy);

		if (lx->line.len > LEX_LINE_MAX) {
			struct span at = lex_span(lx, LEX_LINE_MAX,
			    LEX_LINE_MAX);

			diag_error(d, "MR004", &at,
			    "the line is longer than %d bytes", LEX_LINE_MAX);
			memset(line, ' ', lx->line.len);
			continue;
		}
		clean_line(lx, line);
	}
	lx->rest = slice_make(copy, n);
	lx->number = 0;
	lx->line = slice_make("", 0);
	lx->at = 0;
}

static void
skip_blanks(struct lex *lx)
{
	while (lx->at < lx->line.len && is_blank(lx->line.ptr[lx->at]))
		lx->at++;
}

static bool
at_end(const struct lex *lx)
{
	return lx->at >= lx->line.len;
}

bool
lex_line(struct lex *lx)
{
	lx->comma = false;
	while (next_line(lx)) {
		skip_blanks(lx);
		if (!at_end(lx) && lx->line.ptr[lx->at] != '#')
			return true;
	}
	lx->line = slice_make("", 0);
	lx->at = 0;
	return false;
}

/* The token [from, to) of the line, without blanks at its end. */
static void
take(const struct lex *lx, size_t from, size_t to, struct token *out)
{
	while (to > from && is_blank(lx->line.ptr[to - 1]))
		to--;
	out->text = slice_sub(lx->line, from, to);
	out->span = lex_span(lx, from, to);
}

bool
lex_word(struct lex *lx, struct token *out)
{
	size_t from;

	skip_blanks(lx);
	if (at_end(lx))
		return false;
	from = lx->at;
	while (!at_end(lx) && !is_blank(lx->line.ptr[lx->at]))
		lx->at++;
	take(lx, from, lx->at, out);
	return true;
}

bool
lex_rest(struct lex *lx, struct token *out)
{
	skip_blanks(lx);
	if (at_end(lx))
		return false;
	take(lx, lx->at, lx->line.len, out);
	lx->at = lx->line.len;
	return true;
}

/*
 * A comma ended the line: go to the line on which the list goes on.  When
 * there is none, that is reported and the line after is left for lex_line().
 */
static bool
continue_list(struct lex *lx)
{
	struct span comma = lex_span(lx, lx->comma_at, lx->comma_at + 1);
	struct lex next = *lx;
	struct token whole;

	do {
		if (!next_line(&next))
			next.line = slice_make("", 0);
		skip_blanks(&next);
	} while (!at_end(&next) && next.line.ptr[next.at] == '#');

	lx->comma = false;
	if (at_end(&next)) {
		diag_error(lx->diag, "MR006", &comma, "the list ends with a comma");
		diag_hint(lx->diag,
		    "a comma at the end of a line needs another item below it");
		return false;
	}
	take(&next, next.at, next.line.len, &whole);
	if (lx->is_statement != NULL && lx->is_statement(whole.text)) {
		diag_error(lx->diag, "MR007", &whole.span,
		    "the comma at the end of line %u makes this line part of its "
		    "list", lx->number);
		diag_hint(lx->diag, "remove that comma; or, if this is meant as "
		    "an item, move it up to the end of that line");
		return false;
	}
	next.comma = false;
	*lx = next;
	return true;
}

/*
 * The length of the quoted word at the front of s with its quotes; 0 when it
 * does not end, or is only the beginning of a longer word ("a.b"@c.example).
 */
static size_t
quoted_len(struct slice s)
{
	size_t i;

	if (s.len < 2 || s.ptr[0] != '"')
		return 0;
	for (i = 1; i < s.len && s.ptr[i] != '"'; i++)
		if (s.ptr[i] == '\\')
			i++;
	if (i >= s.len)
		return 0;
	i++;
	return i == s.len || is_blank(s.ptr[i]) || s.ptr[i] == ',' ? i : 0;
}

static struct slice
unquote(struct arena *a, struct slice s)
{
	char *copy = arena_alloc(a, s.len);
	size_t n = 0;

	for (size_t i = 1; i + 1 < s.len; i++) {
		if (s.ptr[i] == '\\')
			i++;
		copy[n++] = s.ptr[i];
	}
	return slice_make(copy, n);
}

/* A list item ends at a comma; that of a list of words at a blank too. */
static bool
next_item(struct lex *lx, bool words, struct token *out)
{
	for (;;) {
		size_t from, quoted;

		skip_blanks(lx);
		if (at_end(lx) && (!lx->comma || !continue_list(lx)))
			return false;
		from = lx->at;
		quoted = words ? quoted_len(slice_sub(lx->line, from,
		    lx->line.len)) : 0;
		lx->at += quoted;
		while (quoted == 0 && !at_end(lx) && lx->line.ptr[lx->at] != ',' &&
		    !(words && is_blank(lx->line.ptr[lx->at])))
			lx->at++;
		take(lx, from, lx->at, out);
		skip_blanks(lx);
		lx->comma = !at_end(lx) && lx->line.ptr[lx->at] == ',';
		if (lx->comma)
			lx->comma_at = lx->at++;
		if (quoted > 0)
			out->text = unquote(lx->arena, out->text);
		if (out->text.len > 0 || quoted > 0)
			return true;
		out->span = lex_span(lx, from, from + 1);
		diag_error(lx->diag, "MR005", &out->span,
		    "an item is missing here");
	}
}

bool
lex_item(struct lex *lx, struct token *out)
{
	return next_item(lx, false, out);
}

bool
lex_name(struct lex *lx, struct token *out)
{
	return next_item(lx, true, out);
}

void
lex_end(struct lex *lx)
{
	struct token extra;

	if (!lex_rest(lx, &extra))
		return;
	diag_error(lx->diag, "MR009", &extra.span,
	    "'" SLICE_FMT "' does not belong here", SLICE_ARG(extra.text));
}

/* Values. */

struct unit {
	const char *name;
	uint64_t factor;
};

/* The order is that of lex_put_*: the largest that divides. */
static const struct unit times[] = {
	{ "d", UINT64_C(86400000) }, { "h", 3600000 }, { "m", 60000 },
	{ "s", 1000 }, { "ms", 1 }, { "w", UINT64_C(604800000) },
};
static const struct unit sizes[] = {
	{ "G", UINT64_C(1) << 30 }, { "M", 1 << 20 }, { "k", 1 << 10 }, { "", 1 },
	{ "K", 1 << 10 },
};

static bool
read_value(struct slice s, const struct unit *units, size_t n, uint64_t *out)
{
	struct slice number, name;
	size_t digits = 0;
	uint64_t value;

	while (digits < s.len && s.ptr[digits] >= '0' && s.ptr[digits] <= '9')
		digits++;
	number = slice_sub(s, 0, digits);
	name = slice_sub(s, digits, s.len);
	if (!slice_to_u64(number, &value))
		return false;
	if (value == 0 && name.len == 0) {
		*out = 0;
		return true;
	}
	for (size_t i = 0; i < n; i++)
		if (slice_eq_str(name, units[i].name))
			return !__builtin_mul_overflow(value, units[i].factor,
			    out) && *out <= INT64_MAX;
	return false;
}

static void
put_value(struct buf *b, const struct unit *u, uint64_t value)
{
	if (value == 0) {
		buf_add_char(b, '0');
		return;
	}
	while (value % u->factor != 0)
		u++;
	buf_addf(b, "%llu%s", (unsigned long long)(value / u->factor), u->name);
}

bool
lex_time(struct slice s, int64_t *ms)
{
	uint64_t value;

	if (!read_value(s, times, NELEM(times), &value))
		return false;
	*ms = (int64_t)value;
	return true;
}

bool
lex_size(struct slice s, uint64_t *bytes)
{
	return read_value(s, sizes, NELEM(sizes), bytes);
}

void
lex_put_time(struct buf *b, int64_t ms)
{
	put_value(b, times, ms < 0 ? 0 : (uint64_t)ms);
}

void
lex_put_size(struct buf *b, uint64_t bytes)
{
	put_value(b, sizes, bytes);
}

bool
lex_is_name(struct slice s)
{
	if (s.len < 1 || s.len > LEX_NAME_MAX || s.ptr[0] == '-' || s.ptr[0] == '_')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-' && c != '_')
			return false;
	}
	return true;
}
