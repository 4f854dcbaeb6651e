/* SPDX-License-Identifier: MIT */
/*
 * record_impl - what a record consists of; for record*.c only.
 *
 * Every value of a record is a line in one of the tables of record_members.c; cleaning,
 * encoding and decoding walk them, so the three cannot disagree.
 */
#ifndef STATE_RECORD_IMPL_H
#define STATE_RECORD_IMPL_H

#include "state/record.h"

enum member_kind {
	M_STR,			/* const char *; limit is the longest, in bytes */
	M_LINES,		/* the same, line ends stay */
	M_CHARS,		/* char[limit] */
	M_SLICE,		/* struct slice of text; limit as M_STR */
	M_I64, M_U64, M_INT, M_UINT, M_U32, M_BOOL,
	M_ENUM,			/* below limit */
};

struct member {
	enum member_kind kind;
	size_t offset;
	size_t limit;
};

struct members {
	const struct member *m;
	size_t n;
};

extern const struct members record_envelope_members;
extern const struct members record_identity_members;
extern const struct members record_plan_members;
extern const struct members record_field_members;
extern const struct members record_effect_members;
extern const struct members record_line_members;
extern const struct members record_message_members;
extern const struct members record_decision_members;

/* Of version 0 and of versions up to 1 there are the first of these only. */
enum { RECORD_FIELD_MEMBERS_0 = 3, RECORD_IDENTITY_MEMBERS_1 = 9 };

/* Of a record itself, besides those that a message and a decision point to. */
struct record_own {
	struct members members;
	size_t offset;
};
extern const struct record_own record_own_members[RECORD_N];

#define WALK(fn, arg, members, object)	fn(arg, (members).m, (members).n, object)
#define WALK_OWN(fn, arg, r) \
	WALK(fn, arg, record_own_members[(r)->type].members, \
	    (void *)((uintptr_t)(r) + record_own_members[(r)->type].offset))

#endif
