/* SPDX-License-Identifier: MIT */
/*
 * The text form: the first screen has 24 lines, no line is wider than the terminal,
 * what is not there has no section, and whatever a mail says stays text.  Then the
 * charts and the JSON, of the same week.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "arena_help.h"
#include "base/file.h"
#include "base/utf8.h"
#include "flow/chart.h"
#include "rules/jsonout.h"
#include "summary_sample.h"

static const char *
text_of(const struct summary *s, unsigned columns, bool colour, bool ascii)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	summary_text(s, columns, colour, ascii, &b);
	return arena_strdup(arena, buf_str(&b));
}

/* Lines before the first section, without the empty one between. */
static size_t
first_screen(const char *text)
{
	struct slice rest = slice_str(text), line;
	size_t n = 0, last_empty = 0;

	while (slice_next(&rest, '\n', &line)) {
		if (slice_starts(line, "What did not arrive") || slice_eq_str(line, "And"))
			return last_empty;
		if (line.len == 0)
			last_empty = n;
		n++;
	}
	fail_msg("no section");
	return 0;
}

static void
the_first_screen_is_a_screen(void **state)
{
	static const unsigned columns[] = { 60, 80, 100, 120, 200 };

	(void)state;
	for (size_t i = 0; i < NELEM(columns); i++)
		if (first_screen(text_of(sample_summary(), columns[i], false, false)) > 24)
			fail_msg("more than 24 lines at %u columns:\n%s", columns[i],
			    text_of(sample_summary(), columns[i], false, false));
}

/* Five long notes: what has no room stands right below. */
static void
so_it_is_with_much_to_tell(void **state)
{
	static const char line[] = "Something went wrong in a way that takes a whole line "
	    "to tell, then another one, and its end";
	static const char todo[] = "mroute log --state failed --since 2026-11-16 "
	    "--until 2026-11-22";
	struct summary_note notes[5];
	struct summary s = *sample_summary();
	const char *text, *below;

	(void)state;
	for (size_t i = 0; i < NELEM(notes); i++)
		notes[i] = (struct summary_note){ TONE_BAD, arena_printf(arena, "%zu %s",
		    i + 1, line), todo };
	s.note = notes;
	s.n_note = NELEM(notes);
	text = text_of(&s, 80, false, false);
	below = strstr(text, "\nAnd\n");
	assert_non_null(below);
	/* Each takes three lines: three have room in ten. */
	assert_true(strstr(text, "3 Something") < below);
	assert_true(strstr(text, "4 Something") > below);
	assert_non_null(strstr(text, "5 Something"));
	assert_true(first_screen(arena_printf(arena, "%.*s\n\nWhat did not arrive",
	    (int)(below - text - 1), text)) <= 24);
	assert_null(strstr(text_of(&s, 0, false, false), "\nAnd\n"));
}

/* Nobody looks at it line by line in a mail: there all routes are shown. */
static void
a_mail_shows_all_routes(void **state)
{
	(void)state;
	assert_null(strstr(text_of(sample_summary(), 0, false, false), "more routes"));
	assert_non_null(strstr(text_of(sample_summary(), 0, false, false), "\n  fallback "));
}

static void
assert_narrow(const char *text, size_t columns)
{
	struct slice rest = slice_str(text), line;

	while (slice_next(&rest, '\n', &line))
		/* A command stays in one piece, since people copy it. */
		if (utf8_width(line) > columns &&
		    slice_find_slice(line, SLICE_LIT("mroute ")) == SIZE_MAX &&
		    slice_find_slice(line, SLICE_LIT("+30")) == SIZE_MAX)
			fail_msg("%zu columns, not %zu: " SLICE_FMT, utf8_width(line),
			    columns, SLICE_ARG(line));
}

static void
no_line_is_too_wide(void **state)
{
	static const unsigned columns[] = { 40, 60, 80, 120 };

	(void)state;
	for (size_t i = 0; i < NELEM(columns); i++)
		assert_narrow(text_of(sample_summary(), columns[i], false, false),
		    columns[i]);
	assert_narrow(text_of(sample_summary(), 0, false, false), 80);
}

static void
colour_is_all_that_colour_adds(void **state)
{
	const char *plain = text_of(sample_summary(), 80, false, false),
	    *colour = text_of(sample_summary(), 80, true, false);
	AUTO(buf_release) struct buf b = BUF_INIT;
	bool any = false;

	(void)state;
	for (const char *p = colour; *p != '\0'; p++)
		if (*p == '\033') {
			any = true;
			p = strchr(p, 'm');
		} else
			buf_add_char(&b, *p);
	assert_true(any);
	/* Blanks at the end of a line may stand in front of a colour's end. */
	for (const char *p = plain, *q = buf_str(&b);; p++, q++) {
		while (*q == ' ' && *p == '\n')
			q++;
		if (*p != *q)
			fail_msg("'%.40s' is not '%.40s'", q, p);
		if (*p == '\0')
			break;
	}
}

