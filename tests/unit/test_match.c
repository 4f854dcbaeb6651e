/* SPDX-License-Identifier: MIT */
/*
 * Every predicate on fields with no, one and several values; and, facts,
 * captures, limits: one rule, one message, the state of the line.
 */
#include "policy_help.h"

#include "base/buf.h"
#include "rules/match.h"

static const char conf[] =
    "alias marketing@company.example\n"
    "  rules rules\n"
    "  bounce-address bounces@company.example\n"
    "trust\n"
    "  authserv-id mx.company.example\n";

static const char head[] = "version 1\nroute a\n  forward a@company.example\n";
static const char tail[] =
    "\nroute rest\n  forward b@company.example\notherwise rest\n";

static const char letter[] =
    "From: Jane Roe <Jane@News.DailyPlanet.example>\n"
    "To: Press <press@company.example>, marketing@company.example\n"
    "Subject: Interview request: your manifesto\n"
    "X-Tag: alpha\n"
    "X-Tag: beta\n"
    "Authentication-Results: mx.company.example; dmarc=pass; spf=fail\n"
    "\n"
    "Hello,\n"
    "\n"
    "I'm a reporter at   Daily\nPlanet. We are on deadline!\n"
    "Our R\xc3\xa9sum\xc3\xa9 costs 50% more.\n";

static struct findings *
look_with(struct findings *(*how)(struct arena *a, struct slice bytes,
    const struct envelope *env, const struct policy *p), struct arena *a,
    const char *lines, struct slice message)
{
	AUTO(buf_release) struct buf rules = BUF_INIT;
	struct envelope env = mail_to("marketing+tag@company.example");
	struct findings *f;
	struct policy *p;

	buf_add_str(&rules, head);
	buf_add_str(&rules, lines);
	buf_add_str(&rules, tail);
	p = make_policy(conf, buf_str(&rules));
	f = how(a, message, &env, p);
	assert_string_equal(f->policy_digest, policy_digest(p));
	policy_free(&p);
	return f;
}

static struct findings *
look(struct arena *a, const char *lines, struct slice message)
{
	return look_with(examine, a, lines, message);
}

