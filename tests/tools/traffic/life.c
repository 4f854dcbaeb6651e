/* SPDX-License-Identifier: MIT */
#include "life.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "life_send.h"
#include "rules/explain.h"

#define ALIAS	"marketing@company.example"
#define FORM	"forms@company.example"

enum {					/* of 100,000 */
	CORRECTED = 450, CORRECTED_TRIAGE = 5000, REDELIVERED = 120, LOOPED = 20, BOUNCED = 150,
	HELD = 15, BY_FORM = 30000, ALSO_ELSEWHERE = 15000, UNSURE = 900,
};

static const int64_t hour = 3600 * 1000, day = 24 * 3600 * 1000;

void
life_note(struct world *w, struct life *l, int64_t at_ms, const char *name,
    const char *text)
{
	if (l->n_event < LIFE_EVENTS_MAX) {
		l->event[l->n_event].at_ms = at_ms;
		l->event[l->n_event++].name = name;
		batch_event(&w->batch, at_ms, arena_strdup(w->batch.arena, l->id), name,
		    text);
	}
}

/* ---- the lines that hold ---- */

static bool
add_line(struct life *l, const struct line *line, const char *route, bool unknown)
{
	for (size_t i = 0; i < l->n_line; i++)
		if (l->line[i].line == line)
			return false;
	if (l->n_line == LIFE_LINES_MAX)
		return false;
	l->line[l->n_line++] = (struct life_line){ line, route, line->points, unknown,
	    false };
	return true;
}

/*
 * The lines of a route that may hold: those that speak for it, but for the last,
 * which never does.
 */
static size_t
lines_for(const struct route *r, const struct line **out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_line && n < max; i++)
		if (r->line[i].kind == LINE_POINTS && r->line[i].points > 0)
			out[n++] = &r->line[i];
	return n > 1 ? n - 1 : n;
}

/* Lines of the route until their points are at least `want`, but below `limit`. */
static int
claim(struct world *w, struct life *l, size_t topic, int want, int limit)
{
	const struct route *r = rulebook_route(&w->rules, l->age, topic);
	const struct line *may[256];
	size_t n = lines_for(r, may, NELEM(may));
	int sum = 0;

	for (int tries = 0; n > 0 && sum < want && tries < 40; tries++) {
		const struct line *line = may[dice_zipf(&w->dice, n)];

		if (sum + line->points < limit && add_line(l, line, r->name, false))
			sum += line->points;
	}
	return sum;
}

static int
sum_of(const struct life *l, const char *route, const struct life_line *without)
{
	int sum = 0;

	for (size_t i = 0; i < l->n_line; i++)
		if (&l->line[i] != without && !l->line[i].unknown &&
		    strcmp(l->line[i].route, route) == 0)
			sum += l->line[i].points;
	return sum;
}

static void
find_decisive(struct life *l, const struct route *won)
{
	for (size_t i = 0; i < l->n_line; i++)
		if (!l->line[i].unknown && strcmp(l->line[i].route, won->name) == 0)
			l->line[i].decisive = sum_of(l, won->name, &l->line[i]) <
			    won->needs;
}

/* ---- the decision ---- */

static size_t
other_topic(struct world *w, size_t not)
{
	size_t t;

	do {
		t = dice_below(&w->dice, (uint32_t)n_topic - 1);
	} while (t == not);
	return t;
}

static void
leave_open(struct world *w, struct life *l)
{
	size_t near = other_topic(w, n_topic), next = other_topic(w, near);
	const struct route *r = rulebook_route(&w->rules, l->age, near);

	switch (dice_weighted(&w->dice, (const uint32_t[]){ 770, 162, 65, 3 }, 4, 1000)) {
	case 0:
		l->by = BY_BELOW_NEEDS;
		if (claim(w, l, near, 10, r->needs) > 0)
			l->best = r->name;
		break;
	case 1:
		l->by = BY_MARGIN;
		claim(w, l, near, r->needs, 1000);
		claim(w, l, next, rulebook_route(&w->rules, l->age, next)->needs, 1000);
		l->best = r->name;
		break;
	case 2:
		l->by = BY_UNKNOWN;
		claim(w, l, near, 10, r->needs);
		add_line(l, &r->line[0], r->name, true);
		l->best = l->n_line > 1 ? r->name : "";
		break;
	default:
		l->by = BY_EXAMINER;
		break;
	}
}

