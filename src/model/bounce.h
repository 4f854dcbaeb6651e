/* SPDX-License-Identifier: MIT */
/*
 * bounce - is it a report of a mail server, or an answer of a program?
 * See the facts `bounce` and `auto-reply` in mroute.rules(5).
 */
#ifndef MODEL_BOUNCE_H
#define MODEL_BOUNCE_H

#include "model/detect.h"

bool bounce_is(const struct evidence *e);

/* bounce is what bounce_is() said: the same message is not both. */
bool auto_reply_is(const struct evidence *e, bool bounce);

#endif
