/* SPDX-License-Identifier: MIT */
/*
 * What an account says would have happened is what decide() does when it
 * happens; and how an account, and two side by side, are shown.
 */
#include "policy_help.h"

#include "base/utf8.h"
#include "rules/beside.h"
#include "rules/decide.h"
#include "rules/match.h"

static const char conf[] =
    "alias marketing@company.example\n"
    "  rules rules\n"
    "  bounce-address bounces@company.example\n";

static const char rules[] =
    "version 1\n"
    "phrases sure = interview request, press pass*, media enquir*\n"
    "route press\n  forward a@company.example\n"
    "  +40 subject has @sure\n"
    "  +30 text has on deadline\n    and from.domain is paper.example\n"
    "  -60 header:List-Unsubscribe present\n"
    "  never is bounce\n"
    "route content\n  needs 60\n  forward b@company.example\n"
    "  +35 any has article, story, essay, column\n"
    "  +30 subject has article\n  +20 text has editor\n"
    "  -40 any has interview\n"
    "route jobs\n  forward c@company.example\n"
    "  +60 attachment ~ \\.pdf$\n  always subject has vacancy\n"
    "  never from.domain is paper.example\n"
    "route rest\n  forward d@company.example\n"
    "otherwise rest\n";

struct made {
	struct arena *a;
	struct policy *p;
	struct envelope env;
	struct plan *plan;
	struct account *ac;
};

static void
made_release(struct made *m)
{
	policy_free(&m->p);
	arena_free(&m->a);
}

/* The account when just these lines hold. */
static void
account_of_lines(struct made *m, const char *lines)
{
	*m = (struct made){ .a = arena_new(), .p = make_policy(conf, rules),
	    .env = mail_to("marketing@company.example") };
	m->plan = decide(m->a, m->p, &m->env, found(m->a, m->p, &m->env, lines),
	    NULL);
	m->ac = account_make(m->a, policy_ruleset(m->p, 0), 15, m->plan, NULL);
	assert_non_null(m->ac);
}

static const struct account_route *
route_of(const struct made *m, const char *name)
{
	for (size_t i = 0; i < m->ac->n_route; i++)
		if (strcmp(m->ac->route[i].route->name, name) == 0)
			return &m->ac->route[i];
	fail_msg("no route %s", name);
	return NULL;
}

static const struct account_line *
line_of(const struct made *m, const char *id)
{
	for (size_t i = 0; i < m->ac->n_route; i++)
		for (size_t k = 0; k < m->ac->route[i].n_line; k++)
			if (strcmp(m->ac->route[i].line[k].line->id, id) == 0)
				return &m->ac->route[i].line[k];
	fail_msg("no line %s", id);
	return NULL;
}

/* The same lines with one the other way. */
static const char *
flipped(struct arena *a, const struct made *m, const struct account_line *one)
{
	const char *lines = "";

	for (size_t i = 0; i < m->ac->n_route; i++)
		for (size_t k = 0; k < m->ac->route[i].n_line; k++) {
			const struct account_line *l = &m->ac->route[i].line[k];
			enum tri state = l->state;

			if (l == one)
				state = state == TRI_YES ? TRI_NO : TRI_YES;
			if (state != TRI_NO)
				lines = arena_printf(a, "%s %s%s", lines, l->line->id,
				    state == TRI_UNKNOWN ? "?" : "");
		}
	return lines;
}

static const char *const situations[] = {
	"", "press.1", "press.1 press.2", "press.1 press.2 press.3",
	"press.1 press.2 press.4", "press.1 press.2?", "content.1",
	"content.1 content.2", "content.1 content.2 press.1 press.2",
	"content.1 content.2 content.4 press.1 press.2", "jobs.1", "jobs.2",
	"jobs.2 jobs.3", "jobs.1 press.1 press.2", "press.1 press.2 press.4?",
	"jobs.2? press.1 press.2", "content.1 content.2? press.2",
};