/* Which route, and why; *won is its topic. */
static void
judge(struct world *w, const struct letter *in, struct life *l)
{
	const struct route *r = rulebook_route(&w->rules, l->age, in->topic);

	l->route = r->name;
	l->best = "";
	if (in->topic == n_topic - 1) {
		leave_open(w, l);
	} else {
		l->by = in->topic == 0 && dice_in(&w->dice, 40000) ? BY_ALWAYS : BY_POINTS;
		l->best = r->name;
		claim(w, l, in->topic, r->needs, 10000);
		if (dice_in(&w->dice, ALSO_ELSEWHERE))
			claim(w, l, other_topic(w, in->topic), 5, 25);
		find_decisive(l, r);
		l->field_name = in->value[0] != '\0' ? topics[in->topic].field : NULL;
	}
	if (dice_in(&w->dice, UNSURE) && l->by != BY_EXAMINER) {
		const struct route *o = rulebook_route(&w->rules, l->age,
		    other_topic(w, in->topic));

		add_line(l, &o->line[o->n_line - 1], o->name, true);
	}
}

static struct plan_route *
trace_of(struct arena *a, const struct route *r, const struct life *l)
{
	struct plan_route *t = arena_calloc(a, 1, sizeof *t);

	*t = (struct plan_route){ .name = r->name, .needs = r->needs,
	    .line = arena_calloc(a, LIFE_LINES_MAX, sizeof *t->line) };
	for (size_t i = 0; i < l->n_line; i++) {
		const struct life_line *x = &l->line[i];

		if (strcmp(x->route, r->name) != 0)
			continue;
		t->line[t->n_line++] = (struct plan_line){ .id = x->line->id,
		    .hash = x->line->hash, .kind = x->points < 0 ? '-' : '+',
		    .points = x->points, .text = x->line->text,
		    .state = x->unknown ? TRI_UNKNOWN : TRI_YES,
		    .reason = slice_str(x->unknown ? "took too long" : "") };
		t->known += x->unknown ? 0 : x->points;
	}
	t->lowest = t->highest = t->known;
	return t;
}

static struct plan *
plan_of(struct world *w, const struct letter *in, const struct life *l)
{
	struct arena *a = w->batch.arena;
	const struct ruleset *rs = policy_ruleset(w->rules.policy[l->age], 0);
	struct plan *p = arena_calloc(a, 1, sizeof *p);
	const struct route *r = ruleset_find(rs, l->route);

	*p = (struct plan){ .route = l->route, .title = r != NULL ? r->title : "",
	    .by = l->by, .best = l->best, .runner_up = "", .would_be = l->would_be,
	    .would_be_by = BY_POINTS, .why = "made by the generator of a year",
	    .keep_originals = -1, .trace = arena_calloc(a, rs->n_route, sizeof *p->trace) };
	for (size_t i = 0; i < rs->n_route; i++) {
		const struct plan_route *t = trace_of(a, &rs->route[i], l);

		if (t->n_line == 0)
			continue;
		p->trace[p->n_trace++] = *t;
		if (strcmp(t->name, l->best) == 0) {
			p->points = t->known;
			p->needs = t->needs;
		} else {
			p->runner_up = t->name;
			p->runner_up_points = t->known;
			p->runner_up_needs = t->needs;
		}
	}
	p->margin = p->runner_up[0] != '\0' ? p->points - p->runner_up_points : 0;
	if (topics[in->topic].field != NULL && l->best[0] != '\0' &&
	    l->by != BY_PERSON) {
		p->field = arena_calloc(a, 1, sizeof *p->field);
		p->field[p->n_field++] = (struct plan_field){ topics[in->topic].field,
		    TYPED_TEXT, in->value, in->value, in->value[0] == '\0' };
	}
	return p;
}

static const char *
trace_text(struct world *w, const struct plan *p, const struct life *l)
{
	const struct explain_input in = { NULL, l->id, "", p, NULL };
	AUTO(xfree) char *text = NULL;
	json_t *trace;

	if (w->lean)
		return "";
	trace = explain_trace(&in);
	text = json_dumps(trace, JSON_COMPACT);
	json_decref(trace);
	return arena_strdup(w->batch.arena, text);
}

