/* SPDX-License-Identifier: MIT */
/*
 * Days as people write them.  The text becomes numbers, words and signs; the
 * first that makes a day wins: 2027年5月3日, then numbers with the same sign
 * between them, then the name of a month beside a number.
 */
#include "model/typed_impl.h"

#include <string.h>

#include "base/civil.h"

enum { TOKENS_MAX = 100, YEAR_FIRST = 1900, YEAR_LAST = 2199, HOUR_LAST = 24,
	LEAP_SEARCH = 8 };

enum token_kind { TOKEN_NUMBER, TOKEN_WORD, TOKEN_SIGN };

struct token {
	enum token_kind kind;
	struct slice s;
	int value;			/* of a number; -1 when it has more than 8 digits */
	bool joined;			/* nothing between it and the one in front */
};

struct tokens {
	struct token t[TOKENS_MAX];
	size_t n;
};

struct day {
	int year, month, day;		/* year 0: not given */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (signed char)c < 0;
}

static int
number(struct slice s)
{
	int n = 0;

	if (s.len > 8)
		return -1;
	for (size_t i = 0; i < s.len; i++)
		n = n * 10 + (s.ptr[i] - '0');
	return n;
}

static void
tokenize(struct slice s, struct tokens *out)
{
	size_t at = 0, end;
	bool joined = false;

	out->n = 0;
	while (at < s.len && out->n < TOKENS_MAX) {
		struct token *t = &out->t[out->n];
		char c = s.ptr[at];

		if (c == ' ' || c == '\n') {
			joined = false;
			at++;
			continue;
		}
		end = at + 1;
		if (is_digit(c))
			while (end < s.len && is_digit(s.ptr[end]))
				end++;
		else if (is_letter(c))
			while (end < s.len && is_letter(s.ptr[end]))
				end++;
		t->kind = is_digit(c) ? TOKEN_NUMBER :
		    is_letter(c) ? TOKEN_WORD : TOKEN_SIGN;
		t->s = slice_sub(s, at, end);
		t->value = t->kind == TOKEN_NUMBER ? number(t->s) : 0;
		t->joined = joined;
		joined = true;
		at = end;
		out->n++;
	}
}

static bool
is_valid(const struct day *d)
{
	return d->year >= YEAR_FIRST && d->year <= YEAR_LAST && d->month >= 1 &&
	    d->month <= 12 && d->day >= 1 &&
	    d->day <= civil_month_length(d->year, d->month);
}

static bool
is_number(const struct tokens *ts, size_t i, size_t digits_max)
{
	return i < ts->n && ts->t[i].kind == TOKEN_NUMBER &&
	    ts->t[i].s.len <= digits_max;
}

static bool
is_sign(const struct tokens *ts, size_t i, char c)
{
	return i < ts->n && ts->t[i].kind == TOKEN_SIGN && ts->t[i].s.ptr[0] == c;
}

static bool
word_starts(const struct tokens *ts, size_t i, const char *const *list)
{
	if (i >= ts->n || ts->t[i].kind != TOKEN_WORD)
		return false;
	for (; *list != NULL; list++)
		if (slice_starts(ts->t[i].s, *list))
			return true;
	return false;
}

static bool
word_is(const struct tokens *ts, size_t i, const char *const *list)
{
	if (i >= ts->n || ts->t[i].kind != TOKEN_WORD)
		return false;
	for (; *list != NULL; list++)
		if (slice_eq_str(ts->t[i].s, *list))
			return true;
	return false;
}

/* 27 is 2027, 95 is 1995. */
static int
full_year(const struct token *t)
{
	if (t->s.len == 2)
		return t->value + (t->value < 70 ? 2000 : 1900);
	return t->s.len == 4 ? t->value : -1;
}

/* ---- 2027年5月3日 ---- */

