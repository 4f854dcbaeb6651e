/* SPDX-License-Identifier: MIT */
#include "flow/chart_impl.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "chart_samples.h"

static const unsigned widths[] = { 240, 320, 360, 460, 600, 1200 };

static int
setup(void **state)
{
	*state = arena_new();
	return 0;
}

static int
teardown(void **state)
{
	struct arena *a = *state;

	arena_free(&a);
	return 0;
}

/* ---- numbers ---- */

static void
ticks_are_round_and_few(void **state)
{
	static const struct {
		uint64_t most;
		unsigned steps;
		uint64_t step, top;
	} cases[] = {
		{ 0, 5, 1, 1 },
		{ 1, 5, 1, 1 },
		{ 5, 5, 1, 5 },
		{ 6, 5, 2, 6 },
		{ 10, 5, 2, 10 },
		{ 11, 5, 5, 15 },
		{ 25, 5, 5, 25 },
		{ 26, 5, 10, 30 },
		{ 194, 5, 50, 200 },
		{ 412, 5, 100, 500 },
		{ 501, 5, 200, 600 },
		{ 88, 3, 50, 100 },
		{ 60, 3, 20, 60 },
		{ 61, 3, 50, 100 },
		{ 1000000, 5, 200000, 1000000 },
		{ HUGE_VALUE, 5, UINT64_C(2000000000000000000), CHART_VALUE_MOST },
		{ HUGE_VALUE, 2, UINT64_C(5000000000000000000), CHART_VALUE_MOST },
		{ UINT64_MAX, 1, UINT64_C(5000000000000000000), CHART_VALUE_MOST },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct scale s = scale_make(cases[i].most, cases[i].steps);

		assert_int_equal(s.step, cases[i].step);
		assert_int_equal(s.top, cases[i].top);
		assert_int_equal(s.n, cases[i].top / cases[i].step);
	}
}

static void
places_are_shares_of_the_length(void **state)
{
	struct scale s = scale_make(194, 5);		/* up to 200 */
	struct scale huge = scale_make(HUGE_VALUE, 5);	/* up to 10^19 */

	(void)state;
	assert_int_equal(scale_place(&s, 0, 1900), 0);
	assert_int_equal(scale_place(&s, 50, 1900), 475);
	assert_int_equal(scale_place(&s, 194, 1900), 1843);
	assert_int_equal(scale_place(&s, 200, 1900), 1900);
	assert_int_equal(scale_place(&s, 201, 1900), 1900);
	assert_int_equal(scale_place(&huge, HUGE_VALUE, 1000), 922);
}

static void
numbers_are_short(void **state)
{
	static const struct {
		uint64_t v;
		const char *text, *brief;
	} cases[] = {
		{ 0, "0", "0" },
		{ 999, "999", "999" },
		{ 1000, "1,000", "1k" },
		{ 1234, "1,234", "1.2k" },
		{ 9950, "9,950", "10k" },
		{ 9999, "9,999", "10k" },
		{ 10000, "10k", "10k" },
		{ 12345, "12.3k", "12k" },
		{ 99949, "99.9k", "100k" },
		{ 99950, "100k", "100k" },
		{ 123456, "123k", "123k" },
		{ 999499, "999k", "999k" },
		{ 999500, "1M", "1M" },
		{ 4000000, "4M", "4M" },
		{ 1050000, "1.05M", "1.1M" },
		{ HUGE_VALUE, "9.22E", "9.2E" },
		{ CHART_VALUE_MOST, "10E", "10E" },
		{ UINT64_MAX, "18.4E", "18E" },
	};
	char out[NUMBER_SIZE];

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		assert_string_equal(number_text(cases[i].v, out), cases[i].text);
		/* 1.05 is 1.1 or 1.0, as binary has it. */
		if (cases[i].v != 1050000)
			assert_string_equal(number_short(cases[i].v, out), cases[i].brief);
	}
}

