/* SPDX-License-Identifier: MIT */
/*
 * The first screen: four figures, a verdict, and what they leave unsaid.
 */
#include "flow/summary_html.h"

#include "flow/summary_say.h"

const struct html_tone *
html_tone(enum summary_tone tone)
{
	static const struct html_tone tones[] = {
		[TONE_GOOD] = { "good", "Good", "#1a7f5a" },
		[TONE_LOOK] = { "look", "Look", "#945800" },
		[TONE_BAD] = { "bad", "Act", "#b3261e" },
	};

	return &tones[tone];
}

const char *
html_verdict(const struct html *h)
{
	const char *unit = say_unit(h->s);

	switch (h->s->tone) {
	case TONE_GOOD:
		if (h->s->ahead)
			return arena_printf(h->arena, "A %s that has not begun", unit);
		if (h->s->empty)
			return arena_printf(h->arena, "A %s without mail", unit);
		return arena_printf(h->arena, "A good %s", unit);
	case TONE_LOOK:
		return arena_printf(h->arena, "A %s to look at", unit);
	case TONE_BAD:
		break;
	}
	return arena_printf(h->arena, "A %s to act on", unit);
}

/* A span has no name of its own but its days. */
const char *
html_name(const struct html *h)
{
	static const char *const kinds[] = { [PERIOD_WEEK] = "Week", [PERIOD_MONTH] = "Month" };
	const struct summary *s = h->s;

	if (s->period.kind == PERIOD_SPAN)
		return s->title;
	return arena_printf(h->arena, "%s %s", kinds[s->period.kind], s->key);
}

const char *
html_subtitle(const struct html *h)
{
	const struct summary *s = h->s;

	return arena_printf(h->arena, "%s (%s)%s",
	    s->period.kind == PERIOD_SPAN ? s->key : s->title, s->zone,
	    s->ahead ? ", which has not begun" :
	    s->unfinished ? ", so far: it is not over yet" : "");
}

static const char *
messages_compared(const struct html *h)
{
	const struct summary *s = h->s;
	const char *usual = "";

	if (s->n_trend < 2)
		return arena_printf(h->arena, "the first %s on record", say_unit(s));
	if (s->usual_total > 0)
		usual = arena_printf(h->arena, "; usual: %s",
		    say_count(h->arena, s->usual_total));
	return arena_printf(h->arena, "%s%s",
	    say_compared(h->arena, s, s->total, s->total_before), usual);
}

static const char *
triage_compared(const struct html *h)
{
	const struct summary *s = h->s;
	const char *n = say_count(h->arena, s->triage);

	if (s->usual_total == 0)
		return arena_printf(h->arena, "%s that no rule claimed", n);
	return arena_printf(h->arena, "%s that no rule claimed; usual: %u %%", n,
	    s->usual_triage);
}

void
html_figures(const struct html *h, struct html_figure out[HTML_FIGURES])
{
	const struct summary *s = h->s;
	struct arena *a = h->arena;

	out[0] = (struct html_figure){ s->total == 1 ? "message" : "messages",
		say_count(a, s->total), messages_compared(h) };
	out[1] = (struct html_figure){ "routed without a person",
		say_share(a, s->by_rules, s->total),
		arena_printf(a, "%s of %s", say_count(a, s->by_rules), say_count(a, s->total)) };
	out[2] = (struct html_figure){ "left to triage",
		say_share(a, s->triage, s->total), triage_compared(h) };
	out[3] = (struct html_figure){ "until half was delivered", "-",
		s->total > 0 ? "nothing is delivered yet" : "there was nothing to deliver" };
	if (s->total == 0) {
		out[1].more = "there was nothing to route";
		out[2].more = "there was nothing to claim";
	} else if (say_observed(s)) {
		out[1] = (struct html_figure){ "would have found a route",
			say_share(a, s->would_be, s->observed),
			arena_printf(a, "%s of %s observed", say_count(a, s->would_be),
			    say_count(a, s->observed)) };
	}
	if (s->delivered > 0) {
		out[3].value = say_span(a, s->median_ms);
		out[3].more = arena_printf(a, "95 %% within %s, all within %s",
		    say_span(a, s->p95_ms), say_span(a, s->longest_ms));
	}
}

bool
html_is_long(const struct html_figure *f)
{
	return strlen(f->value) > 7;
}

/* "a", "a and b", "a, b and c" */
static const char *
join(struct arena *a, const char *const *part, size_t n)
{
	const char *all = part[0];

	for (size_t i = 1; i < n; i++)
		all = arena_printf(a, "%s%s%s", all, i + 1 == n ? " and " : ", ", part[i]);
	return all;
}

const char *
html_rest(const struct html *h)
{
	const struct summary *s = h->s;
	const struct {
		uint64_t n;
		const char *one, *many;
	} rest[] = {
		{ s->failed, "could not be delivered to its place",
		    "could not be delivered to their place" },
		{ s->waiting, "waits to be delivered", "wait to be delivered" },
		{ s->held, "is held for a person", "are held for a person" },
		{ s->by_person, "was routed by a person", "were routed by a person" },
		{ s->observed, "was only observed", "were only observed" },
		{ s->other - s->observed, "was set aside (loops, bounces, no alias)",
		    "were set aside (loops, bounces, no alias)" },
	};
	const char *part[NELEM(rest)] = { NULL };
	size_t n = 0;

	for (size_t i = 0; i < NELEM(rest); i++)
		if (rest[i].n > 0)
			part[n++] = say_of(h->arena, rest[i].n, rest[i].one, rest[i].many);
	return n > 0 ? arena_printf(h->arena, "%s.", join(h->arena, part, n)) : "";
}
