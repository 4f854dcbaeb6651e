/* SPDX-License-Identifier: MIT */
/*
 * engine_impl - what the files of the engine share.  Nobody else includes it.
 *
 *	engine.c   open, close, the loop
 *	intake.c   new/ → examined → decided
 *	examining.c pending messages and examiners
 *	settle.c   decided → recorded, effects ready
 *	deliver.c  effects → senders
 *	conclude.c outcomes → the effects' next state
 *	reload.c   rules and configuration in force
 *	house.c    alive, purge, disk, sweeping
 *	alarm.c    alarms
 *	request.c  requests of commands
 */
#ifndef FLOW_ENGINE_IMPL_H
#define FLOW_ENGINE_IMPL_H

#include <glib.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "flow/engine.h"
#include "flow/examiner.h"
#include "flow/sender.h"
#include "rules/decide.h"
#include "state/spool.h"
#include "state/store.h"

enum {
	EXAMINERS_MAX = 8,
	LOOKS_MAX = 2,			/* engine deaths on it, then hold/ */
	SENDERS_MAX = 24,		/* at the same time */
	SERVER_PAUSE_MAX = 15 * 60 * 1000, /* ms between tries of a dead server */
	SENDER_IDLE = 5000,		/* ms that a connection is kept for more */
	LAST_WORDS = 2000,		/* ms that idle senders get at the end */
	CROWDED = 200,			/* ms until a sender may be free */
	SCAN_PAUSE = 50,		/* ms between two looks into new/ */
	FREE_LOW = 10,			/* percent of the disk */
	STOP_GRACE = 10000,		/* ms that running deliveries get at the end */
};

struct message_job;

/* An effect in memory; it is in the heap, in a destination's queue, or being sent. */
struct slot {
	struct heap_entry wait;		/* first: heap_first() gives a slot */
	TAILQ_ENTRY(slot) link;
	enum { SLOT_FINAL, SLOT_WAITING, SLOT_QUEUED, SLOT_SENDING } where;
	struct message_job *job;
	struct destination *dest;
	struct effect effect;
};
TAILQ_HEAD(slot_queue, slot);

/* A message in new/ that the engine has in hand. */
struct message_job {
	char id[ULID_SIZE];
	char queue_id[QUEUE_ID_SIZE];
	enum { JOB_PENDING, JOB_EXAMINING, JOB_ACTIVE } phase;
	TAILQ_ENTRY(message_job) link;	/* pending */
	unsigned looked;
	bool counted;			/* looked has this engine's look in it */
	unsigned examine_fails;
	bool peeked;			/* without rules: looked whether it is ours */
	struct arena *arena;		/* slots, strings */
	struct slot **slot;
	size_t n_slot;
	const char *route;
	unsigned seq;
};
TAILQ_HEAD(job_queue, message_job);

struct destination {
	char *key;			/* "smtp", "imap:mail", "maildir:/path" */
	struct slot_queue queue;
	struct sender *sender;
	struct slot *sending;
	struct send_result *unrecorded;	/* an end that could not be recorded yet */
	int64_t not_before;		/* mono: the server could not be reached */
	int64_t not_ready;		/* mono: until then we can't: no process, no records */
	unsigned failures;
	int64_t idle_since;		/* mono */
	bool finishing;			/* told to end, not gone yet */
	bool stale;			/* has an old mroute.conf */
	LIST_ENTRY(destination) link;
};

struct alarm {
	const char *name;
	int64_t logged;			/* mono */
	int64_t mailed;			/* wall */
	int64_t over;			/* mono: when its cause was last gone */
	bool raised;			/* and not known to be over */
	char text[512];
};

enum { ALARMS_MAX = 32 };		/* kinds: the first words of alarm_raise() */

struct engine {
	struct config *cfg;
	char *conf;			/* its text */
	size_t conf_len;
	struct spool *spool;
	struct store *store;
	int lock_fd, poke_fd, signal_fd;
	char key[65];			/* of the loop mark */

	struct policy *policy;		/* NULL: no rules, mail waits */
	bool policy_is_old;		/* files are broken, the last good set runs */
	bool disk_is_broken;		/* and rules.broken is recorded */
	bool config_is_broken;		/* mroute.conf on disk is not in force */
	char stamp_seen[65], stamp_loaded[65];

	struct examiner *examiner[EXAMINERS_MAX];
	struct message_job *examining[EXAMINERS_MAX];
	size_t n_examiner;
	unsigned examiner_failures;	/* starts in a row that failed */
	int64_t examiner_not_before;	/* mono */

	GHashTable *job;		/* id → struct message_job */
	struct job_queue pending;
	struct heap waiting;
	LIST_HEAD(, destination) dest;
	size_t n_sender;
	bool crowded;			/* a destination waits for one to end */

