/* SPDX-License-Identifier: MIT */
/*
 * What messages of a week met, and what did not work: lines, captured values, troubles,
 * events; counted by hand, wherever they are kept.
 */
#include <malloc.h>

#include "stats_help.h"

#define NOON	T(0)
#define MIN_MS	INT64_C(60000)

static const struct record_line p1 = { "press", "aaaaaaaa", "press.1", "+40 subject has x",
	false, "", 40, true };
static const struct record_line p1_not = { "press", "aaaaaaaa", "press.1",
	"+40 subject has x", false, "", 40, false };
static const struct record_line p2 = { "press", "bbbbbbbb", "press.2", "+5 is question",
	false, "", 5, false };
static const struct record_line p2_needed = { "press", "bbbbbbbb", "press.2",
	"+5 is question", false, "", 5, true };
static const struct record_line c3 = { "content", "cccccccc", "content.3",
	"+30 text ~ (a+)+b", true, "match limit", 30, false };
static const struct record_line c3_later = { "content", "cccccccc", "content.4",
	"+30 text ~ (a+)+b", true, "time limit", 30, false };
static const struct record_line c5 = { "content", "dddddddd", "content.5",
	"+60 text has essay", false, "", 60, false };
static const struct record_line c_never = { "content", "eeeeeeee", "content.6",
	"never is bounce", false, "", 0, false };

/* The decision that was added last met these. */
static void
met(struct diary *l, const struct record_line *const *line, size_t n)
{
	struct record_line *copy = arena_calloc(l->a, n, sizeof *copy);

	for (size_t i = 0; i < n; i++)
		copy[i] = *line[i];
	l->r[l->n - 1].u.decision.line = copy;
	l->r[l->n - 1].u.decision.n_line = n;
}
#define MET(l, ...)	met(l, (const struct record_line *const []){ __VA_ARGS__ }, \
	sizeof((const struct record_line *const []){ __VA_ARGS__ }) / sizeof(void *))

/*
 * Of W46	1 press: p1
 * of W47	2 press: p1 decisive, p2, c3 unknown
 *		3 rest, below-needs: p2; content would have 60 points, but for its never
 *		4 press by p1, which was decisive; a person sent it to leads
 *		5 rest, observed, would be press: p1 decisive
 *		6 press by p1; released later and decided again by p2
 *		7 rest by margin: p1, p2, c5, c3 unknown: content has 60, press 45
 *	held	p1 2 4 5 7	p2 2 3 6 7	c5 3 7	c_never 3
 *	won	p1 2 5		p2 2 6
 *	decisive p1 2 5		p2 6
 *	unknown	c3 2 7
 */
static void
fill_lines(struct diary *l)
{
	const char *id;

	id = add_mail(l, NOON - WEEK, "a@x.example");
	add_decision(l, id, 1, "press", BY_POINTS, "");
	MET(l, &p1);
	id = add_mail(l, NOON, "a@x.example");
	add_decision(l, id, 1, "press", BY_POINTS, "");
	MET(l, &p1, &p2, &c3);
	id = add_mail(l, NOON + MIN_MS, "a@x.example");
	add_decision(l, id, 1, "rest", BY_BELOW_NEEDS, "");
	MET(l, &p2, &c5, &c_never);
	id = add_mail(l, NOON + 2 * MIN_MS, "a@x.example");
	add_decision(l, id, 1, "press", BY_POINTS, "");
	MET(l, &p1);
	add_decision(l, id, 2, "leads", BY_PERSON, "");
	id = add_mail(l, NOON + 3 * MIN_MS, "a@x.example");
	add_decision(l, id, 1, "rest", BY_OBSERVE, "press");
	MET(l, &p1);
	id = add_mail(l, NOON + 4 * MIN_MS, "a@x.example");
	add_decision(l, id, 1, "press", BY_POINTS, "");
	MET(l, &p1);
	add_decision(l, id, 2, "press", BY_POINTS, "");
	MET(l, &p2_needed);
	id = add_mail(l, NOON + 5 * MIN_MS, "a@x.example");
	add_decision(l, id, 1, "rest", BY_MARGIN, "");
	MET(l, &p1_not, &p2, &c5, &c3_later);
}