static void
what_would_have_happened_does(void **state)
{
	unsigned turned = 0;

	(void)state;
	for (size_t s = 0; s < NELEM(situations); s++) {
		AUTO(made_release) struct made m = { .a = NULL };

		account_of_lines(&m, situations[s]);
		for (size_t i = 0; i < m.ac->rules->n_line; i++) {
			const struct account_line *l = line_of(&m,
			    m.ac->rules->line[i]->id);
			const struct plan *p = decide(m.a, m.p, &m.env, found(m.a,
			    m.p, &m.env, flipped(m.a, &m, l)), NULL);

			if (strcmp(p->route, m.ac->rules->route[l->to].name) != 0 ||
			    p->by != l->to_by || l->turns !=
			    (strcmp(p->route, m.plan->route) != 0))
				fail_msg("'%s', %s: %s by %s, not %s by %s",
				    situations[s], l->line->id, p->route,
				    decided_by_name(p->by),
				    m.ac->rules->route[l->to].name,
				    decided_by_name(l->to_by));
			turned += l->turns;
		}
	}
	assert_true(turned > 30);
}

/* Each line alone, and all of `together`, make their route win. */
static void
what_would_have_been_enough_is(void **state)
{
	unsigned alone = 0, together = 0;

	(void)state;
	for (size_t s = 0; s < NELEM(situations); s++) {
		AUTO(made_release) struct made m = { .a = NULL };

		account_of_lines(&m, situations[s]);
		for (size_t i = 0; i < m.ac->n_route; i++) {
			const struct account_route *r = &m.ac->route[i];
			const char *lines = situations[s];

			for (size_t k = 0; k < r->n_enough; k++, alone++)
				assert_string_equal(decide(m.a, m.p, &m.env,
				    found(m.a, m.p, &m.env, flipped(m.a, &m,
				    r->enough[k])), NULL)->route, r->route->name);
			for (size_t k = 0; k < r->n_together; k++, together++)
				lines = arena_printf(m.a, "%s %s", lines,
				    r->together[k]->line->id);
			if (r->n_together > 0)
				assert_string_equal(decide(m.a, m.p, &m.env, found(
				    m.a, m.p, &m.env, lines), NULL)->route,
				    r->route->name);
		}
	}
	assert_true(alone > 10 && together > 10);
}

static void
every_line_is_there_in_order(void **state)
{
	AUTO(made_release) struct made m = { .a = NULL };
	const struct account_route *r;

	(void)state;
	account_of_lines(&m, "press.1 press.2 content.2");
	assert_string_equal(m.ac->route[0].route->name, "press");
	assert_string_equal(m.ac->route[1].route->name, "content");
	r = route_of(&m, "content");
	assert_int_equal(r->n_line, 4);
	assert_int_equal(r->n_hit, 1);
	assert_string_equal(r->line[0].line->id, "content.2");
	assert_string_equal(r->line[1].line->id, "content.1");
	assert_string_equal(r->line[3].line->id, "content.4");
	assert_int_equal(r->to_compete, 30);
	assert_int_equal(r->to_win, 55);
	assert_int_equal(r->n_enough, 0);
	assert_int_equal(r->n_together, 2);
	assert_int_equal(route_of(&m, "press")->to_win, 0);
}

static void
without_a_trace_there_is_no_account(void **state)
{
	AUTO(made_release) struct made m = { .a = NULL };
	struct plan p;

	(void)state;
	account_of_lines(&m, "press.1");
	p = *m.plan;
	p.n_trace = 0;
	assert_null(account_make(m.a, m.ac->rules, 15, &p, NULL));
}

/* ---- shown ---- */

static const char letter[] =
    "From: Jane Roe <jane@paper.example>\n"
    "To: marketing@company.example\n"
    "Subject: Interview request\n"
    "\n"
    "I am on deadline for a long and winding story about the companies that gave\n"
    "up their offices for good. \x1b[2J Would Tuesday do?\n";

static void
account_of_letter(struct made *m, const char *text)
{
	struct findings *f;

	*m = (struct made){ .a = arena_new(), .p = make_policy(conf, text),
	    .env = mail_to("marketing@company.example") };
	f = examine_closely(m->a, slice_str(letter), &m->env, m->p);
	m->plan = decide(m->a, m->p, &m->env, f, NULL);
	m->ac = account_make(m->a, policy_ruleset(m->p, 0), 15, m->plan, f);
	assert_non_null(m->ac);
}

