/* SPDX-License-Identifier: MIT */
/*
 * records - what log, show, queue and status have in common: opening the
 * spool's records to read them, and how a time, an id and a message are shown.
 */
#ifndef CMD_RECORDS_H
#define CMD_RECORDS_H

#include <jansson.h>

#include "base/table.h"
#include "cmd/cmd.h"
#include "state/store.h"

struct records {
	struct config *cfg;
	struct spool *sp;
	struct store *st;		/* NULL: there are none yet */
};

/*
 * Find the configuration, become the spool's owner and open the records to
 * read.  A spool without records yet is no error.  When only the journal can
 * be read a line on stderr says so.  From then on local time is that of the
 * configuration's time zone.
 */
NODISCARD int records_open(const struct cmd_call *call, struct records *out,
    struct err *e);
void records_close(struct records *r);

/* The same with a configuration that is loaded; *out owns it, also after -1. */
NODISCARD int records_open_for(struct config *cfg, struct records *out,
    struct err *e);

/* The message that a person means; ERR_ABSENT also when there are no records. */
NODISCARD int records_resolve(const struct records *r, const char *word,
    char id_out[ULID_SIZE], struct err *e);

/* "2026-11-28 18:47:01", local time; "" for 0. */
enum { RECORDS_TIME_SIZE = 32 };
void records_time(int64_t wall_ms, char out[RECORDS_TIME_SIZE]);

/* A span of time: "3 s", "12 min", "5 h", "3 d". */
enum { RECORDS_SPAN_SIZE = 32 };
void records_span(int64_t ms, char out[RECORDS_SPAN_SIZE]);

/* "4.2 kB" */
void records_size(uint64_t bytes, char out[RECORDS_SPAN_SIZE]);

/* What became of a message, in a word or two, and how good that is. */
const char *records_fate(struct arena *a, const struct store_row *row,
    enum style *style);

/* "smtp ann@company.example", "imap office Triage/Press", "fallback" */
const char *records_place(struct arena *a, const struct effect *f);

/* Who wrote it: From, else the envelope sender, else "<>"; "mroute". */
const char *records_sender(const struct store_row *row);

/* The subject; of our own mail what it is: "summary of 2026-W47", "alarm: server". */
const char *records_subject(struct arena *a, const struct store_row *row);

/* ---- JSON (jsonout.h); docs/schema.md lists the keys ---- */

/* An object with "v": 1 and what a line of `log` knows. */
json_t *records_row_json(const struct store_row *row);

#endif
