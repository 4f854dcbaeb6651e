/* SPDX-License-Identifier: MIT */
/* How two snapshots differ, file by file. */
#include "policy_help.h"

#include "rules/drift.h"

#define CONF	"alias marketing@company.example\n  rules rules\n"
#define TWO	CONF "alias jobs@company.example\n  rules other\n"
#define RULES	"version 1\nroute desk\n  keep\notherwise desk\n"

static const char with_list[] = "version 1\nroute desk\n  keep\n"
    "  +9 from.domain in lists/news.txt\notherwise desk\n";

/* What the directory "rules" is like at that time. */
static struct policy *
policy_at(const char *conf, const char *rules, const char *site, const char *list)
{
	(void)mkdir("rules", 0700);
	(void)mkdir("rules/lists", 0700);
	(void)mkdir("other", 0700);
	put_file("other/10.rules", RULES);
	put_file("rules/lists/news.txt", list != NULL ? list : "");
	(void)unlink("rules/site.rules");
	if (site != NULL)
		put_file("rules/site.rules", site);
	return make_policy(conf, rules);
}

struct state {
	const char *conf, *rules, *site, *list;
};

static const struct {
	const char *label;
	struct state before, after;
	const char *want;
} cases[] = {
	{ "nothing", { CONF, RULES, NULL, NULL }, { CONF, RULES, NULL, NULL }, "" },
	{ "changed", { CONF, RULES, NULL, NULL },
	    { CONF, RULES "# x\n", NULL, NULL }, "10.rules changed" },
	{ "added", { CONF, RULES, NULL, NULL },
	    { CONF, RULES, "version 1\n", NULL }, "site.rules added" },
	{ "removed", { CONF, RULES, "version 1\n", NULL },
	    { CONF, RULES, NULL, NULL }, "site.rules removed" },
	{ "a list, when it is in use", { CONF, with_list, NULL, "a.example\n" },
	    { CONF, with_list, NULL, "b.example\n" }, "lists/news.txt changed" },
	{ "a list that nobody uses", { CONF, RULES, NULL, "a.example\n" },
	    { CONF, RULES, NULL, "b.example\n" }, "" },
	{ "the configuration", { CONF, RULES, NULL, NULL },
	    { CONF "  margin 20\n", RULES, NULL, NULL },
	    "mroute.conf changed (margin 20)" },
	{ "what was left out of it", { CONF "  staff a.example\n", RULES, NULL, NULL },
	    { CONF, RULES, NULL, NULL },
	    "mroute.conf changed (no 'staff a.example')" },
	{ "what decides nothing", { CONF, RULES, NULL, NULL },
	    { CONF "smtp\n  port 2525\n", RULES, NULL, NULL }, "" },
	{ "which alias, when they differ", { TWO, RULES, NULL, NULL },
	    { TWO, RULES "# x\n", NULL, NULL },
	    "marketing@company.example: 10.rules changed" },
	{ "more than are named", { CONF, RULES, NULL, NULL },
	    { CONF, with_list, "version 1\n", NULL },
	    "10.rules changed, lists/news.txt added, 1 more file" },
};

static void
names_what_changed(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		const struct state *b = &cases[i].before, *n = &cases[i].after;
		AUTO(policy_free) struct policy *before = policy_at(b->conf, b->rules,
		    b->site, b->list);
		AUTO(policy_free) struct policy *after = policy_at(n->conf, n->rules,
		    n->site, n->list);
		struct drift d;
		struct err e = ERR_INIT;

		assert_int_equal(drift_find(a, policy_snapshot(before),
		    policy_snapshot(after), &d, &e), 0);
		if (strcmp(drift_text(a, &d, 2), cases[i].want) != 0)
			fail_msg("%s: '%s'", cases[i].label, drift_text(a, &d, 2));
	}
}

static void
a_damaged_snapshot_is_an_error(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(policy_free) struct policy *p = policy_at(CONF, RULES, NULL, NULL);
	struct slice whole = policy_snapshot(p);
	struct drift d;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(drift_find(a, slice_sub(whole, 0, whole.len - 1), whole,
	    &d, &e), -1);
	assert_int_equal(drift_find(a, whole, SLICE_LIT("x"), &d, &e), -1);
	assert_int_equal(e.kind, ERR_DATA);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names_what_changed,
		    tempdir_setup, tempdir_teardown),
		cmocka_unit_test_setup_teardown(a_damaged_snapshot_is_an_error,
		    tempdir_setup, tempdir_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
