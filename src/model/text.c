/* SPDX-License-Identifier: MIT */
#include "model/text.h"

#include <glib.h>

#include "base/buf.h"
#include "base/utf8.h"

/*
 * The work is done run by run: a starter and the marks that follow it, since
 * NFKC composes and reorders within a run and never across two.  A run longer
 * than RUN_MAX is cut (Unicode's stream-safe format does the same at 30
 * marks): sorting marks is quadratic, and no writing needs that many.
 */
enum { RUN_MAX = 32, FOLD_MAX = 12, CACHE = 512 };

struct folded {
	uint32_t cp;
	uint8_t len;
	char bytes[FOLD_MAX];
};

struct maker {
	struct buf norm, fold;
	uint32_t *norm_map, *fold_map;
	size_t norm_cap, fold_cap;
	bool maps;
	struct folded cache[CACHE];
};

struct range {
	uint32_t first, last;
};

/* What is not seen: default-ignorable characters, NUL. */
static const struct range ignorable[] = {
	{ 0x0000, 0x0000 }, { 0x00AD, 0x00AD }, { 0x034F, 0x034F },
	{ 0x061C, 0x061C }, { 0x115F, 0x1160 }, { 0x17B4, 0x17B5 },
	{ 0x180B, 0x180F }, { 0x200B, 0x200F }, { 0x202A, 0x202E },
	{ 0x2060, 0x206F }, { 0x3164, 0x3164 }, { 0xFE00, 0xFE0F },
	{ 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 }, { 0x1BCA0, 0x1BCA3 },
	{ 0x1D173, 0x1D17A }, { 0xE0000, 0xE0FFF },
};

static bool
is_ignorable(uint32_t cp)
{
	for (size_t i = 0; i < NELEM(ignorable) && ignorable[i].first <= cp; i++)
		if (cp <= ignorable[i].last)
			return true;
	return false;
}

/* Can this character be changed by, or change, the one in front of it? */
static bool
joins(uint32_t cp)
{
	if (cp < 0x300)
		return false;
	/* Hangul: conjoining vowels and finals, and what NFKC makes such of. */
	if ((cp >= 0x1160 && cp <= 0x11FF) || (cp >= 0x3131 && cp <= 0x318E) ||
	    (cp >= 0xFF9E && cp <= 0xFFDC) || (cp >= 0xD7B0 && cp <= 0xD7FB))
		return true;
	return g_unichar_ismark(cp) || g_unichar_combining_class(cp) != 0;
}

/* Characters that stand for a plain one; 0 when this is none of them. */
static char
plain(uint32_t cp)
{
	switch (cp) {
	case 0x00B4:			/* an acute accent by itself: I´m */
	case 0x02BC:
	case 0x2018:
	case 0x2019:
	case 0x201A:
	case 0x201B:
		return '\'';
	case 0x201C:
	case 0x201D:
	case 0x201E:
	case 0x201F:
		return '"';
	case '\t':
	case '\v':
	case '\f':
		return ' ';
	case '\r':
	case 0x0085:
	case 0x2028:
	case 0x2029:
		return '\n';
	default:
		break;
	}
	if (cp >= 0x2010 && cp <= 0x2015)
		return '-';
	if (cp >= 0x80 && g_unichar_type(cp) == G_UNICODE_SPACE_SEPARATOR)
		return ' ';
	return '\0';
}

static void
map_fill(struct maker *m, uint32_t **map, size_t *cap, size_t from, size_t to,
    size_t at)
{
	if (!m->maps)
		return;
	if (to > *cap) {
		*cap = MAX(to, *cap * 2);
		*map = g_renew(uint32_t, *map, *cap);
	}
	for (size_t i = from; i < to; i++)
		(*map)[i] = (uint32_t)at;
}

/* Case folding of one character, which for ß and others gives several. */
static const struct folded *
fold_of(struct maker *m, uint32_t cp)
{
	struct folded *f = &m->cache[cp % CACHE];
	char in[4], *out;
	size_t n;

	if (f->cp == cp && f->len > 0)
		return f;
	n = (size_t)g_unichar_to_utf8(cp, in);
	out = g_utf8_casefold(in, (gssize)n);
	n = MIN(strlen(out), (size_t)FOLD_MAX);
	memcpy(f->bytes, out, n);
	f->cp = cp;
	f->len = (uint8_t)n;
	g_free(out);
	return f;
}

static void
emit(struct maker *m, uint32_t cp, size_t at)
{
	size_t norm = m->norm.len, fold = m->fold.len;
	char c = plain(cp);

	if (c != '\0')
		cp = (unsigned char)c;
	utf8_put(&m->norm, cp);
	map_fill(m, &m->norm_map, &m->norm_cap, norm, m->norm.len, at);
	if (cp < 0x80)
		buf_add_char(&m->fold, g_ascii_tolower((char)cp));
	else {
		const struct folded *f = fold_of(m, cp);

		buf_add(&m->fold, f->bytes, f->len);
	}
	map_fill(m, &m->fold_map, &m->fold_cap, fold, m->fold.len, at);
}

