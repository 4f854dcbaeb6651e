/* SPDX-License-Identifier: MIT */
#include "show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "base/xalloc.h"
#include "rules/jsonout.h"

enum { CELL = 3 };		/* of the second table, in columns */

/* ---- for people ---- */

static void
add_number(struct table *tab, enum style style, unsigned n)
{
	char text[16];

	snprintf(text, sizeof text, "%u", n);
	table_add(tab, style, text);
}

static void
add_share(struct table *tab, unsigned part, unsigned whole)
{
	char text[16] = "-";

	if (whole > 0)
		snprintf(text, sizeof text, "%.0f %%", tally_share(part, whole));
	table_add(tab, STYLE_PLAIN, text);
}

/* Nought is what one wants to see. */
static void
add_lost(struct table *tab, unsigned n)
{
	if (n == 0)
		table_add(tab, STYLE_DIM, "-");
	else
		add_number(tab, STYLE_BAD, n);
}

static void
show_routes(const struct tally *t, bool colour, struct buf *out)
{
	static const struct table_column columns[] = {
		{ .title = "wanted" }, { .title = "mail", .right = true },
		{ .title = "routed", .right = true },
		{ .title = "right", .right = true },
		{ .title = "coverage", .right = true },
		{ .title = "got", .right = true },
		{ .title = "precision", .right = true },
		{ .title = "lost", .right = true },
	};
	struct table *tab = table_new(columns, NELEM(columns));

	for (unsigned i = 0; i < t->n_route; i++) {
		const struct count *c = &t->count[i];
		bool none = i == t->otherwise;

		if (c->mail == 0 && c->got == 0)
			continue;
		table_add(tab, STYLE_NAME, t->route[i]);
		add_number(tab, STYLE_PLAIN, c->mail);
		add_number(tab, STYLE_PLAIN, c->routed);
		add_number(tab, STYLE_PLAIN, c->right);
		add_share(tab, c->routed, none ? 0 : c->mail);
		add_number(tab, STYLE_PLAIN, c->got);
		add_share(tab, t->cell[i][i], none ? 0 : c->got);
		add_lost(tab, c->lost);
	}
	table_render(tab, 0, colour, out);
	table_free(&tab);
}

static char
letter(unsigned route)
{
	return (char)(route < 26 ? 'a' + route : 'A' + (route - 26));
}

/* Rows and columns bear the same letters; the diagonal is what is right. */
static void
show_confusion(const struct tally *t, bool colour, struct buf *out)
{
	AUTO(buf_release) struct buf heading = BUF_INIT;

	buf_addf(&heading, "%-18s", "wanted \\ got");
	for (unsigned i = 0; i < t->n_route; i++)
		buf_addf(&heading, "%*c", CELL, letter(i));
	style_add(out, STYLE_BOLD, buf_slice(&heading), colour);
	buf_add_char(out, '\n');
	for (unsigned i = 0; i < t->n_route; i++) {
		if (t->count[i].mail == 0)
			continue;
		buf_addf(out, "%c %-16s", letter(i), t->route[i]);
		for (unsigned k = 0; k < t->n_route; k++) {
			AUTO(xfree) char *text = t->cell[i][k] == 0 ?
			    xasprintf("%*s", CELL, ".") :
			    xasprintf("%*u", CELL, t->cell[i][k]);
			enum style style = t->cell[i][k] == 0 ? STYLE_DIM :
			    k == i ? STYLE_GOOD :
			    k == t->otherwise ? STYLE_WARN : STYLE_BAD;

			style_add(out, style, slice_str(text), colour);
		}
		buf_add_char(out, '\n');
	}
}

static void
show_cell(const struct tally *t, unsigned wanted, unsigned got, bool verbose,
    struct buf *out)
{
	buf_addf(out, "%s -> %s: %u\n", t->route[wanted], t->route[got],
	    t->cell[wanted][got]);
	for (size_t i = 0; verbose && i < t->n_result; i++) {
		const struct result *r = &t->result[i];

		if (r->wanted == wanted && r->got == got)
			buf_addf(out, "    %s\n        %s: %s\n", r->name, r->by,
			    r->why);
	}
}

