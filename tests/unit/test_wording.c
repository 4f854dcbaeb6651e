/* SPDX-License-Identifier: MIT */
/*
 * What messages have in common: planted kinds come out as groups, each phrase
 * parses as a rule and holds for all texts of its group, and what strangers write
 * can't make it slow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arena_help.h"
#include "base/buf.h"
#include "flow/wording_impl.h"
#include "model/text.h"
#include "policy_help.h"
#include "rules/match.h"
#include "rules/ruleset.h"

struct texts {
	struct wording_text *t;
	size_t n, cap;
};

static void
add(struct texts *t, const char *sender, const char *subject, const char *opening)
{
	t->t = arena_grow(arena, t->t, t->n, &t->cap, sizeof *t->t);
	t->t[t->n++] = (struct wording_text){ .sender = slice_str(sender),
	    .subject = slice_str(subject), .opening = slice_str(opening) };
}

static struct wording_group *
groups_of(const struct texts *t, size_t *n)
{
	static const char *const own[] = { "Acme", "marketing" };
	static const char *const names[] = { "Zoe", "quill" };
	struct wording_group *g = NULL;

	wording_groups(arena, t->t, t->n, &(struct wording_apart){ own, NELEM(own), names,
	    NELEM(names) }, &g, n);
	return g;
}

/* "guest post 3/3, invoice 2/1": texts and senders of each. */
static const char *
told(const struct wording_group *g, size_t n)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%s %zu/%zu", i > 0 ? ", " : "", g[i].phrase,
		    g[i].n_text, g[i].senders);
	return arena_strdup(arena, buf_str(&b));
}

/* ---- the rules take it ---- */

static bool
no_files(void *arg, const char *name, struct slice *bytes, const char **shown)
{
	(void)arg;
	(void)name;
	(void)bytes;
	(void)shown;
	return false;
}

static bool
holds(const struct phrase *p, struct slice s)
{
	struct text t = text_make(arena, s);
	size_t from, to;

	return phrase_find(p, &t, &from, &to);
}

/* The line parses as one phrase, and that is in each text of the group. */
static void
assert_rule(const struct texts *t, const struct wording_group *g)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(ruleset_free) struct ruleset *rs = NULL;
	struct rule_file file = { "x.rules", slice_str(arena_printf(arena, "version 1\n"
	    "route a\n keep\n +30  any  has  %s\nroute z\n keep\notherwise z\n",
	    g->phrase)) };
	const struct cond *c;

	if (ruleset_parse(&file, 1, no_files, NULL, NULL, NULL, d, &rs) < 0)
		fail_msg("'%s' is no phrase of a rule", g->phrase);
	c = rs->route[0].line[0].cond;
	assert_int_equal(c->n_phrase, 1);
	for (size_t i = 0; i < g->n_text; i++) {
		const struct wording_text *w = &t->t[g->text[i]];

		if (!holds(c->phrase[0], w->subject) && !holds(c->phrase[0], w->opening))
			fail_msg("'%s' is not in: " SLICE_FMT " | " SLICE_FMT, g->phrase,
			    SLICE_ARG(w->subject), SLICE_ARG(w->opening));
	}
}

static const struct {
	const char *label;
	const char *text[12][3];		/* sender, subject, opening */
	const char *want;
} cases[] = {
	{ "nothing", { { NULL, NULL, NULL } }, "" },
	{ "one", { { "a", "Guest post", "" } }, "" },
	{ "a phrase beats its words", {
	    { "a", "Guest post for your blog", "" },
	    { "b", "Re: guest  POST?", "" },
	    { "c", "About a guest post", "" },
	    { "d", "A post", "" }, { "e", "A guest", "" } }, "guest post 3/3" },
	{ "fillers, greetings, numbers and we ourselves make none", {
	    { "a", "Hello, please", "Dear Marketing Team, thank you very much" },
	    { "b", "Hello, please 4711", "Dear Marketing Team, thank you very much" },
	    { "c", "Acme 4711", "Hi Jane Roe, how are you?" },
	    { "d", "Re: Acme 4711", "Hi Jane Roe, I hope you are well" } }, "" },
	{ "one word wants three, in subjects, and four letters", {
	    { "a", "Sponsorship", "" }, { "b", "Our sponsorship!", "" },
	    { "c", "Sponsorship 2027", "" }, { "d", "Rat", "" }, { "e", "rat!", "" },
	    { "f", "A rat", "" }, { "g", "Wombats", "" }, { "h", "wombats", "" } },
	    "sponsorship 3/3" },
	{ "many of one sender are one sender", {
	    { "a", "Price list", "" }, { "a", "Price list", "" },
	    { "a", "Price list", "" }, { "b", "Trade show", "" },
	    { "c", "The trade show", "" } }, "price list 3/1, trade show 2/2" },
	{ "two kinds, and who fits both is in the larger", {
	    { "a", "Backlink exchange", "" }, { "b", "backlink exchange", "" },
	    { "c", "Backlink exchange and stand rental", "" },
	    { "d", "Stand rental", "" }, { "e", "stand rental", "" } },
	    "backlink exchange 3/3, stand rental 2/2" },
	{ "nothing reaches over the end of a sentence", {
	    { "a", "One. Zebra, crossing", "" }, { "b", "Two. Zebra; crossing", "" } },
	    "" },
	{ "nor over an address or a link", {
	    { "a", "zebra x@y.example crossing", "" },
	    { "b", "zebra https://z.example/ crossing", "" } }, "" },
	{ "nor over the name of somebody", {
	    { "a", "Zebra Zoe crossing", "" }, { "b", "zebra zoe crossing quill", "" } },
	    "" },
	{ "German, as it is written", {
	    { "a", "Bewerbung als Straßenplaner", "" },
	    { "b", "BEWERBUNG ALS STRASSENPLANER", "" } },
	    "bewerbung als straßenplaner 2/2" },
	{ "Japanese", {
	    { "a", "プレスリリースのお願い", "" },
	    { "b", "新しいプレスリリース", "" },
	    { "c", "プレスリリースをお送りします", "" } },
	    "プレスリリース 3/3" },
	{ "Russian", {
	    { "a", "Запрос цены на лицензии", "" },
	    { "b", "запрос цены", "" } }, "запрос цены 2/2" },
	{ "apostrophes and hyphens are part of words", {
	    { "a", "Follow-up: editor’s pick", "" },
	    { "b", "Follow‐up: editor's pick", "" } }, "editor's pick 2/2" },
};

