/* SPDX-License-Identifier: MIT */
/*
 * What page and mail of a summary say; tests/bats/summary_html.bats reads them with
 * other programs and looks at them.
 */
#include "flow/summary_html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "arena_help.h"
#include "cmd/stats_views.h"
#include "summary_kinds.h"

enum { GMAIL_CUTS = 102 * 1000 };

static const struct summary_image no_images[SUMMARY_CHARTS] = {
	{ "volume", BUF_INIT }, { "trends", BUF_INIT }, { "hours", BUF_INIT },
	{ "delays", BUF_INIT },
};

/* No PNG, but bytes. */
static char byte[] = "x";
static const struct summary_image images[SUMMARY_CHARTS] = {
	{ "volume", { byte, 1, 0 } }, { "trends", { byte, 1, 0 } }, { "hours", { byte, 1, 0 } },
	{ "delays", { byte, 1, 0 } },
};

static const char *
page(enum kind which)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	summary_page(kind_make(arena, which), &out);
	return arena_strdup(arena, buf_str(&out));
}

static const char *
mail(enum kind which, const struct summary_image *with)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	summary_mail_html(kind_make(arena, which), with, &out);
	return arena_strdup(arena, buf_str(&out));
}

static void
assert_has(const char *text, const char *what)
{
	if (strstr(text, what) == NULL)
		fail_msg("there is no '%s' in:\n%.20000s", what, text);
}

static void
assert_none(const char *text, const char *what)
{
	if (strstr(text, what) != NULL)
		fail_msg("there is '%s'", what);
}

static void
four_figures(void **state)
{
	static const struct {
		enum kind kind;
		const char *value[HTML_FIGURES], *more[HTML_FIGURES];
	} cases[] = {
		/* 355 of 412 are 86.2 %, 49 are 11.9 % */
		{ KIND_WEEK, { "412", "86 %", "12 %", "1.7 s" },
		    { "58 more than the week before; usual: 331", "355 of 412",
		      "49 that no rule claimed; usual: 6 %",
		      "95 % within 14 s, all within 3 h" } },
		{ KIND_EMPTY, { "0", "-", "-", "-" },
		    { "the first week on record", "there was nothing to route",
		      "there was nothing to claim", "there was nothing to deliver" } },
		{ KIND_ONE, { "1", "100 %", "0 %", "0.7 s" },
		    { "the first week on record", "1 of 1", "0 that no rule claimed",
		      "95 % within 0.7 s, all within 0.7 s" } },
		{ KIND_OBSERVED, { "412", "86 %", "0 %", "1.7 s" },
		    { "the first week on record", "355 of 412 observed",
		      "0 that no rule claimed", "95 % within 14 s, all within 3 h" } },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct html h = { .arena = arena, .s = kind_make(arena, cases[i].kind) };
		struct html_figure f[HTML_FIGURES];

		print_message("  %s\n", kind_name[cases[i].kind]);
		html_figures(&h, f);
		for (size_t k = 0; k < HTML_FIGURES; k++) {
			assert_string_equal(f[k].value, cases[i].value[k]);
			assert_string_equal(f[k].more, cases[i].more[k]);
		}
	}
}

