/* SPDX-License-Identifier: MIT */
/*
 * The display of `mroute explain`, below what was decided:
 *
 *	Looked at
 *	  subject      Interview request: your remote manifesto
 *	  text         62 words: Hello, I'm a reporter at Daily Planet, and on…
 *	  from.domain  dailyplanet.example
 *
 *	press   130 points of 50 needed: it has the message
 *	  Without press.1 or press.3 it would go to triage (below-needs).
 *	  yes  +40 press.1  subject has "Interview request": your remote…
 *	   no  +50 press.2  from.domain in lists/newsrooms.txt | dailyplanet.example
 *	   no  +25 press.4  text has @deadline (34 phrases)    | 62 words
 *	   no  -60 press.9  header:list-unsubscribe present    | nothing there
 */
#include "rules/account.h"

#include <string.h>

#include "base/utf8.h"
#include "rules/hits.h"

enum {
	MARK = 6,			/* where the points begin */
	TEXT_LEAST = 16,		/* columns for what a line says */
	TEXT_MOST = 100,		/* also where the page has no end */
	VALUE_LEAST = 16,		/* for what it looked at */
	VALUE_MOST = 60,
	FEW_WORDS = 12,			/* fewer are shown without their number */
};

/* ---- the head of a route ---- */

static void
add_total(struct buf *b, const struct account_route *r)
{
	const struct standing *s = &r->standing;

	buf_addf(b, "%d point%s", s->known, s->known == 1 ? "" : "s");
	if (s->lowest != s->highest)
		buf_addf(b, " (%d to %d)", s->lowest, s->highest);
	buf_addf(b, " of %d needed", s->needs);
}

static void
put_route_head(struct page *pg, const struct account *ac,
    const struct account_route *r)
{
	const struct account_line *never = account_find(r, LINE_NEVER);
	const struct account_line *always = account_find(r, LINE_ALWAYS);
	bool has = account_has(ac, r);
	AUTO(buf_release) struct buf b = BUF_INIT;

	page_put_str(pg, has ? STYLE_GOOD : r->n_hit > 0 ? STYLE_NAME : STYLE_DIM,
	    r->route->name);
	page_pad(pg, pg->at + 3);
	if (r->n_line > 0)
		add_total(&b, r);
	else
		buf_add_str(&b, "no lines of evidence");
	if (never != NULL)
		buf_addf(&b, "; %s says never", never->line->id);
	else if (always != NULL)
		buf_addf(&b, "; %s says always", always->line->id);
	if (has)
		buf_add_str(&b, ac->plan->by == BY_OBSERVE ?
		    ": it would have the message" : ": it has the message");
	page_put_wrapped(pg, r->n_hit > 0 || has ? STYLE_PLAIN : STYLE_DIM,
	    buf_str(&b));
	page_newline(pg);
}

static void
put_what_if(struct page *pg, const struct account *ac, const struct account_route *r)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	account_say(ac, r, &b);
	if (b.len == 0)
		return;
	page_pad(pg, 2);
	page_put_wrapped(pg, r->n_hit > 0 || account_has(ac, r) ? STYLE_PLAIN :
	    STYLE_DIM, buf_str(&b));
	page_newline(pg);
}

/* ---- the lines ---- */

/* Columns of a route's lines. */
struct columns {
	size_t points, text, head, value;
};

/*
 * What the condition says, so short that it fits: "text has @press (214
 * phrases)".
 */
static void
put_cond(struct page *pg, enum style style, const struct cond *c, bool and,
    size_t room)
{
	AUTO(buf_release) struct buf text = BUF_INIT, phrases = BUF_INIT;

	buf_addf(&text, "%s%s", and ? "and " : "", c->text);
	if (c->pred == PRED_HAS && (strchr(c->text, '@') != NULL ||
	    utf8_width(buf_slice(&text)) > room))
		buf_addf(&phrases, " (%zu phrase%s)", c->n_phrase,
		    c->n_phrase == 1 ? "" : "s");
	page_put_within(pg, style, buf_slice(&text),
	    MAX(room - MIN(room, phrases.len), (size_t)TEXT_LEAST));
	page_put(pg, style, buf_slice(&phrases));
}

static size_t
cond_width(const struct cond *c, bool and)
{
	return utf8_width(slice_str(c->text)) + (and ? strlen("and ") : 0) +
	    (c->pred == PRED_HAS && strchr(c->text, '@') != NULL ?
	    strlen(" (999 phrases)") : 0);
}

static void
add_facts(struct buf *b, uint32_t facts)
{
	const char *between = "is ";

	for (int i = 0; i < FACT_N; i++)
		if ((facts & FACT_BIT(i)) != 0) {
			buf_addf(b, "%s%s", between, fact_table[i].name);
			between = ", ";
		}
	if (facts == 0)
		buf_add_str(b, "is nothing of that kind");
}

