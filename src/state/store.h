/* SPDX-License-Identifier: MIT */
/*
 * store - the records: messages, decisions with their trace, rule sets,
 * effects, attempts, events.  SQLite, or the journal while the database can't
 * be written; the mail never waits for it (P2).
 *
 * One writer: the process that holds the spool's lock.  A change is a list of
 * struct record that store_commit() makes durable together: in one IMMEDIATE
 * transaction, or, when the database is locked, full, read-only or broken, as
 * one journal entry (length, CRC, fdatasync).  Journal entries enter the
 * database in order, in one transaction, once it works again; applying an
 * entry twice changes nothing.  A corrupt database is moved aside
 * (mroute.db.corrupt-TIME) and a new one is filled from spool and journal: what lies in
 * done/ enters as final, what lies in new/ is undecided and its effects will be uncertain.
 */
#ifndef STATE_STORE_H
#define STATE_STORE_H

#include "base/arena.h"
#include "base/err.h"
#include "model/envelope.h"
#include "model/plan.h"
#include "state/spool.h"

enum effect_state { EFFECT_READY, EFFECT_LEASED, EFFECT_DONE, EFFECT_FAILED,
	EFFECT_STATE_N };
const char *effect_state_name(enum effect_state s);

enum message_state { MESSAGE_ACTIVE, MESSAGE_FINAL, MESSAGE_HELD, MESSAGE_PURGED,
	MESSAGE_STATE_N };
const char *message_state_name(enum message_state s);

/* One delivery of one message to one place; identity ID.N. */
struct effect {
	unsigned n;			/* 1, 2, ... within the message */
	enum effect_kind kind;
	const char *server;
	const char *target;
	enum effect_state state;
	bool uncertain;			/* look for it before the next try */
	bool substitute;		/* in place of one that failed for good */
	unsigned attempts;
	int64_t created_ms;
	int64_t next_ms;		/* READY: not before (wall) */
	int64_t ended_ms;		/* DONE, FAILED */
	const char *last;		/* last outcome's text, or "" */
};

/*
 * Names of events that commands look for.  An alarm's event is its name behind
 * EVENT_ALARM: "alarm.disk"; the text says what happened.
 */
#define EVENT_ALARM		"alarm."
#define EVENT_ALARM_OVER	"alarm-over."		/* its cause is gone */
#define EVENT_ENGINE_START	"engine.start"
#define EVENT_ENGINE_STOP	"engine.stop"
#define EVENT_RULES_LOADED	"rules.loaded"		/* text: the digest */
#define EVENT_RULES_BROKEN	"rules.broken"		/* text: the first error */
#define EVENT_RULES_MENDED	"rules.mended"		/* again what is in force */
#define EVENT_RECORDS_BACK	"records.back"		/* the journal was taken in */
#define EVENT_RECORDS_LOST	"records.lost"		/* the database was replaced */

enum record_type {
	RECORD_RULESET,			/* digest, snapshot */
	RECORD_MESSAGE,			/* a message we look at for the first time */
	RECORD_DECISION,		/* plan and its effects; the newest one counts */
	RECORD_EFFECT,			/* new state of one effect */
	RECORD_ATTEMPT,			/* an attempt began or ended */
	RECORD_STATE,			/* message state changed */
	RECORD_EVENT,			/* alarms, loads, deaths, redeliveries ... */
	RECORD_LOOKED,			/* undecided: attempts to look, before each look */
	RECORD_PURGE,			/* remove a message's records (keep-records);
					   no id: events of the engine before at_ms */
	RECORD_N
};

struct record_message {
	const struct envelope *env;
	const char *sha256;
	uint64_t size;
	const struct message_identity *identity;	/* NULL: not examined */
};

/* A line that held or could not be judged; see state/stats.h. */
struct record_line {
	const char *route, *hash;	/* of the line: what makes it the same one */
	const char *id, *text;
	bool unknown;
	const char *reason;		/* of unknown */
	int points;
	bool decisive;			/* without it the message would have gone elsewhere */
};

struct record_decision {
	unsigned seq;			/* 1 first, then corrections */
	const char *digest;
	const struct plan *plan;
	const char *trace_json;		/* whole findings and trace, see rules/explain.h */
	const struct effect *effect;	/* what follows from it */
	size_t n_effect;
	const struct record_line *line;
	size_t n_line;
};

struct record_attempt {
	unsigned effect;
	unsigned attempt;
	bool ended;
	const char *outcome;		/* class name, when ended */
	int code;
	const char *text;
	const char *place;
};

