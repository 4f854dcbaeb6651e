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

/*
 * What the column `expected` allows.  A value that is not here is an error: it
 * would be a kind of mail that nobody checks.
 */
static struct kind {
	const char *expected;
	bool may_bounce, may_auto_reply;
	enum fact must;			/* FACT_N: nothing must be */
	unsigned percent;		/* of them at least */
	unsigned least;			/* so many are there */
	unsigned seen, told;
} kinds[] = {
	{ "bounce", true, false, FACT_BOUNCE, 99, 190, 0, 0 },
	{ "bounce(unverified)", true, false, FACT_N, 0, 10, 0, 0 },
	{ "not_bounce", false, false, FACT_N, 0, 2, 0, 0 },
	{ "auto_reply", false, true, FACT_AUTO_REPLY, 100, 5, 0, 0 },
	{ "not_auto_reply", true, false, FACT_N, 0, 1, 0, 0 },	/* a bounce that looks so */
	{ "legal", false, false, FACT_N, 0, 5, 0, 0 },
	{ "abuse_report", false, false, FACT_N, 0, 5, 0, 0 },
	{ "receipt(mdn)", false, false, FACT_N, 0, 1, 0, 0 },
	{ "-", true, true, FACT_N, 0, 300, 0, 0 },
};

static struct kind *
kind_of(struct slice expected)
{
	for (size_t i = 0; i < NELEM(kinds); i++)
		if (slice_eq_str(expected, kinds[i].expected))
			return &kinds[i];
	fail_msg("the manifest expects '" SLICE_FMT "'", SLICE_ARG(expected));
	return NULL;
}

/* One line of the manifest: file, source, path, licence, kind, expected, ... */
static void
check_line(struct slice line)
{
	struct slice column[6];
	struct kind *k;
	uint32_t facts;
	const char *name;

	for (size_t i = 0; i < NELEM(column); i++)
		if (!slice_next(&line, '\t', &column[i]))
			return;
	name = arena_strndup(arena, column[0].ptr, column[0].len);
	k = kind_of(column[5]);
	facts = read_one(name);
	k->seen++;
	if ((facts & FACT_BIT(FACT_BOUNCE)) != 0 && !k->may_bounce)
		fail_msg("%s (%s): taken for a bounce", name, k->expected);
	if ((facts & FACT_BIT(FACT_AUTO_REPLY)) != 0 && !k->may_auto_reply)
		fail_msg("%s (%s): taken for an automatic reply", name, k->expected);
	if (k->must == FACT_N)
		return;
	if ((facts & FACT_BIT(k->must)) != 0)
		k->told++;
	else
		print_message("# not told as %s: %s\n", fact_table[k->must].name, name);
}

static void
test_corpus(void **state)
{
	AUTO(buf_release) struct buf manifest = BUF_INIT;
	struct slice rest, line;

	(void)state;
	if (!read_manifest(&manifest))
		skip();
	rest = buf_slice(&manifest);
	slice_next(&rest, '\n', &line);		/* the names of the columns */
	while (slice_next(&rest, '\n', &line))
		check_line(line);
	for (size_t i = 0; i < NELEM(kinds); i++) {
		const struct kind *k = &kinds[i];

		print_message("# %s: %u, %u told\n", k->expected, k->seen, k->told);
		if (k->seen < k->least)
			fail_msg("%s: only %u are there", k->expected, k->seen);
		if (k->told * 100 < k->seen * k->percent)
			fail_msg("%s: %u of %u are told", k->expected, k->told, k->seen);
	}
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
