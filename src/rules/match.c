/* SPDX-License-Identifier: MIT */
#include "rules/match.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "rules/quote.h"
#include "rules/ruleset.h"
#include "rules/seen.h"

static const char not_all_of_it[] = "not all of it was looked at";
static const char not_all_of_message[] = "not all of the message was looked at";

bool
match_is_of_message(struct slice reason)
{
	return slice_eq_str(reason, not_all_of_it) ||
	    slice_eq_str(reason, not_all_of_message);
}

/* The trigrams of a text that many phrases were looked for in. */
struct known_text {
	struct slice fold;
	struct trigrams trigrams;
};

enum {
	KNOWN_TEXTS = 64,
	FEW_PHRASES = 4,		/* not worth a set */
};

/* One message under examination. */
struct look {
	struct arena *a;		/* of the findings */
	struct message *m;
	struct findings *f;
	size_t capture_cap;
	struct regex_limits limits;
	uint64_t steps_left;
	struct known_text known[KNOWN_TEXTS];	/* by where they lie */
};

/* What one condition came to. */
struct answer {
	enum tri state;
	const char *reason;		/* unknown: why */
	const struct value *value;	/* the one that holds, or NULL */
	struct slice words;		/* of its original, or NULL ptr: all of it */
	const struct regex *regex;	/* with groups to capture, or NULL */
	size_t vec[2 * REGEX_GROUPS_MAX];
};

static enum tri
tri_not(enum tri t)
{
	return t == TRI_UNKNOWN ? t : t == TRI_YES ? TRI_NO : TRI_YES;
}

/* ---- one value ---- */

static const struct trigrams *
trigrams_for(struct look *l, struct slice fold)
{
	struct known_text *k = &l->known[((uintptr_t)fold.ptr / 16 + fold.len) %
	    KNOWN_TEXTS];

	/* Lines ask for the same few texts again and again. */
	if (k->fold.ptr != fold.ptr || k->fold.len != fold.len) {
		k->fold = fold;
		trigrams_of(l->a, fold, &k->trigrams);
	}
	return &k->trigrams;
}

static enum tri
value_has(struct look *l, const struct cond *c, const struct value *v,
    struct answer *ans)
{
	const struct trigrams *t = c->n_phrase > FEW_PHRASES ?
	    trigrams_for(l, v->text.fold) : NULL;
	size_t from, to;

	for (size_t i = 0; i < c->n_phrase; i++)
		if ((t == NULL || phrase_may_occur(c->phrase[i], t)) &&
		    phrase_find(c->phrase[i], &v->text, &from, &to)) {
			ans->words = text_orig_of_fold(&v->text, from, to);
			return TRI_YES;
		}
	return TRI_NO;
}

static enum tri
value_matches(struct look *l, const struct cond *c, const struct value *v,
    struct answer *ans)
{
	struct regex_limits limits = l->limits;
	uint64_t steps = 0;
	enum regex_result r;

	limits.steps = MIN(limits.steps, l->steps_left);
	r = regex_match(c->regex, v->text.norm, &limits, ans->vec, NULL, &steps,
	    &ans->reason);
	l->steps_left -= MIN(steps, l->steps_left);
	switch (r) {
	case REGEX_NO:
		return TRI_NO;
	case REGEX_LIMIT:
		return TRI_UNKNOWN;
	case REGEX_YES:
		break;
	}
	ans->words = text_orig_of_norm(&v->text, ans->vec[0], ans->vec[1]);
	ans->regex = c->regex;
	return TRI_YES;
}

static enum tri
value_is(const struct cond *c, const struct value *v)
{
	struct slice whole = slice_trim(v->text.fold);

	for (size_t i = 0; i < c->n_word; i++)
		if (slice_eq(whole, c->word[i]))
			return TRI_YES;
	return TRI_NO;
}

