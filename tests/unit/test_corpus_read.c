/* SPDX-License-Identifier: MIT */
/*
 * All of the corpus is read, and bounces and automatic answers in it are told
 * from the rest.  The corpus is other people's mail and no part of the project:
 * $MROUTE_CORPUS, or ../shared/corpus.
 */
#include "model_help.h"

#include <fcntl.h>
#include <stdio.h>

#include "base/file.h"
#include "base/utf8.h"
#include "model/guess.h"

static const char *
corpus(void)
{
	const char *dir = getenv("MROUTE_CORPUS");

	return dir != NULL && dir[0] != '\0' ? dir : "../shared/corpus";
}

static bool
read_manifest(struct buf *out)
{
	struct err e = ERR_INIT;
	char *path = arena_printf(arena, "%s/MANIFEST.tsv", corpus());

	if (file_read(AT_FDCWD, path, 16 << 20, out, &e) == 0)
		return true;
	print_message("# SKIPPED: no corpus at '%s' (set MROUTE_CORPUS): "
	    "nothing was read\n", corpus());
	return false;
}

static void
check_values(const char *name, struct message *m)
{
	for (enum field_id id = 0; id < FIELD_N; id++) {
		const struct values *v;

		if (id == FIELD_HEADER)
			continue;
		v = field(m, id);
		for (size_t i = 0; i < v->n; i++)
			if (!utf8_valid(v->v[i].text.orig) ||
			    !utf8_valid(v->v[i].text.norm) ||
			    !utf8_valid(v->v[i].text.fold))
				fail_msg("%s: %s is not UTF-8", name,
				    field_table[id].name);
	}
}

static uint32_t
read_one(const char *name)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	struct envelope env = { .recipient = "marketing@company.example" };
	struct err e = ERR_INIT;
	struct message *m;
	uint32_t facts;

	if (file_read(AT_FDCWD, arena_printf(arena, "%s/mail/%s", corpus(), name),
	    64 << 20, &file, &e) < 0)
		fail_msg("%s", e.text);
	guess_sender(buf_slice(&file), env.sender);
	m = message_read(buf_slice(&file), &env, &test_config, NULL);
	check_values(name, m);
	facts = message_facts(m, NULL);
	message_free(&m);
	return facts;
}

struct tally {
	unsigned read, bounces, bounces_told, auto_replies, auto_replies_told;
};

/* One line of the manifest: file, source, path, licence, kind, expected, ... */
static void
check_line(struct slice line, struct tally *t)
{
	struct slice column[6];
	uint32_t facts;
	const char *name;
	bool bounce, auto_reply;

	for (size_t i = 0; i < NELEM(column); i++)
		if (!slice_next(&line, '\t', &column[i]))
			return;
	name = arena_strndup(arena, column[0].ptr, column[0].len);
	facts = read_one(name);
	bounce = (facts & FACT_BIT(FACT_BOUNCE)) != 0;
	auto_reply = (facts & FACT_BIT(FACT_AUTO_REPLY)) != 0;
	t->read++;
	if (slice_eq_str(column[5], "bounce")) {
		t->bounces++;
		t->bounces_told += bounce;
		if (!bounce)
			print_message("# not told as a bounce: %s\n", name);
	} else if (slice_eq_str(column[5], "auto_reply")) {
		t->auto_replies++;
		t->auto_replies_told += auto_reply;
	}
	if (bounce && (slice_eq_str(column[5], "not_bounce") ||
	    slice_eq_str(column[5], "legal") ||
	    slice_eq_str(column[5], "abuse_report") ||
	    slice_eq_str(column[5], "receipt(mdn)")))
		fail_msg("%s: taken for a bounce", name);
	if (auto_reply && !slice_eq_str(column[5], "auto_reply") &&
	    !slice_eq_str(column[5], "-"))
		fail_msg("%s: taken for an automatic reply", name);
}

static void
test_corpus(void **state)
{
	AUTO(buf_release) struct buf manifest = BUF_INIT;
	struct tally t = { 0 };
	struct slice rest, line;

	(void)state;
	if (!read_manifest(&manifest))
		skip();
	rest = buf_slice(&manifest);
	slice_next(&rest, '\n', &line);		/* the names of the columns */
	while (slice_next(&rest, '\n', &line))
		check_line(line, &t);
	print_message("# %u read, %u of %u bounces, %u of %u automatic replies\n", t.read,
	    t.bounces_told, t.bounces, t.auto_replies_told, t.auto_replies);
	assert_true(t.read >= 600);
	assert_true(t.bounces_told * 100 >= t.bounces * 99);
	assert_int_equal(t.auto_replies_told, t.auto_replies);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpus),
	};

	return cmocka_run_group_tests_name("corpus_read", tests, arena_setup,
	    arena_teardown);
}
