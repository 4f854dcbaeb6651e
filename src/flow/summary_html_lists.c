/* SPDX-License-Identifier: MIT */
/*
 * The sections about what to do with the rules: groups of mail that no rule
 * claimed, senders, lines, captured fields.
 */
#include "flow/summary_html.h"

#include "base/markup.h"
#include "flow/summary_say.h"

enum { LINE_MOST = 400 };		/* of a line to paste: a cut one is none */

static void
group_samples(struct html *h, const struct summary_group *g)
{
	for (size_t i = 0; i < g->n_sample; i++)
		html_put(h, HTML_QUIET, "<bdi>%.100s</bdi>", g->sample[i]);
	if (g->n_id == 0)
		return;
	html_open(h, HTML_QUIET);
	buf_add_str(h->out, "mroute explain");
	for (size_t i = 0; i < g->n_id; i++)
		markup_add(h->out, " %.26s", g->id[i]);
	html_close(h, HTML_QUIET);
}

static void
group(struct html *h, const struct summary_group *g)
{
	html_open(h, HTML_TITLE);
	if (g->words[0] != '\0')
		markup_add(h->out, "<bdi>%.80s</bdi>: ", g->words);
	markup_add(h->out, "%s%s", say_of(h->arena, g->n, "message", "messages"),
	    g->words[0] == '\0' ? " that are alike" : "");
	html_close(h, HTML_TITLE);
	if (g->line[0] != '\0' && strlen(g->line) <= LINE_MOST) {
		if (g->route[0] != '\0')
			html_put(h, HTML_TEXT, "To send them to <bdi>%.80s</bdi>, add to its rule:",
			    g->route);
		else
			html_put(h, HTML_TEXT, "For the rule of the route that they belong to:");
		html_put(h, HTML_LINE, "%s", g->line);
	}
	if (g->elsewhere > 0)
		html_put(h, HTML_QUIET, "%s with it in the subject went elsewhere already.",
		    say_of(h->arena, g->elsewhere, "message", "messages"));
	group_samples(h, g);
}

void
html_groups(struct html *h)
{
	const struct summary *s = h->s;
	size_t most = MIN(s->n_group, html_most(h, 12, 6));
	uint64_t rest = 0;

	html_put(h, HTML_TEXT, "%s left to a person. %s",
	    say_of(h->arena, s->triage, "message was", "messages were"),
	    s->n_group > 0 ? "Those that are alike:" : "No two of them are alike.");
	for (size_t i = 0; i < most; i++)
		group(h, &s->group[i]);
	for (size_t i = most; i < s->n_group; i++)
		rest += s->group[i].n;
	if (rest > 0)
		html_put(h, HTML_QUIET, "%s in smaller groups.",
		    say_of(h->arena, rest, "is", "are"));
	if (s->n_group > 0 && s->ungrouped > 0)
		html_put(h, HTML_QUIET, "%s like nothing else.",
		    say_of(h->arena, s->ungrouped, "is", "are"));
}

void
html_domains(struct html *h)
{
	static const char *const titles[] = { "Domain", "#Messages", "#Share", NULL };
	const struct summary *s = h->s;
	size_t most = MIN(s->n_domain, html_most(h, 15, 10)), fresh = MIN(s->n_fresh, 10);
	bool number[HTML_COLUMNS];

	html_put(h, HTML_TEXT, s->first ? "%s wrote." : "%s wrote, %s for the first time.",
	    say_of(h->arena, s->domains, "domain", "domains"),
	    say_count(h->arena, s->fresh_domains));
	if (most > 0) {
		html_table(h, "Most mail", titles, number);
		for (size_t i = 0; i < most; i++) {
			html_row(h);
			html_cell(h, "<bdi>%.80s</bdi>%s", s->domain[i].name,
			    s->domain[i].fresh && !s->first ? " (new)" : "");
			html_cell(h, "%s", say_count(h->arena, s->domain[i].n));
			html_cell(h, "%s", say_share(h->arena, s->domain[i].n, s->total));
			html_row_end(h);
		}
		html_table_end(h);
		html_more(h, s->domains, most, say_stats(h->arena, s, "domain"));
	}
	if (fresh == 0 || s->first)
		return;
	html_open(h, HTML_TEXT);
	buf_add_str(h->out, "New: ");
	for (size_t i = 0; i < fresh; i++)
		markup_add(h->out, "%s<bdi>%.80s</bdi>", i > 0 ? ", " : "", s->fresh[i]);
	if (s->fresh_domains > fresh)
		markup_add(h->out, " and %s more",
		    say_count(h->arena, s->fresh_domains - fresh));
	html_close(h, HTML_TEXT);
}

/* A telephone has some 20 letters in a row beside three numbers. */
static void
line_text(struct html *h, const struct summary_line *l)
{
	html_put(h, HTML_CODE, h->mail ? "%.60s" : "%.100s", l->text);
}

