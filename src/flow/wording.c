/* SPDX-License-Identifier: MIT */
/*
 * Phrases are found level by level: one of n words can only be shared when both
 * of its parts of n - 1 words are, so that nearly all of them are never made.
 * Then groups are taken greedily.  What a phrase is worth falls as texts go to
 * other groups; the heap holds what it was worth once, and an entry that has
 * fallen since goes back instead of being taken.  It can fall as often as it
 * has texts, which makes the whole linear in words but for the heap.
 */
#include "flow/wording.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "flow/wording_impl.h"

enum {
	WORDS_MAX = 5,
	SIGNS_MAX = 10,
	SENDER_WEIGHT = 12,		/* all texts of a sender together */
	WEIGHT_SUBJECT = 3, WEIGHT_OPENING = 2,
	ALONE_LEAST = 3,		/* texts that one word must have in common */
	ALONE_LETTERS = 4,		/* and how long it must be */
	COMMON_FROM = 12,		/* with so many texts, one word that a */
	COMMON_SHARE = 3,		/* third of them has says nothing */
};

/* What a phrase of so many telling words is worth; signs count half. */
static const uint64_t worth[] = { 0, 4, 7, 8, 8, 8 };

struct phrase_seen {
	struct heap_entry place;	/* first: see phrase_at() */
	uint32_t from;			/* its first word, in the text that had it first */
	uint8_t n_word, telling;
	uint32_t all;			/* texts that have it */
	uint32_t n, n_subject;		/* texts left that have it */
	uint64_t weight;		/* of those */
	uint32_t last_text;		/* the one counted last */
	uint32_t first_link;		/* of its texts, in links */
};

/* That text has that phrase. */
struct link {
	uint32_t phrase, text;
	bool in_subject;
};

struct grouper {
	struct arena *a;
	const struct wording_text *text;
	uint32_t n_text;
	struct words words;
	uint32_t *weight;		/* of each text */
	uint32_t *sender;		/* of each text: its number */

	uint32_t *gram;			/* of each word: the shared phrase that begins there */
	GHashTable *extended;		/* (phrase, word) -> the phrase with that word */
	struct phrase_seen *seen;	/* 0 is none */
	size_t n_seen, cap_seen;
	struct link *link;		/* by level, then by text */
	size_t n_link, cap_link;

	uint32_t *of_phrase;		/* links by phrase, ... */
	uint32_t *of_text, *first_of_text;	/* ... and by text */
	bool *taken;			/* texts in a group */
	struct heap heap;
	uint64_t steps;
};

/* ---- who wrote ---- */

static guint
key_hash(gconstpointer p)
{
	uint64_t h = *(const uint64_t *)p * 0x9E3779B97F4A7C15U;

	return (guint)(h >> 32);
}

static void
weigh_senders(struct grouper *g)
{
	GHashTable *numbers = g_hash_table_new(g_str_hash, g_str_equal);
	uint32_t *count = arena_calloc(g->a, g->n_text + 1, sizeof *count);

	g->sender = arena_calloc(g->a, g->n_text, sizeof *g->sender);
	g->weight = arena_calloc(g->a, g->n_text, sizeof *g->weight);
	for (uint32_t i = 0; i < g->n_text; i++) {
		struct slice s = g->text[i].sender;
		/* Who is not known is somebody else each time. */
		const char *name = s.len > 0 ? arena_strndup(g->a, s.ptr, s.len) :
		    arena_printf(g->a, "\n%u", (unsigned)i);
		gpointer found = g_hash_table_lookup(numbers, name);

		g->sender[i] = found != NULL ? GPOINTER_TO_UINT(found) :
		    g_hash_table_size(numbers) + 1;
		if (found == NULL)
			g_hash_table_insert(numbers, (gpointer)(uintptr_t)name,
			    GUINT_TO_POINTER(g->sender[i]));
		count[g->sender[i]]++;
	}
	for (uint32_t i = 0; i < g->n_text; i++)
		g->weight[i] = SENDER_WEIGHT / MIN(count[g->sender[i]], SENDER_WEIGHT);
	g_hash_table_destroy(numbers);
}

/* ---- shared phrases ---- */

static void
read_words(struct grouper *g, const struct wording_apart *apart)
{
	words_open(&g->words, g->a, apart);
	for (uint32_t i = 0; i < g->n_text; i++) {
		words_add(&g->words, g->text[i].subject, i, true);
		words_add(&g->words, g->text[i].opening, i, false);
	}
	g->gram = arena_calloc(g->a, g->words.n + 1, sizeof *g->gram);
}