static struct record_line *
lines_of(struct arena *a, const struct life *l)
{
	struct record_line *list = arena_calloc(a, l->n_line + 1, sizeof *list);

	for (size_t i = 0; i < l->n_line; i++) {
		const struct life_line *x = &l->line[i];

		list[i] = (struct record_line){ .route = x->route, .hash = x->line->hash,
		    .id = x->line->id, .text = x->line->text, .unknown = x->unknown,
		    .reason = x->unknown ? "took too long" : "", .points = x->points,
		    .decisive = x->decisive };
	}
	return list;
}

static void
record_decision(struct world *w, const struct letter *in, struct life *l,
    int64_t at_ms, const struct effect *ef, size_t n_effect)
{
	struct arena *a = w->batch.arena;
	const char *id = arena_strdup(a, l->id);
	const struct plan *p = plan_of(w, in, l);
	struct effect *effect = arena_calloc(a, n_effect + 1, sizeof *effect);
	bool by_person = l->by == BY_PERSON;

	l->seq++;
	for (size_t i = 0; i < n_effect; i++)
		effect[i] = ef[i];
	batch_add(&w->batch, &(struct record){ RECORD_DECISION, at_ms, id, { .decision = {
	    .seq = l->seq, .digest = policy_digest(w->rules.policy[l->age]), .plan = p,
	    .trace_json = trace_text(w, p, l), .effect = effect, .n_effect = n_effect,
	    .line = by_person ? NULL : lines_of(a, l),
	    .n_line = by_person ? 0 : l->n_line } } });
	l->state = n_effect > 0 ? MESSAGE_ACTIVE : MESSAGE_FINAL;
	batch_add(&w->batch, &(struct record){ RECORD_STATE, at_ms, id,
	    { .state = l->state } });
}

/* ---- the message ---- */

static void
make_id(struct dice *d, int64_t ms, char out[ULID_SIZE])
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint64_t bits = (uint64_t)ms;

	for (size_t i = ULID_LEN; i-- > 10;)
		out[i] = alphabet[dice_below(d, 32)];
	for (size_t i = 10; i-- > 0; bits >>= 5)
		out[i] = alphabet[bits & 31];
	out[ULID_LEN] = '\0';
}

static const char *
hex(struct dice *d, struct arena *a, unsigned digits)
{
	char *s = arena_alloc(a, digits + 1);

	for (unsigned i = 0; i < digits; i++)
		s[i] = "0123456789abcdef"[dice_below(d, 16)];
	s[digits] = '\0';
	return s;
}

static struct message_identity *
identity(struct world *w, const struct letter *in, const struct life *l)
{
	struct arena *a = w->batch.arena;
	struct message_identity *id = arena_calloc(a, 1, sizeof *id);
	bool form = topics[in->topic].field != NULL && dice_in(&w->dice, BY_FORM);

	id->message_id = slice_str(arena_printf(a, "<%.16s@%s>", l->id,
	    in->domain_name));
	id->from = slice_str(form ? "Website <" FORM ">" :
	    arena_printf(a, "%s <%s>", in->name, in->address));
	id->from_address = slice_str(form ? FORM : in->address);
	id->author = slice_str(in->address);
	id->subject = slice_str(in->subject);
	id->opening = slice_str(in->opening);
	id->references = id->date = slice_str("");
	return id;
}

static struct envelope *
envelope(struct world *w, const struct letter *in, const struct life *l)
{
	struct envelope *env = arena_calloc(w->batch.arena, 1, sizeof *env);

	env->kind = ENVELOPE_MAIL;
	env->received_ms = l->received_ms;
	memcpy(env->id, l->id, sizeof env->id);
	snprintf(env->sender, sizeof env->sender, "%s", in->address);
	snprintf(env->recipient, sizeof env->recipient, "%s", ALIAS);
	snprintf(env->queue_id, sizeof env->queue_id, "4%.13s", l->id);
	snprintf(env->client, sizeof env->client, "192.0.2.%u", dice_below(&w->dice, 250));
	return env;
}