static void
line_name(struct html *h, const struct summary_line *l)
{
	html_open(h, HTML_NAME);
	line_text(h, l);
	buf_add_str(h->out, "<br />");
	html_put(h, HTML_SMALL, "<bdi>%.60s</bdi>", l->id);
	html_close(h, HTML_NAME);
	h->at = 1;
}

static void
earned(struct html *h)
{
	static const char *const titles[] = { "Line", "#Held", "#Won", "#Decisive", NULL };
	const struct summary *s = h->s;
	size_t most = MIN(s->n_earned, html_most(h, 15, 8));
	bool number[HTML_COLUMNS];

	if (most == 0)
		return;
	html_table(h, "Lines that earned their keep", titles, number);
	for (size_t i = 0; i < most; i++) {
		html_row(h);
		line_name(h, &s->earned[i]);
		html_cell(h, "%s", say_count(h->arena, s->earned[i].held));
		html_cell(h, "%s", say_count(h->arena, s->earned[i].won));
		html_cell(h, "%s", say_count(h->arena, s->earned[i].decisive));
		html_row_end(h);
	}
	html_table_end(h);
	html_more(h, s->n_earned, most, say_stats(h->arena, s, "line"));
	html_put(h, HTML_QUIET, "Held: messages where the line was true. Won: that went to its "
	    "route. Decisive: that would not have gone there without it.");
}

static void
idle(struct html *h)
{
	static const char *const titles[] = { "Line", "#Last fired", NULL };
	const struct summary *s = h->s;
	size_t most = MIN(s->n_idle, html_most(h, 15, 8));
	bool number[HTML_COLUMNS];

	if (most == 0)
		return;
	html_table(h, arena_printf(h->arena, "Lines that have not fired since %s: %s",
	    s->idle_since, say_count(h->arena, s->idle_total)), titles, number);
	for (size_t i = 0; i < most; i++) {
		html_row(h);
		line_name(h, &s->idle[i]);
		html_cell(h, "%.20s", s->idle[i].last);
		html_row_end(h);
	}
	html_table_end(h);
	html_more(h, s->idle_total, most,
	    say_command(h->arena, s, "summary --json"));
}

static void
unsure(struct html *h)
{
	static const char *const titles[] = { "Line", "#Messages", NULL };
	const struct summary *s = h->s;
	size_t most = MIN(s->n_unsure, html_most(h, 10, 5));
	bool number[HTML_COLUMNS];

	if (most == 0)
		return;
	html_table(h, "Lines that could not be judged", titles, number);
	for (size_t i = 0; i < most; i++) {
		html_row(h);
		html_open(h, HTML_NAME);
		line_text(h, &s->unsure[i]);
		buf_add_str(h->out, "<br />");
		html_put(h, HTML_SMALL, "<bdi>%.60s</bdi>: <bdi>%.100s</bdi>", s->unsure[i].id,
		    s->unsure[i].reason);
		html_close(h, HTML_NAME);
		h->at = 1;
		html_cell(h, "%s", say_count(h->arena, s->unsure[i].unknown));
		html_row_end(h);
	}
	html_table_end(h);
	html_more(h, s->n_unsure, most, say_stats(h->arena, s, "line"));
}

void
html_rules(struct html *h)
{
	earned(h);
	idle(h);
	unsure(h);
}

void
html_fields(struct html *h)
{
	static const char *const titles[] = { "Field, and what was said", "#Messages", NULL };
	const struct summary *s = h->s;
	size_t most = MIN(s->n_field, html_most(h, 30, 12));
	bool number[HTML_COLUMNS];

	html_table(h, "Captured by the rules", titles, number);
	for (size_t i = 0; i < most; i++) {
		const struct summary_field *f = &s->field[i];
		size_t values = MIN(f->n_value, html_most(h, 10, 5));
		uint64_t rest = f->n - f->hidden;

		html_row(h);
		html_open(h, HTML_NAME);
		markup_add(h->out, "<b><bdi>%.40s</bdi> <bdi>%.40s</bdi></b><br />", f->route,
		    f->name);
		for (size_t k = 0; k < values; k++) {
			markup_add(h->out, "%s<bdi>%.60s</bdi> (%s)", k > 0 ? ", " : "",
			    f->value[k].value, say_count(h->arena, f->value[k].n));
			rest -= f->value[k].n;
		}
		if (rest > 0)
			markup_add(h->out, ", and in %s more", say_count(h->arena, rest));
		if (f->hidden > 0)
			html_put(h, HTML_SMALL, "%s%s not shown", values > 0 ? "; " : "",
			    say_count(h->arena, f->hidden));
		html_close(h, HTML_NAME);
		h->at = 1;
		html_cell(h, "%s", say_count(h->arena, f->n));
		html_row_end(h);
	}
	html_table_end(h);
	html_more(h, s->n_field, most, say_stats(h->arena, s, "field"));
}
