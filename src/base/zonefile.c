/* SPDX-License-Identifier: MIT */
#include "base/zonefile.h"

#include <stdlib.h>

#include "base/civil.h"
#include "base/xalloc.h"

enum { DAY_S = 86400, HEADER_SIZE = 44, TYPE_SIZE = 6, TYPES_MAX = 256,
	TIMES_MAX = 100000, OFFSET_MAX = 26 * 3600 };

/* When one of the two changes of a year happens: RFC 9636, 3.3.1. */
struct change {
	enum { BY_WEEKDAY, BY_DAY, BY_DAY_NO_LEAP } how;
	int month, week, weekday;	/* M3.5.0; weekday 0 Sunday */
	int day;			/* 0 ... 365; J: 1 ... 365 */
	int second;			/* of that day, -167 to 167 hours */
};

struct rule {
	int standard, summer;		/* offsets east of UTC */
	bool has_summer;
	struct change to_summer, to_standard;
};

struct entry {
	int64_t from;
	int offset_s;
};

struct zonefile {
	struct entry *entry;		/* by from; [0] reaches back for ever */
	size_t n_entry;
	bool has_rule;			/* for what comes after the last entry */
	struct rule rule;
};

void
zonefile_free(struct zonefile **z)
{
	if (*z == NULL)
		return;
	free((*z)->entry);
	free(*z);
	*z = NULL;
}

/* ---- the rule ---- */

static bool
take(struct slice *s, char c)
{
	if (s->len == 0 || s->ptr[0] != c)
		return false;
	*s = slice_sub(*s, 1, s->len);
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
take_number(struct slice *s, int min, int max, int *out)
{
	int n = 0;
	size_t i = 0;

	for (; i < s->len && i < 4 && is_digit(s->ptr[i]); i++)
		n = n * 10 + (s->ptr[i] - '0');
	if (i == 0 || n < min || n > max)
		return false;
	*s = slice_sub(*s, i, s->len);
	*out = n;
	return true;
}

/* [+-]hh[:mm[:ss]] */
static bool
take_time(struct slice *s, int max_hours, int *out)
{
	int sign = take(s, '-') ? -1 : 1, hours, minutes = 0, seconds = 0;

	if (sign > 0)
		(void)take(s, '+');
	if (!take_number(s, 0, max_hours, &hours) ||
	    (take(s, ':') && (!take_number(s, 0, 59, &minutes) ||
	    (take(s, ':') && !take_number(s, 0, 59, &seconds)))))
		return false;
	*out = sign * (hours * 3600 + minutes * 60 + seconds);
	return true;
}

/* "CET" or "<+1030>": only that it is there matters. */
static bool
take_name(struct slice *s)
{
	bool quoted = take(s, '<');
	size_t i = 0;

	for (; i < s->len; i++) {
		char c = s->ptr[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (quoted && (is_digit(c) || c == '+' || c == '-'))))
			break;
	}
	*s = slice_sub(*s, i, s->len);
	return i >= 3 && (!quoted || take(s, '>'));
}

/* The file has offsets east of UTC, a rule west of it. */
static bool
take_offset(struct slice *s, int *out)
{
	if (!take_time(s, 24, out))
		return false;
	*out = -*out;
	return true;
}

static bool
take_change(struct slice *s, struct change *out)
{
	bool ok;

	*out = (struct change){ .second = 2 * 3600 };
	if (take(s, 'M')) {
		out->how = BY_WEEKDAY;
		ok = take_number(s, 1, 12, &out->month) && take(s, '.') &&
		    take_number(s, 1, 5, &out->week) && take(s, '.') &&
		    take_number(s, 0, 6, &out->weekday);
	} else if (take(s, 'J')) {
		out->how = BY_DAY_NO_LEAP;
		ok = take_number(s, 1, 365, &out->day);
	} else {
		out->how = BY_DAY;
		ok = take_number(s, 0, 365, &out->day);
	}
	return ok && (!take(s, '/') || take_time(s, 167, &out->second));
}

