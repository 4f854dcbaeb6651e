/* SPDX-License-Identifier: MIT */
/* The display and the JSON of plans made by hand; tests/rules has real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "rules/explain.h"
#include "rules/jsonout.h"

/* SLICE_LIT() for what is static. */
#define S(s)	{ "" s, sizeof(s) - 1 }

static const struct capture captures[] = {
	{ 1, S("outlet"), S("Daily Planet") }, { 1, S("who"), S("a reporter") },
};
static struct plan_line press_lines[] = {
	{ .id = "press.1", .hash = "0a1b2c3d", .kind = '+', .points = 40,
	    .text = "+40 subject has interview request, press pass*",
	    .state = TRI_YES, .field = S("subject"),
	    .matched = S("Interview request"),
	    .snippet = S("Interview request: your remote manifesto") },
	{ .id = "press.2", .hash = "0a1b2c3e", .kind = '+', .points = 30,
	    .text = "+30 text ~ I am (?<who>.*?) at (?<outlet>[^.]*)",
	    .state = TRI_YES, .field = S("text"),
	    .matched = S("I am a reporter at Daily Planet"),
	    .snippet = S("Hello, I am a reporter at Daily Planet, and on "
	    "deadline for the paper of this coming Sunday."), .at = 7,
	    .capture = captures, .n_capture = NELEM(captures) },
	{ .id = "press.3", .hash = "0a1b2c3f", .kind = '+', .points = 25,
	    .text = "+25 sender is not x@y.example and dmarc is pass",
	    .state = TRI_YES, .field = S("sender") },
	{ .id = "press.4", .hash = "0a1b2c40", .kind = '-', .points = -60,
	    .text = "-60 text ~ (a+)+$", .state = TRI_UNKNOWN,
	    .field = S("text"), .reason = S("match limit") },
};
static struct plan_line content_lines[] = {
	{ .id = "content.10", .hash = "ffffffff", .kind = 'n',
	    .text = "never is bulk, list", .state = TRI_YES,
	    .matched = S("bulk"), .snippet = S("bulk") },
};
static struct plan_route routes[] = {
	{ .name = "press", .known = 95, .lowest = 35, .highest = 95, .needs = 50,
	    .line = press_lines, .n_line = NELEM(press_lines) },
	{ .name = "content", .known = 60, .lowest = 60, .highest = 60,
	    .needs = 50, .never = true, .line = content_lines,
	    .n_line = NELEM(content_lines) },
	{ .name = "triage", .needs = 50 },
};
static struct plan_field fields[] = {
	{ "outlet", TYPED_TEXT, "Daily Planet", "Daily Planet", false },
	{ "budget", TYPED_MONEY, "", "", true },
	{ "offer", TYPED_MONEY, "$7,200", "USD 7200.00", false },
	{ "day", TYPED_DATE, "soon", "", false },
};
static const char *actions[] = { "forward press-team", "file Triage/Press" };
static struct plan_effect effects[] = {
	{ EFFECT_SMTP, "", "press@company.example" },
	{ EFFECT_IMAP, "office", "Triage/Press" },
};
static const struct plan plan = {
	.route = "press", .title = "Press and media", .by = BY_POINTS,
	.best = "press", .points = 95, .needs = 50, .margin = 65,
	.runner_up = "jobs", .runner_up_points = 30, .runner_up_needs = 50,
	.would_be = "", .why = "95 points of 50 needed; next jobs, 30 of 50 needed",
	.trace = routes, .n_trace = NELEM(routes), .field = fields,
	.n_field = NELEM(fields), .action = actions, .n_action = NELEM(actions),
	.effect = effects, .n_effect = NELEM(effects),
	.facts = FACT_BIT(FACT_LIST) | FACT_BIT(FACT_QUESTION),
};
static struct findings found = {
	.facts_unknown = FACT_BIT(FACT_SPAM), .size = 4711,
	.id = { .from = S("Jane Roe <jane@dailyplanet.example>"),
	    .subject = S("Interview request: your remote manifesto"),
	    .message_id = S("<1@dailyplanet.example>") },
};

static void
shows(const struct plan *p, const struct findings *f, unsigned columns,
    bool colour, const char *want)
{
	const struct explain_input in = { "interview.eml", NULL, "d1", p, f };
	AUTO(buf_release) struct buf b = BUF_INIT;

	explain_text(&in, colour, columns, &b);
	if (strcmp(buf_str(&b), want) != 0)
		fail_msg("shown:\n%swanted:\n%s", buf_str(&b), want);
}

