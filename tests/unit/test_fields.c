/* SPDX-License-Identifier: MIT */
#include "model_help.h"

#include "model/fields.h"

/* Every field, and the type of each. */
static const struct {
	const char *name;
	enum field_type type;
} fields[] = {
	{ "subject", FIELD_TYPE_TEXT }, { "from", FIELD_TYPE_TEXT },
	{ "from.name", FIELD_TYPE_TEXT }, { "from.address", FIELD_TYPE_ADDRESS },
	{ "from.domain", FIELD_TYPE_DOMAIN }, { "reply-to", FIELD_TYPE_ADDRESS },
	{ "author", FIELD_TYPE_ADDRESS }, { "to", FIELD_TYPE_ADDRESS },
	{ "cc", FIELD_TYPE_ADDRESS }, { "recipient", FIELD_TYPE_ADDRESS },
	{ "recipient.tag", FIELD_TYPE_TEXT }, { "sender", FIELD_TYPE_ADDRESS },
	{ "list-id", FIELD_TYPE_DOMAIN }, { "text", FIELD_TYPE_TEXT },
	{ "body", FIELD_TYPE_TEXT }, { "quoted", FIELD_TYPE_TEXT },
	{ "hidden", FIELD_TYPE_TEXT }, { "links", FIELD_TYPE_TEXT },
	{ "attachment", FIELD_TYPE_TEXT }, { "attachment.type", FIELD_TYPE_TEXT },
	{ "attachments", FIELD_TYPE_NUMBER }, { "any", FIELD_TYPE_TEXT },
	{ "start", FIELD_TYPE_TEXT }, { "words", FIELD_TYPE_NUMBER },
	{ "size", FIELD_TYPE_SIZE }, { "spf", FIELD_TYPE_RESULT },
	{ "dkim", FIELD_TYPE_RESULT }, { "dmarc", FIELD_TYPE_RESULT },
	{ "inner.from", FIELD_TYPE_ADDRESS }, { "inner.subject", FIELD_TYPE_TEXT },
	{ "inner.text", FIELD_TYPE_TEXT },
};

static void
test_each_field(void **state)
{
	(void)state;
	assert_int_equal(NELEM(fields) + 1, FIELD_N);	/* header:NAME besides */
	for (size_t i = 0; i < NELEM(fields); i++) {
		int id = field_find(slice_str(fields[i].name));

		if (id < 0)
			fail_msg("no field '%s'", fields[i].name);
		assert_int_equal(field_table[id].type, fields[i].type);
	}
	for (size_t i = 0; i < FIELD_N; i++) {
		const struct field_def *f = &field_table[i];
		size_t n = strlen(f->doc);

		assert_non_null(f->example);
		assert_true(n > 15 && f->doc[n - 1] == '.');
		assert_true(field_predicates((enum field_id)i) != 0);
	}
	assert_int_equal(field_find(SLICE_LIT("header")), -1);
	assert_int_equal(field_find(SLICE_LIT("Subject")), -1);
	assert_int_equal(field_find(SLICE_LIT("")), -1);
}

static const struct {
	enum predicate p;
	const char *name;
	const char *types;		/* T ext, A ddress, D omain, N umber, S ize, R esult */
} predicates[] = {
	{ PRED_HAS, "has", "TAD" }, { PRED_MATCH, "~", "TAD" },
	{ PRED_NOT_MATCH, "!~", "TAD" }, { PRED_IS, "is", "TADNSR" },
	{ PRED_IS_NOT, "is not", "TADNSR" }, { PRED_IN, "in", "AD" },
	{ PRED_NOT_IN, "not in", "AD" }, { PRED_PRESENT, "present", "TAD" },
	{ PRED_ABSENT, "absent", "TAD" }, { PRED_LT, "<", "NS" }, { PRED_LE, "<=", "NS" },
	{ PRED_GT, ">", "NS" }, { PRED_GE, ">=", "NS" },
};

static void
test_predicates(void **state)
{
	static const char letters[] = { [FIELD_TYPE_TEXT] = 'T',
		[FIELD_TYPE_ADDRESS] = 'A', [FIELD_TYPE_DOMAIN] = 'D',
		[FIELD_TYPE_NUMBER] = 'N', [FIELD_TYPE_SIZE] = 'S',
		[FIELD_TYPE_RESULT] = 'R' };

	(void)state;
	assert_int_equal(NELEM(predicates), PRED_N);
	for (size_t i = 0; i < PRED_N; i++) {
		assert_string_equal(predicate_name(predicates[i].p), predicates[i].name);
		for (size_t k = 0; k < FIELD_N; k++) {
			bool want = strchr(predicates[i].types,
			    letters[field_table[k].type]) != NULL;
			bool got = (field_predicates((enum field_id)k) &
			    PRED_BIT(predicates[i].p)) != 0;

			if (want != got)
				fail_msg("%s %s", field_table[k].name,
				    predicates[i].name);
		}
	}
}

static void
test_nearest(void **state)
{
	(void)state;
	assert_string_equal(field_nearest(SLICE_LIT("form.domain")), "from.domain");
	assert_string_equal(field_nearest(SLICE_LIT("subjct")), "subject");
	assert_string_equal(field_nearest(SLICE_LIT("attachement")), "attachment");
	assert_null(field_nearest(SLICE_LIT("xyzzyxyzzy")));
}

static void
test_references(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const struct field_ref ref[] = {
		{ .id = FIELD_FROM }, { .id = FIELD_FROM_NAME },
		{ .id = FIELD_HEADER, .header = SLICE_LIT("x-a") },
		{ .id = FIELD_HEADER, .header = SLICE_LIT("x-b") },
	};
	static const char *const name[] = { "from", "from.name", "header:x-a",
		"header:x-b" };

	(void)state;
	for (size_t i = 0; i < NELEM(ref); i++) {
		assert_true(slice_eq_str(field_ref_name(a, &ref[i]), name[i]));
		for (size_t k = 0; k < NELEM(ref); k++) {
			assert_int_equal(field_ref_is(&ref[i], slice_str(name[k])),
			    i == k);
			assert_int_equal(field_ref_same(&ref[i], &ref[k]), i == k);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_field),
		cmocka_unit_test(test_predicates),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_references),
	};

	return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
