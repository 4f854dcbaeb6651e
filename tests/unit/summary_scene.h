/* SPDX-License-Identifier: MIT */
/*
 * summary_scene - records put down by hand, and the summary that is gathered of them:
 * an alias with the routes lead, press and triage, and a clock in Berlin.
 *
 *	cmocka_unit_test_setup_teardown(f, scene_open, scene_close)
 */
#ifndef TESTS_SUMMARY_SCENE_H
#define TESTS_SUMMARY_SCENE_H

#include "policy_help.h"
#include "stats_help.h"

#include "flow/summary.h"

#define DAY	INT64_C(86400000)
#define HOUR	INT64_C(3600000)
#define MONDAY	W47			/* 16 November 2026, 00:00 in Berlin */

static const char conf[] =
    "alias marketing@acme.example\n"
    "  rules rules\n"
    "team sales\n"
    "  members maildir:mail/sales\n";

static const char rules[] =
    "version 1\n"
    "route lead\n  title Wants to buy\n  forward sales\n"
    "  +60 any has quote\n  +20 any has seats\n"
    "route press\n  title Press and media\n  forward sales\n"
    "  +60 subject has interview\n  -10 from.domain is spam.example\n"
    "  +5 from.address is boss@spam.example\n"
    "route triage\n  title Everything else\n  forward sales\n"
    "otherwise triage\n";

/* One test: its records, and what was gathered of them. */
struct scene {
	struct fixture *f;
	struct diary *l;
	struct kept_store k;
	struct config *cfg;
	struct policy *policy;
	struct calendar *zone;
	void *dir;
};

static UNUSED struct config *
make_config(const char *text)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(xfree) char *cwd = getcwd(NULL, 0);
	AUTO(xfree) char *path = xasprintf("%s/mroute.conf", cwd);
	struct config *cfg = NULL;
	struct err e = ERR_INIT;

	if (config_parse(slice_str(text), path, d, &cfg, &e) < 0) {
		print_diag(d);
		fail_msg("%s", e.text);
	}
	return cfg;
}

static UNUSED int
scene_open(void **state)
{
	struct scene *sc = xcalloc(1, sizeof *sc);
	void *f;

	assert_int_equal(tempdir_setup(&sc->dir), 0);
	assert_int_equal(fixture_open(&f), 0);
	sc->f = f;
	sc->l = xcalloc(1, sizeof *sc->l);
	sc->l->a = sc->f->a;
	sc->policy = make_policy(conf, rules);
	sc->cfg = make_config(conf);
	sc->cfg->hostname = "mail.acme.example";
	OK(calendar_open("Europe/Berlin", &sc->zone, &E));
	*state = sc;
	return 0;
}

static UNUSED int
scene_close(void **state)
{
	struct scene *sc = *state;
	void *f = sc->f;

	kept_release(&sc->k);
	fixture_close(&f);
	policy_free(&sc->policy);
	config_free(&sc->cfg);
	calendar_close(&sc->zone);
	free(sc->l);
	assert_int_equal(tempdir_teardown(&sc->dir), 0);
	free(sc);
	return 0;
}

/* A message that was decided so and delivered that long after it came; 0: not yet. */
static UNUSED const char *
mail(struct scene *sc, int64_t at_ms, const char *author, const char *route,
    enum decided_by by, int64_t after_ms)
{
	const char *id = add_mail(sc->l, at_ms, author);

	add_decision(sc->l, id, 1, route, by, "");
	if (after_ms > 0)
		add_done(sc->l, id, route[0] == '\0' ? 3 : 1, after_ms);
	return id;
}

/* The record of a message as it was examined, to be changed. */
static UNUSED struct message_identity *
identity_of(struct scene *sc, const char *id)
{
	for (size_t i = 0; i < sc->l->n; i++)
		if (sc->l->r[i].type == RECORD_MESSAGE &&
		    strcmp(sc->l->r[i].id, id) == 0)
			return (struct message_identity *)(uintptr_t)
			    sc->l->r[i].u.message.identity;
	fail_msg("no message %s", id);
	return NULL;
}