static void
show_wrong(const struct tally *t, bool verbose, struct buf *out)
{
	size_t before = out->len;

	for (unsigned i = 0; i < t->n_route; i++)
		for (unsigned k = 0; k < t->n_route; k++)
			if (i != k && t->cell[i][k] > 0 &&
			    (verbose || k != t->otherwise))
				show_cell(t, i, k, verbose, out);
	if (out->len > before)
		buf_add_char(out, '\n');
}

static void
show_totals(const struct tally *t, struct buf *out)
{
	const struct totals *sum = &t->sum;

	buf_addf(out, "  right   %5.1f %%  of what was routed (%u of %u)\n",
	    tally_share(sum->right, sum->routed), sum->right, sum->routed);
	buf_addf(out, "  routed  %5.1f %%  of what a route should have (%u of %u)\n",
	    tally_share(sum->covered, sum->wanted), sum->covered, sum->wanted);
	buf_addf(out, "  lost    %3u      sent where nobody reads, and wanted\n",
	    sum->lost);
	buf_addf(out, "  unseen  %3u      of %u about security\n", sum->unseen,
	    sum->security);
}

void
show_text(const struct tally *t, bool verbose, bool colour, struct buf *out)
{
	AUTO(xfree) char *title = xasprintf("%s: %u messages", t->title,
	    t->sum.mail);

	style_add(out, STYLE_BOLD, slice_str(title), colour);
	buf_add_str(out, "\n\n");
	if (t->sum.mail == 0)
		return;
	show_routes(t, colour, out);
	buf_add_char(out, '\n');
	show_confusion(t, colour, out);
	buf_add_char(out, '\n');
	show_wrong(t, verbose, out);
	show_totals(t, out);
	buf_add_char(out, '\n');
}

/* ---- for programs ---- */

static json_t *
json_of_routes(const struct tally *t)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < t->n_route; i++) {
		const struct count *c = &t->count[i];
		json_t *got = json_object();

		for (unsigned k = 0; k < t->n_route; k++)
			if (t->cell[i][k] > 0)
				json_object_set_new(got, t->route[k],
				    json_integer(t->cell[i][k]));
		json_array_append_new(all, json_pack("{s:s,s:i,s:i,s:i,s:i,s:i,s:o}",
		    "route", t->route[i], "mail", c->mail, "routed", c->routed,
		    "right", c->right, "lost", c->lost, "got", c->got,
		    "decided", got));
	}
	return all;
}

static json_t *
json_of_wrong(const struct tally *t)
{
	json_t *all = json_array();

	for (size_t i = 0; i < t->n_result; i++) {
		const struct result *r = &t->result[i];

		if (r->wanted == r->got)
			continue;
		json_array_append_new(all, json_pack("{s:o,s:s,s:s,s:s,s:o}",
		    "message", jsonout_text(r->name),
		    "wanted", t->route[r->wanted], "got", t->route[r->got],
		    "decided_by", r->by, "why", jsonout_text(r->why)));
	}
	return all;
}

void
show_json(const struct tally *t, struct buf *out)
{
	const struct totals *sum = &t->sum;
	json_t *o = json_pack("{s:i,s:o,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:f,s:f,s:o,s:o}",
	    "v", 1, "set", jsonout_text(t->title),
	    "mail", sum->mail, "wanted", sum->wanted, "covered", sum->covered,
	    "routed", sum->routed, "right", sum->right, "lost", sum->lost,
	    "security", sum->security, "unseen", sum->unseen,
	    "right_percent", tally_share(sum->right, sum->routed),
	    "routed_percent", tally_share(sum->covered, sum->wanted),
	    "routes", json_of_routes(t), "elsewhere", json_of_wrong(t));
	char *text = jsonout_dump(o);

	buf_addf(out, "%s\n", text);
	free(text);
	json_decref(o);
}
