/* SPDX-License-Identifier: MIT */
/* The parts of the text form below its first screen. */
#include "base/utf8.h"
#include "flow/chart.h"
#include "flow/summary_say.h"
#include "flow/summary_screen.h"

enum {
	TROUBLES = 8,			/* shown of each list */
	GROUPS = 6,
	DOMAINS = 10,
	EARNED = 8,
	IDLE = 8,
	UNSURE = 5,
	VALUES = 12,			/* of a field */
	ALARMS = 8,
	ALARM_NAME = 16,
	BAR = 20,
	NARROW = 60,			/* columns below which there are no bars */
	NUMBER = 7,
};

static void
number_cell(struct screen *sc, uint64_t n)
{
	screen_cell(sc, STYLE_BOLD, say_count(sc->a, n), NUMBER, true);
	screen_add(sc, STYLE_PLAIN, "  ");
}

static void
chart(struct screen *sc, enum summary_chart which)
{
	struct chart *c = summary_chart(sc->s, sc->a, which, 0);

	if (c == NULL)
		return;
	screen_end(sc);
	chart_text(c, (unsigned)sc->columns, sc->colour, sc->ascii, sc->out);
}

/* ---- delivery ---- */

static void
trouble(struct screen *sc, const struct stats_trouble *t)
{
	const char *place = t->server[0] != '\0' && t->target[0] != '\0' ?
	    arena_printf(sc->a, "%s: %s", t->server, t->target) :
	    t->target[0] != '\0' ? t->target : t->server;

	number_cell(sc, t->messages);
	screen_add(sc, t->failed ? STYLE_BAD : STYLE_WARN, "%s",
	    t->failed ? "given up" : "put off");
	screen_add(sc, STYLE_PLAIN, "  ");
	screen_cut(sc, STYLE_PLAIN, place[0] != '\0' ? place : effect_kind_name(t->kind),
	    sc->columns - NUMBER - 12);
	screen_end(sc);
	if (t->text[0] == '\0')
		return;
	screen_add(sc, STYLE_PLAIN, "         ");
	screen_cut(sc, STYLE_DIM, t->text, sc->columns - NUMBER - 2);
	screen_end(sc);
}

static void
delivery(struct screen *sc)
{
	const struct summary *s = sc->s;

	if (s->n_trouble > 0) {
		screen_heading(sc, "What did not arrive at once (messages)");
		for (size_t i = 0; i < s->n_trouble && i < TROUBLES; i++)
			trouble(sc, &s->trouble[i]);
		if (s->n_trouble > TROUBLES)
			screen_more(sc, s->n_trouble - TROUBLES, "",
			    screen_stats(sc, "trouble"));
	}
	if (s->delivered > 0) {
		chart(sc, SUMMARY_DELAYS);
		screen_add(sc, STYLE_PLAIN, "  ");
		screen_wrap(sc, STYLE_PLAIN, arena_printf(sc->a, "%s: half within %s, "
		    "95 %% within %s, the longest took %s.",
		    say_of(sc->a, s->delivered, "message delivered",
			"messages delivered"), say_span(sc->a, s->median_ms),
		    say_span(sc->a, s->p95_ms), say_span(sc->a, s->longest_ms)), 2, 2);
		screen_end(sc);
	}
}

/* ---- triage ---- */

static void
group(struct screen *sc, const struct summary_group *g)
{
	number_cell(sc, g->n);
	if (g->words[0] != '\0')
		screen_cut(sc, STYLE_PLAIN, arena_printf(sc->a, "\"%s\"", g->words),
		    sc->columns - NUMBER - 2);
	else
		screen_add(sc, STYLE_DIM, "alike, but their words are not shown here");
	screen_end(sc);
	for (size_t i = 0; i < g->n_sample; i++) {
		screen_add(sc, STYLE_PLAIN, "         ");
		screen_cut(sc, STYLE_DIM, g->sample[i], sc->columns - NUMBER - 2);
		screen_end(sc);
	}
	if (g->line[0] != '\0') {
		screen_add(sc, STYLE_PLAIN, "         ");
		screen_add(sc, STYLE_NAME, "%s", g->line);
		if (g->route[0] != '\0')
			screen_add(sc, STYLE_DIM, "   in route %s", g->route);
		screen_end(sc);
	}
	if (g->elsewhere > 0) {
		screen_add(sc, STYLE_PLAIN, "         ");
		screen_cut(sc, STYLE_DIM, arena_printf(sc->a, "%s with it in the subject "
		    "went elsewhere already", say_of(sc->a, g->elsewhere, "message",
			"messages")), sc->columns - NUMBER - 2);
		screen_end(sc);
	}
	if (g->n_id > 0) {
		screen_add(sc, STYLE_PLAIN, "         ");
		screen_add(sc, STYLE_NAME, "mroute explain %s", g->id[0]);
		screen_end(sc);
	}
}

