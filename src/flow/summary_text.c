/* SPDX-License-Identifier: MIT */
/*
 * The text form: a first screen of 24 lines that tells whether the period was good,
 * then the sections (summary_sections.c).
 */
#include "base/utf8.h"
#include "flow/chart.h"
#include "flow/summary_say.h"
#include "flow/summary_screen.h"

enum {
	SCREEN_LINES = 24,
	COLUMNS = 80,
	COLUMNS_LEAST = 40,
	COLUMNS_MOST = 120,
	ROUTES_LEAST = 5,		/* on it, whatever else it has */
	NAME_MOST = 24,
	KEY_WIDTH = 10,
};

static void
title(struct screen *sc)
{
	const struct summary *s = sc->s;
	static const char *const kinds[] = { [PERIOD_WEEK] = "Week ",
		[PERIOD_MONTH] = "Month " };
	/* A span has no name but its days. */
	bool span = s->period.kind == PERIOD_SPAN;
	const char *first = span ? "" :
	    arena_printf(sc->a, "%s%s   ", kinds[s->period.kind], s->key);
	size_t used = utf8_width(slice_str(first)) + utf8_width(slice_str(s->title)),
	    host = utf8_width(slice_str(s->hostname));

	screen_add(sc, STYLE_BOLD, "%s", first);
	screen_wrap(sc, span ? STYLE_BOLD : STYLE_PLAIN, s->title,
	    utf8_width(slice_str(first)), 2);
	if (used + 2 + host <= sc->columns)
		screen_cell(sc, STYLE_DIM, s->hostname, sc->columns - used, true);
	screen_end(sc);
}

static void
one_note(struct screen *sc, const struct summary_note *n, bool first)
{
	static const struct {
		const char *mark, *plain;
		enum style style;
	} tones[] = {
		[TONE_GOOD] = { "✓", "+", STYLE_GOOD },
		[TONE_LOOK] = { "▲", "*", STYLE_WARN },
		[TONE_BAD] = { "✗", "!", STYLE_BAD },
	};
	size_t at;

	screen_add(sc, STYLE_PLAIN, "  ");
	screen_add(sc, tones[n->tone].style, "%s",
	    sc->ascii ? tones[n->tone].plain : tones[n->tone].mark);
	screen_add(sc, STYLE_PLAIN, " ");
	at = screen_wrap(sc, first ? STYLE_BOLD : STYLE_PLAIN, n->text, 4, 4);
	if (n->todo[0] == '\0') {
		screen_end(sc);
		return;
	}
	/* A command stays in one piece: people copy it. */
	if (at + 2 + utf8_width(slice_str(n->todo)) > sc->columns) {
		screen_end(sc);
		screen_add(sc, STYLE_PLAIN, "    ");
	} else
		screen_add(sc, STYLE_PLAIN, "  ");
	screen_add(sc, STYLE_NAME, "%s", n->todo);
	screen_end(sc);
}

static void
notes(struct screen *sc, size_t n)
{
	screen_end(sc);
	for (size_t i = 0; i < n; i++)
		one_note(sc, &sc->s->note[i], i == 0);
}

/* Those that the first screen had no room for stand right below it. */
static void
more_notes(struct screen *sc, size_t from)
{
	if (from == sc->s->n_note)
		return;
	screen_heading(sc, "And");
	for (size_t i = from; i < sc->s->n_note; i++)
		one_note(sc, &sc->s->note[i], false);
}

/* ---- key figures ---- */

static void
figure(struct screen *sc, const char *number, const char *text)
{
	screen_cell(sc, STYLE_BOLD, number, KEY_WIDTH, true);
	screen_add(sc, STYLE_PLAIN, "  ");
	screen_wrap(sc, STYLE_PLAIN, text, KEY_WIDTH + 2, KEY_WIDTH + 2);
	screen_end(sc);
}

static void
messages_figure(struct screen *sc)
{
	const struct summary *s = sc->s;
	const char *compared = s->n_trend < 2 ? "" :
	    arena_printf(sc->a, ", %s", say_compared(sc->a, s, s->total,
		s->total_before));
	const char *usual = s->usual_total == 0 ? "" :
	    arena_printf(sc->a, "; usual: %s", say_count(sc->a, s->usual_total));

	figure(sc, say_count(sc->a, s->total), arena_printf(sc->a, "%s%s%s",
	    s->total == 1 ? "message" : "messages", compared, usual));
}