static void
record_message(struct world *w, const struct letter *in, const struct life *l)
{
	struct arena *a = w->batch.arena;

	batch_add(&w->batch, &(struct record){ RECORD_MESSAGE, l->received_ms,
	    arena_strdup(a, l->id), { .message = { envelope(w, in, l),
	    hex(&w->dice, a, 64), 900 + dice_below(&w->dice, 40000),
	    l->by == BY_EXAMINER ? NULL : identity(w, in, l) } } });
}

static size_t
first_effects(const struct letter *in, const struct life *l, int64_t at_ms,
    struct effect out[2])
{
	const struct topic *t = &topics[l->age == RULES_OBSERVING ||
	    l->by == BY_EXAMINER ? n_topic - 1 : in->topic];
	size_t n = 0;

	if (l->by == BY_REDELIVERY)
		return 0;
	if (l->route[0] == '\0') {
		out[n++] = (struct effect){ .n = 1, .kind = EFFECT_FALLBACK, .server = "",
		    .target = "", .created_ms = at_ms, .last = "" };
		return n;
	}
	out[n++] = (struct effect){ .n = 1, .kind = EFFECT_SMTP, .server = "",
	    .target = t->to, .created_ms = at_ms, .last = "" };
	if (t->also != NULL)
		out[n++] = (struct effect){ .n = 2, .kind = EFFECT_SMTP, .server = "",
		    .target = t->also, .created_ms = at_ms, .last = "" };
	return n;
}

/* Mail that rules do not judge. */
static bool
passes_by(struct world *w, struct life *l)
{
	if (dice_in(&w->dice, REDELIVERED)) {
		l->by = BY_REDELIVERY;
		l->route = "(none)";
	} else if (dice_in(&w->dice, LOOPED)) {
		l->by = BY_LOOP;
		l->route = "";
	} else if (dice_in(&w->dice, BOUNCED)) {
		l->by = BY_BOUNCE_ADDRESS;
		l->route = "";
	} else {
		return false;
	}
	l->best = "";
	return true;
}

static void
observe(struct life *l)
{
	if (l->age != RULES_OBSERVING || l->by == BY_EXAMINER)
		return;
	l->would_be = l->route;
	l->route = topics[n_topic - 1].route;
	l->by = BY_OBSERVE;
}

/* A person sends it elsewhere, once it was delivered. */
static void
correct(struct world *w, const struct letter *in, struct life *l)
{
	bool open = in->topic == n_topic - 1;
	int64_t at_ms = l->done_ms + dice_between(&w->dice, hour / 6, 40 * hour);
	size_t topic = open ? 1 + dice_below(&w->dice, (uint32_t)n_topic - 2) : n_topic - 1;
	struct effect ef;
	struct letter again = *in;

	if (l->done_ms == 0 || at_ms >= year_end(w->year))
		return;
	again.topic = topic;
	l->by = BY_PERSON;
	l->route = rulebook_name(l->age, topic);
	l->would_be = "";
	l->field_name = NULL;
	ef = (struct effect){ .n = 10, .kind = EFFECT_SMTP, .server = "",
	    .target = topics[topic].to, .created_ms = at_ms, .last = "" };
	record_decision(w, &again, l, at_ms, &ef, 1);
	life_note(w, l, at_ms, "rerouted", l->route);
	life_send(w, l, &ef, 1, at_ms);
}

static void
purge(struct world *w, struct life *l)
{
	int64_t at_ms = l->received_ms + 90 * day;

	if (w->lean || l->state != MESSAGE_FINAL || at_ms >= year_end(w->year))
		return;
	l->state = MESSAGE_PURGED;
	batch_add(&w->batch, &(struct record){ RECORD_STATE, at_ms,
	    arena_strdup(w->batch.arena, l->id), { .state = l->state } });
	life_note(w, l, at_ms, "purged", "kept long enough");
}

static enum rulebook_age
age_of(unsigned at)
{
	return at < YEAR_OBSERVED ? RULES_OBSERVING : at < YEAR_RENAMED ? RULES_OLD_NAMES :
	    RULES_NOW;
}

