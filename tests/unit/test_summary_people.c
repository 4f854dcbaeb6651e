/* SPDX-License-Identifier: MIT */
/*
 * `people` of mroute.conf: what must not be told is in no form of the summary.  All
 * that is planted here about people is looked for in all that is written.
 */
#include "summary_scene.h"

#include "flow/summary_impl.h"
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
	{ "walsh", true, false, false }, { "jansen", true, false, false },
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
		{ "mary-ann.walsh-o'dea@studio.example", "Yellow Walsh-O'Dea lantern", "" },
		{ "jane.roe@newspaper.example", "Yellow Walsh-O'Dea lantern", "" },
		{ "kim.jansen@studio.example", "Green Jansen's teapot", "" },
		{ "jane.roe@newspaper.example", "Green Jansen's teapot", "" },
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

/* Words of servers, as they write addresses of people. */
static const char *const texts[][2] = {
	{ "550 <jane.roe@x.example>: unknown", "550 <...@x.example>: unknown" },
	/* Bounce addresses of lists have the reader's in their local part. */
	{ "<bounces+jane=home.example@list.example> no", "<...@list.example> no" },
	{ "from=<prvs=12=jane@x.example>", "from=<...@x.example>" },
	{ "user o'brien@x.example", "user ...@x.example" },
	{ "a|jane|roe@x.example;", "...@x.example;" },
	{ "\"jane roe\"@x.example", "...@x.example" },
	{ "\"jane\\\"roe\"@x.example", "...@x.example" },
	{ "say \"jane\\\\\"@x.example", "say ...@x.example" },
	{ "jane.\"the roe\"@x.example", "...@x.example" },
	{ "\"jane r\".roe@x.example", "...@x.example" },
	{ "said: \"jane@x.example\"", "said: \"...@x.example\"" },
	{ "to jane(home, alone)@x.example", "to ...@x.example" },
	{ "jane.roe @ x.example", "...@ x.example" },
	/* What SPF answers, as it stands in a link. */
	{ "see http://spf.example/?s=mfrom;id=jane%40x.example;ip=::1",
	    "see http://spf.example/?s=mfrom;...%40x.example;ip=::1" },
	{ "jane\xEF\xBC\xA0x.example", "...\xEF\xBC\xA0x.example" },
	{ "jane@a.example|joe@b.example", "...@a.example...@b.example" },
	{ "(jane@x.example)", "(...@x.example)" },
	{ "450 4.2.0 try again @ 5", "450 4.2.0 try ...@ 5" },
	{ "on deadline, @journalist", "on deadline, @journalist" },
	{ ")@x", ")@x" }, { "@", "@" }, { "\"@x", "...@x" }, { "", "" },
};

static void
no_local_part_is_told(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct summary s = { .people = PEOPLE_DOMAINS };
	const struct gather g = { .a = a, .s = &s };

	(void)state;
	for (size_t i = 0; i < NELEM(texts); i++)
		assert_string_equal(people_text(&g, texts[i][0]), texts[i][1]);
	s.people = PEOPLE_NONE;
	assert_string_equal(people_text(&g, "to jane @ x.example now"), "to ... now");
}

/* A Maildir in a home directory is somebody's, as an address is. */
static void
of_paths_the_last_name_is_told(void **state)
{
	static const char *const said[][2] = {
		{ "/home/jane/Maildir", ".../Maildir" },
		{ "cannot open '/home/jane/Maildir': no", "cannot open '.../Maildir': no" },
		{ "of /var/spool/mroute is full: 3 %", "of .../mroute is full: 3 %" },
		{ "(/etc/mroute/x.rules:3)", "(.../x.rules:3)" },
		{ "/x /home/jane/", "/x .../jane/" },
		{ "https://x.example/a/b and/or 1/2 // /",
		    "https://x.example/a/b and/or 1/2 // /" },
		{ "INBOX/press", "INBOX/press" }, { "", "" },
	};
	AUTO(arena_free) struct arena *a = arena_new();
	struct summary s = { .people = PEOPLE_DOMAINS };
	const struct gather g = { .a = a, .s = &s };

	(void)state;
	for (size_t i = 0; i < NELEM(said); i++)
		assert_string_equal(people_said(&g, said[i][0]), said[i][1]);
	s.people = PEOPLE_NONE;
	assert_string_equal(people_said(&g, said[0][0]), "");
	s.people = PEOPLE_FULL;
	assert_string_equal(people_said(&g, said[0][0]), said[0][0]);
}

/* A field of the rules' author is a person's by any part of its name. */
static void
fields_of_people_are_kept_back(void **state)
{
	static const struct { const char *name, *value; bool may; } fields[] = {
		{ "name", "Jane Roe", false }, { "Name", "Jane Roe", false },
		{ "applicant-name", "Jane Roe", false },
		{ "contact_person", "Jane Roe", false },
		{ "full-name", "Jane Roe", false }, { "your_name", "Jane Roe", false },
		{ "company-name", "Acme", true }, { "product_name", "Acme", true },
		{ "job", "Planner", true }, { "names", "Acme", true },
		{ "job", "jane%40x.example", false },
		{ "job", "jane\xEF\xBC\xA0x.example", false },
	};
	struct summary s = { .people = PEOPLE_DOMAINS };
	const struct gather g = { .s = &s };

	(void)state;
	for (size_t i = 0; i < NELEM(fields); i++)
		if (people_value(&g, &(struct stats_value){ "press", fields[i].name,
		    "text", fields[i].value, 1 }) != fields[i].may)
			fail_msg("%s: %s", fields[i].name, fields[i].value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_told_that_must_not_be, scene_open,
		    scene_close),
		cmocka_unit_test_setup_teardown(what_is_hidden_is_counted, scene_open,
		    scene_close),
		cmocka_unit_test(no_local_part_is_told),
		cmocka_unit_test(of_paths_the_last_name_is_told),
		cmocka_unit_test(fields_of_people_are_kept_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
