/* SPDX-License-Identifier: MIT */
/* Patterns that take many steps or match everything: MR069, MR071. */
#include <glib.h>
#include <inttypes.h>

#include "rules/lint_impl.h"
#include "rules/match.h"

enum {
	LITERALS_MAX = 6,		/* of a pattern, tried one by one */
	LITERAL_MIN = 2,
	GLANCE = 2 * 1000,		/* bytes of a first look */
	MATCH_LIMIT = 100 * 1000,	/* the default of mroute.conf */
};

/* What texts go on and on with: dull ones, and those that patterns are about. */
static const char *const units[] = {
	"a", " ", "a ", "\n", " \n", "7", "a.", "a@", "-", ",",
};

struct slice
lint_pattern_text(const struct cond *c)
{
	struct slice s = slice_str(c->text);

	for (int i = 0; i < 2; i++)	/* the field, the predicate */
		s = slice_sub(s, slice_find(s, ' ') + 1, s.len);
	return s;
}

/* A run of letters, digits and blanks that the pattern asks for as it stands. */
static bool
next_literal(struct slice *rest, struct slice *out)
{
	bool class = false;
	size_t i = 0, from;

	while (i < rest->len) {
		char c = rest->ptr[i];

		if (c == '\\')
			i++;
		else if (c == '[')
			class = true;
		else if (c == ']')
			class = false;
		else if (c == '(' && i + 1 < rest->len && rest->ptr[i + 1] == '?')
			while (i < rest->len && rest->ptr[i] != ':' &&
			    rest->ptr[i] != '>' && rest->ptr[i] != ')')
				i++;
		else if (!class && strchr("|()*+?.^${}", c) == NULL)
			break;
		i++;
	}
	for (from = i; i < rest->len && strchr("\\[]|()*+?.^${}", rest->ptr[i]) ==
	    NULL; i++)
		;
	*out = slice_sub(*rest, from, i);
	*rest = slice_sub(*rest, i, rest->len);
	return out->len > 0;
}

/* One pattern on trial. */
struct trial {
	const struct cond *c;
	struct buf tail;
};

static void
trial_release(struct trial *t)
{
	buf_release(&t->tail);
}

/*
 * What stands behind the long run: a sign that no pattern asks for, so that
 * the run is not what was looked for; then each sign of the pattern alone,
 * since PCRE2 gives up at once where one that it needs is nowhere.
 */
static void
make_tail(struct trial *t)
{
	static const char odd[] = "\xC2\xB6";
	struct slice s = lint_pattern_text(t->c);

	buf_add_str(&t->tail, odd);
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] <= ' ' || s.ptr[i] > '~' ||
		    slice_find(buf_slice(&t->tail), s.ptr[i]) != SIZE_MAX)
			continue;
		buf_add_char(&t->tail, s.ptr[i]);
		buf_add_str(&t->tail, odd);
	}
}

static void
fill(struct buf *b, const struct trial *t, struct slice unit, size_t size)
{
	buf_reset(b);
	while (b->len + unit.len <= size)
		buf_add_slice(b, unit);
	buf_add_slice(b, buf_slice(&t->tail));
}

struct hard {				/* a text that is too hard */
	uint64_t steps;
	const char *why;		/* the limit that was reached */
	struct slice unit;
};

static enum regex_result
measure(const struct trial *t, const struct buf *text, struct hard *out)
{
	const struct regex_limits limits = { .match = MATCH_LIMIT,
	    .steps = LINT_STEPS };
	size_t vec[2 * REGEX_GROUPS_MAX];

	return regex_match(t->c->regex, buf_slice(text), &limits, vec, NULL,
	    &out->steps, &out->why);
}

/*
 * Most patterns take so many steps a byte: one look at a little text and one
 * at twice as much tell, and the long text is left out.
 */
static bool
is_linear(const struct trial *t, struct slice unit, size_t size)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct hard once, twice;

	fill(&b, t, unit, GLANCE);
	if (measure(t, &b, &once) == REGEX_LIMIT)
		return false;
	fill(&b, t, unit, 2 * GLANCE);
	if (measure(t, &b, &twice) == REGEX_LIMIT)
		return false;
	return 4 * twice.steps <= 9 * once.steps &&
	    twice.steps * size / (2 * GLANCE) < LINT_STEPS;
}

