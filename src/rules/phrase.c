/* SPDX-License-Identifier: MIT */
#include "rules/phrase.h"

#include <glib.h>
#include <string.h>

#include "base/utf8.h"

struct word {
	struct slice core;		/* folded, without its stars */
	bool star_front, star_back;
};

enum { PHRASE_TRIGRAMS = 6 };

struct phrase {
	/* First, in one line of the cache: mostly nothing else is looked at. */
	unsigned n_trigram;
	uint32_t trigram[PHRASE_TRIGRAMS];	/* hashes of some that it needs */
	struct slice text;
	struct span place;
	struct word *word;
	size_t n_word;
};

/*
 * One search.  The two memories keep it linear: all places in one run of
 * letters share the run's end, and what did not follow there for the first of
 * them does not for the others.
 */
struct finder {
	const struct phrase *p;
	struct slice s;
	size_t run_from, run_to;	/* the run of letters looked at last */
	size_t failed;			/* the rest did not follow from here */
};

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
phrase_is_letter(uint32_t c)
{
	if (c < 0x80)
		return g_ascii_isalnum((char)c);
	return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

bool
phrase_is_borderless(uint32_t c)
{
	if (c < 0x0E00)
		return false;
	if (c == 0x30FC || c == 0x3005 || c == 0x3006)
		return true;	/* long vowel and repetition marks: "common" */
	switch (g_unichar_get_script(c)) {
	case G_UNICODE_SCRIPT_HAN:
	case G_UNICODE_SCRIPT_HIRAGANA:
	case G_UNICODE_SCRIPT_KATAKANA:
	case G_UNICODE_SCRIPT_THAI:
		return true;
	default:
		return false;
	}
}

/* The character that ends before at; at must not be 0. */
static uint32_t
char_before(struct slice s, size_t at)
{
	size_t from = at - 1, taken;

	while (from > 0 && at - from < 4 &&
	    ((unsigned char)s.ptr[from] & 0xC0) == 0x80)
		from--;
	return utf8_next(slice_sub(s, from, at), &taken);
}

static uint32_t
char_at(struct slice s, size_t at, size_t *taken)
{
	return utf8_next(slice_sub(s, at, s.len), taken);
}

static bool
wants_border(uint32_t c)
{
	return phrase_is_letter(c) && !phrase_is_borderless(c);
}

/* May a word begin at this place, as far as the text before it goes? */
static bool
border_before(struct slice s, size_t at)
{
	size_t taken;

	return at == 0 || !wants_border(char_at(s, at, &taken)) ||
	    !wants_border(char_before(s, at));
}

static bool
border_after(struct slice s, size_t at)
{
	size_t taken;

	return at == s.len || !wants_border(char_before(s, at)) ||
	    !wants_border(char_at(s, at, &taken));
}

/* The end of the run of letters that at is in; at itself when in none. */
static size_t
run_end(struct finder *f, size_t at)
{
	size_t end = at, taken;

	if (at >= f->run_from && at < f->run_to)
		return f->run_to;
	while (end < f->s.len && phrase_is_letter(char_at(f->s, end, &taken)))
		end += taken;
	f->run_from = at;
	f->run_to = end;
	return end;
}

static size_t
run_start(struct slice s, size_t at)
{
	while (at > 0 && phrase_is_letter(char_before(s, at))) {
		do
			at--;
		while (at > 0 && ((unsigned char)s.ptr[at] & 0xC0) == 0x80);
	}
	return at;
}

/* The core stands at this place: where does the whole word end? */
static bool
word_end(struct finder *f, const struct word *w, size_t at, size_t *end)
{
	*end = at + w->core.len;
	if (w->star_back)
		*end = run_end(f, *end);
	return border_after(f->s, *end);
}

/*
 * A word behind a blank.  With a star in front its core may stand anywhere in
 * the run of letters there, or right behind it ("*++"); the first place
 * where the word can end is taken.
 */
static bool
next_word(struct finder *f, const struct word *w, size_t at, size_t *end)
{
	size_t last = w->star_front ? run_end(f, at) : at;

	for (; at <= last && f->s.len - at >= w->core.len; at++)
		if (memcmp(f->s.ptr + at, w->core.ptr, w->core.len) == 0 &&
		    word_end(f, w, at, end))
			return true;
	return false;
}

static size_t
skip_blanks(struct slice s, size_t at)
{
	while (at < s.len && is_blank(s.ptr[at]))
		at++;
	return at;
}

/* The words after the first one, which ends at at. */
static bool
rest_follows(struct finder *f, size_t at, size_t *end)
{
	*end = at;
	if (at == f->failed)
		return false;
	for (size_t i = 1; i < f->p->n_word; i++) {
		size_t from = skip_blanks(f->s, *end);

		if (from == *end || !next_word(f, &f->p->word[i], from, end)) {
			f->failed = at;
			return false;
		}
	}
	return true;
}

bool
phrase_find(const struct phrase *p, const struct text *t, size_t *from, size_t *to)
{
	struct finder f = { .p = p, .s = t->fold, .failed = SIZE_MAX };
	const struct word *w = &p->word[0];
	size_t at = 0, end;

	while (at < f.s.len) {
		const char *hit = memmem(f.s.ptr + at, f.s.len - at,
		    w->core.ptr, w->core.len);

		if (hit == NULL)
			return false;
		at = (size_t)(hit - f.s.ptr);
		if ((w->star_front || border_before(f.s, at)) &&
		    word_end(&f, w, at, &end) && rest_follows(&f, end, to)) {
			*from = w->star_front ? run_start(f.s, at) : at;
			return true;
		}
		at++;
	}
	return false;
}

bool
phrase_may_occur(const struct phrase *p, const struct trigrams *t)
{
	for (unsigned i = 0; i < p->n_trigram; i++)
		if (!trigrams_has(t, p->trigram[i]))
			return false;
	return true;
}

struct slice
phrase_text(const struct phrase *p)
{
	return p->text;
}

void
phrase_set_place(struct phrase *p, const struct span *at)
{
	p->place = *at;
}

const struct span *
phrase_place(const struct phrase *p)
{
	return &p->place;
}

struct text
phrase_sample(struct arena *a, const struct phrase *p)
{
	static const char any[] = "\xEA\x93\x90";	/* U+A4D0, a letter */
	AUTO(buf_release) struct buf b = BUF_INIT;

	for (size_t i = 0; i < p->n_word; i++) {
		const struct word *w = &p->word[i];

		buf_add_str(&b, i > 0 ? " " : "");
		buf_add_str(&b, w->star_front ? any : "");
		buf_add_slice(&b, w->core);
		buf_add_str(&b, w->star_back ? any : "");
	}
	return (struct text){ .fold = arena_slice(a, buf_slice(&b)) };
}

bool
phrase_next_piece(struct arena *a, const struct phrase *p, size_t *at,
    struct slice *out)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	size_t from = *at;
	bool star = false;

	if (from == p->n_word)
		return false;
	while (*at < p->n_word && !star &&
	    (*at == from || !p->word[*at].star_front)) {
		buf_add_str(&b, *at > from ? " " : "");
		buf_add_slice(&b, p->word[*at].core);
		star = p->word[(*at)++].star_back;
	}
	*out = arena_slice(a, buf_slice(&b));
	return true;
}