static bool
kanji_at(const struct tokens *ts, size_t i, struct day *d)
{
	static const char *const years[] = { "年", NULL };
	static const char *const months[] = { "月", NULL };
	static const char *const days[] = { "日", "号", "號", NULL };

	d->year = 0;
	if (is_number(ts, i, 4) && word_starts(ts, i + 1, years)) {
		d->year = ts->t[i].value;
		i += 2;
	}
	if (!is_number(ts, i, 2) || !word_starts(ts, i + 1, months) ||
	    !is_number(ts, i + 2, 2) || !word_starts(ts, i + 3, days))
		return false;
	d->month = ts->t[i].value;
	d->day = ts->t[i + 2].value;
	return true;
}

/* ---- 2027-05-03, 3.5.2027, 13/5/27 ---- */

/* Which of a and b is the month?  False: it could be either. */
static bool
order(char sign, int a, int b, struct day *d)
{
	d->day = a;
	d->month = b;
	if (sign == '.' || a > 12 || a == b)
		return true;
	d->day = b;
	d->month = a;
	return b > 12;
}

static bool
numbers_at(const struct tokens *ts, size_t i, struct day *d, bool *unclear)
{
	const struct token *t = &ts->t[i];
	char sign;

	if (is_number(ts, i, 8) && t->s.len == 8) {
		*d = (struct day){ t->value / 10000, t->value / 100 % 100,
			t->value % 100 };
		return is_valid(d);
	}
	if (!is_number(ts, i, 4) || !is_number(ts, i + 2, 2) || !is_number(ts, i + 4, 4) ||
	    ts->t[i + 1].kind != TOKEN_SIGN)
		return false;
	sign = ts->t[i + 1].s.ptr[0];
	if (strchr("-/.", sign) == NULL || !is_sign(ts, i + 3, sign) ||
	    (sign != '.' && !(ts->t[i + 2].joined && ts->t[i + 4].joined)))
		return false;
	if (t->s.len == 4) {
		*d = (struct day){ t->value, ts->t[i + 2].value, ts->t[i + 4].value };
		return is_valid(d);
	}
	*unclear = !order(sign, t->value, ts->t[i + 2].value, d);
	d->year = full_year(&ts->t[i + 4]);
	return is_valid(d);
}

/* ---- 3 May 2027, May 3rd, 3. Mai, 3 de mayo de 2027 ---- */

/*
 * Each month in English, German, French, Spanish, Portuguese, Italian, Dutch,
 * Polish and Russian, folded, with what is usual as its short form.
 */
static const char *const months[12] = {
	" january jan januar jänner jän janvier janv enero ene janeiro gennaio gen"
	" januari stycznia styczeń sty января январь янв ",
	" february feb februar février févr fév febrero fevereiro fev febbraio"
	" februari lutego luty lut февраля февраль фев ",
	" march mar märz mär mrz mars marzo março maart mrt marca marzec марта март мар ",
	" april apr avril avr abril abr aprile kwietnia kwiecień kwi апреля апрель апр ",
	" may mai mayo maio maggio mag mei maja maj мая май ",
	" june jun juni juin junio junho giugno giu czerwca czerwiec cze июня июнь июн ",
	" july jul juli juillet juil julio julho luglio lug lipca lipiec lip"
	" июля июль июл ",
	" august aug août agosto ago augustus sierpnia sierpień августа август авг ",
	" september sept sep septembre septiembre setiembre setembro settembre sett"
	" września wrzesień wrz сентября сентябрь сен сент ",
	" october oct oktober okt octobre octubre outubro out ottobre ott"
	" października październik paź октября октябрь окт ",
	" november nov novembre noviembre novembro listopada listopad lis"
	" ноября ноябрь ноя ",
	" december dec dezember dez décembre déc diciembre dic dezembro dicembre"
	" grudnia grudzień gru декабря декабрь дек ",
};

static int
month_of(const struct token *t)
{
	char word[32];

	if (t->kind != TOKEN_WORD || t->s.len + 3 > sizeof word)
		return 0;
	word[0] = ' ';
	memcpy(word + 1, t->s.ptr, t->s.len);
	memcpy(word + 1 + t->s.len, " ", 2);
	for (int i = 0; i < 12; i++)
		if (strstr(months[i], word) != NULL)
			return i + 1;
	return 0;
}