static void
shows_the_whole_on_a_wide_page(void **state)
{
	(void)state;
	shows(&plan, &found, 0, false,
	    "interview.eml\n"
	    "  From      Jane Roe <jane@dailyplanet.example>\n"
	    "  Subject   Interview request: your remote manifesto\n"
	    "  Is        list, question\n"
	    "  Route     press   95 points of 50 needed\n"
	    "             +40 press.1  subject has \"Interview request\": your "
	    "remote manifesto\n"
	    "             +30 press.2  text ~      Hello, \"I am a reporter at Daily "
	    "Planet\", and on deadline for the paper of this coming Sunday.\n"
	    "             +25 press.3  sender is not x@y.example and dmarc is pass\n"
	    "            -60? press.4  text ~ (a+)+$\n"
	    "                          could not be judged: match limit\n"
	    "  Next      jobs   30 points of 50 needed: lacks 20\n"
	    "  Not       content   60 points of 50 needed, but\n"
	    "            never content.10  is \"bulk\"\n"
	    "  Fields    outlet = Daily Planet\n"
	    "            budget missing\n"
	    "            offer  = USD 7200.00   $7,200\n"
	    "            day    = soon   not understood as date\n"
	    "  Then      forward press-team; file Triage/Press\n");
}

static void
fits_the_terminal(void **state)
{
	(void)state;
	shows(&plan, &found, 60, false,
	    "interview.eml\n"
	    "  From      Jane Roe <jane@dailyplanet.example>\n"
	    "  Subject   Interview request: your remote manifesto\n"
	    "  Is        list, question\n"
	    "  Route     press   95 points of 50 needed\n"
	    "             +40 press.1  subject has \"Interview request\":\u2026\n"
	    "             +30 press.2  text ~      \"I am a reporter at \u2026\"\n"
	    "             +25 press.3  sender is not x@y.example and dma\u2026\n"
	    "            -60? press.4  text ~ (a+)+$\n"
	    "                          could not be judged: match limit\n"
	    "  Next      jobs   30 points of 50 needed: lacks 20\n"
	    "  Not       content   60 points of 50 needed, but\n"
	    "            never content.10  is \"bulk\"\n"
	    "  Fields    outlet = Daily Planet\n"
	    "            budget missing\n"
	    "            offer  = USD 7200.00   $7,200\n"
	    "            day    = soon   not understood as date\n"
	    "  Then      forward press-team; file Triage/Press\n");
}

/* No line is wider than the terminal, whatever its width. */
static void
is_never_too_wide(void **state)
{
	const struct explain_input in = { "interview.eml", NULL, "d1", &plan,
		&found };

	(void)state;
	for (unsigned columns = 60; columns < 160; columns++) {
		AUTO(buf_release) struct buf b = BUF_INIT;
		struct slice rest, line;

		explain_text(&in, false, columns, &b);
		rest = buf_slice(&b);
		while (slice_next(&rest, '\n', &line))
			if (utf8_width(line) > columns)
				fail_msg("%u: " SLICE_FMT, columns, SLICE_ARG(line));
	}
}

static void
keeps_the_words_in_sight(void **state)
{
	static struct plan_line line = { .id = "a.1", .hash = "0", .kind = '+',
	    .points = 5, .text = "+5 text has on deadline", .state = TRI_YES,
	    .matched = S("on deadline") };
	static struct plan_route route = { .name = "a", .line = &line,
	    .n_line = 1 };
	struct plan p = plan;
	struct findings f = found;
	const char *left = "It was a dark and stormy night, the rain fell and so on ";
	AUTO(xfree) char *snippet = xasprintf("%son deadline%s", left,
	    " as ever, though nobody had told the editor who was at home");

	(void)state;
	line.snippet = slice_str(snippet);
	line.at = (uint32_t)strlen(left);
	p.best = p.route = "a";
	p.why = "so";
	p.trace = &route;
	p.n_trace = 1;
	p.n_field = 0;
	p.facts = 0;
	f.id.from = f.id.subject = (struct slice){ NULL, 0 };
	shows(&p, &f, 70, false,
	    "interview.eml\n"
	    "  From      (nobody)\n"
	    "  Subject   (none)\n"
	    "  Route     a   so\n"
	    "             +5 a.1  text has \u2026and so on \"on deadline\" as "
	    "ever,\u2026\n"
	    "  Next      jobs   30 points of 50 needed: lacks 20\n"
	    "  Then      forward press-team; file Triage/Press\n");
}