/* Take the stars off a word; NULL or what is wrong with it. */
static const char *
make_word(struct slice s, struct word *w)
{
	w->star_front = s.ptr[0] == '*';
	w->star_back = s.ptr[s.len - 1] == '*';
	if (s.len == 1 && w->star_front)
		return "'*' needs letters beside it: it stands for the rest of "
		    "a word";
	w->core = slice_sub(s, w->star_front ? 1 : 0,
	    s.len - (w->star_back ? 1 : 0));
	if (w->core.len == 0 || w->core.ptr[0] == '*' ||
	    w->core.ptr[w->core.len - 1] == '*')
		return "one '*' is enough: it stands for any letters";
	return NULL;
}

/* All cores stand in whatever is found, and so do the bytes of each. */
static void
take_trigrams(struct phrase *p)
{
	for (size_t i = 0; i < p->n_word; i++) {
		struct slice core = p->word[i].core;

		for (size_t at = 0; at + 3 <= core.len &&
		    p->n_trigram < PHRASE_TRIGRAMS; at += 3)
			p->trigram[p->n_trigram++] = trigram_hash(core.ptr + at);
	}
}

struct phrase *
phrase_compile(struct arena *a, struct slice text, const char **error)
{
	struct phrase *p = arena_alloc(a, sizeof *p);
	struct slice rest, fold;
	size_t cap = 0;

	*error = NULL;
	p->text = arena_slice(a, slice_trim(text));
	fold = text_fold(a, p->text);
	for (rest = fold; rest.len > 0;) {
		size_t from = skip_blanks(rest, 0), to = from;

		while (to < rest.len && !is_blank(rest.ptr[to]))
			to++;
		if (to > from) {
			p->word = arena_grow(a, p->word, p->n_word, &cap,
			    sizeof *p->word);
			*error = make_word(slice_sub(rest, from, to),
			    &p->word[p->n_word++]);
			if (*error != NULL)
				return NULL;
		}
		rest = slice_sub(rest, to, rest.len);
	}
	if (p->n_word == 0) {
		*error = "a phrase needs a letter, a digit or a sign";
		return NULL;
	}
	take_trigrams(p);
	return p;
}
