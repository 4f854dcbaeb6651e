/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "base/digest.h"
#include "model/facts.h"
#include "manual.h"
#include "mutate.h"
#include "rules/ruleset.h"

static char *root;			/* of the source tree */

/* Most of the language in one file. */
static const char everything[] =
    "# press\n"
    "version 1\n"
    "phrases journalist = reporter, journalist,\n"
    "    # not all of them\n"
    "    staff writer\n"
    "route press\n"
    "  title    Press and  media enquiries\n"
    "  owner    pr-lead@company.example\n"
    "  forward  press-team, bob@company.example\n"
    "  file     Triage/Press\n"
    "  file     archive:Old/Press mail\n"
    "  maildir  /var/mail/press room\n"
    "  keep\n"
    "  keep-originals 30d\n"
    "  needs    40\n"
    "  +40  subject   has   interview request,\tmedia enquir*, @journalist,\n"
    "                       press\t pass\n"
    "  +030 text      ~     \\bat (?<outlet>[^.,\\n]{2,40}), \n"
    "  -60  header:List-Unsubscribe  present\n"
    "  +5   size  >  2M\n"
    "   and  attachments is 1, 2\n"
    "   # why\n"
    "   and  from.domain  not  in  lists/newsrooms.txt\n"
    "  never  is   auto-reply, bounce\n"
    "  always to is  Press@Company.example, \xC3\x9C@B\xC3\xBC" "cher.example\n"
    "  +1 from.domain is not B\xC3\xBC" "cher.example\n"
    "  +1 dmarc is PASS\n"
    "  field  outlet  at {outlet}\n"
    "  example yes  A reporter with a deadline\n"
    "    From: Jane Roe <jane@dailyplanet.example>\n"
    "    Subject:Interview request\n"
    "    |  Hello, I'm at Daily Planet,\n"
    "    |\n"
    "    | on deadline.  \n"
    "    envelope-from jane@dailyplanet.example\n"
    "    envelope-to press@company.example\n"
    "    expect outlet = at Daily Planet\n"
    "  example no A bounce\n"
    "    envelope-from <>\n"
    "    file mail/bounce.eml\n"
    "otherwise triage\n"
    "route triage\n"
    "  file Triage\n";

static const char newsrooms[] = "# newsrooms\nDailyPlanet.example\n"
    "b\xC3\xBC" "cher.example\nEd.Itor@press.example\n";

static bool
look_up(void *arg, const char *name, struct slice *bytes, const char **shown)
{
	(void)arg;
	*shown = name;
	if (strcmp(name, "lists/newsrooms.txt") == 0)
		*bytes = slice_str(newsrooms);
	else if (strcmp(name, "mail/bounce.eml") == 0)
		*bytes = SLICE_LIT("Subject: failure\n\nx\n");
	else
		return false;
	return true;
}

static struct ruleset *
parse_files(const struct rule_file *file, size_t n)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct ruleset *rs = NULL;

	if (ruleset_parse(file, n, look_up, NULL, NULL, NULL, d, &rs) < 0) {
		diag_print(d, false, &out);
		fail_msg("%s", buf_str(&out));
	}
	return rs;
}

static struct ruleset *
parse(const char *text)
{
	struct rule_file file = { "x.rules", slice_str(text) };

	return parse_files(&file, 1);
}