/* One run, n characters of it, the first at offset at. */
static void
emit_run(struct maker *m, const uint32_t *run, size_t n, size_t at)
{
	char utf8[RUN_MAX * 4], *norm;
	struct slice rest;
	size_t len = 0, taken;

	/* By itself NFKC would make of ´ a blank and an accent. */
	if (n == 1 && (run[0] < 0xA0 || plain(run[0]) != '\0')) {
		emit(m, run[0], at);
		return;
	}
	for (size_t i = 0; i < n; i++)
		len += (size_t)g_unichar_to_utf8(run[i], utf8 + len);
	norm = g_utf8_normalize(utf8, (gssize)len, G_NORMALIZE_ALL_COMPOSE);
	/* NULL only for bytes that are not UTF-8, which utf8_next() lets by not. */
	rest = norm != NULL ? slice_str(norm) : slice_make(utf8, len);
	for (; rest.len > 0; rest = slice_sub(rest, taken, rest.len)) {
		uint32_t cp = utf8_next(rest, &taken);

		if (!is_ignorable(cp))
			emit(m, cp, at);
	}
	g_free(norm);
}

static void
make(struct maker *m, struct slice orig)
{
	uint32_t run[RUN_MAX];
	size_t n = 0, at = 0, i = 0, taken;

	buf_reserve(&m->norm, orig.len);
	buf_reserve(&m->fold, orig.len);
	for (; i < orig.len; i += taken) {
		uint32_t cp = utf8_next(slice_sub(orig, i, orig.len), &taken);

		if (cp == '\r' && i + 1 < orig.len && orig.ptr[i + 1] == '\n')
			continue;
		if (cp >= 0x80 ? is_ignorable(cp) : cp == 0)
			continue;
		if (n > 0 && (n == RUN_MAX || !joins(cp))) {
			emit_run(m, run, n, at);
			n = 0;
		}
		if (n == 0)
			at = i;
		run[n++] = cp;
	}
	if (n > 0)
		emit_run(m, run, n, at);
	map_fill(m, &m->norm_map, &m->norm_cap, m->norm.len, m->norm.len + 1, i);
	map_fill(m, &m->fold_map, &m->fold_cap, m->fold.len, m->fold.len + 1, i);
}

static const uint32_t *
keep_map(struct arena *a, const uint32_t *map, size_t n)
{
	uint32_t *copy = arena_calloc(a, n, sizeof *copy);

	memcpy(copy, map, n * sizeof *copy);
	return copy;
}

struct text
text_make(struct arena *a, struct slice orig)
{
	struct maker m = { .maps = true };
	struct text t = { .orig = orig };

	make(&m, orig);
	t.norm = arena_slice(a, buf_slice(&m.norm));
	t.fold = arena_slice(a, buf_slice(&m.fold));
	t.norm_map = keep_map(a, m.norm_map, t.norm.len + 1);
	t.fold_map = keep_map(a, m.fold_map, t.fold.len + 1);
	buf_release(&m.norm);
	buf_release(&m.fold);
	g_free(m.norm_map);
	g_free(m.fold_map);
	return t;
}

/* The same for the common case: ASCII that needs nothing but lower case. */
static bool
fold_ascii(struct arena *a, struct slice s, struct slice *out)
{
	char *p;

	for (size_t i = 0; i < s.len; i++)
		if ((signed char)s.ptr[i] < 0x20 && s.ptr[i] != '\n')
			return false;
	p = arena_alloc(a, s.len + 1);
	for (size_t i = 0; i < s.len; i++)
		p[i] = g_ascii_tolower(s.ptr[i]);
	*out = slice_make(p, s.len);
	return true;
}

struct slice
text_fold(struct arena *a, struct slice s)
{
	struct maker m = { .maps = false };
	struct slice fold;

	if (fold_ascii(a, s, &fold))
		return fold;
	make(&m, s);
	fold = arena_slice(a, buf_slice(&m.fold));
	buf_release(&m.norm);
	buf_release(&m.fold);
	return fold;
}

/*
 * The run that a byte came from ends where the next run begins: a match that
 * ends inside of what one character became (the f of a ligature) gets all of it.
 */
static struct slice
orig_of(const struct text *t, const uint32_t *map, size_t len, size_t from, size_t to)
{
	size_t end;

	to = MIN(to, len);
	from = MIN(from, to);
	if (from == to)
		return slice_sub(t->orig, map[from], map[from]);
	for (end = to; end < len && map[end] == map[to - 1]; end++)
		;
	return slice_sub(t->orig, map[from], map[end]);
}

struct slice
text_orig_of_norm(const struct text *t, size_t from, size_t to)
{
	return orig_of(t, t->norm_map, t->norm.len, from, to);
}

struct slice
text_orig_of_fold(const struct text *t, size_t from, size_t to)
{
	return orig_of(t, t->fold_map, t->fold.len, from, to);
}

static bool
is_cjk(uint32_t cp)
{
	return (cp >= 0x3040 && cp <= 0x30FF) || (cp >= 0x3400 && cp <= 0x9FFF) ||
	    (cp >= 0x20000 && cp <= 0x3FFFD);
}

int64_t
text_words(struct slice s)
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