/* "62 words: Hello, I'm a reporter", "nothing there" */
static void
add_seen(struct buf *b, const struct seen *s, bool whole)
{
	if (s->n == 0)
		buf_add_str(b, s->capped ? "" : "nothing there");
	else if (s->words > FEW_WORDS)
		buf_addf(b, "%u words%s", s->words, whole ? ": " : "");
	else if (s->n > 3)
		buf_addf(b, "%u values: ", s->n);
	if (whole || s->words <= FEW_WORDS)
		buf_add_slice(b, s->excerpt);
	if (s->capped)
		buf_addf(b, "%s(not all of it)", b->len > 0 ? " " : "");
}

/* What condition number `cond` of the line looked at; of much text how much. */
static void
add_value(struct buf *b, const struct account *ac, const struct account_line *l,
    size_t cond)
{
	const struct cond *c = &l->line->cond[cond];
	const struct seen *s = account_seen(ac, c);

	if (l->state == TRI_UNKNOWN && (l->stopped == (int)cond ||
	    (l->stopped < 0 && cond == 0)))
		buf_addf(b, "not judged: " SLICE_FMT, SLICE_ARG(l->hit->reason));
	else if (l->state == TRI_NO && l->stopped >= 0 &&
	    cond > (size_t)l->stopped)
		buf_add_str(b, "(not asked)");
	else if (c->facts)
		add_facts(b, ac->plan->facts);
	else if (s != NULL)
		add_seen(b, s, false);
}

static void
put_value(struct page *pg, enum style style, const struct columns *c,
    const struct account *ac, const struct account_line *l, size_t cond)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	add_value(&b, ac, l, cond);
	if (b.len == 0)
		return;
	page_pad(pg, c->value);
	page_put_str(pg, STYLE_DIM, "| ");
	page_put_within(pg, style, buf_slice(&b), MAX(MIN(page_room(pg),
	    (size_t)VALUE_MOST), (size_t)TEXT_LEAST));
}

/* A row for each condition: what it says, and what it looked at. */
static void
put_conds(struct page *pg, const struct columns *c, const struct account *ac,
    const struct account_line *l, size_t from)
{
	enum style style = l->state == TRI_NO ? STYLE_DIM : STYLE_PLAIN;

	for (size_t i = from; i < l->line->n_cond; i++) {
		if (i > 0) {
			page_newline(pg);
			page_pad(pg, c->text);
		}
		put_cond(pg, style, &l->line->cond[i], i > 0,
		    c->value - c->text - 1);
		put_value(pg, style, c, ac, l, i);
	}
}

static void
put_line(struct page *pg, const struct columns *c, const struct account *ac,
    const struct account_line *l)
{
	static const char *const marks[] = {
		[TRI_NO] = " no", [TRI_YES] = "yes", [TRI_UNKNOWN] = "  ?",
	};
	bool no = l->state == TRI_NO;
	AUTO(buf_release) struct buf points = BUF_INIT;

	page_pad(pg, 2);
	page_put_str(pg, no ? STYLE_DIM : hits_style(l->hit), marks[l->state]);
	hits_points(l->hit, &points);
	page_pad(pg, MARK + c->points - points.len);
	page_put(pg, no ? STYLE_DIM : hits_style(l->hit), buf_slice(&points));
	page_pad(pg, MARK + c->points + 1);
	page_put_str(pg, no ? STYLE_DIM : STYLE_NAME, l->line->id);
	page_pad(pg, c->text);
	if (no || l->hit->matched.len == 0) {
		put_conds(pg, c, ac, l, 0);
	} else {
		hits_put_found(pg, l->hit, c->head);
		put_conds(pg, c, ac, l, 1);
	}
	if (l->hit->n_capture > 0)
		hits_put_captures(pg, l->hit, c->text);
	page_newline(pg);
}

/* Columns for what the line's conditions say, and for what they looked at. */
static void
measure_line(const struct account *ac, const struct account_line *l, size_t *text,
    size_t *value)
{
	for (size_t k = l->hit->matched.len > 0; k < l->line->n_cond; k++) {
		AUTO(buf_release) struct buf b = BUF_INIT;

		add_value(&b, ac, l, k);
		*text = MAX(*text, cond_width(&l->line->cond[k], k > 0));
		*value = MAX(*value, utf8_width(buf_slice(&b)));
	}
}

/*
 * Values get what they need up to three tenths, for they stand above in full;
 * why a line could not be judged stands nowhere else.  What lines say gets the
 * rest.
 */
static struct columns
measure(const struct page *pg, const struct account *ac, const struct account_route *r)
{
	struct columns c = { .points = 3 };
	size_t id = 0, text = TEXT_LEAST, value = 0, reason = 0, room;

	for (size_t i = 0; i < r->n_line; i++) {
		const struct account_line *l = &r->line[i];
		AUTO(buf_release) struct buf points = BUF_INIT;

		hits_points(l->hit, &points);
		c.points = MAX(c.points, points.len);
		id = MAX(id, utf8_width(slice_str(l->line->id)));
		measure_line(ac, l, &text, l->state == TRI_UNKNOWN ? &reason :
		    &value);
	}
	c.text = MARK + c.points + 1 + id + 2;
	room = pg->columns > c.text + 3 ? pg->columns - c.text - 3 : 0;
	value = MAX(reason, MIN(value, MAX(room * 3 / 10, (size_t)VALUE_LEAST)));
	text = MIN(text, pg->columns == 0 ? (size_t)TEXT_MOST :
	    MAX(room - MIN(room, value), (size_t)TEXT_LEAST));
	c.value = c.text + text + 1;
	return c;
}