/* The engine died on it; a person lets it go on the next day. */
static int64_t
hold(struct world *w, struct life *l)
{
	int64_t until = l->received_ms + day;
	const char *id = arena_strdup(w->batch.arena, l->id);

	batch_add(&w->batch, &(struct record){ RECORD_STATE, l->received_ms + 400, id,
	    { .state = MESSAGE_HELD } });
	life_note(w, l, l->received_ms + 400, "held", "the engine died on it twice");
	l->state = MESSAGE_HELD;
	l->undecided = until >= year_end(w->year);
	if (!l->undecided)
		life_note(w, l, until, "released", "decided again");
	return until;
}

void
life_of(struct world *w, const struct letter *in, const struct moment *when,
    struct life *l)
{
	struct effect ef[2];
	size_t n;
	int64_t at_ms;

	*l = (struct life){ .received_ms = when->ms, .age = age_of(when->day),
	    .would_be = "", .route = "", .best = "" };
	make_id(&w->dice, when->ms, l->id);
	if (!passes_by(w, l)) {
		judge(w, in, l);
		observe(l);
	}
	record_message(w, in, l);
	at_ms = l->received_ms + 30 + dice_below(&w->dice, 120);
	if (dice_in(&w->dice, HELD)) {
		at_ms = hold(w, l);
		if (l->undecided) {
			l->n_line = 0;
			l->route = l->would_be = "";
			l->field_name = NULL;
			return;
		}
	}
	l->unread = l->by == BY_EXAMINER;
	if (l->unread) {
		life_note(w, l, at_ms - 20, "examiner-failed", "it died by signal 9");
		life_note(w, l, at_ms - 10, "examiner-failed", "it died by signal 9");
	}
	n = first_effects(in, l, at_ms, ef);
	record_decision(w, in, l, at_ms, ef, n);
	if (n == 0)
		l->done_ms = at_ms;
	life_send(w, l, ef, n, at_ms);
	if (l->by != BY_REDELIVERY && l->route[0] != '\0' && l->age != RULES_OBSERVING &&
	    dice_in(&w->dice, in->topic == n_topic - 1 ? CORRECTED_TRIAGE : CORRECTED))
		correct(w, in, l);
	purge(w, l);
}

/* ---- the engine ---- */

size_t
life_engine(const struct world *w, struct life_event out[LIFE_ENGINE_EVENTS])
{
	const struct year *y = w->year;
	int64_t down = year_outage_begin(y), up = year_outage_end(y);
	size_t n = 0;

	out[n++] = (struct life_event){ year_begin(y), EVENT_ENGINE_START, "", 0 };
	out[n++] = (struct life_event){ year_begin(y) + 10, EVENT_RULES_LOADED, NULL,
	    RULES_OBSERVING };
	for (unsigned at = 10; at < YEAR_DAYS; at++) {
		int64_t ms = year_day(y, at) + 8 * hour;

		if (at == YEAR_OBSERVED || at == YEAR_RENAMED)
			out[n++] = (struct life_event){ year_day(y, at), EVENT_RULES_LOADED,
			    NULL, at == YEAR_OBSERVED ? RULES_OLD_NAMES : RULES_NOW };
		if (at % 45 == 40) {
			out[n++] = (struct life_event){ ms, EVENT_ENGINE_STOP, "", 0 };
			out[n++] = (struct life_event){ ms + 4000, EVENT_ENGINE_START, "", 0 };
		}
		if (at % 120 == 75) {
			out[n++] = (struct life_event){ ms, EVENT_RULES_BROKEN,
			    "20-press.rules:14:8: error MR012: unknown field 'form.domain'", 0 };
			out[n++] = (struct life_event){ ms + hour / 3, EVENT_RULES_MENDED, NULL,
			    at < YEAR_RENAMED ? RULES_OLD_NAMES : RULES_NOW };
		}
		if (down >= year_day(y, at) && down < year_day(y, at + 1))
			out[n++] = (struct life_event){ down + 65000, "alarm.server",
			    "nothing can be delivered to mx.company.example: "
			    "connection refused", 0 };
		if (up >= year_day(y, at) && up < year_day(y, at + 1))
			out[n++] = (struct life_event){ up + 30000, "alarm-over.server", "", 0 };
	}
	return n;
}