static UNUSED void
says(struct scene *sc, const char *id, const char *subject, const char *opening)
{
	struct message_identity *m = identity_of(sc, id);

	m->subject = slice_str(subject);
	m->opening = slice_str(opening);
}

static UNUSED const struct summary *
gather_at(struct scene *sc, const struct period *p, int64_t now_ms)
{
	struct summary *s = NULL;

	if (sc->k.st == NULL)
		sc->k = keep(sc->f, sc->l, IN_DATABASE);
	OK(summary_gather(sc->k.st, sc->f->a, sc->zone, sc->cfg, sc->policy, p, now_ms, &s,
	    &E));
	return s;
}

/* As of Monday morning after it. */
static UNUSED const struct summary *
gather(struct scene *sc, const char *week)
{
	struct period p;

	OK(period_parse_week(sc->zone, week, &p, &E));
	return gather_at(sc, &p, p.to_ms + 7 * HOUR);
}

static UNUSED const char *
text_of(struct scene *sc, const struct summary *s)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	summary_text(s, 80, false, false, &b);
	return arena_strdup(sc->f->a, buf_str(&b));
}

/* All notes, one a line, with their tone in front. */
static UNUSED const char *
notes_of(struct scene *sc, const struct summary *s)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	for (size_t i = 0; i < s->n_note; i++)
		buf_addf(&b, "%c %s\n", "+*!"[s->note[i].tone], s->note[i].text);
	return arena_strdup(sc->f->a, buf_str(&b));
}

static UNUSED const struct summary_route *
route_of(const struct summary *s, const char *name)
{
	for (size_t i = 0; i < s->n_route; i++)
		if (strcmp(s->route[i].name, name) == 0)
			return &s->route[i];
	fail_msg("no route %s", name);
	return NULL;
}

/* ---- what goes with a message ---- */

static UNUSED struct record
failed_effect(const char *id, int64_t at_ms, const char *words)
{
	struct record r = record_of_effect(id, 1, EFFECT_FAILED, at_ms);

	r.u.effect.last = words;
	return r;
}

static UNUSED struct record
attempt(const char *id, unsigned n, int64_t at_ms, const char *outcome, const char *text)
{
	return (struct record){ .type = RECORD_ATTEMPT, .at_ms = at_ms, .id = id,
	    .u.attempt = { .effect = 1, .attempt = n, .ended = outcome[0] != '\0',
		.outcome = outcome, .code = 550, .text = text, .place = "" } };
}

static UNUSED const struct line *
line_in(const struct scene *sc, const char *id)
{
	const struct ruleset *rs = policy_ruleset(sc->policy, 0);

	for (size_t i = 0; i < rs->n_line; i++)
		if (strcmp(rs->line[i]->id, id) == 0)
			return rs->line[i];
	fail_msg("no line %s", id);
	return NULL;
}

/* This line of the rules held for the message. */
static UNUSED void
held(struct scene *sc, const char *id, const char *route, const char *line_id,
    bool decisive)
{
	struct record_line *l = arena_alloc(sc->f->a, sizeof *l);
	const struct line *line = line_in(sc, line_id);

	*l = (struct record_line){ route, line->hash, line_id, line->text, false, "",
	    line->points, decisive };
	for (size_t i = 0; i < sc->l->n; i++)
		if (sc->l->r[i].type == RECORD_DECISION &&
		    strcmp(sc->l->r[i].id, id) == 0) {
			sc->l->r[i].u.decision.line = l;
			sc->l->r[i].u.decision.n_line = 1;
		}
}

static UNUSED void
held_by(struct scene *sc, int64_t at_ms, const char *route, const char *line_id)
{
	held(sc, mail(sc, at_ms, "ann@a.example", route, BY_POINTS, 1000), route, line_id,
	    true);
}

#endif