/* With a large pack many lines count: the heaviest are shown, all are named. */
static void
many_lines_share_a_row(void **state)
{
	static struct plan_line lines[40];
	static char ids[40][16];
	static struct plan_route route = { .name = "a", .line = lines,
	    .n_line = NELEM(lines) };
	const struct explain_input in = { "f", NULL, "d1", &(struct plan){
	    .route = "a", .title = "", .by = BY_POINTS, .best = "a", .points = 820,
	    .needs = 50, .runner_up = "", .would_be = "", .why = "so",
	    .trace = &route, .n_trace = 1 }, NULL };
	AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	for (int i = 0; i < 40; i++) {
		snprintf(ids[i], sizeof ids[i], "a.%d", i + 1);
		lines[i] = (struct plan_line){ .id = ids[i], .hash = "0",
		    .kind = '+', .points = i + 1, .text = "+1 subject has x",
		    .state = TRI_YES, .field = SLICE_LIT("subject"),
		    .matched = SLICE_LIT("x"), .snippet = SLICE_LIT("x") };
	}
	explain_text(&in, false, 80, &b);
	assert_non_null(strstr(buf_str(&b), "so\n             +40 a.40"));
	assert_non_null(strstr(buf_str(&b), "+30 a.30"));
	assert_null(strstr(buf_str(&b), "+29 a.29"));
	assert_non_null(strstr(buf_str(&b),
	    "            +435 29 more: a.29, a.28, a.27, a.26,"));
}

static void
the_head_is_of_the_words(void **state)
{
	static struct plan_line line = { .id = "a.1", .hash = "0", .kind = '+',
	    .points = 5, .text = "+5 sender is not x@y.example and dmarc is pass",
	    .state = TRI_YES, .field = S("dmarc"), .matched = S("pass"),
	    .snippet = S("pass") };
	static struct plan_route route = { .name = "a", .line = &line,
	    .n_line = 1 };
	const struct explain_input in = { "f", NULL, "d1", &(struct plan){
	    .route = "a", .title = "", .by = BY_POINTS, .best = "a", .points = 5,
	    .needs = 5, .runner_up = "", .would_be = "", .why = "so",
	    .trace = &route, .n_trace = 1 }, NULL };
	AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	explain_text(&in, false, 80, &b);
	assert_string_equal(buf_str(&b), "f\n  Route     a   so\n"
	    "             +5 a.1  sender is not x@y.example and dmarc is pass\n"
	    "                     dmarc \"pass\"\n");
}

static void
marks_the_words_in_colour(void **state)
{
	const struct explain_input in = { "f", NULL, "d1", &plan, NULL };
	AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	explain_text(&in, true, 0, &b);
	assert_non_null(strstr(buf_str(&b), "\x1b[1mInterview request\x1b[0m"));
	assert_non_null(strstr(buf_str(&b),
	    "\x1b[1mI am a reporter at Daily Planet\x1b[0m"));
}

/* Where no field shows them, the line does. */
static void
shows_captures_of_a_line(void **state)
{
	struct plan p = plan;
	const struct explain_input in = { "f", NULL, "d1", &p, NULL };
	AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	p.n_field = 0;
	explain_text(&in, false, 60, &b);
	assert_non_null(strstr(buf_str(&b),
	    "                          outlet = Daily Planet, who = a re\u2026\n"));
}

static void
lets_no_control_through(void **state)
{
	static const struct capture capture = { 0, S("n\x1b"), S("\x1b[1m\n") };
	static struct plan_line line = { .id = "a.1", .hash = "0", .kind = '+',
	    .text = "+5 text has \x1b[2J", .state = TRI_YES,
	    .matched = S("x\x1b]0;"), .snippet = S("x\x1b]0;\n"),
	    .capture = &capture, .n_capture = 1 };
	static struct plan_route route = { .name = "a", .line = &line,
	    .n_line = 1 };
	static const char *action[] = { "file \x1b[3m" };
	static struct plan_field field = { "f", TYPED_DATE, "t\x1b\n", "v\x1b\n",
	    false };
	struct plan p = plan;
	struct findings f = found;
	const struct explain_input in = { "\x1b" "c.eml", NULL, "d1", &p, &f };
	AUTO(buf_release) struct buf b = BUF_INIT;
	json_t *json;
	char *dump;

	(void)state;
	p.best = p.route = "a";
	p.why = "so\x1b";
	p.trace = &route;
	p.n_trace = 1;
	p.action = action;
	p.n_action = 1;
	p.field = &field;
	p.n_field = 1;
	f.id.from = f.id.subject = SLICE_LIT("\x1b[31m\xff\xc2\x9b");
	explain_text(&in, false, 80, &b);
	assert_null(strchr(buf_str(&b), '\x1b'));
	assert_true(utf8_valid(buf_slice(&b)));
	json = explain_json(&in);
	dump = jsonout_dump(json);
	assert_null(strstr(dump, "\\u001b"));
	assert_null(strchr(dump, '\x1b'));
	free(dump);
	json_decref(json);
}