static void
share_figures(struct screen *sc)
{
	const struct summary *s = sc->s;
	const char *usual = s->usual_total == 0 ? "" :
	    arena_printf(sc->a, "; usual: %u %%", s->usual_triage);

	if (!say_observed(s))
		figure(sc, say_share(sc->a, s->by_rules, s->total), arena_printf(sc->a,
		    "routed by the rules, without a person (%s)",
		    say_count(sc->a, s->by_rules)));
	if (s->observed > 0)
		figure(sc, say_share(sc->a, s->would_be, s->observed),
		    arena_printf(sc->a, "of %s observed would have found a route (%s)",
		    say_count(sc->a, s->observed), say_count(sc->a, s->would_be)));
	if (!say_observed(s))
		figure(sc, say_share(sc->a, s->triage, s->total), arena_printf(sc->a,
		    "left to a person, as no rule was sure (%s)%s",
		    say_count(sc->a, s->triage), usual));
	/* So that they make up all messages. */
	if (s->by_person > 0)
		figure(sc, say_share(sc->a, s->by_person, s->total), arena_printf(sc->a,
		    "routed by a person (%s)", say_count(sc->a, s->by_person)));
	if (s->other > s->observed)
		figure(sc, say_share(sc->a, s->other - s->observed, s->total),
		    arena_printf(sc->a, "set aside, or not decided yet: loops, no "
			"alias (%s)",
			say_count(sc->a, s->other - s->observed)));
	if (s->delivered > 0)
		figure(sc, say_span(sc->a, s->median_ms), arena_printf(sc->a,
		    "from receipt to delivery for half of them; 95 %% within %s",
		    say_span(sc->a, s->p95_ms)));
}

static void
figures(struct screen *sc)
{
	messages_figure(sc);
	if (!sc->s->empty)
		share_figures(sc);
}

/*
 * How many of the notes have room on the first screen: with the empty lines between,
 * the figures, and the least of routes below their heading.  The first one always has.
 */
static size_t
notes_that_fit(const struct screen *sc)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct screen trial = *sc;
	unsigned other;
	size_t n = 0;

	trial.out = &b;
	trial.lines = 0;
	figures(&trial);
	other = sc->lines + 1 + 1 + trial.lines + 1 + 1 + ROUTES_LEAST;
	trial.lines = 0;
	for (; n < sc->s->n_note; n++) {
		one_note(&trial, &sc->s->note[n], false);
		if (n > 0 && sc->limited && trial.lines + other > SCREEN_LINES)
			break;
	}
	return n;
}

/* ---- routes ---- */

struct route_columns {
	struct widest name, now, change, would;
	size_t bar, trend;
	uint64_t most;
};

static const char *
route_label(struct screen *sc, const struct summary_route *r)
{
	return r->gone ? arena_printf(sc->a, "%s (gone)", r->name) : r->name;
}

static struct route_columns
measure(struct screen *sc)
{
	const struct summary *s = sc->s;
	struct route_columns c = { .name.most = MIN(sc->columns / 4, NAME_MOST), .now = { 3, 20 },
	    .change.most = 20, .would.most = 20 };
	size_t used;

	for (size_t i = 0; i < s->n_route; i++) {
		const struct summary_route *r = &s->route[i];

		c.most = MAX(c.most, r->now);
		widest_add(&c.name, route_label(sc, r));
		widest_add(&c.now, say_count(sc->a, r->now));
		if (s->n_trend > 1)
			widest_add(&c.change, say_change(sc->a, r->now, r->before));
		if (s->observed > 0)
			widest_add(&c.would, "would be");
	}
	if (c.change.width > 0)
		widest_add(&c.change, "change");
	c.trend = s->n_trend > 1 ? MAX(s->n_trend, sizeof "12 weeks" - 1) : 0;
	used = 2 + c.name.width + 2 + 1 + c.now.width +
	    (c.change.width > 0 ? c.change.width + 2 : 0) +
	    (c.would.width > 0 ? c.would.width + 2 : 0) +
	    (c.trend > 0 ? c.trend + 2 : 0);
	c.bar = sc->columns > used + 8 ? MIN(sc->columns - used, 48) : 0;
	return c;
}

