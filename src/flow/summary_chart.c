/* SPDX-License-Identifier: MIT */
/*
 * The charts of a summary.  A route has the same colour in all of them: those with
 * most mail in the whole trend have one each, the rest is "others", in grey.
 */
#include "flow/chart.h"
#include "flow/summary.h"
#include "flow/summary_say.h"

struct coloured {
	const struct summary_route *route[CHART_COLOURS];
	size_t n;
};

static uint64_t
sum_of(const struct summary_route *r)
{
	uint64_t n = 0;

	for (size_t i = 0; i < SUMMARY_TREND; i++)
		n += r->trend[i];
	return n;
}

/* Most first; of equal ones the first. */
static struct coloured
pick(const struct summary *s)
{
	struct coloured c = { .n = 0 };

	for (size_t i = 0; i < s->n_route; i++) {
		const struct summary_route *r = &s->route[i];
		size_t at = c.n;

		while (at > 0 && sum_of(c.route[at - 1]) < sum_of(r))
			at--;
		if (at == CHART_COLOURS)
			continue;
		c.n = MIN(c.n + 1, CHART_COLOURS);
		for (size_t k = c.n - 1; k > at; k--)
			c.route[k] = c.route[k - 1];
		c.route[at] = r;
	}
	return c;
}

/*
 * The trends of the coloured ones, then of all others together when there are any: other
 * routes, and messages without one, so that a column is as high as what came.
 */
static size_t
trend_series(const struct summary *s, struct arena *a, struct chart_series **out)
{
	struct coloured c = pick(s);
	struct chart_series *series = arena_calloc(a, c.n + 1, sizeof *series);
	uint64_t *others = arena_calloc(a, SUMMARY_TREND, sizeof *others);
	size_t skip = SUMMARY_TREND - s->n_trend, n = 0;
	bool any = s->n_route > c.n;

	for (size_t i = 0; i < c.n; i++)
		series[n++] = (struct chart_series){ c.route[i]->name,
		    (unsigned)i + 1, c.route[i]->trend + skip };
	for (size_t k = skip; k < SUMMARY_TREND; k++) {
		uint64_t picked = 0;

		for (size_t i = 0; i < c.n; i++)
			picked += c.route[i]->trend[k];
		others[k] = s->trend_total[k] - MIN(picked, s->trend_total[k]);
		any = any || others[k] > 0;
	}
	if (any)
		series[n++] = (struct chart_series){ "others", 0, others + skip };
	*out = series;
	return n;
}

static const char *const *
trend_labels(const struct summary *s, struct arena *a)
{
	const char **label = arena_calloc(a, s->n_trend, sizeof *label);

	for (size_t i = 0; i < s->n_trend; i++)
		label[i] = s->trend_name[SUMMARY_TREND - s->n_trend + i];
	return label;
}

static void
trends(const struct summary *s, struct arena *a, enum summary_chart which,
    struct chart_data *d)
{
	struct chart_series *series;

	d->kind = which == SUMMARY_VOLUME ? CHART_STACKED : CHART_MULTIPLES;
	d->title = arena_printf(a, which == SUMMARY_VOLUME ?
	    "Messages a %s, by route" : "Each route, messages a %s", say_unit(s));
	d->x_title = say_unit(s);
	d->y_title = "messages";
	d->label = trend_labels(s, a);
	d->n_label = s->n_trend;
	d->n_series = trend_series(s, a, &series);
	d->series = series;
	d->note = s->unfinished ? arena_printf(a, "The last %s is not over yet.",
	    say_unit(s)) : "";
}

static void
hours(const struct summary *s, struct arena *a, struct chart_data *d)
{
	static const char *const hour[24] = { "0", "1", "2", "3", "4", "5", "6", "7",
		"8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
		"20", "21", "22", "23" };
	struct chart_series *series = arena_calloc(a, NELEM(s->hour), sizeof *series);

	for (size_t i = 0; i < NELEM(s->hour); i++)
		series[i] = (struct chart_series){ calendar_weekday[i], 1, s->hour[i] };
	d->kind = CHART_HEAT;
	d->title = "When messages came, by weekday and hour";
	d->x_title = arena_printf(a, "hour, %s", s->zone);
	d->y_title = "";
	d->label = hour;
	d->n_label = NELEM(hour);
	d->series = series;
	d->n_series = NELEM(s->hour);
}

static const char *
delay_label(struct arena *a, size_t i)
{
	if (stats_delay_limit[i] == INT64_MAX)
		return "longer";
	return arena_printf(a, "< %s", say_span(a, stats_delay_limit[i]));
}

static void
delays(const struct summary *s, struct arena *a, struct chart_data *d)
{
	const char **label = arena_calloc(a, STATS_DELAYS, sizeof *label);
	struct chart_series *series = arena_alloc(a, sizeof *series);

	for (size_t i = 0; i < STATS_DELAYS; i++)
		label[i] = delay_label(a, i);
	*series = (struct chart_series){ "messages", 1, s->delay };
	d->kind = CHART_HISTOGRAM;
	d->title = "How long delivery took";
	d->x_title = "";
	d->y_title = "messages";
	d->label = label;
	d->n_label = STATS_DELAYS;
	d->series = series;
	d->n_series = 1;
}

const struct chart_data *
summary_chart_data(const struct summary *s, struct arena *a, enum summary_chart which)
{
	struct chart_data *d = arena_alloc(a, sizeof *d);

	d->note = "";
	switch (which) {
	case SUMMARY_VOLUME:
	case SUMMARY_TRENDS:
		trends(s, a, which, d);
		break;
	case SUMMARY_HOURS:
		hours(s, a, d);
		break;
	case SUMMARY_DELAYS:
		delays(s, a, d);
		break;
	case SUMMARY_CHARTS:
		break;
	}
	return d;
}

struct chart *
summary_chart(const struct summary *s, struct arena *a, enum summary_chart which,
    unsigned width)
{
	return chart_new(a, summary_chart_data(s, a, which), width);
}
