/* SPDX-License-Identifier: MIT */
/*
 * traffic - a year of mail for one alias, as records in a spool: what a company
 * that makes tools for developers gets at marketing@.
 *
 *	traffic -c INSTANCE/mroute.conf [OPTION...]
 *
 * The same seed makes the same year.  It has working hours, weekends and
 * holidays, and grows.  In its first two weeks the alias only observes, in the
 * middle `sponsors` becomes `sponsorship`; a campaign week brings leads, and for two
 * days nothing can be delivered.  The last line of each route that speaks for it
 * never holds.  The rules are the instance's, which must be those of the pack.
 *
 * There are no originals, only records.  --lean leaves out traces and what is
 * recorded when an original is purged: for years of millions.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/opts.h"
#include "base/xalloc.h"
#include "traffic/life.h"
#include "traffic/truth.h"

/*
 * Messages in a commit.  More would be slower: SQLite walks what a savepoint keeps
 * at the end of each statement.
 */
enum { AT_ONCE = 300 };

struct options {
	const char *conf, *from, *zone, *truth;
	uint64_t seed, messages;
	bool lean;
};

static const struct opt table[] = {
	OPT_STRING('c', "conf", "FILE", struct options, conf, "of the instance"),
	OPT_NUMBER(0, "seed", "N", struct options, seed, "which year: 1"),
	OPT_NUMBER(0, "messages", "N", struct options, messages,
	    "how many: 50000; 0 makes the tables"),
	OPT_STRING(0, "from", "DATE", struct options, from, "first day: 2025-12-01"),
	OPT_STRING(0, "zone", "ZONE", struct options, zone, "of its days: Europe/Berlin"),
	OPT_STRING(0, "truth", "FILE", struct options, truth, "what was made, as JSON"),
	OPT_FLAG(0, "lean", struct options, lean, "less of it, for a great many"),
	OPT_END
};

struct traffic {
	struct config *cfg;
	struct spool *sp;
	int lock;
	struct store *store;
	struct world world;
	struct truth *truth;
};

static int
open_all(struct traffic *t, const struct options *o, struct err *e)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf text = BUF_INIT;

	if (config_load(o->conf, d, &t->cfg, e) < 0) {
		diag_print(d, false, &text);
		fputs(buf_str(&text), stderr);
		return -1;
	}
	if (rulebook_open(t->cfg, &t->world.rules, e) < 0 ||
	    year_new(o->zone, o->from, letter_campaign(), o->seed,
	    &t->world.year, e) < 0 ||
	    spool_open(t->cfg->spool.path, &t->sp, e) < 0)
		return -1;
	if (spool_lock(t->sp, &t->lock, e) != 1)
		return err_set(e, ERR_TEMP, "an engine runs in this spool");
	if (store_open(t->sp, STORE_WRITE, &t->store, e) < 0)
		return -1;
	batch_init(&t->world.batch, t->store);
	t->world.dice.state = o->seed;
	t->world.lean = o->lean;
	t->truth = o->truth != NULL ? truth_new() : NULL;
	return 0;
}

static void
close_all(struct traffic *t)
{
	truth_free(&t->truth);
	batch_release(&t->world.batch);
	store_close(&t->store);
	spool_close(&t->sp);
	rulebook_close(&t->world.rules);
	year_free(&t->world.year);
	config_free(&t->cfg);
}

/* What the engine tells of itself, and the rule sets, before any mail. */
static int
write_engine(struct traffic *t, struct err *e)
{
	static const enum rulebook_age ages[] = { RULES_OBSERVING, RULES_OLD_NAMES,
	    RULES_NOW };
	static const unsigned since[] = { 0, YEAR_OBSERVED, YEAR_RENAMED };
	struct life_event ev[LIFE_ENGINE_EVENTS];
	struct world *w = &t->world;
	const struct policy *p;
	size_t n = life_engine(w, ev);

	for (size_t i = 0; i < NELEM(ages); i++) {
		p = w->rules.policy[ages[i]];
		batch_add(&w->batch, &(struct record){ RECORD_RULESET,
		    year_day(w->year, since[i]), NULL,
		    { .ruleset = { policy_digest(p), policy_snapshot(p) } } });
	}
	for (size_t i = 0; i < n; i++) {
		batch_event(&w->batch, ev[i].at_ms, NULL, ev[i].name, ev[i].text != NULL ?
		    ev[i].text : policy_digest(w->rules.policy[ev[i].age]));
		if (t->truth != NULL)
			truth_event(t->truth, ev[i].at_ms, ev[i].name);
	}
	if (file_replace(spool_dirfd(t->sp), "rules.good",
	    policy_snapshot(w->rules.policy[RULES_NOW]), 0600, e) < 0)
		return -1;
	return batch_commit(&w->batch, e);
}

static int
write_mail(struct traffic *t, uint64_t messages, struct err *e)
{
	struct world *w = &t->world;
	struct crowd crowd = { 0 };

	for (uint64_t i = 0; i < messages; i++) {
		struct moment when;
		struct letter letter;
		struct life life;

		year_moment(w->year, i, messages, dice_below(&w->dice, 1000), &when);
		letter_write(&crowd, &w->dice, w->batch.arena, &when, &letter);
		life_of(w, &letter, &when, &life);
		if (t->truth != NULL)
			truth_add(t->truth, &letter, &life);
		if ((i + 1) % AT_ONCE == 0 && batch_commit(&w->batch, e) < 0)
			return -1;
	}
	return batch_commit(&w->batch, e);
}

static int
run(const struct options *o, struct err *e)
{
	struct traffic t = { .lock = -1 };
	int rc = open_all(&t, o, e);

	if (rc == 0 && (rc = write_engine(&t, e)) == 0 &&
	    (rc = write_mail(&t, o->messages, e)) == 0 && t.truth != NULL)
		rc = truth_write(t.truth, o->truth, e);
	close_all(&t);
	return rc;
}

int
main(int argc, char **argv)
{
	struct options o = { .from = "2025-12-01", .zone = "Europe/Berlin", .seed = 1,
	    .messages = 50000 };
	const struct opt_set set = { table, &o };
	struct err e = ERR_INIT;
	int first;

	setlocale(LC_ALL, "C");
	if (opts_parse(&set, 1, OPTS_MIXED, argc, argv, &first, &e) < 0 || first != argc ||
	    o.conf == NULL) {
		fprintf(stderr, "traffic: %s\nusage: traffic -c FILE [OPTION...]\n", e.text);
		return 2;
	}
	if (run(&o, &e) < 0) {
		fprintf(stderr, "traffic: %s\n", e.text);
		return 2;
	}
	return 0;
}