static bool
count_row(void *arg, const struct store_row *row)
{
	(void)row;
	++*(unsigned *)arg;
	return true;
}

/* The list of messages by a line has those that the count has. */
static void
check_found_by_line(struct fixture *f, struct store *st)
{
	const struct store_filter by_hash = { .line = "aaaaaaaa", .since_ms = W47,
	    .until_ms = W48 };
	const struct store_filter unknown = { .line = "content.4" };
	unsigned n = 0;

	(void)f;
	OK(store_each(st, &by_hash, count_row, &n, &E));
	assert_int_equal(n, 4);
	n = 0;
	OK(store_each(st, &unknown, count_row, &n, &E));
	assert_int_equal(n, 0);
}

static void
check_lines(struct fixture *f, struct store *st)
{
	static const struct stats_line want[] = {
		{ "press", "aaaaaaaa", "press.1", "+40 subject has x", 4, 2, 2, 0, "",
		    NOON + 5 * MIN_MS },
		{ "press", "bbbbbbbb", "press.2", "+5 is question", 4, 2, 1, 0, "",
		    NOON + 5 * MIN_MS },
		{ "content", "dddddddd", "content.5", "+60 text has essay", 2, 0, 0, 0,
		    "", NOON + 5 * MIN_MS },
		{ "content", "eeeeeeee", "content.6", "never is bounce", 1, 0, 0, 0,
		    "", NOON + MIN_MS },
		{ "content", "cccccccc", "content.4", "+30 text ~ (a+)+b", 0, 0, 0, 2,
		    "time limit", 0 },
	};
	struct stats_line *line;
	struct stats_open *o;
	int64_t last;
	size_t n;

	OK(stats_lines(st, f->a, &week47, &line, &n, &E));
	assert_int_equal(n, NELEM(want));
	for (size_t i = 0; i < n; i++) {
		const struct stats_line *w = &want[i], *got = &line[i];

		assert_string_equal(got->id, w->id);
		assert_string_equal(got->route, w->route);
		assert_string_equal(got->hash, w->hash);
		assert_string_equal(got->text, w->text);
		assert_string_equal(got->reason, w->reason);
		if (got->held != w->held || got->won != w->won ||
		    got->decisive != w->decisive || got->unknown != w->unknown ||
		    got->last_ms != w->last_ms)
			fail_msg("%s: held %d won %d decisive %d unknown %d last %lld",
			    got->id, (int)got->held, (int)got->won,
			    (int)got->decisive, (int)got->unknown,
			    (long long)(got->last_ms - NOON));
	}
	OK(stats_lines(st, f->a, &week46, &line, &n, &E));
	assert_int_equal(n, 1);
	assert_int_equal(line[0].held, 1);
	assert_int_equal(last_of(st, "press", "aaaaaaaa"), NOON + 5 * MIN_MS);
	assert_int_equal(last_of(st, "content", "cccccccc"), 0);
	assert_int_equal(last_of(st, "content", "aaaaaaaa"), 0);
	check_found_by_line(f, st);
	OK(stats_lines_since(st, &last, &E));
	assert_int_equal(last, NOON - WEEK);
	/* 7: content has most, unless it is out as in 3. */
	OK(stats_triage(st, f->a, &week47, 0, &o, &n, &E));
	assert_int_equal(n, 2);
	assert_string_equal(o[0].best, "content");
	assert_string_equal(o[1].best, "press");
}

static void
test_lines(void **state)
{
	(void)state;
	in_every_way(fill_lines, check_lines);
}

/* ---- captured values ---- */

static void
capture(struct diary *l, struct plan *p, const char *name, enum typed type,
    const char *text, const char *value)
{
	struct plan_field *field = arena_calloc(l->a, p->n_field + 1, sizeof *field);

	if (p->n_field > 0)
		memcpy(field, p->field, p->n_field * sizeof *field);
	field[p->n_field++] = (struct plan_field){ name, type, text, value,
	    text[0] == '\0' };
	p->field = field;
}

