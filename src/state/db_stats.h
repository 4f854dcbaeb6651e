/* SPDX-License-Identifier: MIT */
/*
 * db_stats - what stats.h counts, row by row from one database; for stats*.c.
 *
 * A function is called for each row, in the order of an index; what it is given
 * lives for the call.  Only mail is given, and of each message its newest
 * decision, however much else is recorded.  A period is [from, to); where an id
 * tells the time a range of ids is read, since ids sort by it.
 */
#ifndef STATE_DB_STATS_H
#define STATE_DB_STATS_H

#include "state/db.h"
#include "state/stats.h"

/* ---- db_stats.c: messages ---- */

struct db_counted {
	int64_t received_ms, done_ms;
	const char *route, *decided_by, *would_be, *domain;
	enum message_state state;
};
typedef void db_counted_f(void *arg, const struct db_counted *m);

/* brief: only received_ms, route and decided_by. */
enum db_result db_each_counted(struct db *db, int64_t from, int64_t to, bool brief,
    db_counted_f *f, void *arg);

/* The same of one message, if it is mail of that time. */
enum db_result db_count_one(struct db *db, const char *id, int64_t from, int64_t to,
    db_counted_f *f, void *arg);

/* When the oldest mail of all records was received; INT64_MAX without any. */
enum db_result db_first_mail(struct db *db, int64_t *out);

/* Was there mail of that domain before? */
enum db_result db_domain_before(struct db *db, const char *domain, int64_t before_ms,
    bool *out);

/* Newest first, at most max; in a. */
enum db_result db_triage(struct db *db, struct arena *a, int64_t from, int64_t to,
    size_t max, struct stats_open **out, size_t *n);

/* ---- db_stats_met.c: what a message met ---- */

struct db_line {
	int64_t line;			/* its number in this database */
	const char *route, *hash, *id, *text, *reason;
	int64_t last_ms;
};
typedef void db_line_f(void *arg, const struct db_line *l);
enum db_result db_each_line(struct db *db, db_line_f *f, void *arg);
enum db_result db_lines_since(struct db *db, int64_t *first_ms);
enum db_result db_line_last(struct db *db, const char *route, const char *hash,
    int64_t *last_ms);

struct db_fired {
	int64_t line;
	bool unknown, decisive;
};
/* route: where it went; observed, where it would have gone. */
typedef void db_met_f(void *arg, const char *id, const char *route,
    const struct db_fired *f, size_t n);
enum db_result db_each_met(struct db *db, int64_t from, int64_t to, db_met_f *f,
    void *arg);

struct db_field {
	const char *id, *route, *name, *type;
	const char *value;		/* as its type, else as written */
};
typedef void db_field_f(void *arg, const struct db_field *v);
enum db_result db_each_field(struct db *db, int64_t from, int64_t to, db_field_f *f,
    void *arg);

/* ---- db_stats_trouble.c ---- */

struct db_trouble {			/* an attempt that did not work */
	const char *id;
	int64_t at_ms;
	int code;
	const char *text;
	const char *kind, *server, *target;
	bool failed;			/* the effect was given up with it */
};
typedef void db_trouble_f(void *arg, const struct db_trouble *t);
enum db_result db_each_trouble(struct db *db, int64_t from, int64_t to,
    db_trouble_f *f, void *arg);

/* Effects of the fallback Maildir, by message. */
typedef void db_id_f(void *arg, const char *id);
enum db_result db_each_fallback(struct db *db, int64_t from, int64_t to, db_id_f *f,
    void *arg);

/* Events of one message or, id NULL, all; a row for each name. */
struct db_event {
	const char *name;
	uint64_t n;
	int64_t last_ms;
	const char *text;		/* of the newest */
};
typedef void db_event_f(void *arg, const struct db_event *ev);
enum db_result db_each_event(struct db *db, const char *id, int64_t from, int64_t to,
    db_event_f *f, void *arg);

/* Events of a name, oldest first; over_ms: the first one named `over` since, 0 none. */
typedef void db_span_f(void *arg, int64_t at_ms, int64_t over_ms);
enum db_result db_each_span(struct db *db, const char *name, const char *over,
    int64_t from, int64_t to, db_span_f *f, void *arg);

/* The rule set that was in force at that time; "" none. */
enum db_result db_ruleset_at(struct db *db, int64_t at_ms, int64_t *since_ms,
    char digest[DIGEST_SIZE]);

#endif