static void
shows_what_was_looked_at(void **state)
{
	AUTO(made_release) struct made m = { .a = NULL };
	AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	account_of_letter(&m, rules);
	account_text(m.ac, "press", false, 80, &b);
	assert_string_equal(buf_str(&b),
	    "\nLooked at\n"
	    "  subject      Interview request\n"
	    "  text         24 words: I am on deadline for a long and winding story about "
	    "th\u2026\n"
	    "  from.domain  paper.example\n"
	    "  nothing in   header:list-unsubscribe\n"
	    "\npress   70 points of 50 needed: it has the message\n"
	    "  Without press.1 or press.2 it would go to rest (below-needs).\n"
	    "  yes   +40 press.1  subject has \"Interview request\"\n"
	    "  yes   +30 press.2  text has    I am \"on deadline\" for a long and "
	    "winding\u2026\n"
	    "                     and from.domain is paper.example | paper.example\n"
	    "   no   -60 press.3  header:list-unsubscribe present  | nothing there\n"
	    "   no never press.4  is bounce                        | is question\n");
}

/* No line is wider than the terminal, whatever its width, and none moves its cursor. */
static void
is_never_too_wide(void **state)
{
	AUTO(made_release) struct made m = { .a = NULL }, other = { .a = NULL };

	(void)state;
	account_of_letter(&m, rules);
	account_of_lines(&other, "press.1? content.1 content.2 jobs.3");
	for (unsigned columns = 70; columns < 160; columns++) {
		AUTO(buf_release) struct buf b = BUF_INIT;
		struct slice rest, line;

		account_text(m.ac, NULL, false, columns, &b);
		account_text(other.ac, NULL, false, columns, &b);
		beside_text(m.ac, other.ac, NULL, "for some reason that is told at "
		    "length", false, columns, &b);
		assert_null(strchr(buf_str(&b), '\x1b'));
		rest = buf_slice(&b);
		while (slice_next(&rest, '\n', &line))
			if (utf8_width(line) > columns)
				fail_msg("%u: " SLICE_FMT, columns, SLICE_ARG(line));
	}
}

/* A line that only moved is no difference, and one with other points is the same. */
static void
side_by_side(void **state)
{
	static const char changed[] =
	    "version 1\n"
	    "phrases sure = press pass*, media enquir*\n"
	    "route press\n  forward a@company.example\n"
	    "  +5 text has tuesday\n"
	    "  +40 subject has @sure\n"
	    "  +60 text has on deadline\n    and from.domain is paper.example\n"
	    "  never is bounce\n"
	    "route rest\n  forward d@company.example\n"
	    "otherwise rest\n";
	static const struct {
		const char *then, *now;
	} want[] = {
		{ "press.1", "press.2" },	/* does not hold now */
		{ "press.2", "press.3" },	/* other points */
		{ "press.3", NULL },
		{ NULL, "press.1" },
		{ "jobs.3", NULL }, { "jobs.1", NULL }, { "jobs.2", NULL },
		{ "content.1", NULL }, { "content.4", NULL }, { "content.2", NULL },
		{ "content.3", NULL },
	};
	AUTO(made_release) struct made m = { .a = NULL }, other = { .a = NULL };
	struct beside_line *line;
	size_t n;

	(void)state;
	account_of_letter(&m, rules);
	account_of_letter(&other, changed);
	n = beside_lines(m.a, m.ac, other.ac, NULL, &line);
	for (size_t i = 0; i < n && i < NELEM(want); i++) {
		const char *then = line[i].then != NULL ? line[i].then->line->id : "";
		const char *now = line[i].now != NULL ? line[i].now->line->id : "";

		assert_string_equal(then, want[i].then != NULL ? want[i].then : "");
		assert_string_equal(now, want[i].now != NULL ? want[i].now : "");
	}
	assert_int_equal(n, NELEM(want));
	assert_int_equal(beside_lines(m.a, m.ac, other.ac, "press", &line), 4);
	assert_int_equal(beside_lines(m.a, m.ac, m.ac, NULL, &line), 0);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, tempdir_setup, tempdir_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_would_have_happened_does),
		TEST(what_would_have_been_enough_is),
		TEST(every_line_is_there_in_order),
		TEST(without_a_trace_there_is_no_account),
		TEST(shows_what_was_looked_at),
		TEST(is_never_too_wide),
		TEST(side_by_side),
	};

	return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