static const struct {
	const char *line;
	enum tri want;
	const char *field, *matched, *snippet;	/* NULL: not looked at */
} cases[] = {
#define Y TRI_YES
#define N TRI_NO
	/* one value */
	{ "subject has interview request", Y, "subject", "Interview request",
	    "Interview request: your manifesto" },
	{ "subject has deadline, manifesto", Y, "subject", "manifesto", NULL },
	{ "subject has deadline", N, "", "", "" },
	{ "text has daily planet", Y, "text", "Daily Planet",
	    "I'm a reporter at Daily Planet." },
	{ "text has on deadline", Y, "text", "on deadline",
	    "We are on deadline!" },
	{ "text has resume", N, "", "", "" },
	{ "any has on deadline", Y, "any", "on deadline", NULL },
	{ "any has interview", Y, "any", "Interview", NULL },
	{ "subject ~ ^interview\\b", Y, "subject", "Interview", NULL },
	{ "subject ~ (?-i)^interview", N, "", "", "" },
	{ "subject !~ deadline", Y, "subject", "", "" },
	{ "subject !~ interview", N, "", "", "" },
	{ "subject is interview request: your manifesto", Y, "subject",
	    "Interview request: your manifesto", NULL },
	{ "subject is interview request", N, NULL, NULL, NULL },
	{ "subject is not interview request", Y, "subject", "", "" },
	{ "subject present", Y, "subject", NULL, NULL },
	{ "subject absent", N, NULL, NULL, NULL },
	{ "from.address is jane@news.dailyplanet.example", Y, NULL, NULL, NULL },
	{ "from.domain in lists/news.txt", Y, "from.domain",
	    "news.dailyplanet.example", NULL },
	{ "from.domain not in lists/news.txt", N, NULL, NULL, NULL },
	{ "from.address in lists/news.txt", Y, NULL, NULL, NULL },
	{ "sender in lists/news.txt", Y, NULL, "jane@dailyplanet.example", NULL },
	{ "sender not in lists/other.txt", Y, "sender", "", "" },
	{ "recipient.tag is TAG", Y, NULL, NULL, NULL },

	/* many: some value does, or none does */
	{ "header:X-Tag is alpha", Y, "header:x-tag", "alpha", "alpha" },
	{ "header:x-tag is beta", Y, "header:x-tag", "beta", "beta" },
	{ "header:x-tag is gamma, beta", Y, NULL, "beta", NULL },
	{ "header:x-tag is gamma", N, NULL, NULL, NULL },
	{ "header:x-tag is not beta", N, NULL, NULL, NULL },
	{ "header:x-tag is not gamma", Y, NULL, NULL, NULL },
	{ "header:x-tag has beta", Y, NULL, "beta", NULL },
	{ "header:x-tag ~ ^b", Y, NULL, "b", "beta" },
	{ "header:x-tag !~ ^b", N, NULL, NULL, NULL },
	{ "header:x-tag !~ ^c", Y, NULL, NULL, NULL },
	{ "header:x-tag present", Y, NULL, NULL, NULL },
	{ "header:x-tag absent", N, NULL, NULL, NULL },
	{ "to is press@company.example", Y, "to", "press@company.example", NULL },
	{ "to is not press@company.example", N, NULL, NULL, NULL },
	{ "to not in lists/news.txt", Y, NULL, NULL, NULL },

	/* none */
	{ "header:x-none has a", N, NULL, NULL, NULL },
	{ "header:x-none ~ .", N, NULL, NULL, NULL },
	{ "header:x-none !~ .", Y, "header:x-none", "", "" },
	{ "header:x-none is a", N, NULL, NULL, NULL },
	{ "header:x-none is not a", Y, NULL, NULL, NULL },
	{ "header:x-none present", N, NULL, NULL, NULL },
	{ "header:x-none absent", Y, NULL, NULL, NULL },
	{ "cc in lists/news.txt", N, NULL, NULL, NULL },
	{ "cc not in lists/news.txt", Y, NULL, NULL, NULL },

	/* numbers, sizes, results */
	{ "attachments < 1", Y, "attachments", "0", "0" },
	{ "attachments > 0", N, NULL, NULL, NULL },
	{ "attachments is 3, 0", Y, NULL, "0", NULL },
	{ "attachments is not 3, 0", N, NULL, NULL, NULL },
	{ "attachments is not 3", Y, NULL, NULL, NULL },
	{ "words > 10", Y, NULL, NULL, NULL },
	{ "words <= 10", N, NULL, NULL, NULL },
	{ "size >= 100", Y, NULL, NULL, NULL },
	{ "size > 1M", N, NULL, NULL, NULL },
	{ "dmarc is pass", Y, "dmarc", "pass", "pass" },
	{ "spf is pass", N, NULL, NULL, NULL },
	{ "dkim is none", Y, NULL, NULL, NULL },
	{ "spf is not pass", Y, NULL, NULL, NULL },

	/* facts */
	{ "is bounce, list", N, NULL, NULL, NULL },
	{ "is not bounce, list", Y, "", "", "" },
	{ "is reply", N, NULL, NULL, NULL },

	/* and */
	{ "subject has interview\n  and dmarc is pass", Y, "subject", "Interview",
	    NULL },
	{ "subject has interview\n  and spf is pass", N, "", "", "" },
	{ "is not bounce\n  and header:x-tag is beta", Y, "header:x-tag", "beta",
	    "beta" },
	{ "subject !~ deadline\n  and text has deadline", Y, "text", "deadline",
	    NULL },
	{ "subject !~ deadline\n  and header:x-none absent", Y, "subject", "", "" },
#undef Y
#undef N
};

