/* SPDX-License-Identifier: MIT */
#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"

enum {
	HEAP_LIMIT_KIB = 64 * 1024,
	MOVE_BYTES = 8,			/* moving this far costs a step */
	REPEAT_ITEMS = 16,		/* a failed repeat of so many costs a step */
	CLOCK_EVERY = 256,		/* steps between two looks at the clock */
};

struct group {
	const char *name;
	unsigned number;
};

struct regex {
	pcre2_code *code;
	struct group *group;
	size_t n_group;
	uint32_t backref_max;		/* 0: no back references */
	uint64_t step_cost;		/* of each item, see largest_repeat() */
};

/* What the callout keeps during one search. */
struct search {
	const struct regex_limits *limits;
	uint64_t cost;			/* of each item */
	uint64_t steps;
	uint64_t next_clock;		/* look at the clock from here on */
	size_t position;		/* of the last item */
	bool backrefs;
	const char *why;
};

/*
 * The largest N of `{N}` or `{N,`.  Such a repeat can run over N characters
 * and fail without a callout, so every item is charged for it.
 */
static uint64_t
largest_repeat(struct slice pattern)
{
	uint64_t largest = 0;

	for (size_t i = 0; i < pattern.len; i++) {
		uint64_t n = 0;

		if (pattern.ptr[i] != '{')
			continue;
		for (size_t j = i + 1; j < pattern.len && j < i + 6 &&
		    pattern.ptr[j] >= '0' && pattern.ptr[j] <= '9'; j++)
			n = n * 10 + (uint64_t)(pattern.ptr[j] - '0');
		largest = MAX(largest, n);
	}
	return largest;
}

static int
read_groups(struct regex *r, char error[256], size_t *at)
{
	const unsigned char *entry = NULL;
	uint32_t n = 0, size = 0;

	pcre2_pattern_info(r->code, PCRE2_INFO_NAMECOUNT, &n);
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMETABLE, &entry);
	r->group = xcalloc(n, sizeof *r->group);
	r->n_group = n;
	for (size_t i = 0; i < n; i++, entry += size) {
		r->group[i].number = (unsigned)entry[0] << 8 | entry[1];
		r->group[i].name = (const char *)entry + 2;
		if (r->group[i].number >= REGEX_GROUPS_MAX) {
			snprintf(error, 256, "group '%s' is number %u, only the "
			    "first %d can be captured; use (?:...) for groups "
			    "that need no name", r->group[i].name,
			    r->group[i].number, REGEX_GROUPS_MAX - 1);
			*at = 0;
			return -1;
		}
	}
	return 0;
}

static pcre2_code *
compile(struct slice pattern, int *code, size_t *at)
{
	const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS |
	    PCRE2_MULTILINE | PCRE2_MATCH_INVALID_UTF |
	    PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT;
	pcre2_compile_context *cc = pcre2_compile_context_create(NULL);
	pcre2_code *re;

	if (cc == NULL) {
		*code = PCRE2_ERROR_NOMEMORY;
		*at = 0;
		return NULL;
	}
	pcre2_set_newline(cc, PCRE2_NEWLINE_LF);
	pcre2_set_bsr(cc, PCRE2_BSR_UNICODE);
	pcre2_set_max_pattern_length(cc, REGEX_PATTERN_MAX);
	re = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, options, code,
	    at, cc);
	pcre2_compile_context_free(cc);
	return re;
}

int
regex_compile(struct slice pattern, struct regex **out, char error[256],
    size_t *at)
{
	AUTO(regex_free) struct regex *r = NULL;
	int code = 0;

	*out = NULL;
	*at = 0;
	if (pattern.len == 0)
		pattern.ptr = "";
	if (pattern.len > REGEX_PATTERN_MAX) {
		*at = REGEX_PATTERN_MAX;
		snprintf(error, 256, "a pattern has %d bytes at most",
		    REGEX_PATTERN_MAX);
		return -1;
	}
	if (slice_starts(pattern, "(*")) {
		snprintf(error, 256,
		    "a pattern can't begin with '(*': its options are fixed");
		return -1;
	}
	r = xcalloc(1, sizeof *r);
	r->code = compile(pattern, &code, at);
	if (r->code == NULL) {
		*at = MIN(*at, pattern.len);
		pcre2_get_error_message(code, (PCRE2_UCHAR *)error, 256);
		return -1;
	}
	pcre2_pattern_info(r->code, PCRE2_INFO_BACKREFMAX, &r->backref_max);
	r->step_cost = 1 + largest_repeat(pattern) / REPEAT_ITEMS;
	if (read_groups(r, error, at) < 0)
		return -1;
	*out = r;
	r = NULL;
	return 0;
}

void
regex_free(struct regex **r)
{
	if (*r == NULL)
		return;
	pcre2_code_free((*r)->code);
	free((*r)->group);
	free(*r);
	*r = NULL;
}

