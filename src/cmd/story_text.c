/* SPDX-License-Identifier: MIT */
/* The story of a message for people: days, clock, time since it came, words. */
#include "cmd/story_impl.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"
#include "cmd/records.h"
#include "rules/hits.h"
#include "rules/page.h"

enum {
	INDENT = 2,
	CLOCK = 8,			/* "18:47:01" */
	AFTER = 7,			/* "+2.1 s" */
	GAP = 2,
	WHAT_LEAST = 8, WHAT_MOST = 18,
	LINES_MOST = 6,			/* of a decision; `explain` has all */
	LINE_POINTS = 7,		/* "+60 " in front of its id, and blanks */
	AFTER_SIZE = 32,
	SUBJECT_MOST = 150,		/* columns of a subject */
};

/* ---- times ---- */

/* "+40 ms", "+2.1 s", "+12 min", "+5.2 h", "+3.0 d" */
static void
after_text(int64_t ms, char out[AFTER_SIZE])
{
	static const struct {
		int64_t ms, most;
		const char *unit;
	} units[] = {
		{ 1000, 60000, "s" }, { 60000, 3600000, "min" },
		{ 3600000, 172800000, "h" }, { 86400000, INT64_MAX, "d" },
	};
	size_t i = 0;
	int64_t tenths;

	if (ms < 1000) {
		snprintf(out, AFTER_SIZE, "+%" PRId64 " ms", MAX(ms, (int64_t)0));
		return;
	}
	while (ms >= units[i].most)
		i++;
	tenths = ms / (units[i].ms / 10);
	if (tenths < 100)
		snprintf(out, AFTER_SIZE, "+%" PRId64 ".%" PRId64 " %s", tenths / 10,
		    tenths % 10, units[i].unit);
	else
		snprintf(out, AFTER_SIZE, "+%" PRId64 " %s", tenths / 10, units[i].unit);
}

/* A heading where another day begins; *day is the one before. */
static void
put_day(struct page *pg, int64_t at_ms, int *day)
{
	time_t s = (time_t)(at_ms / 1000);
	struct tm tm;
	char text[64];
	int this;

	if (localtime_r(&s, &tm) == NULL)
		return;
	this = tm.tm_year * 366 + tm.tm_yday;
	if (this == *day)
		return;
	*day = this;
	/* In the C locale, as all that is shown. */
	strftime(text, sizeof text, "%A %Y-%m-%d", &tm);
	page_newline(pg);
	page_put_str(pg, STYLE_BOLD, text);
	page_newline(pg);
}

static void
put_times(struct page *pg, const struct story *s, const struct step *p)
{
	char clock[RECORDS_TIME_SIZE], after[AFTER_SIZE];

	page_pad(pg, INDENT);
	if (p->at_ms == INT64_MAX) {
		page_put_str(pg, STYLE_DIM, "now");
	} else {
		records_time(p->at_ms, clock);
		page_put_str(pg, STYLE_DIM, clock + strlen("2026-11-28 "));
		after_text(p->at_ms - s->row.env.received_ms, after);
		if (p->at_ms > s->row.env.received_ms) {
			page_pad(pg, INDENT + CLOCK + GAP + AFTER - strlen(after));
			page_put_str(pg, STYLE_DIM, after);
		}
	}
	page_pad(pg, INDENT + CLOCK + GAP + AFTER + GAP);
}

/* ---- steps ---- */

/* What an outcome is called among people; anything else is what it is. */
static const char *
word_of(const char *what)
{
	static const struct { const char *what, *word; } words[] = {
		{ "temp", "put off" }, { "perm", "refused" }, { "uncertain", "unsure" },
		{ "final", "over" }, { "purged", "over" }, { "active", "open" },
	};

	for (size_t i = 0; i < NELEM(words); i++)
		if (strcmp(what, words[i].what) == 0)
			return words[i].word;
	return what;
}

/* Below the words of their step; further left where they have no room there. */
static size_t
lines_column(const struct page *pg, const struct hits *h, size_t column)
{
	size_t id = 0;

	for (size_t i = 0; i < h->n; i++)
		id = MAX(id, utf8_width(slice_str(h->line[i]->id)));
	return pg->columns == 0 || column + GAP + LINE_POINTS + id + hits_head_width(h) +
	    PAGE_LEAST_ROOM <= pg->columns ? column + GAP : 2 * INDENT;
}

/* The lines of rules that spoke for the route, or for the best one. */
static void
put_lines(struct page *pg, const struct plan *p, size_t column)
{
	AUTO(hits_release) struct hits h = { .n = 0 };
	const struct plan_route *r = plan_trace_of(p, plan_route(p));

	if (r == NULL || r->n_line == 0)
		r = plan_trace_of(p, p->best);
	if (r == NULL || r->n_line == 0)
		return;
	hits_take(&h, r, NULL);
	hits_sort(&h);
	hits_put(&h, pg, lines_column(pg, &h, column), LINES_MOST);
}

static void
put_step(struct page *pg, const struct story *s, const struct step *p, size_t column)
{
	put_times(pg, s, p);
	page_put_str(pg, p->style, word_of(p->what));
	page_pad(pg, column);
	page_put_wrapped(pg, p->at_ms == INT64_MAX ? p->style : STYLE_PLAIN, p->text);
	page_newline(pg);
	if (p->plan != NULL)
		put_lines(pg, p->plan, column);
}

/* Where the words begin: behind the longest name that is not too long. */
static size_t
text_column(const struct story *s)
{
	size_t widest = WHAT_LEAST;

	for (size_t i = 0; i < s->n; i++) {
		size_t w = utf8_width(slice_str(word_of(s->step[i].what)));

		if (w <= WHAT_MOST)
			widest = MAX(widest, w);
	}
	return INDENT + CLOCK + GAP + AFTER + GAP + widest + GAP;
}

/* Two lines of it are enough. */
static void
put_subject(struct page *pg, const struct story *s)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;
	const char *subject = records_subject(s->a, &s->row);
	struct slice cut;

	utf8_clean(&clean, slice_str(subject), false);
	cut = pg->columns > 0 ? utf8_cut_width(buf_slice(&clean), SUBJECT_MOST) :
	    buf_slice(&clean);
	page_put_wrapped(pg, STYLE_BOLD, arena_printf(s->a, SLICE_FMT "%s",
	    SLICE_ARG(cut), cut.len < clean.len ? PAGE_ELLIPSIS : ""));
	page_newline(pg);
}

void
story_text(const struct cmd_call *call, const struct story *s, struct buf *out)
{
	struct page pg = { .out = out, .colour = call->colour,
	    .columns = call->columns };
	size_t column = text_column(s);
	int day = 0;

	page_put_str(&pg, STYLE_DIM, s->row.env.id);
	page_newline(&pg);
	put_subject(&pg, s);
	if (s->row.env.kind == ENVELOPE_MAIL) {
		page_put_wrapped(&pg, STYLE_PLAIN, records_sender(&s->row));
		page_newline(&pg);
	}
	for (size_t i = 0; i < s->n; i++) {
		if (s->step[i].at_ms != INT64_MAX)
			put_day(&pg, s->step[i].at_ms, &day);
		else if (i > 0 && s->step[i - 1].at_ms != INT64_MAX)
			page_newline(&pg);
		put_step(&pg, s, &s->step[i], column);
	}
}