static void
differs(const char *line, const char *what, struct slice got, const char *want)
{
	if (want != NULL && !slice_eq_str(got, want))
		fail_msg("%s: %s is '" SLICE_FMT "', not '%s'", line, what,
		    SLICE_ARG(got), want);
}

static void
judges_each_predicate(void **state)
{
	(void)state;
	(void)mkdir("rules", 0700);
	(void)mkdir("rules/lists", 0700);
	put_file("rules/lists/news.txt", "dailyplanet.example\n");
	put_file("rules/lists/other.txt", "planet.example\nx@dailyplanet.example\n");
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		const char *line = arena_printf(a, "  +10 %s", cases[i].line);
		struct findings *f = look(a, line, slice_str(letter));

		assert_int_equal(f->n_line, 1);
		if (f->line[0].state != cases[i].want)
			fail_msg("%s: state %d", cases[i].line,
			    (int)f->line[0].state);
		differs(cases[i].line, "field", f->line[0].field, cases[i].field);
		differs(cases[i].line, "matched", f->line[0].matched,
		    cases[i].matched);
		differs(cases[i].line, "snippet", f->line[0].snippet,
		    cases[i].snippet);
	}
}

static const char *
captures(struct arena *a, const struct findings *f)
{
	const char *s = "";

	for (size_t i = 0; i < f->n_capture; i++)
		s = arena_printf(a, "%s%u:" SLICE_FMT "=" SLICE_FMT ";", s,
		    f->capture[i].line, SLICE_ARG(f->capture[i].name),
		    SLICE_ARG(f->capture[i].value));
	return s;
}

static void
captures_from_the_original(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct findings *f = look(a,
	    "  +1 text ~ reporter at\\s+(?<outlet>[^.]+)\n"
	    "  +2 text ~ our (?<what>\\S+) costs (?<gone>x)?\n"
	    "  +3 header:x-tag ~ (?<tag>b\\w*)\n"
	    "  +4 text ~ (?<lost>reporter)\n"
	    "    and subject has nothing\n"
	    "  +5 subject !~ (?<none>deadline)\n"
	    "  +6 subject has interview\n"
	    "    and text ~ (?<second>hello)\n", slice_str(letter));

	(void)state;
	assert_string_equal(captures(a, f), "0:outlet=Daily Planet;"
	    "1:what=R\xc3\xa9sum\xc3\xa9;2:tag=beta;5:second=Hello;");
}

/* NFKC and folding change lengths; quotes still come from the original. */
static void
quotes_the_original(void **state)
{
	static const char text[] =
	    "Subject: x\n"
	    "Content-Type: text/plain; charset=utf-8\n"
	    "\n"
	    "Die \xef\xac\x81nale STRA\xc3\x9f" "E f\xc3\xbchrt \xe2\x80\x9ezum\xe2"
	    "\x80\x9c Ziel.\n";
	AUTO(arena_free) struct arena *a = arena_new();
	struct findings *f = look(a,
	    "  +1 text has finale strasse\n"
	    "  +2 text ~ (?<word>stra\xc3\x9f" "e) f\n"
	    "  +3 text has \"zum\" ziel\n", slice_str(text));

	(void)state;
	assert_true(slice_eq_str(f->line[0].matched,
	    "\xef\xac\x81nale STRA\xc3\x9f" "E"));
	assert_true(slice_eq_str(f->line[1].matched, "STRA\xc3\x9f" "E f"));
	assert_string_equal(captures(a, f), "1:word=STRA\xc3\x9f" "E;");
	assert_int_equal(f->line[2].state, TRI_YES);
}