/* The value of a header field is one line. */
static bool
is_long(enum field_id f)
{
	return f == FIELD_TEXT || f == FIELD_BODY || f == FIELD_QUOTED ||
	    f == FIELD_HIDDEN || f == FIELD_ANY || f == FIELD_INNER_TEXT;
}

static bool
is_too_hard(const struct trial *t, struct slice unit, struct hard *out)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	enum field_id f = t->c->field.id;
	size_t size = is_long(f) ? LINT_PROBE_TEXT : LINT_PROBE_HEADER;

	if ((slice_find(unit, '\n') != SIZE_MAX && !is_long(f) &&
	    f != FIELD_START) || is_linear(t, unit, size))
		return false;
	fill(&b, t, unit, size);
	out->unit = unit;
	return measure(t, &b, out) == REGEX_LIMIT;
}

/* How a run of this looks to people. */
static const char *
unit_name(struct arena *a, struct slice unit)
{
	if (slice_eq_str(unit, " "))
		return "blanks";
	if (slice_find(unit, '\n') != SIZE_MAX)
		return "empty lines";
	return arena_printf(a, "'" SLICE_FMT "' again and again", SLICE_ARG(unit));
}

/* Dull texts, then those that are like what the pattern looks for. */
static bool
try_all(struct lint *l, const struct trial *t, struct hard *out)
{
	struct slice rest = lint_pattern_text(t->c), literal;
	unsigned n = 0;

	for (size_t i = 0; i < NELEM(units); i++)
		if (is_too_hard(t, slice_str(units[i]), out))
			return true;
	while (n < LITERALS_MAX && next_literal(&rest, &literal)) {
		struct slice apart = slice_str(arena_printf(l->arena,
		    SLICE_FMT " ", SLICE_ARG(literal)));

		if (literal.len < LITERAL_MIN)
			continue;
		if (is_too_hard(t, literal, out) || is_too_hard(t, apart, out))
			return true;
		n++;
	}
	return false;
}

static void
check_steps(struct lint *l, const struct cond *c)
{
	AUTO(trial_release) struct trial t = { .c = c };
	struct hard hard;

	make_tail(&t);
	if (!try_all(l, &t, &hard))
		return;
	if (hard.steps > LINT_STEPS)
		diag_warn(l->diag, "MR069", &c->span,
		    "this pattern takes more than %d steps", LINT_STEPS);
	else
		diag_warn(l->diag, "MR069", &c->span, "this pattern takes too many "
		    "steps: after %" PRIu64 " it reaches the %s", hard.steps,
		    hard.why);
	diag_hint(l->diag, "on a long text of %s; bound what may repeat: "
	    "{0,40} in place of * or +, \\b in front",
	    unit_name(l->arena, hard.unit));
}

/* What matches nothing and each odd sign matches everything. */
static bool
matches_all(const struct cond *c)
{
	static const char *const texts[] = { "", "x", "7", "-", " ", "?!" };
	const struct regex_limits limits = { .match = MATCH_LIMIT,
	    .steps = MATCH_STEPS };
	size_t vec[2 * REGEX_GROUPS_MAX];

	for (size_t i = 0; i < NELEM(texts); i++)
		if (regex_match(c->regex, slice_str(texts[i]), &limits, vec, NULL,
		    NULL, NULL) != REGEX_YES || vec[1] != vec[0])
			return false;
	return true;
}

/* Many routes have the same pattern: each is tried once, and told of once. */
static bool
is_new(GHashTable *seen, struct lint *l, const struct cond *c)
{
	return g_hash_table_add(seen, arena_printf(l->arena, "%d " SLICE_FMT,
	    is_long(c->field.id), SLICE_ARG(lint_pattern_text(c))));
}

void
lint_patterns(struct lint *l)
{
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (size_t i = 0; i < l->rs->n_line; i++)
		for (size_t j = 0; j < l->rs->line[i]->n_cond; j++) {
			const struct cond *c = &l->rs->line[i]->cond[j];

			if (c->regex == NULL || !is_new(seen, l, c))
				continue;
			if (matches_all(c)) {
				diag_warn(l->diag, "MR071", &c->span,
				    "this pattern matches every text, even an "
				    "empty one");
				diag_hint(l->diag, "is there a | with nothing beside "
				    "it, or a * where + is meant?");
			} else
				check_steps(l, c);
		}
	g_hash_table_destroy(seen);
}
