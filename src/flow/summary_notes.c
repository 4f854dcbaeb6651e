/* SPDX-License-Identifier: MIT */
/*
 * The sentences of the first screen: was it good, and if not, what is to be done.
 * One function for each, in the order of what matters; NOTES_MOST at most are
 * kept.  docs/summary.md tells when each is said.
 */
#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"
#include "flow/summary_impl.h"
#include "flow/summary_say.h"

enum {
	NOTES_MOST = 5,
	FEW = 10,			/* below that numbers are said, not shares */
	VOLUME_LEAST = 20,		/* a difference below that is chance */
	TRIAGE_LEAST = 5,		/* messages, and points of per cent */
	SENDER_LEAST = 10,		/* messages of a new sender ... */
	SENDER_SHARE = 20,		/* ... and one in so many */
	WAIT_SHORT_MS = 15 * 60 * 1000,	/* that long any message may wait */
	WAIT_LONG_MS = 24 * 3600 * 1000,
	LATE_MS = 3600 * 1000,
	ALARM_LONG_MS = 3600 * 1000,	/* what was over earlier is nothing to look at */
	WORDS_WIDTH = 90,		/* of what servers and alarms say */
};

struct noting {
	struct gather *g;
	struct summary *s;
	struct arena *a;
	size_t room;			/* for notes, without those that qualify them */
	bool more_triage;		/* it was said that more was left to a person */
	bool late;			/* it was said that delivery was late */
	bool quiet;			/* it was said that less came than usual */
};

static void
note(struct noting *n, enum summary_tone tone, const char *todo, const char *text)
{
	struct summary *s = n->s;

	if (s->n_note >= n->room && tone != TONE_BAD)
		return;
	s->note[s->n_note++] = (struct summary_note){ tone, text, todo };
	s->tone = MAX(s->tone, tone);
}

/* "--since 2026-11-16 --until 2026-11-22": the period for `mroute log`. */
static const char *
log_command(struct noting *n, const char *filter)
{
	struct calendar_time from, to;
	const struct period *p = &n->s->period;

	calendar_split(n->g->zone, p->from_ms, &from);
	calendar_split(n->g->zone, p->to_ms - 1, &to);
	return arena_printf(n->a, "mroute log %s --since %04d-%02d-%02d "
	    "--until %04d-%02d-%02d", filter, from.year, from.month, from.day, to.year,
	    to.month, to.day);
}

/* Words of others, in a sentence of ours. */
static const char *
shortened(struct noting *n, const char *text)
{
	struct slice s = utf8_cut_width(slice_str(text), WORDS_WIDTH);
	size_t whole = s.len;

	if (s.len == strlen(text))
		return text;
	while (whole > 0 && s.ptr[whole - 1] != ' ')
		whole--;
	/* Behind a word, unless that takes away much. */
	if (whole > s.len / 2)
		s.len = whole - 1;
	return arena_printf(n->a, SLICE_FMT " ...", SLICE_ARG(s));
}

static const struct stats_event *
event(const struct noting *n, const char *name)
{
	for (size_t i = 0; i < n->g->n_event; i++)
		if (strcmp(n->g->event[i].name, name) == 0)
			return &n->g->event[i];
	return NULL;
}

/* ---- what is bad ---- */

/* Where a message goes that could not go where it should: the first alias' otherwise. */
static const char *
otherwise(const struct noting *n)
{
	const struct policy *p = n->g->policy;
	const struct ruleset *rs = p != NULL && policy_config(p)->n_alias > 0 ?
	    policy_ruleset(p, 0) : NULL;

	return rs != NULL ? arena_strdup(n->a, rs->route[rs->otherwise].name) :
	    "the otherwise route";
}

static void
failed(struct noting *n)
{
	const struct summary *s = n->s;
	const struct stats_trouble *t = s->n_trouble > 0 ? &s->trouble[0] : NULL;
	const char *place, *words, *at;

	if (s->failed == 0 || t == NULL)
		return;
	/* Those that were given up come first. */
	at = strrchr(t->target, '@');
	place = t->server[0] != '\0' ? t->server : at != NULL ? at + 1 : t->target;
	words = t->text[0] == '\0' ? "" : arena_printf(n->a, " %s said: \"%s\"",
	    place[0] != '\0' ? place : effect_kind_name(t->kind), shortened(n, t->text));
	note(n, TONE_BAD, log_command(n, "--state failed"), arena_printf(n->a,
	    "%s given up; %s went to %s instead.%s",
	    say_of(n->a, s->failed, "delivery failed and was",
		"deliveries failed and were"),
	    s->failed == 1 ? "the message" : "the messages", otherwise(n), words));
}

static void
held(struct noting *n)
{
	uint64_t held = n->s->held;

	if (held > 0)
		note(n, TONE_BAD, "mroute queue list", arena_printf(n->a,
		    "%s held back: a person must look at %s.",
		    say_of(n->a, held, "message is", "messages are"),
		    held == 1 ? "it" : "them"));
}