static void
put_lines(struct page *pg, const struct account *ac, const struct account_route *r)
{
	struct columns c = measure(pg, ac, r);
	AUTO(hits_release) struct hits h = { .n = 0 };

	hits_take(&h, &ac->plan->trace[r->number], NULL);
	c.head = hits_head_width(&h);
	for (size_t i = 0; i < r->n_line; i++)
		put_line(pg, &c, ac, &r->line[i]);
}

/* ---- the fields ---- */

#define NOTHING_IN	"nothing in"

static bool
is_shown(const struct account_route *r, const char *only)
{
	return only == NULL || strcmp(only, r->route->name) == 0;
}

/* For each field: does a line of a route that is shown look at it? */
static const bool *
find_used(struct arena *a, const struct account *ac, const char *only)
{
	bool *used = arena_calloc(a, ac->seen->n_seen, sizeof *used);

	for (size_t i = 0; i < ac->n_route; i++) {
		const struct account_route *r = &ac->route[i];

		for (size_t k = 0; is_shown(r, only) && k < r->n_line; k++)
			for (size_t n = 0; n < r->line[k].line->n_cond; n++) {
				const struct seen *s = account_seen(ac,
				    &r->line[k].line->cond[n]);

				if (s != NULL)
					used[s - ac->seen->seen] = true;
			}
	}
	return used;
}

enum presence { PRESENT, PRESENT_HEADER, NOTHING };

static enum presence
presence(const struct seen *s)
{
	if (s->n == 0 && !s->capped)
		return NOTHING;
	return slice_starts(s->field, "header:") ? PRESENT_HEADER : PRESENT;
}

static void
put_present(struct page *pg, const struct account *ac, const bool *used,
    enum presence which, size_t width)
{
	for (size_t i = 0; i < ac->seen->n_seen; i++) {
		const struct seen *s = &ac->seen->seen[i];
		AUTO(buf_release) struct buf b = BUF_INIT;

		if (presence(s) != which || !used[i])
			continue;
		add_seen(&b, s, true);
		page_pad(pg, 2);
		page_put(pg, STYLE_DIM, s->field);
		page_pad(pg, 2 + width + 2);
		page_put_cut(pg, STYLE_PLAIN, buf_slice(&b));
		page_newline(pg);
	}
}

/* "nothing in  cc, header:list-unsubscribe": they share a row. */
static void
put_absent(struct page *pg, const struct account *ac, const bool *used, size_t width)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	for (size_t i = 0; i < ac->seen->n_seen; i++) {
		const struct seen *s = &ac->seen->seen[i];

		if (presence(s) != NOTHING || !used[i])
			continue;
		buf_add_str(&b, b.len > 0 ? ", " : "");
		buf_add_slice(&b, s->field);
	}
	if (b.len == 0)
		return;
	page_pad(pg, 2);
	page_put_str(pg, STYLE_DIM, NOTHING_IN);
	page_pad(pg, 2 + width + 2);
	page_put_wrapped(pg, STYLE_DIM, buf_str(&b));
	page_newline(pg);
}

static void
put_fields(struct page *pg, const struct account *ac, const char *only)
{
	AUTO(arena_free) struct arena *a = arena_new();
	size_t width = strlen(NOTHING_IN);
	const bool *used;
	bool any = false;

	if (ac->seen == NULL)
		return;
	used = find_used(a, ac, only);
	for (size_t i = 0; i < ac->seen->n_seen; i++) {
		const struct seen *s = &ac->seen->seen[i];

		if (!used[i])
			continue;
		any = true;
		if (presence(s) != NOTHING)
			width = MAX(width, utf8_width(s->field));
	}
	if (!any)
		return;
	page_newline(pg);
	page_put_str(pg, STYLE_BOLD, "Looked at");
	page_newline(pg);
	put_present(pg, ac, used, PRESENT, width);
	put_present(pg, ac, used, PRESENT_HEADER, width);
	put_absent(pg, ac, used, width);
}

void
account_text(const struct account *ac, const char *only, bool colour,
    unsigned columns, struct buf *out)
{
	struct page pg = { .out = out, .colour = colour, .columns = columns };

	put_fields(&pg, ac, only);

	for (size_t i = 0; i < ac->n_route; i++) {
		const struct account_route *r = &ac->route[i];

		if (!is_shown(r, only))
			continue;
		page_newline(&pg);
		put_route_head(&pg, ac, r);
		put_what_if(&pg, ac, r);
		put_lines(&pg, ac, r);
	}
}