static void
what_the_figures_leave_unsaid(void **state)
{
	static const struct {
		enum kind kind;
		const char *want;
	} cases[] = {
		{ KIND_WEEK, "2 could not be delivered to their place, 3 wait to be delivered "
		    "and 8 were set aside (loops, bounces, no alias)." },
		{ KIND_GOOD, "8 were set aside (loops, bounces, no alias)." },
		{ KIND_OBSERVED, "412 were only observed." },
		{ KIND_EMPTY, "" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct html h = { .arena = arena, .s = kind_make(arena, cases[i].kind) };

		assert_string_equal(html_rest(&h), cases[i].want);
	}
}

static void
the_first_screen_gives_a_verdict(void **state)
{
	(void)state;
	assert_has(page(KIND_GOOD), "<b class=\"chip\">A good week</b>");
	assert_has(page(KIND_EMPTY), "<b class=\"chip\">A week to look at</b>");
	assert_has(page(KIND_WEEK), "<b class=\"chip\">A week to act on</b>");
	assert_has(mail(KIND_GOOD, images), ">A good week</td>");
	assert_has(page(KIND_WEEK), "<title>mroute: Week 2026-W47, A week to act on</title>");
}

static void
periods_have_names(void **state)
{
	static const struct {
		enum period_kind kind;
		const char *key, *title;
		bool unfinished;
		const char *name, *subtitle;
	} cases[] = {
		{ PERIOD_WEEK, "2026-W47", "Mon 16 Nov to Sun 22 Nov 2026", false,
		    "Week 2026-W47", "Mon 16 Nov to Sun 22 Nov 2026 (Etc/UTC)" },
		{ PERIOD_MONTH, "2026-11", "November 2026", true, "Month 2026-11",
		    "November 2026 (Etc/UTC), so far: it is not over yet" },
		{ PERIOD_SPAN, "2026-03-03/2026-03-17", "Tue 3 Mar to Tue 17 Mar 2026", false,
		    "Tue 3 Mar to Tue 17 Mar 2026", "2026-03-03/2026-03-17 (Etc/UTC)" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct summary s = { .key = cases[i].key, .title = cases[i].title,
			.zone = "Etc/UTC", .period.kind = cases[i].kind,
			.unfinished = cases[i].unfinished };
		struct html h = { .arena = arena, .s = &s };

		assert_string_equal(html_name(&h), cases[i].name);
		assert_string_equal(html_subtitle(&h), cases[i].subtitle);
	}
}

/* Of the sections there are those that have something to say, the same in both. */
static void
sections_are_the_same_in_page_and_mail(void **state)
{
	static const char *const heading[] = { "Routes", "Over time", "Delivery",
		"What no rule claimed", "Who wrote", "Rules", "What the messages said",
		"The machine" };
	static const struct {
		enum kind kind;
		const char *there;
	} cases[] = {
		{ KIND_WEEK, "xxxxxxxx" }, { KIND_GOOD, "xxxxxxx." }, { KIND_EMPTY, "........" },
		{ KIND_ONE, "xxx.x..." }, { KIND_OBSERVED, "xxx.xxx." },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		const char *p = page(cases[i].kind), *m = mail(cases[i].kind, images);

		print_message("  %s\n", kind_name[cases[i].kind]);
		for (size_t k = 0; k < NELEM(heading); k++) {
			const char *in_page = arena_printf(arena, "<h2>%s</h2>", heading[k]);
			const char *in_mail = arena_printf(arena, "\">%s</h2>", heading[k]);

			if (cases[i].there[k] == 'x') {
				assert_has(p, in_page);
				assert_has(m, in_mail);
			} else {
				assert_none(p, in_page);
				assert_none(m, in_mail);
			}
		}
	}
}

static void
rows_say_what_was_counted(void **state)
{
	const char *p = page(KIND_WEEK);

	(void)state;
	/* A route: now, before, change. */
	assert_has(p, "<td class=\"n\">83</td><td class=\"n\">71</td><td class=\"n\">+12</td>");
	assert_has(p, "<td class=\"n\">38</td><td class=\"n\">41</td><td class=\"n\">-3</td>");
	assert_has(p, "<bdi>Newsletter</bdi><span class=\"quiet\"> (there is no such route any "
	    "more)</span>");
	/* A line to paste keeps its blanks, and a click takes it whole. */
	assert_has(p, "<pre>+30  any  has  guest post</pre>");
	assert_has(p, "user-select:all");
	/* 31 of 412 */
	assert_has(p, "<bdi>bigvendor.example</bdi> (new)</th><td class=\"n\">31</td>"
	    "<td class=\"n\">8 %</td>");
	assert_has(p, "Backend Engineer</bdi> (11), <bdi>Developer Advocate</bdi> (4)"
	    "<span class=\"quiet\">; 2 not shown</span>");
	assert_has(p, "messages came a second time, and were delivered once</th>"
	    "<td class=\"n\">2</td>");
	assert_has(p, "<b>Routed without a person</b>: decided by the rules alone.</p>");
	assert_has(mail(KIND_WEEK, images), "<b>Routed without a person</b>: decided by the");
	/* Idle lines: 12, two of them shown; domains: 143, five. */
	assert_has(p, "and 10 more: <code>mroute summary --json --week 2026-W47</code>");
	assert_has(p, "and 138 more: <code>mroute stats domain --week 2026-W47</code>");
}

/* Each `mroute stats WHAT` counts something. */
static void
commands_are_there(const char *text)
{
	static const char stats[] = "mroute stats ";

	for (const char *at = text; (at = strstr(at, stats)) != NULL;) {
		const char *what;

		at += strlen(stats);
		what = arena_strndup(arena, at, strcspn(at, " <"));
		print_message("  stats %s\n", what);
		assert_non_null(stats_view_find(what));
	}
}

static void
commands_that_are_named_exist(void **state)
{
	(void)state;
	for (enum kind kind = 0; kind < KINDS; kind++) {
		AUTO(buf_release) struct buf text = BUF_INIT;

		summary_text(kind_make(arena, kind), 80, false, false, &text);
		commands_are_there(buf_str(&text));
		commands_are_there(page(kind));
		commands_are_there(mail(kind, no_images));
	}
}

/* 40 messages: a value of each of 30 is told, in mail of 5; 3 are kept back. */
static void
values_that_are_not_told_are_counted(void **state)
{
	struct summary s = *sample_summary();
	struct summary_value value[30];
	struct summary_field field = { "press", "outlet", 40, value, NELEM(value), 3 };
	AUTO(buf_release) struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < NELEM(value); i++)
		value[i] = (struct summary_value){ "x", 1 };
	s.field = &field;
	s.n_field = 1;
	summary_mail_html(&s, images, &out);
	assert_has(buf_str(&out), "</bdi> (1), and in 32 more<");
	buf_reset(&out);
	/* With those that are kept back: 12 are told here. */
	summary_text(&s, 80, false, false, &out);
	assert_has(buf_str(&out), "and in 28 more");
}

static void
the_first_period_compares_with_nothing(void **state)
{
	const char *p = page(KIND_FIRST);

	(void)state;
	assert_none(p, "Before");
	assert_none(p, "Change");
	assert_none(p, "(new)");
	assert_none(p, "for the first time");
	assert_none(mail(KIND_FIRST, images), "Messages in each week");
}

static void
a_chart_is_an_image_or_cells_and_never_both(void **state)
{
	const char *with = mail(KIND_WEEK, images), *without = mail(KIND_WEEK, no_images);

	(void)state;
	assert_has(with, "<img src=\"cid:volume\" width=\"552\" height=\"");
	assert_has(with, "<img src=\"cid:delays\"");
	assert_none(with, "alt=\"\"");
	assert_none(without, "<img");
	assert_has(without, ">Messages a week, by route</td>");
	assert_has(without, ">How long delivery took</td>");
	assert_none(with, ">Messages a week, by route</td>");
	/* In any case: bars of the routes, columns of twelve weeks. */
	assert_has(with, "Messages in each week, W36 to W47:");
	assert_has(without, "Messages in each week, W36 to W47:");
	assert_has(with, "<td width=\"100%\" height=\"6\" class=\"b\" bgcolor=\"#2474b5\"");
}

/* Five had no route: with press 21, website-bug 11 and fallback 8 they are 45 others. */
static void
a_column_is_as_high_as_what_came(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct summary *s = kind_copy(arena);

	(void)state;
	s->trend_total[SUMMARY_TREND - 1] = s->total = 417;
	summary_page(s, &out);
	assert_has(buf_str(&out), "<title>W47, others: 45</title>");
}

static void
mail_is_never_cut_by_gmail(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		size_t with = strlen(mail((enum kind)i, images));
		size_t without = strlen(mail((enum kind)i, no_images));

		print_message("  %s: %zu, without images %zu\n", kind_name[i], with, without);
		assert_true(with < GMAIL_CUTS);
		assert_true(without < GMAIL_CUTS);
	}
	assert_has(mail(KIND_HOSTILE, no_images), "There is more than a mail can hold");
	assert_none(mail(KIND_WEEK, no_images), "There is more than a mail can hold");
}