/*
 * 1 leads: budget 7200, company Acme	2 leads: budget 7200
 * 3 leads: budget not understood	4 leads: budget 900; a person sent it to press,
 * whose outlet is missing		5 rest, observed, would be leads: budget 900
 * 6 press: outlet Acme			7 of W46: budget 7200
 */
static void
fill_values(struct diary *l)
{
	const char *id;
	struct plan *p;

	id = add_mail(l, NOON, "a@x.example");
	p = add_decision(l, id, 1, "leads", BY_POINTS, "");
	capture(l, p, "budget", TYPED_MONEY, "$7,200", "USD 7200.00");
	capture(l, p, "company", TYPED_TEXT, "Acme", "Acme");
	id = add_mail(l, NOON + 1, "a@x.example");
	p = add_decision(l, id, 1, "leads", BY_POINTS, "");
	capture(l, p, "budget", TYPED_MONEY, "7200 dollars", "USD 7200.00");
	capture(l, p, "company", TYPED_TEXT, "", "");
	id = add_mail(l, NOON + 2, "a@x.example");
	p = add_decision(l, id, 1, "leads", BY_POINTS, "");
	capture(l, p, "budget", TYPED_MONEY, "a lot", "");
	id = add_mail(l, NOON + 3, "a@x.example");
	p = add_decision(l, id, 1, "leads", BY_POINTS, "");
	capture(l, p, "budget", TYPED_MONEY, "$900", "USD 900.00");
	p = add_decision(l, id, 2, "press", BY_PERSON, "");
	capture(l, p, "outlet", TYPED_TEXT, "", "");
	id = add_mail(l, NOON + 4, "a@x.example");
	p = add_decision(l, id, 1, "rest", BY_OBSERVE, "leads");
	capture(l, p, "budget", TYPED_MONEY, "$900", "USD 900.00");
	id = add_mail(l, NOON + 5, "a@x.example");
	p = add_decision(l, id, 1, "press", BY_POINTS, "");
	capture(l, p, "outlet", TYPED_TEXT, "Acme", "Acme");
	id = add_mail(l, NOON - WEEK, "a@x.example");
	p = add_decision(l, id, 1, "leads", BY_POINTS, "");
	capture(l, p, "budget", TYPED_MONEY, "$7,200", "USD 7200.00");
}

static void
assert_values(struct fixture *f, struct store *st, size_t max, const char *want)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct stats_value *v;
	size_t n;

	OK(stats_values(st, f->a, &week47, max, &v, &n, &E));
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s %s %s '%s' %d\n", v[i].route, v[i].name, v[i].type,
		    v[i].value, (int)v[i].n);
	assert_string_equal(buf_str(&b), want);
}

static void
check_values(struct fixture *f, struct store *st)
{
	assert_values(f, st, 0, "leads budget money 'USD 7200.00' 2\n"
	    "leads budget money 'USD 900.00' 1\n" "leads budget money 'a lot' 1\n"
	    "leads company text 'Acme' 1\n" "press outlet text 'Acme' 1\n");
	assert_values(f, st, 1, "leads budget money 'USD 7200.00' 2\n"
	    "leads company text 'Acme' 1\n" "press outlet text 'Acme' 1\n");
}

static void
test_values(void **state)
{
	(void)state;
	in_every_way(fill_values, check_values);
}

/* ---- trouble ---- */

static void
attempt(struct diary *l, const char *id, unsigned effect, unsigned number,
    const char *outcome, int code, const char *text, int64_t at_ms)
{
	diary_add(l, (struct record){ .type = RECORD_ATTEMPT, .at_ms = at_ms - 5, .id = id,
	    .u.attempt = { effect, number, false, "", 0, "", "" } });
	diary_add(l, (struct record){ .type = RECORD_ATTEMPT, .at_ms = at_ms, .id = id,
	    .u.attempt = { effect, number, true, outcome, code, text, "" } });
}