static void
planted_kinds_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct texts t = { .n = 0 };
		struct wording_group *g;
		size_t n;

		for (size_t k = 0; k < 12 && cases[i].text[k][0] != NULL; k++)
			add(&t, cases[i].text[k][0], cases[i].text[k][1],
			    cases[i].text[k][2]);
		g = groups_of(&t, &n);
		if (strcmp(told(g, n), cases[i].want) != 0)
			fail_msg("%s:\n got %s\nwant %s", cases[i].label, told(g, n),
			    cases[i].want);
		for (size_t k = 0; k < n; k++)
			assert_rule(&t, &g[k]);
	}
}

/* As above, but through the whole of it: bytes of a mail, the examiner, the line. */
static void
assert_live(const struct texts *t, const struct wording_group *g)
{
	AUTO(policy_free) struct policy *p = make_policy("alias marketing@acme.example\n"
	    "  rules rules\n", arena_printf(arena, "version 1\nroute a\n keep\n +30  %s  "
	    "has  %s\nroute z\n keep\notherwise z\n",
	    g->all_in_subject ? "subject" : "any", g->phrase));
	struct envelope env = mail_to("marketing@acme.example");

	for (size_t i = 0; i < g->n_text; i++) {
		const struct wording_text *w = &t->t[g->text[i]];
		const char *mail = arena_printf(arena, "From: x@y.example\n"
		    "Subject: " SLICE_FMT "\nContent-Type: text/plain; charset=utf-8\n\n"
		    SLICE_FMT "\n", SLICE_ARG(w->subject), SLICE_ARG(w->opening));
		struct findings *f = examine(arena, slice_str(mail), &env, p);

		assert_int_equal(f->n_line, 1);
		if (f->line[0].state != TRI_YES)
			fail_msg("the line with '%s' does not hold for:\n%s", g->phrase,
			    mail);
	}
}

static void
the_line_holds_for_live_mail(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct texts t = { .n = 0 };
		struct wording_group *g;
		size_t n;

		for (size_t k = 0; k < 12 && cases[i].text[k][0] != NULL; k++)
			add(&t, cases[i].text[k][0], cases[i].text[k][1],
			    cases[i].text[k][2]);
		g = groups_of(&t, &n);
		for (size_t k = 0; k < n; k++)
			assert_live(&t, &g[k]);
	}
}

static void
hostile_texts_stay_texts(void **state)
{
	static const char *const odd[] = {
		"<script>alert(1)</script>", "\xE2\x80\xAE" "evil \xE2\x80\xAC",
		"*", "**** @set, # and", "@press @press", "a*b *c d*", "\"quoted words\"",
		"\xff\xfe broken", "=HYPERLINK(1)", ", , ,", "ﬁne ﬂour ①",
		"e\xCC\x81\xCC\x81\xCC\x81 combining", "İstanbul İzmir", "ŉǰΐ",
		"\xF0\x9F\x98\x80 \xF0\x9F\x98\x80 emoji smile", "soft\xC2\xADhyphen word",
	};
	struct texts t = { .n = 0 };
	struct wording_group *g;
	size_t n;

	(void)state;
	for (size_t i = 0; i < NELEM(odd); i++)
		for (int k = 0; k < 4; k++)
			add(&t, arena_printf(arena, "s%d", k), odd[i],
			    arena_printf(arena, "%s %s", odd[i], odd[(i + 1) % NELEM(odd)]));
	g = groups_of(&t, &n);
	assert_true(n > 3);
	for (size_t i = 0; i < n; i++)
		assert_rule(&t, &g[i]);
}

