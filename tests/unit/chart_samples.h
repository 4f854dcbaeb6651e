/* SPDX-License-Identifier: MIT */
/*
 * Charts that tests draw: one of each kind, and those where things go wrong.
 * A sample lives in the arena.
 */
#ifndef CHART_SAMPLES_H
#define CHART_SAMPLES_H

#include <string.h>

#include "flow/chart.h"

#define HUGE_VALUE	(UINT64_C(1) << 63)

enum { SAMPLE_WEEKS = 12, SAMPLE_ROUTES = 6, SAMPLE_MANY = 40 };

static const char *const sample_kinds[] = {
	[CHART_STACKED] = "stacked", [CHART_MULTIPLES] = "multiples",
	[CHART_HEAT] = "heat", [CHART_HISTOGRAM] = "histogram", [CHART_BARS] = "bars",
};

static const char *const sample_week[SAMPLE_WEEKS] = {
	"W36", "W37", "W38", "W39", "W40", "W41", "W42", "W43", "W44", "W45", "W46", "W47",
};

/* The usual ones: what a team with 180 messages a week sees. */
static inline struct chart_data
sample_usual(struct arena *a, enum chart_kind kind)
{
	static const char *const route[SAMPLE_ROUTES] = {
		"leads", "press", "applicant", "partner", "billing", "triage",
	};
	static const uint64_t by_route[SAMPLE_ROUTES][SAMPLE_WEEKS] = {
		{ 40, 44, 52, 48, 61, 58, 63, 70, 66, 74, 81, 88 },
		{ 22, 25, 19, 30, 28, 33, 31, 29, 40, 38, 36, 41 },
		{ 12, 9, 14, 15, 11, 16, 18, 21, 17, 60, 19, 22 },
		{ 8, 7, 9, 12, 10, 9, 11, 8, 7, 9, 10, 12 },
		{ 3, 5, 2, 4, 6, 3, 2, 5, 4, 3, 6, 4 },
		{ 14, 12, 15, 11, 13, 10, 12, 9, 11, 10, 8, 9 },
	};
	static const char *const day[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const delay[] = { "< 1 s", "< 2 s", "< 5 s", "< 10 s", "< 30 s",
		"< 1 min", "< 5 min", "< 15 min", "< 1 h", "< 4 h", "< 1 d", "longer" };
	static const uint64_t delayed[] = { 12, 80, 120, 60, 31, 12, 8, 5, 3, 1, 0, 1 };
	static const char *const domain[] = { "acme.example", "news.example",
		"a-very-long-name-of-a-domain.of-somebody-who-writes.example",
		"mail.example", "x.example" };
	static const uint64_t now[] = { 41, 22, 18, 9, 1 }, before[] = { 30, 25, 0, 9, 2 };
	struct chart_series *s = arena_calloc(a, 7, sizeof *s);
	struct chart_data d = { .kind = kind, .x_title = "", .y_title = "messages",
		.label = sample_week, .n_label = SAMPLE_WEEKS, .series = s, .note = "" };

	switch (kind) {
	case CHART_STACKED:
	case CHART_MULTIPLES:
		d.title = kind == CHART_STACKED ? "Messages a week, by route" :
		    "Twelve weeks, route by route";
		d.note = kind == CHART_STACKED ? "Week 45: the campaign for applicants." : "";
		for (d.n_series = 0; d.n_series < SAMPLE_ROUTES; d.n_series++)
			s[d.n_series] = (struct chart_series){ route[d.n_series],
			    d.n_series == SAMPLE_ROUTES - 1 ? 0 : (unsigned)d.n_series + 1,
			    by_route[d.n_series] };
		break;
	case CHART_HEAT:
		d.title = "When they write";
		d.x_title = "hour of the day";
		d.n_label = 24;
		d.n_series = 7;
		{
			const char **label = arena_calloc(a, 24, sizeof *label);

			for (int i = 0; i < 24; i++)
				label[i] = arena_printf(a, "%02d", i);
			d.label = label;
		}
		for (size_t k = 0; k < 7; k++) {
			uint64_t *v = arena_calloc(a, 24, sizeof *v);

			for (size_t i = 7; i < 20; i++)
				v[i] = (k < 5 ? 4 : 1) * (i * 7 + k * 5) % (k < 5 ? 13 : 3);
			v[10] += k < 5 ? 11 : 0;
			s[k] = (struct chart_series){ day[k], 1, v };
		}
		break;
	case CHART_HISTOGRAM:
		d.title = "From receipt to delivery";
		d.x_title = "time until the last server took it";
		d.note = "Half of them within 4 s.";
		d.label = delay;
		d.n_series = 1;
		s[0] = (struct chart_series){ "", 1, delayed };
		break;
	case CHART_BARS:
		d.title = "Who wrote most";
		d.label = domain;
		d.n_label = NELEM(now);
		d.n_series = 1;
		d.before = before;
		s[0] = (struct chart_series){ "", 1, now };
		break;
	}
	return d;
}

/* A text of that many W. */
static inline const char *
sample_long(struct arena *a, size_t n)
{
	char *s = arena_alloc(a, n + 1);

	memset(s, 'W', n);
	s[n] = '\0';
	return s;
}

/* Forty series, names that want to be more than text, numbers up to 2^63. */
static inline struct chart_data
sample_hostile(struct arena *a, enum chart_kind kind)
{
	struct chart_series *s = arena_calloc(a, SAMPLE_MANY, sizeof *s);
	const char **label = arena_calloc(a, SAMPLE_WEEKS, sizeof *label);
	const char *lots = sample_long(a, 10000);

	for (size_t k = 0; k < SAMPLE_MANY; k++) {
		uint64_t *v = arena_calloc(a, SAMPLE_WEEKS, sizeof *v);

		for (size_t i = 0; i < SAMPLE_WEEKS; i++)
			v[i] = (k * 31 + i * 17) % 101 * (k % 7 == 0 ? 1000 : 1);
		v[3] = k == 7 ? HUGE_VALUE : v[3];
		s[k] = (struct chart_series){ arena_printf(a, "route-%zu", k), (unsigned)k % 9,
		    v };
	}
	s[0].name = "<script>alert(1)</script>";
	s[7].name = "\xe2\x80\xae\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d\x1b[31m\x01\xef\xbf\xbf";
	s[14].name = "\xf0\x9f\x8e\x89\xf0\x9f\x8e\x89 party & \"co\" ]]>";
	s[21].name = lots;
	s[28].name = "\xff\xfe\x80 broken";
	for (size_t i = 0; i < SAMPLE_WEEKS; i++)
		label[i] = sample_week[i];
	label[2] = "";
	label[3] = lots;
	label[4] = "<b>&\"'</b>";
	label[5] = "\xe5\x8f\x96\xe6\x9d\x90\xe3\x81\xae\xe3\x81\x8a\xe9\xa1\x98\xe3\x81\x84";
	return (struct chart_data){ kind, kind == CHART_HEAT ? lots :
	    "<title> & a title that is long enough to be broken somewhere in its middle, twice",
	    lots, "<y> \x1b[2J", label, SAMPLE_WEEKS, s, SAMPLE_MANY,
	    kind == CHART_BARS ? s[2].value : NULL, lots };
}

static inline struct chart_data
sample_zero(struct arena *a, enum chart_kind kind)
{
	static const uint64_t zero[SAMPLE_WEEKS];
	struct chart_series *s = arena_calloc(a, 2, sizeof *s);

	s[0] = (struct chart_series){ "leads", 1, zero };
	s[1] = (struct chart_series){ "press", 2, zero };
	return (struct chart_data){ kind, "All zero", "week", "messages", sample_week,
	    SAMPLE_WEEKS, s, 2, kind == CHART_BARS ? zero : NULL, "" };
}

static inline struct chart_data
sample_one(struct arena *a, enum chart_kind kind)
{
	static const uint64_t seven[] = { 7 };
	struct chart_series *s = arena_calloc(a, 1, sizeof *s);

	s[0] = (struct chart_series){ "only", 3, seven };
	return (struct chart_data){ kind, "One label, one value", "week", "messages",
	    sample_week, 1, s, 1, NULL, "" };
}

static inline struct chart_data
sample_none(struct arena *a, enum chart_kind kind)
{
	(void)a;
	return (struct chart_data){ kind, "Nothing", "week", "messages", NULL, 0, NULL, 0,
	    NULL, "" };
}

/* A series that fills the last column and seven that have no height, at its top. */
static inline struct chart_data
sample_slim(struct arena *a, enum chart_kind kind)
{
	static const char *const name[] = { "most", "b", "c", "d", "e", "f", "g", "h" };
	static const uint64_t most[] = { 0, 493 }, one[] = { 0, 1 };
	struct chart_series *s = arena_calloc(a, NELEM(name), sizeof *s);

	for (size_t k = 0; k < NELEM(name); k++)
		s[k] = (struct chart_series){ name[k], (unsigned)k, k == 0 ? most : one };
	s[0].colour = 7;
	s[7].colour = 0;
	return (struct chart_data){ kind, "Slim", "week", "messages", sample_week, 2, s,
	    NELEM(name), NULL, "" };
}

/* More of everything than a chart shows. */
static inline struct chart_data
sample_many(struct arena *a, enum chart_kind kind)
{
	enum { LABELS = 500, SERIES = 60 };
	struct chart_series *s = arena_calloc(a, SERIES, sizeof *s);
	const char **label = arena_calloc(a, LABELS, sizeof *label);

	for (size_t i = 0; i < LABELS; i++)
		label[i] = arena_printf(a, "label %zu", i);
	for (size_t k = 0; k < SERIES; k++) {
		uint64_t *v = arena_calloc(a, LABELS, sizeof *v);

		for (size_t i = 0; i < LABELS; i++)
			v[i] = (k + 1) * (i % 97);
		s[k] = (struct chart_series){ arena_printf(a, "series %zu", k), (unsigned)k % 8,
		    v };
	}
	return (struct chart_data){ kind, "Many", "label", "messages", label, LABELS, s, SERIES,
	    kind == CHART_BARS ? s[1].value : NULL, "" };
}

static const struct {
	const char *name;
	struct chart_data (*make)(struct arena *a, enum chart_kind kind);
} samples[] = {
	{ "usual", sample_usual }, { "hostile", sample_hostile }, { "zero", sample_zero },
	{ "one", sample_one }, { "none", sample_none },
	{ "many", sample_many }, { "slim", sample_slim },
};

#endif