static void
a_page_has_an_end(void **state)
{
	(void)state;
	assert_true(strlen(page(KIND_HOSTILE)) < 1 << 20);
	assert_has(page(KIND_HOSTILE), "<h2>The machine</h2>");
}

static void
hostile_text_is_escaped_and_cut(void **state)
{
	const char *p = page(KIND_HOSTILE), *m = mail(KIND_HOSTILE, images);

	(void)state;
	assert_has(p, "&lt;script&gt;alert(document.cookie)&lt;/script&gt;");
	assert_has(m, "&lt;script&gt;alert(document.cookie)&lt;/script&gt;");
	assert_none(p, "<script");
	assert_none(m, "<script");
	assert_none(p, "onerror=alert(1)>");
	assert_none(p, "<h1>Breakout");
	assert_none(p, "\xe2\x80\xae");		/* turns the direction */
	assert_none(p, "\x1b");
	assert_has(p, "WWW\xe2\x80\xa6");
}

/* A line that was cut would be another line. */
static void
lines_to_paste_are_whole_or_not_there(void **state)
{
	const char *at = page(KIND_HOSTILE);
	size_t n = 0;

	(void)state;
	for (; (at = strstr(at, "<pre>")) != NULL; at++, n++) {
		const char *end = strstr(at, "</pre>");

		assert_non_null(end);
		assert_true(end - at < 500);
		assert_null(memmem(at, (size_t)(end - at), "\xe2\x80\xa6", 3));
	}
	assert_true(n > 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_figures),
		cmocka_unit_test(what_the_figures_leave_unsaid),
		cmocka_unit_test(the_first_screen_gives_a_verdict),
		cmocka_unit_test(periods_have_names),
		cmocka_unit_test(sections_are_the_same_in_page_and_mail),
		cmocka_unit_test(rows_say_what_was_counted),
		cmocka_unit_test(commands_that_are_named_exist),
		cmocka_unit_test(values_that_are_not_told_are_counted),
		cmocka_unit_test(the_first_period_compares_with_nothing),
		cmocka_unit_test(a_chart_is_an_image_or_cells_and_never_both),
		cmocka_unit_test(a_column_is_as_high_as_what_came),
		cmocka_unit_test(mail_is_never_cut_by_gmail),
		cmocka_unit_test(a_page_has_an_end),
		cmocka_unit_test(hostile_text_is_escaped_and_cut),
		cmocka_unit_test(lines_to_paste_are_whole_or_not_there),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