/* No phrase is cut out of a word that was cut itself. */
static void
half_a_word_at_the_end_of_an_opening_counts_not(void **state)
{
	struct texts t = { .n = 0 };
	struct wording_group *g;
	static const char end[] = " annual sponsorshi";
	char opening[300];		/* as model/message.h cuts it */
	size_t n;

	(void)state;
	memset(opening, '.', sizeof opening);
	memcpy(opening + sizeof opening - sizeof end, end, sizeof end);
	for (int i = 0; i < 5; i++)
		add(&t, arena_printf(arena, "s%d", i), "",
		    arena_strdup(arena, opening));
	g = groups_of(&t, &n);
	assert_string_equal(told(g, n), "");
}

static uint64_t
steps_for(const struct texts *t)
{
	static const struct wording_apart none;
	struct wording_group *g;
	size_t n;

	return wording_groups_steps(arena, t->t, t->n, &none, &g, &n);
}

/* Fifty words each, of 343 that there are. */
static struct texts
random_texts(size_t n)
{
	struct texts t = { .n = 0 };
	uint64_t seed = 7;

	for (size_t i = 0; i < n; i++) {
		AUTO(buf_release) struct buf b = BUF_INIT;

		for (int k = 0; k < 50; k++) {
			seed = seed * 6364136223846793005U + 1442695040888963407U;
			buf_addf(&b, "w%c%c%c ", (char)('a' + (seed >> 40) % 7),
			    (char)('a' + (seed >> 48) % 7), (char)('a' + (seed >> 56) % 7));
		}
		add(&t, arena_printf(arena, "s%zu", i), "", arena_strdup(arena,
		    buf_str(&b)));
	}
	return t;
}

/*
 * Counted in steps, which no other load changes: so many for each word at most, however
 * many there are, some for each level of words that follow each other.
 */
enum { STEPS_A_WORD = 20 };

static void
steps_grow_with_the_words(void **state)
{
	struct texts few = random_texts(2000), many = random_texts(8000);
	uint64_t one = steps_for(&few), four = steps_for(&many);

	(void)state;
	print_message("2,000 texts: %llu steps, 8,000: %llu\n", (unsigned long long)one,
	    (unsigned long long)four);
	assert_true(one < (uint64_t)STEPS_A_WORD * 2000 * 50);
	assert_true(four < (uint64_t)STEPS_A_WORD * 8000 * 50);
}

/* What one sender could do: all texts the same, or each a little shorter. */
static void
no_texts_are_dear(void **state)
{
	struct texts same = { .n = 0 }, shorter = { .n = 0 };
	char *words = arena_alloc(arena, 300);

	(void)state;
	for (int i = 0; i < 74; i++)
		snprintf(words + i * 4, 5, "%c%c%c ", 'a' + i % 25, 'b' + i % 23, 'c' + i % 7);
	for (size_t i = 0; i < 2000; i++) {
		add(&same, arena_printf(arena, "s%zu", i), "", words);
		add(&shorter, arena_printf(arena, "s%zu", i), "",
		    words + (i * 4) % 280);
	}
	assert_true(steps_for(&same) < (uint64_t)STEPS_A_WORD * 2000 * 74);
	assert_true(steps_for(&shorter) < (uint64_t)STEPS_A_WORD * 2000 * 74);
}

/* The same text many times over: the worst for a heap that is asked too often. */
static void
equal_texts_are_one_group(void **state)
{
	struct texts t = { .n = 0 };
	struct wording_group *g;
	size_t n;

	(void)state;
	for (int i = 0; i < 2000; i++)
		add(&t, arena_printf(arena, "s%d", i % 700), "Black Friday deals on "
		    "managed database hosting", "Save big on managed database hosting");
	g = groups_of(&t, &n);
	assert_int_equal(n, 1);
	assert_int_equal(g[0].n_text, 2000);
	assert_int_equal(g[0].senders, 700);
	assert_true(g[0].in_subject);
	assert_rule(&t, &g[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planted_kinds_are_found),
		cmocka_unit_test_setup_teardown(the_line_holds_for_live_mail, tempdir_setup,
		    tempdir_teardown),
		cmocka_unit_test(hostile_texts_stay_texts),
		cmocka_unit_test(half_a_word_at_the_end_of_an_opening_counts_not),
		cmocka_unit_test(steps_grow_with_the_words),
		cmocka_unit_test(no_texts_are_dear),
		cmocka_unit_test(equal_texts_are_one_group),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