static void
routes_and_actions(void **state)
{
	AUTO(ruleset_free) struct ruleset *rs = parse(everything);
	const struct route *r = ruleset_find(rs, "press");
	static const struct {
		enum action_kind kind;
		const char *store, *value;
	} want[] = {
		{ ACTION_FORWARD_TEAM, NULL, "press-team" },
		{ ACTION_FORWARD_ADDRESS, NULL, "bob@company.example" },
		{ ACTION_FILE, NULL, "Triage/Press" },
		{ ACTION_FILE, "archive", "Old/Press mail" },
		{ ACTION_MAILDIR, NULL, "/var/mail/press room" },
		{ ACTION_KEEP, NULL, "" },
	};

	(void)state;
	assert_int_equal(rs->n_route, 2);
	assert_int_equal(rs->otherwise, 1);
	assert_null(ruleset_find(rs, "pres"));
	assert_string_equal(r->title, "Press and  media enquiries");
	assert_string_equal(r->owner, "pr-lead@company.example");
	assert_int_equal(r->needs, 40);
	assert_int_equal(r->keep_originals, INT64_C(30) * 86400000);
	assert_int_equal(r->span.line, 6);
	assert_int_equal(r->n_action, NELEM(want));
	for (size_t i = 0; i < NELEM(want); i++) {
		assert_int_equal(r->action[i].kind, want[i].kind);
		assert_string_equal(r->action[i].value, want[i].value);
		if (want[i].store == NULL)
			assert_null(r->action[i].store);
		else
			assert_string_equal(r->action[i].store, want[i].store);
	}
	assert_int_equal(r->n_field, 1);
	assert_string_equal(r->field[0].name, "outlet");
	assert_string_equal(r->field[0].template, "at {outlet}");

	r = &rs->route[1];
	assert_string_equal(r->title, "triage");
	assert_null(r->owner);
	assert_int_equal(r->needs, 50);
	assert_int_equal(r->keep_originals, -1);
}

static void
lines_have_a_number_an_id_and_one_form(void **state)
{
	static const struct {
		enum line_kind kind;
		int points;
		unsigned row, col;
		size_t conds;
		const char *text;
	} want[] = {
		{ LINE_POINTS, 40, 16, 3, 1, "+40 subject has interview request, "
		    "media enquir*, @journalist, press pass" },
		{ LINE_POINTS, 30, 18, 3, 1,
		    "+30 text ~ \\bat (?<outlet>[^.,\\n]{2,40})," },
		{ LINE_POINTS, -60, 19, 3, 1, "-60 header:list-unsubscribe present" },
		{ LINE_POINTS, 5, 20, 3, 3, "+5 size > 2M and attachments is 1, 2 "
		    "and from.domain not in lists/newsrooms.txt" },
		{ LINE_NEVER, 0, 24, 3, 1, "never is auto-reply, bounce" },
		{ LINE_ALWAYS, 0, 25, 3, 1, "always to is Press@Company.example, "
		    "\xC3\x9C@B\xC3\xBC" "cher.example" },
		{ LINE_POINTS, 1, 26, 3, 1, "+1 from.domain is not B\xC3\xBC"
		    "cher.example" },
		{ LINE_POINTS, 1, 27, 3, 1, "+1 dmarc is PASS" },
	};
	AUTO(ruleset_free) struct ruleset *rs = parse(everything);

	(void)state;
	assert_int_equal(rs->n_line, NELEM(want));
	for (size_t i = 0; i < NELEM(want); i++) {
		const struct line *l = rs->line[i];
		AUTO(xfree) char *id = xasprintf("press.%zu", i + 1);
		AUTO(xfree) char *named = xasprintf("press\n%s", want[i].text);
		char hex[DIGEST_SIZE];

		assert_string_equal(l->text, want[i].text);
		assert_int_equal(l->kind, want[i].kind);
		assert_int_equal(l->points, want[i].points);
		assert_int_equal(l->number, i);
		assert_int_equal(l->position, i + 1);
		assert_string_equal(l->id, id);
		assert_int_equal(l->span.line, want[i].row);
		assert_int_equal(l->span.col, want[i].col);
		assert_int_equal(l->n_cond, want[i].conds);
		digest_slice(slice_str(named), hex);
		assert_int_equal(strlen(l->hash), 8);
		assert_memory_equal(l->hash, hex, 8);
	}
}

