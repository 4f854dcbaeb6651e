/* SPDX-License-Identifier: MIT */
/*
 * summary_kinds - summaries as they may come: a usual week (summary_sample.h), a
 * good one, an empty one, the first, one message, one that was only observed, and one that is as
 * hostile and as long as mail can make it.
 */
#ifndef TESTS_SUMMARY_KINDS_H
#define TESTS_SUMMARY_KINDS_H

#include "base/arena.h"
#include "summary_sample.h"

enum kind { KIND_WEEK, KIND_GOOD, KIND_EMPTY, KIND_FIRST, KIND_ONE, KIND_OBSERVED, KIND_HOSTILE,
	KINDS };

static const char *const kind_name[KINDS] = {
	"week", "good", "empty", "first", "one", "observed", "hostile",
};

/* What is tried on each text: markup, quotes, directions, emoji, bytes, length. */
static const char *const kind_attack[] = {
	"<script>alert(document.cookie)</script>",
	"\"><img src=x onerror=alert(1)>",
	"' onmouseover='alert(1)",
	"</td></tr></table></pre></svg></style><h1>Breakout</h1>",
	"--><!--[if mso]><script>x</script><![endif]-->",
	"&lt;b&gt; &#60;i&#62; &amp;amp;",
	"]]><![CDATA[<x>",
	"https://evil.example/track?a=1&b=2",
	"\xe2\x80\xae" "gpj.exe \xe2\x81\xa6 \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd8\xb3\xd9\x84",
	"\xf0\x9f\x98\x80\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\xef\xb8\x8f",
	"\x01\x1b[31m\xff\xc3\x28\xed\xa0\x80\xef\xbf\xbf\x7f",
	"%s%n%d {{x}} ${y} =HYPERLINK(\"http://evil.example\")",
	"javascript:alert(1)",
};

static inline const char *
kind_long(struct arena *a)
{
	char *text = arena_alloc(a, 10001);

	for (size_t i = 0; i < 10000; i++)
		text[i] = i % 97 == 0 ? '<' : 'W';
	return text;
}

/* The i-th hostile text; each third is 10,000 characters that do not break. */
static inline const char *
kind_text(struct arena *a, size_t i)
{
	return i % 3 == 2 ? kind_long(a)
			  : kind_attack[(i - i / 3) % NELEM(kind_attack)];
}

/* Of a summary's head, what each of them has. */
static inline struct summary *
kind_head(struct arena *a)
{
	const struct summary *sample = sample_summary();
	struct summary *s = arena_alloc(a, sizeof *s);

	s->key = sample->key;
	s->title = sample->title;
	s->hostname = sample->hostname;
	s->zone = sample->zone;
	s->period = sample->period;
	s->before = sample->before;
	s->made_ms = sample->made_ms;
	s->people = PEOPLE_DOMAINS;
	s->idle_since = "";
	memcpy(s->trend_name, sample->trend_name, sizeof s->trend_name);
	s->n_trend = 1;
	return s;
}

static inline struct summary *
kind_copy(struct arena *a)
{
	struct summary *s = arena_alloc(a, sizeof *s);

	*s = *sample_summary();
	return s;
}

static inline void
kind_note(struct arena *a, struct summary *s, enum summary_tone tone, const char *text,
    const char *todo)
{
	s->tone = tone;
	s->n_note = 1;
	s->note = arena_calloc(a, 1, sizeof *s->note);
	s->note[0] = (struct summary_note){ tone, text, todo };
}

static inline struct summary *
kind_good(struct arena *a)
{
	struct summary *s = kind_copy(a);

	kind_note(a, s, TONE_GOOD, "A good week: 355 of 412 messages found their route by the "
	    "rules, and nothing failed.", "");
	s->n_trouble = s->n_alarm = s->n_unsure = 0;
	s->failed = s->waiting = s->examiner_failed = s->fallbacks = s->retries = 0;
	s->restarts = s->redelivered = 0;
	return s;
}

/* Nothing before: of the trends only the last period is there. */
static inline struct summary *
kind_first(struct arena *a)
{
	struct summary *s = kind_good(a);
	struct summary_route *route = arena_calloc(a, s->n_route, sizeof *route);

	for (size_t i = 0; i < s->n_route; i++) {
		route[i] = s->route[i];
		route[i].before = 0;
		for (size_t k = 0; k + 1 < SUMMARY_TREND; k++)
			route[i].trend[k] = 0;
	}
	for (size_t k = 0; k + 1 < SUMMARY_TREND; k++)
		s->trend_total[k] = 0;
	s->route = route;
	s->first = true;
	s->n_trend = 1;
	s->n_usual = s->usual_total = 0;
	s->total_before = 0;
	return s;
}

static inline struct summary *
kind_empty(struct arena *a)
{
	struct summary *s = kind_head(a);

	s->empty = s->first = true;
	kind_note(a, s, TONE_LOOK, "No message came. Is mail sent here?", "mroute doctor");
	return s;
}

static inline struct summary *
kind_one(struct arena *a)
{
	struct summary *s = kind_head(a);

	s->first = true;
	s->n_route = 1;
	s->route = arena_calloc(a, 1, sizeof *s->route);
	s->route[0] = (struct summary_route){ .name = "press", .title = "Press", .now = 1 };
	s->route[0].trend[SUMMARY_TREND - 1] = 1;
	s->trend_total[SUMMARY_TREND - 1] = 1;
	s->hour[2][14] = 1;
	s->delay[2] = 1;
	s->total = s->by_rules = s->delivered = 1;
	s->median_ms = s->p95_ms = s->longest_ms = 700;
	s->domains = s->fresh_domains = 1;
	kind_note(a, s, TONE_GOOD, "1 message, and a rule knew where it belongs.", "");
	return s;
}