static enum tri
value_holds(struct look *l, const struct cond *c, const struct value *v,
    struct answer *ans)
{
	switch (c->pred) {
	case PRED_HAS:
		return value_has(l, c, v, ans);
	case PRED_MATCH:
	case PRED_NOT_MATCH:
		return value_matches(l, c, v, ans);
	case PRED_IS:
	case PRED_IS_NOT:
		return value_is(c, v);
	case PRED_IN:
	case PRED_NOT_IN:
		return list_find(c->list, slice_trim(v->text.norm)) != NULL ?
		    TRI_YES : TRI_NO;
	case PRED_PRESENT:
	case PRED_ABSENT:
		return TRI_YES;
	case PRED_LT:
	case PRED_LE:
	case PRED_GT:
	case PRED_GE:
	case PRED_N:
		break;			/* numbers: number_holds() */
	}
	return TRI_NO;
}

/* ---- all values of a field ---- */

static enum tri
number_is(const struct cond *c, int64_t n, bool capped)
{
	enum tri t = TRI_NO;

	for (size_t i = 0; i < c->n_word; i++)
		if (capped && n <= c->word_number[i])
			t = TRI_UNKNOWN;	/* it may be that one */
		else if (n == c->word_number[i])
			return TRI_YES;
	return t;
}

/* Does a number compare so?  When it is capped it is a least number. */
static enum tri
number_holds(const struct cond *c, int64_t n, bool capped)
{
	switch (c->pred) {
	case PRED_LT:
		return n >= c->number ? TRI_NO : capped ? TRI_UNKNOWN : TRI_YES;
	case PRED_LE:
		return n > c->number ? TRI_NO : capped ? TRI_UNKNOWN : TRI_YES;
	case PRED_GT:
		return n > c->number ? TRI_YES : capped ? TRI_UNKNOWN : TRI_NO;
	case PRED_GE:
		return n >= c->number ? TRI_YES : capped ? TRI_UNKNOWN : TRI_NO;
	case PRED_IS:
	case PRED_IS_NOT:
		return number_is(c, n, capped);
	case PRED_HAS:
	case PRED_MATCH:
	case PRED_NOT_MATCH:
	case PRED_IN:
	case PRED_NOT_IN:
	case PRED_PRESENT:
	case PRED_ABSENT:
	case PRED_N:
		break;			/* the parser refuses them */
	}
	return TRI_NO;
}

/* A set of phrases or a list that a site has not filled in yet: it never holds. */
static bool
is_empty(const struct cond *c)
{
	return (c->pred == PRED_HAS && c->n_phrase == 0) ||
	    (c->list != NULL && c->list->n == 0);
}

/* Does some value hold? */
static void
some_value(struct look *l, const struct cond *c, struct answer *ans)
{
	const struct values *vs;

	if (is_empty(c))
		return;			/* also where not all was looked at */
	vs = message_values(l->m, &c->field);
	for (size_t i = 0; i < vs->n; i++) {
		const struct value *v = &vs->v[i];
		enum tri t = cond_is_number(c) ?
		    number_holds(c, v->number, vs->capped) :
		    value_holds(l, c, v, ans);

		if (t == TRI_NO)
			continue;
		ans->state = t;
		ans->value = v;
		if (t == TRI_YES)
			return;
	}
	if (ans->state == TRI_UNKNOWN || (vs->capped && !cond_is_number(c))) {
		ans->state = TRI_UNKNOWN;
		if (ans->reason == NULL)
			ans->reason = not_all_of_it;
	}
}

static bool
is_negative(enum predicate p)
{
	return p == PRED_NOT_MATCH || p == PRED_IS_NOT || p == PRED_NOT_IN ||
	    p == PRED_ABSENT;
}

static enum tri
facts_hold(const struct look *l, const struct cond *c)
{
	if ((l->f->facts & c->fact_mask) != 0)
		return TRI_YES;
	return (l->f->facts_unknown & c->fact_mask) != 0 ? TRI_UNKNOWN : TRI_NO;
}

static void
answer(struct look *l, const struct cond *c, struct answer *ans)
{
	memset(ans, 0, sizeof *ans);
	if (c->facts) {
		ans->state = facts_hold(l, c);
		if (ans->state == TRI_UNKNOWN)
			ans->reason = not_all_of_message;
	} else
		some_value(l, c, ans);
	if (is_negative(c->pred)) {
		ans->state = tri_not(ans->state);
		ans->value = NULL;
		ans->regex = NULL;
	}
}