static void
effect_now(struct diary *l, const char *id, unsigned n, enum effect_state s,
    unsigned attempts, const char *last, int64_t at_ms)
{
	struct record r = record_of_effect(id, n, s, at_ms);

	r.u.effect.attempts = attempts;
	r.u.effect.last = last;
	diary_add(l, r);
}

/*
 * 1  SMTP: twice put off with 451, differing in numbers; done at last
 * 2  SMTP: once put off with the same words
 * 3  IMAP: no such mailbox, given up, and a copy in the fallback Maildir
 * 4  SMTP: put off once, then a person sent it elsewhere: not given up
 * 5  our own mail, given up: not counted
 * 6  of W46, tried and put off in W47: counted, by the time of the try; given up in
 *    W48, which is not
 */
static void
fill_troubles(struct diary *l)
{
	const char *one, *id;
	struct record own;
	struct envelope *env;

	one = add_mail(l, NOON, "a@x.example");
	add_decision(l, one, 1, "press", BY_POINTS, "");
	attempt(l, one, 1, 1, "temp", 451, "451 4.7.1 try again in 60 s (Q1A2)", NOON + 10);
	attempt(l, one, 1, 2, "temp", 451, "451 4.7.1 try again in 120 s (Q3)", NOON + 20);
	attempt(l, one, 1, 3, "done", 250, "250 ok", NOON + 30);
	effect_now(l, one, 1, EFFECT_DONE, 3, "250 ok", NOON + 30);
	id = add_mail(l, NOON + 1, "a@x.example");
	add_decision(l, id, 1, "press", BY_POINTS, "");
	attempt(l, id, 1, 1, "temp", 451, "451 4.7.1 try again in 7 s (Q9)", NOON + 15);
	effect_now(l, id, 1, EFFECT_READY, 1, "451 4.7.1 try again in 7 s (Q9)", NOON + 15);
	id = add_mail(l, NOON + 2, "a@x.example");
	add_decision(l, id, 1, "press", BY_POINTS, "");
	attempt(l, id, 2, 1, "perm", 0, "NO no such mailbox", NOON + 40);
	effect_now(l, id, 2, EFFECT_FAILED, 1, "NO no such mailbox", NOON + 40);
	effect_now(l, id, 3, EFFECT_DONE, 1, "", NOON + 50);
	id = add_mail(l, NOON + 3, "a@x.example");
	add_decision(l, id, 1, "press", BY_POINTS, "");
	attempt(l, id, 1, 1, "uncertain", 0, "connection lost", NOON + 60);
	effect_now(l, id, 1, EFFECT_FAILED, 1, "superseded by a new decision", NOON + 61);
	add_decision(l, id, 2, "leads", BY_PERSON, "");
	id = sample_id(l->a, NOON + 4, ++l->number);
	own = record_of_message(l->a, id, false);
	env = sample_envelope(l->a, id);
	env->kind = ENVELOPE_OWN;
	own.u.message.env = env;
	diary_add(l, own);
	attempt(l, id, 1, 1, "perm", 550, "550 no", NOON + 70);
	effect_now(l, id, 1, EFFECT_FAILED, 1, "550 no", NOON + 70);
	effect_now(l, id, 3, EFFECT_DONE, 1, "", NOON + 71);
	id = add_mail(l, NOON - WEEK, "a@x.example");
	add_decision(l, id, 1, "press", BY_POINTS, "");
	attempt(l, id, 1, 1, "temp", 451, "451 4.7.1 try again in 1 s (Q2)", NOON - 5);
	attempt(l, id, 1, 2, "perm", 550, "550 too old", W48);
	effect_now(l, id, 1, EFFECT_FAILED, 2, "550 too old", W48);
	effect_now(l, id, 3, EFFECT_DONE, 1, "", W48 + 1);
	diary_add(l, record_of_event(NULL, "alarm.server", "first", NOON));
	diary_add(l, record_of_event(NULL, "alarm.server", "second", NOON + 9));
	diary_add(l, record_of_event(NULL, "alarm.server", "next week", W48));
	diary_add(l, record_of_event(one, "examiner-failed", "died", NOON + 2));
	diary_add(l, record_of_event(NULL, "engine.start", "", NOON - WEEK));
	diary_add(l, record_of_event(one, "wrapped", "", NOON + 3));
	diary_add(l, record_of_event(id, "wrapped", "x", NOON + 4));
}

