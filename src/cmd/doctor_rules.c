/* SPDX-License-Identifier: MIT */
/* mroute doctor: rules, examples, what is in force, the site's words. */
#include <string.h>

#include "cmd/doctor.h"
#include "cmd/inforce.h"
#include "rules/example.h"
#include "rules/ruleset.h"

void
doctor_rules(struct doctor *d)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct err e = ERR_INIT;
	size_t routes = 0;

	if (policy_load(d->cfg, diag, &d->policy, &e) < 0) {
		doctor_say(d, HEALTH_BROKEN, "'mroute check' shows all of it", "%s",
		    e.text);
		return;
	}
	for (size_t i = 0; i < policy_config(d->policy)->n_alias; i++)
		routes += policy_ruleset(d->policy, i)->n_route;
	doctor_say(d, HEALTH_FINE, "", "%zu route%s, all valid", routes,
	    routes == 1 ? "" : "s");
}

void
doctor_examples(struct doctor *d)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct example_result one, all = { 0, 0 };

	for (size_t i = 0; i < policy_config(d->policy)->n_alias; i++) {
		example_run(d->policy, i, diag, &one);
		all.run += one.run;
		all.failed += one.failed;
	}
	if (all.failed > 0)
		doctor_say(d, HEALTH_ATTENTION, "'mroute check' shows which",
		    "%u of %u decided otherwise", all.failed, all.run);
	else if (all.run == 0)
		doctor_say(d, HEALTH_FINE, "", "the rules have none");
	else
		doctor_say(d, HEALTH_FINE, "", "%u, all decided as they say",
		    all.run);
}

void
doctor_in_force(struct doctor *d)
{
	struct inforce in;

	inforce_look(d->a, d->rec.cfg->spool.path, d->policy, &in);
	if (in.digest[0] == '\0')
		doctor_say(d, HEALTH_ATTENTION, "start the engine: 'mroute run'",
		    "no rules were ever in force");
	else if (in.differs)
		doctor_say(d, HEALTH_ATTENTION, "a running engine takes them within "
		    "seconds; else look at 'mroute status'",
		    "the files on disk are others: %s",
		    drift_text(d->a, &in.drift, 5));
	else
		doctor_say(d, HEALTH_FINE, "", "%.8s, the same as on disk",
		    in.digest);
}

/* Sets of the pack that only the site itself can fill. */
static const struct {
	const char *set, *what;
} own_words[] = {
	{ "our-products", "the rules know no product of yours" },
	{ "our-sites", "the rules know no website of yours" },
};

static void
look_for_words(struct doctor *d, const struct ruleset *rs)
{
	for (size_t i = 0; i < NELEM(own_words); i++)
		for (size_t k = 0; k < rs->n_set; k++) {
			const struct phrase_set *s = &rs->set[k];

			if (strcmp(s->name, own_words[i].set) != 0)
				continue;
			if (s->n_phrase == 0)
				doctor_say(d, HEALTH_ATTENTION, arena_printf(d->a,
				    "write them behind 'phrases %s =' in %s", s->name,
				    s->span.file), "%s: @%s is empty",
				    own_words[i].what, s->name);
			else
				doctor_say(d, HEALTH_FINE, "", "@%s has %zu phrase%s",
				    s->name, s->n_phrase, s->n_phrase == 1 ? "" : "s");
		}
}

void
doctor_words(struct doctor *d)
{
	size_t n = policy_config(d->policy)->n_alias;

	for (size_t i = 0; i < n; i++) {
		size_t j = 0;

		/* Aliases that share their rules are told once. */
		while (policy_ruleset(d->policy, j) != policy_ruleset(d->policy, i))
			j++;
		if (j == i)
			look_for_words(d, policy_ruleset(d->policy, i));
	}
	if (d->said == 0)
		doctor_say(d, HEALTH_FINE, "", "rules of your own, not the pack");
}