	bool scan_wanted;
	bool store_was_usable;
	bool once, stopping;
	int64_t last_scan, next_look, next_minute, next_hour, stop_at; /* mono */
	struct alarm alarm[ALARMS_MAX];
};

/* intake.c */
void intake_scan(struct engine *en);
struct message_job *intake_job(struct engine *en, const char *id);
void intake_forget(struct engine *en, struct message_job *job);

/* The effects of a decided message go on where they were. */
NODISCARD int intake_activate(struct engine *en, struct message_job *job,
    struct err *e);

/* Requests: a message taken in hand again, and what becomes of it. */
struct message_job *intake_new_job(struct engine *en, const char *id);
void intake_load_effects(struct message_job *job, const struct store_row *row);
void intake_put_pending(struct engine *en, struct message_job *job, bool first);
NODISCARD int intake_settle_person(struct engine *en, struct message_job *job,
    const struct spool_message *m, const struct plan *p, struct err *e);

/* What waits or failed is tried now, recorded; ERR_USAGE: there is nothing. */
NODISCARD int intake_retry(struct engine *en, struct message_job *job,
    size_t *n_out, struct err *e);
void intake_hold(struct engine *en, const char *id, const char *why, bool copy);

/* Decide by the findings (NULL: the examiner gave up), record, make ready. */
void intake_decide(struct engine *en, struct message_job *job,
    const struct findings *f);
void intake_settle(struct engine *en, struct message_job *job,
    const struct spool_message *m, const char *sha256, const struct plan *p,
    const struct findings *f, const char *loop);

/* The value of X-Mroute-Loop for mail of this spool to this recipient. */
void intake_loop_mark(const struct engine *en, const char *recipient,
    char out[DIGEST_SIZE]);

/* examining.c */
void examining_run(struct engine *en);
void examining_event(struct engine *en, size_t i);
void examining_stop(struct engine *en);
void examining_uncount(struct engine *en);	/* before an orderly end */
bool examining_busy(const struct engine *en);	/* is, or can go on now */

/*
 * settle.c: record a message's plan and make its effects ready; what it had
 * before and is not done is superseded.  first: the record of the message
 * itself, or NULL.  -1: could not be recorded, nothing changed.
 */
NODISCARD int settle_plan(struct engine *en, struct message_job *job,
    const struct envelope *env, const struct plan *p, const struct findings *f,
    const struct record *first, struct err *e);

/* deliver.c */
void deliver_add(struct engine *en, struct message_job *job,
    const struct effect *ef);			/* keep and start */
struct slot *deliver_keep(struct message_job *job, const struct effect *ef);
void deliver_start(struct engine *en, struct slot *s, int64_t delay_ms);
void deliver_rest(struct engine *en, struct slot *s);	/* out of heap and queue */
void deliver_delay(struct engine *en, struct slot *s, int64_t delay_ms);
void deliver_drop(struct engine *en, struct message_job *job);
void deliver_run(struct engine *en);
void deliver_sender_event(struct engine *en, struct destination *d);
int64_t deliver_next(const struct engine *en);	/* mono; INT64_MAX none */
bool deliver_busy(const struct engine *en);	/* being sent, or due now */
bool deliver_is_sending(const struct message_job *job);
void deliver_stop(struct engine *en);		/* the senders */
void deliver_free(struct engine *en);		/* after the messages are forgotten */
void deliver_config_changed(struct engine *en);

/* Move a message whose effects are all final to done/. */
void deliver_finish(struct engine *en, struct message_job *job);

/* conclude.c: false when it could not be recorded now. */
NODISCARD bool conclude_attempt(struct engine *en, struct destination *d,
    const struct send_result *r);
int64_t deliver_backoff(const struct config_limits *l, unsigned attempts);

/*
 * Older than its lifetime, and tried often enough: it, or a server that takes
 * nothing, whose mail is not tried one by one.
 */
bool deliver_too_old(const struct engine *en, const struct destination *d,
    const struct effect *ef);

/* reload.c */
void reload_first(struct engine *en);
void reload_look(struct engine *en);
void reload_now(struct engine *en);

/* house.c */
void house_look(struct engine *en);
void house_minute(struct engine *en);
void house_hour(struct engine *en);

/* alarm.c: what happened, and what to do about it. */
void alarm_raise(struct engine *en, const char *name, const char *owner,
    const char *fmt, ...) PRINTF(4, 5);
void alarm_look(struct engine *en);		/* which ones are over? */
void engine_event(struct engine *en, const char *id, const char *name,
    const char *text);

/* request.c */
void request_scan(struct engine *en);

#endif