/* The same where references, soft hyphens, unseen and wide letters were in it. */
static void
quotes_what_was_written(void **state)
{
	static const char text[] =
	    "Subject: =?utf-8?Q?Inter=C2=ADview_re=E2=80=8Bquest?=\n"
	    "Content-Type: text/html; charset=utf-8\n"
	    "\n"
	    "<p>&#73;&rsquo;m on&nbsp;dead&shy;line &mdash; for &quot;\xef\xbc\xa1\xef\xbd\x83"
	    "\xef\xbd\x8d\xef\xbd\x85&quot; &amp; Sons</p>";
	AUTO(arena_free) struct arena *a = arena_new();
	struct findings *f = look(a,
	    "  +1 subject has interview request\n"
	    "  +2 text has i'm on deadline\n"
	    "  +3 text ~ for \"(?<who>acme\" & sons)\n", slice_str(text));

	(void)state;
	assert_true(slice_eq_str(f->line[0].matched,
	    "Inter\xc2\xadview re\xe2\x80\x8bquest"));
	assert_true(slice_eq_str(f->line[1].matched,
	    "I\xe2\x80\x99m on dead\xc2\xadline"));
	assert_string_equal(captures(a, f), "2:who=\xef\xbc\xa1\xef\xbd\x83\xef\xbd\x8d"
	    "\xef\xbd\x85\" & Sons;");
}

