/* SPDX-License-Identifier: MIT */
#include "flow/chart_impl.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/utf8.h"

uint64_t
sum_capped(uint64_t a, uint64_t b)
{
	if (a >= CHART_VALUE_MOST || b > CHART_VALUE_MOST - a)
		return CHART_VALUE_MOST;
	return a + b;
}

struct scale
scale_make(uint64_t most, unsigned steps)
{
	static const uint64_t factor[] = { 2, 5, 10 };
	uint64_t ten = 1, step = 1;
	struct scale s;

	most = MIN(MAX(most, 1), CHART_VALUE_MOST);
	/* The largest step, 5 * 10^18, is enough for two. */
	for (size_t i = 0; (most - 1) / step + 1 > MAX(steps, 2); i++) {
		step = ten * factor[i % 3];
		if (i % 3 == 2)
			ten = step;
	}
	s.step = step;
	s.n = (unsigned)((most - 1) / step + 1);
	s.top = step * s.n;
	return s;
}

int
scale_place(const struct scale *s, uint64_t value, int length)
{
	double share = (double)MIN(value, s->top) / (double)s->top;

	return (int)lround(share * length);
}

/* Three digits with a unit, or with short ones two; a point only where it says something. */
static const char *
with_unit(uint64_t v, bool two, char out[NUMBER_SIZE])
{
	static const char unit[] = "kMGTPE";
	uint64_t one = 1000;
	size_t i = 0, n;
	double d;
	int digits;

	/* A number that would be rounded up to 1000 belongs to the next unit. */
	while (i + 2 < sizeof unit && v >= one * 999 + one / 2) {
		one *= 1000;
		i++;
	}
	d = (double)v / (double)one;
	digits = (d < 9.995 ? 2 : d < 99.95 ? 1 : 0) - (two ? 1 : 0);
	if (two && d >= 9.95)
		digits = 0;
	snprintf(out, NUMBER_SIZE, "%.*f", digits, d);
	n = strlen(out);
	while (digits > 0 && out[n - 1] == '0')
		n--;
	if (out[n - 1] == '.')
		n--;
	out[n] = unit[i];
	out[n + 1] = '\0';
	return out;
}

const char *
number_text(uint64_t v, char out[NUMBER_SIZE])
{
	if (v >= 10000)
		return with_unit(v, false, out);
	if (v >= 1000)
		snprintf(out, NUMBER_SIZE, "%" PRIu64 ",%03" PRIu64, v / 1000, v % 1000);
	else
		snprintf(out, NUMBER_SIZE, "%" PRIu64, v);
	return out;
}

const char *
number_short(uint64_t v, char out[NUMBER_SIZE])
{
	if (v >= 1000)
		return with_unit(v, true, out);
	snprintf(out, NUMBER_SIZE, "%" PRIu64, v);
	return out;
}

static uint64_t
heat_level_most(unsigned level, uint64_t most)
{
	return most / CHART_HEATS * level + most % CHART_HEATS * level / CHART_HEATS;
}

unsigned
heat_level(uint64_t v, uint64_t most)
{
	for (unsigned i = 0; i < CHART_HEATS; i++)
		if (v <= heat_level_most(i, most))
			return i;
	return CHART_HEATS;
}

const char *
heat_range(struct arena *a, unsigned level, uint64_t most)
{
	uint64_t last = heat_level_most(level, most), first;
	char from[NUMBER_SIZE], to[NUMBER_SIZE];

	if (level == 0)
		return "0";
	first = heat_level_most(level - 1, most) + 1;
	if (first > last)
		return "";
	if (first == last)
		return arena_strdup(a, number_text(last, to));
	return arena_printf(a, "%s\xe2\x80\x93%s", number_text(first, from),
	    number_text(last, to));
}

/*
 * Hundredths of the size: DejaVu Sans, which is wider than Arial, Helvetica or
 * Segoe UI.
 */
static int
advance(uint32_t c)
{
	if (c >= '0' && c <= '9')
		return 64;
	if (c == ' ' || (c < 0x80 && strchr("ijlI.,:;'|!()[]/-", (int)c) != NULL))
		return 40;
	if (c == 'm' || c == 'w' || c == 'M' || c == 'W' || c == '@' || c == '%')
		return 98;
	if (c >= 'A' && c <= 'Z')
		return 73;
	if (c < 0x80)
		return 62;
	if (c == 0x2026)
		return 100;
	return 0;
}

int
text_width(struct slice s, int size, bool bold)
{
	struct slice one;
	int sum = 0, w;
	size_t n;

	while (s.len > 0) {
		w = advance(utf8_next(s, &n));
		one = slice_sub(s, 0, n);
		if (w == 0)
			w = utf8_width(one) == 2 ? 110 : utf8_width(one) == 1 ? 80 : 0;
		sum += w;
		s = slice_sub(s, n, s.len);
	}
	if (bold)
		sum += sum / 9;
	return (sum * size + 99) / 100;
}

static const char *
with_ellipsis(struct arena *a, struct slice s)
{
	while (s.len > 0 && s.ptr[s.len - 1] == ' ')
		s.len--;
	return arena_printf(a, SLICE_FMT "\xe2\x80\xa6", SLICE_ARG(s));
}

const char *
text_cut(struct arena *a, const char *text, int size, bool bold, int room)
{
	struct slice s = slice_str(text);
	size_t columns = utf8_width(s);
	const char *cut = text;

	while (columns > 0 && text_width(slice_str(cut), size, bold) > room)
		cut = with_ellipsis(a, utf8_cut_width(s, --columns));
	return cut;
}

const char *
text_cut_columns(struct arena *a, const char *text, size_t columns)
{
	struct slice s = slice_str(text);

	if (utf8_width(s) <= columns)
		return text;
	return with_ellipsis(a, utf8_cut_width(s, columns > 0 ? columns - 1 : 0));
}

size_t
thin_out(int room, int widest)
{
	static const size_t every[] = { 1, 2, 3, 4, 6, 12, 24, 48, 96, 192 };

	for (size_t i = 0; i < NELEM(every); i++)
		if ((int)every[i] * room >= widest)
			return every[i];
	return CHART_LABELS_MOST;
}