static void
heat_has_five_equal_steps(void **state)
{
	struct arena *a = *state;

	assert_int_equal(heat_level(0, 19), 0);
	assert_int_equal(heat_level(1, 19), 1);
	assert_int_equal(heat_level(3, 19), 1);
	assert_int_equal(heat_level(4, 19), 2);
	assert_int_equal(heat_level(11, 19), 3);
	assert_int_equal(heat_level(12, 19), 4);
	assert_int_equal(heat_level(19, 19), 5);
	assert_string_equal(heat_range(a, 1, 19), "1\xe2\x80\x93" "3");
	assert_string_equal(heat_range(a, 5, 19), "16\xe2\x80\x93" "19");
	/* Of three values, two steps are empty. */
	assert_int_equal(heat_level(1, 3), 2);
	assert_int_equal(heat_level(3, 3), 5);
	assert_string_equal(heat_range(a, 1, 3), "");
	assert_string_equal(heat_range(a, 2, 3), "1");
	assert_int_equal(heat_level(HUGE_VALUE, HUGE_VALUE), 5);
}

/* ---- colours ---- */

static double
linear(uint32_t v)
{
	double c = (double)(v & 0xff) / 255;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* WCAG 2.1, 1.4.3 */
static double
contrast(uint32_t a, uint32_t b)
{
	double x = 0.2126 * linear(a >> 16) + 0.7152 * linear(a >> 8) + 0.0722 * linear(a);
	double y = 0.2126 * linear(b >> 16) + 0.7152 * linear(b >> 8) + 0.0722 * linear(b);

	return (MAX(x, y) + 0.05) / (MIN(x, y) + 0.05);
}

static void
colours_can_be_seen_and_texts_read(void **state)
{
	static uint32_t (*const palette[])(enum ink) = { ink_light, ink_dark };

	(void)state;
	assert_true(fabs(contrast(0, 0xffffff) - 21) < 0.01);
	for (size_t p = 0; p < NELEM(palette); p++) {
		uint32_t paper = palette[p](INK_PAPER);

		for (int k = 0; k <= CHART_COLOURS; k++)
			assert_true(contrast(palette[p](INK_SERIES + (unsigned)k), paper) >= 3);
		assert_true(contrast(palette[p](INK_AXIS), paper) >= 3);
		assert_true(contrast(palette[p](INK_BEFORE), paper) >= 3);
		assert_true(contrast(palette[p](INK_TEXT), paper) >= 7);
		assert_true(contrast(palette[p](INK_QUIET), paper) >= 4.5);
		for (int i = 0; i <= CHART_HEATS; i++)
			assert_true(contrast(palette[p](INK_ON_HEAT + (unsigned)i),
			    palette[p](INK_HEAT + (unsigned)i)) >= 4.5);
		/* The last number of a small chart may stand on its area. */
		for (int k = 0; k <= CHART_COLOURS; k++)
			assert_true(contrast(palette[p](INK_TEXT),
			    palette[p](INK_SOFT + (unsigned)k)) >= 4.5);
	}
	for (int k = 0; k <= CHART_COLOURS; k++)
		assert_true(contrast(ink_light_above(INK_SERIES + (unsigned)k),
		    ink_light(INK_SERIES + (unsigned)k)) >= 4.5);
}

/* How far two colours are apart (CIE 1976), seen through that matrix of linear RGB. */
static double
distance(uint32_t a, uint32_t b, const double m[9])
{
	uint32_t c[2] = { a, b };
	double lab[2][3];

	for (int i = 0; i < 2; i++) {
		double in[3] = { linear(c[i] >> 16), linear(c[i] >> 8), linear(c[i]) }, v[3], f[3];

		for (int k = 0; k < 3; k++) {
			v[k] = m[3 * k] * in[0] + m[3 * k + 1] * in[1] + m[3 * k + 2] * in[2];
			v[k] = MIN(MAX(v[k], 0), 1);
		}
		f[0] = (0.4124 * v[0] + 0.3576 * v[1] + 0.1805 * v[2]) / 0.9505;
		f[1] = 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
		f[2] = (0.0193 * v[0] + 0.1192 * v[1] + 0.9505 * v[2]) / 1.089;
		for (int k = 0; k < 3; k++)
			f[k] = f[k] > 0.008856 ? cbrt(f[k]) : 7.787 * f[k] + 16.0 / 116;
		lab[i][0] = 116 * f[1] - 16;
		lab[i][1] = 500 * (f[0] - f[1]);
		lab[i][2] = 200 * (f[1] - f[2]);
	}
	return sqrt(pow(lab[0][0] - lab[1][0], 2) + pow(lab[0][1] - lab[1][1], 2) +
	    pow(lab[0][2] - lab[1][2], 2));
}

/* Machado, Oliveira, Fernandes 2009: no red, no green, at full severity. */
static void
series_differ_for_the_colour_blind(void **state)
{
	static const double eyes[][9] = {
		{ 1, 0, 0, 0, 1, 0, 0, 0, 1 },
		{ 0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882,
		    -0.048116, 1.051998 },
		{ 0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820,
		    0.042940, 0.968881 },
	};

	(void)state;
	for (size_t e = 0; e < NELEM(eyes); e++)
		for (unsigned i = 0; i <= CHART_COLOURS; i++)
			for (unsigned k = i + 1; k <= CHART_COLOURS; k++) {
				assert_true(distance(ink_light(INK_SERIES + i),
				    ink_light(INK_SERIES + k), eyes[e]) > 18);
				assert_true(distance(ink_dark(INK_SERIES + i),
				    ink_dark(INK_SERIES + k), eyes[e]) > 18);
			}
}

/* ---- marks ---- */

static const struct mark *
by_tip(const struct chart *c, const char *tip)
{
	for (size_t i = 0; i < c->n_mark; i++)
		if (c->mark[i].tip != NULL && strcmp(c->mark[i].tip, tip) == 0)
			return &c->mark[i];
	fail_msg("nothing stands for '%s'", tip);
	return NULL;
}

static const struct mark *
by_text(const struct chart *c, const char *text)
{
	for (size_t i = 0; i < c->n_mark; i++)
		if (c->mark[i].kind == MARK_TEXT && strcmp(c->mark[i].text, text) == 0)
			return &c->mark[i];
	return NULL;
}

/*
 * Sums are 40 and 100, ticks 0 20 ... 100, on 190 pixels: 1.9 each.  The widest tick,
 * "100", is 3 x 0.64 x 11 = 21.12 pixels, rounded up 21.2; then 6 pixels.
 */
static void
columns_stand_where_they_must(void **state)
{
	static const char *const labels[] = { "a", "b" };
	static const uint64_t one[] = { 30, 60 }, two[] = { 10, 40 };
	static const struct chart_series s[] = { { "one", 1, one }, { "two", 2, two } };
	const struct chart_data d = { CHART_STACKED, "T", "", "", labels, 2, s, 2, NULL, "" };
	struct chart *c = chart_new(*state, &d, 320);
	const struct mark *b1 = by_tip(c, "b, one: 60"), *b2 = by_tip(c, "b, two: 40");
	const struct mark *a1 = by_tip(c, "a, one: 30"), *a2 = by_tip(c, "a, two: 10");

	assert_int_equal(chart_width(c), 320);
	assert_int_equal(b1->h, 1140);
	assert_int_equal(a1->h, 570);
	assert_int_equal(b2->h, 760 - CHART_UNIT);	/* and a thread of paper */
	assert_int_equal(a2->h, 190 - CHART_UNIT);
	assert_int_equal(b1->y + b1->h, a1->y + a1->h);
	assert_int_equal(b2->y, b1->y - 760);
	assert_int_equal(b1->x, b2->x);
	/* Slots end at 80 pixels, columns at 44: (80 - 44) / 2 = 18 from the left. */
	assert_int_equal(a1->x, 212 + 60 + 180);
	assert_int_equal(b1->x - a1->x, 800);
	assert_int_equal(a1->w, 440);
	assert_int_equal(by_text(c, "100")->x, 212);
	assert_non_null(by_text(c, "40"));
	assert_non_null(by_text(c, "one"));
	assert_string_equal(chart_alt(c), "T, a to b; most in b: 100; in b: one 60, two 40.");
}

static void
small_charts_have_one_scale(void **state)
{
	static const char *const labels[] = { "a", "b", "c" };
	static const uint64_t one[] = { 0, 50, 100 }, two[] = { 0, 5, 10 };
	static const struct chart_series s[] = { { "one", 1, one }, { "two", 2, two } };
	const struct chart_data d = { CHART_MULTIPLES, "T", "", "", labels, 3, s, 2, NULL, "" };
	struct chart *c = chart_new(*state, &d, 600);
	const struct mark *one_dot = by_tip(c, "c, one: 100"), *two_dot = by_tip(c, "c, two: 10");

	/* Up to 100, on 62 pixels. */
	assert_int_equal(two_dot->y - one_dot->y, 620 - 62);
	assert_true(by_text(c, "100")->bold || by_text(c, "100")->anchor == ANCHOR_END);
	assert_non_null(by_text(c, "10"));
	assert_true(two_dot->x > one_dot->x);
}

static void
bars_show_what_was_before(void **state)
{
	static const char *const labels[] = { "ann", "bob" };
	static const uint64_t now[] = { 100, 50 }, before[] = { 50, 200 };
	static const struct chart_series s[] = { { "", 1, now } };
	const struct chart_data d = { CHART_BARS, "T", "", "", labels, 2, s, 1, before, "" };
	struct chart *c = chart_new(*state, &d, 600);
	const struct mark *ann = by_tip(c, "ann: 100"), *bob = by_tip(c, "bob: 50");

	/* The largest of both times, 200, has the whole length. */
	assert_in_range(2 * bob->w, ann->w - 1, ann->w + 1);
	assert_int_equal(by_tip(c, "ann before: 50")->x + 10, ann->x + bob->w);
	assert_in_range(by_tip(c, "bob before: 200")->x + 10, ann->x + 2 * ann->w - 1,
	    ann->x + 2 * ann->w + 1);
	assert_string_equal(chart_alt(c), "T: ann 100, bob 50.");
}

static void
many_series_become_others(void **state)
{
	const struct chart_data d = sample_hostile(*state, CHART_STACKED);
	struct chart *c = chart_new(*state, &d, 600);
	uint64_t sum = 0;
	unsigned colours = 0;

	assert_int_equal(c->n_line, CHART_COLOURS + 1);
	assert_string_equal(c->line[CHART_COLOURS].name, "others");
	for (size_t k = 0; k < c->n_line; k++)
		colours |= 1U << c->line[k].colour;
	assert_int_equal(colours, 0xff);
	/* Nothing is lost: label 0 of all forty. */
	for (size_t k = 0; k < d.n_series; k++)
		sum += d.series[k].value[0];
	assert_int_equal(c->sum[0], sum);
	/* 0 and 36 have no colour, or rather 0: they can't stay. */
	for (size_t k = 0; k < CHART_COLOURS; k++)
		assert_null(strstr(c->line[k].name, "script"));
}

static void
a_grey_series_that_is_alone_keeps_its_name(void **state)
{
	const struct chart_data d = sample_usual(*state, CHART_STACKED);
	struct chart *c = chart_new(*state, &d, 600);

	assert_int_equal(c->n_line, 6);
	assert_string_equal(c->line[5].name, "triage");
	assert_int_equal(c->line[5].colour, 0);
}

static void
what_is_left_out_is_told(void **state)
{
	const struct chart_data bars = sample_many(*state, CHART_BARS);
	const struct chart_data heat = sample_many(*state, CHART_HEAT);
	AUTO(buf_release) struct buf out = BUF_INIT;

	assert_non_null(by_text(chart_new(*state, &bars, 600), "and 460 more"));
	assert_non_null(by_text(chart_new(*state, &heat, 600), "and 20 more"));
	chart_text(chart_new(*state, &bars, 600), 80, false, false, &out);
	assert_non_null(strstr(buf_str(&out), "\nand 460 more\n"));
	buf_reset(&out);
	chart_cells(chart_new(*state, &heat, 600), &out);
	assert_non_null(strstr(buf_str(&out), ">and 20 more<"));
}

struct box {
	int x0, y0, x1, y1;
};

static struct box
box_of(const struct mark *m)
{
	int w = text_width(slice_str(m->text), m->size, m->bold);
	int x = m->anchor == ANCHOR_START ? m->x : m->anchor == ANCHOR_END ? m->x - w :
	    m->x - w / 2;

	/* Capitals and digits have 0.73 of the size. */
	return (struct box){ x, m->y - m->size * 73 / 100, x + w, m->y };
}

static void
check_marks(const struct chart *c, const char *what, unsigned width)
{
	for (size_t i = 0; i < c->n_mark; i++) {
		const struct mark *m = &c->mark[i];
		struct box b = { m->x, m->y, m->x + m->w, m->y + m->h };

		if (m->kind == MARK_LINE || m->kind == MARK_AREA) {
			for (size_t k = 0; k < m->n_point; k++)
				if (m->point[2 * k] < 0 || m->point[2 * k] > c->width ||
				    m->point[2 * k + 1] < 0 || m->point[2 * k + 1] > c->height)
					fail_msg("%s %u: a line leaves the chart", what, width);
			continue;
		}
		if (m->kind == MARK_TEXT)
			b = box_of(m);
		if (b.x0 < 0 || b.y0 < 0 || b.x1 > c->width || b.y1 > c->height)
			fail_msg("%s %u: '%s' leaves the chart: %d %d %d %d of %d %d", what, width,
			    m->text != NULL ? m->text : m->tip, b.x0, b.y0, b.x1, b.y1,
			    c->width, c->height);
		for (size_t k = 0; m->kind == MARK_TEXT && k < i; k++) {
			struct box o;

			if (c->mark[k].kind != MARK_TEXT)
				continue;
			o = box_of(&c->mark[k]);
			if (b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1)
				fail_msg("%s %u: '%s' lies on '%s'", what, width, m->text,
				    c->mark[k].text);
		}
	}
}

static void
texts_never_overlap_nor_leave_the_chart(void **state)
{
	for (size_t s = 0; s < NELEM(samples); s++)
		for (size_t k = 0; k < NELEM(sample_kinds); k++)
			for (size_t w = 0; w < NELEM(widths); w++) {
				char what[64];
				const struct chart_data d = samples[s].make(*state,
				    (enum chart_kind)k);

				snprintf(what, sizeof what, "%s %s", samples[s].name,
				    sample_kinds[k]);
				check_marks(chart_new(*state, &d, widths[w]), what, widths[w]);
			}
}

static void
a_chart_without_anything_says_so(void **state)
{
	for (size_t k = 0; k < NELEM(sample_kinds); k++) {
		const struct chart_data none = sample_none(*state, (enum chart_kind)k);
		const struct chart_data zero = sample_zero(*state, (enum chart_kind)k);

		assert_non_null(by_text(chart_new(*state, &none, 600),
		    "There is nothing to show."));
		assert_non_null(by_text(chart_new(*state, &zero, 600), "Every value is 0."));
		assert_string_equal(chart_alt(chart_new(*state, &none, 600)),
		    "Nothing. There is nothing to show.");
		assert_string_equal(chart_alt(chart_new(*state, &zero, 600)),
		    "All zero. Every value is 0.");
	}
}

/* ---- writers ---- */

static void
check_clean(const char *what, const struct buf *out)
{
	assert_true(utf8_valid(buf_slice(out)));
	for (size_t i = 0; i < out->len; i++)
		if ((unsigned char)out->ptr[i] < 0x20 && out->ptr[i] != '\n')
			fail_msg("%s: a control character", what);
	assert_null(strstr(buf_str(out), "\xe2\x80\xae"));
}

static void
texts_from_mail_stay_texts(void **state)
{
	for (size_t k = 0; k < NELEM(sample_kinds); k++) {
		const struct chart_data d = sample_hostile(*state, (enum chart_kind)k);
		struct chart *c = chart_new(*state, &d, 600);
		AUTO(buf_release) struct buf svg = BUF_INIT;
		AUTO(buf_release) struct buf cells = BUF_INIT;
		AUTO(buf_release) struct buf text = BUF_INIT;

		chart_svg(c, &svg);
		chart_cells(c, &cells);
		chart_text(c, 80, false, false, &text);
		check_clean("svg", &svg);
		check_clean("cells", &cells);
		check_clean("text", &text);
		assert_null(strstr(buf_str(&svg), "<script"));
		assert_null(strstr(buf_str(&svg), "<b>"));
		assert_null(strstr(buf_str(&cells), "<script"));
		assert_true(svg.len < 200000 && cells.len < 200000);
	}
}

static void
lines_of_text_fit(void **state)
{
	for (size_t s = 0; s < NELEM(samples); s++)
		for (size_t k = 0; k < NELEM(sample_kinds); k++)
			for (unsigned columns = 30; columns <= 200; columns += 5) {
				const struct chart_data d = samples[s].make(*state,
				    (enum chart_kind)k);
				AUTO(buf_release) struct buf out = BUF_INIT;
				struct slice rest, line;

				chart_text(chart_new(*state, &d, 600), columns, false,
				    columns % 2 == 0, &out);
				rest = buf_slice(&out);
				while (slice_next(&rest, '\n', &line))
					if (utf8_width(line) > columns)
						fail_msg("%s %s %u: " SLICE_FMT,
						    samples[s].name, sample_kinds[k],
						    columns, SLICE_ARG(line));
			}
}

static void
sparks_are_eighths_or_digits(void **state)
{
	static const uint64_t v[] = { 0, 1, 4, 8 }, big[] = { HUGE_VALUE, 0, 1 };
	AUTO(buf_release) struct buf out = BUF_INIT;

	(void)state;
	chart_spark(v, 4, false, &out);
	assert_string_equal(buf_str(&out), "▁▁▄█");
	buf_reset(&out);
	chart_spark(v, 4, true, &out);
	assert_string_equal(buf_str(&out), "0159");
	buf_reset(&out);
	chart_spark(big, 3, true, &out);
	assert_string_equal(buf_str(&out), "901");
	buf_reset(&out);
	chart_spark(NULL, 0, false, &out);
	assert_int_equal(out.len, 0);
}

static void
bars_end_in_eighths(void **state)
{
	static const struct {
		uint64_t value, most;
		const char *blocks, *ascii;
	} cases[] = {
		{ 0, 8, "", "" },
		{ 8, 8, "████", "####" },
		{ 4, 8, "██", "##" },
		{ 5, 8, "██▌", "###" },		/* 2.5 columns */
		{ 1, 1000, "▏", "#" },		/* something is more than nothing */
		{ 9, 8, "████", "####" },
		{ 3, 0, "", "" },
		{ HUGE_VALUE, HUGE_VALUE, "████", "####" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(buf_release) struct buf blocks = BUF_INIT;
		AUTO(buf_release) struct buf ascii = BUF_INIT;

		chart_bar(cases[i].value, cases[i].most, 4, false, &blocks);
		chart_bar(cases[i].value, cases[i].most, 4, true, &ascii);
		assert_string_equal(buf_str(&blocks), cases[i].blocks);
		assert_string_equal(buf_str(&ascii), cases[i].ascii);
	}
}

static void
what_is_sent_to_be_drawn_is_bounded(void **state)
{
	for (size_t s = 0; s < NELEM(samples); s++)
		for (size_t k = 0; k < NELEM(sample_kinds); k++) {
			const struct chart_data d = samples[s].make(*state, (enum chart_kind)k);
			AUTO(buf_release) struct buf out = BUF_INIT;
			struct chart *c = chart_new(*state, &d, 99999);

			assert_int_equal(chart_width(c), CHART_WIDTH_MOST);
			chart_wire(c, 99, &out);	/* 4, or less */
			assert_true(out.len < CHART_WIRE_MOST / 4);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ticks_are_round_and_few),
		cmocka_unit_test(places_are_shares_of_the_length),
		cmocka_unit_test(numbers_are_short),
		cmocka_unit_test_setup_teardown(heat_has_five_equal_steps, setup, teardown),
		cmocka_unit_test(colours_can_be_seen_and_texts_read),
		cmocka_unit_test(series_differ_for_the_colour_blind),
		cmocka_unit_test_setup_teardown(columns_stand_where_they_must, setup, teardown),
		cmocka_unit_test_setup_teardown(small_charts_have_one_scale, setup, teardown),
		cmocka_unit_test_setup_teardown(bars_show_what_was_before, setup, teardown),
		cmocka_unit_test_setup_teardown(many_series_become_others, setup, teardown),
		cmocka_unit_test_setup_teardown(a_grey_series_that_is_alone_keeps_its_name,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_left_out_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(texts_never_overlap_nor_leave_the_chart, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(a_chart_without_anything_says_so, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(texts_from_mail_stay_texts, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_of_text_fit, setup, teardown),
		cmocka_unit_test(sparks_are_eighths_or_digits),
		cmocka_unit_test(bars_end_in_eighths),
		cmocka_unit_test_setup_teardown(what_is_sent_to_be_drawn_is_bounded, setup,
		    teardown),
	};

	return cmocka_run_group_tests_name("chart", tests, NULL, NULL);
}