/* A limit is unknown, not no; what a no decides needs no more looking. */
static void
a_limit_is_unknown(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf m = BUF_INIT;
	struct findings *f;

	(void)state;
	buf_add_str(&m, "Subject: x\n\n");
	for (int i = 0; i < 3000; i++)
		buf_add_str(&m, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	buf_add_str(&m, " 1\n");
	f = look(a, "  +1 text ~ (?:a|aa)+$\n"
	    "  +2 text !~ (?:a|aa)+$\n"
	    "  +3 text ~ (?:a|aa)+$\n    and subject is y\n"
	    "  +4 subject is y\n    and text ~ (?:a|aa)+$\n"
	    "  +5 subject is x\n    and text ~ (?:a|aa)+$\n", buf_slice(&m));
	assert_int_equal(f->line[0].state, TRI_UNKNOWN);
	assert_true(slice_eq_str(f->line[0].field, "text"));
	assert_true(slice_eq_str(f->line[0].reason, "match limit"));
	assert_int_equal(f->line[1].state, TRI_UNKNOWN);
	assert_int_equal(f->line[2].state, TRI_NO);
	assert_int_equal(f->line[3].state, TRI_NO);
	assert_int_equal(f->line[4].state, TRI_UNKNOWN);
	assert_int_equal(f->line[4].matched.len, 0);
	assert_int_equal(f->line[4].at, 0);
}

/* A text longer than the window may hold more than what was looked at. */
static void
a_capped_value_may_hold_more(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf m = BUF_INIT;
	struct findings *f;

	(void)state;
	buf_add_str(&m, "Subject: x\n\nfirst ");
	while (m.len < 400000)
		buf_add_str(&m, "word after word and line\n");
	buf_add_str(&m, "last\n");
	f = look(a, "  +1 text has first\n  +2 text has last\n"
	    "  +3 text !~ first\n  +4 text !~ last\n"
	    "  +5 words > 100\n  +6 words > 1000000\n"
	    "  +7 words < 100\n  +8 words < 1000000\n"
	    "  +9 words is 3\n  +10 words is 1000000\n"
	    "  +11 text present\n  +12 text absent\n", buf_slice(&m));
	assert_int_equal(f->line[0].state, TRI_YES);
	assert_int_equal(f->line[1].state, TRI_UNKNOWN);
	assert_true(slice_eq_str(f->line[1].reason, "not all of it was looked at"));
	assert_int_equal(f->line[2].state, TRI_NO);
	assert_int_equal(f->line[3].state, TRI_UNKNOWN);
	assert_int_equal(f->line[4].state, TRI_YES);
	assert_int_equal(f->line[5].state, TRI_UNKNOWN);
	assert_int_equal(f->line[6].state, TRI_NO);
	assert_int_equal(f->line[7].state, TRI_UNKNOWN);
	assert_int_equal(f->line[8].state, TRI_NO);
	assert_int_equal(f->line[9].state, TRI_UNKNOWN);
	assert_int_equal(f->line[10].state, TRI_YES);
	assert_int_equal(f->line[11].state, TRI_NO);
}

/* What a site has not filled in never holds, however little was looked at. */
static void
an_empty_set_never_holds(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf m = BUF_INIT;
	struct findings *f;

	(void)state;
	buf_add_str(&m, "Subject: our products =\n\n");
	while (m.len < 400000)
		buf_add_str(&m, "word after word and line\n");
	f = look(a, "  +1 text has @ours\n  +2 subject has @ours, product*\n"
	    "  +3 subject has products\n    and any has @ours\n"
	    "phrases ours =\n", buf_slice(&m));
	assert_int_equal(f->line[0].state, TRI_NO);
	assert_int_equal(f->line[1].state, TRI_YES);
	assert_int_equal(f->line[2].state, TRI_NO);
}

/* A number that may have grown can be equal to one that it is not yet above. */
static void
a_capped_number_is_a_least_one(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf m = BUF_INIT;
	struct findings *f;
	const char *n, *lines;

	(void)state;
	buf_add_str(&m, "Subject: x\n\n");
	while (m.len < 400000)
		buf_add_str(&m, "word after word and line\n");
	f = look(a, "  +1 words > 100\n", buf_slice(&m));
	n = arena_strndup(a, f->line[0].matched.ptr, f->line[0].matched.len);
	lines = arena_printf(a, "  +1 words is %s\n  +2 words is not %s\n"
	    "  +3 words >= %s\n  +4 words > %s\n  +5 words <= %s\n"
	    "  +6 words < %s\n", n, n, n, n, n, n);
	f = look(a, lines, buf_slice(&m));
	assert_int_equal(f->line[0].state, TRI_UNKNOWN);
	assert_int_equal(f->line[1].state, TRI_UNKNOWN);
	assert_int_equal(f->line[2].state, TRI_YES);
	assert_int_equal(f->line[3].state, TRI_UNKNOWN);
	assert_int_equal(f->line[4].state, TRI_UNKNOWN);
	assert_int_equal(f->line[5].state, TRI_NO);
}

static void
facts_are_told_by_name(void **state)
{
	static const char text[] = "Auto-Submitted: auto-replied\nSubject: Re: x\n"
	    "In-Reply-To: <1@x>\nList-Id: <l.x.example>\n\nAway.\n";
	AUTO(arena_free) struct arena *a = arena_new();
	struct findings *f = look(a, "  never is auto-reply, list, bounce\n"
	    "  +1 is not auto-reply, bounce\n  +2 is not bounce\n",
	    slice_str(text));

	(void)state;
	assert_int_equal(f->line[0].state, TRI_YES);
	assert_true(slice_eq_str(f->line[0].matched, "auto-reply, list"));
	assert_int_equal(f->line[1].state, TRI_NO);
	assert_int_equal(f->line[2].state, TRI_YES);
}

static const struct seen *
seen_field(const struct findings *f, const char *name)
{
	for (size_t i = 0; i < f->n_seen; i++)
		if (slice_eq_str(f->seen[i].field, name))
			return &f->seen[i];
	fail_msg("'%s' was not seen", name);
	return NULL;
}

/* What explain shows of a field; each is there once, in the order of the rules. */
static void
a_close_look_tells_what_was_there(void **state)
{
	static const char lines[] = "  +1 cc has x\n  +2 to has press\n"
	    "    and any has nothing\n  +3 any has nothing\n"
	    "  +4 header:X-Tag is beta\n    and dmarc is pass\n    and to present\n"
	    "    and spf is pass\n  +5 is reply\n  +6 words > 3\n"
	    "  +7 text !~ deadline\n";
	AUTO(arena_free) struct arena *a = arena_new();
	struct findings *f = look_with(examine_closely, a, lines,
	    slice_str(letter));
	static const struct {
		const char *field;
		uint32_t n, words;
		const char *excerpt;
	} want[] = {
		{ "cc", 0, 0, "" },
		{ "to", 2, 4, "press@company.example | marketing@company.example" },
		{ "any", 2, 20, "Interview request: your manifesto | Hello, I'm a "
		    "reporter at Daily Planet. We are on deadline! Our "
		    "R\xc3\xa9sum\xc3\xa9 costs 50% more." },
		{ "header:x-tag", 2, 2, "alpha | beta" },
		{ "dmarc", 1, 1, "pass" },
		{ "spf", 1, 1, "fail" },
		{ "words", 1, 1, "16" },
		{ "text", 1, 16, NULL },
	};

	(void)state;
	assert_true(f->close);
	assert_int_equal(f->n_seen, NELEM(want));
	for (size_t i = 0; i < NELEM(want); i++) {
		const struct seen *s = seen_field(f, want[i].field);

		assert_int_equal(s->n, want[i].n);
		if (s->words != want[i].words)
			fail_msg("%s: %u words", want[i].field, s->words);
		if (want[i].excerpt != NULL &&
		    !slice_eq_str(s->excerpt, want[i].excerpt))
			fail_msg("%s: " SLICE_FMT, want[i].field,
			    SLICE_ARG(s->excerpt));
	}
	/* Which condition failed, from 0. */
	assert_int_equal(f->line[1].state, TRI_NO);
	assert_int_equal(f->line[1].stopped, 1);
	assert_int_equal(f->line[3].state, TRI_NO);
	assert_int_equal(f->line[3].stopped, 3);
	assert_int_equal(f->line[6].state, TRI_NO);
	assert_int_equal(f->line[6].stopped, 0);
}

/* It judges the same: only more is told. */
static void
a_close_look_decides_nothing(void **state)
{
	static const char lines[] = "  +1 subject has interview\n"
	    "  +2 text ~ at\\s+(?<outlet>\\w+)\n  never to present\n"
	    "    and cc absent\n  +3 cc present\n";
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf plain = BUF_INIT, closely = BUF_INIT;
	struct findings *f = look(a, lines, slice_str(letter));

	(void)state;
	assert_false(f->close);
	findings_encode(f, &plain);
	f = look_with(examine_closely, a, lines, slice_str(letter));
	f->close = false;
	findings_encode(f, &closely);
	assert_true(slice_eq(buf_slice(&plain), buf_slice(&closely)));
}

static void
without_an_alias_there_are_no_lines(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf rules = BUF_INIT;
	struct envelope env = mail_to("ceo@company.example");
	struct findings *f;
	struct policy *p;

	(void)state;
	buf_add_str(&rules, head);
	buf_add_str(&rules, "  +1 subject has x");
	buf_add_str(&rules, tail);
	p = make_policy(conf, buf_str(&rules));
	f = examine(a, slice_str(letter), &env, p);
	assert_true(f->alias == UINT32_MAX);
	assert_int_equal(f->n_line, 0);
	assert_true(slice_eq_str(f->id.subject,
	    "Interview request: your manifesto"));
	f = examine(a, slice_make(NULL, 0), &env, p);
	assert_int_equal(f->size, 0);
	policy_free(&p);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, tempdir_setup, tempdir_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(judges_each_predicate),
		TEST(captures_from_the_original),
		TEST(quotes_the_original),
		TEST(quotes_what_was_written),
		TEST(a_limit_is_unknown),
		TEST(a_capped_value_may_hold_more),
		TEST(an_empty_set_never_holds),
		TEST(a_capped_number_is_a_least_one),
		TEST(facts_are_told_by_name),
		TEST(a_close_look_tells_what_was_there),
		TEST(a_close_look_decides_nothing),
		TEST(without_an_alias_there_are_no_lines),
	};

	return cmocka_run_group_tests_name("match", tests, NULL, NULL);
}