size_t
regex_groups(const struct regex *r)
{
	return r->n_group;
}

const char *
regex_group_name(const struct regex *r, size_t i, unsigned *number)
{
	*number = r->group[i].number;
	return r->group[i].name;
}

/* A back reference compares up to the whole of a group and may not move. */
static size_t
longest_group(const pcre2_callout_block *b)
{
	size_t longest = 0;

	for (uint32_t g = 1; g < b->capture_top; g++) {
		size_t from = b->offset_vector[2 * g];
		size_t to = b->offset_vector[2 * g + 1];

		if (from != PCRE2_UNSET && to != PCRE2_UNSET && to > from)
			longest = MAX(longest, to - from);
	}
	return longest;
}

/* Called before each item of the pattern is tried, at every place. */
static int
count_step(pcre2_callout_block *b, void *arg)
{
	struct search *s = arg;
	size_t moved = b->current_position > s->position ?
	    b->current_position - s->position : s->position - b->current_position;

	s->position = b->current_position;
	s->steps += s->cost + moved / MOVE_BYTES;
	if (s->backrefs)
		s->steps += longest_group(b) / MOVE_BYTES;
	if (s->steps > s->limits->steps) {
		s->why = "step limit";
		return PCRE2_ERROR_CALLOUT;
	}
	if (s->limits->deadline_mono_ms != 0 && s->steps >= s->next_clock) {
		s->next_clock = s->steps + CLOCK_EVERY;
		if (clock_mono_ms() > s->limits->deadline_mono_ms) {
			s->why = "time limit";
			return PCRE2_ERROR_CALLOUT;
		}
	}
	return 0;
}

static const char *
limit_name(int code, const struct search *s)
{
	switch (code) {
	case PCRE2_ERROR_MATCHLIMIT:
		return "match limit";
	case PCRE2_ERROR_DEPTHLIMIT:
		return "depth limit";
	case PCRE2_ERROR_HEAPLIMIT:
	case PCRE2_ERROR_NOMEMORY:
		return "memory limit";
	case PCRE2_ERROR_CALLOUT:
		return s->why;
	case PCRE2_ERROR_RECURSELOOP:
		return "endless recursion";
	default:
		return "pattern failed";
	}
}

/* Copy PCRE2's vector; a \K can put the end before the start. */
static void
copy_vector(pcre2_match_data *md, int filled, size_t vec[2 * REGEX_GROUPS_MAX],
    size_t *n)
{
	const PCRE2_SIZE *ov = pcre2_get_ovector_pointer(md);
	size_t have = MIN((size_t)filled, (size_t)REGEX_GROUPS_MAX);

	for (size_t g = 0; g < REGEX_GROUPS_MAX; g++) {
		bool set = g < have && ov[2 * g] != PCRE2_UNSET;

		vec[2 * g] = set ? ov[2 * g] : SIZE_MAX;
		vec[2 * g + 1] = set ? MAX(ov[2 * g], ov[2 * g + 1]) : SIZE_MAX;
	}
	if (n != NULL)
		*n = have;
}

enum regex_result
regex_match(const struct regex *r, struct slice subject,
    const struct regex_limits *limits, size_t vec[2 * REGEX_GROUPS_MAX],
    size_t *n, uint64_t *steps, const char **why)
{
	struct search s = { .limits = limits, .cost = r->step_cost,
	    .backrefs = r->backref_max > 0 };
	pcre2_match_context *mc = pcre2_match_context_create(NULL);
	pcre2_match_data *md = pcre2_match_data_create(REGEX_GROUPS_MAX, NULL);
	enum regex_result result = REGEX_LIMIT;
	int code = PCRE2_ERROR_NOMEMORY;

	if (mc != NULL && md != NULL) {
		pcre2_set_match_limit(mc, limits->match);
		pcre2_set_depth_limit(mc, limits->match);
		pcre2_set_heap_limit(mc, HEAP_LIMIT_KIB);
		pcre2_set_callout(mc, count_step, &s);
		code = pcre2_match(r->code,
		    (PCRE2_SPTR)(subject.len == 0 ? "" : subject.ptr),
		    subject.len, 0, 0, md, mc);
	}
	if (n != NULL)
		*n = 0;
	if (code >= 0) {
		/* 0: more groups than the vector has room for. */
		copy_vector(md, code == 0 ? REGEX_GROUPS_MAX : code, vec, n);
		result = REGEX_YES;
	} else if (code == PCRE2_ERROR_NOMATCH)
		result = REGEX_NO;
	else if (why != NULL)
		*why = limit_name(code, &s);
	if (steps != NULL)
		*steps = s.steps;
	pcre2_match_data_free(md);
	pcre2_match_context_free(mc);
	return result;
}