/* ---- one line ---- */

/* The facts of a line that are true: "bounce, auto-reply". */
static struct slice
fact_names(struct arena *a, uint32_t facts)
{
	const char *names = "";

	for (int i = 0; i < FACT_N; i++)
		if ((facts & FACT_BIT(i)) != 0)
			names = arena_printf(a, "%s%s%s", names,
			    names[0] != '\0' ? ", " : "", fact_table[i].name);
	return slice_str(names);
}

/* Take the words that made this condition hold over into the finding. */
static void
take_words(struct look *l, const struct cond *c, const struct answer *ans,
    struct finding *out)
{
	const struct value *v = ans->value;

	if (c->facts && !is_negative(c->pred))
		out->matched = out->snippet = fact_names(l->a,
		    l->f->facts & c->fact_mask);
	else if (v != NULL && cond_is_number(c))
		out->matched = out->snippet = slice_str(arena_printf(l->a,
		    "%" PRId64, v->number));
	else if (v != NULL && ans->words.ptr == NULL)
		out->matched = out->snippet = quote_clean(l->a, v->text.orig,
		    FINDINGS_SNIPPET_MAX);
	else if (v != NULL) {
		size_t from = (size_t)(ans->words.ptr - v->text.orig.ptr);

		quote_words(l->a, v->text.orig, from, from + ans->words.len, out);
	}
}

static void
take_captures(struct look *l, const struct line *line, const struct answer *ans)
{
	const struct text *t = &ans->value->text;
	struct findings *f = l->f;

	for (size_t i = 0; i < regex_groups(ans->regex); i++) {
		unsigned g;
		const char *name = regex_group_name(ans->regex, i, &g);
		struct capture c = { .line = (uint32_t)line->number };

		if (ans->vec[2 * g] == SIZE_MAX ||
		    f->n_capture >= FINDINGS_CAPTURES_MAX)
			continue;
		c.value = quote_clean(l->a, text_orig_of_norm(t, ans->vec[2 * g],
		    ans->vec[2 * g + 1]), FINDINGS_CAPTURE_MAX);
		if (c.value.len == 0)
			continue;	/* no better than missing */
		c.name = slice_str(arena_strdup(l->a, name));
		f->capture = arena_grow(l->a, f->capture, f->n_capture,
		    &l->capture_cap, sizeof *f->capture);
		f->capture[f->n_capture++] = c;
	}
}

/* What a condition looks at; empty for facts. */
static struct slice
looked_at(const struct look *l, const struct cond *c)
{
	return c->facts ? (struct slice){ NULL, 0 } : field_ref_name(l->a, &c->field);
}

/* A line holds when all of its conditions do; a no beats an unknown. */
static void
examine_line(struct look *l, const struct line *line)
{
	struct finding *out = &l->f->line[line->number];
	size_t captures = l->f->n_capture;

	out->state = TRI_YES;
	for (size_t i = 0; i < line->n_cond; i++) {
		const struct cond *c = &line->cond[i];
		struct answer ans;

		answer(l, c, &ans);
		if (ans.state == TRI_NO) {
			l->f->n_capture = captures;
			*out = (struct finding){ .state = TRI_NO,
			    .stopped = (uint8_t)i };
			return;
		}
		if (ans.state == TRI_UNKNOWN && out->state == TRI_YES) {
			out->state = TRI_UNKNOWN;
			out->field = looked_at(l, c);
			out->reason = slice_str(ans.reason);
			out->stopped = (uint8_t)i;
		}
		if (ans.state == TRI_YES && ans.regex != NULL)
			take_captures(l, line, &ans);
		if (out->state == TRI_YES && out->matched.len == 0) {
			if (i == 0)
				out->field = looked_at(l, c);
			take_words(l, c, &ans, out);
			if (out->matched.len > 0)
				out->field = looked_at(l, c);
		}
	}
	if (out->state == TRI_UNKNOWN) {
		l->f->n_capture = captures;
		out->matched = out->snippet = (struct slice){ NULL, 0 };
		out->at = 0;
	}
}

/* ---- the message ---- */