static void
assert_troubles(struct fixture *f, struct store *st, size_t max, const char *want)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct stats_trouble *t;
	size_t n;

	OK(stats_troubles(st, f->a, &week47, max, &t, &n, NULL, &E));
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s %s '%s' '%s' '%s' %d of %d, %d to %d\n",
		    t[i].failed ? "failed" : "put off", effect_kind_name(t[i].kind),
		    t[i].server, t[i].target, t[i].text, (int)t[i].tries,
		    (int)t[i].messages, (int)(t[i].first_ms - NOON),
		    (int)(t[i].last_ms - NOON));
	assert_string_equal(buf_str(&b), want);
}

static void
check_troubles(struct fixture *f, struct store *st)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct stats_event *ev;
	struct stats_troubled sum;
	struct stats_trouble *t;
	uint64_t fallbacks;
	size_t n;

	assert_troubles(f, st, 0,
	    "failed imap 'imap' 'Triage/Press' 'NO no such mailbox' 1 of 1, 40 to 40\n"
	    "put off smtp '' 'ann@company.example' '451 4.7.1 try again in 120 s (Q3)' "
	    "4 of 3, -5 to 20\n"
	    "put off smtp '' 'ann@company.example' 'connection lost' 1 of 1, 60 to 60\n");
	assert_troubles(f, st, 1,
	    "failed imap 'imap' 'Triage/Press' 'NO no such mailbox' 1 of 1, 40 to 40\n");
	OK(stats_troubles(st, f->a, &week47, 1, &t, &n, &sum, &E));
	assert_int_equal(sum.failed, 1);		/* 3 */
	assert_int_equal(sum.put_off, 4);		/* 1, 2, 4, 6 */
	OK(stats_fallbacks(st, &week47, &fallbacks, &E));
	assert_int_equal(fallbacks, 1);
	OK(stats_fallbacks(st, &week46, &fallbacks, &E));
	assert_int_equal(fallbacks, 1);
	OK(stats_events(st, f->a, &week47, &ev, &n, &E));
	for (size_t i = 0; i < n; i++)
		if (strncmp(ev[i].name, "records.", 8) != 0)
			buf_addf(&b, "%s %d %d '%s'\n", ev[i].name, (int)ev[i].n,
			    (int)(ev[i].last_ms - NOON), ev[i].text);
	assert_string_equal(buf_str(&b), "alarm.server 2 9 'second'\n"
	    "examiner-failed 1 2 'died'\n" "wrapped 2 4 'x'\n");
}

static void
test_troubles(void **state)
{
	(void)state;
	in_every_way(fill_troubles, check_troubles);
}

enum { TRIES = 150 };

static void
fill_tries(struct diary *l)
{
	const char *id = add_mail(l, NOON, "a@x.example");

	add_decision(l, id, 1, "press", BY_POINTS, "");
	for (unsigned i = 1; i <= TRIES; i++)
		attempt(l, id, 1, i, "temp", 451, arena_printf(l->a, "451 4.3.0 <Q%u> %s",
		    1000 + i, "temporary lookup failure, try again later, said a server "
		    "that likes to talk and has an id for everything, as all of them do"),
		    NOON + i);
	effect_now(l, id, 1, EFFECT_READY, TRIES, "451", NOON + TRIES);
}

/* An outage of a weekend: each try had its words kept, 100 MB of 200,000 of them. */
static void
check_tries(struct fixture *f, struct store *st)
{
	struct stats_trouble *t;
	size_t n, before, took;

	(void)f;
	for (int i = 0; i < 2; i++) {		/* SQLite has its memory by then */
		AUTO(arena_free) struct arena *a = arena_new();

		before = mallinfo2().uordblks;
		OK(stats_troubles(st, a, &week47, 0, &t, &n, NULL, &E));
		took = mallinfo2().uordblks - before;
		assert_int_equal(n, 1);
		assert_int_equal(t[0].tries, TRIES);
		assert_non_null(strstr(t[0].text, "<Q1150>"));
	}
	assert_in_range(took, 0, TRIES * 100);
}

