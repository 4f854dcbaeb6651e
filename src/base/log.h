/* SPDX-License-Identifier: MIT */
/*
 * log - one line per event, key=value, to syslog (facility mail) or stderr.
 *
 * Called from flow and cmd only.  A line is `event=NAME key=value …`; a value
 * with a blank, a quote, `=` or a control byte in it is put in double quotes
 * with \", \\ and \xNN, and cut at 300 bytes, so that text from a mail or a
 * server can't forge a line.  Pairs with a NULL value are left out.
 *
 *	log_event(LOG_INFO, "decided", "id", id, "route", route, NULL);
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/base.h"
#include "base/buf.h"

#include <syslog.h>

enum log_target { LOG_TO_SYSLOG, LOG_TO_STDERR, LOG_TO_BOTH };

/* Debug lines are dropped unless asked for. */
void log_open(const char *program, enum log_target to, bool debug);

void log_event(int priority, const char *event, ...) SENTINEL;

/* A number as a value; the text lives in a ring of 16 and is for one call. */
const char *log_num(int64_t n);

/* Append ` key=value`, quoted where needed. */
void log_add(struct buf *b, const char *key, struct slice value);

#endif