static void
ascii_is_ascii(void **state)
{
	const char *text = text_of(sample_summary(), 80, false, true);

	(void)state;
	for (const char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p >= 0x80)
			fail_msg("not ASCII: %.40s", p);
}

static void
what_is_not_there_has_no_section(void **state)
{
	static struct summary_note note = { TONE_GOOD, "No message came.", "" };
	const struct summary nothing = { .key = "2026-W47", .title = "Mon to Sun",
		.hostname = "h.example", .zone = "UTC", .empty = true, .first = true,
		.n_trend = 1, .note = &note, .n_note = 1, .idle_since = "" };
	const char *text = text_of(&nothing, 80, false, false);

	(void)state;
	assert_string_equal(text,
	    "Week 2026-W47   Mon to Sun                                             "
	    "h.example\n"
	    "\n"
	    "  ✓ No message came.\n"
	    "\n"
	    "         0  messages\n"
	    "\n"
	    "Times are those of UTC. Questions of your own:\n"
	    "  mroute stats route --week 2026-W47\n");
}

/* Who reads it may not have the documentation. */
static void
the_end_tells_what_the_numbers_are(void **state)
{
	const char *text = text_of(sample_summary(), 80, false, false);

	(void)state;
	assert_non_null(strstr(text, "\nRouted without a person: decided by the rules alone.\n"));
	assert_non_null(strstr(text, "\nUsual: the middle one of up to 11 of these periods "
	    "before.\n"));
	assert_null(strstr(text, "docs/"));
}

/* ---- hostile texts ---- */

static const char hostile[] = "<script>\033[31m\xE2\x80\xAE=cmd()\t\r\n\x07 x";

/* The sample with that text wherever a mail or a server could have put one. */
static struct summary *
poisoned(const char *text)
{
	struct summary *s = arena_alloc(arena, sizeof *s);

	*s = *sample_summary();
	s->note = arena_alloc(arena, sizeof *s->note);
	*s->note = (struct summary_note){ TONE_BAD, text, "" };
	s->n_note = 1;
	s->trouble = arena_alloc(arena, sizeof *s->trouble);
	*s->trouble = (struct stats_trouble){ true, EFFECT_SMTP, text, text, text, 1, 1, 0, 0 };
	s->n_trouble = 1;
	s->group = arena_alloc(arena, sizeof *s->group);
	*s->group = (struct summary_group){ 2, text, "", text, { text }, 1, { "01" }, 1, 0 };
	s->n_group = 1;
	s->domain = arena_alloc(arena, sizeof *s->domain);
	*s->domain = (struct summary_domain){ text, 2, true };
	s->n_domain = 1;
	s->fresh = arena_alloc(arena, sizeof *s->fresh);
	s->fresh[0] = text;
	s->n_fresh = 1;
	s->field = arena_alloc(arena, sizeof *s->field);
	s->field->route = s->field->name = "x";
	s->field->value = arena_alloc(arena, sizeof *s->field->value);
	*s->field->value = (struct summary_value){ text, 1 };
	s->field->n = s->field->n_value = s->n_field = 1;
	s->unsure = arena_alloc(arena, sizeof *s->unsure);
	*s->unsure = (struct summary_line){ "x", "x.1", text, 0, 0, 0, 1, 0, "never", text };
	s->n_unsure = 1;
	s->alarm = arena_alloc(arena, sizeof *s->alarm);
	*s->alarm = (struct summary_alarm){ text, 1, 0, text, 0, 0, "" };
	s->n_alarm = 1;
	return s;
}