static uint32_t
new_phrase(struct grouper *g, uint32_t from, unsigned n_word)
{
	g->seen = arena_grow(g->a, g->seen, g->n_seen, &g->cap_seen, sizeof *g->seen);
	g->seen[g->n_seen] = (struct phrase_seen){ .from = from,
	    .n_word = (uint8_t)n_word, .last_text = UINT32_MAX };
	return (uint32_t)g->n_seen++;
}

/* The phrase with one word more; made when it is new. */
static uint32_t
extend(struct grouper *g, uint32_t phrase, uint32_t from, unsigned n_word)
{
	uint64_t key = (uint64_t)phrase << 32 |
	    g->words.word[from + n_word - 1].number, *kept;
	gpointer found = g_hash_table_lookup(g->extended, &key);
	uint32_t made;

	if (found != NULL)
		return GPOINTER_TO_UINT(found);
	made = new_phrase(g, from, n_word);
	kept = arena_alloc(g->a, sizeof *kept);
	*kept = key;
	g_hash_table_insert(g->extended, kept, GUINT_TO_POINTER(made));
	return made;
}

/* Words that tell something, doubled: a sign is half of one. */
static unsigned
telling_halves(const struct grouper *g, uint32_t from, unsigned n_word)
{
	unsigned n = 0;

	for (uint32_t i = from; i < from + n_word; i++)
		n += g->words.word[i].kind == WORD_PLAIN ? 2 :
		    g->words.word[i].kind == WORD_SIGN ? 1 : 0;
	return n;
}

/* May it stand by itself, as far as its words go? */
static bool
is_whole(const struct grouper *g, uint32_t from, unsigned n_word)
{
	const struct word *first = &g->words.word[from], *last = first + n_word - 1;

	if (first->kind == WORD_FILLER || last->kind == WORD_FILLER)
		return false;
	return first->kind == WORD_SIGN ? n_word >= 2 :
	    n_word > 1 || first->letters >= ALONE_LETTERS;
}

static bool
may_begin(const struct grouper *g, size_t at, unsigned n_word)
{
	const struct word *w = &g->words.word[at];

	if (n_word > 1 && g->gram[at + 1] == 0)
		return false;
	if (n_word > WORDS_MAX && w->kind == WORD_PLAIN)
		return false;
	return n_word == 1 ? w->kind != WORD_BREAK : g->gram[at] != 0;
}

/*
 * One level: gram[] goes from phrases of n_word - 1 words to those of n_word.  A
 * word's own neighbour to the right is still of the level before when it is
 * asked.  False when nothing is shared any more.
 */
static bool
find_level(struct grouper *g, unsigned n_word)
{
	size_t first_seen = g->n_seen;
	bool any = false;

	g->steps += g->words.n;
	for (size_t i = 0; i < g->words.n; i++) {
		struct phrase_seen *p;

		if (!may_begin(g, i, n_word)) {
			g->gram[i] = 0;
			continue;
		}
		g->gram[i] = extend(g, n_word == 1 ? 0 : g->gram[i], (uint32_t)i, n_word);
		p = &g->seen[g->gram[i]];
		if (p->last_text != g->words.word[i].text)
			p->all++;
		p->last_text = g->words.word[i].text;
	}
	for (size_t i = 0; i < g->words.n; i++)
		if (g->gram[i] != 0 && g->seen[g->gram[i]].all < 2)
			g->gram[i] = 0;
		else
			any = any || g->gram[i] != 0;
	for (size_t i = first_seen; i < g->n_seen; i++)
		g->seen[i].last_text = UINT32_MAX;
	return any;
}

/* Note which text has which phrase of this level, each once: subjects come first. */
static void
link_level(struct grouper *g, unsigned n_word)
{
	for (size_t i = 0; i < g->words.n; i++) {
		struct phrase_seen *p = &g->seen[g->gram[i]];
		const struct word *w = &g->words.word[i];

		if (g->gram[i] == 0 || p->last_text == w->text ||
		    !is_whole(g, (uint32_t)i, n_word))
			continue;
		p->last_text = w->text;
		g->link = arena_grow(g->a, g->link, g->n_link, &g->cap_link,
		    sizeof *g->link);
		g->link[g->n_link++] = (struct link){ g->gram[i], w->text,
		    w->in_subject };
	}
}