static void
test_tries_are_no_memory(void **state)
{
	(void)state;
	in_every_way(fill_tries, check_tries);
}

/* ---- rule sets ---- */

/* a, then b, then a again. */
static void
fill_rulesets(struct diary *l)
{
	static const struct {
		const char *digest;
		int64_t at_ms;
	} loads[] = { { "a", 100 }, { "b", 200 }, { "a", 300 } };

	for (size_t i = 0; i < NELEM(loads); i++) {
		diary_add(l, (struct record){ .type = RECORD_RULESET,
		    .at_ms = NOON + loads[i].at_ms,
		    .u.ruleset = { loads[i].digest, SLICE_LIT("x") } });
		diary_add(l, record_of_event(NULL, EVENT_RULES_LOADED, loads[i].digest,
		    NOON + loads[i].at_ms));
	}
}

static const struct {
	int64_t at_ms;
	const char *want;
} moments[] = {
	{ 99, "" }, { 100, "a" }, { 199, "a" }, { 200, "b" }, { 299, "b" }, { 300, "a" },
	{ WEEK, "a" },
};

static void
check_rulesets(struct fixture *f, struct store *st)
{
	char digest[DIGEST_SIZE];

	(void)f;
	for (size_t i = 0; i < NELEM(moments); i++) {
		OK(stats_ruleset_at(st, NOON + moments[i].at_ms, digest, &E));
		assert_string_equal(digest, moments[i].want);
	}
}

static void
test_rulesets(void **state)
{
	(void)state;
	in_every_way(fill_rulesets, check_rulesets);
}

/* The events of loads are purged after a time; the sets are not. */
static void
test_rulesets_without_events(void **state)
{
	struct fixture *f = *state;
	struct diary *l = xcalloc(1, sizeof *l);
	char digest[DIGEST_SIZE];
	struct kept_store k;

	l->a = f->a;
	fill_rulesets(l);
	diary_add(l, (struct record){ .type = RECORD_PURGE, .at_ms = NOON + 400 });
	k = keep(f, l, IN_DATABASE);
	OK(stats_ruleset_at(k.st, NOON + 250, digest, &E));
	assert_string_equal(digest, "b");
	OK(stats_ruleset_at(k.st, NOON + 99, digest, &E));
	assert_string_equal(digest, "");
	kept_release(&k);
	free(l);
}

/* ---- an older database ---- */

/* It cannot say; whoever asks is told what to do. */
static bool
no_row(void *arg, const struct store_row *row)
{
	(void)arg;
	fail_msg("%s", row->env.id);
	return false;
}

static void
test_older(void **state)
{
	static const struct store_filter asks[] = { { .domain = "x.example" },
		{ .decided_by = "points" }, { .line = "press.1" } };
	struct fixture *f = *state;
	struct store *st = open_store(f, STORE_WRITE);
	struct stats_line *line;
	size_t n;

	assert_true(usable(st));
	store_close(&st);
	sql(f->db_path, "PRAGMA user_version = 3");
	st = open_store(f, STORE_READ);
	assert_int_equal(stats_lines(st, f->a, &week47, &line, &n, &E), -1);
	assert_int_equal(E.kind, ERR_TEMP);
	assert_non_null(strstr(E.text, "mroute run"));
	/* A list by what they do not have said "no such column", as if damaged. */
	for (size_t i = 0; i < NELEM(asks); i++) {
		assert_int_equal(store_each(st, &asks[i], no_row, NULL, &E), -1);
		assert_non_null(strstr(E.text, "mroute run"));
	}
	OK(store_each(st, &(struct store_filter){ .route = "x" }, no_row, NULL, &E));
	store_close(&st);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_troubles),
		cmocka_unit_test(test_tries_are_no_memory),
		cmocka_unit_test(test_rulesets),
		TEST(test_rulesets_without_events),
		TEST(test_older),
	};

	return cmocka_run_group_tests_name("stats met", tests, NULL, NULL);
}