static bool
read_rule(struct slice s, struct rule *out)
{
	struct slice usual = SLICE_LIT(",M3.2.0,M11.1.0");	/* as libc has it */

	*out = (struct rule){ .has_summer = false };
	if (!take_name(&s) || !take_offset(&s, &out->standard))
		return false;
	if (s.len == 0)
		return true;
	out->has_summer = true;
	out->summer = out->standard + 3600;
	if (!take_name(&s) ||
	    (s.len > 0 && s.ptr[0] != ',' && !take_offset(&s, &out->summer)))
		return false;
	if (s.len == 0)
		s = usual;
	return take(&s, ',') && take_change(&s, &out->to_summer) &&
	    take(&s, ',') && take_change(&s, &out->to_standard) && s.len == 0;
}

/* The change in that year, in seconds of a clock that shows UTC + offset before it. */
static int64_t
change_at(const struct change *c, int year, int offset_before)
{
	int64_t day = 0;

	switch (c->how) {
	case BY_WEEKDAY: {
		int64_t first = civil_days(year, c->month, 1);
		int wanted = (c->weekday + 6) % 7;	/* from Monday on */

		day = first + floor_mod(wanted - civil_weekday(first), 7) +
		    7L * (c->week - 1);
		if (day >= civil_days(year, c->month + 1, 1))
			day -= 7;
		break;
	}
	case BY_DAY:
		day = civil_days(year, 1, 1) + c->day;
		break;
	case BY_DAY_NO_LEAP:
		day = civil_days(year, 1, c->day) +
		    (civil_is_leap(year) && c->day > 59);
		break;
	}
	return day * DAY_S + c->second - offset_before;
}

enum { YEARS_AROUND = 3 };

