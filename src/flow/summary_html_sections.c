/* SPDX-License-Identifier: MIT */
/*
 * The sections of page and mail in their order, those about rules and senders in
 * summary_html_lists.c.
 */
#include "flow/summary_html.h"

#include "base/clock.h"
#include "base/markup.h"
#include "flow/summary_say.h"

/* ---- what there is to say ---- */

static bool
has_routes(const struct summary *s)
{
	return s->n_route > 0;
}

static bool
has_trend(const struct summary *s)
{
	for (size_t i = 0; i < SUMMARY_TREND; i++)
		if (s->trend_total[i] > 0)
			return true;
	return false;
}

static bool
has_delivery(const struct summary *s)
{
	return s->delivered > 0 || s->n_trouble > 0;
}

static bool
has_triage(const struct summary *s)
{
	return s->triage > 0;
}

static bool
has_domains(const struct summary *s)
{
	return s->domains > 0;
}

static bool
has_rules(const struct summary *s)
{
	return s->n_earned > 0 || s->n_idle > 0 || s->n_unsure > 0;
}

static bool
has_fields(const struct summary *s)
{
	return s->n_field > 0;
}

static bool
has_events(const struct summary *s)
{
	struct say_event met[SAY_EVENTS];

	return say_events(s, met) > 0 || s->n_alarm > 0;
}

/* ---- sections ---- */

static void
route_name(struct html *h, const struct summary_route *r, uint64_t largest)
{
	html_open(h, HTML_NAME);
	markup_add(h->out, "<bdi>%.80s</bdi>", r->title);
	if (r->gone)
		html_put(h, HTML_SMALL, " (there is no such route any more)");
	else if (!slice_eq_case(slice_str(r->name), slice_str(r->title)))
		html_put(h, HTML_SMALL, " <bdi>%.40s</bdi>", r->name);
	html_bar(h, r->now, largest, r->otherwise);
	html_close(h, HTML_NAME);
	h->at = 1;
}

static void
route_table(struct html *h)
{
	static const char *const titles[] = { "Route", "#Now", "#Before", "#Change",
		"#Would be", NULL };
	const struct summary *s = h->s;
	size_t most = MIN(s->n_route, html_most(h, 60, 20)), n = 0;
	bool compared = s->n_trend > 1, number[HTML_COLUMNS];
	/* A telephone has room for three of numbers. */
	bool column[] = { true, true, compared && s->observed == 0, compared, s->observed > 0 };
	const char *title[NELEM(titles)];
	uint64_t largest = 0;

	for (size_t i = 0; titles[i] != NULL; i++)
		if (column[i])
			title[n++] = titles[i];
	title[n] = NULL;
	for (size_t i = 0; i < s->n_route; i++)
		largest = MAX(largest, s->route[i].now);
	html_table(h, compared ? arena_printf(h->arena, "Messages, and the %s before",
	    say_unit(s)) : "Messages", title, number);
	for (size_t i = 0; i < most; i++) {
		const struct summary_route *r = &s->route[i];

		html_row(h);
		route_name(h, r, largest);
		html_cell(h, "%s", say_count(h->arena, r->now));
		if (column[2])
			html_cell(h, "%s", say_count(h->arena, r->before));
		if (column[3])
			html_cell(h, "%s", say_change(h->arena, r->now, r->before));
		if (column[4])
			html_cell(h, "%s", say_count(h->arena, r->would_be));
		html_row_end(h);
	}
	html_table_end(h);
	html_more(h, s->n_route, most, say_stats(h->arena, s, "route"));
}

static void
trend(struct html *h)
{
	html_chart(h, SUMMARY_VOLUME);
	if (h->s->n_route > 0 && h->s->n_trend > 1)
		html_chart(h, SUMMARY_TRENDS);
	if (h->s->total > 0)
		html_chart(h, SUMMARY_HOURS);
}