/* Broken, and since then neither mended nor loaded. */
static void
rules_broken(struct noting *n)
{
	const struct stats_event *bad = event(n, EVENT_RULES_BROKEN),
	    *mended = event(n, EVENT_RULES_MENDED),
	    *loaded = event(n, EVENT_RULES_LOADED);

	if (bad == NULL || (mended != NULL && mended->last_ms >= bad->last_ms) ||
	    (loaded != NULL && loaded->last_ms >= bad->last_ms))
		return;
	note(n, TONE_BAD, "mroute check", arena_printf(n->a, "The rules have a mistake "
	    "since %s; mail goes by the last ones without.",
	    gather_moment(n->g, bad->last_ms)));
}

static void
waiting(struct noting *n)
{
	const struct summary *s = n->s;
	int64_t oldest = n->g->oldest_waiting_ms, age = n->g->now_ms - oldest;

	if (s->waiting == 0 || (oldest != 0 && age < WAIT_SHORT_MS))
		return;
	note(n, oldest != 0 && age < WAIT_LONG_MS ? TONE_LOOK : TONE_BAD,
	    "mroute queue list", arena_printf(n->a, "%s not delivered yet%s%s.",
	    say_of(n->a, s->waiting, "message is", "messages are"),
	    oldest == 0 ? "" : s->waiting == 1 ? "; it came " : "; the oldest came ",
	    oldest == 0 ? "" : gather_moment(n->g, oldest)));
}

static void
examiner(struct noting *n)
{
	if (n->s->examiner_failed > 0)
		note(n, TONE_LOOK, log_command(n, "--by examiner"), arena_printf(n->a,
		    "The program that reads mail failed on a message %s; what it could "
		    "not read was left to a person.", n->s->examiner_failed == 1 ?
		    "once" : arena_printf(n->a, "%s times",
			say_count(n->a, n->s->examiner_failed))));
}

/* Most of it came at once, and yet more than one in twenty took over an hour. */
static void
late(struct noting *n)
{
	const struct summary *s = n->s;
	const struct stats_trouble *t = NULL;
	uint64_t count = 0;

	for (size_t i = 0; i < STATS_DELAYS; i++)
		if (stats_delay_limit[i] > LATE_MS)
			count += s->delay[i];
	if (s->delivered == 0 || s->p95_ms <= LATE_MS)
		return;
	n->late = true;
	for (size_t i = 0; i < s->n_trouble && t == NULL; i++)
		if (!s->trouble[i].failed)
			t = &s->trouble[i];
	note(n, TONE_LOOK, say_stats(n->a, s, "trouble"), arena_printf(n->a,
	    "%s took more than an hour to deliver, the longest %s%s%s%s",
	    say_of(n->a, count, "message", "messages"), say_span(n->a, s->longest_ms),
	    t != NULL && t->text[0] != '\0' ? ": \"" : ".",
	    t != NULL ? shortened(n, t->text) : "",
	    t != NULL && t->text[0] != '\0' ? "\"" : ""));
}

/* The other notes tell of it already, or it was soon over. */
static bool
is_no_alarm(const struct noting *n, const struct summary_alarm *al)
{
	static const char *const told[] = { "failed", "hold", "rules", "examiner",
		"fallback" };

	for (size_t i = 0; i < NELEM(told); i++)
		if (strcmp(al->name, told[i]) == 0)
			return true;
	if (n->late && strcmp(al->name, "server") == 0)
		return true;
	return al->over_ms != 0 && al->longest_ms <= ALARM_LONG_MS;
}

static void
alarms(struct noting *n)
{
	const struct summary_alarm *newest = NULL;
	uint64_t count = 0;
	const char *over;

	for (size_t i = 0; i < n->s->n_alarm; i++) {
		const struct summary_alarm *al = &n->s->alarm[i];

		if (is_no_alarm(n, al))
			continue;
		count += al->n;
		if (newest == NULL || al->last_ms > newest->last_ms)
			newest = al;
	}
	if (newest == NULL)
		return;
	over = newest->over_ms == 0 ? "" : arena_printf(n->a, "over since %s",
	    newest->over);
	note(n, TONE_LOOK, newest->over_ms == 0 ? "mroute status" : "", arena_printf(n->a,
	    "%s, %s%s%s: %s%s", say_of(n->a, count, "alarm", "alarms"),
	    count > 1 || over[0] == '\0' ? "the last one" : "",
	    count > 1 && over[0] != '\0' ? " " : "", over,
	    newest->text[0] == '\0' ? newest->name : shortened(n, newest->text),
	    newest->text[0] == '\0' ? "." : ""));
}