static void
conditions_say_what_to_compare(void **state)
{
	AUTO(ruleset_free) struct ruleset *rs = parse(everything);
	const struct cond *c = rs->line[0]->cond;
	static const char *const phrases[] = { "interview request",
	    "media enquir*", "reporter", "journalist", "staff writer",
	    "press\t pass" };
	unsigned number;

	(void)state;
	assert_int_equal(c->field.id, FIELD_SUBJECT);
	assert_int_equal(c->pred, PRED_HAS);
	assert_int_equal(c->n_phrase, NELEM(phrases));
	for (size_t i = 0; i < NELEM(phrases); i++)
		assert_true(slice_eq_str(phrase_text(c->phrase[i]), phrases[i]));

	c = rs->line[1]->cond;
	assert_int_equal(c->pred, PRED_MATCH);
	assert_int_equal(regex_groups(c->regex), 1);
	assert_string_equal(regex_group_name(c->regex, 0, &number), "outlet");

	c = rs->line[2]->cond;
	assert_int_equal(c->field.id, FIELD_HEADER);
	assert_true(slice_eq_str(c->field.header, "list-unsubscribe"));

	c = rs->line[3]->cond;
	assert_int_equal(c[0].pred, PRED_GT);
	assert_int_equal(c[0].number, 2 << 20);
	assert_int_equal(c[1].pred, PRED_IS);
	assert_int_equal(c[1].n_word, 2);
	assert_int_equal(c[1].word_number[1], 2);
	assert_int_equal(c[2].pred, PRED_NOT_IN);
	assert_int_equal(c[2].list->n, 3);
	assert_int_equal(c[2].span.line, 23);
	assert_int_equal(c[2].span.col, 9);

	c = rs->line[4]->cond;
	assert_true(c->facts);
	assert_int_equal(c->fact_mask,
	    FACT_BIT(FACT_AUTO_REPLY) | FACT_BIT(FACT_BOUNCE));

	assert_true(slice_eq_str(rs->line[5]->cond->word[0],
	    "press@company.example"));
	assert_true(slice_eq_str(rs->line[5]->cond->word[1],
	    "\xC3\xBC@xn--bcher-kva.example"));
	assert_true(slice_eq_str(rs->line[6]->cond->word[0],
	    "xn--bcher-kva.example"));
	assert_true(slice_eq_str(rs->line[7]->cond->word[0], "pass"));
}

static void
examples_are_messages(void **state)
{
	AUTO(ruleset_free) struct ruleset *rs = parse(everything);
	const struct route *r = &rs->route[0];

	(void)state;
	assert_int_equal(r->n_example, 2);
	assert_true(r->example[0].yes);
	assert_string_equal(r->example[0].title, "A reporter with a deadline");
	assert_true(slice_eq_str(r->example[0].message,
	    "From: Jane Roe <jane@dailyplanet.example>\n"
	    "Subject: Interview request\n\n"
	    " Hello, I'm at Daily Planet,\n\non deadline.\n"));
	assert_string_equal(r->example[0].envelope_from,
	    "jane@dailyplanet.example");
	assert_string_equal(r->example[0].envelope_to, "press@company.example");
	assert_int_equal(r->example[0].n_expect, 1);
	assert_string_equal(r->example[0].expect_field[0], "outlet");
	assert_string_equal(r->example[0].expect_value[0], "at Daily Planet");
	assert_false(r->example[1].yes);
	assert_string_equal(r->example[1].envelope_from, "");
	assert_null(r->example[1].envelope_to);
	assert_true(slice_eq_str(r->example[1].message,
	    "Subject: failure\n\nx\n"));
}

static void
an_example_declares_what_is_not_ascii(void **state)
{
	AUTO(ruleset_free) struct ruleset *rs = parse("version 1\notherwise a\n"
	    "route a\nkeep\nexample yes A\nSubject: x\n| gr\xC3\xBC\xC3\x9F\n"
	    "example yes B\nContent-Type: text/html\n| gr\xC3\xBC\xC3\x9F\n");

	(void)state;
	assert_true(slice_eq_str(rs->route[0].example[0].message, "Subject: x\n"
	    "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
	    "Content-Transfer-Encoding: 8bit\n\ngr\xC3\xBC\xC3\x9F\n"));
	assert_true(slice_eq_str(rs->route[0].example[1].message,
	    "Content-Type: text/html\n\ngr\xC3\xBC\xC3\x9F\n"));
}

/* Spacing, comments and how a list is broken do not make a new line. */
static void
ids_survive_another_layout(void **state)
{
	AUTO(ruleset_free) struct ruleset *a = parse("version 1\notherwise r\n"
	    "route r\nkeep\nneeds 1\n+10 subject has a b, c\nand dmarc is pass\n");
	AUTO(ruleset_free) struct ruleset *b = parse("version 1\notherwise r\n"
	    "route r\nkeep\nneeds 1\nnever is spam\n"
	    "  +010\tsubject   has  a \t b ,\n# x\n   c\n\n#\n\tand  dmarc  is pass\n");
	AUTO(ruleset_free) struct ruleset *c = parse("version 1\notherwise r\n"
	    "route r\nkeep\nneeds 1\n+10 subject has a b, c\nand dmarc is fail\n");

	(void)state;
	assert_string_equal(a->line[0]->hash, b->line[1]->hash);
	assert_string_equal(a->line[0]->id, "r.1");
	assert_string_equal(b->line[1]->id, "r.2");
	assert_string_not_equal(a->line[0]->hash, c->line[0]->hash);
}

