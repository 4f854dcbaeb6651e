/* SPDX-License-Identifier: MIT */
/*
 * `people` of mroute.conf: what must not be told is in no form of the summary.  All
 * that is planted here about people is looked for in all that is written.
 */
#include "summary_scene.h"

#include "rules/jsonout.h"

/* Planted below; of whom or what it tells says which modes may have it. */
static const struct {
	const char *text;
	bool full, domains, none;	/* may it be told? */
} planted[] = {
	/* addresses, and names in them */
	{ "jane.roe", true, false, false }, { "zoe.quill", true, false, false },
	{ "ann.lee", true, false, false }, { "desk.person", true, false, false },
	{ "quoted person", true, false, false },
	/* domains */
	{ "newspaper.example", true, true, false }, { "studio.example", true, true, false },
	/* words of one sender only; a name that two have in their subjects */
	{ "nightingale", true, false, false }, { "quill", true, false, false },
	/* words that two senders share */
	{ "purple umbrella", true, true, false },
	/* captured */
	{ "cap@mailbox.example", true, false, false }, { "+4930123456", true, false, false },
	{ "Xaver Unbekannt", true, false, false }, { "call 030 1234567", true, false, false },
	{ "Daily Planet", true, true, false }, { "USD 7200.00", true, true, false },
	/* lines of the rules with an address in them */
	{ "boss@spam.example", true, false, false },
};

static void
capture(struct scene *sc, const char *id, const struct plan_field *field, size_t n)
{
	for (size_t i = 0; i < sc->l->n; i++)
		if (sc->l->r[i].type == RECORD_DECISION &&
		    strcmp(sc->l->r[i].id, id) == 0) {
			struct plan *p = (struct plan *)(uintptr_t)
			    sc->l->r[i].u.decision.plan;

			p->field = arena_calloc(sc->f->a, n, sizeof *p->field);
			memcpy(p->field, field, n * sizeof *field);
			p->n_field = n;
		}
}

static void
plant_captures(struct scene *sc)
{
	static const struct plan_field fields[] = {
		{ "outlet", TYPED_TEXT, "Daily Planet", "Daily Planet", false },
		{ "name", TYPED_TEXT, "Xaver Unbekannt", "Xaver Unbekannt", false },
		{ "note", TYPED_TEXT, "call 030 1234567", "call 030 1234567", false },
		{ "reply", TYPED_EMAIL, "cap@mailbox.example", "cap@mailbox.example", false },
		{ "number", TYPED_PHONE, "+4930123456", "+4930123456", false },
		{ "budget", TYPED_MONEY, "$7,200", "USD 7200.00", false },
	};

	capture(sc, mail(sc, MONDAY + HOUR, "jane.roe@newspaper.example", "press", BY_POINTS,
	    1000), fields, NELEM(fields));
}

static void
plant_triage(struct scene *sc)
{
	static const char *const texts[][3] = {
		{ "jane.roe@newspaper.example", "Purple umbrella", "Hello" },
		{ "zoe.quill@studio.example", "My purple umbrella", "Hi Jane Roe, it is me" },
		{ "zoe.quill@studio.example", "Project Nightingale plan", "" },
		{ "zoe.quill@studio.example", "Project Nightingale plan", "" },
		{ "ann.lee@studio.example", "Lunch Zoe Quill lecture", "" },
		{ "jane.roe@newspaper.example", "Lunch Zoe Quill lecture", "" },
	};

	for (size_t i = 0; i < NELEM(texts); i++)
		says(sc, mail(sc, MONDAY + DAY + (int64_t)i, texts[i][0], "triage",
		    BY_BELOW_NEEDS, 1000), texts[i][1], texts[i][2]);
}

static void
plant_trouble(struct scene *sc)
{
	static const char words[] = "550 <desk.person@company.example>, "
	    "\"quoted person\"@company.example: not known to ann.lee@studio.example";
	const char *id = mail(sc, MONDAY + 2 * DAY, "jane.roe@newspaper.example", "press",
	    BY_POINTS, 0);

	diary_add(sc->l, record_of_effect(id, 1, EFFECT_READY, MONDAY + 1));
	diary_add(sc->l, attempt(id, 1, MONDAY + 2, "", ""));
	diary_add(sc->l, attempt(id, 1, MONDAY + 3, "perm", words));
	diary_add(sc->l, failed_effect(id, MONDAY + 3, words));
	diary_add(sc->l, record_of_state(id, MESSAGE_FINAL, MONDAY + 2 * DAY + HOUR));
	diary_add(sc->l, record_of_event(NULL, "alarm.loop", "message 01KB to "
	    "ann.lee@studio.example came back to us", MONDAY + 3 * DAY));
	held(sc, mail(sc, MONDAY + 4 * DAY, "jane.roe@newspaper.example", "press",
	    BY_POINTS, 1000), "press", "press.3", true);
}

/* The summary in all its forms, one behind the other. */
static const char *
all_forms(struct scene *sc, const struct summary *s)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct summary_image none[SUMMARY_CHARTS];
	json_t *o = summary_json(s);
	char *json = jsonout_dump(o);

	memset(none, 0, sizeof none);
	for (size_t i = 0; i < SUMMARY_CHARTS; i++)
		none[i].cid = "x";
	summary_text(s, 0, false, false, &b);
	summary_text(s, 120, true, true, &b);
	buf_add_str(&b, json);
	summary_page(s, &b);
	summary_mail_html(s, none, &b);
	buf_add_str(&b, summary_subject(s, sc->f->a));
	free(json);
	json_decref(o);
	return arena_strdup(sc->f->a, buf_str(&b));
}

static void
check_mode(struct scene *sc, enum config_people people)
{
	const char *text;

	sc->cfg->summary.people = people;
	text = all_forms(sc, gather(sc, "2026-W47"));
	for (size_t i = 0; i < NELEM(planted); i++) {
		bool may = people == PEOPLE_FULL ? planted[i].full :
		    people == PEOPLE_DOMAINS ? planted[i].domains : planted[i].none;
		const char *at = strcasestr(text, planted[i].text);

		if (!may && at != NULL)
			fail_msg("people %d tells '%s': ...%.120s", (int)people,
			    planted[i].text, at - MIN(at - text, 60));
		if (may && at == NULL)
			fail_msg("people %d: '%s' was not even planted", (int)people,
			    planted[i].text);
	}
}

static void
nothing_is_told_that_must_not_be(void **state)
{
	struct scene *sc = *state;

	mail(sc, W46, "jane.roe@newspaper.example", "press", BY_POINTS, 1000);
	plant_captures(sc);
	plant_triage(sc);
	plant_trouble(sc);
	check_mode(sc, PEOPLE_FULL);
	check_mode(sc, PEOPLE_DOMAINS);
	check_mode(sc, PEOPLE_NONE);
}

/* What is kept back is counted. */
static void
what_is_hidden_is_counted(void **state)
{
	struct scene *sc = *state;
	const struct summary *s;
	uint64_t hidden = 0, told = 0;

	plant_captures(sc);
	s = gather(sc, "2026-W47");
	for (size_t i = 0; i < s->n_field; i++) {
		hidden += s->field[i].hidden;
		told += s->field[i].n_value;
		assert_int_equal(s->field[i].n, 1);
	}
	assert_int_equal(s->n_field, 6);
	assert_int_equal(hidden, 4);
	assert_int_equal(told, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_told_that_must_not_be, scene_open,
		    scene_close),
		cmocka_unit_test_setup_teardown(what_is_hidden_is_counted, scene_open,
		    scene_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