static void
find_phrases(struct grouper *g)
{
	g->extended = g_hash_table_new(key_hash, g_int64_equal);
	(void)new_phrase(g, 0, 0);
	for (unsigned n = 1; n <= SIGNS_MAX && find_level(g, n); n++)
		link_level(g, n);
	/* One more behind the last: where the links of the last end. */
	(void)new_phrase(g, 0, 0);
	g_hash_table_destroy(g->extended);
}

/* ---- what they are worth ---- */

static uint64_t
link_weight(const struct grouper *g, const struct link *l)
{
	return (uint64_t)g->weight[l->text] *
	    (l->in_subject ? WEIGHT_SUBJECT : WEIGHT_OPENING);
}

/* Indexes of links by key, in order: where those of key k begin comes back. */
static uint32_t *
sort_links(struct grouper *g, size_t n_key, bool by_text, uint32_t **sorted)
{
	uint32_t *first = arena_calloc(g->a, n_key + 2, sizeof *first);
	uint32_t *at = arena_calloc(g->a, n_key + 1, sizeof *at);

	*sorted = arena_calloc(g->a, g->n_link + 1, sizeof **sorted);
	for (size_t i = 0; i < g->n_link; i++)
		first[(by_text ? g->link[i].text : g->link[i].phrase) + 1]++;
	for (size_t k = 0; k < n_key; k++) {
		first[k + 1] += first[k];
		at[k] = first[k];
	}
	for (size_t i = 0; i < g->n_link; i++)
		(*sorted)[at[by_text ? g->link[i].text : g->link[i].phrase]++] =
		    (uint32_t)i;
	return first;
}

/* Does it still say that its texts are of a kind? */
static bool
makes_group(const struct grouper *g, const struct phrase_seen *p)
{
	if (p->n < 2)
		return false;
	if (p->telling > 1)
		return p->n_subject > 0 || p->telling > 2 || p->n > 2;
	return p->n >= ALONE_LEAST && p->n_subject * 2 > p->n &&
	    (g->n_text < COMMON_FROM || p->all * COMMON_SHARE <= g->n_text);
}

/*
 * The more it is worth the earlier.  Of equal ones the shorter, which lets more mail
 * in; but signs as many as there are, since half a word is none.  Then the one that
 * was seen first.  36 bits below the worth: 4 of length, 32 of place.
 */
static int64_t
rank_of(const struct grouper *g, const struct phrase_seen *p)
{
	unsigned length = g->words.word[p->from].kind == WORD_SIGN ? p->n_word :
	    15U - p->n_word;
	uint64_t value = p->weight * worth[MIN(p->telling, NELEM(worth) - 1)];

	return -(int64_t)(MIN(value, (UINT64_C(1) << 26) - 1) << 36 |
	    (uint64_t)length << 32 | (UINT32_MAX - p->from));
}

static struct phrase_seen *
phrase_at(struct heap_entry *e)
{
	return (struct phrase_seen *)e;
}

static void
weigh_phrases(struct grouper *g)
{
	uint32_t *first = sort_links(g, g->n_seen, false, &g->of_phrase);

	g->first_of_text = sort_links(g, g->n_text, true, &g->of_text);
	for (size_t i = 0; i < g->n_link; i++) {
		struct phrase_seen *p = &g->seen[g->link[i].phrase];

		p->n++;
		p->n_subject += g->link[i].in_subject ? 1 : 0;
		p->weight += link_weight(g, &g->link[i]);
	}
	for (size_t i = 0; i < g->n_seen; i++) {
		struct phrase_seen *p = &g->seen[i];

		p->first_link = first[i];
		p->telling = (uint8_t)((telling_halves(g, p->from, p->n_word) + 1) / 2);
		if (makes_group(g, p))
			heap_put(&g->heap, &p->place, rank_of(g, p));
	}
}

/* ---- groups ---- */

/* This text has gone to a group: all its phrases have one less. */
static void
take_text(struct grouper *g, uint32_t text)
{
	g->taken[text] = true;
	g->steps += g->first_of_text[text + 1] - g->first_of_text[text];
	for (uint32_t i = g->first_of_text[text]; i < g->first_of_text[text + 1]; i++) {
		const struct link *l = &g->link[g->of_text[i]];
		struct phrase_seen *p = &g->seen[l->phrase];

		p->n--;
		p->n_subject -= l->in_subject ? 1 : 0;
		p->weight -= link_weight(g, l);
	}
}