static void
fallbacks(struct noting *n)
{
	uint64_t count = n->s->fallbacks;
	bool full = n->s->people == PEOPLE_FULL;

	/* Where the spool lies is for those who are told everything. */
	if (count > 0)
		note(n, TONE_LOOK, full ? arena_printf(n->a, "ls %s/fallback/new",
		    n->g->cfg->spool.path) : "", arena_printf(n->a,
		    "%s in the fallback Maildir, the last resort that no team reads%s.",
		    say_of(n->a, count, "message lies", "messages lie"),
		    full ? "" : ": fallback/new in the spool"));
}

/* ---- what qualifies all of it ---- */

static void
observing(struct noting *n)
{
	const struct summary *s = n->s;

	if (s->observed > 0)
		note(n, TONE_GOOD, "", arena_printf(n->a, "Only observed, as mroute.conf "
		    "says: %s of %s would have found a route; no mail went there.",
		    say_count(n->a, s->would_be),
		    say_of(n->a, s->observed, "message", "messages")));
	else if (s->observing && s->empty)
		note(n, TONE_GOOD, "", "Mail is only observed, as mroute.conf says.");
}

static void
unfinished(struct noting *n)
{
	if (n->s->unfinished && !n->s->ahead)
		note(n, TONE_GOOD, "", arena_printf(n->a, "This %s is not over: these are "
		    "the numbers up to %s.", say_unit(n->s),
		    gather_moment(n->g, n->g->now_ms)));
}

static void
first(struct noting *n)
{
	const struct summary *s = n->s;

	if (!s->first || s->empty)
		return;
	note(n, TONE_GOOD, "", arena_printf(n->a, "The first %s: the records begin on %s, "
	    "and there is nothing to compare it with.", say_unit(s),
	    gather_moment(n->g, n->g->m.first_ms)));
}

/* ---- what is unusual ---- */

/* "the median of the 11 weeks before" */
static const char *
usual_of(struct noting *n)
{
	return arena_printf(n->a, "the median of the %zu %ss before", n->s->n_usual,
	    say_unit(n->s));
}

static void
triage(struct noting *n)
{
	const struct summary *s = n->s;
	unsigned share;

	if (s->n_usual == 0 || s->total < VOLUME_LEAST)
		return;
	share = (unsigned)((s->triage * 200 + s->total) / (s->total * 2));
	if (share < s->usual_triage + TRIAGE_LEAST || share * 2 < s->usual_triage * 3 ||
	    s->triage < s->total * s->usual_triage / 100 + TRIAGE_LEAST)
		return;
	n->more_triage = true;
	note(n, TONE_LOOK, "", arena_printf(n->a, "More than usual was left to a person, "
	    "as no rule was sure: %s, where %u %% is usual (%s). What it was stands below.",
	    say_share(n->a, s->triage, s->total), s->usual_triage, usual_of(n)));
}

/* The route that makes up at least half of the difference; "" none. */
static const char *
mostly(struct noting *n, uint64_t more)
{
	const struct summary_route *most = NULL;
	uint64_t grown = 0;

	for (size_t i = 0; i < n->s->n_route; i++) {
		const struct summary_route *r = &n->s->route[i];

		if (r->now > r->before && r->now - r->before > grown) {
			grown = r->now - r->before;
			most = r;
		}
	}
	if (most == NULL || grown * 2 < more)
		return "";
	return arena_printf(n->a, "; %s alone had %s more than the %s before", most->name,
	    say_count(n->a, grown), say_unit(n->s));
}

static void
volume(struct noting *n)
{
	const struct summary *s = n->s;
	uint64_t usual = s->usual_total;

	if (s->n_usual == 0 || s->unfinished)
		return;
	n->quiet = s->total * 2 < usual && usual - s->total >= VOLUME_LEAST;
	if (s->total * 2 > usual * 3 && s->total - usual >= VOLUME_LEAST)
		note(n, TONE_LOOK, "", arena_printf(n->a, "A busy %s: %s, where %s are "
		    "usual (%s)%s.", say_unit(s), say_of(n->a, s->total, "message",
			"messages"), say_count(n->a, usual), usual_of(n),
		    mostly(n, s->total - usual)));
	else if (n->quiet)
		note(n, TONE_LOOK, "mroute doctor", arena_printf(n->a, "A quiet %s: %s, "
		    "where %s are usual (%s). If that is no holiday, see that mail still "
		    "arrives.", say_unit(s), s->empty ? "not one message" :
		    say_of(n->a, s->total, "message", "messages"),
		    say_count(n->a, usual), usual_of(n)));
}

/*
 * A domain is what a stranger wrote behind an @.  Only one that is nothing but a
 * domain gets into a command: people copy it into a shell.
 */
static bool
is_plain(const char *domain)
{
	return domain[0] != '-' && domain[strspn(domain,
	    "abcdefghijklmnopqrstuvwxyz0123456789.-")] == '\0';
}