static void
hostile_texts_stay_texts(void **state)
{
	const char *text = text_of(poisoned(hostile), 80, false, false);

	(void)state;
	for (const char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' && *p != '\n')
			fail_msg("control character %d", *p);
	assert_null(strstr(text, "\xE2\x80\xAE"));
	assert_non_null(strstr(text, "<script>"));
	assert_narrow(text, 80);
}

static void
endless_texts_are_cut(void **state)
{
	char *endless = arena_alloc(arena, 10001);
	const char *text;

	(void)state;
	memset(endless, 'x', 10000);
	text = text_of(poisoned(endless), 80, false, false);
	assert_narrow(text, 80);
	assert_true(strlen(text) < 20000);
}

/* ---- charts ---- */

static const struct chart_series *
series_of(const struct chart_data *d, const char *name)
{
	for (size_t i = 0; i < d->n_series; i++)
		if (strcmp(d->series[i].name, name) == 0)
			return &d->series[i];
	fail_msg("no series %s", name);
	return NULL;
}

static void
a_route_has_one_colour_and_the_rest_is_grey(void **state)
{
	const struct summary *s = sample_summary();
	const struct chart_data *volume = summary_chart_data(s, arena, SUMMARY_VOLUME),
	    *trends = summary_chart_data(s, arena, SUMMARY_TRENDS);

	(void)state;
	/* Ten routes: seven by the sum of their trend, and the three others. */
	assert_int_equal(volume->n_series, 8);
	for (size_t i = 0; i < volume->n_series; i++)
		assert_int_equal(volume->series[i].colour,
		    series_of(trends, volume->series[i].name)->colour);
	assert_int_equal(series_of(volume, "support")->colour, 1);
	assert_int_equal(series_of(volume, "lead")->colour, 2);
	assert_int_equal(series_of(volume, "others")->colour, 0);
	/* press 96, website-bug 42, fallback 12; newsletter had 114 in all. */
	assert_int_equal(series_of(volume, "others")->value[11], 21 + 11 + 8);
	assert_int_equal(series_of(volume, "others")->value[0], 4 + 2 + 0);
	assert_string_equal(volume->label[0], "W36");
	assert_int_equal(volume->n_label, 12);
}

static void
young_records_have_few_columns(void **state)
{
	struct summary s = *sample_summary();
	const struct chart_data *d;

	(void)state;
	s.n_trend = 2;
	d = summary_chart_data(&s, arena, SUMMARY_VOLUME);
	assert_int_equal(d->n_label, 2);
	assert_string_equal(d->label[0], "W46");
	assert_int_equal(series_of(d, "support")->value[1], 148);
}

/* ---- JSON ---- */

static void
json_says_the_same(void **state)
{
	json_t *o = summary_json(sample_summary());

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(o, "v")), 1);
	assert_int_equal(json_integer_value(json_object_get(o, "messages")), 412);
	assert_string_equal(json_string_value(json_object_get(json_object_get(o, "period"),
	    "from")), "2026-11-15T23:00:00.000Z");
	assert_string_equal(json_string_value(json_object_get(json_object_get(o, "idle"),
	    "since")), "2026-08-23T22:00:00.000Z");
	assert_int_equal(json_array_size(json_object_get(o, "routes")), 10);
	assert_int_equal(json_array_size(json_object_get(o, "hours")), 7);
	assert_int_equal(json_array_size(json_object_get(json_array_get(
	    json_object_get(o, "routes"), 0), "trend")), 12);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(o, "delay"),
	    "median_ms")), 1640);
	json_decref(o);
}

/* Each key stands in docs/json.md. */
static void
assert_documented(json_t *o, const char *page)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_array(o))
		json_array_foreach(o, i, value)
			assert_documented(value, page);
	if (!json_is_object(o))
		return;
	json_object_foreach(o, key, value) {
		if (strstr(page, arena_printf(arena, "`%s`", key)) == NULL)
			fail_msg("docs/json.md does not know '%s'", key);
		assert_documented(value, page);
	}
}

static void
every_key_is_documented(void **state)
{
	AUTO(buf_release) struct buf page = BUF_INIT;
	json_t *o = summary_json(sample_summary());
	struct err e = ERR_INIT;
	const char *from;

	(void)state;
	assert_int_equal(file_read(AT_FDCWD, "docs/json.md", 1 << 20, &page, &e), 0);
	from = strstr(buf_str(&page), "## `mroute summary --json`");
	assert_non_null(from);
	assert_documented(o, from);
	json_decref(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_screen_is_a_screen),
		cmocka_unit_test(so_it_is_with_much_to_tell),
		cmocka_unit_test(a_mail_shows_all_routes),
		cmocka_unit_test(no_line_is_too_wide),
		cmocka_unit_test(colour_is_all_that_colour_adds),
		cmocka_unit_test(ascii_is_ascii),
		cmocka_unit_test(what_is_not_there_has_no_section),
		cmocka_unit_test(the_end_tells_what_the_numbers_are),
		cmocka_unit_test(hostile_texts_stay_texts),
		cmocka_unit_test(endless_texts_are_cut),
		cmocka_unit_test(a_route_has_one_colour_and_the_rest_is_grey),
		cmocka_unit_test(young_records_have_few_columns),
		cmocka_unit_test(json_says_the_same),
		cmocka_unit_test(every_key_is_documented),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