static void
assert_member(const json_t *o, const char *key, const char *want)
{
	const char *got = json_string_value(json_object_get(o, key));

	if (want == NULL)
		assert_true(json_is_null(json_object_get(o, key)));
	else
		assert_string_equal(got, want);
}

/* The fields in the order of the rules, each with what was written. */
static void
assert_captured(const json_t *o, size_t i, const char *type, const char *text,
    const char *value)
{
	const json_t *field = json_array_get(json_object_get(o, "captured"), i);

	assert_member(field, "name", fields[i].name);
	assert_member(field, "type", type);
	assert_member(field, "text", text);
	assert_member(field, "value", value);
}

static void
gives_the_keys_that_are_promised(void **state)
{
	static const char *const keys[] = { "v", "file", "id", "route",
		"decided_by", "points", "margin", "runner_up", "lines", "fields",
		"facts", "actions", "unknown", "digest", "needs", "why", "best",
		"routes", "effects", "from", "subject", "size", "title" };
	const struct explain_input in = { "interview.eml", NULL, "d1", &plan,
		&found };
	json_t *o = explain_json(&in), *lines;

	(void)state;
	for (size_t i = 0; i < NELEM(keys); i++)
		if (json_object_get(o, keys[i]) == NULL)
			fail_msg("no key '%s'", keys[i]);
	assert_int_equal(json_integer_value(json_object_get(o, "v")), 1);
	assert_true(json_is_null(json_object_get(o, "id")));
	assert_string_equal(json_string_value(json_object_get(o, "decided_by")),
	    "points");
	lines = json_object_get(o, "lines");
	assert_int_equal(json_array_size(lines), 3);
	assert_string_equal(json_string_value(json_object_get(
	    json_array_get(lines, 0), "matched")), "Interview request");
	assert_string_equal(json_string_value(json_object_get(json_object_get(
	    json_array_get(lines, 1), "captures"), "outlet")), "Daily Planet");
	assert_int_equal(json_array_size(json_object_get(o, "unknown")), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(
	    json_object_get(o, "unknown"), 0), "reason")), "match limit");
	assert_true(json_is_null(json_object_get(json_object_get(o, "fields"),
	    "budget")));
	assert_string_equal(json_string_value(json_object_get(json_object_get(o,
	    "fields"), "outlet")), "Daily Planet");
	assert_captured(o, 0, "text", "Daily Planet", "Daily Planet");
	assert_captured(o, 1, "money", NULL, NULL);
	assert_captured(o, 2, "money", "$7,200", "USD 7200.00");
	assert_captured(o, 3, "date", "soon", NULL);
	json_decref(o);
}

static void
the_trace_has_every_route(void **state)
{
	const struct explain_input in = { NULL, NULL, "d1", &plan, NULL };
	json_t *o = explain_trace(&in), *r = json_object_get(o, "routes");

	(void)state;
	assert_int_equal(json_array_size(r), 3);
	assert_int_equal(json_integer_value(json_object_get(json_array_get(r, 0),
	    "lowest")), 35);
	assert_true(json_is_true(json_object_get(json_array_get(r, 1), "never")));
	assert_int_equal(json_array_size(json_object_get(json_array_get(r, 0),
	    "lines")), 4);
	assert_int_equal(json_array_size(json_object_get(json_array_get(r, 2),
	    "lines")), 0);
	json_decref(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_the_whole_on_a_wide_page),
		cmocka_unit_test(fits_the_terminal),
		cmocka_unit_test(is_never_too_wide),
		cmocka_unit_test(keeps_the_words_in_sight),
		cmocka_unit_test(many_lines_share_a_row),
		cmocka_unit_test(the_head_is_of_the_words),
		cmocka_unit_test(marks_the_words_in_colour),
		cmocka_unit_test(shows_captures_of_a_line),
		cmocka_unit_test(lets_no_control_through),
		cmocka_unit_test(gives_the_keys_that_are_promised),
		cmocka_unit_test(the_trace_has_every_route),
	};

	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
