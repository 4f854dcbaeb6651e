/* SPDX-License-Identifier: MIT */
/* The values of each type of record, and how long a text may be. */
#include "state/record_impl.h"

#define M(kind, type, name, limit)	{ kind, offsetof(type, name), limit }

enum { NAME = 200, LINE = 1000, ADDRESS = ADDR_MAX, DIGEST = 64, OUTCOME = 600,
	OPENING = MESSAGE_OPENING_MAX };

#define ALL(table)	{ table, NELEM(table) }

static const struct member envelope[] = {
	M(M_ENUM, struct envelope, kind, ENVELOPE_OWN + 1),
	M(M_CHARS, struct envelope, id, ULID_SIZE),
	M(M_I64, struct envelope, received_ms, 0),
	M(M_CHARS, struct envelope, sender, ADDR_SIZE),
	M(M_CHARS, struct envelope, recipient, ADDR_SIZE),
	M(M_CHARS, struct envelope, original_recipient, ADDR_SIZE),
	M(M_CHARS, struct envelope, queue_id, QUEUE_ID_SIZE),
	M(M_CHARS, struct envelope, client, CLIENT_SIZE),
	M(M_U64, struct envelope, declared_size, 0),
	M(M_CHARS, struct envelope, own_key, OWN_KEY_SIZE),
};
const struct members record_envelope_members = ALL(envelope);

static const struct member identity[] = {
	M(M_SLICE, struct message_identity, message_id, LINE),
	M(M_SLICE, struct message_identity, references, LINE),
	M(M_SLICE, struct message_identity, from, LINE),
	M(M_SLICE, struct message_identity, from_address, ADDRESS),
	M(M_SLICE, struct message_identity, author, ADDRESS),
	M(M_SLICE, struct message_identity, subject, LINE),
	M(M_SLICE, struct message_identity, date, NAME),
	M(M_BOOL, struct message_identity, needs_smtputf8, 0),
	M(M_BOOL, struct message_identity, has_8bit, 0),
	M(M_SLICE, struct message_identity, opening, OPENING),
};
const struct members record_identity_members = ALL(identity);

static const struct member plan[] = {
	M(M_STR, struct plan, route, NAME),
	M(M_STR, struct plan, title, NAME),
	M(M_ENUM, struct plan, by, BY_N),
	M(M_INT, struct plan, points, 0),
	M(M_INT, struct plan, needs, 0),
	M(M_INT, struct plan, margin, 0),
	M(M_STR, struct plan, runner_up, NAME),
	M(M_INT, struct plan, runner_up_points, 0),
	M(M_INT, struct plan, runner_up_needs, 0),
	M(M_STR, struct plan, would_be, NAME),
	M(M_ENUM, struct plan, would_be_by, BY_N),
	M(M_STR, struct plan, why, LINE),
	M(M_BOOL, struct plan, keep, 0),
	M(M_I64, struct plan, keep_originals, 0),
	M(M_U32, struct plan, facts, 0),
};
const struct members record_plan_members = ALL(plan);

static const struct member field[] = {
	M(M_STR, struct plan_field, name, NAME),
	M(M_STR, struct plan_field, value, LINE),
	M(M_BOOL, struct plan_field, missing, 0),
	M(M_ENUM, struct plan_field, type, TYPED_N),
	M(M_STR, struct plan_field, text, LINE),
};
const struct members record_field_members = ALL(field);

static const struct member effect[] = {
	M(M_UINT, struct effect, n, 0),
	M(M_ENUM, struct effect, kind, EFFECT_N),
	M(M_STR, struct effect, server, NAME),
	M(M_STR, struct effect, target, 4096),
	M(M_ENUM, struct effect, state, EFFECT_STATE_N),
	M(M_BOOL, struct effect, uncertain, 0),
	M(M_BOOL, struct effect, substitute, 0),
	M(M_UINT, struct effect, attempts, 0),
	M(M_I64, struct effect, created_ms, 0),
	M(M_I64, struct effect, next_ms, 0),
	M(M_I64, struct effect, ended_ms, 0),
	M(M_STR, struct effect, last, OUTCOME),
};
const struct members record_effect_members = ALL(effect);

static const struct member line[] = {
	M(M_STR, struct record_line, route, NAME),
	M(M_STR, struct record_line, hash, NAME),
	M(M_STR, struct record_line, id, NAME),
	M(M_STR, struct record_line, text, LINE),
	M(M_BOOL, struct record_line, unknown, 0),
	M(M_STR, struct record_line, reason, NAME),
	M(M_INT, struct record_line, points, 0),
	M(M_BOOL, struct record_line, decisive, 0),
};
const struct members record_line_members = ALL(line);

static const struct member message[] = {
	M(M_STR, struct record_message, sha256, DIGEST),
	M(M_U64, struct record_message, size, 0),
};
const struct members record_message_members = ALL(message);

static const struct member decision[] = {
	M(M_UINT, struct record_decision, seq, 0),
	M(M_STR, struct record_decision, digest, DIGEST),
	M(M_LINES, struct record_decision, trace_json, RECORD_TRACE_MAX),
};
const struct members record_decision_members = ALL(decision);

static const struct member attempt[] = {
	M(M_UINT, struct record_attempt, effect, 0),
	M(M_UINT, struct record_attempt, attempt, 0),
	M(M_BOOL, struct record_attempt, ended, 0),
	M(M_STR, struct record_attempt, outcome, NAME),
	M(M_INT, struct record_attempt, code, 0),
	M(M_STR, struct record_attempt, text, OUTCOME),
	M(M_STR, struct record_attempt, place, OUTCOME),
};

/* Those that stand in the union itself. */
static const struct member ruleset[] = {
	M(M_STR, struct record, u.ruleset.digest, DIGEST),
};
static const struct member state[] = {
	M(M_ENUM, struct record, u.state, MESSAGE_STATE_N),
};
static const struct member event[] = {
	M(M_STR, struct record, u.event.name, NAME),
	M(M_STR, struct record, u.event.text, LINE),
};
static const struct member looked[] = {
	M(M_UINT, struct record, u.looked, 0),
};

#define AT(table, member)	{ ALL(table), offsetof(struct record, member) }
const struct record_own record_own_members[RECORD_N] = {
	[RECORD_RULESET] = AT(ruleset, type),
	[RECORD_EFFECT] = AT(effect, u.effect),
	[RECORD_ATTEMPT] = AT(attempt, u.attempt),
	[RECORD_STATE] = AT(state, type),
	[RECORD_EVENT] = AT(event, type),
	[RECORD_LOOKED] = AT(looked, type),
};

_Static_assert(sizeof(enum record_type) == 4 && sizeof(int) == 4, "M_ENUM, M_INT");