static void
sets_may_stand_anywhere(void **state)
{
	const struct rule_file files[] = {
		{ "10.rules", SLICE_LIT("version 1\nroute r\nkeep\nneeds 1\n"
		    "+1 subject has @all, x\notherwise r\n") },
		{ "20.rules", SLICE_LIT("") },
		{ "30.rules", SLICE_LIT("# off\n") },
		{ "40.rules", SLICE_LIT("version 1\nphrases all = @one, z\n"
		    "phrases one = a, b\n") },
	};
	static const char *const want[] = { "a", "b", "z", "x" };
	AUTO(ruleset_free) struct ruleset *rs = parse_files(files, NELEM(files));

	(void)state;
	assert_int_equal(rs->line[0]->cond->n_phrase, NELEM(want));
	for (size_t i = 0; i < NELEM(want); i++)
		assert_true(slice_eq_str(phrase_text(
		    rs->line[0]->cond->phrase[i]), want[i]));
}

static void
a_pattern_may_end_with_a_comma(void **state)
{
	AUTO(ruleset_free) struct ruleset *rs = parse("version 1\notherwise r\n"
	    "route r\nkeep\nneeds 1\n+1 subject ~ a,\n+2 subject has b\n");

	(void)state;
	assert_int_equal(rs->n_line, 2);
	assert_string_equal(rs->line[0]->text, "+1 subject ~ a,");
}

static void
lists_cover_subdomains(void **state)
{
	static const struct {
		const char *value;
		bool want;
	} cases[] = {
		{ "dailyplanet.example", true },
		{ "DailyPlanet.Example", true },
		{ "news.dailyplanet.example", true },
		{ "notdailyplanet.example", false },
		{ "example", false },
		{ "dailyplanet.example.org", false },
		{ "jane@dailyplanet.example", true },
		{ "jane@mail.dailyplanet.example", true },
		{ "xn--bcher-kva.example", true },
		{ "ed.itor@press.example", true },
		{ "ED.ITOR@PRESS.EXAMPLE", true },
		{ "editor@press.example", false },
		{ "press.example", false },
		{ "a@b@dailyplanet.example", true },
		{ "dailyplanet.example@press.example", false },
		{ "", false },
		{ "@", false },
		{ ".", false },
	};
	AUTO(ruleset_free) struct ruleset *rs = parse(everything);
	const struct list *l = rs->line[3]->cond[2].list;
	char big[2000];

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++)
		if ((list_find(l, slice_str(cases[i].value)) != NULL) !=
		    cases[i].want)
			fail_msg("'%s'", cases[i].value);
	memset(big, 'x', sizeof big);
	assert_null(list_find(l, slice_make(big, sizeof big)));
}

static void
each_field_takes_the_predicates_of_its_type(void **state)
{
	static const char *const values[PRED_N] = {
		[PRED_HAS] = "x", [PRED_MATCH] = "x", [PRED_NOT_MATCH] = "x",
		[PRED_IN] = "lists/newsrooms.txt",
		[PRED_NOT_IN] = "lists/newsrooms.txt",
		[PRED_PRESENT] = "", [PRED_ABSENT] = "", [PRED_LT] = "3",
		[PRED_LE] = "3", [PRED_GT] = "3", [PRED_GE] = "3",
	};

	(void)state;
	for (int f = 0; f < FIELD_N; f++)
		for (int p = 0; p < PRED_N; p++) {
			const struct field_def *fd = &field_table[f];
			const char *value = values[p] != NULL ? values[p] :
			    f == FIELD_HEADER ? "x" : fd->example;
			AUTO(xfree) char *text = xasprintf("version 1\n"
			    "otherwise r\nroute r\nkeep\nneeds 1\n+1 %s%s %s %s\n",
			    fd->name, f == FIELD_HEADER ? ":X" : "",
			    predicate_name((enum predicate)p), value);
			struct rule_file file = { "x.rules", slice_str(text) };
			AUTO(diag_free) struct diag *d = diag_new();
			AUTO(ruleset_free) struct ruleset *rs = NULL;
			bool allowed = (field_predicates((enum field_id)f) &
			    PRED_BIT(p)) != 0;

			if ((ruleset_parse(&file, 1, look_up, NULL, NULL, NULL, d,
			    &rs) == 0) != allowed)
				fail_msg("%s", text);
			if (allowed)
				assert_int_equal(rs->line[0]->cond->field.id, f);
		}
}