/* The stretches around that moment: three years are always enough. */
static struct zone_stretch
rule_at(const struct rule *r, int64_t second)
{
	struct zone_stretch s = { INT64_MIN, INT64_MAX, r->standard };
	struct entry list[2 * YEARS_AROUND];
	size_t n = 0;
	int year, month, day;

	if (!r->has_summer)
		return s;
	civil_date(floor_div(second, DAY_S), &year, &month, &day);
	for (int y = year - 1; y < year - 1 + YEARS_AROUND; y++) {
		struct entry pair[2] = {
			{ change_at(&r->to_summer, y, r->standard), r->summer },
			{ change_at(&r->to_standard, y, r->summer), r->standard },
		};

		for (int i = 0; i < 2; i++) {
			size_t at = n++;

			for (; at > 0 && list[at - 1].from > pair[i].from; at--)
				list[at] = list[at - 1];
			list[at] = pair[i];
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (list[i].from > second) {
			s.to = list[i].from;
			break;
		}
		s.from = list[i].from;
		s.offset_s = list[i].offset_s;
	}
	return s;
}

/* ---- the file ---- */

static uint32_t
be32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

static int64_t
be_time(const char *p, size_t width)
{
	if (width == 4)
		return (int32_t)be32(p);
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

struct header {
	char version;
	size_t n_utc, n_std, n_leap, n_time, n_type, n_char;
};

static bool
read_header(struct slice s, struct header *h)
{
	if (s.len < HEADER_SIZE || !slice_starts(s, "TZif"))
		return false;
	*h = (struct header){
		.version = s.ptr[4],
		.n_utc = be32(s.ptr + 20), .n_std = be32(s.ptr + 24),
		.n_leap = be32(s.ptr + 28), .n_time = be32(s.ptr + 32),
		.n_type = be32(s.ptr + 36), .n_char = be32(s.ptr + 40),
	};
	return h->n_time <= TIMES_MAX && h->n_type >= 1 && h->n_type <= TYPES_MAX &&
	    h->n_utc <= TYPES_MAX && h->n_std <= TYPES_MAX &&
	    h->n_char <= TIMES_MAX && h->n_leap <= TIMES_MAX;
}

/* Bytes of the data behind a header whose times have that width. */
static size_t
data_size(const struct header *h, size_t width)
{
	return h->n_time * (width + 1) + h->n_type * TYPE_SIZE + h->n_char +
	    h->n_leap * (width + 4) + h->n_std + h->n_utc;
}

static bool
read_entries(const char *p, const struct header *h, size_t width, struct zonefile *z)
{
	const char *index = p + h->n_time * width, *type = index + h->n_time;

	z->entry = xcalloc(h->n_time + 1, sizeof *z->entry);
	z->n_entry = h->n_time + 1;
	for (size_t i = 0; i <= h->n_time; i++) {
		size_t t = i == 0 ? 0 : (unsigned char)index[i - 1];
		struct entry *en = &z->entry[i];

		if (t >= h->n_type)
			return false;
		en->offset_s = (int32_t)be32(type + t * TYPE_SIZE);
		en->from = i == 0 ? INT64_MIN : be_time(p + (i - 1) * width, width);
		if (en->offset_s < -OFFSET_MAX || en->offset_s > OFFSET_MAX ||
		    (i > 1 && en->from <= en[-1].from))
			return false;
	}
	return true;
}

/* "\nCET-1CEST,...\n"; nothing between the two: no rule. */
static bool
read_footer(struct slice s, struct zonefile *z)
{
	size_t end;

	if (!take(&s, '\n') || (end = slice_find(s, '\n')) == SIZE_MAX)
		return false;
	z->has_rule = end > 0;
	return end == 0 || read_rule(slice_sub(s, 0, end), &z->rule);
}

static bool
read_file(struct slice s, struct zonefile *z, bool *leaps)
{
	struct header h;
	size_t width = 4;

	if (!read_header(s, &h))
		return false;
	if (h.version >= '2') {			/* the same again, with 64 bits */
		s = slice_sub(s, HEADER_SIZE + data_size(&h, 4), s.len);
		width = 8;
		if (!read_header(s, &h))
			return false;
	}
	*leaps = h.n_leap > 0;
	s = slice_sub(s, HEADER_SIZE, s.len);
	return s.len >= data_size(&h, width) && read_entries(s.ptr, &h, width, z) &&
	    (width == 4 || read_footer(slice_sub(s, data_size(&h, width), s.len), z));
}

int
zonefile_parse(struct slice bytes, struct zonefile **out, struct err *e)
{
	AUTO(zonefile_free) struct zonefile *z = xcalloc(1, sizeof *z);
	bool leaps = false;

	if (!read_file(bytes, z, &leaps))
		return err_set(e, ERR_DATA, "it is not a file of a time zone");
	if (leaps)
		return err_set(e, ERR_DATA, "it counts leap seconds, and this "
		    "system's clock does not");
	*out = z;
	z = NULL;
	return 0;
}

int
zonefile_rule(struct slice rule, struct zonefile **out, struct err *e)
{
	struct rule r;

	if (!read_rule(rule, &r))
		return err_set(e, ERR_DATA, "it is not a rule of a time zone");
	*out = xcalloc(1, sizeof **out);
	(*out)->rule = r;
	(*out)->has_rule = true;
	return 0;
}

struct zone_stretch
zonefile_at(const struct zonefile *z, int64_t second)
{
	struct zone_stretch s = { INT64_MIN, INT64_MAX, 0 };
	size_t low = 0, high = z->n_entry;	/* the entry lies in [low, high) */
	const struct entry *en;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (z->entry[middle].from <= second)
			low = middle;
		else
			high = middle;
	}
	en = z->n_entry > 0 ? &z->entry[low] : NULL;
	if (low + 1 >= z->n_entry && z->has_rule) {
		s = rule_at(&z->rule, second);
		if (en != NULL && s.from < en->from)
			s.from = en->from;
	} else if (en != NULL) {
		s = (struct zone_stretch){ en->from,
			low + 1 < z->n_entry ? en[1].from : INT64_MAX, en->offset_s };
	}
	return s;
}
