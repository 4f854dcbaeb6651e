/* SPDX-License-Identifier: MIT */
/*
 * The display of `mroute test`: who wrote what, where it goes and why, the
 * lines that counted with the words they found, and what happens then.
 *
 *	interview.eml
 *	  From      Jane Roe <jane@dailyplanet.example>
 *	  Subject   Interview request: your remote manifesto
 *	  Route     press   95 points of 50 needed
 *	            +40 press.1  subject has "Interview request": your remote…
 *	            +25 press.7  text has    …Planet, and "on deadline" for a…
 *	  Next      content   30 points of 50 needed: lacks 20
 *	  Then      forward press-team; file Triage/Press
 */
#include "rules/explain.h"

#include <string.h>

#include "base/utf8.h"
#include "rules/hits.h"
#include "rules/why.h"

enum {
	LINES_MOST = 12,		/* of the best route; then they share a row */
	LINES_NEXT = 6,			/* of its rival */
};

static bool
line_is_never(const struct plan_line *l)
{
	return l->kind == 'n' && l->state == TRI_YES;
}

static bool
line_is_unknown(const struct plan_line *l)
{
	return l->state == TRI_UNKNOWN;
}

static void
put_head(struct page *pg, const struct findings *f)
{
	struct slice subject;

	if (f == NULL)
		return;
	page_label(pg, "From");
	page_put_cut(pg, STYLE_PLAIN, f->id.from.len > 0 ? f->id.from :
	    SLICE_LIT("(nobody)"));
	page_newline(pg);
	if (explain_author(&f->id).len > 0) {
		page_label(pg, "Author");
		page_put_cut(pg, STYLE_PLAIN, explain_author(&f->id));
		page_newline(pg);
	}
	subject = f->id.subject.len > 0 ? f->id.subject : SLICE_LIT("(none)");
	page_label(pg, "Subject");
	page_put_cut(pg, STYLE_PLAIN, subject);
	page_newline(pg);
}

static bool
is_certain(enum decided_by by)
{
	return by == BY_POINTS || by == BY_ALWAYS || by == BY_PERSON ||
	    by == BY_THREAD || by == BY_REDELIVERY || by == BY_OWN;
}

/* By what the rules decided, also where they were only observed. */
static enum decided_by
rules_by(const struct plan *p)
{
	return p->by == BY_OBSERVE ? p->would_be_by : p->by;
}

static void
put_lines(struct page *pg, struct hits *h, size_t most)
{
	hits_sort(h);
	hits_put(h, pg, PAGE_LABEL, most);
}

/* "Next      content   30 points of 50 needed: lacks 20" */
static void
put_rival(struct page *pg, const char *name, const char *route, int points, int needs,
    const char *how)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	page_label(pg, name);
	page_put_str(pg, STYLE_NAME, route);
	page_pad(pg, pg->at + 3);
	buf_addf(&b, "%d points of %d needed%s", points, needs, how);
	page_put_wrapped(pg, STYLE_PLAIN, buf_str(&b));
	page_newline(pg);
}

/* What could not be judged, of the other routes that it matters for. */
static void
take_unknown(struct hits *h, const struct plan *p)
{
	for (size_t i = 0; i < p->n_trace; i++)
		if (strcmp(p->trace[i].name, p->best) != 0 &&
		    why_unknown_matters(&p->trace[i]))
			hits_take(h, &p->trace[i], line_is_unknown);
}

static void
put_best(struct page *pg, const struct plan *p)
{
	const struct plan_route *best = plan_trace_of(p, p->best);
	AUTO(hits_release) struct hits h = { .captures = p->n_field == 0 };
	AUTO(buf_release) struct buf how = BUF_INIT;

	if (rules_by(p) == BY_BELOW_NEEDS && p->best[0] != '\0')
		buf_addf(&how, ": lacks %d", p->needs - p->points);
	if (rules_by(p) == BY_MARGIN || how.len > 0)
		put_rival(pg, how.len > 0 ? "Nearest" : "Best", p->best, p->points,
		    p->needs, buf_str(&how));
	if (best != NULL)
		hits_take(&h, best, NULL);
	if (rules_by(p) == BY_UNKNOWN)
		take_unknown(&h, p);
	put_lines(pg, &h, LINES_MOST);
}

static void
put_next(struct page *pg, const struct plan *p)
{
	const struct plan_route *next = plan_trace_of(p, p->runner_up);
	int lacks = p->runner_up_needs - p->runner_up_points;
	int behind = p->points - p->runner_up_points;
	AUTO(hits_release) struct hits h = { .n = 0 };
	AUTO(buf_release) struct buf how = BUF_INIT;

	if (lacks > 0 && rules_by(p) != BY_MARGIN)
		buf_addf(&how, ": lacks %d", lacks);
	else if (behind > 0)
		buf_addf(&how, ": %d behind", behind);
	put_rival(pg, "Next", p->runner_up, p->runner_up_points, p->runner_up_needs,
	    buf_str(&how));
	if (rules_by(p) != BY_MARGIN || next == NULL)
		return;
	hits_take(&h, next, NULL);
	put_lines(pg, &h, LINES_NEXT);
}