/* The identity in memory of the findings: the message goes. */
static void
copy_identity(struct arena *a, const struct message_identity *from,
    struct message_identity *to)
{
	struct slice *const text[] = { &to->message_id, &to->references,
	    &to->from, &to->from_address, &to->author, &to->subject, &to->date,
	    &to->opening };

	*to = *from;
	for (size_t i = 0; i < NELEM(text); i++)
		*text[i] = arena_slice(a, *text[i]);
	for (size_t i = 0; i < to->n_loop_mark; i++)
		to->loop_mark[i] = arena_slice(a, to->loop_mark[i]);
}

static void
examine_lines(struct look *l, const struct ruleset *rs)
{
	l->f->n_line = rs->n_line;
	l->f->line = arena_calloc(l->a, rs->n_line, sizeof *l->f->line);
	for (size_t i = 0; i < rs->n_line; i++)
		examine_line(l, rs->line[i]);
}

/* ---- captures as the types of fields ---- */

/* The capture that a field of one type is made of. */
static void
read_field(struct look *l, const struct route *r, const struct capture_field *field,
    size_t *cap)
{
	struct findings *f = l->f;
	struct slice rest = slice_str(field->template), name;
	struct reading reading = { .type = field->type };
	const struct capture *c;

	if (!template_next(&rest, &name) || r->n_line == 0)
		return;
	c = findings_capture(f, r->line[0].number, r->line[r->n_line - 1].number, name);
	if (c == NULL || f->n_reading >= FINDINGS_READINGS_MAX)
		return;
	reading.line = c->line;
	reading.name = c->name;
	reading.value = typed_read(l->a, field->type, c->value, f->id.date);
	if (reading.value.len == 0 || reading.value.len > FINDINGS_CAPTURE_MAX)
		return;
	f->reading = arena_grow(l->a, f->reading, f->n_reading, cap,
	    sizeof *f->reading);
	f->reading[f->n_reading++] = reading;
}

/* Here and not in decide(): the text is a stranger's (P6). */
static void
read_fields(struct look *l, const struct ruleset *rs)
{
	size_t cap = 0;

	for (size_t i = 0; i < rs->n_route; i++)
		for (size_t k = 0; k < rs->route[i].n_field; k++)
			if (rs->route[i].field[k].type != TYPED_TEXT)
				read_field(l, &rs->route[i], &rs->route[i].field[k],
				    &cap);
}

/* ---- all of it ---- */

static struct findings *
examine_message(struct arena *a, struct slice bytes, const struct envelope *env,
    const struct policy *p, bool closely)
{
	const struct config *cfg = policy_config(p);
	const struct config_alias *alias = config_alias_for(cfg, env->recipient,
	    env->original_recipient);
	AUTO(message_free) struct message *m = message_read(bytes, env, cfg, alias);
	struct look l = {
		.a = a, .m = m, .f = arena_alloc(a, sizeof *l.f),
		.limits = { .match = cfg->limits.match_limit,
		    .steps = MATCH_STEPS,
		    .deadline_mono_ms = clock_mono_ms() +
		    cfg->limits.examine_time / 2 },
		.steps_left = MATCH_STEPS_ALL,
	};

	memcpy(l.f->policy_digest, policy_digest(p), DIGEST_SIZE);
	l.f->alias = UINT32_MAX;
	l.f->size = bytes.len;
	l.f->facts = message_facts(m, &l.f->facts_unknown);
	copy_identity(a, message_identity(m), &l.f->id);
	if (alias != NULL) {
		l.f->alias = (uint32_t)(alias - cfg->alias);
		examine_lines(&l, policy_ruleset(p, l.f->alias));
		read_fields(&l, policy_ruleset(p, l.f->alias));
		if (closely)
			seen_fields(a, m, policy_ruleset(p, l.f->alias), l.f);
	}
	return l.f;
}

struct findings *
examine(struct arena *a, struct slice bytes, const struct envelope *env,
    const struct policy *p)
{
	return examine_message(a, bytes, env, p, false);
}

struct findings *
examine_closely(struct arena *a, struct slice bytes, const struct envelope *env,
    const struct policy *p)
{
	return examine_message(a, bytes, env, p, true);
}