/* The words as their first text writes them, but in lower case. */
static const char *
phrase_words(struct grouper *g, const struct phrase_seen *p)
{
	const struct word *first = &g->words.word[p->from],
	    *last = first + p->n_word - 1;
	const struct wording_text *wt = &g->text[first->text];
	struct text t = text_make(g->a, utf8_cut(first->in_subject ? wt->subject :
	    wt->opening, WORDING_FIELD_BYTES));
	struct slice folded = slice_sub(t.fold, first->from, last->to),
	    written = text_make(g->a,
		text_orig_of_fold(&t, first->from, last->to)).norm;
	char *low = g_utf8_strdown(written.ptr, (gssize)written.len);
	AUTO(buf_release) struct buf shown = BUF_INIT, want = BUF_INIT;

	for (const char *s = low; *s != '\0'; s++)
		if (!g_ascii_isspace(*s))
			buf_add_char(&shown, *s);
		else if (shown.len > 0 && shown.ptr[shown.len - 1] != ' ')
			buf_add_char(&shown, ' ');
	g_free(low);
	for (size_t i = 0; i < folded.len; i++)
		if (!g_ascii_isspace(folded.ptr[i]))
			buf_add_char(&want, folded.ptr[i]);
		else if (want.len > 0 && want.ptr[want.len - 1] != ' ')
			buf_add_char(&want, ' ');
	/* Lower case is not always what folds to the same. */
	return arena_strdup(g->a, buf_str(slice_eq(text_fold(g->a, buf_slice(&shown)),
	    buf_slice(&want)) ? &shown : &want));
}

static size_t
count_senders(const struct grouper *g, const struct wording_group *w)
{
	GHashTable *set = g_hash_table_new(g_direct_hash, g_direct_equal);
	size_t n;

	for (size_t i = 0; i < w->n_text; i++)
		g_hash_table_add(set, GUINT_TO_POINTER(g->sender[w->text[i]]));
	n = g_hash_table_size(set);
	g_hash_table_destroy(set);
	return n;
}

static struct wording_group
take_group(struct grouper *g, struct phrase_seen *p)
{
	struct wording_group w = { .in_subject = p->n_subject * 2 > p->n,
	    .all_in_subject = p->n_subject == p->n,
	    .text = arena_calloc(g->a, p->n, sizeof *w.text) };

	w.phrase = phrase_words(g, p);
	g->steps += p[1].first_link - p->first_link;
	for (uint32_t i = p->first_link; i < p[1].first_link; i++) {
		uint32_t text = g->link[g->of_phrase[i]].text;

		if (!g->taken[text])
			w.text[w.n_text++] = text;
	}
	for (size_t i = 0; i < w.n_text; i++)
		take_text(g, (uint32_t)w.text[i]);
	w.senders = count_senders(g, &w);
	return w;
}

static int
by_size(const void *a, const void *b)
{
	const struct wording_group *x = a, *y = b;

	if (x->n_text != y->n_text)
		return x->n_text > y->n_text ? -1 : 1;
	return strcmp(x->phrase, y->phrase);
}

static struct wording_group *
take_groups(struct grouper *g, size_t *n)
{
	struct wording_group *group = NULL;
	struct heap_entry *e;
	size_t cap = 0;

	*n = 0;
	while ((e = heap_first(&g->heap)) != NULL) {
		struct phrase_seen *p = phrase_at(e);

		g->steps++;
		heap_take(&g->heap, e);
		if (!makes_group(g, p))
			continue;
		if (e->due != rank_of(g, p)) {
			heap_put(&g->heap, e, rank_of(g, p));
			continue;
		}
		group = arena_grow(g->a, group, *n, &cap, sizeof *group);
		group[(*n)++] = take_group(g, p);
	}
	if (*n > 0)
		qsort(group, *n, sizeof *group, by_size);
	return group;
}

uint64_t
wording_groups_steps(struct arena *a, const struct wording_text *text, size_t n,
    const struct wording_apart *apart, struct wording_group **out, size_t *n_out)
{
	struct grouper g = { .a = a, .text = text, .n_text = (uint32_t)n };

	weigh_senders(&g);
	read_words(&g, apart);
	find_phrases(&g);
	weigh_phrases(&g);
	g.taken = arena_calloc(a, n + 1, sizeof *g.taken);
	*out = take_groups(&g, n_out);
	heap_release(&g.heap);
	words_close(&g.words);
	return g.steps;
}

void
wording_groups(struct arena *a, const struct wording_text *text, size_t n,
    const struct wording_apart *apart, struct wording_group **out, size_t *n_out)
{
	(void)wording_groups_steps(a, text, n, apart, out, n_out);
}
