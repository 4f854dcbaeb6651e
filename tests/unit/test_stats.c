/* SPDX-License-Identifier: MIT */
/*
 * Messages of two weeks, counted by hand: in the database, in the journal, and one half
 * in each.
 */
#include "stats_help.h"

#define NOON	T(0)			/* Wed 18 Nov 2026 12:06:40 in Berlin */
#define MIN_MS	INT64_C(60000)

/*
 * W46	1  press, by points, news.example; done after 1 s
 *	2  rest, below-needs, acme.example
 *	3  our own mail: not counted
 * W47	4  Mon 00:00:00.000, the first moment: press, points, news.example; 900 ms
 *	5  Wed 12:06: press, always, news.example; 61.5 s
 *	6  Wed 12:59:59.999: rest, below-needs, fresh.example; 4 s
 *	7  Wed 13:00: rest, margin, acme.example; still active
 *	8  Sun 23:59:59.999: leads, points, fresh.example; 2 days and 30 s
 *	9  Wed 12:07: rest, observed: press would have had it; obs.example; 1 s
 *	10 Wed 12:08: the fallback Maildir, no alias, no author; 1 s
 *	11 Wed 12:09: held, not decided, not examined
 *	12 Wed 12:10: rest, below-needs; 2 s; then a person sent it to leads, which was
 *	   done after 90 s; corr.example
 *	13 Wed 12:11: a redelivery, which is no message
 *	14 Wed 12:12: rest, by examiner, not examined; 3 s
 *	15 Wed 12:13: press; then its records were purged
 * W48	16 Mon 00:00:00.000: press
 */
static void
fill(struct diary *l)
{
	const char *id;
	struct record own;
	struct envelope *env;

	id = add_mail(l, NOON - WEEK, "ann@news.example");
	add_decision(l, id, 1, "press", BY_POINTS, "");
	add_done(l, id, 1, 1000);
	id = add_mail(l, NOON - WEEK + MIN_MS, "x@acme.example");
	add_decision(l, id, 1, "rest", BY_BELOW_NEEDS, "");
	add_done(l, id, 1, 500);

	id = sample_id(l->a, NOON - WEEK, ++l->number);
	own = record_of_message(l->a, id, false);
	env = sample_envelope(l->a, id);
	env->kind = ENVELOPE_OWN;
	own.u.message.env = env;
	diary_add(l, own);
	add_decision(l, id, 1, "(own)", BY_OWN, "");
	add_done(l, id, 1, 70);

	id = add_mail(l, W47, "Jane@News.example");
	add_decision(l, id, 1, "press", BY_POINTS, "");
	add_done(l, id, 1, 900);
	id = add_mail(l, NOON, "jane@news.example");
	add_decision(l, id, 1, "press", BY_ALWAYS, "");
	add_done(l, id, 1, 61500);
	id = add_mail(l, NOON + 53 * MIN_MS + 20000 - 1, "bob@fresh.example");
	add_decision(l, id, 1, "rest", BY_BELOW_NEEDS, "");
	add_done(l, id, 1, 4000);
	id = add_mail(l, NOON + 53 * MIN_MS + 20000, "x@acme.example");
	add_decision(l, id, 1, "rest", BY_MARGIN, "");
	id = add_mail(l, W48 - 1, "y@fresh.example");
	add_decision(l, id, 1, "leads", BY_POINTS, "");
	add_done(l, id, 1, 2 * 24 * 60 * MIN_MS + 30000);
	id = add_mail(l, NOON + MIN_MS, "z@obs.example");
	add_decision(l, id, 1, "rest", BY_OBSERVE, "press");
	add_done(l, id, 1, 1000);
	id = add_mail(l, NOON + 2 * MIN_MS, "");
	add_decision(l, id, 1, "", BY_NO_ALIAS, "");
	add_done(l, id, 3, 1000);
	id = add_mail(l, NOON + 3 * MIN_MS, NULL);
	diary_add(l, record_of_state(id, MESSAGE_HELD, NOON + 4 * MIN_MS));
	id = add_mail(l, NOON + 4 * MIN_MS, "c@corr.example");
	add_decision(l, id, 1, "rest", BY_BELOW_NEEDS, "");
	add_done(l, id, 1, 2000);
	diary_add(l, record_of_state(id, MESSAGE_ACTIVE, NOON + 5 * MIN_MS));
	add_decision(l, id, 2, "leads", BY_PERSON, "");
	add_done(l, id, 2, 90000);
	id = add_mail(l, NOON + 5 * MIN_MS, NULL);
	add_decision(l, id, 1, "(none)", BY_REDELIVERY, "");
	diary_add(l, record_of_state(id, MESSAGE_FINAL, NOON + 5 * MIN_MS + 2));
	id = add_mail(l, NOON + 6 * MIN_MS, NULL);
	add_decision(l, id, 1, "rest", BY_EXAMINER, "");
	add_done(l, id, 1, 3000);
	id = add_mail(l, NOON + 7 * MIN_MS, "p@purged.example");
	add_decision(l, id, 1, "press", BY_POINTS, "");
	add_done(l, id, 1, 1000);
	diary_add(l, record_of_state(id, MESSAGE_PURGED, NOON + 8 * MIN_MS));
	diary_add(l, (struct record){ .type = RECORD_PURGE, .at_ms = NOON + 9 * MIN_MS,
	    .id = id });
	id = add_mail(l, W48, "ann@news.example");
	add_decision(l, id, 1, "press", BY_POINTS, "");
}