static void
triage(struct screen *sc)
{
	const struct summary *s = sc->s;
	size_t shown = MIN(s->n_group, GROUPS);
	uint64_t rest = 0;

	if (s->triage == 0)
		return;
	screen_heading(sc, "Left to a person, in groups of alike wording%s",
	    shown > 0 && s->group[0].line[0] != '\0' ? ", each with a line for the rules" : "");
	for (size_t i = 0; i < shown; i++)
		group(sc, &s->group[i]);
	for (size_t i = shown; i < s->n_group; i++)
		rest += s->group[i].n;
	if (rest > 0) {
		number_cell(sc, rest);
		screen_add(sc, STYLE_PLAIN, "in smaller groups");
		screen_end(sc);
	}
	if (s->ungrouped > 0) {
		number_cell(sc, s->ungrouped);
		screen_add(sc, STYLE_PLAIN, "like nothing else");
		screen_end(sc);
	}
}

/* ---- who wrote ---- */

static void
domains(struct screen *sc)
{
	const struct summary *s = sc->s;
	unsigned bar_most = sc->columns < NARROW ? 0 : BAR;
	struct widest name = { 0, sc->columns - NUMBER - bar_most - 9 };
	size_t shown = MIN(s->n_domain, DOMAINS);

	if (s->domains == 0)
		return;
	screen_heading(sc, "Who wrote: %s%s%s",
	    say_of(sc->a, s->domains, "domain", "domains"),
	    s->fresh_domains > 0 && !s->first ? ", new: " : "",
	    s->fresh_domains > 0 && !s->first ? say_count(sc->a, s->fresh_domains) : "");
	for (size_t i = 0; i < shown; i++)
		widest_add(&name, s->domain[i].name);
	for (size_t i = 0; i < shown; i++) {
		AUTO(buf_release) struct buf bar = BUF_INIT;

		chart_bar(s->domain[i].n, s->domain[0].n, bar_most, sc->ascii, &bar);
		number_cell(sc, s->domain[i].n);
		screen_cell(sc, STYLE_PLAIN, s->domain[i].name, name.width, false);
		screen_add(sc, STYLE_PLAIN, "  ");
		screen_cell(sc, STYLE_NAME, buf_str(&bar), bar_most, false);
		if (s->domain[i].fresh && !s->first)
			screen_add(sc, STYLE_WARN, "  new");
		screen_end(sc);
	}
	if (s->n_domain > 0 && s->domains > shown)
		screen_more(sc, s->domains - shown, "", screen_stats(sc, "domain"));
	if (s->n_fresh > 0 && !s->first) {
		AUTO(buf_release) struct buf b = BUF_INIT;

		buf_add_str(&b, "New:");
		for (size_t i = 0; i < s->n_fresh; i++)
			buf_addf(&b, " %s%s", s->fresh[i],
			    i + 1 < s->n_fresh ? "," : "");
		if (s->fresh_domains > s->n_fresh)
			buf_add_str(&b, ", ...");
		screen_add(sc, STYLE_PLAIN, "  ");
		screen_wrap(sc, STYLE_PLAIN, buf_str(&b), 2, 7);
		screen_end(sc);
	}
}

/* ---- lines ---- */

static size_t
id_width(const struct summary_line *l, size_t n)
{
	struct widest w = { 0, 20 };

	for (size_t i = 0; i < n; i++)
		widest_add(&w, l[i].id);
	return w.width;
}

static void
line_rest(struct screen *sc, const char *text, size_t used)
{
	screen_cut(sc, STYLE_DIM, text, sc->columns > used ? sc->columns - used : 1);
	screen_end(sc);
}

static void
earned(struct screen *sc)
{
	const struct summary *s = sc->s;
	size_t shown = MIN(s->n_earned, EARNED), width = id_width(s->earned, shown);

	if (s->n_earned == 0)
		return;
	screen_heading(sc, "Lines that earned their keep (messages that would have gone "
	    "elsewhere without)");
	for (size_t i = 0; i < shown; i++) {
		const struct summary_line *l = &s->earned[i];

		number_cell(sc, l->decisive);
		screen_cell(sc, STYLE_PLAIN, l->id, width, false);
		screen_add(sc, STYLE_PLAIN, "  ");
		line_rest(sc, l->text, NUMBER + 4 + width);
	}
	screen_more(sc, s->n_earned - shown, "", screen_stats(sc, "line"));
}

static void
idle(struct screen *sc)
{
	const struct summary *s = sc->s;
	size_t shown = MIN(s->n_idle, IDLE), width = id_width(s->idle, shown);
	struct widest last = { 0, 20 };

	if (s->idle_total == 0)
		return;
	screen_heading(sc, "Lines that have not fired since %s: %s of the rules in force",
	    s->idle_since, say_count(sc->a, s->idle_total));
	for (size_t i = 0; i < shown; i++)
		widest_add(&last, s->idle[i].last);
	for (size_t i = 0; i < shown; i++) {
		const struct summary_line *l = &s->idle[i];

		screen_add(sc, STYLE_PLAIN, "  ");
		screen_cell(sc, STYLE_PLAIN, l->id, width, false);
		screen_add(sc, STYLE_PLAIN, "  ");
		screen_cell(sc, STYLE_PLAIN, l->last, last.width, false);
		screen_add(sc, STYLE_PLAIN, "  ");
		line_rest(sc, l->text, 6 + width + last.width);
	}
	screen_more(sc, s->idle_total - shown, "", say_command(sc->a, sc->s, "summary --json"));
}

