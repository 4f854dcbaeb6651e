/* SPDX-License-Identifier: MIT */
/*
 * smtputf8 - does a message need SMTPUTF8 (RFC 6531) on its way?
 *
 * Only when an address in its header has UTF-8 in it.  Other bytes above 127
 * stand in many headers that came without SMTPUTF8 and go on without it, as
 * Postfix has it: who asks for it needs it at each server behind the next one,
 * and those that don't have it bounce the mail.
 */
#ifndef MODEL_SMTPUTF8_H
#define MODEL_SMTPUTF8_H

#include "model/header.h"

bool smtputf8_needed(const struct header_list *l);

#endif