static inline struct summary *
kind_observed(struct arena *a)
{
	struct summary *s = kind_first(a);

	s->observing = true;
	s->observed = s->other = s->total;
	s->would_be = 355;
	s->by_rules = s->triage = 0;
	s->n_group = 0;
	for (size_t i = 0; i < s->n_route; i++)
		s->route[i].would_be = s->route[i].now;
	return s;
}

/* What a period may ever hold. */
enum { KIND_MOST = 9999999 };

/* 300 of everything, each of it hostile. */
static inline void
kind_fill(struct arena *a, struct summary *s)
{
	s->n_trouble = s->n_group = s->n_domain = s->n_fresh = s->n_earned = s->n_idle = 300;
	s->n_unsure = s->n_field = s->n_alarm = 300;
	s->domains = s->fresh_domains = s->idle_total = 100000;
	s->idle_since = "24 Aug 2026";
	s->trouble = arena_calloc(a, 300, sizeof *s->trouble);
	s->group = arena_calloc(a, 300, sizeof *s->group);
	s->domain = arena_calloc(a, 300, sizeof *s->domain);
	s->fresh = arena_calloc(a, 300, sizeof *s->fresh);
	s->earned = arena_calloc(a, 300, sizeof *s->earned);
	s->idle = arena_calloc(a, 300, sizeof *s->idle);
	s->unsure = arena_calloc(a, 300, sizeof *s->unsure);
	s->field = arena_calloc(a, 300, sizeof *s->field);
	s->alarm = arena_calloc(a, 300, sizeof *s->alarm);
	for (size_t i = 0; i < 300; i++) {
		const char *text = kind_text(a, i), *next = kind_text(a, i + 1);

		s->trouble[i] = (struct stats_trouble){ i % 2, EFFECT_SMTP, text, next, next, 1, 1,
			0, 0 };
		s->group[i] = (struct summary_group){ .n = 300 - i, .words = text, .line = next,
			.route = text, .sample = { text, next, text }, .n_sample = 3,
			.id = { next, text, next }, .n_id = 3 };
		s->domain[i] = (struct summary_domain){ text, (uint64_t)KIND_MOST, i % 2 };
		s->fresh[i] = next;
		s->earned[i] = s->idle[i] = s->unsure[i] = (struct summary_line){ text, next, text,
			(uint64_t)KIND_MOST, 1, 2, 3, 4, text, next };
		s->field[i] = (struct summary_field){ text, next, 197, NULL, 20, 7 };
		s->field[i].value = arena_calloc(a, 20, sizeof(struct summary_value));
		for (size_t k = 0; k < 20; k++)
			s->field[i].value[k] = (struct summary_value){ kind_text(a, k), k };
		s->alarm[i] = (struct summary_alarm){ text, 1, 1, next, 1, 1, next };
	}
}

static inline struct summary *
kind_hostile(struct arena *a)
{
	struct summary *s = kind_head(a);
	size_t n = 0;

	s->n_trend = SUMMARY_TREND;

	s->hostname = kind_text(a, n++);
	s->people = PEOPLE_FULL;
	s->n_note = 4;
	s->note = arena_calloc(a, s->n_note, sizeof *s->note);
	for (size_t i = 0; i < s->n_note; i++)
		s->note[i] = (struct summary_note){ (enum summary_tone)(i % 3),
			kind_text(a, n + i), kind_text(a, n + i + 1) };
	s->tone = TONE_BAD;
	s->n_route = 300;
	s->route = arena_calloc(a, s->n_route, sizeof *s->route);
	for (size_t i = 0; i < s->n_route; i++) {
		s->route[i].name = s->route[i].title = kind_text(a, i);
		s->route[i].gone = i % 2;
		for (size_t k = 0; k < SUMMARY_TREND; k++)
			s->route[i].trend[k] = (uint64_t)KIND_MOST;
		s->route[i].now = s->route[i].before = (uint64_t)KIND_MOST;
	}
	for (size_t k = 0; k < SUMMARY_TREND; k++)
		s->trend_total[k] = (uint64_t)KIND_MOST;
	s->total = s->trend_total[0];
	s->by_rules = s->total / 2;
	s->triage = s->total / 4;
	s->failed = s->waiting = s->held = s->by_person = (uint64_t)KIND_MOST;
	s->other = 2;
	s->observed = 1;
	s->observing = true;
	memcpy(s->hour, sample_summary()->hour, sizeof s->hour);
	memcpy(s->delay, sample_summary()->delay, sizeof s->delay);
	s->delivered = KIND_MOST;
	s->median_ms = s->p95_ms = 86400000;
	s->longest_ms = INT64_MAX / 2;
	kind_fill(a, s);
	return s;
}

static inline const struct summary *
kind_make(struct arena *a, enum kind which)
{
	static struct summary *(*const make[KINDS])(struct arena *) = {
		[KIND_GOOD] = kind_good, [KIND_EMPTY] = kind_empty, [KIND_FIRST] = kind_first,
		[KIND_ONE] = kind_one, [KIND_OBSERVED] = kind_observed,
		[KIND_HOSTILE] = kind_hostile,
	};

	return which == KIND_WEEK ? sample_summary() : make[which](a);
}

#endif