/* What may stand between a day, its month and its year. */
static bool
is_filler(const struct tokens *ts, size_t i)
{
	static const char *const words[] = { "of", "de", "del", "di", "st", "nd", "rd",
		"th", "er", "e", "te", "ter", "a", "o", "ème", "the", "г", NULL };

	return is_sign(ts, i, '.') || is_sign(ts, i, ',') || is_sign(ts, i, '\'') ||
	    word_is(ts, i, words);
}

static size_t
skip_fillers(const struct tokens *ts, size_t i)
{
	while (i < ts->n && is_filler(ts, i))
		i++;
	return i;
}

static bool
is_hour(const struct tokens *ts, size_t i)
{
	static const char *const words[] = { "am", "pm", "a", "p", "h", "uhr", "uur",
		"ч", NULL };

	return is_sign(ts, i + 1, ':') || word_is(ts, i + 1, words);
}

/* The year behind a day and its month, or 0. */
static int
year_at(const struct tokens *ts, size_t i)
{
	i = skip_fillers(ts, i);
	if (!is_number(ts, i, 4) || full_year(&ts->t[i]) < 0 || is_hour(ts, i))
		return 0;
	return ts->t[i].value > HOUR_LAST ? full_year(&ts->t[i]) : 0;
}

/* The day in front of the month; of 3-5 May the first one. */
static bool
day_before(const struct tokens *ts, size_t month, struct day *d)
{
	size_t i = month;

	while (i > 0 && is_filler(ts, i - 1))
		i--;
	if (i == 0 || !is_number(ts, i - 1, 2))
		return false;
	d->day = ts->t[i - 1].value;
	if (i > 2 && is_sign(ts, i - 2, '-') && is_number(ts, i - 3, 2))
		d->day = ts->t[i - 3].value;
	d->year = year_at(ts, month + 1);
	return true;
}

static bool
day_after(const struct tokens *ts, size_t month, struct day *d)
{
	size_t i = skip_fillers(ts, month + 1);

	if (!is_number(ts, i, 2) || is_hour(ts, i))
		return false;
	d->day = ts->t[i].value;
	if (is_sign(ts, i + 1, '-') && is_number(ts, i + 2, 2))
		i += 2;
	d->year = year_at(ts, i + 1);
	return true;
}

/* A number in front first: in "mar. 4 mai" it is not March. */
static bool
find_month(const struct tokens *ts, struct day *d)
{
	for (size_t i = 0; i < ts->n; i++)
		if ((d->month = month_of(&ts->t[i])) > 0 && day_before(ts, i, d))
			return true;
	for (size_t i = 0; i < ts->n; i++)
		if ((d->month = month_of(&ts->t[i])) > 0 && day_after(ts, i, d))
			return true;
	return false;
}

static bool
find_day(struct slice s, struct day *d)
{
	struct tokens ts;
	bool unclear = false;

	tokenize(s, &ts);
	for (size_t i = 0; i < ts.n; i++)
		if (kanji_at(&ts, i, d))
			return true;
	for (size_t i = 0; i < ts.n; i++)
		if (numbers_at(&ts, i, d, &unclear))
			return !unclear;
	return find_month(&ts, d);
}

static int
compare(const struct day *a, const struct day *b)
{
	if (a->month != b->month)
		return a->month - b->month;
	return a->day - b->day;
}

/* The next such day on or after the one the message was sent. */
static void
add_year(struct day *d, struct slice sent)
{
	struct day from;

	if (!find_day(sent, &from) || !is_valid(&from))
		return;
	d->year = from.year + (compare(d, &from) < 0);
	for (int i = 0; i < LEAP_SEARCH && d->day == 29 && !is_valid(d); i++)
		d->year++;
}

struct slice
typed_date(struct arena *a, struct slice s, struct slice sent)
{
	struct day d = { 0, 0, 0 };

	if (!find_day(s, &d))
		return slice_make("", 0);
	if (d.year == 0)
		add_year(&d, sent);
	if (!is_valid(&d))
		return slice_make("", 0);
	return slice_str(arena_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day));
}