static void
all_mistakes_of_all_files_are_told(void **state)
{
	const struct rule_file files[] = {
		{ "10.rules", SLICE_LIT("version 1\nroute r\nkeep\n+1 sbject has a\n") },
		{ "20.rules", SLICE_LIT("version 1\nroute q\nkeep\n+1 text ~ (\n"
		    "never is bonce\n") },
	};
	AUTO(diag_free) struct diag *d = diag_new();
	struct ruleset *rs = NULL;

	(void)state;
	assert_int_equal(ruleset_parse(files, 2, look_up, NULL, NULL, NULL, d, &rs),
	    -1);
	assert_null(rs);
	assert_int_equal(diag_errors(d), 4);	/* and no otherwise */
	/* The same again: nothing new is told, and it fails all the same. */
	assert_int_equal(ruleset_parse(files, 2, look_up, NULL, NULL, NULL, d, &rs),
	    -1);
	assert_int_equal(diag_errors(d), 4);
}

static void
the_manual_has_every_word(void **state)
{
	AUTO(buf_release) struct buf page = BUF_INIT;

	(void)state;
	manual_read(root, "mroute.rules.5", &page);
	for (int i = 0; i < FIELD_N; i++) {
		manual_has(&page, field_table[i].name);
		manual_has(&page, field_table[i].doc);
		manual_has(&page, field_table[i].example);
	}
	for (int i = 0; i < PRED_N; i++)
		manual_has(&page, predicate_name((enum predicate)i));
	for (int i = 0; i < FACT_N; i++) {
		manual_has(&page, fact_table[i].name);
		manual_has(&page, fact_table[i].doc);
	}
	manual_has_codes(&page, ruleset_codes);
	manual_has_codes(&page, lex_codes);
}

/* Whatever is in the file: a rule set or a report, and no crash. */
static void
mutated_files_do_no_harm(void **state)
{
	struct mutator m = mutator_begin(20261128);

	(void)state;
	for (unsigned i = 0; i < 1500; i++) {
		AUTO(buf_release) struct buf text = BUF_INIT, out = BUF_INIT;
		AUTO(diag_free) struct diag *d = diag_new();
		AUTO(ruleset_free) struct ruleset *rs = NULL;
		struct rule_file file = { .name = "m.rules" };

		mutate(&m, slice_str(everything), &text);
		file.bytes = buf_slice(&text);
		if (ruleset_parse(&file, 1, look_up, NULL, NULL, NULL, d,
		    &rs) < 0) {
			assert_true(diag_errors(d) > 0);
			diag_print(d, true, &out);
		} else
			assert_true(rs->otherwise < rs->n_route);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_and_actions),
		cmocka_unit_test(lines_have_a_number_an_id_and_one_form),
		cmocka_unit_test(conditions_say_what_to_compare),
		cmocka_unit_test(examples_are_messages),
		cmocka_unit_test(an_example_declares_what_is_not_ascii),
		cmocka_unit_test(ids_survive_another_layout),
		cmocka_unit_test(sets_may_stand_anywhere),
		cmocka_unit_test(a_pattern_may_end_with_a_comma),
		cmocka_unit_test(lists_cover_subdomains),
		cmocka_unit_test(each_field_takes_the_predicates_of_its_type),
		cmocka_unit_test(all_mistakes_of_all_files_are_told),
		cmocka_unit_test(the_manual_has_every_word),
		cmocka_unit_test(mutated_files_do_no_harm),
	};

	root = getcwd(NULL, 0);
	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