static void
unsure(struct screen *sc)
{
	const struct summary *s = sc->s;
	size_t shown = MIN(s->n_unsure, UNSURE), width = id_width(s->unsure, shown);

	if (s->n_unsure == 0)
		return;
	screen_heading(sc, "Lines that could not be judged (messages)");
	for (size_t i = 0; i < shown; i++) {
		const struct summary_line *l = &s->unsure[i];

		number_cell(sc, l->unknown);
		screen_cell(sc, STYLE_PLAIN, l->id, width, false);
		screen_add(sc, STYLE_PLAIN, "  ");
		line_rest(sc, arena_printf(sc->a, "%s%s%s", l->reason,
		    l->text[0] != '\0' ? ": " : "", l->text), NUMBER + 4 + width);
	}
	screen_more(sc, s->n_unsure - shown, "", screen_stats(sc, "line"));
}

/* ---- what was captured ---- */

static void
one_field(struct screen *sc, const struct summary_field *f)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	size_t shown = MIN(f->n_value, VALUES);
	uint64_t more = f->n;
	const char *name = arena_printf(sc->a, "%s %s", f->route, f->name);

	for (size_t i = 0; i < shown; i++) {
		buf_addf(&b, "%s%s", i > 0 ? ", " : "", f->value[i].value);
		if (f->value[i].n > 1)
			buf_addf(&b, " (%s)", say_count(sc->a, f->value[i].n));
		more -= f->value[i].n;
	}
	if (more > 0)
		buf_addf(&b, "%s%s", b.len > 0 ? ", and in " : "in ",
		    say_of(sc->a, more, b.len > 0 ? "more" : "message",
			b.len > 0 ? "more" : "messages"));
	number_cell(sc, f->n);
	screen_add(sc, STYLE_BOLD, "%s", name);
	screen_add(sc, STYLE_PLAIN, "  ");
	screen_wrap(sc, STYLE_PLAIN, buf_str(&b),
	    NUMBER + 4 + utf8_width(slice_str(name)), NUMBER + 2);
	screen_end(sc);
}

static void
fields(struct screen *sc)
{
	if (sc->s->n_field == 0)
		return;
	screen_heading(sc, "What the messages said");
	for (size_t i = 0; i < sc->s->n_field; i++)
		one_field(sc, &sc->s->field[i]);
}

/* ---- the engine ---- */

static void
engine(struct screen *sc)
{
	const struct summary *s = sc->s;
	struct say_event met[SAY_EVENTS];
	size_t n = say_events(s, met);

	if (n == 0 && s->n_alarm == 0)
		return;
	screen_heading(sc, "The machine");
	for (size_t i = 0; i < n; i++) {
		number_cell(sc, met[i].n);
		screen_wrap(sc, STYLE_PLAIN, met[i].what, NUMBER + 2, NUMBER + 2);
		screen_end(sc);
	}
	for (size_t i = 0; i < s->n_alarm && i < ALARMS; i++) {
		const struct summary_alarm *e = &s->alarm[i];
		const char *name = arena_printf(sc->a, "alarm %s", e->name);

		number_cell(sc, e->n);
		screen_cut(sc, STYLE_WARN, name, ALARM_NAME);
		screen_add(sc, STYLE_PLAIN, "  ");
		line_rest(sc, say_alarm(sc->a, e), NUMBER + 4 +
		    MIN(utf8_width(slice_str(name)), (size_t)ALARM_NAME));
	}
	if (s->n_alarm > ALARMS)
		screen_more(sc, s->n_alarm - ALARMS, "alarms", "mroute status");
}

static void
closing(struct screen *sc)
{
	const struct summary *s = sc->s;

	screen_end(sc);
	for (size_t i = 0; !s->empty && i < SAY_TERMS; i++) {
		screen_wrap(sc, STYLE_DIM, arena_printf(sc->a, "%s: %s.",
		    say_terms[i].term, say_terms[i].is), 0, 2);
		screen_end(sc);
	}
	screen_wrap(sc, STYLE_DIM, arena_printf(sc->a, "Times are those of %s. "
	    "Questions of your own:", s->zone), 0, 0);
	screen_end(sc);
	/* In one piece: people copy it. */
	screen_add(sc, STYLE_DIM, "  %s", screen_stats(sc, "route"));
	screen_end(sc);
}

void
screen_sections(struct screen *sc)
{
	delivery(sc);
	triage(sc);
	domains(sc);
	earned(sc);
	idle(sc);
	unsure(sc);
	fields(sc);
	engine(sc);
	if (!sc->s->empty)
		chart(sc, SUMMARY_HOURS);
	closing(sc);
}