struct record {
	enum record_type type;
	int64_t at_ms;
	const char *id;			/* message id, or NULL for RULESET and EVENT */
	union {
		struct { const char *digest; struct slice snapshot; } ruleset;
		struct record_message message;
		struct record_decision decision;
		struct effect effect;
		struct record_attempt attempt;
		enum message_state state;
		struct { const char *name; const char *text; } event;
		unsigned looked;
	} u;
};

struct store;

enum store_mode { STORE_READ, STORE_WRITE };

/*
 * STORE_WRITE wants the lock held.  It succeeds even when the database can't
 * be used now; store_usable() tells.  It fails with ERR_CONFIG on a file system
 * where locks can't be trusted (NFS, SMB), and when the journal can't be read.
 * STORE_READ sees what the writer had recorded when it was opened, what waits
 * in the journal with it.  It fails with ERR_ABSENT (no records yet), ERR_TEMP
 * or ERR_CONFIG (a newer database); when the database can't be read but the
 * journal has entries it gives those, and store_usable() says why not more.
 */
NODISCARD int store_open(struct spool *sp, enum store_mode mode,
    struct store **out, struct err *e);
void store_close(struct store **st);

/*
 * All durable or none.  -1 only when neither database nor journal can be
 * written (disk full): then the step it covers must not be taken.
 */
NODISCARD int store_commit(struct store *st, const struct record *r, size_t n,
    struct err *e);

/*
 * Try to take the journal in and to heal; call each few seconds.  True when
 * the database is in use.  *why gets a text while it is not.
 */
bool store_usable(struct store *st, const char **why);

/*
 * Read all of the database and see that it fits together; ERR_DATA says where
 * it does not.  Takes long when it is large.
 */
NODISCARD int store_check(struct store *st, struct err *e);

/* ERR_CONFIG: the spool lies where STORE_WRITE would refuse to work. */
NODISCARD int store_check_place(struct spool *sp, struct err *e);

/* What the records (database and journal together) know of a message in new/. */
enum store_known {
	STORE_UNKNOWN,			/* never seen: decide it */
	STORE_UNDECIDED,		/* looked at, not decided; *looked says how often */
	STORE_DECIDED,			/* its effects: store_effects() */
	STORE_UNSURE,			/* the database can't be read now: wait */
};
enum store_known store_known(struct store *st, const char *id, unsigned *looked);

/* All effects of a decided message; in a. */
NODISCARD int store_effects(struct store *st, struct arena *a, const char *id,
    struct effect **out, size_t *n, struct err *e);

/*
 * A message seen before with the same queue id, recipient and digest (P3), the
 * oldest: 1; 0 there is none; -1 the records cannot tell now.  An empty queue
 * id finds nothing.  A message that has a record finds itself, when it is the
 * oldest.
 */
NODISCARD int store_find_delivery(struct store *st, const char *queue_id,
    const char *recipient, const char *sha256, char id_out[ULID_SIZE], struct err *e);

/*
 * Were the records of this message lost (a corrupt database was replaced)?
 * Its effects may have happened: they start uncertain.  store_commit() sees to
 * that for the effects of its next decision, and keeps what was recorded for
 * the same place since; store_effects() tells how they stand then.
 */
bool store_lost(struct store *st, const char *id);

/*
 * Did another message of kind own take this key before that one: 1, and which; 0
 * none did; -1 the records cannot tell now.  A key is taken with the first record
 * of a message, and never given back.
 */
NODISCARD int store_find_own(struct store *st, const char *key, const char *id,
    char first[ULID_SIZE], struct err *e);

/* When an event of this name was last recorded; 0 never. */
int64_t store_last_event(struct store *st, const char *name);

/*
 * Messages received before that time whose originals are purged, oldest first,
 * at most max: for RECORD_PURGE by keep-records.  The array ends in NULL.
 */
NODISCARD int store_expired(struct store *st, struct arena *a, int64_t before_ms,
    size_t max, const char ***out, struct err *e);

/* ---- questions of the commands (log, show, queue, status) ---- */

/*
 * The one message a person means: unique prefix of an id, a queue id, or a
 * Message-ID.  ERR_ABSENT none; ERR_USAGE several (the text lists them).
 */
NODISCARD int store_resolve(struct store *st, const char *word,
    char id_out[ULID_SIZE], struct err *e);

/*
 * All that is set must hold.  A sender or recipient that is a whole address is
 * compared, a part of one searched for, as is text: without regard to case.
 */