/* Routes that would have been in it but for a `never`. */
static void
put_out(struct page *pg, const struct plan *p)
{
	for (size_t i = 0; i < p->n_trace; i++) {
		const struct plan_route *r = &p->trace[i];
		AUTO(hits_release) struct hits h = { .n = 0 };
		AUTO(buf_release) struct buf b = BUF_INIT;

		if (!r->never || (r->known < r->needs && !r->always))
			continue;
		page_label(pg, "Not");
		page_put_str(pg, STYLE_NAME, r->name);
		page_pad(pg, pg->at + 3);
		buf_addf(&b, "%d points of %d needed, but", r->known, r->needs);
		page_put_wrapped(pg, STYLE_PLAIN, buf_str(&b));
		page_newline(pg);
		hits_take(&h, r, line_is_never);
		hits_put(&h, pg, PAGE_LABEL, LINES_MOST);
	}
}

/*
 *	outlet = Daily Planet
 *	budget = USD 7200.00   $7,200
 *	day    = soon   not understood as date
 *	phone  missing
 */
static void
put_field(struct page *pg, const struct plan_field *f)
{
	if (f->missing) {
		page_put_str(pg, STYLE_WARN, "missing");
		return;
	}
	page_put_str(pg, STYLE_DIM, "= ");
	if (f->value[0] == '\0') {
		page_put_cut(pg, STYLE_PLAIN, slice_str(f->text));
		page_pad(pg, pg->at + 3);
		page_put_str(pg, STYLE_WARN, "not understood as ");
		page_put_cut(pg, STYLE_WARN, slice_str(typed_table[f->type].name));
		return;
	}
	page_put_cut(pg, STYLE_PLAIN, slice_str(f->value));
	if (strcmp(f->value, f->text) != 0) {
		page_pad(pg, pg->at + 3);
		page_put_cut(pg, STYLE_DIM, slice_str(f->text));
	}
}

static void
put_fields(struct page *pg, const struct plan *p)
{
	size_t width = 0;

	for (size_t i = 0; i < p->n_field; i++)
		width = MAX(width, utf8_width(slice_str(p->field[i].name)));
	for (size_t i = 0; i < p->n_field; i++) {
		if (i == 0)
			page_label(pg, "Fields");
		else
			page_pad(pg, PAGE_LABEL);
		page_put_str(pg, STYLE_PLAIN, p->field[i].name);
		page_pad(pg, PAGE_LABEL + width + 1);
		put_field(pg, &p->field[i]);
		page_newline(pg);
	}
}

static void
put_list(struct page *pg, const char *name, const char *const *item, size_t n,
    const char *separator)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%s", i > 0 ? separator : "", item[i]);
	page_label(pg, name);
	page_put_wrapped(pg, STYLE_PLAIN, buf_str(&b));
	page_newline(pg);
}

static void
put_facts(struct page *pg, uint32_t facts)
{
	const char *names[FACT_N];
	size_t n = 0;

	for (int i = 0; i < FACT_N; i++)
		if ((facts & FACT_BIT(i)) != 0)
			names[n++] = fact_table[i].name;
	put_list(pg, "Is", names, n, ", ");
}

/*
 * The reason as far as nothing below says it again: what best and next have
 * stands at their own rows.
 */
static void
put_why(struct page *pg, const struct plan *p, const char *why, enum decided_by by,
    bool brief)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	size_t end = slice_find(slice_str(why), ';');

	buf_add_slice(&b, slice_sub(slice_str(why), 0, !brief &&
	    (by == BY_BELOW_NEEDS || (by == BY_POINTS && p->runner_up[0] != '\0')) ?
	    end : SIZE_MAX));
	page_put_wrapped(pg, STYLE_PLAIN, buf_str(&b));
	page_newline(pg);
}

static void
put_route(struct page *pg, const struct plan *p, bool brief)
{
	const char *observed = why_observed(p);

	page_label(pg, "Route");
	page_put_str(pg, is_certain(p->by) ? STYLE_GOOD : STYLE_WARN,
	    p->route[0] != '\0' ? p->route : p->title);
	page_pad(pg, pg->at + 3);
	if (observed == NULL) {
		put_why(pg, p, p->why, p->by, brief);
		return;
	}
	page_put_str(pg, STYLE_PLAIN, "only observing");
	page_newline(pg);
	page_label(pg, "Would be");
	page_put_str(pg, is_certain(p->would_be_by) ? STYLE_GOOD : STYLE_WARN,
	    p->would_be);
	page_pad(pg, pg->at + 3);
	put_why(pg, p, observed, p->would_be_by, brief);
}

static void
put_page(const struct explain_input *in, struct page *pg, bool brief)
{
	const struct plan *p = in->plan;

	if (in->file != NULL) {
		page_put_str(pg, STYLE_BOLD, in->file);
		page_newline(pg);
	}
	put_head(pg, in->findings);
	put_facts(pg, p->facts);
	put_route(pg, p, brief);
	if (!brief) {
		put_best(pg, p);
		if (p->runner_up[0] != '\0')
			put_next(pg, p);
		put_out(pg, p);
	}
	put_fields(pg, p);
	put_list(pg, "Then", p->action, p->n_action, "; ");
}

void
explain_text(const struct explain_input *in, bool colour, unsigned columns,
    struct buf *out)
{
	struct page pg = { .out = out, .colour = colour, .columns = columns };

	put_page(in, &pg, false);
}

void
explain_brief(const struct explain_input *in, bool colour, unsigned columns,
    struct buf *out)
{
	struct page pg = { .out = out, .colour = colour, .columns = columns };

	put_page(in, &pg, true);
}