static void
count(struct fixture *f, struct store *st, const struct period *span, size_t n,
    struct stats_messages *out)
{
	struct stats_query q = { .span = span, .n_span = n, .domains = true };

	OK(calendar_open("Europe/Berlin", &q.zone, &E));
	OK(stats_messages(st, f->a, &q, out, &E));
	calendar_close(&q.zone);
}

static void
assert_routes(const struct stats_messages *m, const char *want)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	for (size_t i = 0; i < m->n_route; i++) {
		buf_addf(&b, "'%s'", m->route[i].name);
		for (size_t k = 0; k < m->n_span; k++)
			buf_addf(&b, " %d", (int)m->route[i].n[k]);
		buf_addf(&b, " +%d\n", (int)m->route[i].would_be);
	}
	assert_string_equal(buf_str(&b), want);
}

static void
assert_domains(const struct stats_messages *m, const char *want)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	for (size_t i = 0; i < m->n_domain; i++)
		buf_addf(&b, "'%s' %d%s\n", m->domain[i].name, (int)m->domain[i].n,
		    m->domain[i].fresh ? " fresh" : "");
	assert_string_equal(buf_str(&b), want);
}

static void
assert_hours(const struct stats_messages *m, const char *want)
{
	static const char *const day[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat",
		"Sun" };
	AUTO(buf_release) struct buf b = BUF_INIT;

	for (int d = 0; d < 7; d++)
		for (int h = 0; h < 24; h++)
			if (m->hour[d][h] > 0)
				buf_addf(&b, "%s %d: %d\n", day[d], h,
				    (int)m->hour[d][h]);
	assert_string_equal(buf_str(&b), want);
}

static void
check_two_weeks(struct fixture *f, struct store *st)
{
	static const struct period two[] = {
		{ PERIOD_WEEK, W46, W47, 1 }, { PERIOD_WEEK, W47, W48, 1 },
	};
	/* below 1 s: 4; 2 s: 9, 10; 5 s: 6, 12, 14; 5 min: 5; more than a day: 8 */
	static const uint64_t delay[STATS_DELAYS] = { [0] = 1, [1] = 2, [2] = 3,
		[6] = 1, [11] = 1 };
	static const uint64_t by[BY_N] = { [BY_POINTS] = 2, [BY_ALWAYS] = 1,
		[BY_BELOW_NEEDS] = 1, [BY_MARGIN] = 1, [BY_OBSERVE] = 1,
		[BY_NO_ALIAS] = 1, [BY_PERSON] = 1, [BY_EXAMINER] = 1 };
	struct stats_messages m;
	int64_t first;

	count(f, st, two, 2, &m);
	assert_int_equal(m.n_span, 2);
	assert_int_equal(m.total[0], 2);
	assert_int_equal(m.total[1], 10);
	assert_int_equal(m.redelivered, 1);
	assert_int_equal(m.triage[0], 1);
	assert_int_equal(m.triage[1], 3);		/* 6, 7, 14 */
	assert_routes(&m, "'rest' 1 4 +0\n" "'leads' 0 2 +0\n" "'press' 1 2 +1\n"
	    "'' 0 1 +0\n");
	assert_int_equal(m.route[0].by[BY_BELOW_NEEDS], 1);
	assert_int_equal(m.route[0].by[BY_OBSERVE], 1);
	assert_int_equal(m.route[1].by[BY_PERSON], 1);
	assert_int_equal(m.route[2].by[BY_ALWAYS], 1);
	assert_memory_equal(m.by, by, sizeof by);
	assert_int_equal(m.undecided, 1);
	assert_int_equal(m.active, 1);
	assert_int_equal(m.held, 1);
	assert_hours(&m, "Mon 0: 1\n" "Wed 12: 7\n" "Wed 13: 1\n" "Sun 23: 1\n");
	/*
	 * 0.9 1 1 2 3 4 61.5 172830 s: the 4th of 8 is the median, the 8th the 95th
	 * percentile, told to the minute; the longest is told as it is.
	 */
	assert_int_equal(m.delivered, 8);
	assert_int_equal(m.median_ms, 2000);
	assert_int_equal(m.p95_ms, 172800000);
	assert_int_equal(m.longest_ms, 172830000);
	assert_memory_equal(m.delay, delay, sizeof delay);
	/* 10, 11 and 14 have none, and nothing had none before. */
	assert_domains(&m, "'' 3 fresh\n" "'fresh.example' 2 fresh\n"
	    "'news.example' 2\n" "'acme.example' 1\n" "'corr.example' 1 fresh\n"
	    "'obs.example' 1 fresh\n");
	assert_int_equal(m.domain_rest, 0);
	assert_int_equal(m.first_ms, NOON - WEEK);
	OK(stats_first(st, &first, &E));
	assert_int_equal(first, NOON - WEEK);
}

