/* SPDX-License-Identifier: MIT */
/* life_send - the tries to deliver a message, until all of it is final. */
#ifndef TRAFFIC_LIFE_SEND_H
#define TRAFFIC_LIFE_SEND_H

#include "life.h"

/* From at_ms on; sets done_ms when nothing was done before, and the state. */
void life_send(struct world *w, struct life *l, const struct effect *ef, size_t n,
    int64_t at_ms);

/* An event of the message, for records and truth alike. */
void life_note(struct world *w, struct life *l, int64_t at_ms, const char *name,
    const char *text);

#endif