static void
route_heading(struct screen *sc, const struct route_columns *c)
{
	screen_add(sc, STYLE_PLAIN, "  ");
	screen_cell(sc, STYLE_DIM, "route", c->name.width, false);
	screen_cell(sc, STYLE_PLAIN, "", 2 + c->bar + 1, false);
	screen_cell(sc, STYLE_DIM, "now", c->now.width, true);
	if (c->change.width > 0)
		screen_cell(sc, STYLE_DIM, "change", c->change.width + 2, true);
	if (c->would.width > 0)
		screen_cell(sc, STYLE_DIM, "would be", c->would.width + 2, true);
	if (c->trend > 0)
		screen_add(sc, STYLE_DIM, "  %zu %ss", sc->s->n_trend, say_unit(sc->s));
	screen_end(sc);
}

static void
route_row(struct screen *sc, const struct route_columns *c, const struct summary_route *r)
{
	const struct summary *s = sc->s;
	AUTO(buf_release) struct buf bar = BUF_INIT, trend = BUF_INIT;

	chart_bar(r->now, c->most, (unsigned)c->bar, sc->ascii, &bar);
	screen_add(sc, STYLE_PLAIN, "  ");
	screen_cell(sc, r->gone ? STYLE_DIM : STYLE_PLAIN, route_label(sc, r),
	    c->name.width, false);
	screen_add(sc, STYLE_PLAIN, "  ");
	screen_cell(sc, r->otherwise ? STYLE_WARN : STYLE_NAME, buf_str(&bar), c->bar,
	    false);
	screen_cell(sc, STYLE_BOLD, say_count(sc->a, r->now), c->now.width + 1, true);
	if (c->change.width > 0)
		screen_cell(sc, STYLE_PLAIN, say_change(sc->a, r->now, r->before),
		    c->change.width + 2, true);
	if (c->would.width > 0)
		screen_cell(sc, STYLE_PLAIN, say_count(sc->a, r->would_be),
		    c->would.width + 2, true);
	if (c->trend > 0) {
		chart_spark(r->trend + SUMMARY_TREND - s->n_trend, s->n_trend, sc->ascii,
		    &trend);
		screen_add(sc, STYLE_PLAIN, "  %s", buf_str(&trend));
	}
	screen_end(sc);
}

static void
routes(struct screen *sc)
{
	const struct summary *s = sc->s;
	struct route_columns c = measure(sc);
	unsigned used = sc->lines + 2;
	size_t room = SCREEN_LINES > used + ROUTES_LEAST ? SCREEN_LINES - used :
	    ROUTES_LEAST, shown = s->n_route;
	uint64_t rest = 0;

	if (s->n_route == 0)
		return;
	/* The last line says what the rest is. */
	if (sc->limited && s->n_route > room)
		shown = room - 1;
	screen_end(sc);
	route_heading(sc, &c);
	for (size_t i = 0; i < shown; i++)
		route_row(sc, &c, &s->route[i]);
	for (size_t i = shown; i < s->n_route; i++)
		rest += s->route[i].now;
	if (shown < s->n_route)
		screen_more(sc, s->n_route - shown, arena_printf(sc->a,
		    "routes with %s", say_of(sc->a, rest, "message", "messages")),
		    screen_stats(sc, "route"));
}

void
summary_text(const struct summary *s, unsigned columns, bool colour, bool ascii,
    struct buf *out)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct screen sc = { .s = s, .a = a, .out = out, .colour = colour,
	    .ascii = ascii, .limited = columns > 0, .columns = columns > 0 ?
	    MAX(MIN(columns, COLUMNS_MOST), COLUMNS_LEAST) : COLUMNS };

	size_t shown;

	title(&sc);
	shown = notes_that_fit(&sc);
	notes(&sc, shown);
	screen_end(&sc);
	figures(&sc);
	routes(&sc);
	more_notes(&sc, shown);
	screen_sections(&sc);
}