static void
test_two_weeks(void **state)
{
	(void)state;
	in_every_way(fill, check_two_weeks);
}

/* 500 and 1000 ms: the median of two is the first. */
static void
check_first_week(struct fixture *f, struct store *st)
{
	struct stats_messages m;

	count(f, st, &week46, 1, &m);
	assert_int_equal(m.total[0], 2);
	assert_routes(&m, "'press' 1 +0\n" "'rest' 1 +0\n");
	assert_int_equal(m.delivered, 2);
	assert_int_equal(m.median_ms, 500);
	assert_int_equal(m.p95_ms, 1000);
	assert_int_equal(m.longest_ms, 1000);
	assert_domains(&m, "'acme.example' 1 fresh\n" "'news.example' 1 fresh\n");
}

static void
test_first_week(void **state)
{
	(void)state;
	in_every_way(fill, check_first_week);
}

/* Weeks in which nothing came, between others and before all. */
static void
check_empty_weeks(struct fixture *f, struct store *st)
{
	static const struct period before[] = {
		{ PERIOD_WEEK, W46 - 2 * WEEK, W46 - WEEK, 1 },
		{ PERIOD_WEEK, W46 - WEEK, W46, 1 },
	};
	struct stats_messages m;

	count(f, st, before, 2, &m);
	assert_int_equal(m.total[0] + m.total[1], 0);
	assert_int_equal(m.n_route, 0);
	assert_int_equal(m.n_domain, 0);
	assert_int_equal(m.delivered, 0);
	assert_int_equal(m.median_ms, 0);
	assert_int_equal(m.first_ms, NOON - WEEK);
}

static void
test_empty_weeks(void **state)
{
	(void)state;
	in_every_way(fill, check_empty_weeks);
}

static void
fill_nothing(struct diary *l)
{
	diary_add(l, record_of_event(NULL, "engine.start", "", NOON));
}

static void
check_nothing(struct fixture *f, struct store *st)
{
	char digest[DIGEST_SIZE];
	struct stats_messages m;
	struct stats_trouble *t;
	struct stats_value *v;
	struct stats_event *ev;
	struct stats_line *line;
	struct stats_open *o;
	uint64_t fallbacks;
	int64_t last;
	size_t n;

	count(f, st, &week47, 1, &m);
	assert_int_equal(m.total[0], 0);
	assert_int_equal(m.first_ms, 0);
	OK(stats_first(st, &last, &E));
	assert_int_equal(last, 0);
	OK(stats_lines(st, f->a, &week47, &line, &n, &E));
	assert_int_equal(n, 0);
	OK(stats_lines_since(st, &last, &E));
	assert_int_equal(last, 0);
	assert_int_equal(last_of(st, "press", "aaaaaaaa"), 0);
	OK(stats_ruleset_at(st, NOON, digest, &E));
	assert_string_equal(digest, "");
	OK(stats_values(st, f->a, &week47, 0, &v, &n, &E));
	assert_int_equal(n, 0);
	OK(stats_troubles(st, f->a, &week47, 0, &t, &n, NULL, &E));
	assert_int_equal(n, 0);
	OK(stats_events(st, f->a, &week47, &ev, &n, &E));
	assert_int_equal(n, 1);
	OK(stats_fallbacks(st, &week47, &fallbacks, &E));
	assert_int_equal(fallbacks, 0);
	OK(stats_triage(st, f->a, &week47, 0, &o, &n, &E));
	assert_int_equal(n, 0);
}