struct store_filter {
	const char *route;		/* ROUTE_FALLBACK also finds the fallback Maildir */
	const char *sender, *subject, *id, *queue_id, *recipient;
	const char *decided_by;		/* decided_by_name() */
	const char *domain;		/* of the author's address, lower case */
	const char *state;		/* one of store_states */
	const char *field, *field_has;	/* captured; field_has NULL: with any value */
	const char *line;		/* that held: "press.3", or its hash */
	const char *search;		/* in subject, From or author */
	bool with_points;		/* points of the best route, from min to max */
	int points_min, points_max;
	int64_t since_ms, until_ms;	/* 0: open */
	unsigned limit;			/* 0: all */
	bool waiting_only;		/* queue list */
	const struct store_mark *after;	/* entered, or met by an event, after that */
};

/*
 * How far the records go now.  Messages that enter later are after it, whenever
 * they were received, and so are those that something happens to (rerouted, held
 * ...; not that the original was purged).  What waits in the journal always is.
 */
struct store_mark {
	int64_t message, event;		/* a smaller one: the database was replaced */
};
NODISCARD int store_mark(struct store *st, struct store_mark *out, struct err *e);

/* What a filter's state can be: "waiting", "delivered" ...; NULL at the end. */
extern const char *const store_states[];

struct store_row {			/* a message with its newest decision */
	struct envelope env;
	enum message_state state;
	const char *message_id, *from, *subject;
	const char *author;		/* of a web form's mail, when it isn't From; "" */
	uint64_t size;
	const char *sha256;
	unsigned seq;
	const char *route, *title, *decided_by, *runner_up, *would_be, *would_be_by;
	const char *digest, *why;
	int points, needs, margin;
	int64_t decided_ms;
	const char *field;		/* value of the filter's field; "" without one */
	const char *trace_json;		/* only in store_get */
	struct effect *effect;
	size_t n_effect;
};

/* Newest first; f false stops.  Rows live in an arena for the call only. */
NODISCARD int store_each(struct store *st, const struct store_filter *flt,
    bool (*f)(void *arg, const struct store_row *row), void *arg, struct err *e);
NODISCARD int store_get(struct store *st, struct arena *a, const char *id,
    struct store_row *out, struct err *e);

/* The same with decision number seq of the message in place of the newest. */
NODISCARD int store_get_decision(struct store *st, struct arena *a, const char *id,
    unsigned seq, struct store_row *out, struct err *e);

struct store_event {
	int64_t at_ms;
	const char *id, *name, *text;
};
/* The whole story of a message, or with id NULL the newest n events of the engine. */
NODISCARD int store_events(struct store *st, struct arena *a, const char *id,
    unsigned limit, struct store_event **out, size_t *n, struct err *e);

/* The newest event of that name; ERR_ABSENT. */
NODISCARD int store_find_event(struct store *st, struct arena *a, const char *name,
    struct store_event *out, struct err *e);

/* All decisions of a message, in order: the first, then corrections. */
struct store_decision {
	unsigned seq;
	int64_t at_ms;
	const char *route, *decided_by, *why, *would_be, *digest;
	int points, needs, margin;
	const char *captured;		/* fields with a value: "budget = USD 7200.00; …" */
};
NODISCARD int store_decisions(struct store *st, struct arena *a, const char *id,
    struct store_decision **out, size_t *n, struct err *e);

struct store_attempt {
	unsigned effect, attempt;
	int64_t began_ms, ended_ms;
	const char *outcome, *text, *place;
	int code;
};
NODISCARD int store_attempts(struct store *st, struct arena *a, const char *id,
    struct store_attempt **out, size_t *n, struct err *e);

struct store_counts {
	uint64_t messages, active, held;
	uint64_t ready, leased;		/* effects of active messages */
	uint64_t failed;		/* effects that failed for good in the last day */
	uint64_t journal_entries;	/* waiting to enter the database */
	int64_t oldest_active_ms, last_received_ms;
	char last_id[ULID_SIZE];	/* of mail, not of our own; "" none */
};
NODISCARD int store_count(struct store *st, struct store_counts *out, struct err *e);

/* How many characters of an id name it and no other (at least 10). */
size_t store_short_id(struct store *st, const char *id);

/* The snapshot of a digest; ERR_ABSENT. */
NODISCARD int store_ruleset(struct store *st, const char *digest, struct buf *out,
    struct err *e);

#endif