static void
new_sender(struct noting *n)
{
	const struct summary *s = n->s;
	const struct stats_domain *d = NULL;

	for (size_t i = 0; i < n->g->m.n_domain && d == NULL; i++)
		if (n->g->m.domain[i].fresh && n->g->m.domain[i].name[0] != '\0')
			d = &n->g->m.domain[i];
	if (d == NULL || s->first || d->n < SENDER_LEAST ||
	    d->n * SENDER_SHARE < s->total)
		return;
	note(n, TONE_LOOK, s->people == PEOPLE_NONE || !is_plain(d->name) ? "" :
	    log_command(n, arena_printf(n->a, "--domain %s", d->name)),
	    arena_printf(n->a, "%s wrote for the first time, and %s messages at once "
		"(%s of all).", s->people == PEOPLE_NONE ? "Somebody" : d->name,
		say_count(n->a, d->n), say_share(n->a, d->n, s->total)));
}

/* ---- what is good ---- */

static void
empty(struct noting *n)
{
	const struct summary *s = n->s;

	if (!s->empty || n->quiet)
		return;
	if (s->ahead)
		note(n, TONE_GOOD, "", arena_printf(n->a, "This %s has not begun yet.",
		    say_unit(s)));
	else if (n->g->m.first_ms == 0)
		note(n, TONE_LOOK, "mroute doctor", "No message has come yet.");
	else if (n->g->m.first_ms >= s->period.to_ms)
		note(n, TONE_GOOD, "", arena_printf(n->a, "Nothing is known of this %s: the "
		    "records begin on %s.", say_unit(s),
		    gather_moment(n->g, n->g->m.first_ms)));
	else
		note(n, TONE_GOOD, "", arena_printf(n->a, "No message came in this %s.",
		    say_unit(s)));
}

static const char *
within(struct noting *n)
{
	const struct summary *s = n->s;

	if (s->delivered == 0)
		return "";
	if (s->total == 1)
		return arena_printf(n->a, ", within %s", say_span(n->a, s->median_ms));
	return arena_printf(n->a, ", half within %s", say_span(n->a, s->median_ms));
}

/* "A good week", "So far a good week", "Otherwise a good month" */
static const char *
good_one(const struct noting *n)
{
	const struct summary *s = n->s;

	return arena_printf(n->a, "%s good %s", s->tone != TONE_GOOD ? "Otherwise a" :
	    s->unfinished ? "So far a" : "A", say_unit(s));
}

/* When there is so little that shares say less than numbers. */
static void
good_few(struct noting *n)
{
	const struct summary *s = n->s;

	if (s->total > 1)
		note(n, TONE_GOOD, "", arena_printf(n->a, "%s: %s of %s messages found "
		    "their way without you%s.", good_one(n), s->by_rules == s->total ?
		    "all" : say_count(n->a, s->by_rules), say_count(n->a, s->total),
		    within(n)));
	else
		note(n, TONE_GOOD, "", arena_printf(n->a, "One message came; it %s%s.",
		    s->by_rules == 1 ? "found its way without you" :
		    s->triage == 1 ? "was left to a person, as no rule was sure" :
		    "was taken care of", within(n)));
}

/* How it went, when nothing is to be done about it. */
static void
good(struct noting *n)
{
	const struct summary *s = n->s;

	if (s->tone == TONE_BAD || s->empty || n->more_triage ||
	    say_observed(s))
		return;
	if (s->total > 1 && s->by_rules * 2 < s->total)
		note(n, TONE_LOOK, "", arena_printf(n->a, "%s of %s messages found their "
		    "way without you; the others wait for rules of their own.",
		    say_count(n->a, s->by_rules), say_count(n->a, s->total)));
	else if (s->total < FEW)
		good_few(n);
	else
		note(n, TONE_GOOD, "", arena_printf(n->a, "%s: %s found their way "
		    "without you%s.", good_one(n), say_share(n->a, s->by_rules,
			s->total), within(n)));
}

void
gather_notes(struct gather *g)
{
	static void (*const say[])(struct noting *) = { failed, held, rules_broken,
		waiting, late, examiner, fallbacks, triage, volume, alarms, new_sender, empty,
		good };
	static void (*const qualify[])(struct noting *) = { observing, unfinished,
		first };
	const struct summary *s = g->s;
	struct noting n = { .g = g, .s = g->s, .a = g->a };

	n.room = NOTES_MOST - (size_t)(s->observing + s->unfinished + s->first);
	g->s->note = arena_calloc(g->a, NOTES_MOST, sizeof *g->s->note);
	for (size_t i = 0; i < NELEM(say); i++)
		say[i](&n);
	n.room = NOTES_MOST;
	for (size_t i = 0; i < NELEM(qualify); i++)
		qualify[i](&n);
}