static void
test_nothing(void **state)
{
	(void)state;
	in_every_way(fill_nothing, check_nothing);
}

/* ---- delays ---- */

#define DAY_MS	(24 * 60 * MIN_MS)

/* One message each: what is told of it, and in which class it is. */
static const struct {
	int64_t delay, median;
	int class;
} delays[] = {
	{ -5000, 0, 0 },		/* the clock was set back */
	{ 0, 0, 0 }, { 999, 999, 0 }, { 1000, 1000, 1 }, { 59999, 59999, 5 },
	{ 60000, 60000, 6 }, { 60999, 60000, 6 }, { 61000, 61000, 6 },
	{ 15 * MIN_MS - 1, 15 * MIN_MS - 1000, 7 }, { 4 * 60 * MIN_MS, 4 * 60 * MIN_MS, 10 },
	{ DAY_MS - 1, DAY_MS - 1000, 10 }, { DAY_MS, DAY_MS, 11 },
	{ DAY_MS + MIN_MS - 1, DAY_MS, 11 }, { DAY_MS + MIN_MS, DAY_MS + MIN_MS, 11 },
	{ 60 * DAY_MS - 1, 60 * DAY_MS - MIN_MS, 11 },
	{ 400 * DAY_MS, 60 * DAY_MS - MIN_MS, 11 },
};

static void
test_delays(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(delays); i++) {
		struct diary *l = xcalloc(1, sizeof *l);
		struct stats_messages m;
		struct kept_store k;
		struct fixture *f;
		const char *id;
		void *fixture;

		assert_int_equal(fixture_open(&fixture), 0);
		f = fixture;
		l->a = f->a;
		id = add_mail(l, NOON, "a@x.example");
		add_decision(l, id, 1, "press", BY_POINTS, "");
		add_done(l, id, 1, delays[i].delay);
		k = keep(f, l, IN_DATABASE);
		count(f, k.st, &week47, 1, &m);
		if (m.median_ms != delays[i].median || m.p95_ms != delays[i].median ||
		    m.longest_ms != MAX(delays[i].delay, INT64_C(0)) ||
		    m.delay[delays[i].class] != 1)
			fail_msg("%lld: median %lld longest %lld",
			    (long long)delays[i].delay, (long long)m.median_ms,
			    (long long)m.longest_ms);
		kept_release(&k);
		free(l);
		fixture_close(&fixture);
	}
}

/* ---- what no rule claimed ---- */

static void
check_triage(struct fixture *f, struct store *st)
{
	struct stats_open *o;
	size_t n;

	OK(stats_triage(st, f->a, &week47, 0, &o, &n, &E));
	assert_int_equal(n, 3);
	/* 7, 6, 14: the newest first. */
	assert_string_equal(o[0].author, "x@acme.example");
	assert_string_equal(o[0].subject, "Subject 7");
	assert_string_equal(o[0].opening, "Opening 7");
	assert_int_equal(o[0].by, BY_MARGIN);
	assert_int_equal(o[0].received_ms, NOON + 53 * MIN_MS + 20000);
	assert_string_equal(o[1].author, "bob@fresh.example");
	assert_int_equal(o[1].by, BY_BELOW_NEEDS);
	assert_string_equal(o[2].author, "");
	assert_string_equal(o[2].opening, "");
	assert_string_equal(o[2].best, "");
	assert_int_equal(o[2].by, BY_EXAMINER);
	assert_int_equal(ulid_ms(o[2].id), NOON + 6 * MIN_MS);
	OK(stats_triage(st, f->a, &week47, 2, &o, &n, &E));
	assert_int_equal(n, 2);
	assert_string_equal(o[1].author, "bob@fresh.example");
}

static void
test_triage(void **state)
{
	(void)state;
	in_every_way(fill, check_triage);
}

static void
test_what_is_triage(void **state)
{
	unsigned n = 0;

	(void)state;
	for (int by = 0; by < BY_N; by++)
		n += stats_is_triage((enum decided_by)by);
	assert_int_equal(n, 4);
	assert_true(stats_is_triage(BY_BELOW_NEEDS) && stats_is_triage(BY_MARGIN) &&
	    stats_is_triage(BY_UNKNOWN) && stats_is_triage(BY_EXAMINER));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_weeks),
		cmocka_unit_test(test_first_week),
		cmocka_unit_test(test_empty_weeks),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_delays),
		cmocka_unit_test(test_triage),
		cmocka_unit_test(test_what_is_triage),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