static void
troubles(struct html *h)
{
	static const char *const titles[] = { "Where, and what was said", "#Messages", "#Tries",
		NULL };
	const struct summary *s = h->s;
	size_t most = MIN(s->n_trouble, html_most(h, 15, 8));
	bool number[HTML_COLUMNS];

	if (s->n_trouble == 0)
		return;
	html_table(h, "What did not arrive at once", titles, number);
	for (size_t i = 0; i < most; i++) {
		const struct stats_trouble *t = &s->trouble[i];

		html_row(h);
		html_open(h, HTML_NAME);
		markup_add(h->out, "<b>%s</b> <bdi>%.80s</bdi>%s<bdi>%.80s</bdi>",
		    t->failed ? "Given up:" : "Put off:",
		    t->server[0] != '\0' ? t->server : effect_kind_name(t->kind),
		    t->target[0] != '\0' ? ", " : "", t->target);
		if (t->text[0] != '\0')
			html_put(h, HTML_QUIET, "<bdi>%.200s</bdi>", t->text);
		html_close(h, HTML_NAME);
		h->at = 1;
		html_cell(h, "%s", say_count(h->arena, t->messages));
		html_cell(h, "%s", say_count(h->arena, t->tries));
		html_row_end(h);
	}
	html_table_end(h);
	html_more(h, s->n_trouble, most, say_stats(h->arena, s, "trouble"));
}

static void
delivery(struct html *h)
{
	const struct summary *s = h->s;

	if (s->delivered > 0) {
		html_put(h, HTML_TEXT, "%s delivered: half within %s, 95 %% within %s, the last "
		    "after %s.", say_of(h->arena, s->delivered, "message was", "messages were"),
		    say_span(h->arena, s->median_ms), say_span(h->arena, s->p95_ms),
		    say_span(h->arena, s->longest_ms));
		html_chart(h, SUMMARY_DELAYS);
	}
	troubles(h);
}

static void
machine(struct html *h)
{
	static const char *const titles[] = { "Event", "#Times", NULL };
	const struct summary *s = h->s;
	struct say_event met[SAY_EVENTS];
	size_t n = say_events(s, met), most = MIN(s->n_alarm, html_most(h, 20, 8));
	bool number[HTML_COLUMNS];

	html_table(h, "What happened", titles, number);
	for (size_t i = 0; i < n; i++) {
		html_row(h);
		html_cell(h, "%s", met[i].what);
		html_cell(h, "%s", say_count(h->arena, met[i].n));
		html_row_end(h);
	}
	for (size_t i = 0; i < most; i++) {
		const struct summary_alarm *e = &s->alarm[i];
		const char *text = say_alarm(h->arena, e);

		html_row(h);
		html_cell(h, "alarm <bdi>%.40s</bdi>%s<bdi>%.200s</bdi>", e->name,
		    text[0] != '\0' ? ": " : "", text);
		html_cell(h, "%s", say_count(h->arena, e->n));
		html_row_end(h);
	}
	html_table_end(h);
	html_more(h, s->n_alarm, most, "mroute status");
}

/* ---- their order ---- */

static const struct {
	const char *title;
	bool (*wanted)(const struct summary *s);
	void (*write)(struct html *h);
} sections[] = {
	{ "Routes", has_routes, route_table },
	{ "Over time", has_trend, trend },
	{ "Delivery", has_delivery, delivery },
	{ "What no rule claimed", has_triage, html_groups },
	{ "Who wrote", has_domains, html_domains },
	{ "Rules", has_rules, html_rules },
	{ "What the messages said", has_fields, html_fields },
	{ "The machine", has_events, machine },
};

bool
html_sections(struct html *h, size_t most)
{
	AUTO(buf_release) struct buf one = BUF_INIT;
	struct buf *all = h->out;
	bool complete = true;

	for (size_t i = 0; i < NELEM(sections); i++) {
		if (!sections[i].wanted(h->s))
			continue;
		buf_reset(&one);
		h->out = &one;
		html_open(h, HTML_SECTION);
		html_put(h, HTML_HEADING, "%s", sections[i].title);
		sections[i].write(h);
		html_close(h, HTML_SECTION);
		h->out = all;
		if (all->len + one.len <= most)
			buf_add_slice(all, buf_slice(&one));
		else
			complete = false;
	}
	return complete;
}

void
html_foot(struct html *h)
{
	static const char *const kept_back[] = {
		[PEOPLE_FULL] = "with addresses and subjects",
		[PEOPLE_DOMAINS] = "with domains in place of addresses",
		[PEOPLE_NONE] = "without a word about people",
	};
	char made[CLOCK_ISO_SIZE];
	const char *time;

	clock_iso(h->s->made_ms, made);
	time = arena_printf(h->arena, "%.*s %.*s", 10, made, 5, made + 11);
	for (size_t i = 0; !h->s->empty && i < SAY_TERMS; i++)
		html_put(h, HTML_QUIET, "<b>%s</b>: %s.", say_terms[i].term, say_terms[i].is);
	html_put(h, HTML_QUIET, "Made by mroute on <bdi>%.80s</bdi>, %s UTC, %s.",
	    h->s->hostname, time, kept_back[h->s->people]);
}
